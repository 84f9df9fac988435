"""Several processes behind one address: a parent that only starts them, passes signals on, and replaces those that die."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from bot import metrics
from bot.channels.telegram.calls import growing

STOPPED, REFUSED, FAILED = 0, 1, 70
TOLD = (signal.SIGTERM, signal.SIGINT)
"""What tells to stop."""
HEALTHY = 30.0
"""Seconds after which a worker that dies is replaced at once: it had been well."""
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 3.0
"""A worker that finds no database costs a fork, and people wait for the next one when it is back."""
PATIENCE = 22.0
"""Seconds that workers have to stop before they are killed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """Where a process stands.

    Attributes:
        slot: its number among the workers; the first one, 0, does what only one has to do.
        hook: where Telegram's calls come in; None: updates are fetched.
        watch: where health and figures are asked for; None: nowhere.
        leash: a file that ends when the supervisor does; None without one.
        crew: how many workers there are meant to be.
    """

    slot: int = 0
    hook: socket.socket | None = None
    watch: socket.socket | None = None
    leash: int | None = None
    crew: int = 1


@dataclass(slots=True)
class Gate:
    """Whether a process takes work in now: not before it has greeted the server, and no more once it is told to stop."""

    open: bool = False


Work = Callable[[Post], int]
"""What a worker does until it is told to stop; gives its exit code."""


@dataclass(slots=True)
class _Slot:
    """The place of one worker: who holds it since when, or when the next one comes."""

    post: Post
    process: BaseProcess | None = None
    since: float = 0.0
    due: float = 0.0
    pauses: Iterator[float] = field(default_factory=lambda: growing(FIRST_PAUSE, LONGEST_PAUSE))


class Supervisor:
    """Keeps workers running.

    They are forked from this process, which has everything loaded and does nothing else: one that dies is back in a moment.

    Args:
        posts: where each worker stands.
        work: what each does.
    """

    def __init__(self, posts: Iterable[Post], work: Work) -> None:
        self.work = work
        self._slots = [_Slot(post) for post in posts]
        self._leash, self._hold = os.pipe()
        self._told = self._refused = False
        self._deadline: float | None = None

    def run(self) -> int:
        """Starts the workers and keeps them until SIGTERM or SIGINT; returns the exit code."""
        with _shared_figures(wanted=any(slot.post.watch for slot in self._slots)), _bell(self._tell) as bell:
            while not self._over():
                self._replace()
                wait([*(process.sentinel for process in self._living()), bell], timeout=self._soonest())
                _silence(bell)
                self._bury()
                if self._told:
                    self._stop()
        return REFUSED if self._refused else STOPPED

    def _tell(self, *_: object) -> None:
        self._told = True

    def _living(self) -> list[BaseProcess]:
        return [slot.process for slot in self._slots if slot.process is not None]

    def _over(self) -> bool:
        return self._deadline is not None and not self._living()

    def _soonest(self) -> float | None:
        """Seconds until there is something to do although nobody died and nobody rang."""
        moments = [slot.due for slot in self._slots if slot.process is None] if self._deadline is None else [self._deadline]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _replace(self) -> None:
        """Fills the places that are due."""
        for slot in self._slots:
            if self._deadline is None and slot.process is None and slot.due <= time.monotonic():
                slot.process, slot.since = self._forked(slot.post), time.monotonic()

    def _forked(self, post: Post) -> BaseProcess:
        process = multiprocessing.get_context("fork").Process(target=self._child, args=(replace(post, leash=self._leash),))
        # A worker that is told to stop before it can hear it must not take that for the supervisor's affair.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return process

    def _child(self, post: Post) -> None:
        """What a worker does first: it lets go of what is the supervisor's."""
        signal.set_wakeup_fd(-1)
        for number in TOLD:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        os.close(self._hold)
        try:
            code = self.work(post)
        except Exception as fault:  # noqa: BLE001 - whatever it is, its values must not be shown, and the next one may do better
            log.error("a worker failed: %s", type(fault).__name__)  # noqa: TRY400 - see above
            code = FAILED
        sys.exit(code)

    def _bury(self) -> None:
        """Clears away workers that ended; each gets a successor, the later the shorter it lived."""
        now = time.monotonic()
        for slot in self._slots:
            if slot.process is None or slot.process.exitcode is None:
                continue
            code, lived = slot.process.exitcode, now - slot.since
            if slot.process.pid is not None and metrics.SHARED in os.environ:
                metrics.forget_worker(slot.process.pid)
            slot.process.close()
            slot.process = None
            if code == REFUSED:
                self._refused = self._told = True
            elif not self._told:
                self._mourn(slot, code, lived)

    def _mourn(self, slot: _Slot, code: int, lived: float) -> None:
        if lived > HEALTHY:
            slot.pauses = growing(FIRST_PAUSE, LONGEST_PAUSE)
        pause = next(slot.pauses)
        slot.due = time.monotonic() + pause
        log.error("worker %d ended with %d; another takes its place in %.1f s", slot.post.slot, code, pause)

    def _stop(self) -> None:
        """Asks the workers to stop, and kills them when their time is over."""
        if self._deadline is None:
            self._deadline = time.monotonic() + PATIENCE
            for process in self._living():
                process.terminate()
        elif time.monotonic() >= self._deadline:
            for process in self._living():
                log.error("a worker does not stop; it is killed")
                process.kill()
            self._deadline += PATIENCE


@contextmanager
def _bell(rung: Callable[..., None]) -> Iterator[int]:
    """A file that can be read from when a signal told to stop: waiting for workers would not end by the signal itself."""
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    before = {number: signal.signal(number, rung) for number in TOLD}
    woken = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _silence(bell: int) -> None:
    with suppress(BlockingIOError):
        os.read(bell, 1024)


@contextmanager
def _shared_figures(*, wanted: bool) -> Iterator[None]:
    """A folder in which the workers keep their figures together, if somebody watches and none is named."""
    if not wanted or metrics.SHARED in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="phnen-bot-") as folder:
        os.environ[metrics.SHARED] = folder
        try:
            yield
        finally:
            del os.environ[metrics.SHARED]
