"""What handlers hand to each message: ordinary people, empty values, and people whose names mean trouble."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from campaigns import moments, reading
from campaigns.by_itself import NOTICES, Part, Programmes
from campaigns.by_itself import PARTS as ITSELF_PARTS
from campaigns.by_itself import Line as ItselfLine
from campaigns.calendars import FESTIVALS, repetition
from campaigns.campaigns import SHOWN
from campaigns.definition import Wording as CampaignWording
from campaigns.journey import EXITS, INSIDE
from campaigns.journey import REASONS as WAYS_OUT
from campaigns.journey_shown import Line as StepLine
from campaigns.journey_shown import Road
from campaigns.measurement import Report, StepTold, extra, lift
from campaigns.moments import WAYS
from campaigns.moments import parse as parse_moment
from campaigns.overview import Overview
from campaigns.problems import Problem
from campaigns.relationships import Standing as Close
from campaigns.scorecard import Line as ScoreLine
from campaigns.scorecard import Scorecard
from campaigns.shipped_campaigns import NO_DAY, OVER
from campaigns.why import Told
from club.alarms import Digest
from club.applications import File as Application
from club.benefits import Offer as BenefitOffer
from club.clawbacks import TakenBack
from club.club import (
    BALANCE,
    PENDING,
    UNLIMITED,
    CampaignRules,
    Cause,
    Club,
    Department,
    DeskRules,
    PointRules,
    Tier,
    TierRules,
)
from club.compensations import Amount
from club.compensations import File as Amends
from club.expiry import Lapsing
from club.figures import Change, Figures
from club.frequency import Card, Count
from club.gifts import Withdrawn
from club.knowledge import Step
from club.languages import NAMES
from club.members import Application as Answers
from club.membership import Door, Standing
from club.merge import FIELDS
from club.merges import Side
from club.needs import Needs
from club.orders import Line as OrderLine
from club.periods import PERIODS, period_of
from club.plans import File as PlanFile
from club.points import REASONS
from club.preferences import Noted
from club.privacy import Losing
from club.purchases import Order, Returned, Sale, Warranty
from club.replies import FIELDS as READY_FIELDS
from club.rewards import Offer
from club.search import Found, Hit
from club.service import PERIODS as REPORT_PERIODS
from club.service import Actions, Causes, Complaints, Pace, Promises, Service
from club.survey_report import Delivered, Item
from club.survey_report import Report as SurveyReport
from club.survey_sets import OWN, SATISFACTION, SETS, Question
from club.surveys import RHYTHMS, Relationship, Survey
from club.switches import NOTICE_NAMES
from club.tasks import File as TaskFile
from club.tickets import File
from club.tiers import Progress
from club.words import Piece
from handlers.benefits import BENEFITS
from handlers.campaign_form import CAMPAIGN
from handlers.family import FAMILY
from handlers.frequency import FREQUENCY
from handlers.journey_form import STEP
from handlers.knowledge import CHANGE, NEW
from handlers.queue import PARTS
from storage.actions import Action
from storage.applications import Asked
from storage.asked import Quality
from storage.benefits import Benefit
from storage.branches import Branch
from storage.campaign_figures import Answered
from storage.campaign_figures import Bought as CampaignBought
from storage.campaigns import Campaign
from storage.campaigns import Event as CampaignEvent
from storage.compensations import Compensation
from storage.family import Relative
from storage.frequency import METRICS, Award, Programme
from storage.gifts import Gift
from storage.improvements import Improvement
from storage.journey_figures import AtStep
from storage.knowledge import Entry, Wording
from storage.knowledge import Phrasing as StoredPhrasing
from storage.learnt import Shares
from storage.lessons import Lesson
from storage.marks import DeskTag
from storage.members import Birthday, Consent, Member
from storage.plans import Event as PlanEvent
from storage.plans import Plan
from storage.points import Balance, Line
from storage.preferences import Preference
from storage.products import Product
from storage.purchases import Bought, Purchase
from storage.relationships import LEVELS
from storage.relationships import Change as LevelChange
from storage.replies import Reply
from storage.rewards import Reward
from storage.sends import WORDS
from storage.staff import Colleague
from storage.surveys import Round
from storage.tags import Tag
from storage.tasks import Task
from storage.ticket_messages import TicketMessage
from storage.tickets import Ticket, TicketEvent
from storage.vouchers import Voucher
from tests.templates.audience_samples import audience_facts
from tests.templates.event_samples import event_facts, listed
from tests.templates.rule_samples import rule_facts

Facts = dict[str, Any]

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
EARLIER = NOW - timedelta(days=3)
LATER = NOW + timedelta(days=99)
NASTY = '<b>Ana</b> & "co"'
HUGE = "&<碎了" * 2_500
ZONE = "Asia/Taipei"

CLUB = Club(
    "Tea & Friends",
    ZONE,
    ("en", "zh-Hans", "zh-Hant"),
    20,
    time(9),
    "privacy@tea.example",
    -1001,
    desk=DeskRules((Cause("product", {"en": '<b>Ana</b> & "co"'}),), (Department("shop", {"en": "🫖" * 200}),)),
)
BARE_CLUB = replace(CLUB, name="茶友会", welcome_points=0, privacy_contact="", staff_chat=None)

MOMENTS = [
    moments.parse(data)
    for data in (
        {"when": "once", "on": "2027-02-06"},
        {"when": "recurring", "rule": "FREQ=DAILY", "starts": "2027-02-06"},
        {"when": "recurring", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "starts": "2027-02-06", "at": "10:30"},
        {"when": "recurring", "rule": "FREQ=MONTHLY;BYDAY=-1FR,2MO,-2SU", "starts": "2027-02-06", "zone": ZONE},
        {"when": "recurring", "rule": "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1,-1,-2", "starts": "2027-02-06"},
        {"when": "recurring", "rule": "FREQ=DAILY;UNTIL=20270301", "starts": "2027-02-06"},
        {"when": "recurring", "rule": "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "starts": "2027-02-06"},
        *({"when": "festival", "festival": festival, "days": -3} for festival in FESTIVALS),
        {"when": "holiday", "region": "DE-BY", "holiday": "Epiphany"},
        {"when": "birthday", "days": -1},
        {"when": "family"},
        {"when": "joined_anniversary"},
        {"when": "joined", "days": 3},
        {"when": "purchased", "first": True, "product": NASTY},
        {"when": "purchased", "days": 7},
        {"when": "complaint_closed", "days": 1},
        {"when": "tier_changed"},
        {"when": "tier_changed", "tier": NASTY},
        {"when": "points_milestone", "points": 12_345},
        {"when": "silent", "intervals": 2.5},
        {"when": "membership_end", "days": -14},
        {"when": "points_expiry", "days": -14},
        {"when": "replacement_due", "product": NASTY},
        {"when": "replacement_due", "days": -30},
        {"when": "expected_purchase"},
        {"when": "event", "days": -1},
        {"when": "event"},
        {"when": "event", "days": 1},
    )
]

ANA = Member(
    id=1,
    telegram_id=11,
    status="prospect",
    number=None,
    language="en",
    zone="UTC",
    name=NASTY,
    username=None,
    city=None,
    interests=None,
    birthday=None,
    source=None,
    marketing=False,
    created_at=EARLIER,
    joined_at=None,
    left_at=None,
    unreachable_at=None,
)
NAMELESS = replace(ANA, name="?")
ERASED = replace(ANA, status="erased", telegram_id=None, name="", left_at=NOW)
MEILING = replace(
    ANA,
    status="member",
    number="10025",
    zone="Asia/Shanghai",
    name="陈美玲",
    username="meiling",
    city="上海",
    interests="绿茶 & <绘本>",
    birthday=Birthday("lunar", 8, 15, 1990),
    source="ref_summer",
    marketing=True,
    joined_at=EARLIER,
)
TOM = replace(MEILING, name=NASTY, city=None, interests=None, username=None, source=None, birthday=None)
SOLAR = replace(MEILING, birthday=Birthday("solar", 3, 14))
LEFT = replace(MEILING, status="left", left_at=NOW, marketing=False)
LEAVING = replace(MEILING, exported_at=EARLIER, erase_at=NOW)
LONG = replace(MEILING, name="👩‍👩‍👧‍👦" * 8, city="𠮷" * 200, interests="𠮷" * 200)

CHEN = 21
BIG_NAME = "Wolfeschlegelstein" * 7


def ticket(kind: str = "complaint", state: str = "new", **changed: Any) -> Ticket:
    owner = None if state == "new" else CHEN
    cause, resolved_at = ("product", NOW) if state == "closed" else (None, None)
    return replace(Ticket(1, kind, 1, state, owner, cause, EARLIER, resolved_at, None), **changed)


def said(text: str, author: str = "member", media: str | None = None, author_id: int = CHEN) -> TicketMessage:
    return TicketMessage(1, 1, author, author_id if author == "staff" else 11, text, media, None, EARLIER)


def file(
    ticket_: Ticket,
    *messages: TicketMessage,
    member: Member = MEILING,
    owner: str | None = "Chen Wei",
    number: int = 1001,
) -> File:
    steps = {"new": ["open"], "closed": ["open", "take", "fix", "resolve"]}.get(
        ticket_.state, ["open", "take", "reply"]
    )
    events = [TicketEvent(step, CHEN, ticket_.state, None, None, EARLIER) for step in steps]
    names = {CHEN: "Chen Wei", 7: NASTY}
    return File(ticket_, number, member, None if ticket_.owner_id is None else owner, names, list(messages), events)


MILK = Preference(1, None, "oat milk", None, None, EARLIER)
WINDOW = Preference(2, "seat", NASTY, NASTY, NASTY, NOW)
HUGE_WISH = Preference(3, "s" * 20, "碎" * 100, "Wolfeschlegelstein" * 3, "🫖" * 60, NOW)
EMOJI_WISH = Preference(4, None, "🫖" * 50, "", None, NOW)
LIKES = [MILK, WINDOW, HUGE_WISH, EMOJI_WISH]
MEI = Relative(1, "child", "Mei", Birthday("solar", 5, 3), "greet", EARLIER)
AUNT = Relative(2, "aunt <" + "碎" * 30, NASTY + "碎" * 20, Birthday("lunar", 8, 15, 1950), "quiet", NOW)
WEDDING = Relative(3, "wedding", None, Birthday("solar", 2, 29, 2008), "greet", NOW)
MOVED = Relative(4, "day", NASTY, None, "quiet", NOW)
TOM_NEVER = Relative(5, "partner", NASTY, None, "never", NOW)
AUNT_NEVER = replace(AUNT, wish="never", day=None)
RELATIVES = [MEI, AUNT, WEDDING, MOVED, TOM_NEVER, AUNT_NEVER]
FAMILIES = [[], [MEI], [MEI, AUNT, WEDDING, MOVED], [AUNT] * 12]
NEEDS = [Needs(), Needs((MILK,)), Needs((), (TOM_NEVER,)), Needs((HUGE_WISH,) * 16, (AUNT_NEVER,) * 12)]

CUP = said("The cup was <cracked> & the tea cold.")
HUGE_TALK = [said(HUGE, author, author_id=author_id) for author in ("member", "staff") for author_id in (CHEN, 7)] * 5
EMOJI_TALK = [said("🙀" * 10_000)] * 6
FILES = [
    file(ticket(), CUP),
    file(ticket(), said("", media="photo"), member=TOM),
    file(ticket("question", "taken"), CUP, said("We are sorry.", "staff"), said("Really?", "staff", author_id=7)),
    file(ticket("question", "taken"), said(HUGE), owner="", member=LONG),
    file(ticket(state="closed"), *HUGE_TALK, owner=BIG_NAME, member=LONG),
    file(ticket(state="taken"), *EMOJI_TALK, owner="🙂" * 120, member=LONG),
    *[replace(file(ticket(), said(HUGE)), needs=needs) for needs in NEEDS],
    replace(file(ticket(state="taken"), *EMOJI_TALK, owner="🙂" * 120, member=LONG), needs=NEEDS[-1]),
    *[file(ticket(state=state), said(""), member=ERASED) for state in ("new", "taken", "waiting", "closed")],
    file(ticket(), said("", media="hologram")),
]
FIFTY = Compensation(1, 1, 50, None, "given", CHEN, EARLIER, None, NOW)
ONE_POINT = replace(FIFTY, points=1, state="asked")
TEN_EUROS = replace(FIFTY, points=None, value=1000, state="declined", decided_by=7)
GIVEN = [FIFTY, ONE_POINT, TEN_EUROS, replace(TEN_EUROS, state="taken_back")]
AMENDS = [
    Amends(one, 1001, person, name, name)
    for one in GIVEN
    for person in (MEILING, ERASED)
    for name in ("Chen Wei", "", NASTY)
]
FILES.append(replace(file(ticket(state="compensated"), CUP), amends=(FIFTY, ONE_POINT, TEN_EUROS)))
LATE = replace(ticket(state="taken"), urgent=True, tier="gold", answer_by=EARLIER, resolve_by=NOW)
PROMISED = [
    file(LATE, CUP, member=LONG, owner=BIG_NAME),
    file(replace(ticket(), resolve_by=NOW + timedelta(days=1)), CUP),
    file(replace(LATE, answer_by=None), said("", media="photo"), member=TOM, owner=""),
]
FILES += PROMISED
MARKS = tuple(DeskTag(number, word) for number, word in enumerate((NASTY, *["🫖" * 15] * 7), 1))
FILES.append(replace(file(ticket(state="closed", department="shop"), CUP), tags=MARKS[:1], action=NASTY))
FILES.append(
    replace(
        file(ticket(state="taken", cause="product", department="shop"), *EMOJI_TALK, owner="🙂" * 120, member=LONG),
        tags=MARKS,
        action="🫖" * 100,
        needs=NEEDS[-1],
    )
)
MANY_FILES = [file(ticket(state="taken"), said("🙀" * 10_000), owner="🙂" * 120, member=LONG)] * 10
TEAM = [Colleague(9001, "owner", "Ana"), Colleague(9002, "clerk", ""), Colleague(9003, "marketer", NASTY)]
COFFEE = Bought("A-1", "Coffee <dark> & strong", 2, 1290, "EUR", EARLIER)
CONSENTS = [
    Consent("membership", True, "2026-11", "join form", EARLIER),
    *[Consent("marketing", given, None, "stop", NOW) for given in (False, True)] * 20,
]

GOLD = Tier("gold", {"en": "Gold", "zh-Hans": "金卡", "zh-Hant": "金卡"}, 2000, discount=5)
SILVER = Tier("silver", {"en": "Silver & <more>"}, 500)
STANDINGS = [
    Progress(None, None, 0, None),
    Progress(None, None, 120, SILVER),
    Progress(SILVER, NOW, 1999, GOLD),
    Progress(GOLD, NOW, 20_000, None),
]
CLOSE = [
    Close(1, None, None, None, 1, None, ()),
    Close(3, EARLIER, None, None, 3, "bought <something>", (LevelChange(3, EARLIER, None),)),
    Close(5, NOW, NASTY * 3, NASTY * 14, 4, HUGE[:900], tuple(LevelChange(5, NOW, by) for by in (7, None, 7, 7, 7))),
    Close(2, NOW, "", "碎" * 200, 1, None, (LevelChange(2, NOW, 7),)),
]
LAPSING = Lapsing(40, NOW)
HISTORY = [(points, reason) for points in (-5, 12_345) for reason in REASONS]
BY_MONEY = replace(CLUB, tiers=TierRules((SILVER, GOLD), by="spending"))
CUPS = OrderLine("Cup <blue> & white", 2, 31_800, discount=5)
PRODUCT = Product(1, NASTY, "tea & <more>", 15_900, 24, 36, gift_months=12, gift_value=5_000)
BARE_PRODUCT = Product(2, "🫖" * 200, active=False)
MAIN_STREET = Branch(1, "Main <Street> & Co", "Mon–Sat 9–18 & <by request>")
FAR_BRANCH = Branch(2, "𠮷" * 60, "𠮷" * 400, "Taipei / <台北>" * 20, 25.03, 121.56)
SOLD = Purchase(1, 2, "K7M4QX", "Cup <blue> & white", 1, 1, 2, 31_800, "EUR", EARLIER)
ORDERS = (
    Order((SOLD,), 318, "Chen Wei", None),
    Order((replace(SOLD, returned=1, returned_points=159), SOLD), 636, BIG_NAME, MAIN_STREET),
    Order((SOLD, replace(SOLD, currency="JPY")), 0, "", None),
    Order((replace(SOLD, product=HUGE[:200], amount=999_999_999),) * 20, 1, NASTY, MAIN_STREET),
)
CUSTOMERS = (MEILING, TOM, ANA, LEFT, LONG, replace(TOM, unreachable_at=NOW))
TIN = Reward(1, "Tea", "", None, 120, None, None, None, 30, None, "financial", True)
TENNER = replace(
    TIN, name=NASTY, description=HUGE[:500], value=1_000, stock=3, per_member=2, tier="gold", kind="social",
    valid_days=1, picture="file", price=1,
)  # fmt: skip
HUGE_REWARD = replace(TENNER, name="𠮷" * 60, stock=0, active=False, kind="structural")
OFFERS = [
    Offer(TIN, 0, None, 0),
    Offer(TENNER, 1, None, 1),
    Offer(TENNER, 770, GOLD, 0),
    Offer(TENNER, 0, None, 2),
    Offer(HUGE_REWARD, 0, None, 0),
]
HELD = Voucher(
    1, 1, 1, 1, "Tea", "7KQ4M2XW9HTBF", None, None, None, "open", "redeem:x", EARLIER, NOW + timedelta(days=30)
)
MONEY = replace(HELD, name=NASTY, value=1_000, left=250, currency="EUR")
SPENT = replace(MONEY, name="𠮷" * 60, left=0, state="used", code=None)
VOUCHERS = [HELD, MONEY, SPENT]

RULES = [
    replace(BY_MONEY if tiers else BARE_CLUB, points=PointRules(per_unit, days, months, returns))
    for returns in (PENDING, BALANCE, UNLIMITED)
    for tiers in (True, False)
    for per_unit, days, months in ((Fraction(1), 0, 24), (Fraction(1, 2), 14, 0), (Fraction(0), 1, 1))
]
LOSSES = [
    Losing(balance, tier, vouchers, requests, welcomed)
    for balance in (Balance(), Balance(1), Balance(12_345, 10))
    for tier in (None, SILVER)
    for vouchers in (0, 1, 3)
    for requests in (0, 1, 2)
    for welcomed in (True, False)
]

BROUGHT = Gift(1, 2, 1, NOW, 5_000, "given")
DOORS = [Door("free", 0, 0, None), Door(None, 3, 2, None), Door("gift", 3, 1, replace(BROUGHT, state="waiting"))]
TODAY, NEXT_YEAR = date(2026, 11, 22), date(2027, 11, 22)
TERMS = [
    Standing("free", None, None, renewable=False, missing=None, way=None),
    Standing("purchases", NEXT_YEAR, None, renewable=False, missing=1, way=None),
    Standing("approval", TODAY, NEXT_YEAR, renewable=True, missing=None, way="approval"),
    Standing("gift", TODAY, None, renewable=True, missing=0, way="purchases"),
    Standing("free", TODAY, NEXT_YEAR, renewable=True, missing=2, way="free"),
]
PLANS = ("", "free of charge, to the end of 22 November 2027")
ASKED = Asked(1, 1, "waiting", None, None, EARLIER, None, None)
WANTING = Answers(NASTY, None, None, "UTC", "𠮷" * 200, marketing=True)
APPLICATIONS = [
    Application(ASKED, ANA, WANTING, None),
    Application(ASKED, LONG, replace(WANTING, name="🙀" * 60, city=NASTY), None),
    *[
        Application(replace(ASKED, state=state, decided_by=by, reason=reason), person, None, name)
        for person in (ANA, MEILING, ERASED)
        for state, by, reason, name in (
            ("waiting", None, None, None),
            ("withdrawn", None, None, None),
            ("accepted", None, None, None),
            ("accepted", CHEN, None, ""),
            ("accepted", CHEN, None, BIG_NAME),
            ("declined", CHEN, None, "Chen Wei"),
            ("declined", CHEN, NASTY, ""),
        )
    ],
]
LONG_NAME = "🫖" * 30
STAMPS = Programme(1, NASTY, "visits", 10, None, None, "ever", True, 50, None, "financial", True, NOW, NOW)
EITHER = replace(
    STAMPS, name=LONG_NAME, second_metric="amount", second_threshold=999_999_999, period="quarter", repeats=False
)
REBATE = replace(STAMPS, name=LONG_NAME, metric="amount", threshold=1, period="month", repeats=False)
REBATE = replace(REBATE, reward_points=None, rebate_percent=5, kind="social", active=False)
GIFT = replace(STAMPS, reward_points=None, voucher_name=NASTY, voucher_days=30)
FIVER = replace(GIFT, voucher_name=LONG_NAME, voucher_value=500, voucher_days=1, repeats=False, period="month")
PROGRAMMES = [
    GIFT,
    FIVER,
    *[replace(STAMPS, metric=metric, threshold=number) for metric in METRICS for number in (1, 12, 100_000)],
    *[replace(EITHER, period=period, kind=kind) for period in PERIODS for kind in ("social", "structural")],
    REBATE,
    replace(REBATE, period="quarter"),
]


def card_of(programme: Programme, done: int, given: int) -> Card:
    """A card on which so much is done, that has been full so often."""
    counts = [
        Count(metric, threshold, min(done, threshold), max(1, threshold - done))
        for metric, threshold in programme.measures
    ]
    return Card(programme, period_of(NOW, programme.period, ZONE), tuple(counts), given, done)


CARDS = [card_of(programme, done, given) for programme in PROGRAMMES for done in (0, 3) for given in (0, 2)]
FITTING = Benefit(1, NASTY, "gold", 2, "quarter", True, "structural", True)
TASTING = Benefit(2, LONG_NAME, None, 1_000, "ever", False, "social", False)
BENEFIT_OFFERS = [
    BenefitOffer(replace(benefit, period=period), used, period_of(NOW, period, ZONE))
    for benefit in (FITTING, TASTING)
    for period in PERIODS
    for used in (0, 1, 2, 1_000)
]
CHANGES = (Change(30, 1, 0), Change(90, 1_234, 5, 2))
FIGURES = [
    Figures(0, 0, 0, (0, 0, 0, 0), CHANGES, None, 80, 0, 0, None),
    Figures(1, 1, 1, (0, 1, 0, 0), CHANGES, 79, 80, 12_345, 1, 0),
    Figures(
        12_345,
        678,
        9,
        (1, 2, 3, 12_339),
        CHANGES,
        80,
        80,
        1_234_567,
        12_345,
        45,
        (12, 3_400, 1_250),
        {level: 10**level for level in LEVELS},
    ),
]

ASKED_SO = StoredPhrasing(1, 1, "en", "When do you <open>?", "when do you open")
OPENING = Entry(
    1,
    "Hours",
    ("shop", "<b>"),
    CHEN,
    None,
    NOW.date(),
    True,
    {"en": Wording(NASTY, "9 to 6.\nSundays closed.")},
    (ASKED_SO,),
)
RETURNS = replace(OPENING, tags=(), valid_from=NOW.date(), active=False, phrasings=())
HUGE_ENTRY = replace(
    OPENING,
    valid_until=None,
    wordings=dict.fromkeys(("en", "zh-Hans", "zh-Hant"), Wording("𠮷" * 80, HUGE[:3_000])),
    phrasings=(replace(ASKED_SO, text="𠮷" * 200),) * 200,
)
STEPS = [Step(CHEN, ("answer", "valid_from"), NOW), Step(None, (), NOW), Step(None, (), EARLIER)]

CHAT: Facts = {"club": CLUB, "now": NOW}
NUMBER: Facts = {"number": 1001}
OWNED = [{"number": 1001, "owner": owner} for owner in ("Chen Wei", "", None, BIG_NAME, NASTY)]
ROLES = ("owner", "manager", "marketer", "clerk")


def _joint_plans() -> list[PlanFile]:
    """In each state, with each step that there is; the last ones are due."""
    steps = ("propose", "agree", "counter", "change", "move", "reach", "drop")
    events = tuple(
        (PlanEvent(step, None if step in ("agree", "counter") else 2, LATER, EARLIER), name)
        for step, name in zip(steps, ("Chen Wei", None, None, "", HUGE[:60], "Chen Wei", ""), strict=True)
    )
    return [
        PlanFile(Plan(1, 1, goal, 2, due, state, None), person, owner, told)
        for goal, person, owner in (("Ten kilos of tea", MEILING, "Chen Wei"), (NASTY, LONG, HUGE[:60]), ("", ANA, ""))
        for due in (LATER, EARLIER)
        for state, told in (
            ("proposed", events[:1]),
            ("agreed", events[:2]),
            ("agreed", events[:3]),
            ("reached", events),
            ("dropped", events),
        )
    ]


JOINT_PLANS = _joint_plans()


def chat(*variants: Facts) -> list[Facts]:
    """As `chat.reply` and `chat.words` hand it over: with the club and the time."""
    return [CHAT | facts for facts in variants or ({},)] + [
        CHAT | {"club": BARE_CLUB} | facts for facts in variants[:1]
    ]


def question(*answers: Facts) -> list[Facts]:
    """As a form asks: with the answers so far, and the person or, in a group, nobody."""
    people = (ANA, NAMELESS, MEILING, None)
    return chat(
        *[
            {"answers": given, "member": person, "private": person is not None}
            for given in answers or ({},)
            for person in people
        ]
    )


def members(*people: Member) -> list[Facts]:
    return [{"member": person} for person in people]


def menu(*people: Member) -> list[Facts]:
    return [
        {"member": person, "role": role, "balance": balance, "waiting": waiting, "approvals": approvals}
        for person in people
        for role in (None, *ROLES)
        for balance, waiting, approvals in ((0, 0, 0), (0, 0, 1), (1, 1, 0), (12_345, 3, 2))
    ]


UNDONE = Task(1, 1, 1, CHEN, EARLIER, None, None)
TASKS = [
    TaskFile(task, 1001, member, owner)
    for task in (UNDONE, replace(UNDONE, done_at=NOW))
    for member in (ANA, MEILING, TOM, LONG)
    for owner in ("Chen Wei", None, NASTY)
]
READY = [
    Reply(1, "sorry", True, 3, {"en": "We are sorry, {name}.", "zh-Hans": NASTY}),
    Reply(2, "delay", False, 1, {"en": "🫖" * 2_000}),
    Reply(3, "later", True, 0, {}),
]
READY_ASKED = [
    {
        "answers": {"shortcut": "sorry"},
        "member": None,
        "private": True,
        "fields": READY_FIELDS,
        "club": CLUB,
        "now": NOW,
    }
]
IMPROVEMENTS = [Improvement(3, words, None, count) for words, count in (("New cups", 1), (NASTY, 0), ("🫖" * 200, 12))]
NO_PACE = Pace(None, None)
_FEW = Complaints(90, 0, 0, 0, 0, NO_PACE, None, None, 0, None, (0, 0, 0))
_MANY = Complaints(30, 1_200, 1_100, 100, 3, Pace(45, 1_443), 4, 43, 1, 61, (1, 50, 1_000))
COMPLAINTS = [
    _FEW,
    _MANY,
    replace(_MANY, before=_MANY),
    replace(_MANY, before=_FEW),
    Complaints(30, 1, 1, 0, 0, Pace(0, 60), 0, 50, 2, 0, (2, 1_000, 0)),
]
_NASTY_CAUSE = Cause("nasty", {"en": NASTY, "zh-Hans": NASTY})
CAUSES = [
    Causes(90, (), (), (), {}),
    Causes(90, (), (), (), {None: 3}),
    Causes(30, ((_NASTY_CAUSE, 1_000), (None, 1)), ((NASTY, 2), ("🫖" * 200, 1)), ((NASTY, 2),), {"nasty": 1_000}),
    Causes(30, ((_NASTY_CAUSE, 1_000),) * 20, (("🫖" * 200, 1),) * 6, (("🫖" * 200, 1),) * 6, {"nasty": 1_000}),
    Causes(30, ((None, 1),), (), (), {}, (), ((NASTY, 1),), 1),
    Causes(
        30,
        ((_NASTY_CAUSE, 1_000),) * 20,
        (("🫖" * 200, 1),) * 6,
        (("🫖" * 200, 1),) * 6,
        {"nasty": 1_000},
        ((Department("shop", {"en": "🫖" * 200}), 1_000),) * 6,
        (("🫖" * 15, 1_000),) * 6,
        12,
    ),
]
_ACTION = Action(1, None, NASTY, EARLIER)
ACTIONS = [
    Actions(90, 0, 0, 0, ()),
    Actions(90, 1, 0, 1, ((1001, None, _ACTION),)),
    Actions(7, 9, 1, 2, tuple((1001, _NASTY_CAUSE, replace(_ACTION, text=words)) for words in ("", "🫖" * 200) * 4)),
]
RELATED = (None, Relationship(83, 1, EARLIER), Relationship(100, 12_000, EARLIER))
_BUSY = Service(30, Quality(1_000, 800, 500, 20), 78, 200, 30, Pace(61, 600), Promises(230, 224), Promises(200, 190))
_IDLE = Service(90, Quality(0, 0, 0, 0), None, 0, 0, NO_PACE, Promises(), Promises())
SERVICES = [_IDLE, _BUSY, replace(_BUSY, before=_BUSY), replace(_BUSY, before=_IDLE)]
FILED = chat(
    *[NUMBER | {"name": name, "by": by, "zone": ZONE} for name in ("Chen Wei", "", None, NASTY) for by in (NOW, None)]
)
_IN_HANDS = [
    {"number": 1001, "kind": kind, "name": name}
    for kind in ("complaint", "question")
    for name in ("Chen Wei", "", None, NASTY)
]
_SAID_BY_STAFF = [
    hands | {"text": text, "step": step}
    for hands in _IN_HANDS
    for text in ("On its way.", "", NASTY, HUGE)
    for step in ("reply", "ask", "fix", "explain")
]
_CITY = {"city": {"city": NASTY, "zone": None}}


def sales(people: tuple[Member, ...] = CUSTOMERS) -> list[Facts]:
    """Sold by the till: to all kinds of people, one thing or many, with and without points, tier and branch."""
    short = Sale("K7M4QX", (CUPS,), 31_800, 318, fresh=True)
    long = Sale("A" * 40, (OrderLine(HUGE[:200], 9_999, 999_999_999),) * 20, 20 * 999_999_999, 1, fresh=True)
    return chat(
        *[
            {"customer": person, "sale": sale, "balance": balance, "coming": coming, "tier": tier, "branch": branch}
            | {"door": door}
            for person in people
            for sale, balance, coming, tier, branch in (
                (short, Balance(338), None, GOLD, MAIN_STREET),
                (long, Balance(1, 318), NOW, None, None),
                (replace(short, points=0), Balance(20), None, None, None),
                (replace(short, made_up=53), Balance(265), None, None, None),
                (replace(short, gift=BROUGHT), Balance(20), None, None, None),
                (replace(short, gift=replace(BROUGHT, value=None)), Balance(20), None, None, None),
            )
            for door in DOORS
        ]
    )


def returned(people: tuple[Member, ...] = CUSTOMERS) -> list[Facts]:
    """Brought back: taken, owed, forgiven, or without points."""
    return chat(
        *[
            {"customer": person, "balance": have}
            | {"returned": Returned(SOLD, 1, 15_900, sum(parts), TakenBack(*parts), gift)}
            for person in (*people, ERASED)
            for gift in (None, Withdrawn(None), Withdrawn(5_000))
            for parts, have in (((159, 0, 0), Balance(0)), ((1, 2, 3), Balance(0, 0, 2)), ((0, 0, 0), Balance(7)))
        ]
    )


def till(**more: Any) -> list[Facts]:
    """As the forms of the till ask: with the answers so far, and what is on file."""
    lines: list[list[OrderLine]] = [[CUPS], [], [OrderLine(HUGE[:200], 9_999, 999_999_999)] * 20]
    answers = {"who": 2, "what": {"name": NASTY, "id": None}, "quantity": 2, "amount": 31_800, "purchase": {"left": 3}}
    return chat(
        *[
            {"answers": answers, "member": MEILING, "private": private, "customer": person, "branch": branch}
            | {"product": PRODUCT, "tier": tier, "proposed": proposed, "example": "318.00", "points": 318}
            | {"lines": several, "total": sum(line.amount for line in several)}
            | {"purchase": SOLD, "quantity": 2, "amount": 31_800, "needs": needs}
            | more
            for private in (True, False)
            for (person, branch, tier, proposed), several, needs in zip(
                (
                    (MEILING, MAIN_STREET, GOLD, 28_620),
                    (ANA, None, None, 31_800),
                    (ERASED, None, replace(GOLD, discount=0), None),
                ),
                lines,
                (NEEDS[1], NEEDS[-1], NEEDS[0]),
                strict=True,
            )
        ]
    )


SIDES = [
    Side(MEILING, Balance(120, 5, 7), GOLD, 1, 1, 1, EARLIER),
    Side(LONG, Balance(12_345), None, 12_345, 12, 12, None),
    Side(ANA, Balance(), None, 0, 0, 0, None),
    Side(TOM, Balance(1), SILVER, 2, 0, 0, NOW),
]
MERGING: dict[str, list[Facts]] = {
    "first": [facts | {"sides": []} for facts in question()],
    "second": [facts | {"sides": SIDES[:1]} for facts in question()],
    "stays": [facts | {"sides": [one, other]} for one, other in pairwise(SIDES) for facts in question()],
    "reason": [facts | {"sides": SIDES[:2]} for facts in question()],
    "confirm": [
        facts | {"source": source, "target": SIDES[0]} for source in SIDES for facts in question({"reason": NASTY})
    ],
}
TAGS = [Tag(number, f"{number}" + "碎" * 38, "<b>" * 13) for number in range(10)] + [Tag(11, "vip"), Tag(12, NASTY)]
_WORDS = ["<b>Coffee &amp; tea</b>: " + "碎" * 190]
FACTS: dict[str, list[Facts]] = {
    **audience_facts(chat, question, NOW),
    **rule_facts(replace(CLUB, tiers=TierRules((SILVER, GOLD)))),
    **event_facts(chat, question, (MEILING, ANA, TOM, LONG, ERASED), MAIN_STREET, CLUB, NOW),
    # ---- programmes, benefits, visits, figures
    "frequency/card": chat(*[{"card": card} for card in CARDS]),
    "frequency/stamps": chat(*[{"member": MEILING, "cards": words} for words in ([], _WORDS, _WORDS * 10)]),
    "frequency/all": chat(
        *[{"rules": words, "warning": warning} for words in ([], _WORDS, _WORDS * 10) for warning in ("", _WORDS[0])]
    ),
    "frequency/rule": chat(*[{"programme": programme} for programme in PROGRAMMES]),
    **{
        f"frequency/{block}": chat(
            *[
                {"programme": programme, "rule": _WORDS[0], "warning": warning}
                for programme in PROGRAMMES
                for warning in ("", _WORDS[0])
            ]
        )
        for block in ("one", "saved", "ended")
    },
    **{
        f"frequency/ask_{field.name}": [
            facts | {"example": "318.00"}
            for facts in question(
                {"gives": "points", "metric": "amount", "second": "amount"},
                {"gives": "rebate", "metric": "visits", "second": "visits"},
                {"gives": "voucher", "metric": "stays", "second": "stays"},
            )
        ]
        for field in FREQUENCY.fields
    },
    "frequency/known": [{"name": NASTY}, {"name": LONG_NAME}],
    **{f"frequency/{block}": [{"most": 10}] for block in ("enough", "number_unclear")},
    "benefits/mine": chat(*[{"offers": offers} for offers in ([], BENEFIT_OFFERS[:1], BENEFIT_OFFERS[-20:])]),
    **{f"benefits/{block}": chat(*[{"offer": offer} for offer in BENEFIT_OFFERS]) for block in ("offer", "claimed")},
    "benefits/request": [{"offer": offer, "club": CLUB} for offer in BENEFIT_OFFERS],
    "benefits/all": chat(*[{"rules": words} for words in ([], _WORDS, (_WORDS * 20)[:16])]),
    "benefits/rule": chat(
        *[{"benefit": offer.benefit, "tier": tier} for offer in BENEFIT_OFFERS for tier in (None, GOLD, SILVER)]
    ),
    **{
        f"benefits/{block}": chat(*[{"benefit": one, "rule": _WORDS[0]} for one in (FITTING, TASTING)])
        for block in ("one", "saved", "ended")
    },
    **{f"benefits/ask_{field.name}": question() for field in BENEFITS.fields},
    "benefits/known": [{"name": NASTY}, {"name": LONG_NAME}],
    "benefits/enough": [{"most": 20}],
    **{
        f"visits/{block}": chat(
            *[
                {"customer": person, "cards": words, "needs": needs, "nights": nights}
                for person in (MEILING, TOM)
                for words in ([], _WORDS, _WORDS * 10)
                for needs in NEEDS
                for nights in (0, 1, 99)
            ]
        )
        for block in ("noted", "noted_before", "welcome")
    },
    "cards/ask_shown": question(),
    "adjustments/ask_who": question(),
    **{
        f"adjustments/ask_{field}": [
            facts | {"customer": person, "balance": balance}
            for facts in question(
                *[{"change": change, "why": why} for change in (1, -20) for why in ("the till", NASTY)]
            )
            for person, balance in ((MEILING, 0), (TOM, 1))
        ]
        for field in ("change", "why", "confirm")
    },
    "adjustments/adjusted": chat(
        *[
            {"customer": person, "change": change, "why": "碎" * 120, "balance": balance}
            for person in (MEILING, replace(TOM, unreachable_at=NOW))
            for change in (1, -1_000_000)
            for balance in (Balance(120), Balance(0, 0, 7))
        ]
    ),
    "adjustments/told": chat(*[{"why": why, "balance": 120} for why in ("the till was down", NASTY)]),
    "adjustments/unclear": [{"most": 1_000_000}],
    "adjustments/too_few": [{"have": have} for have in (0, 1, 120)],
    "customers/ask_who": question(),
    "visits/ask_who": question(),
    "visits/ask_nights": [facts | {"customer": person} for facts in question() for person in (MEILING, TOM)],
    "figures/club": chat(*[{"figures": figures} for figures in FIGURES]),
    "programmes/programme": [
        {
            "member": person,
            "club": CLUB,
            "balance": 120,
            "now": NOW,
            "award": Award(1, 1, name, 1, "ever", cards, 50, rebate),
            "voucher": voucher,
        }
        for person in (MEILING, TOM)
        for name in (NASTY, LONG_NAME)
        for cards in (1, 3)
        for rebate, voucher in ((True, None), (False, None), (False, HELD), (False, MONEY))
    ],
    # ---- two files of one person
    **{f"merges/ask_{field}": asked for field, asked in MERGING.items()},
    **{
        f"merges/{block}": chat(
            *[
                {"source": source, "target": MEILING, "moved": moved, "balance": balance}
                for source in (MEILING, NAMELESS, LONG, TOM)
                for moved, balance in ((0, Balance()), (1, Balance(1, 20)), (12_345, Balance(0, 0, 9)))
            ]
        )
        for block in ("merged", "yours_are_one")
    },
    "merges/closed": chat({"target": MEILING}),
    "merges/already": [{"customer": person, "target": MEILING} for person in (TOM, ANA, replace(ANA, name=""))],
    **{
        f"merges/{block}": [{"customer": person} for person in (TOM, ANA, LONG, replace(ANA, name=""))]
        for block in ("not_a_member", "leaving", "works_here")
    },
    # ---- the till
    **{f"sales/ask_{field}": till() for field in ("who", "what", "quantity", "amount", "confirm")},
    **{f"returns/ask_{field}": till() for field in ("who", "purchase", "quantity", "confirm")},
    "sales/sold": sales(),
    "sales/sold_before": sales(),
    "sales/bought": sales(),
    "sales/order_known": [{"number": "A" * 40}],
    "sales/too_many_rows": [{"most": 20}],
    "sales/quantity_unclear": [{"most": 9_999}],
    "sales/order_unclear": [{"most": 40}],
    "sales/which_amount": [{"product": NASTY}, {"product": "🫖" * 20}],
    "buttons/sold_item": [{"line": line} for line in (OrderLine("Tea", 2, 500), OrderLine(HUGE[:200], 9_999, 1))],
    "orders/one": chat(
        *[{"order": order, "customer": person} for order in ORDERS for person in (MEILING, ANA, ERASED)]
    ),
    "returns/taken_back": returned(),
    "returns/brought_back": returned(),
    "returns/all_back": [{"number": "A" * 40}],
    "returns/no_such_order": [{"number": NASTY}],
    "returns/which_product": [{"number": "K7M4QX", "products": [NASTY, "Tea", "碎" * 200]}],
    "returns/too_many": [{"left": 2}],
    "customers/card": chat(
        *[
            {
                "customer": person,
                "balance": Balance(120),
                "tier": tier,
                "preferences": likes,
                "family": people,
                "tags": TAGS if tier else [],
                "comes_to": listed(NOW) if tier else listed(NOW)[: len(likes)],
            }
            for person in (MEILING, TOM, ANA, LEFT, LONG)
            for tier in (None, GOLD)
            for likes in ([], [MILK], LIKES, [HUGE_WISH] * 16)
            for people in (*FAMILIES, [TOM_NEVER], [AUNT_NEVER] * 12)
        ]
    ),
    "tags/of": chat(*[{"customer": person, "tags": tags} for person in (MEILING, TOM, LONG) for tags in ([], TAGS)]),
    "tags/enough": [{"most": 12}],
    "tags/ask_who": [facts | {"customer": None} for facts in question()],
    "tags/ask_words": [facts | {"customer": person} for person in (MEILING, LONG) for facts in question()],
    "buttons/untag": [{"tag": one} for one in TAGS[-2:]],
    "buttons/put_tag": [{"tag": one} for one in TAGS[-2:]],
    "complaints/about_order": [{"order": NASTY, "product": "碎" * 300}],
    "relationships/one": chat(
        *[
            {"customer": person, "standing": standing, "zone": ZONE}
            for person in (MEILING, TOM, LONG, NAMELESS)
            for standing in CLOSE
        ]
    ),
    "relationships/rules": chat(
        *[
            {
                "lines": [
                    {"level": level, "words": words if level in (2, 3, 4) else None, "contacts": 6 - level}
                    for level in LEVELS
                ],
                "counts": {level: 1_000 * level + 1 for level in LEVELS},
                "problems": problems,
                "contact_days": days,
                "check_days": days,
                "alike": alike,
            }
            for alike in (False, True)
            for words in ("spent at least €100", HUGE[:800])
            for problems in ([], [Problem("relationship.levels[4].when.tier.in", NASTY * 20, "a tier")] * 5)
            for days in (1, 7)
        ]
    ),
    "dates/weekday": chat(*[{"day": date(2026, 11, 23) + timedelta(days=ahead)} for ahead in range(7)]),
    **{
        f"plans/{block}": chat(*[{"file": file} for file in JOINT_PLANS if file.plan.goal or block == "card"])
        for block in ("card", "asked", "mine", "agreed_told", "reached_told")
    },
    "plans/let_go_told": chat(*[{"file": file, "held": JOINT_PLANS[0]} for file in JOINT_PLANS]),
    "plans/countered": [{"goal": NASTY, "words": "later", "over": over} for over in (False, True)],
    "plans/ask_who": [facts | {"customer": None} for facts in question()],
    **{
        f"plans/{block}": [facts | {"customer": person} for person in (MEILING, LONG) for facts in question()]
        for block in ("ask_goal", "ask_day", "ask_owner")
    },
    "plan_answer/ask_words": [
        facts | {"owner": owner, "over": over}
        for owner in ("Chen Wei", "", HUGE)
        for over in (False, True)
        for facts in question()
    ],
    "buttons/plan_due": [{"name": name} for name in ("Ana", "")],
    "relationships/no_such_level": [{"found": NASTY}],
    "relationships/ask_who": [facts | {"customer": None} for facts in question()],
    **{
        f"relationships/{block}": [
            facts | {"customer": person} for person in (MEILING, LONG) for facts in question({"level": 4})
        ]
        for block in ("ask_level", "ask_reason")
    },
    "buttons/level_number": [{"number": 3, "here": True}, {"number": 4, "here": False}],
    "customers/wrong_digit": [{"number": "9" * 18}],
    "customers/no_such_number": [{"number": "9" * 18}],
    "customers/no_such_name": [{"name": "a" * 32}],
    "customers/several": [{"name": "a" * 32}],
    **{f"money/{block}": [{"currency": "EUR", "example": "318.00"}] for block in ("unclear", "other_currency")},
    "products/all": chat(*[{"count": count, "page": 1, "pages": pages} for count, pages in ((0, 1), (1, 1), (90, 12))]),
    **{
        f"products/{block}": chat({"product": PRODUCT}, {"product": BARE_PRODUCT})
        for block in ("one", "saved", "ended")
    },
    **{
        f"products/ask_{field}": [facts | {"example": "318.00"} for facts in question({}, {"id": 1})]
        for field in ("name", "category", "price", "warranty", "life", "percent", "gift", "allowance")
    },
    "products/known": [{"name": NASTY}, {"name": "🫖" * 200}],
    **{f"products/{block}": [{"most": 1_000}] for block in ("enough", "months_unclear", "percent_unclear")},
    "branches/all": chat(
        *[{"branches": [branch] * number} for branch in (MAIN_STREET, FAR_BRANCH) for number in (0, 1, 12, 50)]
    ),
    "branches/one": chat(*[{"branch": branch} for branch in (MAIN_STREET, FAR_BRANCH, Branch(1, "🫖" * 60))]),
    "branches/ask_name": question(),
    **{
        f"branches/ask_{part}": question({"branch": NASTY}, {"branch": "🫖" * 60}, {"name": NASTY})
        for part in ("city", "hours", "place")
    },
    "branches/place_please": [{}],
    "branches/chosen": chat({"branch": MAIN_STREET}),
    "branches/known": [{"name": NASTY}, {"name": "🫖" * 60}],
    "branches/enough": [{"most": 50}],
    "warranties/list": chat(
        *[
            {"customer": person, "own": own, "warranties": lines}
            for person in (MEILING, TOM)
            for own in (True, False)
            for lines in (
                [],
                [
                    Warranty(NASTY, 1, date(2026, 11, 22), date(2027, 11, 22), valid=True),
                    Warranty("🫖" * 200, 2, date(2024, 2, 29), date(2025, 2, 28), valid=False),
                    Warranty("Mug", 1, date(2026, 11, 22), None, valid=False),
                ]
                * 10,
            )
        ]
    ),
    "buttons/customer": [{"customer": person} for person in (MEILING, ANA, TOM, ERASED)],
    "buttons/stays": [{"customer": person} for person in (MEILING, TOM)],
    "buttons/bought": [
        {"purchase": one, "zone": ZONE, "now": now}
        for one in (replace(SOLD, product="Tea"), SOLD)
        for now in (NOW, NOW + timedelta(days=400))
    ],
    "buttons/amount": [{"minor": 31_800, "currency": "EUR"}],
    # ---- the menu and what a person can read about themselves
    "start/prospect": chat(
        *[
            facts | {"role": None, "welcome_points": welcome, "lapsed": lapsed}
            for facts in menu(ANA, NAMELESS, LEFT, MEILING)
            for lapsed in (False, facts["member"] is LEFT)
            for welcome in (0, 1, 20)
        ]
    ),
    "start/member": chat(*menu(MEILING, TOM, LONG)),
    "start/staff": chat(*[facts for facts in menu(ANA, NAMELESS) if facts["role"]]),
    "start/help": chat(
        {"lines": [{"name": "join", "text": "Become a member"}, {"name": "me", "text": "You &amp; us"}]}
    ),
    "profile/me": chat(
        *[
            {"member": person, "balance": balance, "progress": progress, "latest": latest, "consents": consents}
            | {"preferences": count, "family": count, "attended": count}
            | {"questions": count, "events": dict.fromkeys(("visit", "benefit", "programme"), count)}
            | {"merged": [LEFT, ANA][:count]}
            | {"orders": count, "vouchers": count, "requests": count, "waiting": count // 2, "plan": PLANS[count % 2]}
            | {"status": "customer" if count else "prospect", "lapsed": count > 1 and person.status == "left"}
            | {"asked": ASKED if count else None, "gift": BROUGHT if count else None}
            | {"together": JOINT_PLANS[0].plan if count else None}
            for person in (ANA, NAMELESS, MEILING, TOM, SOLAR, LEFT, LEAVING, LONG)
            for balance, count, latest, consents in (
                (Balance(), 0, None, []),
                (Balance(120, 5, 7), 1, COFFEE, CONSENTS),
                (Balance(5), 12_345, None, []),
            )
            for progress in STANDINGS
        ]
    ),
    # ---- what they like, and who is dear to them
    "preferences/mine": chat(
        *[{"member": person, "preferences": likes} for person in (MEILING, LEFT) for likes in ([], LIKES)],
        {"member": TOM, "preferences": [HUGE_WISH] * 16},
    ),
    "preferences/one": chat(*[{"member": MEILING, "preference": one} for one in LIKES]),
    "preferences/ask_words": question(),
    **{
        f"preferences/{block}": chat(
            *[
                {"noted": Noted(one, before), "customer": person}
                for one in LIKES
                for before in (None, MILK, HUGE_WISH)
                for person in (MEILING, ANA, TOM, replace(ANA, name=""))
            ]
        )
        for block in ("noted", "noted_of")
    },
    "preferences/which_mistake": chat(*[{"customer": person} for person in (MEILING, TOM, replace(ANA, name=""))]),
    "preferences/enough": [{"most": 16}],
    "preference_note/ask_who": question(),
    "preference_note/ask_words": [facts | {"customer": person} for facts in question() for person in (MEILING, TOM)],
    "family/mine": chat(*[{"member": person, "family": people} for person in (MEILING, LEFT) for people in FAMILIES]),
    "family/silent": chat(*[{"family": people} for people in ([], [TOM_NEVER], [AUNT_NEVER] * 12)]),
    **{
        f"family/{block}": chat(
            *[{"member": person, "relative": one} for person in (MEILING, LEFT) for one in RELATIVES]
        )
        for block in ("one", "kept")
    },
    **{
        f"family/ask_{field.name}": question(
            *[{"relation": one.relation, "name": one.name, "wish": one.wish} for one in RELATIVES]
        )
        for field in FAMILY.fields
    },
    "family/enough": [{"most": 12}],
    "profile/rules": [{"club": club, "now": NOW} for club in RULES],
    # ---- what people may ask for about their data
    "privacy/ask_forget": chat(
        *[
            {"member": person, "losing": losing, "hours": hours}
            for person in (ANA, MEILING, LONG)
            for losing in LOSSES
            for hours in (0, 1, 24)
        ]
    ),
    "privacy/will_be_erased": chat(*[facts | {"at": NOW} for facts in members(ANA, MEILING, TOM)]),
    "privacy/stays": chat(*members(ANA, MEILING, TOM)),
    "privacy/once_an_hour": [{"at": NOW, "zone": ZONE}],
    "profile/details": chat(*members(ANA, MEILING, TOM, SOLAR, LONG)),
    "profile/ask_edit": chat(*members(MEILING, TOM, SOLAR, LONG)),
    "profile/stopped": chat(*members(ANA, MEILING)),
    "profile/saved": chat(*members(MEILING, TOM, SOLAR, LONG)),
    # ---- joining and leaving
    **{
        f"{form}/ask_{field}": question()
        for form, fields in {
            "membership": ("consent", "name", "birthday", "lunar_birthday", "city", "interests", "news"),
            "edit_name": ("name",),
            "edit_birthday": ("birthday", "lunar_birthday"),
            "edit_city": ("city",),
            "edit_interests": ("interests",),
            "complaints": ("words",),
            "questions": ("words",),
        }.items()
        for field in fields
    },
    "membership/ask_clock": question(_CITY),
    "membership/ask_consent": [
        facts | {"door": door}
        for facts in question()
        for door in (*DOORS, Door("approval", 0, 0, None), Door("approval", 3, 2, None))
    ],
    "edit_city/ask_clock": question(_CITY),
    "desk/ask_words": [
        facts | {"customer": name, "step": step}
        for facts in question({"number": 1001}, {"number": 1001, "ready": NASTY})
        for name in ("Ana", "", NASTY)
        for step in ("reply", "ask", "fix", "explain", "note")
    ],
    "membership/joined": chat(*members(MEILING, TOM)),
    "membership/card": chat(
        *[
            {"member": person, "balance": points, "plan": plan}
            for person in (MEILING, TOM)
            for points in (0, 1, 9)
            for plan in PLANS
        ]
    ),
    "membership/plan": [{"standing": standing} for standing in TERMS],
    "membership/how_to_stay": [{"standing": standing} for standing in TERMS[1:]],
    "membership/stay": chat(*[{"member": MEILING, "standing": standing} for standing in TERMS[2:]]),
    "membership/renewed": chat(*[{"member": TOM, "plan": plan} for plan in PLANS[1:]]),
    "membership/not_enough_yet": [{"bought": 2, "needed": 3, "missing": 1}, {"bought": 0, "needed": 9, "missing": 9}],
    "membership/stays_already": [{"last_day": day} for day in (None, TODAY)],
    "membership/not_enough_to_stay": [{"missing": missing} for missing in (1, 12)],
    # ---- asking to be let in, or to stay
    "applications/waiting": chat({"asked": ASKED}),
    "applications/stays": [{"member": TOM, "plan": PLANS[1], "club": CLUB}],
    "applications/declined": [
        {"member": person, "plan": plan, "club": CLUB, "reason": reason}
        for person, plan in ((ANA, ""), (TOM, PLANS[1]))
        for reason in (None, NASTY, HUGE[:200])
    ],
    "applications/card": [{"file": one, "zone": ZONE} for one in APPLICATIONS],
    "applications/turned_down": chat(*[{"customer": person} for person in (ANA, ERASED)]),
    "applications/decided": [
        {"state": state, "name": name, "by_staff": by_staff}
        for state in ("withdrawn", "declined", "accepted")
        for name, by_staff in (("", False), ("", True), ("Chen Wei", True), (BIG_NAME, True))
    ],
    "decline/ask_reason": [
        facts | {"customer": person} for facts in question({"application": 1}) for person in (ANA, LONG, ERASED)
    ],
    "membership/ask_leave": chat(*members(ANA, MEILING, LEFT)),
    "membership/left": chat(*members(LEFT, replace(LEFT, name=NASTY))),
    "membership/lapsed": [{"member": LEFT}],
    "membership/already": [{"number": "10025"}],
    "membership/birthday_no_such_day": [{"calendar": "lunar"}, {"calendar": "solar"}],
    "membership/birthday_either_way": [{"one": 3, "other": 4}, {"one": 12, "other": 1}],
    "membership/name_long": [{"most": 60}],
    "forms/chosen": chat({"choice": "Lunar"}, {"choice": NASTY}),
    "forms/long": [{"most": 200, "found": 10_000}],
    # ---- questions and complaints
    "complaints/filed": FILED,
    "complaints/about": chat(
        *[NUMBER | {"cause": cause, "name": name} for cause in ("Product", NASTY) for name in ("Chen Wei", None, NASTY)]
    ),
    "complaints/begun": [NUMBER],
    "complaints/status": chat({"files": FILES, "zone": ZONE}, {"files": MANY_FILES, "zone": "UTC"}),
    "answers/answer": chat(*[{"title": title, "text": text} for title in ("Hours", NASTY) for text in (NASTY, HUGE)]),
    "nearest/found": chat(
        *[
            {"branches": shown, "why": why, "metres": metres, "asked": asked}
            for shown in ([(MAIN_STREET, "")], [(FAR_BRANCH, "𠮷" * 80)] * 8, [(Branch(3, "Harbour"), "Berlin")])
            for why, metres in (
                ("only", None),
                ("place", 40),
                ("place", 1_234),
                ("place", 9_876_543),
                ("city", None),
                ("named", None),
                ("last", None),
                ("all", None),
            )
            for asked in (True, False)
        ]
    ),
    "nearest/choose": chat(*[{"branches": [(FAR_BRANCH, "")] * 50, "why": why} for why in ("all", "city", "named")]),
    "nearest/ask_where": [
        facts | {"places": places, "cities": cities}
        for facts in question({"number": 1})
        for places, cities in ((True, True), (True, False), (False, True))
    ],
    "nearest/unclear": [{}],
    "nearest/not_there": [{"city": NASTY}],
    "answers/shown": chat({"title": "My points"}),
    "knowledge/list": chat(
        *[
            {"length": length, "tag": tag, "quality": quality, "learnt": learnt}
            for length, tag in ((0, ""), (0, NASTY), (1, ""), (1_234, "shop"))
            for quality in (Quality(0, 0, 0, 0), Quality(1, 1, 0, 1), Quality(1_234, 800, 50, 5))
            for learnt in (None, Shares(None, None), Shares(0.86, None), Shares(0.86, 0.12))
        ]
    ),
    "knowledge/entry": chat(
        *[
            {"entry": entry, "title": title, "owner": owner, "names": NAMES, "valid": valid}
            for entry in (OPENING, RETURNS, HUGE_ENTRY)
            for title in ("Opening hours", NASTY)
            for owner in ("", "Chen Wei", BIG_NAME)
            for valid in (True, False)
        ]
    ),
    "knowledge/history": chat({"title": NASTY, "steps": STEPS, "who": {CHEN: NASTY}, "zone": ZONE}),
    "knowledge/ways": chat(*[{"title": NASTY, "count": count, "shown": min(count, 20)} for count in (0, 1, 20, 200)]),
    "knowledge/gaps": chat(*[{"count": count, "shown": min(count, 8)} for count in (0, 1, 8, 80)]),
    "knowledge/gap": chat(*[{"texts": texts, "count": len(texts)} for texts in (("Why?",), (NASTY, HUGE) * 2)]),
    **{
        f"{form.name}/ask_{field.name}": [
            facts | {"fields": FIELDS, "given": {}} for facts in question({"entry": 1, "what": field.name})
        ]
        for form in (NEW, CHANGE)
        for field in form.fields
    },
    "knowledge/enough": [{"most": 2_000}],
    "knowledge/phrasings_enough": [{"most": 200}],
    "knowledge/phrasing_taken": [{"text": text, "title": NASTY} for text in ("Why?", NASTY, HUGE)],
    "knowledge/no_words": [{"text": text} for text in ("???", HUGE)],
    "knowledge/tags_long": [{"most": 10}],
    "knowledge/unknown_field": [{"found": found, "fields": FIELDS} for found in ("point", NASTY)],
    "knowledge/unknown_branch": [
        {"found": found, "names": names} for found in ("Harbour", NASTY) for names in ([], ["Old Town", NASTY])
    ],
    "knowledge/loose_brace": [{"fields": FIELDS}],
    "questions/ask_words": question({}, {"telling": True}),
    "questions/asked": [facts | {"unhappy": unhappy} for facts in FILED for unhappy in (True, False)],
    "replies/list": chat(*[{"count": count} for count in (0, 1, 12)]),
    "replies/one": chat(*[{"reply": one, "names": NAMES} for one in READY]),
    "replies/choose": chat(*[NUMBER | {"any": some} for some in (True, False)]),
    "replies/preview": chat(
        *[
            NUMBER | {"customer": name, "text": text, "lacks": lacks}
            for name in ("Ana", None, NASTY)
            for text, lacks in (("So", None), (NASTY, "繁體中文"))
        ]
    ),
    "replies/sent": chat(*[NUMBER | {"text": text} for text in ("So", NASTY)]),
    "replies/ask_shortcut": READY_ASKED,
    "replies/ask_language": READY_ASKED,
    "replies/ask_text": READY_ASKED,
    "replies/no_shortcut": [{}],
    "replies/gone": [{}],
    "replies/enough": [{"most": 100}],
    "buttons/ready_reply": [{"reply": one} for one in READY],
    "complaints/taken_as_one": _IN_HANDS,
    "complaints/made_toast": [{}],
    "buttons/part_of_queue": [{"label": "Mine", "count": count} for count in (0, 12, 1_234)],
    "questions/added": chat(*[facts | {"kind": kind} for facts in OWNED for kind in ("complaint", "question")]),
    "questions/added_too": chat(NUMBER),
    "questions/corrected": chat({"text": NASTY}),
    "questions/edit_added": chat(NUMBER),
    "tickets/card": [{"file": one, "zone": ZONE, "club": CLUB, "now": NOW} for one in FILES],
    "search/found": chat(
        *[
            {
                "text": text,
                "found": Found(people, order, list(range(count)), count == 0),
                "hits": [
                    Hit(file.ticket, file.number, file.member, file.owner, pieces, file.tags)
                    for file in (FILES[-1], *FILES[:4])
                    for pieces in ([], [Piece("…"), Piece(NASTY), Piece("🫖" * 140, found=True)])
                ][: min(5, count)],
                "most": 100,
                "page": 1,
                "pages": -(-count // 5),
                "zone": ZONE,
            }
            for text, people, order, count in (
                ("cup", [], None, 0),
                (NASTY, [MEILING, TOM], SOLD, 1),
                ("🫖" * 200, [MEILING], None, 12),
                ("cup", [], SOLD, 100),
            )
        ]
    ),
    "search/ask_words": question(),
    "tickets/queue": chat(
        *[
            {
                "files": files,
                "which": which,
                "department": department,
                "tag": tag,
                "user_id": CHEN,
                "length": length,
                "page": 1,
                "pages": -(-length // 5),
                "zone": ZONE,
            }
            for files, length in ((FILES[:5], 12), (PROMISED, 1), ([], 0), (MANY_FILES[:5], 5))
            for which, department, tag in (
                *((part, None, None) for part in PARTS),
                ("all", NASTY, None),
                ("all", None, NASTY),
            )
        ],
    ),
    "tickets/choose_part": chat(
        *[{"departments": some, "tags": others} for some in (True, False) for others in (True, False)]
    ),
    "tickets/no_such_part": [{"words": words} for words in ("late", NASTY, HUGE)],
    "marks/of": chat(
        *[
            NUMBER | {"customer": name or "Ana", "department": name, "tags": tags}
            for name in (None, "Shop", NASTY)
            for tags in ((), MARKS[:1], MARKS)
        ]
    ),
    "marks/ask_word": question({"number": 1001}),
    "marks/enough": [NUMBER | {"most": 8}],
    "marks/no_department": [NUMBER],
    "actions/ask_words": [
        facts | {"known": known} for facts in question({"number": 1001}) for known in (None, NASTY, "🫖" * 200)
    ],
    "actions/noted": [NUMBER | {"words": words} for words in (NASTY, "🫖" * 200)],
    "actions/skipped": [NUMBER],
    "actions/no_complaint": [NUMBER],
    "service/actions": chat(*[{"figures": one, "zone": ZONE} for one in ACTIONS]),
    "duty/products": chat(
        *[{"any": some, "known": known} for some in (True, False) for known in ([], [NASTY], ["🫖" * 200] * 30)]
    ),
    "duty/not_sold": [{"words": words} for words in ("kettle", NASTY, HUGE)],
    "buttons/department": [{"name": name, "yes": yes} for name in ("Shop", NASTY, "🫖" * 200) for yes in (True, False)],
    "buttons/put_mark": [{"tag": tag} for tag in (DeskTag(1, "late"), *MARKS[:2])],
    "buttons/unmark": [{"tag": tag} for tag in (DeskTag(1, "late"), *MARKS[:2])],
    "buttons/tag_of_queue": [{"tag": tag, "count": 1_000} for tag in (DeskTag(1, "late"), *MARKS[:2])],
    "buttons/actions_done": [{"count": count} for count in (1, 1_000)],
    "buttons/products_known": [{"count": count} for count in (0, 12)],
    "tickets/given_to_you": [NUMBER | {"customer": name} for name in ("Ana", "", NASTY)],
    "tickets/urgent_toast": [{}],
    "tickets/can_wait_toast": [{}],
    "questions/wants_a_person": [{}],
    "questions/person_comes": FILED,
    "questions/person_called": FILED,
    "questions/bot_is_back": chat(NUMBER),
    **{f"tasks/{block}": chat(*[{"file": one} for one in TASKS]) for block in ("card", "done")},
    "tasks/back": [{"file": one} for one in TASKS],
    "tasks/done_already": [{"name": name} for name in ("Ana", "", NASTY)],
    "buttons/task": [{"name": name} for name in ("Ana", "", NASTY)],
    "service/chart_day": chat({"day": 23, "month": 11}, {"day": 1, "month": 1}),
    "service/complaints": chat(*[{"figures": one} for one in COMPLAINTS]),
    "service/causes": chat(*[{"figures": one} for one in CAUSES]),
    "service/unnamed": chat(),
    "service/answering": chat(*[{"figures": one, "related": how} for one in SERVICES for how in RELATED]),
    "service/chart_filed": chat(),
    "service/chart_resolved": chat(),
    "service/chart_by_bot": chat(),
    "service/chart_to_people": chat(),
    "buttons/report_days": [{"days": days} for days in REPORT_PERIODS],
    "buttons/improved": [{"words": words} for words in ("Cups", NASTY, "🫖" * 200)],
    "improvements/what": [NUMBER],
    "improvements/no_complaint": [NUMBER],
    "improvements/not_open": [{"id": 3}],
    "improvements/linked": chat(*[NUMBER | {"improvement": one} for one in IMPROVEMENTS]),
    "improvements/list": chat({"improvements": IMPROVEMENTS}, {"improvements": []}),
    "improvements/thanks": [NUMBER | {"words": words, "club": CLUB} for words in ("New cups", NASTY, "🫖" * 200)],
    "improvements/done": chat(*[{"improvement": one, "people": one.complaints} for one in IMPROVEMENTS]),
    "duty/card": chat(
        *[{"on": on, "load": 3, "most": 10, "experts": experts} for on in (True, False) for experts in (True, False)]
    ),
    **{
        f"alarms/{block}": [
            {"file": one, "promise": promise, "by": NOW, "zone": ZONE}
            for one in FILES
            for promise in ("answer", "resolve")
        ]
        for block in ("soon", "overdue")
    },
    "alarms/still_working": _IN_HANDS,
    "alarms/digest": [
        {"digest": Digest(overdue, unowned, overdue - 1, tuple(files)), "zone": ZONE, "now": NOW}
        for overdue, unowned, files in ((1, 0, PROMISED[:1]), (2, 9, FILES[-10:]), (9, 9, MANY_FILES))
    ],
    "tickets/customer_says": [
        {"number": 1001, "member": person, "text": text}
        for person in (ANA, MEILING, ERASED)
        for text in ("Hello?", NASTY, HUGE)
    ],
    "tickets/file": [
        {"number": 1001, "member": person, "text": text}
        for person, text in ((ANA, ""), (MEILING, "這一個"), (ERASED, NASTY))
    ],
    "tickets/topic": [{"file": file} for file in FILES],
    "tickets/digest": [{"lines": [(file, False) for file in FILES[:15]]}, {"lines": [(FILES[0], True)]}],
    "tickets/whose_words": chat({"number": 1002, "here": 1001}),
    "tickets/edit_stays": chat({"number": 1001}),
    "tickets/staff_says": _SAID_BY_STAFF,
    "tickets/you_are_in_hands": _IN_HANDS,
    "tickets/your_ticket_is_resolved": _IN_HANDS,
    "tickets/reply_sent": chat(
        *[
            {"number": 1001, "name": name, "step": step, "told": told, "unreachable": gone}
            for name in ("Ana", "", NASTY)
            for step in ("reply", "ask")
            for told in (True, False)
            for gone in (True, False)
        ]
    ),
    "tickets/resolved": chat(NUMBER),
    "tickets/which_number": [{"command": command} for command in ("take", "reply", "fix", "resolve")],
    **{f"tickets/{block}": [NUMBER] for block in ("unknown", "closed", "take_first", "yours_already", "customer_gone")},
    **{f"tickets/{block}": [NUMBER] for block in ("put_back", "noted", "tell_first", "not_now", "moved", "separate")},
    **{f"tickets/{block}": chat(NUMBER) for block in ("cause_first", "too_late_to_reopen")},
    "tickets/joined": chat(*[NUMBER | {"again": again} for again in (True, False)]),
    "tickets/to_whom": chat(*[{"number": 1001, "alone": alone} for alone in (True, False)]),
    "tickets/handed_over": OWNED,
    "tickets/theirs_already": OWNED,
    "tickets/handed_to_you": [{"number": 1001, "giver": giver} for giver in ("Chen Wei", "", NASTY)],
    "tickets/you_are_in_other_hands": _IN_HANDS,
    "tickets/cause_named": [{"number": 1001, "cause": cause} for cause in ("Product", NASTY)],
    "questions/same_matter": chat(
        *[
            {"number": 1003, "before": 1001, "kind": kind, "open_number": other and 1002, "open_kind": other}
            for kind in ("complaint", "question")
            for other in ("complaint", "question", None)
        ]
    ),
    "programmes/feedback": [{"member": person, "club": CLUB, "now": NOW, "number": 1001} for person in (ANA, TOM)],
    "feedback/thanks": chat(NUMBER),
    "feedback/sorry": chat(*[NUMBER | {"name": name} for name in ("Chen Wei", "", None, BIG_NAME)]),
    "feedback/ask_words": question(NUMBER),
    "feedback/passed_on": chat(NUMBER),
    **{
        f"feedback/{block}": [
            {"number": 1001, "score": 1, "customer": customer, "before": before, "name": name}
            for customer in ("Ana", "", NASTY)
            for before in ("Chen Wei", "", BIG_NAME)
            for name in ("Lao Li", None, NASTY)
        ]
        for block in ("yours_now", "unhappy")
    },
    "feedback/over": [NUMBER],
    "buttons/score": [{"score": score} for score in (1, 5)],
    "compensations/ask_amount": chat(
        *[
            {"number": 1001, "customer": name, "before": before, "offers": offers, "example": "10.00 EUR"}
            for name in ("Ana", "", NASTY)
            for before in ([], [FIFTY, TEN_EUROS])
            for offers in ([], [Amount(points=50)])
        ]
    ),
    "compensations/for_you": [{"number": 1001, "given": given, "voucher": HELD, "club": CLUB} for given in GIVEN],
    "compensations/given": chat(
        *[
            {"number": 1001, "given": given, "customer": person}
            for given in GIVEN
            for person in (MEILING, ERASED, replace(TOM, unreachable_at=NOW))
        ]
    ),
    "compensations/answer": [
        {"number": 1001, "given": given, "name": name, "club": CLUB} for given in GIVEN for name in ("", NASTY)
    ],
    "compensations/card": [{"file": one, "club": CLUB} for one in AMENDS],
    **{
        f"compensations/{block}": chat(*[NUMBER | {"given": one} for one in GIVEN]) for block in ("asked", "taken_back")
    },
    "compensations/taken_from_you": [NUMBER | {"given": given, "club": CLUB} for given in GIVEN],
    "compensations/which_back": chat(NUMBER),
    **{f"compensations/{block}": [NUMBER] for block in ("own", "tell_first", "no_complaint")},
    "compensations/how_much": [NUMBER | {"example": "10.00 EUR"}],
    "compensations/decided": [{"name": name, "given": given} for name in ("", BIG_NAME) for given in (True, False)],
    **{f"compensations/{block}": [NUMBER] for block in ("no_member", "waits", "nothing_given", "spent")},
    "buttons/amount_points": [{"points": 50}],
    "buttons/amount_voucher": [{"value": 1000, "currency": "EUR"}],
    "tickets/not_yours": OWNED,
    "tickets/taken_by": OWNED,
    # ---- the team
    "staff/invitation": chat(*[{"role": role, "link": "https://t.me/tea_bot?start=staff_x"} for role in ROLES[1:]]),
    "staff/welcome": chat(*[{"role": role, "name": name} for role in ROLES[1:] for name in ("Wei", "", NASTY)]),
    "staff/joined": [{"role": role, "name": name} for role in ROLES[1:] for name in ("Wei", "", NASTY)],
    "staff/team": chat({"colleagues": TEAM}, {"colleagues": [Colleague(1, "clerk", BIG_NAME)] * 300}),
    "staff/removed": chat({"name": "Wei"}, {"name": ""}, {"name": NASTY}),
    "staff/no_such_role": [{"role": "king"}],
    "commands/unknown": [{"name": "xyzzy"}, {"name": "<b>" * 10}],
    "commands/not_your_role": [
        {"role": role, "roles": list(roles)} for role in ROLES for roles in (ROLES[:1], ROLES[:2], ROLES[:3], ROLES)
    ],
    "commands/in_private": [{"bot": "tea_and_friends_club_bot"}],
    # ---- what the club says by itself
    **{
        f"programmes/{campaign}": [
            {"member": person, "club": club, "balance": 120, "now": NOW, "progress": progress, "lapsing": lapsing}
            | {"brings": [] if lapsing else [FITTING, TASTING] * 4}
            for person in (MEILING, TOM)
            for club in (CLUB, BARE_CLUB, BY_MONEY)
            for progress in STANDINGS
            for lapsing in (None, LAPSING)
        ]
        for campaign in ("welcome_points", "tier", "expiring")
    },
    **{
        f"programmes/{campaign}": [
            {"member": person, "club": CLUB, "balance": 1, "now": NOW, "standing": standing, "how": "One tap."}
            for person in (MEILING, TOM)
            for standing in TERMS[2:]
        ]
        for campaign in ("membership_ending", "membership_grace", "membership_renewed", "membership_lapsed")
    },
    # ---- points
    "points/balance": chat(
        *[
            {"member": MEILING, "balance": balance, "lapsing": lapsing, "coming": coming, "progress": progress}
            | {"brings": [] if lapsing else [FITTING, TASTING] * 4}
            for balance in (Balance(), Balance(1, 1, 1), Balance(12_345, 678, 90))
            for lapsing in (None, LAPSING)
            for coming in (None, NOW)
            for progress in STANDINGS
        ],
    ),
    "points/history": chat(
        {"member": MEILING, "lines": []},
        {"member": MEILING, "lines": [Line(1, "earn", points, reason, NASTY, NOW) for points, reason in HISTORY]},
        {"member": MEILING, "lines": [Line(1, "earn", 50, "programme", None, NOW, name) for name in (NASTY, HUGE)]},
    ),
    "points/too_few": [{"have": have, "need": 120} for have in (0, 1, 119)],
    "errors/broken": [{}],
    "errors/dead_letter": [{"update_id": 77, "kind": "message", "error": error} for error in ("ValueError", HUGE)],
    "errors/unsettled": [{"name": name, "reason": "timed out"} for name in ("Ana", "", NASTY)],
    "errors/refused": [{"name": name, "reason": "400 Bad Request"} for name in ("Ana", "", NASTY)],
    "errors/unreachable": [{"name": name} for name in ("Ana", "", NASTY)],
    # ---- rewards, vouchers, cards
    "rewards/list": chat(
        {"offers": OFFERS[:1], "balance": 120, "page": 1, "pages": 1},
        {"offers": OFFERS, "balance": 1, "page": 2, "pages": 3},
    ),
    "rewards/none": chat(*[{"balance": has, "manages": owner} for has in (0, 1, 120) for owner in (True, False)]),
    "rewards/card": chat(*[{"offer": offer} for offer in OFFERS]),
    "rewards/confirm": chat(*[{"offer": offer, "balance": 120} for offer in OFFERS]),
    "rewards/redeemed": chat(
        *[
            {"voucher": one, "balance": 1, "until": until}
            for one in VOUCHERS
            for until in (None, EARLIER, HELD.valid_until)
        ]
    ),
    "rewards/tier_first": [{"tier": GOLD}],
    "rewards/all_had": [{"most": 1}, {"most": 12}],
    "rewards/sold_out": [{"name": one.name} for one in (TIN, TENNER, HUGE_REWARD)],
    "vouchers/mine": chat(
        {"vouchers": VOUCHERS, "more": 0, "joined": True},
        {"vouchers": [SPENT] * 20, "more": 7, "joined": False},
        *[{"vouchers": [], "more": 0, "joined": joined} for joined in (True, False)],
    ),
    "vouchers/caption": chat(
        *[{"voucher": one, "code": "7KQ4-M2XW-9HTB-F", "until": until} for one in VOUCHERS for until in (None, NOW)]
    ),
    "vouchers/goodwill": [{}],
    "vouchers/ask_back": chat(*[{"voucher": one} for one in VOUCHERS]),
    "vouchers/given_back": chat({"points": 1, "balance": 1}, {"points": 120, "balance": 1_340}),
    "vouchers/check": chat(
        *[
            {"voucher": one, "member": person, "problem": problem}
            for one in VOUCHERS
            for person in (MEILING, TOM, ERASED, LONG)
            for problem in ("", "Used &amp; gone.")
        ]
    ),
    "vouchers/used": chat(
        *[
            {"voucher": one, "amount": amount, "member": person}
            for one, amount in ((HELD, None), (MONEY, 750), (SPENT, 1_000))
            for person in (MEILING, TOM, ERASED)
        ]
    ),
    "vouchers/yours_was_used": [
        CHAT | {"voucher": one, "amount": amount} for one, amount in ((HELD, None), (MONEY, 750), (SPENT, 1_000))
    ],
    "forms/cancelled": chat({"private": True}, {"private": False}),
    "vouchers/ask_amount": question({"name": NASTY, "left": 750, "currency": "EUR"}),
    "vouchers/pause": [{"minutes": minutes} for minutes in (1, 59)],
    "vouchers/used_already": [{"name": name, "at": NOW, "zone": ZONE} for name in ("Chen Wei", "", NASTY, BIG_NAME)],
    "vouchers/past": [{"last": EARLIER, "zone": ZONE}],
    "vouchers/too_little_left": [{"left": 750, "need": 1_000, "currency": "EUR"}],
    "vouchers/too_late": [{"hours": hours} for hours in (24, 1, 0)],
    "cards/caption": chat(
        *[
            {"member": person, "tier": tier, "balance": 1, "plan": plan}
            for person in (MEILING, TOM, LONG)
            for tier in (None, GOLD)
            for plan in PLANS
        ]
    ),
    "cards/member": chat(
        *[
            {"member": person, "tier": tier, "balance": Balance(120, pending), "vouchers": held, "needs": needs}
            | {"status": status, "lapsed": lapsed, "plan": plan}
            for person, status, lapsed, plan in (
                (MEILING, "member", False, ""),
                (TOM, "member", False, PLANS[1]),
                (LONG, "member", False, PLANS[1]),
                *[(LEFT, status, lapsed, "") for status in ("customer", "prospect") for lapsed in (True, False)],
                *[(ANA, status, False, "") for status in ("customer", "prospect")],
            )
            for needs in NEEDS
            for tier, pending, held in ((None, 0, []), (GOLD, 30, VOUCHERS))
        ]
    ),
    "shelf/list": chat(
        {"rewards": [TIN, TENNER], "warning": _WORDS[0]},
        {"rewards": [HUGE_REWARD] * 20, "warning": _WORDS[0]},
        {"rewards": [], "warning": ""},
    ),
    "shelf/reward": chat(
        *[{"reward": one, "tier": tier} for one in (TIN, TENNER, HUGE_REWARD) for tier in (None, GOLD)]
    ),
    **{
        f"shelf/ask_{field}": question()
        for field in (
            "name",
            "description",
            "price",
            "what",
            "value",
            "stock",
            "per_member",
            "valid_days",
            "tier",
            "kind",
            "picture",
        )
    },
    "shelf/number_please": [{"least": 0, "most": 1_000_000}],
    "shelf_change/ask_price": question({"name": NASTY, "was": 120}),
    "shelf_change/ask_stock": question(*[{"name": NASTY, "was": was} for was in (0, None)]),
    # ---- labels
    "buttons/preference": [{"preference": one} for one in LIKES],
    "buttons/relative": [{"relative": one} for one in RELATIVES],
    "buttons/voucher": [{"name": name} for name in ("Tea", NASTY, "𠮷" * 60)],
    "buttons/reward": [{"name": name, "price": 120} for name in ("Tea", NASTY, "𠮷" * 60)],
    "buttons/redeem": [{"price": price} for price in (120, 1)],
    "buttons/all_of_it": [{"left": 750, "currency": "EUR"}],
    "buttons/branch": [{"name": "Shop"}, {"name": NASTY}],
    **{f"buttons/{label}": [{"title": "Hours"}, {"title": NASTY}] for label in ("suggestion", "gap_to")},
    "buttons/entry": [{"title": "Hours", "on": on} for on in (True, False)] + [{"title": NASTY, "on": True}],
    "buttons/gaps": [{"count": 0}, {"count": 12}],
    "buttons/way": [{"text": "Why?"}, {"text": NASTY}],
    "buttons/gap": [{"text": text, "count": 3} for text in ("Why?", NASTY)],
    "buttons/queue": [{"waiting": 0}, {"waiting": 12}],
    "buttons/colleague": [{"colleague": one} for one in TEAM],
    "buttons/look_after": [{"name": name, "yes": yes} for name in ("Product", NASTY) for yes in (True, False)],
    "buttons/cause": [{"name": name} for name in ("Product", NASTY)],
    "buttons/same_matter": [NUMBER],
    "buttons/order": [{"number": number} for number in ("K7M4QX", NASTY, "𠮷" * 40)],
    "buttons/open_digested": [{"number": 1001}],
    "buttons/open_ticket": [{"number": 1001, "name": name} for name in ("Ana", "", NASTY)],
    "buttons/remove": [{"name": name} for name in ("Ana", "", NASTY)],
}


FACTS |= {
    f"moments/{found.when}": [
        {"moment": one} | ({"repeats": repetition(one.rule)} if one.rule else {})
        for one in MOMENTS
        if one.when == found.when
    ]
    for found in MOMENTS
}
FACTS |= {f"moments/{way}": [{"about": "x", "days": 1}, {"about": "x", "days": 40}] for way in WAYS}
FACTS["moments/hour"] = [{"moment": one} for one in MOMENTS]

_TEA = reading.parse(
    {
        "key": "autumn-tea",
        "name": NASTY,
        "goal": NASTY,
        "kind": "promotion",
        "ends_on": "2026-12-24",
        "texts": {"en": f"Hello {{{{ name }}}}, {NASTY}?", "zh-Hant": "您好，{{ name }}？"},
        "buttons": [{"label": "Yes <b>"}, {"label": {"en": "Shelf"}, "does": "rewards"}],
    },
    CLUB.languages,
)
_LONG_TEA = replace(
    _TEA,
    name="🫖" * 60,
    goal="碎<" * 100,
    wordings=(CampaignWording({"en": "&<碎了🫖" * 500}),) * 3,
    picture="file",
    holdout=0,
    moment=parse_moment({"when": "recurring", "rule": "FREQ=MONTHLY;BYMONTHDAY=1", "starts": "2027-01-01"}),
    ends_on=None,
)
_COUNTS = dict.fromkeys(WORDS, 12345)


def _campaign(state: str, **changes: Any) -> Campaign:
    return Campaign(
        3,
        "autumn-tea",
        "promotion",
        state,
        1,
        CHEN,
        None,
        None,
        None,
        0,
        None,
        None,
        None,
        None,
        None,
        0,
        "{}",
        **changes,
    )


_SEEN = [
    Overview(_campaign(state), found, size, submitted, counts, ahead)
    for state, size, counts, submitted in (
        ("draft", 0, {}, None),
        ("submitted", 1, {}, CampaignEvent("submit", CHEN, "submitted", 12_345, NOW)),
        ("submitted", 7, {}, CampaignEvent("submit", CHEN, "submitted", 7, NOW)),
        ("approved", 1_000_000, {}, None),
        ("running", None, _COUNTS, None),
        ("paused", None, {"sent": 1}, None),
        ("done", None, _COUNTS, None),
        ("cancelled", None, {}, None),
    )
    for found, ahead in ((_TEA, ()), (_LONG_TEA, (NOW, NOW, NOW)))
]
_SEEN.append(replace(_SEEN[8], rests_until=LATER))
_SIDES = (
    (CampaignBought(), CampaignBought()),
    (CampaignBought(900, 80, 99_999, 1e9), CampaignBought(100, 7, 800, 1e5)),
)
_TOLD = [
    Report(
        _campaign("done"), found, _COUNTS, {0: Answered(), 1: Answered(900, 3, 2, 40, 55)}, {1: written}, {0: 12}, 1,
        lift=lift(written, held), extra=extra(written, held), whole=Answered(900, 3, 2, 40, presses), written=written,
        held=held,
    )
    for found in (_TEA, _LONG_TEA)
    for written, held in _SIDES
    for presses in (40, 55)
]  # fmt: skip
_TO_DO = [
    {"words": NASTY, "journey": NASTY, "at": NOW, "member": ANA},
    {"words": "🫖" * 200, "journey": "x" * 60, "at": NOW, "member": replace(ANA, name="", number=None)},
]
_TRAVELLED = Road({"a": 3}, dict.fromkeys(WAYS_OUT, 12_345))
_ROADS = [
    *(Told(NASTY, "inside", at, "⏳ 3 days") for at in (NOW, None)),
    *(Told(NASTY, f"out_{word}", NOW, "🫖" * 90) for word in WAYS_OUT),
]
_LINES = [
    StepLine(number, "say", depth, side, "🫖<" * 45, here)
    for number, (depth, side, here) in enumerate([(0, None, 0), (1, "then", 12_345), (3, "else", 1)] * 8, start=1)
]
_SAID = (None, AtStep(), AtStep(12_345, 12_345, 12_345, 12_345, 12_345))
_STEPS = tuple(StepTold(one, 12_345, at) for one in _LINES for at in _SAID)
_LESSONS = [Lesson(NASTY, "x" * 300, 1, NOW), Lesson("The question", None, None, NOW), Lesson(None, "Later", 1, NOW)]
_SCORES = tuple(
    ScoreLine(name, "tea", told, bought, complained, changed)
    for name, told, bought, complained, changed in (
        (NASTY, Answered(900, 3, 2, 40, 55), CampaignBought(900, 80, 99_999, 1e9), 1, lift(*_SIDES[1])),
        ("Birthday", Answered(12), CampaignBought(12, 1, 500, 25e4), 0, None),
    )
)
FACTS |= {
    "campaigns/list": chat(
        *[
            {"shown": shown, "length": len(shown), "over": over, "zone": ZONE}
            for shown in ([], _SEEN[:6], _SEEN[8:14])
            for over in (True, False)
        ]
    ),
    "campaigns/by_itself": chat(
        *[
            {
                "found": Programmes(
                    tuple(
                        Part(part, tuple(ItselfLine(name, state, sent) for state in SHOWN for sent in (0, 12_345)))
                        for part in (*ITSELF_PARTS, NOTICES)
                    ),
                    rest,
                    waits,
                )
            }
            for waits in (None, NO_DAY, OVER)
            for name in ("Birthday", NASTY)
            for rest in ((), ("Tips", "Win back"))
        ]
    ),
    "campaigns/card": [
        {
            "seen": seen,
            "text": seen.found.text(1, "en"),
            "steps": steps,
            "audience": "Members in Asia/Taipei.",
            "moment": moment,
            "author": author,
            "rate": rate,
            "left": left,
            "club": replace(CLUB, campaigns=CampaignRules(rate=1000.0)) if author == NASTY else CLUB,
            "now": NOW,
        }
        for seen in _SEEN
        for moment in ("as soon as it is approved", "x" * 200)
        for author, rate, left in (("", None, None), (NASTY, 29.512, 12.0), (BIG_NAME, 0.1, 999_999.0))
        for steps in ("", "<b>Steps</b>")
    ],
    "campaigns/words": [{"seen": _SEEN[8]}],
    "campaigns/until": [{"day": TODAY}],
    "campaigns/notice": [{"name": name} for name in NOTICE_NAMES],
    "campaigns/request": [
        {"name": name, "said": NASTY, "product": product} for name in (NASTY, BIG_NAME) for product in (None, NASTY)
    ],
    "campaigns/ask_part": chat(*[{"name": name} for name in (NASTY, "🫖" * 60)]),
    "campaigns/made": chat({"name": NASTY}),
    "campaigns/preview": chat(
        *[
            {"language": "English", "spoken": spoken, "own": own, "variants": variants}
            for spoken in ("English", "繁體中文")
            for own in (True, False)
            for variants in (1, 3)
        ]
    ),
    **{
        f"campaigns/{block}": [{"name": name, "by": by} for name in (NASTY, "🫖" * 60) for by in ("", NASTY, BIG_NAME)]
        for block in ("asked", "approved", "sent_back")
    },
    "campaigns/ask_cancel": chat(*[{"name": NASTY, "state": state} for state in SHOWN]),
    "campaigns/cancelled": chat({"name": NASTY}),
    "campaigns/why": chat(
        *[
            {"told": Told(NASTY, word, at, reason, road), "number": "10017", "zone": ZONE}
            for word in (*WORDS, "not_meant", "too_late", "not_yet", "no_birthday", "no_family", "paused", "not_on")
            for at, reason in ((NOW, NASTY), (NOW, "quiet"))
            for road in (None, _ROADS[0], _ROADS[-1])
        ],
        *[{"told": road, "number": "10017", "zone": ZONE} for road in _ROADS],
    ),
    "campaigns/why_inside": [{"told": road, "number": "10017", "zone": ZONE} for road in _ROADS[:2]],
    "campaigns/why_out": [{"told": road, "number": "10017", "zone": ZONE} for road in _ROADS[2:]],
    "journeys/step": [
        {"kind": kind, "text": text, "days": days, "until": TODAY, "at": at, "embargo": embargo}
        for kind in ("say", "wait", "if", "task", "exit")
        for embargo in (None, NOW.replace(tzinfo=None))
        for text in (NASTY, "🫖" * 300)
        for days in (None, 1, 30)
        for at in (None, time(10))
    ],
    "journeys/whole": chat(
        *[
            {"lines": lines, "hidden": hidden, "exits": exits, "road": road, "inside": inside}
            for lines, hidden in ((_LINES[:1], 0), (_LINES, 16))
            for exits in ((), EXITS)
            for road in (Road(), Road({"a": 3}), Road({"a": 3}, dict.fromkeys(WAYS_OUT, 12_345)))
            for inside in (None, *INSIDE)
        ]
    ),
    "journeys/pick": chat({"name": NASTY}),
    "journeys/one": chat({"words": NASTY}, {"words": "🫖" * 200}),
    "journeys/ask_inside": chat(
        *[{"name": NASTY, "road": road} for road in (Road(), Road({"a": 1}), Road({"a": 12_345}))]
    ),
    "todo/list": chat(
        *[
            {"lines": lines, "plans": due, "length": len(lines), "zone": ZONE}
            for lines in ([], _TO_DO[:1], _TO_DO * 2)
            for due in ([], JOINT_PLANS[-6:])
        ]
    ),
    "todo/new": [{"new": new} for new in (1, 12_345)],
    "buttons/todo_done": [{"name": name} for name in ("Ana", "")],
    "journeys/reasons": [{"road": Road({}, dict.fromkeys(WAYS_OUT, 12_345))}],
    "campaigns/submitted": [{"asked": asked} for asked in (0, 1, 3)],
    "campaigns/not_now": [{"state": state, "name": "autumn-tea"} for state in SHOWN],
    "campaigns/key_taken": [{"key": "a" * 40}],
    "campaigns/invalid": chat(*[{"problems": [Problem("texts.en", NASTY, HUGE)] * count} for count in (1, 5)]),
    "campaigns/does_not_come_out": [{"place": "texts.en", "found": "{{ x }}", "expected": "{{ name }}"}],
    "campaigns/text_unfit": [{"found": "{{ x }}", "expected": "{{ name }}"}],
    "campaigns/greeting_sells": [{"found": "%"}],
    "campaigns/button_unclear": [{"most": 30}],
    "campaigns/long_for_picture": [{"most": 950}],
    "campaigns/percent_unclear": [{"most": 50}],
    "campaign_report/whole": chat(
        *[
            {"told": told, "name": NASTY, "days": days, "learnt": learnt, "learnt_before": []}
            for told in _TOLD
            for days in (1, 14)
            for learnt in ([], _LESSONS[:1])
        ],
        *[
            {"told": told, "name": "Tea", "days": 14, "learnt": _LESSONS[1:2], "learnt_before": _LESSONS[1:]}
            for told in (
                replace(_TOLD[0], before=_TOLD[1]),
                replace(_TOLD[0], before=_TOLD[1], steps=_STEPS, road=_TRAVELLED),
            )
        ],
    ),
    "campaign_report/under_the_chart": chat({"name": NASTY}, {"name": BIG_NAME}),
    "campaign_report/counted": [
        {"what": what} for what in ("sent", "replied", "pressed", "bought", "stopped", "complained")
    ],
    "campaign_report/said": [{"told": told} for told in _TOLD],
    "campaign_report/group": [{"variant": variant} for variant in (-1, 0, 1, 4)],
    "scorecard/whole": chat(
        *[
            {"card": Scorecard(TODAY, TODAY, lines, rest, Answered(900, 3, 2, 40, 55), 1, notices)}
            for lines, rest in (((), 0), (_SCORES * 5, 3))
            for notices in ((), (("Welcome points", 12), ("Renewal", 1)))
        ]
    ),
    "lessons/is_done": chat({"name": NASTY, "sent": 12_345}, {"name": BIG_NAME, "sent": 1}),
    **{f"lessons/ask_{field}": [{"name": NASTY} | question({})[0]] for field in ("worked", "differently")},
    "lessons/of_model": chat({"name": NASTY, "learnt": _LESSONS[:1]}, {"name": "Tea", "learnt": _LESSONS}),
    "campaign_report/steps": chat(
        *[{"told": replace(_TOLD[0], steps=_STEPS, road=road), "days": 14} for road in (Road(), _TRAVELLED)]
    ),
    "campaign_report/figures": chat(*[{"told": told, "days": 14} for told in _TOLD]),
    **{
        f"{form.name}/ask_{field.name}": [
            facts
            | {
                "names": ["English", "简体中文", "繁體中文"],
                "instead": ["English", "English", "简体中文"],
                "several": several,
                "fields": ("name", "points"),
            }
            for facts in question({})
            for several in (True, False)
        ]
        for form in (CAMPAIGN, STEP)
        for field in form.fields
    },
    "campaign_as/ask_who": question({"campaign": 3}),
}


SURVEYS = [
    Survey(3, SATISFACTION, None, SETS[SATISFACTION], "on", CHEN, 3, EARLIER),
    Survey(4, OWN, {"en": NASTY}, (), "draft", CHEN, None, EARLIER),
    Survey(
        10_000,
        OWN,
        {"en": "🫖" * 60},
        tuple(
            Question(f"q{number}", "choice", words={"en": NASTY}, options=({"en": NASTY},) * 8) for number in range(20)
        ),
        "closed",
        CHEN,
        3,
        EARLIER,
    ),
]
ROUNDS = (Round("2026-11", 1_000, 300, EARLIER), Round("2026-Q3", 0, 0, None))


def _told(survey: Survey, **changes: Any) -> SurveyReport:
    items = tuple(
        Item(one, 300, None if one.kind == "choice" else Fraction(37, 10), mean, (100,) * one.choices)
        for one in survey.questions
        if one.kind != "text"
        for mean in [None if one.kind == "choice" else Fraction(len(one.key), 3)]
    )
    bare = SurveyReport(survey, ROUNDS[0], ROUNDS, items, (), None, None, None, None, ())
    return replace(bare, **changes)


def _survey_facts() -> dict[str, list[Facts]]:
    whole = _told(
        SURVEYS[0],
        states=(1, 2, 300),
        delivered=Delivered(Fraction(16), Fraction(61, 10), Fraction(10)),
        congruence=(Fraction(-1, 3), Fraction(1, 7)),
        loyal=(1, 2, 3, 10_000),
        remarks=(NASTY, "碎" * 1_000, "Fine", "🫖" * 300, "No"),
    )
    some = replace(whole, lowest=whole.items[2:4], delivered=Delivered(Fraction(16), Fraction(7), None))
    reports = [whole, some, _told(SURVEYS[2]), _told(SURVEYS[1], round=ROUNDS[1])]
    told = [
        {
            "told": one,
            "title": title,
            "labels": {item.question.key: NASTY for item in one.items},
            "chosen": {item.question.key: ["Yes", NASTY, "碎" * 40] for item in one.items if item.counts},
        }
        for one in reports
        for title in ("Satisfaction", NASTY)
    ]
    shown = {one.id: NASTY for one in SURVEYS}
    latest = {one.id: round_ for one, round_ in zip(SURVEYS, (ROUNDS[0], None, ROUNDS[1]), strict=True)}
    cards: list[Facts] = [
        {
            "survey": one,
            "title": title,
            "asked": [
                (question, "碎" * 300, [NASTY] * 8 if question.kind == "choice" else []) for question in one.questions
            ],
            "campaign": campaign,
            "latest": found,
        }
        for one in SURVEYS
        for title, campaign, found in (("Tea", None, None), (NASTY, _campaign("running"), ROUNDS[0]))
    ]
    title: list[Facts] = [{"title": one} for one in ("Satisfaction", NASTY, "🫖" * 60)]
    states = (None, "dissatisfied", "satisfied", "delighted")
    people = (ANA, NAMELESS, MEILING)
    return {
        "surveys/report": chat(*told),
        "surveys/under_the_chart": chat(*told),
        "surveys/state": chat(*[{"state": one} for one in states[1:]]),
        "surveys/means": chat({"compared": False}, {"compared": True}),
        "surveys/card": chat(*cards),
        "surveys/list": chat(
            {"shown": SURVEYS, "titles": shown, "latest": latest, "closed": False},
            *[{"shown": [], "titles": {}, "latest": {}, "closed": closed} for closed in (False, True)],
        ),
        "surveys/question": chat(
            *[
                {
                    "title": NASTY,
                    "asked": "<b>x</b>",
                    "place": 1,
                    "count": 8,
                    "first": first,
                    "seconds": seconds,
                    "phoned": who,
                }
                for first in (True, False)
                for seconds in (6, 67, 150)
                for who in (None, *people)
            ]
        ),
        "surveys/answered_already": chat(*[{"at": EARLIER, "zone": ZONE, "phoned": who} for who in (None, *people)]),
        "surveys/thanks": chat(*[{"state": one, "again": again} for one in states for again in (True, False)]),
        "surveys/noted_by_phone": chat(*[{"state": one, "customer": who} for one in states for who in people]),
        "surveys/referral": chat(),
        "surveys/for_the_desk": [
            {"title": NASTY, "told": told} for told in ([("Product", "4"), (NASTY, NASTY)], [("a", "1")])
        ],
        "surveys/invitation": [{"count": count, "minutes": minutes} for count, minutes in ((1, 1), (8, 1), (20, 4))],
        "surveys/made": chat(*[{"count": count, "seconds": 6 * count} for count in (1, 8)]),
        "surveys/planned": chat(*[one | {"rhythm": rhythm} for one in title for rhythm in RHYTHMS]),
        "surveys/ask_close": chat(*[one | {"draft": draft} for one in title for draft in (True, False)]),
        "surveys/nobody_asked": chat(*title),
        "surveys/file": chat(*title),
        "surveys/file_failed": [{}],
        "surveys/audience_name": chat(),
        "surveys/audience_saved": chat({"name": "Willing"}),
        "surveys/which": chat(*[{"customer": one} for one in people]),
        "surveys/options_unclear": [{"most": 8}],
        "surveys/enough_questions": [{"most": 20}],
        "surveys/is_sent": [{"name": "survey-2"}, {"name": NASTY}],
        **{f"survey_new/ask_{one}": _survey_question({}) for one in ("set", "title")},
        **{f"survey_question/ask_{one}": _survey_question({"survey": 3}) for one in ("kind", "words", "options")},
        **{f"survey_plan/ask_{one}": _survey_question({"survey": 3}) for one in ("rhythm", "audience")},
        "survey_phone/ask_who": question(),
        "survey_words/ask_words": [one | {"asked": asked} for asked in ("Why?", NASTY) for one in question()],
        "survey_complaint/ask_words": question(),
    }


def _survey_question(answers: Facts) -> list[Facts]:
    names = (["English"], ["English", "简体中文", "繁體中文"])
    return [one | {"names": several, "most": 8, "whole": NASTY} for several in names for one in question(answers)]


FACTS |= _survey_facts()


def facts_of(name: str) -> list[Facts]:
    """All samples for a message. One that is not listed above gets nothing: as a pop-up, or a label, it has nothing."""
    if name in FACTS:
        return FACTS[name]
    return chat() if name in ALONE else [{}]


ALONE = {
    "frequency/price_warning",
    "answers/offered",
    "answers/own",
    "answers/passed_on",
    "applications/sent",
    "applications/withdrawn",
    "complaints/none",
    "forms/edited",
    "forms/nothing_to_cancel",
    "forms/put_aside",
    "forms/still_open",
    "knowledge/added",
    "knowledge/changed",
    "knowledge/kept",
    "privacy/erased",
    "privacy/erasing_now",
    "privacy/export_comes",
    "privacy/export_data",
    "privacy/export_failed",
    "privacy/export_page",
    "privacy/statement",
    "profile/resumed",
    "programmes/all_well_thanks",
    "questions/cannot_read",
    "questions/strangers_number",
    "errors/no_topics",
    "questions/edit_ignored",
    "questions/nothing_sent",
    "questions/welcome",
    "branches/choose",
    "campaigns/thanks",
    "lessons/noted",
    "customers/which",
    "family/kept_silent",
    "family/removed",
    "preferences/forgotten",
    "preferences/taken_back",
    "shelf/added",
    "shelf/changed",
    "staff/ask_role",
    "start/choose_language",
    "start/language_set",
}
"""Messages of `chat.reply` that get the club and the time, nothing else."""
