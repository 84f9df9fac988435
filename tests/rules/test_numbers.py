"""Written numbers: what is accepted, as which interval, and why the rest is refused."""

from __future__ import annotations

import pytest

from flows.rules.fields import Field, Kind
from flows.rules.numbers import MAX_LENGTH, NumberRefused, read_number
from flows.rules.values import Form, Interval

PERCENT = Field("share", Kind.NUMBER, limits=(0, 100), units={"%": "1", "percent": "1"})
SIZE = Field("size", Kind.NUMBER, limits=(0.1, 40), units={"cm": "1", "mm": "0.1", "厘米": "1", "毫米": "0.1"})
COUNT = Field("count", Kind.COUNT, ("uncountable",), limits=(0, 100))
VALUE = Field("value", Kind.NUMBER, limits=(0, 100000), above_low=True)
LIMIT = Field("limit", Kind.NUMBER, limits=(0.1, 10000), plain=True)

SIGNS = ("-", " - ", "–", "—", "~", "～", "〜", "−", "至", "到", " to ", " TO ")
ABOUT = (
    "about 15",
    "About 15 %",
    "约15",
    "约 15%",
    "大约15%",
    "~15",
    "～15%",
    "≈15",
    "ca. 15",
    "approx. 15%",
    "around 15",
    "15左右",
    "约15左右",
    "15%上下",
)


@pytest.mark.parametrize("text", ["15", "15%", "15 %", " 15 ", "15.0", "15.", "１５", "１５％", "15 percent", "015"])
def test_a_plain_number_is_exactly_itself(text: str) -> None:
    assert read_number(text, PERCENT) == Interval(15, 15, text="15")


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("unit", [("", ""), ("%", ""), ("", "%"), ("%", "%"), (" %", " %")], ids=str)
def test_every_sign_makes_a_range_whichever_end_bears_the_unit(sign: str, unit: tuple[str, str]) -> None:
    read = read_number(f"15{unit[0]}{sign}20{unit[1]}", PERCENT)

    assert read == Interval(15, 20, form=Form.RANGE, text="15-20")


def test_a_range_with_equal_ends_is_still_a_range() -> None:
    assert read_number("15-15", PERCENT) == Interval(15, 15, form=Form.RANGE, text="15-15")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<3", Interval(0, 3, False, True, Form.BOUND, "<3")),
        ("＜３％", Interval(0, 3, False, True, Form.BOUND, "<3")),
        ("< 3 %", Interval(0, 3, False, True, Form.BOUND, "<3")),
        ("<=2", Interval(0, 2, False, False, Form.BOUND, "<=2")),
        ("≤2", Interval(0, 2, False, False, Form.BOUND, "<=2")),
        ("≦ 2", Interval(0, 2, False, False, Form.BOUND, "<=2")),
        ("=<2", Interval(0, 2, False, False, Form.BOUND, "<=2")),
        (">90%", Interval(90, 100, True, False, Form.BOUND, ">90")),
        ("＞90", Interval(90, 100, True, False, Form.BOUND, ">90")),
        (">=50", Interval(50, 100, False, False, Form.BOUND, ">=50")),
        ("≥ 50", Interval(50, 100, False, False, Form.BOUND, ">=50")),
        ("≧50", Interval(50, 100, False, False, Form.BOUND, ">=50")),
        ("≥100", Interval(100, 100, False, False, Form.BOUND, ">=100")),
        ("<=0", Interval(0, 0, False, False, Form.BOUND, "<=0")),
    ],
)
def test_a_bound_reaches_to_the_limit_of_the_field(text: str, expected: Interval) -> None:
    assert read_number(text, PERCENT) == expected


@pytest.mark.parametrize("text", ABOUT)
def test_an_estimate_counts_as_its_number_and_says_that_it_is_one(text: str) -> None:
    assert read_number(text, PERCENT) == Interval(15, 15, form=Form.ABOUT, text="~15")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3.5 cm", 3.5, 3.5),
        ("3.5CM", 3.5, 3.5),
        ("49mm", 4.9, 4.9),
        ("35 mm", 3.5, 3.5),
        ("35毫米", 3.5, 3.5),
        ("3厘米", 3, 3),
        ("３．５ｃｍ", 3.5, 3.5),
        (".5", 0.5, 0.5),
        ("30-49 mm", 3, 4.9),
        ("30 mm - 49 mm", 3, 4.9),
        ("3 cm - 49 mm", 3, 4.9),
        ("3厘米至49毫米", 3, 4.9),
        ("400 mm", 40, 40),
        ("1 mm", 0.1, 0.1),
    ],
)
def test_units_are_turned_into_the_stored_unit_without_a_rounding_error(text: str, low: float, high: float) -> None:
    read = read_number(text, SIZE)

    assert (read.low, read.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", Interval(3, 3, text="3")),
        ("3.0", Interval(3, 3, text="3")),
        (">4", Interval(5, 100, form=Form.BOUND, text=">4")),
        ("<5", Interval(0, 4, form=Form.BOUND, text="<5")),
        ("≥5", Interval(5, 100, form=Form.BOUND, text=">=5")),
        ("2-4", Interval(2, 4, form=Form.RANGE, text="2-4")),
        ("约3", Interval(3, 3, form=Form.ABOUT, text="~3")),
        ("<1", Interval(0, 0, form=Form.BOUND, text="<1")),
    ],
)
def test_a_count_is_whole_so_more_than_four_is_five_or_more(text: str, expected: Interval) -> None:
    assert read_number(text, COUNT) == expected


def test_a_value_that_must_be_above_zero_leaves_zero_out_of_its_bound() -> None:
    assert read_number("<100", VALUE) == Interval(0, 100, True, True, Form.BOUND, "<100")


REFUSED = [
    *(
        (text, PERCENT, "unreadable")
        for text in ("", "   ", "abc", "3,5", "１，５", "1,200", "-3", "15–", "–15", "nan", "NaN", "inf", "-inf", "Infinity")
    ),
    *(
        (text, PERCENT, "unreadable")
        for text in ("1e1", "5-10-15", "<5-10", "<>5", "15 20", "0x1f", "1_0", "十五", "1/2", "--5", "1.2.3", "5<", "3/10HPF", "10²", "²")
    ),
    *((text, PERCENT, "unit") for text in ("15%%", "3 cm", "15 kg", "15%-20cm")),
    *((text, SIZE, "unreadable") for text in ("3 cm x 4 cm", "3cm4", "3,5 cm")),
    *((text, SIZE, "unit") for text in ("50%", "35 kg")),
    *((text, PERCENT, "reversed") for text in ("20-15", "20%～15%", "5至3")),
    *((text, PERCENT, "limits") for text in ("101", "100.0001", "90-110", ">100", "<0", ">101", "<200")),
    *((text, SIZE, "limits") for text in ("0", "401 mm", "0.5 mm", "40.1", "39-41", ">40", "<0.1")),
    *((text, VALUE, "limits") for text in ("0", "0-10", "100001", ">100000")),
    *((text, COUNT, "whole") for text in ("1.5", "2.5", "1.5-3", "2-3.5", ">4.5", "约2.5")),
    *((text, COUNT, "limits") for text in ("101", ">100", "<0")),
    *((text, LIMIT, "plain") for text in ("90-110", "<100", "≥100", "about 100", "约100", "~100")),
]


@pytest.mark.parametrize(("text", "field", "why"), REFUSED, ids=[f"{field.id}:{text}" for text, field, _ in REFUSED])
def test_what_is_no_such_number_is_refused_with_the_reason(text: str, field: Field, why: str) -> None:
    with pytest.raises(NumberRefused) as caught:
        read_number(text, field)

    assert caught.value.args == (why,)


def test_an_approximate_range_is_refused_because_it_is_two_things_at_once() -> None:
    with pytest.raises(NumberRefused):
        read_number("about <5", Field("n", Kind.NUMBER, limits=(0, 4)))


def test_a_very_long_text_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(NumberRefused):
        read_number("1" * (MAX_LENGTH + 1), VALUE)


@pytest.mark.parametrize("text", ["9" * 30 + "x" * 30, "1 " * 30, "1-" * 30, "~" * 60, "1%" + " " * 57 + "!"])
def test_no_text_makes_reading_slow_or_breaks_it(text: str) -> None:
    with pytest.raises(NumberRefused):
        read_number(text, PERCENT)
