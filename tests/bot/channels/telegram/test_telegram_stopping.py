"""A worker stops when it is told to, whatever happens at that very moment."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.channels.telegram.courier import Courier
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.request import RawBot
from bot.stores.memory import MemoryStore
from tests.fakes.botapi import BotApi, Fault
from tests.fakes.person import Person


async def test_a_courier_that_is_told_to_stop_in_the_moment_in_which_work_comes_stops() -> None:
    nobody: Any = None
    courier = Courier(MemoryStore(), nobody, nobody, lambda: "id")
    sweeping = asyncio.ensure_future(courier._sweeping())
    await asyncio.sleep(0.05)
    courier._soon.set()
    sweeping.cancel()
    await asyncio.wait({sweeping}, timeout=2)
    assert sweeping.cancelled()


async def test_a_courier_does_not_wait_for_a_database_that_does_not_answer() -> None:
    class Silent(MemoryStore):
        async def release(self, owner: str) -> None:  # noqa: ARG002 - as the store has it
            await asyncio.Event().wait()

    nobody: Any = None
    async with asyncio.timeout(5):
        await Courier(Silent(), nobody, nobody, lambda: "id").drain(0)


async def test_a_poller_does_not_wait_for_a_server_that_does_not_answer(api: BotApi, bot: RawBot) -> None:
    async def done(_raw: object, _inline: bool) -> None:
        return None

    poller = Poller(bot, Intake(done))
    polling = asyncio.ensure_future(poller.poll())
    _, update = await Person(api).send("x")
    await api.settled(update)
    polling.cancel()
    await asyncio.wait([polling])
    api.fault("getUpdates", Fault(delay=30))
    async with asyncio.timeout(5):
        await poller.drain()
