"""The whole: answers in, the values of the ASSESS output out (without because, missing, citations, layer)."""

from collections.abc import Mapping
from typing import Any

from .classify import Classification, classify, diagnosis, origin, pathology_criterion, primary_criterion
from .contradictions import contradictions
from .treatment import Facts, treatments
from .values import Case, parse
from .workup import (
    extrahepatic_disease,
    functional_status,
    imaging,
    is_advanced,
    markers,
    next_steps,
    red_flags,
    sstr_status,
    syndrome,
    transplant_conditions,
)

OFF_PATH = ("no_liver_lesion", "not_nen", "metastatic_nen")


def conclude(answers: Mapping[str, object]) -> dict[str, Any]:
    """Conclusions for one set of answers; raises `Refused` where the input is not acceptable."""
    case = parse(answers)
    found = classify(case)
    suggests = origin(case, found)
    criterion1 = pathology_criterion(case)
    criterion2 = primary_criterion(case, suggests)
    diagnosed = diagnosis(case, criterion1, criterion2)
    status = functional_status(case)
    result: dict[str, Any] = {
        "classification": _classification(found),
        "criteria": {"pathology_nen": criterion1, "extrahepatic_primary_excluded": criterion2},
        "diagnosis": {"id": diagnosed},
        "functional": {"status": status, "syndrome": syndrome(case, status)},
        "markers": markers(case),
        "imaging": imaging(case),
        "sstr": {"status": sstr_status(case)},
        "origin": {"suggests": suggests},
        "contradictions": contradictions(case, found),
        "red_flags": red_flags(case),
    }
    if diagnosed in OFF_PATH:  # rules 2
        result.update(_off_path(diagnosed))
    else:
        result.update(_on_path(case, found, criterion1, criterion2))
    return result


def _classification(found: Classification) -> dict[str, Any]:
    return {
        "type": found.type,
        "grade": found.grade,
        "possible_grades": list(found.possible_grades),
        "mitotic_grade": found.mitotic_grade,
        "ki67_grade": found.ki67_grade,
        "provisional": found.provisional,
        "discordant": found.discordant,
        "type_presumed": found.type_presumed,
    }


def _off_path(diagnosed: str) -> dict[str, Any]:
    return {
        "next_steps": [],
        "treatment": {},
        "treatment_suppressed_because": diagnosed,
        "transplant_conditions": None,
    }


def _on_path(case: Case, found: Classification, criterion1: str, criterion2: str) -> dict[str, Any]:
    conditions = transplant_conditions(case, found.type)
    resectability = case.word("resectability")
    facts = Facts(
        case=case,
        type=found.type,
        type_presumed=found.type_presumed,
        criterion1=criterion1,
        criterion2=criterion2,
        status=functional_status(case),
        sstr=sstr_status(case),
        extrahepatic=extrahepatic_disease(case),
        advanced=is_advanced(case),
        conditions=conditions,
        resectability="open" if resectability in (None, "not_assessed") else str(resectability),
        course=case.word("course"),
        prior=case.prior(),
    )
    return {
        "next_steps": next_steps(case, found),
        "treatment": treatments(facts),
        "treatment_suppressed_because": None,
        "transplant_conditions": conditions,
    }
