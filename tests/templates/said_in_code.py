"""Which messages the code says: read from its source, so that no list has to be kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

from campaigns.audience_fields import FIELDS
from campaigns.journey import INSIDE
from campaigns.moments import KINDS, WAYS
from club.events import WAYS as EVENT_WAYS
from club.notices import NOTICES
from club.replies import SENT_AS
from club.staff import INVITABLE
from club.steps import PRIORITY
from club.survey_sets import KNOWN, READY_OPTIONS, SETS
from handlers.audience_choices import LABELS
from handlers.branches import PARTS as BRANCH_PARTS
from handlers.campaign_form import JOURNEY_PARTS
from handlers.campaign_form import PARTS as CAMPAIGN_PARTS
from handlers.commands import COMMANDS
from handlers.figures import REPORTS
from handlers.forms import FORMS
from handlers.privacy import EXPORTS
from handlers.queue import PARTS
from handlers.tickets import ON_A_CARD
from storage.events import CANCELLED, CHANGED, LET_IN
from templates import FOLDER, nouns

ROOT = FOLDER.parent
SPEAKERS = ("bot", "handlers", "campaigns", "club")
SAYING = {"Refused", "reply", "words", "toast", "render", "plain"}
_NAME = re.compile(r"[a-z_]+/[a-z_]+")
_PATTERN = re.compile(r"[a-z_.{}]+/[a-z_.{}]+")
_INSIDE = re.compile(r"self\.([a-z_]+)\(")

MADE_UP = {
    "{form.name}/ask_{field.name}": {
        f"{form.name}/ask_{field.name}" for form in FORMS.values() for field in form.fields
    },
    "commands/{command.name}": {f"commands/{command.name}" for command in COMMANDS},
    "programmes/{campaign}": {f"programmes/{campaign}" for campaign in NOTICES},
    "moments/{moment.when}": {f"moments/{when}" for when in KINDS},
    "moments/{way}": {f"moments/{way}" for way in WAYS},
    "privacy/{recipe}": {f"privacy/{recipe}" for recipe in EXPORTS},
    "rules/{clause.condition.field}": {f"rules/{field}" for field in FIELDS},
    "survey_questions/{block}": {
        *(f"survey_questions/title_{one}" for one in SETS),
        *(f"survey_questions/{word}_{one.key}" for one in KNOWN for word in ("ask", "label")),
        *(f"survey_questions/option_{one}" for options in READY_OPTIONS.values() for one in options),
    },
    "start/{block}": {"start/member", "start/staff", "start/prospect"},
    "events/{one.what}": {f"events/{news}" for news in (LET_IN, CHANGED, CANCELLED)},
    "buttons/event_{way}": {f"buttons/event_{way}" for way in EVENT_WAYS},
    "buttons/part_{part}": {f"buttons/part_{part}" for part in (*CAMPAIGN_PARTS, *JOURNEY_PARTS)},
    "buttons/journey_{way}": {f"buttons/journey_{way}" for way in INSIDE},
    "buttons/desk_{step}": {f"buttons/desk_{step}" for row in ON_A_CARD for step in row if step != PRIORITY},
    "buttons/branch_{part}": {f"buttons/branch_{part}" for part in BRANCH_PARTS},
    "buttons/send_{step}": {f"buttons/send_{step}" for step in SENT_AS},
    "buttons/report_{one}": {f"buttons/report_{one}" for one in REPORTS},
    "buttons/queue_{part}": {f"buttons/queue_{part}" for part in PARTS},
    "buttons/audience_{label}": {f"buttons/audience_{label}" for label in LABELS},
    "buttons/role_{role}": {f"buttons/role_{role}" for role in INVITABLE},
}
"""Names that are put together at run time, and what they can come to."""


def said() -> set[str]:
    """Every message that is said somewhere: by the code, or inside another message."""
    return set(_written()) | set().union(*MADE_UP.values()) | set(_inside())


def refusals() -> set[str]:
    """The messages of rules that say no: after a press they are shown in a pop-up."""
    return {
        name for call in _calls() if _called(call) == "Refused" for name in _constants(call) if _NAME.fullmatch(name)
    }


def toasts() -> set[str]:
    return {name for call in _calls() if _called(call) == "toast" for name in _constants(call)}


def made_up() -> set[str]:
    """The patterns of names that the code puts together at run time."""
    known = (*nouns(), "{form.name}")
    names = {ast.unparse(node)[2:-1] for node in _nodes() if isinstance(node, ast.JoinedStr)}
    labels = [call.args[0] for call in _calls() if _called(call) == "button" and call.args]
    return {name for name in names if _PATTERN.fullmatch(name) and name.partition("/")[0] in known} | {
        f"buttons/{ast.unparse(label)[2:-1]}" for label in labels if isinstance(label, ast.JoinedStr)
    }


def _written() -> Iterator[str]:
    known = set(nouns())
    for call in _calls():
        spoken = _called(call)
        if spoken in SAYING:
            yield from (name for name in _constants(call) if _NAME.fullmatch(name))
        elif spoken == "button":
            yield from (f"buttons/{label}" for label in _strings(_either(call.args[:1])))
        elif spoken == "Choice":
            yield from (f"buttons/{label}" for label in _label(call))
    for text in _strings(_nodes()):
        if _NAME.fullmatch(text) and text.partition("/")[0] in known:
            yield text


def _inside() -> Iterator[str]:
    for path in FOLDER.glob("*.j2"):
        noun = path.name.partition(".")[0]
        yield from (f"{noun}/{block}" for block in _INSIDE.findall(path.read_text(encoding="utf-8")))


def _label(choice: ast.Call) -> list[str]:
    """`Choice(value, "label")`, `Choice(value, label="label")`; a choice with a text of its own has none."""
    named = [word.value for word in choice.keywords if word.arg == "label"]
    return _strings([*choice.args[1:2], *named])


def _either(nodes: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """`"take" if free else "leave"` is one or the other."""
    for node in nodes:
        yield from (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)


def _calls() -> list[ast.Call]:
    return [node for node in _nodes() if isinstance(node, ast.Call)]


@cache
def _nodes() -> list[ast.AST]:
    """What a name can stand in, of all the code that speaks: calls, texts and texts with holes."""
    paths = [path for folder in SPEAKERS for path in sorted((ROOT / folder).rglob("*.py"))]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    told = (ast.Call, ast.Constant, ast.JoinedStr)
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, told)]


def _called(call: ast.Call) -> str:
    """`reply` for chat.reply(…), `Refused` for Refused(…)."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _constants(call: ast.Call) -> list[str]:
    return _strings(call.args)


def _strings(nodes: Iterable[ast.AST]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
