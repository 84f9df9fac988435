"""Conversations in SQLite, over SQLAlchemy: saved for good before ``save`` returns, gone for good after ``erase``."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Delete, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.stores.migrations import UnknownRevision, bring_up
from bot.stores.port import Conflict, Key, Stored, StoreUnavailable
from bot.stores.tables import ADD, CHANGE, ERASE, LOAD, PURGE, REMEMBER

log = logging.getLogger(__name__)

_ON_CONNECT = (
    "PRAGMA busy_timeout = 5000",  # first: the others may have to wait for another process as well
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what was saved outlives a power cut, not only the process
    "PRAGMA secure_delete = ON",
)


class DatabaseStore:
    """Keeps conversations in a SQLite file that only its owner can read.

    Args:
        url: ``sqlite+aiosqlite:///path``; the file and its folder are made if they are missing.
    """

    def __init__(self, url: str) -> None:
        self._path = Path(make_url(url).database or "")
        self._engine = _engine(url)

    async def start(self) -> None:
        """Opens the database, migrates its tables.

        Raises:
            StoreUnavailable: it cannot be opened, or a newer program left it.
        """
        async with self._connected(prepare=True) as connection:
            await connection.run_sync(bring_up)

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""
        async with self._connected() as connection:
            row = (await connection.execute(LOAD, _named(key))).first()
        if row is None:
            return None
        return Stored(json.loads(row.session), row.rev, json.loads(row.memo), tuple(json.loads(row.seen)), row.touched)

    async def save(self, key: Key, stored: Stored) -> Stored:
        """Writes ``stored`` if the kept rev still equals ``stored.rev``; on the disk when this returns.

        Raises:
            Conflict: the kept rev is another one.
            StoreUnavailable: nothing was written.
        """
        saved = Stored(stored.session, stored.rev + 1, stored.memo, stored.seen, stored.touched)
        async with self._connected() as connection:
            if not await _write(connection, key, saved):
                raise Conflict
        return saved

    async def remember(self, key: Key, memo: Mapping[str, Any]) -> None:
        """Replaces the memo alone; does nothing where the conversation is gone."""
        async with self._connected() as connection:
            await connection.execute(REMEMBER, {**_named(key), "memo_": _text(memo)})

    async def erase(self, key: Key) -> bool:
        """Removes every byte of the conversation from the files; tells whether there was one.

        Raises:
            StoreUnavailable: the bytes are not gone for certain; to be repeated.
        """
        return await self._remove(ERASE, _named(key)) > 0

    async def purge(self, untouched_since: float) -> int:
        """Erases, byte for byte, every conversation last touched before that time; tells how many."""
        return await self._remove(PURGE, {"since": untouched_since})

    async def close(self) -> None:
        """Lets go of the database; the last one to do so leaves a single file behind."""
        await self._engine.dispose()

    async def _remove(self, which: Delete, values: Mapping[str, object]) -> int:
        """Deletes and scrubs. ``user_version`` says that scrubbing is owed, so that it is made good after a crash in between."""
        async with self._connected() as connection:
            owed = (await connection.exec_driver_sql("PRAGMA user_version")).scalar_one()
            await connection.exec_driver_sql("PRAGMA user_version = 1")
            removed = (await connection.execute(which, values)).rowcount
            if removed or owed:
                await _scrub(connection)
            await connection.exec_driver_sql("PRAGMA user_version = 0")
        return removed

    @asynccontextmanager
    async def _connected(self, *, prepare: bool = False) -> AsyncIterator[AsyncConnection]:
        try:
            if prepare:
                _make_file(self._path)
            async with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, NoConnection, UnknownRevision, OSError) as fault:
            kind = _kind(fault)
            log.error("the database cannot be used: %s", kind)  # noqa: TRY400 - a traceback adds only SQLAlchemy's own inside
            raise StoreUnavailable(kind) from None  # a chained fault would take what was typed to the log


async def _write(connection: AsyncConnection, key: Key, saved: Stored) -> bool:
    row = {
        "rev": saved.rev,
        "session": _text(saved.session),
        "memo": _text(saved.memo),
        "seen": _text(saved.seen),
        "touched": saved.touched,
    }
    if saved.rev > 1:
        return (await connection.execute(CHANGE, {**row, **_named(key), "was": saved.rev - 1})).rowcount == 1
    try:
        await connection.execute(ADD, {**row, "channel": key.channel, "chat": key.chat, "thread": key.thread})
    except IntegrityError:
        return False
    return True


async def _scrub(connection: AsyncConnection) -> None:
    """Rewrites the file without what was deleted and empties the log beside it.

    ``secure_delete`` overwrites the deleted row itself, but not the copies that stay behind in other pages whenever rows are
    moved between pages; only VACUUM leaves none.
    """
    await connection.exec_driver_sql("VACUUM")
    busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
    if busy:
        raise StoreUnavailable("SQLITE_BUSY")


def _engine(url: str) -> AsyncEngine:
    # Every statement stands for itself, so autocommit spares a commit and a rollback a turn. SQLite writes one at a time
    # anyway: a second connection would only wait for the first.
    engine = create_async_engine(
        url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, pool_size=1, max_overflow=0, hide_parameters=True
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _ON_CONNECT:
        cursor.execute(pragma)
    cursor.close()


def _make_file(path: Path) -> None:
    """Nobody but the owner may read it. SQLite gives the files it puts beside it the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _named(key: Key) -> dict[str, object]:
    return {"channel_": key.channel, "chat_": key.chat, "thread_": key.thread}


def _text(data: object) -> str:
    # ASCII only: SQLite refuses a lone surrogate, which a person can type.
    return json.dumps(data, separators=(",", ":"))


def _kind(fault: Exception) -> str:
    if isinstance(fault, DBAPIError):
        return str(getattr(fault.orig, "sqlite_errorname", type(fault.orig).__name__))
    return type(fault).__name__ if isinstance(fault, NoConnection) else str(fault)
