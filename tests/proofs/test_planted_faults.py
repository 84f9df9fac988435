"""For every claim a planted fault, which it refutes with the smallest patient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flows.dialog import stages
from flows.proofs import conclusions, conformity, information, paths, rows
from flows.proofs.certificate import Finding, written
from flows.rules import conditions, engine
from flows.rules.engine import Case, Judgement
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Open
from tests.proofs.planted import Bed

GRADING, CRITERIA, LOCAL, MARKERS, FUNCTION = (f"rules/{name}.yaml" for name in ("grading", "criteria", "treatment_local", "markers", "function"))
CONTEXT, PATHOLOGY, IMAGING = (f"questions/{name}.yaml" for name in ("context", "pathology", "imaging"))


def told(finding: Finding) -> dict[str, Any]:
    """The answers of the patient of a finding."""
    assert finding.patient is not None
    return written(finding.patient)


# --- conclusions --------------------------------------------------------------------------------------------------


def test_two_conclusions_that_exclude_each_other_are_shown_with_the_smallest_patient(bed: Bed) -> None:
    knowledge = bed.plant(LOCAL, "resectability = no and classification.type = NET and extrahepatic_disease != present", "resectability = no and classification.type = NET")
    (found,) = conclusions.laws_kept(knowledge, ["law.tace_first"]).findings
    patient = told(found)
    assert len(patient) == 4
    assert patient["resectability"] == "no"
    assert {"extrahepatic_metastasis", "uptake_outside_liver"} & patient.keys()
    assert "treatment.tace = indicated" in found.figures["never"]


@pytest.mark.parametrize(("old", "new", "law", "patient"), [
    ('"mitoses > 20"', '"mitoses >= 20"', "law.mitoses_g2", {"mitoses": "20"}),
    ('"mitoses < 2"', '"mitoses <= 2"', "law.mitoses_g2", {"mitoses": "2"}),
    ('"ki67_percent < 3"', '"ki67_percent < 4"', "law.ki67_g2", None),
])
def test_a_moved_cut_off_is_shown_at_the_cut_off(bed: Bed, old: str, new: str, law: str, patient: dict[str, str] | None) -> None:
    (found,) = conclusions.laws_kept(bed.plant(GRADING, old, new), [law]).findings
    assert len(told(found)) == 1
    assert patient in (None, told(found))


def test_a_conclusion_that_falls_silent_is_shown(bed: Bed) -> None:
    row = '    - {value: unknown, when: "said_unknown nse", cite: [R3.2-12], layer: review}\n'
    (found,) = conclusions.laws_kept(bed.plant(MARKERS, row, ""), ["silent.nse"]).findings
    assert told(found) == {"nse": "unknown"}


def test_a_region_without_a_value_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(CRITERIA, "{value: unknown, when: always,", '{value: unknown, when: "open pathology_diagnosis",')
    (found,) = conclusions.valued(knowledge, conclusions.valued_facts(knowledge)).findings
    assert (found.subject, told(found)) == ("criteria.pathology_nen", {"pathology_diagnosis": "pending"})


def test_a_gap_between_bands_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(GRADING, '"mitoses >= 2 and mitoses <= 20"', '"mitoses > 2 and mitoses <= 20"')
    (found,) = conclusions.valued(knowledge, ["mitotic_grades"]).findings
    assert told(found) == {"mitoses": "2"}


def test_a_verdict_without_a_reason_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(LOCAL, "reasons: [unresectable], ", "")
    (found,) = conclusions.explained(knowledge, ["treatment.resection"]).findings
    assert (found.subject, found.patient) == ("treatment.resection.not_suitable", None)


# --- rules --------------------------------------------------------------------------------------------------------


def test_a_rule_that_never_decides_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(CRITERIA, '"pathology_diagnosis in (nen, mixed)"', '"pathology_diagnosis in (nen, mixed, suspected)"')
    found = rows.every_rule_decides(knowledge, ["criteria.pathology_nen"]).findings
    assert [finding.subject for finding in found] == ["criteria.pathology_nen.unclear"]


def test_a_rule_that_says_what_another_says_anyway_is_shown(bed: Bed) -> None:
    twice = '- {value: unclear, when: "pathology_diagnosis = suspected", cite: [R3-02, R3.3.1-16], layer: settled}\n    '
    knowledge = bed.plant(CRITERIA, "- {value: unclear", f"{twice}- {{value: unclear")
    text = '"pathology_diagnosis = suspected", cite: [R3-02, R3.3.1-16]'
    knowledge = bed.plant(CRITERIA, text, '"pathology_diagnosis = suspected and open specimen", cite: [R3-02, R3.3.1-16]')
    found = rows.every_rule_alone(knowledge, ["criteria.pathology_nen"]).findings
    assert [finding.subject for finding in found] == ["criteria.pathology_nen.unclear"]


# --- questions and paths ------------------------------------------------------------------------------------------

SHOES = """- id: Z1
  stage: context
  title: {en: "Shoes", zh: "鞋码"}
  ask: {en: "Which size of shoes?", zh: "鞋码多大？"}
  help: {en: "Not used.", zh: "不使用。"}
  cite: [R1-06]
  fields:
    - {id: shoe_size, kind: number, label: {en: "Size", zh: "鞋码"}, limits: [20, 50]}

- id: A1
"""


def test_a_question_that_changes_nothing_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(CONTEXT, "- id: A1\n", SHOES)
    found = information.every_question_matters(knowledge, ["A1", "Z1"]).findings
    assert [finding.subject for finding in found] == ["Z1"]


def test_a_question_that_never_comes_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(PATHOLOGY, 'asked: "not sure(specimen = none)"', 'asked: "specimen = none and specimen = needle"')
    found = paths.every_question_comes(knowledge, ["specimen", "pathology_diagnosis"]).findings
    assert [finding.subject for finding in found] == ["pathology_diagnosis"]


def test_an_answer_that_a_later_one_takes_away_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(IMAGING, "    - id: us_margin\n      kind: one\n", "    - id: us_margin\n      kind: one\n      asked: always\n")
    assert not paths.every_path_ends(knowledge, [""]).findings
    knowledge = bed.plant(IMAGING, 'applies: "imaging_done has any (ceus)"', 'applies: "imaging_done has any (ceus) and not sure(specimen = none)"')
    (found,) = paths.every_path_ends(knowledge, [""]).findings
    assert found.subject == "ceus_pattern"
    assert told(found).keys() == {"goal", "imaging_done", "ceus_pattern", "specimen"}


def test_a_skip_condition_that_is_dropped_makes_the_longest_path_longer(bed: Bed) -> None:
    before = paths.every_path_ends(bed.plant(CONTEXT, "- id: A1\n", "- id: A1\n"), ["prognosis"])
    after = paths.every_path_ends(bed.plant("questions/extent.yaml", 'applies: "course = recurrent"', "applies: always"), ["prognosis"])
    assert after.holds
    assert after.figures["questions_prognosis"] >= before.figures["questions_prognosis"]


def test_a_state_that_leads_nowhere_is_shown(monkeypatch: pytest.MonkeyPatch, bed: Bed) -> None:
    lame = tuple(row for row in stages.TRANSITIONS if row["source"] != "imaging")
    monkeypatch.setattr(stages, "TRANSITIONS", lame)
    stages.stage_for.cache_clear()
    found = paths.every_state_leads_on(bed.plant(CONTEXT, "- id: A1\n", "- id: A1\n"), ["imaging"]).findings
    stages.stage_for.cache_clear()
    assert found
    assert found[0].figures["stands"] == "imaging"


# --- information --------------------------------------------------------------------------------------------------


def asked_with(support: Callable[[str, Any, int], tuple[int, int]]) -> Callable[..., conditions.Judge]:
    """A faulty judge of how an answer was given: ``support`` says what it names, of what it knows."""

    def asked(name: str, bit: int, predicate: Callable[[Any], bool], **_: Any) -> conditions.Judge:
        def judge(case: Case) -> Judgement:
            answer = case.answers.get(name, Open.MISSING)
            return (TRUE if predicate(answer) else FALSE, *support(name, answer, bit))

        return judge

    return asked


def test_an_answer_outside_the_support_that_changes_a_value_is_shown(monkeypatch: pytest.MonkeyPatch, bed: Bed) -> None:
    monkeypatch.setattr(conditions, "_asked", asked_with(lambda _name, answer, bit: (0, 0) if isinstance(answer, Open) else (bit, 0)))
    knowledge = bed.plant(CONTEXT, "- id: A1\n", "- id: A1\n")
    (found,) = information.supported(knowledge, ["functional.status"]).findings
    assert (told(found), found.other is not None and len(found.other)) == ({}, 1)
    assert found.figures["before"] == "unknown"


def test_a_settled_conclusion_that_a_more_exact_answer_overturns_is_shown(monkeypatch: pytest.MonkeyPatch, bed: Bed) -> None:
    monkeypatch.setattr(conditions, "_asked", asked_with(lambda _name, answer, bit: (0, bit) if isinstance(answer, Open) else (bit, 0)))
    knowledge = bed.plant(CONTEXT, "- id: A1\n", "- id: A1\n")
    (found,) = information.more_exact(knowledge, ["diagnosis.id"]).findings
    assert told(found).keys() == {"lesion_count"}
    assert found.other is not None
    assert written(found.other) == {"lesion_count": "0"}
    assert found.figures["after"] == "no_liver_lesion"


def test_a_later_standard_that_decides_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(FUNCTION, '"mass_symptoms has any (none)"', '"mass_symptoms has any (none) and not later has any (U6)"')
    (found,) = information.later_apart(knowledge, information.earlier_facts(knowledge)).findings
    assert found.subject == "mass_effect"
    assert len(told(found)) == 2
    assert told(found)["mass_symptoms"] == ["none"]


# --- the clauses --------------------------------------------------------------------------------------------------


def test_an_engine_that_says_something_else_than_the_clauses_is_shown(monkeypatch: pytest.MonkeyPatch, bed: Bed) -> None:
    monkeypatch.setattr(engine, "_highest_of", lambda sets, _: sets[0])
    found = conformity.same_as_engine(bed.plant(CONTEXT, "- id: A1\n", "- id: A1\n"), ["index_grades"], most=2000).findings
    assert found
    assert {"mitoses", "ki67_percent"} <= told(found[0]).keys()
