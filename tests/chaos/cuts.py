"""Boundaries at which a process can be killed, counted from inside. Installed in a child of the zygote, before the bot starts.

A boundary is the moment before or after a call to the store, before the commit of a transaction, and before or after a
request to the Bot API. At the n-th one the process kills itself, as ``kill -9`` would: nothing after it happens.
"""

from __future__ import annotations

import os
import signal
import struct
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from mmap import mmap
from typing import Any

from bot.channels.telegram.request import AiohttpRequest
from bot.stores import postgres, sqlite

STORED = ("open", "save", "erase", "skip", "complete", "progress", "claim", "release", "beat", "scrub")
ASKED = "post"
STORES: tuple[Any, ...] = (sqlite.SqliteStore, postgres.PostgresStore)
_SHAPE = struct.Struct("QQd")
"""How many boundaries were met, how many cuts were made, and how far the clock is off; shared by all workers."""


class Cuts:
    """Kills the process at chosen boundaries.

    Args:
        at: the boundaries, by number from 1 on, in rising order; each kills the worker that meets it.
        life: names the process in its requests.
        shift: seconds by which the clock is off, from boundary to boundary in turn.
    """

    def __init__(self, at: Sequence[int], life: str, shift: Sequence[float] = ()) -> None:
        self.at, self.life, self.shift = at, life, shift
        self._shared = mmap(-1, _SHAPE.size)

    def boundary(self, name: str) -> None:
        """One boundary is met."""
        met, made, _ = _SHAPE.unpack(self._shared)
        met += 1
        fatal = made < len(self.at) and met >= self.at[made]
        off = self.shift[met % len(self.shift)] if self.shift else 0.0
        self._shared[:] = _SHAPE.pack(met, made + fatal, off)
        if fatal:
            os.write(2, f'{{"event": "cut {met} {name}", "life": "{self.life}"}}\n'.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Wraps what the bot calls."""
        for store in STORES:
            for name in STORED:
                setattr(store, name, self._wrapped(getattr(store, name), name))
        setattr(AiohttpRequest, ASKED, self._asking(getattr(AiohttpRequest, ASKED)))
        vars(sqlite).update(transaction=self._transaction(vars(sqlite)["transaction"]))
        self._wind()

    def _wrapped(self, call: Callable[..., Awaitable[Any]], name: str) -> Callable[..., Awaitable[Any]]:
        async def wrapped(*given: Any, **named: Any) -> Any:
            self.boundary(f"before {name}")
            found = await call(*given, **named)
            self.boundary(f"after {name}")
            return found

        return wrapped

    def _asking(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def asking(request: AiohttpRequest, url: str, *given: Any, **named: Any) -> Any:
            self._named(request)
            name = url.rpartition("/")[2]
            if "My" in name or "Menu" in name:  # the bot's profile: repeated at every start
                return await call(request, url, *given, **named)
            self.boundary(f"before {name}")
            found = await call(request, url, *given, **named)
            self.boundary(f"after {name}")
            return found

        return asking

    def _named(self, request: AiohttpRequest) -> None:
        """Names the process to the server, which tells lives apart by it."""
        request._opened()
        wire, agent = request._wire, f"{self.life}:{os.getpid()}"
        if wire is not None and wire.agent != agent:
            wire.agent = agent
            wire._heads.clear()

    def _transaction(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def transaction(connection: Any) -> Iterator[None]:
            with call(connection):
                yield
                self.boundary("before commit")
            self.boundary("after commit")

        return transaction

    def _wind(self) -> None:
        """Puts the clock off by what the boundaries say. A store in PostgreSQL goes by the server's clock, which stays right."""
        true = time.time
        if self.shift:
            time.time = lambda: true() + _SHAPE.unpack(self._shared)[2]
