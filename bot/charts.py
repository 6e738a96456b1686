"""Charts, to be read on a phone: how many of what, over time, and what came of a campaign or a survey."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.drawing import BAR, CARD, HEIGHT, INK, MARGIN, PADDING, SOFT, WIDTH, centred, cut, paper, width_of, write

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Recipe = dict[str, Any]

LABELS, COUNTS, PHONE = 260, 90, 38
"""Pixels beside the bars of a chart, and of its letters: on a phone they are a third of that."""
ROW, LARGE, SMALLER, BROAD, ROOM = 84, 42, 34, 320, 130
"""Pixels in the charts of a campaign and a survey: a row, letters that are read on a phone and how small they may
become, what is beside the bars."""
LEFT, RIGHT = MARGIN + PADDING + BROAD, WIDTH - MARGIN - PADDING - ROOM
"""Between which their bars lie."""
COST = "#b45309"
"""The colour of what it cost."""
LABELLED = 7
"""Moments that are named under a chart on a phone."""
COLOURS = (BAR, "#d97706")
"""What is counted side by side: told apart by those who see no red or green, and in grey."""


def bars(recipe: Recipe) -> Image:
    """A bar for each thing that was counted, the label at the left, the count at the right."""
    counted: list[list[Any]] = recipe["bars"]
    picture, pen = paper()
    step = (HEIGHT - 2 * MARGIN - PADDING) // len(counted)
    left, right = MARGIN + PADDING + LABELS, WIDTH - MARGIN - PADDING - COUNTS
    for index, (label, count) in enumerate(counted):
        thick = min(step - 12, 56)
        top = MARGIN + PADDING // 2 + index * step + (step - thick) // 2
        base = top + thick // 2 + 13
        width = max(2, (right - left) * count // max(1, *(other for _, other in counted)))
        write(pen, label, (MARGIN + PADDING, base), min(PHONE, thick), INK, LABELS - 20)
        pen.rounded_rectangle((left, top, left + width, top + thick), radius=8, fill=BAR)
        write(pen, str(count), (left + width + 16, base), min(PHONE, thick), SOFT, COUNTS)
    return picture


def columns(recipe: Recipe) -> Image:
    """Pairs of columns over time, a pair for each label; what each colour means stands above."""
    labels, values = recipe["labels"], recipe["values"]
    picture, pen = paper()
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
            centred(pen, label, (middle, floor + 46), PHONE, int(slot * every))
    return picture


def campaign(recipe: Recipe) -> Image:
    """What came of a campaign: counts as bars, what it cost in another colour; below, who bought of each group, with
    the bounds within which that lies. Large letters: it is read on a phone."""
    counts, groups = recipe["counts"], recipe["groups"]
    rows = len(counts) + (len(groups) + 1 if groups else 1)
    picture, pen = paper(2 * MARGIN + PADDING + rows * ROW)
    most, y = max(1, *(count for _, count, _ in counts)), MARGIN + PADDING // 2
    for label, count, costs in counts:
        _bar(pen, y, label, count, most, str(count), costs)
        y += ROW
    write(pen, recipe["said"], (MARGIN + PADDING, y + 58), LARGE, INK, WIDTH - 2 * MARGIN - 2 * PADDING)
    highest = max((high for _, _, _, high in groups), default=0) or 1
    for label, share, low, high in groups:
        y += ROW
        at = [LEFT + (RIGHT - LEFT) * value / highest for value in (low, share, high)]
        write(pen, label, (MARGIN + PADDING, y + 54), LARGE, INK, BROAD - 20)
        pen.line((at[0], y + 42, at[2], y + 42), fill=SOFT, width=6)
        pen.ellipse((at[1] - 15, y + 27, at[1] + 15, y + 57), fill=BAR)
        write(pen, f"{100 * share:.1f}%", (int(at[2]) + 16, y + 54), LARGE, SOFT, ROOM)
    return picture


def survey(recipe: Recipe) -> Image:
    """What came of a round of a survey, row by row: a heading, a share of all as a bar, or the mean of a scale as a
    point on it, with a ring where it was the round before. Large letters: it is read on a phone. What a club asks in
    its own words may be long, and stands above its scale then."""
    rows = [line for row in recipe["rows"] for line in _lines(*row)]
    picture, pen = paper(2 * MARGIN + PADDING + len(rows) * ROW)
    y = MARGIN + PADDING // 2
    for kind, label, *facts in rows:
        _ROWS[kind](pen, y, label, *facts)
        y += ROW
    return picture


def _lines(kind: str, label: str, *facts: Any) -> list[list[Any]]:
    """A row; or two, where the label has no room beside a scale or a bar."""
    if kind == "heading" or width_of(label, SMALLER) <= BROAD - 20:
        return [[kind, label, *facts]]
    return [["words", label], [kind, "", *facts]]


def _heading(pen: ImageDraw, y: int, label: str, ink: str = SOFT) -> None:
    room = WIDTH - 2 * MARGIN - 2 * PADDING
    write(pen, cut(label, SMALLER, room), (MARGIN + PADDING, y + 58), LARGE, ink, room)


def _words(pen: ImageDraw, y: int, label: str) -> None:
    _heading(pen, y, label, INK)


def _share(pen: ImageDraw, y: int, label: str, percent: int, costs: bool) -> None:
    _bar(pen, y, label, percent, 100, f"{percent}%", costs)


def _bar(pen: ImageDraw, y: int, label: str, count: int, most: int, said: str, costs: bool) -> None:
    """A row with a bar for so many of the most there are, and what is `said` of it behind; nothing for none."""
    width = (RIGHT - LEFT) * count // most
    write(pen, label, (MARGIN + PADDING, y + 54), LARGE, INK, BROAD - 20)
    if count:
        box = (LEFT, y + 14, LEFT + max(6, width), y + ROW - 18)
        pen.rounded_rectangle(box, radius=8, fill=COST if costs else BAR)
    write(pen, said, (LEFT + width + 16, y + 54), LARGE, SOFT, ROOM)


def _mean(pen: ImageDraw, y: int, label: str, mean: float, before: float | None, low: int, high: int) -> None:
    left, right = LEFT + 15, RIGHT
    write(pen, label, (MARGIN + PADDING, y + 54), LARGE, INK, BROAD - 20)
    pen.line((left, y + 40, right, y + 40), fill=SOFT, width=4)
    at = {value: left + (right - left) * (value - low) / (high - low) for value in (mean, before) if value is not None}
    if before is not None:
        pen.ellipse((at[before] - 13, y + 27, at[before] + 13, y + 53), fill=CARD, outline=SOFT, width=4)
    pen.ellipse((at[mean] - 17, y + 23, at[mean] + 17, y + 57), fill=BAR)
    write(pen, f"{mean:.1f}", (right + 32, y + 54), LARGE, SOFT, ROOM)


_ROWS: dict[str, Callable[..., None]] = {"heading": _heading, "words": _words, "share": _share, "mean": _mean}


def _legend(pen: ImageDraw, names: list[str], at: tuple[int, int]) -> None:
    x = at[0]
    for name, colour in zip(names, COLOURS, strict=True):
        pen.rounded_rectangle((x, at[1] - 26, x + 26, at[1]), radius=6, fill=colour)
        write(pen, name, (x + 38, at[1]), PHONE, INK, 380)
        x += 38 + int(width_of(name, PHONE)) + 48


def _column(
    pen: ImageDraw, foot: tuple[float, float], thick: float, count: int, highest: int, room: int, colour: str
) -> None:
    """One column with its count above it, where there is room for that; nothing for none."""
    if not count:
        return
    x, floor = foot
    top = floor - max(3, room * count / highest)
    pen.rounded_rectangle((x + 1, top, x + thick - 1, floor), radius=min(6, thick / 4), fill=colour)
    size = next((size for size in (34, 26, 18) if width_of(str(count), size) <= thick), None)
    if size is not None:
        centred(pen, str(count), (x + thick / 2, top - 8), size, WIDTH)
