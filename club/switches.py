"""Which of the club's own notices can be switched off, and by which name. Values only: the settings read it."""

from __future__ import annotations

from collections.abc import Mapping

SWITCHES: Mapping[str, str] = {
    "welcome_points": "welcome-points",
    "tier": "tier-change",
    "expiring": "points-expiry",
    "programme": "rewards-earned",
    "membership_ending": "renewal",
    "membership_grace": "renewal",
    "membership_renewed": "renewal",
    "membership_lapsed": "renewal",
}
"""A notice, and the name under which `campaigns.shipped` has it. What is not here is part of a talk: always told."""
NOTICE_NAMES = tuple(sorted(set(SWITCHES.values())))
