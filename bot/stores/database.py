"""The store that a URL names."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bot.stores.port import Store
from bot.stores.sealing import Seal
from bot.stores.sqlite import SqliteStore


def database_store(url: str, keys: Sequence[str] = (), clock: Callable[[], float] = time.time) -> Store:
    """The store of a database, not opened yet.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://user:password@host/name``.
        keys: encrypt what is kept; see ``Seal``.
        clock: gives seconds since the epoch.
    """
    seal = Seal(keys)
    return SqliteStore(url, seal, clock)
