"""What those who run the bot see of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.telegram import watching
from bot.channels.telegram.serving import listening, served
from bot.channels.telegram.watching import Watch, application
from bot.channels.telegram.workers import Gate
from bot.settings import Address
from bot.stores.port import StoreUnavailable


class Store:
    """Tells how much waits, if it can be reached."""

    def __init__(self) -> None:
        self.reachable, self.slow = True, 0.0

    async def backlog(self) -> tuple[int, float]:
        await asyncio.sleep(self.slow)
        if not self.reachable:
            raise StoreUnavailable
        return 3, 1.0


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def gate() -> Gate:
    return Gate(open=True)


@pytest.fixture
async def root(store: Store, gate: Gate) -> AsyncIterator[str]:
    opened = listening(Address("127.0.0.1", 0))
    async with served(application(Watch(store.backlog, gate)), opened):
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"


async def asked(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_process_that_lives_says_so_whatever_else_is_wrong(root: str, store: Store, gate: Gate) -> None:
    store.reachable = gate.open = False
    assert await asked(f"{root}/healthz") == (200, "alive\n")


async def test_it_is_ready_while_it_takes_work_and_reaches_its_database(root: str, store: Store, gate: Gate) -> None:
    assert await asked(f"{root}/readyz") == (200, "ready\n")
    store.reachable = False
    assert await asked(f"{root}/readyz") == (503, "no database\n")
    store.reachable, gate.open = True, False
    assert await asked(f"{root}/readyz") == (503, "closed\n")


async def test_a_database_that_does_not_answer_is_not_waited_for(root: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PROBE_SECONDS", 0.05)
    store.slow = 60
    assert (await asked(f"{root}/readyz"))[0] == 503
    assert (await asked(f"{root}/metrics"))[0] == 200


async def test_the_figures_say_how_much_waits_to_be_sent(root: str) -> None:
    status, text = await asked(f"{root}/metrics")
    assert status == 200
    assert "phnen_bot_outbox_rows 3.0" in text
    assert float(text.rpartition("phnen_bot_outbox_oldest_seconds ")[2].split()[0]) > 0


COUNTED = """
import os, sys
from bot import metrics
for name in ("first", "second"):
    if (child := os.fork()) == 0:
        metrics.begin()
        metrics.update("saved"); metrics.turn(0.02); metrics.call("sendMessage", "done"); metrics.outbox(2, 1.5)
        os._exit(0)
    os.waitpid(child, 0)
    metrics.forget_worker(child)
metrics.begin()
print(metrics.page()[0].decode())
"""


def test_several_workers_are_counted_together_and_the_gauges_of_the_dead_are_gone(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNTED], env={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert 'phnen_bot_updates_total{outcome="saved"} 2.0' in lines
    assert 'phnen_bot_calls_total{method="sendMessage",outcome="done"} 2.0' in lines
    assert 'phnen_bot_turn_seconds_bucket{le="0.025"} 2.0' in lines
    assert not [line for line in lines if line.startswith("phnen_bot_outbox_rows") and not line.endswith(" 0.0")]


POLLED = """
from bot import metrics
metrics.begin()
print(metrics.page()[0].decode())
metrics.polled(1_790_000_000)
print("fetched")
print(metrics.page()[0].decode())
"""


@pytest.mark.parametrize("several", [False, True])
def test_when_updates_were_fetched_is_shown_by_a_bot_that_fetches_them(tmp_path: Path, several: bool) -> None:
    env = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)} if several else {}
    done = subprocess.run([sys.executable, "-c", POLLED], env=env, capture_output=True, text=True, check=True)
    before, _, after = done.stdout.partition("fetched")
    assert "phnen_bot_polled" not in before
    assert "phnen_bot_polled_timestamp_seconds 1.79e+09" in after


def test_nothing_is_loaded_and_nothing_counted_where_nobody_watches() -> None:
    said = "import sys; from bot import metrics; metrics.update('saved'); print('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "False\n"
