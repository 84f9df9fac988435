"""A bot that runs in the test's own process, on a store that can fail and with pauses that only count."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.channels.telegram.calls import Calls
from bot.channels.telegram.handler import Handler, Profile
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.request import RawBot
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.memory import MemoryStore
from bot.stores.port import Deed, Key, Parcel, Stored, StoreUnavailable
from tests.fakes.botapi import USERNAME

ERROR_ID = "0badc0de"


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

    async def save(self, key: Key, stored: Stored, deed: Deed = Deed()) -> Parcel | None:
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

    def __init__(self, bot: RawBot, service: Service, renderer: TemplateRenderer, pauses: Pauses) -> None:
        self.bot, self.service, self.renderer, self.pauses = bot, service, renderer, pauses
        self.calls = Calls(bot, pauses.sleep, pauses.clock)
        self.handler = Handler(service, renderer, self.calls, Profile(USERNAME), lambda: ERROR_ID)
        self.handled: list[int] = []
        self._polling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to poll."""
        self.poller = Poller(self.bot, self._handle, self.pauses.sleep)
        self._polling = asyncio.ensure_future(self.poller.poll())

    async def stop(self) -> None:
        """Ends in order."""
        await self.kill()
        await self.poller.drain()

    async def kill(self) -> None:
        """Stops to poll, and acknowledges nothing more."""
        if self._polling:
            self._polling.cancel()
            await asyncio.wait([self._polling])

    async def drop(self) -> None:
        """Drops what is in hand, as a process does that is killed."""
        await self.kill()
        for task in self.poller._open.values():
            task.cancel()

    async def _handle(self, raw: Mapping[str, Any]) -> None:
        await self.handler(raw)
        self.handled.append(raw["update_id"])
