"""Runs the Telegram bot: from the first greeting of the server until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.bridge import FALLBACK
from bot.channels.telegram.calls import Calls
from bot.channels.telegram.handler import Handler, Profile
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.publish import publish
from bot.channels.telegram.request import RawBot, connect
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.port import StoreUnavailable

HOUR = 3600.0
DAY = 24 * HOUR
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STOPPED, REFUSED = 0, 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot is set.

    Attributes:
        token: of the bot; never logged.
        api_url: root of a Bot API server; None for Telegram's own.
        language: for people whose app speaks neither Chinese nor English; None for English.
        retention_days: an untouched conversation is erased after so many days.
    """

    token: str
    api_url: str | None
    language: str | None
    retention_days: int


async def serve(service: Service, renderer: TemplateRenderer, options: Options) -> int:
    """Serves people until SIGTERM or SIGINT; turns in hand are ended first.

    Returns:
        The exit code: 0 when told to stop, 1 when the server refuses the token.
    """
    bot = connect(options.token, options.api_url)
    serving = asyncio.ensure_future(_serve(bot, service, renderer, options))
    with _stopping(serving):
        try:
            return await serving
        except asyncio.CancelledError:
            log.info("stopped")
            return STOPPED
        except InvalidToken:
            log.error("the server refuses the token")  # noqa: TRY400 - a traceback would show the token
            return REFUSED
        finally:
            await bot.shutdown()
