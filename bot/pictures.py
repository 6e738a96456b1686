"""Pictures that are drawn when they are sent: a member card, the QR of a voucher, charts.

An outbox row carries the recipe, a few words; the picture is made outside of every unit of work, in a thread. Segno is
imported where it is used: a start without a picture does without it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot import charts
from bot.charts import Recipe
from bot.drawing import CARD, HEIGHT, INK, MARGIN, PADDING, SOFT, WIDTH, paper, width_of, write

if TYPE_CHECKING:
    from PIL.Image import Image

QR = 340
"""Pixels."""


def draw(recipe: Recipe) -> bytes:
    """The picture of a recipe as PNG. Raises `KeyError` for a recipe that does not exist."""
    picture = RECIPES[recipe["recipe"]](recipe)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _member_card(recipe: Recipe) -> Image:
    picture, pen = paper()
    left, top = MARGIN + PADDING, MARGIN + PADDING
    room = WIDTH - 2 * MARGIN - 3 * PADDING - QR
    write(pen, recipe["shop"], (left, top + 40), 34, SOFT, room)
    write(pen, recipe["name"], (left, top + 180), 56, INK, room)
    write(pen, recipe["tier"], (left, top + 245), 34, SOFT, room)
    write(pen, recipe["number"], (left, HEIGHT - MARGIN - PADDING - 8), 72, INK, room)
    picture.paste(_qr(recipe["link"], QR), (WIDTH - MARGIN - PADDING - QR, (HEIGHT - QR) // 2))
    return picture


def _voucher(recipe: Recipe) -> Image:
    picture, pen = paper()
    picture.paste(_qr(recipe["link"], QR), ((WIDTH - QR) // 2, MARGIN + PADDING // 2))
    width = width_of(recipe["code"], 52)
    write(pen, recipe["code"], (int(WIDTH - width) // 2, HEIGHT - MARGIN - PADDING), 52, INK, WIDTH)
    return picture


def _qr(text: str, size: int) -> Image:
    """A QR code of at most this many pixels a side, whole pixels for each module: as large as it can be, for the card
    around it is its quiet zone."""
    import segno
    from PIL import Image

    code = segno.make(text, error="m", micro=False)
    file = io.BytesIO()
    code.save(file, kind="png", scale=max(1, size // code.symbol_size(border=0)[0]), border=0, dark=INK, light=CARD)
    drawn = Image.open(file).convert("RGB")
    whole = Image.new("RGB", (size, size), CARD)
    whole.paste(drawn, ((size - drawn.width) // 2, (size - drawn.height) // 2))
    return whole


RECIPES: dict[str, Callable[[Recipe], Image]] = {
    "member_card": _member_card,
    "voucher": _voucher,
    "bars": charts.bars,
    "campaign": charts.campaign,
    "columns": charts.columns,
    "survey": charts.survey,
}
