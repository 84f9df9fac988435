"""A bot that runs in the test's own process, on a store that can fail and with pauses that only count."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from bot.channels.telegram.calls import Calls
from bot.channels.telegram.courier import Courier
from bot.channels.telegram.handler import Handler, Profile
from bot.channels.telegram.intake import Intake, Raw
from bot.channels.telegram.pace import Pace, Rates
from bot.channels.telegram.polling import Patient, Poller
from bot.channels.telegram.request import RawBot
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.memory import MemoryStore
from bot.stores.port import NOTHING, Deed, Key, Parcel, Stored, StoreUnavailable
from tests.fakes.botapi import USERNAME

ERROR_ID = "0badc0de"
FREE = Rates(1e6, 1e6, 1e6)


class Pauses:
    """A clock that is moved on by whoever sleeps. ``taken`` lists the pauses."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self) -> float:
        return self.now


class ShakyStore(MemoryStore):
    """A store in memory whose next calls can be made to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 0
        self.unnoted = 0

    async def save(self, key: Key, stored: Stored, deed: Deed = NOTHING) -> Parcel | None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable
        return await super().save(key, stored, deed)

    async def complete(self, parcel: Parcel, owner: str, memo: Mapping[str, Any] | None = None) -> Parcel | None:
        if self.unnoted:
            self.unnoted -= 1
            raise StoreUnavailable
        return await super().complete(parcel, owner, memo)


class Running:
    """The bot at work: polling, handling, sending."""

    def __init__(self, bot: RawBot, service: Service, renderer: TemplateRenderer, pauses: Pauses, rates: Rates = FREE) -> None:
        self.bot, self.service, self.renderer, self.pauses = bot, service, renderer, pauses
        self.calls = Calls(bot, Pace(rates, pauses.sleep, pauses.clock), pauses.sleep)
        self.handled: list[int] = []
        self._polling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to poll, as a new process."""
        self.courier = Courier(self.service.store, self.calls, self.renderer, lambda: ERROR_ID, self.pauses.sleep)
        # Of another process this one could not tell that it still runs: its start is not the one it names.
        self.courier.owner = self.courier.owner.replace(f":{os.getpid()}:", f":{os.getpid()}:0", 1)
        self.handler = Handler(self.service, self.renderer, self.courier, Profile(USERNAME), lambda: ERROR_ID)
        self.poller = Poller(self.bot, Intake(Patient(self, self.pauses.sleep)), self.pauses.sleep)
        self._polling = asyncio.ensure_future(self.poller.poll())

    async def stop(self) -> None:
        """Ends in order."""
        await self.kill()
        await self.poller.drain()
        await self.courier.drain(1)

    async def kill(self) -> None:
        """Stops to poll, and acknowledges nothing more."""
        if self._polling:
            self._polling.cancel()
            await asyncio.wait([self._polling])

    async def drop(self) -> None:
        """Drops what is in hand, as a process does that is killed."""
        await self.kill()
        for task in (*self.poller._open.values(), *self.courier._rounds):
            task.cancel()

    async def quiet(self) -> None:
        """Waits until everything that was saved is sent."""
        while self.courier._rounds:
            await asyncio.wait(self.courier._rounds)

    async def __call__(self, raw: Raw, inline: bool) -> Raw | None:
        answer = await self.handler(raw, inline)
        self.handled.append(raw["update_id"])
        return answer

    async def busy(self, raw: Raw) -> None:
        await self.handler.busy(raw)
