"""Memory of a worker with few stored sessions and with many, by the real program: the same, as nothing of them is kept in it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from bot.stores.database import database_store
from tests.benchmarks.figures import median
from tests.benchmarks.sink import sunk
from tests.benchmarks.webhook import Round, database, load_once, started, taps

FEW, MANY = 1_000, 100_000
TURNS = 500
ROUNDS = 5
GOAL = 1.05
PACE = "9999/999/999"
"""Replies go out as they come: nothing is to wait when the program is told to stop."""
TEXT = {"SQLite": "hex(zeroblob(1500))", "PostgreSQL": "repeat(md5(i::text), 94)"}
"""As long as what is kept of a whole consultation: about 3,000 characters."""


def run() -> bool:
    """Measures and prints; tells whether the goal is reached in both databases."""
    reached = [_reached(kind) for kind in TEXT]  # both, also after a miss
    return all(reached)


def _reached(kind: str) -> bool:
    script = asyncio.run(taps())
    with sunk() as sink, database(kind) as (few, _), database(kind) as (many, _):
        for url, size in ((few, FEW), (many, MANY)):
            asyncio.run(_fill(url, size, TEXT[kind]))
        found = [(_size(sink, few, script, number), _size(sink, many, script, number)) for number in range(ROUNDS)]
    small, large = (median(sizes) for sizes in zip(*found, strict=True))
    reached = large <= GOAL * small
    print(f"\nmemory of a worker after {TURNS:,} turns, {kind} (median of {ROUNDS}, each a process of its own)")
    print(f"  {FEW:>7,} stored sessions {small / 1e6:>8.1f} MB")
    print(f"  {MANY:>7,} stored sessions {large / 1e6:>8.1f} MB   {large / small:.3f} x   goal {GOAL} x   {'reached' if reached else 'MISSED'}")
    return reached


async def _fill(url: str, size: int, text: str) -> None:
    """Puts so many sessions into a new database, touched now."""
    store = database_store(url)
    await store.start()
    rows = (
        "INSERT INTO conversations (key, rev, version, session, notes, memo, touched) "
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size}) "
        f"SELECT 'person' || i, 1, 1, {text}, '{{}}', '{{}}', {time.time()} FROM n"
    )
    await store.administer(lambda connection: connection.exec_driver_sql(rows))
    await store.close()


def _size(sink: str, url: str, script: list[str], number: int) -> int:
    """Bytes of memory of the one worker of a new program, after its turns; what it shares with others counts in part."""
    with started(sink, url, 1, PACE) as (program, address):
        load_once(address, script, Round(number, 120.0, TURNS))
        return sum(_held(process) for process in _workers(program) or [program])


def _workers(program: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{program}/task/{program}/children").read_text("ascii").split()]


def _held(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
