"""Handles one update: what it means, the turn, the replies. All of it is saved before it is done; the courier then sends."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import metrics
from bot.channels.telegram.bridge import CHANNEL, FALLBACK, Addressed, Elsewhere, Place, Talk, Tap, event_of, number_of, read, typed_after
from bot.channels.telegram.calls import Unreachable, Unwelcome
from bot.channels.telegram.courier import Courier
from bot.channels.telegram.faults import TelegramError
from bot.channels.telegram.sender import Order, payload_of, toast_of
from bot.channels.telegram.words import said, where
from bot.render.port import Shown
from bot.render.renderer import TemplateRenderer
from bot.service import Outcome, Service, Spoken
from bot.stores.port import Deed, Key, StoreUnavailable
from flows.dialog.events import Event, Stale
from flows.dialog.replies import Role
from flows.dialog.session import Session

log = logging.getLogger(__name__)

Call = Mapping[str, Any]
"""A call of the Bot API as the response to a webhook's request: ``method`` and its parameters."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a handler has to know about its bot: the user name, and the language for people who speak neither."""

    username: str
    language: str | None = None


class Handler:
    """Handles updates. Those of one conversation may come at once and in any order; they take turns.

    Args:
        service: loads, turns, saves.
        renderer: speaks.
        courier: sends what was saved.
        profile: of the bot.
        new_id: gives a short id for an error.
    """

    def __init__(self, service: Service, renderer: TemplateRenderer, courier: Courier, profile: Profile, new_id: Callable[[], str]) -> None:
        self.service, self.renderer, self.courier, self.profile, self.new_id = service, renderer, courier, profile, new_id
        self._told: set[Key] = set()

    async def __call__(self, raw: Mapping[str, Any], inline: bool = False) -> Call | None:
        """Handles an update; when this returns, what it brought is saved together with the replies.

        Anything that is wrong with the update itself is noted under an error id, without its text; the person is told the id,
        and the update counts as handled.

        Args:
            raw: the update as it came.
            inline: one call that needs no result may go out in the response to the request that brought the update.

        Returns:
            That call, if there is one; an update that comes twice gets it twice.

        Raises:
            StoreUnavailable: nothing was saved; bring the update again.
        """
        update = number_of(raw)
        if update is None:
            return None
        incoming = None
        try:
            incoming = read(raw, self.profile.username, self.profile.language)
            match incoming:
                case Talk():
                    return await self._talk(incoming, inline)
                case Addressed(place, language):
                    await self._invite(place, language, update)
                case Elsewhere(query):
                    return await self._elsewhere(query, update, inline)
                case None:
                    await self._ignore(update)
        except StoreUnavailable:
            raise
        except Exception as fault:  # noqa: BLE001 - an error in one update must not stop the bot
            await self._apologize(update, incoming, fault)
        return None

    async def busy(self, raw: Mapping[str, Any]) -> None:
        """Tells a person once that saving has to wait. Never raises."""
        try:
            talk = read(raw, self.profile.username, self.profile.language)
            if not isinstance(talk, Talk) or talk.key in self._told:
                return
            self._told.add(talk.key)
            if isinstance(talk.act, Tap):
                await self.courier.calls.answer(talk.act.query, self.renderer.words("telegram.busy", talk.language))
            else:
                await self.courier.calls.send(talk.place, self._say("busy", talk.language).markup)
        except (Unwelcome, Unreachable, TelegramError) as fault:
            log.warning("not told that saving waits: %s", type(fault).__name__)
        except Exception as fault:  # noqa: BLE001 - a word beside the turn must not cost the turn
            log.warning("not told that saving waits: %s at %s", type(fault).__name__, where(fault))

    # --- a turn -------------------------------------------------------------------------------------------------

    async def _talk(self, talk: Talk, inline: bool) -> Call | None:
        act = _Act(talk, self.renderer, self.courier.owner, inline and isinstance(talk.act, Tap))
        outcome = await self.service.decide(talk.key, act, talk.language, talk.update)
        if outcome.spoken is None and not outcome.seen:
            order = Order(talk.place, (self._say("cannot_edit", talk.language),), after=talk.message)
            await self._note(talk.key, talk.update, payload_of(order), talk.language)
            return None
        self._saved(outcome)
        self._told.discard(talk.key)
        said_before = outcome.said if outcome.seen else act.toast
        return _answer(talk.act.query, said_before) if act.inline and isinstance(talk.act, Tap) else None

    def _saved(self, outcome: Outcome) -> None:
        metrics.update("duplicate" if outcome.seen else "saved")
        if outcome.parcel is not None:
            self.courier.take(outcome.parcel)

    # --- words beside a turn ------------------------------------------------------------------------------------

    async def _note(self, key: Key, update: int, payload: Mapping[str, Any], language: str) -> None:
        """Puts replies that go with no turn into the outbox, once an update."""
        deed = Deed(update, {**payload, "update": update, "language": language}, self.courier.owner)
        parcel = await self.service.store.skip(key, deed)
        self._saved(Outcome(parcel=parcel, seen=parcel is None))

    async def _invite(self, place: Place, language: str, update: int) -> None:
        """Answers in a group: consultations are private, and here is the way to one."""
        text = self.renderer.words("telegram.group_button", language)
        button = {"text": text, "url": f"https://t.me/{self.profile.username}?start=consult"}
        note = [Role.NOTE.value, self._say("group_private", language).markup, {"inline_keyboard": [[button]]}]
        await self._note(Key(CHANNEL, str(place.chat)), update, {**payload_of(Order(place, ())), "items": [note]}, language)

    async def _elsewhere(self, query: str, update: int, inline: bool) -> Call | None:
        """Answers a press under a message that is in no private chat, and does nothing else."""
        if inline:
            return _answer(query, "")
        order = Order(Place(0), (), tap=Tap(query, 0, ""))
        await self._note(Key(CHANNEL, f"query {query}"), update, payload_of(order), FALLBACK)
        return None

    async def _ignore(self, update: int) -> None:
        """Notes that an update came with which there is nothing to do, such as talk in a group or a part of a wrong kind."""
        await self.service.store.skip(_nobody(update), Deed(update))
        log.info("nothing to do")
        metrics.update("ignored")

    async def _apologize(self, update: int, incoming: object, fault: Exception) -> None:
        """Notes an error under an id, and tells the person that id. The fault's own words may quote the person: never logged."""
        error_id = self.new_id()
        log.error("error %s in update %d: %s at %s", error_id, update, type(fault).__name__, where(fault), extra={"error_id": error_id})
        metrics.update("failed")
        if not isinstance(incoming, Talk):
            await self.service.store.skip(_nobody(update), Deed(update))
            return
        tap = Tap(incoming.act.query, 0, "") if isinstance(incoming.act, Tap) else None
        trouble = self._say("trouble", incoming.language, error_id=error_id)
        order = Order(incoming.place, (trouble,), tap=tap, after=incoming.message)
        await self._note(incoming.key, update, payload_of(order), incoming.language)

    def _say(self, name: str, language: str, **params: Any) -> Shown:
        return said(self.renderer, name, language, **params)


class _Act:
    """What a person did, and the replies to it as they go into the outbox.

    Args:
        talk: what they did.
        renderer: speaks.
        owner: the worker that means to send the replies.
        inline: the press is answered beside the outbox.
    """

    def __init__(self, talk: Talk, renderer: TemplateRenderer, owner: str, inline: bool) -> None:
        self.talk, self.renderer, self.owner, self.inline = talk, renderer, owner, inline
        self.toast = ""

    def event(self, session: Session, notes: Mapping[str, Any]) -> Event | None:
        """The event of what they did."""
        return event_of(self.talk, session, _typed(notes))

    def deed(self, spoken: Spoken) -> tuple[Deed, Mapping[str, Any]]:
        """The replies, ready to be sent, and which messages answered which fields."""
        talk, typed = self.talk, _typed(spoken.notes)
        shown = tuple(self.renderer.show(reply, spoken.session.language) for reply in spoken.replies)
        after = typed_after(talk, spoken.before, spoken.session, typed)
        self.toast = toast_of(shown) if self.inline else ""
        payload = {
            **payload_of(self._order(spoken, shown), answered=self.inline),
            "update": talk.update,
            "language": spoken.session.language,
        }
        return Deed(talk.update, payload, self.owner, self.toast), {"typed": after} if after else {}

    def _order(self, spoken: Spoken, shown: tuple[Shown, ...]) -> Order:
        talk = self.talk
        return Order(
            talk.place,
            shown,
            spoken.session.step,
            talk.act if isinstance(talk.act, Tap) else None,
            talk.message,
            stale=isinstance(spoken.event, Stale),
            over=spoken.erased,
            screen=int(spoken.memo.get("screen") or 0),
        )


def _nobody(update: int) -> Key:
    """Under what an update is noted that belongs to no conversation."""
    return Key(CHANNEL, f"update {update}")


def _typed(notes: Mapping[str, Any]) -> dict[str, str]:
    return dict(notes.get("typed") or {})


def _answer(query: str, text: str) -> Call:
    return {"method": "answerCallbackQuery", "callback_query_id": query, **({"text": text} if text else {})}
