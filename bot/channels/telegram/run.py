"""Runs the Telegram bot: from the first greeting of the server until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.bridge import FALLBACK
from bot.channels.telegram.calls import Calls, growing
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
            here = asyncio.current_task()
            if here is not None and here.cancelling():
                raise
            log.info("stopped")
            return STOPPED
        except InvalidToken:
            log.error("the server refuses the token")  # noqa: TRY400 - a traceback would show the token
            return REFUSED
        finally:
            await bot.shutdown()


async def _serve(bot: RawBot, service: Service, renderer: TemplateRenderer, options: Options) -> int:
    await _greet(bot)
    renderer.use_links(bot.username)
    calls = Calls(bot, asyncio.sleep, time.monotonic)
    handler = Handler(service, renderer, calls, Profile(bot.username, options.language), lambda: secrets.token_hex(4))
    poller = Poller(bot, handler)
    chores = (_keep_tidy(service, options.retention_days), publish(bot, renderer, options.language or FALLBACK))
    async with _beside(*chores):
        try:
            await poller.poll()
        finally:
            await poller.drain()
    return STOPPED


async def _greet(bot: RawBot) -> None:
    """Learns the bot's own name; waits for a server that cannot be reached.

    Raises:
        InvalidToken: the server refuses the token.
    """
    for pause in growing(FIRST_PAUSE, LONGEST_PAUSE):
        try:
            await bot.initialize()
        except InvalidToken:
            raise
        except TelegramError as fault:
            log.warning("the server does not answer: %s; tried again in %.0f s", type(fault).__name__, pause)
            await asyncio.sleep(pause)
        else:
            log.info("serving as @%s", bot.username)
            return


async def _keep_tidy(service: Service, days: int) -> None:
    """Erases what nobody touched for so many days, now and every hour."""
    while True:
        try:
            erased = await service.store.purge(service.clock() - days * DAY)
            log.info("%d untouched conversations erased", erased)
        except StoreUnavailable:
            log.warning("untouched conversations are not erased yet: StoreUnavailable")
        await asyncio.sleep(HOUR)


@asynccontextmanager
async def _beside(*chores: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs chores beside the serving; the fault of one is logged and stops nothing."""
    tasks = [asyncio.ensure_future(chore) for chore in chores]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(chore: asyncio.Task[None]) -> None:
    fault = None if chore.cancelled() else chore.exception()
    if fault is not None:
        log.error("a chore beside the serving failed: %s", type(fault).__name__)


@contextmanager
def _stopping(serving: asyncio.Future[int]) -> Iterator[None]:
    """Ends the serving at SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    with suppress(NotImplementedError):  # no signal handlers in event loops on Windows: Ctrl-C ends the process there
        for number in signals:
            loop.add_signal_handler(number, serving.cancel)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for number in signals:
                loop.remove_signal_handler(number)
