"""What conclusions rest on is complete: every statement, settlement and later standard, in both languages, with the same figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from flows.knowledge.loader import load
from flows.knowledge.model import LANGUAGES, LaterStandard, Settlement, Statement, Text

KNOWLEDGE = load()
SECTIONS = {
    "0": 7,
    "1": 8,
    "2": 6,
    "3": 6,
    "3.1": 10,
    "3.2": 16,
    "3.3.1": 16,
    "3.3.2": 13,
    "3.4": 15,
    "4": 2,
    "4.1.1": 10,
    "4.1.2": 8,
    "4.2.1": 7,
    "4.2.2": 10,
    "4.3.1": 7,
    "4.3.2": 3,
    "4.4": 5,
    "4.5.1": 8,
    "4.5.2": 6,
    "4.6": 7,
    "5": 4,
}
EVERY: dict[str, Statement | Settlement | LaterStandard] = {**KNOWLEDGE.statements, **KNOWLEDGE.settlements, **KNOWLEDGE.later}
FIGURE = re.compile(r"\d+(?:\.\d+)?")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
REFERENCES = 59


def wordings(entry: Statement | Settlement | LaterStandard) -> Mapping[str, Text]:
    match entry:
        case Statement():
            return {"text": entry.text, **({"population": entry.population} if entry.population else {})}
        case Settlement():
            return {"problem": entry.problem, "reading": entry.reading}
        case LaterStandard():
            return {"text": entry.text, "differs": entry.differs}


def test_there_are_the_174_statements_of_the_review_section_by_section() -> None:
    expected = {f"R{section}-{number:02d}" for section, count in SECTIONS.items() for number in range(1, count + 1)}

    assert len(expected) == 174
    assert set(KNOWLEDGE.statements) == expected


def test_there_are_the_settlements_and_tensions() -> None:
    assert set(KNOWLEDGE.settlements) == {f"A{number}" for number in range(1, 22)} | {f"B{number}" for number in range(1, 17)}
    assert {entry.kind for name, entry in KNOWLEDGE.settlements.items() if name[0] == "A"} == {"settlement"}
    assert {entry.kind for name, entry in KNOWLEDGE.settlements.items() if name[0] == "B"} == {"tension"}


def test_there_are_the_later_standards_one_to_thirty_four() -> None:
    assert {int("".join(filter(str.isdigit, name))) for name in KNOWLEDGE.later} == set(range(1, 35))


def test_statements_stand_in_the_order_of_the_review() -> None:
    names = list(KNOWLEDGE.statements)

    assert names[:2] == ["R0-01", "R0-02"]
    assert names[-1] == "R5-04"
    assert names.index("R3.2-16") < names.index("R3.3.1-01") < names.index("R3.4-01")


@pytest.mark.parametrize("name", EVERY)
def test_both_languages_say_it_with_the_same_figures(name: str) -> None:
    for what, text in wordings(EVERY[name]).items():
        assert all(text[language].strip() for language in LANGUAGES), what
        assert CHINESE.search(text["zh"]), what
        assert not CHINESE.search(text["en"]), what
        figures = {language: Counter(FIGURE.findall(text[language])) for language in LANGUAGES}
        assert figures["en"] == figures["zh"], what


@pytest.mark.parametrize("name", KNOWLEDGE.statements)
def test_a_statement_says_where_it_stands_and_what_it_is(name: str) -> None:
    entry = KNOWLEDGE.statements[name]

    assert name.startswith(f"R{entry.section}-")
    assert entry.roles
    assert all(1 <= reference <= REFERENCES for reference in entry.refs)
    assert ("borrowed" in entry.flags) <= bool(entry.population), "borrowed evidence must name whose it is"
    assert all(issue in KNOWLEDGE.settlements for issue in entry.issues)
    assert all(later in KNOWLEDGE.later for later in entry.later)


@pytest.mark.parametrize("name", KNOWLEDGE.later)
def test_a_later_standard_says_where_and_how_it_was_read(name: str) -> None:
    entry = KNOWLEDGE.later[name]

    assert entry.sources
    for source in entry.sources:
        assert source.cite
        assert source.read
    assert all(statement in KNOWLEDGE.statements for statement in entry.statements)


@pytest.mark.parametrize("name", KNOWLEDGE.settlements)
def test_a_settlement_names_what_it_settles(name: str) -> None:
    entry = KNOWLEDGE.settlements[name]

    assert all(statement in KNOWLEDGE.statements for statement in entry.statements)
    assert all(later in KNOWLEDGE.later for later in entry.later)


@pytest.mark.parametrize("name", KNOWLEDGE.questions)
def test_a_question_is_worded_in_both_languages_and_rests_on_sources(name: str) -> None:
    question = KNOWLEDGE.questions[name]
    fields = [KNOWLEDGE.fields[field] for field in question.fields]
    texts = [question.title, question.ask, question.help, *(field.label for field in fields)]
    texts += [choice.label for field in fields for choice in (*field.choices, *field.items)]

    assert all(text[language].strip() for text in texts for language in LANGUAGES)
    assert question.cite
    assert all(source in EVERY for source in question.cite)
