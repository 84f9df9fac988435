"""What a database has to withstand beyond the promises: kills, rivals, newer programs, and somebody reading its files."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.stores.database import database_store
from bot.stores.port import Deed, Key, Opened, Stored, StoreUnavailable
from bot.stores.sqlite import OVERDUE, QUIET, SqliteStore
from tests.bot.stores.programs import child
from tests.bot.stores.test_promises import Clock

KEY = Key("telegram", "1")
SAVES_FOR_EVER = """
import asyncio, sys
from bot.stores.database import database_store
from bot.stores.port import Deed, Key, Stored

async def save():
    store = database_store(sys.argv[1])
    await store.start()
    rev = 0
    while True:
        rev += 1
        parcel = await store.save(Key("telegram", "1"), Stored({"turn": rev, "long": "x" * 3000}, rev - 1), Deed(rev, {"turn": rev}, "ann"))
        print(rev, flush=True)

asyncio.run(save())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kept.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqliteStore]:
    made = _store(file)
    await made.start()
    yield made
    await made.close()


def _store(file: Path) -> SqliteStore:
    made = database_store(f"sqlite+aiosqlite:///{file}")
    assert isinstance(made, SqliteStore)
    return made


async def _start_and_close(store: SqliteStore) -> None:
    try:
        await store.start()
    finally:
        await store.close()


def _bytes(file: Path) -> bytes:
    """All that somebody finds who copies the folder."""
    return b"".join(each.read_bytes() for each in sorted(file.parent.iterdir()))


class TestKilled:
    @pytest.mark.parametrize("saves", [1, 17, 60])
    async def test_a_killed_process_loses_nothing_that_it_saved(self, file: Path, saves: int) -> None:
        with child(SAVES_FOR_EVER, f"sqlite+aiosqlite:///{file}") as process:
            assert process.stdout
            told = [int(process.stdout.readline()) for _ in range(saves)]
            os.kill(process.pid, signal.SIGKILL)
            told += [int(line) for line in process.stdout]

        store = _store(file)
        await store.start()
        kept = await store.load(KEY)

        assert kept is not None
        assert kept.rev in (told[-1], told[-1] + 1)  # the last save may have been killed before it was told
        assert kept.session["turn"] == kept.rev
        assert [(await store.open(KEY, update)).seen for update in range(1, kept.rev + 2)] == [True] * kept.rev + [False]
        assert (await store.backlog())[0] == kept.rev
        await store.close()

    async def test_an_erasure_that_was_killed_before_its_bytes_were_gone_is_made_good_by_the_next_start(
        self, store: SqliteStore, file: Path
    ) -> None:
        await store.save(KEY, Stored({"typed": "Kreuzberg " * 900}))
        await store.erase(KEY, 1)
        assert b"Kreuzberg" in _bytes(file)

        other = _store(file)
        await other.start()

        assert b"Kreuzberg" not in _bytes(file)
        await other.close()


class TestErased:
    async def test_no_byte_of_an_erased_conversation_is_left_in_any_file(self, store: SqliteStore, file: Path) -> None:
        chat = Key("telegram", "chat4711")
        parcel = await store.save(chat, Stored({"typed": "Kreuzberg"}, notes={"note": "Neukoelln"}), Deed(1, {"chat": "chat4711"}, "ann"))
        await store.save(chat, Stored({"typed": "Kreuzberg " * 900}, 1))
        assert parcel is not None
        await store.progress(parcel, "ann", {"chat": "chat4711", "left": "Wedding"})
        assert await store.complete(parcel, "ann", {"screen": "Moabit"}) is None
        for trace in (b"Kreuzberg", b"Neukoelln", b"Wedding", b"Moabit", b"chat4711"):
            assert trace in _bytes(file)

        farewell = await store.erase(chat, 2, Deed(2, {"chat": "chat4711"}, "ann"))
        assert farewell is not None
        await store.complete(farewell, "ann")
        await store.scrub()

        for trace in (b"Kreuzberg", b"Neukoelln", b"Wedding", b"Moabit", b"chat4711", store.seal.name(chat).encode()):
            assert trace not in _bytes(file)

    async def test_the_chat_itself_is_never_written_beside_its_replies(self, store: SqliteStore, file: Path) -> None:
        await store.save(Key("telegram", "chat4711", "thread11"), Stored({}), Deed(1))
        await store.skip(Key("telegram", "chat4712"), Deed(2))

        assert b"chat471" not in _bytes(file)
        assert b"thread11" not in _bytes(file)

    async def test_nothing_is_left_among_many_others_that_were_moved_about(self, store: SqliteStore, file: Path) -> None:
        """SQLite copies rows from page to page as they grow; such copies must not outlive the row."""
        revs = await _crowd(store, 150)

        for chat in range(0, 150, 3):
            await store.erase(Key("telegram", f"<{chat}>"), revs[chat])
            await store.scrub()
            assert f"MARK{chat}END".encode() not in _bytes(file)

    async def test_no_byte_of_purged_conversations_is_left_and_the_others_are_whole(self, store: SqliteStore, file: Path) -> None:
        await _crowd(store, 150)

        assert await store.purge(75.0) == 75

        left = _bytes(file)
        assert [chat for chat in range(75) if f"MARK{chat}END".encode() in left] == []
        assert [chat for chat in range(75, 150) if f"MARK{chat}END".encode() not in left] == []

    async def test_a_large_file_is_rewritten_when_nobody_has_done_anything_for_a_while(
        self, large: SqliteStore, clock: Clock, file: Path
    ) -> None:
        """Until then what was erased has left its place and the log; only copies in other pages may be left."""
        for number in range(5):
            await large.skip(KEY, Deed(number, {}, "ann"))
            await large.scrub()
            clock.now += QUIET - 1
        assert b"Kreuzberg" not in _bytes(file)
        assert await _owes(large)

        await large.scrub()
        clock.now += 1
        await large.scrub()
        assert not await _owes(large)

    async def test_a_large_file_does_not_wait_for_ever_to_be_rewritten(self, large: SqliteStore, clock: Clock) -> None:
        begun = clock.now
        while await _owes(large):
            assert clock.now <= begun + OVERDUE
            await large.skip(KEY, Deed(None, {}, "ann"))
            clock.now += QUIET / 2
            await large.scrub()
        assert clock.now == begun + OVERDUE

    async def test_a_large_file_is_rewritten_at_once_where_that_is_asked_for(self, large: SqliteStore) -> None:
        await large.scrub(thorough=True)
        assert not await _owes(large)

    async def test_an_erasure_that_a_reader_holds_up_stays_owed(self, store: SqliteStore, file: Path) -> None:
        await store.save(KEY, Stored({"typed": "Kreuzberg"}))
        await _lose_patience(store)
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM conversations").fetchall()
            await store.erase(KEY, 1)
            with pytest.raises(StoreUnavailable, match="SQLITE_BUSY"):
                await store.scrub()
            reader.execute("COMMIT")

        await store.scrub()
        assert b"Kreuzberg" not in _bytes(file)

    async def test_what_is_erased_while_bytes_are_removed_stays_owed(self, store: SqliteStore, file: Path) -> None:
        for chat in ("1", "2"):
            await store.save(Key("telegram", chat), Stored({"typed": "Kreuzberg " * 900}))
        await store.erase(KEY, 1)
        scrubbing = asyncio.create_task(store.scrub())
        await asyncio.sleep(0)
        await store.erase(Key("telegram", "2"), 1)
        await scrubbing
        await store.scrub()

        assert b"Kreuzberg" not in _bytes(file)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def large(file: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteStore]:
    """A store whose file counts as large, and from which a conversation was erased."""
    monkeypatch.setattr("bot.stores.sqlite.SMALL", 0)
    made = SqliteStore(f"sqlite+aiosqlite:///{file}", clock=clock)
    await made.start()
    await made.save(KEY, Stored({"typed": "Kreuzberg " * 900}))
    await made.erase(KEY, 1)
    await made.scrub()
    yield made
    await made.close()


async def _owes(store: SqliteStore) -> bool:
    owed = await store.file.run(lambda connection: connection.execute("SELECT value FROM traits WHERE name = 'owed'").fetchone())
    return bool(owed != ("0",))


async def _lose_patience(store: SqliteStore) -> None:
    """Makes it wait 50 ms for others instead of five seconds."""

    await store.file.run_aside(lambda connection: connection.execute("PRAGMA busy_timeout = 50").close())


async def _crowd(store: SqliteStore, size: int) -> dict[int, int]:
    """Many conversations that grew; the number of saves of each."""
    chance = random.Random(1)
    revs = dict.fromkeys(range(size), 0)
    for chat in [*(chance.randrange(size) for _ in range(size * 8)), *range(size)]:
        text = f"MARK{chat}END " * chance.randrange(1, 5 + revs[chat] * 20)
        await store.save(Key("telegram", f"<{chat}>"), Stored({"typed": text}, revs[chat], touched=float(chat)))
        revs[chat] += 1
    return revs


class TestFiles:
    async def test_nobody_else_may_read_the_files_or_enter_the_folder(self, store: SqliteStore, file: Path) -> None:
        await store.save(KEY, Stored({}))

        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (file.parent, *file.parent.iterdir())}
        assert modes == {"data": 0o700, "kept.db": 0o600, "kept.db-wal": 0o600, "kept.db-shm": 0o600}

    async def test_a_closed_database_is_a_single_file(self, file: Path) -> None:
        store = _store(file)
        await store.start()
        await store.save(Key("telegram", "1"), Stored({}))
        await store.close()

        assert [each.name for each in file.parent.iterdir()] == ["kept.db"]


class TestFaults:
    def test_a_file_that_is_no_database_is_refused_and_left_alone(self, file: Path) -> None:
        file.parent.mkdir()
        file.write_text("a shopping list, rather than a database")

        with pytest.raises(StoreUnavailable, match="SQLITE_NOTADB"):
            asyncio.run(_start_and_close(_store(file)))
        assert file.read_text() == "a shopping list, rather than a database"

    async def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file where the folder should be")

        with pytest.raises(StoreUnavailable, match="data"):
            await _start_and_close(_store(tmp_path / "data" / "kept.db"))

    async def test_a_locked_database_takes_nothing_and_names_no_answer(
        self, store: SqliteStore, file: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        await store.save(KEY, Stored({"typed": "before"}))
        await _lose_patience(store)
        with closing(sqlite3.connect(file, isolation_level=None)) as rival, caplog.at_level(logging.DEBUG, "sqlalchemy"):
            rival.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable) as refused:
                await store.save(KEY, Stored({"typed": "Kreuzberg"}, 1), Deed(7))
            rival.execute("ROLLBACK")

        assert str(refused.value) == "SQLITE_BUSY"
        assert refused.value.__suppress_context__
        assert "SQLITE_BUSY" in caplog.text
        assert "Kreuzberg" not in caplog.text
        assert await store.open(KEY, 7) == Opened(Stored({"typed": "before"}, 1))

    async def test_a_store_goes_on_after_a_save_was_cancelled_that_waited_for_another_process(self, store: SqliteStore, file: Path) -> None:
        await store.save(KEY, Stored({}))
        with closing(sqlite3.connect(file, isolation_level=None)) as rival:
            rival.execute("BEGIN IMMEDIATE")
            task = asyncio.create_task(store.save(KEY, Stored({"who": "cancelled"}, 1)))
            while not store.file._is_at_work():  # noqa: ASYNC110 - the store tells nobody that it has begun
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            rival.execute("ROLLBACK")

        kept = await store.load(KEY)

        assert kept is not None
        assert (kept.rev, kept.session) == (2, {"who": "cancelled"})  # begun is done, and the next job finds it
        await store.save(KEY, kept)
