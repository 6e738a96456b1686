"""Conditions over members, for audiences: each a column expression to stand in `select(member.c.id).where(…)`.

Each is a set of members, read by index where there is one, and looked up in it: never member by member. None of them is
ever NULL, so that the opposite of each is what one takes for it. What was brought back does not count as bought.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, literal, or_, select, true, union_all

from storage.relationships import level_of_member
from storage.tables import (
    branch,
    campaign,
    campaign_press,
    campaign_send,
    event,
    event_guest,
    member,
    member_tag,
    member_tier,
    membership,
    outbox,
    point_lot,
    product,
    purchase,
    purchase_return,
    survey_turn,
    tag,
    ticket,
    visit,
)
from storage.types import AllOver, Instant, Microseconds

Where = ColumnElement[bool]
Span = tuple[int, int] | None
"""Members by id, first and last, to whom a set is limited; None: all. So that a part of them costs only its part."""
ENOUGH_ORDERS = 3
"""From so many on, two gaps between them, somebody has an interval of their own."""


@dataclass(frozen=True)
class Goods:
    """Which purchases are meant: by the name of the product, its category, the branch, from a moment on."""

    product: str | None = None
    category: str | None = None
    branch: str | None = None
    since: datetime | None = None


def in_span(span: Span) -> Where:
    """The members of this span."""
    return true() if span is None else member.c.id.between(*span)


def count(db: Connection, among: Where) -> int:
    """How many those are."""
    return int(db.execute(select(func.count()).select_from(member).where(among)).scalar_one())


def last_id(db: Connection) -> int:
    """The highest id on file; 0 where there is nobody."""
    return int(db.execute(select(func.coalesce(func.max(member.c.id), 0))).scalar_one())


def all_of(parts: Sequence[Where]) -> Where:
    return and_(true(), *parts)


def any_of(parts: Sequence[Where]) -> Where:
    return or_(false(), *parts)


# ---- who they are -------------------------------------------------------------------------------------------------


def status_in(statuses: Collection[str]) -> Where:
    return member.c.status.in_(statuses)


def language_in(languages: Collection[str]) -> Where:
    return member.c.language.in_(languages)


def zone_in(zones: Collection[str]) -> Where:
    return member.c.zone.in_(zones)


def source_in(sources: Collection[str]) -> Where:
    """Who first came by a link of one of these words."""
    return and_(member.c.source.is_not(None), member.c.source.in_(sources))


def joined(since: datetime | None, before: datetime | None) -> Where:
    """In [since, before)."""
    column = member.c.joined_at
    bounds = ([column >= since] if since else []) + ([column < before] if before else [])
    return and_(column.is_not(None), *bounds)


def born_on(days: Mapping[str, Collection[tuple[int, int]]]) -> Where:
    """Whose birthday is one of these days, each (month, day) in its calendar."""
    kept = []
    for calendar, dates in days.items():
        for month in sorted({month for month, _ in dates}):
            in_month = [day for one, day in dates if one == month]
            kept.append(
                and_(
                    member.c.birthday_calendar == calendar,
                    member.c.birthday_month == month,
                    member.c.birthday_day.in_(in_month),
                )
            )
    return and_(member.c.birthday_day.is_not(None), or_(false(), *kept))


def wants_marketing() -> Where:
    return member.c.marketing == 1


def tagged(names: Collection[str], values: Collection[str] | None = None, span: Span = None) -> Where:
    """Who bears one of these tags; with values, where it says one of them."""
    meant = [tag.c.name.in_(names)] + ([tag.c.value.in_(values)] if values is not None else [])
    return _among(select(member_tag.c.member_id).where(member_tag.c.tag_id.in_(select(tag.c.id).where(*meant))), span)


# ---- what they have -----------------------------------------------------------------------------------------------


def tier_in(tiers: Collection[str], span: Span = None) -> Where:
    return _among(select(member_tier.c.member_id).where(member_tier.c.tier.in_(tiers)), span)


def level_between(low: int | None, high: int | None) -> Where:
    """Whose relationship level is so high."""
    level = level_of_member()
    return and_(true(), *([level >= low] if low is not None else []), *([level <= high] if high is not None else []))


def points_between(low: int | None, high: int | None, now: datetime, span: Span = None) -> Where:
    """Points that can be spent at this moment."""
    lot = point_lot.c
    live = (lot.left > 0, lot.activates_at <= now, or_(lot.expires_at.is_(None), lot.expires_at > now))
    return _between(select(lot.member_id).where(*live).group_by(lot.member_id), func.sum(lot.left), low, high, span)


def points_lapsing(after: datetime, until: datetime, span: Span = None) -> Where:
    """Somebody of whose points some lapse in (after, until]."""
    lot = point_lot.c
    lapsing = (lot.left > 0, lot.expires_at.is_not(None), lot.expires_at > after, lot.expires_at <= until)
    return _among(select(lot.member_id).where(*lapsing), span)


def membership_ending(after: datetime, until: datetime, span: Span = None) -> Where:
    """Whose running membership ends in (after, until]."""
    term = membership.c
    ending = (term.state == "running", term.ends_at.is_not(None), term.ends_at > after, term.ends_at <= until)
    return _among(select(term.member_id).where(*ending), span)


# ---- what they bought ---------------------------------------------------------------------------------------------


def bought(goods: Goods, span: Span = None) -> Where:
    """Anything of it, and kept it."""
    return _among(select(purchase.c.member_id).where(*_meant(goods), _kept(few=_few(goods, span))), span)


def last_bought(since: datetime | None, before: datetime | None, span: Span = None) -> Where:
    """Whose last purchase that they kept was in [since, before). Nobody's who never bought."""
    last = func.max(purchase.c.bought_at)
    bounds = ([last >= since] if since else []) + ([last < before] if before else [])
    return _among(
        select(purchase.c.member_id)
        .where(_kept(few=span is not None))
        .group_by(purchase.c.member_id)
        .having(and_(*bounds)),
        span,
    )


def pieces_between(goods: Goods, low: int | None, high: int | None, span: Span = None) -> Where:
    """So many pieces of it."""
    return _net_between(goods, purchase.c.quantity, purchase_return.c.quantity, low, high, span)


def spent_between(goods: Goods, currency: str, low: int | None, high: int | None, span: Span = None) -> Where:
    """So many minor units of the currency for it."""
    own = purchase.c.currency == currency
    return _net_between(goods, purchase.c.amount, purchase_return.c.amount, low, high, span, own)


def orders_between(goods: Goods, low: int | None, high: int | None, span: Span = None) -> Where:
    """So many orders with something of it."""
    line = purchase.c
    orders = (
        select(line.member_id).where(*_meant(goods, much=True), _kept(few=_few(goods, span))).group_by(line.member_id)
    )
    return _between(orders, func.count(line.order_number.distinct()), low, high, span)


def silent(tenths: int, now: datetime, span: Span = None) -> Where:
    """Whose last purchase is longer ago than so many tenths of their own usual time between two purchases.

    The usual time is the mean; nobody with fewer than `ENOUGH_ORDERS` has one.
    """
    line = purchase.c
    first, last = Microseconds(func.min(line.bought_at)), Microseconds(func.max(line.bought_at))
    gaps = func.count(line.order_number.distinct()) - 1
    quiet = (Microseconds(literal(now, Instant)) - last) * gaps * 10 > (last - first) * tenths
    usual = select(line.member_id).where(_kept(few=span is not None)).group_by(line.member_id)
    return _among(usual.having(and_(gaps >= ENOUGH_ORDERS - 1, last > first, quiet)), span)


def _meant(goods: Goods, *, much: bool = False) -> list[Where]:
    """`much`: what is summed up over a time reads more of each line than any index on time holds."""
    line, meant = purchase.c, []
    if goods.product is not None:
        # One id, no list of them: PostgreSQL looks up either half of an OR by index only then.
        named = select(product.c.id).where(product.c.name == goods.product).scalar_subquery()
        meant.append(or_(line.product_id == named, and_(line.product_id.is_(None), line.product == goods.product)))
    if goods.category is not None:
        meant.append(line.product_id.in_(select(product.c.id).where(product.c.category == goods.category)))
    if goods.branch is not None:
        meant.append(line.branch_id.in_(_branches([goods.branch])))
    if goods.since is not None:
        meant.append((AllOver(line.bought_at) if much else line.bought_at) >= goods.since)
    return meant


def _branches(names: Collection[str]) -> Any:
    return select(branch.c.id).where(branch.c.name.in_(names))


def _few(goods: Goods, span: Span) -> bool:
    """Does this mean a small part of all purchases?"""
    return goods.product is not None or span is not None


def _kept(*, few: bool) -> Where:
    """Not all of it was brought back. Of a `few` lines each is looked up; for all of them, whatever is gone is found
    once."""
    back = purchase_return.c
    if few:
        gone = select(func.sum(back.quantity)).where(back.purchase_id == purchase.c.id).correlate(purchase)
        return func.coalesce(gone.scalar_subquery(), 0) < purchase.c.quantity
    whole = (
        select(back.purchase_id)
        .join(purchase, purchase.c.id == back.purchase_id)
        .group_by(back.purchase_id, purchase.c.quantity)
        .having(func.sum(back.quantity) >= purchase.c.quantity)
    )
    return purchase.c.id.not_in(whole)


def _net_between(
    goods: Goods,
    much: ColumnElement[int],
    back: ColumnElement[int],
    low: int | None,
    high: int | None,
    span: Span,
    *more: Where,
) -> Where:
    """Summed up over what was bought, less what was brought back of it."""
    meant = (*_meant(goods, much=True), *more)
    taken = select(purchase.c.member_id, much.label("much")).where(*meant)
    returned = (
        select(purchase.c.member_id, (-back).label("much"))
        .join(purchase_return, purchase_return.c.purchase_id == purchase.c.id)
        .where(*meant)
    )
    lines = union_all(taken, returned).subquery()
    return _between(select(lines.c.member_id).group_by(lines.c.member_id), func.sum(lines.c.much), low, high, span)


# ---- what happened ------------------------------------------------------------------------------------------------


def visits_between(
    branch_name: str | None, since: datetime | None, low: int | None, high: int | None, span: Span = None
) -> Where:
    """So many visits, or stays."""
    came = _visits([branch_name] if branch_name is not None else None, since)
    return _between(select(visit.c.member_id).where(*came).group_by(visit.c.member_id), func.count(), low, high, span)


def at_branch(names: Collection[str], since: datetime | None, span: Span = None) -> Where:
    """Who bought or came there."""
    there: list[Where] = [purchase.c.branch_id.in_(_branches(names))]
    if since is not None:
        there.append(purchase.c.bought_at >= since)
    buyers = select(purchase.c.member_id).where(*there)
    visitors = select(visit.c.member_id).where(*_visits(names, since))
    return or_(_among(buyers, span), _among(visitors, span))


def _visits(names: Collection[str] | None, since: datetime | None) -> list[Where]:
    there = [visit.c.branch_id.in_(_branches(names))] if names is not None else []
    return [*there, *([visit.c.at >= since] if since is not None else [])]


def complained(*, still_open: bool, since: datetime | None, span: Span = None) -> Where:
    """Who complained since then; or whose complaint of then is open still."""
    made: list[Where] = [ticket.c.kind == "complaint", ticket.c.joined_to.is_(None)]
    if still_open:
        made.append(ticket.c.resolved_at.is_(None))
    if since is not None:
        made.append(ticket.c.opened_at >= since)
    return _among(select(ticket.c.member_id).where(*made), span)


def came_to(event_id: int | None, since: datetime | None, now: datetime, span: Span = None) -> Where:
    """Who came to this event, or to any, that began in [since, now]."""
    began = [event.c.starts_at <= now] + ([event.c.starts_at >= since] if since is not None else [])
    return _guests(["coming"], event_id, began, span)


def listed_for(event_id: int | None, now: datetime, until: datetime | None, span: Span = None) -> Where:
    """Who is on the list of this event, or of any, that begins in (now, until]; who waits for a seat is, too."""
    begins = [event.c.starts_at > now] + ([event.c.starts_at <= until] if until is not None else [])
    return _guests(["coming", "waiting"], event_id, begins, span)


def _guests(states: Collection[str], event_id: int | None, when: list[Where], span: Span) -> Where:
    meant = [event.c.id == event_id] if event_id is not None else []
    held = select(event.c.id).where(event.c.cancelled == 0, *when, *meant)
    there = (event_guest.c.state.in_(states), event_guest.c.event_id.in_(held))
    return _among(select(event_guest.c.member_id).where(*there), span)


def willing(*, yes: bool, span: Span = None) -> Where:
    """Who said last, in a survey, that they would buy again; or that they may not."""
    later = survey_turn.alias("later")
    newer = exists().where(
        later.c.member_id == survey_turn.c.member_id,
        later.c.willing.is_not(None),
        later.c.answered_at > survey_turn.c.answered_at,
    )
    said = (survey_turn.c.willing == int(yes), ~newer)
    return _among(select(survey_turn.c.member_id).where(*said), span)


def received(campaign_key: str, since: datetime | None, span: Span = None) -> Where:
    """Whom a message of this campaign, or of the programme of that name, has reached."""
    out, line = outbox.c, campaign_send.c
    sent: list[Where] = [out.campaign == campaign_key, out.member_id.is_not(None), out.state == "sent"]
    ours = select(campaign.c.id).where(campaign.c.key == campaign_key).scalar_subquery()
    reached: list[Where] = [line.campaign_id == ours, line.state == "sent"]
    if since is not None:
        sent += [out.ended_at.is_not(None), out.ended_at >= since]
        reached.append(line.ended_at >= since)
    programme, campaigns = select(out.member_id).where(*sent), select(line.member_id).where(*reached)
    return or_(_among(programme, span), _among(campaigns, span))


def answered(campaign_key: str, how: str, since: datetime | None, span: Span = None) -> Where:
    """Who `pressed` a button of this campaign, or `replied` to it in any way."""
    line, press = campaign_send.c, campaign_press.c
    ours = select(campaign.c.id).where(campaign.c.key == campaign_key).scalar_subquery()
    did: list[Where] = [line.campaign_id == ours]
    if how == "pressed":
        at: Any = press.at
        people = select(line.member_id).join(campaign_press, press.send_id == line.id)
    else:
        at, people = line.replied_at, select(line.member_id)
        did.append(at.is_not(None))
    return _among(people.where(*did, *([at >= since] if since is not None else [])), span)


# ---- sets of members ----------------------------------------------------------------------------------------------


def _among(ids: Any, span: Span) -> Where:
    return member.c.id.in_(_limited(ids, span))


def _limited(query: Any, span: Span) -> Any:
    """The query's first column is the member."""
    return query if span is None else query.where(query.selected_columns[0].between(*span))


def _between(grouped: Any, much: ColumnElement[Any], low: int | None, high: int | None, span: Span) -> Where:
    """Who has so much of it, by a query grouped by member. Whoever is not in it at all has none of it."""
    if low is not None and low > 0:
        bounds = [much >= low] + ([much <= high] if high is not None else [])
        return _among(grouped.having(and_(*bounds)), span)
    return true() if high is None else ~_among(grouped.having(much > high), span)
