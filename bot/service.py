"""The one use case: load, turn, save together with the replies; the channel then sends. One turn at a time per conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.stores.port import NOTHING, Conflict, Deed, Key, Opened, Parcel, Store, Stored, StoreUnavailable
from flows.dialog.codec import from_data, to_data
from flows.dialog.events import Event
from flows.dialog.moving import moved
from flows.dialog.replies import Reply
from flows.dialog.session import Session
from flows.dialog.turn import turn
from flows.knowledge.loader import Knowledge

TRIES = 12
PAUSE = 0.01
"""Seconds before a turn that was overtaken is tried again, times the number of tries."""


class NewerKnowledge(StoreUnavailable):
    """The conversation was saved by a program with newer knowledge; that one has to go on with it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn.

    Attributes:
        before: the session as it was.
        event: what was applied.
        session: the session after it.
        replies: what to send.
        notes: what the channel kept with the turn before.
        memo: what the channel knew of the messages it sent, before the turn.
        erased: nothing is kept any more.
    """

    before: Session
    event: Event
    session: Session
    replies: tuple[Reply, ...]
    notes: Mapping[str, Any] = field(default_factory=dict)
    memo: Mapping[str, Any] = field(default_factory=dict)
    erased: bool = False


class Act(Protocol):
    """What a person did, and what the channel makes of the turn. Both are asked again where another process was faster."""

    def event(self, session: Session, notes: Mapping[str, Any]) -> Event | None:
        """The event, given the session and the channel's notes as they are kept; None where there is nothing to do."""

    def deed(self, spoken: Spoken) -> tuple[Deed, Mapping[str, Any]]:
        """What is written together with the session: the deed, and the channel's new notes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of what a person did.

    Attributes:
        spoken: the turn that was saved; None where the update was applied before, or there was nothing to do.
        parcel: its replies in the outbox, if the channel put any there.
        seen: the update was applied before.
        said: what the deed of that update said.
    """

    spoken: Spoken | None = None
    parcel: Parcel | None = None
    seen: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """An event that needs no look at the session, and replies that its caller sends by itself."""

    given: Event

    def event(self, session: Session, notes: Mapping[str, Any]) -> Event:  # noqa: ARG002 - see Act
        """The event."""
        return self.given

    def deed(self, spoken: Spoken) -> tuple[Deed, Mapping[str, Any]]:
        """Nothing beside the session."""
        return NOTHING, spoken.notes


class Service:
    """Holds consultations for any channel.

    Args:
        knowledge: the loaded knowledge.
        store: where conversations are kept.
        clock: gives seconds since the epoch.
    """

    def __init__(self, knowledge: Knowledge, store: Store, clock: Callable[[], float]) -> None:
        self.knowledge, self.store, self.clock = knowledge, store, clock

    async def handle(self, key: Key, event: Event, language: str) -> Spoken:
        """Applies an event and saves the outcome before it is returned. Errors as for ``decide``."""
        spoken = (await self.decide(key, Plain(event), language)).spoken
        assert spoken is not None  # noqa: S101 - an event was given
        return spoken

    async def decide(self, key: Key, act: Act, language: str, update: int | None = None) -> Outcome:
        """Applies the event that the kept session calls for, and saves the outcome and the replies before it is returned.

        Args:
            key: the conversation.
            act: what the person did.
            language: the language for a conversation that does not exist yet.
            update: the id of the update that brought the event; the same id is applied once.

        Raises:
            StoreUnavailable: nothing was applied; the same update may be tried again.
        """
        for tried in range(1, TRIES):
            try:
                return await self._attempt(key, act, language, update)
            except Conflict:
                await asyncio.sleep(PAUSE * tried)
        raise StoreUnavailable(f"{TRIES} saves in a row were overtaken")

    async def peek(self, key: Key) -> Session | None:
        """The session as it is kept, without a turn."""
        kept = await self.store.load(key)
        return from_data(kept.session) if kept else None

    async def _attempt(self, key: Key, act: Act, language: str, update: int | None) -> Outcome:
        opened = await self.store.open(key, update)
        if opened.seen:
            return Outcome(seen=True, said=opened.said)
        row = opened.stored or Stored({}, version=self.knowledge.version)
        session, news = self._session(opened, language)
        event = act.event(session, row.notes)
        if event is None:
            return Outcome()
        done = turn(session, event, self.knowledge, self.clock())
        told = done.replies if done.erase else news + done.replies
        spoken = Spoken(session, event, done.session, told, row.notes, row.memo, done.erase)
        deed, notes = act.deed(spoken)
        if done.erase:
            return Outcome(spoken, await self.store.erase(key, row.rev, deed))
        touched = done.session.touched
        after = replace(row, session=to_data(done.session), notes=notes, touched=touched, version=self.knowledge.version)
        return Outcome(spoken, await self.store.save(key, after, deed))

    def _session(self, opened: Opened, language: str) -> tuple[Session, tuple[Reply, ...]]:
        """The session to go on with, and what to tell where it was moved to newer knowledge.

        Raises:
            NewerKnowledge: it is too new for this program.
        """
        if opened.stored is None:
            return Session(language=language), ()
        session = from_data(opened.stored.session)
        if opened.stored.version > self.knowledge.version:
            raise NewerKnowledge(str(opened.stored.version))
        return (session, ()) if opened.stored.version == self.knowledge.version else moved(session, self.knowledge)
