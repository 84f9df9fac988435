"""What Telegram shows around the conversation: the command menu, the description, the menu button, in both languages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot, MenuButton, MenuButtonCommands
from telegram.error import TelegramError

from bot.channels.telegram.calls import growing
from bot.channels.telegram.pace import Sleep
from bot.channels.telegram.polling import ALLOWED
from bot.channels.telegram.request import RawBot
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
    Command.SUMMARY,
    Command.REPORT,
    Command.LANGUAGE,
    Command.RESTART,
    Command.CANCEL,
    Command.SOURCES,
    Command.PRIVACY,
    Command.FORGET,
    Command.HELP,
)

CONNECTIONS = 100
"""The most updates that the server brings at once; one at a time of a chat."""
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0

log = logging.getLogger(__name__)
_T = TypeVar("_T")


async def publish(bot: Bot, renderer: TemplateRenderer, fallback: str) -> None:
    """Sets everything that differs from what the server shows. A fault is logged and changes nothing else.

    Args:
        bot: whose profile it is.
        renderer: words it.
        fallback: the language for people whose app speaks neither Chinese nor English.
    """
    for code, language in (("", fallback), *((each, each) for each in LANGUAGES)):
        await _commands(bot, renderer, code or None, language)
        await _descriptions(bot, renderer, code or None, language)
    await _put("menu button", MenuButton.COMMANDS, _menu(bot), lambda: bot.set_chat_menu_button(menu_button=MenuButtonCommands()))


async def register(bot: RawBot, url: str, secret: str, sleep: Sleep = asyncio.sleep) -> None:
    """Tells the server which address to call, until it has taken it. What already waits is kept.

    Told at every start although it may know: what it says about a webhook leaves out the secret, which may be a new one.
    """
    params = {"url": url, "secret_token": secret, "allowed_updates": ALLOWED, "max_connections": CONNECTIONS}
    for pause in growing(FIRST_PAUSE, LONGEST_PAUSE):
        try:
            await bot.call("setWebhook", params)
        except TelegramError as fault:
            log.error("the webhook is not set: %s; tried again in %.0f s", fault.message, pause)  # noqa: TRY400 - the server's own words
            await sleep(pause)
        else:
            log.info("updates come to the webhook")
            return


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
