"""Where updates come in, whichever way they come: those of one chat in their order, those of others beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any

from bot import metrics
from bot.channels.telegram.bridge import chat_of, number_of
from bot.channels.telegram.lanes import Lanes
from bot.logs import about
from bot.stores.port import StoreUnavailable

Raw = Mapping[str, Any]
"""An update, or a call, as JSON has it."""
Handle = Callable[[Raw, bool], Awaitable[Raw | None]]
"""Applies an update; done when its turn is saved. The flag allows one call to come back instead of being sent (``Handler``)."""


class Intake:
    """Brings updates to their handler, one at a time of a chat.

    One at a time also within a worker, although the store has locks of its own: a chat that floods then holds one connection
    to the database, not all of them.

    Args:
        handle: applies one update.
    """

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self._lanes = Lanes()

    async def __call__(self, raw: Raw, *, inline: bool = False) -> Raw | None:
        """Applies an update; it is saved when this returns.

        Raises:
            StoreUnavailable: it is not saved; bring it again.
        """
        number, chat = number_of(raw), chat_of(raw)
        about(update=number or 0)
        begun = perf_counter()
        async with self._lanes.turn(f"update {number}" if chat is None else chat):
            try:
                answer = await self.handle(raw, inline)
            except StoreUnavailable:
                metrics.store_fault()
                raise
        metrics.turn(perf_counter() - begun)
        return answer
