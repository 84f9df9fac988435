"""Handles one update from the chat to the chat: what it means, the turn, the replies. Whatever goes wrong stays within it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from telegram.error import TelegramError

from bot.channels.telegram.bridge import Addressed, Elsewhere, Place, Talk, Tap, event_of, number_of, read, typed_after
from bot.channels.telegram.calls import Calls, Unreachable, Unwelcome, growing
from bot.channels.telegram.sender import Delivery, Order
from bot.render.renderer import TemplateRenderer
from bot.service import Service, Spoken
from bot.stores.port import Conflict, Key, StoreUnavailable
from flows.dialog.events import Stale
from flows.dialog.replies import Reply, Role

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 15.0
DELIVERY_PAUSES = (2.0, 5.0, 10.0, 20.0, 40.0)
"""Seconds between the times that replies are brought to a server that does not answer."""
FRAMES = 6

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a handler has to know about its bot: the user name, and the language for people who speak neither."""

    username: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Turned:
    """A turn that was saved: its outcome, which messages answered which fields, and whether the button was of an earlier screen."""

    spoken: Spoken
    typed: Mapping[str, str]
    stale: bool = False


class Handler:
    """Handles updates. Calls for one conversation must come one after another; they may run beside those for others.

    Args:
        service: loads, turns, saves.
        renderer: speaks.
        calls: reach the chats.
        profile: of the bot.
        new_id: gives a short id for an error.
    """

    def __init__(self, service: Service, renderer: TemplateRenderer, calls: Calls, profile: Profile, new_id: Callable[[], str]) -> None:
        self.service, self.renderer, self.calls, self.profile, self.new_id = service, renderer, calls, profile, new_id
        self._told: set[Key] = set()

    async def __call__(self, raw: Mapping[str, Any]) -> None:
        """Handles an update; when this returns, what it brought is saved, and shown as far as the chat can be reached."""
        update = number_of(raw) or 0
        incoming = read(raw, self.profile.username, self.profile.language)
        try:
            match incoming:
                case Talk():
                    await self._talk(incoming)
                case Addressed(place, language):
                    await self._invite(place, language)
                case Elsewhere(query):
                    await self.calls.answer(query, "")
        except Unwelcome:
            log.info("update %d: the chat takes no messages", update)
        except Exception as fault:  # noqa: BLE001 - an error in one update must not stop the bot
            await self._apologize(update, incoming, fault)

    # --- a turn -------------------------------------------------------------------------------------------------

    async def _talk(self, talk: Talk) -> None:
        turned = await self._turned(talk)
        if turned is None:
            await self.calls.send(talk.place, self._say("cannot_edit", talk.language))
            return
        spoken, memo = turned.spoken, _Memo(self.service, talk.key, turned.spoken.memo)
        if spoken.again and 0 < talk.message < memo.screen:
            return  # what it brought was applied and shown before
        shown = tuple(self.renderer.show(reply, spoken.session.language) for reply in spoken.replies)
        tap = talk.act if isinstance(talk.act, Tap) else None
        order = Order(talk.place, shown, spoken.session.step, memo.screen, tap, talk.message, stale=turned.stale, over=spoken.erased)
        await self._deliver(Delivery(self.calls, order, memo.on_screen), talk.update)
        await memo.on_typed(turned.typed)

    async def _turned(self, talk: Talk) -> _Turned | None:
        """The turn, saved; None where an edited message belongs to no answer.

        Goes on until the store works again: an update is not done before it is saved.
        """
        pauses = growing(FIRST_PAUSE, LONGEST_PAUSE)
        for tried in count(1):
            try:
                found = await self._try_turn(talk)
            except (StoreUnavailable, Conflict) as fault:
                log.warning("update %d is not saved yet: %s, try %d", talk.update, type(fault).__name__, tried)
            else:
                self._told.discard(talk.key)
                break
            if tried > 1:
                await self._busy(talk)
            await self.calls.sleep(next(pauses))
        return found

    async def _try_turn(self, talk: Talk) -> _Turned | None:
        spoken = await self.service.decide(talk.key, lambda session, memo: event_of(talk, session, _typed(memo)), talk.language, talk.update)
        if spoken is None:
            return None
        typed = _typed(spoken.memo)
        if spoken.again:
            return _Turned(spoken, typed)
        return _Turned(spoken, typed_after(talk, spoken.before, spoken.session, typed), isinstance(spoken.event, Stale))

    async def _deliver(self, delivery: Delivery, update: int) -> None:
        """Brings the replies; while the server does not answer, tries again after longer and longer pauses."""
        for pause in (*DELIVERY_PAUSES, None):
            try:
                await delivery.go()
            except Unreachable:
                log.warning("update %d: the replies are not out yet", update)
                if pause is None:
                    raise
                await self.calls.sleep(pause)
            else:
                return

    # --- words beside a turn ------------------------------------------------------------------------------------

    async def _invite(self, place: Place, language: str) -> None:
        """Answers in a group: consultations are private, and here is the way to one."""
        text = self.renderer.words("telegram.group_button", language)
        button = {"text": text, "url": f"https://t.me/{self.profile.username}?start=consult"}
        await self.calls.send(place, self._say("group_private", language), {"inline_keyboard": [[button]]})

    async def _busy(self, talk: Talk) -> None:
        """Tells a person once that saving has to wait."""
        if talk.key in self._told:
            return
        self._told.add(talk.key)
        try:
            if isinstance(talk.act, Tap):
                await self.calls.answer(talk.act.query, self.renderer.words("telegram.busy", talk.language))
            else:
                await self.calls.send(talk.place, self._say("busy", talk.language))
        except (Unwelcome, Unreachable, TelegramError) as fault:
            log.warning("update %d: not told that saving waits: %s", talk.update, type(fault).__name__)

    async def _apologize(self, update: int, incoming: object, fault: Exception) -> None:
        """Notes an error under an id, and tells the person that id. The fault's own words may quote the person: never logged."""
        error_id = self.new_id()
        log.error("error %s in update %d: %s at %s", error_id, update, type(fault).__name__, _where(fault))
        if not isinstance(incoming, Talk) or isinstance(fault, Unreachable):
            return
        try:
            if isinstance(incoming.act, Tap):
                await self.calls.answer(incoming.act.query, "")
            await self.calls.send(incoming.place, self._say("trouble", incoming.language, error_id=error_id))
        except (Unwelcome, Unreachable, TelegramError) as second:
            log.warning("error %s: not told: %s", error_id, type(second).__name__)

    def _say(self, name: str, language: str, **params: Any) -> str:
        """Markup of a wording of this channel."""
        return self.renderer.show(Reply(f"telegram.{name}", params, (), Role.NOTE), language).markup


class _Memo:
    """What the channel keeps of a conversation: the message that is the screen, and which messages answered which fields."""

    def __init__(self, service: Service, key: Key, kept: Mapping[str, Any]) -> None:
        self.service, self.key = service, key
        self.screen = int(kept.get("screen") or 0)
        self.typed = _typed(kept)

    async def on_screen(self, screen: int) -> None:
        """The current screen is another message now."""
        self.screen = screen
        await self._keep()

    async def on_typed(self, typed: Mapping[str, str]) -> None:
        """What typed messages answered, after the turn."""
        if typed != self.typed:
            self.typed = dict(typed)
            await self._keep()

    async def _keep(self) -> None:
        try:
            await self.service.store.remember(self.key, {"screen": self.screen, "typed": self.typed})
        except StoreUnavailable:
            log.warning("where the screen of a conversation stands is not kept: StoreUnavailable")


def _typed(memo: Mapping[str, Any]) -> dict[str, str]:
    return dict(memo.get("typed") or {})


def _where(fault: Exception) -> str:
    """The places in the code that a fault went through, innermost last, without a value."""
    frames = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
