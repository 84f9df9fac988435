"""Which answers fit a question that may have changed since."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flows.dialog.moving import fits, moved
from flows.dialog.session import Screen, Session
from flows.rules.fields import Field, Kind
from flows.rules.reading import read_answer
from flows.rules.values import Open
from tests.dialog.trainee import knowledge

ONE = Field("one", Kind.ONE, ("a", "b"))
MANY = Field("many", Kind.MANY, ("a", "b", "none"))
MAP = Field("map", Kind.MAP, ("good", "bad"), ("x", "y"))
NUMBER = Field("number", Kind.NUMBER, limits=(0.0, 40.0))
COUNT = Field("count", Kind.COUNT, ("several",), limits=(0.0, 10.0))
PLAIN = replace(NUMBER, plain=True)


@pytest.mark.parametrize(
    ("raw", "asked", "now", "fit"),
    [
        ("a", ONE, ONE, True),
        ("a", ONE, replace(ONE, options=("b",)), False),
        ("a", ONE, MANY, False),
        (["a", "b"], MANY, MANY, True),
        (["a", "b"], MANY, replace(MANY, options=("a",)), False),
        (["a"], MANY, ONE, False),
        ({"x": "good"}, MAP, MAP, True),
        ({"x": "good"}, MAP, replace(MAP, items=("y",)), False),
        ({"x": "good"}, MAP, replace(MAP, options=("bad",)), False),
        ({"x": "good"}, MAP, ONE, False),
        (15, NUMBER, NUMBER, True),
        (15, NUMBER, replace(NUMBER, limits=(20.0, 40.0)), False),
        ("10-15", NUMBER, replace(NUMBER, limits=(0.0, 12.0)), False),
        ("10-15", NUMBER, PLAIN, False),
        (15, NUMBER, ONE, False),
        ("several", COUNT, COUNT, True),
        ("several", COUNT, NUMBER, False),
        (3, COUNT, NUMBER, True),
    ],
)
def test_an_answer_fits_where_it_could_be_given_now(raw: Any, asked: Field, now: Field, fit: bool) -> None:
    assert fits(read_answer(raw, asked), now) is fit


def test_not_done_fits_where_it_can_be_said_and_unknown_everywhere() -> None:
    assert [fits(Open.UNKNOWN, field) for field in (ONE, NUMBER, MAP)] == [True] * 3
    assert [fits(Open.NOT_DONE, field) for field in (ONE, replace(ONE, not_done=True))] == [False, True]


def test_every_answer_of_every_case_fits_the_questions_it_answers() -> None:
    base = knowledge()
    for case in base.vignettes.values():
        for name, raw in case.answers.items():
            core = base.fields[name].core
            assert fits(read_answer(raw, core), core), name


def asking(**more: Any) -> Session:
    base = knowledge()
    return Session(consented=True, screen=Screen.ASKING, subject="goal", stage="goal", **more) if "goal" in base.fields else Session()


def test_ticks_that_still_exist_stay_and_others_take_the_screen_back_to_its_question() -> None:
    base = knowledge()
    option = base.fields["goal"].core.options[0]
    kept, _ = moved(asking(draft={option: "on"}, step=4), base)
    assert (kept.draft, kept.step) == ({option: "on"}, 4)
    reset, _ = moved(asking(draft={"gone": "on"}, step=4), base)
    assert "gone" not in reset.draft


def test_findings_that_wait_for_a_yes_go_where_one_does_not_fit() -> None:
    base = knowledge()
    waiting = replace(asking(), screen=Screen.PROPOSAL, proposed={"age_years": "gone"}, under=("asking", "goal", 0))
    after, _ = moved(waiting, base)
    assert after.screen is Screen.ASKING
    assert after.proposed == {}
