"""Sessions survive being stored: nothing is lost, and a newer or older version's data is read as far as it is known."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.dialog.codec import answer_from_data, answer_to_data, from_data, to_data
from flows.dialog.session import Screen, Session
from flows.rules.reading import read_answer
from flows.rules.values import Answer, Form, Interval, Open
from tests.dialog.trainee import Trainee, knowledge

FIELDS = list(knowledge().fields)
WORDS = st.sampled_from(["none", "tace", "failed", "G1", "U/L", "肝"])
NUMBERS = st.floats(min_value=0, max_value=100000, allow_nan=False)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    return Interval(low, high, draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(Form)), draw(st.text(max_size=8)))


ANSWERS: st.SearchStrategy[Answer] = st.one_of(
    st.sampled_from([Open.UNKNOWN, Open.NOT_DONE]), WORDS, st.frozensets(WORDS, min_size=1), st.dictionaries(WORDS, WORDS), intervals()
)
BY_FIELD = st.dictionaries(st.sampled_from(FIELDS), ANSWERS, max_size=8)
SESSIONS = st.builds(
    Session,
    language=st.sampled_from(["en", "zh"]),
    consented=st.booleans(),
    answers=BY_FIELD,
    skipped=st.frozensets(st.sampled_from(FIELDS), max_size=4),
    aside=BY_FIELD,
    checked=st.frozensets(WORDS, max_size=3),
    stage=st.sampled_from(["consent", "report"]),
    screen=st.sampled_from(Screen),
    subject=st.text(max_size=10),
    page=st.integers(0, 99),
    focus=st.text(max_size=10),
    under=st.tuples(st.sampled_from(["", "asking"]), st.text(max_size=5), st.integers(0, 9)),
    draft=st.dictionaries(WORDS, WORDS, max_size=3),
    proposed=BY_FIELD,
    step=st.integers(0, 10**9),
    shown=st.frozensets(WORDS, max_size=3),
    supposed=BY_FIELD,
    quick=st.booleans(),
    touched=st.floats(0, 4e9, allow_nan=False),
)


@settings(max_examples=300, deadline=None)
@given(SESSIONS)
def test_a_stored_session_comes_back_as_it_was(session: Session) -> None:
    assert from_data(json.loads(json.dumps(to_data(session), ensure_ascii=False))) == session


@given(ANSWERS)
def test_every_kind_of_answer_comes_back_with_its_kind(answer: Answer) -> None:
    back = answer_from_data(json.loads(json.dumps(answer_to_data(answer))))
    assert (type(back), back) == (type(answer), answer)


def test_a_stored_unknown_is_not_the_option_of_the_same_name() -> None:
    assert isinstance(answer_from_data(answer_to_data(Open.UNKNOWN)), Open)
    assert not isinstance(answer_from_data(answer_to_data("unknown")), Open)


@pytest.mark.parametrize("text", ["15-20%", "<1", ">=20", "~3", "2.50", "5–10"])
def test_a_number_keeps_how_it_was_written(text: str) -> None:
    answer = read_answer(text, knowledge().fields["ki67_percent"].core)
    assert answer_from_data(json.loads(json.dumps(answer_to_data(answer)))) == answer


def test_keys_of_a_newer_version_are_ignored_and_missing_ones_have_their_defaults() -> None:
    assert from_data({"language": "zh", "invented": {"later": 1}}) == Session(language="zh")
    assert from_data({}) == Session()


def test_an_answer_to_a_question_that_no_longer_exists_is_left_out() -> None:
    data = to_data(Trainee().begins().says("52", "checkup").session)
    data["answers"]["abolished"] = "yes"
    data["aside"]["abolished_too"] = ["a"]
    data["skipped"].append("abolished_as_well")
    trainee = Trainee(session=from_data(data)).says("no")
    assert trainee.asked == "liver_disease"
    assert "abolished" not in trainee.session.answers
