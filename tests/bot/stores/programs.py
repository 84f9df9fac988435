"""Other processes that use the same database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def child(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Runs a script in a process of its own."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
