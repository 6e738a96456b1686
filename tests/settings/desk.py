"""An operator's working directory and environment, both empty to begin with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsProblem, load


class Desk:
    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self._patch = monkeypatch
        monkeypatch.chdir(path)
        for name in [name for name in os.environ if name.upper().startswith("GUANXI_")]:
            monkeypatch.delenv(name)

    def writes(self, text: str, file: str = "config.yaml") -> None:
        (self.path / file).write_text(text, encoding="utf-8")

    def exports(self, **variables: str) -> None:
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def gets(self) -> Settings:
        return load()

    def is_told(self) -> list[str]:
        """The lines that stop the start."""
        with pytest.raises(SettingsProblem) as stopped:
            load()
        return stopped.value.problems
