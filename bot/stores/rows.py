"""What is done with the row of a conversation: plain functions of a connection, each run whole, whichever database and thread it is.

They know neither event loop nor driver, so that one hand-over takes a function there and its outcome back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.stores.port import Conflict, Key, Stored
from bot.stores.tables import ADD, CHANGE, LOAD, REMEMBER


def named(key: Key) -> dict[str, object]:
    """The values that pick the row of ``key`` in a statement."""
    return {"channel_": key.channel, "chat_": key.chat, "thread_": key.thread}


def text(data: object) -> str:
    """JSON as it is kept. ASCII only: SQLite refuses a lone surrogate, which a person can type."""
    return json.dumps(data, separators=(",", ":"))


def written(stored: Stored) -> dict[str, object]:
    """The row's values, made before they are handed over: what is handed over nobody changes meanwhile."""
    return {
        "rev": stored.rev,
        "session": text(stored.session),
        "memo": text(stored.memo),
        "seen": text(stored.seen),
        "touched": stored.touched,
    }


def load(connection: Connection, key: Key) -> Stored | None:
    """The conversation, or None if nothing is kept of it."""
    row = connection.execute(LOAD, named(key)).first()
    if row is None:
        return None
    session, rev, memo, seen, touched = row
    return Stored(json.loads(session), rev, json.loads(memo), tuple(json.loads(seen)), touched)


def change(connection: Connection, key: Key, was: int, row: Mapping[str, Any]) -> None:
    """Writes ``row`` over the one whose rev is ``was``.

    Raises:
        Conflict: there is no such row.
    """
    if connection.execute(CHANGE, {**row, **named(key), "was": was}).rowcount != 1:
        raise Conflict


def add(connection: Connection, key: Key, row: Mapping[str, Any]) -> None:
    """Writes ``row`` where there was none.

    Raises:
        Conflict: there is one.
    """
    try:
        connection.execute(ADD, {**row, "channel": key.channel, "chat": key.chat, "thread": key.thread})
    except IntegrityError:
        raise Conflict from None  # a chained fault would take what was typed to the log


def remember(connection: Connection, key: Key, memo: str) -> None:
    """Replaces the memo alone; does nothing where the conversation is gone."""
    connection.execute(REMEMBER, {**named(key), "memo_": memo})
