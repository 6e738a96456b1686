"""Text and entities back to HTML: Telegram's own for tests, or safe and clickable for the page."""

from __future__ import annotations

from html import escape

from sandbox.api import Json
from sandbox.entities import in_order

PLAIN = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
}


def as_html(text: str, entities: list[Json] | None = None, *, page: bool = False) -> str:
    """The text in Telegram's HTML; for the page also with what Telegram makes clickable, and nothing but safe tags."""
    if not entities:
        return escape(text, quote=False)
    wide = text.encode("utf-16-le")
    return _span(wide, 0, len(wide) // 2, in_order(entities), page)


def _span(wide: bytes, start: int, end: int, entities: list[Json], page: bool) -> str:
    """Renders one stretch; entities that begin inside another are cut at its end."""
    output: list[str] = []
    at = start
    index = 0
    while index < len(entities):
        entity = entities[index]
        first, last = max(entity["offset"], at), min(entity["offset"] + entity["length"], end)
        inner = []
        index += 1
        while index < len(entities) and entities[index]["offset"] < last:
            inner.append(entities[index])
            index += 1
        if last > first:
            output.append(_text(wide, at, first))
            body = _span(wide, first, last, inner, page)
            output.append(_tagged(entity, body, _text(wide, first, last), page))
            at = last
    output.append(_text(wide, at, end))
    return "".join(output)


def _text(wide: bytes, start: int, end: int) -> str:
    return escape(wide[start * 2 : end * 2].decode("utf-16-le", "replace"), quote=False)


def _tagged(entity: Json, body: str, plain: str, page: bool) -> str:
    kind = entity["type"]
    if kind == "spoiler" and page:
        return f'<span class="tg-spoiler">{body}</span>'
    if kind in PLAIN:
        return f"<{PLAIN[kind]}>{body}</{PLAIN[kind]}>"
    if kind in ("blockquote", "expandable_blockquote"):
        extra = (' class="expandable"' if page else " expandable") if kind.startswith("exp") else ""
        return f"<blockquote{extra}>{body}</blockquote>"
    if kind == "pre":
        language = entity.get("language")
        return (
            f'<pre><code class="language-{escape(language)}">{body}</code></pre>' if language else f"<pre>{body}</pre>"
        )
    if kind == "text_link":
        return _link(entity["url"], body, page)
    if kind == "text_mention":
        return body if page else f'<a href="tg://user?id={entity["user"]["id"]}">{body}</a>'
    if kind == "custom_emoji":
        return body if page else f'<tg-emoji emoji-id="{escape(entity["custom_emoji_id"])}">{body}</tg-emoji>'
    return _clickable(kind, body, plain) if page else body


def _clickable(kind: str, body: str, plain: str) -> str:
    if kind == "bot_command":
        return f'<span class="command">{body}</span>'
    if kind == "url":
        # `plain` is escaped already, _link escapes again: hand it the bare address.
        return _link(plain.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"), body, True)
    return body


def _link(url: str, body: str, page: bool) -> str:
    if not page:
        return f'<a href="{escape(url)}">{body}</a>'
    address = url if ":" in url else f"http://{url}"
    if not address.lower().startswith(("http://", "https://", "tg://")):
        return body
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{body}</a>'
