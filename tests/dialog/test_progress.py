"""Progress never lies: "at most N left" is a bound that only an edit or a wider goal can raise."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from flows.dialog.agenda import stage_of
from flows.dialog.events import Command, Did
from flows.dialog.session import Screen
from flows.dialog.stages import STAGES
from tests.dialog.trainee import Trainee, knowledge

GOALS = ((), ("dx",), ("grade",), ("next",), ("treatment",), ("prognosis",), ("grade", "prognosis"))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("goals", GOALS, ids=lambda goals: "+".join(goals) or "everything")
def test_the_number_left_is_a_bound_and_never_grows_by_answering(goals: tuple[str, ...], seed: int) -> None:
    rng = random.Random(seed)
    trainee = Trainee().begins(*goals)
    told: list[int] = []
    while trainee.asked:
        told.append(trainee.screen.params["left"])
        trainee.goes_on(rng, 1, rng.random() * 0.5)
        while trainee.session.screen is Screen.CHECK:
            trainee.command(Command.KEEP)
    told.append(trainee.left)
    assert all(after < before for before, after in pairwise(told)), "every answer brings the end nearer"
    assert all(left >= len(told) - 1 - place for place, left in enumerate(told)), "more was asked than was announced"
    assert told[-1] == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_stage_told_is_the_stage_of_the_question(seed: int) -> None:
    rng = random.Random(seed)
    trainee = Trainee().begins()
    places: list[int] = []
    while trainee.asked:
        params = trainee.screen.params
        assert params["stage"] == stage_of(trainee.asked, knowledge()) == trainee.session.stage
        assert (params["number"], params["count"]) == (STAGES.index(params["stage"]) + 1, len(STAGES))
        places.append(params["number"])
        trainee.goes_on(rng, 1)
        if trainee.session.screen is Screen.CHECK:
            trainee.command(Command.KEEP)
    assert places == sorted(places), "answering forward never leads back"


@pytest.mark.parametrize("seed", range(20))
def test_skipping_counts_down_too_and_skipped_questions_are_not_asked_again(seed: int) -> None:
    rng = random.Random(seed)
    trainee = Trainee().begins()
    seen: list[str] = []
    left = trainee.left
    while trainee.asked:
        seen.append(trainee.asked)
        trainee.command(Command.SKIP) if rng.random() < 0.5 else trainee.goes_on(rng, 1)
        if trainee.session.screen is Screen.CHECK:
            trainee.command(Command.KEEP)
        assert trainee.left < left
        left = trainee.left
    assert len(seen) == len(set(seen))
    assert trainee.session.screen is Screen.REVIEW


def test_a_wider_goal_raises_the_number_and_a_narrower_one_lowers_it() -> None:
    trainee = Trainee().begins("grade")
    narrow = trainee.left
    trainee.command(Command.EDIT, "goal").says("dx, grade")
    assert trainee.left > narrow
    trainee.command(Command.EDIT, "goal").says("grade")
    assert trainee.left == narrow


@pytest.mark.parametrize("seed", range(10))
def test_going_back_all_the_way_and_keeping_every_answer_ends_where_it_began(seed: int) -> None:
    rng = random.Random(seed)
    trainee = Trainee().begins("dx").goes_on(rng, 25)
    if trainee.session.screen is Screen.CHECK:
        trainee.command(Command.KEEP)
    there, answers = trainee.session.subject, dict(trainee.session.answers)
    back: list[str] = []
    while not trainee.command(Command.BACK).notes("toast"):
        back.append(trainee.asked or "")
    assert sorted(back) == sorted(answers)
    order = list(knowledge().fields)
    assert back == sorted(back, key=order.index, reverse=True)
    trainee.command(Command.SKIP)
    assert (trainee.session.subject, dict(trainee.session.answers)) == (there, answers)


def test_no_back_button_stands_under_the_first_question() -> None:
    trainee = Trainee().command(Command.CONSENT)
    assert Did(Command.BACK) not in trainee.events()
    assert Did(Command.BACK) in trainee.says("grade").events()
