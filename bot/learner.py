"""The worker that learns: `python -m bot.learner`, with the lessons on its standard input, models on its output.

A model comes at once, its gate a cautious guess, and once more when the gate was estimated. What is said in either
direction is preceded by its length in eight bytes. Whoever asked holds the input open: when it closes, nobody waits any
more, and the worker ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

NICER = 10
HEAD = 8


def main() -> None:
    with suppress(OSError):
        os.nice(NICER)  # whoever waits for an answer goes first
    asked = json.loads(sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(HEAD), "big")))
    threading.Thread(target=_end_with_the_input, daemon=True).start()
    from club.learning import Phrasing, estimate, learn
    from club.meaning import Encoder
    from club.ordinary import beside

    lessons = [Phrasing(*lesson) for lesson in (*asked["lessons"], *beside(asked["lessons"]))]
    encoder = Encoder(Path(asked["semantic_model"])) if asked["semantic_model"] else None
    vectors = encoder.vectors([lesson.text for lesson in lessons]) if encoder else ()
    model = learn(lessons, vectors, encoder.mark if encoder else "")
    if model is None:
        return
    _send(sys.stdout.buffer, model.to_bytes())
    model.gate = estimate(lessons, asked["handed_over"], vectors)
    _send(sys.stdout.buffer, model.to_bytes())


def request(lessons: Sequence[tuple[str, int, bool]], handed_over: float, semantic_model: Path | None = None) -> bytes:
    """What a worker is asked: the lessons, the share of right answers that may go to a person instead, and the folder
    of the model that reads meanings, where there is one."""
    asked = {"lessons": lessons, "handed_over": handed_over, "semantic_model": semantic_model and str(semantic_model)}
    content = json.dumps(asked).encode()
    return len(content).to_bytes(HEAD, "big") + content


def _end_with_the_input() -> None:
    """Reads past Python's own buffer: whoever still holds that one when the interpreter ends, kills it."""
    while os.read(sys.stdin.fileno(), 1_000):
        pass
    os._exit(1)


def _send(to: IO[bytes], content: bytes) -> None:
    to.write(len(content).to_bytes(HEAD, "big") + content)
    to.flush()


if __name__ == "__main__":
    main()
