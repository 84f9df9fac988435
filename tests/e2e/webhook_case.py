"""The real bot behind a webhook: a supervisor with workers, told of updates by the server's deliverer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp

from tests.e2e.telegram_case import ROOT
from tests.fakes.botapi import TOKEN, BotApi

SECRET = "s3cret_of_no_bot"


class Workers:
    """`phnen-bot telegram --webhook --workers N` against a Bot API server, its log in a file."""

    def __init__(self, api: BotApi, folder: Path, number: int = 2) -> None:
        self.api, self.folder, self.number = api, folder, number
        self.log = folder / "log"
        ports = free_port(), free_port()
        self.hook, self.watch = (f"http://127.0.0.1:{port}" for port in ports)
        self.settings = {
            "PYTHONPATH": str(ROOT),
            "PHNEN_BOT_TOKEN": TOKEN,
            "PHNEN_BOT_API_URL": api.url,
            "PHNEN_BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'kept.db'}",
            "PHNEN_BOT_WEBHOOK_URL": "https://bot.example.org/telegram/hook",
            "PHNEN_BOT_WEBHOOK_SECRET": SECRET,
            "PHNEN_BOT_LISTEN": f"127.0.0.1:{ports[0]}",
            "PHNEN_BOT_WATCH_LISTEN": f"127.0.0.1:{ports[1]}",
            "PHNEN_BOT_PACE": "1000/100/1000",
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it, and waits until it takes work."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LD_LIBRARY_PATH")}
        command = (sys.executable, "-m", "bot", "telegram", "--webhook", "--workers", str(self.number))
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, env={**kept, **self.settings}, cwd=self.folder, stderr=log, stdout=log
            )
        async with asyncio.timeout(60):
            while (await self.asked("readyz"))[0] != 200:  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.02)

    async def asked(self, page: str) -> tuple[int, str]:
        """What a page for those who watch says; 0 where nobody answers."""
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{self.watch}/{page}") as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientError:
            return 0, ""

    def workers(self) -> list[int]:
        """The processes of the workers."""
        assert self.process is not None
        return [int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii").split()]

    def lines(self) -> list[dict[str, Any]]:
        """What was logged."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    async def kill(self) -> None:
        """Ends the supervisor as a power cut does; the workers end with it."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Asks it to end; gives its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        process, self.process = self.process, None
        if process.returncode is None:
            process.send_signal(number)
        return await asyncio.wait_for(process.wait(), 30)


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
