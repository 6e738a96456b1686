"""python -m bench [name …] [--quick] [--write]: measure, print, and if asked write it down."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import sys
import time
from pathlib import Path

from bench.figures import Table, machine

BENCHES = (
    "updates",
    "latency",
    "delivery",
    "paid",
    "planning",
    "start",
    "imports",
    "ledger",
    "audiences",
    "texts",
    "desk",
)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: python -m bench --write -->", "<!-- end of what was measured -->"


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench", description="Measure speed beside the stock baselines.")
    parser.add_argument("name", nargs="*", help=f"of {', '.join(BENCHES)}; all by default")
    parser.add_argument("--quick", action="store_true", help="one short round each: to see that it works")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()
    for name in arguments.name:
        if name not in BENCHES:
            parser.error(f"name: found {name!r}, expected one of {', '.join(BENCHES)}")
    measured = asyncio.run(measure(arguments.name or BENCHES, quick=arguments.quick))
    if arguments.write:
        write(measured)


async def measure(names: list[str] | tuple[str, ...], *, quick: bool) -> str:
    """Run them one after another, each printed as soon as it is there; everything as Markdown."""
    parts = [f"Measured {machine()}.\n"]
    print(parts[0], flush=True)
    for name in names:
        started = time.monotonic()
        tables: list[Table] = await importlib.import_module(f"bench.{name}").run(quick)
        for table in tables:
            parts.append(table.markdown())
            print(parts[-1], flush=True)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return "\n".join(parts)


def write(measured: str) -> None:
    """Replace what stands between the markers of the page."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{measured}\n{END}{after}")


if __name__ == "__main__":
    main()
