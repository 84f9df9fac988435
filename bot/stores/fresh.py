"""A new SQLite file gets its tables here, as the migrations would leave them; a test holds the two together.

Because what migrates takes longer to load than all else takes to start, and there is nothing to move in a file that is new.
"""

from __future__ import annotations

import secrets
import sqlite3

from bot.stores.file import transaction
from bot.stores.migrations import HEAD

TABLES = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    """CREATE TABLE conversations ("key" TEXT NOT NULL, rev INTEGER NOT NULL, version INTEGER NOT NULL, session TEXT NOT NULL,
        notes TEXT NOT NULL, memo TEXT NOT NULL, touched FLOAT NOT NULL, PRIMARY KEY ("key"))""",
    """CREATE TABLE updates (channel TEXT NOT NULL, id BIGINT NOT NULL, at FLOAT NOT NULL, said TEXT NOT NULL, PRIMARY KEY (channel, id))
        WITHOUT ROWID""",
    """CREATE TABLE outbox (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "key" TEXT NOT NULL, payload TEXT NOT NULL, owner TEXT,
        lease FLOAT NOT NULL, tries INTEGER NOT NULL, at FLOAT NOT NULL)""",
    'CREATE INDEX outbox_key ON outbox ("key", id)',
    "CREATE TABLE workers (owner TEXT NOT NULL, beat FLOAT NOT NULL, PRIMARY KEY (owner))",
    "CREATE TABLE traits (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name))",
)


def up_to_date(connection: sqlite3.Connection) -> bool:
    """Whether nothing is to be migrated; a file in which there is nothing at all is made ready."""
    if _empty(connection):
        with transaction(connection):
            if _empty(connection):  # a second program that starts now waited here
                _make(connection)
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    return known is not None and bool(connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,))


def _empty(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))


def _make(connection: sqlite3.Connection) -> None:
    for statement in TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    connection.executemany("INSERT INTO traits VALUES (?, ?)", [("pepper", secrets.token_hex(32)), ("owed", "0")])
