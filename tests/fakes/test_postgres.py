"""The tests' own PostgreSQL: its programs also run from a copy, for a user who cannot reach the place where they are installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fakes.postgres import copied


@pytest.mark.parametrize("program", ["postgres", "initdb", "psql"])
def test_a_copy_of_the_programs_runs(tmp_path: Path, program: str) -> None:
    done = subprocess.run([copied(tmp_path) / program, "--version"], check=True, capture_output=True, text=True)
    assert "PostgreSQL" in done.stdout
