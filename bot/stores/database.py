"""Conversations in SQLite, over SQLAlchemy: saved before ``save`` returns whatever kills the process then, gone for good after ``erase``.

What is done with a row (``rows``) is apart from who runs it (``sqlite``). Another database would run the same functions over
a connection of its own driver (SQLAlchemy: ``AsyncConnection.run_sync``) and scrub in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.stores.migrations import bring_up
from bot.stores.port import Key, Stored
from bot.stores.rows import add, change, load, named, remember, text, written
from bot.stores.sqlite import Sqlite, remove
from bot.stores.tables import ERASE, PURGE


class DatabaseStore:
    """Keeps conversations in a SQLite file that only its owner can read.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``sqlite:///path``; the file and its folder are made if they are missing.
    """

    def __init__(self, url: str) -> None:
        self._sqlite = Sqlite(url)

    async def start(self) -> None:
        """Opens the database, migrates its tables.

        Raises:
            StoreUnavailable: it cannot be opened, or a newer program left it.
        """
        await self._sqlite.run(bring_up)

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""
        return await self._sqlite.run(load, key)

    async def save(self, key: Key, stored: Stored) -> Stored:
        """Writes ``stored`` if the kept rev still equals ``stored.rev``; killing the process then loses nothing.

        Raises:
            Conflict: the kept rev is another one.
            StoreUnavailable: nothing was written.
        """
        saved = replace(stored, rev=stored.rev + 1)
        if stored.rev:
            await self._sqlite.run(change, key, stored.rev, written(saved))
        else:
            await self._sqlite.run(add, key, written(saved))
        return saved

    async def remember(self, key: Key, memo: Mapping[str, Any]) -> None:
        """Replaces the memo alone; does nothing where the conversation is gone."""
        await self._sqlite.run(remember, key, text(memo))

    async def erase(self, key: Key) -> bool:
        """Removes every byte of the conversation from the files; tells whether there was one.

        Raises:
            StoreUnavailable: the bytes are not gone for certain; to be repeated.
        """
        return await self._sqlite.run(remove, ERASE, named(key)) > 0

    async def purge(self, untouched_since: float) -> int:
        """Erases, byte for byte, every conversation last touched before that time; tells how many."""
        return await self._sqlite.run(remove, PURGE, {"since": untouched_since})

    async def close(self) -> None:
        """Lets go of the database; the last one to do so leaves a single file behind. A closed store is not opened again."""
        await self._sqlite.close()
