"""What every store promises. The same tests run against each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


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
        memo: what the channel needs to go on (ids of messages it sent), JSON-ready.
        seen: ids of the last updates that were applied, oldest first.
        touched: when a person last did something, seconds since the epoch.
    """

    session: Mapping[str, Any]
    rev: int = 0
    memo: Mapping[str, Any] = field(default_factory=dict)
    seen: tuple[int, ...] = ()
    touched: float = 0.0


class Conflict(Exception):
    """Somebody else saved in between; load again and repeat the turn."""


class StoreUnavailable(Exception):
    """The database cannot be reached or written now; nothing was changed."""


class Store(Protocol):
    """Keeps one row per conversation."""

    async def start(self) -> None:
        """Opens the database and brings its tables up to date.

        Raises:
            StoreUnavailable: it cannot be opened.
        """

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""

    async def save(self, key: Key, stored: Stored) -> Stored:
        """Writes ``stored`` if the kept rev still equals ``stored.rev`` (0: nothing is kept yet), durably.

        Returns:
            The same with its new rev.

        Raises:
            Conflict: the kept rev is another one.
            StoreUnavailable: nothing was written.
        """

    async def remember(self, key: Key, memo: Mapping[str, Any]) -> None:
        """Replaces the memo alone, whatever the rev; does nothing where the conversation is gone."""

    async def erase(self, key: Key) -> bool:
        """Removes every trace of the conversation; tells whether there was one."""

    async def purge(self, untouched_since: float) -> int:
        """Erases every conversation last touched before that time; tells how many."""

    async def close(self) -> None:
        """Lets go of the database."""
