"""The ids beside a log line, and that nothing else gets there."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.logs import QUIET, about, set_up

log = logging.getLogger("bot.here")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, raising = logging.getLogger(), logging.raiseExceptions
    level, handlers = root.level, root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in QUIET}
    stream = io.StringIO()
    set_up("INFO", stream, ["hook-secret"])
    yield stream
    root.setLevel(level)
    root.handlers[:] = handlers
    logging.raiseExceptions = raising
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_each_task_names_its_own_update(stream: io.StringIO) -> None:
    async def handle(update: int) -> None:
        about(update=update)
        await asyncio.sleep(0)
        await asyncio.ensure_future(send())

    async def send() -> None:
        await asyncio.sleep(0)
        log.info("sent")

    async def both() -> None:
        about(worker="host:1")
        await asyncio.gather(handle(1), handle(2))

    asyncio.run(both())
    log.info("afterwards")

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line.get("worker"), line.get("update")) for line in lines] == [("host:1", 1), ("host:1", 2), (None, None)]


def test_an_error_id_is_a_field_of_its_own_and_anything_else_handed_over_is_dropped(stream: io.StringIO) -> None:
    log.error("failed", extra={"error_id": "0badc0de", "text": "Kreuzberg"})

    line = json.loads(stream.getvalue())
    assert line["error_id"] == "0badc0de"
    assert "Kreuzberg" not in stream.getvalue()


def test_a_secret_among_the_ids_is_blotted_out(stream: io.StringIO) -> None:
    log.error("failed", extra={"error_id": "x hook-secret y"})

    assert json.loads(stream.getvalue())["error_id"] == "x *** y"


def test_logs_do_not_load_the_terminals_library() -> None:
    said = "import sys, bot.logs; print('rich' in sys.modules); import rich.console"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
