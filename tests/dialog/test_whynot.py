"""Why not another conclusion: what blocks it, the smallest change that gives it, and whether it can be reached at all."""

import random
from collections.abc import Iterator
from itertools import combinations, product

import pytest

from flows.dialog.agenda import inapplicable
from flows.dialog.events import Command
from flows.dialog.session import Screen
from flows.dialog.whynot import GRADE, Reach, changed, concluded, lacking, other_values, subjects, values_of, wanted, why_not
from flows.knowledge.documents import read_case
from flows.rules.fields import Kind
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Answer, Answers, Open
from flows.whatif.regions import regions
from flows.whatif.smallest import smallest_change
from tests.dialog.trainee import Trainee, knowledge
from tests.oracle.generate import random_answers

KNOWLEDGE = knowledge()
TARGETS = [(fact, value) for fact in subjects(KNOWLEDGE) for value in values_of(fact, KNOWLEDGE)]


def _case(seed: int) -> dict[str, Answer]:
    rng = random.Random(seed)
    answers = dict(read_case(random_answers(rng), KNOWLEDGE).answers)
    return {name: answer for name, answer in answers.items() if rng.random() < 0.8} if seed % 4 else {}


def _holds(answers: Answers, fact: str, value: str) -> bool:
    return KNOWLEDGE.case(answers).truth(KNOWLEDGE.base.compile(wanted(fact, value))) is TRUE


def _options(answers: Answers, field: str) -> Iterator[Answer]:
    """Every answer to a field that any rule can tell apart."""
    core = KNOWLEDGE.fields[field].core
    if core.kind is not Kind.MAP:
        yield from regions(KNOWLEDGE)[field]
        return
    now = answers.get(field)
    given = now if isinstance(now, dict) else {}
    yield from (Open.MISSING, {})
    yield from ({**given, item: word} for item in core.items for word in core.options)


def _with(answers: Answers, fields: tuple[str, ...], chosen: tuple[Answer, ...]) -> Answers:
    after = {**answers, **dict(zip(fields, chosen, strict=True))}
    return {name: answer for name, answer in after.items() if answer is not Open.MISSING}


@pytest.mark.parametrize("block", range(8))
def test_the_findings_named_would_give_it_and_the_report_would_say_so(block: int) -> None:
    rng = random.Random(block)
    for seed in range(block * 10, block * 10 + 10):
        answers = _case(seed)
        case = KNOWLEDGE.case(answers)
        for fact, value in rng.sample(TARGETS, 6):
            if concluded(case, fact) == (value,):
                continue
            found = why_not(case, fact, value, KNOWLEDGE)
            assert bool(found.steps) == (found.reach in (Reach.OPEN, Reach.CHANGED))
            for steps in filter(None, (found.steps, found.filling)):
                after = changed(answers, steps)
                _, settled = inapplicable(after, KNOWLEDGE)
                assert _holds(after, fact, value), (fact, value, steps)
                assert concluded(settled, fact) == (value,), (fact, value, steps)


@pytest.mark.parametrize("block", range(4))
def test_no_smaller_change_gives_it_over_all_answers_that_any_rule_tells_apart(block: int) -> None:
    """By brute force: every single other answer for a change of two or more, and every two of those that bear on it for three."""
    rng = random.Random(900 + block)
    for seed in range(block * 12, block * 12 + 12):
        answers = _case(seed)
        fact, value = rng.choice([target for target in TARGETS if concluded(KNOWLEDGE.case(answers), target[0]) != (target[1],)])
        found = why_not(KNOWLEDGE.case(answers), fact, value, KNOWLEDGE)
        if len(found.steps) != 1:
            for field in KNOWLEDGE.fields:
                for answer in _options(answers, field):
                    assert not _holds(_with(answers, (field,), (answer,)), fact, value), (fact, value, field, answer)


@pytest.mark.parametrize(("fact", "value"), [("treatment.everolimus", "possible"), ("treatment.prrt", "possible"), ("diagnosis.id", "phnen_provisional")])
def test_no_two_answers_give_what_takes_three_or_more(fact: str, value: str) -> None:
    answers: dict[str, Answer] = {"pathology_diagnosis": "pending", "differentiation": "well", "resectability": "one_stage"}
    found = why_not(KNOWLEDGE.case(answers), fact, value, KNOWLEDGE)
    assert len(found.steps) >= 3
    support = {step.field for step in found.steps} | {"mitoses", "hormone_symptoms", "srs", "course", "known_nen", "reported_grade"}
    for pair in combinations(sorted(support), 2):
        for chosen in product(*(tuple(_options(answers, field)) for field in pair)):
            assert not _holds(_with(answers, pair, chosen), fact, value), (pair, chosen)


def test_what_can_be_reached_by_open_answers_alone_says_so_and_else_that_it_cannot() -> None:
    for seed in range(1, 24):
        answers = _case(seed)
        case = KNOWLEDGE.case(answers)
        given = {name for name, answer in answers.items() if not isinstance(answer, Open)}
        for fact, value in random.Random(seed).sample(TARGETS, 4):
            if concluded(case, fact) == (value,):
                continue
            found = why_not(case, fact, value, KNOWLEDGE)
            filled = smallest_change(KNOWLEDGE, answers, wanted(fact, value), given)
            if found.reach is Reach.OPEN:
                assert not {step.field for step in found.filling or found.steps} & given
            assert (filled is not None) == (found.reach is Reach.OPEN), (fact, value)


def test_a_value_that_no_rule_gives_is_told_apart_from_one_that_lies_far_off() -> None:
    assert why_not(KNOWLEDGE.case({}), "treatment.tki", "indicated", KNOWLEDGE).reach is Reach.RULELESS
    assert why_not(KNOWLEDGE.case({}), "treatment.tki", "possible", KNOWLEDGE).reach is Reach.OPEN
    answers: dict[str, Answer] = {"resectability": "one_stage", "pathology_diagnosis": "nen", "extrahepatic_metastasis": frozenset(("none",))}
    assert why_not(KNOWLEDGE.case(answers), "treatment.tace", "indicated", KNOWLEDGE).reach is Reach.CHANGED


def test_what_is_lacking_is_what_does_not_hold() -> None:
    for seed in range(1, 12):
        case = KNOWLEDGE.case(_case(seed))
        for fact in KNOWLEDGE.book.facts:
            for row in fact.rows:
                truth = case.truth(case.base.compile(row.when))
                grounds = tuple(lacking(case, row.when))
                assert bool(grounds) == (truth is not TRUE), row.id
                for ground in grounds:
                    assert ground.tree is not None
                    truth, _, missing = case.judge(case.base.compile(ground.tree))
                    assert truth is FALSE if ground.settled else truth is not TRUE and missing, (row.id, ground)


def test_where_nothing_is_lacking_the_rules_in_its_place_are_named() -> None:
    seen = 0
    for seed in range(1, 12):
        case = KNOWLEDGE.case(_case(seed))
        for fact in subjects(KNOWLEDGE):
            for value in other_values(case, fact, KNOWLEDGE):
                found = why_not(case, fact, value, KNOWLEDGE)
                for one in found.blocked:
                    assert one.lacking or one.instead or found.left, (fact, value, one.row.id)
                    assert all(other.row in case.fact(fact).rows and other.row.value != value for other in one.instead)
                    assert not (one.lacking and one.instead)
                    seen += bool(one.instead)
    assert seen > 20


def test_it_names_the_rule_that_holds_first_and_cites_no_source_twice() -> None:
    trainee = Trainee().begins().command(Command.CASES, "V1!").command(Command.WHYNOT, "treatment.rfa=needs_information")
    found = trainee.screen.params["w"]
    assert [[other.row.id for other in one.instead] for one in found.blocked] == [[], ["rfa.size"]]
    grade = trainee.command(Command.WHYNOT, "index_grades=G2").screen.params["w"]
    assert len(grade.deciding) == 2
    assert [row.cite for row in grade.behind] == [("R2-03", "A1", "A2")]


def test_why_without_a_question_on_the_screen_says_how_to_go_on() -> None:
    trainee = Trainee().begins().command(Command.CASES, "V1!").command(Command.WHYNOT, "index_grades=G2").command(Command.WHY)
    assert trainee.notes("no_question")[0].params["open"] == trainee.left > 0
    assert trainee.command(Command.CONSULT).session.screen is Screen.ASKING


def test_every_value_that_was_not_concluded_is_offered_and_answered() -> None:
    trainee = Trainee().begins().command(Command.CASES, "V1!").command(Command.REPORT)
    for fact in subjects(KNOWLEDGE):
        trainee.command(Command.WHYNOT, fact)
        offered = [event for event in trainee.events() if getattr(event, "argument", "").startswith(f"{fact}=")]
        assert len(offered) == len(other_values(KNOWLEDGE.case(trainee.session.answers), fact, KNOWLEDGE))
        assert trainee.does(offered[0]).screen.key == "explain.whynot"
        assert trainee.screen.params["w"].fact == fact
    assert trainee.command(Command.RESUME).screen.key == "report.summary"


def test_each_of_several_possible_grades_can_be_asked_about() -> None:
    trainee = Trainee().begins().has(pathology_diagnosis="nen", ki67_percent="2-5", differentiation="well")
    assert other_values(KNOWLEDGE.case(trainee.session.answers), GRADE, KNOWLEDGE) == ("G1", "G2", "G3")


@pytest.mark.parametrize("words", ["TACE", "肝移植", "PRRT", "everolimus"])
def test_a_treatment_can_be_named_as_people_say_it(words: str) -> None:
    trainee = Trainee().begins()
    assert trainee.command(Command.WHYNOT, words).screen.key == "explain.whynot_values"
    assert trainee.command(Command.HOW, words).screen.key == "explain.proof"
    assert trainee.screen.params["p"].root.fact.startswith("treatment.")


@pytest.mark.parametrize("argument", ["made up", "treatment.tace=made_up", "path", "=", "treatment.made_up=possible"])
def test_a_made_up_wish_is_answered_with_what_can_be_asked(argument: str) -> None:
    trainee = Trainee().begins().command(Command.WHYNOT, argument)
    assert (trainee.screen.key, trainee.notes("toast")[0].params["what"]) == ("explain.whynot_choice", "no_conclusion")
