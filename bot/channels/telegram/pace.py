"""How fast the bot writes: Telegram's limits kept before they are met, and floods honoured where they are met nevertheless."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

from aiolimiter import AsyncLimiter

from bot import metrics

BURST = 3.0
"""Messages to one chat that may go out at once; Telegram tolerates a short burst."""
HEADROOM = 3
"""The overall limit is kept in any second: this part of it may go out at once, the rest spread over the second."""
FEW, WHILE = 2, 2.0
"""So many calls in a chat within so many seconds are served before those of livelier chats."""
MOMENT = 1.0
CROWD = 3
"""So many chats refused within a moment (seconds): it is the bot as a whole that is too fast."""
IDLE = 60.0
TIDY_EVERY = 512

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rates:
    """What the server takes: calls a second overall, new messages a second in a chat and a minute in a group."""

    overall: float = 30.0
    chat: float = 1.0
    group: float = 20.0


class Pace:
    """Holds calls back until they may set out.

    A chat waits for itself alone. Its own limit comes first, so it never stands in the queue of all with more than it may send;
    and chats that call again and again share half of the overall limit, so that there is always room for one that seldom does.

    Args:
        rates: of all workers together.
        sleep: waits that many seconds.
        clock: gives seconds that only grow.
    """

    def __init__(self, rates: Rates, sleep: Sleep, clock: Callable[[], float]) -> None:
        self.rates, self.sleep, self.clock = rates, sleep, clock
        self._workers = 1
        self._all, self._lively = _overall(rates.overall), _overall(rates.overall / 2)
        self._chats: dict[int, _Chat] = {}
        self._closed: dict[int | None, float] = {}
        self._refused: deque[tuple[float, int]] = deque()
        self._turns = count(1)

    def share(self, workers: int) -> None:
        """Tells how many workers live now; each takes its part of the overall limit."""
        if workers != self._workers:
            self._workers = max(1, workers)
            part = self.rates.overall / self._workers
            self._all, self._lively = _overall(part), _overall(part / 2)

    async def turn(self, chat: int, *, message: bool) -> None:
        """Waits until a call in a chat may set out; a new message has stricter limits than a change of one."""
        if next(self._turns) % TIDY_EVERY == 0:
            self._tidy()
        queue = self._queue(chat)
        if message:
            await queue.messages.turn()
        await self._opening(chat)
        await self._opening(None)
        if not queue.quiet():
            await self._lively.turn()
        await self._all.turn()

    def refused(self, chat: int, seconds: float) -> None:
        """The server asks to wait: the chat is held up, and everybody where many chats are refused at the same moment."""
        now = self.clock()
        self._hold(chat, now + seconds)
        self._refused.append((now, chat))
        while self._refused[0][0] < now - MOMENT:
            self._refused.popleft()
        if crowd := len({other for _, other in self._refused}) >= CROWD:
            self._hold(None, now + seconds)
        metrics.flood("all" if crowd else "chat")

    def _hold(self, whom: int | None, until: float) -> None:
        self._closed[whom] = max(self._closed.get(whom, 0.0), until)

    async def _opening(self, whom: int | None) -> None:
        """Waits until the server takes calls again: those of a chat, or those of all (None)."""
        while (until := self._closed.get(whom)) is not None:
            left = until - self.clock()
            if left <= 0:
                self._closed.pop(whom, None)
                return
            await self.sleep(left)

    def _queue(self, chat: int) -> _Chat:
        if (queue := self._chats.get(chat)) is None:
            group = self.rates.group if chat < 0 else None
            queue = self._chats[chat] = _Chat(_Queue(_chat(self.rates.chat), *([_group(group)] if group else [])))
        return queue

    def _tidy(self) -> None:
        """Lets go of chats that have not written for a while: a limiter that leaked empty is as good as a new one."""
        for chat in [chat for chat, queue in self._chats.items() if queue.idle()]:
            del self._chats[chat]


class _Queue:
    """Limiters in a row, entered in the order of coming.

    The library lets whoever asks at the right moment pass those who wait, and puts a woken one that comes too late at the end
    of its queue; behind a lock, which is fair, there is never more than one that waits.
    """

    def __init__(self, *limits: AsyncLimiter) -> None:
        self._limits, self._line = limits, asyncio.Lock()

    async def turn(self) -> None:
        """Waits for its turn and takes it."""
        async with self._line:
            for limit in self._limits:
                await limit.acquire()

    def idle(self) -> bool:
        """Whether nobody waits here."""
        return not self._line.locked()


class _Chat:
    """What is known of one chat's calls."""

    def __init__(self, messages: _Queue) -> None:
        self.messages = messages
        self._calls: deque[float] = deque(maxlen=FEW)

    def quiet(self) -> bool:
        """Whether a call now is one of few; counts it."""
        now = asyncio.get_running_loop().time()
        few = len(self._calls) < FEW or self._calls[0] < now - WHILE
        self._calls.append(now)
        return few

    def idle(self) -> bool:
        """Whether nobody waits here nor has been here for a while."""
        return self.messages.idle() and (not self._calls or self._calls[-1] < asyncio.get_running_loop().time() - IDLE)


def _overall(rate: float) -> _Queue:
    """At most ``rate`` calls in any second, a few of them at once."""
    burst = max(1.0, rate / HEADROOM)
    steady = max(rate - burst, rate / 2)
    return _Queue(AsyncLimiter(burst, burst / steady))


def _chat(rate: float) -> AsyncLimiter:
    return AsyncLimiter(max(BURST, rate), max(BURST, rate) / rate)


def _group(rate: float) -> AsyncLimiter:
    """At most ``rate`` messages in any minute, a quarter of them at once."""
    burst = max(1.0, rate / 4)
    return AsyncLimiter(burst, 60.0 * burst / max(rate - burst, rate / 2))
