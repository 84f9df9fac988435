"""Kleene's three values, and how conditions join them."""

from __future__ import annotations

import itertools

import pytest

from flows.rules.engine import Case, RuleBase
from flows.rules.expressions import parse
from flows.rules.fields import Field, Kind
from flows.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from flows.rules.values import Answer, Open

ALL = (TRUE, FALSE, UNKNOWN)
GIVEN: dict[Truth, Answer] = {TRUE: "yes", FALSE: "no", UNKNOWN: Open.UNKNOWN}
PAIRS = list(itertools.product(ALL, ALL))
BASE = RuleBase([Field(name, Kind.ONE, ("no", "yes")) for name in "ab"], [])


def judged(text: str, a: Truth, b: Truth = UNKNOWN) -> Truth:
    """The truth of a condition in which ``a = yes`` and ``b = yes`` are as true as asked for."""
    node = BASE.compile(parse(text))
    return Case(BASE, {"a": GIVEN[a], "b": GIVEN[b]}).truth(node)


@pytest.mark.parametrize("truth", ALL)
def test_no_truth_can_be_taken_for_a_boolean(truth: Truth) -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(truth)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_and_is_false_as_soon_as_one_part_is_and_true_only_if_all_are(a: Truth, b: Truth) -> None:
    expected = FALSE if FALSE in (a, b) else UNKNOWN if UNKNOWN in (a, b) else TRUE

    assert judged("a = yes and b = yes", a, b) is expected


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_or_is_true_as_soon_as_one_part_is_and_false_only_if_all_are(a: Truth, b: Truth) -> None:
    expected = TRUE if TRUE in (a, b) else UNKNOWN if UNKNOWN in (a, b) else FALSE

    assert judged("a = yes or b = yes", a, b) is expected


@pytest.mark.parametrize(("a", "expected"), [(TRUE, FALSE), (FALSE, TRUE), (UNKNOWN, UNKNOWN)])
def test_not_leaves_the_unknown_unknown(a: Truth, expected: Truth) -> None:
    assert judged("not a = yes", a) is expected
    assert judged("a != yes", a) is expected


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_de_morgan_holds_with_three_values(a: Truth, b: Truth) -> None:
    assert judged("not (a = yes and b = yes)", a, b) is judged("not a = yes or not b = yes", a, b)
    assert judged("not (a = yes or b = yes)", a, b) is judged("not a = yes and not b = yes", a, b)


@pytest.mark.parametrize(
    ("mode", "held"), [("sure", {TRUE}), ("unknown", {UNKNOWN}), ("possible", {TRUE, UNKNOWN})], ids=lambda value: str(value)[:8]
)
@pytest.mark.parametrize("a", ALL)
def test_asking_what_is_known_of_a_condition_gives_a_plain_yes_or_no(mode: str, held: set[Truth], a: Truth) -> None:
    assert judged(f"{mode}(a = yes)", a) is (TRUE if a in held else FALSE)


@pytest.mark.parametrize(("text", "truth"), [("always", TRUE), ("never", FALSE), ("not never", TRUE)])
def test_constants_need_no_answer(text: str, truth: Truth) -> None:
    node = BASE.compile(parse(text))

    assert Case(BASE, {}).judge(node) == (truth, 0, 0)
