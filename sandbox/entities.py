"""Formatted text: Telegram's HTML taken apart into text and entities, with its own error texts.

Offsets of entities count UTF-16 units, offsets in error texts count bytes of UTF-8, both as Telegram does.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from sandbox.api import Json, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});?")
START_TAG = re.compile(r"<([^\s>/][^\s>]*)?")
ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")
FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'。，！？、）」』】》；：…]|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|cn|tw|hk)\b(?:/[^\s<>\"]*[\w/])?)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31}\b)"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)",
    re.ASCII | re.IGNORECASE,
)
MAY_HOLD = re.compile(r"[/@#]|\w\.\w")
DEPTH = {"blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "text_mention": 49}
DEPTH |= {"bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99}
LITERAL = frozenset({"code", "pre", "text_link"})


@dataclass(slots=True)
class _Open:
    tag: str
    value: str
    at: int
    start: int


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of Telegram's HTML."""
    if "<" not in source and "&" not in source:
        return source, []
    if "<" not in source:
        return _plain(source), []
    reader = _Reader(source)
    while reader.at < len(source):
        reader.step()
    if reader.stack:
        raise _error(f'Can\'t find end tag corresponding to start tag "{reader.stack[-1].tag}"')
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return "".join(reader.parts), in_order(reader.entities)


def in_order(entities: list[Json]) -> list[Json]:
    """Outer before inner; those of one stretch as Telegram nests them."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"], DEPTH.get(entity["type"], 50)))


class _Reader:
    """Reads a text from left to right; `length` is that of the text so far, without tags."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.length = 0
        self.parts: list[str] = []
        self.entities: list[Json] = []
        self.stack: list[_Open] = []

    def step(self) -> None:
        """Takes a tag, or the characters up to the next one."""
        if self.source.startswith("</", self.at):
            self.at = self._close()
        elif self.source[self.at] == "<":
            opened, self.at = _start_tag(self.source, self.at)
            opened.at, opened.start = self.length, len(self.parts)
            self.stack.append(opened)
        else:
            end = self.source.find("<", self.at)
            end = len(self.source) if end < 0 else end
            piece = _plain(self.source[self.at : end])
            self.parts.append(piece)
            self.length += units(piece)
            self.at = end

    def _close(self) -> int:
        match = END_TAG.match(self.source, self.at)
        opened = _closed(self.source, self.at, self.stack, match)
        if self.length > opened.at:
            entity = _entity(opened, self.length, "".join(self.parts[opened.start :]) if opened.tag == "a" else "")
            if entity:
                _add(entity, opened, self.entities)
        return match.end() if match else self.at


def _plain(source: str) -> str:
    """With named characters resolved: only those that Telegram knows."""
    return CHARACTER.sub(lambda match: html.unescape(match[0]), source) if "&" in source else source


def _start_tag(source: str, at: int) -> tuple[_Open, int]:
    match = START_TAG.match(source, at)
    tag = (match[1] or "").lower() if match else ""
    position = match.end() if match else at + 1
    if position >= len(source):
        raise _error(f"Unclosed start tag at byte offset {_bytes(source, at)}")
    if tag not in TAGS:
        raise _error(f'Unsupported start tag "{tag}" at byte offset {_bytes(source, at)}')
    attributes, end = _attributes(source, position, tag, at)
    return _Open(tag, _argument(tag, attributes, _bytes(source, at)), 0, 0), end


def _attributes(source: str, position: int, tag: str, at: int) -> tuple[dict[str, str], int]:
    attributes: dict[str, str] = {}
    while True:
        while position < len(source) and source[position].isspace():
            position += 1
        if position >= len(source):
            raise _error(f"Unclosed start tag at byte offset {_bytes(source, at)}")
        if source[position] == ">":
            return attributes, position + 1
        match = ATTRIBUTE.match(source, position)
        if not match:
            raise _error(f'Empty attribute name in the tag "{tag}" at byte offset {_bytes(source, at)}')
        attributes[match[1].lower()] = html.unescape(match[2] or match[3] or match[4] or "")
        position = match.end()


def _argument(tag: str, attributes: dict[str, str], at: int) -> str:
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    if tag == "code":
        return attributes.get("class", "").removeprefix("language-")
    if tag == "tg-emoji":
        return attributes.get("emoji-id", "")
    if tag == "blockquote":
        return "expandable" if "expandable" in attributes else ""
    return attributes.get("href", "")


def _closed(source: str, at: int, stack: list[_Open], match: re.Match[str] | None) -> _Open:
    """The tag that an end tag closes."""
    offset = _bytes(source, at)
    name = match[1].lower() if match else ""
    if not stack:
        raise _error(f"Unexpected end tag at byte offset {offset}")
    opened = stack.pop()
    if not match or not match[2]:
        raise _error(f"Unclosed end tag at byte offset {offset}")
    if name and name != opened.tag:
        raise _error(f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{name}>"')
    return opened


def _add(entity: Json, opened: _Open, entities: list[Json]) -> None:
    if opened.tag == "pre" and entities:
        inner = entities[-1]
        same = (inner["offset"], inner["length"]) == (entity["offset"], entity["length"])
        if inner["type"] == "code" and same:
            entities.pop()
            if "language" in inner:
                entity["language"] = inner["language"]
    entities.append(entity)


def _entity(opened: _Open, length: int, text: str) -> Json | None:
    entity: Json = {"offset": opened.at, "length": length - opened.at, "type": TAGS[opened.tag]}
    if opened.tag == "a":
        url = opened.value or text
        if user := re.fullmatch(r"tg://user\?id=(\d+)", url):
            return {**entity, "type": "text_mention", "user_id": int(user[1])}
        return {**entity, "url": full_url(url)} if full_url(url) else None
    if opened.tag == "tg-emoji":
        return {**entity, "custom_emoji_id": opened.value}
    if opened.tag == "blockquote" and opened.value:
        entity["type"] = "expandable_blockquote"
    if opened.tag == "code" and opened.value:
        # Kept only while a <pre> may still take it over.
        entity["language"] = opened.value
    return entity


def full_url(url: str) -> str:
    """The address Telegram makes of it, or nothing where it finds none."""
    if re.match(r"(?i)(tg|ton|tonsite)://\S+", url):
        return url
    match = re.fullmatch(r"(?i)(https?://)?([^\s/?#]+\.[^\s/?#.]+)([/?#]\S*)?", url)
    if not match:
        return ""
    return f"{(match[1] or 'http://').lower()}{match[2]}{match[3] or '/'}"


def found_in(text: str, entities: list[Json]) -> list[Json]:
    """The entities that Telegram finds by itself: commands, links, mentions, hashtags, e-mail addresses."""
    if not MAY_HOLD.search(text):
        return entities
    for match in FOUND.finditer(text):
        offset, length = units(text[: match.start()]), units(match[0])
        end = offset + length
        taken = (e for e in entities if e["offset"] < end and offset < e["offset"] + e["length"])
        if not any(entity["type"] in LITERAL for entity in taken):
            entities = [*entities, {"offset": offset, "length": length, "type": str(match.lastgroup)}]
    return in_order(entities)


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends, entities shifted and cut to fit."""
    bare = text.strip()
    if len(bare) == len(text):
        return text, entities
    cut = units(text[: len(text) - len(text.lstrip())])
    end = units(bare)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        stop = min(entity["offset"] + entity["length"] - cut, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return bare, kept


def _bytes(source: str, at: int) -> int:
    return len(source[:at].encode())


def _error(text: str) -> Exception:
    return bad_request(f"can't parse entities: {text}")
