"""`phnen-bot db` as people run it: out, in, and under another key."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import ACTIONS, main
from bot.render.renderer import speak
from bot.stores.database import database_store
from bot.stores.port import Deed, Key, Stored

HERE = Key("telegram", "4711")


class Home:
    """A folder with databases, and a person who runs commands in it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch
        monkeypatch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("PHNEN_BOT_")]:
            monkeypatch.delenv(name)

    def url(self, name: str) -> str:
        return f"sqlite+aiosqlite:///{self.folder}/{name}.db"

    def run(self, name: str, *words: str, key: str = "") -> int:
        """Runs a command on one of the databases."""
        self._monkeypatch.setenv("PHNEN_BOT_DATABASE_URL", self.url(name))
        self._monkeypatch.setenv("PHNEN_BOT_DATA_KEY", key)
        return main(["db", *words])

    def fill(self, name: str, keys: tuple[str, ...] = ()) -> None:
        async def fill() -> None:
            store = database_store(self.url(name), keys)
            await store.start()
            await store.save(HERE, Stored({"typed": "Kreuzberg"}), Deed(1, {"say": "Neukoelln"}, "ann"))
            await store.close()

        asyncio.run(fill())

    def kept(self, name: str, keys: tuple[str, ...] = ()) -> Stored | None:
        async def load() -> Stored | None:
            store = database_store(self.url(name), keys)
            try:
                await store.start()
                return await store.load(HERE)
            finally:
                await store.close()

        return asyncio.run(load())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path, monkeypatch)


def new_key(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["db", "newkey"]) == 0
    return capsys.readouterr().out.strip()


def test_what_is_written_to_a_file_is_brought_in_elsewhere(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.fill("old")
    assert home.run("old", "export", "kept.jsonl") == 0
    assert stat.S_IMODE((home.folder / "kept.jsonl").stat().st_mode) == 0o600
    assert speak("commandline.db_exported", "en", rows=5) in capsys.readouterr().err

    assert home.run("new", "import", "kept.jsonl") == 0
    assert speak("commandline.db_imported", "en", rows=5) in capsys.readouterr().err
    assert home.kept("new") == home.kept("old")
    assert home.run("new", "import", "kept.jsonl") == 0
    assert speak("commandline.db_same", "en") in capsys.readouterr().err


def test_a_database_with_other_conversations_takes_nothing(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.fill("old")
    home.fill("other")
    home.run("old", "export", "kept.jsonl")
    assert home.run("other", "--lang", "zh", "import", "kept.jsonl") == 2
    assert speak("commandline.db_refused", "zh", why="filled") in capsys.readouterr().err


def test_a_pipe_leads_from_one_database_to_the_other(home: Home) -> None:
    home.fill("old")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PHNEN_BOT_")}
    environ["PYTHONPATH"] = str(Path(__file__).parents[4])
    out, into = ({**environ, "PHNEN_BOT_DATABASE_URL": home.url(name)} for name in ("old", "new"))
    command = [sys.executable, "-m", "bot", "db"]
    with subprocess.Popen([*command, "export", "-"], stdout=subprocess.PIPE, env=out) as writing:
        done = subprocess.run([*command, "import", "-"], stdin=writing.stdout, env=into, check=False, capture_output=True, text=True)
    assert (writing.returncode, done.returncode) == (0, 0), done.stderr
    assert home.kept("new") == home.kept("old")


def test_an_export_that_fails_leaves_no_file(home: Home) -> None:
    (home.folder / "old.db").write_text("a shopping list, rather than a database")
    assert home.run("old", "export", "kept.jsonl") == 1
    assert [file.name for file in home.folder.iterdir()] == ["old.db"]


@pytest.mark.parametrize("action", ["export", "import"])
def test_a_file_that_cannot_be_used_is_named(home: Home, capsys: pytest.CaptureFixture[str], action: str) -> None:
    assert home.run("old", action, "nowhere/kept.jsonl") == 1
    assert "nowhere/kept.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["export"], ["import"], ["rekey", "kept.jsonl"]])
def test_a_file_is_asked_for_where_one_is_needed_and_refused_where_none_is(
    home: Home, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert home.run("old", *words) == 2
    assert speak("commandline.db_file", "en", action=words[0]) in capsys.readouterr().err


def test_a_database_goes_from_open_to_encrypted_and_to_another_key(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.fill("old")
    first, second = new_key(capsys), new_key(capsys)
    assert first != second
    assert home.run("old", "rekey") == 2
    assert speak("commandline.db_no_key", "en") in capsys.readouterr().err
    for key in (first, f"{second},{first}"):
        assert home.run("old", "rekey", key=key) == 0
        assert speak("commandline.db_rekeyed", "en", rows=2) in capsys.readouterr().err
        assert b"Kreuzberg" not in (home.folder / "old.db").read_bytes()
        assert b"Neukoelln" not in (home.folder / "old.db").read_bytes()
    assert home.kept("old", (second,)) == Stored({"typed": "Kreuzberg"}, 1)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_missing_and_a_wrong_key_end_the_start_with_a_clear_word(home: Home, capsys: pytest.CaptureFixture[str], language: str) -> None:
    key, wrong = new_key(capsys), new_key(capsys)
    home.fill("old", (key,))
    for given, missing in (("", True), (wrong, False)):
        assert home.run("old", "--lang", language, "export", "-", key=given) == 1
        shown = capsys.readouterr()
        assert shown.out == ""
        assert speak("errors.data_key", language, missing=missing) in shown.err
        assert wrong not in shown.err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_explains_every_action_with_examples(capsys: pytest.CaptureFixture[str], language: str) -> None:
    with pytest.raises(SystemExit):
        main(["--lang", language, "db", "--help"])
    shown = "".join(capsys.readouterr().out.split())
    assert "".join(speak("commandline.example", language, name="db").split()) in shown
    for action in ACTIONS:
        assert action in shown
