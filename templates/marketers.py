"""Texts that marketers write in a chat: checked when they are kept, rendered when they leave.

    texts = Marketers()
    texts.check({"en": "Hello {{ nmae }}"}, samples)    # [Wrong("en, line 1", "{{ nmae }}", "{{ name }}")]
    texts.render([Text(source, "en", {"name": "Ana", "points": 120}), …])

Such a text is hostile until shown to be harmless, so all reading and rendering happens in a process of its own
(`templates/worker.py`), which is ended and begun anew whenever a text breaks a limit. The others of its batch are not
touched by that.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from templates.fields import DATE, FIELDS, NUMBER, Facts
from templates.hostile import TOO_BIG, Wrong
from templates.telegram_html import LONGEST

SECONDS = 1.0
"""For one text, whatever it is; then its process is ended."""
STARTING = 20.0
AT_ONCE = 200
"""Texts in one round trip."""
LONGEST_ANSWER = 1_000_000
"""Bytes of the answer for one text; no honest one comes near."""
SAMPLED = 200
"""Members with whom a text is tried when it is checked."""
LONGEST_NAME = "👩‍👩‍👧‍👦<&" * 8
ENDED = Wrong("text", "something that takes too long or too much", "text and fields like {{ name }}")


class Text(NamedTuple):
    """What is to be rendered: as it is written, for whom, in at most so many characters (a caption has fewer)."""

    source: str
    language: str
    facts: Facts
    most: int = LONGEST


class Marketers:
    """The texts of marketers. May be used from any thread; one batch at a time."""

    def __init__(self, program: str = "templates.worker") -> None:
        self._program = program
        self._worker: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._lock = threading.Lock()

    def check(self, sources: Mapping[str, str], samples: Sequence[Facts] = (), most: int = LONGEST) -> list[Wrong]:
        """What is wrong with a text in its languages: as it is written, and for each of these members and the worst
        that can be (no name, the longest name)."""
        found = []
        for language, source in sources.items():
            written = self._ask([("check", Text(source, language, {}, most))])[0]
            wrong = [Wrong(*one) for one in written[1]] if written[0] == "checked" else [Wrong(*written[1:])]
            wrong = wrong or self._tried(source, language, samples[:SAMPLED], most)
            found += [one._replace(place=f"{language}, {one.place}") for one in wrong]
        return found

    def _tried(self, source: str, language: str, samples: Sequence[Facts], most: int) -> list[Wrong]:
        """The first member for whom it does not come out."""
        cases = [*worst(), *(("one of the members", facts) for facts in samples)]
        answers = self.render([Text(source, language, facts, most) for _, facts in cases])
        for (whom, _), answer in zip(cases, answers, strict=True):
            if isinstance(answer, Wrong):
                return [answer._replace(place=f"for {whom}")]
        return []

    def render(self, texts: Sequence[Text]) -> list[str | Wrong]:
        """Each text as Telegram's HTML, or what is wrong with it, in their order."""
        answers = self._ask([("render", text) for text in texts])
        return [str(answer[1]) if answer[0] == "text" else Wrong(*answer[1:]) for answer in answers]

    def close(self) -> None:
        with self._lock:
            self._end()

    def _ask(self, work: Sequence[tuple[str, Text]]) -> list[list[Any]]:
        """An answer for each. Where a worker ends over a batch, what it did not answer goes one by one."""
        answers: list[list[Any]] = []
        at_once = AT_ONCE
        with self._lock:
            while len(answers) < len(work):
                batch = work[len(answers) : len(answers) + at_once]
                found, blamed = self._batch(batch)
                if len(found) < len(batch):
                    at_once = 1
                    self._end()
                if blamed and not found and len(batch) == 1:
                    found = [["wrong", *ENDED]]
                answers += found
        return answers

    def _batch(self, batch: Sequence[tuple[str, Text]]) -> tuple[list[list[Any]], bool]:
        """The answers that came; and where some did not, whether the next of them is to blame for it. It is not where
        an old worker turns out to be dead: something else may have ended it."""
        answers: list[list[Any]] = []
        new = self._worker is None
        try:
            self._send(_written(batch))
            while len(answers) < len(batch):
                answers.append(_read(self._line(SECONDS)))
                if answers[-1][1:] == list(TOO_BIG):
                    self._end()  # it has ended itself
                    break
        except (TimeoutError, ValueError):
            return answers, True
        except (OSError, EOFError):
            return answers, new
        return answers, False

    def _send(self, line: bytes) -> None:
        if self._worker is None or self._worker.poll() is not None:
            self._begin()
        worker = self._worker
        if worker is None or worker.stdin is None:
            raise OSError("the worker did not begin")
        worker.stdin.write(line)
        worker.stdin.flush()

    def _begin(self) -> None:
        """A worker knows nothing of us: no environment, no open file, no secret."""
        self._end()
        self._worker = subprocess.Popen(  # noqa: S603 ourselves
            [sys.executable, "-m", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path) or ".", "LC_ALL": "C.UTF-8"},
            cwd="/",
        )
        if self._line(STARTING) != b"ready":
            raise OSError("the worker did not begin")

    def _line(self, seconds: float) -> bytes:
        """The next line of the worker. Raises `TimeoutError`, `EOFError`, or `ValueError` for one without end."""
        if self._worker is None or self._worker.stdout is None:
            raise EOFError
        pipe, until = self._worker.stdout.fileno(), time.monotonic() + seconds
        while b"\n" not in self._unread:
            left = until - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise TimeoutError
            more = os.read(pipe, 65_536)
            if not more:
                raise EOFError
            self._unread += more
            if len(self._unread) > LONGEST_ANSWER:
                raise ValueError("an answer without end")
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _end(self) -> None:
        worker, self._worker, self._unread = self._worker, None, b""
        if worker is not None:
            worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()


def _written(batch: Sequence[tuple[str, Text]]) -> bytes:
    """A batch as a line: each source once, however many get it."""
    sources: dict[str, int] = {}
    texts = [
        [work, sources.setdefault(text.source, len(sources)), text.language, text.most, dict(text.facts)]
        for work, text in batch
    ]
    return json.dumps({"sources": list(sources), "texts": texts}).encode() + b"\n"


def _read(line: bytes) -> list[Any]:
    """What the worker says is not believed either: an answer has one of three shapes. Raises `ValueError`."""
    answer = json.loads(line)
    match answer:
        case ["text", str()] | ["wrong", str(), str(), str()]:
            return list(answer)
        case ["checked", [*found]] if all(isinstance(one, list) and len(one) == 3 for one in found):
            return list(answer)
    raise ValueError("no answer")


def worst() -> Iterator[tuple[str, Facts]]:
    """Members on whom a text breaks first, in words and facts."""
    always: dict[str, Any] = {name: _some(one.kind) for name, one in FIELDS.items() if one.always}
    full: dict[str, Any] = {name: _some(one.kind) for name, one in FIELDS.items()}
    long = {name: LONGEST_NAME for name, one in FIELDS.items() if one.kind not in (DATE, NUMBER)}
    big = {name: 10**12 for name, one in FIELDS.items() if one.kind == NUMBER}
    none = {name: 0 for name, one in FIELDS.items() if one.kind == NUMBER}
    yield "somebody of whom nothing is known", always
    yield "somebody of whom everything is known", full
    yield "somebody with the longest name", {**full, **long, **big}
    yield "somebody without points", {**full, **none}
    yield "somebody whose name is code", {**full, "name": "{{ 7*7 }}<script>&lt;"}


def _some(kind: str) -> str | int:
    return 1234 if kind == NUMBER else "2027-02-06" if kind == DATE else "Ana"
