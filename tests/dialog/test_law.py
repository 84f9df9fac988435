"""The law: a session edited in any way says what a fresh session with the same answers says.

Compared after every step: the stage, the next question and all that may still come. Compared in samples: every conclusion
of the report, every source it cites, and the review screen. What counts as "the same answers" is the answers that count
(``answers``, the goals among them), the language and what was skipped. Left out is what no fresh session can have: answers
set aside (they are suggestions only) and which contradictions were asked about already (each is asked once; all are shown).
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from flows.dialog.events import Command, Did, Event, Typed
from flows.dialog.session import Screen
from tests.dialog.trainee import Trainee, any_event, fresh_like, knowledge, plan_of, shown_of
from tests.edit_law import block, given_at_once

BLOCKS = 10
"""Of a thousand pairs each; `python -m tests.edit_law` holds a million."""
WALKS = 30
STEPS = 100


@pytest.mark.parametrize("seed", range(BLOCKS))
def test_no_edit_of_any_kind_makes_a_difference(seed: int) -> None:
    assert block(seed)[2] == []


@pytest.mark.parametrize("seed", range(WALKS))
def test_an_edited_session_equals_a_fresh_one_with_the_same_answers(seed: int) -> None:
    rng = random.Random(seed)
    trainee = Trainee(rng.choice(["en", "zh"])).command(Command.CONSENT).goes_on(rng, rng.choice([0, 20, 60]))
    for step in range(STEPS):
        trainee.does(any_event(trainee, rng) if rng.random() < 0.8 else an_edit(trainee, rng))
        if trainee.erased:
            trainee.command(Command.CONSENT)
        fresh = given_at_once(trainee.session)
        assert fresh.answers == trainee.session.answers, "an answer that makes no sense was kept"
        assert plan_of(fresh) == plan_of(trainee.session)
        if trainee.session.screen in (Screen.ASKING, Screen.REVIEW):
            assert fresh.stage == trainee.session.stage
        if step % 10 == 9:
            assert shown_of(fresh) == shown_of(trainee.session)
    again = fresh_like(trainee.session)
    assert again.answers == trainee.session.answers
    assert plan_of(again) == plan_of(trainee.session)
    assert shown_of(again) == shown_of(trainee.session)


def an_edit(trainee: Trainee, rng: random.Random) -> Event:
    """Going back to an answer, or typing over it."""
    given = [*trainee.session.answers, "goal"]
    field = rng.choice(given)
    edits: list[Event] = [Did(Command.EDIT, field), Did(Command.BACK, field), Did(Command.BACK), Did(Command.SKIP), Typed("unknown", field)]
    return rng.choice(edits)


def test_an_answer_changed_there_and_back_leaves_no_trace() -> None:
    trainee = Trainee().begins().has(imaging_done=["ct", "enhanced_ct"], lesion_count=3, largest_cm="3.5", enhancement="edge_washout")
    before = shown_of(trainee.session)
    trainee.has(imaging_done=["none"]).has(imaging_done=["ct", "enhanced_ct"])
    assert "enhancement" not in trainee.session.answers
    trainee.has(enhancement="edge_washout")
    assert shown_of(trainee.session) == before


def test_the_language_changes_nothing_but_the_language() -> None:
    trainee = Trainee().begins("grade").says("needle", "nen")
    session = trainee.session
    trainee.command(Command.LANGUAGE, "zh")
    assert trainee.session == replace(session, language="zh", touched=trainee.now)


@pytest.mark.parametrize("name", list(knowledge().vignettes))
def test_a_model_case_loaded_equals_the_same_answers_given_one_by_one(name: str) -> None:
    trainee = Trainee().begins().command(Command.CASES, f"{name}!")
    assert shown_of(fresh_like(trainee.session)) == shown_of(trainee.session)
