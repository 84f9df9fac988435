"""Webhook intake: how many turns a second are saved and acknowledged, by the real program with its workers.

A load generator of its own process walks many chats through consultations, a tap at a time of each, as Telegram would; what
is measured is from the first byte of a request to the last of its answer. Sends keep to Telegram's 30 a second, so replies
pile up in the outbox meanwhile, as they would.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.request import urlopen

from bot.channels.telegram.bridge import button_data
from bot.service import Service
from bot.stores.memory import MemoryStore
from bot.stores.port import Key
from flows.dialog.codes import encode
from flows.dialog.events import Answered, Command, Did, Event, Typed
from flows.knowledge.loader import load
from tests.benchmarks.core import _next
from tests.benchmarks.figures import Table, median, quantile
from tests.benchmarks.sink import MESSAGE, TOKEN, sunk
from tests.e2e.webhook_case import free_port
from tests.fakes.postgres import Postgres

ROOT = Path(__file__).parents[2]
SECRET = "benchmark"
WORKERS = 2
CONNECTIONS = 16
TAPS = 20
"""Taps of one consultation."""
SECONDS = 4.0
ROUNDS = 3
GOAL, GOAL_P99 = 600, 0.1


def run() -> bool:
    """Measures and prints; tells whether the goals are reached, which are PostgreSQL's."""
    _measured("SQLite")
    return _measured("PostgreSQL")


def _measured(kind: str) -> bool:
    script = asyncio.run(taps())
    with sunk() as sink, database(kind) as (url, server), started(sink, url, WORKERS) as (program, address):
        load_once(address, script, Round(0, 2.0))
        spent = [-_spent(program), -_spent(server)]
        outcomes = [load_once(address, script, Round(number, SECONDS)) for number in range(1, ROUNDS + 1)]
        spent = [before + _spent(process) for before, process in zip(spent, (program, server), strict=True)]
    rounds = [times for times, _ in outcomes]
    turns = sum(map(len, rounds))
    rates = [len(times) / SECONDS for times in rounds]
    late = [quantile(times, 0.99) for times in rounds]
    table = Table(
        f"webhook intake, {kind}, {WORKERS} workers, {CONNECTIONS} connections ({ROUNDS} rounds of {SECONDS:.0f} s)",
        "one turn at the rate to reach, each worker",
        1 / GOAL,
    )
    print(f"  turns a second: {median(rates):,.0f} (rounds: {', '.join(f'{rate:,.0f}' for rate in rates)}); goal {GOAL}")
    table.row("time between two turns saved", 1 / median(rates), 1 / GOAL)
    table.row("from request to answer, median", median(map(median, rounds)))
    table.row("from request to answer, p99", median(late), GOAL_P99)
    table.row("processor time of a turn: workers (30 replies a second among it)", spent[0] / turns)
    table.row("processor time of a turn: database server", spent[1] / turns)
    table.row("processor time of a turn: load generator", sum(spent for _, spent in outcomes) / turns)
    return table.reached


@dataclass(frozen=True, slots=True)
class Round:
    """Which round it is, and how long it goes on: so many seconds, or until so many turns were saved."""

    number: int
    seconds: float
    turns: float = inf


def load_once(address: tuple[str, int], script: list[str], which: Round) -> tuple[list[float], float]:
    """The time of each request of one round, from a process of its own, and the processor time which that took itself."""
    ours, theirs = multiprocessing.Pipe()
    generator = multiprocessing.get_context("spawn").Process(target=_generate, args=(theirs, address, script, which))
    generator.start()
    outcome: tuple[list[float], float] = ours.recv()
    generator.join()
    return outcome


# --- the program and what it needs --------------------------------------------------------------------------------------


@contextmanager
def database(kind: str) -> Iterator[tuple[str, int]]:
    """An empty database of a kind, PostgreSQL from a package, and the process of its server (0: none)."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{folder}/kept.db", 0
        return
    server = Postgres(fsync="on", full_page_writes="on", synchronous_commit="on", autovacuum="on")  # as people run it
    try:
        yield server.database("phnen_benchmark"), int((server.data / "postmaster.pid").read_text("ascii").split()[0])
    finally:
        server.remove()


@contextmanager
def started(sink: str, database: str, workers: int, pace: str = "30/1/20") -> Iterator[tuple[int, tuple[str, int]]]:
    """The bot with so many workers, ready: its process, and where it listens."""
    port, watch = free_port(), free_port()
    settings = {
        "PHNEN_BOT_TOKEN": TOKEN,
        "PHNEN_BOT_API_URL": sink,
        "PHNEN_BOT_DATABASE_URL": database,
        "PHNEN_BOT_WEBHOOK_URL": "https://bot.example.org/hook",
        "PHNEN_BOT_WEBHOOK_SECRET": SECRET,
        "PHNEN_BOT_LISTEN": f"127.0.0.1:{port}",
        "PHNEN_BOT_WATCH_LISTEN": f"127.0.0.1:{watch}",
        "PHNEN_BOT_LOG_LEVEL": "ERROR",
        "PHNEN_BOT_PACE": pace,
    }
    command = [sys.executable, "-m", "bot", "telegram", "--webhook", "--workers", str(workers)]
    with subprocess.Popen(command, env={**os.environ, **settings}, cwd=ROOT) as program:
        try:
            _await(f"http://127.0.0.1:{watch}/readyz")
            yield program.pid, ("127.0.0.1", port)
        finally:
            program.send_signal(signal.SIGTERM)


def _spent(program: int) -> float:
    """Seconds of processor time that the processes which a program started have taken."""
    if not program:
        return 0.0
    workers = Path(f"/proc/{program}/task/{program}/children").read_text("ascii").split()
    figures = [Path(f"/proc/{worker}/stat").read_text("ascii").rpartition(")")[2].split() for worker in workers if Path(f"/proc/{worker}").exists()]
    return sum(int(each[11]) + int(each[12]) for each in figures) / os.sysconf("SC_CLK_TCK")


def _await(url: str) -> None:
    for _ in range(600):
        try:
            with urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


# --- the load generator -------------------------------------------------------------------------------------------------


def _generate(told: Connection, address: tuple[str, int], script: list[str], which: Round) -> None:
    begun = time.process_time()
    times = asyncio.run(_walks(address, script, which))
    told.send((times, time.process_time() - begun))


async def _walks(address: tuple[str, int], script: list[str], which: Round) -> list[float]:
    first = which.number + 1
    chats = iter(range(10_000_000 * first, 10_000_000 * (first + 1)))
    numbers = iter(range(1_000_000 * first, 1_000_000 * (first + 1)))
    end, times = time.perf_counter() + which.seconds, list[float]()

    async def walk() -> None:
        reader, writer = await asyncio.open_connection(*address)
        while True:
            chat = next(chats)
            for data in (None, *script):
                request = _request(next(numbers), chat, data)
                begun = time.perf_counter()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                if not head.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(head[:80].decode())
                await reader.readexactly(_length(head))
                if begun > end or len(times) >= which.turns:
                    writer.close()
                    return
                times.append(time.perf_counter() - begun)

    await asyncio.gather(*(walk() for _ in range(CONNECTIONS)))
    return times


async def taps() -> list[str]:
    """The data of the buttons of one consultation, after ``/start``."""
    knowledge, key, rng = load(), Key("telegram", "1"), random.Random(4)
    service = Service(knowledge, MemoryStore(), time.time)
    spoken = await service.handle(key, Did(Command.START), "en")
    data: list[str] = []
    event: Event = Did(Command.CONSENT)
    for _ in range(TAPS):
        data.append(button_data(spoken.session.step, encode(event)))
        spoken = await service.handle(key, event, "en")
        event = _next(spoken.session, spoken.replies[-1], knowledge, rng)
        if isinstance(event, Typed):  # a number is typed; this person does not know it
            event = Answered(spoken.session.subject, "unknown")
    return data


def _request(number: int, chat: int, data: str | None) -> bytes:
    person = {"id": chat, "is_bot": False, "first_name": "T", "language_code": "en"}
    message = {"message_id": MESSAGE, "date": 1_790_000_000, "chat": {"id": chat, "type": "private", "first_name": "T"}, "text": "/start"}
    query = {"id": str(number), "from": person, "chat_instance": "1", "data": data, "message": message}
    what = {"callback_query": query} if data else {"message": {**message, "from": person}}
    body = json.dumps({"update_id": number, **what}).encode()
    lines = "POST /hook HTTP/1.1", "Host: bot", f"X-Telegram-Bot-Api-Secret-Token: {SECRET}", "Content-Type: application/json"
    return "\r\n".join((*lines, f"Content-Length: {len(body)}", "", "")).encode() + body


def _length(head: bytes) -> int:
    found = head.lower().partition(b"content-length:")[2]
    return int(found.partition(b"\r\n")[0] or 0)
