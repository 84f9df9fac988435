"""Webhook, workers and outbox in real processes: what is killed and what is stopped loses nothing."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest

from bot.render.renderer import TemplateRenderer
from flows.knowledge.loader import load
from tests.e2e.webhook_case import SECRET, Workers, gone
from tests.fakes.botapi import TOKEN, BotApi, Fault
from tests.fakes.person import Person
from tests.fakes.webhooks import SECRET_HEADER, Deliverer

SCREENS = 9
"""Seconds in which the replies of a tap have to be there."""


@pytest.fixture(scope="module")
def renderer() -> TemplateRenderer:
    return TemplateRenderer(load())


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    server = BotApi()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def workers(api: BotApi, tmp_path: Path) -> AsyncIterator[Workers]:
    workers = Workers(api, tmp_path)
    await workers.start()
    yield workers
    code = await workers.stop()
    log = workers.log.read_text("utf-8")
    assert code == 0, log
    assert api.wrong == []
    assert TOKEN.partition(":")[2] not in log
    assert SECRET not in log


@pytest.fixture
async def deliverer(api: BotApi, workers: Workers) -> AsyncIterator[Deliverer]:
    deliverer = Deliverer(api, workers.hook)
    yield deliverer
    await deliverer.stop()


async def begun(api: BotApi, number: int = 77) -> Person:
    """Somebody in front of the first question."""
    person = Person(api, number, language="en")
    await person.send("/start")
    await api.until(lambda: bool(person.messages[-1].rows), SCREENS)
    await tapped(person, "")
    return person


async def tapped(person: Person, label: str) -> str:
    """Taps a button (the first) and waits for the answer to the press and for another screen."""
    before = (person.last.id, person.last.edits)
    query, _ = await person.press(label or person.buttons()[0])
    await person.api.until(
        lambda: query in person.api.toasts and (person.last.id, person.last.edits) != before and person.last.of_bot, SCREENS
    )
    return query


async def changed(person: Person, before: tuple[int, int]) -> None:
    """Waits until the chat is another one than before."""
    await person.api.until(lambda: (person.last.edits, len(person.messages)) != before, 25)


async def test_updates_are_taken_by_whoever_knows_the_secret_and_figures_are_kept(
    api: BotApi, workers: Workers, deliverer: Deliverer
) -> None:
    await api.until(lambda: bool(api.hook))
    assert api.hook["url"] == "https://bot.example.org/telegram/hook"
    assert api.hook["secret_token"] == SECRET
    assert await deliverer.post({"update_id": 1}, **{SECRET_HEADER: "wrong"}) == (403, "")
    person = await begun(api)
    for _ in range(3):
        await tapped(person, "")
    # The answer to a press needs no call of its own: it goes out as the answer to the delivery.
    assert len(api.called("answerCallbackQuery")) == 4
    assert len(api.called("setWebhook")) == 1
    status, figures = await workers.asked("metrics")
    assert status == 200
    assert re.search(r'^phnen_bot_updates_total\{outcome="saved"\} 5\.0$', figures, re.MULTILINE)
    assert "phnen_bot_turn_seconds_count 5.0" in figures
    labels = re.findall(r'(?<!le=)"([^"]*)"', figures)  # a measured time and the bound of its bucket may hold any digits
    assert labels
    assert not any(str(person.number) in label for label in labels)
    assert {line["worker"] for line in workers.lines()} == {0, 1}


async def test_an_error_that_a_person_is_told_of_is_found_in_the_log(api: BotApi, workers: Workers, deliverer: Deliverer) -> None:
    person = await begun(api)
    api.fault("editMessageText", Fault(400, "Bad Request: something new"))
    await person.press(person.buttons()[0])
    await api.until(lambda: bool(re.search(r"[0-9a-f]{8}", person.last.text.shown)), SCREENS)
    (told,) = re.findall(r"\b[0-9a-f]{8}\b", person.last.text.shown)
    (line,) = [line for line in workers.lines() if line.get("error_id") == told]
    assert line["level"] == "ERROR"
    assert line["update"] > 1000
    api.wrong.clear()


async def test_workers_that_are_killed_while_they_send_lose_no_answer(api: BotApi, workers: Workers, deliverer: Deliverer) -> None:
    person = await begun(api)
    for _ in range(2):
        before = person.last.edits, len(person.messages)
        api.fault("editMessageText", Fault(delay=60))
        _, update = await person.press(person.buttons()[0])
        await api.settled(update)
        while not api.no_fault_waits("editMessageText"):  # noqa: ASYNC110 - a fault that strikes tells nobody
            await asyncio.sleep(0.01)
        for pid in workers.workers():
            os.kill(pid, signal.SIGKILL)
        await changed(person, before)
    others = await asyncio.gather(*(begun(api, number) for number in range(200, 206)))
    assert all(other.screen is other.last for other in others)
    assert len({len(other.messages) for other in others}) == 1


async def test_a_supervisor_that_is_killed_gets_again_what_was_not_acknowledged(
    api: BotApi, workers: Workers, deliverer: Deliverer
) -> None:
    person = await begun(api)
    left = workers.workers()
    await workers.kill()
    _, update = await person.press(person.buttons()[0])
    before = person.last.edits, len(person.messages)
    await asyncio.sleep(0.3)
    assert all(map(gone, left))
    await workers.start()
    await api.settled(update, SCREENS)
    await changed(person, before)
    assert 0 in deliverer.statuses


async def test_told_to_stop_it_says_so_first_and_sends_what_it_has_in_hand(api: BotApi, workers: Workers, deliverer: Deliverer) -> None:
    person = await begun(api)
    assert await workers.asked("readyz") == (200, "ready\n")
    api.fault("editMessageText", Fault(delay=1.5))
    _, update = await person.press(person.buttons()[0])
    await api.settled(update)
    before = person.last.edits, len(person.messages)
    begun_at = monotonic()
    stopping = asyncio.ensure_future(workers.stop())
    seen = set()
    while not stopping.done():
        seen.add(await workers.asked("readyz"))
        await asyncio.sleep(0.05)
    assert await stopping == 0
    assert (503, "closed\n") in seen
    assert monotonic() - begun_at < 20
    assert (person.last.edits, len(person.messages)) != before
    assert not [line for line in workers.lines() if line["level"] == "ERROR"]
