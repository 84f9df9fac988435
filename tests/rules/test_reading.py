"""Answers as they arrive from YAML and JSON: what is taken, as what, and with which reason the rest is refused."""

from __future__ import annotations

import pytest

from flows.rules.fields import Field, Kind
from flows.rules.reading import Refusal, Refused, read_answer
from flows.rules.values import Answer, Form, Interval, Open

ONE = Field("known_nen", Kind.ONE, ("no", "yes_current", "yes_past"))
YES_NO = Field("allergy", Kind.ONE, ("no", "yes"))
GRADE = Field("grade", Kind.ONE, ("G1", "G2", "G3"))
MANY = Field("symptoms", Kind.MANY, ("none", "pain", "jaundice"))
NUMBER = Field("age", Kind.NUMBER, limits=(0, 120))
COUNT = Field("count", Kind.COUNT, ("uncountable",), limits=(0, 100))
PAIRS = Field("prior", Kind.MAP, ("working", "failed"), ("ssa", "tace"), says={"none": "none"})
NO_NONE = Field("prior", Kind.MAP, ("working", "failed"), ("ssa", "tace"))
EVERY = (ONE, YES_NO, GRADE, MANY, NUMBER, COUNT, PAIRS)


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.id)
@pytest.mark.parametrize(("raw", "answer"), [("unknown", Open.UNKNOWN), ("not_done", Open.NOT_DONE), (" unknown ", Open.UNKNOWN)])
def test_any_answer_may_be_unknown_or_not_done_and_the_two_stay_apart(field: Field, raw: str, answer: Open) -> None:
    assert read_answer(raw, field) is answer


@pytest.mark.parametrize(
    ("raw", "field", "answer"),
    [
        ("no", ONE, "no"),
        (False, ONE, "no"),
        (True, YES_NO, "yes"),
        (False, YES_NO, "no"),
        (" yes_past ", ONE, "yes_past"),
        ("pain", MANY, frozenset({"pain"})),
        (["pain"], MANY, frozenset({"pain"})),
        (["pain", "jaundice", "pain"], MANY, frozenset({"pain", "jaundice"})),
        (["none"], MANY, frozenset({"none"})),
        (46, NUMBER, Interval(46, 46, text="46")),
        (54.9, NUMBER, Interval(54.9, 54.9, text="54.9")),
        ("46", NUMBER, Interval(46, 46, text="46")),
        (1e-05, Field("n", Kind.NUMBER, limits=(0, 1)), Interval(0.00001, 0.00001, text="0.00001")),
        ("40-49", NUMBER, Interval(40, 49, form=Form.RANGE, text="40-49")),
        (3, COUNT, Interval(3, 3, text="3")),
        (3.0, COUNT, Interval(3, 3, text="3")),
        ("uncountable", COUNT, "uncountable"),
        ({"ssa": "failed"}, PAIRS, {"ssa": "failed"}),
        ({"ssa": " working ", "tace": "failed"}, PAIRS, {"ssa": "working", "tace": "failed"}),
        ("none", PAIRS, {}),
    ],
)
def test_an_accepted_answer_is_read_as_what_it_says(raw: object, field: Field, answer: Answer) -> None:
    assert read_answer(raw, field) == answer


@pytest.mark.parametrize(
    ("raw", "field", "why", "text"),
    [
        (True, ONE, "boolean", "yes"),
        (True, NUMBER, "boolean", "yes"),
        (False, MANY, "boolean", "no"),
        (True, PAIRS, "boolean", "yes"),
        ("maybe", ONE, "option", "maybe"),
        ("No", ONE, "option", "No"),
        (1, ONE, "option", "1"),
        (2, GRADE, "option", "2"),
        ("", ONE, "option", ""),
        ("raised", MANY, "option", "raised"),
        (None, ONE, "empty", ""),
        (None, NUMBER, "empty", ""),
        (["no"], ONE, "shape", "[no]"),
        ([15], NUMBER, "shape", "[15]"),
        ({"low": 15}, NUMBER, "shape", "{low: 15}"),
        ({"pain": True}, MANY, "shape", "{pain: yes}"),
        ([], MANY, "empty_list", "[]"),
        (["none", "pain"], MANY, "none_with_others", "none, pain"),
        (["pain", "unknown"], MANY, "option", "unknown"),
        (["pain", 3], MANY, "option", "3"),
        (["pain", None], MANY, "option", ""),
        (["pain", ["jaundice"]], MANY, "option", "[jaundice]"),
        ({}, PAIRS, "empty_map", "{}"),
        ({"rfa": "failed"}, PAIRS, "item", "rfa"),
        ({"ssa": "good"}, PAIRS, "outcome", "ssa: good"),
        ({"ssa": None}, PAIRS, "outcome", "ssa: "),
        ({"ssa": "unknown"}, PAIRS, "outcome", "ssa: unknown"),
        ({3: "failed"}, PAIRS, "item", "3"),
        ("ssa", PAIRS, "option", "ssa"),
        ("working", PAIRS, "option", "working"),
        ("none", NO_NONE, "option", "none"),
        (3, PAIRS, "option", "3"),
        (float("nan"), NUMBER, "unreadable", "nan"),
        (float("inf"), NUMBER, "unreadable", "inf"),
        (-3, NUMBER, "unreadable", "-3"),
        (121, NUMBER, "limits", "121"),
        (1.5, COUNT, "whole", "1.5"),
        ("many", COUNT, "unreadable", "many"),
    ],
)
def test_a_refused_answer_comes_back_with_its_field_its_text_and_the_reason(raw: object, field: Field, why: str, text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_answer(raw, field)

    assert caught.value.refusal == Refusal(field.id, why, text)


def test_what_is_given_back_of_a_refused_answer_is_cut_short() -> None:
    with pytest.raises(Refused) as caught:
        read_answer("x" * 500, NUMBER)

    assert len(caught.value.refusal.text) == 80


def test_a_list_reads_bare_yes_and_no_as_words() -> None:
    field = Field("f", Kind.MANY, ("no", "yes"))

    assert read_answer([True], field) == frozenset({"yes"})


def test_what_is_given_back_is_as_deep_and_as_long_as_a_person_can_read() -> None:
    deep: object = "x"
    for _ in range(500):
        deep = [deep]
    with pytest.raises(Refused) as caught:
        read_answer(deep, NUMBER)

    assert caught.value.refusal.text == "[[[…]]]"
