"""What an audience means, looked up person by person in plain Python: slow, simple, and written apart from the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.audiences import Audience
from campaigns.rules import Condition, Not, Rule
from club.birthdays import next_kept
from storage.members import Birthday
from tests.audiences.people import BRANCHES, CLUB, NOW, PRODUCTS, TAGS, People, Row

Facts = dict[str, Any]
ZONE = ZoneInfo(CLUB.zone)
CATEGORY = {product_id: category for product_id, _, category in PRODUCTS}
PRODUCT = {product_id: name for product_id, name, _ in PRODUCTS}
BRANCH: dict[int | None, str] = dict(BRANCHES)


def meant(audience: Audience, people: People) -> set[int]:
    """The ids of those whom it means."""
    everybody = people.rows["member"]
    among = [one for one in everybody if one["status"] == "member"] if audience.members_only else everybody
    return {one["id"] for one in among if _holds(audience.rule, one, people)}


def _holds(rule: Rule, one: Row, people: People) -> bool:
    if isinstance(rule, Condition):
        return FIELDS[rule.field](dict(rule.facts), one, people)
    if isinstance(rule, Not):
        return not _holds(rule.rule, one, people)
    return (all if rule.kind == "all" else any)(_holds(part, one, people) for part in rule.rules)


def _since(facts: Facts) -> datetime:
    return NOW - timedelta(days=facts.get("within_days", 36_500))


def _in_bounds(much: int, facts: Facts, unit: int = 1) -> bool:
    low, high = facts.get("at_least", 0) * unit, facts.get("at_most", 10**12) * unit
    return bool(low <= much <= high)


def _lines(facts: Facts, one: Row, people: People) -> list[Row]:
    """The order lines that are meant, each with what was kept of it."""
    lines = []
    for line in people.of("purchase", one["id"]):
        back = people.of("purchase_return", line["id"], by="purchase_id")
        name = PRODUCT.get(line["product_id"], line["product"])
        if (
            facts.get("product") in (None, name)
            and facts.get("category") in (None, CATEGORY.get(line["product_id"]))
            and facts.get("branch") in (None, BRANCH.get(line["branch_id"]))
            and line["bought_at"] >= _since(facts)
        ):
            kept = line["quantity"] - sum(row["quantity"] for row in back)
            lines.append(line | {"kept": kept, "net": line["amount"] - sum(row["amount"] for row in back)})
    return lines


def _bought(facts: Facts, one: Row, people: People) -> bool:
    pieces = sum(line["kept"] for line in _lines(facts, one, people))
    return _in_bounds(pieces, facts if {"at_least", "at_most"} & set(facts) else {"at_least": 1})


def _orders(facts: Facts, one: Row, people: People) -> bool:
    return _in_bounds(len({line["order_number"] for line in _lines(facts, one, people) if line["kept"]}), facts)


def _spent(facts: Facts, one: Row, people: People) -> bool:
    own = [line["net"] for line in _lines(facts, one, people) if line["currency"] == CLUB.currency]
    return _in_bounds(sum(own), facts, unit=100)


def _last_bought(facts: Facts, one: Row, people: People) -> bool:
    last = max((line["bought_at"] for line in _lines({}, one, people) if line["kept"]), default=None)
    return last is not None and _since(facts) <= last and not _recent(last, facts)


def _recent(last: datetime, facts: Facts) -> bool:
    return "before_days" in facts and last >= NOW - timedelta(days=facts["before_days"])


def _silent(facts: Facts, one: Row, people: People) -> bool:
    orders = defaultdict(list)
    for line in _lines({}, one, people):
        if line["kept"]:
            orders[line["order_number"]].append(line["bought_at"])
    days = sorted(at for moments in orders.values() for at in moments)
    if len(orders) < 3 or days[0] == days[-1]:
        return False
    usual = (days[-1] - days[0]) / (len(orders) - 1)
    return bool((NOW - days[-1]) / usual > facts["times"])


def _joined(facts: Facts, one: Row, _people: People) -> bool:
    at = one["joined_at"]
    if at is None:
        return False
    day = at.astimezone(ZONE).date()
    today = NOW.astimezone(ZONE).date()
    last_month = today.replace(day=1) - timedelta(days=1)
    month = {"this": today, "last": last_month}.get(facts.get("month", ""), day)
    return (
        at >= _since(facts)
        and not ("before_days" in facts and at >= NOW - timedelta(days=facts["before_days"]))
        and date.fromisoformat(facts.get("since", "1900-01-01")) <= day
        and day <= date.fromisoformat(facts.get("until", "2900-01-01"))
        and (day.year, day.month) == (month.year, month.month)
    )


def _birthday(facts: Facts, one: Row, _people: People) -> bool:
    if one["birthday_day"] is None:
        return False
    today = NOW.astimezone(ZONE).date()
    ahead = {"this": 0, "next": 1}.get(facts["month"])
    if ahead is None:
        ahead = (facts["month"] - today.month) % 12
    year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
    kept = next_kept(
        Birthday(one["birthday_calendar"], one["birthday_month"], one["birthday_day"]), date(year, month + 1, 1)
    )
    return (kept.year, kept.month) == (year, month + 1)


def _tier(facts: Facts, one: Row, people: People) -> bool:
    keys = [tier.key for tier in CLUB.tiers.tiers]
    (tier,) = [row["tier"] for row in people.of("member_tier", one["id"])] or [None]
    if tier is None or tier not in facts.get("in", [tier]):
        return False
    lowest = facts.get("at_least")
    return lowest is None or (lowest in keys and tier in keys and keys.index(tier) >= keys.index(lowest))


def _points(facts: Facts, one: Row, people: People) -> bool:
    lots = [lot for lot in people.of("point_lot", one["id"]) if lot["activates_at"] <= NOW]
    return _in_bounds(sum(lot["left"] for lot in lots if lot["expires_at"] is None or lot["expires_at"] > NOW), facts)


def _soon(at: datetime | None, facts: Facts) -> bool:
    return at is not None and NOW < at <= NOW + timedelta(days=facts["within_days"])


def _visits(facts: Facts, one: Row, people: People) -> bool:
    there = [
        row
        for row in people.of("visit", one["id"])
        if row["at"] >= _since(facts) and facts.get("branch") in (None, BRANCH.get(row["branch_id"]))
    ]
    return _in_bounds(len(there), facts if {"at_least", "at_most"} & set(facts) else {"at_least": 1})


def _branch(facts: Facts, one: Row, people: People) -> bool:
    here = people.of("visit", one["id"])
    lines = people.of("purchase", one["id"])
    moments = [(row["at"], row["branch_id"]) for row in here] + [(row["bought_at"], row["branch_id"]) for row in lines]
    return any(at >= _since(facts) and BRANCH.get(where) in facts["in"] for at, where in moments)


def _complaint(facts: Facts, one: Row, people: People) -> bool:
    return any(
        row["kind"] == "complaint"
        and row["opened_at"] >= _since(facts)
        and (facts["is"] == "made" or row["resolved_at"] is None)
        for row in people.of("ticket", one["id"])
    )


def _willing(facts: Facts, one: Row, people: People) -> bool:
    said = [row for row in people.of("survey_turn", one["id"]) if row["willing"] is not None]
    last = max(said, key=lambda row: row["answered_at"], default=None)
    return last is not None and last["willing"] == (facts["is"] == "yes")


def _event(facts: Facts, one: Row, people: People) -> bool:
    """Days count back for what one came to, ahead for what one is listed for."""
    states = ("coming",) if facts["is"] == "came" else ("coming", "waiting")
    return any(
        _meant(facts, event) for row in people.of("event_guest", one["id"]) if row["state"] in states
        for event in people.of("event", row["event_id"], by="id")
    )  # fmt: skip


def _meant(facts: Facts, event: Row) -> bool:
    begins, days = event["starts_at"], timedelta(days=facts.get("within_days", 36_500))
    if event["cancelled"] or facts.get("number") not in (None, event["id"]):
        return False
    return bool(NOW - days <= begins <= NOW if facts["is"] == "came" else NOW < begins <= NOW + days)


def _campaign(facts: Facts, one: Row, people: People) -> bool:
    if facts["did"] != "received":
        return any(_answered(facts, row, people) for row in people.of("campaign_send", one["id"]))
    return any(
        row["campaign"] == facts["key"] and row["state"] == "sent" and row["ended_at"] >= _since(facts)
        for row in people.of("outbox", one["id"])
    )


def _answered(facts: Facts, line: Row, people: People) -> bool:
    if facts["key"] != "spring":  # the only one of these that is a campaign; the others are programmes
        return False
    presses = [row["at"] for row in people.of("campaign_press", line["id"], by="send_id")]
    moments = presses if facts["did"] == "pressed" else [line["replied_at"]]
    return any(at is not None and at >= _since(facts) for at in moments)


def _tags(one: Row, people: People) -> list[tuple[str, str]]:
    bears = [row["tag_id"] for row in people.of("member_tag", one["id"])]
    return [(name, value) for tag_id, name, value in TAGS if tag_id in bears]


FIELDS: dict[str, Callable[[Facts, Row, People], bool]] = {
    "language": lambda facts, one, _people: one["language"] in facts["in"],
    "zone": lambda facts, one, _people: one["zone"] in facts["in"],
    "status": lambda facts, one, _people: one["status"] in facts["in"],
    "source": lambda facts, one, _people: one["source"] in facts["in"],
    "consent": lambda _facts, one, _people: one["marketing"] == 1,
    "joined": _joined,
    "birthday": _birthday,
    "tier": _tier,
    "level": lambda facts, one, people: _in_bounds(
        next((row["level"] for row in people.of("relationship", one["id"])), 1), facts
    ),
    "points": _points,
    "points_lapse": lambda facts, one, people: any(
        lot["left"] and _soon(lot["expires_at"], facts) for lot in people.of("point_lot", one["id"])
    ),
    "membership_ends": lambda facts, one, people: any(
        row["state"] == "running" and _soon(row["ends_at"], facts) for row in people.of("membership", one["id"])
    ),
    "bought": _bought,
    "orders": _orders,
    "spent": _spent,
    "last_bought": _last_bought,
    "silent": _silent,
    "visits": _visits,
    "branch": _branch,
    "complaint": _complaint,
    "campaign": _campaign,
    "event": _event,
    "willing": _willing,
    "tag": lambda facts, one, people: any(name in facts["in"] for name, _ in _tags(one, people)),
    "custom": lambda facts, one, people: any(
        name == facts["name"] and value in facts["in"] for name, value in _tags(one, people)
    ),
}
