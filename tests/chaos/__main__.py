"""The long run. ``python -m tests.chaos --runs 20 --seed 1 [--only webhook] [--every]``; every violation is printed with its seed."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from flows.knowledge.loader import load
from tests.chaos.players import Expected
from tests.chaos.scripts import Action, scripts
from tests.chaos.world import Plan, Tally, World, undisturbed
from tests.chaos.zygote import Zygote
from tests.fakes.postgres import Postgres

PLANS = {
    "polling": Plan(cuts=15),
    "polling-faults": Plan(cuts=40, faults=0.1),
    "polling-upgrade": Plan(cuts=20, upgrade=True, jumps=True),
    "polling-gone": Plan(cuts=60, gone=5.0),
    "webhook": Plan(webhook=True, cuts=15, twice=0.2, lag=0.03),
    "webhook-faults": Plan(webhook=True, cuts=40, faults=0.1, twice=0.2, lag=0.03),
    "webhook-limits": Plan(webhook=True, cuts=60, limits=True),
    "webhook-3": Plan(webhook=True, workers=3, cuts=40, twice=0.3, lag=0.03),
    "webhook-3-jumps": Plan(webhook=True, workers=3, cuts=40, twice=0.2, jumps=True, upgrade=True),
    "polling-pg": Plan(postgres=True, cuts=15),
    "webhook-pg": Plan(webhook=True, postgres=True, cuts=15, twice=0.2, lag=0.03),
    "webhook-3-pg": Plan(webhook=True, workers=3, postgres=True, cuts=40, twice=0.3, lag=0.03, faults=0.05),
    "webhook-3-pg-gone": Plan(webhook=True, workers=3, postgres=True, cuts=80, gone=5.0, twice=0.1),
}

Script = list[tuple[str, list[Action]]]


def main() -> int:
    """Runs the plans in turn; returns 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=len(PLANS), help="so many runs, the plans in turn")
    parser.add_argument("--seed", default="1", help="of everything by chance (what the machine does beside is not)")
    parser.add_argument("--only", default="", help=f"plans with this in their name: {', '.join(PLANS)}")
    parser.add_argument("--short", action="store_true", help="conversations of about 25 steps")
    parser.add_argument("--every", action="store_true", help="kills at the 1st, 2nd, 3rd … boundary, one a run, until there is none left")
    given = parser.parse_args()
    return asyncio.run(_main(given))


async def _main(given: argparse.Namespace) -> int:
    plans = [(name, plan) for name, plan in PLANS.items() if given.only in name and (given.only not in PLANS or name == given.only)]
    knowledge, zygote, server = load(), Zygote(), Postgres(synchronous_commit="on") if any(plan.postgres for _, plan in plans) else None
    books = {
        upgrade: scripts(knowledge, upgrade=upgrade, short=given.short or given.every)[slice(1, 2) if given.every else slice(None)]
        for upgrade in (False, True)
    }
    bad, sums, begun = 0, Tally(), time.monotonic()
    try:
        seen = {upgrade: await _plain(zygote, upgrade, book) for upgrade, book in books.items()}
        for number in range(given.runs):
            name, plan = plans[number % len(plans)]
            if given.every:
                plan, before = replace(plan, cuts=1, most=1, first=number + 1), sums.kills
            bad += not await _run(zygote, server, (name, plan, f"{given.seed}.{number}"), (books[plan.upgrade], seen[plan.upgrade]), sums)
            if given.every and sums.kills == before:
                break
    finally:
        zygote.close()
        if server is not None:
            server.remove()
    print(
        f"{given.runs} runs, {sums.updates} updates, {sums.kills} kills, {sums.faults} faults, {sums.copies} copies, "
        f"the database gone {sums.gone} times, {len(set(sums.cuts))} kinds of boundaries, {bad} violations, {time.monotonic() - begun:.0f} s"
    )
    return 1 if bad else 0


async def _plain(zygote: Zygote, upgrade: bool, book: Script) -> list[Expected]:
    """What an undisturbed run shows."""
    with tempfile.TemporaryDirectory() as folder:
        return await World(zygote, undisturbed(Plan(upgrade=upgrade)), Path(folder), "plain").play(book, [None] * len(book))


async def _run(
    zygote: Zygote, server: Postgres | None, what: tuple[str, Plan, str], told: tuple[Script, list[Expected]], sums: Tally
) -> bool:
    """One run; whether every promise was kept."""
    name, plan, seed = what
    folder, begun, fault = Path(tempfile.mkdtemp(prefix="chaos")), time.monotonic(), ""
    world = World(zygote, plan, folder, seed, server if plan.postgres else None)
    try:
        await world.play(*told)
    except (Exception, ExceptionGroup) as broken:  # noqa: BLE001 - whatever it is, it is told with its seed
        fault = "\n  ".join(f"{type(one).__name__}: {one}" for one in getattr(broken, "exceptions", [broken]))
    tally = world.tally
    print(
        f"{name:18} seed {seed:8} {tally.updates:5} updates {tally.kills:4} kills {tally.faults:4} faults {time.monotonic() - begun:6.1f} s {'BROKEN ' + str(folder / 'log') if fault else 'kept'}"
    )
    if fault:
        print(f"  {fault}")
    else:
        shutil.rmtree(folder)
    sys.stdout.flush()
    for field in ("updates", "kills", "faults", "copies", "gone"):
        setattr(sums, field, getattr(sums, field) + getattr(tally, field))
    sums.cuts += [line.split('"')[3].partition(" ")[2].partition(" ")[2] for line in tally.cuts]
    return not fault


if __name__ == "__main__":
    sys.exit(main())
