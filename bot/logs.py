"""Logs on standard error: ids, counts and durations, never a secret and never what a person typed."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote

QUIET = ("aiohttp", "aiosqlite", "alembic", "asyncio", "httpcore", "httpx", "sqlalchemy", "telegram", "transitions")
_LONG_ENOUGH = 8
_HIDDEN = "***"


def set_up(level: str, stream: TextIO | None = None, secrets: Iterable[str] = ()) -> None:
    """Sends every log to one stream: a JSON object a line, or short lines where the stream is a terminal.

    Args:
        level: the least severity that is logged; libraries are held to warnings at least.
        stream: where to; standard error by default.
        secrets: what is blotted out wherever it turns up, such as the bot token inside an address.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    blots = _blots(secrets)
    handler.setFormatter(_ShortLines(blots) if target.isatty() else _JsonLines(blots))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.raiseExceptions = False  # or a call with a wrong format would print its arguments, whatever they hold


class _Redacting(logging.Formatter):
    def __init__(self, blots: tuple[str, ...]) -> None:
        super().__init__()
        self._blots = blots

    def redacted(self, text: str) -> str:
        for blot in self._blots:
            text = text.replace(blot, _HIDDEN)
        return text

    def event(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name == "asyncio":  # its further lines show the objects at hand, exceptions with their values among them
            message = message.partition("\n")[0]
        return self.redacted(message)

    def error(self, record: logging.LogRecord) -> str:
        fault = record.exc_info[1] if record.exc_info else None
        return self.redacted(_trace(fault)) if fault else ""


class _JsonLines(_Redacting):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _moment(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "event": self.event(record),
        }
        if error := self.error(record):
            line["error"] = error
        return json.dumps(line)


class _ShortLines(_Redacting):
    def format(self, record: logging.LogRecord) -> str:
        line = f"{_moment(record):%H:%M:%S}Z {record.levelname} {record.name}: {self.event(record)}"
        return "\n".join(part for part in (line, self.error(record)) if part)


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _blots(secrets: Iterable[str]) -> tuple[str, ...]:
    """The secrets in every shape they are met in, longest first: as they are, inside a URL, a token without its bot id."""
    shapes = {shape for secret in secrets if secret for shape in (secret, quote(secret, safe=""))}
    shapes |= {half for shape in shapes if len(half := shape.partition(":")[2]) >= _LONG_ENOUGH}
    return tuple(sorted(shapes, key=lambda shape: (-len(shape), shape)))


def _trace(fault: BaseException) -> str:
    """Where it happened and what kind it is, causes first. Values are left out, as they quote what they stumbled over."""
    chain: list[BaseException] = []
    link: BaseException | None = fault
    while link and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "".join(_stop(each) for each in reversed(chain))


def _stop(fault: BaseException) -> str:
    parts = fault.exceptions if isinstance(fault, BaseExceptionGroup) else ()
    frames = traceback.format_tb(fault.__traceback__)
    return "".join((*map(_trace, parts), *frames, _named(fault), "\n"))


def _named(fault: BaseException) -> str:
    kind = f"{type(fault).__module__}.{type(fault).__qualname__}"
    # The system's own words name a file or an address, never an answer.
    return f"{kind}: {fault}" if isinstance(fault, OSError) else kind
