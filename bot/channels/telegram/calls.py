"""Calls to the Bot API that outlast its faults: floods, resets, slow answers. Logs name methods, ids and kinds of faults, never texts."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from bot import metrics
from bot.channels.telegram.bridge import Place
from bot.channels.telegram.faults import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from bot.channels.telegram.pace import Pace, Sleep
from bot.channels.telegram.request import RawBot

TRIES = 4
"""For calls that may be repeated without harm."""
SEND_TRIES = 2
"""A message whose fate is not known is sent once more at most, and again when the order is taken up later: rather twice than never."""
FIRST_PAUSE = 0.3
LONGEST_FLOOD = 90.0
"""Seconds of waiting for one call, over all the times that the server asks for it."""
_NO_PREVIEW = {"is_disabled": True}
_UNCHANGED = "not modified"
_NO_SUCH = ("message to edit not found", "message can't be edited", "message_id_invalid", "message to be edited not found")
_NO_CHAT = ("chat not found", "user is deactivated", "peer_id_invalid", "chat_write_forbidden", "have no rights to send", "message thread not found")
"""What Telegram says where nothing arrives any more; a topic that was deleted takes the apology as little as the reply."""

log = logging.getLogger(__name__)

Keyboard = Mapping[str, Any]
"""Inline buttons as the Bot API takes them."""
Held = Callable[[], Awaitable[None]]
"""Told when the server asks to wait with a chat, so that it can be noted for whoever goes on there."""


class Missing(Exception):
    """The message to edit is gone, or can be edited no longer."""


class Unwelcome(Exception):
    """The chat takes no message of the bot: it was blocked, or the chat is gone."""


class Moved(Unwelcome):
    """The chat has another id now: ``chat``."""

    def __init__(self, chat: int) -> None:
        super().__init__(chat)
        self.chat = chat


class Unreachable(Exception):
    """The server did not take the call in spite of all tries."""


class Calls:
    """What the bot does in chats.

    Every method but ``answer`` and ``strip`` may raise ``Unwelcome`` and ``Unreachable``.

    Args:
        bot: does the calls.
        pace: holds them back until they may set out. Answers to presses are not held back: people wait for them.
        sleep: waits that many seconds.
    """

    def __init__(self, bot: RawBot, pace: Pace, sleep: Sleep) -> None:
        self.bot, self.pace, self.sleep = bot, pace, sleep

    async def send(self, place: Place, markup: str, keyboard: Keyboard | None = None, held: Held | None = None) -> int:
        """Sends a message; gives its id."""
        params = {"chat_id": place.chat, "message_thread_id": place.thread, **_worded(markup, keyboard)}
        try:
            sent = await self._insist("sendMessage", params, SEND_TRIES, place.chat, held)
        except Moved as moved:
            # A group became a supergroup: whoever asked in the old one reads on in the new one.
            sent = await self._insist("sendMessage", {**params, "chat_id": moved.chat}, SEND_TRIES, moved.chat, held)
        return int(sent["message_id"])

    async def edit(self, place: Place, message: int, markup: str, keyboard: Keyboard | None = None, held: Held | None = None) -> None:
        """Gives a message another text and other buttons. One that has them already is as good.

        Raises:
            Missing: there is no such message to edit.
        """
        params = {"chat_id": place.chat, "message_id": message, **_worded(markup, keyboard)}
        try:
            await self._insist("editMessageText", params, TRIES, place.chat, held)
        except BadRequest as fault:
            words = fault.message.lower()
            if any(known in words for known in _NO_SUCH):
                raise Missing from None
            if _UNCHANGED not in words:
                raise

    async def strip(self, place: Place, message: int) -> None:
        """Takes the buttons of a message away, if that can be done."""
        try:
            await self._insist("editMessageReplyMarkup", {"chat_id": place.chat, "message_id": message}, TRIES, place.chat)
        except (BadRequest, Unwelcome, Unreachable):
            log.debug("the buttons of message %d stay", message)

    async def answer(self, query: str, text: str) -> None:
        """Answers the press of a button, with a short word or none. A query that is too old is let go."""
        try:
            await self._insist("answerCallbackQuery", {"callback_query_id": query, "text": text or None}, TRIES)
        except (BadRequest, Unwelcome, Unreachable) as fault:
            log.debug("a press was not answered: %s", type(fault).__name__)

    async def _insist(self, method: str, params: Mapping[str, Any], tries: int, chat: int | None = None, held: Held | None = None) -> Any:
        """The outcome of a call, repeated as far as its kind and the fault allow; the chat is the one a flood holds up."""
        failures, flooded = 0, 0.0
        while True:
            try:
                return await self._once(method, params, chat)
            except RetryAfter as fault:
                seconds = fault.retry_after
                flooded += seconds
                log.warning("%s: asked to wait %.0f s", method, seconds)
                if chat is not None:
                    self.pace.refused(chat, seconds)
                if held:
                    await held()
                if flooded > LONGEST_FLOOD:
                    raise Unreachable from None
                if chat is None:
                    await self.sleep(seconds)
            except InvalidToken:  # what was saved waits until the server knows the token again
                raise Unreachable from None
            except (Forbidden, ChatMigrated) as fault:
                raise _unwelcome(fault) from None
            except BadRequest as fault:
                if any(words in fault.message.lower() for words in _NO_CHAT):
                    raise Unwelcome from None
                raise
            except NetworkError as fault:
                failures += 1
                log.warning("%s: %s, try %d of %d", method, type(fault).__name__, failures, tries)
                if failures >= tries:
                    raise Unreachable from None
                await self.sleep(FIRST_PAUSE * 2 ** (failures - 1))

    async def _once(self, method: str, params: Mapping[str, Any], chat: int | None) -> Any:
        """One try, when its time has come."""
        if chat is not None:
            await self.pace.turn(chat, message=method == "sendMessage")
        try:
            outcome = await self.bot.call(method, params)
        except TelegramError as fault:
            metrics.call(method, type(fault).__name__)
            raise
        metrics.call(method, "done")
        return outcome


def growing(first: float, longest: float) -> Iterator[float]:
    """Pauses between tries, in seconds: each twice the one before, up to the longest, without end."""
    pause = first
    while True:
        yield pause
        pause = min(pause * 2, longest)


def _unwelcome(fault: Forbidden | ChatMigrated) -> Unwelcome:
    return Moved(fault.chat) if isinstance(fault, ChatMigrated) else Unwelcome()


def _worded(markup: str, keyboard: Keyboard | None) -> dict[str, Any]:
    return {"text": markup, "parse_mode": "HTML", "link_preview_options": _NO_PREVIEW, "reply_markup": keyboard}
