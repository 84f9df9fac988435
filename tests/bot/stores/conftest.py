"""What the tests of stores share: one PostgreSQL server and one database a run, emptied before each test."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import asyncpg
import pytest

from tests.fakes.postgres import Postgres

ELSEWHERE = "PHNEN_BOT_TEST_DATABASE_URL"
"""Names a server to test against, and a database on it where others may be made: ``postgresql+asyncpg://user:password@host/name``."""


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A server of our own."""
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def emptied(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database that nobody else uses."""
    name = f"phnen_test_{os.getpid()}"
    elsewhere = os.environ.get(ELSEWHERE)
    if not elsewhere:
        yield request.getfixturevalue("server").database(name)
        return
    _told(elsewhere, f"CREATE DATABASE {name}")
    head, mark, tail = elsewhere.partition("?")
    yield f"{head.rpartition('/')[0]}/{name}{mark}{tail}"
    _told(elsewhere, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(emptied: str) -> str:
    """The URL of an empty database. Making a new one would take a hundred times as long as emptying one."""
    _told(emptied, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return emptied


def _told(url: str, statement: str) -> None:
    async def tell() -> None:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(tell())
