"""What the builder of audiences offers for each condition: which questions, which buttons, and what an answer means.

A button stands for a word by a mark made of it, not by its place: the list may change before it is pressed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

from campaigns.audience_fields import CAME, LISTED, MAX_DAYS, STATUSES
from campaigns.saved_audiences import PROGRAMMES
from club.frequency import whole
from club.languages import NAMES
from club.refusal import Refused
from handlers.chat import Chat
from handlers.forms import Answers, Choice
from storage import audience_words, branches, events, products, tags
from storage.events import Event

WHAT, WHICH, EVENT, AGO, WINDOW, DAYS, TIMES, MONTH, WAY, NUMBER = (
    "what", "which", "event", "ago", "window", "days", "times", "month", "way", "number"
)  # fmt: skip
QUESTIONS = (WHAT, WHICH, EVENT, AGO, WINDOW, DAYS, TIMES, MONTH, WAY, NUMBER)
"""In the order in which they are asked."""
ASKS: dict[str, tuple[str, ...]] = {
    "language": (WHICH,),
    "joined": (AGO,),
    "birthday": (MONTH,),
    "consent": (),
    "status": (WHICH,),
    "zone": (WHICH,),
    "source": (WHICH,),
    "membership_ends": (DAYS,),
    "bought": (WHAT, WINDOW),
    "orders": (WHAT, WINDOW, WAY, NUMBER),
    "spent": (WHAT, WINDOW, WAY, NUMBER),
    "last_bought": (AGO,),
    "silent": (TIMES,),
    "tier": (WHICH,),
    "level": (WAY, NUMBER),
    "points": (WAY, NUMBER),
    "points_lapse": (DAYS,),
    "visits": (WINDOW, WAY, NUMBER),
    "branch": (WHICH, WINDOW),
    "complaint": (WHICH, WINDOW),
    "campaign": (WHICH, WINDOW),
    "willing": (WHICH,),
    LISTED: (EVENT, WINDOW),
    CAME: (EVENT, WINDOW),
    "tag": (WHICH,),
}
"""What is asked about each field that the builder knows; about events there are two."""
_SAID: dict[str, dict[str, Any]] = {"consent": {"to": "marketing"}, LISTED: {"is": LISTED}, CAME: {"is": CAME}}
"""What the choice of a field says by itself."""
TOPICS: dict[str, tuple[str, ...]] = {
    "profile": ("language", "joined", "birthday", "consent", "status", "zone", "source", "membership_ends"),
    "purchases": ("bought", "orders", "spent", "last_bought", "silent"),
    "loyalty": ("tier", "level", "points", "points_lapse"),
    "contact": ("visits", "branch", "complaint", "campaign", "willing"),
    "event": (LISTED, CAME),
    "tag": ("tag",),
}
WINDOWS, AHEAD, LONG_AGO = (30, 90, 365), (7, 14, 30, 60), (90, 180, 365)
NUMBERS = {
    "level": (1, 2, 3, 4, 5),
    "points": (100, 500, 1_000),
    "spent": (50, 100, 500),
    "orders": (1, 2, 3, 5),
    "visits": (1, 2, 3, 5),
}
READY = ("new", "birthday", "silent", "lapsed", "top")
LABELS = frozenset(
    {f"topic_{topic}" for topic in TOPICS}
    | {f"field_{field}" for field in ASKS}
    | {f"status_{status}" for status in STATUSES}
    | {"open", "made", "any_time", "anything", "at_least", "at_most", "within", "before", "ahead", "times", "number"}
    | {"month_this", "month_next", "month_last", "month", "category", "tier_or_higher", "willing_yes", "willing_no"}
    | {"any_event", "event"}
    | {"part", "add", "save", "any_instead", "all_instead", "or_also", "and_also", "turn", "remove", "leave"}
    | {f"ready_{name}" for name in READY}
)
"""Of the buttons, each `buttons/audience_…`."""
OFFERED = 8
MAX_TIMES = 20
_TIMES = re.compile(r"\d{1,2}(?:[.,]\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def choice(chat: Chat, value: str, label: str, **facts: Any) -> Choice:
    return Choice(value, text=chat.button(f"audience_{label}", "", **facts)["text"])


def topics(chat: Chat) -> list[Choice]:
    return [choice(chat, topic, f"topic_{topic}") for topic in TOPICS]


def fields(chat: Chat, topic: str) -> list[Choice]:
    return [choice(chat, field, f"field_{field}") for field in TOPICS[topic]]


def offered(chat: Chat, question: str, field: str) -> Sequence[Choice]:
    """The buttons under a question about this field."""
    return _OFFERED[question](chat, field)


def understood(chat: Chat, question: str, field: str, text: str) -> Any:
    """What is pressed or typed there, as it goes into the rule. Raises `Refused`."""
    return _UNDERSTOOD[question](chat, field, text)


def asked(answers: Answers) -> tuple[str, ...]:
    """What is asked about the field that was chosen. An event that was named has a day of its own."""
    day_known = "number" in answers.get(EVENT, {})
    return tuple(one for one in ASKS.get(answers.get("field", ""), ()) if not (day_known and one == WINDOW))


def told(answers: Answers) -> dict[str, Any]:
    """The condition that all answers about the field that was chosen make."""
    field = answers["field"]
    facts = _SAID.get(field, {})
    for question in asked(answers):
        value = answers[question]
        if question == WAY:
            continue
        facts = facts | ({answers[WAY]: value} if question == NUMBER else value)
    if field in (LISTED, CAME):
        return {"event": facts}
    return {"custom" if "name" in facts else field: facts}


# ---- buttons ------------------------------------------------------------------------------------------------------


def _mark(word: str) -> str:
    return f"~{sha256(word.encode()).hexdigest()[:12]}"


def _named(words: Iterable[str]) -> list[Choice]:
    return [Choice(_mark(word), text=word[:40]) for word in words]


def _whats(chat: Chat, _field: str) -> list[Choice]:
    goods = _named(one.name for one in products.on_sale(chat.db)[:OFFERED])
    categories = audience_words.common_categories(chat.db, OFFERED)
    kinds = [choice(chat, _mark(f"/{name}"), "category", name=name) for name in categories]
    return [*goods, *kinds, choice(chat, "-", "anything")]


def _words_of(chat: Chat, field: str) -> list[str]:
    """What may be chosen by its own name."""
    if field == "tag":
        return [one.words for one in tags.every(chat.db, OFFERED)]
    if field == "branch":
        return [one.name for one in branches.every(chat.db)]
    if field == "zone":
        return audience_words.common_zones(chat.db, OFFERED)
    if field == "source":
        return audience_words.common_sources(chat.db, OFFERED)
    return list(PROGRAMMES) if field == "campaign" else []


def _whiches(chat: Chat, field: str) -> list[Choice]:
    if field == "language":
        return [Choice(language, text=NAMES[language]) for language in chat.club.languages]
    if field == "status":
        return [choice(chat, status, f"status_{status}") for status in STATUSES]
    if field == "complaint":
        return [choice(chat, "open", "open"), choice(chat, "made", "made")]
    if field == "willing":
        return [choice(chat, "yes", "willing_yes"), choice(chat, "no", "willing_no")]
    if field == "tier":
        named = [(tier.key, tier.name(chat.language)) for tier in chat.club.tiers.tiers]
        higher = [choice(chat, _mark(f"+{key}"), "tier_or_higher", name=name) for key, name in named]
        return [*higher, *(Choice(_mark(key), text=name[:40]) for key, name in named)]
    return _named(_words_of(chat, field))


def _events(chat: Chat, field: str) -> list[Choice]:
    found = [
        choice(chat, str(one.id), "event", title=one.title, at=one.starts_at, zone=chat.club.zone, now=chat.now)
        for one in _latest(chat, field)
    ]
    return [choice(chat, "-", "any_event"), *found]


def _latest(chat: Chat, field: str) -> list[Event]:
    """The next ones, or the last ones that were held."""
    if field == LISTED:
        return events.upcoming(chat.db, chat.now, OFFERED)
    return events.held(chat.db, chat.now, OFFERED)


def _agos(chat: Chat, field: str) -> list[Choice]:
    months = ["this", "last"] if field == "joined" else []
    return [
        *(choice(chat, f"month={month}", f"month_{month}") for month in months),
        *(choice(chat, f"within_days={days}", "within", days=days) for days in WINDOWS),
        *(choice(chat, f"before_days={days}", "before", days=days) for days in LONG_AGO),
    ]


def _windows(chat: Chat, field: str) -> list[Choice]:
    label, offered = ("ahead", AHEAD) if field == LISTED else ("within", WINDOWS)
    return [choice(chat, "-", "any_time"), *(choice(chat, str(days), label, days=days) for days in offered)]


def _months(chat: Chat, _field: str) -> list[Choice]:
    near = [choice(chat, month, f"month_{month}") for month in ("this", "next")]
    return [*near, *(choice(chat, str(month), "month", month=month) for month in range(1, 13))]


_OFFERED: dict[str, Callable[[Chat, str], list[Choice]]] = {
    WHAT: _whats,
    WHICH: _whiches,
    EVENT: _events,
    AGO: _agos,
    WINDOW: _windows,
    DAYS: lambda chat, _field: [choice(chat, str(days), "ahead", days=days) for days in AHEAD],
    TIMES: lambda chat, _field: [choice(chat, str(times), "times", times=times) for times in (1.5, 2, 3)],
    MONTH: _months,
    WAY: lambda chat, _field: [choice(chat, way, way) for way in ("at_least", "at_most")],
    NUMBER: lambda chat, field: [choice(chat, str(number), "number", number=number) for number in NUMBERS[field]],
}

# ---- answers ------------------------------------------------------------------------------------------------------


def _what(chat: Chat, _field: str, text: str) -> dict[str, Any]:
    if text == "-":
        return {}
    for one in products.on_sale(chat.db):
        if text == _mark(one.name) or text.casefold() == one.name.casefold():
            return {"product": one.name}
    for name in audience_words.common_categories(chat.db, 1_000):
        if text == _mark(f"/{name}") or text.casefold() == name.casefold():
            return {"category": name}
    if audience_words.products(chat.db, [text.strip()]):
        return {"product": text.strip()}
    raise Refused("audience/no_such", found=text[:40])


def _which(chat: Chat, field: str, text: str) -> dict[str, Any]:
    if field in ("language", "status", "complaint", "willing"):
        _one_of(text, [one.value for one in _whiches(chat, field)])
        return {"is": text} if field in ("complaint", "willing") else {"in": [text]}
    if field == "tier":
        keys = [tier.key for tier in chat.club.tiers.tiers]
        marks = {_mark(key): {"in": [key]} for key in keys} | {_mark(f"+{key}"): {"at_least": key} for key in keys}
        _one_of(text, marks)
        return marks[text]
    if field == "tag":
        return _tag(chat, text)
    word = next((one for one in _words_of(chat, field) if text in (_mark(one), one)), text.strip())
    return {"did": "received", "key": word} if field == "campaign" else {"in": [word]}


def _tag(chat: Chat, text: str) -> dict[str, Any]:
    for one in tags.every(chat.db, 1_000):
        if text == _mark(one.words) or text.casefold() == one.words.casefold():
            return {"name": one.name, "in": [one.value]} if one.value else {"in": [one.name]}
    found = audience_words.tags(chat.db, [text.strip()])
    if not found:
        raise Refused("audience/no_such", found=text[:40])
    return {"in": sorted(found)}


def _event(chat: Chat, _field: str, text: str) -> dict[str, Any]:
    """One that is pressed, or typed by its number."""
    if text == "-":
        return {}
    if not events.numbers(chat.db, [text.strip()]):
        raise Refused("audience/no_such", found=text[:40])
    return {"number": int(text)}


def _ago(chat: Chat, field: str, text: str) -> dict[str, Any]:
    key, _, value = text.partition("=")
    if text in [one.value for one in _agos(chat, field)]:
        return {key: value if key == "month" else int(value)}
    if field == "joined" and _DAY.fullmatch(text.strip()):
        return {"since": text.strip()}
    return {"within_days": whole(text, MAX_DAYS)}


def _window(_chat: Chat, _field: str, text: str) -> dict[str, Any]:
    return {} if text == "-" else {"within_days": whole(text, MAX_DAYS)}


def _times(_chat: Chat, _field: str, text: str) -> dict[str, Any]:
    match = _TIMES.fullmatch(text.strip())
    if match is None or not 1 <= float(text.replace(",", ".")) <= MAX_TIMES:
        raise Refused("frequency/number_unclear", most=MAX_TIMES)
    return {"times": float(text.replace(",", "."))}


def _month(_chat: Chat, _field: str, text: str) -> dict[str, Any]:
    return {"month": text if text in ("this", "next") else whole(text, 12)}


def _way(_chat: Chat, _field: str, text: str) -> str:
    _one_of(text, ("at_least", "at_most"))
    return text


def _number(_chat: Chat, field: str, text: str) -> int:
    return whole(text, max(NUMBERS[field]) if field == "level" else 9_999_999)


def _one_of(text: str, values: Iterable[str]) -> None:
    if text not in values:
        raise Refused("forms/press_please")


_UNDERSTOOD: dict[str, Callable[[Chat, str, str], Any]] = {
    WHAT: _what,
    WHICH: _which,
    EVENT: _event,
    AGO: _ago,
    WINDOW: _window,
    DAYS: lambda _chat, _field, text: {"within_days": whole(text, MAX_DAYS)},
    TIMES: _times,
    MONTH: _month,
    WAY: _way,
    NUMBER: _number,
}
