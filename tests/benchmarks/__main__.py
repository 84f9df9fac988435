"""Speed, as ratios against a yardstick measured in the same run. Run: uv run python -m tests.benchmarks [core|whatif|telegram]"""

from __future__ import annotations

import sys

from tests.benchmarks import core, telegram, whatif


def main() -> int:
    """Runs the benchmarks named on the command line (default: all); returns 1 where a figure is missed."""
    wanted = sys.argv[1:] or ["core", "whatif", "telegram"]
    reached = [run() for name, run in (("core", core.run), ("whatif", whatif.run), ("telegram", telegram.run)) if name in wanted]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
