"""/status: what becomes of what one asked and complained about."""

from __future__ import annotations

from tests.club import OWNER, ClubHouse


async def test_each_step_can_be_read(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    assert "Received" in await ana.says("/status")
    await owner.says("/take 1001")
    assert "is looking after it" in await ana.says("/status")
    await owner.says("/reply 1001 We are sending you a new one.")
    assert "answered" in await ana.says("/status")
    await owner.says("/fix 1001 Here it is.")
    await owner.says("/resolve 1001")
    await owner.presses("Product")
    shown = await ana.says("/status")
    assert "Resolved" in shown
    assert "22 Nov 2026 12:00 received" in shown


async def test_nobody_sees_anything_of_somebody_else(club: ClubHouse) -> None:
    ana, eva = club.person("Ana"), club.person("Eva")
    await ana.says("/complain The cup was cracked")
    assert "You have no questions or complaints" in await eva.says("/status")
    assert eva.buttons() == ["Ask a question", "Make a complaint"]
    await eva.says("When do you open?")
    shown = await eva.says("/status")
    assert "#1002" in shown
    assert "#1001" not in shown
    assert "cracked" not in "".join(eva.screen())


async def test_a_member_does_not_become_staff_by_knowing_a_number(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    eva = await club.member("Eva")
    for words in ("/take 1001", "/reply 1001 hello", "/resolve 1001", "/queue"):
        heard = await eva.says(words)
        assert "our team only" in heard
        assert "cracked" not in heard


async def test_open_ones_stand_on_top(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain first")
    await ana.says("/complain second")
    await owner.says("/explain 1002 It is meant to be so.")
    await owner.says("/resolve 1002")
    await owner.presses("Other")
    shown = await ana.says("/status")
    assert shown.index("#1001") < shown.index("#1002")


async def test_王小明_reads_how_his_stand(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    assert "您目前没有提问或投诉" in await xiaoming.says("/status")
    await xiaoming.says("/complain 杯子裂了")
    shown = await xiaoming.says("/status")
    assert "投诉：杯子裂了" in shown
    assert "11月22日" in shown
