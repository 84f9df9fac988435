"""What Telegram shows around the conversation: the command menu, the description, the menu button, in both languages.

Set once a start, through python-telegram-bot: its types know what each of these methods takes and gives. It is loaded when those who
waited have their first answers (``run``), because it takes longer to load than all the rest of the bot.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram import Bot, MenuButton, MenuButtonCommands
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram import faults
from bot.channels.telegram.request import READ_SECONDS, RawBot, form
from bot.render.renderer import TemplateRenderer
from flows.dialog.events import Command
from flows.knowledge.model import LANGUAGES

MENU = (
    Command.START,
    Command.CONSULT,
    Command.BACK,
    Command.SKIP,
    Command.WHY,
    Command.HOW,
    Command.WHYNOT,
    Command.WHATIF,
    Command.QUICK,
    Command.SUMMARY,
    Command.REPORT,
    Command.LANGUAGE,
    Command.RESTART,
    Command.CANCEL,
    Command.SOURCES,
    Command.CASES,
    Command.PRIVACY,
    Command.FORGET,
    Command.HELP,
)

log = logging.getLogger(__name__)
_T = TypeVar("_T")


class _Through(BaseRequest):
    """Sends what the library asks for over the connections of the bot."""

    def __init__(self, bot: RawBot) -> None:
        self._bot = bot

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close: the connections are the bot's."""

    async def do_request(self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any) -> tuple[int, bytes]:  # noqa: ARG002 - one limit holds for all calls
        """One request: the HTTP status and the body of the answer; faults as the library knows them."""
        try:
            return await self._bot.post(url, form(request_data.parameters if request_data else {}))
        except faults.TimedOut as fault:
            raise TimedOut(fault.message) from None
        except faults.NetworkError as fault:
            raise NetworkError(fault.message) from None


async def publish(raw: RawBot, renderer: TemplateRenderer, fallback: str) -> None:
    """Sets everything that differs from what the server shows. A fault is logged and changes nothing else.

    Args:
        raw: whose profile it is.
        renderer: words it.
        fallback: the language for people whose app speaks neither Chinese nor English.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's own switch: spans of time as such, without a warning
    root, _, token = raw.base_url.rpartition("/bot")
    through = _Through(raw)
    bot = Bot(token, f"{root}/bot", f"{root}/file/bot", request=through, get_updates_request=through)
    for code, language in (("", fallback), *((each, each) for each in LANGUAGES)):
        await _commands(bot, renderer, code or None, language)
        await _descriptions(bot, renderer, code or None, language)
    await _put("menu button", MenuButton.COMMANDS, _menu(bot), lambda: bot.set_chat_menu_button(menu_button=MenuButtonCommands()))


async def _commands(bot: Bot, renderer: TemplateRenderer, code: str | None, language: str) -> None:
    wanted = [(str(command), renderer.words(f"telegram.command_{command}", language)) for command in MENU]

    async def shown() -> list[tuple[str, str]]:
        return [(entry.command, entry.description) for entry in await bot.get_my_commands(language_code=code)]

    await _put("commands", wanted, shown, lambda: bot.set_my_commands(wanted, language_code=code))


async def _descriptions(bot: Bot, renderer: TemplateRenderer, code: str | None, language: str) -> None:
    long, short = (renderer.words(f"telegram.{name}", language) for name in ("description", "short_description"))

    async def shown() -> str:
        return (await bot.get_my_description(code)).description

    async def shown_short() -> str:
        return (await bot.get_my_short_description(code)).short_description

    await _put("description", long, shown, lambda: bot.set_my_description(long, code))
    await _put("short description", short, shown_short, lambda: bot.set_my_short_description(short, code))


def _menu(bot: Bot) -> Callable[[], Awaitable[str]]:
    async def shown() -> str:
        return (await bot.get_chat_menu_button()).type

    return shown


async def _put(what: str, wanted: _T, shown: Callable[[], Awaitable[_T]], change: Callable[[], Awaitable[object]]) -> None:
    """Changes what is shown, if it is something else or cannot be read."""
    try:
        if await shown() == wanted:
            return
    except TelegramError as fault:
        log.warning("%s: cannot be read: %s", what, type(fault).__name__)
    try:
        await change()
    except TelegramError as fault:
        log.warning("%s: not set: %s", what, type(fault).__name__)
