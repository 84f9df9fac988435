"""`pytest tests/transcripts --accept-transcripts` writes what the bot says now into the transcripts. Read it before you keep it."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that accepts what is said now."""
    parser.addoption("--accept-transcripts", action="store_true", help="write what the bot says now into the transcripts")


@pytest.fixture
def accepting(request: pytest.FixtureRequest) -> bool:
    """Whether what the bot says now is to be written down."""
    return bool(request.config.getoption("--accept-transcripts", default=False))
