"""`prove` on the knowledge as it is, the certificate that it writes, and faults planted in what the bot says."""

from __future__ import annotations

import io
import json
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from bot.channels.commandline import speech
from bot.channels.commandline.prove import DONE, Wish, prove
from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from flows.knowledge.loader import load
from flows.proofs import screens
from flows.proofs.certificate import Claim, Finding, Method, together
from flows.proofs.claims import FAST
from flows.rules.values import Answer, Interval, Open
from tests.proofs.planted import Bed

KNOWLEDGE = load()
CLAIMS = (
    *("second", "asking", "cases", "ends", "comes", "states", "laws", "valued", "explained", "decides", "alone", "questions", "supported"),
    *("more_exact", "later_apart", "same_as_engine", "screens"),
)
MOST_QUESTIONS = {"everything": 75, "dx": 63, "grade": 19, "next": 63, "treatment": 75, "prognosis": 10}


def test_every_claim_is_settled_and_none_is_refuted(tmp_path: Path) -> None:
    data, page, out = tmp_path / "certificate.json", tmp_path / "certificate.html", io.StringIO()
    code = prove(Wish(FAST, "en", data, page), out, date(2026, 3, 1))
    certificate: dict[str, Any] = json.loads(data.read_text(encoding="utf-8"))
    claims = {claim["claim"]: claim for claim in certificate["claims"]}
    assert tuple(claims) == CLAIMS
    refuted = {name: {found["subject"] for found in claim["counter_examples"]} for name, claim in claims.items() if claim["status"] == "refuted"}
    assert refuted == {}
    assert code == DONE
    assert certificate["holds"] is True
    assert claims["ends"]["figures"] == {f"questions_{goal}": most for goal, most in MOST_QUESTIONS.items()}
    assert all(int(claims[name]["regions"]) > 10**25 for name in ("laws", "valued", "supported", "more_exact"))
    assert (certificate["profile"], certificate["date"], certificate["knowledge_version"]) == ("fast", "2026-03-01", KNOWLEDGE.version)
    assert certificate["program_version"] == version("phnen-bot")
    assert {name: claim.get("seed") for name, claim in claims.items() if claim["method"] == "sampled"} == {"same_as_engine": 0, "screens": None}
    assert claims["same_as_engine"]["figures"]["drawn_cases"] == FAST.cases * claims["same_as_engine"]["figures"]["drawn"]
    assert claims["screens"]["figures"]["patients"] == FAST.patients
    assert page.read_text(encoding="utf-8").startswith("<html")
    for told in ("2026-03-01", f"version {version('phnen-bot')}", "Profile: fast", "random seed 0"):
        assert told in page.read_text(encoding="utf-8")
    assert "<" not in out.getvalue().replace("<=", "")


def test_parts_of_a_claim_join_into_the_weakest_way_and_all_findings() -> None:
    parts = [Claim("a", Method.ENUMERATED, 2, 10, 1.0, figures={"n": 1}), Claim("a", Method.SAMPLED, 1, 5, 0.5, (Finding("x", {}),), {"n": 2, "m": 4})]
    (whole,) = together(parts)
    assert (whole.method, whole.subjects, whole.regions, whole.seconds, whole.figures) == (Method.SAMPLED, 3, 15, 1.5, {"n": 3, "m": 4})
    assert not whole.holds


def test_of_findings_alike_the_patient_with_the_fewest_answers_is_kept() -> None:
    many, few = ({"age_years": Open.UNKNOWN, "afp": "high"}, {"afp": "high"})
    found = [Finding("s", patient, None, {"fault": fault}) for patient in (many, few) for fault in ("a", "b")]
    (whole,) = together([Claim("c", Method.SOLVED, 1, 1, findings=(one,)) for one in found])
    assert [finding.patient for finding in whole.findings] == [few, few]


# --- what the bot says --------------------------------------------------------------------------------------------

PATIENT: dict[str, Answer] = {"pathology_diagnosis": "nen", "ki67_percent": Interval(15.0, 15.0, text="15")}


def faults(folder: Path) -> set[tuple[str, str]]:
    found = speech.faults(screens.of_patient(KNOWLEDGE, PATIENT), TemplateRenderer(KNOWLEDGE, TELEGRAM_PAGE, folder), PATIENT)
    return {(finding.figures["fault"], finding.figures["language"]) for finding in found}


@pytest.mark.parametrize(("more", "fault"), [
    ("7", "figures"),
    ("R2-03", "sources"),
    ("<b>", "tags"),
    ("{{ nothing_of_that_name }}", "unspoken"),
])
def test_what_is_wrong_in_one_language_alone_is_shown(bed: Bed, more: str, fault: str) -> None:
    folder = bed.speak("zh/report.j2", "{% macro summary(c, answers, left) %}", "{% macro summary(c, answers, left) %}" + f" {more} ")
    assert fault in {found for found, _ in faults(folder)}


def test_a_wording_that_is_too_long_for_a_button_is_shown(bed: Bed) -> None:
    folder = bed.speak("en/words.j2", '"how": "', '"how": "' + "very " * 20)
    assert faults(folder) == {("button", "en")}


def test_together_the_chosen_patients_make_every_rule_speak_that_can() -> None:
    spoken = {
        row.id for patient in screens.patients(KNOWLEDGE) for fact in KNOWLEDGE.book.facts for row in KNOWLEDGE.case(patient).fact(fact.name).rows
    }
    every = {row.id for fact in KNOWLEDGE.book.facts for row in fact.rows}
    assert every - spoken == set()
