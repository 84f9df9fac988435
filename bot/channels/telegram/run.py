"""Runs the Telegram bot: from the first greeting of the server until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from bot.channels.telegram.bridge import FALLBACK
from bot.channels.telegram.calls import Calls, growing
from bot.channels.telegram.courier import Courier
from bot.channels.telegram.faults import InvalidToken, TelegramError
from bot.channels.telegram.handler import Handler, Profile
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.pace import Pace, Rates
from bot.channels.telegram.polling import Patient, Poller
from bot.channels.telegram.publish import register
from bot.channels.telegram.request import RawBot, connect
from bot.channels.telegram.workers import Gate, Post
from bot.logs import about
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.port import StoreUnavailable

HOUR = 3600.0
DAY = 24 * HOUR
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
LEAVING = 1.0
"""Seconds in which a load balancer can see that the bot is about to stop, before it takes no more requests."""
DRAINING = 6.0
"""Seconds that replies in hand have to go out when the bot is told to stop. With all that has to end before and after it (turns, the
server's word, requests, the database), each of which has its own limit, these are at most 20."""
ANSWERS_FIRST = 5.0
"""Seconds after the start before the profile is looked at."""
PROFILE = "bot.channels.telegram.profile"
"""What sets it; loaded only then."""
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
        rates: what the server takes of all workers together.
        webhook: the address that the server calls; None: updates are fetched.
        secret: what the server brings along with every call to it.
    """

    token: str
    api_url: str | None
    language: str | None
    retention_days: int
    rates: Rates = field(default_factory=Rates)
    webhook: str | None = None
    secret: str = ""


@dataclass(frozen=True, slots=True)
class _Bot:
    """The parts that a way of taking updates in needs."""

    bot: RawBot
    handler: Handler
    post: Post
    options: Options


def run(serving: Coroutine[Any, Any, int]) -> int:
    """Runs the bot's event loop until its serving ends; on uvloop where there is one, which costs less a call."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(serving)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import new_event_loop
    except ImportError:  # none on Windows
        return None
    return new_event_loop


async def serve(service: Service, renderer: TemplateRenderer, options: Options, post: Post) -> int:
    """Serves people until SIGTERM or SIGINT; turns in hand are ended first.

    Args:
        service: loads, turns, saves.
        renderer: speaks.
        options: how the bot is set.
        post: the sockets of this process, and its name among the workers.

    Returns:
        The exit code: 0 when told to stop, 1 when the server refuses the token.
    """
    about(worker=post.slot)
    bot = connect(options.token, options.api_url)
    try:
        with _told_to_stop(post.leash) as stop:
            return await _serve(bot, (service, renderer), options, post, stop)
    except InvalidToken:
        log.error("the server refuses the token")  # noqa: TRY400 - a traceback would show the token
        return REFUSED
    finally:
        await bot.shutdown()


async def _serve(bot: RawBot, speaker: tuple[Service, TemplateRenderer], options: Options, post: Post, stop: asyncio.Event) -> int:
    service, renderer = speaker
    gate = Gate()
    async with _watched(service, gate, post):
        if await _stopped_before(stop, _greet(bot)):
            return STOPPED
        renderer.use_links(bot.username)
        calls = Calls(bot, Pace(options.rates, asyncio.sleep, time.monotonic, post.crew), asyncio.sleep)
        courier = Courier(service.store, calls, renderer, _new_id)
        handler = Handler(service, renderer, courier, Profile(bot.username, options.language), _new_id)
        parts = _Bot(bot, handler, post, options)
        async with _beside(courier.run(), *_chores(parts, service, renderer)):
            async with _hooked(parts) if post.hook else _polled(parts) as working:
                gate.open = True
                await _stopped_before(stop, working)
                gate.open = False
                await asyncio.sleep(LEAVING if post.watch else 0)
            await courier.drain(DRAINING)
    log.info("stopped")
    return STOPPED


def _new_id() -> str:
    return secrets.token_hex(4)


def _chores(parts: _Bot, service: Service, renderer: TemplateRenderer) -> Iterator[Coroutine[Any, Any, None]]:
    """What goes on beside the serving; what is needed once is left to the first of several workers."""
    options = parts.options
    if parts.post.slot == 0:
        yield _keep_tidy(service, options.retention_days)
        yield _published(parts.bot, renderer, options.language or FALLBACK)
        if options.webhook:
            yield register(parts.bot, options.webhook, options.secret)


async def _published(bot: RawBot, renderer: TemplateRenderer, fallback: str) -> None:
    """Sets the profile, after those who waited for the bot got their first answers."""
    await asyncio.sleep(ANSWERS_FIRST)
    profile = await asyncio.to_thread(import_module, PROFILE)  # turns go on while it loads
    await profile.publish(bot, renderer, fallback)


@asynccontextmanager
async def _polled(parts: _Bot) -> AsyncIterator[Coroutine[Any, Any, None]]:
    """Gives the fetching of updates, which raises InvalidToken where the token is refused; ends turns in hand afterwards."""
    poller = Poller(parts.bot, Intake(Patient(parts.handler)))
    try:
        yield poller.poll()
    finally:
        await poller.drain()


@asynccontextmanager
async def _hooked(parts: _Bot) -> AsyncIterator[Coroutine[Any, Any, None]]:
    """Lets the server bring updates, and gives what ends if that does; ends turns in hand afterwards."""
    from bot.channels.telegram.serving import served
    from bot.channels.telegram.webhook import application

    assert parts.post.hook is not None  # noqa: S101 - this is why it is called
    path = urlsplit(parts.options.webhook or "").path or "/"
    async with served(application(Intake(parts.handler), path, parts.options.secret), parts.post.hook) as serving:
        yield _ended(serving)


async def _ended(task: asyncio.Future[None]) -> None:
    """Waits for the end of a task without ending it."""
    await asyncio.wait([task])


@asynccontextmanager
async def _watched(service: Service, gate: Gate, post: Post) -> AsyncIterator[None]:
    """Answers those who watch, if they are meant to, until everything else has ended."""
    if post.watch is None:
        yield
        return
    from bot.channels.telegram.serving import served
    from bot.channels.telegram.watching import Watch, application

    async with served(application(Watch(service.store.backlog, gate)), post.watch):
        yield


async def _stopped_before(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Does work until it ends or the bot is told to stop, and then drops it; tells whether it was."""
    doing, told = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            doing.result()
        return stop.is_set()
    finally:
        for task in (doing, told):
            task.cancel()
        await asyncio.wait({doing, told})


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
        log.error("a chore beside the serving failed", exc_info=fault)


@contextmanager
def _told_to_stop(leash: int | None) -> Iterator[asyncio.Event]:
    """Gives what is set at SIGTERM and SIGINT; a second signal changes nothing.

    A worker whose supervisor is gone ends at once, as if it had been killed as well: another may already work under its name.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    with suppress(NotImplementedError):  # no signal handlers in event loops on Windows: Ctrl-C ends the process there
        for number in signals:
            loop.add_signal_handler(number, stop.set)
    if leash is not None:
        loop.add_reader(leash, os._exit, REFUSED)
    try:
        yield stop
    finally:
        with suppress(NotImplementedError):
            for number in signals:
                loop.remove_signal_handler(number)
