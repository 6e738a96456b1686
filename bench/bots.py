"""The bots that are measured: ours as it is shipped, and stock programs that say the same."""

from __future__ import annotations

import csv
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import TOKEN
from bench.program import HOME, PYTHON, Program, running

OURS = "Guanxi"
CLUB = {"name": "Our club"}
WELCOME_POINTS = 20
MEMBER = {"name": "Guest 1000000", "status": "prospect"}
FIRST_GUEST, FIRST_MEMBER = 1_000_000, 2_000_000


@dataclass
class Installation:
    """A place of its own for database and key. Pace and address are what a bench sets; all else is as shipped."""

    folder: Path
    api_url: str = ""
    rate: float = 30
    more: dict[str, str] = field(default_factory=dict)

    def settings(self) -> dict[str, str]:
        return {
            "GUANXI_TELEGRAM__TOKEN": TOKEN,
            "GUANXI_TELEGRAM__API_URL": self.api_url or "http://127.0.0.1:9",
            "GUANXI_TELEGRAM__RATE": str(self.rate),
            "GUANXI_TELEGRAM__PAID_BROADCAST": "true" if self.rate > 30 else "false",
            "GUANXI_STORAGE__URL": f"sqlite+aiosqlite:///{self.folder}/club.db",
            "GUANXI_STORAGE__KEY_FILE": str(self.folder / "club.key"),
            "GUANXI_CLUB__TIME_ZONE": noon_zone(),
            **self.more,
        }

    def running(self) -> AbstractContextManager[Program]:
        return running(OURS, [PYTHON, "-m", "bot", "run", "--log", "warning"], self.settings())

    def command(self, *words: str) -> None:
        """Run one of the bot's other commands to its end."""
        done = subprocess.run(
            [PYTHON, "-m", "bot", *words],
            cwd=HOME,
            env=self.settings() | {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(HOME)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"bot {' '.join(words)}: {done.stdout[-500:]}{done.stderr[-1500:]}")

    def celebrate(self, members: Sequence[int]) -> None:
        """Import these members; today is the birthday of every one of them, and they like to be greeted."""
        file = self.folder / "members.csv"
        today = datetime.now(ZoneInfo(noon_zone()))
        with file.open("w", newline="") as target:
            rows = csv.writer(target)
            rows.writerow(["telegram_id", "name", "language", "birthday", "joined_on", "marketing"])
            for member in members:
                rows.writerow([member, f"Member {member}", "en", f"1990-{today:%m-%d}", "2024-05-01", "yes"])
        self.command("import", "members", str(file))


@contextmanager
def installation(rate: float = 30) -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield Installation(Path(folder), rate=rate)


def stock(api_url: str, *options: str) -> AbstractContextManager[Program]:
    """A stock program that answers /start in our words; the options are those of `bench.stock`."""
    return running("stock", [PYTHON, "-m", "bench.stock", api_url, our_answer(), *options])


def aiogram(api_url: str, chats: str, pause: float) -> AbstractContextManager[Program]:
    """A program of aiogram's that answers /start in our words, and greets so many chats from the first on (`FIRST:N`)
    with a pause of so many seconds after each."""
    options = ["--broadcast", chats, "--pause", str(pause)]
    return running("aiogram", [PYTHON, "-m", "bench.stock_aiogram", api_url, our_answer(), *options])


def our_answer() -> str:
    """What the club says to a prospect who sends /start, in the form that `bench.stock` takes."""
    from templates import button, render

    labels = [["join"], ["ask", "complain"], ["status", "language"]]
    words = {
        "text": render("start/prospect", "en", club=CLUB, member=MEMBER, welcome_points=WELCOME_POINTS),
        "keyboard": [[button(label, f"go:{label}", "en") for label in row] for row in labels],
    }
    return json.dumps(words)


def noon_zone() -> str:
    """Where it is about noon now: a decent hour for greetings, whenever the bench runs."""
    ahead = 12 - datetime.now(UTC).hour
    return "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"  # the sign of these names is the other way round
