"""One run: people, a Bot API server, the real bot, and what is done to it. Everything by chance comes from one seed."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from bot.render.renderer import speak
from tests.chaos.players import Expected, Player, Violation, Weather
from tests.chaos.scripts import Action
from tests.chaos.zygote import ROOT, Life, Zygote
from tests.e2e.webhook_case import SECRET, free_port
from tests.fakes.botapi import FIRST_UPDATE, TOKEN, BotApi, Fault, flood
from tests.fakes.botapi_rules import read_text
from tests.fakes.flood import Limits
from tests.fakes.person import Person
from tests.fakes.postgres import Postgres
from tests.fakes.webhooks import Deliverer

STOPPED = 20.0
"""Seconds in which a bot has to stop when it is told to: less than a supervisor waits before it kills."""
SLOW = 6.0
"""Less than a bot waits for its calls when it is told to stop: what the server does later comes behind what the next bot did."""
ENDING = 40.0
"""Seconds in which everything has to be sent."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is like.

    Attributes:
        webhook: updates are brought; else they are fetched.
        workers: processes behind the webhook.
        postgres: the conversations are kept in PostgreSQL; else in a SQLite file of the run's own.
        upgrade: the knowledge becomes newer half-way.
        cuts: about every so many boundaries a worker kills itself; 0: never.
        most: so many kills at most.
        first: the boundary of the first kill, where it is not left to chance.
        faults: chance of a call of the Bot API to go wrong.
        twice: chance of an update to come twice (webhook), and lag: the longest time it is under way.
        gone: seconds for which the database is gone, again and again.
        fades: chance of what a call is about to be gone meanwhile: a press, a message.
        jumps: the clock jumps by up to an hour.
        limits: the server enforces Telegram's limits, and the bot knows them.
        stops: the bot is told to stop, in the longest after so many seconds, again and again; 0: never.
        slow: chance of a call to be carried out after up to ``SLOW`` seconds only, or answered with an order to wait as long.
    """

    webhook: bool = False
    workers: int = 1
    postgres: bool = False
    upgrade: bool = False
    cuts: int = 0
    most: int = 10_000
    first: int = 0
    faults: float = 0.0
    fades: float = 0.0
    twice: float = 0.0
    lag: float = 0.0
    gone: float = 0.0
    jumps: bool = False
    limits: bool = False
    stops: float = 0.0
    slow: float = 0.0


@dataclass(slots=True)
class Tally:
    """What a run did."""

    kills: int = 0
    faults: int = 0
    copies: int = 0
    updates: int = 0
    gone: int = 0
    struck: int = 0
    stops: int = 0
    slowest: float = 0.0
    cuts: list[str] = field(default_factory=list)


class World:
    """One run of a plan.

    Args:
        zygote: starts the bot.
        plan: what the run is like.
        folder: for the database and the log.
        seed: of everything by chance.
        server: where the plan wants PostgreSQL.
    """

    def __init__(self, zygote: Zygote, plan: Plan, folder: Path, seed: str, server: Postgres | None = None) -> None:
        self.zygote, self.plan, self.folder, self.rng = zygote, plan, folder, random.Random(seed)
        self.api, self.tally, self.server = BotApi(), Tally(), server
        self.url = f"sqlite+aiosqlite:///{self.folder / 'kept.db'}"
        if plan.postgres:
            assert server is not None
            self.url = server.database(f"chaos_{os.getpid()}_{next(_numbers)}")
        self.log, self.port = folder / "log", free_port()
        self._limits = Limits(time.monotonic) if plan.limits else None
        self._lives: list[int] = []
        self._dead: set[str] = set()
        self._newer = self._stopping = False
        self._kills = plan.most
        self._ended, self._clear = asyncio.Event(), asyncio.Event()
        self._losses: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._asking: Any = None
        self._asking_one_by_one = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None

    async def play(self, scripts: Sequence[tuple[str, list[Action]]], expected: Sequence[Expected | None]) -> list[Expected]:
        """Lets people follow their scripts; gives what they saw.

        Raises:
            Violation: of a promise.
        """
        try:
            return await self._played(scripts, expected)
        finally:
            self.tally.updates = len(self._brought())
            self.tally.cuts = [line for line in self.log.read_text("utf-8").splitlines() if '"event": "cut ' in line]
            self.tally.kills = len(self.tally.cuts) + self.tally.struck

    async def _played(self, scripts: Sequence[tuple[str, list[Action]]], expected: Sequence[Expected | None]) -> list[Expected]:
        rough = self.plan.gone or self.plan.slow
        weather = Weather(self.dead, busy(), 60.0 + 10 * self.plan.gone + 30 * (self.plan.slow > 0)) if rough else Weather(self.dead)
        async with self._running():
            people = [
                Player(Person(self.api, 70 + place, language), actions, seen, weather, random.Random(self.rng.random()))
                for place, ((language, actions), seen) in enumerate(zip(scripts, expected, strict=True))
            ]
            while any(player.at < len(player.actions) for player in people):
                await self._together([player.play() for player in people])
                if self._telling is not None and self._telling.done():
                    self._telling.result()
                if self.plan.upgrade and not self._newer:
                    await self._upgraded()
            await self._cleared()
            async with asyncio.timeout(ENDING):
                await self.quiet()
            for player in people:
                player.finish()
            if self.api.wrong:
                raise Violation(f"a strict server refuses: {self.api.wrong[:3]}")
            if lost := self._brought() - {number for (number,) in await self._rows("SELECT id FROM updates")}:
                raise Violation(f"updates that nobody applied: {sorted(lost)}")
        return [player.noted for player in people]

    def _brought(self) -> set[int]:
        """The updates that there were so far."""
        return set(range(FIRST_UPDATE, self.api._numbers["update"] + 1))

    async def _together(self, doings: Sequence[object]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for doing in doings:
                tasks.create_task(doing)  # type: ignore[arg-type]

    def dead(self, asker: str) -> bool:
        """Whether a client of the server was killed."""
        life, _, process = asker.rpartition(":")
        return life in self._dead or not _lives(int(process or 0))

    # --- the bot ------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await self.api.start()
            stack.push_async_callback(self.api.stop)
            self.api.quiet, self.api.chance, self.api.fades = self.quiet, self._fault, self._fading
            if self.plan.webhook:
                deliverer = Deliverer(self.api, f"http://127.0.0.1:{self.port}")
                deliverer.lag = lambda: self.rng.random() * self.plan.lag
                deliverer.again = self._again
                stack.push_async_callback(deliverer.stop)
            self._watching = asyncio.ensure_future(self._kept_alive())
            stack.push_async_callback(self._stop)
            if self.plan.cuts and self.plan.workers > 1:
                striking = asyncio.ensure_future(self._striking())
                stack.callback(striking.cancel)
            if self.plan.stops:
                self._telling = asyncio.ensure_future(self._stopped_often())
            if self.plan.gone:
                self._losses = asyncio.ensure_future(self._losing())
            stack.push_async_callback(self._cleared)
            stack.callback(self._let_go)
            yield

    def _let_go(self) -> None:
        if self._asking is not None:
            self._asking.terminate()

    async def _kept_alive(self) -> None:
        """Starts the bot, and again whenever it is dead."""
        while not self._stopping:
            life = self._life()
            process = self.zygote.start(life)
            self._lives.append(process)
            await _end_of(process)
            self._dead.add(life.name)
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
            if not self._stopping:
                await asyncio.sleep(self.rng.choice((0.0, 0.0, 0.05)) * self.rng.random())
        self._ended.set()

    async def _stop(self) -> None:
        """Tells the bot to stop, and waits for it."""
        self._stopping = True
        assert self._watching is not None
        try:
            await self._told(self._lives[-1])
            await self._ended.wait()
        finally:
            self._watching.cancel()

    async def _told(self, process: int) -> None:
        """Tells a bot to stop.

        Raises:
            Violation: it does not.
        """
        begun = time.monotonic()
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        try:
            async with asyncio.timeout(STOPPED):
                await _end_of(process)
        except TimeoutError:
            os.kill(process, signal.SIGUSR1)  # writes to its log what it waits for
            await asyncio.sleep(1)
            os.killpg(process, signal.SIGKILL)
            raise Violation("the bot does not stop when told to") from None
        self.tally.stops += 1
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - begun)

    async def _stopped_often(self) -> None:
        """Tells the bot to stop, at any moment after it has asked the server for something, again and again."""
        while not self._clear.is_set():
            known = len(self.api.polls) + len(self.api.calls)
            with suppress(TimeoutError):
                await self.api.until(lambda known=known: len(self.api.polls) + len(self.api.calls) > known + 1, 5)  # type: ignore[misc]
            await asyncio.sleep(self.plan.stops * self.rng.random())
            await self._told(self._lives[-1])

    async def _upgraded(self) -> None:
        """The same database under newer knowledge."""
        self._newer = True
        before = len(self._lives)
        await self._told(self._lives[-1])
        async with asyncio.timeout(ENDING):
            while len(self._lives) == before:  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.01)

    def _life(self) -> Life:
        number = len(self._lives)
        cuts: list[int] = []
        if self.plan.cuts:
            at = self.plan.first if self.plan.first and number == 0 else self.rng.randint(1, self.rng.choice((1, 2, 6)) * self.plan.cuts)
            cuts = [at * place for place in range(1, 1 + min(self._kills, 6 if self.plan.workers > 1 else 1))]
            self._kills -= len(cuts)
        shift = [self.rng.choice((0.0, 0.0, 3600.0, -3600.0, 120.0, -7.0)) for _ in range(31)] if self.plan.jumps else []
        arguments = [
            "telegram",
            *(["--webhook"] if self.plan.webhook else []),
            *(["--workers", str(self.plan.workers)] if self.plan.workers > 1 else []),
        ]
        return Life(arguments, self._settings(), str(self.log), f"life{number}", cuts, shift, self._newer)

    def _settings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LD_LIBRARY_PATH", "SYSTEMROOT")}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "PHNEN_BOT_TOKEN": TOKEN,
            "PHNEN_BOT_API_URL": self.api.url,
            "PHNEN_BOT_PACE": "30/1/20" if self.plan.limits else "9999/9999/9999",
            "PHNEN_BOT_DATABASE_URL": self.url,
            "PHNEN_BOT_WEBHOOK_URL": "https://bot.example.org/telegram/hook",
            "PHNEN_BOT_WEBHOOK_SECRET": SECRET,
            "PHNEN_BOT_LISTEN": f"127.0.0.1:{self.port}",
        }

    # --- what is done to it -------------------------------------------------------------------------------------------

    def _fault(self, method: str, given: Mapping[str, str]) -> Fault | None:
        if self._limits is not None and (met := self._limits(method, given)):
            self.tally.faults += 1
            return met
        if self.rng.random() < self.plan.slow and method != "getMe":
            self.tally.faults += 1
            seconds = SLOW * self.rng.random()
            return self.rng.choice((Fault(delay=seconds), flood(1 + int(seconds))))
        if self.rng.random() >= self.plan.faults or method in ("getMe", "setWebhook"):
            return None
        self.tally.faults += 1
        faults = (
            Fault(500, "Internal Server Error"),
            Fault(502, "Bad Gateway"),
            Fault(),
            Fault(late=True),
            Fault(body="<html>"),
            Fault(delay=0.05),
        )
        return flood(1) if self.rng.random() < 0.05 else self.rng.choice(faults)

    def _fading(self) -> str:
        if self.rng.random() >= self.plan.fades:
            return ""
        self.tally.faults += 1
        return self.rng.choice(("gone", "frozen"))

    def _again(self) -> bool:
        twice = self.rng.random() < self.plan.twice
        self.tally.copies += twice
        return twice

    async def _striking(self) -> None:
        """Kills the supervisor with all its workers, again and again."""
        while True:
            await asyncio.sleep(1 + 3 * self.rng.random())
            if not self._kills:
                return
            with suppress(ProcessLookupError):
                os.killpg(self._lives[-1], signal.SIGKILL)
                self.tally.struck += 1
                self._kills -= 1

    async def _losing(self) -> None:
        """Takes the database away for a while, again and again."""
        while not self._clear.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5 + 2 * self.rng.random()):
                    await self._clear.wait()
            if not self._clear.is_set():
                self.tally.gone += 1
                await self.lose(self.plan.gone)

    async def _cleared(self) -> None:
        """Takes the database away no more, and waits until it is back."""
        self._clear.set()
        if doings := [doing for doing in (self._losses, self._telling) if doing is not None]:
            await asyncio.wait(doings)

    async def lose(self, seconds: float) -> None:
        """Another process holds the file; or the server is stopped as by a power cut."""
        if self.server is not None:
            await asyncio.to_thread(self.server.stop, "immediate")
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.server.start)
            return
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.folder / "kept.db", timeout=0, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            try:
                await asyncio.sleep(seconds)
            finally:
                connection.execute("ROLLBACK")

    async def quiet(self) -> None:
        """Waits until nothing is left to be sent."""
        while await self._left():  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.01)

    async def _left(self) -> bool:
        """Whether replies wait to be sent; also where that cannot be told now."""
        try:
            return bool(await self._rows("SELECT 1 FROM outbox LIMIT 1"))
        except (sqlite3.OperationalError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            return True

    async def _rows(self, statement: str) -> Sequence[Sequence[Any]]:
        """What the database gives."""
        if self.server is not None:
            async with self._asking_one_by_one:
                if self._asking is None or self._asking.is_closed():
                    self._asking = await asyncpg.connect(self.url.replace("+asyncpg", ""), timeout=5)
                rows: list[Sequence[Any]] = await self._asking.fetch(statement, timeout=5)
            return rows
        with closing(sqlite3.connect(f"file:{self.folder / 'kept.db'}?mode=ro", uri=True)) as opened:
            return opened.execute(statement).fetchall()


@cache
def busy() -> frozenset[str]:
    """What the bot says while nothing can be saved, as a chat shows it."""
    said = [speak("telegram.busy", language) for language in ("zh", "en")]
    return frozenset(said) | frozenset(read_text({"text": text, "parse_mode": "HTML"}).shown for text in said)


def undisturbed(plan: Plan) -> Plan:
    """The plain run with whose transcripts those of a plan are compared."""
    return replace(Plan(), upgrade=plan.upgrade)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


async def _end_of(process: int) -> None:
    """Waits until a process has ended, whosever child it is."""
    try:
        watch = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(watch, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(watch)
        os.close(watch)
