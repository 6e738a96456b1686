"""A process that is measured: its processor time, its memory, and how it is paused and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PYTHON = sys.executable
HOME = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
ENDS_WITHIN = 3.0
"""Seconds that a process gets to end by itself; a stock one that has thousands of answers to give takes longer."""


class Program:
    """One running process."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], said: Path) -> None:
        self.name = name
        self._process = process
        self._said = said

    @property
    def pid(self) -> int:
        return self._process.pid

    def first_line(self) -> str:
        """What it prints first; raises where it ends without a word."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode().strip()
        if not line:
            raise RuntimeError(f"{self.name} ended: {self.complaints()}")
        return line

    def cpu_seconds(self) -> float:
        """Processor time used so far, by all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def resident_mb(self) -> float:
        """Memory that it holds, VmRSS."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stands still for the length of the block, so that work can pile up before the clock starts."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def alive(self) -> bool:
        return self._process.poll() is None

    def complaints(self) -> str:
        """The end of what it wrote to its log."""
        return self._said.read_text(errors="replace")[-2_000:]

    def end(self) -> None:
        if self.alive():
            self._process.terminate()
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def running(
    name: str, command: Sequence[str], settings: Mapping[str, str] | None = None, *, speaks: bool = False
) -> Iterator[Program]:
    """The command as a process, with these settings in its environment and nothing else of ours."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GUANXI_")}
    with tempfile.NamedTemporaryFile(prefix=f"bench-{name.split()[0]}-", suffix=".log") as log:
        process = subprocess.Popen(
            list(command),
            cwd=HOME,
            env=clean | dict(settings or {}) | {"PYTHONPATH": str(HOME)},
            stdout=subprocess.PIPE if speaks else log,
            stderr=log,
        )
        program = Program(name, process, Path(log.name))
        try:
            yield program
        finally:
            program.end()
