"""What a log line looks like, and what never gets into one."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.logs import QUIET, set_up
from bot.stores.database import database_store
from bot.stores.port import Key, Stored

TOKEN = "123456789:AAEhBOweik9ai2o01whxgMZ2V8PQ"
log = logging.getLogger("bot.here")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Logging is the process's own: whatever a test sets up is taken back."""
    root, raising = logging.getLogger(), logging.raiseExceptions
    level, handlers = root.level, root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in QUIET}
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    logging.raiseExceptions = raising
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class TestLines:
    def test_without_a_terminal_each_line_is_a_json_object_with_its_time_in_utc(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream)

        log.info("turn saved: %d ms\nand more", 3)

        (line,) = _lines(stream)
        moment = datetime.fromisoformat(line.pop("time"))
        assert moment.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
        assert line == {"level": "INFO", "logger": "bot.here", "event": "turn saved: 3 ms\nand more"}

    def test_on_a_terminal_lines_are_short(self) -> None:
        stream = Terminal()
        set_up("INFO", stream)

        log.warning("slow: %d ms", 900)

        assert stream.getvalue()[8:] == "Z WARNING bot.here: slow: 900 ms\n"

    def test_what_is_less_severe_is_left_out(self) -> None:
        stream = io.StringIO()
        set_up("WARNING", stream)

        log.info("nothing new")

        assert stream.getvalue() == ""

    def test_setting_up_twice_does_not_double_the_lines(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream)
        set_up("INFO", stream)

        log.info("once")

        assert len(_lines(stream)) == 1

    @pytest.mark.parametrize("name", QUIET)
    def test_libraries_say_only_what_is_wrong_even_while_we_debug(self, name: str) -> None:
        stream = io.StringIO()
        set_up("DEBUG", stream)

        logging.getLogger(f"{name}.inside").info("HTTP Request: POST https://api.telegram.org/")
        logging.getLogger(f"{name}.inside").warning("something is wrong")

        assert [line["event"] for line in _lines(stream)] == ["something is wrong"]

    def test_libraries_are_no_louder_than_we_are(self) -> None:
        stream = io.StringIO()
        set_up("ERROR", stream)

        logging.getLogger("telegram").warning("something is odd")

        assert stream.getvalue() == ""


class TestSecrets:
    @pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["json", "terminal"])
    @pytest.mark.parametrize(
        "text",
        [TOKEN, f"https://api.telegram.org/bot{TOKEN}/getMe", "/bot123456789%3AAAEhBOweik9ai2o01whxgMZ2V8PQ/", TOKEN.partition(":")[2]],
        ids=["bare", "url", "quoted-url", "without-the-id"],
    )
    def test_the_token_is_blotted_out_wherever_it_turns_up(self, text: str, stream: io.StringIO) -> None:
        set_up("INFO", stream, [TOKEN, "hook-secret"])

        log.warning("in the message " + text)  # noqa: G003 - as a careless library would
        log.warning("in the arguments %s %r", text, {"secret": "hook-secret"})
        log.error("in the error", exc_info=ConnectionError(text))

        assert "AAEhBOweik9ai2o01whxgMZ2V8PQ" not in stream.getvalue()
        assert "hook-secret" not in stream.getvalue()
        assert "***" in stream.getvalue()

    def test_without_secrets_nothing_is_blotted_out(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream, ["", ""])

        log.info("plain")

        assert _lines(stream)[0]["event"] == "plain"


class TestErrors:
    def test_an_error_shows_where_and_what_kind_but_not_what_it_stumbled_over(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream)

        try:
            try:
                _stumble("Kreuzberg")
            except ValueError as cause:
                raise KeyError("Kreuzberg") from cause
        except KeyError:
            log.exception("turn %s failed", "e4711")

        (line,) = _lines(stream)
        assert line["event"] == "turn e4711 failed"
        assert "in _stumble" in line["error"]
        assert line["error"].index("builtins.ValueError\n") < line["error"].index("builtins.KeyError\n")
        assert "Kreuzberg" not in line["error"].replace('"Kreuzberg"', "")  # the test's own source line quotes it

    def test_every_error_of_a_group_is_shown(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream)

        log.error("both failed", exc_info=ExceptionGroup("two", [ValueError("a"), TypeError("b")]))

        assert _lines(stream)[0]["error"] == "builtins.ValueError\nbuiltins.TypeError\nbuiltins.ExceptionGroup\n"

    def test_the_systems_own_words_are_kept(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream)

        log.error("no file", exc_info=FileNotFoundError(2, "No such file or directory", "/var/kept.db"))

        assert "No such file or directory: '/var/kept.db'" in _lines(stream)[0]["error"]

    def test_an_error_that_causes_itself_ends(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream)
        first, second = ValueError(), TypeError()
        first.__cause__, second.__cause__ = second, first

        log.error("round and round", exc_info=first)

        assert _lines(stream)[0]["error"] == "builtins.TypeError\nbuiltins.ValueError\n"

    def test_a_task_that_nobody_awaited_is_reported_without_its_values(self) -> None:
        stream = io.StringIO()
        set_up("INFO", stream)

        async def forget() -> None:
            task = asyncio.ensure_future(_fail("Kreuz" + "berg"))
            await asyncio.sleep(0.01)
            del task

        asyncio.run(forget())

        assert [line["event"] for line in _lines(stream)] == ["Task exception was never retrieved"]
        assert "Kreuzberg" not in stream.getvalue()

    def test_a_wrong_format_does_not_print_its_arguments(self, capsys: pytest.CaptureFixture[str]) -> None:
        set_up("INFO", io.StringIO())

        log.info("turn %d", "Kreuzberg")

        assert "Kreuzberg" not in capsys.readouterr().err

    async def test_no_answer_reaches_the_log_while_it_is_stored(self, tmp_path: Path) -> None:
        stream = io.StringIO()
        set_up("DEBUG", stream)
        store = database_store(f"sqlite+aiosqlite:///{tmp_path}/kept.db")
        await store.start()

        await store.save(Key("telegram", "1"), Stored({"typed": "Kreuzberg"}))
        await store.load(Key("telegram", "1"))
        await store.erase(Key("telegram", "1"), 1)
        await store.close()

        assert "Kreuzberg" not in stream.getvalue()


def _stumble(text: str) -> int:
    return int(text)


async def _fail(text: str) -> None:
    raise ValueError(text)
