"""How well questions are answered, and how it knows when it does not know."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from club.learning import Phrasing, estimate, learn
from club.matching import MAYBE, SURE, UNSURE, Answers, Gate, Model, Verdict, cautious
from club.tokens import features
from tests.answers.asked import asked, foreign, learnt, lessons


def test_questions_in_other_words_and_scripts_find_their_entry() -> None:
    _, numbers = lessons()
    best = [(model_says(text), numbers[name]) for text, name in asked()]
    assert sum(found == wanted for found, wanted in best) >= 0.85 * len(best)


def model_says(text: str) -> int:
    return learnt().ranked(features(text))[0][0]


def test_the_right_one_is_nearly_always_among_three() -> None:
    _, numbers = lessons()
    among = [numbers[name] in [entry for entry, _ in learnt().ranked(features(text))] for text, name in asked()]
    assert sum(among) >= 0.93 * len(among)


def test_most_that_nobody_taught_it_is_not_answered() -> None:
    sure = [text for text in foreign() if learnt().verdict(text).kind == SURE]
    assert len(sure) <= 0.2 * len(foreign())


def test_what_it_is_sure_of_is_right() -> None:
    _, numbers = lessons()
    sure = [
        (verdict.entries, numbers[name]) for text, name in asked() if (verdict := learnt().verdict(text)).kind == SURE
    ]
    assert len(sure) >= 0.6 * len(asked())
    assert sum(entries == (wanted,) for entries, wanted in sure) >= 0.95 * len(sure)


def test_how_sure_is_sure_is_estimated_from_what_was_held_out() -> None:
    gate = learnt().gate
    assert 0 < gate.maybe <= gate.sure < 1
    assert gate.right_answers is not None
    assert gate.false_answers is not None
    assert gate.right_answers > gate.false_answers


def test_handing_over_more_means_fewer_false_answers() -> None:
    taught, _ = lessons()
    bold, careful = estimate(taught, 0.05), estimate(taught, 0.3)
    assert bold.sure < careful.sure
    assert (bold.false_answers or 0) >= (careful.false_answers or 0)


def test_the_same_lessons_give_the_same_gate() -> None:
    taught, _ = lessons()
    assert estimate(taught, 0.1) == learnt().gate


def test_too_few_lessons_give_a_cautious_gate() -> None:
    two = [Phrasing("when do you open", 1), Phrasing("where can I park", 2), Phrasing("parking", 2, True)]
    assert estimate(two, 0.1) == cautious(2)
    model = learn(two)
    assert model is not None
    assert model.verdict("when do you open").kind == SURE
    assert model.verdict("who won the match").kind != SURE


@pytest.mark.parametrize("taught", [[], [Phrasing("when do you open", 1)], [Phrasing("???", 1), Phrasing("tea", 2)]])
def test_of_fewer_than_two_entries_nothing_is_learnt(taught: list[Phrasing]) -> None:
    assert learn(taught) is None


def test_without_a_model_nothing_is_sure() -> None:
    assert Answers().answer("when do you open") == Verdict(UNSURE)


@pytest.mark.parametrize("text", ["", "???", "🙂🙂", "\x00", "ק" * 50])
def test_what_has_no_known_words_is_not_sure(text: str) -> None:
    assert learnt().verdict(text) == Verdict(UNSURE)


def test_between_sure_and_not_three_are_offered() -> None:
    model = Model.from_bytes(learnt().to_bytes())
    model.gate = Gate(sure=1.1, maybe=0.0)
    verdict = model.verdict("how do I brew it")
    assert (verdict.kind, len(set(verdict.entries))) == (MAYBE, 3)


def test_a_model_survives_being_stored() -> None:
    back = Model.from_bytes(learnt().to_bytes())
    assert back.gate == learnt().gate
    assert [back.verdict(text) for text, _ in asked()] == [learnt().verdict(text) for text, _ in asked()]


def test_an_answer_takes_less_than_a_millisecond() -> None:
    texts = [text for text, _ in asked()] * 10
    started = time.perf_counter()
    for text in texts:
        learnt().verdict(text)
    assert (time.perf_counter() - started) / len(texts) < 0.001


def test_answering_does_not_load_what_only_learning_needs() -> None:
    code = (
        "import sys; import bot.app, handlers.router, club.matching, bot.teaching; "
        "print(sorted(name for name in ('scipy', 'numpy', 'opencc') if name in sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
