"""What is another than it was accepted is named, whatever it is; what says nothing is left alone."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.channels.commandline import acceptance, check
from bot.channels.commandline.acceptance import ORDER, accept, changes, prints
from bot.render.renderer import TEMPLATES
from flows.dialog import stages
from flows.knowledge.loader import ROOT


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    knowledge, templates = tmp_path / "knowledge", tmp_path / "templates"
    shutil.copytree(ROOT, knowledge, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(TEMPLATES, templates)
    return knowledge, templates


def told(knowledge: Path, templates: Path) -> set[str]:
    return {f"{fault.place.file}: {fault.what}" for fault in changes(prints(knowledge, templates), knowledge)}


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_everything_here_is_accepted() -> None:
    assert list(changes(prints(ROOT, TEMPLATES), ROOT)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("statements/diagnosis.yaml", "such symptoms are flushing", "the commonest symptoms are flushing", "'R3.1-04'"),
        ("questions/treatment_context.yaml", "tmz, captem]", "tmz]", "'I1'"),
        ("editions.yaml", "<= 2", "< 2", ""),
        ("vignettes.yaml", "- id: V1\n", "- id: V0\n", "'V1' is gone"),
        ("names.yaml", "目前的诊断定位", "目前的分级", "of diagnosis.id"),
    ],
)
def test_a_change_of_the_knowledge_is_named_with_its_record(folders: tuple[Path, Path], file: str, old: str, new: str, named: str) -> None:
    changed(folders[0] / file, old, new)

    found = told(*folders)

    assert found
    assert all(fault.startswith(f"{file}: ") for fault in found)
    assert any(named in fault for fault in found), found


@pytest.mark.parametrize(
    ("file", "old", "new", "macro"),
    [
        ("en/treatment.j2", '"met": "✅"', '"met": "❌"', "fulfilled"),
        ("zh/conditions.j2", '"且" if c.kind == "every" else "或"', '"或" if c.kind == "every" else "且"', "joined"),
    ],
)
def test_a_change_of_a_wording_is_named_with_its_macro(folders: tuple[Path, Path], file: str, old: str, new: str, macro: str) -> None:
    changed(folders[1] / file, old, new)

    assert told(*folders) == {f"templates/{file}: '{macro}' is not as it was accepted"}


def test_a_change_of_the_state_table_is_named(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *others = stages.STAGES
    monkeypatch.setattr(stages, "STAGES", (second, first, *others))

    assert told(*folders) == {"../dialog/stages.py: 'STAGES' is not as it was accepted"}


def test_the_place_is_that_of_the_macro(folders: tuple[Path, Path]) -> None:
    path = folders[1] / "zh" / "conditions.j2"
    changed(path, '"且" if', '"并" if')
    (fault,) = changes(prints(*folders), folders[0])

    assert path.read_text(encoding="utf-8").splitlines()[fault.place.line - 1].startswith("{% macro joined(c)")


def test_comments_empty_lines_and_the_order_of_keys_change_nothing(folders: tuple[Path, Path]) -> None:
    changed(folders[0] / "settlements.yaml", "- id: A10\n  kind: settlement\n", "# a note\n\n- kind: settlement\n  id: A10\n")
    changed(folders[1] / "en" / "treatment.j2", "{% set fulfilled", "{# a note,\n   and more #}\n\n{% set fulfilled")

    # The record is found by what it begins with.
    assert told(*folders) <= {
        "settlements.yaml: 'A10' is gone",
        "settlements.yaml: 'kind settlement' is new",
        f"settlements.yaml: '{ORDER}' is not as it was accepted",
    }


def test_what_is_new_gone_or_elsewhere_is_named(folders: tuple[Path, Path]) -> None:
    knowledge, templates = folders
    records = re.split(r"(?m)^(?=- id: )", (knowledge / "settlements.yaml").read_text(encoding="utf-8"))
    head, first, second, *others = records
    (knowledge / "settlements.yaml").write_text("".join((head, second, first, *others[:-1], others[-1].replace(others[-1].split()[2], "Z1", 1))), encoding="utf-8")
    (templates / "en" / "whatif.j2").unlink()

    found = told(knowledge, templates)

    assert f"settlements.yaml: '{ORDER}' is not as it was accepted" in found
    assert "settlements.yaml: 'Z1' is new" in found
    assert f"settlements.yaml: '{others[-1].split()[2]}' is gone" in found
    assert "accepted.yaml: 'tail' is gone" in found


def test_what_is_accepted_is_named_no_more(folders: tuple[Path, Path]) -> None:
    changed(folders[1] / "en" / "treatment.j2", '"met": "✅"', '"met": "❌"')

    assert accept(prints(*folders), folders[0]) == 1
    assert told(*folders) == set()
    assert accept(prints(*folders), folders[0]) == 0


def test_the_command_names_accepts_and_then_passes(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    changed(folders[0] / acceptance.FILE, "A10", "A99")
    now = prints(ROOT, TEMPLATES)
    monkeypatch.setattr(check, "everything", lambda *_: [])
    monkeypatch.setattr(acceptance, "prints", lambda *_: now)
    monkeypatch.setattr(check, "ROOT", folders[0])
    monkeypatch.setattr(check, "HOME", folders[0].parent)

    def said(*, accepting: bool) -> tuple[int, str]:
        out = io.StringIO()
        return check.check("en", out, date(2026, 1, 1), accept=accepting), out.getvalue()

    code, text = said(accepting=False)
    assert (code, text.count("A10' is new"), text.count("A99' is gone")) == (1, 1, 1)
    code, text = said(accepting=True)
    assert (code, text.startswith("2 changes accepted")) == (0, True)
    assert said(accepting=False)[0] == 0


def test_a_fault_is_never_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = [next(iter(changes({}, ROOT)))]
    monkeypatch.setattr(check, "everything", lambda *_: [fault])
    monkeypatch.setattr(acceptance, "accept", lambda *_: pytest.fail("accepted"))

    assert check.check("zh", io.StringIO(), date(2026, 1, 1), accept=True) == 1
