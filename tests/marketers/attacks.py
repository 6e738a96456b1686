"""Ways to break out of a template, or to bring its process down, as they are known from capture-the-flag write-ups, the
usual cheat sheets for server-side template injection, and the issue trackers of template engines.

Families are written down as families: what one starts from, how one gets at an attribute, what one does in the end.
"""

from __future__ import annotations

from itertools import product

CANARY = "/tmp/guanxi-canary"
"""Nobody may come so far as to make this file."""
_COMMAND = f"touch {CANARY}"


def _dotted(start: str, *names: str) -> str:
    return start + "".join(f".{name}" for name in names)


def _in_brackets(start: str, *names: str) -> str:
    return start + "".join(f"['{name}']" for name in names)


def _by_filter(start: str, *names: str) -> str:
    return start + "".join(f"|attr('{name}')" for name in names)


def _in_hex(start: str, *names: str) -> str:
    return start + "".join(f"|attr('{name.replace('_', chr(92) + 'x5f')}')" for name in names)


def _in_pieces(start: str, *names: str) -> str:
    return start + "".join(f"|attr('{name[:3]}'~'{name[3:]}')" for name in names)


_WAYS = (_dotted, _in_brackets, _by_filter, _in_hex, _in_pieces)
_GLOBALS = ("cycler", "joiner", "namespace", "self", "config", "request", "url_for", "get_flashed_messages", "name")
_VALUES = ("''", "()", "[]", "{}", "1", "true", "name", "points", "today")

GLOBALS = [
    f"{{{{ ({way(start, '__init__', '__globals__')}).os.popen('{_COMMAND}').read() }}}}"
    for start, way in product(_GLOBALS, _WAYS)
]
"""From something that the engine hands out to the modules it was made with."""
LIPSUM = [f"{{{{ ({way('lipsum', '__globals__')})['os'].popen('{_COMMAND}').read() }}}}" for way in _WAYS]
SUBCLASSES = [
    f"{{{{ ({way(value, '__class__', '__base__')}).__subclasses__() }}}}" for value, way in product(_VALUES, _WAYS)
]
"""From any value to every class there is."""

ONES_OWN = [
    "{{ ''.__class__.__mro__[1].__subclasses__()[132].__init__.__globals__['system']('" + _COMMAND + "') }}",
    "{{ ().__class__.__bases__[0].__subclasses__()[59].__init__.__globals__.linecache.os.system('id') }}",
    "{% for c in [].__class__.__base__.__subclasses__() %}{% if c.__name__ == 'catch_warnings' %}"
    "{{ c.__init__.__globals__['__builtins__'].eval(\"__import__('os').system('" + _COMMAND + "')\") }}"
    "{% endif %}{% endfor %}",
    "{% for c in ''.__class__.__mro__[1].__subclasses__() if c.__name__ == 'Popen' %}"
    "{{ c('" + _COMMAND + "', shell=true) }}{% endfor %}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os.system('" + _COMMAND + "') }}",
    "{{ self._TemplateReference__context.parent }}",
    "{{ self.__dict__ }}",
    "{{ self.blocks }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ loop.__class__ }}",
    "{{ config.items() }}",
    "{{ config['SECRET_KEY'] }}",
    "{{ settings.SECRET_KEY }}",
    "{{ request.environ }}",
    "{{ request.application.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ g.pop.__globals__.__builtins__['__import__']('os').popen('id').read() }}",
    "{{ url_for.__globals__.current_app.config }}",
    "{{ get_flashed_messages.__globals__['current_app'].config }}",
    "{{ range.__class__.__mro__ }}",
    "{{ dict.mro()[-1].__subclasses__() }}",
    "{{ undefined_thing.__init__.__globals__ }}",
    "{{ nothing|attr('__init__') }}",
    "{{ name.__init__.__globals__['sys'].modules }}",
    "{{ name.format_map(points) }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(name) }}",
    "{{ '%s'|format(config) }}",
    "{{ '{0.__class__}'|format(name) }}",
    "{{ ('{0.__class__.__base__}'|attr('format'))(name) }}",
    "{{ ''|map(attribute='__class__')|list }}",
    "{{ [name]|map(attribute='__class__.__mro__')|list }}",
    "{{ [name]|map('attr', '__class__')|list }}",
    "{{ [name]|groupby('__class__') }}",
    "{{ [name]|sort(attribute='__class__') }}",
    "{{ [name]|selectattr('__class__')|list }}",
    "{{ [name]|rejectattr('__class__', 'none')|list }}",
    "{{ [name]|sum(attribute='__class__') }}",
    "{{ [name]|max(attribute='__class__') }}",
    "{{ [name]|unique(attribute='__class__')|list }}",
    "{{ {'a': name}|dictsort }}",
    "{{ {'a': name}|xmlattr }}",
    "{{ {'onclick=x y': 1}|xmlattr }}",
    "{{ name|tojson }}",
    "{{ name|pprint }}",
    "{{ name|string|safe }}",
    "{{ '<script>'|safe }}",
    "{% autoescape false %}<script>{% endautoescape %}",
    "{% filter safe %}<b>{% endfilter %}",
    "{{ name|forceescape }}",
    "{{ name|urlize }}",
    "{{ name|replace('a', 'b') }}",
    "{% include '/etc/passwd' %}",
    "{% include name %}",
    "{% include ['a', 'b'] ignore missing %}",
    "{% import 'os' as os %}{{ os.system('id') }}",
    "{% from 'os' import system %}{{ system('id') }}",
    "{% extends '/etc/passwd' %}",
    "{% block x %}{{ super() }}{% endblock %}",
    "{% macro x() %}{{ x.__globals__ }}{% endmacro %}{{ x() }}",
    "{% macro x(n) %}{{ x(n) }}{% endmacro %}{{ x(1) }}",
    "{% call x() %}{% endcall %}",
    "{% set x = ''.__class__ %}{{ x }}",
    "{% set x %}{{ config }}{% endset %}",
    "{% set ns = namespace(x=0) %}{% set ns.x = 1 %}{{ ns.__class__ }}",
    "{% with x = ''.__class__ %}{{ x.__mro__ }}{% endwith %}",
    "{% do ''.__class__ %}",
    "{% debug %}",
    "{% trans %}{{ config }}{% endtrans %}",
    "{% print(lipsum.__globals__) %}",
    "{%print(''.__class__)%}",
    "{% if ''.__class__ %}x{% endif %}",
    "{% if config.SECRET_KEY.startswith('a') %}x{% endif %}",
    "{% if name is filter('upper') %}x{% endif %}",
    "{% if name is callable %}x{% endif %}",
    "{% if name is sameas config %}x{% endif %}",
    "{{ name is test('defined') }}",
    "{{ name[0] }}",
    "{{ name[::-1] }}",
    "{{ name['__class__'] }}",
    "{{ points.real }}",
    "{{ today.today() }}",
    "{{ today.strftime('%s') }}",
    "{{ name.upper() }}",
    "{{ name.encode().hex() }}",
    "{{ namespace(a=1).a }}",
    "{{ cycler('a', 'b').next() }}",
    "{{ dict(a=name) }}",
    "{{ (lambda: 1)() }}",
    "{{ __import__('os') }}",
    "{{ open('/etc/passwd').read() }}",
    "{{ eval('1+1') }}",
    "{{ exec('import os') }}",
    "{{ getattr(name, '__class__') }}",
    "{{ environ }}",
    "{{ _ }}",
    "{{ __builtins__ }}",
    "{{ name ** 2 }}",
    "{{ 7 * 7 }}",
    "{{ 7 * '7' }}",
    "{{ 7 / 0 }}",
    "{{ 7 // 0 }}",
    "{{ 7 % 0 }}",
    "{{ name % points }}",
    "{{ '%(a)s' % {'a': 1} }}",
    "{{ name\u3000.\u3000__class__ }}",
    "{{ ｎａｍｅ.__class__ }}",
    "{{ name.\\u005f\\u005fclass__ }}",
    "{{ name|attr('\\137\\137class\\137\\137') }}",
    "{{ name|attr(['__', 'class', '__']|join) }}",
    "{{ name|attr('__ssalc__'|reverse) }}",
    "{{ name|attr('%c%cclass%c%c'|format(95, 95, 95, 95)) }}",
    "{{ name|attr(request.args.x) }}",
    "{{ (name|attr)('__class__') }}",
    "{{ name|default(name.__class__) }}",
    "{{ name|default(value=config) }}",
    "{{ name|default(*[1, 2, 3]) }}",
    "{{ name|default(**{'a': 1}) }}",
    "{{ name|truncate(points) }}",
    "{{ name|truncate(end=config) }}",
    "{{ name or config }}",
    "{{ name if config else request }}",
    "{{ [config, request] }}",
    "{{ {'a': config} }}",
    "{{ -config }}",
    "{{ config ~ request }}",
    "{# #}{{ config }}{# #}",
    "{% raw %}{% endraw %}{{ config }}",
    "{{ '{{ config }}' }}{{ config }}",
    "{%- if true -%}{{- config -}}{%- endif -%}",
    "{% for x in range(3) recursive %}{{ loop(x) }}{% endfor %}",
    "{% for x in config %}{{ x }}{% endfor %}",
    "{% for key, value in self.__dict__.items() %}{{ key }}{% endfor %}",
]
"""Each a trick of its own."""

EXHAUSTING = [
    "{{ 'a' * 999999999 }}",
    "{{ ['a'] * 999999999 }}",
    "{{ (1,) * 999999999 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ 2 ** 99999999 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%0999999999d'|format(1) }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ 'a'.ljust(999999999) }}",
    "{{ 'a'|center(999999999) }}",
    "{{ 'a'|indent(999999999) }}",
    "{{ 'a\\na'|indent(width=999999999) }}",
    "{{ ('a'|center(10000)|wordwrap(1)) }}",
    "{% for x in range(999999999) %}a{% endfor %}",
    "{% for a in range(99999) %}" * 3 + "{% endfor %}" * 3,
    "{{ range(99999999)|list }}",
    "{{ range(99999999)|sum }}",
    "{{ range(99999999)|join }}",
    "{{ range(99999999)|batch(2)|list }}",
    "{{ range(99999999)|slice(3)|list }}",
    "{{ range(99999999)|map('string')|list|length }}",
    "{{ range(99999999)|random }}",
    "{{ lipsum(999999) }}",
    "{{ lipsum(n=9999, min=9999, max=99999) }}",
    "{{ 'a'|replace('a', 'aaaaaaaaaa')" + "|replace('a', 'aaaaaaaaaa')" * 9 + " }}",
    "{{ 'a'|escape" + "|replace('a', '&&&&&&&&')|escape" * 12 + " }}",
    "{% set a = 'a' * 1000 %}{% set b = a * 1000 %}{{ b * 1000 }}",
    "{% set x = [1] %}{% for a in range(60) %}{% set x = x + x %}{{ x|length }}{% endfor %}",
    "{% set x = [] %}{% for a in x %}{{ x.append(1) or '' }}{% endfor %}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ '1' * 4000 ** 2 }}",
    "{{ ('a' * 50000)|urlize }}",
    "{{ ('1' * 4300)|int ** 4300 }}",
    "{{ 1e308 * 10 }}",
    "{{ 10 ** 4400 }}",
    "{{" + "(" * 3000 + "1" + ")" * 3000 + "}}",
    "{{" + "[" * 3000 + "]" * 3000 + "}}",
    "{{" + "not " * 1900 + "name}}",
    "{{" + "-" * 7000 + "1}}",
    "{{ 1" + " + 1" * 1900 + " }}",
    "{{ 1" + " ~ 1" * 1900 + " }}",
    "{{ 1" + " < 1" * 1900 + " }}",
    "{{ name" + "|upper" * 1300 + " }}",
    "{{ name" + ".a" * 3900 + " }}",
    "{% if name %}" * 300 + "{% endif %}" * 300,
    "{% for a in 'ab' %}" * 150 + "{% endfor %}" * 150,
    "{{ " + "9" * 7900 + " }}",
    "{{ name }}" * 900,
    "{#" * 3900,
    "{%" * 3900,
    "{{" * 3900,
    "{% raw %}" * 800,
    "<" * 7900,
    "&" * 7900,
    "<b>" * 2600,
    "<a href='" * 800,
    "</b>" * 1900,
    "&#" + "9" * 7000 + ";",
    "\x00" * 100,
    "\ud800",
    "a" * 1_000_000,
    "{{ name }}" * 100_000,
]
"""What takes time or memory without end, or stands on its head."""

OTHER_ENGINES = [
    "${7*7}", "<%= 7*7 %>", "#{7*7}", "*{7*7}", "@(7*7)", "${{7*7}}", "{7*7}", "[[${7*7}]]", "<#assign x=1>",
    "{php}echo 1;{/php}", "<?php system('id'); ?>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>", "<a href=\"data:text/html,x\">x</a>", "<b onclick=x>y</b>", "<!-- x -->",
    "<![CDATA[x]]>", "<!DOCTYPE x>", "<b/>", "<b><i></b></i>", "<tg-emoji>x</tg-emoji>", "<span class='x'>y</span>",
    "{{=1}}", "{{#each}}", "{{> x}}", "{{{name}}}",
]  # fmt: skip
"""For other engines, and for Telegram's own reading of a text."""

ALL = [*GLOBALS, *LIPSUM, *SUBCLASSES, *ONES_OWN, *EXHAUSTING, *OTHER_ENGINES]
