"""A rule is said as people say it: what belongs together stays together, and a not is said of each condition."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from campaigns import audiences
from storage.database import open_database
from storage.sealing import Vault
from tests.audiences.people import CLUB, NOW, drawn
from tests.club import MASTER_KEY

VIP, GOLD, OPEN = {"tag": {"in": ["vip"]}}, {"tier": {"at_least": "gold"}}, {"complaint": {"is": "open"}}
OFTEN = {"orders": {"at_least": 3, "within_days": 90}}


def _said(rule: Any, language: str) -> str:
    return unescape(audiences.sentence(audiences.parse(rule), language, CLUB))


EVENTS_SAID = [
    (
        {"event": {"is": "listed", "number": 3}},
        "Members who are on the list of event 3.",
        "报名了编号 3 的线下活动的会员。",
        "報名了編號 3 的實體活動的會員。",
    ),
    (
        {"not": {"event": {"is": "listed", "within_days": 7}}},
        "Members who are not on the list of any event in the next 7 days.",
        "没报名未来 7 天内任何线下活动的会员。",
        "沒報名未來 7 天內任何實體活動的會員。",
    ),
    (
        {"event": {"is": "came", "within_days": 1}},
        "Members who came to an event in the last 1 day.",
        "最近 1 天内参加过线下活动的会员。",
        "最近 1 天內參加過實體活動的會員。",
    ),
    (
        {"not": {"any": [{"event": {"is": "came", "number": 3}}, {"event": {"is": "came"}}]}},
        "Members who did not come to event 3 and did not come to any event.",
        "没参加过编号 3 的线下活动，并且没参加过任何线下活动的会员。",
        "沒參加過編號 3 的實體活動，並且沒參加過任何實體活動的會員。",
    ),
]


@pytest.mark.parametrize(
    ("rule", "english", "simplified", "traditional"),
    [
        *EVENTS_SAID,
        ({}, "All members.", "全体会员。", "全體會員。"),
        (
            {"status": {"in": ["left"]}},
            "People who are former members.",
            "身份是“已退会”的人。",
            "身分是「已退會」的人。",
        ),
        (
            {"all": [VIP, {"any": [GOLD, OFTEN]}]},
            "Members who are tagged “vip”; and either are Gold or higher or bought at least 3 times in the last 90 "
            "days.",
            "带有标签“vip”，并且（等级在金卡及以上，或者最近 90 天内消费不少于 3 次）的会员。",
            "帶有標籤「vip」，並且（等級在金卡以上，或者最近 90 天內消費至少 3 次）的會員。",
        ),
        (
            {"not": {"any": [VIP, {"all": [GOLD, OPEN]}]}},
            "Members who are not tagged “vip”; and either are not Gold or higher or have no complaint that is open.",
            "没有标签“vip”，并且（等级不到金卡，或者没有未结投诉）的会员。",
            "沒有標籤「vip」，並且（等級不到金卡，或者沒有未結案投訴）的會員。",
        ),
        (
            {"any": [VIP, {"all": [GOLD, {"any": [OFTEN, OPEN]}]}]},
            "Members who are tagged “vip”; or are Gold or higher and (bought at least 3 times in the last 90 days or "
            "have a complaint that is open).",
            "带有标签“vip”，或者（等级在金卡及以上，并且（最近 90 天内消费不少于 3 次，或者有未结投诉））的会员。",
            "帶有標籤「vip」，或者（等級在金卡以上，並且（最近 90 天內消費至少 3 次，或者有未結案投訴））的會員。",
        ),
    ],
)
def test_a_rule_is_a_sentence(rule: Any, english: str, simplified: str, traditional: str) -> None:
    assert [_said(rule, language) for language in ("en", "zh-Hans", "zh-Hant")] == [english, simplified, traditional]


def test_two_negations_are_none_and_a_group_of_one_is_what_is_in_it() -> None:
    assert _said({"not": {"all": [{"not": VIP}]}}, "en") == _said(VIP, "en")
    assert _said({"all": [VIP, {"all": [GOLD, OPEN]}]}, "en") == _said({"all": [VIP, GOLD, OPEN]}, "en")


def test_a_sentence_without_end_is_cut_so_that_a_message_holds_it() -> None:
    endless = audiences.sentence(audiences.parse({"all": [{"tag": {"in": ["<" * 200] * 5}}] * 40}), "en", CLUB)
    assert len(unescape(endless)) == 1_200
    assert endless.endswith("…")


async def test_in_a_large_club_a_part_is_looked_at_and_the_rest_reckoned(
    any_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "COUNTED_UP_TO", 100)
    monkeypatch.setattr(audiences, "SAMPLES", 10)
    people = drawn(3, members=400)
    database = await open_database(any_url, Vault(MASTER_KEY), deadline=60)
    try:
        await database.write(people.put)
        willing = audiences.parse({"consent": {"to": "marketing"}})
        exact = await database.read(lambda db: audiences.count(db, willing, CLUB, NOW))
        size = await database.read(lambda db: audiences.about(db, willing, CLUB, NOW))
    finally:
        await database.close()
    assert not size.exact
    assert 0.5 * exact < size.count < 1.5 * exact
