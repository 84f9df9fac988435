"""One SQLite file: the thread that alone talks to it, how it is opened, and how bytes are made to leave it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Delete, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.stores.migrations import UnknownRevision
from bot.stores.port import StoreUnavailable

log = logging.getLogger(__name__)

_Outcome = TypeVar("_Outcome")
_Arguments = TypeVarTuple("_Arguments")

_ON_CONNECT = (
    "PRAGMA busy_timeout = 5000",  # first: the others may have to wait for another process as well
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # kill -9 loses nothing; a power cut may take the last moments, and costs no sync a tap
    "PRAGMA secure_delete = ON",
)


class Sqlite:
    """A SQLite file that only its owner can read, reached over one connection in one thread.

    A job begins and ends in that thread whatever becomes of the task that waits for it, and jobs run in the order they were
    handed over: a task that is cancelled leaves its job either undone or done in full, and the next job finds which.
    Of one connection: SQLite writes one at a time anyway, a second would only wait for the first.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``sqlite:///path``; the file and its folder are made if they are missing.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._held: Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._closed: Future[None] | None = None

    async def run(self, job: Callable[[Connection, *_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        """Hands a whole job over, once, and brings back what it returns or raises.

        Raises:
            StoreUnavailable: the database failed the job, or was closed before.
        """
        if self._closed:
            raise StoreUnavailable("closed")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._done, job, *arguments)

    async def close(self) -> None:
        """Ends the connection and the thread, after the jobs that were handed over before."""
        if not self._closed:
            self._closed = self._thread.submit(self._let_go)
            self._thread.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(self._closed))  # a cancelled closing must not leave it open
        self._thread.shutdown()

    def _done(self, job: Callable[[Connection, *_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        try:
            return job(self._connection(), *arguments)
        except (DBAPIError, UnknownRevision, OSError) as fault:
            self._let_go()  # whatever state it was left in, the next job begins on a new one
            kind = _kind(fault)
            log.error("the database cannot be used: %s", kind)  # noqa: TRY400 - a traceback adds only SQLAlchemy's own inside
            raise StoreUnavailable(kind) from None  # a chained fault would take what was typed to the log

    def _connection(self) -> Connection:
        if self._held is None:
            self._held = self._engine.connect()
        return self._held

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


def remove(connection: Connection, which: Delete, values: Mapping[str, object]) -> int:
    """Deletes rows with every byte of theirs; tells how many.

    ``user_version`` says that scrubbing is owed, so that it is made good after a crash in between.

    Raises:
        StoreUnavailable: the bytes are not gone for certain; to be repeated.
    """
    owed = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    connection.exec_driver_sql("PRAGMA user_version = 1")
    removed = connection.execute(which, values).rowcount
    if removed or owed:
        _scrub(connection)
    connection.exec_driver_sql("PRAGMA user_version = 0")
    return removed


def _scrub(connection: Connection) -> None:
    """Rewrites the file without what was deleted and empties the log beside it.

    ``secure_delete`` overwrites the deleted row itself, but not the copies that stay behind in other pages whenever rows are
    moved between pages; only VACUUM leaves none.
    """
    connection.exec_driver_sql("VACUUM")
    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise StoreUnavailable("SQLITE_BUSY")


def _engine(url: str) -> Engine:
    # People name the asynchronous driver, as for every other database; here one thread does the same with fewer hand-overs.
    named = make_url(url)
    # Every statement stands for itself, so autocommit spares a commit and a rollback a turn. No pool: to close is to close.
    engine = create_engine(
        named.set(drivername=named.drivername.removesuffix("+aiosqlite")),
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        poolclass=NullPool,
        hide_parameters=True,
    )
    event.listen(engine, "do_connect", lambda *_: _make_file(Path(named.database or "")))
    event.listen(engine, "connect", _set_up)
    return engine


def _make_file(path: Path) -> None:
    """Nobody but the owner may read it. SQLite gives the files it puts beside it the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _ON_CONNECT:
        cursor.execute(pragma)
    cursor.close()


def _kind(fault: Exception) -> str:
    if isinstance(fault, DBAPIError):
        return str(getattr(fault.orig, "sqlite_errorname", type(fault.orig).__name__))
    return str(fault)
