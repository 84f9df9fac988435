"""Fetches updates by long polling, and acknowledges them only when they were handled.

The server forgets an update once a later ``offset`` is asked for. The offset asked for here is the first update that is
not handled yet, so a process killed at any moment gets again whatever it had not finished.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.bridge import chat_of, number_of
from bot.channels.telegram.calls import Sleep, growing, seconds_asked
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.request import RawBot

ALLOWED = ("message", "edited_message", "callback_query")
WINDOW = 100
"""The most updates in hand at once; the server gives no more from one offset."""
LONG_POLL = 30.0
LULL = 0.1
LONGEST_LULL = 2.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
GRACE = 20.0
"""Seconds that turns in hand have to end when the bot is told to stop."""

log = logging.getLogger(__name__)


class Poller:
    """Long polling with acknowledgement after handling.

    Args:
        bot: where updates come from.
        handle: handles one update; when it returns, the update is done. Whoever cancels it gets the update again.
        sleep: waits that many seconds.
    """

    def __init__(self, bot: RawBot, handle: Callable[[Mapping[str, Any]], Awaitable[None]], sleep: Sleep = asyncio.sleep) -> None:
        self.bot, self.handle, self.sleep = bot, handle, sleep
        self._lanes = Lanes()
        self._open: dict[int, asyncio.Task[None]] = {}
        self._done: set[int] = set()
        self._next: int | None = None

    async def poll(self) -> None:
        """Fetches and hands out updates until it is cancelled; ``drain`` then ends what is in hand.

        Raises:
            InvalidToken: the server refuses the token.
        """
        lull = LULL
        while True:
            found = [raw for raw in await self._fetched() if self._take(raw)]
            if self._open:
                ended, _ = await asyncio.wait(self._open.values(), timeout=lull, return_when=asyncio.FIRST_COMPLETED)
                lull = LULL if found or ended else min(lull * 2, LONGEST_LULL)

    async def drain(self) -> None:
        """Lets turns in hand end, then tells the server what is done. What does not end in time comes again."""
        if self._open:
            await asyncio.wait(self._open.values(), timeout=GRACE)
        for task in self._open.values():
            task.cancel()
        if self._next is not None:
            with suppress(TelegramError):
                await self.bot.raw_updates({"offset": self._offset(), "limit": 1}, 0)

    def _offset(self) -> int | None:
        """The first update that is not handled; None before there was any."""
        return min(self._open, default=self._next)

    async def _fetched(self) -> list[dict[str, Any]]:
        """Updates from the first unhandled one on, whatever it takes to get them."""
        pauses, failing = growing(FIRST_PAUSE, LONGEST_PAUSE), False
        while True:
            try:
                found = await self._ask()
            except InvalidToken:
                raise
            except TelegramError as fault:
                await self._complain(fault, failing)
                failing = True
                await self.sleep(seconds_asked(fault) if isinstance(fault, RetryAfter) else next(pauses))
            else:
                if failing:
                    log.info("updates come again")
                return found

    async def _ask(self) -> list[dict[str, Any]]:
        offset = self._offset()
        params: Mapping[str, Any] = {"offset": offset, "limit": WINDOW, "allowed_updates": ALLOWED}
        found = await self.bot.raw_updates(params, 0 if self._open else LONG_POLL)
        self._done = {update for update in self._done if offset is None or update >= offset}
        return found

    async def _complain(self, fault: TelegramError, said_before: bool) -> None:
        """Says once what is wrong, and mends what can be mended."""
        if isinstance(fault, Conflict) and "webhook" in fault.message.lower():
            log.error("updates go to a webhook (409); it is removed, because this process polls")
            with suppress(TelegramError):
                await self.bot.delete_webhook()
        elif not said_before:
            said = "another process polls with the same token (409); stop it" if isinstance(fault, Conflict) else "no updates"
            log.error("%s: %s", said, type(fault).__name__)

    def _take(self, raw: Mapping[str, Any]) -> bool:
        """Hands an update to its lane; tells whether it is a new one."""
        number = number_of(raw)
        if number is None or number in self._open or number in self._done:
            return False
        self._next = max(self._next or 0, number + 1)
        chat = chat_of(raw)
        task = self._lanes.put(f"update {number}" if chat is None else chat, partial(self.handle, raw))
        self._open[number] = task
        task.add_done_callback(partial(self._ended, number))
        return True

    def _ended(self, number: int, task: asyncio.Task[None]) -> None:
        """Counts an update as handled; one whose handling was cancelled stays open and comes again."""
        if task.cancelled():
            return
        fault = task.exception()
        if fault is not None:
            log.error("update %d was given up: %s", number, type(fault).__name__)
        del self._open[number]
        self._done.add(number)
