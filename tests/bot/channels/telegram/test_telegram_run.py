"""The bot from start to stop: its profile, its token, and an orderly end."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal

import pytest

from bot.channels.telegram.profile import MENU, publish
from bot.channels.telegram.request import RawBot
from bot.channels.telegram.run import REFUSED, STOPPED, Options, serve
from bot.channels.telegram.workers import Post
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.port import Key, Stored
from flows.knowledge.loader import Knowledge
from tests.bot.channels.telegram.running import ShakyStore
from tests.fakes.botapi import TOKEN, USERNAME, BotApi, Fault
from tests.fakes.person import Person


@pytest.fixture
def renderer(knowledge: Knowledge) -> TemplateRenderer:
    return TemplateRenderer(knowledge)


async def test_the_profile_is_set_in_both_languages(api: BotApi, bot: RawBot, renderer: TemplateRenderer) -> None:
    await publish(bot, renderer, "zh")
    for code, language in (("", "zh"), ("zh", "zh"), ("en", "en")):
        wanted = [{"command": str(name), "description": renderer.words(f"telegram.command_{name}", language)} for name in MENU]
        assert api.profile["commands", code] == wanted
        assert api.profile["description", code] == renderer.words("telegram.description", language)
        assert api.profile["short_description", code] == renderer.words("telegram.short_description", language)
    assert api.profile["menu_button", ""] == {"type": "commands"}
    assert api.wrong == []


async def test_a_profile_that_is_right_is_not_set_again(api: BotApi, bot: RawBot, renderer: TemplateRenderer) -> None:
    await publish(bot, renderer, "en")
    api.calls.clear()
    await publish(bot, renderer, "en")
    assert [call.method for call in api.calls if call.method.startswith("set")] == []


async def test_a_profile_that_cannot_be_read_is_set_and_one_that_cannot_be_set_is_let_go(
    api: BotApi, bot: RawBot, renderer: TemplateRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("getMyCommands", Fault(500, "Internal Server Error"))
    api.fault("setMyDescription", Fault(429, "Too Many Requests: retry after 9", {"retry_after": 9}))
    await publish(bot, renderer, "en")
    assert ("commands", "") in api.profile
    assert ("description", "") not in api.profile
    assert ("description", "zh") in api.profile
    assert "description: not set: RetryAfter" in caplog.text


async def test_a_token_that_is_refused_ends_with_1(service: Service, renderer: TemplateRenderer, api: BotApi) -> None:
    assert await serve(service, renderer, Options("1:wrong", api.url, None, 30), Post()) == REFUSED


async def test_a_token_that_is_refused_later_ends_with_1(service: Service, renderer: TemplateRenderer, api: BotApi) -> None:
    api.fault("getUpdates", Fault(401, "Unauthorized"), times=2)
    assert await serve(service, renderer, Options(TOKEN, api.url, None, 30), Post()) == REFUSED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_with_0_and_everything_acknowledged(
    service: Service, renderer: TemplateRenderer, api: BotApi, number: signal.Signals
) -> None:
    serving = asyncio.ensure_future(serve(service, renderer, Options(TOKEN, api.url, None, 30), Post()))
    person = Person(api)
    await person.type("/start")
    await person.send("/help")
    os.kill(os.getpid(), number)
    assert await asyncio.wait_for(serving, 5) == STOPPED
    assert api.waiting == [] or not person.last.of_bot


async def test_a_server_that_cannot_be_reached_at_first_is_waited_for(
    service: Service, renderer: TemplateRenderer, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.run.FIRST_PAUSE", 0.01)
    api.fault("getMe", Fault(), times=2)
    serving = asyncio.ensure_future(serve(service, renderer, Options(TOKEN, api.url, None, 30), Post()))
    await Person(api).type("/start")
    serving.cancel()
    await asyncio.wait([serving])


async def test_untouched_conversations_are_erased_at_the_start(
    service: Service, store: ShakyStore, renderer: TemplateRenderer, api: BotApi
) -> None:
    day = 86400.0
    await store.save(Key("telegram", "1"), Stored({}, touched=service.clock() - 31 * day))
    await store.save(Key("telegram", "2"), Stored({}, touched=service.clock() - 29 * day))
    serving = asyncio.ensure_future(serve(service, renderer, Options(TOKEN, api.url, None, 30), Post()))
    await Person(api, 3).type("/start")
    assert [await store.load(Key("telegram", chat)) is None for chat in "12"] == [True, False]
    serving.cancel()
    await asyncio.wait([serving])


async def test_neither_the_token_nor_a_word_typed_reaches_a_log(
    service: Service, renderer: TemplateRenderer, api: BotApi, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    for method in ("getMe", "getUpdates", "sendMessage", "answerCallbackQuery", "getMyCommands", "setMyDescription"):
        for fault in (Fault(), Fault(502, "Bad Gateway"), Fault(body="<html>")):
            api.fault(method, fault)
    with pytest.MonkeyPatch.context() as patched:
        for module in ("run", "polling", "calls"):
            patched.setattr(f"bot.channels.telegram.{module}.FIRST_PAUSE", 0.01)
        patched.setattr("bot.channels.telegram.run.ANSWERS_FIRST", 0)
        serving = asyncio.ensure_future(serve(service, renderer, Options(TOKEN, api.url, None, 30), Post()))
        person = Person(api)
        await person.type("Wang Xiaoming 13800138000")
        await api.until(lambda: bool(person.alive), 20)
        query, _ = await person.press(person.buttons()[0])
        await api.until(lambda: query in api.toasts, 20)
        await person.edit(person.messages[0].id, "Wang Xiaoming again")
        serving.cancel()
        await asyncio.wait([serving])
    logged = caplog.text + json.dumps([str(record.__dict__) for record in caplog.records]) + "".join(capfd.readouterr())
    assert USERNAME in logged
    assert TOKEN not in logged
    assert TOKEN.partition(":")[2] not in logged
    assert "Wang" not in logged
