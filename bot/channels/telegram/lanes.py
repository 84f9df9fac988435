"""Order within a conversation, none between conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable

Work = Callable[[], Awaitable[None]]


class Lanes:
    """Runs pieces of work: those of one lane one after another in the order they came, those of others beside them."""

    def __init__(self) -> None:
        self._ends: dict[Hashable, asyncio.Task[None]] = {}

    def put(self, lane: Hashable, work: Work) -> asyncio.Task[None]:
        """Queues work behind what its lane still has to do; gives the task that ends when the work is done."""
        task = asyncio.ensure_future(_after(self._ends.get(lane), work))
        self._ends[lane] = task
        task.add_done_callback(lambda done: self._leave(lane, done))
        return task

    def _leave(self, lane: Hashable, done: asyncio.Task[None]) -> None:
        if self._ends.get(lane) is done:
            del self._ends[lane]


async def _after(before: asyncio.Task[None] | None, work: Work) -> None:
    if before is not None:
        await asyncio.wait([before])
    await work()
