"""Figures for Prometheus: counts and durations, with labels that name methods and outcomes, never a person or a text.

Used like logging: whoever has something to count calls a function here. Nothing is counted before ``begin``, so that a bot
that nobody watches pays nothing.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Gauge

DURATIONS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the histogram of turns, in seconds."""
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several workers keep their figures together."""


class _Figures:
    """Every figure of the bot. Made once: the library keeps them for the process."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        kept = CollectorRegistry()
        self.registry = kept
        self.updates = Counter("phnen_bot_updates", "Updates by what became of them", ["outcome"], registry=kept)
        self.turns = Histogram("phnen_bot_turn_seconds", "From an update to its turn saved", buckets=DURATIONS, registry=kept)
        self.calls = Counter("phnen_bot_calls", "Calls to the Bot API by method and outcome", ["method", "outcome"], registry=kept)
        self.floods = Counter("phnen_bot_floods", "Times the server asked to wait, by what was held up", ["scope"], registry=kept)
        self.faults = Counter("phnen_bot_store_faults", "Turns that could not be saved and come again", registry=kept)
        self.refused = Counter("phnen_bot_refused", "Requests to the webhook that were refused, by reason", ["reason"], registry=kept)
        self.waiting = Gauge("phnen_bot_outbox_rows", "Replies that wait to be sent", multiprocess_mode="livemostrecent", registry=kept)
        self.oldest = Gauge(
            "phnen_bot_outbox_oldest_seconds", "Age of the oldest of them", multiprocess_mode="livemostrecent", registry=kept
        )

    @cached_property
    def polled(self) -> Gauge:
        """Made by the first fetch: a bot to which updates are brought would show 1970, and look as if it had stopped."""
        from prometheus_client import Gauge

        return Gauge("phnen_bot_polled_timestamp_seconds", "When updates were last fetched", multiprocess_mode="livemax", registry=self.registry)


_figures: _Figures | None = None


def begin() -> None:
    """Counts from now on. The folder for several workers, if any, has to be named in the environment before."""
    global _figures  # noqa: PLW0603 - the figures are the process's own, as logging is
    _figures = _figures or _Figures()


def update(outcome: str) -> None:
    """An update is done: saved, duplicate, ignored (there was nothing to do) or failed."""
    if _figures:
        _figures.updates.labels(outcome).inc()


def turn(seconds: float) -> None:
    """An update was applied and saved in so many seconds."""
    if _figures:
        _figures.turns.observe(seconds)


def call(method: str, outcome: str) -> None:
    """A call to the Bot API came to an end: done, or the kind of its fault."""
    if _figures:
        _figures.calls.labels(method, outcome).inc()


def flood(scope: str) -> None:
    """The server asked to wait: chat, or all."""
    if _figures:
        _figures.floods.labels(scope).inc()


def store_fault() -> None:
    """A turn could not be saved."""
    if _figures:
        _figures.faults.inc()


def refused(reason: str) -> None:
    """A request to the webhook was refused: secret, malformed or too_large."""
    if _figures:
        _figures.refused.labels(reason).inc()


def polled(now: float) -> None:
    """Updates were fetched."""
    if _figures:
        _figures.polled.set(now)


def outbox(rows: int, oldest: float) -> None:
    """So many replies wait, the oldest for so many seconds."""
    if _figures:
        _figures.waiting.set(rows)
        _figures.oldest.set(oldest)


def page() -> tuple[bytes, str]:
    """The figures of all workers as Prometheus reads them, and the content type."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    assert _figures is not None  # noqa: S101 - whoever shows figures has begun to count
    return generate_latest(_gathered(_figures.registry)), CONTENT_TYPE_LATEST


def _gathered(own: CollectorRegistry) -> CollectorRegistry:
    """What to show: the process's own figures, or those of every worker from their folder."""
    if SHARED not in os.environ:
        return own
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def forget_worker(process: int) -> None:
    """Takes the gauges of a worker that ended out of the shared folder; its counts stay."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(process)  # type: ignore[no-untyped-call]
