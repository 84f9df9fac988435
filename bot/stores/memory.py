"""A store that forgets with the process: the promises at their plainest, for tests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.stores.port import LEASE, NOTHING, REMEMBERED, Census, Conflict, Deed, Key, Opened, Parcel, Pulse, Stored


@dataclass(slots=True)
class _Row:
    """A row of the outbox."""

    key: Key
    payload: Mapping[str, Any]
    owner: str | None
    lease: float
    at: float
    tries: int = 0


class MemoryStore:
    """Keeps conversations in a dictionary, each in a copy that no caller can reach into.

    Args:
        clock: gives seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._rows: dict[Key, Stored] = {}
        self._updates: dict[tuple[str, int], tuple[float, str]] = {}
        self._outbox: dict[int, _Row] = {}
        self._beats: dict[str, float] = {}
        self._held = 0.0
        self._last = 0

    async def start(self) -> None:
        """Has nothing to open."""

    async def open(self, key: Key, update: int | None = None) -> Opened:
        """The conversation, and whether an update was applied before."""
        known = None if update is None else self._updates.get((key.channel, update))
        return Opened(await self.load(key), known is not None, known[1] if known else "")

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""
        kept = self._rows.get(key)
        return _copy(kept) if kept else None

    async def save(self, key: Key, stored: Stored, deed: Deed = NOTHING) -> Parcel | None:
        """Keeps ``stored`` and the deed if the kept rev still equals ``stored.rev``, and raises Conflict otherwise."""
        kept = self._checked(key, stored.rev, deed)
        self._rows[key] = _copy(replace(stored, rev=stored.rev + 1, memo=kept.memo if kept else stored.memo))
        return self._done(key, deed)

    async def erase(self, key: Key, rev: int, deed: Deed = NOTHING) -> Parcel | None:
        """Removes the conversation and keeps the deed."""
        self._checked(key, rev, deed)
        self._rows.pop(key, None)
        return self._done(key, deed)

    async def skip(self, key: Key, deed: Deed) -> Parcel | None:
        """Keeps the deed alone."""
        return None if self._known(key, deed) else self._done(key, deed)

    async def complete(self, parcel: Parcel, owner: str, memo: Mapping[str, Any] | None = None) -> Parcel | None:
        """Removes a parcel; gives the next one of the conversation."""
        row = self._outbox.get(parcel.id)
        if row is None or row.owner != owner:
            return None
        del self._outbox[parcel.id]
        if memo is not None and (kept := self._rows.get(row.key)):
            self._rows[row.key] = _copy(replace(kept, memo=memo))
        number = min((number for number, other in self._outbox.items() if other.key == row.key), default=0)
        return self._taken(number, owner) if number and self._outbox[number].owner in (None, owner) else None

    async def progress(self, parcel: Parcel, owner: str, payload: Mapping[str, Any]) -> bool:
        """Replaces what is left to send."""
        row = self._outbox.get(parcel.id)
        if row is None or row.owner != owner:
            return False
        row.payload = _plain(payload)
        return True

    async def claim(self, owner: str, census: Census) -> Sequence[Parcel]:
        """Takes over what nobody sends."""
        oldest: dict[Key, int] = {}
        for number in sorted(self._outbox):
            oldest.setdefault(self._outbox[number].key, number)
        free = [number for number in oldest.values() if self._is_free(number, owner, census)]
        for number in free:
            self._outbox[number].tries += self._outbox[number].owner is not None
        return [self._taken(number, owner) for number in free]

    async def owners(self) -> Collection[str]:
        """The workers that own rows."""
        return {row.owner for row in self._outbox.values() if row.owner}

    async def release(self, owner: str) -> None:
        """Gives up everything that a worker owns."""
        self._beats.pop(owner, None)
        for row in self._outbox.values():
            row.owner = None if row.owner == owner else row.owner

    async def beat(self, owner: str, held: float = 0.0) -> Pulse:
        """Gives a sign of life."""
        self._held = held or self._held
        self._beats[owner] = self.clock()
        for row in self._outbox.values():
            if row.owner == owner:
                row.lease = self.clock() + LEASE
        return Pulse({name for name, at in self._beats.items() if at > self.clock() - LEASE}, self._held)

    async def backlog(self) -> tuple[int, float]:
        """How many rows the outbox has, and since when the oldest waits."""
        return len(self._outbox), min((row.at for row in self._outbox.values()), default=0.0)

    async def purge(self, untouched_since: float) -> int:
        """Erases every conversation last touched before that time; tells how many."""
        old = [key for key, kept in self._rows.items() if kept.touched < untouched_since]
        for key in old:
            del self._rows[key]
        self._outbox = {number: row for number, row in self._outbox.items() if row.at >= untouched_since}
        self._updates = {name: known for name, known in self._updates.items() if known[0] > self.clock() - REMEMBERED}
        return len(old)

    async def scrub(self, *, thorough: bool = False) -> None:
        """Owes nothing."""

    async def close(self) -> None:
        """Has nothing to let go of."""

    def _checked(self, key: Key, rev: int, deed: Deed) -> Stored | None:
        kept = self._rows.get(key)
        if (kept.rev if kept else 0) != rev or self._known(key, deed):
            raise Conflict
        return kept

    def _known(self, key: Key, deed: Deed) -> bool:
        return deed.update is not None and (key.channel, deed.update) in self._updates

    def _done(self, key: Key, deed: Deed) -> Parcel | None:
        if deed.update is not None:
            self._updates[key.channel, deed.update] = (self.clock(), deed.said)
        if deed.payload is None:
            return None
        owned = all(row.key != key for row in self._outbox.values())
        self._last += 1
        self._outbox[self._last] = _Row(key, _plain(deed.payload), deed.owner if owned else None, self.clock() + LEASE, self.clock())
        return self._parcel(self._last, owned=owned)

    def _is_free(self, number: int, owner: str, census: Census) -> bool:
        row = self._outbox[number]
        if row.owner is None or row.owner in census.dead:
            return True
        if row.owner == owner:
            return number not in census.hand
        return row.lease < self.clock() and row.owner in census.unseen

    def _taken(self, number: int, owner: str) -> Parcel:
        row = self._outbox[number]
        row.owner, row.lease = owner, self.clock() + LEASE
        return self._parcel(number, owned=True)

    def _parcel(self, number: int, *, owned: bool) -> Parcel:
        row = self._outbox[number]
        kept = self._rows.get(row.key)
        return Parcel(number, str(row.key), _plain(row.payload), _plain(kept.memo) if kept else None, owned, row.tries)


def _plain(data: Any) -> Any:
    # By way of JSON, so that whatever a database could not keep fails here as well.
    return json.loads(json.dumps(data))


def _copy(stored: Stored) -> Stored:
    return replace(stored, session=_plain(stored.session), notes=_plain(stored.notes), memo=_plain(stored.memo))
