"""A new SQLite file: the same tables as by all migrations, without what migrates."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from bot.stores.database import database_store
from bot.stores.fresh import up_to_date
from bot.stores.migrations import bring_up
from bot.stores.port import Key, Stored


def _migrated(path: Path) -> sqlite3.Connection:
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        bring_up(connection)
    engine.dispose()
    return sqlite3.connect(path)


def _tables(connection: sqlite3.Connection) -> set[Any]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return {(kind, name, table, re.sub(r"\s+", "", sql or "")) for kind, name, table, sql in rows}


def test_a_new_file_has_the_tables_that_all_migrations_leave(tmp_path: Path) -> None:
    migrated, fresh = _migrated(tmp_path / "old.db"), sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    assert up_to_date(fresh)
    assert _tables(fresh) == _tables(migrated)
    assert fresh.execute("SELECT * FROM alembic_version").fetchall() == migrated.execute("SELECT * FROM alembic_version").fetchall()
    traits = [dict(each.execute("SELECT name, value FROM traits").fetchall()) for each in (fresh, migrated)]
    assert traits[0].keys() == traits[1].keys()
    assert len(traits[0]["pepper"]) == len(traits[1]["pepper"])
    assert traits[0]["pepper"] != traits[1]["pepper"]
    for each in (fresh, migrated):
        each.close()


def test_an_older_file_is_left_to_the_migrations(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    old.execute("CREATE TABLE conversations (channel TEXT)")
    assert not up_to_date(old)
    old.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    old.execute("INSERT INTO alembic_version VALUES ('0001')")
    assert not up_to_date(old)
    assert old.execute("SELECT count(*) FROM sqlite_master").fetchone() == (2,)
    old.close()


def test_programs_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    def start(_: int) -> str:
        opened = sqlite3.connect(tmp_path / "new.db", isolation_level=None, timeout=30)
        assert up_to_date(opened)
        ((pepper,),) = opened.execute("SELECT value FROM traits WHERE name = 'pepper'").fetchall()
        opened.close()
        return str(pepper)

    with ThreadPoolExecutor(8) as starting:
        assert len(set(starting.map(start, range(16)))) == 1


async def test_a_file_that_is_up_to_date_is_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        store = database_store(f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}")
        await store.start()
        assert await store.backlog() == (0, 0)
        await store.close()


def test_a_start_loads_neither_sqlalchemy_nor_alembic(tmp_path: Path) -> None:
    said = (
        "import asyncio, sys; from bot.stores.database import database_store\n"
        f"store = database_store('sqlite+aiosqlite:///{tmp_path / 'kept.db'}')\n"
        "asyncio.run(store.start()); print({'sqlalchemy', 'alembic'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout == "set()\n"


LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)  # where SQLite keeps the locks of those who read
    except OSError:
        print("in use")
    else:
        print("free")
"""


async def test_a_second_connection_takes_no_lock_away_from_the_first(tmp_path: Path) -> None:
    # Or another process takes the file for unused and removes the log from under its users: "database disk image is malformed".
    path = tmp_path / "kept.db"
    for _ in range(2):
        store = database_store(f"sqlite+aiosqlite:///{path}")
        await store.start()
        await store.save(Key("telegram", "1"), Stored({}, rev=1 if await store.load(Key("telegram", "1")) else 0))
        done = subprocess.run([sys.executable, "-c", LOCKED, str(path)], capture_output=True, text=True, check=True)  # noqa: ASYNC221 - alone here
        assert done.stdout == "in use\n"
        await store.close()
