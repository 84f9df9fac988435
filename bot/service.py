"""The one use case: load, turn, save; the channel then sends. One turn at a time per conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.stores.port import Conflict, Key, Store, Stored
from flows.dialog.codec import from_data, to_data
from flows.dialog.events import Event
from flows.dialog.replies import Reply
from flows.dialog.session import Session
from flows.dialog.turn import repaint, turn
from flows.knowledge.loader import Knowledge

TRIES = 5
REMEMBERED_UPDATES = 40


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a channel has to send after a turn that was saved.

    ``before`` is the session as it was. ``again`` tells that the update had been applied before: the replies only show
    the current screen once more. ``memo`` is what the channel kept last time; ``erased`` that nothing is kept any more.
    ``event`` is what was applied.
    """

    before: Session
    event: Event
    session: Session
    replies: tuple[Reply, ...]
    memo: Mapping[str, Any]
    again: bool = False
    erased: bool = False


Decide = Callable[[Session, Mapping[str, Any]], Event | None]
"""Tells the event, given the session and the channel's memo as they are kept; None where there is nothing to do."""


class Service:
    """Holds consultations for any channel.

    Args:
        knowledge: the loaded knowledge.
        store: where conversations are kept.
        clock: gives seconds since the epoch.
    """

    def __init__(self, knowledge: Knowledge, store: Store, clock: Callable[[], float]) -> None:
        self.knowledge, self.store, self.clock = knowledge, store, clock
        self._turns: dict[Key, tuple[asyncio.Lock, int]] = {}

    async def handle(self, key: Key, event: Event, language: str, update: int | None = None) -> Spoken:
        """Applies an event and saves the outcome before it is returned. Arguments and errors as for ``decide``."""
        spoken = await self.decide(key, lambda _session, _memo: event, language, update)
        assert spoken is not None  # noqa: S101 - an event was given
        return spoken

    async def decide(self, key: Key, event_of: Decide, language: str, update: int | None = None) -> Spoken | None:
        """Applies the event that the kept session calls for, and saves the outcome before it is returned.

        Args:
            key: the conversation.
            event_of: what the person did, seen beside the session; asked again where another process was faster.
            language: the language for a conversation that does not exist yet.
            update: the id of the update that brought the event; the same id is applied once.

        Returns:
            What to send; None where ``event_of`` gave nothing to do.

        Raises:
            StoreUnavailable: nothing was applied; the same update may be tried again.
        """
        async with self._one_at_a_time(key):
            for _ in range(TRIES):
                try:
                    return await self._attempt(key, event_of, language, update)
                except Conflict:
                    continue
            raise Conflict(f"{TRIES} saves in a row were overtaken")

    async def peek(self, key: Key) -> Session | None:
        """The session as it is kept, without a turn."""
        kept = await self.store.load(key)
        return from_data(kept.session) if kept else None

    async def _attempt(self, key: Key, event_of: Decide, language: str, update: int | None) -> Spoken | None:
        kept = await self.store.load(key)
        row = kept or Stored({})
        session = from_data(row.session) if kept else Session(language=language)
        event = event_of(session, row.memo)
        if event is None:
            return None
        if update is not None and update in row.seen:
            return Spoken(session, event, session, repaint(session, self.knowledge), row.memo, again=True)
        done = turn(session, event, self.knowledge, self.clock())
        if done.erase:
            await self.store.erase(key)
            return Spoken(session, event, done.session, done.replies, row.memo, erased=True)
        seen = row.seen if update is None else (*row.seen, update)[-REMEMBERED_UPDATES:]
        await self.store.save(key, replace(row, session=to_data(done.session), seen=seen, touched=done.session.touched))
        return Spoken(session, event, done.session, done.replies, row.memo)

    @asynccontextmanager
    async def _one_at_a_time(self, key: Key) -> AsyncIterator[None]:
        lock, waiting = self._turns.get(key, (asyncio.Lock(), 0))
        self._turns[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns[key]
            if waiting == 1:
                del self._turns[key]
            else:
                self._turns[key] = (lock, waiting - 1)
