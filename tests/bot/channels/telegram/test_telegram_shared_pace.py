"""Telegram's limits hold for all workers together: whoever sends next goes on at the pace of whoever sent before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from itertools import combinations, count
from pathlib import Path

import pytest

from bot.channels.telegram.bridge import Place
from bot.channels.telegram.calls import Calls
from bot.channels.telegram.courier import Courier
from bot.channels.telegram.pace import Pace, Rates
from bot.channels.telegram.request import RawBot, connect
from bot.channels.telegram.sender import Order, payload_of
from bot.render.port import Shown
from bot.render.renderer import TemplateRenderer
from bot.stores.database import database_store
from bot.stores.port import Administered, Census, Deed, Key, Parcel, Stored
from flows.dialog.replies import Role
from tests.bot.channels.telegram.running import ERROR_ID
from tests.fakes.botapi import TOKEN, BotApi, flood
from tests.fakes.person import Person
from tests.fakes.postgres import Postgres

RATE = 4.0
"""Messages a second in a chat, and as many at once."""
MESSAGES = 12
NUMBERS = count()


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Administered]]:
    """One database, opened by two workers."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("server").database(f"shared{next(NUMBERS)}")
    stores = [database_store(url) for _ in range(2)]
    for store in stores:
        await store.start()
    yield stores
    for store in stores:
        await store.close()


@pytest.fixture
async def workers(stores: list[Administered], api: BotApi, renderer: TemplateRenderer) -> AsyncIterator[list[Courier]]:
    bots = [connect(TOKEN, api.url) for _ in stores]
    for bot in bots:
        await bot.initialize()
    yield [_worker(store, bot, renderer) for store, bot in zip(stores, bots, strict=True)]
    for bot in bots:
        await bot.shutdown()


def _worker(store: Administered, bot: RawBot, renderer: TemplateRenderer) -> Courier:
    pace = Pace(Rates(1e6, RATE, 1e6), asyncio.sleep, time.monotonic, crew=2)
    return Courier(store, Calls(bot, pace, asyncio.sleep), renderer, lambda: ERROR_ID)


@pytest.fixture
def sent(api: BotApi) -> list[float]:
    """When messages came to the server."""
    times: list[float] = []

    def came(method: str, _given: object) -> None:
        if method == "sendMessage":
            times.append(time.monotonic())

    api.chance = came
    return times


async def saved(worker: Courier, chat: int, *, kept: bool = True) -> Parcel:
    """A reply that a worker saved, with a conversation or without one."""
    key = Key("telegram", str(chat))
    payload = payload_of(Order(Place(chat), (Shown(Role.NOTE, "note"),)))
    deed = Deed(None, {**payload, "language": "en"}, worker.owner)
    found = await worker.store.load(key)
    parcel = await (worker.store.save(key, found or Stored({}), deed) if kept else worker.store.skip(key, deed))
    assert parcel is not None
    return parcel


async def done(worker: Courier) -> None:
    while worker._rounds:
        await asyncio.wait(worker._rounds)


@pytest.mark.parametrize("kept", [True, False], ids=["a conversation", "nothing kept of it"])
async def test_workers_that_take_turns_in_a_chat_are_together_no_faster_than_one(
    workers: list[Courier], api: BotApi, sent: list[float], kept: bool
) -> None:
    Person(api, 77)
    for number in range(MESSAGES):
        worker = workers[number % 2]
        worker.take(await saved(worker, 77, kept=kept))
        await done(worker)
    assert len(sent) == MESSAGES
    for first, last in combinations(range(MESSAGES), 2):
        assert last - first + 1 <= RATE + RATE * (sent[last] - sent[first]) + 0.1
    assert sent[-1] - sent[0] < 2 * MESSAGES / RATE


@pytest.mark.parametrize("end", ["told to stop", "killed"])
async def test_a_chat_with_which_one_worker_is_to_wait_another_waits_with_as_well(
    workers: list[Courier], api: BotApi, sent: list[float], end: str
) -> None:
    ann, (one, other) = Person(api, 77), workers
    api.fault("sendMessage", flood(1))
    parcel = await saved(one, 77)
    begun = time.monotonic()
    one.take(parcel)
    await api.until(lambda: bool(api.called("sendMessage")))
    await asyncio.sleep(0.1)
    if end == "told to stop":
        await one.drain(0)
    else:
        for round_ in one._rounds:
            round_.cancel()
    for found in await other.store.claim(other.owner, Census(dead=[one.owner])):
        other.take(found)
    await done(other)
    assert ann.transcript() == ["note"]
    assert len(sent) == 1
    assert sent[0] - begun >= 1.0


async def test_what_holds_up_the_whole_bot_holds_up_every_worker(workers: list[Courier], api: BotApi, sent: list[float]) -> None:
    one, other = workers
    for chat in (71, 72, 73, 77):
        Person(api, chat)
    api.fault("sendMessage", flood(1), 3)
    beating = asyncio.ensure_future(one.run())
    begun = time.monotonic()
    for chat in (71, 72, 73):
        one.take(await saved(one, chat))
    await api.until(lambda: len(api.called("sendMessage")) == 3)
    await asyncio.sleep(0.1)
    listening = asyncio.ensure_future(other.run())
    await asyncio.sleep(0.1)
    other.take(await saved(other, 77))
    await done(other)
    assert min(sent) - begun >= 1.0
    for running in (beating, listening):
        running.cancel()
    await asyncio.wait([beating, listening])
    await done(one)
