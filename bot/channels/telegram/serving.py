"""Listening: sockets that several workers share, and the web server on them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.settings import Address

BACKLOG = 2048
KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than a proxy before us keeps it (nginx: 60), so that it closes first."""
FINISHING = 3
"""Seconds that requests in hand have to end."""


def listening(address: Address) -> socket.socket:
    """A socket that listens; workers that inherit it share its queue, and none is left in it when one of them dies.

    Raises:
        OSError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    opened = socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    opened.set_inheritable(True)
    return opened


class _Server(uvicorn.Server):
    """The web server, which leaves signals to the bot."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(application: ASGIApp, opened: socket.socket) -> AsyncIterator[asyncio.Future[None]]:
    """Serves requests, in a task that it gives; at the end takes no new ones and lets those in hand end."""
    config = uvicorn.Config(
        application,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=FINISHING,
    )
    server = _Server(config)
    task = asyncio.ensure_future(server.serve(sockets=[opened]))
    try:
        yield task
    finally:
        server.should_exit = True
        await asyncio.wait([task])
