"""How fast the bot writes: Telegram's limits kept before they are met, and floods honoured where they are met nevertheless."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from itertools import count

from aiolimiter import AsyncLimiter

from bot import metrics
from bot.channels.telegram.buckets import Bucket, Line, Sleep

__all__ = ["Pace", "Rates", "Sleep", "Standing"]

BURST = 3.0
"""Messages to one chat that may go out at once; Telegram tolerates a short burst."""
HEADROOM = 3
"""The overall limit is kept in any second: this part of it may go out at once, the rest spread over the second."""
FEW, WHILE = 2, 2.0
"""So many calls in a chat within so many seconds are served before those of livelier chats."""
MOMENT = 1.0
CROWD = 3
"""So many chats refused within a moment (seconds): it is the bot as a whole that is too fast."""
LONGEST_HOLD = 3600.0
"""Seconds. What another process says to wait for and lies further ahead comes from a clock that was wrong."""
IDLE = 60.0
TIDY_EVERY = 512

Standing = Mapping[str, float]
"""What the next sender in a chat has to know, in seconds since the epoch: ``due``, when what was sent there counts no more, and
``held``, when the server takes calls again. What is past, or never was, is left out."""


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

    Of several workers each takes its part of the overall limit. The limit of a chat goes with its conversation, in which one worker
    sends at a time: whoever stops notes how it stands (``standing``), whoever goes on takes that over (``recall``). Where there is no
    conversation to go with, in a group, or after everything was forgotten, each worker takes its part of that limit as well.

    Args:
        rates: of all workers together.
        sleep: waits that many seconds.
        clock: gives seconds that only grow.
        crew: how many workers there are meant to be.
        wall: gives seconds since the epoch.
    """

    def __init__(
        self, rates: Rates, sleep: Sleep, clock: Callable[[], float], crew: int = 1, wall: Callable[[], float] = time.time
    ) -> None:
        self.rates, self.sleep, self.clock, self.crew, self.wall = rates, sleep, clock, crew, wall
        self.crowded = asyncio.Event()
        self._workers = 0
        self._chats: dict[int, _Chat] = {}
        self._closed: dict[int | None, float] = {}
        self._refused: deque[tuple[float, int]] = deque()
        self._turns = count(1)
        self.share(crew)

    def share(self, workers: int) -> None:
        """Tells how many workers live now; each takes its part of the overall limit, and none the part of one that is still to come."""
        if (workers := max(1, self.crew, workers)) != self._workers:
            self._workers = workers
            part = self.rates.overall / workers
            self._all, self._lively = _Overall(part), _Overall(part / 2)

    async def turn(self, chat: int, *, message: bool) -> None:
        """Waits until a call in a chat may set out; a new message has stricter limits than a change of one."""
        if next(self._turns) % TIDY_EVERY == 0:
            self._tidy()
        found = self._chat(chat)
        async with self._message(found) if message else nullcontext():
            await self._opening(chat)
            await self._opening(None)
            if not found.quiet(self.clock()):
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
            self.crowded.set()
        metrics.flood("all" if crowd else "chat")

    # --- what other workers have to know ---------------------------------------------------------------------------------

    def standing(self, chat: int) -> Standing:
        """How a chat stands, for whoever sends there next."""
        found = self._chats.get(chat)
        moments = {"due": found.messages.buckets[0].due if found else 0.0, "held": self._closed.get(chat, 0.0)}
        now, ahead = self.clock(), self.wall() - self.clock()
        return {name: round(moment + ahead, 3) for name, moment in moments.items() if moment > now}

    def recall(self, chat: int, standing: Standing | None) -> None:
        """Goes on with a chat where another worker may have stopped; None: nobody noted how it stands."""
        found = self._chat(chat)
        found.handed_on = standing is not None
        bucket = found.messages.buckets[0]
        bucket.due = max(bucket.due, self._moment(standing, "due", bucket.longest))
        if held := self._moment(standing, "held", LONGEST_HOLD):
            self._hold(chat, held)

    @property
    def held(self) -> float:
        """Until when the server takes no calls at all, in seconds since the epoch; 0 where it does."""
        left = self._closed.get(None, 0.0) - self.clock()
        return self.wall() + left if left > 0 else 0.0

    def hold(self, until: float) -> None:
        """Another worker was told that the server takes no calls at all until then (seconds since the epoch)."""
        if moment := self._moment({"held": until}, "held", LONGEST_HOLD):
            self._hold(None, moment)

    def _moment(self, standing: Standing | None, name: str, longest: float) -> float:
        """A moment that another worker noted, by our clock; 0 where there is none to come."""
        left = (standing or {}).get(name, 0.0) - self.wall()
        return self.clock() + left if 0 < left <= longest else 0.0

    # --- waiting -------------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _message(self, chat: _Chat) -> AsyncIterator[None]:
        """Around the other waits of a new message: its chat has room before, and counts it when it sets out."""
        cost = 1.0 if chat.handed_on else float(self._workers)
        async with chat.messages.lock:
            await chat.messages.room(cost)
            yield
            chat.messages.fill(cost)

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

    def _chat(self, chat: int) -> _Chat:
        if (found := self._chats.get(chat)) is None:
            buckets = (_messages(self.rates.chat), *([_group(self.rates.group)] if chat < 0 else []))
            found = self._chats[chat] = _Chat(Line(buckets, self.sleep, self.clock))
        return found

    def _tidy(self) -> None:
        """Lets go of chats that have not written for a while: buckets that leaked empty are as good as new ones."""
        now = self.clock()
        for chat in [chat for chat, found in self._chats.items() if found.idle(now)]:
            del self._chats[chat]


class _Overall:
    """At most ``rate`` calls in any second, a few of them at once; entered in the order of coming.

    The library lets whoever asks at the right moment pass those who wait, and puts a woken one that comes too late at the end
    of its queue; behind a lock, which is fair, there is never more than one that waits.
    """

    def __init__(self, rate: float) -> None:
        burst = max(1.0, rate / HEADROOM)
        self.limit, self._line = AsyncLimiter(burst, burst / max(rate - burst, rate / 2)), asyncio.Lock()

    async def turn(self) -> None:
        """Waits for its turn and takes it."""
        async with self._line:
            await self.limit.acquire()


class _Chat:
    """What is known of one chat's calls. ``handed_on``: how it stands goes from worker to worker."""

    def __init__(self, messages: Line) -> None:
        self.messages, self.handed_on = messages, False
        self._calls: deque[float] = deque(maxlen=FEW)

    def quiet(self, now: float) -> bool:
        """Whether a call now is one of few; counts it."""
        few = len(self._calls) < FEW or self._calls[0] < now - WHILE
        self._calls.append(now)
        return few

    def idle(self, now: float) -> bool:
        """Whether nobody waits here nor has been here for a while."""
        return self.messages.idle() and (not self._calls or self._calls[-1] < now - IDLE)


def _messages(rate: float) -> Bucket:
    return Bucket(rate, max(BURST, rate))


def _group(rate: float) -> Bucket:
    """At most ``rate`` messages in any minute, a quarter of them at once."""
    burst = max(1.0, rate / 4)
    return Bucket(max(rate - burst, rate / 2) / 60.0, burst)
