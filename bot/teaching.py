"""Sees to it that questions are answered from what the knowledge base says now.

Learning happens in a process of its own (`bot/learner.py`); here only the result is taken over. What changed is known
within seconds; how sure is sure enough is estimated afterwards. Nobody waits for either.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.clock import Clock
from bot.learner import HEAD, request
from club import knowledge
from storage import learnt
from storage.database import Database
from storage.learnt import Learnt

if TYPE_CHECKING:
    from club.matching import Answers, Gate, Model
    from club.meaning import Encoder

log = structlog.get_logger(__name__)

WORKER = "bot.learner"
MODELS = 2
"""What a worker sends: one at once, and one with its gate estimated."""
LONGEST = 900.0
"""Seconds for all there is to learn."""
PAUSE = 300.0
"""Seconds after a failure: what did not work is not tried all the time."""


class Teaching:
    """Keeps `answers` up to date. `handed_over`: the share of right answers that may go to a person instead; `rest`:
    seconds from now in which nothing is learnt; `semantic_model`: the folder of a model that reads meanings."""

    def __init__(
        self,
        database: Database,
        answers: Answers,
        clock: Clock,
        handed_over: float,
        rest: float = 0.0,
        semantic_model: Path | None = None,
    ) -> None:
        self._database = database
        self._answers = answers
        self._clock = clock
        self._handed_over = handed_over
        self._semantic_model = semantic_model
        self._known: Learnt | None = None
        self._gate: Gate | None = None
        self._begun = self._ended = False
        self._not_before = time.monotonic() + rest
        self._worker: asyncio.subprocess.Process | None = None

    async def keep_up(self) -> None:
        """Take over what was learnt last, and learn where the knowledge base has changed since."""
        if not self._begun:
            await self._take_up()
        mark = self._answers.encoder.mark if self._answers.encoder else ""
        revision = await self._database.read(lambda db: knowledge.revision(db, self._handed_over, mark))
        if self._is_known(revision) or time.monotonic() < self._not_before or self._ended:
            return
        self._not_before = time.monotonic() + PAUSE
        async with asyncio.timeout(LONGEST):
            await self._learn(revision)
        if not self._ended:
            self._not_before = 0.0

    async def stop(self) -> None:
        """Learn no more; what is half learnt is learnt at the next start."""
        self._ended = True
        if self._worker is not None:
            _kill(self._worker)

    def _is_known(self, revision: str) -> bool:
        return self._known is not None and self._known.revision == revision and self._known.estimated

    async def _take_up(self) -> None:
        if self._semantic_model is not None:
            self._answers.encoder = await asyncio.to_thread(_reader, self._semantic_model)
        self._known = await self._database.read(learnt.latest)
        if self._known is not None:
            model = self._answers.model = await asyncio.to_thread(_opened, self._known.content)
            self._gate = model.gate if self._known.estimated else None
        self._begun = True

    async def _learn(self, revision: str) -> None:
        lessons = await self._database.read(knowledge.lessons)
        received = 0
        async with aclosing(self._models(lessons)) as models:
            async for content in models:
                await self._publish(revision, content, estimated=received > 0)
                received += 1
        if received < MODELS and not self._ended:
            log.error("the questions could not be learnt, it is tried again", seconds=int(PAUSE))
            raise RuntimeError("the worker that learns ended early")

    async def _publish(self, revision: str, content: bytes, *, estimated: bool) -> None:
        """Answer by this model from now on. Until its gate is estimated, the last one's is nearer than a guess."""
        model = await asyncio.to_thread(_opened, content)
        gate = model.gate
        row = Learnt(revision, estimated, gate.right_answers, gate.false_answers, content, self._clock.now())
        if estimated:
            self._gate = gate
        model.gate = self._gate or gate
        self._answers.model = model
        await self._database.write(lambda db: learnt.put(db, row))
        self._known = row

    async def _models(self, lessons: list[tuple[str, int, bool]]) -> AsyncGenerator[bytes, None]:
        """What the worker makes of the lessons, one model after the other."""
        worker = self._worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            WORKER,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        ended = False
        try:
            assert worker.stdin is not None
            assert worker.stdout is not None
            reads = self._semantic_model if self._answers.encoder else None
            worker.stdin.write(request(lessons, self._handed_over, reads))
            with suppress(asyncio.IncompleteReadError), closing(worker.stdin):
                while True:
                    length = int.from_bytes(await worker.stdout.readexactly(HEAD), "big")
                    yield await worker.stdout.readexactly(length)
            ended = True
        finally:
            if not ended:
                _kill(worker)
            await worker.wait()
            self._worker = None


def _kill(worker: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        worker.kill()


def _reader(folder: Path) -> Encoder | None:
    """What reads meanings; without it the words alone have to do, as `guanxi check` says too."""
    from club.meaning import Encoder, ModelProblem

    try:
        return Encoder(folder)
    except ModelProblem as problem:
        log.error("questions are answered by their words alone", reason=f"knowledge.semantic_model: {problem}")
        return None


def _opened(content: bytes) -> Model:
    """NumPy is loaded with the first model."""
    from club.matching import Model

    return Model.from_bytes(content)
