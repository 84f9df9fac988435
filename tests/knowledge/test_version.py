"""The number of the knowledge grows with what sessions rest on."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import yaml

from flows.knowledge.loader import ROOT, VERSION_FILE, Knowledge, KnowledgeError, load


def surface(knowledge: Knowledge) -> str:
    """All that an answer can be."""
    core = [field.core for field in knowledge.fields.values()]
    shapes = [(field.id, field.kind.value, field.options, field.items, field.limits, field.plain, field.not_done) for field in core]
    return hashlib.sha256(repr(shapes).encode()).hexdigest()[:16]


def test_a_change_of_what_can_be_answered_goes_with_a_new_version() -> None:
    written = yaml.safe_load((ROOT / VERSION_FILE).read_text("utf-8"))
    found = surface(load())
    assert written["surface"] == found, f"{VERSION_FILE}: raise 'version' and write surface: {found}"


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT, folder / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def test_knowledge_without_a_version_is_the_first(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / VERSION_FILE).unlink()
    assert load(root).version == 1


@pytest.mark.parametrize("text", ["version: 0", "version: two", "version: true", "[]", "version: 1.5"])
def test_a_version_that_is_no_whole_number_is_refused(tmp_path: Path, text: str) -> None:
    root = copied(tmp_path)
    (root / VERSION_FILE).write_text(text, "utf-8")
    with pytest.raises(KnowledgeError, match="whole number"):
        load(root)
