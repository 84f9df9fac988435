"""A tap over local HTTP: the bot's whole work against others that only answer the press and edit the message.

All of them talk to the same sink in another process; what is compared is processor time of the process that does the work.
Each runs in the event loop that it runs in by default: python-telegram-bot and aiogram in asyncio's own, this bot in uvloop.
"""

from __future__ import annotations

import asyncio
import gc
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler

from bot.channels.telegram.bridge import Place, Tap, button_data, read
from bot.channels.telegram.calls import Calls
from bot.channels.telegram.courier import Courier
from bot.channels.telegram.handler import Handler, Profile
from bot.channels.telegram.pace import Pace, Rates
from bot.channels.telegram.request import connect
from bot.channels.telegram.run import run as run_serving
from bot.channels.telegram.sender import Order, payload_of
from bot.render.port import Shown
from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from bot.service import Service
from bot.stores.database import database_store
from bot.stores.port import Deed, Key, Stored
from flows.dialog.codec import from_data, to_data
from flows.dialog.codes import encode
from flows.dialog.events import Command, Did, Event
from flows.dialog.replies import Reply, Role
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.knowledge.loader import Knowledge, load
from tests.benchmarks.core import _next
from tests.benchmarks.figures import Table
from tests.benchmarks.sink import MESSAGE, TOKEN, sunk

CHAT = 42
ROUNDS = 7
TAPS = 250
WARM = 20
"""Taps before the clock is started."""
UNLIMITED = Rates(1e9, 1e9, 1e9)
HALF, BELOW = 0.5, 0.9
"""Goals: against python-telegram-bot, and against aiogram-dialog."""
RIVAL = Path(__file__).with_name("rival.py")
KEY = Key("telegram", str(CHAT))


@dataclass(frozen=True, slots=True)
class Step:
    """One tap of a consultation: what came, what it did, what was shown."""

    raw: Mapping[str, Any]
    before: Session
    event: Event
    after: Session
    replies: tuple[Reply, ...]
    shown: tuple[Shown, ...]


def run() -> bool:
    """Measures and prints; tells whether the goals are reached."""
    knowledge = load()
    renderer = TemplateRenderer(knowledge, TELEGRAM_PAGE)
    steps = _script(knowledge, renderer)
    sides: dict[str, list[float]] = {"default": [], "bot": [], "rival": []}
    with sunk() as root, _rival(root, steps) as rival:
        for _ in range(ROUNDS):
            sides["default"].append(asyncio.run(_with_default(root)))
            sides["bot"].append(_awaited(_with_bot(root, knowledge, renderer, steps)))
            sides["rival"] += rival()
        floor = _floor(root, knowledge, renderer, steps)
    default, bot = statistics.median(sides["default"]), statistics.median(sides["bot"])
    table = Table(
        f"processor time of one tap over local HTTP ({TAPS} taps, medians of {ROUNDS} interleaved rounds)",
        "python-telegram-bot's default handler: answer and edit",
        default,
    )
    table.row("this bot: load, turn, render, save in SQLite, answer, edit", bot, default * HALF)
    if sides["rival"]:
        rivalled = statistics.median(sides["rival"])
        table.row("an aiogram-dialog window: answer and edit", rivalled)
        table.row(f"this bot again ({bot / rivalled:.2f} x the window)", bot, rivalled * BELOW)
    else:
        print("  aiogram-dialog: not measured, for uv could not run it")
    for what, seconds in floor.items():
        table.row(f"  {what}", seconds)
    return table.reached


# --- what is tapped ---------------------------------------------------------------------------------------------------


def _script(knowledge: Knowledge, renderer: TemplateRenderer) -> list[Step]:
    """The taps of whole consultations, each with a look at the report and at the review, one after the other."""
    rng, steps = random.Random(4), list[Step]()
    session: Session = Session()
    event: Event = Did(Command.CONSENT)
    while len(steps) < WARM + TAPS:
        done = turn(session, event, knowledge, 1.0)
        shown = tuple(renderer.show(reply, done.session.language) for reply in done.replies)
        steps.append(
            Step(_update(len(steps) + 1, button_data(session.step, encode(event))), session, event, done.session, done.replies, shown)
        )
        session, event = done.session, _tap(done.session, knowledge, done.replies[-1], rng)
    return steps


def _tap(session: Session, knowledge: Knowledge, screen: Reply, rng: random.Random) -> Event:
    if session.screen is Screen.REPORT:
        return Did(Command.RESTART, "yes")
    event = _next(session, screen, knowledge, rng)
    if type(event).__name__ == "Typed":
        return next(button.event for row in screen.buttons for button in row if button.event and button.label.id == "unknown")
    return event


def _update(number: int, data: str) -> dict[str, Any]:
    person = {"id": CHAT, "is_bot": False, "first_name": "T", "language_code": "en"}
    chat = {"id": CHAT, "type": "private", "first_name": "T"}
    message = {"message_id": MESSAGE, "date": 1_790_000_000, "chat": chat, "text": "x"}
    query = {"id": str(number), "from": person, "chat_instance": "1", "data": data, "message": message}
    return {"update_id": number, "callback_query": query}


# --- who is tapped ----------------------------------------------------------------------------------------------------


async def _spent(taps: list[Mapping[str, Any]], handle: Callable[[Mapping[str, Any]], Awaitable[object]]) -> float:
    """Processor seconds of a tap, after some to warm up."""
    start = 0.0
    for number, raw in enumerate(taps):
        if number == WARM:
            gc.collect()
            start = time.process_time()
        await handle(raw)
    return (time.process_time() - start) / (len(taps) - WARM)


async def _with_default(root: str) -> float:
    async def pressed(update: Update, _: Any) -> None:
        query = update.callback_query
        if query is not None:
            await query.answer()
            await query.edit_message_text(f"{'word ' * 60}{query.data}")

    async def process(raw: Mapping[str, Any]) -> None:
        await application.process_update(Update.de_json(dict(raw), application.bot))

    application = Application.builder().token(TOKEN).base_url(f"{root}/bot").updater(None).build()
    application.add_handler(CallbackQueryHandler(pressed))
    await application.initialize()
    try:
        return await _spent([_update(number, str(number)) for number in range(WARM + TAPS)], process)
    finally:
        await application.shutdown()


async def _with_bot(root: str, knowledge: Knowledge, renderer: TemplateRenderer, steps: list[Step]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = database_store(f"sqlite+aiosqlite:///{Path(folder, 'bench.db')}")
        await store.start()
        bot = connect(TOKEN, root)
        await bot.initialize()
        courier = Courier(store, Calls(bot, Pace(UNLIMITED, asyncio.sleep, time.monotonic), asyncio.sleep), renderer, lambda: "e")
        handler = Handler(Service(knowledge, store, time.time), renderer, courier, Profile("bench_bot"), lambda: "e")

        async def whole(raw: Mapping[str, Any]) -> None:
            await handler(raw)
            while courier._rounds:
                await asyncio.wait(courier._rounds)

        try:
            return await _spent([step.raw for step in steps], whole)
        finally:
            await bot.shutdown()
            await store.close()


def _awaited(serving: Any) -> Any:
    """What comes of it in the loop that the bot serves in."""
    return run_serving(serving)


@contextmanager
def _rival(root: str, steps: list[Step]) -> Iterator[Callable[[], list[float]]]:
    """Gives what runs a round of the aiogram-dialog window, with as many buttons and as much text as a screen of the bot has."""
    screens = [shown for step in steps for shown in step.shown if shown.role is Role.SCREEN]
    buttons = round(statistics.mean(sum(map(len, shown.rows)) for shown in screens))
    characters = round(statistics.mean(len(shown.markup) for shown in screens))
    uv = shutil.which("uv")
    if uv is None:
        yield list
        return
    command = [uv, "run", "--quiet", "--script", str(RIVAL), root, TOKEN, str(buttons), str(characters), str(TAPS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        asked, told = program.stdin, program.stdout

        def go() -> list[float]:
            if program.poll() is not None:
                return []
            print(file=asked, flush=True)
            said = told.readline()
            return [float(said)] if said else []

        yield go
        program.terminate()


# --- the floor --------------------------------------------------------------------------------------------------------


def _floor(root: str, knowledge: Knowledge, renderer: TemplateRenderer, steps: list[Step]) -> dict[str, float]:
    """What each part takes of a tap by itself, in processor seconds."""
    parsed = [dict(step.raw) for step in steps]

    def afresh(step: Step) -> None:
        knowledge.nearby._kept.clear()
        turn(step.before, step.event, knowledge, 1.0)

    return {
        "of python-telegram-bot: the update as its objects": _each(lambda update: Update.de_json(update, None), parsed),
        "of this bot: the update read": _each(lambda step: read(step.raw, "bench_bot"), steps),
        "  the turn": _each(lambda step: turn(step.before, step.event, knowledge, 1.0), steps),
        "  the same, where the turn before was another process's": _each(afresh, steps),
        "  the text": _each(lambda step: [renderer.show(reply, step.after.language) for reply in step.replies], steps),
        "  the session as data and back": _each(lambda step: from_data(to_data(step.after)), steps),
        "  the database: open, save with the replies, complete": _awaited(_stored(steps)),
        "  the calls, as they are": _awaited(_called(root, steps)),
        "  two bare calls of aiohttp": _awaited(_bare(root)),
    }


def _each(do: Callable[[Any], object], items: list[Any]) -> float:
    """Processor seconds of one, the least of some rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for item in items:
            do(item)
        times.append((time.process_time() - start) / len(items))
    return statistics.median(times)


async def _stored(steps: list[Step]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = database_store(f"sqlite+aiosqlite:///{Path(folder, 'bench.db')}")
        await store.start()
        start = time.process_time()
        for number, step in enumerate(steps):
            kept = (await store.open(KEY, number)).stored
            payload = payload_of(Order(Place(CHAT), step.shown, step.after.step, Tap("q", MESSAGE, "")))
            parcel = await store.save(KEY, Stored(to_data(step.after), kept.rev if kept else 0), Deed(number, payload, "bench"))
            assert parcel is not None
            await store.complete(parcel, "bench")
        spent = (time.process_time() - start) / len(steps)
        await store.close()
        return spent


async def _called(root: str, steps: list[Step]) -> float:
    bot = connect(TOKEN, root)
    await bot.initialize()
    calls = Calls(bot, Pace(UNLIMITED, asyncio.sleep, time.monotonic), asyncio.sleep)
    payloads = [payload_of(Order(Place(CHAT), step.shown, step.after.step, Tap("q", MESSAGE, ""))) for step in steps]
    start = time.process_time()
    for payload in payloads:
        await calls.answer("q", payload["toast"])
        for _, markup, buttons in payload["items"]:
            await calls.edit(Place(CHAT), MESSAGE, markup, buttons)
    spent = (time.process_time() - start) / len(steps)
    await bot.shutdown()
    return spent


async def _bare(root: str) -> float:
    bot = connect(TOKEN, root)
    await bot.initialize()
    session, url = bot._server._opened(), f"{bot.base_url}/editMessageText"
    start = time.process_time()
    for _ in range(2 * TAPS):
        async with session.post(url, data=b"text=" + b"word+" * 60) as answer:
            await answer.read()
    spent = (time.process_time() - start) / TAPS
    await bot.shutdown()
    return spent
