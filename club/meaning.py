"""What a sentence means, as a vector: a small BERT, read from a folder and computed by NumPy alone.

    encoder = Encoder(Path("…/model"))       # config.json, vocab.txt, model.safetensors
    encoder.vectors(["where is my card"])    # one row a text, of length 1

It is optional (`knowledge.semantic_model`), and stands beside the words: sentences that share none may mean the same.
The weights stay in the file and are mapped into memory, so a row of the vocabulary takes room once a word needs it.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from club.tokens import fold

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

CONFIG, VOCABULARY, WEIGHTS, POOLING = "config.json", "vocab.txt", "model.safetensors", "1_Pooling/config.json"
MOST_PIECES = 64
"""Pieces of words that are read of a text, its two ends included: some forty words."""
TOGETHER = 64
"""Texts that are computed in one go."""
LONGEST_WORD = 100
"""Characters; what is longer is no word."""
CHINESE = 2_000
"""A model whose vocabulary has fewer Chinese characters was not made for Chinese; it has a few hundred for show."""
_TYPES = {"F32": "<f4", "F16": "<f2"}
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ANY_HAN = re.compile(f"[{_HAN}]")
_PARTS = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+|[^\w\s]|_")
"""What the words are cut from: each Chinese character and each sign of punctuation stands by itself."""


class ModelProblem(Exception):
    """The folder holds no model that can be used. The message says what was found and what would work."""


class Encoder:
    """A model. `mark` tells it from every other one. Raises `ModelProblem` where it cannot be used."""

    def __init__(self, folder: Path) -> None:
        try:
            config = dict(json.loads((folder / CONFIG).read_text(encoding="utf-8")))
            vocabulary = (folder / VOCABULARY).read_text(encoding="utf-8").splitlines()
            tensors = _tensors(folder / WEIGHTS)
        except FileNotFoundError as error:
            raise ModelProblem(
                f"found no {Path(error.filename).name} in '{folder}', expected the folder of a BERT model "
                f"with {CONFIG}, {VOCABULARY} and {WEIGHTS}"
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelProblem(
                f"'{folder}' cannot be read ({type(error).__name__}), expected the whole folder of a BERT model"
            ) from error
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            found = f"{config.get('model_type')} with {config.get('hidden_act')}"
            raise ModelProblem(f"found a model of the kind {found} in '{folder}', expected bert with gelu")
        self._pieces = {piece: number for number, piece in enumerate(vocabulary)}
        self._reads_chinese = sum(len(piece) == 1 and bool(_ANY_HAN.match(piece)) for piece in vocabulary) >= CHINESE
        self._first_only = _pools_the_first(folder / POOLING)
        try:
            self._ends = tuple(self._pieces[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
            self._network = _Network(tensors, config, len(vocabulary))
        except KeyError as error:
            raise ModelProblem(f"found no {error} in '{folder}', expected the whole folder of a BERT model") from error
        told = f"{sorted(config.items())}{(folder / WEIGHTS).stat().st_size}" + "\n".join(vocabulary)
        self.mark = hashlib.sha256(told.encode()).hexdigest()[:16]

    def vectors(self, texts: Sequence[str]) -> Array:
        """One row for each text: of length 1, or nothing but zeros where the model does not know its language."""
        import numpy as np
        from threadpoolctl import threadpool_limits

        found = np.zeros((len(texts), self._network.width), np.float32)
        by_length: dict[int, list[tuple[int, list[int]]]] = {}
        for place, text in enumerate(texts):
            numbers = self._numbers(text)
            if numbers:
                by_length.setdefault(len(numbers), []).append((place, numbers))
        with threadpool_limits(1):  # on a busy machine, threads that wait for each other take ten times as long
            for same in by_length.values():
                for start in range(0, len(same), TOGETHER):
                    part = same[start : start + TOGETHER]
                    states = self._network.states(np.asarray([numbers for _, numbers in part]))
                    pooled = states[:, 0] if self._first_only else states.mean(axis=1)
                    found[[place for place, _ in part]] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return found

    def _numbers(self, text: str) -> list[int]:
        """The numbers of a text's pieces between its two ends; none where most of it is unknown."""
        folded = fold(text)
        if _ANY_HAN.search(folded) and not self._reads_chinese:
            return []
        first, last, unknown = self._ends
        pieces = [piece for word in _words(folded) for piece in self._cut(word)][: MOST_PIECES - 2]
        return [first, *pieces, last] if 2 * pieces.count(unknown) < len(pieces) else []

    def _cut(self, word: str) -> list[int]:
        """The longest pieces of a word that the vocabulary has, from its beginning; unknown where a rest is left."""
        pieces, start = [], 0
        while start < len(word):
            ends = range(len(word), start, -1) if len(word) <= LONGEST_WORD else ()
            head = "##" if start else ""
            end = next((end for end in ends if head + word[start:end] in self._pieces), None)
            if end is None:
                return [self._ends[2]]
            pieces.append(self._pieces[head + word[start:end]])
            start = end
        return pieces


class _Network:
    """The layers. Every text of a batch has the same length, so nothing is padded and nothing masked."""

    def __init__(self, tensors: dict[str, Array], config: dict[str, Any], words: int) -> None:
        head = "bert." if "bert.embeddings.word_embeddings.weight" in tensors else ""
        self._of = {name.removeprefix(head): tensor for name, tensor in tensors.items()}
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self.width = int(config["hidden_size"])
        self._layers = [f"encoder.layer.{number}" for number in range(int(config["num_hidden_layers"]))]
        # What does not fit together is told at once, not with the first question.
        if len(self._of["embeddings.word_embeddings.weight"]) < words:
            raise KeyError("weights for each word")
        for layer in self._layers:
            self._of[f"{layer}.output.dense.weight"]

    def states(self, numbers: Array) -> Array:
        """Texts by pieces by width: what each piece means where it stands."""
        of, length = self._of, numbers.shape[1]
        places = of["embeddings.position_embeddings.weight"][:length] + of["embeddings.token_type_embeddings.weight"][0]
        states = self._level(of["embeddings.word_embeddings.weight"][numbers] + places, "embeddings.LayerNorm")
        for layer in self._layers:
            heard = self._dense(self._attended(states, f"{layer}.attention.self"), f"{layer}.attention.output.dense")
            states = self._level(states + heard, f"{layer}.attention.output.LayerNorm")
            thought = self._dense(_gelu(self._dense(states, f"{layer}.intermediate.dense")), f"{layer}.output.dense")
            states = self._level(states + thought, f"{layer}.output.LayerNorm")
        return states

    def _dense(self, states: Array, name: str) -> Array:
        found: Array = states @ self._of[f"{name}.weight"].T + self._of[f"{name}.bias"]
        return found

    def _level(self, states: Array, name: str) -> Array:
        import numpy as np

        centred = states - states.mean(axis=-1, keepdims=True)
        level: Array = centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self._epsilon)
        return level * self._of[f"{name}.weight"] + self._of[f"{name}.bias"]

    def _attended(self, states: Array, name: str) -> Array:
        import numpy as np

        texts, length, width = states.shape
        query, key, value = (
            self._dense(states, f"{name}.{part}").reshape(texts, length, self._heads, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        near = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width / self._heads))
        near = np.exp(near - near.max(axis=-1, keepdims=True))
        near /= near.sum(axis=-1, keepdims=True)
        heard: Array = (near @ value).transpose(0, 2, 1, 3).reshape(texts, length, width)
        return heard


def _words(folded: str) -> Iterator[str]:
    """The words of a folded text as the vocabulary writes them: without accents."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", folded) if unicodedata.category(sign) != "Mn")
    return (found[0] for found in _PARTS.finditer(bare))


def _tensors(path: Path) -> dict[str, Array]:
    """What a safetensors file holds, mapped: eight bytes say how long the list of tensors is, then they follow."""
    import numpy as np

    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(content[:8], "little")
    found = {}
    for name, about in json.loads(content[8:start]).items():
        if name == "__metadata__" or about["dtype"] not in _TYPES:
            continue
        begin, end = about["data_offsets"]
        kind = np.dtype(_TYPES[about["dtype"]])
        flat = np.frombuffer(content, kind, (end - begin) // kind.itemsize, start + begin)
        found[name] = flat.reshape(about["shape"]).astype(np.float32, copy=False)
    return found


def _pools_the_first(path: Path) -> bool:
    """Does the first piece stand for the text, or the mean of all (where nothing is said)?"""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")).get("pooling_mode_cls_token"))
    except (OSError, ValueError):
        return False


def _gelu(values: Array) -> Array:
    """x · Φ(x). NumPy has no error function; this one (Abramowitz and Stegun 7.1.26) is off by 1.5e-7 at most."""
    import numpy as np

    far = np.abs(values) * np.float32(0.70710678)
    near = 1 / (1 + np.float32(0.3275911) * far)
    series = near * (
        0.254829592 + near * (-0.284496736 + near * (1.421413741 + near * (-1.453152027 + near * 1.061405429)))
    )
    error = np.copysign(1 - series * np.exp(-far * far), values)
    half: Array = values * np.float32(0.5) * (1 + error)
    return half
