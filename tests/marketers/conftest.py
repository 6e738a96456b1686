from __future__ import annotations

from collections.abc import Iterator

import pytest

from templates.marketers import Marketers, Text


@pytest.fixture(scope="package")
def texts() -> Iterator[Marketers]:
    """One worker for all: it lives on."""
    marketers = Marketers()
    marketers.render([Text("It stands ready", "en", {})])
    yield marketers
    marketers.close()
