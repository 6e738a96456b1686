"""What the builder of audiences and its list hand to their words."""

from __future__ import annotations

from typing import Any

from campaigns.audiences import Audience, Size
from campaigns.problems import Problem
from campaigns.saved_audiences import Saved
from handlers.audience_choices import LABELS
from handlers.audience_form import AUDIENCE
from tests.templates.rule_samples import NASTY

Facts = dict[str, Any]
SIZES = (Size(0, exact=True), Size(1, exact=True), Size(1_234_567, exact=False))
SENTENCES = ("All members.", "Members who are tagged &lt;b&gt;." + "碎" * 1_150)
_FIELDS = ("joined", "zone", "spent", "points", "orders", "listed", "came")


def audience_facts(chat: Any, question: Any, now: Any) -> dict[str, list[Facts]]:
    """`chat` and `question` add what every message and every question gets."""
    label = {"days": 30, "times": 1.5, "number": 5, "month": 12, "name": "Tea", "words": "are Gold"}
    label |= {"title": "Tasting", "at": now, "zone": "Asia/Taipei", "now": now}
    shown = [{"sentence": sentence, "size": size} for sentence in SENTENCES for size in SIZES]
    builder = [
        one | asked | {"part": part, "parts": parts, "currency": "EUR"}
        for one in shown
        for parts, part in ((0, ""), (1, NASTY), (3, "碎" * 500))
        for asked in question(*({"field": field} for field in _FIELDS))
    ]
    problems = [Problem("audience.tag.in", "'vip'", "tags"), Problem("audience.tag.in", NASTY, "tags")] * 2
    cards = chat(
        *[
            one | {"saved": Saved(1, name, 3, True, Audience(), 9, now), "by": by, "problems": found}
            for one in shown
            for name, by, found in (
                ("Regulars", "", []),
                (NASTY, "Chen Wei", problems[:1]),
                ("碎" * 40, NASTY, problems),
            )
        ]
    )
    return {
        **{f"audience/ask_{field.name}": builder for field in AUDIENCE.fields},
        "audience/head": builder,
        "audience/no_such": [{"found": NASTY}],
        "audiences/list": chat(*[{"count": count} for count in (0, 1, 12)]),
        **{f"audiences/{block}": cards for block in ("one", "saved")},
        **{
            f"audiences/{block}": chat(*[{"name": name} for name in ("Regulars", NASTY)])
            for block in ("off", "known", "changed_meanwhile", "no_such_name")
        },
        "audiences/invalid": [{"problems": problems}],
        **{
            f"buttons/audience_{one}": [label, label | {"name": NASTY, "title": NASTY, "words": "碎" * 200}]
            for one in LABELS
        },
    }
