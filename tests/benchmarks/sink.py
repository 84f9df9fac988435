"""A Bot API server that takes everything and remembers nothing but when, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from aiohttp import web

TOKEN = "123456789:AAbenchmark"
MESSAGE = 7
"""Every message of the sink has this id, so that every press comes from the current screen."""


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
    answers = {
        method: json.dumps({"ok": True, "result": result(method)}).encode()
        for method in ("getMe", "sendMessage", "getMyCommands", "getChatMenuButton", "")
    }

    async def answer(request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2]
        await request.read()
        known = "sendMessage" if method == "editMessageText" else method if method in answers else ""
        return web.Response(body=answers[known], content_type="application/json")

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


def result(method: str) -> Any:
    """What a call gives."""
    if method == "getMe":
        return {"id": 1, "is_bot": True, "first_name": "B", "username": "bench_bot"}
    if method == "getMyCommands":
        return []
    if method == "getChatMenuButton":
        return {"type": "commands"}
    if method == "sendMessage":
        return {"message_id": MESSAGE, "date": 1_790_000_000, "chat": {"id": 1, "type": "private", "first_name": "T"}, "text": "x"}
    return {"description": "", "short_description": ""}
