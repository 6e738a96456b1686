"""A photo of a card or a voucher counts as if its code had been typed."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import segno
from PIL import Image, ImageFilter

from bot import pictures, scanning
from tests.club import CLERK, STAFF_CHAT, ClubHouse
from tests.vouchers.test_at_the_till import holds, house

__all__ = ["house"]

CARD = {"recipe": "member_card", "shop": "Tea", "name": "Ana", "tier": "", "number": "10017"}


def card(bot_name: str) -> bytes:
    return pictures.draw(CARD | {"link": f"https://t.me/{bot_name}?start=card_10017"})


def qr(text: str) -> bytes:
    file = io.BytesIO()
    segno.make(text, micro=False).save(file, kind="png", scale=6)
    return file.getvalue()


def as_photographed(data: bytes) -> bytes:
    """Askew, unsharp, small, and a JPEG."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    picture = picture.rotate(17, expand=True, fillcolor="#777").resize((900, 620)).filter(ImageFilter.GaussianBlur(1))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=40)
    return file.getvalue()


def unfolds_to(side: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")


async def test_a_photo_of_a_card_shows_its_member(house: ClubHouse) -> None:
    await house.member("Ana")
    clerk, picture = house.staff(CLERK), card(house.world.bot.user["username"])
    seen = await clerk.sends("photo", as_photographed(picture))
    assert "<b>Ana</b> · 10017\n20 points" in seen
    assert "<b>Ana</b> · 10017" in await clerk.sends("photo", picture, "/scan")
    assert "<b>Ana</b> · 10017" in await clerk.sends("document", picture, "card.png")


async def test_a_photo_of_a_voucher_redeems_it_once(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana)
    await ana.says("/vouchers")
    await ana.presses("Tin of tea")
    shown = house.world.messages(ana.chat_id)[-1]["photo"][-1]["file_id"]
    assert "<b>Tin of tea</b>" in await clerk.sends("photo", house.world.files.by_id[shown].data)
    assert "hand it out now" in await clerk.presses("Redeem now")
    assert "was used already" in await clerk.sends("photo", qr(code)), "the bare code on a printed slip"


async def test_in_the_staff_group_a_picture_with_the_command_under_it_is_read(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK).in_group()
    code = await holds(house, ana)
    for command in ("/voucher", "/scan"):
        assert "<b>Tin of tea</b>" in await clerk.sends("photo", qr(code), command)
    assert "hand it out now" in await clerk.presses("Redeem now")


async def test_a_sale_asks_who_buys_and_a_photo_of_the_card_says_it(house: ClubHouse) -> None:
    await house.member("Ana")
    clerk = house.staff(CLERK)
    await clerk.says("/sale")
    assert "no member card in this picture" in await clerk.sends("photo", qr("7KQ4-M2XW-9HTB-F"))
    assert "What does <b>Ana</b> buy?" in await clerk.presses("Ana · 10017")
    await clerk.presses("Back")
    assert "What does <b>Ana</b> buy?" in await clerk.sends("photo", card(house.world.bot.user["username"]))


async def test_in_the_group_it_answers_the_question_of_scan(house: ClubHouse) -> None:
    await house.member("Ana")
    clerk, picture = house.staff(CLERK).in_group(), card(house.world.bot.user["username"])
    assert await clerk.sends("photo", picture) == "", "all other talk in the group is the staff's own"
    assert "photo of the QR" in await clerk.says("/scan")
    question = house.world.messages(STAFF_CHAT)[-1]["message_id"]
    assert "<b>Ana</b> · 10017" in await clerk.sends("photo", picture, reply_to=question)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff no picture", qr("10017")[:200], unfolds_to(60_000), unfolds_to(4_000), b"<svg/>" * 1_000],
    ids=["empty", "broken", "cut short", "bomb", "smaller bomb", "no picture"],
)
async def test_what_cannot_be_read_is_answered_kindly(house: ClubHouse, data: bytes) -> None:
    assert "I could read no code in this picture" in await house.staff(CLERK).sends("photo", data)


async def test_a_picture_without_a_code_too_large_or_not_to_be_had_is_answered_alike(
    house: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, blank = house.staff(CLERK), io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, "PNG")
    assert "type the number" in await clerk.sends("photo", blank.getvalue())
    house.world.faults.add("500", methods=["getFile"])
    assert "type the number" in await clerk.sends("photo", qr("10017"))
    monkeypatch.setattr(scanning, "MOST_BYTES", 100)
    assert "type the number" in await clerk.sends("photo", qr("10017"))


async def test_a_code_of_somebody_else_is_none_of_ours(house: ClubHouse) -> None:
    await house.member("Ana")
    clerk = house.staff(CLERK)
    bot = house.world.bot.user["username"]
    for text in ("https://t.me/other_bot?start=card_10017", "https://example.com/10017", f"https://t.me/{bot}?start=x"):
        assert "none of our cards or vouchers" in await clerk.sends("photo", qr(text)), text
    assert "one digit is wrong" in await clerk.sends("photo", qr("10018"))
    assert "no voucher code" in await clerk.sends("photo", qr("<b>hello</b>"[:6]))


async def test_a_customer_who_sends_a_photo_scans_nothing(house: ClubHouse) -> None:
    ana = await house.member("Ana")
    heard = await ana.sends("photo", card(house.world.bot.user["username"]))
    assert "20 points" not in heard
