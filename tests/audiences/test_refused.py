"""What is no audience is refused at once: where, what was found, what would have worked."""

from __future__ import annotations

from datetime import date
from time import perf_counter
from typing import Any

import pytest

from campaigns import audiences
from campaigns.problems import Invalid


def _problems(data: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        audiences.parse(data)
    return [str(problem) for problem in refused.value.problems]


def _deep(levels: int) -> Any:
    data: Any = {"points": {"at_least": 1}}
    for _ in range(levels):
        data = {"not": data}
    return data


def test_a_field_nobody_knows_is_told_with_those_there_are() -> None:
    (told,) = _problems({"all": [{"points": {"at_least": 1}}, {"shoe_size": {"at_least": 40}}]})
    assert told.startswith("audience.all[2]: found 'shoe_size', expected all, any, not, or one of language, zone,")


def test_every_mistake_is_told_at_once_and_where_it_stands() -> None:
    told = _problems(
        {"any": [{"points": {"at_least": "many"}}, {"not": {"bought": {"within_days": 0, "colour": "red"}}}]}
    )
    assert told == [
        "audience.any[1].points.at_least: found 'many', expected a whole number from 1 to 1000000000.",
        "audience.any[2].not.bought: found 'colour', expected one or more of "
        "product, category, branch, within_days, at_least, at_most.",
        "audience.any[2].not.bought.within_days: found 0, expected a whole number from 1 to 36500.",
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (None, "nothing"),
        ([], "a list of 0"),
        ("everybody", "'everybody'"),
        ({"all": {"points": {"at_least": 1}}}, "{'points'}"),
        ({"any": []}, "a list of 0"),
        ({"points": {"at_least": 1}, "tier": {"in": ["gold"]}}, "{'points', 'tier'}"),
        ({"points": [1]}, "a list of 1"),
        ({"points": {}}, "{}"),
        ({"points": {"at_least": True}}, "True"),
        ({"points": {"at_least": 1.5}}, "1.5"),
        ({"points": {"at_least": 10**5_000}}, "a number without end"),
        ({"points": {"at_least": 9, "at_most": 3}}, "3"),
        ({"points": {1: 2}}, "1"),
        ({b"points": {}}, "a bytes"),
        ({"tag": {"in": ["vip", 3]}}, "a list of 2"),
        ({"tag": {"in": [""]}}, "a list of 1"),
        ({"tag": {"in": ["a\x00b"]}}, "a list of 1"),
        ({"tag": {"in": ["x"] * 51}}, "a list of 51"),
        ({"bought": {"product": "x" * 201}}, f"'{'x' * 40}…'"),
        ({"language": {"in": ["fr"]}}, "a list of 1"),
        ({"zone": {"in": ["Mars/Base"]}}, "a list of 1"),
        ({"status": {"in": ["erased"]}}, "a list of 1"),
        ({"joined": {"since": "2026-02-30"}}, "'2026-02-30'"),
        ({"birthday": {"month": 13}}, "13"),
        ({"silent": {"times": float("nan")}}, "nan"),
        ({"silent": {"times": float("inf")}}, "inf"),
        ({"custom": {"name": "size"}}, "{'name'}"),
        ({"campaign": {"did": "eaten", "key": "spring"}}, "'eaten'"),
        ({"event": {"number": 3}}, "{'number'}"),
        ({"event": {"is": "missed"}}, "'missed'"),
        ({"event": {"is": "came", "number": 0}}, "0"),
        ({"event": {"is": "came", "number": "3"}}, "'3'"),
    ],
)  # fmt: skip
def test_what_was_found_is_said(data: object, found: str) -> None:
    assert f": found {found}, expected " in _problems(data)[0]


@pytest.mark.parametrize(
    "data",
    [
        _deep(100_000),
        {"all": [{"points": {"at_least": 1}}] * 1_000_000},
        {"all": [{"any": [{"any": [{"nonsense": {}}] * 40}] * 40}] * 40},
        {"tag": {"in": ["x"] * 1_000_000}},
        {"tag": {"in": "x" * 10_000_000}},
        {"points": dict.fromkeys(range(1_000_000), 1)},
        {str(number): {} for number in range(1_000_000)},
    ],
    ids=["deep", "long", "bushy", "many words", "long word", "many keys", "many names"],
)
def test_what_is_meant_to_choke_us_is_refused_in_no_time(data: object) -> None:
    began = perf_counter()
    told = _problems(data)
    assert perf_counter() - began < 0.5
    assert len(told) <= 20
    assert all(len(problem) < 500 for problem in told)


def test_a_day_as_a_file_reads_it_is_the_day_that_was_written() -> None:
    assert audiences.parse({"joined": {"since": date(2026, 1, 2)}}).as_data() == {"joined": {"since": "2026-01-02"}}


def test_a_word_stands_for_a_list_of_one_and_a_list_has_no_order() -> None:
    assert audiences.parse({"tag": {"in": "vip"}}) == audiences.parse({"tag": {"in": ["vip", " vip"]}})
    assert audiences.parse({"tag": {"in": ["b", "a"]}}) == audiences.parse({"tag": {"in": ["a", "b"]}})
