"""Chats by keyed hashes alone, updates seen in a table of their own, and an outbox for what is not sent yet."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_AT_ONCE = 500


def upgrade() -> None:
    """Makes the tables and moves every conversation over."""
    op.drop_index("conversations_touched", "conversations")
    op.rename_table("conversations", "conversations_0001")
    _tables()
    pepper = secrets.token_hex(32)
    # What the hash replaced is to leave the file byte for byte as well.
    traits = [{"name": "pepper", "value": pepper}, {"name": "owed", "value": "1"}]
    op.bulk_insert(sa.table("traits", sa.column("name"), sa.column("value")), traits)
    _move(op.get_bind(), bytes.fromhex(pepper))
    op.drop_table("conversations_0001")


def _tables() -> None:
    op.create_table(
        "conversations",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("rev", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("memo", sa.Text, nullable=False),
        sa.Column("touched", sa.Float, nullable=False),
    )
    op.create_table(
        "updates",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("lease", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_key", "outbox", ["key", "id"])
    op.create_table("workers", sa.Column("owner", sa.Text, primary_key=True), sa.Column("beat", sa.Float, nullable=False))
    op.create_table("traits", sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))


def _move(connection: sa.Connection, pepper: bytes) -> None:
    names = ("channel", "chat", "thread", "rev", "session", "memo", "seen", "touched")
    old = sa.table("conversations_0001", *(sa.column(name) for name in names))
    new = sa.table("conversations", *(sa.column(name) for name in ("key", "rev", "version", "session", "notes", "memo", "touched")))
    seen = sa.table("updates", *(sa.column(name) for name in ("channel", "id", "at", "said")))
    known: set[tuple[str, int]] = set()
    for rows in connection.execute(sa.select(old)).mappings().partitions(_AT_ONCE):
        connection.execute(sa.insert(new), [_moved(row, pepper) for row in rows])
        fresh = {(mark["channel"], mark["id"]): mark for row in rows for mark in _marks(row)}
        marks = [mark for name, mark in fresh.items() if name not in known]
        known |= fresh.keys()
        if marks:
            connection.execute(sa.insert(seen), marks)


def _moved(row: sa.RowMapping, pepper: bytes) -> dict[str, Any]:
    name = "\0".join((row["channel"], row["chat"], row["thread"]))
    memo = json.loads(row["memo"])
    notes = {"typed": memo.pop("typed")} if "typed" in memo else {}
    return {
        "key": hmac.digest(pepper, name.encode(), "sha256").hex(),
        "rev": row["rev"],
        "version": 0,
        "session": row["session"],
        "notes": json.dumps(notes, separators=(",", ":")),
        "memo": json.dumps(memo, separators=(",", ":")),
        "touched": row["touched"],
    }


def _marks(row: sa.RowMapping) -> Iterator[dict[str, Any]]:
    for number in json.loads(row["seen"]):
        yield {"channel": row["channel"], "id": number, "at": row["touched"], "said": ""}
