"""The store that a URL names."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bot.stores.port import Administered
from bot.stores.sealing import Seal


def database_store(url: str, keys: Sequence[str] = (), clock: Callable[[], float] | None = None) -> Administered:
    """The store of a database, not opened yet.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://user:password@host/name``.
        keys: encrypt what is kept; see ``Seal``.
        clock: gives seconds since the epoch; the database's own clock, or that of its machine, where there is none.
    """
    seal = Seal(keys)
    if url.startswith("postgresql"):  # each driver is loaded only where it is wanted
        from bot.stores.postgres import PostgresStore  # noqa: PLC0415

        return PostgresStore(url, seal, clock)
    from bot.stores.sqlite import SqliteStore  # noqa: PLC0415

    return SqliteStore(url, seal, clock or time.time)
