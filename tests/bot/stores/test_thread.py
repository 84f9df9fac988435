"""One thread works through what it is handed, in order, whoever still waits for it."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import warnings
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.stores.database import DatabaseStore
from bot.stores.port import Conflict, Key, Stored, StoreUnavailable
from bot.stores.rows import change, written

HERE = Key("telegram", "1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kept.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[DatabaseStore]:
    made = DatabaseStore(f"sqlite+aiosqlite:///{file}")
    await made.start()
    yield made
    await made.close()


def _ask(connection: Connection, question: str) -> object:
    return connection.exec_driver_sql(question).scalar()


class TestConnection:
    @pytest.mark.parametrize("path", ["sqlite+aiosqlite:///{}", "sqlite:///{}"])
    async def test_the_plain_name_of_the_database_is_understood_as_well(self, store: DatabaseStore, file: Path, path: str) -> None:
        saved = await store.save(HERE, Stored({}))
        other = DatabaseStore(path.format(file))

        assert await other.load(HERE) == saved
        await other.close()

    async def test_a_safe_setting_holds_on_every_connection(self, store: DatabaseStore) -> None:
        for _ in range(2):
            asked = ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
            told = [await store._sqlite.run(_ask, f"PRAGMA {name}") for name in asked]
            assert told == ["wal", 1, 1, 5000]
            with pytest.raises(StoreUnavailable):
                await store._sqlite.run(_ask, "nonsense")

    async def test_a_job_that_failed_halfway_leaves_nothing_to_the_next_one(self, store: DatabaseStore, file: Path) -> None:
        def fail_inside_a_transaction(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("DELETE FROM no_such_table")

        with pytest.raises(StoreUnavailable, match="SQLITE_ERROR"):
            await store._sqlite.run(fail_inside_a_transaction)

        await store.save(HERE, Stored({}))
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("SELECT count(*) FROM conversations").fetchone() == (1,)


class TestOrder:
    async def test_a_save_that_nobody_waits_for_any_more_is_done_in_full_and_seen_by_the_next(self, store: DatabaseStore) -> None:
        begun, go_on = threading.Event(), threading.Event()
        saved = await store.save(HERE, Stored({"turn": 1}))

        def slowly(connection: Connection) -> None:
            begun.set()
            go_on.wait(10)
            change(connection, HERE, 1, written(replace(saved, rev=2, session={"turn": 2})))

        running = asyncio.create_task(store._sqlite.run(slowly))
        await asyncio.to_thread(begun.wait, 10)
        waiting = asyncio.create_task(store.save(HERE, replace(saved, rev=2, session={"turn": 3})))
        await asyncio.sleep(0)
        running.cancel()
        waiting.cancel()
        for _ in range(5):
            await asyncio.sleep(0)  # lets the cancellation reach the queue before the thread goes on
        go_on.set()
        ends = await asyncio.gather(running, waiting, return_exceptions=True)

        assert [type(end) for end in ends] == [asyncio.CancelledError, asyncio.CancelledError]
        kept = await store.load(HERE)
        assert kept is not None
        assert (kept.rev, kept.session) == (2, {"turn": 2})
        with pytest.raises(Conflict):
            await store.save(HERE, saved)

    async def test_what_is_changed_while_it_waits_to_be_saved_is_saved_as_it_was(self, store: DatabaseStore) -> None:
        session = {"turn": 1}
        task = asyncio.create_task(store.save(HERE, Stored(session)))
        await asyncio.sleep(0)
        session["turn"] = 2
        await task

        kept = await store.load(HERE)
        assert kept is not None
        assert kept.session == {"turn": 1}

    def test_a_store_outlives_the_loop_that_opened_it(self, file: Path) -> None:
        store = DatabaseStore(f"sqlite:///{file}")
        asyncio.run(store.start())

        saved = asyncio.run(store.save(HERE, Stored({})))
        assert asyncio.run(store.load(HERE)) == saved

        asyncio.run(store.close())


class TestClosing:
    async def test_a_closed_store_has_no_thread_and_no_connection_left(self, file: Path) -> None:
        gc.collect()  # what other tests left behind is not ours
        before = set(threading.enumerate())
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            store = DatabaseStore(f"sqlite:///{file}")
            await store.start()
            assert set(threading.enumerate()) != before
            await asyncio.gather(store.close(), store.close())
            await store.close()
            del store
            gc.collect()

        assert set(threading.enumerate()) == before
        assert [str(each.message) for each in told] == []

    async def test_closing_waits_for_what_was_handed_over_and_takes_nothing_after(self, store: DatabaseStore, file: Path) -> None:
        saves = [asyncio.create_task(store.save(Key("telegram", str(chat)), Stored({}))) for chat in range(20)]
        await asyncio.sleep(0)
        await store.close()

        assert [saved.rev for saved in await asyncio.gather(*saves)] == [1] * 20
        assert [each.name for each in file.parent.iterdir()] == ["kept.db"]
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.load(HERE)

    async def test_a_closing_that_was_cancelled_closes_all_the_same(self, store: DatabaseStore, file: Path) -> None:
        await store.save(HERE, Stored({}))
        task = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.close()

        assert [each.name for each in file.parent.iterdir()] == ["kept.db"]
