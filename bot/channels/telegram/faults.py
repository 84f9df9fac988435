"""What an answer of the Bot API means: a result, or the kind of fault that it tells. Their texts are the server's own words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

GARBLED = "the answer is none of the Bot API"
LONGEST_WAIT = 86400
"""Seconds; a server that asks for more is asked again after these."""


class TelegramError(Exception):
    """A call did not do what it was meant to; ``message`` is what the server says about it."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NetworkError(TelegramError):
    """The server was not reached, broke off, answered in no way of the Bot API, or has a fault of its own."""


class TimedOut(NetworkError):
    """No answer in time; whether the call was carried out is not known."""


class BadRequest(TelegramError):
    """The server does not do that (400): the message is gone, the text is no markup, nothing would change."""


class InvalidToken(TelegramError):
    """The server knows no bot with this token (401, 404)."""


class Forbidden(TelegramError):
    """The bot may not do that (403): a person blocked it, say."""


class Conflict(TelegramError):
    """Somebody else takes the updates (409)."""


class ChatMigrated(TelegramError):
    """The chat has another id now: ``chat``."""

    def __init__(self, message: str, chat: int) -> None:
        super().__init__(message)
        self.chat = chat


class RetryAfter(TelegramError):
    """Too many calls; ``retry_after`` is how many seconds the server asks to wait."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


_KINDS: Mapping[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}


def result_of(status: int, payload: bytes) -> Any:
    """The result that an answer brings.

    Args:
        status: of HTTP.
        payload: the body. What it holds is never logged, nor repeated in a fault, unless it is of the Bot API.

    Raises:
        TelegramError: it brings none; the class is the kind of fault.
    """
    answer = _read(payload)
    if 200 <= status < 300:
        if "result" not in answer:
            raise NetworkError(GARBLED)
        return answer["result"]
    message = str(answer.get("description") or f"HTTP {status}")
    told = answer.get("parameters")
    if isinstance(told, dict):
        moved = told.get("migrate_to_chat_id")
        if isinstance(moved, int) and moved:
            raise ChatMigrated(message, moved)
        seconds = told.get("retry_after")
        if isinstance(seconds, int | float) and seconds > 0:
            raise RetryAfter(message, float(min(seconds, LONGEST_WAIT)))
    raise _KINDS.get(status, NetworkError)(message)


def _read(payload: bytes) -> Mapping[str, Any]:
    """An answer as data; empty where it is none of the Bot API."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
