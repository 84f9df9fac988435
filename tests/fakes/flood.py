"""Telegram's limits on sending, as a server enforces them: who is too fast is asked to wait."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.botapi import Fault, flood

SENDING = frozenset({"sendMessage", "editMessageText"})


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` calls within ``seconds``."""

    most: int
    seconds: float


OVERALL = Limit(30, 1.0)
CHAT = Limit(4, 4.0)
"""One message a second, of which a short burst is tolerated."""
GROUP = Limit(20, 60.0)


class Limits:
    """Counts calls in sliding windows.

    Args:
        clock: gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.refused: defaultdict[int, int] = defaultdict(int)
        self._calls: defaultdict[object, deque[float]] = defaultdict(deque)

    def __call__(self, method: str, given: Mapping[str, Any]) -> Fault | None:
        """What a call meets: None, or a flood with the seconds to wait. Only new messages count against a chat's own limit."""
        if method not in SENDING:
            return None
        now, chat = self.clock(), int(given["chat_id"])
        limits = [("all", OVERALL), *([(chat, GROUP if chat < 0 else CHAT)] if method == "sendMessage" else [])]
        waits = [self._wait(whom, limit, now) for whom, limit in limits]
        if any(waits):
            self.refused[chat] += 1
            return flood(math.ceil(max(waits)))
        for whom, _ in limits:
            self._calls[whom].append(now)
        return None

    def _wait(self, whom: object, limit: Limit, now: float) -> float:
        calls = self._calls[whom]
        while calls and calls[0] <= now - limit.seconds:
            calls.popleft()
        return calls[0] + limit.seconds - now if len(calls) >= limit.most else 0.0
