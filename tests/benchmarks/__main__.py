"""Speed, as ratios against a yardstick measured in the same run. Run: uv run python -m tests.benchmarks [core|telegram|flood|webhook|start]"""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = ("core", "telegram", "flood", "webhook", "start")


def main() -> int:
    """Runs the benchmarks named on the command line (default: all); returns 1 where a figure is missed."""
    wanted = sys.argv[1:] or PARTS
    reached = [import_module(f"tests.benchmarks.{name}").run() for name in PARTS if name in wanted]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
