"""Puts the parts together by plain constructor calls. A part is imported where a command needs it, so `assess` starts fast."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.commandline.assess import Format, Output, assess
from flows.knowledge.loader import Knowledge, load

if TYPE_CHECKING:
    from socket import socket

    from bot.channels.telegram.run import Options
    from bot.channels.telegram.workers import Post, Work
    from bot.render.renderer import TemplateRenderer
    from bot.settings import Address, Settings
    from bot.stores.port import Administered

DAY = 86400.0


def renderer(knowledge: Knowledge, limit: int | None = None) -> TemplateRenderer:
    """The renderer of a channel; ``limit`` is the longest page, in UTF-16 units."""
    from bot.render.renderer import TemplateRenderer

    voices = TemplateRenderer(knowledge, limit)
    voices.tell_day(_today)
    return voices


def _today() -> date:
    return datetime.now(tz=UTC).date()


def words(key: str, language: str, **params: object) -> str:
    """One wording of the templates, for messages before anything else is loaded."""
    from bot.render.renderer import speak

    return speak(key, language, **params)


def run_assess(text: str, name: str, form: str, language: str) -> int:
    """Prints the conclusions for the answers in ``text``; returns the exit code."""
    knowledge = load()
    output = Output(Format(form), language, lambda: renderer(knowledge), sys.stdout, sys.stderr)
    return assess(text, name, knowledge, output)


def run_whynot(text: str, wants: Sequence[str], form: str, language: str) -> int:
    """Prints why the answers in ``text`` do not lead to other conclusions; returns the exit code.

    Raises:
        WantUnknown: one of ``wants`` is no conclusion.
    """
    from bot.channels.commandline.whynot import wants_of, whynot

    knowledge = load()
    output = Output(Format(form), language, lambda: renderer(knowledge), sys.stdout, sys.stderr)
    return whynot(text, wants_of(wants, knowledge), knowledge, output)


def run_check(language: str, *, accept: bool) -> int:
    """Checks everything and prints every fault, or accepts what changed; returns the exit code.

    Raises:
        OSError: what is accepted cannot be written.
    """
    from bot.channels.commandline.check import check

    return check(language, sys.stdout, _today(), accept=accept)


def run_prove(language: str, out: Path | None, page: Path | None, *, fast: bool) -> int:
    """Proves the rules and the messages and prints the certificate; returns the exit code.

    Raises:
        OSError: a file cannot be written.
    """
    from bot.channels.commandline.prove import Wish, prove
    from flows.proofs.claims import FAST, FULL

    return prove(Wish(FAST if fast else FULL, language, out, page), sys.stdout, _today())


def run_audit(review: str, language: str) -> int:
    """Holds the statements against the review and prints every finding; returns the exit code."""
    from bot.channels.commandline.audit import audit

    return audit(review, language, sys.stdout)


def run_graph(path: Path | None) -> None:
    """Prints or draws the state table."""
    from bot.channels.commandline.graph import graph

    graph(sys.stdout, path)


def run_book(path: Path, language: str) -> None:
    """Writes the rule book as an HTML page.

    Raises:
        OSError: it cannot be written.
    """
    from bot.channels.commandline.book import book

    if not path.parent.is_dir():  # drawing takes seconds: say at once that its place is missing
        raise FileNotFoundError(path.parent)
    knowledge = load()
    path.write_text(book(renderer(knowledge), knowledge, language, _today()), encoding="utf-8")


def run_editions(form: str, language: str) -> int:
    """Prints later standards beside the review, and the review's tensions; returns the exit code."""
    from bot.channels.commandline.editions import editions

    knowledge = load()
    editions(knowledge, renderer(knowledge), Format(form), language, sys.stdout)
    return 0


def run_diff(old: str, new: str, form: str, language: str) -> int:
    """Prints what a change of the knowledge does; returns the exit code.

    Raises:
        VersionUnknown: one of the two is neither a folder nor a revision.
        VersionBroken: one of the two cannot be used.
    """
    from bot.channels.commandline.diff import diff
    from bot.channels.commandline.versions import version

    with version(old) as before, version(new) as after:
        return diff(before, after, Format(form), language, sys.stdout)


def _store(settings: Settings) -> Administered:
    from bot.stores.database import database_store

    return database_store(settings.database_url, settings.data_keys)


async def run_db(settings: Settings, action: str, name: str, language: str) -> int:
    """Does one of the commands on the whole database; returns the exit code.

    Args:
        settings: name the database and its keys.
        action: ``export``, ``import`` or ``rekey``.
        name: of the file; ``-`` for standard input or output.
        language: of what is said.

    Raises:
        StoreUnavailable: the database cannot be opened, or its key is another one.
        OSError: the file cannot be used.
    """
    from bot.channels.commandline import database
    from bot.stores.sealing import Seal

    store = _store(settings)
    try:
        await store.start()
        if action == "export":
            return await database.export(store, name, language)
        if action == "import":
            return await database.bring_in(store, name, language)
        return await database.rekey(store, Seal(settings.data_keys), language)
    finally:
        await store.close()


def new_key() -> str:
    """A key for encryption."""
    from bot.stores import sealing

    return sealing.new_key()


async def run_chat(settings: Settings, language: str, chosen: str | None) -> int:
    """Holds a consultation in the terminal.

    Args:
        settings: where it is kept, and for how long.
        language: for a new consultation.
        chosen: the language the person asked for now, if any; a kept consultation goes on in it.

    Raises:
        StoreUnavailable: the database cannot be opened.
    """
    from bot.channels.terminal.run import HERE, chat
    from bot.service import Service
    from flows.dialog.events import Command, Did

    store = _store(settings)
    await store.start()
    try:
        await store.purge(time.time() - settings.retention_days * DAY)
        knowledge = load()
        service = Service(knowledge, store, time.time)
        kept = await service.peek(HERE)
        if kept and chosen and kept.language != chosen:
            await service.handle(HERE, Did(Command.LANGUAGE, chosen), language)
        interactive = sys.stdin.isatty() and sys.stdout.isatty()
        voices = renderer(knowledge)
        voices.keep(settings.retention_days)
        code = await chat(service, voices, language, interactive=interactive, command="phnen-bot chat")
        await store.scrub()
        return code
    finally:
        await store.close()


class Taken(Exception):
    """An address to listen on cannot be had; named in the text."""


def run_telegram(settings: Settings, workers: int, *, webhook: bool) -> int:
    """Runs the Telegram bot until it is told to stop; returns the exit code.

    Args:
        settings: all of them; the token is set, and for a webhook its address and its secret.
        workers: how many processes share the work of a webhook.
        webhook: whether Telegram brings updates by itself.

    Raises:
        StoreUnavailable: the database cannot be opened.
        Taken: an address to listen on cannot be had.
    """
    from bot.channels.telegram.workers import Post, Supervisor

    hook = _listening(settings.listen) if webhook else None
    watch = _listening(settings.watch_listen) if settings.watch_listen else None
    work = _prepared(settings, webhook=webhook, shared=workers > 1)
    if workers == 1:
        return work(Post(0, hook, watch))
    gc.freeze()  # what workers share is not looked at by their collectors, or it would soon be copied
    return Supervisor([Post(slot, hook, watch, crew=workers) for slot in range(workers)], work).run()


def _listening(address: Address) -> socket:
    from bot.channels.telegram.serving import listening

    try:
        return listening(address)
    except OSError:
        raise Taken(f"{address.host}:{address.port}") from None


def _prepared(settings: Settings, *, webhook: bool, shared: bool) -> Work:
    """Loads everything that workers share, and gives what each of them then does."""
    from bot.channels.telegram.pace import Rates
    from bot.channels.telegram.run import Options, run
    from bot.render.renderer import TELEGRAM_PAGE

    knowledge = load()
    voices = renderer(knowledge, TELEGRAM_PAGE)
    voices.keep(settings.retention_days)
    if shared:
        _warm(knowledge, voices)
    token, secret = (kept.get_secret_value() if kept else "" for kept in (settings.token, settings.webhook_secret))
    options = Options(
        token,
        settings.api_url,
        str(settings.lang) if settings.lang else None,
        settings.retention_days,
        Rates(settings.pace.overall, settings.pace.chat, settings.pace.group),
        settings.webhook_url if webhook else None,
        secret,
    )
    return lambda post: run(_served(settings, knowledge, voices, options, post))


def _warm(knowledge: Knowledge, voices: TemplateRenderer) -> None:
    """Hears and says first words in every language, so that patterns and templates are built once and not by every worker."""
    from flows.dialog.events import Command, Did, Typed
    from flows.dialog.session import Session
    from flows.dialog.turn import turn
    from flows.knowledge.model import LANGUAGES

    for language in LANGUAGES:
        for event in (Did(Command.CONSENT), Typed("?")):
            for reply in turn(Session(language=language), event, knowledge, 0.0).replies:
                voices.show(reply, language)


async def _served(settings: Settings, knowledge: Knowledge, voices: TemplateRenderer, options: Options, post: Post) -> int:
    from bot.channels.telegram.run import serve
    from bot.service import Service

    store = _store(settings)
    await store.start()
    try:
        return await serve(Service(knowledge, store, time.time), voices, options, post)
    finally:
        await store.close()
