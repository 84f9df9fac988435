"""The real bot process, and a trainee who walks a case through it by what the screen shows."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.render.renderer import TemplateRenderer
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Typed
from flows.dialog.session import Screen, Session
from flows.dialog.turn import repaint, turn
from flows.knowledge.loader import Knowledge
from flows.rules.fields import Kind
from tests.fakes.botapi import TOKEN, BotApi
from tests.fakes.botapi_rules import read_text
from tests.fakes.person import Person

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """`phnen-bot telegram` against a Bot API server, its log in a file."""

    def __init__(self, api: BotApi, folder: Path) -> None:
        self.api, self.log = api, folder / "log"
        self.database = folder / "kept.db"
        self._process: asyncio.subprocess.Process | None = None
        api.quiet = self.quiet

    async def quiet(self) -> None:
        """Waits until nothing is left to be sent, and no byte to be removed."""
        left = "SELECT (SELECT count(*) FROM outbox) + (SELECT value <> '0' FROM traits WHERE name = 'owed')"
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            while connection.execute(left).fetchone()[0]:  # noqa: ASYNC110 - another process writes
                await asyncio.sleep(0.002)

    async def start(self) -> None:
        """Starts it; it may be killed and started again."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LD_LIBRARY_PATH", "SYSTEMROOT")}
        settings = {
            "PYTHONPATH": str(ROOT),
            "PHNEN_BOT_TOKEN": TOKEN,
            "PHNEN_BOT_API_URL": self.api.url,
            "PHNEN_BOT_PACE": "9999/9999/9999",  # a person in a test types faster than Telegram lets a bot answer
            "PHNEN_BOT_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
        }
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "telegram"), env={**kept, **settings}, cwd=self.log.parent, stderr=log, stdout=log
            )

    async def kill(self) -> None:
        """Ends it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Asks it to end; gives its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        if process.returncode is None:
            process.send_signal(number)
        return await asyncio.wait_for(process.wait(), 30)


class Walk:
    """A case, answered question by question. Keeps a session of its own beside, and compares every screen with it."""

    def __init__(self, person: Person, answers: Mapping[str, Any], knowledge: Knowledge, renderer: TemplateRenderer) -> None:
        self.person, self.answers, self.knowledge, self.renderer = person, answers, knowledge, renderer
        self.session = Session(language="zh" if person.language.startswith("zh") else "en")

    async def begin(self) -> None:
        """From the greeting to the first question."""
        await self.person.type("/start")
        self._turn(Did(Command.START))
        await self.tap(Did(Command.CONSENT))

    async def answer(self, most: int = 1000) -> None:
        """Answers questions until none is left, or as many as named."""
        for _ in range(most):
            if self.session.screen is Screen.CHECK:
                await self.tap(Did(Command.KEEP))
            elif self.session.screen is Screen.ASKING:
                await self._answer(self.session.subject)
            else:
                return

    async def tap(self, event: Event) -> str:
        """Taps the button of an event; gives the word that popped up."""
        said = await self.person.tap(self.label(event))
        self._turn(event)
        self.compare()
        return said

    async def type(self, text: str, event: Event | None = None) -> int:
        """Types something; gives the id of the message."""
        message = await self.person.type(text)
        self._turn(event or Typed(text))
        self.compare()
        return message

    def label(self, event: Event) -> str:
        """What stands on the button of an event."""
        reply = repaint(self.session, self.knowledge)[-1]
        keys = [key for row in self.renderer.show(reply, self.session.language).rows for key in row]
        events = [button.event for row in reply.buttons for button in row]
        return keys[len(keys) - len(events) + events.index(event)].text

    def compare(self) -> None:
        """What the person sees is what the session says."""
        shown = self.renderer.show(self.replies[-1], self.session.language)
        assert self.person.screen is self.person.last
        assert self.person.last.text == read_text({"text": shown.markup, "parse_mode": "HTML"})
        assert self.person.buttons() == [key.text for row in shown.rows for key in row]
        assert self.person.alive == [self.person.last]

    async def _answer(self, name: str) -> None:
        spec, raw = self.knowledge.fields[name], self.answers.get(name)
        match raw:
            case None:
                await self.tap(Did(Command.SKIP))
            case "unknown" | "not_done":
                await self.tap(Answered(name, raw))
            case ["none"]:
                await self.tap(Answered(name, "none"))
            case list():
                for option in raw:
                    await self.tap(Marked(name, option, on=True))
                await self.tap(Finished(name))
            case dict():
                for item, outcome in raw.items():
                    await self.tap(Paired(name, item))
                    await self.tap(Paired(name, item, outcome))
                await self.tap(Finished(name))
            case _ if spec.core.kind is Kind.NUMBER:
                await self.type(str(raw))
            case _:
                await self.tap(Answered(name, {True: "yes", False: "no"}[raw] if isinstance(raw, bool) else str(raw)))

    def _turn(self, event: Event) -> None:
        done = turn(self.session, event, self.knowledge, 0.0)
        self.session, self.replies = done.session, done.replies
