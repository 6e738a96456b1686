"""How fast a broadcast goes out where 30 a second are let through, and how often it is refused."""

from __future__ import annotations

from bench import broadcast, questions
from bench.broadcast import LATENCY, RATE
from bench.figures import Table, spread


async def run(quick: bool) -> list[Table]:
    runs = await broadcast.measured(quick)
    seconds = next(iter(runs.values()))[0].seconds
    return [
        Table(
            f"Delivery where {RATE}/s are enforced",
            f"Greetings to {broadcast.chats(quick):,} chats are due, and somebody asks something every "
            f"{questions.EVERY:.2f} s; {seconds:.0f} s of it, all messages. The sandbox refuses what would be more "
            f"than {RATE} in any second; each call takes {LATENCY * 1000:.0f} ms. The programs in turn. "
            "Target: at least 29.5/s and no refusal.",
            ["program", "messages/s", "refused (429)", "most in any second"],
            [
                [
                    name,
                    spread([one.per_second for one in each], digits=2),
                    spread([one.refused for one in each]),
                    str(max(one.fullest_second for one in each)),
                ]
                for name, each in runs.items()
            ],
        )
    ]
