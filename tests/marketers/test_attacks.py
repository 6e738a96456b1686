"""Whoever takes a marketer's chat gets nothing by writing texts: no way out, no standstill, no flood."""

from __future__ import annotations

import html
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from templates.fields import Facts
from templates.hostile import Wrong
from templates.marketers import SECONDS, Marketers, Text
from templates.worker import MEMORY
from tests.marketers.attacks import ALL, CANARY, EXHAUSTING, GLOBALS, ONES_OWN, OTHER_ENGINES

FACTS: Facts = {"name": "Ana", "points": 120, "today": "2027-02-06"}
WHOLE = "GUANXI_ATTACKS" in os.environ
"""Each attack on the unguarded worker too, not only some: a few minutes."""


@pytest.fixture(autouse=True)
def _nobody_came_through() -> Iterator[None]:
    Path(CANARY).unlink(missing_ok=True)
    yield
    assert not Path(CANARY).exists()


def test_there_are_many_attacks() -> None:
    assert len(set(ALL)) >= 200


@pytest.mark.parametrize("source", ALL, ids=range(len(ALL)))
def test_no_attack_is_kept_and_none_is_rendered(texts: Marketers, source: str) -> None:
    began = time.monotonic()
    refused, answer = texts.check({"en": source}), texts.render([Text(source, "en", FACTS)])[0]
    assert time.monotonic() - began < SECONDS
    if source in OTHER_ENGINES and not refused:
        assert html.unescape(str(answer)) == source, "these are plain words here"
    else:
        assert refused
        assert isinstance(answer, Wrong)


def test_an_attack_among_others_harms_none_of_them(texts: Marketers) -> None:
    batch = [Text(f"{{{{ name }}}} {number}", "en", FACTS) for number in range(300)]
    batch[7:7] = [Text(source, "en", FACTS) for source in ALL[:20]]
    answers = texts.render(batch)
    assert [answer for answer in answers if isinstance(answer, str)] == [f"Ana {number}" for number in range(300)]


# ---- the second wall: were the first one to fall, the worker still has no time, no memory, no files


@pytest.fixture(scope="module")
def unguarded() -> Iterator[Marketers]:
    marketers = Marketers(program="tests.marketers.unguarded")
    yield marketers
    marketers.close()


SOME = [*GLOBALS[:5], ONES_OWN[2], ONES_OWN[3], *EXHAUSTING[:6], *EXHAUSTING[13:16], EXHAUSTING[24]]


@pytest.mark.parametrize("source", ALL if WHOLE else SOME, ids=range(len(ALL if WHOLE else SOME)))
def test_without_the_allow_list_it_is_still_ended(unguarded: Marketers, source: str) -> None:
    assert unguarded.render([Text("{{ name }}", "en", FACTS)]) == ["Ana"], "a new worker stands ready"
    base = _memory()
    began = time.monotonic()
    answer = unguarded.render([Text(source, "en", FACTS)])[0]
    assert time.monotonic() - began < 2 * SECONDS, "one, and what a busy machine takes to notice"
    assert isinstance(answer, Wrong) or len(answer) < MEMORY
    assert _memory() - base <= MEMORY


def test_a_worker_that_is_let_loose_opens_no_file_and_starts_no_program(unguarded: Marketers) -> None:
    globals_ = "{{ cycler.__init__.__globals__.__builtins__"
    for attempt in (
        globals_ + ".open('/etc/hostname').read() }}",
        globals_ + ".__import__('socket').socket() }}",
        globals_ + ".__import__('subprocess').check_output('id') }}",
    ):
        answer = unguarded.render([Text(attempt, "en", FACTS)])[0]
        assert isinstance(answer, Wrong), attempt
    answer = unguarded.render([Text(globals_ + ".__import__('os').environ.keys()|list }}", "en", FACTS)])[0]
    assert answer == "['PYTHONPATH', 'LC_ALL']", "it knows no secret of ours"


def test_innocent_texts_beside_one_that_kills_the_worker_are_rendered(unguarded: Marketers) -> None:
    kill = "{{ cycler.__init__.__globals__.os._exit(1) }}"
    hang = "{{ cycler.__init__.__globals__.__builtins__.sum(range(10**12)) }}"
    batch = [Text("{{ name }}", "en", FACTS) for _ in range(20)]
    batch[3:3] = [Text(kill, "en", FACTS), Text(hang, "en", FACTS)]
    answers = unguarded.render(batch)
    assert [isinstance(answer, Wrong) for answer in answers] == [False] * 3 + [True] * 2 + [False] * 17


def _memory() -> int:
    """Bytes that the largest of our workers had at its most."""
    children = Path("/proc/self/task").glob("*/children")
    workers = {pid for found in children for pid in found.read_text().split()}
    return max((_peak(pid) for pid in workers), default=0)


def _peak(pid: str) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)
