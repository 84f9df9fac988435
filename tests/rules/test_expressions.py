"""The condition language: what can be written, what it means, and how a slip of the pen is reported."""

from __future__ import annotations

import pytest

from flows.rules.expressions import (
    Ask,
    Compare,
    Constant,
    Every,
    Expression,
    ExpressionError,
    Has,
    Is,
    Mode,
    Not,
    Some,
    names_in,
    parse,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("always", Constant(True)),
        ("never", Constant(False)),
        ("a = well", Is("a", ("well",))),
        ("a != well", Not(Is("a", ("well",)))),
        ("a in (x, y)", Is("a", ("x", "y"))),
        ("prior.ssa in (failed)", Is("prior.ssa", ("failed",))),
        ("a has any (x, y)", Has("a", ("x", "y"))),
        ("a has only (x)", Has("a", ("x",), only=True)),
        ("a has any (x) except (y, z)", Has("a", ("x",), beside=("y", "z"))),
        ("n < 2", Compare(("n",), "<", 2)),
        ("n>=0.5", Compare(("n",), ">=", 0.5)),
        ("n = 3", Compare(("n",), "=", 3)),
        ("n != 3", Not(Compare(("n",), "=", 3))),
        ("n <= m", Compare(("n",), "<=", 0, "m")),
        ("n + m > 100", Compare(("n", "m"), ">", 100)),
        ("open n", Ask("open", "n")),
        ("not done n", Not(Ask("done", "n"))),
        ("unknown(n < 2)", Mode("unknown", Compare(("n",), "<", 2))),
        ("a = unknown", Is("a", ("unknown",))),
        ("a = not_done", Is("a", ("not_done",))),
        ("a = x and b = y or c = z", Some((Every((Is("a", ("x",)), Is("b", ("y",)))), Is("c", ("z",))))),
        ("a = x and (b = y or c = z)", Every((Is("a", ("x",)), Some((Is("b", ("y",)), Is("c", ("z",))))))),
        ("not a = x and b = y", Every((Not(Is("a", ("x",))), Is("b", ("y",))))),
        ("a = x\n  and b = y", Every((Is("a", ("x",)), Is("b", ("y",))))),
        ("ihc_ttf1 = G1", Is("ihc_ttf1", ("G1",))),
        ("hiaa_24h = raised", Is("hiaa_24h", ("raised",))),
    ],
)
def test_a_condition_is_read_into_its_tree(text: str, tree: Expression) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "found 'the end'"),
        ("   ", "found 'the end'"),
        ("a", "found 'the end'"),
        ("a =", "found 'the end'"),
        ("a = )", "found ')'"),
        ("a == x", "found '='"),
        ("a < )", "found ')'"),
        ("a in x", "expected '(', found 'x'"),
        ("a in ()", "found ')'"),
        ("a in (x,)", "found ')'"),
        ("a in (x y)", "expected ')', found 'y'"),
        ("a has (x)", "expected 'any' or 'only', found '('"),
        ("a has any (x", "expected ')', found 'the end'"),
        ("(a = x", "expected ')', found 'the end'"),
        ("a = x b = y", "'b' is left over"),
        ("a = x)", "')' is left over"),
        ("a = x and", "found 'the end'"),
        ("and a = x", "found 'and'"),
        ("3 < a", "found '3'"),
        ("a + b = 3", "found '='"),
        ("a + b in (x)", "found 'in'"),
        ("open and", "found 'and'"),
        ("open", "found 'the end'"),
        ("not", "found 'the end'"),
        ("a = 'x'", "cannot read from ''x''"),
        ("n < -2", "cannot read from '-2'"),
        ("n ≥ 2", "cannot read from '≥ 2'"),
        ("a = 高分化", "cannot read from '高分化'"),
        ("n < 2%", "cannot read from '%'"),
    ],
)
def test_a_slip_is_reported_with_the_whole_condition_and_the_place(text: str, found: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert str(caught.value).startswith(f"'{text}': ")
    assert found in str(caught.value)


def test_a_condition_names_every_answer_and_fact_that_it_reads() -> None:
    text = "a = x and not (b.type in (p) or unknown(n + m >= 3)) or open q and l < o or s has any (v) except (w)"

    assert names_in(parse(text)) == {"a", "b.type", "n", "m", "q", "l", "o", "s"}
    assert names_in(parse("always or never")) == frozenset()
