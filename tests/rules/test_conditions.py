"""Conditions over a case: their truth, the answers that settled it, and the answers that still could."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from flows.rules.engine import Case, RuleBase
from flows.rules.expressions import parse
from flows.rules.fields import Field, Kind
from flows.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from flows.rules.values import Answer, Form, Interval, Open

BASE = RuleBase(
    [
        Field("word", Kind.ONE, ("x", "y", "z")),
        Field("other", Kind.ONE, ("x", "y")),
        Field("set", Kind.MANY, ("none", "p", "q")),
        Field("n", Kind.NUMBER, limits=(0, 100)),
        Field("m", Kind.NUMBER, limits=(0, 100)),
        Field("count", Kind.COUNT, ("uncountable",), limits=(0, 9)),
        Field("map", Kind.MAP, ("good", "bad"), ("one", "two")),
    ],
    [],
)


def number(low: float, high: float | None = None, form: Form = Form.EXACT) -> Interval:
    return Interval(low, low if high is None else high, form=form if high is None else Form.RANGE)


def judged(text: str, answers: Mapping[str, Answer]) -> tuple[Truth, tuple[str, ...], tuple[str, ...]]:
    node = BASE.compile(parse(text))
    truth, because, missing = Case(BASE, answers).judge(node)
    return truth, BASE.names(because), BASE.names(missing)


@pytest.mark.parametrize("answers", [{}, {"word": Open.UNKNOWN}, {"word": Open.NOT_DONE}], ids=["missing", "unknown", "not done"])
@pytest.mark.parametrize("text", ["word = x", "word in (x, y)", "word != x", "not word = x"])
def test_an_open_answer_neither_meets_nor_refutes(text: str, answers: Mapping[str, Answer]) -> None:
    assert judged(text, answers) == (UNKNOWN, (), ("word",))


@pytest.mark.parametrize(
    ("text", "answers", "truth"),
    [
        ("word = x", {"word": "x"}, TRUE),
        ("word = x", {"word": "y"}, FALSE),
        ("word in (x, y)", {"word": "y"}, TRUE),
        ("set has any (p)", {"set": frozenset({"p", "q"})}, TRUE),
        ("set has any (p)", {"set": frozenset({"none"})}, FALSE),
        ("set has only (p)", {"set": frozenset({"p", "q"})}, FALSE),
        ("set has only (p, q)", {"set": frozenset({"p"})}, TRUE),
        ("map.one in (bad)", {"map": {"one": "bad"}}, TRUE),
        ("map.one in (bad)", {"map": {"two": "bad"}}, FALSE),
        ("map.one in (absent, good)", {"map": {"two": "bad"}}, TRUE),
        ("map has any (bad)", {"map": {"two": "bad"}}, TRUE),
        ("map has any (bad) except (two)", {"map": {"two": "bad"}}, FALSE),
        ("map has any (bad)", {"map": {}}, FALSE),
        ("count = uncountable", {"count": "uncountable"}, TRUE),
        ("count >= 5", {"count": "uncountable"}, FALSE),
        ("n < 20", {"n": number(20)}, FALSE),
        ("n <= 20", {"n": number(20)}, TRUE),
        ("n > 20", {"n": number(20)}, FALSE),
        ("n >= 20", {"n": number(20)}, TRUE),
        ("n = 20", {"n": number(20)}, TRUE),
        ("n = 20", {"n": number(19)}, FALSE),
        ("n != 20", {"n": number(21)}, TRUE),
        ("n > 20", {"n": number(15, 20)}, FALSE),
        ("n > 19", {"n": number(15, 20)}, UNKNOWN),
        ("n = 17", {"n": number(15, 20)}, UNKNOWN),
        ("n = 0", {"n": number(0, form=Form.ABOUT)}, TRUE),
        ("inexact n", {"n": number(3)}, FALSE),
        ("ranged n", {"n": number(3)}, FALSE),
        ("done word", {"word": "x"}, TRUE),
        ("open word", {"word": "x"}, FALSE),
    ],
)
def test_a_given_answer_settles_and_is_named_as_the_reason(text: str, answers: Mapping[str, Answer], truth: Truth) -> None:
    (name,) = answers
    seen, because, missing = judged(text, answers)

    assert seen is truth
    assert (because, missing) == (((), (name,)) if truth is UNKNOWN else ((name,), ()))


@pytest.mark.parametrize(
    ("text", "number_given", "truth"),
    [
        ("inexact n", number(3, form=Form.ABOUT), TRUE),
        ("ranged n", number(3, 4), TRUE),
        ("ranged n", number(3, form=Form.BOUND), FALSE),
        ("bounded n", number(3, form=Form.BOUND), TRUE),
    ],
)
def test_how_a_number_was_written_is_a_reason_that_a_more_exact_number_can_change(text: str, number_given: Answer, truth: Truth) -> None:
    assert judged(text, {"n": number_given}) == (truth, ("n",), ("n",))


@pytest.mark.parametrize(("text", "truth"), [("unknown(n > 19)", TRUE), ("possible(n > 19)", TRUE), ("sure(n > 19)", FALSE)])
def test_what_is_known_of_a_range_across_a_cut_off_can_change_with_a_better_number(text: str, truth: Truth) -> None:
    assert judged(text, {"n": number(15, 20)}) == (truth, (), ("n",))


def test_a_range_across_a_cut_off_is_missing_because_a_better_number_could_change_it() -> None:
    assert judged("n >= 3", {"n": number(2, 4)}) == (UNKNOWN, (), ("n",))


@pytest.mark.parametrize(
    ("text", "answer", "truth"),
    [
        ("open word", None, TRUE),
        ("missing word", None, TRUE),
        ("missing word", Open.UNKNOWN, FALSE),
        ("said_unknown word", Open.UNKNOWN, TRUE),
        ("said_unknown word", Open.NOT_DONE, FALSE),
        ("not_done word", Open.NOT_DONE, TRUE),
        ("done word", Open.NOT_DONE, FALSE),
    ],
)
def test_not_asked_unknown_and_not_done_are_three_things(text: str, answer: Answer | None, truth: Truth) -> None:
    assert judged(text, {} if answer is None else {"word": answer}) == (truth, (), ("word",))


@pytest.mark.parametrize(
    ("left", "right", "less", "more"),
    [
        (number(1), number(2), TRUE, FALSE),
        (number(2), number(1), FALSE, TRUE),
        (number(1), number(1), FALSE, FALSE),
        (number(1, 3), number(2), UNKNOWN, UNKNOWN),
        (number(1, 2), number(2), UNKNOWN, FALSE),
    ],
)
def test_two_numbers_are_compared_as_intervals(left: Interval, right: Interval, less: Truth, more: Truth) -> None:
    opposite = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}
    answers = {"n": left, "m": right}

    assert judged("n < m", answers)[0] is less
    assert judged("n > m", answers)[0] is more
    assert judged("n >= m", answers)[0] is opposite[less]
    assert judged("n <= m", answers)[0] is opposite[more]


def test_a_sum_waits_for_the_part_that_is_open() -> None:
    assert judged("n + m > 100", {"n": number(60)}) == (UNKNOWN, ("n",), ("m",))
    assert judged("n + m > 100", {"n": number(60), "m": number(60)}) == (TRUE, ("n", "m"), ())
    assert judged("n + m > 100", {"n": number(60), "m": number(30, 50)}) == (UNKNOWN, (), ("n", "m"))


def test_what_settles_a_conjunction_alone_is_its_only_reason() -> None:
    assert judged("word = x and other = x", {"other": "y"}) == (FALSE, ("other",), ())
    assert judged("word = x or other = x", {"other": "x"}) == (TRUE, ("other",), ())


def test_an_unsettled_conjunction_names_what_is_given_and_what_is_missing() -> None:
    assert judged("word = x and other = x", {"other": "x"}) == (UNKNOWN, ("other",), ("word",))


def test_equal_conditions_are_judged_once() -> None:
    assert BASE.compile(parse("word = x and n < 2")) == BASE.compile(parse("(word = x) and (n < 2)"))


def test_a_condition_on_an_unknown_name_cannot_be_compiled() -> None:
    with pytest.raises(KeyError):
        BASE.compile(parse("nobody = x"))
