"""The cases of a file: each is taken or refused by itself, and every fault is kept."""

from __future__ import annotations

import json

import pytest

from flows.knowledge.documents import LONGEST_CASE, CaseDocument, read_cases
from flows.knowledge.loader import load
from flows.rules.reading import Refusal
from flows.rules.values import Interval

KNOWLEDGE = load()


def cases(text: str) -> list[CaseDocument]:
    return list(read_cases(text, KNOWLEDGE))


def refusals(text: str) -> list[Refusal]:
    return [refusal for document in cases(text) for refusal in document.refusals]


def test_documents_come_in_order_and_empty_ones_are_skipped() -> None:
    text = "---\ncase: a\n---\n---\n# only a remark\n---\ncase: b\n...\n---\n\n---\n'case': c\n"

    assert [document.case for document in cases(text)] == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["", "\n\n", "---\n---\n", "# nothing\n", "\ufeff", "...\n"])
def test_a_file_without_a_case_has_none(text: str) -> None:
    assert cases(text) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(newline: str, mark: str) -> None:
    text = mark + newline.join(["case: a", "ki67_percent: 15", "---", "case: b", "hormone_symptoms:", "  - flushing", ""])
    first, second = cases(text)

    assert first.answers == {"ki67_percent": Interval(15, 15, text="15")}
    assert second.answers == {"hormone_symptoms": frozenset({"flushing"})}


def test_a_separator_may_bear_its_document_or_a_remark() -> None:
    assert [document.case for document in cases("case: a\n--- # the second\ncase: b\n--- {case: c}\n")] == ["a", "b", "c"]


def test_three_hyphens_inside_a_text_do_not_separate() -> None:
    (document,) = cases("case: 'a --- b'\nki67_percent: 3\n")

    assert document.case == "a --- b"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("ki67_percent: [1, 2", "unreadable"),
        ("ki67_percent: 3\nki67_percent: 4", "duplicate"),
        ("- ki67_percent", "no_map"),
        ("just words", "no_map"),
        ("17", "no_map"),
        ("a: \x07", "unreadable"),
    ],
)
def test_a_broken_document_is_refused_by_itself_and_its_neighbours_still_count(broken: str, why: str) -> None:
    first, second, third = cases(f"case: a\n---\n{broken}\n---\ncase: c\n")

    assert (first.case, third.case, first.refusals, third.refusals) == ("a", "c", (), ())
    assert [(refusal.field, refusal.why) for refusal in second.refusals] == [(None, why)]


def test_every_fault_of_a_document_is_kept_with_its_id() -> None:
    found = refusals("ki67_percent: 300\nage: 5\nafp: raised\nhormone_symptoms: []\nlobe: right\n")

    assert [(refusal.field, refusal.why) for refusal in found] == [
        ("ki67_percent", "limits"),
        ("age", "unknown_id"),
        ("afp", "option"),
        ("hormone_symptoms", "empty_list"),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ki67", "ki67_percent"),
        ("Ki-67", "ki67_percent"),
        ("KI67_PERCENT", "ki67_percent"),
        ("chest_cT", "chest_ct"),
        ("gastrosocpy", "gastroscopy"),
        ("age", "age_years"),
        ("zzzz", ""),
        ("肝", ""),
        ("x" * 500, ""),
    ],
)
def test_a_misspelt_id_comes_with_the_nearest_one(written: str, meant: str) -> None:
    assert refusals(f"{written}: 5\n")[0].text == meant


@pytest.mark.parametrize(
    ("raw", "case"),
    [("V1", "V1"), ("7", 7), ("1.5", 1.5), ("'007'", "007"), ("007", "007"), ("1.50", "1.50"), ("12:30", "12:30"), ("x" * 80, "x" * 80)],
)
def test_the_name_of_a_case_is_text_or_a_number_and_is_kept(raw: str, case: object) -> None:
    (document,) = cases(f"case: {raw}\n")

    assert document.case == case
    assert type(document.case) is type(case)


@pytest.mark.parametrize("raw", ["x" * (LONGEST_CASE + 1), "true", "[a]", "{a: b}", "~"])
def test_any_other_name_of_a_case_is_refused(raw: str) -> None:
    assert [(refusal.field, refusal.why) for refusal in refusals(f"case: {raw}\n")] == [("case", "case")]


def test_numbers_keep_every_digit_they_were_written_with() -> None:
    (document,) = cases("ki67_percent: 2.90\nmitoses: 010\n")

    assert document.answers == {"ki67_percent": Interval(2.9, 2.9, text="2.9"), "mitoses": Interval(10, 10, text="10")}


@pytest.mark.parametrize("raw", ["12:30", "0x1f", "1_0", ".inf", ".nan", "-.inf", "2015-01-01"])
def test_a_time_or_an_odd_number_is_refused_and_not_recomputed(raw: str) -> None:
    assert [refusal.why for refusal in refusals(f"ki67_percent: {raw}\n")] in (["unreadable"], ["limits"])


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("known_nen: no", True),
        ("known_nen: No", True),
        ("known_nen: 'no'", True),
        ("resectability: false", True),
        ("ssa_allergy: yes", True),
        ("known_nen: yes", False),
        ("afp: no", False),
        ("hormone_symptoms: no", False),
    ],
)
def test_a_bare_yes_or_no_counts_where_it_is_an_option(text: str, accepted: bool) -> None:
    assert (refusals(text) == []) is accepted


class TestJson:
    def test_one_object_is_one_case(self) -> None:
        (document,) = cases(json.dumps({"case": "j", "ki67_percent": 2.9, "known_nen": False}, indent=2))

        assert document.case == "j"
        assert document.answers == {"ki67_percent": Interval(2.9, 2.9, text="2.9"), "known_nen": "no"}

    def test_tabs_between_the_words_do_no_harm(self) -> None:
        (document,) = cases('{\n\t"ki67_percent":\t"15-20"\n}')

        assert document.refusals == ()

    def test_a_key_given_twice_is_refused(self) -> None:
        assert refusals('{"ki67_percent": 1, "ki67_percent": 2}') == [Refusal(None, "duplicate", "ki67_percent")]

    @pytest.mark.parametrize("text", ["[]", '[{"ki67_percent": 1}]'])
    def test_a_list_is_no_case(self, text: str) -> None:
        assert [refusal.why for refusal in refusals(text)] == ["no_map"]

    def test_a_broken_object_is_unreadable(self) -> None:
        assert [refusal.why for refusal in refusals('{"ki67_percent": ')] == ["unreadable"]

    def test_no_depth_of_brackets_breaks_the_reader(self) -> None:
        assert {refusal.why for refusal in refusals("[" * 100_000)} <= {"unreadable", "no_map"}
        assert [refusal.why for refusal in refusals("ki67_percent: " + "[" * 100_000)] == ["unreadable"]
        assert [refusal.why for refusal in refusals("ki67_percent: " + "[" * 900 + "]" * 900)] in (["unreadable"], ["shape"])
        assert [refusal.why for refusal in refusals("- " * 100_000 + "x")] == ["unreadable"]

    @pytest.mark.parametrize("raw", ["NaN", "Infinity", "-Infinity", "1e999"])
    def test_what_is_no_number_is_refused(self, raw: str) -> None:
        assert [refusal.field for refusal in refusals(f'{{"ki67_percent": {raw}}}')] == ["ki67_percent"]


def test_a_byte_that_is_no_text_is_unreadable() -> None:
    assert [refusal.why for refusal in refusals("case: a\udcff\n")] == ["unreadable"]
