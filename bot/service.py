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

    ``again`` tells that the update had been applied before: the replies only show the current screen once more.
    ``memo`` is what the channel kept last time; ``erased`` that nothing is kept any more.
    """

    session: Session
    replies: tuple[Reply, ...]
    memo: Mapping[str, Any]
    again: bool = False
    erased: bool = False


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
        """Applies an event and saves the outcome before it is returned.

        Args:
            key: the conversation.
            event: what the person did.
            language: the language for a conversation that does not exist yet.
            update: the id of the update that brought the event; the same id is applied once.

        Raises:
            StoreUnavailable: nothing was applied; the same update may be tried again.
        """
        async with self._one_at_a_time(key):
            for _ in range(TRIES):
                try:
                    return await self._attempt(key, event, language, update)
                except Conflict:
                    continue
            raise Conflict(f"{TRIES} saves in a row were overtaken")

    async def peek(self, key: Key) -> Session | None:
        """The session as it is kept, without a turn."""
        kept = await self.store.load(key)
        return from_data(kept.session) if kept else None

    async def _attempt(self, key: Key, event: Event, language: str, update: int | None) -> Spoken:
        kept = await self.store.load(key)
        session = from_data(kept.session) if kept else Session(language=language)
        if kept and update is not None and update in kept.seen:
            return Spoken(session, repaint(session, self.knowledge), kept.memo, again=True)
        done = turn(session, event, self.knowledge, self.clock())
        if done.erase:
            await self.store.erase(key)
            return Spoken(done.session, done.replies, kept.memo if kept else {}, erased=True)
        seen = ((*(kept.seen if kept else ()), update) if update is not None else (kept.seen if kept else ()))[-REMEMBERED_UPDATES:]
        base = kept or Stored({})
        row = replace(base, session=to_data(done.session), seen=seen, touched=done.session.touched)
        await self.store.save(key, row)
        return Spoken(done.session, done.replies, base.memo)

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
