"""One chat floods: by how much does another chat wait longer for its answer?

Everything but the network is real: order, handler, store (SQLite), outbox, courier, Telegram's limits. A thousand updates of one
chat wait at once; meanwhile somebody else, always a new person, writes every few moments.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from bot.channels.telegram.calls import Calls
from bot.channels.telegram.courier import Courier
from bot.channels.telegram.handler import Handler, Profile
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.pace import Pace, Rates
from bot.channels.telegram.request import RawBot
from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from bot.service import Service
from bot.stores.database import database_store
from flows.knowledge.loader import Knowledge, load
from tests.benchmarks.figures import Table, median, quantile

FLOOD = 1000
OTHERS = 30
EVERY = 0.1
"""Seconds between two others."""
ROUNDS = 5
FLOODING, FIRST = 5, 1_000_000
GOAL = 0.02


class Server:
    """Takes calls at once, and remembers when the first one for a chat came."""

    def __init__(self) -> None:
        self.came: dict[int, asyncio.Future[float]] = {}

    async def call(self, _method: str, params: Mapping[str, Any]) -> Any:
        """Does a call."""
        waiting = self.came.get(int(params.get("chat_id", 0)))
        if waiting is not None and not waiting.done():
            waiting.set_result(time.perf_counter())
        return {"message_id": 7}


def run() -> bool:
    """Measures and prints; tells whether the goal is reached."""
    knowledge = load()
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(asyncio.run(answers(knowledge, 0, OTHERS)))
        beside.append(asyncio.run(answers(knowledge, FLOOD, OTHERS)))
    table = Table(
        f"an answer beside a flood of {FLOOD:,} updates ({ROUNDS} rounds)", "the median answer without it", median(map(median, alone))
    )
    table.row("p95 without the flood", median(quantile(times, 0.95) for times in alone))
    table.row("p95 beside the flood", median(quantile(times, 0.95) for times in beside))
    later = [quantile(flooded, 0.95) - quantile(quiet, 0.95) for flooded, quiet in zip(beside, alone, strict=True)]
    table.row("later by", max(0.0, median(later)), GOAL)
    return table.reached


async def answers(knowledge: Knowledge, flood: int, others: int) -> list[float]:
    """Seconds from an update to its answer, for others while one chat floods."""
    server = Server()
    async with _bot(knowledge, server) as intake:
        await _answered(server, intake, FIRST)  # templates are loaded by the first who asks
        flooding = [asyncio.ensure_future(intake(_update(number, FLOODING))) for number in range(1, flood + 1)]
        times = []
        for number in range(1, others + 1):
            await asyncio.sleep(EVERY)
            times.append(await _answered(server, intake, FIRST + number))
        for task in flooding:
            task.cancel()
        await asyncio.gather(*flooding, return_exceptions=True)
    return times


async def _answered(server: Server, intake: Intake, number: int) -> float:
    came: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    server.came[number] = came
    begun = time.perf_counter()
    await intake(_update(number, number))
    return await came - begun


@asynccontextmanager
async def _bot(knowledge: Knowledge, server: Server) -> AsyncIterator[Intake]:
    renderer = TemplateRenderer(knowledge, TELEGRAM_PAGE)
    with tempfile.TemporaryDirectory() as folder:
        store = database_store(f"sqlite+aiosqlite:///{Path(folder, 'bench.db')}")
        await store.start()
        calls = Calls(cast("RawBot", server), Pace(Rates(), asyncio.sleep, time.monotonic), asyncio.sleep)
        courier = Courier(store, calls, renderer, lambda: secrets.token_hex(4))
        sending = asyncio.ensure_future(courier.run())
        handler = Handler(Service(knowledge, store, time.time), renderer, courier, Profile("bench_bot"), lambda: "e")
        try:
            yield Intake(handler)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await courier.drain(0)
            await store.close()


def _update(number: int, chat: int) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "T", "language_code": "en"}
    place = {"id": chat, "type": "private", "first_name": "T"}
    message = {"message_id": number, "date": 1_790_000_000, "chat": place, "from": person, "text": "/start"}
    return {"update_id": number, "message": message}
