"""A store that forgets with the process: the promises at their plainest, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.stores.port import Conflict, Key, Stored


class MemoryStore:
    """Keeps conversations in a dictionary, each in a copy that no caller can reach into."""

    def __init__(self) -> None:
        self._rows: dict[Key, Stored] = {}

    async def start(self) -> None:
        """Has nothing to open."""

    async def load(self, key: Key) -> Stored | None:
        """The conversation, or None if nothing is kept of it."""
        kept = self._rows.get(key)
        return _copy(kept) if kept else None

    async def save(self, key: Key, stored: Stored) -> Stored:
        """Keeps ``stored`` if the kept rev still equals ``stored.rev``, and raises Conflict otherwise."""
        kept = self._rows.get(key)
        if (kept.rev if kept else 0) != stored.rev:
            raise Conflict
        saved = replace(stored, rev=stored.rev + 1)
        self._rows[key] = _copy(saved)
        return saved

    async def remember(self, key: Key, memo: Mapping[str, Any]) -> None:
        """Replaces the memo alone; does nothing where the conversation is gone."""
        if kept := self._rows.get(key):
            self._rows[key] = _copy(replace(kept, memo=memo))

    async def erase(self, key: Key) -> bool:
        """Removes the conversation; tells whether there was one."""
        return self._rows.pop(key, None) is not None

    async def purge(self, untouched_since: float) -> int:
        """Erases every conversation last touched before that time; tells how many."""
        old = [key for key, kept in self._rows.items() if kept.touched < untouched_since]
        for key in old:
            del self._rows[key]
        return len(old)

    async def close(self) -> None:
        """Has nothing to let go of."""


def _copy(stored: Stored) -> Stored:
    # By way of JSON, so that whatever a database could not keep fails here as well.
    return replace(stored, session=json.loads(json.dumps(stored.session)), memo=json.loads(json.dumps(stored.memo)))
