"""What is said again and again: written once, read, then sent."""

from __future__ import annotations

from tests.club import OWNER, ClubHouse, Person


async def writes(person: Person, word: str, language: str, text: str) -> str:
    await person.says("/replies")
    await person.presses("Add a reply")
    await person.says(word)
    await person.presses(language)
    return await person.says(text)


async def test_three_taps_from_the_card_to_the_customer(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/take 1001")
    assert "not sent yet" in await writes(owner, "Sorry", "English", "We are sorry, {name}. Yours, {staff} ({request})")
    await owner.says("/case 1001")
    await owner.presses("Ready replies")
    preview = await owner.presses("sorry")
    assert "We are sorry, Ana. Yours, Lao Li (#1001)" in preview
    assert "no words in it" not in preview
    assert "Yours" not in ana.sees(), "nothing has gone out yet"
    await owner.presses("Send: put right")
    assert "We are sorry, Ana. Yours, Lao Li (#1001)" in ana.sees()
    assert "has put it right" in ana.sees()
    await owner.says("/replies")
    assert "sent 1 time" in await owner.presses("sorry")


async def test_a_reply_is_changed_before_it_goes_out(any_club: ClubHouse) -> None:
    """Who pressed for it was asked for words and had to write all of them again."""
    meiling, owner = any_club.person("林美玲", "zh-hant"), any_club.staff(OWNER)
    await meiling.says("/complain 杯子裂了")
    await writes(owner, "Sorry", "繁體中文", "{name}，很抱歉。")
    await owner.says("/reply 1001 sorry")
    assert "<code>林美玲，很抱歉。</code>" in await owner.presses("Change it first")
    await owner.says("林美玲，很抱歉，新杯子明天到。")
    assert "新杯子明天到" in meiling.sees()
    assert not any("很抱歉。" in line for line in meiling.screen()), "only what was written then"


async def test_the_fields_are_named_in_words(club: ClubHouse) -> None:
    """A Chinese colleague was shown {tier} and {hours} and had to guess."""
    owner = club.staff(OWNER)
    await owner.says("/language")
    await owner.presses("简体中文")
    await owner.says("/replies")
    await owner.presses("添加回复")
    await owner.says("延误")
    asked = await owner.presses("简体中文")
    assert "<code>{hours}</code> 营业时间" in asked
    assert "<code>{request}</code> 这件事的编号" in asked
    await owner.says("/cancel")
    await owner.says("/kb add")
    asked = await owner.says("送货")
    assert "<code>{tier}</code> 会员等级" in asked
    assert "{request}" not in asked


async def test_a_short_word_shows_it_first_in_the_customers_language(any_club: ClubHouse) -> None:
    meiling, owner = any_club.person("林美玲", "zh-hant"), any_club.staff(OWNER)
    await writes(owner, "delay", "English", "It takes a little longer.")
    await owner.presses("Words")
    await owner.presses("简体中文")
    await owner.says("还要再等一会儿。")
    await meiling.says("/complain 杯子裂了")
    preview = await owner.says("/reply 1001 delay")
    assert "还要再等一会儿" in preview, "rather Chinese than English"
    assert "They read 繁體中文, and this reply has no words in it yet." in preview
    await owner.presses("Send")
    assert "还要再等一会儿" in meiling.sees()
    await owner.says("/reply 1001 delayed until Monday")
    assert "delayed until Monday" in meiling.sees(), "other words go as they are"


async def test_what_would_say_something_else_by_now_is_shown_anew(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await writes(owner, "sorry", "English", "We regret it.")
    await ana.says("/complain The cup was cracked")
    await owner.says("/reply 1001 sorry")
    message, data = owner.button("Send: put right")
    await owner.says("/replies")
    await owner.presses("sorry")
    await owner.presses("Words")
    await owner.presses("English")
    await owner.says("We regret it very much.")
    await owner.presses_data(message["message_id"], data)
    assert not any("regret" in line for line in ana.screen())
    assert "We regret it very much." in owner.sees()


async def test_a_reply_is_switched_off_and_a_wrong_field_is_named(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    assert "There is no field" in await writes(owner, "fine", "English", "Dear {nane}")
    await owner.says("Dear {name}")
    assert "switched off" in await owner.presses("Switch off")
    await club.person("Ana").says("/complain The cup was cracked")
    await owner.says("/reply 1001 fine")
    assert "fine" in club.person("Ana").sees(), "it is a word like any other now"


async def test_replies_in_traditional_chinese(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/language")
    await owner.presses("繁體中文")
    assert "還沒有常用回覆" in await owner.says("/replies")
    await owner.presses("新增回覆")
    await owner.says("道歉")
    await owner.presses("繁體中文")
    assert "很抱歉" in await owner.says("{name}，很抱歉。")
    await club.person("林美玲", "zh-hant").says("/complain 杯子裂了")
    assert "林美玲，很抱歉。" in await owner.says("/reply 1001 道歉")
