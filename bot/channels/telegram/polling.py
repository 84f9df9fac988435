"""Fetches updates by long polling, and acknowledges them only when they were saved.

The server forgets an update once a later ``offset`` is asked for. The offset asked for here is the first update that is
not saved yet, so a process killed at any moment gets again whatever it had not finished.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any, Protocol

from bot import metrics
from bot.channels.telegram.bridge import number_of
from bot.channels.telegram.calls import growing
from bot.channels.telegram.faults import Conflict, InvalidToken, RetryAfter, TelegramError
from bot.channels.telegram.intake import Intake, Raw
from bot.channels.telegram.pace import Sleep
from bot.channels.telegram.request import RawBot
from bot.stores.port import StoreUnavailable

ALLOWED = ("message", "edited_message", "callback_query")
WINDOW = 100
"""The most updates in hand at once; the server gives no more from one offset."""
LONG_POLL = 30.0
LULL = 0.1
LONGEST_LULL = 2.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
GRACE, GOODBYE = 3.0, 1.0
"""Seconds that turns in hand have to end when the bot is told to stop, and that the server has to hear of them."""
FIRST_WAIT = 0.25
LONGEST_WAIT = 15.0

log = logging.getLogger(__name__)


class Answering(Protocol):
    """What a patient handler brings updates to."""

    def __call__(self, raw: Raw, inline: bool) -> Awaitable[Raw | None]:
        """Applies an update; saved when it returns."""

    def busy(self, raw: Raw) -> Awaitable[None]:
        """Tells the person once that saving has to wait."""


class Patient:
    """Brings an update until it is saved: nobody else would bring it again before the process ends.

    Args:
        handler: applies the update.
        sleep: waits that many seconds.
    """

    def __init__(self, handler: Answering, sleep: Sleep = asyncio.sleep) -> None:
        self.handler, self.sleep = handler, sleep

    async def __call__(self, raw: Raw, inline: bool) -> Raw | None:
        """Applies an update, however long the store takes to come back."""
        pauses = growing(FIRST_WAIT, LONGEST_WAIT)
        for tried in count(1):
            try:
                return await self.handler(raw, inline)
            except StoreUnavailable:
                log.warning("not saved yet: StoreUnavailable, try %d", tried)
            if tried == 2:
                await self.handler.busy(raw)
            await self.sleep(next(pauses))
        return None


def _numbered(updates: Iterable[Raw]) -> dict[int, Raw]:
    """Updates by their numbers; without those that have none."""
    return {number: raw for raw in updates if (number := number_of(raw)) is not None}


class Poller:
    """Long polling with acknowledgement after saving.

    Args:
        bot: where updates come from.
        intake: takes one update in; when it returns, the update is done. Whoever cancels it gets the update again.
        sleep: waits that many seconds.
    """

    def __init__(self, bot: RawBot, intake: Intake, sleep: Sleep = asyncio.sleep) -> None:
        self.bot, self.intake, self.sleep = bot, intake, sleep
        self._open: dict[int, asyncio.Task[Raw | None]] = {}
        self._done: set[int] = set()
        self._next: int | None = None

    async def poll(self) -> None:
        """Fetches and hands out updates until it is cancelled; ``drain`` then ends what is in hand.

        Raises:
            InvalidToken: the server refuses the token.
        """
        lull = LULL
        while True:
            came = sorted(_numbered(await self._fetched()).items())
            if came:
                # Not the highest number ever: after a week without updates the server begins anew somewhere, also further below.
                self._next = came[-1][0] + 1
            found = [number for number, raw in came if self._take(number, raw)]
            if self._open:
                ended, _ = await asyncio.wait(self._open.values(), timeout=lull, return_when=asyncio.FIRST_COMPLETED)
                lull = LULL if found or ended else min(lull * 2, LONGEST_LULL)
            elif came and not found:  # the server brings again what it was told is done
                await self.sleep(LULL)

    async def drain(self) -> None:
        """Lets turns in hand end, then tells the server what is done. What does not end in time comes again."""
        if self._open:
            await asyncio.wait(self._open.values(), timeout=GRACE)
        for task in self._open.values():
            task.cancel()
        if self._next is not None:
            with suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(GOODBYE):
                    await self.bot.raw_updates({"offset": self._offset(), "limit": 1}, 0)

    def _offset(self) -> int | None:
        """The first update that is not saved; None before there was any."""
        return min(self._open, default=self._next)

    async def _fetched(self) -> list[dict[str, Any]]:
        """Updates from the first unsaved one on, whatever it takes to get them.

        Raises:
            InvalidToken: the server refuses the token, also when it is asked again: it may have been a fault of its own.
        """
        pauses, failing, refused = growing(FIRST_PAUSE, LONGEST_PAUSE), False, False
        while True:
            try:
                found = await self._ask()
            except TelegramError as fault:
                if refused and isinstance(fault, InvalidToken):
                    raise
                refused = isinstance(fault, InvalidToken)
                await self._complain(fault, failing)
                failing = True
                await self.sleep(fault.retry_after if isinstance(fault, RetryAfter) else next(pauses))
            else:
                if failing:
                    log.info("updates come again")
                return found

    async def _ask(self) -> list[dict[str, Any]]:
        offset = self._offset()
        params: Mapping[str, Any] = {"offset": offset, "limit": WINDOW, "allowed_updates": ALLOWED}
        found = await self.bot.raw_updates(params, 0 if self._open else LONG_POLL)
        metrics.polled(time.time())
        # Some of those that the server was told of are kept: one that brings them once more costs nothing.
        self._done = {update for update in self._done if offset is None or update >= offset - WINDOW}
        return found

    async def _complain(self, fault: TelegramError, said_before: bool) -> None:
        """Says once what is wrong, and mends what can be mended."""
        if isinstance(fault, Conflict) and "webhook" in fault.message.lower():
            log.error("updates go to a webhook (409); it is removed, because this process polls")
            with suppress(TelegramError):
                await self.bot.call("deleteWebhook", {})
        elif not said_before:
            said = "another process polls with the same token (409); stop it" if isinstance(fault, Conflict) else "no updates"
            log.error("%s: %s", said, type(fault).__name__)

    def _take(self, number: int, raw: Raw) -> bool:
        """Takes an update into hand; tells whether it is a new one."""
        if number in self._open or number in self._done:
            return False
        self._open[number] = task = asyncio.ensure_future(self.intake(raw))
        task.add_done_callback(partial(self._ended, number))
        return True

    def _ended(self, number: int, task: asyncio.Task[Raw | None]) -> None:
        """Counts an update as saved; one that was cancelled stays open and comes again."""
        if task.cancelled():
            return
        fault = task.exception()
        if fault is not None:
            log.error("update %d was given up: %s", number, type(fault).__name__)
        del self._open[number]
        self._done.add(number)
