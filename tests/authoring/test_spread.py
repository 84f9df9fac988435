"""The regions of a change hold exactly the patients with another conclusion: held against every patient of a grid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from flows.authoring.changes import rule_changes
from flows.authoring.spread import Findings, spread, targets
from flows.knowledge.loader import Knowledge, load
from flows.rules.values import Answer, Answers, Open
from tests.authoring.belonging import belongs, exactly
from tests.proofs.planted import Bed

KNOWLEDGE = load()
GRADING, LOCAL, EXTENT = "rules/grading.yaml", "rules/treatment_local.yaml", "rules/extent.yaml"
OPEN: tuple[Answer, ...] = (Open.MISSING, Open.UNKNOWN)
KI67: tuple[Answer, ...] = (*OPEN, *(exactly(figure) for figure in (0, 1, 2, 2.9, 3, 3.1, 5, 10, 19.9, 20, 20.1, 21, 54, 55, 56, 100)))
MITOSES: tuple[Answer, ...] = (*OPEN, *(exactly(figure) for figure in (0, 1, 2, 3, 20, 21, 50)))
GRADES: tuple[Answer, ...] = (*OPEN, "G1", "G2", "G3")
SIZES: tuple[Answer, ...] = (*OPEN, *(exactly(figure) for figure in (0.1, 1, 4.9, 5, 5.1, 12)))
COUNTS: tuple[Answer, ...] = (*OPEN, "uncountable", *(exactly(figure) for figure in (1, 4, 5, 6)))
SITES: tuple[Answer, ...] = (Open.MISSING, frozenset(("none",)), frozenset(("hilum",)))
AGES: tuple[Answer, ...] = (*OPEN, *(exactly(figure) for figure in (18, 54, 54.5, 55, 55.5, 56, 90)))


def everybody(**axes: tuple[Answer, ...]) -> Iterator[Answers]:
    for chosen in product(*axes.values()):
        yield {name: answer for name, answer in zip(axes, chosen, strict=True) if answer is not Open.MISSING}


def found(new: Knowledge, fact: str) -> Findings:
    return spread(KNOWLEDGE, new, fact, rule_changes(KNOWLEDGE, new))


def said(knowledge: Knowledge, fact: str, answers: Answers) -> tuple[tuple[str, ...], tuple[str, ...]]:
    outcome = knowledge.case(answers).fact(fact)
    value = outcome.value
    words = () if value is None else (value,) if isinstance(value, str) else tuple(sorted(value))
    return words, tuple(dict.fromkeys(reason for row in outcome.rows for reason in row.reasons))


CHANGES = [
    pytest.param(GRADING, '"ki67_percent >= 3 and ki67_percent <= 20"', '"ki67_percent >= 3 and ki67_percent < 20"', "index_grades", id="a sign"),
    pytest.param(GRADING, '"ki67_percent > 20"', '"ki67_percent > 55"', "index_grades", id="a cut-off"),
    pytest.param(GRADING, "fallback: reported_grade", "fallback: differentiation", "index_grades", id="another fallback"),
]


@pytest.mark.parametrize(("file", "old", "new", "fact"), CHANGES)
def test_a_changed_grade_finds_its_patients_and_nobody_else(file: str, old: str, new: str, fact: str, bed: Bed) -> None:
    changed = bed.plant(file, old, new)
    findings = found(changed, fact)
    places = [(each, place) for each in findings.spreads for place in each.places]
    count = 0
    for answers in everybody(ki67_percent=KI67, mitoses=MITOSES, reported_grade=GRADES):
        before, after = said(KNOWLEDGE, fact, answers), said(changed, fact, answers)
        holding = {(each.before, each.after) for each, place in places if belongs(changed, place.where, answers)}
        assert holding == ({(before, after)} if before != after else set()), answers
        count += before != after
    assert findings.whole
    assert count


@pytest.mark.parametrize(
    ("file", "old", "new", "fact"),
    [
        pytest.param(LOCAL, 'when: "largest_cm >= 5"', 'when: "largest_cm > 5"', "treatment.rfa", id="a size"),
        pytest.param(LOCAL, '"lesion_count >= 5 or lesion_count = uncountable"', '"lesion_count >= 6"', "treatment.rfa", id="a number"),
        pytest.param(EXTENT, '"age_years < 55"', '"age_years <= 55"', "transplant.age", id="an age"),
    ],
)
def test_a_changed_exclusion_finds_its_patients_and_nobody_else(file: str, old: str, new: str, fact: str, bed: Bed) -> None:
    changed = bed.plant(file, old, new)
    places = [(each, place) for each in found(changed, fact).spreads for place in each.places]
    count = 0
    axes = {"age_years": AGES} if fact == "transplant.age" else {"largest_cm": SIZES, "lesion_count": COUNTS, "lesion_location": SITES}
    for answers in everybody(pathology_diagnosis=("nen", "suspected", Open.MISSING), **axes):
        before, after = said(KNOWLEDGE, fact, answers), said(changed, fact, answers)
        holding = {(each.before, each.after) for each, place in places if belongs(changed, place.where, answers)}
        assert holding == ({(before, after)} if before != after else set()), answers
        count += before != after
    assert count


@pytest.mark.parametrize(("file", "old", "new", "fact"), CHANGES)
def test_the_patient_shown_for_a_region_has_the_conclusions_it_names(file: str, old: str, new: str, fact: str, bed: Bed) -> None:
    changed = bed.plant(file, old, new)
    for each in found(changed, fact).spreads:
        for place in each.places:
            assert place.patient is not None
            assert belongs(changed, place.where, place.patient)
            assert (said(KNOWLEDGE, fact, place.patient), said(changed, fact, place.patient)) == (each.before, each.after)


def test_a_dropped_rule_finds_its_patients_and_nobody_else(bed: Bed) -> None:
    row = 'value: NET\n      when: "index_grades has only (G1, G2) and (open differentiation or differentiation = not_stated)"'
    changed = bed.plant(GRADING, row, row.replace('when: "', 'when: "ki67_percent < 0 and '))
    places = [(each, place) for each in found(changed, "classification.type").spreads for place in each.places]
    shares = (Open.MISSING, exactly(0), exactly(30))
    people = everybody(
        pathology_diagnosis=("nen", "mixed", "pending"),
        ki67_percent=(Open.MISSING, exactly(2), exactly(20), exactly(40)),
        mitoses=(Open.MISSING, exactly(1), exactly(25)),
        differentiation=(Open.MISSING, "well", "poor", "not_stated"),
        adenocarcinoma_percent=shares,
        nec_percent=shares,
    )
    count = 0
    for answers in people:
        before, after = said(KNOWLEDGE, "classification.type", answers), said(changed, "classification.type", answers)
        holding = {(each.before, each.after) for each, place in places if belongs(changed, place.where, answers)}
        assert holding == ({(before, after)} if before != after else set()), answers
        count += before != after
    assert count


def test_a_row_that_moves_where_it_decides_nothing_else_has_no_patients(bed: Bed) -> None:
    first = '    - {id: type.other_tumour, value: not_nen, when: "pathology_diagnosis = other_tumour", cite: [R3-02], layer: review}\n'
    second = '    - {id: type.no_pathology, value: undetermined, when: "criteria.pathology_nen = unknown", cite: [R3-02, R3.4-02], layer: review}\n'
    changed = bed.plant(GRADING, first + second, second + first)

    assert [(change.id, change.parts) for change in rule_changes(KNOWLEDGE, changed)] in (
        [("type.other_tumour", ("order",))],
        [("type.no_pathology", ("order",))],
    )
    assert found(changed, "classification.type").spreads == ()


def test_the_facts_looked_at_are_the_nearest_ones_a_report_shows(bed: Bed) -> None:
    changed = bed.plant(GRADING, '"ki67_percent > 20"', '"ki67_percent > 55"')

    assert targets(KNOWLEDGE, changed, rule_changes(KNOWLEDGE, changed)) == ("classification.ki67_grade", "index_grades")


def test_a_caution_is_looked_at_alone(bed: Bed) -> None:
    changed = bed.plant(LOCAL, '{value: surgery_first, when: "resectability = one_stage"', '{value: surgery_first, when: "resectability in (one_stage, staged)"')
    (each,) = found(changed, "cautions.rfa").spreads

    assert (each.word, each.before[0], each.after[0]) == ("surgery_first", (), ("surgery_first",))
    assert all(place.patient and place.patient["resectability"] == "staged" for place in each.places)
