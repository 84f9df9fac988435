"""Why a question is asked: each rule that is named can act through the answer, and none that can is left out."""

import random
from itertools import pairwise

import pytest

from flows.dialog.agenda import inapplicable
from flows.dialog.asked_back import FIRST
from flows.dialog.audit import random_answer
from flows.dialog.bearing import bearings, decides_nothing, purpose
from flows.dialog.events import Command
from flows.dialog.explain import told
from flows.knowledge.documents import read_case
from flows.rules.conclusions import shown_where
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Answer, Open
from flows.whatif.acting import acting
from flows.whatif.compare import value_shown
from flows.whatif.regions import rows_of
from tests.dialog.trainee import Trainee, knowledge
from tests.oracle.generate import random_answers

KNOWLEDGE = knowledge()
DEEP = ("resectability", "ki67_percent", "pathology_diagnosis", "chest_ct", "hormone_symptoms", "prior_treatment", "course", "liver_function")


def _partial(rng: random.Random) -> dict[str, Answer]:
    answers = read_case(random_answers(rng), KNOWLEDGE).answers
    return {field: answer for field, answer in answers.items() if rng.random() < 0.6}


@pytest.mark.parametrize("field", DEEP)
def test_whatever_an_answer_changes_in_any_completion_is_named_with_its_rule(field: str) -> None:
    rng = random.Random(field)
    for _ in range(4):
        answers = {name: answer for name, answer in _partial(rng).items() if name != field}
        named = {(fact, way.row.id) for one in bearings(answers, field, KNOWLEDGE) for fact in one.facts for way in one.ways}
        conclusions = {fact for fact, _ in named}
        waiting = [name for name in KNOWLEDGE.fields if name not in answers and name != field]
        for _ in range(12):
            whole = {**answers, **{name: random_answer(KNOWLEDGE.fields[name].core, rng, 0.3) for name in waiting}}
            cases = [KNOWLEDGE.case({**whole, field: random_answer(KNOWLEDGE.fields[field].core, rng, 0.0)}) for _ in range(4)]
            for one, other in pairwise(cases):
                for fact in told(KNOWLEDGE):
                    node = KNOWLEDGE.base.compile(shown_where(fact))
                    if value_shown(one, fact) is None is not value_shown(other, fact) and one.word("path") != other.word("path"):
                        assert "path" in conclusions, (field, fact, answers)
                    sensible = not inapplicable(one.answers, KNOWLEDGE)[0] and not inapplicable(other.answers, KNOWLEDGE)[0]
                    if sensible and one.fact(fact).value != other.fact(fact).value and one.truth(node) is TRUE and one.fact(fact).rows:
                        assert fact in conclusions, (field, fact, answers)


@pytest.mark.parametrize("seed", range(4))
def test_a_rule_that_is_named_decides_with_one_finding_and_not_with_another(seed: int) -> None:
    """What single answers show by themselves, the solver finds as well."""
    rng = random.Random(seed)
    answers = _partial(rng)
    for field in rng.sample(list(KNOWLEDGE.fields), 12):
        others = {name: answer for name, answer in answers.items() if name != field}
        if KNOWLEDGE.case(others).truth(KNOWLEDGE.applies[field]) is FALSE:
            continue
        rules = [(fact, row.id) for fact in told(KNOWLEDGE) for row in rows_of(KNOWLEDGE, fact)]
        every = acting(KNOWLEDGE, others, field, rules)
        for one in bearings(answers, field, KNOWLEDGE):
            assert {(one.facts[0], way.row.id) for way in one.ways} <= every, (field, one.facts)


def test_an_answer_that_can_take_a_case_off_its_path_says_that_all_treatment_hangs_on_it() -> None:
    trainee = Trainee().begins().command(Command.CASES, "V1!")
    answers = {name: answer for name, answer in trainee.session.answers.items() if name != "chest_ct"}
    found = bearings(answers, "chest_ct", KNOWLEDGE)
    assert ("path",) in [one.facts for one in found[:FIRST] if one.alone]
    assert {way.row.value for one in found if one.facts == ("path",) for way in one.ways} == {"on", "off"}


def test_nothing_is_named_once_it_is_settled() -> None:
    answers: dict[str, Answer] = {"pathology_diagnosis": "other_tumour", "discovery": "no_lesion"}
    named = {fact for one in bearings(answers, "ki67_percent", KNOWLEDGE) for fact in one.facts}
    assert not {name for name in named if name.startswith(("treatment.", "transplant.", "diagnosis.", "classification.type"))}


def test_a_question_that_decides_nothing_says_what_it_is_for() -> None:
    assert decides_nothing("goal", KNOWLEDGE)
    assert purpose("recurrence_years", KNOWLEDGE).brings == ("R4.1.1-05",)
    assert "adenocarcinoma_percent" in purpose("adenocarcinoma_present", KNOWLEDGE).opens
    assert not decides_nothing("ki67_percent", KNOWLEDGE)


def test_the_answer_itself_is_not_counted_when_it_is_asked_again() -> None:
    answers: dict[str, Answer] = {"differentiation": "well", "pathology_diagnosis": "nen", "reported_grade": "G1"}
    assert bearings(answers, "differentiation", KNOWLEDGE) == bearings({**answers, "differentiation": Open.UNKNOWN}, "differentiation", KNOWLEDGE)
