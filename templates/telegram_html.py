"""The HTML that Telegram takes: which tags, well nested; and how long a text is once it is read.

Tags, attributes and entities are those of the Bot API ("Formatting options: HTML style").
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

LONGEST = 4096
"""UTF-16 units of a message, counted after entities and tags."""
_PLAIN = frozenset(
    ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler"]
)
_ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {"href": re.compile(r"(?:https?://|tg://|mailto:|tel:)[^\s<>\"]+", re.IGNORECASE)},
    "span": {"class": re.compile("tg-spoiler")},
    "tg-emoji": {"emoji-id": re.compile(r"\d{1,20}")},
    "code": {"class": re.compile(r"language-[\w+#.-]{1,30}")},
    "blockquote": {"expandable": re.compile("")},
}
_NEEDED = {"a": "href", "span": "class", "tg-emoji": "emoji-id"}
TAGS = frozenset(_PLAIN | _ATTRIBUTES.keys())
_ENTITIES = ("lt", "gt", "amp", "quot")
_ENDLESS = re.compile(r"<[^<>]*(?:<|$)")
_ANY_TAG = re.compile(r"<[^>]*>")


def problem(text: str) -> tuple[str, str] | None:
    """What is wrong with a text, as (found, expected): a tag that Telegram does not know, one that is not closed."""
    if "<" not in text and "&" not in text and ">" not in text:
        return None
    if _ENDLESS.search(text):
        return "a < whose > is missing", "tags like <b>, and &lt; for the sign"
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return next(reader.problems(), None)


def length(text: str) -> int:
    """How long a text is as Telegram counts: UTF-16 units, without tags, an entity being one character."""
    return len(unescape(_ANY_TAG.sub("", text)).encode("utf-16-le", "surrogatepass")) // 2


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._open: list[str] = []
        self._found: list[tuple[str, str]] = []

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from self._found
        for tag in self._open:
            yield f"<{tag}> that is never closed", f"</{tag}> behind it"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self._found.append((f"<{tag[:30]}>", f"one of {', '.join(sorted(TAGS))}"))
            return
        if tag == "a" and "a" in self._open:
            self._found.append(("a link within a link", "one after the other"))
        known = _ATTRIBUTES.get(tag, {})
        for name, value in attrs:
            if name not in known or not known[name].fullmatch(value or ""):
                wanted = ", ".join(f"{one} like {_EXAMPLES[one]}" for one in known) or "nothing besides its name"
                self._found.append((f"<{tag} {name[:30]}>", wanted))
        if tag in _NEEDED and _NEEDED[tag] not in dict(attrs):
            self._found.append((f"<{tag}>", f"{_NEEDED[tag]} like {_EXAMPLES[_NEEDED[tag]]}"))
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._found.append((f"<{tag[:30]}/>", f"<{tag[:30]}> … </{tag[:30]}>"))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            inner = self._open[-1] if self._open else None
            self._found.append((f"</{tag[:30]}>", f"</{inner}> first" if inner else "no tag to close here"))

    def handle_data(self, data: str) -> None:
        if "<" in data or "&" in data:
            self._found.append(("a bare < or &", "&lt; or &amp;"))

    def handle_entityref(self, name: str) -> None:
        if name not in _ENTITIES:
            self._found.append((f"&{name[:30]};", "one of &lt; &gt; &amp; &quot; or a number like &#8364;"))

    def handle_charref(self, name: str) -> None:
        code = (int(name[1:], 16) if name[:1] in "xX" else int(name)) if len(name) < 9 else 0
        if not 32 <= code <= sys.maxunicode or 0xD800 <= code <= 0xDFFF:
            self._found.append((f"&#{name[:30]};", "the number of a character, like &#8364;"))

    def handle_comment(self, data: str) -> None:
        self._found.append(("a comment", "text that is read"))

    def handle_decl(self, decl: str) -> None:
        self._found.append(("<!", "&lt;!"))

    def unknown_decl(self, data: str) -> None:
        self._found.append(("<![", "&lt;!["))

    def handle_pi(self, data: str) -> None:
        self._found.append(("<?", "&lt;?"))


_EXAMPLES = {
    "href": "https://…",
    "class": "tg-spoiler",
    "emoji-id": "5368324170671202286",
    "expandable": "expandable",
}
