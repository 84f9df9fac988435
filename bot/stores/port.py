"""What every store promises. The same tests run against each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Connection

LEASE = 15.0
"""Seconds for which a worker that gives no sign of life keeps the replies it was about to send."""
REMEMBERED = 48 * 3600.0
"""Seconds for which the id of an update is kept. Telegram brings an update again for a day at most."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which conversation: the channel, the chat and the thread in it (empty where there are none)."""

    channel: str
    chat: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """One conversation as it is kept.

    Attributes:
        session: the session as JSON-ready data (see ``flows.dialog.codec``).
        rev: counts saves; a save names the rev it read.
        notes: what the channel keeps with every turn, JSON-ready.
        memo: what the channel knows of the messages it sent, JSON-ready; written by whoever sends (``complete``), not by a save.
        touched: when a person last did something, seconds since the epoch.
        version: of the knowledge that the session was saved with.
    """

    session: Mapping[str, Any]
    rev: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)
    memo: Mapping[str, Any] = field(default_factory=dict)
    touched: float = 0.0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known before a turn.

    Attributes:
        stored: the conversation, None if nothing is kept of it.
        seen: the update was applied before.
        said: what its ``Deed`` said, if it was.
    """

    stored: Stored | None
    seen: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What is written in the same transaction as a turn.

    Attributes:
        update: the id of the update that brought it about; recorded as seen.
        payload: the replies, ready to be sent, JSON-ready; they become a row of the outbox.
        owner: the worker that means to send them.
        said: a word that goes out at once and beside the outbox; kept with the id of the update.
    """

    update: int | None = None
    payload: Mapping[str, Any] | None = None
    owner: str = ""
    said: str = ""


NOTHING = Deed()
"""Nothing goes along with a turn."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A row of the outbox.

    Attributes:
        id: rows are sent in the order of their ids within a conversation.
        key: names the conversation, without telling which chat it is.
        payload: what is to be sent.
        memo: of the conversation; None where nothing is kept of it any more.
        owned: whoever asked may send it now; else an earlier row of the conversation is still on its way.
        tries: how many workers died or gave up on it.
    """

    id: int
    key: str
    payload: Mapping[str, Any]
    memo: Mapping[str, Any] | None
    owned: bool = True
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a worker learns when it gives a sign of life: which workers gave one lately, and until when none of them may send."""

    living: Collection[str] = ()
    held: float = 0.0


@dataclass(frozen=True, slots=True)
class Census:
    """What a worker knows when it looks for rows to send.

    Attributes:
        hand: rows that it has in hand.
        dead: owners that it knows to be dead.
        unseen: owners of whom nothing can be seen from here: they are as good as dead when their lease has ended. Whoever is neither
            lives, or has come to own something since it looked.
    """

    hand: Collection[int] = ()
    dead: Collection[str] = ()
    unseen: Collection[str] = ()


class Conflict(Exception):
    """Somebody else saved in between; load again and repeat the turn."""


class StoreUnavailable(Exception):
    """The database cannot be reached or written now; nothing was changed."""


class NewerDatabase(StoreUnavailable):
    """A newer program left the database; it is left as it is."""


class KeyRefused(StoreUnavailable):
    """What the database holds was encrypted with a key that is not among those given."""


class Store(Protocol):
    """Keeps one row per conversation, the ids of updates, and the replies that are not out yet.

    Whatever is saved is saved before the call returns, whatever becomes of the process then. Every method may raise
    ``StoreUnavailable``.
    """

    async def start(self) -> None:
        """Opens the database and brings its tables up to date.

        Raises:
            StoreUnavailable: it cannot be opened.
        """

    async def open(self, key: Key, update: int | None = None) -> Opened:
        """The conversation, and whether an update was applied before."""

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""

    async def save(self, key: Key, stored: Stored, deed: Deed = NOTHING) -> Parcel | None:
        """Writes ``stored`` with the next rev if the kept rev still equals ``stored.rev`` (0: nothing is kept yet), and the deed.

        Returns:
            The replies as a parcel, if the deed has any.

        Raises:
            Conflict: the kept rev is another one, or the update is known; nothing was written.
        """

    async def erase(self, key: Key, rev: int, deed: Deed = NOTHING) -> Parcel | None:
        """Removes the conversation if the kept rev still equals ``rev``, and writes the deed. ``scrub`` then removes every trace.

        Raises:
            Conflict: as for ``save``.
        """

    async def skip(self, key: Key, deed: Deed) -> Parcel | None:
        """Writes the deed alone; nothing where the update is known."""

    async def complete(self, parcel: Parcel, owner: str, memo: Mapping[str, Any] | None = None) -> Parcel | None:
        """Removes a parcel that was sent, and keeps the memo (None: as it is).

        Returns:
            The next parcel of the conversation, which is the owner's now; None if there is none, or if another worker has
            taken over.
        """

    async def progress(self, parcel: Parcel, owner: str, payload: Mapping[str, Any]) -> bool:
        """Replaces what is left to send; False where another worker has taken over."""

    async def claim(self, owner: str, census: Census) -> Sequence[Parcel]:
        """Takes over what nobody sends: the oldest row of a conversation where it has no owner, or one that is dead."""

    async def owners(self) -> Collection[str]:
        """The workers that own rows of the outbox."""

    async def release(self, owner: str) -> None:
        """Gives up everything that a worker owns, and its place among the workers."""

    async def beat(self, owner: str, held: float = 0.0) -> Pulse:
        """Gives a sign of life, which renews the leases.

        Args:
            owner: who lives.
            held: until when no worker may send, seconds since the epoch; 0: nobody told this one to wait. Kept for the others.

        Returns:
            Which workers gave a sign lately, and what was last kept of waiting (0: nothing, ever).
        """

    async def backlog(self) -> tuple[int, float]:
        """How many rows the outbox has, and since when the oldest waits (seconds since the epoch; 0 if there is none)."""

    async def purge(self, untouched_since: float) -> int:
        """Erases, byte for byte, every conversation last touched before that time; tells how many. Forgets old update ids."""

    async def scrub(self, *, thorough: bool = False) -> None:
        """Removes every byte of what was erased, if that is owed. Called every few seconds.

        Args:
            thorough: now and wholly, although others have to wait; else a large database takes a time at which they need not.

        Raises:
            StoreUnavailable: the bytes are not gone for certain; it stays owed.
        """

    async def close(self) -> None:
        """Lets go of the database."""


_Outcome = TypeVar("_Outcome")


class Administered(Store, Protocol):
    """A store in a database that can be worked on as a whole."""

    async def administer(self, job: Callable[[Connection], _Outcome]) -> _Outcome:
        """Does a job over a connection in autocommit mode.

        Raises:
            StoreUnavailable: it cannot be done.
        """
