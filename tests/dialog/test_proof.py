"""Proofs: every ground holds, what is not needed changes nothing, and branches open and close in place."""

import random
from collections.abc import Iterator

import pytest

from flows.dialog.agenda import inapplicable
from flows.dialog.audit import random_answer
from flows.dialog.events import Command
from flows.dialog.explain import report, told
from flows.dialog.proof import SHORT, Branch, Ground, proof, standing
from flows.knowledge.documents import read_case
from flows.rules.engine import Case
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Answer, Answers, Open
from flows.whatif.compare import shown, value_shown
from tests.dialog.trainee import Trainee, knowledge
from tests.oracle.generate import random_answers

KNOWLEDGE = knowledge()
FACTS = tuple(KNOWLEDGE.base.facts)


def _answers(seed: int) -> dict[str, Answer]:
    return dict(read_case(random_answers(random.Random(seed)), KNOWLEDGE).answers)


def _sensible(answers: Answers) -> dict[str, Answer]:
    gone, _ = inapplicable(answers, KNOWLEDGE)
    return {name: answer for name, answer in answers.items() if name not in gone}


def _concluded(case: Case) -> list[str]:
    """Every conclusion that the report of a case has, as it can be asked about."""
    lists = [value for fact in SHORT if shown(case, fact) for value in case.fact(fact).value or ()]
    return [*(name for name in told(KNOWLEDGE) if shown(case, name) is not None), *lists]


def _said(case: Case, conclusion: str) -> object:
    """All that the report says of a conclusion: its value, its rules with their reasons, and the cautions beside it."""
    for fact in SHORT:
        if conclusion in {row.value for row in KNOWLEDGE.base.facts[fact].rows}:
            outcome = shown(case, fact)
            rows = [row.id for row in outcome.rows if row.value == conclusion] if outcome else []
            return bool(rows), rows
    outcome, beside = shown(case, conclusion), f"cautions.{conclusion.partition('.')[2]}"
    cautions = shown(case, beside) if conclusion.startswith(("treatment.", "markers.")) and beside in KNOWLEDGE.base.facts else None
    return outcome and (value_shown(case, conclusion), [row.id for row in outcome.rows]), cautions and cautions.value


def _grounds(branch: Branch) -> Iterator[Ground]:
    whole = [ground for rule in branch.rules for ground in rule.grounds] + [ground for one in branch.passed for ground in one.grounds]
    for ground in (*whole, *branch.grounds):
        yield ground
        if ground.branch is not None:
            yield from _grounds(ground.branch)


@pytest.mark.parametrize("seed", range(8))
def test_every_ground_of_a_proof_is_as_it_is_said(seed: int) -> None:
    case = KNOWLEDGE.case(_answers(seed))
    for fact in FACTS:
        found = proof(case, fact, FACTS, KNOWLEDGE)
        assert found is not None
        for ground in _grounds(found.root):
            if ground.tree is not None:
                truth, _, missing = case.judge(case.base.compile(ground.tree))
                assert truth is TRUE if ground.settled else truth is not TRUE and missing, (fact, ground)


@pytest.mark.parametrize("seed", range(8))
def test_the_grounds_of_a_condition_are_enough_by_themselves(seed: int) -> None:
    answers = _answers(seed)
    case = KNOWLEDGE.case(answers)
    for fact in KNOWLEDGE.book.facts:
        for row in fact.rows:
            node = case.base.compile(row.when)
            grounds = tuple(standing(case, row.when))
            if case.truth(node) is TRUE and not any(ground.fact for ground in grounds):
                named = {name for ground in grounds for name, _ in ground.answers}
                alone = KNOWLEDGE.case({name: answer for name, answer in answers.items() if name in named})
                assert alone.truth(node) is TRUE, (row.id, grounds)


@pytest.mark.parametrize("seed", range(24))
def test_an_answer_that_is_not_needed_changes_nothing_that_the_report_says(seed: int) -> None:
    """Answers that make no sense beside the others are set aside first, as the dialog does."""
    rng = random.Random(seed)
    answers = _sensible(_answers(seed))
    case = KNOWLEDGE.case(answers)
    for conclusion in _concluded(case):
        found = proof(case, conclusion, (), KNOWLEDGE)
        assert found is not None
        others = {name: random_answer(KNOWLEDGE.fields[name].core, rng, 0.3) for name in found.unneeded}
        after = KNOWLEDGE.case(_sensible({**answers, **others}))
        assert _said(after, conclusion) == _said(case, conclusion), conclusion


@pytest.mark.parametrize("seed", range(24))
def test_an_answer_that_could_not_change_it_does_not(seed: int) -> None:
    """What is still open and is not named among what could change a conclusion: any answers to it, all at once."""
    rng = random.Random(seed)
    answers = _sensible({name: answer for name, answer in _answers(seed).items() if rng.random() < 0.6})
    case = KNOWLEDGE.case(answers)
    for conclusion in _concluded(case):
        found = proof(case, conclusion, (), KNOWLEDGE)
        assert found is not None
        waiting = [name for name in KNOWLEDGE.fields if isinstance(answers.get(name, Open.MISSING), Open) and name not in found.missing]
        others = {name: random_answer(KNOWLEDGE.fields[name].core, rng, 0.0) for name in waiting}
        after = KNOWLEDGE.case(_sensible({**answers, **others}))
        assert _said(after, conclusion) == _said(case, conclusion), conclusion


@pytest.mark.parametrize("seed", range(12))
def test_what_assess_names_behind_a_treatment_is_needed(seed: int) -> None:
    case = KNOWLEDGE.case(_answers(seed))
    for name, line in report(case, KNOWLEDGE)["treatment"].items():
        found = proof(case, f"treatment.{name}", (), KNOWLEDGE)
        assert found is not None
        assert not set(found.unneeded) & {*line["because"], *line["missing"]}, name
        assert set(line["missing"]) <= set(found.missing), name


def test_a_treatment_rests_on_the_search_that_keeps_the_case_on_its_path() -> None:
    trainee = Trainee().begins().command(Command.CASES, "V1!").command(Command.HOW, "treatment.tace")
    found = trainee.screen.params["p"]
    assert not {"chest_ct", "gastroscopy", "colonoscopy", "known_nen"} & set(found.unneeded)
    assert found.path.value == ("on",)
    opened = trainee.command(Command.HOW, "+path").screen.params["p"]
    assert [ground.fact for rule in opened.path.branch.rules for ground in rule.grounds] == ["diagnosis.id"]
    assert trainee.command(Command.HOW, "classification.type").screen.params["p"].path is None


def test_rules_read_before_do_not_hold_and_those_after_are_counted() -> None:
    case = KNOWLEDGE.case(_answers(3))
    for fact in KNOWLEDGE.book.facts:
        found = proof(case, fact.name, (), KNOWLEDGE)
        assert found is not None
        assert all(case.truth(case.base.compile(one.row.when)) is not TRUE for one in found.root.passed)
        for one in found.root.passed:
            assert bool(one.open) == any(not ground.settled for ground in one.grounds)
            assert one.open or case.truth(case.base.compile(one.row.when)) is FALSE
        if found.root.passed:
            assert len(found.root.passed) + len(found.root.rules) + found.root.unread <= len(fact.rows)


def test_every_value_of_a_list_has_a_proof_of_its_own() -> None:
    case = KNOWLEDGE.case(_answers(2))
    for fact in SHORT:
        for value in case.fact(fact).value or ():
            found = proof(case, value, (), KNOWLEDGE)
            assert found is not None
            assert (found.root.fact, found.root.chosen) == (fact, value)
            assert found.root.rules
            assert all(rule.row.value == value for rule in found.root.rules)


def test_no_value_of_two_lists_has_the_same_name_and_none_is_called_like_a_fact() -> None:
    values = [{row.value for row in KNOWLEDGE.base.facts[fact].rows} for fact in SHORT]
    assert sum(map(len, values)) == len(set().union(*values))
    assert not set().union(*values) & KNOWLEDGE.base.facts.keys()


def test_a_branch_opens_and_closes_in_place() -> None:
    trainee = Trainee().begins().command(Command.CASES, "V1!").command(Command.REPORT, "classification")
    closed = trainee.command(Command.HOW, "classification.type").screen
    opened = trainee.command(Command.HOW, "+index_grades").screen
    assert (closed.key, opened.key) == ("explain.proof", "explain.proof")
    assert closed.params["p"].shown == {"index_grades": False}
    assert opened.params["p"].shown == {"index_grades": True, "mitotic_grades": False, "ki67_grades": False}
    assert trainee.command(Command.HOW, "+index_grades").screen.params == closed.params
    assert trainee.command(Command.RESUME).screen.key == "report.classification"


def test_a_branch_of_nothing_is_answered_with_what_there_is() -> None:
    trainee = Trainee().begins().command(Command.HOW, "+index_grades")
    assert (trainee.screen.key, trainee.notes("toast")[0].params["what"]) == ("explain.how", "no_conclusion")
    assert Trainee().begins().command(Command.HOW, "no such thing").screen.key == "explain.how"


def test_off_the_path_no_treatment_is_proved() -> None:
    trainee = Trainee().begins().has(discovery="no_lesion").command(Command.HOW, "treatment.tace")
    assert trainee.screen.key == "explain.how"
    assert not any(item["fact"].startswith("treatment.") for item in trainee.screen.params["items"])


def test_a_false_condition_is_refuted_by_what_nothing_can_change_where_there_is_such_a_part() -> None:
    case: Case = KNOWLEDGE.case(_answers(1))
    for fact in KNOWLEDGE.book.facts:
        for row in fact.rows:
            truth, _, missing = case.judge(case.base.compile(row.when))
            if truth is FALSE and not missing:
                for ground in standing(case, row.when):
                    assert ground.settled
                    assert ground.tree is None or not case.judge(case.base.compile(ground.tree))[2], (row.id, ground)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_refuted_by_a_lack_of_answers(seed: int) -> None:
    """Unknown is not no: what is as if nothing were known, and could still change, refutes no rule."""
    rng = random.Random(seed)
    case = KNOWLEDGE.case({name: answer for name, answer in _answers(seed).items() if rng.random() < 0.5})
    blank = KNOWLEDGE.case({})
    for fact in FACTS:
        found = proof(case, fact, (), KNOWLEDGE)
        assert found is not None
        for ground in (ground for one in found.root.passed for ground in one.grounds if ground.fact):
            outcome = case.fact(ground.fact)
            assert ground.settled is not (bool(outcome.missing) and outcome.value == blank.fact(ground.fact).value), (fact, ground)


@pytest.mark.parametrize(("treatment", "ground"), [("transplantation", "extrahepatic_disease"), ("prrt", "sstr.status")])
def test_what_is_not_known_is_shown_as_open(treatment: str, ground: str) -> None:
    trainee = Trainee().begins().command(Command.CASES, "V3!").command(Command.HOW, f"treatment.{treatment}")
    one = next(one for one in trainee.screen.params["p"].root.passed if [part.fact for part in one.grounds] == [ground])
    assert not one.grounds[0].settled
    assert one.open
