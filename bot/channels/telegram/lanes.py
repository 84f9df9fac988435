"""Order within a conversation, none between conversations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Lanes:
    """Lets one piece of work of a lane begin after another, in the order they came; those of other lanes run beside them."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, lane: Hashable) -> AsyncIterator[None]:
        """Waits until everything that came before in the lane is done; whoever gives up waiting holds up nobody."""
        lock, users = self._lanes.get(lane, (asyncio.Lock(), 0))
        self._lanes[lane] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            self._leave(lane)

    def _leave(self, lane: Hashable) -> None:
        lock, users = self._lanes[lane]
        if users == 1:
            del self._lanes[lane]
        else:
            self._lanes[lane] = (lock, users - 1)
