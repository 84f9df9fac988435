"""The second reading and the model cases: what a rule says otherwise is shown with the smallest patient."""

from __future__ import annotations

from datetime import date

import pytest

from bot.channels.commandline import prove
from flows.knowledge.loader import KnowledgeError
from flows.proofs import cases, second
from flows.proofs.certificate import Certificate, Origin, written
from tests.proofs.planted import Bed

SECOND = "second_reading.yaml"
ORIGIN = Origin("-", 1, "0", "fast", date(2026, 1, 1))


@pytest.mark.parametrize(("planted", "fact", "patient"), [
    (("rules/extent.yaml", '"age_years < 55"', '"age_years < 55.1"'), "transplant.age", {"age_years": "55"}),
    (("rules/markers.yaml", '"nse = raised"', '"nse = normal"'), "markers.nse", {"nse": "normal"}),
    (("rules/checks.yaml", '"largest_cm > 30"', '"largest_cm >= 30"'), "contradictions", {"largest_cm": "30"}),
])
def test_a_rule_that_says_otherwise_is_shown_with_the_smallest_patient(bed: Bed, planted: tuple[str, str, str], fact: str, patient: dict[str, str]) -> None:
    findings = second.reads_the_same(bed.plant(*planted), [fact]).findings
    assert patient in [written(finding.patient or {}) for finding in findings]
    assert all(finding.figures["rules"] != finding.figures["reading"] for finding in findings)


def test_a_reason_that_is_lost_is_shown_although_the_verdict_stands(bed: Bed) -> None:
    knowledge = bed.plant("rules/treatment_local.yaml", "reasons: [size_limit], ", "reasons: [number_limit], ")
    words = {finding.figures["word"] for finding in second.reads_the_same(knowledge, ["treatment.rfa"]).findings}
    assert words == {"size_limit", "number_limit"}


def test_a_conclusion_without_a_second_reading_is_shown(bed: Bed) -> None:
    knowledge = bed.plant(SECOND, "- facts: [ungraded]\n", "- facts: [one_grade]\n")
    assert "ungraded" in [finding.subject for finding in second.reads_the_same(knowledge, ["ungraded"]).findings]


def test_a_line_that_names_nothing_there_is_is_refused(bed: Bed) -> None:
    knowledge = bed.plant(SECOND, '"mitoses < 2"', '"mitosis < 2"')
    with pytest.raises(KnowledgeError, match=r"second_reading.yaml.*mitosis"):
        second.read_second(knowledge)


def test_a_question_that_is_put_to_others_is_shown(bed: Bed) -> None:
    knowledge = bed.plant("questions/extent.yaml", 'applies: "course = recurrent"', "applies: always")
    findings = second.asked_the_same(knowledge, ["course", "recurrence_years"]).findings
    assert {(finding.subject, finding.figures["about"]) for finding in findings} == {("recurrence_years", "asked"), ("recurrence_years", "senseless")}


def test_a_model_case_that_concludes_otherwise_is_shown(bed: Bed) -> None:
    knowledge = bed.plant("vignettes.yaml", "classification.grade: G1", "classification.grade: G2")
    (found,) = cases.as_told(knowledge, cases.ids(knowledge)).findings
    assert (found.subject, found.figures["at"], found.figures["found"]) == ("V1", "classification.grade", "G1")


@pytest.mark.parametrize(("language", "patient"), [("en", "Age: 55 years"), ("zh", "年龄：55岁")])
def test_the_smallest_patient_is_told_in_words(bed: Bed, language: str, patient: str) -> None:
    knowledge = bed.plant("rules/extent.yaml", '"age_years < 55"', '"age_years < 55.1"')
    certificate = Certificate(ORIGIN, (second.reads_the_same(knowledge, ["transplant.age"]),))
    assert patient in prove.page(certificate, language, prove.Folders(knowledge.root))
