"""A difference names every changed rule, wording, model case and patient, and of an equal copy nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.authoring.changes import Kind, rule_changes, text_changes
from flows.authoring.difference import difference
from flows.authoring.told import differing, examples, neighbours, told
from flows.knowledge.loader import ROOT, load
from tests.proofs.planted import Bed

KNOWLEDGE = load()
GRADING, LOCAL, DIAGNOSIS = "rules/grading.yaml", "rules/treatment_local.yaml", "statements/diagnosis.yaml"


def test_an_equal_copy_differs_in_nothing(tmp_path: Path) -> None:
    found = difference(KNOWLEDGE, load(Path(shutil.copytree(ROOT, tmp_path / "copy"))))

    assert found.nothing
    assert not found.conclusions
    assert (found.rules, found.texts, found.models, found.near, found.regions, found.carried) == ((), (), (), (), (), {})
    assert found.compared == (34, 200)


def test_a_moved_cut_off_is_found_in_rules_cases_and_regions(bed: Bed) -> None:
    found = difference(KNOWLEDGE, bed.plant(LOCAL, 'when: "largest_cm >= 5"', 'when: "largest_cm >= 6"'))

    assert [(change.kind, change.id, change.parts) for change in found.rules] == [(Kind.CHANGED, "rfa.size", ("when",))]
    assert {change.case.id for change in found.models} == {"V8.V8c", "V12"}
    assert all("treatment.rfa.verdict" in change.changed for change in found.models)
    assert [one.fact for one in found.regions] == ["treatment.rfa"]
    assert not found.texts
    assert found.conclusions


def test_the_cases_with_other_conclusions_are_exactly_those(bed: Bed) -> None:
    changed = bed.plant(GRADING, '"mitoses > 20"', '"mitoses > 2"')
    found = difference(KNOWLEDGE, changed)

    for group, cases in ((found.models, examples(KNOWLEDGE)), (found.near, neighbours(KNOWLEDGE, 200))):
        other = {case.id for case in cases if told(KNOWLEDGE, case.answers) != told(changed, case.answers)}
        assert {change.case.id for change in group} == other
        assert other


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("reasons: [size_limit], cite: [R4.2.1-03, A17]", "reasons: [size_limit], cite: [R4.2.1-03]", ("cite",)),
        ("reasons: [size_limit], cite: [R4.2.1-03, A17], layer: borrowed", "reasons: [size_limit], cite: [R4.2.1-03, A17], layer: settled", ("layer",)),
    ],
)
def test_a_rule_that_only_rests_on_something_else_changes_no_conclusion(old: str, new: str, parts: tuple[str, ...], bed: Bed) -> None:
    (change,) = rule_changes(KNOWLEDGE, bed.plant(LOCAL, old, new))

    assert (change.id, change.parts, change.deciding) == ("rfa.size", parts, False)


def test_a_rule_that_came_and_one_that_went_are_named(bed: Bed) -> None:
    row = '    - {id: type.both_components, value: MANEC, when: "adenocarcinoma_percent >= 30 and nec_percent >= 30", cite: [R2-06, A6], layer: review}\n'
    changed = bed.plant(GRADING, row, row.replace("type.both_components", "type.both_parts"))

    assert [(change.kind, change.id) for change in rule_changes(KNOWLEDGE, changed)] == [(Kind.REMOVED, "type.both_components"), (Kind.ADDED, "type.both_parts")]


def test_a_wording_is_named_with_how_it_was_and_is(bed: Bed) -> None:
    (change,) = text_changes(KNOWLEDGE, bed.plant(DIAGNOSIS, "it makes up only", "it makes up merely"))

    assert (change.kind, change.group, change.id) == (Kind.CHANGED, "statements", "R0-02")
    ((before, after),) = change.parts.values()
    assert ("only" in before, "merely" in after) == (True, True)


def test_a_question_that_went_is_named_with_its_answer(bed: Bed) -> None:
    bed.plant("rules/outlook.yaml", "done extrahepatic_primary_resected", "done age_years")
    path = bed.folder / "knowledge" / "questions" / "treatment_context.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("- id: I8")], encoding="utf-8")

    found = text_changes(KNOWLEDGE, load(bed.folder / "knowledge"))
    assert [(change.kind, change.group, change.id) for change in found if change.kind is Kind.REMOVED] == [
        (Kind.REMOVED, "questions", "I8"),
        (Kind.REMOVED, "fields", "extrahepatic_primary_resected"),
    ]


def test_near_cases_are_the_same_at_every_call_and_named_after_their_model() -> None:
    first, second = list(neighbours(KNOWLEDGE, 30)), list(neighbours(KNOWLEDGE, 30))

    assert first == second
    models = {example.id for example in examples(KNOWLEDGE)}
    assert all(case.id.partition("#")[0] in models for case in first)
    assert len({case.id for case in first}) == 30


def test_what_is_told_leaves_out_what_it_rests_on() -> None:
    answers = next(example.answers for example in examples(KNOWLEDGE) if example.id == "V1")
    found = told(KNOWLEDGE, answers)

    assert found["classification.type"] == ("NET",)
    assert not any(path.endswith(("because", "missing", "citations")) for path in found)
    assert differing(found, {**found, "classification.type": ("NEC",)}) == {"classification.type": (("NET",), ("NEC",))}
