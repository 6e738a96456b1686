"""The worker learns while the bot goes on: a change is answered with soon, and nobody waits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter

import pytest

from bot.clock import ShiftedClock
from bot.learner import request
from bot.teaching import Teaching
from club import knowledge as club_knowledge
from club.knowledge import Draft
from club.matching import SURE, Answers
from storage import knowledge, learnt
from storage.database import Database, open_database
from storage.sealing import Vault
from tests.club import MASTER_KEY, NOON


async def writes(database: Database, title: str, *ways: str) -> int:
    draft = Draft(title, {"en": (title, "Yes.")}, {"en": list(ways)})
    return (await database.write(lambda db: club_knowledge.add(db, draft, None, NOON))).id


async def test_what_was_written_is_learnt_in_a_process_of_its_own_and_kept(any_url: str) -> None:
    database = await open_database(any_url, Vault(MASTER_KEY))
    answers = Answers()
    teaching = Teaching(database, answers, ShiftedClock(NOON), 0.1)
    try:
        dogs = await writes(database, "Dogs", "can I bring my dog", "are dogs allowed", "is my puppy welcome")
        learning = asyncio.create_task(teaching.keep_up())
        while answers.model is None and not learning.done():
            await database.read(knowledge.count)  # the bot goes on meanwhile
            await asyncio.sleep(0.01)
        await learning
        assert answers.model is not None
        assert answers.model.ranked(_bag("may my dog come in"))[0][0] == dogs
        row = await database.read(learnt.latest)
        assert row is not None
        assert row.estimated
        model = answers.model
        await teaching.keep_up()
        assert answers.model is model, "nothing changed, nothing is learnt"
        restarted = Answers()
        again = Teaching(database, restarted, ShiftedClock(NOON), 0.1)
        await again.keep_up()
        assert restarted.model is not None
        assert restarted.model.gate == model.gate
        assert again._worker is None, "what was learnt is taken up, not learnt again"
    finally:
        await teaching.stop()
        await database.close()


def _bag(text: str) -> Counter[str]:
    from club.tokens import features

    return features(text)


async def test_a_stop_does_not_wait_for_the_worker(sqlite_url: str) -> None:
    database = await open_database(sqlite_url, Vault(MASTER_KEY))
    teaching = Teaching(database, Answers(), ShiftedClock(NOON), 0.1)
    try:
        learning = asyncio.create_task(teaching.keep_up())
        while teaching._worker is None and not learning.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await teaching.stop()
        async with asyncio.timeout(2):
            await asyncio.gather(learning, return_exceptions=True)
        assert await database.read(learnt.latest) is None
    finally:
        await database.close()


def test_a_worker_ends_with_whom_it_works_for() -> None:
    worker = subprocess.Popen([sys.executable, "-m", "bot.learner"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert worker.stdin is not None
    worker.stdin.write(request([(f"word{number}", number, False) for number in range(3_000)], 0.1))
    worker.stdin.close()
    assert worker.wait(timeout=60) == 1


@pytest.mark.parametrize("lessons", [[("when do you open", 1, False), ("where can I park", 2, False)], []])
def test_a_worker_that_is_done_ends_in_peace_though_somebody_still_listens(
    lessons: list[tuple[str, int, bool]],
) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "bot.learner"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stderr is not None
    with worker.stdin, worker.stdout, worker.stderr:
        worker.stdin.write(request(lessons, 0.1))
        worker.stdin.flush()
        worker.stdout.read()
        assert (worker.wait(timeout=60), worker.stderr.read()) == (0, b"")


async def test_a_worker_that_fails_is_not_started_again_and_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(sqlite_url, Vault(MASTER_KEY))
    teaching = Teaching(database, Answers(), ShiftedClock(NOON), 0.1)
    monkeypatch.setattr("bot.teaching.WORKER", "no.such.module")
    try:
        with pytest.raises(RuntimeError, match="ended early"):
            await teaching.keep_up()
        await teaching.keep_up()
        assert teaching._answers.model is None
        assert teaching._answers.answer("anything").kind != SURE
    finally:
        await database.close()
