"""A tap over local HTTP: the bot's whole work against python-telegram-bot's default handler doing the two calls alone.

Both talk to the same sink in another process; what is compared is processor time of this process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiohttp import web
from telegram import Update
from telegram.ext import Application, CallbackQueryHandler

from bot.channels.telegram.bridge import button_data
from bot.channels.telegram.calls import Calls
from bot.channels.telegram.courier import Courier
from bot.channels.telegram.handler import Handler, Profile
from bot.channels.telegram.pace import Pace, Rates
from bot.channels.telegram.request import RawBot, connect
from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from bot.service import Service
from bot.stores.database import database_store
from bot.stores.memory import MemoryStore
from bot.stores.port import Key
from flows.dialog.codes import encode
from flows.dialog.events import Command, Did
from flows.dialog.session import Session
from flows.knowledge.loader import Knowledge, load
from tests.benchmarks.core import _next
from tests.benchmarks.figures import Table, median

TOKEN = "123456789:AAbenchmark"
CHAT = 42
MESSAGE = 7
"""Every message of the sink has this id, so that every press comes from the current screen."""
ROUNDS = 5
TAPS = 250


def run() -> bool:
    """Measures and prints; tells whether the goal is reached."""
    ours, theirs = multiprocessing.Pipe()
    sink = multiprocessing.get_context("spawn").Process(target=_sink, args=(theirs,), daemon=True)
    sink.start()
    try:
        return asyncio.run(_measured(f"http://127.0.0.1:{ours.recv()}"))
    finally:
        sink.terminate()


async def _measured(root: str) -> bool:
    knowledge = load()
    taps = await _script(knowledge)
    renderer = TemplateRenderer(knowledge, TELEGRAM_PAGE)
    await _with_bot(root, knowledge, renderer, taps)
    default, bot = [], []
    for _ in range(ROUNDS):
        default.append(await _with_default(root, len(taps)))
        bot.append(await _with_bot(root, knowledge, renderer, taps))
    table = Table(
        f"processor time of one tap over local HTTP ({len(taps)} taps, median of {ROUNDS} rounds)",
        "python-telegram-bot's default handler: answer and edit",
        median(default),
    )
    table.row("this bot: load, turn, render, save in SQLite, answer, edit", median(bot), median(default))
    return table.reached


async def _script(knowledge: Knowledge) -> list[str]:
    """The data of the buttons pressed in whole consultations, one after the other."""
    service, key, rng = Service(knowledge, MemoryStore(), time.time), Key("telegram", str(CHAT)), random.Random(4)
    spoken = await service.handle(key, Did(Command.CONSENT), "en")
    data: list[str] = []
    while len(data) < TAPS:
        event = _tap(spoken.session, knowledge, spoken.replies[-1], rng)
        data.append(button_data(spoken.session.step, encode(event)))
        spoken = await service.handle(key, event, "en")
    return data


def _tap(session: Session, knowledge: Knowledge, screen: Any, rng: random.Random) -> Any:
    if session.screen.value == "report":
        return Did(Command.REVIEW)
    if session.screen.value == "review":
        fields = [name for name in knowledge.fields if name in session.answers]
        return Did(Command.EDIT, rng.choice(fields))
    event = _next(session, screen, knowledge, rng)
    if type(event).__name__ == "Typed":
        return next(button.event for row in screen.buttons for button in row if button.label.id == "unknown")
    return event


def _update(number: int, data: str) -> dict[str, Any]:
    person = {"id": CHAT, "is_bot": False, "first_name": "T", "language_code": "en"}
    chat = {"id": CHAT, "type": "private", "first_name": "T"}
    message = {"message_id": MESSAGE, "date": 1_790_000_000, "chat": chat, "text": "x"}
    query = {"id": str(number), "from": person, "chat_instance": "1", "data": data, "message": message}
    return {"update_id": number, "callback_query": query}


async def _spent(taps: list[str], handle: Callable[[dict[str, Any]], Awaitable[object]]) -> float:
    """Processor seconds of a tap."""
    start = time.process_time()
    for number, data in enumerate(taps):
        await handle(_update(number, data))
    return (time.process_time() - start) / len(taps)


async def _with_default(root: str, count: int) -> float:
    async def pressed(update: Update, _: Any) -> None:
        query = update.callback_query
        if query is not None:
            await query.answer()
            await query.edit_message_text(f"{'word ' * 60}{query.data}")

    async def process(raw: dict[str, Any]) -> None:
        await application.process_update(Update.de_json(raw, application.bot))

    application = Application.builder().token(TOKEN).base_url(f"{root}/bot").updater(None).build()
    application.add_handler(CallbackQueryHandler(pressed))
    await application.initialize()
    try:
        return await _spent([str(number) for number in range(count)], process)
    finally:
        await application.shutdown()


async def _with_bot(root: str, knowledge: Knowledge, renderer: TemplateRenderer, taps: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = database_store(f"sqlite+aiosqlite:///{Path(folder, 'bench.db')}")
        await store.start()
        bot: RawBot = connect(TOKEN, root)
        await bot.initialize()
        service = Service(knowledge, store, time.time)
        calls = Calls(bot, Pace(Rates(1e6, 1e6, 1e6), asyncio.sleep, time.monotonic), asyncio.sleep)
        courier = Courier(store, calls, renderer, lambda: "e")
        handler = Handler(service, renderer, courier, Profile("bench_bot"), lambda: "e")

        async def handle(raw: dict[str, Any]) -> None:
            await handler(raw)
            while courier._rounds:
                await asyncio.wait(courier._rounds)

        await service.handle(Key("telegram", str(CHAT)), Did(Command.CONSENT), "en")
        try:
            return await _spent(taps, handle)
        finally:
            await bot.shutdown()
            await store.close()


# --- the sink: takes everything ----------------------------------------------------------------------------------------


def _sink(told: Connection) -> None:
    async def answer(request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2]
        await request.read()
        return web.json_response({"ok": True, "result": _result(method)})

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


def _result(method: str) -> Any:
    if method == "getMe":
        return {"id": 1, "is_bot": True, "first_name": "B", "username": "bench_bot"}
    if method in ("sendMessage", "editMessageText"):
        chat = {"id": CHAT, "type": "private", "first_name": "T"}
        return {"message_id": MESSAGE, "date": 1_790_000_000, "chat": chat, "text": "x"}
    return True
