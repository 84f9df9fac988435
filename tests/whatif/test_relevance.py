"""Relevance: what is called irrelevant changes nothing, what is called relevant can change something."""

import random

import pytest

from flows.dialog.audit import random_answer
from flows.knowledge.documents import read_case
from flows.knowledge.loader import load
from flows.rules.values import Answer
from flows.whatif.compare import deciding, differences, hinges
from flows.whatif.relevance import relevant
from flows.whatif.change import applied
from tests.oracle.generate import random_answers

KNOWLEDGE = load()
GRADE = ("classification.type", "index_grades")
TREATMENT = ("path", *(f"treatment.{name}" for name in KNOWLEDGE.book.treatments))


def _partial(rng: random.Random) -> dict[str, Answer]:
    answers = read_case(random_answers(rng), KNOWLEDGE).answers
    return {field: answer for field, answer in answers.items() if rng.random() < 0.6}


@pytest.mark.parametrize("facts", [GRADE, TREATMENT])
def test_an_irrelevant_answer_changes_nothing_whatever_the_others_are(facts: tuple[str, ...]) -> None:
    rng = random.Random(3)
    for _ in range(25):
        answers = _partial(rng)
        waiting = [field for field in KNOWLEDGE.fields if field not in answers]
        matter = relevant(KNOWLEDGE, answers, facts, waiting)
        for _ in range(8):
            whole = {**answers, **{field: random_answer(KNOWLEDGE.fields[field].core, rng, 0.3) for field in waiting}}
            other = {field: random_answer(KNOWLEDGE.fields[field].core, rng, 0.3) for field in waiting if field not in matter}
            assert differences(KNOWLEDGE.case(whole), KNOWLEDGE.case({**whole, **other}), facts) == ()


def test_the_grade_needs_only_pathology() -> None:
    found = relevant(KNOWLEDGE, {}, GRADE, KNOWLEDGE.fields)
    assert found == {
        *("pathology_diagnosis", "mitoses", "ki67_percent", "differentiation", "reported_grade"),
        *("adenocarcinoma_percent", "nec_percent"),
    }


def test_nothing_is_relevant_once_the_conclusion_is_settled() -> None:
    answers: dict[str, Answer] = {"pathology_diagnosis": "other_tumour"}
    waiting = [field for field in KNOWLEDGE.fields if field not in answers]
    assert relevant(KNOWLEDGE, answers, ("classification.type",), waiting) == frozenset()


def test_a_hinge_changes_exactly_what_it_says() -> None:
    rng = random.Random(5)
    for _ in range(6):
        answers = _partial(rng)
        before = KNOWLEDGE.case(answers)
        found = hinges(KNOWLEDGE, answers)
        for hinge in found[:40]:
            after = KNOWLEDGE.case(applied(answers, (hinge.change,)))
            assert differences(before, after, deciding(KNOWLEDGE)) == hinge.differences
            assert hinge.differences
