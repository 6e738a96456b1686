"""Which answer a question is after: the learnt matrix, and how sure it is. Served by NumPy alone.

    verdict = model.verdict("when do you open")      # SURE of one entry, MAYBE one of three, or UNSURE

The matrix is learnt elsewhere (`club/learning.py`, in a process of its own) and arrives as bytes.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from club.ordinary import answered
from club.tokens import features

if TYPE_CHECKING:
    from numpy import ndarray

    from club.meaning import Encoder

SURE, MAYBE, UNSURE = "sure", "maybe", "unsure"
SUGGESTED = 3
LOOKED_AT = 20
"""So many of the likeliest, among which ordinary questions are passed over for what can be suggested."""
MEANING = 2.0
"""How much longer than that of the words the vector of the meaning is, where there is one."""


@dataclass(frozen=True)
class Gate:
    """From which probability on an answer is given (`sure`), or offered among others (`maybe`). What is given is also
    `clear` times as likely as the next best; where it is not, both are offered.

    `false_answers`: the share of questions without an entry that would get an answer all the same, as estimated;
    `right_answers`: the share of those with an entry that get the right one. None where too little is there to tell.
    """

    sure: float
    maybe: float
    right_answers: float | None = None
    false_answers: float | None = None
    clear: float = 1.0

    def is_sure(self, ranked: Sequence[tuple[int, float]]) -> bool:
        """Is the first of these, best first, to be given as the answer?"""
        likely = [probability for _, probability in ranked[:2]]
        return bool(likely) and likely[0] >= max(self.sure, self.clear * (likely[1] if len(likely) > 1 else 0.0))


def cautious(entries: int) -> Gate:
    """The gate until one was estimated: sure only halfway between a blind guess and certainty."""
    blind = 1 / max(entries, 1)
    return Gate((1 + blind) / 2, min(2 * blind, (1 + blind) / 2))


@dataclass(frozen=True)
class Verdict:
    """`entries`: the likeliest first; one of which is SURE, up to three that MAYBE meant, none for UNSURE."""

    kind: str
    entries: tuple[int, ...] = ()


class Model:
    """A learnt knowledge base. `vocabulary`: feature to row; `weights`: rows by entries. `meaning`: the same for each
    part of the vectors that the encoder with this `mark` makes (`club/meaning.py`); None where words alone were learnt.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        idf: ndarray[Any, Any],
        weights: ndarray[Any, Any],
        bias: ndarray[Any, Any],
        entries: Sequence[int],
        gate: Gate,
        meaning: ndarray[Any, Any] | None = None,
        mark: str = "",
    ) -> None:
        self._rows: Mapping[str, int] = {feature: row for row, feature in enumerate(vocabulary)}
        self._idf = idf
        self._weights = weights
        self._bias = bias
        self.entries = tuple(entries)
        self.gate = gate
        self._meaning = meaning
        self.mark = mark
        # A word never seen is at least as telling as the rarest one: a question full of them is near to nothing known.
        self._unseen = float(idf.max()) if len(idf) else 1.0

    def verdict(self, text: str, vector: ndarray[Any, Any] | None = None) -> Verdict:
        """What to do about a question. `vector`: what it means, where that was learnt too."""
        ranked = self.ranked(features(text), LOOKED_AT, vector)
        if not ranked or ranked[0][1] < self.gate.maybe or not answered(ranked[0][0]):
            return Verdict(UNSURE)
        if self.gate.is_sure(ranked):
            return Verdict(SURE, (ranked[0][0],))
        return Verdict(MAYBE, tuple(entry for entry, _ in ranked if answered(entry))[:SUGGESTED])

    def ranked(
        self, bag: Counter[str], most: int = SUGGESTED, vector: ndarray[Any, Any] | None = None
    ) -> list[tuple[int, float]]:
        """The likeliest entries with their probabilities, best first; nothing where no part of the text is known."""
        import numpy as np

        rows, values = self._vector(bag)
        means = None
        if self._meaning is not None and vector is not None and vector.any():
            means = MEANING * vector @ self._meaning
        if not rows and means is None:
            return []
        scores = np.asarray(values, np.float32) @ self._weights[rows].astype(np.float32) + self._bias
        if means is not None:
            scores += means
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        best = np.argsort(-likely, kind="stable")[:most]
        return [(self.entries[place], float(likely[place])) for place in best]

    def _vector(self, bag: Counter[str]) -> tuple[list[int], list[float]]:
        """The known features of a text, weighted. Unknown ones count in its length only."""
        rows, values, squares = [], [], 0.0
        for feature, count in bag.items():
            row = self._rows.get(feature)
            weight = (1 + math.log(count)) * (self._unseen if row is None else float(self._idf[row]))
            squares += weight * weight
            if row is not None:
                rows.append(row)
                values.append(weight)
        length = math.sqrt(squares) or 1.0
        return rows, [value / length for value in values]

    def to_bytes(self) -> bytes:
        """To be stored. The weights are halved in size: three digits of each are enough."""
        import numpy as np

        file = io.BytesIO()
        np.savez_compressed(
            file,
            vocabulary=np.frombuffer("\n".join(self._rows).encode(), np.uint8),
            idf=self._idf.astype(np.float32),
            weights=self._weights.astype(np.float16),
            bias=self._bias.astype(np.float32),
            entries=np.asarray(self.entries, np.int64),
            meaning=np.zeros((0, 0), np.float16) if self._meaning is None else self._meaning.astype(np.float16),
            mark=np.frombuffer(self.mark.encode(), np.uint8),
            gate=np.asarray([math.nan if value is None else value for value in astuple(self.gate)], np.float64),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """What `to_bytes` made. Nothing in it is code."""
        import numpy as np

        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            gate = Gate(*(None if math.isnan(value) else float(value) for value in file["gate"]))  # type: ignore[arg-type]
            vocabulary = bytes(file["vocabulary"]).decode().split("\n")
            entries = [int(entry) for entry in file["entries"]]
            learnt = file["meaning"].astype(np.float32) if "meaning" in file else None  # older ones know words alone
            meaning = learnt if learnt is not None and learnt.size else None
            mark = "" if meaning is None else bytes(file["mark"]).decode()
            return cls(vocabulary, file["idf"], file["weights"], file["bias"], entries, gate, meaning, mark)


class Answers:
    """The one place to ask. Its model is exchanged while questions come in; without one nothing is sure.

    `encoder`: reads what a question means, where the club has a model for that.
    """

    def __init__(self, model: Model | None = None, encoder: Encoder | None = None) -> None:
        self.model = model
        self.encoder = encoder

    def answer(self, text: str) -> Verdict:
        """Sure of an entry, up to three that may be meant, or not sure."""
        model = self.model
        return Verdict(UNSURE) if model is None else model.verdict(text, self._vector(model, text))

    def nearest(self, text: str) -> list[int]:
        """The entries that come nearest, however far that is."""
        model = self.model
        ranked = [] if model is None else model.ranked(features(text), vector=self._vector(model, text))
        return [entry for entry, _ in ranked]

    def _vector(self, model: Model, text: str) -> ndarray[Any, Any] | None:
        """What a text means, where the model learnt it from the same reader."""
        encoder = self.encoder
        return None if encoder is None or encoder.mark != model.mark else encoder.vectors([text])[0]
