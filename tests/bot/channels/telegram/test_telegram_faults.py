"""What an answer means: our reading beside that of python-telegram-bot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from telegram.error import TelegramError as Theirs
from telegram.request import BaseRequest

from bot.channels.telegram.faults import LONGEST_WAIT, NetworkError, RetryAfter, TelegramError, result_of

KINDS = {"EndPointNotFound": "InvalidToken"}
"""Kinds that the library tells apart and we do not."""


class Answering(BaseRequest):
    """The library's own reading of one answer."""

    def __init__(self, status: int, payload: bytes) -> None:
        self.answer = status, payload

    @property
    def read_timeout(self) -> None:
        return None

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return self.answer


async def _theirs(status: int, payload: bytes) -> tuple[str, Any]:
    try:
        return "result", await Answering(status, payload).post("")
    except Theirs as fault:
        return type(fault).__name__, None


def _ours(status: int, payload: bytes) -> tuple[str, Any]:
    try:
        return "result", result_of(status, payload)
    except TelegramError as fault:
        return type(fault).__name__, None


STATUS = st.sampled_from([200, 201, 400, 401, 403, 404, 409, 413, 418, 429, 500, 502, 503, 504])
TOLD = st.none() | st.fixed_dictionaries(
    {}, optional={"retry_after": st.integers(1, 9000), "migrate_to_chat_id": st.integers(-(2**52), -1), "other": st.integers()}
)


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # its spans of time, which are not looked at
@given(status=STATUS, described=st.none() | st.text(), told=TOLD)
@example(status=429, described="Too Many Requests: retry after 5", told={"retry_after": 5})
@example(status=400, described="Bad Request: group chat was upgraded", told={"migrate_to_chat_id": -1001})
@example(status=409, described="Conflict: terminated by other getUpdates request", told=None)
async def test_the_library_tells_the_same_kind(status: int, described: str | None, told: dict[str, int] | None) -> None:
    answer = {"ok": status < 300, "error_code": status, "description": described, "parameters": told, "result": [status]}
    payload = json.dumps({name: part for name, part in answer.items() if part is not None}).encode()
    theirs, found = await _theirs(status, payload)
    assert _ours(status, payload) == (KINDS.get(theirs, theirs), found)


@pytest.mark.parametrize("payload", [b"", b"<html>502 Bad Gateway</html>", b"[1]", b"\xff", b'{"detail": "Not Found"}', b"[" * 100_000])
async def test_what_is_no_answer_of_the_bot_api_is_a_fault_of_the_network_or_what_its_status_says(payload: bytes) -> None:
    for status, kind in ((200, "NetworkError"), (502, "NetworkError"), (401, "InvalidToken"), (403, "Forbidden")):
        assert _ours(status, payload) == (kind, None)


def test_a_refusal_keeps_the_words_of_the_server_and_nothing_else_of_what_it_sent() -> None:
    with pytest.raises(TelegramError) as told:
        result_of(400, b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}')
    assert told.value.message == "Bad Request: chat not found"
    with pytest.raises(NetworkError) as garbled:
        result_of(502, b"<html>secret</html>")
    assert garbled.value.message == "HTTP 502"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("1" + "0" * 400, LONGEST_WAIT), ("1e999", LONGEST_WAIT)],
    ids=["7", "half", "huge", "infinite"],
)
def test_the_wait_that_is_asked_for_is_kept_within_a_day(asked: str, seconds: float) -> None:
    with pytest.raises(RetryAfter) as told:
        result_of(429, b'{"ok":false,"parameters":{"retry_after":%s}}' % asked.encode())
    assert told.value.retry_after == seconds


@pytest.mark.parametrize("asked", ["NaN", "-1", "0", '"7"', "null", "[]"])
def test_a_wait_that_is_none_leaves_the_kind_to_the_status(asked: str) -> None:
    assert _ours(429, b'{"ok":false,"parameters":{"retry_after":%s}}' % asked.encode()) == ("NetworkError", None)
