"""The public names are as promised: every answer id with its kind, options and limits, and every word of the output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.dialog.explain import report
from flows.knowledge.loader import load
from flows.knowledge.strict_yaml import load_file
from flows.rules.fields import Kind
from flows.rules.reading import read_answer
from flows.rules.tables import Layer
from flows.rules.values import Answer, Open

KNOWLEDGE = load()
PUBLIC: dict[str, Any] = load_file(Path(__file__).with_name("public_ids.yaml"))
EVERY = [*PUBLIC["numbers"], *PUBLIC["one"], *PUBLIC["many"], *PUBLIC["map"]]
FULL: dict[str, object] = {
    "pathology_diagnosis": "nen",
    "mitoses": 1,
    "ki67_percent": 2,
    "differentiation": "well",
    "resectability": "no",
    "afp": "normal",
    "course": "progressing",
    "known_nen": "no",
}


def kind(name: str) -> Kind:
    return KNOWLEDGE.fields[name].core.kind


def test_every_public_answer_is_asked_for_and_no_other() -> None:
    assert set(EVERY) == set(KNOWLEDGE.fields)


@pytest.mark.parametrize(("name", "expected"), PUBLIC["numbers"].items())
def test_a_number_keeps_its_limits(name: str, expected: dict[str, Any]) -> None:
    field = KNOWLEDGE.fields[name].core

    assert kind(name) is (Kind.COUNT if expected.get("whole") else Kind.NUMBER)
    assert field.limits == (expected.get("from", expected.get("above")), expected["to"])
    assert field.above_low is ("above" in expected)
    assert field.plain is expected.get("plain", False)
    assert list(field.options) == expected.get("words", [])


@pytest.mark.parametrize(("name", "options"), PUBLIC["one"].items())
def test_a_choice_of_one_keeps_its_options(name: str, options: list[str]) -> None:
    assert (kind(name), set(KNOWLEDGE.fields[name].core.options)) == (Kind.ONE, set(options))


@pytest.mark.parametrize(("name", "options"), PUBLIC["many"].items())
def test_a_choice_of_several_keeps_its_options(name: str, options: list[str]) -> None:
    assert (kind(name), set(KNOWLEDGE.fields[name].core.options)) == (Kind.MANY, set(options))


def test_earlier_treatment_pairs_every_treatment_with_an_outcome_or_is_none() -> None:
    field = KNOWLEDGE.fields["prior_treatment"].core

    assert field.kind is Kind.MAP
    assert set(field.items) == set(PUBLIC["treatments"])
    assert set(field.options) == set(PUBLIC["map"]["prior_treatment"]["outcomes"])
    assert read_answer("none", field) == {}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("word", ["unknown", "not_done"])
def test_any_public_answer_may_be_unknown_or_not_done(name: str, word: str) -> None:
    assert read_answer(word, KNOWLEDGE.fields[name].core) is Open(word)


def test_a_size_may_be_given_in_millimetres() -> None:
    field = KNOWLEDGE.fields["largest_cm"].core
    read = read_answer("35 mm", field)

    assert read == read_answer("3.5 cm", field) == read_answer(3.5, field)


def test_the_thirteen_treatments_stand_in_their_order() -> None:
    assert list(KNOWLEDGE.book.treatments) == PUBLIC["treatments"]


@pytest.mark.parametrize(("fact", "words"), PUBLIC["words"].items())
def test_a_fact_has_exactly_the_public_words(fact: str, words: list[str]) -> None:
    given = {row.value for row in KNOWLEDGE.base.facts[fact].rows} - {"null"}

    assert given == set(words)


def test_verdicts_and_readings_are_the_public_words() -> None:
    def given(prefix: str) -> set[str | None]:
        return {row.value for fact in KNOWLEDGE.book.facts if fact.name.startswith(prefix) for row in fact.rows}

    assert given("treatment.") == set(PUBLIC["verdicts"])
    assert given("markers.") == set(PUBLIC["readings"])


def read(answers: dict[str, object]) -> dict[str, Answer]:
    return {name: read_answer(raw, KNOWLEDGE.fields[name].core) for name, raw in answers.items()}


@pytest.mark.parametrize("answers", [{}, FULL, {**FULL, "known_nen": "yes_current"}], ids=["empty", "full", "off the path"])
def test_the_output_has_every_public_key_and_every_conclusion_its_basis(answers: dict[str, object]) -> None:
    found = report(KNOWLEDGE.case(read(answers)), KNOWLEDGE)

    assert set(PUBLIC["output"]) <= set(found)
    for key, inside in PUBLIC["inside"].items():
        if found[key] is not None:
            assert {*inside, *PUBLIC["basis"]} <= set(found[key]), key
    listed = [*found["next_steps"], *found["contradictions"], *found["markers"].values(), *found["treatment"].values()]
    for entry in listed:
        assert set(PUBLIC["basis"]) <= set(entry)
        assert entry["layer"] in PUBLIC["layers"]


def test_off_the_path_the_output_is_empty_where_the_contract_says_so() -> None:
    found = report(KNOWLEDGE.case(read({**FULL, "known_nen": "yes_current"})), KNOWLEDGE)

    assert found["treatment"] == {}
    assert found["transplant_conditions"] is None
    assert found["next_steps"] == found["prognosis"] == found["follow_up"] == []
    assert found["treatment_suppressed_because"] == found["diagnosis"]["id"] == "metastatic_nen"


def test_on_the_path_every_treatment_has_a_verdict_its_lists_and_an_evidence_gap() -> None:
    found = report(KNOWLEDGE.case(read(FULL)), KNOWLEDGE)

    assert list(found["treatment"]) == PUBLIC["treatments"]
    assert found["treatment_suppressed_because"] is None
    for name, entry in found["treatment"].items():
        assert {"verdict", "reasons", "cautions", "evidence_gap"} <= set(entry), name
        assert all(gap in KNOWLEDGE.statements for gap in entry["evidence_gap"]), name


def test_the_layers_are_the_four_public_words() -> None:
    assert [layer.value for layer in Layer] == PUBLIC["layers"]
