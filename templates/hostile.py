"""What marketers write is hostile until it is shown to be harmless: an allow-list over what Jinja2 has read.

Nothing can be called, no attribute can be reached, nothing can grow beyond what is written. Runs in the worker
(`templates/worker.py`), never in the bot itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import jinja2
from jinja2 import nodes

from templates.fields import FIELDS, nearest
from templates.telegram_html import LONGEST

WAY_OF_WRITING = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True, "optimized": False}
_READER = jinja2.Environment(**WAY_OF_WRITING)  # type: ignore[arg-type]  # noqa: S701 it reads, and renders nothing
LONGEST_SOURCE = 8_000
"""Characters of a text as it is written."""
MOST_NODES, DEEPEST = 1_000, 12

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr, nodes.Filter,
    nodes.Test, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Tuple, nodes.List, nodes.Concat,
    nodes.Add, nodes.Sub, nodes.Neg,
)  # fmt: skip
FILTERS = {
    "default": 2, "d": 2, "upper": 0, "lower": 0, "capitalize": 0, "title": 0, "trim": 0, "length": 0, "truncate": 1,
    "urlencode": 0,
}  # fmt: skip
"""Which there are, and how many words may stand in their brackets."""
TESTS = frozenset(
    ["defined", "undefined", "none", "in", "odd", "even", "eq", "ne", "lt", "le", "gt", "ge", "divisibleby"]
)
_BIGGEST = 10**9
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, halves of characters, and those that turn the direction of reading around."""
_PLACEHOLDER = re.compile(r"[{<\[%«]\s*(\w{2,40})\s*[}>\]%»]")


class Wrong(NamedTuple):
    """What is wrong with a text: the place in it, what was found there, what would work."""

    place: str
    found: str
    expected: str


TOO_SLOW = Wrong("text", "something that takes too long", "text and fields like {{ name }}")
TOO_BIG = Wrong("text", "something that takes too much memory", "text and fields like {{ name }}")


def wrong_in(source: str) -> list[Wrong]:
    """What is wrong with a text as it is written; nothing of it is run."""
    if not source.strip():
        return [Wrong("text", "nothing", "words")]
    if len(source) > LONGEST_SOURCE:
        return [Wrong("text", f"{len(source)} characters", f"{LONGEST_SOURCE} at most")]
    if unreadable := _UNREADABLE.search(source):
        return [Wrong("text", f"the character U+{ord(unreadable[0]):04X}", "characters that can be read")]
    try:
        tree = _READER.parse(source)
    except jinja2.TemplateSyntaxError as error:
        return [Wrong(f"line {error.lineno}", (error.message or "an error")[:200], "text and fields like {{ name }}")]
    except (RecursionError, ValueError, OverflowError):
        return [Wrong("text", "brackets too deep, or a number too long", "text and fields like {{ name }}")]
    return list(_walk(tree, frozenset(), 0, [0]))


def _walk(node: nodes.Node, guarded: frozenset[str], depth: int, seen: list[int]) -> Iterator[Wrong]:
    """Everything in the tree that is not on the list. `guarded`: fields that are known to be there at this place."""
    seen[0] += 1
    if seen[0] > MOST_NODES or depth > DEEPEST:
        if seen[0] <= MOST_NODES + 1:
            yield Wrong(f"line {node.lineno}", "too much in one text", "something simpler")
        return
    if type(node) not in _NODES:
        yield Wrong(f"line {node.lineno}", _called(node), "text, fields, if, and the filters that are listed")
        return
    yield from _looked_at(node, guarded)
    yield from _below(node, guarded, depth, seen)


def _looked_at(node: nodes.Node, guarded: frozenset[str]) -> Iterator[Wrong]:
    """What is wrong with this node, whatever is below."""
    place = f"line {node.lineno}"
    if isinstance(node, nodes.Name):
        yield from _field(node.name, place, guarded, stored=node.ctx != "load")
    elif isinstance(node, nodes.Const):
        if isinstance(node.value, int | float) and abs(node.value) > _BIGGEST:
            yield Wrong(place, "a number that long", f"{_BIGGEST} at most")
    elif isinstance(node, nodes.Filter):
        yield from _filter(node, place)
    elif isinstance(node, nodes.Test):
        if node.name not in TESTS or not all(_is_plain(one) for one in node.args) or node.kwargs or node.dyn_args:
            yield Wrong(place, f"is {node.name}", f"is with one of {', '.join(sorted(TESTS))}")
    elif isinstance(node, nodes.TemplateData):
        yield from _bare_placeholders(node.data, place)


def _below(node: nodes.Node, guarded: frozenset[str], depth: int, seen: list[int]) -> Iterator[Wrong]:
    if isinstance(node, nodes.Filter) and node.name in ("default", "d") and isinstance(node.node, nodes.Name):
        guarded |= {node.node.name}
    if isinstance(node, nodes.Or) and isinstance(node.left, nodes.Name):
        guarded |= {node.left.name}
    if isinstance(node, nodes.If | nodes.CondExpr):
        known = guarded | _surely_there(node.test)
        yield from _walk(node.test, guarded | _named(node.test), depth + 1, seen)
        then = node.body if isinstance(node, nodes.If) else [node.expr1]
        for one in then:
            yield from _walk(one, known, depth + 1, seen)
        others = [*node.elif_, *node.else_] if isinstance(node, nodes.If) else [node.expr2] if node.expr2 else []
        for one in others:
            yield from _walk(one, guarded, depth + 1, seen)
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, guarded, depth + 1, seen)


def _surely_there(test: nodes.Node) -> frozenset[str]:
    """The fields that have a value where this is true."""
    if isinstance(test, nodes.Name):
        return frozenset({test.name})
    if isinstance(test, nodes.And):
        return _surely_there(test.left) | _surely_there(test.right)
    if isinstance(test, nodes.Test) and test.name == "defined" and isinstance(test.node, nodes.Name):
        return frozenset({test.node.name})
    if isinstance(test, nodes.Compare) and isinstance(test.expr, nodes.Name) and test.ops[0].op not in ("ne", "notin"):
        return frozenset({test.expr.name})
    return frozenset()


def _named(test: nodes.Node) -> frozenset[str]:
    """A question may name what is not there."""
    asked = [test] if isinstance(test, nodes.Name) else test.find_all(nodes.Name)
    return frozenset(one.name for one in asked)


def _field(name: str, place: str, guarded: frozenset[str], *, stored: bool) -> Iterator[Wrong]:
    if stored:
        yield Wrong(place, f"{name} = …", "fields as they are")
    elif name not in FIELDS:
        near = nearest(name)
        yield Wrong(place, f"{{{{ {name[:40]} }}}}", f"{{{{ {near} }}}}" if near else f"one of {', '.join(FIELDS)}")
    elif not FIELDS[name].always and not FIELDS[name].fallbacks and name not in guarded:
        yield Wrong(
            place,
            f"{{{{ {name} }}}}, which not everybody has",
            f'{{{{ {name}|default("…") }}}} or {{% if {name} %}} … {{% endif %}}',
        )


def _filter(node: nodes.Filter, place: str) -> Iterator[Wrong]:
    most = FILTERS.get(node.name)
    if most is None or node.node is None:
        yield Wrong(place, f"|{node.name[:40]}", f"one of {', '.join(f'|{name}' for name in FILTERS)}")
    elif len(node.args) > most or node.kwargs or node.dyn_args or node.dyn_kwargs:
        yield Wrong(place, f"|{node.name} with more in its brackets", f"{most} words at most")
    elif not all(_is_plain(one) for one in node.args):
        yield Wrong(place, f"|{node.name} of something worked out", "a word or a number in its brackets")
    elif node.name == "truncate" and not _is_length(node.args):
        yield Wrong(place, "|truncate", f"a whole number from 1 to {LONGEST} in its brackets")


def _is_plain(node: nodes.Expr) -> bool:
    if isinstance(node, nodes.Tuple | nodes.List):
        return len(node.items) <= 30 and all(isinstance(one, nodes.Const) for one in node.items)
    return isinstance(node, nodes.Const)


def _is_length(arguments: list[nodes.Expr]) -> bool:
    if len(arguments) != 1 or not isinstance(arguments[0], nodes.Const):
        return False
    value = arguments[0].value
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST


def _called(node: nodes.Node) -> str:
    """What a marketer would call this node."""
    words = {
        nodes.Getattr: ".", nodes.Getitem: "[ ]", nodes.Call: "( )", nodes.Mul: "*", nodes.Pow: "**", nodes.Mod: "%",
        nodes.Div: "/", nodes.FloorDiv: "//", nodes.For: "{% for %}", nodes.Assign: "{% set %}",
        nodes.Include: "{% include %}", nodes.Import: "{% import %}", nodes.FromImport: "{% from %}",
        nodes.Extends: "{% extends %}", nodes.Macro: "{% macro %}", nodes.Block: "{% block %}",
    }  # fmt: skip
    return words.get(type(node), type(node).__name__.lower())


def _bare_placeholders(text: str, place: str) -> Iterator[Wrong]:
    """Fields in the brackets of other programs: they would be read as they stand."""
    for match in _PLACEHOLDER.finditer(text):
        name = match[1].casefold()
        if name in FIELDS or (nearest(name) and "_" in name):
            yield Wrong(place, match[0], f"{{{{ {nearest(name)} }}}}")
