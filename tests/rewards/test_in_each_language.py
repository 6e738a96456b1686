"""What a club writes in each of its languages, everybody reads in theirs: rewards, vouchers, benefits, programmes."""

from __future__ import annotations

import copy
import pickle

from sqlalchemy import Connection, select

from club import benefits, frequency
from storage import rewards
from storage.database import Database
from storage.tables import reward, voucher
from storage.words import Words, said
from tests.club import OWNER, ClubHouse
from tests.membership.test_joining import on_file
from tests.rewards.shelf import TEA, put

IN_THREE = {"en": "Tin of tea", "zh-Hans": "绿茶一罐", "zh-Hant": "綠茶一罐"}


def test_words_are_the_first_text_wherever_one_is_wanted() -> None:
    words = Words(IN_THREE)
    assert (words, said(words, "zh-Hant"), said(words, "fr"), said("Cup", "zh-Hant")) == (
        "Tin of tea", "綠茶一罐", "Tin of tea", "Cup",
    )  # fmt: skip
    for other in (copy.deepcopy(words), pickle.loads(pickle.dumps(words))):
        assert said(other, "zh-Hans") == "绿茶一罐"


async def test_a_name_in_one_language_is_kept_as_it_is_and_one_in_three_comes_back_as_such(database: Database) -> None:
    plain, odd = await put(database), await put(database, name='{"Cup"')
    three = await put(database, name=Words(IN_THREE))
    found = {one.id: one.name for one in await database.read(rewards.on_shelf)}
    assert (found[plain], found[odd]) == (TEA["name"], '{"Cup"')
    assert said(found[three], "zh-Hans") == "绿茶一罐"
    kept = await database.read(lambda db: db.execute(select(reward.c.name).where(reward.c.id == three)).scalar_one())
    assert isinstance(kept, Words)


async def test_a_reward_and_its_voucher_are_read_in_each_members_language(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/reward")
    assert "with / between them: en, zh-Hans, zh-Hant" in await owner.presses("Add a reward")
    for answer in ("Tin of tea / 绿茶一罐 / 綠茶一罐", "Fifty grams / 五十克 / 五十克裝", "20"):
        await owner.says(answer)
    await owner.presses("A thing")
    await owner.says("3")
    for label in ("No limit", "30", "Everybody", "Financial"):
        await owner.presses(label)
    assert "<b>Tin of tea</b>" in await owner.says("/skip")
    ana, 小雨 = await club.member("Ana"), await club.member("林小雨", "zh-hant")
    assert "Tin of tea" in await ana.says("/rewards")
    shown = await 小雨.says("/rewards")
    assert "綠茶一罐" in shown
    assert "Tin of tea" not in shown
    assert "五十克裝" in await 小雨.presses("綠茶一罐")
    await 小雨.presses("20")
    assert "<b>綠茶一罐</b>" in await 小雨.presses("20")
    assert "綠茶一罐" in await 小雨.says("/vouchers")
    number = (await on_file(club, 小雨)).number
    await owner.says(f"/scan {number}")
    assert any("Tin of tea" in label for label in owner.buttons()), "the team reads its own"


async def test_benefits_and_programmes_are_read_so_too(any_club: ClubHouse) -> None:
    cup, card = Words({"en": "Free cup", "zh-Hant": "免費一杯"}), Words({"en": "Every visit", "zh-Hant": "來店集點"})

    def begins(db: Connection) -> None:
        benefits.begin(db, benefits.Draft(cup, None, 2, "month"))
        gift = frequency.Gift(cup, 30)
        frequency.begin(
            db, frequency.Draft(card, "visits", 1, "ever", voucher=gift, repeats=True), any_club.clock.now()
        )

    await any_club.database.write(begins)
    小雨, owner = await any_club.member("林小雨", "zh-hant"), any_club.staff(OWNER)
    assert "免費一杯" in await 小雨.says("/benefits")
    assert "免費一杯" in 小雨.buttons()
    assert "來店集點" in await 小雨.says("/stamps")
    assert "Free cup" in await owner.says("/programmes") + str(await owner.presses("Benefits"))
    assert "Every visit" in await owner.says("/programmes")
    await owner.says("/visit 10017")
    await any_club.passes(hours=24)
    assert any("「來店集點」" in text and "免費一杯" in text for text in 小雨.screen())
    assert "免費一杯" in await 小雨.says("/vouchers")
    exported = await any_club.query(lambda db: [row.name for row in db.execute(select(voucher.c.name))])
    assert exported == ["Free cup"]
