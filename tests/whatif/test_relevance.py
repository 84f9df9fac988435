"""Relevance: what is called irrelevant changes nothing, what is called relevant can change something."""

import random
from collections.abc import Iterable, Sequence

import pytest

from flows.dialog.audit import random_answer
from flows.knowledge.documents import read_case
from flows.knowledge.loader import load
from flows.rules.values import Answer, Answers
from flows.whatif.change import applied
from flows.whatif.compare import deciding, differences, hinges
from flows.whatif.relevance import Relevance
from tests.oracle.generate import random_answers

KNOWLEDGE = load()
GRADE = ("classification.type", "index_grades")
TREATMENT = ("path", *(f"treatment.{name}" for name in KNOWLEDGE.book.treatments))


def relevant(answers: Answers, facts: Sequence[str], free: Iterable[str]) -> set[str]:
    """The fields among ``free`` whose answer can change one of ``facts``."""
    found = Relevance(KNOWLEDGE, answers, facts, frozenset(free))
    return {name for name in free if found.can_change(name)}


def _partial(rng: random.Random) -> dict[str, Answer]:
    answers = read_case(random_answers(rng), KNOWLEDGE).answers
    return {field: answer for field, answer in answers.items() if rng.random() < 0.6}


def _interview(answers: Answers, patient: Answers) -> dict[str, Answer]:
    """The answers of a patient as far as they are asked for, beside those that are there."""
    found = dict(answers)
    while True:
        case = KNOWLEDGE.case(found)
        fresh = [name for name in patient if name not in found and str(case.truth(KNOWLEDGE.asked[name]).name) == "TRUE"]
        if not fresh:
            return found
        found[fresh[0]] = patient[fresh[0]]


@pytest.mark.parametrize("facts", [GRADE, TREATMENT])
def test_an_irrelevant_answer_changes_nothing_whatever_the_others_are(facts: tuple[str, ...]) -> None:
    rng = random.Random(3)
    for _ in range(25):
        answers = _partial(rng)
        waiting = [field for field in KNOWLEDGE.fields if field not in answers]
        matter = relevant(answers, facts, waiting)
        for _ in range(8):
            patient = {field: random_answer(KNOWLEDGE.fields[field].core, rng, 0.3) for field in waiting}
            other = {field: random_answer(KNOWLEDGE.fields[field].core, rng, 0.3) for field in waiting if field not in matter}
            one, two = _interview(answers, patient), _interview(answers, {**patient, **other})
            assert differences(KNOWLEDGE.case(one), KNOWLEDGE.case(two), facts) == ()


@pytest.mark.parametrize("facts", [GRADE, TREATMENT])
def test_a_relevant_answer_has_two_patients_who_differ_in_it_alone_and_in_a_conclusion(facts: tuple[str, ...]) -> None:
    rng = random.Random(4)
    for _ in range(6):
        answers = _partial(rng)
        free = frozenset(KNOWLEDGE.fields) - answers.keys()
        found = Relevance(KNOWLEDGE, answers, facts, free)
        for field in rng.sample(sorted(free), 25):
            pair = found.witness(field)
            assert (pair is not None) == found.can_change(field)
            if pair is not None:
                one, two = pair
                assert differences(KNOWLEDGE.case(one), KNOWLEDGE.case(two), facts), field
                asked = [{name for name in KNOWLEDGE.fields if KNOWLEDGE.case(side).truth(KNOWLEDGE.asked[name]).name == "TRUE"} for side in pair]
                apart = {name for name in free if one.get(name) != two.get(name)}
                assert all(name == field or not (name in asked[0] and name in asked[1]) for name in apart), (field, apart)


def test_what_only_opens_another_question_is_relevant_where_that_one_is() -> None:
    answers: dict[str, Answer] = {"pathology_diagnosis": "nen", "specimen": "surgical"}
    found = relevant(answers, ("classification.type",), frozenset(KNOWLEDGE.fields) - answers.keys())
    assert "adenocarcinoma_present" in found
    assert not any("adenocarcinoma_present" in str(row.when) for fact in KNOWLEDGE.book.facts for row in fact.rows)


def test_the_grade_needs_only_pathology() -> None:
    found = relevant({}, GRADE, KNOWLEDGE.fields)
    assert found == {
        *("specimen", "pathology_diagnosis", "mitoses", "ki67_percent", "differentiation", "reported_grade"),
        *("adenocarcinoma_present", "adenocarcinoma_percent", "nec_percent"),
    }


def test_nothing_is_relevant_once_the_conclusion_is_settled() -> None:
    answers: dict[str, Answer] = {"specimen": "surgical", "pathology_diagnosis": "other_tumour"}
    waiting = [field for field in KNOWLEDGE.fields if field not in answers]
    assert relevant(answers, ("classification.type",), waiting) == set()


def test_an_answer_that_no_region_stands_for_is_taken_as_it_is() -> None:
    for value, matter in ((300, {"cga_confounders"}), (90, set())):
        answers = read_case({"cga_value": value, "cga_upper_limit": 100}, KNOWLEDGE).answers
        assert relevant(answers, ("markers.cga",), frozenset(KNOWLEDGE.fields) - answers.keys()) == matter


def test_a_hinge_changes_exactly_what_it_says() -> None:
    rng = random.Random(5)
    for _ in range(6):
        answers = _partial(rng)
        before = KNOWLEDGE.case(answers)
        found = hinges(KNOWLEDGE, answers, KNOWLEDGE.case)
        for hinge in found[:40]:
            after = KNOWLEDGE.case(applied(answers, (hinge.change,)))
            assert differences(before, after, deciding(KNOWLEDGE)) == hinge.differences
            assert hinge.differences
