"""A city is the same city, however it is written."""

from __future__ import annotations

import pytest

from club.cities import names_city, same, written_for


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("台北", "臺北市"),
        ("上海", "上海市"),
        ("上海", "上海浦东"),
        ("Taipei", "臺北市大安區"),
        ("Taipei / 台北", "台北"),
        ("高雄", "高雄縣"),
        ("广东省深圳市南山区", "深圳"),
        ("中国，上海", "shanghai"),
        ("Xi'an", "西安"),
        ("雪梨", "Sydney"),
        ("Köln", "koeln"),
        ("BERLIN", "Berlin Mitte"),
        ("Berlin, Germany", "berlin"),
    ],
)
def test_these_are_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("台北", "新北"),
        ("吉林", "吉林省长春"),
        ("Berlin, Germany", "Hamburg, Germany"),
        ("York", "New York"),
        ("Bern", "Berlin"),
        ("台灣", "台灣"),
        ("", "Berlin"),
        ("/", "-"),
        ("市", "市"),
    ],
)
def test_and_these_are_not(one: str, other: str) -> None:
    assert not same(one, other)
    assert not same(other, one)


def test_a_city_is_found_among_other_words() -> None:
    assert names_city("are you open in Taipei today?", "台北")
    assert names_city("你們臺北的店幾點開門", "Taipei / 台北")
    assert not names_city("when do you open", "Peking")
    assert not names_city("think of me", "香港 / HK")


def test_each_reads_the_way_of_writing_it_that_suits_them() -> None:
    assert written_for("Taipei / 台北", chinese=True) == "台北"
    assert written_for("台北 / Taipei", chinese=False) == "Taipei"
    assert written_for("Berlin", chinese=True) == "Berlin"
    assert written_for("", chinese=True) == ""
