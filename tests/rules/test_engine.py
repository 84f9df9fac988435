"""How the rows of a fact make its value: the five shapes, the rows that are named, and the layer."""

from __future__ import annotations

import pytest

from flows.rules.engine import Case, Outcome, RuleBase, Value
from flows.rules.expressions import parse
from flows.rules.fields import Field, Kind
from flows.rules.tables import FactSpec, Layer, Row, Shape, furthest
from flows.rules.values import Answer, Form, Interval, Open

FIELDS = [
    Field("a", Kind.ONE, ("x", "y", "z")),
    Field("b", Kind.ONE, ("x", "y", "z")),
    Field("n", Kind.NUMBER, limits=(0, 100)),
    Field("m", Kind.NUMBER, limits=(0, 100)),
    Field("said", Kind.ONE, ("G1", "G2", "G3")),
]


def row(value: str, when: str, layer: Layer = Layer.REVIEW, reasons: tuple[str, ...] = (), name: str = "") -> Row:
    return Row(name or f"{value}:{when}", value, parse(when), ("R1",), layer, reasons)


def bands(name: str, number: str) -> FactSpec:
    rows = (row("G1", f"{number} < 2"), row("G2", f"{number} >= 2 and {number} <= 20"), row("G3", f"{number} > 20", Layer.BORROWED))
    return FactSpec(name, Shape.BANDS, rows, of=(number,))


FACTS = [
    FactSpec("first", Shape.TABLE, (row("one", "a = x"), row("two", "b = x", Layer.SETTLED), row("none", "always", Layer.BORROWED))),
    FactSpec("no_default", Shape.TABLE, (row("one", "a = x"),)),
    FactSpec(
        "gathered",
        Shape.TABLE,
        (
            row("bad", "a = x", reasons=("by_a",), name="by_a"),
            row("bad", "b = x", Layer.SETTLED, ("by_b",), name="by_b"),
            row("good", "a = y", name="between"),
            row("bad", "n > 5", reasons=("by_n",), name="by_n"),
            row("good", "always", name="else"),
        ),
        gather=frozenset({"bad"}),
    ),
    FactSpec("all", Shape.COLLECT, (row("p", "a = x"), row("q", "b = x", Layer.BORROWED), row("p", "n > 5", Layer.SETTLED))),
    bands("n_bands", "n"),
    bands("m_bands", "m"),
    FactSpec(
        "higher",
        Shape.HIGHEST,
        of=("n_bands", "m_bands"),
        order=("G1", "G2", "G3"),
        fallback="said",
        cite=("A3",),
        layer=Layer.SETTLED,
    ),
    FactSpec("single", Shape.ONLY, of=("higher",)),
    FactSpec("above", Shape.TABLE, (row("yes", "first = two"), row("no", "always"))),
    FactSpec("grade_2", Shape.TABLE, (row("yes", "higher has only (G2)"), row("none", "empty higher"), row("no", "always"))),
]
BASE = RuleBase(FIELDS, FACTS)


def number(low: float, high: float | None = None) -> Interval:
    return Interval(low, low if high is None else high, form=Form.EXACT if high is None else Form.RANGE)


def outcome(name: str, **answers: Answer) -> Outcome:
    return Case(BASE, answers).fact(name)


def support(found: Outcome) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return BASE.names(found.because), BASE.names(found.missing)


class TestTable:
    def test_the_first_row_that_holds_decides_and_needs_nothing_else(self) -> None:
        found = outcome("first", a="x", b="x")

        assert (found.value, [row.id for row in found.rows], support(found)) == ("one", ["one:a = x"], (("a",), ()))

    def test_a_row_that_may_still_hold_is_passed_but_stays_missing(self) -> None:
        found = outcome("first", b="x")

        assert (found.value, support(found)) == ("two", (("b",), ("a",)))

    def test_no_row_gives_no_value(self) -> None:
        assert outcome("no_default", a="y").value is None
        assert support(outcome("no_default", a="y")) == (("a",), ())

    def test_a_gathered_value_names_every_neighbour_that_gives_it_too(self) -> None:
        found = outcome("gathered", a="x", b="x", n=number(9))

        assert [row.id for row in found.rows] == ["by_a", "by_b"]
        assert found.layer is Layer.SETTLED
        assert support(found) == (("a", "b"), ())

    def test_a_neighbour_that_is_open_is_missing_from_a_gathered_value(self) -> None:
        found = outcome("gathered", a="x")

        assert [row.id for row in found.rows] == ["by_a"]
        assert support(found) == (("a",), ("b",))


class TestCollect:
    def test_every_row_that_holds_counts_and_equal_values_stand_once(self) -> None:
        found = outcome("all", a="x", b="x", n=number(9))

        assert found.value == ("p", "q")
        assert len(found.rows) == 3
        assert found.layer is Layer.BORROWED

    def test_nothing_that_holds_is_an_empty_list_with_its_support(self) -> None:
        found = outcome("all", a="y", n=Open.UNKNOWN)

        assert (found.value, support(found), found.layer) == ((), (("a",), ("b", "n")), Layer.REVIEW)


class TestBands:
    @pytest.mark.parametrize(
        ("given", "values"),
        [
            (number(1.9), frozenset({"G1"})),
            (number(2), frozenset({"G2"})),
            (number(20), frozenset({"G2"})),
            (number(20.1), frozenset({"G3"})),
            (number(15, 25), frozenset({"G2", "G3"})),
            (number(1, 30), frozenset({"G1", "G2", "G3"})),
            (Interval(0, 2, high_open=True, form=Form.BOUND), frozenset({"G1"})),
            (Interval(0, 2, form=Form.BOUND), frozenset({"G1", "G2"})),
        ],
    )
    def test_every_band_that_the_number_may_fall_in_counts(self, given: Interval, values: frozenset[str]) -> None:
        found = outcome("n_bands", n=given)

        assert found.value == values
        assert support(found) == (("n",), ("n",) if len(values) > 1 else ())

    @pytest.mark.parametrize("answers", [{}, {"n": Open.NOT_DONE}])
    def test_an_open_number_falls_in_no_band(self, answers: dict[str, Answer]) -> None:
        assert (outcome("n_bands", **answers).value, support(outcome("n_bands", **answers))) == (frozenset(), ((), ("n",)))


class TestHighest:
    @pytest.mark.parametrize(
        ("n", "m", "values"),
        [
            (number(1), number(30), frozenset({"G3"})),
            (number(1), number(1), frozenset({"G1"})),
            (number(1, 3), number(1), frozenset({"G1", "G2"})),
            (number(1, 3), number(5), frozenset({"G2"})),
            (number(1, 3), number(15, 25), frozenset({"G2", "G3"})),
        ],
    )
    def test_the_higher_of_two_is_taken_for_every_pair_they_allow(self, n: Interval, m: Interval, values: frozenset[str]) -> None:
        assert outcome("higher", n=n, m=m).value == values

    def test_one_index_alone_decides_and_the_other_is_missing(self) -> None:
        found = outcome("higher", n=number(5))

        assert (found.value, support(found), found.layer) == (frozenset({"G2"}), (("n",), ("m",)), Layer.SETTLED)
        assert "A3" in found.rows[-1].cite

    def test_two_indices_that_agree_need_no_settlement(self) -> None:
        found = outcome("higher", n=number(5), m=number(6))

        assert (found.layer, [source for row in found.rows for source in row.cite]) == (Layer.REVIEW, ["R1", "R1"])

    def test_the_fallback_counts_only_where_no_index_is_given(self) -> None:
        assert outcome("higher", said="G3").value == frozenset({"G3"})
        assert outcome("higher", said="G3", n=number(1)).value == frozenset({"G1"})
        assert outcome("higher", said="G3").layer is Layer.SETTLED

    def test_with_nothing_given_everything_is_missing(self) -> None:
        found = outcome("higher")

        assert (found.value, support(found)) == (frozenset(), ((), ("n", "m", "said")))


class TestOnly:
    @pytest.mark.parametrize(("answers", "value"), [({"n": number(5)}, "G2"), ({"n": number(1, 3)}, None), ({}, None)])
    def test_a_single_member_is_the_value_and_more_or_none_is_null(self, answers: dict[str, Answer], value: Value) -> None:
        assert outcome("single", **answers).value == value

    def test_it_rests_on_what_the_set_rests_on(self) -> None:
        case = Case(BASE, {"n": number(30)})
        whole, single = case.fact("higher"), case.fact("single")

        assert (single.because, single.missing, single.rows, single.layer) == (whole.because, whole.missing, whole.rows, whole.layer)


class TestFactsOnFacts:
    def test_a_fact_carries_the_support_of_the_fact_it_reads(self) -> None:
        found = outcome("above", b="x")

        assert (found.value, support(found)) == ("yes", (("b",), ("a",)))

    def test_its_layer_is_the_furthest_of_what_the_deciding_row_rests_on(self) -> None:
        assert outcome("above", b="x").layer is Layer.SETTLED
        assert outcome("above", a="x").layer is Layer.REVIEW
        assert outcome("above", a="y", b="y").layer is Layer.REVIEW

    def test_a_set_can_be_asked_for_its_members_and_for_being_empty(self) -> None:
        assert outcome("grade_2", n=number(5)).value == "yes"
        assert outcome("grade_2", n=number(1, 5)).value == "no"
        assert outcome("grade_2").value == "none"


def test_the_furthest_layer_is_the_one_that_stands_most_away_from_the_review() -> None:
    assert furthest() is Layer.REVIEW
    assert furthest(Layer.SETTLED, Layer.REVIEW) is Layer.SETTLED
    assert furthest(Layer.BORROWED, Layer.SETTLED, Layer.REVIEW) is Layer.BORROWED
    assert furthest(Layer.LATER, Layer.BORROWED) is Layer.LATER


def test_names_of_answers_come_in_the_order_of_the_fields() -> None:
    assert BASE.names(BASE.bits["m"] | BASE.bits["a"]) == ("a", "m")
