"""Keyboards under messages, checked as Telegram checks them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.api import ApiError, Json, bad_request

ACTIONS = (
    *("callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"),
    *("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"),
)
MOST_BUTTONS = 100


def checked(markup: Any) -> Json:
    """The keyboard, if Telegram would take it."""
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = markup["inline_keyboard"]
        _check_rows(rows, "inline keyboard")
        for row in rows:
            for button in row:
                _check_inline(button)
        return {"inline_keyboard": [row for row in rows if row]}
    if "keyboard" in markup:
        _check_rows(markup["keyboard"], "keyboard")
        return {**markup, "keyboard": [[_labelled(button) for button in row] for row in markup["keyboard"]]}
    if "remove_keyboard" not in markup and "force_reply" not in markup:
        raise bad_request("can't parse reply keyboard markup JSON object")
    return markup


def _check_rows(rows: Any, name: str) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {name}: expected an Array of Array")
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")


def _labelled(button: Any) -> Json:
    button = {"text": button} if isinstance(button, str) else button
    if not button.get("text"):
        raise bad_request('can\'t parse keyboard button: field "text" must be of type String')
    labelled: Json = button
    return labelled


def _check_inline(button: Json) -> None:
    if not button.get("text"):
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    if not any(action in button for action in ACTIONS):
        raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])
    if "web_app" in button and not str(button["web_app"].get("url")).startswith("https://"):
        raise _wrong(str(button["web_app"].get("url")), "Only HTTPS links are allowed", "Web App URL")


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme in ("tg", "mailto"):
        return
    if parts.scheme not in ("http", "https", "ton", "tonsite"):
        raise _wrong(url, "Unsupported URL protocol")
    if "." not in (parts.hostname or "").strip("."):
        raise _wrong(url, "Wrong HTTP URL")


def _wrong(url: str, reason: str, what: str = "URL") -> ApiError:
    return bad_request(f"inline keyboard button {what} '{url}' is invalid: {reason}")
