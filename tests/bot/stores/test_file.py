"""Jobs on a SQLite file: at once where it is free, in a thread and in order where it is not, whoever still waits for them."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.stores.file import transaction
from bot.stores.port import Conflict, Key, Stored, StoreUnavailable
from bot.stores.sqlite import SqliteStore

HERE = Key("telegram", "1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kept.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(f"sqlite+aiosqlite:///{file}")
    await made.start()
    yield made
    await made.close()


def _ask(connection: sqlite3.Connection, question: str) -> object:
    return connection.execute(question).fetchone()[0]


class TestConnection:
    @pytest.mark.parametrize("path", ["sqlite+aiosqlite:///{}", "sqlite:///{}"])
    async def test_the_plain_name_of_the_database_is_understood_as_well(self, store: SqliteStore, file: Path, path: str) -> None:
        await store.save(HERE, Stored({}))
        other = SqliteStore(path.format(file))
        await other.start()

        assert await other.load(HERE) == Stored({}, 1)
        await other.close()

    async def test_a_start_waits_for_a_program_that_makes_the_same_file(self, file: Path) -> None:
        file.parent.mkdir()
        with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as first:
            first.execute("BEGIN IMMEDIATE")  # SQLite waits for nobody who asks for a log meanwhile
            threading.Timer(0.2, lambda: first.execute("COMMIT")).start()
            second = SqliteStore(f"sqlite:///{file}")
            await second.start()

        await second.save(HERE, Stored({}))
        await second.close()

    async def test_a_safe_setting_holds_on_every_connection(self, store: SqliteStore) -> None:
        for _ in range(2):
            for run, patience in ((store.file.run, 0), (store.file.run_aside, 5000)):
                asked = ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
                told = [await run(_ask, f"PRAGMA {name}") for name in asked]
                assert told == ["wal", 1, 1, patience]
                with pytest.raises(StoreUnavailable):
                    await run(_ask, "nonsense")

    async def test_a_job_that_failed_halfway_leaves_nothing_to_the_next_one(self, store: SqliteStore, file: Path) -> None:
        def fail_inside_a_transaction(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM no_such_table")

        for run in (store.file.run, store.file.run_aside):
            with pytest.raises(StoreUnavailable, match="SQLITE_ERROR"):
                await run(fail_inside_a_transaction)

        await store.save(HERE, Stored({}))
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("SELECT count(*) FROM conversations").fetchone() == (1,)

    async def test_the_log_beside_the_file_does_not_grow_for_ever(self, store: SqliteStore, file: Path) -> None:
        for rev in range(1300):
            await store.save(HERE, Stored({"long": "x" * 5000}, rev))
            await asyncio.sleep(0)
        await store.file.run_aside(_ask, "SELECT 1")
        assert file.with_name("kept.db-wal").stat().st_size < 40_000_000 / 2


class TestOrder:
    async def test_a_job_that_finds_the_file_free_is_done_at_once_in_the_same_thread(self, store: SqliteStore) -> None:
        found = await store.file.run(lambda _: threading.get_ident())
        assert found == threading.get_ident()
        assert await store.file.run_aside(lambda _: threading.get_ident()) != found

    async def test_a_job_that_another_process_holds_up_waits_without_holding_up_anybody_else(self, store: SqliteStore, file: Path) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as rival:
            rival.execute("BEGIN IMMEDIATE")
            saving = asyncio.create_task(store.save(HERE, Stored({"turn": 1})))
            await asyncio.sleep(0.1)  # goes on meanwhile
            assert not saving.done()
            rival.execute("COMMIT")
            await saving

        assert await store.load(HERE) == Stored({"turn": 1}, 1)

    async def test_no_job_overtakes_one_that_waits(self, store: SqliteStore) -> None:
        go_on = threading.Event()
        await store.save(HERE, Stored({"turn": 1}))

        def slowly(connection: sqlite3.Connection) -> None:
            go_on.wait(10)
            with transaction(connection):
                connection.execute("UPDATE conversations SET rev = rev + 1")

        running = asyncio.create_task(store.file.run_aside(slowly))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(store.save(HERE, Stored({"turn": 3}, 2)))
        await asyncio.sleep(0)
        running.cancel()
        waiting.cancel()
        go_on.set()
        ends = await asyncio.gather(running, waiting, return_exceptions=True)

        assert [type(end) for end in ends] == [asyncio.CancelledError, asyncio.CancelledError]
        assert await store.load(HERE) == Stored({"turn": 3}, 3)
        with pytest.raises(Conflict):
            await store.save(HERE, Stored({}, 2))

    async def test_what_is_changed_while_it_waits_to_be_saved_is_saved_as_it_was(self, store: SqliteStore) -> None:
        session, go_on = {"turn": 1}, threading.Event()
        holding = asyncio.create_task(store.file.run_aside(lambda _: go_on.wait(10)))
        await asyncio.sleep(0)
        saving = asyncio.create_task(store.save(HERE, Stored(session)))
        await asyncio.sleep(0)
        session["turn"] = 2
        go_on.set()
        await asyncio.gather(holding, saving)

        assert await store.load(HERE) == Stored({"turn": 1}, 1)

    def test_a_store_outlives_the_loop_that_opened_it(self, file: Path) -> None:
        store = SqliteStore(f"sqlite:///{file}")
        asyncio.run(store.start())

        asyncio.run(store.save(HERE, Stored({})))
        assert asyncio.run(store.load(HERE)) == Stored({}, 1)

        asyncio.run(store.close())


class TestClosing:
    async def test_a_closed_store_has_no_thread_and_no_connection_left(self, file: Path) -> None:
        gc.collect()  # what other tests left behind is not ours
        before = set(threading.enumerate())
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            store = SqliteStore(f"sqlite:///{file}")
            await store.start()
            assert set(threading.enumerate()) != before
            await asyncio.gather(store.close(), store.close())
            await store.close()
            del store
            gc.collect()

        assert set(threading.enumerate()) == before
        assert [str(each.message) for each in told] == []

    async def test_closing_waits_for_what_was_handed_over_and_takes_nothing_after(self, store: SqliteStore, file: Path) -> None:
        go_on = threading.Event()
        holding = asyncio.create_task(store.file.run_aside(lambda _: go_on.wait(10)))
        await asyncio.sleep(0)
        saves = [asyncio.create_task(store.save(Key("telegram", str(chat)), Stored({}))) for chat in range(20)]
        await asyncio.sleep(0)
        go_on.set()
        await store.close()

        await asyncio.gather(holding, *saves)
        assert [each.name for each in file.parent.iterdir()] == ["kept.db"]
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("SELECT count(*) FROM conversations").fetchone() == (20,)
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.load(HERE)

    async def test_closing_waits_for_other_processes_once_and_not_for_every_job(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.stores.file.PATIENCE", 0.5)
        store = SqliteStore(f"sqlite+aiosqlite:///{file}")
        await store.start()
        with closing(sqlite3.connect(file, isolation_level=None)) as rival:
            rival.execute("BEGIN IMMEDIATE")
            saves = [asyncio.ensure_future(store.save(Key("telegram", str(chat)), Stored({}))) for chat in range(8)]
            while not store.file._is_at_work():  # noqa: ASYNC110 - what is waited for tells nobody
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.1)
            begun = time.monotonic()
            await store.close()
            assert time.monotonic() - begun < 1.5
            rival.execute("ROLLBACK")
        assert {type(refused) for refused in await asyncio.gather(*saves, return_exceptions=True)} == {StoreUnavailable}

    async def test_a_closing_that_was_cancelled_closes_all_the_same(self, store: SqliteStore, file: Path) -> None:
        await store.save(HERE, Stored({}))
        task = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.close()

        assert [each.name for each in file.parent.iterdir()] == ["kept.db"]


async def test_another_process_that_opens_and_closes_the_file_takes_nothing_away(tmp_path: Path) -> None:
    store = SqliteStore(f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}")
    await store.start()
    await store.save(Key("test", "1"), Stored({"first": 1}))
    count = f"import sqlite3; c = sqlite3.connect({str(tmp_path / 'kept.db')!r}); print(c.execute('SELECT count(*) FROM conversations').fetchone()[0]); c.close()"
    for number in (2, 3):
        _told(count)
        await store.save(Key("test", str(number)), Stored({"first": number}))
        assert _told(count) == str(number)
    await store.close()


def _told(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()
