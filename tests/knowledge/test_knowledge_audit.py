"""`check` on the knowledge: one thing broken at a time is found, with its file, its line, its id and a mend."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.render.audit import cited
from flows.dialog import audit as dialog
from flows.knowledge.audit import audit
from flows.knowledge.loader import ROOT, load
from flows.knowledge.model import Fault
from tests.knowledge.breaks import BREAKS, CONTEXT, EXTENT, GRADING, MARKERS, Break

CITED = cited()
MOST = 24
LOOKED_FOR_ELSEWHERE = {
    "a statement twice",
    "a key given twice",
    "a document that is no YAML",
    "a file that holds no list",
    "a path that no question offers",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def broken(root: Path, file: str, old: str, new: str, at: str = "") -> int:
    """Breaks one thing, and gives the line of ``at`` (or of what is new) in the broken file."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}: choose another thing to break"
    after = text.replace(old, new, 1)
    path.write_text(after, encoding="utf-8")
    place = after.index(at) if at else text.index(old)
    return after.count("\n", 0, place) + 1


def faults_of(root: Path) -> list[Fault]:
    knowledge, faults = audit(root, CITED)
    return faults + (dialog.audit(knowledge) if knowledge else [])


def about(faults: list[Fault], says: tuple[str, ...]) -> Iterator[Fault]:
    return (fault for fault in faults if all(part in str(fault) for part in says))


def test_the_knowledge_itself_has_no_fault() -> None:
    assert faults_of(ROOT) == []


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.name)
def test_what_is_broken_is_found_where_it_is(case: Break, root: Path) -> None:
    line = broken(root, case.file, case.old, case.new, case.at)
    _, faults = audit(root, CITED)
    found = list(about(faults, case.says))

    assert found, "\n".join(map(str, faults))
    assert len(faults) <= MOST, "one mistake must not hide behind what follows from it"
    assert {fault.place.file for fault in found} == {case.file}
    if case.name not in LOOKED_FOR_ELSEWHERE:
        assert line in {fault.place.line for fault in found}, f"expected line {line}: {list(map(str, found))}"
    for fault in found:
        assert fault.mend
        assert str(fault).startswith(f"{case.file}:{fault.place.line}: ")


def test_a_fault_is_named_on_the_line_of_the_second_of_two_equal_keys(root: Path) -> None:
    line = broken(root, CONTEXT, "- id: A1\n  stage: context", "- id: A1\n  stage: context\n  stage: context")

    assert [fault.place.line for fault in about(faults_of(root), ("'stage' stands twice",))] == [line + 2]


def test_a_question_whose_condition_can_never_hold_is_found(root: Path) -> None:
    line = broken(root, CONTEXT, "- id: A1\n", '- id: A1\n  asked: "known_nen = no and known_nen = yes_past"\n')
    (fault,) = faults_of(root)

    assert fault.what == "question A1 never comes to 'age_years'"
    assert (fault.place.file, fault.mend) == (CONTEXT, "Mend 'asked', 'applies' or the paths")
    assert line < fault.place.line < line + 12, "the field stands a few lines below its question"


def test_an_option_too_long_for_a_button_is_found(root: Path) -> None:
    name = "a_unit_with_a_very_long_name_that_no_button_can_carry"
    line = broken(root, MARKERS, '        - {id: "nmol/L"', f'        - {{id: {name}, en: "x", zh: "某"}}\n        - {{id: "nmol/L"')
    faults = [fault for fault in faults_of(root) if name in fault.what and "ledger" not in fault.what and "are kept" not in fault.what]

    assert faults
    assert all("bytes" in fault.what and fault.mend.startswith("Shorten") for fault in faults)
    assert all(fault.place.file == MARKERS and fault.place.line < line for fault in faults)


def test_the_id_of_a_model_case_too_long_for_a_button_is_found(root: Path) -> None:
    name = "V1_" + "x" * 60
    broken(root, "vignettes.yaml", "- id: V1\n", f"- id: {name}\n")

    assert any(name in fault.what and "too long for a button" in fault.what for fault in faults_of(root))


def test_several_faults_in_several_files_are_all_listed_in_order(root: Path) -> None:
    chosen = [case for case in BREAKS if case.name in {
        "an unknown id in a condition",
        "a gap at a mitoses cut-off",
        "an overlap in a transplantation condition",
        "a question without a Chinese text",
        "a statement without a Chinese text",
        "a settlement of nothing",
        "a citation of nothing",
        "a layer that is none",
        "a set asked for one word",
    }]  # fmt: skip
    for case in chosen:
        old = case.old if case.name != "a citation of nothing" else "cite: [R3-02, R3.4-02], layer: review}"
        new = case.new if case.name != "a citation of nothing" else "cite: [R3-99], layer: review}"
        broken(root, case.file, old, new)
    faults = faults_of(root)

    for case in chosen:
        says = case.says if case.name != "a citation of nothing" else ("'R3-99'",)
        assert list(about(faults, says)), f"{case.name} was not found:\n" + "\n".join(map(str, faults))
    places = [(fault.place.file, fault.place.line) for fault in faults]
    assert places == sorted(places)


def test_a_file_that_is_gone_or_no_text_is_found(root: Path) -> None:
    (root / "settlements.yaml").unlink()
    (root / EXTENT).write_bytes(b"- fact: \xff\n")
    faults = [str(fault) for fault in faults_of(root)]

    assert "settlements.yaml:1: the file is missing. Put it back" in faults
    assert f"{EXTENT}:1: the file is no UTF-8 text. Save it as UTF-8" in faults


def test_a_broken_folder_is_refused_at_start_with_every_fault_at_once(root: Path) -> None:
    broken(root, GRADING, '"pathology_diagnosis = other_tumour"', '"pathology = other_tumour"')
    broken(root, CONTEXT, 'zh: "患者年龄（岁）？"}', 'zh: ""}')

    with pytest.raises(Exception, match="pathology") as caught:
        load(root)
    assert "the zh wording" in str(caught.value)
