"""From the start of the process to the first answered update, against an application of python-telegram-bot with one handler."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.benchmarks.figures import Table, median
from tests.benchmarks.sink import TOKEN, result

ROOT = Path(__file__).parents[2]
ROUNDS = 5
GOAL = 1.3
EMPTY = """
import sys
from telegram.ext import Application, CommandHandler

async def start(update, _):
    await update.message.reply_text("Hello")

application = Application.builder().token(sys.argv[1]).base_url(sys.argv[2] + "/bot").build()
application.add_handler(CommandHandler("start", start))
application.run_polling()
"""


class Server:
    """Has one update to hand out, of a chat of its own, and notes when that chat is answered."""

    def __init__(self) -> None:
        self.chat = secrets.randbelow(2**40) + 1
        self.answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.given = False

    async def serve(self, request: web.Request) -> web.Response:
        """Answers one call."""
        method = request.path.rpartition("/")[2]
        given = await request.post()
        if method == "sendMessage" and given.get("chat_id") == str(self.chat) and not self.answered.done():
            self.answered.set_result(time.perf_counter())
        return web.json_response({"ok": True, "result": await self._updates() if method == "getUpdates" else result(method)})

    async def _updates(self) -> list[Mapping[str, Any]]:
        if self.given:
            await asyncio.sleep(0.5)
            return []
        self.given = True
        person = {"id": self.chat, "is_bot": False, "first_name": "T", "language_code": "en"}
        entities = [{"type": "bot_command", "offset": 0, "length": 6}]
        message = {
            "message_id": 1,
            "date": 1_790_000_000,
            "chat": {"id": self.chat, "type": "private"},
            "from": person,
            "text": "/start",
            "entities": entities,
        }
        return [{"update_id": time.time_ns() // 1000, "message": message}]


def run() -> bool:
    """Measures and prints; tells whether the goals are reached."""
    empty, first, again = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            empty.append(asyncio.run(_started(folder, "-c", EMPTY, TOKEN)))
            first.append(asyncio.run(_started(folder, "-m", "bot", "telegram")))
            again.append(asyncio.run(_started(folder, "-m", "bot", "telegram")))
    yardstick = median(empty)
    table = Table(f"process start to first answered update (median of {ROUNDS})", "an application with one handler", yardstick)
    for what, times in (("this bot, long polling", again), ("this bot at its very first start: makes its database", first)):
        table.row(what, median(times), GOAL)
        table.row("  the same against twice the yardstick", median(times), 2 * yardstick)
    return table.reached


async def _started(folder: str, *command: str) -> float:
    """Seconds from the start of a program to its first answer."""
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.serve)
    # A program may be gone while its call waits for updates: the waiting ends with it, or there would be nobody to answer.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = {"PHNEN_BOT_TOKEN": TOKEN, "PHNEN_BOT_API_URL": root, "PHNEN_BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/kept.db"}
    begun = time.perf_counter()
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, *command, *([root] if "-c" in command else [])),
        env={**os.environ, **settings},
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        return await asyncio.wait_for(server.answered, 60) - begun
    finally:
        program.terminate()  # in good order, so that the next start finds nothing to make up for
        await program.wait()
        await runner.cleanup()
