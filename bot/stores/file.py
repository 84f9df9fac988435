"""One SQLite file: how it is opened, who talks to it when, and how bytes are made to leave it."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from bot.stores.migrations import UnknownRevision
from bot.stores.port import NewerDatabase, StoreUnavailable

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger(__name__)

_Outcome = TypeVar("_Outcome")
_Arguments = TypeVarTuple("_Arguments")

PATIENCE = 5.0
"""Seconds that a job waits for other processes, in the thread. In the event loop it does not wait at all."""
TRIES_HERE, PAUSE_HERE = 20, 0.001
"""How often a job looks whether another process is done, and the seconds between, before it waits in the thread. A turn takes a
tenth of a millisecond to be written, while SQLite's own waiting goes on in steps of up to a tenth of a second."""
WRITES_A_CHECKPOINT = 400
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_ON_CONNECT = (
    "PRAGMA synchronous = NORMAL",  # kill -9 loses nothing; a power cut may take the last moments, and costs no sync a tap
    "PRAGMA secure_delete = ON",
)


class File:
    """A SQLite file that only its owner can read.

    A job that finds it free is done at once, in the event loop: that takes a twentieth of a millisecond, and handing it to a
    thread would take longer. One that finds it locked by another process for long, and all that take their time, are done in a
    thread in the order in which they were handed over; meanwhile no job overtakes them. A job that has begun ends, whatever
    becomes of the task that waits for it.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``sqlite:///path``; the file and its folder are made if they are missing.
    """

    def __init__(self, url: str) -> None:
        # People name the asynchronous driver, as for every other database; nothing here is waited for long enough to need it.
        self._here, self._there = _Opened(url, 0.0), _Opened(url, PATIENCE)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._last: Future[Any] | None = None
        self._closed: Future[None] | None = None
        self._writes = 0

    async def run(self, job: Callable[[sqlite3.Connection, *_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        """Does a job as a whole, once, and brings back what it returns or raises.

        Args:
            job: reads once, or writes in one ``transaction``.
            arguments: of the job, after the connection.

        Raises:
            StoreUnavailable: the database failed the job, or was closed before.
        """
        for _ in range(TRIES_HERE):
            if self._closed or self._is_at_work():
                break
            try:
                return self._here.done(job, *arguments)
            except _Locked:
                await asyncio.sleep(PAUSE_HERE)
        return await self.run_aside(job, *arguments)

    def _is_at_work(self) -> bool:
        """Whether the thread has still something to do."""
        if self._last is not None and self._last.done():
            self._last = None
        return self._last is not None

    async def run_aside(self, job: Callable[[sqlite3.Connection, *_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        """As ``run``, but in the thread from the start: for what takes long."""
        if self._closed:
            raise StoreUnavailable("closed")
        self._last = future = self._thread.submit(partial(self._waited, job, *arguments))
        return await asyncio.shield(asyncio.wrap_future(future))  # what was handed over is done, whoever still waits for it

    async def administer(self, job: Callable[[Connection], _Outcome]) -> _Outcome:
        """Does a job that wants the connection as SQLAlchemy sees it, in autocommit mode; in the thread.

        Raises:
            StoreUnavailable: it cannot be done.
        """
        if self._closed:
            raise StoreUnavailable("closed")
        self._last = future = self._thread.submit(partial(self._there.administered, job))
        return await asyncio.shield(asyncio.wrap_future(future))

    def written(self) -> None:
        """Counts a write; from time to time the log beside the file is brought into it, in the thread, as that waits for the disk."""
        self._writes += 1
        if self._writes % WRITES_A_CHECKPOINT == 0 and not self._closed:
            self._thread.submit(self._checkpoint)

    async def close(self) -> None:
        """Ends the connections and the thread, after the jobs that were handed over before; those do not wait for other processes any more."""
        if not self._closed:
            self._there.hurry()
            self._closed = self._thread.submit(self._there.let_go)
            self._thread.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(self._closed))  # a cancelled closing must not leave it open
        self._here.let_go()
        self._thread.shutdown()

    def _waited(self, job: Callable[[sqlite3.Connection, *_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        try:
            return self._there.done(job, *arguments)
        except _Locked as fault:
            raise self._there.refused(fault.kind) from None

    def _checkpoint(self) -> None:
        try:
            self._there.done(lambda connection: connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())
        except (_Locked, StoreUnavailable):
            log.debug("the log beside the database stays for now")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Writes all or nothing. Whoever else writes is kept out from its beginning on."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def scrub(connection: sqlite3.Connection) -> None:
    """Rewrites the file without what was deleted and empties the log beside it.

    ``secure_delete`` overwrites the deleted row itself, but not the copies that stay behind in other pages whenever rows are
    moved between pages; only VACUUM leaves none.

    Raises:
        StoreUnavailable: somebody reads an older state; to be repeated.
    """
    connection.execute("VACUUM")
    empty_log(connection)


def empty_log(connection: sqlite3.Connection) -> None:
    """Brings the log beside the file into it, and leaves it empty.

    Raises:
        StoreUnavailable: somebody reads an older state; to be repeated.
    """
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise StoreUnavailable("SQLITE_BUSY")


def size(connection: sqlite3.Connection) -> int:
    """Bytes of the file."""
    pages, bytes_ = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * bytes_)


class _Locked(Exception):
    """Another process writes at the moment."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class _Opened:
    """One connection, opened when it is first needed and anew after a fault."""

    def __init__(self, url: str, patience: float) -> None:
        self._path, self._patience = Path(url.partition(":///")[2]), patience
        self._held: sqlite3.Connection | None = None
        self._hurried = False

    def hurry(self) -> None:
        """From the next job on waits for nobody; may be called from another thread."""
        self._hurried = True

    def done(self, job: Callable[[sqlite3.Connection, *_Arguments], _Outcome], *arguments: *_Arguments) -> _Outcome:
        """Does a job.

        Raises:
            _Locked: another process writes; nothing was done.
            StoreUnavailable: the database failed the job.
        """
        try:
            return job(self._connection(), *arguments)
        except sqlite3.Error as fault:
            kind, code = _kind(fault), getattr(fault, "sqlite_errorcode", 0)
        except OSError as fault:
            kind, code = str(fault), 0
        if code & 0xFF in _BUSY:
            raise _Locked(kind) from None
        raise self.refused(kind) from None  # a chained fault would take what was typed to the log

    def administered(self, job: Callable[[Connection], _Outcome]) -> _Outcome:
        """Does a job that wants a connection as SQLAlchemy sees it, on one of its own."""
        # Only here, as the library takes longer to load than all else of a start that has nothing to migrate.
        from sqlalchemy import create_engine
        from sqlalchemy.exc import DBAPIError
        from sqlalchemy.pool import NullPool

        engine = create_engine(
            "sqlite://",
            creator=self._opened,
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            poolclass=NullPool,
            hide_parameters=True,
        )
        try:
            with engine.connect() as connection:
                return job(connection)
        except UnknownRevision as fault:
            raise NewerDatabase(str(fault)) from None
        except DBAPIError as fault:
            raise self.refused(_kind(fault.orig)) from None
        except OSError as fault:
            raise self.refused(str(fault)) from None

    def refused(self, kind: str) -> StoreUnavailable:
        """Notes a fault. Whatever state the connection was left in, the next job begins on a new one."""
        self.let_go()
        log.error("the database cannot be used: %s", kind)
        return StoreUnavailable(kind)

    def let_go(self) -> None:
        """Closes the connection, if there is one."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _connection(self) -> sqlite3.Connection:
        if self._held is None:
            self._held = self._opened()
        if self._hurried:
            self._held.execute("PRAGMA busy_timeout = 0").close()
        return self._held

    def _opened(self) -> sqlite3.Connection:
        _make_file(self._path)
        # Statements stand for themselves unless ``transaction`` is around them.
        opened = sqlite3.connect(self._path, timeout=self._patience, isolation_level=None, check_same_thread=False)
        _set_up(opened, self._patience)
        return opened


def _make_file(path: Path) -> None:
    """Nobody but the owner may read it. SQLite gives the files it puts beside it the same mode.

    A file that is there is not touched: closing it here would take away the locks of every other connection of this process
    (POSIX), and another process could then remove the log from under them.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _set_up(connection: sqlite3.Connection, patience: float) -> None:
    _keep_log(connection, time.monotonic() + patience)
    for pragma in _ON_CONNECT:
        connection.execute(pragma)
    if not patience:
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # it would wait for the disk; see ``File.written``


def _keep_log(connection: sqlite3.Connection, until: float) -> None:
    """Has writes go to a log beside the file. SQLite itself does not wait where two programs make the same file at once."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() >= until:
                raise
            time.sleep(PAUSE_HERE)
        else:
            return


def _kind(fault: BaseException | None) -> str:
    return str(getattr(fault, "sqlite_errorname", type(fault).__name__))
