"""Whole conversations as a person sees them, one file for each case and language.

A line that begins with ``> `` is what the person does: ``> [Button]`` taps a button, ``> words`` types them. Everything
else is what the bot says and is compared. Rows of buttons stand in brackets; the rows under every question are written out
once, and answers folded away above a question are counted only. To begin a new transcript, write a file with the person's lines alone and run `pytest tests/transcripts --accept-transcripts`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from bot.render.renderer import TemplateRenderer
from flows.knowledge.model import LANGUAGES
from tests.dialog.trainee import knowledge
from tests.transcripts.writer import retold

FOLDER = Path(__file__).parent
CASES = ("net_g1", "nec", "metastatic", "incomplete")


@lru_cache(maxsize=1)
def renderer() -> TemplateRenderer:
    """The renderer of all transcripts."""
    return TemplateRenderer(knowledge())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_conversation_is_as_it_was_read_and_accepted(case: str, language: str, accepting: bool) -> None:
    path = FOLDER / f"{case}.{language}.txt"
    accepted = path.read_text(encoding="utf-8")
    told = retold(accepted, language, knowledge(), renderer())
    if accepting:
        path.write_text(told, encoding="utf-8")
    assert accepting or told == accepted, f"read the difference, then accept it: {path.name}"
