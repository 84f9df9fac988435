"""A case made from another one equals a case made afresh, whatever was changed and whatever was judged before."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from flows.dialog.audit import random_answer
from flows.knowledge.documents import read_case
from flows.knowledge.loader import load
from flows.rules.engine import Case, RuleBase
from flows.rules.expressions import Ask, Is, parse
from flows.rules.fields import Field, Kind
from flows.rules.nearby import KEPT, Nearby
from flows.rules.values import Answer, Open
from tests.oracle.generate import random_answers

KNOWLEDGE = load()
BASE = KNOWLEDGE.base


def random_case(rng: random.Random) -> dict[str, Answer]:
    if rng.random() < 0.5:
        return dict(read_case(random_answers(rng), KNOWLEDGE).answers)
    share, unsure = rng.random(), rng.random() * 0.4
    return {name: random_answer(field.core, rng, unsure) for name, field in KNOWLEDGE.fields.items() if rng.random() < share}


def changed(answers: Mapping[str, Answer], rng: random.Random) -> dict[str, Answer]:
    """The answers with a few of them gone, new or otherwise."""
    found = dict(answers)
    for name in rng.sample(list(KNOWLEDGE.fields), rng.randint(0, 3)):
        if rng.random() < 0.3:
            found.pop(name, None)
        else:
            found[name] = random_answer(KNOWLEDGE.fields[name].core, rng, 0.3)
    return found


def look(case: Case, rng: random.Random, share: float) -> None:
    """Judges some of the conditions and facts."""
    for number in range(len(BASE.judges)):
        if rng.random() < share:
            case.judge(number)
    for place in range(len(BASE.makers)):
        if rng.random() < share:
            case.at(place)


def assert_same(case: Case, answers: Mapping[str, Answer]) -> None:
    fresh = Case(BASE, answers)
    assert [case.judge(number) for number in range(len(BASE.judges))] == [fresh.judge(number) for number in range(len(BASE.judges))]
    assert [case.at(place) for place in range(len(BASE.makers))] == [fresh.at(place) for place in range(len(BASE.makers))]


@pytest.mark.parametrize("seed", range(8))
def test_a_case_made_from_another_judges_everything_alike(seed: int) -> None:
    rng, nearby = random.Random(seed), Nearby(BASE)
    for _ in range(6):
        answers = random_case(rng)
        look(nearby.case(answers, answers), rng, 1.0)
        for _ in range(12):
            before, answers = answers, changed(answers, rng)
            case = nearby.case(answers, before)
            look(case, rng, rng.random())
            assert_same(case, answers)


@pytest.mark.parametrize("seed", range(8))
def test_a_case_imagined_beside_another_judges_everything_alike_and_leaves_that_one_at_hand(seed: int) -> None:
    rng, nearby = random.Random(seed), Nearby(BASE)
    for _ in range(6):
        answers = random_case(rng)
        here = nearby.case(answers, answers)
        look(here, rng, rng.random())
        for _ in range(6):
            imagined = changed(answers, rng)
            assert_same(nearby.beside(here, imagined), imagined)
        assert_same(here, answers)
        assert nearby._kept[0] is here


def test_what_reads_no_imagined_answer_is_the_same_outcome() -> None:
    nearby = Nearby(BASE)
    before: dict[str, Answer] = {"lobe": "left", "differentiation": "well"}
    here = nearby.case(before, before)
    beside = nearby.beside(here, {**before, "lobe": "right"})
    assert all(outcome is here.outcomes[place] for place, outcome in enumerate(beside.outcomes) if outcome is not None)
    assert 0 < sum(outcome is None for outcome in beside.outcomes) < len(BASE.makers) / 4


def test_only_what_reads_a_changed_answer_is_judged_anew() -> None:
    nearby = Nearby(BASE)
    before: dict[str, Answer] = {"lobe": "left", "age_years": "x"}
    look(nearby.case(before, before), random.Random(1), 1.0)
    case = nearby.case({**before, "lobe": "right"}, before)
    assert 0 < sum(found is None for found in case.memo) < len(BASE.judges) / 10


def test_an_answer_that_is_open_is_another_than_its_own_word() -> None:
    base = RuleBase([Field("a", Kind.ONE, options=("unknown", "b"))], [])
    number, nearby = base.compile(Ask("open", "a")), Nearby(base)
    before: dict[str, Answer] = {"a": "unknown"}
    told = nearby.case(before, before).judge(number)[0]
    assert nearby.case({"a": Open.UNKNOWN}, before).judge(number)[0] is not told


def test_a_condition_that_was_compiled_later_is_judged_too() -> None:
    base = RuleBase([Field("a", Kind.ONE, options=("b", "c"))], [])
    first, nearby = base.compile(Is("a", ("b",))), Nearby(base)
    nearby.case({"a": "b"}, {}).judge(first)
    later = base.compile(parse("a = c"))
    case = nearby.case({"a": "c"}, {"a": "b"})
    assert (case.judge(first)[0].name, case.judge(later)[0].name) == ("FALSE", "TRUE")


def test_few_cases_are_kept_and_none_that_is_to_be_forgotten() -> None:
    nearby = Nearby(BASE)
    for age in range(KEPT + 9):
        nearby.case({"age_years": str(age)}, {})
    assert len(nearby._kept) == KEPT
    last: dict[str, Answer] = {"age_years": str(KEPT + 8)}
    nearby.forget(last)
    assert not any(case.answers == last for case in nearby._kept)
