"""The supervisor with real processes: who dies is replaced, who is told to stop stops, and nobody outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.webhook_case import gone

PROGRAM = """
import os, signal, sys, threading, time
from pathlib import Path
from bot.channels.telegram import workers
from bot.channels.telegram.workers import Post, Supervisor

folder, manner = Path(sys.argv[1]), sys.argv[2]
workers.PATIENCE = 1.0

def work(post):
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: manner != "stubborn" and stopped.set())
    threading.Thread(target=lambda: (os.read(post.leash, 1), os._exit(9)), daemon=True).start()
    (folder / f"{post.slot}.{os.getpid()}").touch()
    if manner == "refused":
        return workers.REFUSED
    if manner == "fails":
        raise ValueError("Kreuzberg")
    while not stopped.wait(0.02):
        pass
    (folder / f"{post.slot}.stopped").touch()
    return 0

if manner == "early":
    born = folder / "born"
    os.register_at_fork(after_in_parent=born.touch, after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
sys.exit(Supervisor([Post(0), Post(1)], work).run())
"""


class Parent:
    """A supervisor in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def start(self, manner: str = "well") -> subprocess.Popen[str]:
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(self.folder), manner], stderr=subprocess.PIPE, text=True)
        return self.process

    def began(self, slot: int) -> list[int]:
        """The processes that have had a place."""
        return [int(path.suffix[1:]) for path in self.folder.glob(f"{slot}.*") if path.suffix[1:].isdigit()]

    def workers(self) -> list[int]:
        return [pid for slot in (0, 1) for pid in self.began(slot)]


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Parent]:
    parent = Parent(tmp_path)
    yield parent
    for pid in [*parent.workers(), *([parent.process.pid] if parent.process else [])]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if parent.process:
        parent.process.communicate()


def until(wanted: Callable[[], object], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_and_everything_ends_in_order(parent: Parent, number: signal.Signals) -> None:
    process = parent.start()
    until(lambda: len(parent.workers()) == 2)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert {path.name for path in parent.folder.glob("*.stopped")} == {"0.stopped", "1.stopped"}


def test_a_worker_that_is_told_to_stop_the_moment_it_is_born_does_not_live(parent: Parent) -> None:
    process = parent.start("early")
    until((parent.folder / "born").exists)
    time.sleep(0.5)
    process.terminate()
    assert process.wait(10) == 0
    assert parent.workers() == []


def test_a_worker_that_is_killed_is_replaced_in_its_place(parent: Parent) -> None:
    process = parent.start()
    until(lambda: len(parent.workers()) == 2)
    (first,) = parent.began(0)
    os.kill(first, signal.SIGKILL)
    until(lambda: len(parent.began(0)) == 2)
    assert len(parent.began(1)) == 1
    process.terminate()
    assert process.wait(10) == 0


def test_workers_that_fail_are_replaced_after_longer_and_longer_pauses(parent: Parent) -> None:
    process = parent.start("fails")
    until(lambda: len(parent.began(0)) == 3)
    process.terminate()
    _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "in 0.1 s" in said
    assert "in 0.2 s" in said
    assert "Kreuzberg" not in said


def test_a_token_that_is_refused_ends_them_all(parent: Parent) -> None:
    assert parent.start("refused").wait(15) == 1
    assert len(parent.workers()) <= 2


def test_a_worker_that_does_not_stop_is_killed(parent: Parent) -> None:
    process = parent.start("stubborn")
    until(lambda: len(parent.workers()) == 2)
    process.terminate()
    assert process.wait(10) == 0
    until(lambda: all(gone(pid) for pid in parent.workers()))


def test_no_worker_outlives_a_supervisor_that_is_killed(parent: Parent) -> None:
    process = parent.start()
    until(lambda: len(parent.workers()) == 2)
    process.kill()
    until(lambda: all(gone(pid) for pid in parent.workers()))
    assert not list(parent.folder.glob("*.stopped"))
