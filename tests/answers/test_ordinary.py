"""A club that has written nothing yet: it answers from a person's own data, and takes nothing else for that."""

from __future__ import annotations

from functools import cache

import pytest

from club import ordinary, own_data
from club.learning import Phrasing, estimate, learn
from club.matching import SURE, UNSURE, Gate, Model
from tests.answers.asked import learnt


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


WRITTEN = [("Is there WiFi here?", 1, False), ("停车", 2, True), ("停车要钱吗", 2, False)]


def test_what_a_club_has_written_about_is_ordinary_no_more() -> None:
    subjects = {number for _, number in ordinary.phrasings([])}
    left = {number for _, number in ordinary.phrasings(WRITTEN)}
    assert len(subjects - left) == 2
    assert not any("wifi" in text or "停车" in text for text, number in ordinary.phrasings([]) if number in left)


def test_a_club_that_has_written_enough_learns_nothing_else() -> None:
    lessons = [(f"question {number}", number, False) for number in range(1, ordinary.FEW + 1)]
    assert ordinary.beside(lessons) == []
    assert ordinary.beside(lessons[1:]) != []


def test_a_word_that_came_up_once_is_no_subject_of_the_club() -> None:
    tea = [("Tea without caffeine", 1, True), ("tea for a wheelchair user", 1, False), ("do you have decaf", 1, False)]
    assert any("wheelchair" in text for text, _ in ordinary.phrasings(tea))


@pytest.mark.parametrize(("next_best", "sure"), [(0.05, True), (0.11, False)])
def test_of_few_entries_one_answers_only_where_it_stands_out(next_best: float, *, sure: bool) -> None:
    gate = Gate(sure=0.1, maybe=0.05, clear=2.0)
    assert gate.is_sure([(1, 0.2), (2, next_best)]) == sure


def test_only_a_base_of_few_entries_asks_for_that() -> None:
    assert new_club().gate.clear > 1
    many = [Phrasing(f"{way} {word}", number) for number, word in enumerate(WORDS, 1) for way in ("about", "where is")]
    assert estimate(many, 0.1).clear == 1


WORDS = [first + second for first in ("ka", "lo", "mi", "nu", "pe") for second in "bdfghjkt"]


OTHERS = """
    do you sell coffee beans
    is green tea healthy
    which tea goes with chocolate
    what is the difference between white and green tea
    can I visit the plantation
    does tea stain teeth
    do you have a shop in london
    喝绿茶有什么好处
    白茶和绿茶有什么区别
    茶是哪里产的
    最贵的茶是哪种
    茶渍怎么洗
    喝茶会胖吗
    自己能种茶吗
    紫砂壺怎麼挑
    你們在上海有店嗎
"""


def test_a_shop_of_tea_does_not_answer_all_that_is_asked_about_tea() -> None:
    others = [line.strip() for line in OTHERS.strip().splitlines()]
    sure = [text for text in others if learnt().verdict(text).kind == SURE]
    assert len(sure) <= 0.25 * len(others), sure
