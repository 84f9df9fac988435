"""What Telegram shows around the conversation: the command menu, the description, the menu button, in both languages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from bot.channels.telegram.calls import growing
from bot.channels.telegram.faults import TelegramError
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

CONNECTIONS = 100
"""The most updates that the server brings at once; one at a time of a chat."""
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0

log = logging.getLogger(__name__)


async def publish(bot: RawBot, renderer: TemplateRenderer, fallback: str) -> None:
    """Sets everything that differs from what the server shows. A fault is logged and changes nothing else.

    Args:
        bot: whose profile it is.
        renderer: words it.
        fallback: the language for people whose app speaks neither Chinese nor English.
    """
    for code, language in (("", fallback), *((each, each) for each in LANGUAGES)):
        spoken = {"language_code": code} if code else {}
        for name, wanted in _worded(renderer, language):
            await _put(bot, name, wanted, spoken)
    await _put(bot, "ChatMenuButton", {"menu_button": {"type": "commands"}}, {})


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


def _worded(renderer: TemplateRenderer, language: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What is shown in a language: each part by the name that the Bot API's methods give it, and as they take it."""
    described = ((str(command), renderer.words(f"telegram.command_{command}", language)) for command in MENU)
    yield "MyCommands", {"commands": [{"command": name, "description": words} for name, words in described]}
    yield "MyDescription", {"description": renderer.words("telegram.description", language)}
    yield "MyShortDescription", {"short_description": renderer.words("telegram.short_description", language)}


async def _put(bot: RawBot, name: str, wanted: Mapping[str, Any], spoken: Mapping[str, Any]) -> None:
    """Changes what is shown, if it is something else or cannot be read."""
    try:
        shown = await bot.call(f"get{name}", spoken)
        if shown == wanted or shown in wanted.values():  # some parts come under their name, some bare
            return
    except TelegramError as fault:
        log.warning("%s: cannot be read: %s", name, type(fault).__name__)
    try:
        await bot.call(f"set{name}", {**wanted, **spoken})
    except TelegramError as fault:
        log.warning("%s: not set: %s", name, type(fault).__name__)
