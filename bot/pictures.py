"""Pictures that are drawn when they are sent: a member card, the QR of a voucher.

An outbox row carries the recipe, a few words; the picture is made outside of every unit of work, in a thread. Pillow
and segno are imported where they are used: a start without a picture does without them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Recipe = dict[str, Any]

WIDTH, HEIGHT, MARGIN, PADDING, QR = 1000, 560, 40, 48, 340
LABELS, COUNTS = 260, 90
"""Pixels beside the bars of a chart."""
ROW, LARGE, BROAD, ROOM = 84, 42, 320, 130
"""Pixels in the chart of a campaign: a row, letters that are read on a phone, what is beside the bars."""
COST = "#b45309"
"""The colour of what it cost."""
LABELLED = 7
"""Moments that are named under a chart on a phone."""
PAPER, CARD, INK, SOFT, BAR = "#e9e5dc", "#ffffff", "#1d1d1b", "#6b675f", "#0f766e"
"""Light ground and dark ink, with a margin of its own: a scanner reads it in a dark chat too."""
COLOURS = (BAR, "#d97706")
"""What is counted side by side: told apart by those who see no red or green, and in grey."""

FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/arial.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
"""Where systems keep fonts with accents, Cyrillic and Chinese; the one that comes with Pillow has plain Latin only. A
line that none of them can write is left to the words under the picture."""
UNKNOWN = "\U0010fffe"
"""No font has this one: what it shows instead is how each shows what it does not have."""


def draw(recipe: Recipe) -> bytes:
    """The picture of a recipe as PNG. Raises `KeyError` for a recipe that does not exist."""
    picture = RECIPES[recipe["recipe"]](recipe)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _member_card(recipe: Recipe) -> Image:
    picture, pen = _paper()
    left, top = MARGIN + PADDING, MARGIN + PADDING
    room = WIDTH - 2 * MARGIN - 3 * PADDING - QR
    _write(pen, recipe["shop"], (left, top + 40), 34, SOFT, room)
    _write(pen, recipe["name"], (left, top + 180), 56, INK, room)
    _write(pen, recipe["tier"], (left, top + 245), 34, SOFT, room)
    _write(pen, recipe["number"], (left, HEIGHT - MARGIN - PADDING - 8), 72, INK, room)
    picture.paste(_qr(recipe["link"], QR), (WIDTH - MARGIN - PADDING - QR, (HEIGHT - QR) // 2))
    return picture


def _voucher(recipe: Recipe) -> Image:
    picture, pen = _paper()
    picture.paste(_qr(recipe["link"], QR), ((WIDTH - QR) // 2, MARGIN + PADDING // 2))
    width = sum(font.getlength(run) for font, run in _runs(recipe["code"], 52))
    _write(pen, recipe["code"], (int(WIDTH - width) // 2, HEIGHT - MARGIN - PADDING), 52, INK, WIDTH)
    return picture


def _bars(recipe: Recipe) -> Image:
    """A bar for each thing that was counted, the label at the left, the count at the right."""
    bars: list[list[Any]] = recipe["bars"]
    picture, pen = _paper()
    step = (HEIGHT - 2 * MARGIN - PADDING) // len(bars)
    left, right = MARGIN + PADDING + LABELS, WIDTH - MARGIN - PADDING - COUNTS
    for index, (label, count) in enumerate(bars):
        thick = min(step - 12, 56)
        top = MARGIN + PADDING // 2 + index * step + (step - thick) // 2
        base = top + thick // 2 + 10
        width = max(2, (right - left) * count // max(1, *(other for _, other in bars)))
        _write(pen, label, (MARGIN + PADDING, base), min(30, thick), INK, LABELS - 20)
        pen.rounded_rectangle((left, top, left + width, top + thick), radius=8, fill=BAR)
        _write(pen, str(count), (left + width + 16, base), min(30, thick), SOFT, COUNTS)
    return picture


def _columns(recipe: Recipe) -> Image:
    """Pairs of columns over time, a pair for each label; what each colour means stands above."""
    labels, values = recipe["labels"], recipe["values"]
    picture, pen = _paper()
    left, right, top, floor = MARGIN + PADDING, WIDTH - MARGIN - PADDING, MARGIN + 120, HEIGHT - MARGIN - 64
    highest = max(1, *(count for row in values for count in row))
    _legend(pen, recipe["names"], (left, MARGIN + 62))
    pen.line((left, floor + 1, right, floor + 1), fill=SOFT, width=2)
    slot = (right - left) / len(labels)
    thick = min(slot * 0.38, 44)
    every = -(-len(labels) // LABELLED)
    for place, label in enumerate(labels):
        middle = left + slot * (place + 0.5)
        for row, colour in enumerate(COLOURS):
            _column(pen, (middle + (row - 1) * thick, floor), thick, values[row][place], highest, floor - top, colour)
        if (len(labels) - 1 - place) % every == 0:
            _centred(pen, label, (middle, floor + 40), 24, int(slot * every))
    return picture


def _campaign(recipe: Recipe) -> Image:
    """What came of a campaign: counts as bars, what it cost in another colour; below, who bought of each group, with
    the bounds within which that lies. Large letters: it is read on a phone."""
    counts, groups = recipe["counts"], recipe["groups"]
    rows = len(counts) + (len(groups) + 1 if groups else 1)
    picture, pen = _paper(2 * MARGIN + PADDING + rows * ROW)
    left, right = MARGIN + PADDING + BROAD, WIDTH - MARGIN - PADDING - ROOM
    most, y = max(1, *(count for _, count, _ in counts)), MARGIN + PADDING // 2
    for label, count, costs in counts:
        width = (right - left) * count // most
        _write(pen, label, (MARGIN + PADDING, y + 54), LARGE, INK, BROAD - 20)
        if count:
            colour = COST if costs else BAR
            pen.rounded_rectangle((left, y + 14, left + max(6, width), y + ROW - 18), radius=8, fill=colour)
        _write(pen, str(count), (left + width + 16, y + 54), LARGE, SOFT, ROOM)
        y += ROW
    _write(pen, recipe["said"], (MARGIN + PADDING, y + 58), LARGE, INK, WIDTH - 2 * MARGIN - 2 * PADDING)
    highest = max((high for _, _, _, high in groups), default=0) or 1
    for label, share, low, high in groups:
        y += ROW
        at = [left + (right - left) * value / highest for value in (low, share, high)]
        _write(pen, label, (MARGIN + PADDING, y + 54), LARGE, INK, BROAD - 20)
        pen.line((at[0], y + 42, at[2], y + 42), fill=SOFT, width=6)
        pen.ellipse((at[1] - 15, y + 27, at[1] + 15, y + 57), fill=BAR)
        _write(pen, f"{100 * share:.1f}%", (int(at[2]) + 16, y + 54), LARGE, SOFT, ROOM)
    return picture


def _legend(pen: ImageDraw, names: list[str], at: tuple[int, int]) -> None:
    x = at[0]
    for name, colour in zip(names, COLOURS, strict=True):
        pen.rounded_rectangle((x, at[1] - 24, x + 26, at[1] + 2), radius=6, fill=colour)
        _write(pen, name, (x + 38, at[1]), 28, INK, 380)
        x += 38 + int(_width(name, 28)) + 48


def _column(
    pen: ImageDraw, foot: tuple[float, float], thick: float, count: int, highest: int, room: int, colour: str
) -> None:
    """One column with its count above it, where there is room for that; nothing for none."""
    if not count:
        return
    x, floor = foot
    top = floor - max(3, room * count / highest)
    pen.rounded_rectangle((x + 1, top, x + thick - 1, floor), radius=min(6, thick / 4), fill=colour)
    size = next((size for size in (22, 18) if _width(str(count), size) <= thick), None)
    if size is not None:
        _centred(pen, str(count), (x + thick / 2, top - 8), size, WIDTH)


def _centred(pen: ImageDraw, text: str, at: tuple[float, float], size: int, room: int) -> None:
    _write(pen, text, (int(at[0] - _width(text, size) / 2), int(at[1])), size, SOFT, room)


def _width(text: str, size: int) -> float:
    return sum(font.getlength(run) for font, run in _runs(text, size))


RECIPES: dict[str, Callable[[Recipe], Image]] = {
    "member_card": _member_card,
    "voucher": _voucher,
    "bars": _bars,
    "campaign": _campaign,
    "columns": _columns,
}


def _paper(height: int = HEIGHT) -> tuple[Image, ImageDraw]:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((MARGIN, MARGIN, WIDTH - MARGIN, height - MARGIN), radius=32, fill=CARD)
    return picture, pen


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


def _write(pen: ImageDraw, text: str, at: tuple[int, int], size: int, ink: str, room: int) -> None:
    """One line on its baseline, smaller where it would not fit; left out where no font here has all of its letters."""
    runs = _runs(text, size)
    while size > 18 and sum(font.getlength(run) for font, run in runs) > room:
        size -= 2
        runs = _runs(text, size)
    x: float = at[0]
    for font, run in runs:
        pen.text((x, at[1]), run, fill=ink, font=font, anchor="ls")
        x += font.getlength(run)


def _runs(text: str, size: int) -> list[tuple[FreeTypeFont, str]]:
    """The text cut into runs, each with a font that has its characters. Nothing where a letter has no font: half a name
    is worse than none. Emoji and the like are passed over."""
    chosen = [(_font_of(character), character) for character in text]
    if any(place is None and character.isalnum() for place, character in chosen):
        return []
    known = [(place, character) for place, character in chosen if place is not None]
    return [
        (_font(place, size), "".join(character for _, character in run))
        for place, run in groupby(known, key=lambda pair: pair[0])
    ]


def can_write(text: str) -> bool:
    """Does a font here have each of these characters?"""
    return all(_font_of(character) is not None for character in text)


def _font_of(character: str) -> str | None:
    """Where a font that has this character is kept; None where none has, and for what shows nothing: line breaks …"""
    if not character.isprintable():
        return None
    return next((place for place in ("", *_installed()) if _has(place, character)), None)


@cache
def _has(place: str, character: str) -> bool:
    """Does the font show something of its own for this character?"""
    font = _font(place, 20)
    shown = font.getmask(character)
    return character == " " or (shown.getbbox() is not None and bytes(shown) != bytes(font.getmask(UNKNOWN)))


@cache
def _font(place: str, size: int) -> FreeTypeFont:
    """The font in a file; "" is the one that comes with Pillow."""
    from PIL import ImageFont

    font = ImageFont.truetype(place, size) if place else ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@cache
def _installed() -> tuple[str, ...]:
    return tuple(_readable())


def _readable() -> Iterator[str]:
    for place in FONTS:
        if Path(place).is_file():
            try:
                _font(place, 20)
            except OSError:
                continue
            yield place
