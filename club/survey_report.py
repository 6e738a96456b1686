"""What came of a survey, round by round: figures without names.

A round is a period in which it was asked. What a question brought is held against the round before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection

from club import satisfaction, surveys
from club.club import Club
from club.refusal import Refused
from club.survey_sets import ATTRIBUTE, COSTS, DESIRE, FACTORS, INFORMATION, PERCEIVED, SCALE, VALUES, Question
from club.surveys import GAP, Survey
from storage import survey_turns
from storage import surveys as rows
from storage.surveys import Round

REMARKS = 5
"""Answers in words that a report shows."""
Values = dict[int, int]
"""How many gave which value."""


@dataclass(frozen=True)
class Item:
    """A question with a scale or a choice. `mean` of a scale, in the round and in the one before; `counts` of each
    choice, by its place."""

    question: Question
    count: int
    mean: Fraction | None
    before: Fraction | None
    counts: tuple[int, ...]

    @property
    def shares(self) -> tuple[int, ...]:
        """Of those who chose, how many chose each, in whole percent."""
        return shares(self.counts)

    @property
    def change(self) -> Fraction | None:
        """By how much it rose; None where there is nothing to compare with."""
        return None if self.mean is None or self.before is None else self.mean - self.before


@dataclass(frozen=True)
class Delivered:
    """Means of the four values and the four costs, and what is left: of this round, and of the one before."""

    values: Fraction
    costs: Fraction
    before: Fraction | None

    @property
    def value(self) -> Fraction:
        return satisfaction.delivered_value([self.values], [self.costs])


@dataclass(frozen=True)
class Report:
    """One round. `lowest`: the factors that got the lowest mean, none where all are alike; `states`: how many are
    dissatisfied, satisfied and delighted; `loyal`: how many are willing to buy again and do, are willing and do not,
    are not and do all the same, neither."""

    survey: Survey
    round: Round
    rounds: tuple[Round, ...]
    items: tuple[Item, ...]
    lowest: tuple[Item, ...]
    states: tuple[int, int, int] | None
    delivered: Delivered | None
    congruence: tuple[Fraction, Fraction] | None
    loyal: tuple[int, int, int, int] | None
    remarks: tuple[str, ...]

    @property
    def rate(self) -> int | None:
        """Of those who were asked, how many answered, in whole percent, rounded down."""
        return self.round.answered * 100 // self.round.asked if self.round.asked else None

    @property
    def state_shares(self) -> tuple[int, ...] | None:
        """How many are dissatisfied, satisfied and delighted, in whole percent."""
        return None if self.states is None else shares(self.states)

    @property
    def place(self) -> int:
        """Of this round among all, 0 is the latest."""
        return self.rounds.index(self.round)


def report(db: Connection, survey: Survey, club: Club, place: int = 0) -> Report | None:
    """The round in this place, 0 is the latest; None where nobody was asked yet. Raises `Refused` for none."""
    rounds = tuple(rows.rounds(db, survey.id))
    if not rounds:
        return None
    if place >= len(rounds):
        raise Refused("buttons/unknown")
    before = next((one for one in rounds[place + 1 :] if one.answered), None)
    tally = rows.tally(db, survey.id, rounds[place].period)
    earlier = rows.tally(db, survey.id, before.period) if before else {}
    items = tuple(_item(one, tally, earlier) for one in survey.questions if one.key in tally)
    return Report(
        survey,
        rounds[place],
        rounds,
        items,
        lowest(items),
        _states(tally.get(GAP), club),
        _delivered(tally, earlier),
        _congruence(tally),
        _loyal(rows.willing_by_repeat(db, survey.id, rounds[place].period)),
        _remarks(db, survey, rounds[place].period),
    )


def _item(question: Question, tally: Mapping[str, Values], earlier: Mapping[str, Values]) -> Item:
    values, scale = tally[question.key], question.kind == SCALE
    return Item(
        question,
        sum(values.values()),
        mean(values) if scale else None,
        mean(earlier.get(question.key, {})) if scale else None,
        () if scale else tuple(values.get(place, 0) for place in range(question.choices)),
    )


def mean(values: Values) -> Fraction | None:
    """Exact; None of nothing."""
    count = sum(values.values())
    return Fraction(sum(value * number for value, number in values.items()), count) if count else None


def shares(counts: Sequence[int]) -> tuple[int, ...]:
    """Of all together, in whole percent, a half rounded up."""
    whole = max(1, sum(counts))
    return tuple((200 * count + whole) // (2 * whole) for count in counts)


def lowest(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The factors that most need attention: all with the lowest mean, none where they are all alike."""
    factors = [one for one in items if one.question.key in (*FACTORS, ATTRIBUTE, INFORMATION) and one.mean is not None]
    means = {one.mean for one in factors if one.mean is not None}
    return tuple(one for one in factors if one.mean == min(means)) if len(means) > 1 else ()


def _states(gaps: Values | None, club: Club) -> tuple[int, int, int] | None:
    if not gaps:
        return None
    counts = dict.fromkeys(satisfaction.STATES, 0)
    for gap, number in gaps.items():
        counts[satisfaction.state_of(gap, club.surveys.slightly)] += number
    return counts["dissatisfied"], counts["satisfied"], counts["delighted"]


def _delivered(tally: Mapping[str, Values], earlier: Mapping[str, Values]) -> Delivered | None:
    now, before = _sums(tally), _sums(earlier)
    if now is None:
        return None
    return Delivered(*now, None if before is None else satisfaction.delivered_value([before[0]], [before[1]]))


def _sums(tally: Mapping[str, Values]) -> tuple[Fraction, Fraction] | None:
    """The means of the values and of the costs, added up; None where one of the eight is missing."""
    means = [[mean(tally.get(key, {})) for key in keys] for keys in (VALUES, COSTS)]
    known = [[one for one in side if one is not None] for side in means]
    if [len(side) for side in known] != [len(VALUES), len(COSTS)]:
        return None
    return sum(known[0], Fraction()), sum(known[1], Fraction())


def _congruence(tally: Mapping[str, Values]) -> tuple[Fraction, Fraction] | None:
    """How far performance lies above desire, and above expectation, on the mean; where desire was asked for."""
    desire, perceived, gap = (mean(tally.get(key, {})) for key in (DESIRE, PERCEIVED, GAP))
    return None if desire is None or perceived is None or gap is None else (perceived - desire, gap)


def _loyal(found: Mapping[tuple[bool, bool], int]) -> tuple[int, int, int, int] | None:
    if not found:
        return None
    pairs = ((True, True), (True, False), (False, True), (False, False))
    willing_and_do, willing_only, do_only, neither = (found.get(pair, 0) for pair in pairs)
    return willing_and_do, willing_only, do_only, neither


def _remarks(db: Connection, survey: Survey, period: str) -> tuple[str, ...]:
    """The latest, without a name."""
    if not any(one.kind == "text" for one in survey.questions):
        return ()
    turns = survey_turns.latest(db, survey.id, period, 50)
    words = [text for turn in turns for _, text in surveys.words_in(survey, turn.answers or {})]
    return tuple(words[:REMARKS])
