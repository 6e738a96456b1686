"""Cards and QR codes: drawn when they are sent, legible anywhere, and their words arrive in any case."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bot import charts, drawing, pictures
from tests.club import ClubHouse
from tests.vouchers.test_at_the_till import holds

CARD = {
    "recipe": "member_card", "shop": "Tea & Time", "name": "Ana", "tier": "Gold", "number": "10017",
    "link": "https://t.me/sandbox_bot?start=card_10017",
}  # fmt: skip


def drawn(**changes: Any) -> Image.Image:
    return Image.open(io.BytesIO(pictures.draw(CARD | changes))).convert("L")


async def test_a_member_gets_the_card_as_a_picture(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    assert "Member number <code>10017</code> · 20 points" in await ana.says("/card")
    photo = club.world.messages(ana.chat_id)[-1]["photo"][-1]
    data = club.world.files.by_id[photo["file_id"]].data
    assert Image.open(io.BytesIO(data)).size == (photo["width"], photo["height"]) == (1000, 560)


async def test_a_voucher_comes_with_a_picture_and_its_buttons(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    code = await holds(club, ana)
    await ana.says("/vouchers")
    assert f"<code>{code}</code>" in await ana.presses("Tin of tea")
    assert "photo" in club.world.messages(ana.chat_id)[-1]
    assert ana.buttons() == ["My vouchers", "Menu"]


async def test_where_a_picture_cannot_be_drawn_its_words_arrive(
    club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await club.member("Ana")
    monkeypatch.setattr(pictures, "RECIPES", {})
    assert "Member number <code>10017</code>" in await ana.says("/card")
    assert "photo" not in club.world.messages(ana.chat_id)[-1]


def test_a_card_has_a_light_ground_of_its_own_with_a_margin() -> None:
    picture = drawn()
    width, height = picture.size
    rim = [picture.crop(box) for box in ((0, 0, width, 30), (0, 0, 30, height), (width - 30, 0, width, height))]
    assert all(min(part.tobytes()) > 200 for part in rim)
    assert min(picture.tobytes()) < 40
    assert max(picture.tobytes()) == 255


@pytest.mark.parametrize("name", ["", "陈美玲", "👩‍👩‍👧‍👦", "Ольга", "M" * 60, "𠮷" * 60, "a\nb", "\u202eAna"])
def test_any_name_makes_a_card(name: str) -> None:
    assert drawn(name=name, tier="", shop=name).size == (1000, 560)


def test_a_name_that_no_font_here_can_write_is_left_out_and_not_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_installed", lambda: ())
    assert drawn(name="陈 Mei").tobytes() == drawn(name="").tobytes()
    assert drawn(name="Mei 🍵").tobytes() == drawn(name="Mei ").tobytes()


def test_a_long_question_stands_above_its_scale_and_not_on_it() -> None:
    def surveyed(label: str) -> Image.Image:
        rows = [["mean", label, 5.0, None, 1, 5]]
        return Image.open(io.BytesIO(pictures.draw({"recipe": "survey", "rows": rows}))).convert("L")

    short, long = surveyed(""), surveyed("您上次來的時候，覺得樓上新開的茶室整體來說怎麼樣？" * 9)
    assert long.height == short.height + charts.ROW
    scale = drawing.MARGIN + drawing.PADDING // 2
    left, right = drawing.MARGIN + drawing.PADDING, drawing.WIDTH - drawing.MARGIN - drawing.PADDING
    box = (left, scale, right, scale + charts.ROW)
    below = (left, scale + charts.ROW, right, scale + 2 * charts.ROW)
    assert long.crop(below).tobytes() == short.crop(box).tobytes(), "the scale is as it is without a question"
    assert min(long.crop((left + charts.BROAD, scale, right, scale + charts.ROW)).tobytes()) < 100, "it is read"


def test_a_mean_is_a_point_on_its_scale_and_the_round_before_a_ring() -> None:
    rows = [["share", "不滿意", 25, True], ["mean", "Product", 5.0, 1.0, 1, 5]]
    picture = Image.open(io.BytesIO(pictures.draw({"recipe": "survey", "rows": rows})))
    row = [picture.getpixel((x, drawing.MARGIN + drawing.PADDING // 2 + charts.ROW + 40)) for x in range(picture.width)]
    point = [x for x, colour in enumerate(row) if colour == (15, 118, 110)]
    ring = [x for x, colour in enumerate(row) if colour == (107, 103, 95)]
    assert min(point) > picture.width / 2
    assert min(ring) < picture.width / 2


def test_pillow_and_segno_are_not_loaded_before_the_first_picture() -> None:
    import subprocess
    import sys

    code = "import bot.app, sys; print({'PIL', 'segno'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
