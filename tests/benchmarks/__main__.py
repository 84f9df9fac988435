"""Speed and size, as ratios against a yardstick measured in the same run.

A part prints its figures and whether its goals are reached:
  core       one turn in process, questions asked back, cases
  whatif     other answers tried beside one's own
  tap        a tap over local HTTP against python-telegram-bot and aiogram-dialog
  flood      a chat that floods, and how long another one waits
  webhook    turns saved and acknowledged a second
  memory     of a worker, with few and with many stored sessions
  start      from the start of the process to the first answered update
  chaos      updates lost or doubled in 10,000 with 100 kills; takes long, so it is run by its name alone
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

PARTS = ("core", "whatif", "tap", "flood", "webhook", "memory", "start")
"""Modules beside this one, each with ``run() -> bool``: measures, prints, tells whether its goals are reached."""
BY_NAME = ("chaos",)
"""Those that are run only where they are named."""


def _known(name: str) -> str:
    if name not in (*PARTS, *BY_NAME):
        raise argparse.ArgumentTypeError(f"there is no part '{name}'; there are {', '.join((*PARTS, *BY_NAME))}")
    return name


def main(given: Sequence[str] | None = None) -> int:
    """Runs the benchmarks named on the command line (default: all but those by name alone); returns 1 where a figure is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", type=_known, help=f"which (default: {' '.join(PARTS)})")
    names = parser.parse_args(given).parts or PARTS
    runs: list[Callable[[], bool]] = [import_module(f"tests.benchmarks.{name}").run for name in names]
    reached = [run() for run in runs]  # all of them, also after a miss
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
