"""Learns a knowledge base: TF-IDF over `club/tokens.py`, logistic regression over that, and how sure is sure enough.
Where the club has a model that reads meanings (`club/meaning.py`), its vectors stand beside the words.

It runs in a process of its own (`bot/learner.py`), and only there SciPy is loaded: the bot stays small, and
nobody waits.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from club.matching import MEANING, Gate, Model, cautious
from club.ordinary import answered, is_small
from club.regression import regression
from club.tokens import features

if TYPE_CHECKING:
    from numpy import ndarray

    Vectors = Sequence[ndarray[Any, Any]] | ndarray[Any, Any]

FOLDS = 5
FEWEST = 20
"""Right answers to questions held out, below which no share of them says much."""
MAYBE_LOST = 0.02
"""Share of the answers found among the three best that not even a suggestion is made of."""
CLEAR = 2.0
"""So many times as likely as the next has an answer to be, in a base of few entries. Three times halved the false
answers once more, but offered a tenth of the right ones instead of giving them."""

Ranked = list[tuple[int, float]]


class Phrasing(NamedTuple):
    """One way to ask for an entry. `title`: its heading, which is learnt from, but which nobody would ask."""

    text: str
    entry: int
    title: bool = False


@dataclass(frozen=True)
class Example:
    bag: Counter[str]
    entry: int
    title: bool
    vector: ndarray[Any, Any] | None = None


def learn(phrasings: Sequence[Phrasing], vectors: Vectors = (), mark: str = "") -> Model | None:
    """The matrix for these; None for fewer than two entries. Its gate is the cautious one.

    `vectors`: what each of them means, by the encoder of this `mark`; or nothing.
    """
    model = _fit(_examples(phrasings, vectors))
    if model is not None:
        model.mark = mark
    return model


def estimate(phrasings: Sequence[Phrasing], handed_over: float, vectors: Vectors = ()) -> Gate:
    """How sure is sure enough, so that of the right answers a share of `handed_over` goes to a person instead.

    Five times a fifth of the phrasings and a fifth of the entries are held out, the rest is learnt, and the answers to
    what was held out are looked at. Whole entries stand for questions that have no answer here. In a base of few
    entries an answer has to stand out from the next one as well: there one word that both share carries far.
    """
    import numpy as np

    seen = Held()
    examples = _examples(phrasings, vectors)
    for kept, asked, foreign in _folds(examples):
        model = _fit(kept)
        if model is not None:
            seen.look(model, asked, foreign)
    if len(seen.right) < FEWEST:
        return cautious(len({example.entry for example in examples}))
    sure = float(np.quantile([ranked[0][1] for ranked in seen.right], handed_over))
    maybe = min(sure, float(np.quantile(seen.among, MAYBE_LOST)))
    gate = Gate(sure, maybe, clear=CLEAR if is_small(example.entry for example in examples) else 1.0)
    right, false = _share(seen.right, gate, seen.asked), _share(seen.foreign, gate, len(seen.foreign))
    return replace(gate, right_answers=right, false_answers=false)


class Held:
    """What became of the questions held out: the likeliest entries of each. `among`: the probability of the first where
    the right one was among three."""

    def __init__(self) -> None:
        self.asked = 0
        self.right: list[Ranked] = []
        self.among: list[float] = []
        self.foreign: list[Ranked] = []

    def look(self, model: Model, asked: Sequence[Example], foreign: Sequence[Example]) -> None:
        for example in asked:
            if not answered(example.entry):
                self._look_foreign(model, example)
                continue
            self.asked += 1
            ranked = model.ranked(example.bag, vector=example.vector)
            if any(entry == example.entry for entry, _ in ranked):
                self.among.append(ranked[0][1])
            if ranked and ranked[0][0] == example.entry:
                self.right.append(ranked)
        for example in foreign:
            self._look_foreign(model, example)

    def _look_foreign(self, model: Model, example: Example) -> None:
        ranked = model.ranked(example.bag, vector=example.vector)
        self.foreign.append(ranked if ranked and answered(ranked[0][0]) else [])


def _share(found: Sequence[Ranked], gate: Gate, of: int) -> float | None:
    return sum(gate.is_sure(ranked) for ranked in found) / of if of else None


def _examples(phrasings: Sequence[Phrasing], vectors: Vectors) -> list[Example]:
    examples = [
        Example(features(text), entry, title, vectors[place] if len(vectors) else None)
        for place, (text, entry, title) in enumerate(phrasings)
    ]
    return [example for example in examples if example.bag]


def _folds(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example], list[Example]]]:
    """What is learnt, what is asked of it, and what is asked though its entry is missing; five times, always the
    same."""
    dice = random.Random(20_261_122)  # noqa: S311 - no secret: the same base is to give the same gate
    by_entry = defaultdict(list)
    for example in examples:
        by_entry[example.entry].append(example)
    entries = sorted(by_entry)
    dice.shuffle(entries)
    turn = {id(example): place % FOLDS for place, example in enumerate(_dealt(by_entry, entries, dice))}
    for fold in range(FOLDS):
        missing = set(entries[fold::FOLDS])
        kept, asked, foreign = [], [], []
        for example in examples:
            if example.entry in missing:
                foreign.append(example)
            elif turn.get(id(example)) == fold:
                asked.append(example)
            else:
                kept.append(example)
        yield kept, asked, [example for example in foreign if not example.title]


def _dealt(by_entry: dict[int, list[Example]], entries: Sequence[int], dice: random.Random) -> Iterator[Example]:
    """All phrasings that somebody would ask, those of an entry one after the other, as cards are dealt to the folds."""
    for entry in entries:
        phrasings = [example for example in by_entry[entry] if not example.title]
        dice.shuffle(phrasings)
        if len(by_entry[entry]) > 1:
            yield from phrasings


def _fit(examples: Sequence[Example]) -> Model | None:
    import numpy as np

    entries = sorted({example.entry for example in examples})
    if len(entries) < 2:
        return None
    found = Counter(feature for example in examples for feature in example.bag)
    vocabulary = sorted(found)
    idf = np.log((1 + len(examples)) / (1 + np.asarray([found[feature] for feature in vocabulary], np.float64))) + 1
    matrix = _with_meaning(_matrix(examples, {feature: row for row, feature in enumerate(vocabulary)}, idf), examples)
    weights, bias = regression(matrix, np.searchsorted(entries, [example.entry for example in examples]))
    words, meaning = weights[: len(vocabulary)].astype(np.float16), weights[len(vocabulary) :].astype(np.float32)
    gate = cautious(len(entries))
    return Model(vocabulary, idf.astype(np.float32), words, bias, entries, gate, meaning if len(meaning) else None)


def _with_meaning(matrix: Any, examples: Sequence[Example]) -> Any:
    """The words, and beside them what each example means, where that is known."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    vectors = [example.vector for example in examples if example.vector is not None]
    if not vectors:
        return matrix
    return hstack([matrix, csr_matrix(MEANING * np.asarray(vectors, np.float32))], format="csr")


def _matrix(examples: Sequence[Example], rows: dict[str, int], idf: ndarray[Any, Any]) -> Any:
    """Examples by features: 1 + log of the count, times idf, each example of length 1."""
    import numpy as np
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(example.bag) for example in examples)])
    columns = np.fromiter((rows[feature] for example in examples for feature in example.bag), np.int32, ends[-1])
    counts = np.fromiter((count for example in examples for count in example.bag.values()), np.float32, ends[-1])
    values = (1 + np.log(counts)) * idf.astype(np.float32)[columns]
    lengths = np.sqrt(np.add.reduceat(values**2, ends[:-1]))
    values /= np.repeat(lengths, np.diff(ends))
    return csr_matrix((values, columns, ends), (len(examples), len(idf)))
