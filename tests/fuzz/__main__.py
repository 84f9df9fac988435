"""Fuzzing guided by coverage, for developers: ``uv run --group fuzz python -m tests.fuzz [--seconds 60] [words bridge taps]``."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.targets import SEEDS, TARGETS

LONGEST = 600


def main() -> int:
    """Fuzzes the targets one after the other; returns 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="default: all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if find_spec("atheris") is None:
        sys.stderr.write("atheris is missing; run: uv run --group fuzz python -m tests.fuzz\n")
        return 2
    if given.child:
        _child(given.targets[0], given.seconds)
    found = [_run(name, given.seconds) for name in given.targets or TARGETS]
    return 1 if any(found) else 0


def _run(name: str, seconds: int) -> bool:
    """Whether something was found; libFuzzer ends its process, so each target has one of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", name, "--seconds", str(seconds), "--child"], capture_output=True, text=True, check=False
    )
    ran = re.findall(r"Done (\d+) runs|#(\d+)\s", done.stderr)
    print(
        f"{name}: {max((int(a or b) for a, b in ran), default=0):,} executions in {seconds} s, {'FOUND' if done.returncode else 'nothing found'}"
    )
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[-60:]))
    return done.returncode != 0


def _child(name: str, seconds: int) -> None:
    atheris = import_module("atheris")  # of the group `fuzz`, which tests do without
    for module in ("flows.dialog", "flows.rules", "bot.channels.telegram.bridge"):
        for loaded in [loaded for each, loaded in sys.modules.items() if each.startswith(module)]:
            for value in vars(loaded).values():
                if callable(value) and getattr(value, "__module__", "") == loaded.__name__ and hasattr(value, "__code__"):
                    atheris.instrument_func(value)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[name]):
            (Path(folder) / str(number)).write_bytes(seed.encode("utf-8"))
        arguments = [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            "-timeout=10",
            f"-artifact_prefix={tempfile.gettempdir()}/fuzz-",
            folder,
        ]
        atheris.Setup(arguments, TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
