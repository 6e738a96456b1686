"""A BERT as small as one can be, written to a folder as real ones are, and what it computes, one number at a time."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEADS, WIDER, PLACES, LAYERS = 12, 3, 20, 80, 2
SIGNS = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
VOCABULARY = [
    *(
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "?",
        "'",
        "where",
        "is",
        "my",
        "card",
        "par",
        "##cel",
        "dog",
        "allowed",
        "café",
    ),
    *SIGNS,
    *(f"##{letter}" for letter in SIGNS),
]
LAYER = {
    **{f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")},
    "attention.output.dense": (WIDTH, WIDTH),
    "intermediate.dense": (WIDER, WIDTH),
    "output.dense": (WIDTH, WIDER),
}
Tensors = dict[str, list[Any]]


def write(
    folder: Path, *, vocabulary: list[str] | None = None, pooling: dict[str, bool] | None = None, **config: Any
) -> Tensors:
    """The folder; what its weights are."""
    vocabulary = vocabulary or VOCABULARY
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": WIDTH,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "layer_norm_eps": 1e-12,
    }
    (folder / "config.json").write_text(json.dumps(about | config))
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    if pooling is not None:
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    tensors = _tensors(len(vocabulary))
    (folder / "model.safetensors").write_bytes(_safetensors(tensors))
    return tensors


def _tensors(words: int) -> Tensors:
    dice = random.Random(7)

    def some(*shape: int) -> list[Any]:
        return [some(*shape[1:]) if len(shape) > 1 else dice.uniform(-1, 1) for _ in range(shape[0])]

    found = {
        "embeddings.word_embeddings.weight": some(words, WIDTH),
        "embeddings.position_embeddings.weight": some(PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
        "embeddings.LayerNorm.weight": some(WIDTH),
        "embeddings.LayerNorm.bias": some(WIDTH),
    }
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        for name, shape in LAYER.items():
            found |= {f"{layer}.{name}.weight": some(*shape), f"{layer}.{name}.bias": some(shape[0])}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            found |= {f"{layer}.{name}.weight": some(WIDTH), f"{layer}.{name}.bias": some(WIDTH)}
    return found


def _safetensors(tensors: Tensors) -> bytes:
    listed: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    content = b""
    for name, values in tensors.items():
        array = np.asarray(values, "<f4")
        listed[name] = {
            "dtype": "F32",
            "shape": list(array.shape),
            "data_offsets": [len(content), len(content) + array.nbytes],
        }
        content += array.tobytes()
    head = json.dumps(listed).encode()
    head += b" " * (-len(head) % 8)
    return len(head).to_bytes(8, "little") + head + content


def states(tensors: Tensors, pieces: list[int]) -> list[list[float]]:
    """What each piece comes to mean, in the plainest of ways: as the paper has it."""

    def dense(row: list[float], name: str) -> list[float]:
        weights, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return [sum(a * b for a, b in zip(row, line, strict=True)) + c for line, c in zip(weights, bias, strict=True)]

    def level(row: list[float], name: str) -> list[float]:
        mean = sum(row) / len(row)
        spread = math.sqrt(sum((value - mean) ** 2 for value in row) / len(row) + 1e-12)
        weights, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return [(value - mean) / spread * w + b for value, w, b in zip(row, weights, bias, strict=True)]

    def plus(*rows: list[float]) -> list[float]:
        return [sum(values) for values in zip(*rows, strict=True)]

    kind = tensors["embeddings.token_type_embeddings.weight"][0]
    rows = [
        level(
            plus(
                tensors["embeddings.word_embeddings.weight"][piece],
                tensors["embeddings.position_embeddings.weight"][place],
                kind,
            ),
            "embeddings.LayerNorm",
        )
        for place, piece in enumerate(pieces)
    ]
    size = WIDTH // HEADS
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            [dense(row, f"{layer}.attention.self.{part}") for row in rows] for part in ("query", "key", "value")
        )
        heard = []
        for asks in query:
            line: list[float] = []
            for start in range(0, WIDTH, size):
                part = slice(start, start + size)
                near = [
                    math.exp(sum(a * b for a, b in zip(asks[part], one[part], strict=True)) / math.sqrt(size))
                    for one in key
                ]
                line += [
                    sum(weight * one[part][place] for weight, one in zip(near, value, strict=True)) / sum(near)
                    for place in range(size)
                ]
            heard.append(dense(line, f"{layer}.attention.output.dense"))
        rows = [
            level(plus(row, more), f"{layer}.attention.output.LayerNorm") for row, more in zip(rows, heard, strict=True)
        ]
        wide = [
            [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in dense(row, f"{layer}.intermediate.dense")]
            for row in rows
        ]
        rows = [
            level(plus(row, dense(more, f"{layer}.output.dense")), f"{layer}.output.LayerNorm")
            for row, more in zip(rows, wide, strict=True)
        ]
    return rows
