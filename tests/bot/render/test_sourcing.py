"""What the report says of a case leads to a source: a wording nobody concludes or a sentence without its mark is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.render.renderer import TEMPLATES
from bot.render.sourcing import audit
from flows.knowledge.loader import load

KNOWLEDGE = load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}: choose another thing to change"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_sentence_of_a_conclusion_leads_to_its_source() -> None:
    assert audit(KNOWLEDGE) == []


def test_a_wording_that_no_rule_concludes_is_found(folder: Path) -> None:
    changed(folder / "zh" / "terms.j2", "{% set caution = {", '{% set caution = {\n  "made_up": "凭空而来。",')

    (fault,) = audit(KNOWLEDGE, folder)
    assert "templates/zh/terms.j2" in str(fault)
    assert "'caution' words 'made_up'" in str(fault)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("file", "sentence", "mark"),
    [
        ("treatment.j2", "terms.reason", "{{ basis(first.basis[word].layer, first.basis[word].citations) }}"),
        ("treatment.j2", "terms.caution", "{{ basis(t.basis[word].layer, t.basis[word].citations) }}"),
        ("pieces.j2", "terms.imaging_note", "{{ basis(note.layer, note.citations) }}"),
        ("pieces.j2", "terms.diagnosis", "{{ basis(c.diagnosis.layer, c.diagnosis.citations) }}"),
        ("report.j2", "terms.sstr", "{{ basis(c.sstr.layer, c.sstr.citations) }}"),
        ("report.j2", "terms.marker_text", "{{ basis(m.layer, m.citations) }}"),
    ],
)
def test_a_sentence_without_its_source_mark_is_found(language: str, file: str, sentence: str, mark: str, folder: Path) -> None:
    changed(folder / language / file, mark, "")

    found = [str(fault) for fault in audit(KNOWLEDGE, folder)]
    assert [fault for fault in found if f"templates/{language}/{file}" in fault and sentence in fault]
    assert all(language in fault for fault in found)
