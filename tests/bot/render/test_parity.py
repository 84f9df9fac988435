"""`check` finds a macro that prints a variable more often in one language than in the other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.render.parity import audit
from bot.render.renderer import TEMPLATES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def test_the_templates_say_the_same_in_both_languages(folder: Path) -> None:
    assert list(audit(folder)) == []


@pytest.mark.parametrize(("language", "file", "printed"), [("en", "whatif", "{{ told(one.fact, one.before) }}"), ("zh", "terms", "{{ label(value_id) }}")])
def test_a_variable_that_one_language_lost_is_found_also_where_it_is_printed_twice(folder: Path, language: str, file: str, printed: str) -> None:
    path = folder / language / f"{file}.j2"
    text = path.read_text(encoding="utf-8")
    assert printed in text
    path.write_text(text.replace(printed, "", 1), encoding="utf-8")

    (fault, *_) = audit(folder)
    assert "does not print the same" in fault.what
    assert fault.place.file.endswith(f"{file}.j2")
