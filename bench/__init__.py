"""How fast it is: the real process against the sandbox, beside a stock program that does the same just then."""

from __future__ import annotations

TOKEN = "1000000001:SANDBOX"  # the sandbox's own bot
