"""A club that has written nothing yet: it answers from a person's own data, and takes nothing else for that."""

from __future__ import annotations

from functools import cache

import pytest

from club import ordinary, own_data
from club.learning import Phrasing, estimate, learn
from club.matching import SURE, UNSURE, Model


@cache
def new_club() -> Model:
    lessons = [(text, number, False) for text, number in own_data.phrasings()]
    taught = [Phrasing(*lesson) for lesson in (*lessons, *ordinary.beside(lessons))]
    model = learn(taught)
    assert model is not None
    model.gate = estimate(taught, 0.1)
    return model


@pytest.mark.parametrize(
    "question",
    [
        "do you have wifi in the shop?",
        "can I pay by card",
        "is there parking nearby",
        "I want my money back",
        "你们有停车位吗",
        "廁所在哪裡",
        "我想退貨",
        "你们招人吗",
    ],
)
def test_an_ordinary_question_goes_to_a_person(question: str) -> None:
    assert new_club().verdict(question).kind == UNSURE


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("how many pionts do I have", own_data.POINTS),
        ("積分多少", own_data.POINTS),
        ("am I gold already", own_data.TIER),
        ("where's my coupon", own_data.VOUCHERS),
        ("any news on my complaint?", own_data.REQUESTS),
        ("when do you close today", own_data.HOURS),
        ("几点营业", own_data.HOURS),
        ("opening hours of the nearest branch", own_data.HOURS),
        ("哪家門市離我最近", own_data.HOURS),
    ],
)
def test_what_is_ones_own_is_known_all_the_same(question: str, entry: int) -> None:
    verdict = new_club().verdict(question)
    assert (verdict.kind, verdict.entries) == (SURE, (entry,))


def test_few_foreign_questions_would_be_answered() -> None:
    false_answers = new_club().gate.false_answers
    assert false_answers is not None
    assert false_answers < 0.3


def test_what_a_club_has_written_about_is_ordinary_no_more() -> None:
    subjects = {number for _, number in ordinary.phrasings([])}
    left = {number for _, number in ordinary.phrasings(["Is there WiFi here?", "停车要钱吗"])}
    assert len(subjects - left) == 2
    assert not any("wifi" in text or "停车" in text for text, number in ordinary.phrasings([]) if number in left)


def test_a_club_that_has_written_enough_learns_nothing_else() -> None:
    lessons = [(f"question {number}", number, False) for number in range(1, ordinary.FEW + 1)]
    assert ordinary.beside(lessons) == []
    assert ordinary.beside(lessons[1:]) != []
