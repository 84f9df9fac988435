"""The tables as the newest migration leaves them.

What is looked for by age has no index: that is done once an hour, and every turn would pay for it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, Table, Text

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("key", Text, primary_key=True),  # a keyed hash of channel, chat and thread
    Column("rev", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("session", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("memo", Text, nullable=False),
    Column("touched", Float, nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("said", Text, nullable=False),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("owner", Text),
    Column("lease", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Index("outbox_key", "key", "id"),
    sqlite_autoincrement=True,  # an id that was used once names no other row ever after
)

workers = Table(
    "workers",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("beat", Float, nullable=False),
)

traits = Table(  # of the database itself: ``pepper`` is the secret of the hashes, ``owed`` tells that erased bytes are still to be removed, ``held`` until when nobody may send
    "traits",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
