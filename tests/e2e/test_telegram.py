"""The real program over HTTP against a Bot API server: whole consultations, and what a person may do to them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.render.renderer import TemplateRenderer
from flows.dialog.events import Command, Did, Typed
from flows.knowledge.loader import Knowledge, load
from flows.rules.fields import Kind
from tests.e2e.telegram_case import ROOT, Process, Walk
from tests.fakes.botapi import TOKEN, USERNAME, BotApi, Chat, Fault, flood
from tests.fakes.botapi_rules import read_text
from tests.fakes.person import Person

PUBLISHED = ROOT / "tests" / "cases" / "published.yaml"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def renderer(knowledge: Knowledge) -> TemplateRenderer:
    renderer = TemplateRenderer(knowledge)
    renderer.use_links(USERNAME)
    return renderer


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def process(api: BotApi, tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(api, tmp_path)
    await process.start()
    yield process
    code = await process.stop()
    log = process.log.read_text("utf-8")
    assert code == 0, log
    assert api.wrong == []
    assert TOKEN.partition(":")[2] not in log


@pytest.fixture
def case(knowledge: Knowledge) -> dict[str, Any]:
    return dict(knowledge.vignettes["V1"].answers)


@pytest.mark.parametrize(("name", "language"), [("V1", "zh-hans"), ("V4", "en"), ("P01", "zh"), ("P01", "en")])
async def test_a_case_is_walked_from_the_greeting_to_the_report(
    name: str, language: str, process: Process, knowledge: Knowledge, renderer: TemplateRenderer
) -> None:
    published = {entry["id"]: entry["answers"] for entry in yaml.safe_load(PUBLISHED.read_text("utf-8"))}
    walk = Walk(Person(process.api, language=language), published.get(name) or knowledge.vignettes[name].answers, knowledge, renderer)
    await walk.begin()
    await walk.answer()
    await walk.tap(Did(Command.REPORT))
    await walk.tap(Did(Command.HOW, "summary"))
    await walk.tap(Did(Command.RESUME))
    assert walk.person.alive == [walk.person.last]
    # The chat reads as a transcript: each stage left its summary, and no question stayed open.
    said = walk.person.transcript()
    summaries = {message.text.shown for message in walk.person.messages if message.edits and not message.rows}
    assert len(summaries) >= 3
    assert summaries <= set(said)


async def test_language_stale_buttons_and_edited_numbers(
    api: BotApi, process: Process, knowledge: Knowledge, renderer: TemplateRenderer, case: dict[str, Any]
) -> None:
    walk = Walk(Person(api, language="zh-hans"), case, knowledge, renderer)
    await walk.begin()
    while knowledge.fields[walk.session.subject].core.kind is not Kind.NUMBER:
        await walk.answer(1)
    field = walk.session.subject
    message = await walk.type("45")
    await walk.answer(1)

    await walk.type("/language", Did(Command.LANGUAGE))
    assert walk.session.language == "en"
    stale = renderer.words("dialog.toast", "en", what="stale")
    before = len(walk.person.messages)
    assert await walk.person.tap_stale("不清楚", walk.person.messages[1]) == stale
    assert len(walk.person.messages) == before
    walk.compare()

    await walk.person.edit(message, "46")
    walk._turn(Typed("46", field))
    walk.compare()
    await walk.type("/summary", Did(Command.SUMMARY))
    assert "46" in walk.person.last.text.shown
    assert "45" not in walk.person.last.text.shown


async def test_a_killed_bot_goes_on_where_it_was(
    api: BotApi, process: Process, knowledge: Knowledge, renderer: TemplateRenderer, case: dict[str, Any]
) -> None:
    walk = Walk(Person(api), case, knowledge, renderer)
    await walk.begin()
    await walk.answer(6)
    await process.kill()
    update = (await walk.person.send("/summary"))[1]  # while nobody listens
    await process.start()
    await api.settled(update)
    walk._turn(Did(Command.SUMMARY))
    walk.compare()
    await walk.tap(Did(Command.RESUME))
    await walk.answer()
    await walk.tap(Did(Command.REPORT))


async def test_a_bot_killed_between_saving_and_sending_loses_no_answer(
    api: BotApi, process: Process, knowledge: Knowledge, renderer: TemplateRenderer, case: dict[str, Any]
) -> None:
    walk = Walk(Person(api), case, knowledge, renderer)
    await walk.begin()
    for method in ("editMessageText", "sendMessage"):
        await walk.answer(2)
        api.fault(method, Fault(delay=60))
        event = Did(Command.SUMMARY)
        if method == "sendMessage":
            _, update = await walk.person.send("/summary")
        else:
            _, update = await walk.person.press(walk.label(event))
        await api.until(partial(api.no_fault_waits, method))
        await process.kill()
        await process.start()
        await api.settled(update)
        walk._turn(event)
        walk.compare()
        await walk.tap(Did(Command.RESUME))


async def test_a_consultation_gets_through_bad_weather(
    api: BotApi, process: Process, knowledge: Knowledge, renderer: TemplateRenderer, case: dict[str, Any]
) -> None:
    walk = Walk(Person(api), case, knowledge, renderer)
    await walk.begin()
    for fault in (flood(1), Fault(502, "Bad Gateway"), Fault(), Fault(body="<html>")):
        api.fault("editMessageText", fault)
        api.fault("answerCallbackQuery", fault)
        await walk.answer(2)
    api.fault("getUpdates", Fault(409, "Conflict: terminated by other getUpdates request"))
    await walk.answer(3)


async def test_forgetting_leaves_no_row_and_only_a_way_to_begin_again(
    api: BotApi, process: Process, knowledge: Knowledge, renderer: TemplateRenderer, case: dict[str, Any]
) -> None:
    walk = Walk(Person(api, 987654321), case, knowledge, renderer)
    await walk.begin()
    await walk.answer(8)
    await walk.type("/forget", Did(Command.FORGET))
    await walk.person.tap(walk.label(Did(Command.FORGET, "yes")))
    assert walk.person.last.text == read_text({"text": renderer.voices["zh"].say("dialog.forgotten"), "parse_mode": "HTML"})
    assert walk.person.buttons() == [renderer.voices["zh"].words.button["restart"]]
    for file in (*process.database.parent.glob("kept.db*"), process.log):
        for trace in (b"987654321", b"answers", b"items", b"age_years"):
            assert trace not in file.read_bytes()
    await walk.person.type("/start")
    assert renderer.voices["zh"].words.button["begin"] in walk.person.buttons()


async def test_groups_pictures_and_identifiers(api: BotApi, process: Process, renderer: TemplateRenderer) -> None:
    person = Person(api)
    group = api.chats[-1001] = Chat(-1001, "group")
    _, update = await person.send(f"@{USERNAME} 有空吗", group)
    await api.settled(update)
    assert [message.text.shown for message in group.messages.values() if message.of_bot] == [renderer.words("telegram.group_private", "zh")]
    await person.show(
        "sticker",
        {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
    )
    await person.type("患者张三，电话13800138000")
    assert person.screen is person.last
    log = process.log.read_text("utf-8")
    assert "13800138000" not in log
    assert all("13800138000" not in json.dumps(dict(call.parameters)) for call in api.calls)
    assert b"13800138000" not in b"".join(file.read_bytes() for file in process.database.parent.glob("kept.db*"))
