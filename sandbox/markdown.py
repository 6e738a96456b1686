"""MarkdownV2, as far as bots use it, by way of Telegram's HTML."""

from __future__ import annotations

import html
import re

from sandbox.api import bad_request

MARKS = {"*": "b", "__": "u", "_": "i", "~": "s", "||": "tg-spoiler"}
TOKEN = re.compile(
    r"\\(?P<escaped>.)|```(?:(?P<language>\w+)\n)?(?P<pre>.*?)```|`(?P<code>[^`]*)`"
    r"|(?P<link>\[)|(?P<linked>\]\((?P<url>[^)]*)\))|(?P<mark>\*|__|_|~|\|\|)|(?P<reserved>[\[\]()~`>#+\-=|{}.!])|(?P<text>.)",
    re.DOTALL,
)


def to_html(source: str) -> str:
    """The same text in Telegram's HTML."""
    output: list[str] = []
    open_marks: list[tuple[str, int]] = []
    for match in TOKEN.finditer(source):
        kind = match.lastgroup
        offset = len(source[: match.start()].encode())
        if mark := match["mark"]:
            output.append(_toggle(mark, open_marks, offset))
        elif match["link"]:
            open_marks.append(("[", len(output)))
            output.append("")
        elif match["linked"]:
            if not open_marks or open_marks[-1][0] != "[":
                raise _reserved("]")
            output[open_marks.pop()[1]] = f'<a href="{html.escape(match["url"])}">'
            output.append("</a>")
        elif match["reserved"]:
            raise _reserved(match["reserved"])
        elif match["pre"] is not None:
            output.append(_block(match["pre"], match["language"]))
        elif match["code"] is not None:
            output.append(f"<code>{html.escape(match['code'])}</code>")
        else:
            output.append(html.escape(match["escaped"] or match[str(kind)], quote=False))
    if open_marks:
        name = {"b": "Bold", "i": "Italic", "u": "Underline", "s": "Strikethrough"}
        kind = name.get(MARKS.get(open_marks[-1][0], ""), "Spoiler")
        raise bad_request(f"can't parse entities: Can't find end of {kind} entity at byte offset {open_marks[-1][1]}")
    return "".join(output)


def _toggle(mark: str, open_marks: list[tuple[str, int]], offset: int) -> str:
    tag = MARKS[mark]
    if open_marks and open_marks[-1][0] == mark:
        open_marks.pop()
        return f"</{tag}>"
    open_marks.append((mark, offset))
    return f"<{tag}>"


def _block(code: str, language: str | None) -> str:
    inner = html.escape(code, quote=False)
    return f'<pre><code class="language-{language}">{inner}</code></pre>' if language else f"<pre>{inner}</pre>"


def _reserved(character: str) -> Exception:
    return bad_request(
        f"can't parse entities: Character '{character}' is reserved and must be escaped with the preceding '\\'"
    )
