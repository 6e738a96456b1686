"""Joint plans, for the closest relationship: what staff and a member have set out to reach together, and by when.

Staff write it down, the member says yes or would rather have something else. Whatever of it is changed is asked anew:
a plan holds for both sides or it is none. On its day whoever looks after it asks whether it was reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from club import tickets
from club.club import Club
from club.days import moment_on
from club.names import line
from club.refusal import Refused
from club.staff import SERVICE
from club.steps import QUESTION
from club.tickets import Said, staff_name
from storage import members, plans, staff
from storage import points as ledger
from storage.members import Member
from storage.plans import AGREED, DROPPED, PROPOSED, REACHED, Event, Plan
from storage.tickets import Ticket

AT_ONCE = 100
"""Plans whose day has come that are told of in one transaction."""
WORDING = (plans.PROPOSE, plans.CHANGE, plans.MOVE)
"""Steps after which the member is asked anew."""


@dataclass(frozen=True)
class File:
    """A plan with its member, the name of who looks after it, and its steps, each with the name of the colleague who
    took it; None: the member did."""

    plan: Plan
    member: Member
    owner: str
    events: tuple[tuple[Event, str | None], ...]

    @property
    def wording(self) -> int:
        """Which wording of it this is: the first, the second …"""
        return sum(event.step in WORDING for event, _ in self.events)

    @property
    def countered(self) -> bool:
        """Would the member rather have something else, and nothing has come of it yet?"""
        return bool(self.events) and self.events[-1][0].step == plans.COUNTER


# ---- staff --------------------------------------------------------------------------------------------------------


def set_out(
    db: Connection, member: Member, goal: str, day: date, owner_id: int, *, staff_id: int, club: Club, now: datetime
) -> Plan:
    """Write down what is to be reached by when, or change it; the member has to say yes to it.

    Raises `Refused` for somebody who is no member, and for hands that serve nobody (any more).
    """
    ledger.lock(db, member.id)
    if not members.by_id(db, member.id).joined:
        raise Refused("plans/not_a_member")
    if staff.role_of(db, owner_id) not in SERVICE:
        raise Refused("plans/no_colleague")
    words, due_at = line(goal), moment_on(day, club.greeting_at, club.zone)
    known = plans.open_of(db, member.id)
    if known is None:
        step, plan_id = plans.PROPOSE, plans.add(db, member.id, words, owner_id, due_at)
    else:
        step = plans.MOVE if (words, owner_id) == (known.goal, known.owner_id) else plans.CHANGE
        plan_id = known.id
        plans.change(db, known, words, owner_id, due_at)
    plan = existing(db, plan_id)
    plans.add_event(db, plan, step, staff_id, now)
    return plan


def reach(db: Connection, plan_id: int, staff_id: int, now: datetime) -> Plan:
    """It is done."""
    return _end(db, plan_id, plans.REACH, REACHED, staff_id, now)


def drop(db: Connection, plan_id: int, staff_id: int, now: datetime) -> Plan:
    """Nothing comes of it."""
    return _end(db, plan_id, plans.DROP, DROPPED, staff_id, now)


def _end(db: Connection, plan_id: int, step: str, state: str, staff_id: int, now: datetime) -> Plan:
    plan = existing(db, plan_id)
    if not plan.open or not plans.move(db, plan.id, plan.state, state):
        raise Refused("plans/over")
    plans.add_event(db, plan, step, staff_id, now)
    return existing(db, plan_id)


def tell_due(db: Connection, now: datetime) -> list[File]:
    """Those whose day has come and that nobody has heard of; from now on somebody has."""
    found = plans.untold(db, now, AT_ONCE)
    for plan in found:
        plans.set_told(db, plan.id, now)
    return [file_of(db, plan) for plan in found]


def due(db: Connection, now: datetime, limit: int) -> list[File]:
    """Those whose day has come and of which nobody has said what became of them."""
    return [file_of(db, plan) for plan in plans.due(db, now, limit)]


# ---- the member ---------------------------------------------------------------------------------------------------


def agree(db: Connection, plan_id: int, wording: int, member: Member, now: datetime) -> Plan:
    """The member says yes to the wording that they read. Raises `Refused` where there is another one by now."""
    plan = of_somebody(db, plan_id, member)
    if not plan.open:
        raise Refused("plans/over")
    if file_of(db, plan).wording != wording:
        raise Refused("plans/changed")
    if not plans.move(db, plan.id, PROPOSED, AGREED):
        raise Refused("plans/agreed_already")
    plans.add_event(db, plan, plans.AGREE, None, now)
    return existing(db, plan_id)


def counter(db: Connection, plan: Plan, said: Said, member: Member, club: Club, now: datetime) -> Ticket:
    """The member would rather have something else, or says what comes next: a request in the hands of whoever looks
    after the plan."""
    if plan.open:
        plans.add_event(db, plan, plans.COUNTER, None, now)
    return tickets.open_ticket(db, QUESTION, member, said, club, now, hands=plan.owner_id)


def of_somebody(db: Connection, plan_id: int, member: Member) -> Plan:
    """This member's plan, the open one or the last. Raises `Refused` for one that another came after, and for somebody
    else's."""
    plan = existing(db, plan_id)
    if plan.member_id != member.id:
        raise Refused("buttons/unknown")
    if plan != newest(db, member.id):
        raise Refused("plans/over")
    return plan


# ---- both ---------------------------------------------------------------------------------------------------------


def newest(db: Connection, member_id: int) -> Plan | None:
    """The open one, else the one made last."""
    return next(iter(plans.of_member(db, member_id)), None)


def existing(db: Connection, plan_id: int) -> Plan:
    """The plan of this id; refused where there is none."""
    plan = plans.by_id(db, plan_id)
    if plan is None:
        raise Refused("buttons/unknown")
    return plan


def file_of(db: Connection, plan: Plan) -> File:
    """Everything about it, for a card."""
    events = plans.history(db, plan.id)
    names = {one.actor_id: staff_name(db, one.actor_id) for one in events if one.actor_id is not None}
    told = tuple((one, None if one.actor_id is None else names[one.actor_id]) for one in events)
    return File(plan, members.by_id(db, plan.member_id), staff_name(db, plan.owner_id), told)


def join(db: Connection, source_id: int, target_id: int, staff_id: int, now: datetime) -> Plan | None:
    """Two files are one: of two open plans the one of the file that stays holds; the other one, which is let go."""
    here = plans.open_of(db, source_id)
    let_go = here is not None and plans.open_of(db, target_id) is not None
    if here is not None and let_go:
        drop(db, here.id, staff_id, now)
    plans.give_to(db, source_id, target_id)
    return plans.by_id(db, here.id) if here is not None and let_go else None
