"""Everything of a database as lines of JSON, and back into another database of any kind; and its texts under another key.

Plain functions of a connection in autocommit mode, each a whole transaction. A line is a row with the name of its table; the
first line names the revision of the tables, the last one the number of rows, so that a file that was cut is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby, islice, zip_longest
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, insert, literal, select, text, tuple_, update
from sqlalchemy.exc import DBAPIError

from bot.stores.migrations import HEAD
from bot.stores.sealing import Seal
from bot.stores.tables import conversations, outbox, traits, updates

TABLES = (traits, conversations, updates, outbox)
"""What moves. Which workers live is of one place and moment."""
SEALED = {conversations: ("session", "notes", "memo"), outbox: ("payload",)}
"""The columns that may be encrypted."""
AT_ONCE = 500
_READ = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ"}
_WRITE = {**_READ, "sqlite": "BEGIN IMMEDIATE"}
_FREE = {"owner": None, "lease": 0.0}
"""Whoever was sending a row does not send it from elsewhere."""


class TransferRefused(Exception):
    """A file cannot be brought in; ``why`` is ``filled``, ``revision``, ``cut`` or ``garbled``. Nothing was changed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def written(connection: Connection, write: Any) -> int:
    """Writes everything as it is at one moment, line by line; tells how many rows there are."""
    with _transaction(connection, _READ):
        count = -2  # the first and the last line are no rows
        for line in _lines(connection):
            write(line + "\n")
            count += 1
        return count


def brought_in(connection: Connection, lines: Iterable[str]) -> int | None:
    """Brings in what ``written`` wrote; tells how many rows, None where exactly this is there already.

    Raises:
        TransferRefused: there is something else, or the lines are none of ``written``.
    """
    with _transaction(connection):
        if any(connection.execute(select(table).limit(1)).first() for table in TABLES if table is not traits):
            if any(line != own for line, own in zip_longest(_stripped(lines), _lines(connection))):
                raise TransferRefused("filled")
            return None
        connection.execute(delete(traits))
        return _filled(connection, _stripped(lines))


def resealed(connection: Connection, seal: Seal) -> int:
    """Encrypts everything that can be with the first key; tells how many rows that were.

    Raises:
        KeyRefused: something was encrypted with a key that is not among those given.
    """
    count = 0
    with _transaction(connection):
        for table, columns in SEALED.items():
            (name,) = table.primary_key.columns
            change = update(table).where(name == bindparam("this")).values({column: bindparam(f"new_{column}") for column in columns})
            for rows in _rows(connection, table, [name, *(table.c[column] for column in columns)]):
                connection.execute(change, [_resealed(row, columns, seal) for row in rows])
                count += len(rows)
        kept = {row["name"]: row["value"] for row in connection.execute(select(traits)).mappings()}
        change = update(traits).where(traits.c.name == bindparam("this")).values(value=bindparam("new"))
        # The old bytes are to go as well: that is owed from here on.
        news = {"pepper": seal.wrapped(seal.unwrapped(kept["pepper"])), "owed": str(int(kept["owed"]) + 1)}
        connection.execute(change, [{"this": name, "new": value} for name, value in news.items()])
    return count


def _resealed(row: dict[str, Any], columns: tuple[str, ...], seal: Seal) -> dict[str, Any]:
    this, *texts = row.values()
    return {"this": this, **{f"new_{column}": seal.wrapped(seal.unwrapped(text)) for column, text in zip(columns, texts, strict=True)}}


def _lines(connection: Connection) -> Iterator[str]:
    count = 0
    yield json.dumps({"phnen-bot": HEAD})
    for table in TABLES:
        for rows in _rows(connection, table, list(table.columns)):
            for row in rows:
                yield json.dumps({table.name: {**row, **{name: value for name, value in _FREE.items() if name in row}}})
            count += len(rows)
    yield json.dumps({"rows": count})


def _rows(connection: Connection, table: Table, columns: list[Column[Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table in the order of their key, some at a time. Whoever changes rows meanwhile does not meet them again."""
    key = tuple(table.primary_key.columns)
    last: tuple[Any, ...] | None = None
    while True:
        query = select(*columns).order_by(*key).limit(AT_ONCE)
        if last is not None:
            query = query.where(_behind(key, last))
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            return
        yield rows
        last = tuple(rows[-1][column.name] for column in key)


def _behind(key: tuple[Column[Any], ...], last: tuple[Any, ...]) -> Any:
    return tuple_(*key) > tuple_(*(literal(value, column.type) for column, value in zip(key, last, strict=True)))


def _stripped(lines: Iterable[str]) -> Iterator[str]:
    return (line.rstrip("\r\n") for line in lines)


def _filled(connection: Connection, lines: Iterator[str]) -> int:
    if _read(next(lines, "")) != ("phnen-bot", HEAD):
        raise TransferRefused("revision")
    count = 0
    while batch := [_read(line) for line in islice(lines, AT_ONCE)]:
        for name, group in groupby(batch, itemgetter(0)):
            rows = [row for _, row in group]
            if name == "rows":
                _ended(connection, complete=rows == [count] and next(lines, None) is None)
                return count
            _insert(connection, name, rows)
            count += len(rows)
    raise TransferRefused("cut")


def _read(line: str) -> tuple[str, Any]:
    """The name of a line and what it holds."""
    try:
        ((name, value),) = json.loads(line).items()
    except (ValueError, AttributeError):
        raise TransferRefused("garbled") from None
    return name, value


def _insert(connection: Connection, name: str, rows: list[Any]) -> None:
    table = next((table for table in TABLES if table.name == name), None)
    if table is None or any(not isinstance(row, dict) or row.keys() != {*table.columns.keys()} for row in rows):
        raise TransferRefused("garbled")
    try:
        connection.execute(insert(table), rows)
    except DBAPIError:
        raise TransferRefused("garbled") from None


def _ended(connection: Connection, *, complete: bool) -> None:
    if not complete or not connection.execute(select(traits).where(traits.c.name == "pepper")).first():
        raise TransferRefused("cut")
    if connection.dialect.name == "postgresql":  # the next row gets an id above those that came with theirs
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence('outbox', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM outbox), false)")
        )


@contextmanager
def _transaction(connection: Connection, begin: Mapping[str, str] = _WRITE) -> Iterator[None]:
    connection.exec_driver_sql(begin[connection.dialect.name])
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
