"""The state table: the stage follows from the answers, whatever it was before."""

from __future__ import annotations

import itertools

import pytest

from flows.dialog.stages import ASKING, CANCELLED, ORDER, STAGES, TRANSITIONS, Walk, machine, mermaid, stage_for

EVERYWHERE = (*STAGES, CANCELLED)
SITUATIONS = [(waiting, concluded, left) for waiting in (*ASKING, None) for concluded in (False, True) for left in (False, True)]


@pytest.mark.parametrize(("waiting", "concluded", "left"), SITUATIONS)
def test_the_stage_is_the_same_wherever_the_session_stood_before(waiting: str | None, concluded: bool, left: bool) -> None:
    assert len({stage_for(before, waiting, concluded, left) for before in EVERYWHERE}) == 1


@pytest.mark.parametrize("before", EVERYWHERE)
@pytest.mark.parametrize("waiting", ASKING)
def test_the_stage_is_that_of_the_first_open_question(before: str, waiting: str | None) -> None:
    assert stage_for(before, waiting, concluded=False, cancelled=False) == waiting
    assert stage_for(before, waiting, concluded=True, cancelled=False) == waiting, "a report on the way does not end the asking"


@pytest.mark.parametrize("before", EVERYWHERE)
def test_with_nothing_left_comes_the_review_then_the_report(before: str) -> None:
    assert stage_for(before, None, concluded=False, cancelled=False) == "review"
    assert stage_for(before, None, concluded=True, cancelled=False) == "report"
    assert stage_for(before, None, concluded=True, cancelled=True) == CANCELLED


def test_every_transition_is_used() -> None:
    used: set[tuple[str, str]] = set()
    for before, (waiting, concluded, left) in itertools.product(EVERYWHERE, SITUATIONS):
        walk = Walk(waiting, concluded, left, before)
        table = machine(walk)
        for trigger in ORDER:
            was = walk.state
            if was in table.events[trigger].transitions and table.events[trigger].trigger(walk):
                used.add((was, walk.state))
    drawn = {
        (source, row["dest"]) for row in TRANSITIONS for source in (row["source"] if isinstance(row["source"], list) else [row["source"]])
    }
    assert used == drawn


def test_the_diagram_names_every_state_and_every_guard() -> None:
    drawn = mermaid("Consultation")
    assert all(state in drawn for state in EVERYWHERE)
    assert all(str(row.get("conditions") or row.get("unless")) in drawn for row in TRANSITIONS)
