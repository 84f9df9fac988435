"""Conversations, updates and outbox in SQLite. Statements are prepared once by the driver, which keeps them by their text."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from bot.stores.file import File, empty_log, scrub, size, transaction
from bot.stores.fresh import up_to_date
from bot.stores.migrations import bring_up
from bot.stores.port import LEASE, NOTHING, REMEMBERED, Census, Conflict, Deed, Key, Opened, Parcel, Pulse, Stored
from bot.stores.sealing import Seal, is_wrapped

if TYPE_CHECKING:
    from sqlalchemy import Connection

_Outcome = TypeVar("_Outcome")

SMALL = 16 * 2**20
"""Bytes of a file that is rewritten while people wait: that takes some tenths of a second. (200 MB take three to six seconds.)"""
QUIET, OVERDUE = 60.0, 3600.0
"""Seconds: a larger file is rewritten when nobody has done anything for so long, and after so long in any case."""

_OPEN = """SELECT session, rev, notes, memo, touched, version FROM conversations WHERE key = ?"""
_SEEN = """SELECT said FROM updates WHERE channel = ? AND id = ?"""
_ADD = """INSERT INTO conversations (rev, version, session, notes, touched, key, memo) VALUES (1, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING RETURNING memo"""
_CHANGE = """UPDATE conversations SET rev = rev + 1, version = ?, session = ?, notes = ?, touched = ? WHERE key = ? AND rev = ?
RETURNING memo"""
_ERASE = """DELETE FROM conversations WHERE key = ? AND rev = ?"""
_REV = """SELECT rev FROM conversations WHERE key = ?"""
_MARK = """INSERT INTO updates (channel, id, at, said) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_POST = """INSERT INTO outbox (key, payload, owner, lease, tries, at)
VALUES (?1, ?2, CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE key = ?1) THEN NULL ELSE ?3 END, ?4, 0, ?5) RETURNING id, owner"""
_DONE = """DELETE FROM outbox WHERE id = ? AND owner = ?"""
_MEMO = """UPDATE conversations SET memo = ? WHERE key = ?"""
_NEXT = """SELECT id, owner, tries FROM outbox WHERE key = ? ORDER BY id LIMIT 1"""
_TAKEN = """SELECT o.id, o.key, o.payload, o.tries, c.memo FROM outbox o LEFT JOIN conversations c ON c.key = o.key WHERE o.id = ?"""
_OWN = """UPDATE outbox SET owner = ?, lease = ?, tries = ? WHERE id = ?"""
_LEFT = """UPDATE outbox SET payload = ? WHERE id = ? AND owner = ?"""
_WAITING = """SELECT id, key, owner, lease, tries FROM outbox WHERE id IN (SELECT min(id) FROM outbox GROUP BY key) ORDER BY id"""
_OWED = """UPDATE traits SET value = CAST(value AS INTEGER) + 1 WHERE name = 'owed'"""


class SqliteStore:
    """Keeps conversations in a SQLite file that only its owner can read.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``sqlite:///path``; the file and its folder are made if they are missing.
        seal: hashes chats, and encrypts if it has a key.
        clock: gives seconds since the epoch.
    """

    def __init__(self, url: str, seal: Seal | None = None, clock: Callable[[], float] = time.time) -> None:
        self.file, self.seal, self.clock = File(url), seal or Seal(), clock
        self._lull = _Lull()

    async def start(self) -> None:
        """Opens the database, migrates its tables, and makes good what a killed process owed.

        Raises:
            StoreUnavailable: it cannot be opened, or a newer program left it, or its key is another one.
        """
        if not await self.file.run_aside(up_to_date):
            await self.file.administer(bring_up)
        pepper = await self.file.run_aside(_trait, "pepper")
        self.seal.use(pepper)
        if self.seal.encrypts and not is_wrapped(pepper):
            await self.file.run_aside(_wrapped, self.seal.wrapped(pepper))
        await self.scrub()

    async def open(self, key: Key, update: int | None = None) -> Opened:
        """The conversation, and whether an update was applied before."""
        row, mark = await self.file.run(_opened, self.seal.name(key), key.channel, update)
        return Opened(self._stored(row) if row else None, mark is not None, mark[0] if mark else "")

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""
        return (await self.open(key)).stored

    async def save(self, key: Key, stored: Stored, deed: Deed = NOTHING) -> Parcel | None:
        """Writes ``stored`` and the deed if the kept rev still equals ``stored.rev``; killing the process then loses nothing.

        Raises:
            Conflict: the kept rev is another one, or the update is known.
            StoreUnavailable: nothing was written.
        """
        text, name = self.seal.text, self.seal.name(key)
        row = (stored.version, text(stored.session), text(stored.notes), stored.touched, name)
        first = text(stored.memo) if not stored.rev else ""
        memo, posted = await self.file.run(_saved, row, stored.rev or first, self._done(name, key, deed))
        self.file.written()
        return self._posted(name, deed, posted, memo)

    async def erase(self, key: Key, rev: int, deed: Deed = NOTHING) -> Parcel | None:
        """Removes the conversation and writes the deed; ``scrub`` then removes every byte."""
        name = self.seal.name(key)
        posted = await self.file.run(_erased, name, rev, self._done(name, key, deed))
        return self._posted(name, deed, posted, None)

    async def skip(self, key: Key, deed: Deed) -> Parcel | None:
        """Writes the deed alone; nothing where the update is known."""
        name = self.seal.name(key)
        try:
            memo, posted = await self.file.run(_skipped, name, self._done(name, key, deed))
        except Conflict:
            return None
        return self._posted(name, deed, posted, memo)

    async def complete(self, parcel: Parcel, owner: str, memo: Mapping[str, Any] | None = None) -> Parcel | None:
        """Removes a parcel that was sent; gives the next one of the conversation, which is the owner's now."""
        kept = None if memo is None else self.seal.text(memo)
        row = await self.file.run(_completed, (parcel.id, owner), parcel.key, kept, self.clock() + LEASE)
        self.file.written()
        return None if row is None else self._taken(row)

    async def progress(self, parcel: Parcel, owner: str, payload: Mapping[str, Any]) -> bool:
        """Replaces what is left to send; False where another worker has taken over."""
        return await self.file.run(_changed, _LEFT, (self.seal.text(payload), parcel.id, owner)) == 1

    async def claim(self, owner: str, census: Census) -> Sequence[Parcel]:
        """Takes over what nobody sends."""
        return [self._taken(row) for row in await self.file.run(_claimed, owner, census, self.clock())]

    async def owners(self) -> Collection[str]:
        """The workers that own rows of the outbox."""
        return [row[0] for row in await self.file.run(_all, "SELECT DISTINCT owner FROM outbox WHERE owner IS NOT NULL", ())]

    async def release(self, owner: str) -> None:
        """Gives up everything that a worker owns, and its place among the workers."""
        await self.file.run(_released, owner)

    async def beat(self, owner: str, held: float = 0.0) -> Pulse:
        """Gives a sign of life; tells which workers gave one lately, and until when none may send."""
        return Pulse(*await self.file.run(_beaten, owner, self.clock(), held))

    async def backlog(self) -> tuple[int, float]:
        """How many rows the outbox has, and since when the oldest waits."""
        ((rows, oldest),) = await self.file.run(_all, "SELECT count(*), coalesce(min(at), 0.0) FROM outbox", ())
        return rows, oldest

    async def purge(self, untouched_since: float) -> int:
        """Erases, byte for byte, every conversation last touched before that time; tells how many. Forgets old update ids."""
        erased = await self.file.run_aside(_purged, untouched_since, self.clock() - REMEMBERED)
        await self.scrub()
        return erased

    async def scrub(self, *, thorough: bool = False) -> None:
        """Removes every byte of what was erased, if that is owed.

        What was erased is overwritten where it stands, and leaves the log, at once. Copies of it that stay in other pages go when the
        file is rewritten; a large one is rewritten at a quiet time, as nobody can write meanwhile.

        Raises:
            StoreUnavailable: the bytes are not gone for certain; it stays owed.
        """
        owed, large, last = await self.file.run(_owing)
        if owed == "0":
            return
        if thorough or not large or self._lull.came(last, self.clock()):
            await self.file.run_aside(_scrubbed)
            self._lull = _Lull()
        elif owed != self._lull.emptied:
            await self.file.run_aside(empty_log)
            self._lull.emptied = owed

    async def administer(self, job: Callable[[Connection], _Outcome]) -> _Outcome:
        """Does a job on the whole database, over a connection in autocommit mode."""
        return await self.file.administer(job)

    async def close(self) -> None:
        """Lets go of the database; the last one to do so leaves a single file behind. A closed store is not opened again."""
        await self.file.close()

    def _stored(self, row: tuple[Any, ...]) -> Stored:
        session, rev, notes, memo, touched, version = row
        data = self.seal.data
        return Stored(data(session), rev, data(notes), data(memo), touched, version)

    def _taken(self, row: tuple[Any, ...]) -> Parcel:
        number, name, payload, tries, memo = row
        return Parcel(number, name, self.seal.data(payload), self.seal.data(memo) if memo else None, tries=tries)

    def _done(self, name: str, key: Key, deed: Deed) -> _Rows:
        now = self.clock()
        mark = None if deed.update is None else (key.channel, deed.update, now, deed.said)
        return mark, None if deed.payload is None else (name, self.seal.text(deed.payload), deed.owner, now + LEASE, now)

    def _posted(self, name: str, deed: Deed, posted: tuple[int, str | None] | None, memo: str | None) -> Parcel | None:
        if posted is None or deed.payload is None:
            return None
        return Parcel(posted[0], name, deed.payload, self.seal.data(memo) if memo else None, owned=posted[1] is not None)


class _Lull:
    """Waits for a time at which nobody does anything. ``emptied``: what is owed and is no more in the log beside the file."""

    def __init__(self) -> None:
        self.emptied = ""
        self._last: object = self
        self._since = self._begun = 0.0

    def came(self, last: object, now: float) -> bool:
        """Whether nothing has happened for long enough, or it was waited for long enough; asked every few seconds.

        Args:
            last: names what happened last, in any process.
            now: seconds since the epoch.
        """
        self._begun = self._begun or now
        if last != self._last:
            self._last, self._since = last, now
        return now - self._since >= QUIET or now - self._begun >= OVERDUE


_Rows = tuple[tuple[Any, ...] | None, tuple[Any, ...] | None]
"""What a deed writes: the row of an update, and that of the outbox."""


def _opened(connection: sqlite3.Connection, name: str, channel: str, update: int | None) -> tuple[Any, Any]:
    row = connection.execute(_OPEN, (name,)).fetchone()
    return row, None if update is None else connection.execute(_SEEN, (channel, update)).fetchone()


def _saved(connection: sqlite3.Connection, row: tuple[Any, ...], was: int | str, rows: _Rows) -> tuple[str, Any]:
    """``was`` is the rev that was read, or the memo of a conversation that begins."""
    with transaction(connection):
        memo = connection.execute(_CHANGE if isinstance(was, int) else _ADD, (*row, was)).fetchone()
        if memo is None:
            raise Conflict
        return memo[0], _done(connection, rows)


def _erased(connection: sqlite3.Connection, name: str, rev: int, rows: _Rows) -> Any:
    with transaction(connection):
        if connection.execute(_ERASE, (name, rev)).rowcount != (rev > 0) or (not rev and connection.execute(_REV, (name,)).fetchone()):
            raise Conflict
        connection.execute(_OWED)
        return _done(connection, rows)


def _skipped(connection: sqlite3.Connection, name: str, rows: _Rows) -> tuple[str | None, Any]:
    with transaction(connection):
        posted = _done(connection, rows)
        row = connection.execute(_OPEN, (name,)).fetchone()
        return row[3] if row else None, posted


def _done(connection: sqlite3.Connection, rows: _Rows) -> Any:
    mark, post = rows
    if mark is not None and connection.execute(_MARK, mark).rowcount != 1:
        raise Conflict
    return None if post is None else connection.execute(_POST, post).fetchone()


def _completed(connection: sqlite3.Connection, done: tuple[int, str], name: str, memo: str | None, lease: float) -> Any:
    with transaction(connection):
        if connection.execute(_DONE, done).rowcount != 1:
            return None
        if memo is not None:
            connection.execute(_MEMO, (memo, name))
        following = connection.execute(_NEXT, (name,)).fetchone()
        if following is None or following[1] not in (None, done[1]):
            return None
        return _owned(connection, following[0], done[1], lease, following[2])


def _claimed(connection: sqlite3.Connection, owner: str, census: Census, now: float) -> list[tuple[Any, ...]]:
    if not any(_is_free(row, owner, census, now) for row in connection.execute(_WAITING).fetchall()):
        return []  # found without keeping anybody out
    with transaction(connection):
        free = [row for row in connection.execute(_WAITING).fetchall() if _is_free(row, owner, census, now)]
        return [_owned(connection, row[0], owner, now + LEASE, row[4] + (row[2] is not None)) for row in free]


def _owned(connection: sqlite3.Connection, number: int, owner: str, lease: float, tries: int) -> tuple[Any, ...]:
    """The row of the outbox, given to a worker, and the memo of its conversation."""
    connection.execute(_OWN, (owner, lease, tries, number))
    row: tuple[Any, ...] = connection.execute(_TAKEN, (number,)).fetchone()
    return row


def _is_free(row: tuple[Any, ...], owner: str, census: Census, now: float) -> bool:
    number, _, former, lease, _ = row
    if former is None or former in census.dead:
        return True
    if former == owner:
        return number not in census.hand
    return bool(lease < now and former in census.unseen)


def _released(connection: sqlite3.Connection, owner: str) -> None:
    with transaction(connection):
        connection.execute("UPDATE outbox SET owner = NULL WHERE owner = ?", (owner,))
        connection.execute("DELETE FROM workers WHERE owner = ?", (owner,))


def _beaten(connection: sqlite3.Connection, owner: str, now: float, held: float) -> tuple[list[str], float]:
    with transaction(connection):
        connection.execute(
            "INSERT INTO workers (owner, beat) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET beat = excluded.beat", (owner, now)
        )
        connection.execute("UPDATE outbox SET lease = ? WHERE owner = ?", (now + LEASE, owner))
        connection.execute("DELETE FROM workers WHERE beat < ?", (now - REMEMBERED,))
        if held:
            connection.execute("INSERT OR REPLACE INTO traits (name, value) VALUES ('held', ?)", (str(held),))
        living = [row[0] for row in connection.execute("SELECT owner FROM workers WHERE beat > ?", (now - LEASE,))]
        known = connection.execute("SELECT value FROM traits WHERE name = 'held'").fetchone()
        return living, float(known[0]) if known else 0.0


def _purged(connection: sqlite3.Connection, since: float, forgotten: float) -> int:
    with transaction(connection):
        erased = connection.execute("DELETE FROM conversations WHERE touched < ?", (since,)).rowcount
        unsent = connection.execute("DELETE FROM outbox WHERE at < ?", (since,)).rowcount
        connection.execute("DELETE FROM updates WHERE at < ?", (forgotten,))
        if erased or unsent:
            connection.execute(_OWED)
        return erased


def _owing(connection: sqlite3.Connection) -> tuple[str, bool, Any]:
    """Whether bytes are still to be removed, from a large file, and the id of the last reply that was saved."""
    owed = _trait(connection, "owed")
    if owed == "0":
        return owed, False, None
    return owed, size(connection) > SMALL, connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()


def _scrubbed(connection: sqlite3.Connection) -> None:
    owed = _trait(connection, "owed")
    scrub(connection)
    # Whoever erased something meanwhile is owed another time.
    connection.execute("UPDATE traits SET value = '0' WHERE name = 'owed' AND value = ?", (owed,))


def _trait(connection: sqlite3.Connection, name: str) -> str:
    return str(connection.execute("SELECT value FROM traits WHERE name = ?", (name,)).fetchone()[0])


def _wrapped(connection: sqlite3.Connection, pepper: str) -> None:
    """Keeps the secret of the hashes encrypted; the bytes it had before are to go."""
    with transaction(connection):
        connection.execute("UPDATE traits SET value = ? WHERE name = 'pepper'", (pepper,))
        connection.execute(_OWED)


def _changed(connection: sqlite3.Connection, statement: str, values: tuple[Any, ...]) -> int:
    return connection.execute(statement, values).rowcount


def _all(connection: sqlite3.Connection, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return connection.execute(statement, values).fetchall()
