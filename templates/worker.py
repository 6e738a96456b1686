"""The process in which marketers' texts are read and rendered: with little memory, little time, no files, no network.

It takes one line of JSON for a batch and answers with one line for each text. `templates/marketers.py` starts it, waits
no longer than a text may take, and ends it when a limit is broken.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from templates import LANGUAGES
from templates.filling import Broken, rendered, warm
from templates.hostile import TOO_BIG, TOO_SLOW, wrong_in

SIGN_OF_LIFE = 0.05
"""Seconds for which answers are gathered before they are handed out."""
SECONDS = 0.5
"""For one text, in here. The starter waits a little longer."""
MEMORY = 64 * 1024 * 1024
"""Bytes above what the process has when it begins."""


class _TooSlow(BaseException):
    """The alarm has rung. No `except Exception` on the way holds it up."""


def main() -> None:
    warm(LANGUAGES)
    signal.signal(signal.SIGALRM, _ring)
    _shut_in()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin.buffer:
        if not _answered(json.loads(line)):
            return  # what did not fit may lie about; the next one begins in a tidy room


def _answered(batch: dict[str, Any]) -> bool:
    """Write down an answer for each text of a batch; False after one for which there was too little memory."""
    _allow_seconds(len(batch["texts"]))
    flushed = time.monotonic()
    for work, source, language, most, facts in batch["texts"]:
        answer = _answer(work, batch["sources"][source], language, most, facts)
        sys.stdout.write(json.dumps(answer) + "\n")
        if time.monotonic() - flushed > SIGN_OF_LIFE:
            sys.stdout.flush()
            flushed = time.monotonic()
        if answer[1:] == list(TOO_BIG):
            break
    sys.stdout.flush()
    return answer[1:] != list(TOO_BIG)


def _allow_seconds(texts: int) -> None:
    """Of the processor, should the alarm not be heard and the starter be asleep."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + texts * SECONDS) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _shut_in() -> None:
    """From here on there is no more memory than this, no new file or socket, no further process."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY,) * 2)
    for limit in (resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # the three that are open


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise _TooSlow


def _answer(work: str, source: str, language: str, most: int, facts: dict[str, Any]) -> list[Any]:
    """["text", …] or ["wrong", place, found, expected]; of a check, ["checked", all that is wrong]."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        if work == "check":
            return ["checked", [list(one) for one in wrong_in(source)]]
        return ["text", rendered(source, language, facts, most)]
    except Broken as broken:
        return ["wrong", *broken.wrong]
    except _TooSlow:
        return ["wrong", *TOO_SLOW]
    except MemoryError:
        return ["wrong", *TOO_BIG]
    except Exception as error:  # a text must not end the worker of the others
        return ["wrong", "text", type(error).__name__, "text and fields like {{ name }}"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
