"""The long run: ``python -m tests.chaos --runs 20 --seed 1 [--only webhook] [--every]``; every violation is printed with its seed.

How many updates are lost or doubled in 10,000 with 100 kills: ``python -m tests.chaos --updates 10000 --kills 100``.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from math import ceil
from pathlib import Path

from flows.knowledge.loader import load
from tests.chaos.players import Expected
from tests.chaos.scripts import Action, scripts
from tests.chaos.world import Plan, Tally, World, undisturbed
from tests.chaos.zygote import Zygote
from tests.fakes.postgres import Postgres

PLANS = {
    "polling": Plan(cuts=15),
    "polling-faults": Plan(cuts=40, faults=0.1, fades=0.1),
    "polling-upgrade": Plan(cuts=20, upgrade=True, jumps=True),
    "polling-gone": Plan(cuts=60, gone=5.0),
    "webhook": Plan(webhook=True, cuts=15, twice=0.2, lag=0.03),
    "webhook-faults": Plan(webhook=True, cuts=40, faults=0.1, fades=0.1, twice=0.2, lag=0.03),
    "webhook-limits": Plan(webhook=True, cuts=60, limits=True),
    "webhook-3": Plan(webhook=True, workers=3, cuts=40, twice=0.3, lag=0.03),
    "webhook-3-limits": Plan(webhook=True, workers=3, cuts=60, limits=True, twice=0.1),
    "webhook-3-jumps": Plan(webhook=True, workers=3, cuts=40, twice=0.2, jumps=True, upgrade=True),
    "polling-pg": Plan(postgres=True, cuts=15),
    "webhook-pg": Plan(webhook=True, postgres=True, cuts=15, twice=0.2, lag=0.03),
    "webhook-pg-faults": Plan(webhook=True, postgres=True, cuts=40, faults=0.1, fades=0.1, twice=0.2, lag=0.03),
    "webhook-3-pg": Plan(webhook=True, workers=3, postgres=True, cuts=40, twice=0.3, lag=0.03, faults=0.05, fades=0.05),
    "polling-stops": Plan(stops=0.5, faults=0.1, slow=0.02),
    "polling-gone-stops": Plan(stops=1.0, slow=0.02, gone=3.0),
    "webhook-3-stops": Plan(webhook=True, workers=3, stops=0.5, faults=0.1, slow=0.02, twice=0.1),
    "webhook-3-pg-gone-stops": Plan(webhook=True, workers=3, postgres=True, stops=1.0, slow=0.02, gone=3.0, twice=0.1),
    "webhook-3-pg-gone": Plan(webhook=True, workers=3, postgres=True, cuts=80, gone=5.0, twice=0.1),
}
BOUNDARIES = 14
"""About so many are met for an update."""

Script = list[tuple[str, list[Action]]]


def main() -> int:
    """Runs the plans in turn; returns 1 where a promise was broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=len(PLANS), help="so many runs, the plans in turn")
    parser.add_argument("--updates", type=int, default=0, help="as many runs as it takes for so many updates instead")
    parser.add_argument("--kills", type=int, default=0, help="so many kills, spread over all updates; else as many as the plans have")
    parser.add_argument("--seed", default="1", help="of everything by chance (what the machine does beside is not)")
    parser.add_argument("--only", default="", help=f"plans with this in their name: {', '.join(PLANS)}")
    parser.add_argument("--short", action="store_true", help="conversations of about 25 steps")
    parser.add_argument("--every", action="store_true", help="kills at the 1st, 2nd, 3rd … boundary, one a run, until there is none left")
    parser.add_argument("--beside", type=int, default=1, help="so many runs at once; several plans wait most of their time")
    given = parser.parse_args()
    if given.kills and not given.updates:
        parser.error("--kills needs --updates")
    return asyncio.run(_Runs(given).all())


class _Runs:
    """All runs of a call."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given, self.zygote = given, Zygote()
        only = given.only
        self.plans = [(name, plan) for name, plan in PLANS.items() if only in name and (only not in PLANS or name == only)]
        self.books = {upgrade: self._book(upgrade=upgrade) for upgrade in (False, True)}
        self.seen: dict[bool, list[Expected]] = {}
        self.sums, self.done, self.bad, self.begun = Tally(), 0, 0, time.monotonic()

    def _book(self, *, upgrade: bool) -> Script:
        book = scripts(load(), upgrade=upgrade, short=self.given.short or self.given.every)
        return book[1:2] if self.given.every else book

    async def all(self) -> int:
        """Does them; 1 where a promise was broken."""
        numbers = self._numbers()
        try:
            self.seen = {upgrade: await self._plain(upgrade=upgrade) for upgrade in self.books}
            async with asyncio.TaskGroup() as tasks:
                for _ in range(self.given.beside):
                    tasks.create_task(self._some(numbers))
        finally:
            self.zygote.close()
        print(self._summary())
        return 1 if self.bad else 0

    def _numbers(self) -> Iterator[int]:
        """The numbers of the runs, as long as there is something to do."""
        given, before = self.given, -1
        for number in count():
            if given.every:
                enough, before = self.sums.kills == before, self.sums.kills
            else:
                enough = self.sums.updates >= given.updates and self.sums.kills >= given.kills
            if (enough and (given.every or given.updates)) or (not given.updates and number >= given.runs):
                return
            yield number

    async def _some(self, numbers: Iterator[int]) -> None:
        """Does one run after another, with a server of its own: it is stopped and started in some."""
        server = None
        try:
            for number in numbers:
                name, plan = self.plans[number % len(self.plans)]
                if plan.postgres and server is None:
                    server = await asyncio.to_thread(Postgres, synchronous_commit="on")
                await self._run(name, self._changed(plan, number), f"{self.given.seed}.{number}", server)
        finally:
            if server is not None:
                server.remove()

    def _changed(self, plan: Plan, number: int) -> Plan:
        """A plan with the kills that are asked for; none where the server is slow: what a killed bot asked of it may come behind what the next one did."""
        given, updates = self.given, sum(len(actions) for _, actions in self.books[plan.upgrade])
        if given.every:
            return replace(plan, cuts=1, most=1, first=number + 1)
        if not given.kills or plan.slow:
            return plan
        runs = max(1, ceil((given.updates - self.sums.updates) / updates))
        most = max(0, ceil((given.kills - self.sums.kills) / runs))
        return replace(plan, most=most, cuts=max(1, updates * BOUNDARIES // (2 * most + 1)))

    async def _plain(self, *, upgrade: bool) -> list[Expected]:
        """What an undisturbed run shows."""
        book = self.books[upgrade]
        with tempfile.TemporaryDirectory() as folder:
            return await World(self.zygote, undisturbed(Plan(upgrade=upgrade)), Path(folder), "plain").play(book, [None] * len(book))

    async def _run(self, name: str, plan: Plan, seed: str, server: Postgres | None) -> None:
        """One run."""
        folder, begun, faults = Path(tempfile.mkdtemp(prefix="chaos")), time.monotonic(), []
        world = World(self.zygote, plan, folder, seed, server if plan.postgres else None)
        try:
            await world.play(self.books[plan.upgrade], self.seen[plan.upgrade])
        except (Exception, ExceptionGroup) as broken:  # noqa: BLE001 - whatever it is, it is told with its seed
            faults = [f"{type(one).__name__}: {one}" for one in getattr(broken, "exceptions", [broken])]
        tally = world.tally
        how = f"BROKEN {folder / 'log'}" if faults else "kept"
        print(
            f"{name:18} seed {seed:8} {tally.updates:5} updates {tally.kills:4} kills {tally.faults:4} faults "
            f"{time.monotonic() - begun:6.1f} s {how}",
            *faults,
            sep="\n  ",
            flush=True,
        )
        if not faults:
            shutil.rmtree(folder)
        self._count(tally, len(faults))

    def _count(self, tally: Tally, bad: int) -> None:
        self.done, self.bad = self.done + 1, self.bad + bad
        for field in ("updates", "kills", "faults", "copies", "gone", "stops"):
            setattr(self.sums, field, getattr(self.sums, field) + getattr(tally, field))
        self.sums.slowest = max(self.sums.slowest, tally.slowest)
        self.sums.cuts += [line.split('"')[3].partition(" ")[2].partition(" ")[2] for line in tally.cuts]

    def _summary(self) -> str:
        sums = self.sums
        return (
            f"updates lost or doubled: {self.bad} of {sums.updates:,} with {sums.kills:,} kills at {len(set(sums.cuts))} kinds of boundaries, "
            f"{sums.faults:,} faults, {sums.copies:,} copies, the database gone {sums.gone} times, "
            f"{sums.stops:,} times told to stop ({sums.slowest:.1f} s the longest); "
            f"{self.done} runs, {time.monotonic() - self.begun:.0f} s"
        )


if __name__ == "__main__":
    sys.exit(main())
