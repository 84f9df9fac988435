"""A number is an interval: comparisons are true, false or unknown by its ends, never by its middle."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import pytest

from flows.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from flows.rules.values import Form, Interval

STEP = 0.25
CUTS = (0.0, 1.0, 2.0)
SHAPES = [
    Interval(low, high, low_open, high_open)
    for low, high in itertools.product((0.0, 1.0, 2.0), repeat=2)
    for low_open, high_open in itertools.product((False, True), repeat=2)
    if low < high or (low == high and not low_open and not high_open)
]


def points(interval: Interval) -> list[float]:
    """Values of an interval, close enough together that every whole cut-off has some on each side of it."""
    found = [interval.low + STEP * place for place in range(round((interval.high - interval.low) / STEP) + 1)]
    return found[interval.low_open : len(found) - interval.high_open]


def agreed(verdicts: Iterable[bool]) -> Truth:
    """What all values say together."""
    seen = set(verdicts)
    return UNKNOWN if len(seen) == 2 else TRUE if True in seen else FALSE


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("interval", SHAPES, ids=str)
def test_below_and_above_say_what_every_value_of_the_interval_says(interval: Interval, cut: float) -> None:
    assert interval.below(cut) is agreed(value < cut for value in points(interval))
    assert interval.above(cut) is agreed(value > cut for value in points(interval))


def test_less_says_what_every_pair_of_values_says() -> None:
    for first, second in itertools.product(SHAPES, SHAPES):
        expected = agreed(a < b for a in points(first) for b in points(second))
        assert first.less(second) is expected, (first, second)


def test_a_sum_holds_exactly_the_sums_of_the_values() -> None:
    for first, second in itertools.product(SHAPES, SHAPES):
        total = first.plus(second)
        sums = [a + b for a in points(first) for b in points(second)]
        for cut in (0.0, 1.0, 2.0, 3.0, 4.0):
            assert total.below(cut) is agreed(value < cut for value in sums), (first, second, cut)
            assert total.above(cut) is agreed(value > cut for value in sums), (first, second, cut)


def test_a_sum_is_exact_only_where_both_numbers_are() -> None:
    exact, about = Interval(1, 1), Interval(1, 1, form=Form.ABOUT)

    assert exact.plus(exact).form is Form.EXACT
    assert exact.plus(about).form is Form.RANGE
    assert about.plus(exact).form is Form.RANGE


@pytest.mark.parametrize(
    ("compare", "cut", "expected"),
    [(Interval.above, 20, UNKNOWN), (Interval.below, 20, UNKNOWN), (Interval.below, 21, TRUE), (Interval.above, 25, FALSE)],
)
def test_fifteen_to_twenty_five_has_no_middle(compare: Callable[[Interval, float], Truth], cut: float, expected: Truth) -> None:
    assert compare(Interval(15, 25, form=Form.RANGE) if cut != 21 else Interval(15, 20, form=Form.RANGE), cut) is expected
