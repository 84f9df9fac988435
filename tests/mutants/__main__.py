"""Plants faults and prints who notices. Run: uv run python -m tests.mutants [--each N] [--seed N] [--kind KIND …] [--processes N]"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from os import getpid
from pathlib import Path

from bot.render.renderer import TEMPLATES
from flows.knowledge.loader import ROOT, load
from tests.mutants.judge import CHECK, NOBODY, PROVE, TESTS, Bench, Verdict, judged_table
from tests.mutants.sites import Mutant, sites
from tests.mutants.states import Table, tables

EACH, SEED, PROCESSES = 16, 2026, 2
WHO = (CHECK, PROVE, TESTS, NOBODY)


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


def judged(mutant: Mutant, folder: Path) -> tuple[Verdict, float]:
    """Who notices a fault, and after how many seconds."""
    start = time.perf_counter()
    return _bench(folder).judge(mutant), time.perf_counter() - start


def main() -> int:
    """Plants the faults and prints the table; returns 1 where fewer than 99 of 100 are noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="plant faults; print who notices")
    parser.add_argument("--each", type=int, default=EACH, help="faults of each kind, at most")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--kind", nargs="*", default=())
    parser.add_argument("--processes", type=int, default=PROCESSES)
    wish = parser.parse_args()
    mutants, start = drawn(wish.each, wish.seed, wish.kind), time.perf_counter()
    broken = [] if wish.kind else list(tables())
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(wish.processes) as pool:
        verdicts = list(pool.map(partial(judged, folder=Path(folder)), mutants, chunksize=4))
        of_tables = list(pool.map(judged_table, broken, chunksize=4))
    found = [(mutant.kind, mutant.place, mutant.what, verdict) for mutant, (verdict, _) in zip(mutants, verdicts, strict=True)]
    found += [(table.kind, f"flows/dialog/stages.py: row {table.row + 1}", "", verdict) for table, verdict in zip(broken, of_tables, strict=True)]
    return _printed(found, time.perf_counter() - start)


def _printed(found: Iterable[tuple[str, str, str, Verdict]], seconds: float) -> int:
    whole = list(found)
    counts = Counter((kind, verdict.who) for kind, _, _, verdict in whole)
    print(f"{'kind':22}{'made':>6}" + "".join(f"{who:>8}" for who in WHO))
    for kind in [*dict.fromkeys(kind for kind, *_ in whole), "all"]:
        row = [sum(number for (of, by), number in counts.items() if by == who and kind in (of, "all")) for who in WHO]
        print(f"{kind:22}{sum(row):6}" + "".join(f"{number:8}" for number in row))
    for kind, place, what, verdict in whole:
        if verdict.who in (NOBODY, TESTS):
            print(f"{verdict.who:8} {kind:18} {place}  {what}  {verdict.what}")
    alone, all_of = (sum(verdict.who in who for *_, verdict in whole) for who in ((CHECK, PROVE), (CHECK, PROVE, TESTS)))
    print(f"check and prove alone: {alone / len(whole):.2%}; with the tests: {all_of / len(whole):.2%} of {len(whole)}; {seconds:.0f} s")
    return 0 if all_of / len(whole) >= 0.99 else 1


if __name__ == "__main__":
    sys.exit(main())
