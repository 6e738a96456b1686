"""Formatted text, taken apart and put together."""

from __future__ import annotations

import pytest

from sandbox.api import ApiError, Json
from sandbox.entities import found_in, parse_html, trimmed
from sandbox.markdown import to_html
from sandbox.render import as_html

ROUND_TRIPS = [
    "plain",
    "a &lt; b &amp; c",
    "<b>bold</b> <i>italic</i> <u>under</u> <s>gone</s> <tg-spoiler>boo</tg-spoiler> <code>x = 1</code>",
    "<b>out <i>in</i> out</b>",
    "<b><i>both</i></b>",
    '<a href="https://example.com/?a=1&amp;b=2">link</a>',
    "<pre>code</pre>",
    '<pre><code class="language-python">print(1)</code></pre>',
    "<blockquote>said</blockquote>\n<blockquote expandable>said\nmore</blockquote>",
    "😀 <b>小明</b> 👍 <i>好</i>",
    '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
]


@pytest.mark.parametrize("source", ROUND_TRIPS)
def test_html_comes_back_as_it_went_in(source: str) -> None:
    assert as_html(*parse_html(source)) == source


def test_offsets_count_utf_16_units() -> None:
    text, entities = parse_html("😀<b>小明</b>")
    assert (text, entities) == ("😀小明", [{"type": "bold", "offset": 2, "length": 2}])


def test_all_spellings_of_a_tag_mean_the_same() -> None:
    spelled = "<strong>a</strong><em>b</em><ins>c</ins><strike>d</strike><del>e</del><span class='tg-spoiler'>f</span>"
    kinds = [entity["type"] for entity in parse_html(spelled)[1]]
    assert kinds == ["bold", "italic", "underline", "strikethrough", "strikethrough", "spoiler"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("小<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("小<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("x<b", "Unclosed start tag at byte offset 1"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_at_its_byte(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_a_link_without_an_address_is_plain_text() -> None:
    assert parse_html('<a href="nowhere">x</a>') == ("x", [])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start ref_abc", {"bot_command": "/start"}),
        ("see /points@guanxi_sandbox_bot now", {"bot_command": "/points@guanxi_sandbox_bot"}),
        ("write to ana@example.com or @ana_sandbox", {"email": "ana@example.com", "mention": "@ana_sandbox"}),
        ("go to https://example.com/a?b=1.", {"url": "https://example.com/a?b=1"}),
        ("#tea and 1/2 and a/b", {"hashtag": "#tea"}),
    ],
)
def test_telegram_finds_commands_and_links_by_itself(text: str, kinds: dict[str, str]) -> None:
    found = {
        entity["type"]: text[entity["offset"] : entity["offset"] + entity["length"]] for entity in found_in(text, [])
    }
    assert found == kinds


def test_nothing_is_found_inside_code() -> None:
    text, entities = parse_html("<code>/start</code>")
    assert found_in(text, entities) == entities


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    bold: Json = {"type": "bold", "offset": 2, "length": 5}
    assert trimmed("\n a b  \n", [bold]) == ("a b", [{"type": "bold", "offset": 0, "length": 3}])


def test_the_page_gets_clickable_and_harmless_html() -> None:
    text = "/start <script> https://example.com/?a=1&b=2"
    assert as_html(text, found_in(text, []), page=True) == (
        '<span class="command">/start</span> &lt;script&gt; <a href="https://example.com/?a=1&amp;b=2" '
        'target="_blank" rel="noopener noreferrer">https://example.com/?a=1&amp;b=2</a>'
    )
    evil: Json = {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}
    assert as_html("x", [evil], page=True) == "x"


def test_overlapping_entities_are_cut_so_that_tags_nest() -> None:
    bold: Json = {"type": "bold", "offset": 0, "length": 4}
    italic: Json = {"type": "italic", "offset": 2, "length": 4}
    assert as_html("abcdef", [bold, italic]) == "<b>ab<i>cd</i></b>ef"


def test_markdown_v2_says_the_same_as_html() -> None:
    assert to_html(r"*b* _i_ __u__ ~s~ ||boo|| `a<b` [x](https://e.com) 1\.5") == (
        "<b>b</b> <i>i</i> <u>u</u> <s>s</s> <tg-spoiler>boo</tg-spoiler> <code>a&lt;b</code> "
        '<a href="https://e.com">x</a> 1.5'
    )
    with pytest.raises(ApiError, match=r"Character '\.' is reserved and must be escaped"):
        to_html("1.5")
