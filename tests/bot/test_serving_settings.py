"""What a webhook, workers and those who watch need, and how it is said where it is missing."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.logs import QUIET
from bot.settings import Address, Limits, Problem, SettingsError, read_settings

TOKEN = "123456789:AAEhBOweik9ai2o01whxgMZ2V8PQ"
HOOK = {"PHNEN_BOT_WEBHOOK_URL": "https://bot.example.org/hook", "PHNEN_BOT_WEBHOOK_SECRET": "s3cret"}


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root, raising = logging.getLogger(), logging.raiseExceptions
    level, handlers = root.level, root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in QUIET}
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    logging.raiseExceptions = raising
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("TOKEN", "WEBHOOK_URL", "WEBHOOK_SECRET", "WATCH_LISTEN", "LISTEN"):
        monkeypatch.delenv(f"PHNEN_BOT_{name}", raising=False)


def test_nobody_watches_and_telegrams_own_limits_hold_unless_something_else_is_set() -> None:
    settings = read_settings(None, {})
    assert settings.watch_listen is None
    assert settings.pace == Limits(30.0, 1.0, 20.0)
    settings = read_settings(None, {"PHNEN_BOT_WATCH_LISTEN": "0.0.0.0:9090", "PHNEN_BOT_PACE": "1000/1.5/20"})
    assert settings.watch_listen == Address("0.0.0.0", 9090)
    assert settings.pace == Limits(1000.0, 1.5, 20.0)


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("WATCH_LISTEN", "9090", "host:port"),
        ("PACE", "30", "30/1/20"),
        ("PACE", "30/0/20", "30/1/20"),
        ("PACE", "30/1/1e3", "30/1/20"),
        ("PACE", "30/1/-20", "30/1/20"),
        ("PACE", "30/1/٣", "30/1/20"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_accepted(name: str, value: str, accepted: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(None, {f"PHNEN_BOT_{name}": value})
    assert refused.value.problems == (Problem(f"PHNEN_BOT_{name}", value, accepted),)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["PHNEN_BOT_WEBHOOK_URL", "PHNEN_BOT_WEBHOOK_SECRET"]),
        ({"PHNEN_BOT_WEBHOOK_URL": HOOK["PHNEN_BOT_WEBHOOK_URL"]}, ["PHNEN_BOT_WEBHOOK_SECRET"]),
        ({"PHNEN_BOT_WEBHOOK_SECRET": HOOK["PHNEN_BOT_WEBHOOK_SECRET"]}, ["PHNEN_BOT_WEBHOOK_URL"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_webhook_without_its_address_or_its_secret_is_refused(
    given: dict[str, str], missing: list[str], language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**given, "PHNEN_BOT_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    assert main(["telegram", "--webhook", "--lang", language]) == 2
    said = capsys.readouterr().err
    assert [name for name in HOOK if name in said.partition("--webhook")[0]] == missing


@pytest.mark.parametrize(
    ("words", "named"),
    [(["--workers", "2"], "--webhook"), (["--webhook", "--workers", "0"], "1 to 64"), (["--webhook", "--workers", "65"], "1 to 64")],
)
def test_workers_without_a_webhook_or_too_few_or_too_many_are_refused(
    words: list[str], named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**HOOK, "PHNEN_BOT_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    assert main(["telegram", *words, "--lang", "en"]) == 2
    assert named in capsys.readouterr().err


def test_everything_that_is_missing_is_named_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["telegram", "--webhook", "--workers", "0", "--lang", "en"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_an_address_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for name, value in {**HOOK, "PHNEN_BOT_TOKEN": TOKEN, "PHNEN_BOT_LISTEN": address}.items():
            monkeypatch.setenv(name, value)
        assert main(["telegram", "--webhook", "--lang", "en"]) == 1
    assert address in capsys.readouterr().err
