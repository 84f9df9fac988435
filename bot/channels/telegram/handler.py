"""Handles one update from the chat to the chat: what it means, the turn, the replies. Whatever goes wrong stays within it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import TelegramError

from bot.channels.telegram.bridge import Addressed, Elsewhere, Place, Tap, Talk, event_of, read, typed_after
from bot.channels.telegram.calls import Calls, Unreachable, Unwelcome
from bot.channels.telegram.sender import Delivery, Order
from bot.render.port import Shown
from bot.render.renderer import TemplateRenderer
from bot.service import Service, Spoken
from bot.stores.port import Conflict, Key, StoreUnavailable
from flows.dialog.codec import from_data
from flows.dialog.replies import Reply, Role
from flows.dialog.session import Session

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


class Handler:
    """Handles updates. Calls for one conversation must come one after another; they may run beside those for others.

    Args:
        service: loads, turns, saves.
        renderer: speaks.
        calls: reach the chats.
        profile: of the bot.
        new_id: gives a short id for an error.
    """

    def __init__(
        self, service: Service, renderer: TemplateRenderer, calls: Calls, profile: Profile, new_id: Callable[[], str]
    ) -> None:
        self.service, self.renderer, self.calls, self.profile, self.new_id = service, renderer, calls, profile, new_id
        self._told: set[Key] = set()

    async def __call__(self, update: Update) -> None:
        """Handles an update; when this returns, what it brought is saved, and shown as far as the chat can be reached."""
        incoming = read(update, self.profile.username, self.profile.language)
        try:
            match incoming:
                case Talk():
                    await self._talk(incoming)
                case Addressed(place, language):
                    await self._invite(place, language)
                case Elsewhere(query):
                    await self.calls.answer(query, "")
        except Unwelcome:
            log.info("update %d: the chat takes no messages", update.update_id)
        except Exception as fault:  # noqa: BLE001 - an error in one update must not stop the bot
            await self._apologize(update.update_id, incoming, fault)

    # --- a turn -------------------------------------------------------------------------------------------------

    async def _talk(self, talk: Talk) -> None:
        spoken, typed = await self._turned(talk)
        if spoken is None:
            await self.calls.send(talk.place, *self._say("cannot_edit", talk.language))
            return
        memo = _Memo(self.service, talk.key, spoken.memo)
        shown = tuple(self.renderer.show(reply, spoken.session.language) for reply in spoken.replies)
        tap = talk.act if isinstance(talk.act, Tap) else None
        order = Order(talk.place, shown, spoken.session.step, memo.screen, tap, talk.message, spoken.erased)
        await self._deliver(Delivery(self.calls, order, memo.on_screen), talk.update)
        await memo.on_typed(typed)
