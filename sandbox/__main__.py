"""python -m sandbox --port 8081: a Telegram on your laptop."""

from __future__ import annotations

import argparse
import asyncio
import gc
from contextlib import suppress

from sandbox.server import running
from sandbox.world import demo_world

COLLECTED = 2_000, 3, 100_000
"""New objects after which circles among the young are looked for, and how often among the older. All that was ever said
is kept anyway: to look through it stood everything still for a quarter of a second after tens of thousands of messages,
and whoever measures a bot here would measure that."""


async def serve(arguments: argparse.Namespace) -> None:
    """Serves the demo until it is interrupted."""
    world = demo_world(keep=arguments.keep, anyone=arguments.anyone)
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    async with running(world, arguments.port) as url:
        if not arguments.quiet:
            print(f"{url}/", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        "python -m sandbox", description="A Telegram on your laptop: Bot API and chat page."
    )
    parser.add_argument("--port", type=int, default=8081, help="0 takes any free one")
    parser.add_argument("--quiet", action="store_true", help="do not print the address")
    parser.add_argument(
        "--anyone", action="store_true", help="every chat id is somebody who has started the bot (benches)"
    )
    parser.add_argument("--keep", type=int, default=500, help="messages remembered per chat, 0 for none")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
