"""A few connections to PostgreSQL, lent one statement at a time.

The driver has a pool of its own, which costs three times what a statement does: it wraps every connection that it lends, watches
it with timers and resets it. Statements here leave nothing to reset.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from bot.stores.port import StoreUnavailable

log = logging.getLogger(__name__)

MOST = 8
"""Of one worker. A turn needs one for a millisecond or two, so a few serve many people; the server lets in about a hundred."""
CONNECT_SECONDS = 5.0
CLOSE_SECONDS = 2.0
COMMAND_SECONDS = 10.0
_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)


class Connections:
    """Lends connections; makes them when they are needed, and again when they were lost.

    Args:
        address: as the driver takes it.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._free: list[Any] = []
        self._places = asyncio.Semaphore(MOST)
        self._closed = False

    async def ask(self, statement: str, *values: Any) -> list[Any]:
        """The rows that a statement gives.

        Raises:
            UniqueViolationError: of the driver, for whoever expects it.
            StoreUnavailable: the server did not carry it out, or its answer was lost.
        """
        async with self.lent() as connection:
            rows: list[Any] = await connection.fetch(statement, *values)
            return rows

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Any]:
        """A connection for one statement after another.

        Raises:
            StoreUnavailable: none can be made, or a statement failed. The driver's own words may quote what was typed.
        """
        async with self._places:
            connection, kept = None, False
            try:
                connection = await self._one()
                yield connection
                kept = True
            except asyncpg.UniqueViolationError:
                kept = True
                raise
            except _FAULTS as fault:
                kind = type(fault).__name__
                log.error("the database cannot be used: %s", kind)  # noqa: TRY400 - a traceback adds only the driver's own inside
                raise StoreUnavailable(kind) from None
            finally:
                self._back(connection, kept and not self._closed)

    async def close(self) -> None:
        """Closes what is not lent, at once; the rest when it comes back. A server that does not answer any more is not waited for long."""
        self._closed = True
        free, self._free = self._free, []
        await asyncio.gather(*(connection.close(timeout=CLOSE_SECONDS) for connection in free), return_exceptions=True)

    async def _one(self) -> Any:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        if self._closed:
            raise StoreUnavailable("closed")
        return await asyncpg.connect(
            self.address,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings={"application_name": "phnen-bot", "jit": "off"},
        )

    def _back(self, connection: Any, kept: bool) -> None:
        """Takes a connection back. In one whose statement failed or was cancelled, something may still be on its way."""
        if kept and not connection.is_closed():
            self._free.append(connection)
        elif connection is not None:
            if connection.is_closed():  # the server went away: those that lie about are lost as well, though they do not know it yet
                self._drop_free()
            connection.terminate()

    def _drop_free(self) -> None:
        while self._free:
            self._free.pop().terminate()
