"""`guanxi ledger prove`: does everything that the points ledger says agree with its lines?"""

from __future__ import annotations

from typer import echo

from bot.opening import open_storage
from bot.settings import Settings
from storage.ledger_proof import Disagreement, prove

PROVED, DISAGREES = 0, 1
LONGEST = 3600.0
"""Seconds: twenty million lines take a while."""


async def run(settings: Settings) -> int:
    """Recompute every lot, entry and balance beside the running bot; the exit code. Nothing is changed."""
    database = await open_storage(settings, deadline=LONGEST)
    try:
        proof = await database.read(prove)
    finally:
        await database.close()
    for disagreement in proof.disagreements:
        echo(_line(disagreement))
    if proof.disagreements:
        echo("The ledger does not agree with itself: restore a backup from before, or ask for help with these lines.")
        return DISAGREES
    echo(f"{proof.entries:,} entries of {proof.members:,} members, {proof.points:,} points: everything agrees.")
    return PROVED


def _line(disagreement: Disagreement) -> str:
    return (
        f"{disagreement.what} {disagreement.id}: found {disagreement.found} points, "
        f"expected {disagreement.expected} as its lines add up to"
    )
