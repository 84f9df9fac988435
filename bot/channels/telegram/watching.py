"""What those who run the bot look at: is it alive, does it take work, what are its figures. On an address of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.channels.telegram.workers import Gate
from bot.stores.port import StoreUnavailable

PROBE_SECONDS = 3.0
READY, NOT_READY = 200, 503

Backlog = Callable[[], Awaitable[tuple[int, float]]]
"""How many replies wait, and since when the oldest does (0: none). Raises StoreUnavailable."""


class Watch:
    """Answers questions about the process.

    Args:
        backlog: asks the store, and thereby whether it can be reached.
        gate: says whether the process takes work in.
    """

    def __init__(self, backlog: Backlog, gate: Gate) -> None:
        self.backlog, self.gate = backlog, gate

    async def alive(self, _request: Request) -> Response:
        """The process answers; whatever else is wrong, starting it anew would not mend it."""
        return PlainTextResponse("alive\n")

    async def ready(self, _request: Request) -> Response:
        """Whether work may be sent here: the store can be reached, and the bot neither just starts nor is about to stop."""
        if not self.gate.open:
            return PlainTextResponse("closed\n", NOT_READY)
        try:
            await self._look()
        except (StoreUnavailable, TimeoutError):
            return PlainTextResponse("no database\n", NOT_READY)
        return PlainTextResponse("ready\n", READY)

    async def figures(self, _request: Request) -> Response:
        """The figures for Prometheus."""
        try:
            await self._look()
        except (StoreUnavailable, TimeoutError):
            metrics.store_fault()
        text, kind = metrics.page()
        return Response(text, headers={"content-type": kind})

    async def _look(self) -> None:
        async with asyncio.timeout(PROBE_SECONDS):
            rows, since = await self.backlog()
        metrics.outbox(rows, max(0.0, time.time() - since) if since else 0.0)


def application(watch: Watch) -> Starlette:
    """The server's application. Figures are counted from now on."""
    metrics.begin()
    return Starlette(routes=[Route("/healthz", watch.alive), Route("/readyz", watch.ready), Route("/metrics", watch.figures)])
