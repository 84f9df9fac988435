"""From every released revision up to the newest, with data in place; once, whoever starts at the same time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.stores import migrations
from bot.stores.database import database_store
from bot.stores.migrations import HEAD, KNOWN, bring_up
from bot.stores.port import Administered, Key, NewerDatabase, Opened, Stored
from bot.stores.tables import metadata
from tests.bot.stores.programs import child

SESSION = {"answers": {"ki67_percent": {"number": [15, 15, "[]", "exact", "15"]}}, "language": "zh", "step": 3}
OLD: tuple[tuple[Any, ...], ...] = (
    ("telegram", "4711", "", 7, SESSION, {"screen": 12, "typed": {"9": "ki67_percent"}}, [101, 102], 1000.5),
    ("telegram", "4711", "31", 1, {"language": "en"}, {}, [102, 103], 2000.25),
    ("terminal", "local", "", 2, {}, {"screen": 0}, [], 0.0),
)
"""Rows of revision 0001. Two topics of a chat may have seen the same update, if one was moved."""
STARTS = """
import asyncio, sys
from bot.stores.database import database_store
from bot.stores.port import Key, Stored

async def start():
    store = database_store(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    await store.start()
    await store.save(Key("telegram", sys.argv[2]), Stored({}))
    await store.close()

asyncio.run(start())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return f"sqlite+aiosqlite:///{tmp_path}/data/kept.db" if request.param == "sqlite" else str(request.getfixturevalue("database"))


async def prepared(url: str, job: Callable[[Connection], None]) -> None:
    store = database_store(url)
    await store.administer(job)
    await store.close()


def to_0001(connection: Connection) -> None:
    """A database as the first release left it."""
    bring_up(connection, "0001")
    insert = text("INSERT INTO conversations VALUES (:channel, :chat, :thread, :rev, :session, :memo, :seen, :touched)")
    for row in OLD:
        names = ("channel", "chat", "thread", "rev", "session", "memo", "seen", "touched")
        values = dict(zip(names, row, strict=True))
        connection.execute(
            insert, {name: json.dumps(value) if name in ("session", "memo", "seen") else value for name, value in values.items()}
        )


def newer(connection: Connection) -> None:
    bring_up(connection)
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


async def started(url: str) -> Administered:
    store = database_store(url)
    try:
        await store.start()
    except BaseException:
        await store.close()
        raise
    return store


def test_the_list_of_revisions_is_the_one_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]

    assert tuple(reversed(found)) == KNOWN


async def test_everything_of_the_first_revision_is_there_afterwards(url: str) -> None:
    await prepared(url, to_0001)

    store = await started(url)
    found = [
        await store.open(Key(channel, chat, thread), update) for (channel, chat, thread, *_), update in zip(OLD, (102, 103, 1), strict=True)
    ]
    await store.close()

    assert found == [
        Opened(Stored(SESSION, 7, {"typed": {"9": "ki67_percent"}}, {"screen": 12}, 1000.5), seen=True),
        Opened(Stored({"language": "en"}, 1, touched=2000.25), seen=True),
        Opened(Stored({}, 2, memo={"screen": 0})),
    ]


async def test_no_chat_is_left_by_its_number_in_a_file(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/data/kept.db"
    await prepared(url, to_0001)
    assert b"4711" in (tmp_path / "data" / "kept.db").read_bytes()

    store = await started(url)
    left = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    await store.close()

    assert b"4711" not in left


async def test_an_empty_database_gets_the_tables_that_the_statements_expect(url: str) -> None:
    def compare(connection: Connection) -> None:
        seen = inspect(connection)
        assert {*seen.get_table_names()} == {*metadata.tables, "alembic_version"}
        for table in metadata.tables.values():
            kinds = {
                (column["name"], column["type"].compile(connection.dialect), column["nullable"]) for column in seen.get_columns(table.name)
            }
            floats = {"FLOAT": "DOUBLE PRECISION"} if connection.dialect.name == "postgresql" else {}
            expected = {(column.name, column.type.compile(connection.dialect), column.nullable) for column in table.columns}
            assert {(name, kind, empty) for name, kind, empty in kinds} == {
                (name, floats.get(kind, kind), empty) for name, kind, empty in expected
            }
            assert {index["name"] for index in seen.get_indexes(table.name)} == {index.name for index in table.indexes}

    store = await started(url)
    await store.administer(compare)
    await store.close()


def test_a_database_at_the_newest_revision_is_opened_without_alembic(url: str) -> None:
    script = STARTS + "\nprint('alembic' in sys.modules)"
    told = []
    for chat in ("1", "2"):
        with child(script, url, chat) as process:
            told.append(process.communicate("\n")[0].split())

    migrated = str(not url.startswith("sqlite"))  # a new file of SQLite is made ready without (``fresh``)
    assert told == [["ready", migrated], ["ready", "False"]]


@pytest.mark.parametrize("before", [None, to_0001], ids=["empty", "0001"])
async def test_programs_that_start_at_the_same_moment_migrate_once(url: str, before: Callable[[Connection], None] | None) -> None:
    if before:
        await prepared(url, before)
    processes = [child(STARTS, url, str(chat)) for chat in range(4)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    ends = [process.wait(60) for process in processes]
    for process in processes:
        process.communicate()

    assert ends == [0, 0, 0, 0]
    store = await started(url)
    assert None not in [await store.load(Key("telegram", str(chat))) for chat in range(4)]
    assert (await store.load(Key("telegram", "4711")) is not None) is bool(before)
    await store.close()


async def test_stores_of_one_process_may_start_together(url: str) -> None:
    stores = await asyncio.gather(*(started(url) for _ in range(8)))
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_database_of_a_newer_program_is_refused_by_its_revision_and_left_alone(url: str) -> None:
    await prepared(url, newer)

    with pytest.raises(NewerDatabase, match=rf"revision 9999; known here: .*{HEAD}"):
        await started(url)
    store = database_store(url)
    found = await store.administer(lambda connection: connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    await store.close()
    assert found == "9999"
