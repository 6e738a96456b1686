"""`python -m bot` is the same as `guanxi`."""

from bot.cli import app

app(prog_name="guanxi")
