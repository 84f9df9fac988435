"""The command line: reads what was asked for and hands over to the wiring."""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import wiring
from bot.channels.commandline.assess import Format
from bot.channels.commandline.parser import Parser
from flows.knowledge.loader import KnowledgeError
from flows.knowledge.model import LANGUAGES

if TYPE_CHECKING:
    from bot.settings import Settings

COMMANDS = ("chat", "telegram", "db", "assess", "whynot", "check", "prove", "audit", "graph", "book", "editions", "diff")
ACTIONS = ("export", "import", "rekey", "newkey")
FALLBACK = "en"
FAILED = 1
MOST_WORKERS = 64
STOPPED = 130
SELDOM = (50_000, 20, 20)
"""How seldom the collector looks: what is loaded at the start stays, and hardly anything of a turn holds on to itself in a circle."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code (0 done, 1 failed, 2 the input or the command line was refused)."""
    gc.set_threshold(*SELDOM)
    given = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Chinese must not end a command on a terminal that knows only ASCII
            stream.reconfigure(errors="backslashreplace")
    chosen = _chosen(given)
    language = chosen or _of_locale() or FALLBACK
    arguments = _parser(language, given).parse_args(given)
    try:
        return _run(arguments, language, chosen)
    except KnowledgeError as error:
        sys.stderr.write(f"{error}\n{_words('check_faults', language, count=len(error.faults))}\n")
        return FAILED
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last guard: a traceback could show what a person typed
        sys.stderr.write(wiring.words("commandline.failed", language, kind=_where(error)) + "\n")
        return FAILED


def _where(error: Exception) -> str:
    """The kind of an error and the place it comes from, without its values."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(frame.filename).name}:{frame.lineno}"


def _run(arguments: argparse.Namespace, language: str, chosen: str | None) -> int:
    match arguments.command:
        case "assess":
            return _assess(arguments, language)
        case "whynot":
            return _whynot(arguments, language)
        case "check":
            return _check(arguments, language)
        case "prove":
            return _prove(arguments, language)
        case "audit":
            return _audit(arguments, language)
        case "graph":
            return _graph(arguments, language)
        case "book":
            return _book(arguments, language)
        case "editions":
            return wiring.run_editions(arguments.format, language)
        case "diff":
            return _diff(arguments, language)
        case "db" if arguments.action == "newkey":
            sys.stdout.write(wiring.new_key() + "\n")
            return 0
        case _:
            return _converse(arguments, language, chosen)


def _words(key: str, language: str, **params: object) -> str:
    return wiring.words(f"errors.{key}", language, **params)


def _chosen(given: Sequence[str]) -> str | None:
    """The language named on the command line, read before the parser exists because its help is in that language."""
    for place, word in enumerate(given):
        value = (
            word.partition("=")[2]
            if word.startswith("--lang=")
            else given[place + 1]
            if word == "--lang" and place + 1 < len(given)
            else ""
        )
        if value in LANGUAGES:
            return value
    return None


def _of_locale() -> str | None:
    """The language of the system; None where it is another one, or the system names none."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return named[:2].lower() if named[:2].lower() in LANGUAGES else None


def _parser(language: str, given: Sequence[str]) -> argparse.ArgumentParser:
    helped = not given or given[0].startswith("-") or "-h" in given or "--help" in given
    say = _sayings(language) if helped else _silent
    spoken: dict[str, Any] = {"say": partial(_said, language), "helped": helped}
    parser = Parser(prog="phnen-bot", description=say("about"), **spoken)
    parser.add_argument("--lang", choices=LANGUAGES, help=say("option", "lang"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="|".join(COMMANDS))
    for name in COMMANDS:
        command = commands.add_parser(name, help=say("command", name), description=say("command", name), epilog=say("example", name), **spoken)
        command.add_argument("--lang", choices=LANGUAGES, help=say("option", "lang"))
        if name == "telegram":
            command.add_argument("--webhook", action="store_true", help=say("option", "webhook"))
            command.add_argument("--workers", type=int, metavar="N", help=say("option", "workers"))
        if name == "db":
            command.add_argument("action", choices=ACTIONS, help=say("option", "db_action"))
            command.add_argument("file", nargs="?", metavar="FILE|-", help=say("option", "db_file"))
        if name in ("assess", "whynot"):
            command.add_argument("file", metavar="FILE", help=say("option", "file"))
        if name == "assess":
            command.add_argument("--format", choices=[str(form) for form in Format], default="json", help=say("option", "format"))
        if name == "whynot":
            command.add_argument("--want", action="append", default=[], metavar="FACT[=VALUE]", help=say("option", "want"))
            command.add_argument("--format", choices=("text", "jsonl"), default="text", help=say("option", "lines"))
        _checks(command, name, say)
    return parser


def _checks(command: argparse.ArgumentParser, name: str, say: Callable[..., str]) -> None:
    """The options of the commands that look at the knowledge itself."""
    if name == "check":
        command.add_argument("--accept", action="store_true", help=say("option", "accept"))
    if name == "prove":
        command.add_argument("--fast", action="store_true", help=say("option", "fast"))
        command.add_argument("--out", type=Path, metavar="FILE.json", help=say("option", "certificate"))
        command.add_argument("--page", type=Path, metavar="FILE.html|txt", help=say("option", "page"))
    if name == "audit":
        command.add_argument("--review", metavar="FILE", help=say("option", "review"))
    if name == "graph":
        command.add_argument("--out", type=Path, metavar="FILE", help=say("option", "out"))
    if name == "book":
        command.add_argument("--out", type=Path, metavar="FILE.html", required=True, help=say("option", "book_out"))
    if name == "diff":
        command.add_argument("old", metavar="OLD", help=say("option", "version"))
        command.add_argument("new", metavar="NEW", help=say("option", "version"))
    if name in ("editions", "diff"):
        command.add_argument("--format", choices=("text", "json"), default="text", help=say("option", "shape"))


def _silent(macro: str, name: str = "") -> str:
    return ""


def _sayings(language: str) -> Callable[..., str]:
    """The help texts of one language; loaded only where help is wanted."""

    def say(macro: str, name: str = "") -> str:
        params = {"name": name} if name else {}
        return _said(language, macro, **params).replace("%", "%%")

    return say


def _said(language: str, macro: str, **params: object) -> str:
    return wiring.words(f"commandline.{macro}", language, **params)


def _cases(name: str, language: str) -> str | None:
    """The text of a file with answers; None where it cannot be read, which is then said."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError:
        sys.stderr.write(_words("file_unreadable", language, name=name) + "\n")
        return None
    return data.decode("utf-8", errors="surrogateescape")


def _assess(arguments: argparse.Namespace, language: str) -> int:
    text = _cases(arguments.file, language)
    return FAILED if text is None else wiring.run_assess(text, arguments.file, arguments.format, language)


def _whynot(arguments: argparse.Namespace, language: str) -> int:
    from bot.channels.commandline.whynot import WantUnknown

    text = _cases(arguments.file, language)
    if text is None:
        return FAILED
    try:
        return wiring.run_whynot(text, arguments.want, arguments.format, language)
    except WantUnknown as unknown:
        sys.stderr.write(wiring.words("commandline.want_unknown", language, want=unknown.text, known=unknown.known) + "\n")
        return 2


def _prove(arguments: argparse.Namespace, language: str) -> int:
    try:
        return wiring.run_prove(language, arguments.out, arguments.page, fast=arguments.fast)
    except OSError as error:
        sys.stderr.write(_words("file_unreadable", language, name=str(error.filename)) + "\n")
        return FAILED


def _audit(arguments: argparse.Namespace, language: str) -> int:
    if arguments.review is None:
        sys.stderr.write(wiring.words("commandline.review_needed", language) + "\n")
        return FAILED
    try:
        review = Path(arguments.review).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        sys.stderr.write(_words("file_unreadable", language, name=str(arguments.review)) + "\n")
        return FAILED
    if not review.strip():
        sys.stderr.write(_words("file_empty", language, name=str(arguments.review)) + "\n")
        return FAILED
    return wiring.run_audit(review, language)


def _check(arguments: argparse.Namespace, language: str) -> int:
    try:
        return wiring.run_check(language, accept=arguments.accept)
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stderr.write(_words("file_unwritable", language, name=str(error.filename)) + "\n")
        return FAILED


def _graph(arguments: argparse.Namespace, language: str) -> int:
    path: Path | None = arguments.out
    try:
        wiring.run_graph(path)
    except ValueError:
        sys.stderr.write(wiring.words("commandline.picture_kind", language, path=str(path)) + "\n")
        return 2
    except OSError:
        sys.stderr.write(_words("file_unreadable", language, name=str(path)) + "\n")
        return FAILED
    if path is not None:
        sys.stderr.write(wiring.words("commandline.written", language, path=str(path)) + "\n")
    return 0


def _book(arguments: argparse.Namespace, language: str) -> int:
    path: Path = arguments.out
    try:
        wiring.run_book(path, language)
    except OSError:
        sys.stderr.write(_words("file_unwritable", language, name=str(path)) + "\n")
        return FAILED
    sys.stderr.write(wiring.words("commandline.written", language, path=str(path)) + "\n")
    return 0


def _diff(arguments: argparse.Namespace, language: str) -> int:
    """Compares two versions; 2 where one of them cannot be compared, as 1 says that conclusions change."""
    from bot.channels.commandline.versions import VersionBroken, VersionUnknown

    try:
        return wiring.run_diff(arguments.old, arguments.new, arguments.format, language)
    except VersionUnknown as unknown:
        sys.stderr.write(wiring.words("diff.unknown", language, name=unknown.name, why=unknown.why) + "\n")
    except VersionBroken as broken:
        sys.stderr.writelines(f"{fault}\n" for fault in broken.faults)
        sys.stderr.write(wiring.words("diff.broken", language, name=broken.name, count=len(broken.faults)) + "\n")
    return 2


def _converse(arguments: argparse.Namespace, language: str, chosen: str | None) -> int:
    """Runs a command that needs settings and a store."""
    from bot.logs import set_up
    from bot.settings import SettingsError, Wrong, read_settings
    from bot.stores.port import KeyRefused, NewerDatabase, StoreUnavailable

    try:
        settings = read_settings()
    except SettingsError as error:
        for problem in error.problems:
            value = {"value": problem.value} if problem.wrong is Wrong.VALUE else {}
            line = _words(f"setting_{problem.wrong}", language, name=problem.name, accepted=problem.accepted, **value)
            sys.stderr.write(line + "\n")
        return 2
    set_up(str(settings.log_level), secrets=settings.secrets)
    try:
        if arguments.command == "chat":
            return asyncio.run(wiring.run_chat(settings, chosen or _of_locale() or settings.lang or FALLBACK, chosen))
        if arguments.command == "db":
            return _db(settings, arguments, language)
        return _telegram(settings, arguments, language)
    except NewerDatabase as newer:
        sys.stderr.write(_words("newer_database", language, found=str(newer)) + "\n")
    except KeyRefused as refused:
        sys.stderr.write(_words("data_key", language, missing=str(refused) == "no key") + "\n")
    except StoreUnavailable:
        sys.stderr.write(_words("store_unavailable", language) + "\n")
    return FAILED


def _db(settings: Settings, arguments: argparse.Namespace, language: str) -> int:
    """Moves or encrypts what is kept."""
    name = arguments.file
    if (name is None) is (arguments.action != "rekey"):
        sys.stderr.write(wiring.words("commandline.db_file", language, action=arguments.action) + "\n")
        return 2
    try:
        return asyncio.run(wiring.run_db(settings, arguments.action, name or "", language))
    except OSError as error:
        sys.stderr.write(_words("file_unreadable" if arguments.action == "import" else "file_unwritable", language, name=str(error.filename or name)) + "\n")
        return FAILED


def _telegram(settings: Settings, arguments: argparse.Namespace, language: str) -> int:
    """Runs the Telegram bot, if what it needs is there."""
    workers, most = arguments.workers, MOST_WORKERS if hasattr(os, "fork") else 1
    missing = [name for name in ("webhook_url", "webhook_secret") if arguments.webhook and not getattr(settings, name)]
    faults = [
        *([_words("token_missing", language)] if not settings.token else []),
        *([_words("webhook_needs", language, names=[f"PHNEN_BOT_{name.upper()}" for name in missing])] if missing else []),
        *([_words("workers_need_webhook", language)] if workers is not None and not arguments.webhook else []),
        *([_words("workers_count", language)] if workers is not None and not 1 <= workers <= most else []),
    ]
    if faults:
        sys.stderr.write("\n".join(faults) + "\n")
        return 2
    try:
        return wiring.run_telegram(settings, workers or 1, webhook=arguments.webhook)
    except wiring.Taken as taken:
        sys.stderr.write(_words("address_taken", language, address=str(taken)) + "\n")
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
