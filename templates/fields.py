"""What marketers can write in double braces: each field with its kind, and what stands there for who has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

TEXT, NUMBER, DATE = "text", "number", "date"
Value = str | int | None
Facts = Mapping[str, Value]
"""Plain values by the name of their field. Dates are written 2027-02-06; what there is none of is None or left out."""


@dataclass(frozen=True)
class Field:
    """`always`: every member has one. Else `fallbacks` say, in each language, what is read instead; where there are
    none, whoever writes the text has to say it."""

    kind: str = TEXT
    always: bool = False
    fallbacks: Mapping[str, str] = field(default_factory=dict)


def _instead(en: str, hans: str, hant: str) -> Field:
    return Field(fallbacks={"en": en, "zh-Hans": hans, "zh-Hant": hant})


FIELDS: Mapping[str, Field] = {
    "name": _instead("friend", "朋友", "朋友"),
    "number": Field(always=True),
    "tier": _instead("member", "会员", "會員"),
    "points": Field(NUMBER, always=True),
    "points_pending": Field(NUMBER, always=True),
    "points_lapsing": Field(NUMBER, always=True),
    "lapse_on": Field(DATE),
    "next_tier": Field(),
    "points_to_next_tier": Field(NUMBER),
    "joined": Field(DATE, always=True),
    "years": Field(NUMBER, always=True),
    "membership_ends": Field(DATE),
    "city": Field(),
    "branch": _instead("our shop", "门店", "門市"),
    "product": _instead("what you bought", "您买的东西", "您買的東西"),
    "bought_on": Field(DATE),
    "order": Field(),
    "relative": Field(),
    "relation": Field(),
    "shelf": Field(),
    "event": _instead("our event", "活动", "活動"),
    "event_when": _instead("soon", "近日", "近日"),
    "event_place": _instead("our shop", "店里", "店裡"),
    "event_about": _instead("We would be glad to have you with us.", "期待与您相聚。", "期待與您相聚。"),
    "event_days": Field(NUMBER),
    "club": Field(always=True),
    "today": Field(DATE, always=True),
    "ends": Field(DATE, always=True),
}

_GUESSES = {
    "name": "first_name firstname customer customer_name member member_name user username 姓名 名字 稱呼 称呼",
    "number": "card card_number cardnumber member_number card_no id 卡号 卡號 会员号 會員編號",
    "tier": "level rank status grade 等级 等級",
    "points": "balance score 积分 積分 點數 点数",
    "branch": "shop store location 门店 門市 分店",
    "product": "item last_product purchase 商品 产品 產品",
    "club": "club_name company brand 俱乐部 俱樂部",
    "relative": "family family_name child 家人",
    "ends": "ends_on end end_date expires deadline until 截止",
    "lapse_on": "expiry expires_on points_expiry",
    "today": "date now 今天 日期",
}
_MEANT = {guess: name for name, guesses in _GUESSES.items() for guess in guesses.split()}


def nearest(name: str, known: Mapping[str, object] = FIELDS) -> str | None:
    """The field that was probably meant; None where nothing is near."""
    plain = name.casefold()
    if plain in _MEANT:
        return _MEANT[plain]
    return next(iter(get_close_matches(plain, known, n=1, cutoff=0.6)), None)


_WORD = re.compile(r"[a-z_]+")
_BRACES = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)


def used(source: str) -> set[str]:
    """The fields that a text asks for; rather one too many than one too few."""
    return {word for braces in _BRACES.findall(source) for word in _WORD.findall(braces)} & FIELDS.keys()
