"""The one table, as the newest migration leaves it, and the statements that are run on it."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, Table, Text, and_, bindparam, delete, insert, select, update

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("rev", Integer, nullable=False),
    Column("session", Text, nullable=False),
    Column("memo", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("touched", Float, nullable=False),
    Index("conversations_touched", "touched"),
)

_row = conversations.c
_this_one = and_(_row.channel == bindparam("channel_"), _row.chat == bindparam("chat_"), _row.thread == bindparam("thread_"))

# Built once: SQLAlchemy keeps what it compiled per statement object. A bound name ends in "_" where it would shadow a column.
LOAD = select(_row.session, _row.rev, _row.memo, _row.seen, _row.touched).where(_this_one)
ADD = insert(conversations)
CHANGE = update(conversations).where(_this_one, _row.rev == bindparam("was"))
REMEMBER = update(conversations).where(_this_one).values(memo=bindparam("memo_"))
ERASE = delete(conversations).where(_this_one)
PURGE = delete(conversations).where(_row.touched < bindparam("since"))
