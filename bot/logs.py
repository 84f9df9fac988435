"""Logs on standard error: ids, counts and durations, never a secret and never what a person typed."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote

_UNUSED = sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # structlog would load it for colours: a fifth of a second
import structlog  # noqa: E402 - see above
from structlog.stdlib import ExtraAdder, ProcessorFormatter  # noqa: E402 - see above
from structlog.typing import EventDict, Processor, WrappedLogger  # noqa: E402 - see above

if _UNUSED is None:
    del sys.modules["rich"]

QUIET = ("aiohttp", "aiosqlite", "alembic", "asyncio", "asyncpg", "sqlalchemy", "transitions", "uvicorn")
EXTRA = ("error_id",)
"""What a call may hand over as ``extra``; nothing else of a record reaches a line."""
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
    handler.setFormatter(_formatter(_blots(secrets), short=target.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.raiseExceptions = False  # or a call with a wrong format would print its arguments, whatever they hold


def about(**ids: int | str) -> None:
    """Puts ids beside every line that is logged from here on in the task at hand and in those it starts."""
    structlog.contextvars.bind_contextvars(**ids)


def _formatter(blots: tuple[str, ...], *, short: bool) -> logging.Formatter:
    render: Processor = _short_line if short else structlog.processors.JSONRenderer()
    beside: list[Processor] = [structlog.contextvars.merge_contextvars, ExtraAdder(EXTRA)]
    return ProcessorFormatter(foreign_pre_chain=beside, processors=[_laid_out, _Redacting(blots), render])


def _laid_out(_logger: WrappedLogger, _method: str, given: EventDict) -> EventDict:
    """The parts of a line in their order; of an error its trace without values."""
    record: logging.LogRecord = given.pop("_record")
    event, fault = str(given.pop("event")), (given.pop("exc_info", None) or (None, None))[1]
    if record.name == "asyncio":  # its further lines show the objects at hand, exceptions with their values among them
        event = event.partition("\n")[0]
    beside = {name: value for name, value in given.items() if name not in {"_from_structlog", "stack_info"}}
    line = {"time": _moment(record), "level": record.levelname, "logger": record.name, "event": event, **beside}
    return {**line, "error": _trace(fault)} if fault else line


class _Redacting:
    """Blots secrets out of every text of a line."""

    def __init__(self, blots: tuple[str, ...]) -> None:
        self._blots = blots

    def __call__(self, _logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        return {name: self._redacted(value) if isinstance(value, str) else value for name, value in line.items()}

    def _redacted(self, text: str) -> str:
        for blot in self._blots:
            text = text.replace(blot, _HIDDEN)
        return text


def _short_line(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    time, level, name, event, error = (line.pop(part, "") for part in ("time", "level", "logger", "event", "error"))
    beside = "".join(f" {part}={value}" for part, value in line.items())
    return "\n".join(part for part in (f"{time[11:19]}Z {level} {name}: {event}{beside}", error) if part)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
