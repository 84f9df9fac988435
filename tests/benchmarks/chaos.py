"""Updates lost or doubled in 10,000 with 100 kills: the long run of chaos, as one figure of this command."""

from __future__ import annotations

import subprocess
import sys

UPDATES, KILLS = 10_000, 100


def run() -> bool:
    """Runs and prints; tells whether nothing was lost and nothing doubled."""
    print(f"\nupdates lost or doubled in {UPDATES:,} with {KILLS} kills (goal 0)", flush=True)
    return subprocess.run([sys.executable, "-m", "tests.chaos", "--updates", str(UPDATES), "--kills", str(KILLS)], check=False).returncode == 0
