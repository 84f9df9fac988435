"""One line per figure: what was measured, the ratio to the yardstick, and whether the goal is reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from time import process_time


def quantile(times: list[float], share: float) -> float:
    """The time below which ``share`` of the times lie, in the same unit."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def timed(run: Callable[[], object], repeat: int = 1, clock: Callable[[], float] = process_time) -> list[float]:
    """Seconds of each of ``repeat`` runs; of processor time, so that what else goes on at the machine counts less."""
    times = []
    for _ in range(repeat):
        start = clock()
        run()
        times.append(clock() - start)
    return times


class Table:
    """Prints figures as they come and remembers whether any goal was missed."""

    def __init__(self, title: str, yardstick: str, seconds: float) -> None:
        self.seconds, self.reached = seconds, True
        print(f"\n{title}\n  yardstick: {yardstick}: {seconds * 1e6:,.0f} us")

    def row(self, what: str, seconds: float, goal: float | None = None) -> None:
        """One figure in seconds, with the most it may be."""
        reached = goal is None or seconds <= goal
        self.reached &= reached
        note = "" if goal is None else f"   goal {goal * 1e6:>11,.0f} us   {'reached' if reached else 'MISSED'}"
        print(f"  {what:<58} {seconds * 1e6:>11,.0f} us   {seconds / self.seconds:>8.2f} x{note}")


def median(times: Iterable[float]) -> float:
    """The middle time."""
    return statistics.median(times)
