"""Plants faults and prints who notices. Run: uv run python -m tests.mutants [--help]"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from os import getpid
from pathlib import Path

from bot.render.renderer import TEMPLATES
from flows.knowledge.loader import ROOT, load
from tests.mutants.judge import CHECK, NOBODY, PROVE, SAME, TESTS, Bench, Verdict, judged_table
from tests.mutants.sites import sites
from tests.mutants.source import Mutant
from tests.mutants.states import Table, tables

EACH, SEED, PROCESSES = 16, 2026, 2
ENOUGH, ALL = 0.99, "all"
WHO = (CHECK, PROVE, TESTS, NOBODY, SAME)


@dataclass(frozen=True, slots=True)
class Judged:
    """A fault, and who noticed it."""

    fault: Mutant | Table
    verdict: Verdict


def drawn(each: int, seed: int, kinds: Sequence[str] = ()) -> list[Mutant]:
    """At most ``each`` faults of every kind, drawn evenly over all places of the kind."""
    groups: dict[str, list[Mutant]] = {}
    for mutant in sites(load(), {"knowledge": ROOT, "templates": TEMPLATES}):
        if not kinds or mutant.kind in kinds:
            groups.setdefault(mutant.kind, []).append(mutant)
    return [mutant for kind, group in groups.items() for mutant in random.Random(f"{seed}{kind}").sample(group, min(each, len(group)))]


@cache
def _bench(folder: Path) -> Bench:
    own = folder / str(getpid())
    own.mkdir(exist_ok=True)
    return Bench(own)


def judged(fault: Mutant | Table, folder: Path) -> Verdict:
    """Who notices a fault."""
    return judged_table(fault) if isinstance(fault, Table) else _bench(folder).judge(fault)


def main() -> int:
    """Plants the faults and prints the table; returns 1 where fewer than 99 of 100 are noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="plant faults; print who notices")
    parser.add_argument("--each", type=int, default=EACH, help="faults of each kind, at most")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--kind", nargs="*", default=())
    parser.add_argument("--minutes", type=float, default=60, help="stop after so many minutes with what there is by then")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    wish = parser.parse_args()
    faults: list[Mutant | Table] = [*drawn(wish.each, wish.seed, wish.kind), *(() if wish.kind else tables())]
    random.Random(wish.seed).shuffle(faults)
    start, found = time.perf_counter(), list[Judged]()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(wish.processes) as pool:
        for fault, verdict in zip(faults, pool.map(partial(judged, folder=Path(folder)), faults), strict=True):
            found.append(Judged(fault, verdict))
            if verdict.who not in (CHECK, PROVE):
                print(f"[{len(found)}] {verdict.who:8} {fault.kind:18} {fault.place}  {fault.what}  {verdict.what}", flush=True)
            if time.perf_counter() - start > wish.minutes * 60:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    return _printed(found, time.perf_counter() - start)


def _printed(found: Sequence[Judged], seconds: float) -> int:
    counts = Counter((one.fault.kind, one.verdict.who) for one in found)
    print(f"{'kind':22}{'made':>6}" + "".join(f"{who:>8}" for who in WHO))
    for kind in [*sorted({one.fault.kind for one in found}), ALL]:
        row = [sum(number for (of, by), number in counts.items() if by == who and kind in (of, ALL)) for who in WHO]
        print(f"{kind:22}{sum(row):6}" + "".join(f"{number:8}" for number in row))
    faults = [one for one in found if one.verdict.who != SAME]
    alone, together = (sum(one.verdict.who in who for one in faults) / len(faults) for who in ((CHECK, PROVE), (CHECK, PROVE, TESTS)))
    print(f"check and prove alone: {alone:.2%}; with the tests: {together:.2%} of {len(faults)} that change anything; {seconds:.0f} s")
    return 0 if together >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
