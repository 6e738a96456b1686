"""A survey is sent by a campaign of its kind: audience, consent, hours, limits and /why are those of any campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from campaigns import campaigns, steps
from campaigns.definition import NOW, SURVEY, Definition, Json
from campaigns.kinds import SURVEY as KIND
from club import surveys
from club.club import Club
from club.days import day_of
from club.languages import LANGUAGES
from club.refusal import Refused
from club.survey_sets import SETS, seconds
from club.surveys import MONTHLY, ONCE, QUARTERLY, Survey
from storage import campaigns as rows
from storage.campaigns import Campaign
from templates import plain

AT = "10:00"
"""By the clock where each member lives."""
LAST_SURE_DAY = 28
"""A later day of the month comes not in every month."""
_INTERVALS = {MONTHLY: 1, QUARTERLY: 3}


@dataclass(frozen=True)
class Plan:
    """How often, to whom (an audience as plain data)."""

    rhythm: str
    audience: Json


def schedule(
    db: Connection, survey: Survey, plan: Plan, titles: Mapping[str, str], author_id: int, club: Club, now: datetime
) -> Campaign:
    """The campaign that sends it, as a draft like any other: looked at, submitted, approved. Raises `Refused` while
    another one sends it, and where nobody may be asked so often."""
    if plan.rhythm not in surveys.rhythms(club):
        raise Refused("surveys/too_often")
    before = sender(db, survey)
    if before is not None and before.state not in steps.OVER:
        raise Refused("surveys/is_sent", name=before.key)
    surveys.put_on(db, survey)
    key = campaigns.free_key(db, campaigns.key_from(titles.get("en", ""), KIND, day_of(now, club.zone)))
    data = _data(survey, plan, titles, club, now) | {"key": key}
    made = campaigns.create(db, data, author_id, club, now)
    surveys.put_on(db, survey, made.id)
    return made


def _data(survey: Survey, plan: Plan, titles: Mapping[str, str], club: Club, now: datetime) -> Json:
    minutes = max(1, round(seconds(survey.questions) / 60))
    facts = {"count": len(survey.questions), "minutes": minutes}
    texts = {one: plain("surveys/invitation", one, **facts) for one in club.languages}
    label = {language: plain("buttons/survey_begin", language) for language in club.languages}
    return {
        "name": titles[club.language],
        "goal": plain("surveys/goal", club.language),
        "kind": KIND,
        "audience": plan.audience,
        "moment": _moment(plan.rhythm, day_of(now, club.zone)),
        "texts": texts,
        "buttons": [{"label": label, "does": f"{SURVEY}{survey.id}"}],
    }


def _moment(rhythm: str, today: date) -> Json:
    """At once; or from tomorrow on, on this day of each month, or each third."""
    if rhythm == ONCE:
        return NOW
    first = today + timedelta(days=1)
    if first.day > LAST_SURE_DAY:
        first = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    rule = f"FREQ=MONTHLY;INTERVAL={_INTERVALS[rhythm]};BYMONTHDAY={first.day}"
    return {"when": "recurring", "rule": rule, "starts": first.isoformat(), "at": AT}


def spoken(found: Definition, language: str) -> Definition:
    """One that sends a ready-made set has its name and its purpose in each language, until somebody changes them."""
    set_ = next((one for one in SETS if found.name in {_title(one, each) for each in LANGUAGES}), None)
    if found.survey is None or set_ is None:
        return found
    ours = {plain("surveys/goal", each) for each in LANGUAGES}
    goal = plain("surveys/goal", language) if found.goal in ours else found.goal
    return replace(found, name=_title(set_, language), goal=goal)


def _title(set_: str, language: str) -> str:
    block = f"title_{set_}"
    return plain(f"survey_questions/{block}", language)


def sender(db: Connection, survey: Survey) -> Campaign | None:
    """The campaign that sends it, or did last."""
    return None if survey.campaign_id is None else rows.by_id(db, survey.campaign_id)


def close(db: Connection, survey: Survey, actor_id: int, now: datetime) -> Survey:
    """It is over: nothing more goes out, no answer is taken any more."""
    campaign = sender(db, survey)
    if campaign is not None and campaign.state not in steps.OVER:
        campaigns.cancel(db, campaign, actor_id, now)
    return surveys.close(db, survey)
