# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "aiofiles==25.1.0",
#   "aiogram==3.31.0",
#   "aiogram-dialog==2.6.0",
#   "aiohappyeyeballs==2.7.1",
#   "aiohttp==3.14.5",
#   "aiosignal==1.4.0",
#   "annotated-types==0.8.0",
#   "attrs==26.1.0",
#   "cachetools==5.5.2",
#   "certifi==2026.10.18",
#   "frozenlist==1.8.0",
#   "idna==3.20",
#   "jinja2==3.1.6",
#   "magic-filter==1.0.12",
#   "markupsafe==3.0.4",
#   "multidict==7.2.1",
#   "propcache==0.5.4",
#   "pydantic==2.13.5",
#   "pydantic-core==2.46.5",
#   "typing-extensions==4.16.0",
#   "typing-inspection==0.4.5",
#   "yarl==1.25.1",
# ]
# ///
"""An aiogram-dialog window doing the same tap: it answers the press and edits the message. Its libraries want another pydantic
than the bot's, so it is a program of its own: uv run --script rival.py ROOT TOKEN BUTTONS CHARACTERS TAPS.

For every line on its standard input it runs one round, and prints the processor seconds of a tap.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.kbd import Button, Group
from aiogram_dialog.widgets.text import Const, Format

WARM = 20
PERSON = {"id": 42, "is_bot": False, "first_name": "T", "language_code": "en"}
CHAT = {"id": 42, "type": "private", "first_name": "T"}


class Asking(StatesGroup):
    """The one state."""

    question = State()


class Rival:
    """A bot with one window."""

    def __init__(self, root: str, token: str, buttons: int, characters: int) -> None:
        self.text, self.pressed, self.intent = "word " * (characters // 5), 0, ""
        self.bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(root)))
        self.dispatcher = Dispatcher(storage=MemoryStorage())
        keys = [Button(Const(f"Answer number {number}"), id=f"b{number}", on_click=self._press) for number in range(buttons)]
        self.dispatcher.include_router(
            Dialog(Window(Format("{text}{count}"), Group(*keys, width=2), state=Asking.question, getter=self._words))
        )
        self.dispatcher.message.register(self._begin, CommandStart())
        setup_dialogs(self.dispatcher)

    async def _begin(self, _message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Asking.question, mode=StartMode.RESET_STACK)
        self.intent = dialog_manager.current_context().id

    async def _press(self, *_: object) -> None:
        self.pressed += 1

    async def _words(self, **_: Any) -> dict[str, Any]:
        return {"text": self.text, "count": self.pressed}

    async def round(self, taps: int) -> float:
        """Processor seconds of a tap."""
        message = {"message_id": 7, "date": 1_790_000_000, "chat": CHAT, "text": "x"}
        await self.dispatcher.feed_raw_update(
            self.bot,
            {
                "update_id": 1,
                "message": {**message, "from": PERSON, "text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]},
            },
        )
        start = 0.0
        for number in range(WARM + taps):
            if number == WARM:
                gc.collect()
                start = time.process_time()
            query = {"id": str(number), "from": PERSON, "chat_instance": "1", "data": f"{self.intent}\x1db0", "message": message}
            await self.dispatcher.feed_raw_update(self.bot, {"update_id": number + 2, "callback_query": query})
        return (time.process_time() - start) / taps


async def main() -> None:
    """One round a line."""
    root, token, buttons, characters, taps = sys.argv[1:]
    rival = Rival(root, token, int(buttons), int(characters))
    before = rival.pressed
    while await asyncio.to_thread(sys.stdin.readline):
        print(await rival.round(int(taps)), flush=True)
    assert rival.pressed > before
    await rival.bot.session.close()


if __name__ == "__main__":
    asyncio.run(main())
