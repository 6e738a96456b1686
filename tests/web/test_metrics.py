"""The figures: right after each happening, and documented to the last one."""

from __future__ import annotations

import re
from pathlib import Path

from bot.metrics import Metrics
from storage.outbox import Lane
from tests.web.house import House

DOCUMENT = (Path(__file__).parents[2] / "docs/metrics.md").read_text(encoding="utf-8")


async def test_what_happens_is_counted(house: House) -> None:
    house.metrics.update_handled("done", 0.003)
    house.metrics.update_handled("done", 0.2)
    house.metrics.update_handled("dead", 9.0)
    house.metrics.sent(Lane.GREETING, "sent")
    house.metrics.too_many_requests()
    figures = await house.figures()
    assert figures['guanxi_updates_total{outcome="done"}'] == 2
    assert figures['guanxi_updates_total{outcome="dead"}'] == 1
    assert figures["guanxi_handler_seconds_count"] == 3
    assert figures['guanxi_handler_seconds_bucket{le="0.005"}'] == 1
    assert figures['guanxi_sent_total{lane="greeting",result="sent"}'] == 1
    assert figures["guanxi_too_many_requests_total"] == 1


async def test_queues_are_looked_up_when_somebody_asks(house: House) -> None:
    figures = await house.figures()
    assert figures["guanxi_inbox_age_seconds"] == 0
    assert figures['guanxi_outbox{lane="reply",state="queued"}'] == 0
    await house.an_update_arrives()
    await house.a_message_is_due(Lane.REPLY)
    await house.a_message_is_due(Lane.PROMOTION)
    house.clock.passes(12)
    figures = await house.figures()
    assert figures["guanxi_inbox"] == 1
    assert figures["guanxi_inbox_age_seconds"] == 12
    assert figures["guanxi_outbox_age_seconds"] == 12
    assert figures['guanxi_outbox{lane="reply",state="queued"}'] == 1
    assert figures['guanxi_outbox{lane="promotion",state="queued"}'] == 1


def test_two_sets_of_figures_do_not_mix() -> None:
    one, other = Metrics(), Metrics()
    one.too_many_requests()
    assert other.registry.get_sample_value("guanxi_too_many_requests_total") == 0


def test_every_metric_is_documented_and_nothing_else_is() -> None:
    suffix = {"counter": "_total"}
    exported = {family.name + suffix.get(family.type, ""): family.type for family in Metrics().registry.collect()}
    documented = dict(re.findall(r"^\| `(guanxi_\w+)` \| (\w+) \|", DOCUMENT, re.MULTILINE))
    assert documented == exported
