"""A place to plant changes in."""

from pathlib import Path

import pytest

from tests.proofs.planted import Bed


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    return Bed(tmp_path)
