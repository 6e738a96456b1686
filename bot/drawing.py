"""Paper, ink and letters: what every picture is drawn with.

Pillow is imported where it is used: a start without a picture does without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT, MARGIN, PADDING = 1000, 560, 40, 48
PAPER, CARD, INK, SOFT, BAR = "#e9e5dc", "#ffffff", "#1d1d1b", "#6b675f", "#0f766e"
"""Light ground and dark ink, with a margin of its own: a scanner reads it in a dark chat too."""

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


def paper(height: int = HEIGHT) -> tuple[Image, ImageDraw]:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((MARGIN, MARGIN, WIDTH - MARGIN, height - MARGIN), radius=32, fill=CARD)
    return picture, pen


def write(pen: ImageDraw, text: str, at: tuple[int, int], size: int, ink: str, room: int) -> None:
    """One line on its baseline, smaller where it would not fit; left out where no font here has all of its letters."""
    runs = _runs(text, size)
    while size > 18 and sum(font.getlength(run) for font, run in runs) > room:
        size -= 2
        runs = _runs(text, size)
    x: float = at[0]
    for font, run in runs:
        pen.text((x, at[1]), run, fill=ink, font=font, anchor="ls")
        x += font.getlength(run)


def centred(pen: ImageDraw, text: str, at: tuple[float, float], size: int, room: int) -> None:
    write(pen, text, (int(at[0] - width_of(text, size) / 2), int(at[1])), size, SOFT, room)


def cut(text: str, size: int, room: int) -> str:
    """As much of a line as there is room for; a cut shows as an ellipsis."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def width_of(text: str, size: int) -> float:
    return sum(font.getlength(run) for font, run in _runs(text, size))


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
