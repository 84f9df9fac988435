"""The rule book as templates can speak it: tables of rules, questions and model cases, with their conditions in clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.render.clauses import Clause, clause
from bot.render.paths import Path, path_of
from bot.render.regions import Figures
from bot.render.regions import bands as figures
from flows.authoring.bands import bands
from flows.knowledge.documents import read_case
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import FieldSpec, Question, Vignette
from flows.rules.engine import RuleBase
from flows.rules.expressions import parse
from flows.rules.tables import FactSpec, Row, Shape
from flows.rules.values import Answers


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of a table. ``rest``: it always holds, so it takes what the rows before it left over."""

    row: Row
    when: Clause
    rest: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One fact: its rules in order, and, where it is a table over one number, that number's bands.

    ``made_of`` names what a fact without conditions of its own is made of, and whether that is a fact; ``sources`` is
    everything the table rests on, each once, without what its own rules say.
    """

    fact: FactSpec
    name: str
    lines: tuple[RuleLine, ...]
    made_of: tuple[tuple[str, bool], ...]
    sources: tuple[str, ...]
    number: str = ""
    bands: tuple[tuple[Row, tuple[Figures, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """The facts of one rule file."""

    name: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer of a question, when it is asked and when an answer makes sense."""

    spec: FieldSpec
    asked: Clause
    applies: Clause


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A question with its answers."""

    question: Question
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What must follow from a model case: a conclusion, and its value; ``how``: ``is set contains excludes order``."""

    path: Path
    how: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelCase:
    """A model case or a variant: its answers (of a variant, those that change; ``gone``: those taken away) and what follows."""

    id: str
    title: Mapping[str, str]
    story: Mapping[str, str]
    answers: Answers
    gone: tuple[str, ...]
    expected: tuple[Expected, ...]
    variants: tuple[ModelCase, ...] = ()


def chapters(knowledge: Knowledge) -> list[Chapter]:
    """Every fact with its rules, by rule file."""
    found: dict[str, list[Table]] = {}
    for fact in knowledge.book.facts:
        name = PurePosixPath(knowledge.book.places[fact.name].file).stem
        found.setdefault(name, []).append(_table(knowledge, fact))
    return [Chapter(name, tuple(tables)) for name, tables in found.items()]


def _table(knowledge: Knowledge, fact: FactSpec) -> Table:
    lines = tuple(_line(knowledge, fact, place, row) for place, row in enumerate(fact.rows))
    made_of = tuple((name, name in knowledge.base.facts) for name in fact.of)
    told = {row.value for row in fact.rows}
    sources = tuple(dict.fromkeys(name for name in (*fact.cite, *(name for row in fact.rows for name in row.cite)) if name not in told))
    found = bands(knowledge, fact)
    if found is None:
        return Table(fact, fact.name, lines, made_of, sources)
    number, held = found
    return Table(fact, fact.name, lines, made_of, sources, number, tuple((band.row, tuple(figures(band.spans))) for band in held))


def _line(knowledge: Knowledge, fact: FactSpec, place: int, row: Row) -> RuleLine:
    when = clause(row.when, knowledge)
    return RuleLine(row, when, rest=when.kind == "always" and fact.shape is Shape.TABLE and place > 0)


def questions(knowledge: Knowledge) -> Mapping[str, list[QuestionEntry]]:
    """Every question by stage, in asking order."""
    found: dict[str, list[QuestionEntry]] = {}
    for question in knowledge.questions.values():
        entry = QuestionEntry(question, tuple(_answer(knowledge, knowledge.fields[name]) for name in question.fields))
        found.setdefault(question.stage, []).append(entry)
    return found


def _answer(knowledge: Knowledge, spec: FieldSpec) -> AnswerLine:
    return AnswerLine(spec, clause(parse(spec.asked), knowledge), clause(parse(spec.applies), knowledge))


def model_cases(knowledge: Knowledge) -> list[ModelCase]:
    """Every model case with its variants."""
    return [_model(entry, knowledge) for entry in knowledge.vignettes.values()]


def _model(entry: Vignette, knowledge: Knowledge) -> ModelCase:
    variants = tuple(
        ModelCase(one.id, one.title, {}, _read(one.change, knowledge), _gone(one.change), tuple(_expected(one.expect, knowledge.base)))
        for one in entry.variants
    )
    answers = _read(entry.answers, knowledge)
    return ModelCase(entry.id, entry.title, entry.story, answers, (), tuple(_expected(entry.expect, knowledge.base)), variants)


def _read(raw: Mapping[str, Any], knowledge: Knowledge) -> Answers:
    return read_case({name: value for name, value in raw.items() if value is not None}, knowledge).answers


def _gone(change: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in change.items() if value is None)


def _expected(expect: Mapping[str, Any], base: RuleBase) -> Iterator[Expected]:
    for name, value in expect.items():
        path = path_of(name, base.facts)
        if isinstance(value, dict):
            yield from (Expected(path, how, _words(words)) for how, words in value.items())
        else:
            yield Expected(path, "is", _words(value))


def _words(value: Any) -> tuple[str, ...]:
    if value is None or value == {}:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
