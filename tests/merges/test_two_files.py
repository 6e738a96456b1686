"""What becomes of two files of one person, on both databases: nothing is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from club import (
    benefits,
    frequency,
    merges,
    points,
    privacy,
    purchases,
    rebates,
    rewards,
    surveys,
    tickets,
    tiers,
    visits,
    vouchers,
)
from club.club import BALANCE, UNLIMITED, Club, PointRules
from club.frequency import Draft
from club.merges import Joined
from club.orders import Line
from club.refusal import Refused
from club.survey_sets import RELATION
from storage import applications, asked, figures, gifts, staff, survey_turns, ticket_messages
from storage import frequency as programmes
from storage import members as people
from storage import membership as terms
from storage import merges as rows
from storage import purchases as bought
from storage import rewards as shelf
from storage import surveys as sums
from storage import tickets as requests
from storage import vouchers as held
from storage.database import Database, open_database
from storage.imports.purchases import NewPurchase, add_purchases
from storage.ledger_proof import prove
from storage.points import Balance
from storage.sealing import Vault
from storage.tables import outbox
from storage.types import microseconds
from tests.club import MASTER_KEY, NOON, a_club
from tests.rewards.shelf import TEA, a_member

CLUB = a_club(welcome_points=0)
OLD, NEW, THIRD = 1, 2, 3
Unit = Callable[[Connection], Any]


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    """Three members with nothing. The ledger is proved at the end."""
    opened = await open_database(any_url, Vault(MASTER_KEY))
    for number in (501, 502, 503):
        await opened.write(lambda db, number=number: a_member(db, number, 0))  # type: ignore[misc]
    yield opened
    proof = await opened.read(prove)
    await opened.close()
    assert proof.disagreements == ()


def joins(source: int = OLD, target: int = NEW, club: Club = CLUB) -> Callable[[Connection], Joined]:
    return lambda db: merges.join(db, source, target, "new account", staff_id=9, club=club, now=NOON)


def buys(who: int, amount: int, *, club: Club = CLUB, at: datetime = NOON, number: str | None = None) -> Unit:
    def unit(db: Connection) -> Any:
        bought = [Line("Coffee", 1, amount)]
        return purchases.sell(db, people.by_id(db, who), bought, order_number=number, branch_id=None, club=club, now=at)

    return unit


def brings_back(purchase_id: int, club: Club = CLUB) -> Unit:
    return lambda db: purchases.take_back(db, purchase_id, 1, staff_id=9, club=club, now=NOON)


def has(who: int, now: datetime = NOON) -> Callable[[Connection], Balance]:
    return lambda db: points.balance(db, who, now)


async def steps(database: Database, *units: Unit) -> list[Any]:
    return [await database.write(unit) for unit in units]


async def refused(database: Database, unit: Unit) -> str:
    with pytest.raises(Refused) as refusal:
        await database.write(unit)
    return refusal.value.template


async def test_what_was_asked_of_the_bot_comes_over(database: Database) -> None:
    await database.write(lambda db: asked.add(db, OLD, "Is there a lift?", asked.PASSED_ON, None, NOON))
    await steps(database, joins())
    assert [one.text for one in await database.read(lambda db: asked.of_member(db, NEW))] == ["Is there a lift?"]
    assert await database.read(lambda db: asked.of_member(db, OLD)) == []


@pytest.mark.parametrize(("old", "new", "kept"), [(9, None, 9), (None, 7, 7), (9, 7, 7)])
async def test_of_two_turns_in_a_survey_the_answered_one_stays_and_counts_once(
    database: Database, old: int | None, new: int | None, kept: int
) -> None:
    def asks(db: Connection) -> None:
        survey = surveys.put_on(db, surveys.create(db, RELATION, None, 9, NOON))
        for who, value in ((OLD, old), (NEW, new)):
            turn = survey_turns.take(db, who, survey.id, "2026-11", 9, NOON)
            if turn is not None and value is not None:
                turn = surveys.answer(db, survey, turn, survey.questions[0], value)
                surveys.finish(db, survey, turn, CLUB, NOON, None)

    await steps(database, asks, joins())
    turns = await database.read(lambda db: survey_turns.of_member(db, NEW))
    assert [turn.answers for turn in turns] == [{"relationship": kept}]
    assert await database.read(lambda db: sums.tally(db, 1, "2026-11")) == {"relationship": {kept: 1}}
    assert await database.read(lambda db: sums.rounds(db, 1)) == [sums.Round("2026-11", 1, 1, NOON)]


# ---- points -------------------------------------------------------------------------------------------------------


async def test_points_come_over_with_their_last_day_and_the_day_they_can_be_spent(database: Database) -> None:
    slow, short = (replace(CLUB, points=rules) for rules in (PointRules(pending_days=14), PointRules(last_months=1)))
    await steps(database, buys(OLD, 1_000, club=slow), buys(OLD, 2_000, club=short), buys(NEW, 500), joins())
    assert await database.read(has(OLD)) == Balance()
    assert await database.read(has(NEW)) == Balance(available=25, pending=10)
    assert await database.read(has(NEW, NOON + timedelta(days=60))) == Balance(available=15)


@pytest.mark.parametrize("policy", [BALANCE, UNLIMITED])
async def test_what_is_owed_comes_over_and_is_made_up(database: Database, policy: str) -> None:
    club = replace(CLUB, points=PointRules(returns=policy))

    def spends(db: Connection) -> bool:
        return points.spend(db, OLD, 100, reason="reward", key="all", now=NOON)

    await steps(database, buys(OLD, 10_000, club=club), spends, brings_back(1, club))
    assert (await database.read(has(OLD))).owed == 100
    await steps(database, buys(NEW, 3_000, club=club), joins(club=club))
    assert await database.read(has(OLD)) == Balance()
    assert await database.read(has(NEW)) == Balance(owed=70)
    await database.write(buys(NEW, 9_000, club=club))
    assert await database.read(has(NEW)) == Balance(available=20)


async def test_what_was_bought_before_can_be_brought_back_after(database: Database) -> None:
    await steps(database, buys(OLD, 5_000), buys(NEW, 1_000), joins())
    returned = await database.write(brings_back(1))
    assert (returned.points, returned.back.taken, returned.back.owed) == (50, 50, 0)
    assert await database.read(has(OLD)) == Balance()
    assert await database.read(has(NEW)) == Balance(available=10)


async def test_brought_back_after_the_points_were_spent_it_is_owed_by_who_has_the_file_now(database: Database) -> None:
    def spends(db: Connection) -> bool:
        return points.spend(db, NEW, 60, reason="reward", key="all", now=NOON)

    await steps(database, buys(OLD, 5_000), buys(NEW, 1_000), joins(), spends)
    returned = await database.write(brings_back(1))
    assert (returned.back.taken, returned.back.owed) == (0, 50)
    assert await database.read(has(OLD)) == Balance()
    assert await database.read(has(NEW)) == Balance(owed=50)


async def test_a_voucher_comes_over_with_its_code_and_can_be_given_back_for_its_points(database: Database) -> None:
    tea = await database.write(lambda db: shelf.add(db, **TEA))
    voucher = (
        await steps(
            database,
            buys(OLD, 20_000),
            lambda db: rewards.redeem(db, people.by_id(db, OLD), tea, "k", CLUB, NOON),
        )
    )[1]
    await database.write(joins())
    mine = await database.read(lambda db: held.usable(db, NEW, NOON))
    assert [(one.id, one.code) for one in mine] == [(voucher.id, voucher.code)]
    assert (await database.read(lambda db: vouchers.by_code(db, voucher.code))).member_id == NEW
    given = await database.write(lambda db: rewards.cancel(db, people.by_id(db, NEW), voucher.id, CLUB, NOON))
    assert given == 120
    assert await database.read(has(OLD)) == Balance()
    assert await database.read(has(NEW)) == Balance(available=200)


async def test_points_in_their_days_of_grace_get_no_further_ones_by_a_merge(database: Database) -> None:
    """Given back late, joined, redeemed in the file that stays and given back again: what lapsed stays lapsed."""
    club = replace(CLUB, points=PointRules(last_months=1, refund_grace_days=30))
    late, later = NOON + timedelta(days=40), NOON + timedelta(days=80)

    def spends(who: int, key: str, now: datetime) -> Unit:
        return lambda db: points.spend(db, who, 10, reason="reward", key=key, now=now)

    def back(key: str, now: datetime) -> Unit:
        return lambda db: points.refund(db, key, club, reason="reward_cancelled", key=f"back:{key}", now=now)

    await steps(database, buys(OLD, 1_000, club=club), spends(OLD, "a", NOON), back("a", late))
    await database.write(lambda db: merges.join(db, OLD, THIRD, "twice", staff_id=9, club=club, now=late))
    await database.write(lambda db: merges.join(db, THIRD, NEW, "new account", staff_id=9, club=club, now=late))
    await database.write(spends(NEW, "b", late))
    await database.write(back("b", later))
    assert await database.read(has(NEW, later)) == Balance()


async def test_what_came_over_by_a_merge_has_its_days_of_grace_once(database: Database) -> None:
    club = replace(CLUB, points=PointRules(last_months=1, refund_grace_days=30))
    late = NOON + timedelta(days=40)
    await steps(
        database,
        buys(OLD, 1_000, club=club),
        joins(),
        lambda db: points.spend(db, NEW, 10, reason="reward", key="a", now=NOON),
        lambda db: points.refund(db, "a", club, reason="reward_cancelled", key="back", now=late),
    )
    assert await database.read(has(NEW, late)) == Balance(available=10)


# ---- a rebate whose closing they come into -------------------------------------------------------------------------

NEXT_QUARTER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
async def rebate(database: Database) -> Database:
    """10 % back at the end of the quarter; all three have spent 100, 200 and 300 euros in it."""
    draft = Draft("Back each quarter", "amount", 5_000, "quarter", percent=10)
    await steps(database, lambda db: frequency.begin(db, draft, NOON))
    await steps(database, *(buys(who, who * 10_000) for who in (OLD, NEW, THIRD)))
    return database


def closes(limit: int) -> Unit:
    return lambda db: rebates.close_due(db, CLUB, NEXT_QUARTER, limit)


def joined_then(source: int, target: int) -> Unit:
    return lambda db: merges.join(db, source, target, "twice", staff_id=9, club=CLUB, now=NEXT_QUARTER)


def had(db: Connection) -> dict[int, list[int]]:
    return {who: [award.points for award in programmes.awards_of(db, who)] for who in (OLD, NEW, THIRD)}


@pytest.mark.parametrize(
    ("source", "target", "given"),
    [
        (OLD, THIRD, {OLD: [10], NEW: [20], THIRD: [30]}),
        (THIRD, OLD, {OLD: [10, 30], NEW: [20], THIRD: []}),
        (NEW, THIRD, {OLD: [10], NEW: [], THIRD: [50]}),
        (THIRD, NEW, {OLD: [10], NEW: [50], THIRD: []}),
    ],
)
@pytest.mark.parametrize("at_once", [1, 2])
async def test_who_is_joined_between_two_portions_of_a_closing_has_the_rebate_of_both_files_once(
    rebate: Database, source: int, target: int, given: dict[int, list[int]], at_once: int
) -> None:
    """Ana's file of 100 euros has its rebate when she is joined with another one: those points are not given again, and
    what is still missing is."""
    before = sum([(await rebate.read(has(who, NEXT_QUARTER))).available for who in (OLD, NEW, THIRD)])
    await rebate.write(closes(1))
    await rebate.write(joined_then(source, target))
    while await rebate.write(closes(at_once)):
        pass
    assert await rebate.read(had) == given
    await steps(rebate, closes(5), closes(5))
    assert await rebate.read(had) == given
    after = {who: (await rebate.read(has(who, NEXT_QUARTER))).available for who in (OLD, NEW, THIRD)}
    assert (sum(after.values()), after[source]) == (before + sum(map(sum, given.values())), 0)
    notices = select(func.count()).where(outbox.c.campaign == "programme")
    assert await rebate.read(lambda db: db.execute(notices).scalar_one()) == sum(map(len, given.values()))


async def test_joined_after_the_closing_nothing_is_given_again(rebate: Database) -> None:
    await steps(rebate, closes(5), joined_then(OLD, THIRD), closes(5))
    assert await rebate.read(had) == {OLD: [10], NEW: [20], THIRD: [30]}


async def test_two_files_that_were_too_small_alone_are_not_passed_over_together(database: Database) -> None:
    """Ana's 30 euros were looked at and were too few; with the 30 of her other file they are enough."""
    draft = Draft("Back each quarter", "amount", 5_000, "quarter", percent=10)
    await steps(database, lambda db: frequency.begin(db, draft, NOON))
    await steps(database, buys(OLD, 3_000), buys(NEW, 20_000), buys(THIRD, 3_000), closes(1), joined_then(THIRD, OLD))
    await steps(database, closes(1), closes(1))
    assert await database.read(had) == {OLD: [6], NEW: [20], THIRD: []}


# ---- everything else ----------------------------------------------------------------------------------------------


async def test_together_they_may_be_enough_for_a_tier(database: Database) -> None:
    await steps(database, buys(OLD, 30_000), buys(NEW, 20_000))
    assert await database.read(lambda db: tiers.tier_of(db, NEW, CLUB)) is None
    await database.write(joins())
    tier = await database.read(lambda db: tiers.tier_of(db, NEW, CLUB))
    assert tier is not None
    assert tier.key == "silver"
    await database.write(brings_back(1))
    assert await database.read(lambda db: tiers.tier_of(db, NEW, CLUB)) is None, "it counts as if never bought"


async def test_the_better_tier_stays(database: Database) -> None:
    await steps(database, buys(OLD, 60_000), joins())
    later = NOON + timedelta(days=300)
    progress = await database.read(lambda db: tiers.progress(db, NEW, CLUB, later))
    assert progress.tier is not None
    assert progress.tier.key == "silver"
    assert await database.read(lambda db: tiers.tier_of(db, OLD, CLUB)) is None


async def test_an_import_does_not_look_at_a_closed_file(database: Database) -> None:
    await steps(database, buys(OLD, 60_000), joins(), lambda db: tiers.review_buyers(db, CLUB, NOON, 0))
    assert await database.read(lambda db: tiers.tier_of(db, OLD, CLUB)) is None


async def test_stamps_add_up_and_what_was_rewarded_is_not_rewarded_again(database: Database) -> None:
    card = Draft("Every third", "orders", 3, "ever", points=50, repeats=True)
    goal = Draft("Four this year", "orders", 4, "year", points=7)
    await steps(database, *[lambda db, one=one: frequency.begin(db, one, NOON) for one in (card, goal)])
    await steps(database, *[buys(OLD, 100)] * 4, *[buys(NEW, 100)] * 4)
    await database.write(joins())
    assert await database.read(has(NEW)) == Balance(available=8 + 2 * 50 + 2 * 7)
    cards = await database.read(lambda db: frequency.cards(db, NEW, CLUB, NOON))
    assert (cards[0].given, cards[0].counts[0].done, cards[1].full) == (2, 2, True)
    await database.write(buys(NEW, 100))
    assert await database.read(has(NEW)) == Balance(available=9 + 3 * 50 + 2 * 7)


async def test_two_half_full_cards_are_a_full_one(database: Database) -> None:
    draft = Draft("Every fourth", "orders", 4, "ever", points=50, repeats=True)
    await steps(database, lambda db: frequency.begin(db, draft, NOON), *[buys(OLD, 100)] * 2, *[buys(NEW, 100)] * 2)
    await database.write(joins())
    assert await database.read(has(NEW)) == Balance(available=54)


async def test_a_benefit_used_up_in_one_file_is_used_up(database: Database) -> None:
    draft = benefits.Draft("Tasting", None, 1, "month")
    await steps(database, lambda db: benefits.begin(db, draft), lambda db: benefits.claim(db, 1, OLD, CLUB, NOON))
    await database.write(joins())
    assert await refused(database, lambda db: benefits.claim(db, 1, NEW, CLUB, NOON)) == "benefits/used_up"


async def test_visits_and_requests_come_over(database: Database) -> None:
    def comes_and_asks(db: Connection) -> None:
        old = people.by_id(db, OLD)
        visits.check_in(db, old, None, staff_id=9, club=CLUB, now=NOON)
        tickets.open_ticket(db, "question", old, tickets.Said("When do you open?"), CLUB, NOON)

    joined = (await steps(database, comes_and_asks, joins()))[1]
    (talk,) = await database.read(lambda db: requests.of_member(db, NEW))
    assert [one.id for one in joined.requests] == [talk.id]
    assert [one.text for one in await database.read(lambda db: ticket_messages.of_ticket(db, talk))] == [
        "When do you open?"
    ]
    assert (await database.read(figures.ties)).social == 1
    assert await database.read(lambda db: rows.last_seen(db, NEW)) == NOON


@pytest.mark.parametrize(("old", "new", "longer"), [(300, 30, 300), (30, 300, 300), (None, 30, None)])
async def test_the_later_last_day_holds(database: Database, old: int, new: int, longer: int) -> None:
    def ends(days: int | None) -> datetime | None:
        return None if days is None else NOON + timedelta(days=days)

    def given(db: Connection) -> None:
        for member_id, days in ((OLD, old), (NEW, new)):
            terms.end(db, member_id, "left")
            terms.add(db, member_id, "free", NOON, ends(days))

    await steps(database, given, joins())
    term = await database.read(lambda db: terms.open_term(db, NEW))
    assert term is not None
    assert term.ends_at == ends(longer)
    assert await database.read(lambda db: terms.open_term(db, OLD)) is None


async def test_a_gift_that_waited_is_handed_over_and_what_was_asked_is_answered(database: Database) -> None:
    def asked(db: Connection) -> None:
        people.set_left(db, OLD, NOON)
        applications.add(db, OLD, "{}", NOON)
        gifts.add(db, OLD, 1, NOON + timedelta(days=100), 3_500)

    await steps(database, buys(OLD, 5_000), asked, joins())
    assert await database.read(lambda db: applications.waiting(db, OLD)) is None
    assert [one.state for one in await database.read(lambda db: gifts.of_member(db, NEW))] == ["given"]
    assert [one.left for one in await database.read(lambda db: held.usable(db, NEW, NOON))] == [3_500]


async def test_a_merged_file_is_nobody_in_the_figures(database: Database) -> None:
    await database.write(joins())
    since = NOON - timedelta(days=1)
    found = await database.read(lambda db: (figures.headcount(db, since).now, figures.left_since(db, since)))
    assert found == (2, 0)


# ---- once ---------------------------------------------------------------------------------------------------------


async def test_of_two_who_merge_at_once_one_does(database: Database) -> None:
    await database.write(buys(OLD, 1_000))
    answers = await asyncio.gather(
        *[database.write(unit) for unit in (joins(), joins(), joins(NEW, OLD))], return_exceptions=True
    )
    assert [type(answer) for answer in answers].count(Joined) == 1
    assert {answer.template for answer in answers if isinstance(answer, Refused)} == {"merges/already"}
    balances = [(await database.read(has(who))).available for who in (OLD, NEW)]
    assert sorted(balances) == [0, 10]


async def test_what_cannot_be_joined_is_refused(database: Database) -> None:
    def wants_to_be_forgotten(db: Connection) -> Any:
        return privacy.ask_to_be_forgotten(db, people.by_id(db, THIRD), CLUB, NOON)

    assert await refused(database, joins(OLD, OLD)) == "merges/same"
    await steps(database, lambda db: staff.put(db, 501, "clerk", NOON))
    assert await refused(database, joins()) == "merges/works_here"
    await steps(database, lambda db: staff.remove(db, 501, NOON), wants_to_be_forgotten)
    assert await refused(database, joins(THIRD, NEW)) == "merges/leaving"
    await steps(database, lambda db: people.set_left(db, NEW, NOON))
    assert await refused(database, joins()) == "merges/not_a_member"
    await steps(database, lambda db: people.set_erased(db, NEW, NOON))
    assert await refused(database, joins()) == "customers/gone"


async def test_three_files_become_one_and_never_go_round(database: Database) -> None:
    await steps(database, buys(OLD, 1_000), joins(), joins(NEW, THIRD))
    for source, target in ((OLD, THIRD), (THIRD, OLD), (NEW, THIRD), (THIRD, NEW)):
        assert await refused(database, joins(source, target)) == "merges/already"
    assert await database.read(lambda db: [rows.holder(db, who) for who in (OLD, NEW, THIRD)]) == [THIRD] * 3
    assert await database.read(has(THIRD)) == Balance(available=10)
    returned = await database.write(brings_back(1))
    assert (returned.back.taken, await database.read(has(THIRD))) == (10, Balance())
    assert {one.reason for one in await database.read(lambda db: rows.into(db, THIRD))} == {"new account"}


async def test_a_sale_begun_for_the_old_file_goes_to_the_one_that_stays(database: Database) -> None:
    def sells_to(old: Any) -> Unit:
        line = [Line("Coffee", 1, 1_000)]
        return lambda db: purchases.sell(db, old, line, order_number="R-1", branch_id=None, club=CLUB, now=NOON)

    old = await database.read(lambda db: people.by_id(db, OLD))
    await steps(database, joins(), sells_to(old))
    assert await database.read(has(NEW)) == Balance(available=10)
    assert await database.read(has(OLD)) == Balance()


async def test_an_import_for_the_closed_account_goes_to_the_file_that_stays(database: Database) -> None:
    line = NewPurchase(501, "R-9", "Coffee", 1, 1_000, "EUR", microseconds(NOON))
    done = (await steps(database, joins(), lambda db: add_purchases(db, [line])))[1]
    assert done.refused == ()
    assert [await database.read(lambda db, who=who: bought.count(db, who)) for who in (OLD, NEW)] == [0, 1]  # type: ignore[misc]


async def test_to_be_forgotten_is_to_be_forgotten_with_every_file(database: Database) -> None:
    def asks(db: Connection) -> Any:
        return privacy.ask_to_be_forgotten(db, people.by_id(db, NEW), CLUB, NOON)

    def erase_at(db: Connection) -> list[datetime | None]:
        return [people.by_id(db, who).erase_at for who in (OLD, NEW, THIRD)]

    await steps(database, joins(), asks)
    later = NOON + CLUB.erase_after
    assert await database.read(erase_at) == [later, later, None]
    await database.write(lambda db: privacy.stay(db, people.by_id(db, NEW), NOON))
    assert await database.read(erase_at) == [None, None, None]
