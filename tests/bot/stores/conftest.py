"""What the tests of stores share: one PostgreSQL server a run, one database a test."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from itertools import count

import asyncpg
import pytest

from tests.fakes.postgres import Postgres

ELSEWHERE = "PHNEN_BOT_TEST_DATABASE_URL"
"""Names a server to test against, and a database on it where others may be made: ``postgresql+asyncpg://user:password@host/name``."""

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A server of our own."""
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"phnen_test_{os.getpid()}_{next(_numbers)}"
    elsewhere = os.environ.get(ELSEWHERE)
    if not elsewhere:
        yield request.getfixturevalue("server").database(name)
        return
    _told(elsewhere, f"CREATE DATABASE {name}")
    head, mark, tail = elsewhere.partition("?")
    yield f"{head.rpartition('/')[0]}/{name}{mark}{tail}"
    _told(elsewhere, f"DROP DATABASE {name} WITH (FORCE)")


def _told(url: str, statement: str) -> None:
    async def tell() -> None:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(tell())
