"""What marketers write: refused with its place, or rendered for everybody without a hole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from templates import LANGUAGES
from templates.fields import DATE, FIELDS, NUMBER, Facts, used
from templates.hostile import Wrong
from templates.marketers import Marketers, Text, worst

ANA: Facts = {"name": "Ana", "points": 1234, "joined": "2024-03-05", "club": "Tea & Friends", "tier": "Gold"}


def read(texts: Marketers, source: str, language: str = "en", facts: Facts = ANA) -> str:
    answer = texts.render([Text(source, language, facts)])[0]
    assert isinstance(answer, str), answer
    return answer


@pytest.mark.parametrize(
    ("source", "language", "said"),
    [
        ("Hello {{ name }}!", "en", "Hello Ana!"),
        ("You have {{ points }} points.", "en", "You have 1,234 points."),
        ("You have {{ points - 34 }} points.", "en", "You have 1,200 points."),
        ("Since {{ joined }}", "en", "Since 5 March 2024"),
        ("自 {{ joined }} 起", "zh-Hans", "自 2024年3月5日 起"),
        ("{{ club }}", "en", "Tea &amp; Friends"),
        ("<b>{{ name|upper }}</b>", "en", "<b>ANA</b>"),
        ("{% if points > 1000 %}Much{% else %}Little{% endif %}", "en", "Much"),
        ("{% if tier == 'Gold' %}Thank you{% endif %}.", "en", "Thank you."),
        ("{% if city %}In {{ city }}{% else %}Anywhere{% endif %}", "en", "Anywhere"),
        ("{{ city or 'your town' }}", "en", "your town"),
        ("{{ city|default('your town') }}", "en", "your town"),
        ("{{ 'rich' if points > 1000 else 'poor' }}", "en", "rich"),
        ("{{ name ~ ', ' ~ tier }}", "en", "Ana, Gold"),
        ("<a href=\"https://tea.example/?who={{ name|urlencode }}\">here</a>", "en",
         '<a href="https://tea.example/?who=Ana">here</a>'),
        ("{# for us #}Hello", "en", "Hello"),
        ("{{ '<b>' }}", "en", "&lt;b&gt;"),
        ("Tea & cake, 3 < 4 <b>x</b>", "en", "Tea &amp; cake, 3 &lt; 4 <b>x</b>"),
    ],
)  # fmt: skip
def test_a_text_is_filled_in(texts: Marketers, source: str, language: str, said: str) -> None:
    assert texts.check({language: source}) == []
    assert read(texts, source, language) == said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, one in FIELDS.items() if one.always or one.fallbacks])
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_field_that_somebody_has_none_of_reads_well(
    texts: Marketers, name: str, language: str, nothing: str | None
) -> None:
    always = dict(next(worst())[1])
    said = read(texts, f"({{{{ {name} }}}})", language, always if FIELDS[name].always else {**always, name: nothing})
    assert said not in ("()", "(None)")
    assert "{" not in said


@pytest.mark.parametrize("name", [name for name, one in FIELDS.items() if not one.always and not one.fallbacks])
def test_one_that_has_no_good_word_for_nothing_must_be_given_one(texts: Marketers, name: str) -> None:
    wrong = texts.check({"en": f"Here: {{{{ {name} }}}}"})
    assert wrong == [
        Wrong(
            "en, line 1",
            f"{{{{ {name} }}}}, which not everybody has",
            f'{{{{ {name}|default("…") }}}} or {{% if {name} %}} … {{% endif %}}',
        )
    ]
    assert texts.check({"en": f"Here: {{% if {name} %}}{{{{ {name} }}}}{{% endif %}}"}) == []


def test_what_members_are_called_is_no_markup_and_no_code(texts: Marketers) -> None:
    name = "<b>{{ points }}</b> & {% if %}"
    assert read(texts, "Hello {{ name }}", facts={"name": name}) == (
        "Hello &lt;b&gt;{{ points }}&lt;/b&gt; &amp; {% if %}"
    )


@pytest.mark.parametrize(
    ("source", "place", "found", "expected"),
    [
        ("", "en, text", "nothing", "words"),
        ("Hello\n{{ nmae }}", "en, line 2", "{{ nmae }}", "{{ name }}"),
        ("{{ balance }}", "en, line 1", "{{ balance }}", "{{ points }}"),
        ("{{ card_number }}", "en, line 1", "{{ card_number }}", "{{ number }}"),
        ("{{ 积分 }}", "en, line 1", "{{ 积分 }}", "{{ points }}"),
        ("{{ shop }}", "en, line 1", "{{ shop }}", "{{ branch }}"),
        ("{{ xyzzy }}", "en, line 1", "{{ xyzzy }}", "one of name, number"),
        ("Hello {name}", "en, line 1", "{name}", "{{ name }}"),
        ("Hello %name%", "en, line 1", "%name%", "{{ name }}"),
        ("Hello [first_name]", "en, line 1", "[first_name]", "{{ name }}"),
        ("{{ name", "en, line 1", "unexpected end of template", "text and fields"),
        ("{% if points %}x", "en, line 1", "Unexpected end of template", "text and fields"),
        ("{{ points|money }}", "en, line 1", "|money", "one of |default"),
        ("{{ name|truncate(99999) }}", "en, line 1", "|truncate", "a whole number from 1"),
        ("{{ 12345678901 }}", "en, line 1", "a number that long", "1000000000 at most"),
        ("<b>Hello", "en, for somebody of whom nothing is known", "<b> that is never closed", "</b> behind it"),
        ("<b><i>x</b></i>", "en, for somebody of whom nothing is known", "</b>", "</i> first"),
        ("<h1>x</h1>", "en, for somebody of whom nothing is known", "<h1>", "one of a, b"),
        ("<a>x</a>", "en, for somebody of whom nothing is known", "<a>", "href like https://"),
        ("&nbsp;", "en, for somebody of whom nothing is known", "&nbsp;", "one of &lt;"),
        ("x" * 4097, "en, for somebody of whom nothing is known", "4097 characters", "1 to 4096"),
        ("😀" * 2049, "en, for somebody of whom nothing is known", "4098 characters", "1 to 4096"),
        ("{{ name }}" * 60, "en, for somebody with the longest name", "6240 characters", "1 to 4096"),
        ("{% if city %}x{% endif %}", "en, for somebody of whom nothing is known", "0 characters", "1 to 4096"),
        (
            "{{ name + points }}",
            "en, for somebody of whom nothing is known",
            "something that cannot be worked out",
            "sums of",
        ),
        (
            "{{ today - joined }}",
            "en, for somebody of whom nothing is known",
            "something that cannot be worked out",
            "sums of",
        ),
        ("x\x07", "en, text", "the character U+0007", "characters that can be read"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    texts: Marketers, source: str, place: str, found: str, expected: str
) -> None:
    wrong = texts.check({"en": source})[0]
    assert wrong.place == place
    assert wrong.found.startswith(found)
    assert wrong.expected.startswith(expected)


def test_every_language_is_looked_at(texts: Marketers) -> None:
    wrong = texts.check({"en": "Hello", "zh-Hans": "{{ nmae }}", "zh-Hant": "<b>"})
    assert [one.place for one in wrong] == ["zh-Hans, line 1", "zh-Hant, for somebody of whom nothing is known"]


def test_a_text_is_tried_with_members_as_they_are(texts: Marketers) -> None:
    source = '<a href="https://tea.example/{{ name }}">x</a>'.replace("{{ name }}", "{{ city|default('x') }}")
    assert texts.check({"en": "{% if points == 7 %}<b>{% endif %}Hello"}, [ANA]) == []
    wrong = texts.check({"en": "{% if points == 7 %}<b>{% endif %}Hello"}, [ANA, {**ANA, "points": 7}])
    assert [one.place for one in wrong] == ["en, for one of the members"]
    assert texts.check({"en": source})[0].place == "en, for somebody with the longest name"


def test_entities_and_tags_do_not_count_as_long_as_they_are_written(texts: Marketers) -> None:
    assert texts.check({"en": "<b>" + "&amp;" * 1500 + "</b>"}) == []
    assert texts.check({"en": "&amp;" * 1500}, most=1024)[0].expected == "1 to 1024", "a caption has fewer"


def test_a_text_says_which_fields_it_asks_for() -> None:
    assert used("Hi {{ name }}, {% if points > 1 %}x{% endif %} tier city {{ lapse_on|default('x') }}") == {
        "name", "points", "lapse_on"
    }  # fmt: skip


def test_the_marketers_page_lists_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "marketers.md").read_text()
    kinds = {NUMBER: "number", DATE: "day"}
    rows = re.findall(r"^\| `\{\{ (\w+) \}\}` \| (\w+) \|", page, re.MULTILINE)
    assert rows == [(name, kinds.get(one.kind, "words")) for name, one in FIELDS.items()]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.text(max_size=60) | some.text("{}%# <>&/abname|.()[]'\"", max_size=40))
def test_whatever_is_written_is_refused_or_comes_out_for_everybody(texts: Marketers, source: str) -> None:
    if texts.check({"en": source}):
        return
    for answer in texts.render([Text(source, "en", facts) for _, facts in worst()]):
        assert isinstance(answer, str)
        assert answer.strip()
