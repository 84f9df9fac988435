"""What the tests of the terminal share: the knowledge, the voice, a store in memory, and words that show themselves."""

from __future__ import annotations

import pytest

from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.memory import MemoryStore
from flows.knowledge.loader import Knowledge, load


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def renderer(knowledge: Knowledge) -> TemplateRenderer:
    return TemplateRenderer(knowledge, limit=None)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def service(knowledge: Knowledge, store: MemoryStore) -> Service:
    return Service(knowledge, store, lambda: 1_000_000.0)
