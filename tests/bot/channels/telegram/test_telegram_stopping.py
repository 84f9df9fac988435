"""A worker stops when it is told to, whatever happens at that very moment."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.channels.telegram.courier import Courier
from bot.stores.memory import MemoryStore


async def test_a_courier_that_is_told_to_stop_in_the_moment_in_which_work_comes_stops() -> None:
    nobody: Any = None
    courier = Courier(MemoryStore(), nobody, nobody, lambda: "id")
    sweeping = asyncio.ensure_future(courier._sweeping())
    await asyncio.sleep(0.05)
    courier._soon.set()
    sweeping.cancel()
    await asyncio.wait({sweeping}, timeout=2)
    assert sweeping.cancelled()
