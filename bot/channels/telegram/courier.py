"""Sends what the outbox holds: what this worker saved, and what others left behind.

Within a conversation only the oldest row is sent. Whoever completes it gets the next one, so one worker goes on with a
conversation as long as there is something to send; it notes after every call what is left, so that another one can take over
after a kill and repeat at most the call that was in flight.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from bot.channels.telegram.bridge import FALLBACK, Place
from bot.channels.telegram.calls import Calls, Unreachable, Unwelcome, growing
from bot.channels.telegram.faults import TelegramError
from bot.channels.telegram.pace import Sleep
from bot.channels.telegram.sender import Delivery
from bot.channels.telegram.words import said, where
from bot.render.renderer import TemplateRenderer
from bot.stores.alive import fate, new_name
from bot.stores.port import Census, Parcel, Store, StoreUnavailable

BEAT = 5.0
"""Seconds between signs of life."""
SOON, SWEEP = 0.25, 2.5
"""Seconds between looks at the outbox: after a row was saved that an earlier one holds up, and as a rule."""
HANDING_BACK = 1.0
"""Seconds that the database has to take back what was not sent; it goes to others anyway when they see that its worker is dead."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds between tries while the database does not answer."""
FIRST_DELAY, LONGEST_DELAY = 2.0, 60.0
"""Seconds between the times that replies are brought to a server that does not answer."""
MOST_DEATHS = 100
"""Replies over which so many workers died are not tried again: more kills than bad luck explains."""

log = logging.getLogger(__name__)

_T = TypeVar("_T")


class Courier:
    """Sends replies. What it has in hand is its own until it is sent, handed back (``drain``) or the process is dead.

    Args:
        store: holds the outbox.
        calls: reach the chats.
        renderer: words what has to be said when something cannot be sent.
        new_id: gives a short id for an error.
        sleep: waits that many seconds.
    """

    def __init__(
        self, store: Store, calls: Calls, renderer: TemplateRenderer, new_id: Callable[[], str], sleep: Sleep = asyncio.sleep
    ) -> None:
        self.store, self.calls, self.renderer, self.new_id, self.sleep = store, calls, renderer, new_id, sleep
        self.owner = new_name()
        self._hand: dict[str, int] = {}
        self._behind: dict[str, int] = {}
        self._sent: set[int] = set()
        self._rounds: set[asyncio.Task[None]] = set()
        self._soon = asyncio.Event()
        self._closing = False

    def take(self, parcel: Parcel) -> None:
        """Sends a parcel that was just saved, or sees to it that it is sent after those before it."""
        if parcel.key in self._hand:
            self._behind[parcel.key] = parcel.id
            return
        if not parcel.owned:
            self._soon.set()  # another worker sends the one before it, or has just done so
            return
        self._hand[parcel.key] = parcel.id
        round_ = asyncio.ensure_future(self._round(parcel))
        self._rounds.add(round_)
        round_.add_done_callback(self._rounds.discard)

    async def run(self) -> None:
        """Gives signs of life, and looks for what nobody sends, until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beating())
            tasks.create_task(self._sweeping())

    async def drain(self, seconds: float) -> None:
        """Sends what is in hand for so long at most; hands the rest back, for other workers or for later."""
        self._closing = True
        rounds = set(self._rounds)
        if rounds:
            await asyncio.wait(rounds, timeout=seconds)
        for round_ in rounds:
            round_.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)
        with suppress(StoreUnavailable, TimeoutError):
            async with asyncio.timeout(HANDING_BACK):
                await self.store.release(self.owner)

    async def sweep(self) -> None:
        """Takes over what nobody sends, and removes the bytes of what was erased.

        Raises:
            StoreUnavailable: not now.
        """
        fates = {owner: fate(owner) for owner in await self.store.owners() if owner != self.owner}
        dead = {owner for owner, lives in fates.items() if lives is False}
        unseen = {owner for owner, lives in fates.items() if lives is None}
        self._sent.clear()
        for parcel in await self.store.claim(self.owner, Census(frozenset(self._hand.values()), dead, unseen)):
            if parcel.id not in self._sent:  # else it was sent while the database answered
                self.take(parcel)
        await self.store.scrub()

    # --- a round: the parcels of one conversation, one after another ------------------------------------------------------

    async def _round(self, parcel: Parcel | None) -> None:
        key = parcel.key if parcel else ""
        try:
            while parcel is not None and not self._closing:
                self._hand[key] = parcel.id
                parcel = await self._carried(parcel)
        except _TakenOver:
            log.warning("another worker sends what this one had in hand")
        finally:
            # What was saved while the one before it was being completed nobody has in hand.
            if self._behind.pop(key, 0) > self._hand.pop(key):
                self._soon.set()

    async def _carried(self, parcel: Parcel) -> Parcel | None:
        """Sends a parcel, whatever it takes; gives the next one of the conversation."""
        screen = None if parcel.memo is None else int(parcel.memo.get("screen") or 0)
        self._recall(parcel)
        delivery = Delivery(self.calls, parcel.payload, screen, lambda left: self._kept(parcel, left))
        if parcel.tries >= MOST_DEATHS:
            log.error("replies are given up: workers died over them")
        else:
            await self._delivered(delivery, parcel)
        memo = self._memo(delivery, parcel.memo)
        following = await self._insisted(lambda: self.store.complete(parcel, self.owner, memo))
        self._sent.add(parcel.id)
        if parcel.payload["over"]:
            await self._scrubbed()
        return following

    def _recall(self, parcel: Parcel) -> None:
        """Goes on at the pace at which whoever sent in the chat before stopped: noted with a part of the reply, or with the conversation."""
        noted = None if parcel.memo is None else parcel.memo.get("pace", {})
        for standing in ((parcel.payload.get("stood") or {}).get("pace"), noted):
            self.calls.pace.recall(parcel.payload["chat"], standing)

    def _memo(self, delivery: Delivery, known: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """What is to be known of the chat from now on; None where that is known already, as after a message was only changed."""
        memo, pace = known or {}, self.calls.pace.standing(delivery.place.chat)
        if known is not None and delivery.screen == int(memo.get("screen") or 0) and pace.items() <= memo.get("pace", {}).items():
            return None
        return {"screen": delivery.screen, **({"pace": pace} if pace else {})}

    async def _delivered(self, delivery: Delivery, parcel: Parcel) -> None:
        """Brings the replies; while the server does not answer, tries again after longer and longer pauses."""
        for pause in growing(FIRST_DELAY, LONGEST_DELAY):
            try:
                await delivery.go()
            except Unreachable:
                log.warning("replies are not out yet; tried again in %.0f s", pause)
                await self.sleep(pause)
                continue
            except Unwelcome:
                log.info("the chat takes no messages")
            except _TakenOver:
                raise
            except Exception as fault:  # noqa: BLE001 - replies that cannot be sent must not hold up those behind them
                await self._apologized(parcel.payload, fault)
            return

    async def _apologized(self, payload: Mapping[str, Any], fault: Exception) -> None:
        """Notes an error under an id, and tells the person that id."""
        error_id = self.new_id()
        log.error("error %s in sending: %s at %s", error_id, type(fault).__name__, where(fault), extra={"error_id": error_id})
        trouble = said(self.renderer, "trouble", payload.get("language") or FALLBACK, error_id=error_id)
        try:
            await self.calls.send(Place(payload["chat"], payload["thread"]), trouble.markup)
        except (Unwelcome, Unreachable, TelegramError) as second:
            log.warning("error %s: not told: %s", error_id, type(second).__name__)

    async def _kept(self, parcel: Parcel, left: Mapping[str, Any]) -> None:
        if not await self._insisted(lambda: self.store.progress(parcel, self.owner, left)):
            raise _TakenOver

    async def _insisted(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        """What the store answers, as soon as it does."""
        pauses = growing(FIRST_PAUSE, LONGEST_PAUSE)
        while True:
            try:
                return await ask()
            except StoreUnavailable:
                log.warning("what was sent is not noted yet: StoreUnavailable")
            await self.sleep(next(pauses))

    async def _scrubbed(self) -> None:
        try:
            await self.store.scrub()
        except StoreUnavailable:
            log.warning("the bytes of what was erased are not removed yet: StoreUnavailable")

    # --- beside the rounds -----------------------------------------------------------------------------------------------

    async def _beating(self) -> None:
        pace = self.calls.pace
        while True:
            pace.crowded.clear()
            try:
                pulse = await self.store.beat(self.owner, pace.held)
                pace.share(sum(fate(owner) is not False for owner in pulse.living))
                pace.hold(pulse.held)
            except Exception as fault:  # noqa: BLE001 - a worker without signs of life would lose its work to others
                log.warning("no sign of life: %s at %s", type(fault).__name__, where(fault))
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await pace.crowded.wait()

    async def _sweeping(self) -> None:
        for_now = SWEEP
        while True:
            try:
                await self.sweep()
            except Exception as fault:  # noqa: BLE001 - what others left behind must not wait for a restart
                log.warning("the outbox cannot be looked at: %s at %s", type(fault).__name__, where(fault))
            with suppress(TimeoutError):
                async with asyncio.timeout(for_now):  # ``wait_for`` may swallow the order to stop
                    await self._soon.wait()
            if self._soon.is_set():
                self._soon.clear()
                for_now = SOON
                await self.sleep(SOON)
            for_now = min(for_now * 2, SWEEP)


class _TakenOver(Exception):
    """Another worker has what this one had in hand."""
