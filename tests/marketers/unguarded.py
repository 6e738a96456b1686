"""The worker with its first wall torn down: whatever is written is run by an ordinary Jinja2. The limits are left."""

from __future__ import annotations

from jinja2 import Environment

from templates import worker

PLAIN = Environment()


def run(source: str, _language: str, facts: dict[str, object], _most: int) -> str:
    return PLAIN.from_string(source).render(facts)


if __name__ == "__main__":
    setattr(worker, "rendered", run)  # noqa: B010 the checker knows it is not meant to be changed
    PLAIN.from_string("{{ lipsum(1) }}{% for x in [1]|map('string')|list %}{{ x|urlize }}{% endfor %}").render()
    worker.main()
