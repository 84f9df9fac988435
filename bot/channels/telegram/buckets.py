"""Leaky buckets whose whole state is one moment, so that another process can go on with them: what no library of limits hands on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Sleep = Callable[[float], Awaitable[None]]


class Bucket:
    """Takes ``burst`` at once and ``rate`` a second on the long run. ``due`` is the moment when it will have leaked empty.

    Args:
        rate: a second.
        burst: at least 1.
    """

    __slots__ = ("burst", "due", "rate")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.due = rate, burst, 0.0

    def wait(self, now: float, cost: float = 1.0) -> float:
        """Seconds until it takes something that costs so much; 0 or less: it does now."""
        return self.due - now - max(0.0, self.burst - cost) / self.rate

    def fill(self, now: float, cost: float = 1.0) -> None:
        """Takes it, although there may be no room."""
        self.due = max(self.due, now) + cost / self.rate

    @property
    def longest(self) -> float:
        """Seconds that it takes to leak empty from full."""
        return (self.burst + 1.0) / self.rate


class Line:
    """Those who wait for buckets, in the order of coming: a lock is fair, and only the first of them waits for the buckets.

    Args:
        buckets: all of them have to take what passes.
        sleep: waits that many seconds.
        clock: gives seconds that only grow.
    """

    def __init__(self, buckets: tuple[Bucket, ...], sleep: Sleep, clock: Callable[[], float]) -> None:
        self.buckets, self.sleep, self.clock = buckets, sleep, clock
        self.lock = asyncio.Lock()

    async def room(self, cost: float = 1.0) -> None:
        """Waits until every bucket has room. Only for whoever holds the lock."""
        for bucket in self.buckets:
            while (left := bucket.wait(self.clock(), cost)) > 0:
                await self.sleep(left)

    def fill(self, cost: float = 1.0) -> None:
        """Takes what sets out now."""
        now = self.clock()
        for bucket in self.buckets:
            bucket.fill(now, cost)

    def idle(self) -> bool:
        """Whether nobody waits here, and the buckets are as good as new."""
        now = self.clock()
        return not self.lock.locked() and all(bucket.due <= now for bucket in self.buckets)
