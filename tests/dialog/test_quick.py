"""Quick mode: no question is asked in vain, and the conclusions of the goal are those of the full interview."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from flows.dialog.agenda import Agenda, agenda, in_full
from flows.dialog.audit import random_answer
from flows.dialog.events import Command
from flows.dialog.session import Screen, Session
from flows.dialog.stakes import Stakes, conclusions, free, stakes, stakes_of
from flows.rules.truth import TRUE
from flows.rules.values import Answer, Open
from flows.whatif.compare import value_shown
from flows.whatif.relevance import Relevance
from tests.dialog.trainee import Trainee, knowledge, plan_of

GOALS: tuple[Answer, ...] = (Open.UNKNOWN, *(frozenset((goal,)) for goal in knowledge().goals), frozenset(("grade", "prognosis")))


def a_patient(rng: random.Random) -> dict[str, Answer]:
    """An answer to every question; often one that stays on the path."""
    unsure = rng.choice((0.0, 0.2, 0.6))
    patient = {name: random_answer(spec.core, rng, unsure) for name, spec in knowledge().fields.items()}
    if rng.random() < 0.6:
        patient |= {"pathology_diagnosis": rng.choice(("nen", "suspected", "mixed")), "specimen": "needle", "discovery": "checkup"}
    return patient


def interviewed(patient: Mapping[str, Answer], goal: Answer, *, quick: bool, skips: frozenset[str] = frozenset()) -> list[tuple[Session, Agenda]]:
    """Every state of an interview and what it asks next; the last asks nothing."""
    session = Session(consented=True, answers={"goal": goal}, quick=quick)
    found = []
    while True:
        plan = agenda(knowledge().case(session.answers), session, knowledge())
        found.append((session, plan))
        if plan.next is None:
            return found
        if plan.next in skips:
            session = replace(session, skipped=session.skipped | {plan.next})
        else:
            session = replace(session, answers={**session.answers, plan.next: patient[plan.next]})


def concluded(session: Session, goal: Answer) -> dict[str, object]:
    """The conclusions of the goal, as the report shows them."""
    case = knowledge().case(session.answers)
    return {fact: value_shown(case, fact) for fact in conclusions(goal, knowledge())}


@pytest.mark.parametrize("seed", range(15))
def test_quick_mode_concludes_what_the_full_interview_concludes(seed: int) -> None:
    rng = random.Random(seed)
    patient = a_patient(rng)
    for goal in GOALS:
        full, quick = (interviewed(patient, goal, quick=mode)[-1][0] for mode in (False, True))
        assert concluded(quick, goal) == concluded(full, goal), goal
        assert quick.answers.keys() <= full.answers.keys()


@pytest.mark.parametrize("seed", range(4))
def test_with_questions_left_out_it_still_does(seed: int) -> None:
    rng = random.Random(100 + seed)
    patient = a_patient(rng)
    skips = frozenset(rng.sample(list(knowledge().fields), 20))
    for goal in GOALS:
        full, quick = (interviewed(patient, goal, quick=mode, skips=skips)[-1][0] for mode in (False, True))
        assert concluded(quick, goal) == concluded(full, goal), goal


@pytest.mark.parametrize("seed", range(2))
def test_no_question_is_asked_that_cannot_change_a_conclusion(seed: int) -> None:
    rng = random.Random(200 + seed)
    patient = a_patient(rng)
    for goal in GOALS:
        for session, plan in interviewed(patient, goal, quick=True)[:-1]:
            left = in_full(knowledge().case(session.answers), session, knowledge())
            assert plan.next in left.open
            pair = two_patients(session, plan.next or "", goal)
            assert pair is not None, (goal, plan.next)
            assert concluded(replace(session, answers=pair[0]), goal) != concluded(replace(session, answers=pair[1]), goal), plan.next


def two_patients(session: Session, field: str, goal: Answer) -> tuple[Mapping[str, Answer], Mapping[str, Answer]] | None:
    """Two ways the interview can still go that differ in the answer to one question, and in what it opens or closes."""
    full = in_full(knowledge().case(session.answers), session, knowledge())
    free = frozenset(knowledge().fields) - session.answers.keys() - session.skipped if full.next else frozenset[str]()
    wanted = {name for name in free if goal is Open.UNKNOWN or knowledge().fields[name].question in asked_for(goal)}
    return Relevance(knowledge(), session.answers, conclusions(goal, knowledge()), frozenset(wanted)).witness(field)


def asked_for(goal: Answer) -> frozenset[str]:
    """The questions of a goal."""
    assert isinstance(goal, frozenset)
    return frozenset().union(*(knowledge().goals[each] for each in goal))


def test_by_brute_force_the_end_is_the_end_and_no_sooner() -> None:
    """For the grade: whatever the answers to one or two questions that are not asked, nothing changes; before, something could."""
    rng = random.Random(9)
    goal = frozenset(("grade",))
    for _ in range(12):
        steps = interviewed(a_patient(rng), goal, quick=True)
        end = steps[-1][0]
        whole = concluded(end, goal)
        left = in_full(knowledge().case(end.answers), end, knowledge()).open
        for _ in range(60):
            other = {name: random_answer(knowledge().fields[name].core, rng, 0.3) for name in rng.sample(left, min(len(left), 2))}
            asked = {name: answer for name, answer in other.items() if knowledge().case(end.answers).truth(knowledge().asked[name]) is TRUE}
            assert concluded(replace(end, answers={**end.answers, **asked}), goal) == whole


@pytest.mark.parametrize("seed", range(3))
def test_it_tells_how_many_questions_are_left_at_most_and_what_for(seed: int) -> None:
    patient = a_patient(random.Random(300 + seed))
    for goal in GOALS:
        steps = interviewed(patient, goal, quick=True)
        for place, (_, plan) in enumerate(steps[:-1]):
            assert len(plan.open) >= len(steps) - 1 - place
            assert plan.stakes is not None
            assert plan.stakes.facts
            assert plan.next in plan.open


def test_the_question_with_the_most_conclusions_comes_first() -> None:
    trainee = Trainee().command(Command.CONSENT, "quick").says("treatment")
    assert trainee.asked in ("specimen", "pathology_diagnosis")
    told = trainee.screen.params["quick"]
    assert len({*told["itself"], *told["through"]}) > 10


def test_why_a_question_comes_first_and_why_it_is_asked_say_the_same() -> None:
    trainee = Trainee().command(Command.CONSENT, "quick").says("treatment")
    assert trainee.asked == "specimen"
    told = trainee.screen.params["quick"]
    assert not told["itself"] or "pathology_diagnosis" in told["opens"]
    assert trainee.command(Command.WHY).screen.params["stakes"] == told
    patient = a_patient(random.Random(7))
    for session, plan in interviewed(patient, frozenset(("treatment",)), quick=True)[1:-1]:
        assert plan.next is not None
        assert stakes_of(session, plan.next, knowledge()) == plan.stakes


@pytest.mark.parametrize("seed", range(6))
def test_what_an_answer_changes_hangs_on_it_itself_or_through_what_it_opens(seed: int) -> None:
    """No other conclusion changes when the question is answered, nor when those are that come of it, the rest being as it is."""
    rng = random.Random(400 + seed)
    goal = GOALS[rng.randrange(len(GOALS))]
    for session, _ in interviewed(a_patient(rng), goal, quick=False)[1:-1:4]:
        found = stakes(knowledge().case(session.answers), conclusions(goal, knowledge()), free(session, knowledge()), knowledge())
        before = concluded(session, goal)
        for field in rng.sample(list(found), min(len(found), 6)):
            assert changed(before, session, {field}, goal, rng) <= set(found[field].itself), field
            assert changed(before, session, coming_of(field, found), goal, rng) <= set(found[field].facts), field


def changed(before: Mapping[str, object], session: Session, fields: set[str], goal: Answer, rng: random.Random) -> set[str]:
    """The conclusions of the goal that are others once these questions are answered."""
    answers = {name: random_answer(knowledge().fields[name].core, rng, 0.1) for name in fields}
    after = concluded(replace(session, answers={**session.answers, **answers}), goal)
    return {fact for fact in before if before[fact] != after[fact]}


def coming_of(field: str, found: Mapping[str, Stakes]) -> set[str]:
    """A question, and all those that can come of its answer."""
    known, waiting = {field}, [field]
    while waiting:
        fresh = set(found[waiting.pop()].opens) - known
        known |= fresh
        waiting += fresh
    return known


def test_quick_mode_is_offered_at_the_start_and_switched_at_any_time() -> None:
    trainee = Trainee().command(Command.START)
    assert any(button.label.id == "begin_quick" for row in trainee.screen.buttons for button in row)
    trainee.command(Command.CONSENT, "quick").says("grade")
    assert trainee.session.quick
    assert trainee.command(Command.QUICK).session.quick is False
    full = Trainee().begins("grade")
    assert plan_of(trainee.session) == plan_of(full.session)
    assert trainee.says("quick mode").session.quick
    assert trainee.command(Command.QUICK, "off").session.quick is False


def test_at_the_end_it_is_said_how_many_questions_were_spared_and_they_can_still_be_asked() -> None:
    trainee = Trainee().command(Command.CONSENT, "quick").says("grade").says("surgical", "other tumour")
    assert trainee.session.screen is Screen.REVIEW
    assert (trainee.screen.params["left"], trainee.screen.params["spared"]) == (0, 4)
    assert trainee.command(Command.QUICK, "off").session.screen is Screen.ASKING


def test_red_flags_and_contradictions_are_raised_as_ever() -> None:
    trainee = Trainee().command(Command.CONSENT, "quick").says("everything")
    assert trainee.says("占位症状：黄疸").session.screen is Screen.PROPOSAL
    assert trainee.command(Command.KEEP).notes("red_flag")
    trainee.has(imaging_done=["ct"], lesion_count=1).has(arrangement="similar").command(Command.RESUME)
    assert trainee.session.screen is Screen.CHECK


def test_the_default_is_the_full_order() -> None:
    trainee = Trainee().begins()
    assert not trainee.session.quick
    assert trainee.screen.params["quick"] is None


def test_a_new_case_keeps_the_mode() -> None:
    assert Trainee().command(Command.CONSENT, "quick").says("grade").command(Command.RESTART, "yes").session.quick
    assert Trainee().command(Command.CONSENT, "quick").command(Command.CASES, "V1!").session.quick


def test_a_turn_stays_fast() -> None:
    """Generous, as a busy machine is no fault: the figures are those of `python -m tests.benchmarks`."""
    patient = a_patient(random.Random(1))
    interviewed(patient, GOALS[1], quick=True)
    begun = time.perf_counter()
    steps = interviewed(patient, GOALS[1], quick=True)
    assert (time.perf_counter() - begun) / len(steps) < 0.25
