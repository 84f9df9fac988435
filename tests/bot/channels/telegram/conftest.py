"""What the tests of the Telegram channel share: a Bot API server, a running bot whose pauses take no time, and people."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.request import RawBot, connect
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from flows.knowledge.loader import Knowledge, load
from tests.bot.channels.telegram.running import Pauses, Running, ShakyStore
from tests.fakes.botapi import TOKEN, USERNAME, BotApi
from tests.fakes.person import Person


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def renderer(knowledge: Knowledge) -> TemplateRenderer:
    renderer = TemplateRenderer(knowledge)
    renderer.use_links(USERNAME)
    return renderer


@pytest.fixture
def store() -> ShakyStore:
    return ShakyStore()


@pytest.fixture
def service(knowledge: Knowledge, store: ShakyStore) -> Service:
    return Service(knowledge, store, lambda: 1_000_000.0)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[RawBot]:
    bot = connect(TOKEN, api.url)
    await bot.initialize()
    api.calls.clear()
    yield bot
    await bot.shutdown()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def running(
    api: BotApi, bot: RawBot, service: Service, renderer: TemplateRenderer, pauses: Pauses
) -> AsyncIterator[Running]:
    running = Running(bot, service, renderer, pauses)
    running.start()
    api.quiet = running.quiet
    yield running
    await running.stop()


@pytest.fixture
def person(api: BotApi, running: Running) -> Person:
    return Person(api, language="en")
