"""A Bot API server that takes everything and remembers nothing, in a process of its own, and as lean as one can be.

It answers in one piece, so that what is measured is the client.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

TOKEN = "123456789:AAbenchmark"
MESSAGE = 7
"""Every message of the sink has this id, so that every press comes from the current screen."""
_CHAT = {"id": 1, "type": "private", "first_name": "T"}
_SENT = {"message_id": MESSAGE, "date": 1_790_000_000, "chat": _CHAT, "text": "x"}
_RESULTS: dict[str, Any] = {
    "getMe": {"id": 1, "is_bot": True, "first_name": "B", "username": "bench_bot"},
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
    "getChatMenuButton": {"type": "commands"},
    "sendMessage": _SENT,
    "editMessageText": _SENT,
}


@contextmanager
def sunk() -> Iterator[str]:
    """The root of a server that takes every call."""
    ours, theirs = multiprocessing.Pipe()
    sink = multiprocessing.get_context("spawn").Process(target=_sink, args=(theirs,), daemon=True)
    sink.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        sink.terminate()


def _sink(told: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Taker, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def result(method: str) -> Any:
    """What a call gives."""
    return _RESULTS.get(method, True)


def _answer(method: str) -> bytes:
    body = json.dumps({"ok": True, "result": result(method)}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class _Taker(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self) -> None:
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers every request that is complete."""
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head = self._waiting[:end].decode("latin-1").split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in head[1:])
            whole = end + 4 + int(fields.get("content-length", 0))
            if len(self._waiting) < whole:
                return
            self._waiting = self._waiting[whole:]
            self._transport.write(_answer(head[0].split(" ")[1].partition("?")[0].rpartition("/")[2]))
