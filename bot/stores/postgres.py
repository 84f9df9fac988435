"""Conversations, updates and outbox in PostgreSQL, for any number of workers: one round trip to load, one to save, one when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg

from bot.stores import statements as sql
from bot.stores.connections import CONNECT_SECONDS, Connections
from bot.stores.migrations import HEAD, UnknownRevision, bring_up
from bot.stores.port import NOTHING, Census, Conflict, Deed, Key, NewerDatabase, Opened, Parcel, Pulse, Stored, StoreUnavailable
from bot.stores.sealing import Seal, is_wrapped

if TYPE_CHECKING:
    from sqlalchemy import Connection as SyncConnection

_Outcome = TypeVar("_Outcome")

CHORE_SECONDS = 300.0
LOCK_SECONDS = 2
"""How long removing bytes waits for those who hold a table, while everybody else waits behind it."""
SMALL = 64 * 2**20
"""Bytes of a table that is rewritten within a second; a larger one is not rewritten while people wait."""


class PostgresStore:
    """Keeps conversations in PostgreSQL. Connections that are lost are made again.

    Args:
        url: ``postgresql+asyncpg://user:password@host/name``.
        seal: hashes chats, and encrypts if it has a key.
        clock: gives seconds since the epoch; None: the server's own clock counts.
    """

    def __init__(self, url: str, seal: Seal | None = None, clock: Callable[[], float] | None = None) -> None:
        self.address = url.replace("+asyncpg", "", 1)
        self.seal, self.clock = seal or Seal(), clock or _server_time
        self.connections = Connections(self.address)

    async def start(self) -> None:
        """Connects, migrates the tables, and makes good what a killed process owed.

        Raises:
            StoreUnavailable: the server cannot be reached, or a newer program left it, or its key is another one.
        """
        async with self.connections.lent() as connection:
            current = await _is_current(connection)
        if not current:
            await self.administer(bring_up)
        ((pepper,),) = await self.connections.ask(sql.TRAIT, "pepper")
        self.seal.use(pepper)
        if self.seal.encrypts and not is_wrapped(pepper):
            await self.connections.ask(sql.SET_TRAIT, "pepper", self.seal.wrapped(pepper), pepper)
            await self.connections.ask(sql.OWED)  # the bytes it had before are to go
        await self.scrub()

    async def open(self, key: Key, update: int | None = None) -> Opened:
        """The conversation, and whether an update was applied before."""
        ((session, rev, notes, memo, touched, version, said),) = await self.connections.ask(
            sql.OPEN, self.seal.name(key), key.channel, update
        )
        data = self.seal.data
        stored = None if session is None else Stored(data(session), rev, data(notes), data(memo), touched, version)
        return Opened(stored, said is not None, said or "")

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""
        return (await self.open(key)).stored

    async def save(self, key: Key, stored: Stored, deed: Deed = NOTHING) -> Parcel | None:
        """Writes ``stored`` and the deed if the kept rev still equals ``stored.rev``.

        Raises:
            Conflict: the kept rev is another one, or the update is known.
            StoreUnavailable: nothing was written, as far as can be known; bringing the same update again finds out.
        """
        text = self.seal.text
        row = (stored.version, text(stored.session), text(stored.notes), stored.touched, stored.rev or text(stored.memo))
        return await self._done(sql.CHANGE if stored.rev else sql.ADD, key, row, deed)

    async def erase(self, key: Key, rev: int, deed: Deed = NOTHING) -> Parcel | None:
        """Removes the conversation and writes the deed; ``scrub`` then removes what the server can be made to remove."""
        return await self._done(sql.ERASE if rev else sql.ERASE_NOTHING, key, (rev,), deed)

    async def skip(self, key: Key, deed: Deed) -> Parcel | None:
        """Writes the deed alone; nothing where the update is known."""
        try:
            return await self._done(sql.SKIP, key, (), deed)
        except Conflict:
            return None

    async def complete(self, parcel: Parcel, owner: str, memo: Mapping[str, Any] | None = None) -> Parcel | None:
        """Removes a parcel that was sent; gives the next one of the conversation, which is the owner's now."""
        kept = None if memo is None else self.seal.text(memo)
        rows = await self.connections.ask(sql.COMPLETE, parcel.id, owner, kept, self.clock())
        return self._taken(rows[0][:5]) if rows else None

    async def progress(self, parcel: Parcel, owner: str, payload: Mapping[str, Any]) -> bool:
        """Replaces what is left to send; False where another worker has taken over."""
        async with self.connections.lent() as connection:
            done = await connection.execute(sql.PROGRESS, self.seal.text(payload), parcel.id, owner)
        return bool(done == "UPDATE 1")

    async def claim(self, owner: str, census: Census) -> Sequence[Parcel]:
        """Takes over what nobody sends."""
        rows = await self.connections.ask(sql.CLAIM, owner, self.clock(), list(census.hand), list(census.dead), list(census.unseen))
        return [self._taken(row) for row in rows]

    async def owners(self) -> Collection[str]:
        """The workers that own rows of the outbox."""
        return [owner for (owner,) in await self.connections.ask(sql.OWNERS)]

    async def release(self, owner: str) -> None:
        """Gives up everything that a worker owns, and its place among the workers."""
        await self.connections.ask(sql.RELEASE, owner)

    async def beat(self, owner: str, held: float = 0.0) -> Pulse:
        """Gives a sign of life; tells which workers gave one lately, and until when none may send."""
        rows = await self.connections.ask(sql.BEAT, owner, self.clock(), str(held or ""))
        return Pulse([other for other, _ in rows], float(rows[0][1]))

    async def backlog(self) -> tuple[int, float]:
        """How many rows the outbox has, and since when the oldest waits."""
        ((rows, oldest),) = await self.connections.ask(sql.BACKLOG)
        return rows, oldest

    async def purge(self, untouched_since: float) -> int:
        """Erases every conversation last touched before that time; tells how many. Forgets old update ids."""
        async with self.connections.lent() as connection:
            erased = await connection.fetchval(sql.PURGE, untouched_since, self.clock(), timeout=CHORE_SECONDS)
        await self.scrub()
        return int(erased)

    async def scrub(self, *, thorough: bool = False) -> None:
        """Rewrites the tables without what was erased, if that is owed; a large one, unless thorough, is only freed to be written over.

        What the server keeps in its log, and what its administrator keeps in backups, is not reached.

        Raises:
            StoreUnavailable: not now; it stays owed.
        """
        ((owed,),) = await self.connections.ask(sql.TRAIT, "owed")
        if owed != "0":
            async with self.connections.lent() as connection:
                await connection.execute(f"SET lock_timeout = {LOCK_SECONDS * 1000:.0f}")
                try:
                    await _scrubbed(connection, thorough=thorough)
                finally:
                    await connection.execute("RESET lock_timeout")

    async def administer(self, job: Callable[[SyncConnection], _Outcome]) -> _Outcome:
        """Does a job on the whole database, over a connection of its own in autocommit mode.

        Raises:
            StoreUnavailable: it cannot be done.
        """
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # noqa: PLC0415 - takes long to load, and is seldom needed
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - as above
        from sqlalchemy.pool import NullPool  # noqa: PLC0415 - as above

        async def connected(*_: Any, **__: Any) -> Any:
            return await asyncpg.connect(self.address, timeout=CONNECT_SECONDS)

        engine = create_async_engine(
            "postgresql+asyncpg://", async_creator=connected, isolation_level="AUTOCOMMIT", poolclass=NullPool, hide_parameters=True
        )
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(job)
        except UnknownRevision as fault:
            raise NewerDatabase(str(fault)) from None
        except (SQLAlchemyError, OSError) as fault:  # of its own as well, where the connection broke in between
            raise StoreUnavailable(type(fault.orig if isinstance(fault, DBAPIError) else fault).__name__) from None
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Lets go of the server."""
        await self.connections.close()

    async def _done(self, statement: str, key: Key, row: tuple[Any, ...], deed: Deed) -> Parcel | None:
        """Carries out a statement that ends with a deed.

        Raises:
            Conflict: it found nothing to do, or the update is known.
        """
        name = self.seal.name(key)
        payload = None if deed.payload is None else self.seal.text(deed.payload)
        try:
            rows = await self.connections.ask(statement, name, *row, self.clock(), key.channel, deed.update, deed.said, payload, deed.owner)
        except asyncpg.UniqueViolationError:
            raise Conflict from None  # a chained fault would take what was typed to the log
        if not rows:
            raise Conflict
        memo, number, owner = rows[0]
        if number is None or deed.payload is None:
            return None
        return Parcel(number, name, deed.payload, self.seal.data(memo) if memo else None, owned=owner is not None)

    def _taken(self, row: Sequence[Any]) -> Parcel:
        number, name, payload, tries, memo = row
        return Parcel(number, name, self.seal.data(payload), self.seal.data(memo) if memo else None, tries=tries)


async def _is_current(connection: Any) -> bool:
    """Whether there is nothing to migrate; found out without what migrating needs, as that takes long to load."""
    if not await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
        return False
    return bool(await connection.fetchval("SELECT version_num FROM alembic_version") == HEAD)


async def _scrubbed(connection: Any, *, thorough: bool) -> None:
    await connection.execute("SELECT pg_advisory_lock($1)", sql.LOCK)
    try:
        owed = await connection.fetchval(sql.TRAIT, "owed")
        if owed == "0":  # another worker was faster
            return
        small = thorough or await connection.fetchval(sql.SIZE) < SMALL
        for table in ("traits", "outbox", "conversations"):
            full = small or table != "conversations"
            await connection.execute(f"VACUUM {'FULL ' if full else ''}{table}", timeout=CHORE_SECONDS)
        # Whoever erased something meanwhile is owed another time.
        await connection.fetch(sql.SET_TRAIT, "owed", "0", owed)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", sql.LOCK)


def _server_time() -> None:
    """No time of our own: the server's counts."""
