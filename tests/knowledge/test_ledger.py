"""The second book, and wordings of options: what is changed in one place alone is named with its line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.render import parity
from bot.render.renderer import TEMPLATES
from flows.knowledge import audit, labels
from flows.knowledge.loader import ROOT, load
from flows.knowledge.model import FieldSpec


def faults(folder: Path, file: str, old: str, new: str) -> list[str]:
    """What `check` says of the knowledge with ``old`` changed to ``new`` once."""
    root = folder / "knowledge"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(fault) for fault in audit.audit(root)[1]]


@pytest.mark.parametrize(("file", "old", "new", "told"), [
    ("rules/extent.yaml", "cite: [R4.1.2-01, A16]", "cite: [R4.1.2-01]", "source 'A16'"),
    ("rules/extent.yaml", "cite: [R4.1.2-01, A16]", "cite: [R4.1.2-02, A16]", "source 'R4.1.2-02'"),
    ("rules/extent.yaml", "layer: borrowed", "layer: review", "layer 'borrowed'"),
    ("rules/checks.yaml", "parts: [mitoses, ki67_percent]", "parts: [mitoses]", "parts 'contradictions.grade_discordant'"),
    ("rules/treatment_systemic.yaml", "gather: [not_suitable]", "gather: []", "gathered 'treatment.platinum_etoposide'"),
    ("statements/diagnosis.yaml", "0.3–4.0% of all", "0.3–4.1% of all", "text 'R0-02 en'"),
    ("statements/diagnosis.yaml", "In most PHNENs", "In PHNENs", "text 'R0-03 en'"),
    ("questions/context.yaml", "limits: [0, 120]", "limits: [0, 12]", "answer 'age_years'"),
])
def test_what_differs_between_the_books_is_named(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    found = faults(tmp_path, file, old, new)
    assert any(told in fault and "Read the source again" in fault for fault in found), found


def swapped(field: str) -> FieldSpec:
    """A field whose first two options have each other's wordings."""
    spec = load().fields[field]
    one, other, *rest = spec.choices
    return replace(spec, choices=(replace(one, label=other.label), replace(other, label=one.label), *rest))


@pytest.mark.parametrize("field", ["differentiation", "lobe", "chest_ct"])
def test_options_that_have_each_others_wordings_are_named(field: str) -> None:
    assert {fault.place for fault in labels.audit([swapped(field)])} == {load().fields[field].place}


def test_every_option_has_its_own_wording() -> None:
    assert list(labels.audit(load().fields.values())) == []


@pytest.mark.parametrize(("file", "old", "new", "told"), [("pieces.j2", "</i>", "", "</i >"), ("report.j2", "{% macro summary(c, answers, left) %}", "{% macro summary(c, answers, left) %} 3 %", "% 3")])
def test_signs_that_stand_in_one_language_alone_are_named(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    path = tmp_path / "templates" / "zh" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (found,) = parity.audit(tmp_path / "templates")
    assert found.what.endswith(told)
