"""The two secrets of the webhook. Both come from the token, so that every process of a bot has the same."""

from __future__ import annotations

import hashlib
import hmac


def webhook_path(token: str) -> str:
    """The path that only Telegram was told."""
    return f"/telegram/{_derived(token, b'webhook path')}"


def webhook_secret(token: str) -> str:
    """What Telegram repeats in a header of each delivery (`secret_token` of setWebhook)."""
    return _derived(token, b"webhook secret")


def _derived(token: str, purpose: bytes) -> str:
    return hmac.digest(token.encode(), b"guanxi " + purpose, hashlib.sha256).hex()
