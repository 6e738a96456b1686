"""python -m bench.answers DIR [--semantic FOLDER]: how well, how quickly and how small questions are answered.

DIR holds train.csv and test.csv with the columns text and label, and may hold oos.csv, whose texts have no answer.
With --each N the first N phrasings of each label are taught, with --titles the label is learnt as one more. Beside it
stand the full-text search that comes with SQLite, one row a phrasing, and scikit-learn out of the box.
"""

from __future__ import annotations

import argparse
import csv
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.figures import Table, machine
from bot.learner import HEAD, request
from club.matching import SURE, Answers, Model
from club.meaning import Encoder
from club.tokens import features

Ranking = Callable[[str], list[str]]
HANDED_OVER = 0.1


@dataclass(frozen=True)
class Set:
    """What is taught, what is asked, and what has no answer."""

    train: list[tuple[str, str]]
    test: list[tuple[str, str]]
    foreign: list[str]


def read(folder: Path) -> Set:
    """Raises `FileNotFoundError` without train.csv or test.csv, `KeyError` without their columns."""
    oos = folder / "oos.csv"
    foreign = [row["text"] for row in _rows(oos)] if oos.exists() else []
    return Set(_labelled(folder / "train.csv"), _labelled(folder / "test.csv"), foreign)


def _labelled(path: Path) -> list[tuple[str, str]]:
    return [(row["text"], row.get("label") or row["category"]) for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def shortened(train: Sequence[tuple[str, str]], each: int) -> list[tuple[str, str]]:
    """The first so many phrasings of each label."""
    seen: Counter[str] = Counter()
    kept = []
    for text, label in train:
        seen[label] += 1
        if seen[label] <= each:
            kept.append((text, label))
    return kept


def learnt(
    train: Sequence[tuple[str, str]], labels: Sequence[str], semantic: Path | None = None, *, titles: bool = False
) -> tuple[list[Model], list[float], float]:
    """Both models that the worker sends, the seconds until each was there, and its memory at most in MB."""
    numbers = {label: number for number, label in enumerate(labels, 1)}
    lessons = [(text, numbers[label], False) for text, label in train]
    if titles:
        lessons += [(label.replace("_", " "), number, True) for label, number in numbers.items()]
    started = time.monotonic()
    worker = subprocess.Popen([sys.executable, "-m", "bot.learner"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(request(lessons, HANDED_OVER, semantic))
    worker.stdin.flush()
    models, seconds = [], []
    while head := worker.stdout.read(HEAD):
        models.append(Model.from_bytes(worker.stdout.read(int.from_bytes(head, "big"))))
        seconds.append(time.monotonic() - started)
    worker.wait()
    return models, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def full_text(train: Sequence[tuple[str, str]]) -> Ranking:
    """The search of SQLite, its best rows first."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE asked USING fts5(text, label UNINDEXED)")
    db.executemany("INSERT INTO asked VALUES (?, ?)", train)

    def ranking(text: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        if not words:
            return []
        rows = db.execute("SELECT label FROM asked WHERE asked MATCH ? ORDER BY rank LIMIT 50", [words])
        return list(dict.fromkeys(label for (label,) in rows))

    return ranking


def out_of_the_box(train: Sequence[tuple[str, str]]) -> Ranking:
    """TfidfVectorizer and LogisticRegression, as they come."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression())
    pipeline.fit([text for text, _ in train], [label for _, label in train])
    names = [str(name) for name in pipeline.classes_]

    def ranking(text: str) -> list[str]:
        likely = pipeline.predict_proba([text])[0]
        return [names[place] for place in likely.argsort()[::-1][:10]]

    return ranking


def measured(ranking: Ranking, test: Sequence[tuple[str, str]]) -> tuple[float, float, float, float]:
    """Accuracy among one and among three, mean reciprocal rank, all in percent; the median answer in milliseconds."""
    places, took = [], []
    for text, label in test:
        started = time.perf_counter()
        ranked = ranking(text)
        took.append(time.perf_counter() - started)
        places.append(ranked.index(label) + 1 if label in ranked else 0)
    count = len(places) / 100
    first, three = sum(place == 1 for place in places), sum(0 < place <= 3 for place in places)
    reciprocal = sum(1 / place for place in places if place)
    return first / count, three / count, reciprocal / count, 1000 * statistics.median(took)


def gated(answers: Answers, labels: Sequence[str], data: Set) -> tuple[float, float | None]:
    """Right answers in percent, where a hand-over counts as wrong; and how much of the foreign is not answered."""
    right = sum((SURE, label) == _said(answers, labels, text) for text, label in data.test)
    kept = [text for text in data.foreign if _said(answers, labels, text)[0] != SURE]
    share = 100 * len(kept) / len(data.foreign) if data.foreign else None
    return 100 * right / len(data.test), share


def _said(answers: Answers, labels: Sequence[str], text: str) -> tuple[str, str]:
    verdict = answers.answer(text)
    return verdict.kind, labels[verdict.entries[0] - 1] if verdict.entries else ""


def memory() -> float:
    """What this process has taken at most, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(folder: Path, semantic: Path | None = None, each: int | None = None, *, titles: bool = False) -> list[Table]:
    """All figures of a set."""
    data = read(folder)
    if each is not None:
        data = replace(data, train=shortened(data.train, each))
    labels = sorted({label for _, label in data.train})
    before = memory()
    models, seconds, peak = learnt(data.train, labels, semantic, titles=titles)
    model = models[-1]
    answers = Answers(model, Encoder(semantic) if semantic else None)
    answers.answer(data.test[0][0])
    more = memory() - before

    def ours(text: str) -> list[str]:
        vector = answers.encoder.vectors([text])[0] if answers.encoder else None
        return [labels[entry - 1] for entry, _ in model.ranked(features(text), 10, vector) if entry > 0]

    rows = [_row(name, measured(ranking, data.test)) for name, ranking in (
        ("this engine", ours),
        ("SQLite full-text search", full_text(data.train)),
        ("scikit-learn out of the box", out_of_the_box(data.train)),
    )]  # fmt: skip
    right, kept = gated(answers, labels, data)
    gate = model.gate
    facts = [
        ("phrasings, entries, questions", f"{len(data.train)}, {len(labels)}, {len(data.test)}"),
        ("right answers given at once (a hand-over counts as wrong)", f"{right:.1f} %"),
        (
            "out-of-scope questions not answered",
            "none asked" if kept is None else f"{kept:.1f} % of {len(data.foreign)}",
        ),
        (
            "as estimated: right answers, false answers",
            f"{_percent(gate.right_answers)}, {_percent(gate.false_answers)}",
        ),
        ("learnt and published after, gate estimated after", f"{seconds[0]:.1f} s, {seconds[-1]:.1f} s"),
        ("memory of the bot for it, of the worker at most", f"{more:.0f} MB, {peak:.0f} MB"),
        ("stored", f"{len(model.to_bytes()) / 1e6:.1f} MB"),
    ]
    return [
        Table(
            f"Answers: {folder.resolve().name}",
            "Questions and their entries, found by each.",
            ["", "@1", "@3", "MRR", "median ms"],
            rows,
        ),
        Table(
            "What it gives and takes",
            "The whole way: worker, matrix, gate.",
            ["", "measured"],
            [list(fact) for fact in facts],
        ),
    ]


def _row(name: str, figures: tuple[float, float, float, float]) -> list[str]:
    first, three, reciprocal, took = figures
    return [name, f"{first:.1f}", f"{three:.1f}", f"{reciprocal:.1f}", f"{took:.2f}"]


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.0f} %"


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.answers", description="Measure how well questions are answered.")
    parser.add_argument("folder", type=Path, help="with train.csv, test.csv (text,label) and, if there is, oos.csv")
    print(f"Measured {machine()}.\n")
    parser.add_argument("--semantic", type=Path, metavar="FOLDER", help="of a model that reads meanings")
    parser.add_argument("--each", type=int, metavar="N", help="teach the first N phrasings of each label only")
    parser.add_argument("--titles", action="store_true", help="teach the label as one more phrasing")
    asked = parser.parse_args()
    for table in run(asked.folder, asked.semantic, asked.each, titles=asked.titles):
        print(table.markdown())


if __name__ == "__main__":
    main()
