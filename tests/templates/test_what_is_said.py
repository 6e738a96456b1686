"""What single messages promise."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from club.club import CONSENT_VERSION, Tier
from club.tiers import Progress
from storage.points import Balance
from templates import LANGUAGES, button, render
from tests.templates.samples import (
    ANA,
    BARE_CLUB,
    CHAT,
    CHEN,
    CLUB,
    DOORS,
    EARLIER,
    HUGE,
    LEFT,
    MEILING,
    NAMELESS,
    NOW,
    SOLAR,
    TOM,
    ZONE,
    Facts,
    facts_of,
    file,
    said,
    ticket,
)

every_language = pytest.mark.parametrize("language", LANGUAGES)


def newcomer(**changed: object) -> Facts:
    return (
        CHAT
        | {"member": ANA, "role": None, "balance": 0, "waiting": 0, "welcome_points": 20, "lapsed": False}
        | changed
    )


def card(language: str, *messages: str, **changed: object) -> str:
    state = str(changed.get("state", "taken"))
    talk = [said(message) for message in messages]
    return render("tickets/card", language, file=file(ticket(state=state), *talk), zone=ZONE, club=CLUB, now=NOW)


@every_language
def test_a_newcomer_is_told_of_the_welcome_points_there_are(language: str) -> None:
    assert "20" in render("start/prospect", language, **newcomer())
    assert "0" not in render("start/prospect", language, **newcomer(member=NAMELESS, welcome_points=0))


@every_language
def test_somebody_without_a_name_is_greeted_all_the_same(language: str) -> None:
    assert "?" not in render("start/prospect", language, **newcomer(member=NAMELESS))


@every_language
def test_who_left_is_not_greeted_as_a_stranger(language: str) -> None:
    back = render("start/prospect", language, **newcomer(member=LEFT))
    assert back != render("start/prospect", language, **newcomer(member=replace(LEFT, status="prospect")))


@every_language
def test_people_consent_to_the_version_that_is_recorded(language: str) -> None:
    text = render("membership/ask_consent", language, **CHAT, answers={}, member=ANA, door=DOORS[0])
    assert CONSENT_VERSION in text
    assert "Tea &amp; Friends" in text
    assert "/leave" in text


@every_language
def test_privacy_names_a_contact_where_there_is_one(language: str) -> None:
    assert "privacy@tea.example" in render("privacy/statement", language, **CHAT)
    without = render("privacy/statement", language, club=BARE_CLUB, now=NOW)
    assert without.endswith((".", "。"))
    assert all(f"/{command}" in without for command in ("me", "export", "edit", "stop", "leave", "forget"))


@every_language
def test_welcome_points_read_twice_are_the_same_balance(language: str) -> None:
    notice = render("programmes/welcome_points", language, member=MEILING, club=CLUB, balance=120)
    assert "<b>120</b>" in notice
    assert not re.search(r"[+＋]\s*\d", notice)


@every_language
def test_a_card_shows_member_number_state_and_owner(language: str) -> None:
    first, second, *_ = card(language, "The cup was cracked").split("\n")
    assert first.startswith("<b>#1001 · ")
    assert "陈美玲" in second
    assert "10025" in second
    assert "Chen Wei" in card(language, "The cup was cracked")


@every_language
def test_a_short_complaint_is_shown_in_full(language: str) -> None:
    complaint = "I ordered two cups, and one came broken. " * 20
    assert complaint.strip() in card(language, complaint)


@every_language
def test_a_long_talk_shows_how_it_began_and_how_it_stands(language: str) -> None:
    shown = card(language, *[f"message {count}." for count in range(1, 21)])
    assert re.findall(r"message (\d+)\.", shown) == ["1", "17", "18", "19", "20"]
    assert "15" in shown


@every_language
def test_a_card_of_huge_messages_still_fits(language: str) -> None:
    assert len(card(language, *[HUGE] * 9, "the end")) < 4 * 4096
    assert "the end" in card(language, *[HUGE] * 9, "the end")


@every_language
def test_a_picture_is_named_on_the_card(language: str) -> None:
    shown = render(
        "tickets/card", language, file=file(ticket(), said("", media="photo")), zone=ZONE, club=CLUB, now=NOW
    )
    assert re.search(r"\[photo\]|［照片］", shown)


@every_language
def test_a_colleagues_answer_is_not_put_into_the_owners_mouth(language: str) -> None:
    talk = file(ticket(state="taken"), said("Mine", "staff", author_id=CHEN), said("Other", "staff", author_id=7))
    shown = render("tickets/card", language, file=talk, zone=ZONE, club=CLUB, now=NOW)
    owner, other = shown.split("\n\n")[1:]
    assert "Chen Wei" in owner
    assert "Chen Wei" not in other


@every_language
def test_the_status_says_who_is_looking_after_it_and_since_when(language: str) -> None:
    shown = render(
        "complaints/status", language, **CHAT, files=[file(ticket(state="taken"), said("Cracked"))], zone=ZONE
    )
    assert "Chen Wei" in shown
    assert "Cracked" in shown
    assert shown.count("2026") == 3


@every_language
def test_the_status_lists_at_most_ten(language: str) -> None:
    files = [file(ticket(), said("x"), number=1001 + count) for count in range(30)]
    assert render("complaints/status", language, **CHAT, files=files, zone=ZONE).count("<b>#") == 10


@every_language
def test_times_are_told_by_the_readers_clock(language: str) -> None:
    late = file(ticket(opened_at=EARLIER.replace(hour=20)), said("x"))
    shown = render("tickets/card", language, file=late, zone="Asia/Taipei", club=CLUB, now=NOW)
    tomorrow = (EARLIER + timedelta(days=1)).day
    assert re.search(rf"{tomorrow} November 2026|2026年11月{tomorrow}日", shown)


@every_language
def test_me_tells_a_lunar_birthday_as_one_says_it(language: str) -> None:
    facts = facts_of("profile/me")[0]
    told = render("profile/me", language, **facts | {"member": MEILING})
    assert re.search("8th lunar month, day 15, 1990|1990年[农農][历曆]八月十五", told)
    assert re.search("14 March|3月14日", render("profile/me", language, **facts | {"member": SOLAR}))


@every_language
def test_an_unreachable_customer_is_never_reported_as_told(language: str) -> None:
    facts = CHAT | {"number": 1001, "name": "Ana", "step": "fix", "told": True}
    sent = render("tickets/reply_sent", language, **facts, unreachable=False)
    assert sent != render("tickets/reply_sent", language, **facts, unreachable=True)


@every_language
def test_a_member_card_bears_name_number_and_points(language: str) -> None:
    shown = render("membership/card", language, **CHAT, member=TOM, balance=1234, plan="")
    assert all(part in shown for part in ("Tea &amp; Friends", "&lt;b&gt;Ana&lt;/b&gt;", "10025", "1,234"))


@pytest.mark.parametrize(
    ("left", "currency", "said"),
    [(126_000, "TWD", "$1,260"), (12_650, "TWD", "$126.50"), (126_000, "CNY", "CN¥1,260.00")],
)
def test_nobody_in_taiwan_writes_cents_where_there_are_none(left: int, currency: str, said: str) -> None:
    assert button("all_of_it", "", "zh-Hant", left=left, currency=currency)["text"] == f"全部 {said}"


@pytest.mark.parametrize(("discount", "said"), [(5, "95 折"), (10, "9 折"), (12, "88 折"), (50, "5 折")])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_in_chinese_a_discount_is_what_is_left_to_pay(language: str, discount: int, said: str) -> None:
    gold = Tier("gold", {"en": "Gold"}, 2_000, discount=discount)
    progress = Progress(None, None, 0, gold)
    facts = {"member": TOM, "balance": Balance(20), "lapsing": None, "coming": None, "progress": progress, "brings": []}
    assert said in render("points/balance", language, **CHAT, **facts)
