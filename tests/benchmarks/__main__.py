"""Speed, as ratios against a yardstick measured in the same run. Run: uv run python -m tests.benchmarks [core|whatif|tap|flood|webhook|start …]"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

PARTS = ("core", "whatif", "tap", "flood", "webhook", "start")
"""Modules beside this one, each with ``run() -> bool``: measures, prints, tells whether its goals are reached."""


def main() -> int:
    """Runs the benchmarks named on the command line (default: all); returns 1 where a figure is missed."""
    runs: list[Callable[[], bool]] = [import_module(f"tests.benchmarks.{name}").run for name in sys.argv[1:] or PARTS]
    reached = [run() for run in runs]  # all of them, also after a miss
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
