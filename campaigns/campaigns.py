"""Campaigns from the first draft to the last word: who may do which step, and what it brings about.

The author of a campaign that goes to many does not approve it: somebody else does. Who works alone looks at it a second
time, a minute later (four eyes, or two eyes twice).
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection

from campaigns import audiences, reading, saved_audiences, steps, trying
from campaigns.definition import Definition, Json
from campaigns.journey import KEEP, Branch
from campaigns.problems import Invalid
from club import events, surveys
from club.club import Club
from club.refusal import Refused
from club.staff import MANAGER, OWNER
from storage import campaigns, sends, staff
from storage.campaigns import Campaign

SECOND_LOOK = timedelta(minutes=1)
SHOWN = ("draft", "submitted", "approved", "running", "paused", "done", "cancelled")


def existing(db: Connection, campaign_id: int) -> Campaign:
    """Raises `Refused` for one that never was."""
    found = campaigns.by_id(db, campaign_id)
    if found is None:
        raise Refused("campaigns/unknown")
    return found


def named(db: Connection, name: str) -> Campaign:
    """The campaign of this key, or of this number. Raises `Refused`."""
    name = name.strip().casefold().removeprefix("#")
    number = int(name) if name.isascii() and name.isdecimal() and len(name) <= 12 else None
    found = campaigns.by_key(db, name) or (campaigns.by_id(db, number) if number else None)
    if found is None:
        raise Refused("campaigns/unknown")
    return found


@lru_cache(maxsize=256)
def _definition(content: str, languages: tuple[str, ...]) -> Definition:
    return reading.parse(json.loads(content), languages, tried=True)


def definition(campaign: Campaign, club: Club) -> Definition:
    """What holds for it. Raises `Invalid` where the club does not speak one of its languages any more."""
    return _definition(campaign.content, club.languages)


def at_version(db: Connection, campaign: Campaign, number: int, club: Club) -> Definition:
    """What one of its versions says: the newest, or an older one that somebody still goes."""
    if number == campaign.version:
        return definition(campaign, club)
    return _definition(campaigns.content_of(db, campaign.id, number), club.languages)


def spoken(db: Connection, campaign: Campaign, version: int | None, step: str | None, club: Club) -> Definition:
    """What a line says: the campaign's message, or that of a step of its journey, in its member's version."""
    if version is None:
        return definition(campaign, club)
    return at_version(db, campaign, version, club).saying(step)


# ---- writing ------------------------------------------------------------------------------------------------------


def create(
    db: Connection,
    data: Json,
    author_id: int | None,
    club: Club,
    now: datetime,
    cloned_from: int | None = None,
    *,
    tried: bool = False,
) -> Campaign:
    """A new draft. Raises `Invalid` for what is wrong with it, `Refused` where its key is taken. `tried`: it came with
    the program, whose tests have read it."""
    found = reading.parse(data, club.languages, tried=True) if tried else _fit(db, data, club, now)
    campaign_id = campaigns.add(db, found.key, found.kind.key, author_id, cloned_from)
    if campaign_id is None:
        raise Refused("campaigns/key_taken", key=found.key)
    _keep(db, campaign_id, found, author_id, now)
    campaigns.add_event(db, campaign_id, "create", author_id, steps.DRAFT, None, now)
    return existing(db, campaign_id)


def change(db: Connection, campaign: Campaign, data: Json, actor_id: int | None, club: Club, now: datetime) -> Campaign:
    """Another version of a draft; the key stays. Raises `Invalid`, and `Refused` once it was submitted."""
    steps.after(campaign.state, steps.CHANGE, campaign.key)
    _keep(db, campaign.id, _fit(db, data | {"key": campaign.key}, club, now), actor_id, now)
    return existing(db, campaign.id)


def _fit(db: Connection, data: Json, club: Club, now: datetime) -> Definition:
    """What the data mean. Raises `Invalid`, also where the audience names what this club does not have, or where a text
    does not come out for one of its members."""
    found = reading.parse(data, club.languages)
    saved_audiences.check(db, found.audience, club)
    if found.survey is not None:
        surveys.existing(db, found.survey)
    if found.event is not None:
        events.existing(db, found.event)
    for way in found.journey.ways.values() if found.journey else ():
        if isinstance(way.step, Branch):
            saved_audiences.check(db, way.step.audience, club, f"steps.{way.step.name}.if")
    trying.check(db, found, club, now)
    return found


def _keep(db: Connection, campaign_id: int, found: Definition, actor_id: int | None, now: datetime) -> None:
    content = json.dumps(found.as_data(), ensure_ascii=False, sort_keys=True)
    campaigns.add_version(db, campaign_id, found.kind.key, content, actor_id, now)


def clone(db: Connection, campaign: Campaign, actor_id: int | None, club: Club, now: datetime) -> Campaign:
    """The same again as a draft, under a key of its own; it remembers where it comes from."""
    data = json.loads(campaign.content) | {"key": free_key(db, campaign.key)}
    return create(db, data, actor_id, club, now, cloned_from=campaign.id)


def free_key(db: Connection, wanted: str) -> str:
    """A key like this one that is not taken: `tea`, `tea-2`, `tea-3` …"""
    base = re.sub(r"-\d{1,3}$", "", wanted)[:34].strip("-") or "campaign"
    taken = (f"{base}-{number}" for number in range(2, 10_000))
    return next(key for key in (base, *taken) if campaigns.by_key(db, key) is None)


def key_from(name: str, kind: str, today: date) -> str:
    """A key that a name suggests. One without Latin letters suggests none: it is called by its kind and month."""
    said = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:34].strip("-")
    return said if re.search(r"[a-z]", said) else f"{kind}-{today:%Y%m}"


# ---- steps --------------------------------------------------------------------------------------------------------


def submit(db: Connection, campaign: Campaign, actor_id: int | None, club: Club, now: datetime) -> Campaign:
    """It is ready: somebody shall look at it. How many it reaches is counted now, to be compared later. Raises
    `Refused` for an invitation to what has begun or was called off."""
    _check_event(db, campaign, club, now)
    return _step(db, campaign, steps.SUBMIT, actor_id, now, audience=audience_size(db, campaign, club, now))


def audience_size(db: Connection, campaign: Campaign, club: Club, now: datetime) -> int:
    """How many its audience has at this moment."""
    return audiences.count(db, definition(campaign, club).audience, club, now)


def approve(
    db: Connection, campaign: Campaign, actor_id: int | None, role: str | None, club: Club, now: datetime
) -> Campaign:
    """From now on it speaks, as soon as its moment comes. Raises `Refused` where somebody else has to look at it, where
    somebody who works alone has not looked twice, and for an invitation to what has begun or was called off."""
    steps.after(campaign.state, steps.APPROVE, campaign.key)
    _check_event(db, campaign, club, now)
    size = audience_size(db, campaign, club, now)
    if size > club.campaigns.approve_above:
        _check_second_person(db, campaign, actor_id, role, now)
    survey = definition(campaign, club).survey
    if survey is not None:
        surveys.put_on(db, surveys.existing(db, survey), campaign.id)
    _check_texts(db, campaign, club, now)
    approved = _step(db, campaign, steps.APPROVE, actor_id, now, audience=size, plan_at=now, look_at=now, held=None)
    return begin(db, approved, now) if campaign.held is not None else approved


def _check_event(db: Connection, campaign: Campaign, club: Club, now: datetime) -> None:
    """All of its messages would be held back."""
    invited = definition(campaign, club).event
    if invited is not None:
        events.check_to_come(events.existing(db, invited), now)


def _check_texts(db: Connection, campaign: Campaign, club: Club, now: datetime) -> None:
    """Once more, on members as they are by now."""
    try:
        trying.check(db, definition(campaign, club), club, now)
    except Invalid as invalid:
        first = invalid.problems[0]
        facts = {"place": first.place, "found": first.found, "expected": first.expected}
        raise Refused("campaigns/does_not_come_out", **facts) from None


def _check_second_person(
    db: Connection, campaign: Campaign, actor_id: int | None, role: str | None, now: datetime
) -> None:
    others = [one for one in approvers(db) if one != campaign.author_id]
    if actor_id == campaign.author_id and not others:
        _check_second_look(db, campaign, now)
    elif actor_id == campaign.author_id or (actor_id is not None and role not in (OWNER, MANAGER)):
        raise Refused("campaigns/somebody_else", name=campaign.key)


def approvers(db: Connection) -> list[int]:
    """Who may approve what goes to many."""
    return [one.telegram_id for one in staff.active(db) if one.role in (OWNER, MANAGER)]


def must_look_first(db: Connection, campaign: Campaign, actor_id: int | None, club: Club, now: datetime) -> bool:
    """Is this the first look of somebody who works alone at what goes to many?"""
    alone = actor_id == campaign.author_id and not [one for one in approvers(db) if one != campaign.author_id]
    if not alone or not steps.may(campaign.state, steps.LOOK):
        return False
    return audience_size(db, campaign, club, now) > club.campaigns.approve_above and _looked(db, campaign) is None


def look(db: Connection, campaign: Campaign, actor_id: int | None, now: datetime) -> Campaign:
    """The first look of somebody who works alone; a minute later they may approve it."""
    return _step(db, campaign, steps.LOOK, actor_id, now)


def _looked(db: Connection, campaign: Campaign) -> datetime | None:
    """When they looked at it, since it was submitted."""
    looked = campaigns.last_event(db, campaign.id, steps.LOOK)
    submitted = campaigns.last_event(db, campaign.id, steps.SUBMIT)
    return looked.at if looked and submitted and looked.at >= submitted.at else None


def _check_second_look(db: Connection, campaign: Campaign, now: datetime) -> None:
    looked = _looked(db, campaign)
    if looked is None or now - looked < SECOND_LOOK:
        raise Refused("campaigns/look_again", name=campaign.key)


def switch_on(db: Connection, campaign: Campaign, now: datetime) -> Campaign:
    """A draft that the settings name: whoever wrote them has approved it."""
    submitted = _step(db, campaign, steps.SUBMIT, None, now)
    return _step(db, submitted, steps.APPROVE, None, now, plan_at=now, look_at=now)


def renew(db: Connection, campaign: Campaign, found: Definition, inside: str, club: Club, now: datetime) -> Campaign:
    """A journey that came with the program says and does this from now on, as the settings want it; what that means for
    those inside, `inside` says."""
    opened = reopen(db, campaign, inside, None, club, now)
    _keep(db, opened.id, found, None, now)
    renewed = switch_on(db, existing(db, opened.id), now)
    campaigns.change(db, opened.id, held=None)
    return begin(db, renewed, now)


def send_back(db: Connection, campaign: Campaign, actor_id: int | None, now: datetime) -> Campaign:
    """Not yet: it is a draft again."""
    return _step(db, campaign, steps.RETURN, actor_id, now)


def pause(db: Connection, campaign: Campaign, actor_id: int | None, now: datetime) -> Campaign:
    """Nothing more goes out but what is being sent at this very moment."""
    paused = _step(db, campaign, steps.PAUSE, actor_id, now, look_at=None)
    sends.withdraw(db, campaign.id)
    return paused


def resume(db: Connection, campaign: Campaign, actor_id: int | None, now: datetime) -> Campaign:
    """It goes on where it stopped; what had not begun waits for its moment again."""
    begun = campaigns.last_event(db, campaign.id, steps.BEGIN) is not None
    return _step(db, campaign, steps.RESUME if begun else steps.WAIT, actor_id, now, look_at=now)


def cancel(db: Connection, campaign: Campaign, actor_id: int | None, now: datetime) -> Campaign:
    """It says nothing any more; those whose turn had not come learn nothing of it."""
    over = _step(db, campaign, steps.CANCEL, actor_id, now, look_at=now, plan_at=None, planning_at=None)
    sends.withdraw(db, campaign.id)
    return over


def reopen(
    db: Connection, campaign: Campaign, inside: str, actor_id: int | None, club: Club, now: datetime
) -> Campaign:
    """Open a journey that is on, to be changed: until the new version is approved, everybody stays where they are. Then
    happens to those inside what `inside` says. Raises `Refused` for what is no journey."""
    if definition(campaign, club).journey is None:
        raise Refused("campaigns/not_now", state=campaign.state, name=campaign.key)
    opened = _step(
        db,
        campaign,
        steps.REOPEN,
        actor_id,
        now,
        look_at=None,
        inside=None if inside == KEEP else inside,
        held=campaign.version,
    )
    sends.withdraw(db, campaign.id)
    return opened


def restore(db: Connection, campaign: Campaign, actor_id: int | None, now: datetime) -> Campaign:
    """Leave a journey that was opened as it was; everybody goes on. Raises `Refused` for one that was not."""
    if campaign.held is None:
        raise Refused("campaigns/not_now", state=campaign.state, name=campaign.key)
    if campaign.held != campaign.version:
        before = campaigns.content_of(db, campaign.id, campaign.held)
        campaigns.add_version(db, campaign.id, campaign.kind, before, actor_id, now)
    restored = _step(db, campaign, steps.RESTORE, actor_id, now, look_at=now, plan_at=now, inside=None, held=None)
    return pause(db, restored, actor_id, now) if _was_paused(db, campaign.id) else restored


def _was_paused(db: Connection, campaign_id: int) -> bool:
    """Did it rest when it was opened?"""
    before = campaigns.event_before(db, campaign_id, steps.REOPEN)
    return before is not None and before.state == steps.PAUSED


def begin(db: Connection, campaign: Campaign, now: datetime) -> Campaign:
    """Its first message is about to go."""
    return _step(db, campaign, steps.BEGIN, None, now)


def finish(db: Connection, campaign: Campaign, now: datetime) -> Campaign:
    """Everybody has had their word."""
    return _step(db, campaign, steps.FINISH, None, now, look_at=None)


def _step(
    db: Connection,
    campaign: Campaign,
    step: str,
    actor_id: int | None,
    now: datetime,
    audience: int | None = None,
    **values: object,
) -> Campaign:
    to = steps.after(campaign.state, step, campaign.key)
    if not campaigns.move(db, campaign.id, campaign.state, to, **values):
        raise Refused("campaigns/not_now", state=existing(db, campaign.id).state, name=campaign.key)
    campaigns.add_event(db, campaign.id, step, actor_id, to, audience, now)
    return existing(db, campaign.id)
