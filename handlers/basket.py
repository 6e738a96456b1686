"""The items of a sale that is being put together: those that are settled, and the one that is asked about.

Nothing but the answers of the form: each function gives the answers that hold from now on.
"""

from __future__ import annotations

from handlers.forms import Answers

ITEM = ("what", "quantity", "amount")
SETTLED, CHANGING = "settled", "changing"


def items(answers: Answers) -> list[Answers]:
    """All items, the one that is asked about last, once its amount is known."""
    in_hand = [{name: answers[name] for name in ITEM}] if "amount" in answers else []
    return [*answers.get(SETTLED, ()), *in_hand]


def ask_for_another(answers: Answers) -> Answers:
    """This one is settled: what else?"""
    return _without_item(answers) | {SETTLED: items(answers)}


def ask_for_no_other(answers: Answers) -> Answers:
    """Nothing else: back to all that there is."""
    *others, last = answers[SETTLED]
    return {**_without_item(answers), SETTLED: others, **last}


def take_up(answers: Answers, place: int) -> Answers:
    """This one is to change: how many?"""
    others = items(answers)
    item = others.pop(place)
    return _without_item(answers) | {SETTLED: others, CHANGING: True, "what": item["what"]}


def leave_out(answers: Answers) -> Answers:
    """The one that was to change is not wanted."""
    return ask_for_no_other(answers) if answers.get(SETTLED) else _without_item(answers)


def _without_item(answers: Answers) -> Answers:
    return {name: value for name, value in answers.items() if name not in (*ITEM, CHANGING)}
