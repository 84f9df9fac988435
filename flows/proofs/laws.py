"""Reads what may never hold together, and which conclusions may be silent: data, written apart from the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.knowledge.loader import Knowledge, KnowledgeError, NameCheck
from flows.knowledge.model import Place
from flows.knowledge.reader import Reader, Record
from flows.rules.expressions import Constant, Expression, ExpressionError, parse
from flows.rules.tables import Shape

FILE = "laws.yaml"
NEVER, SILENT = "never", "silent"


@dataclass(frozen=True, slots=True)
class Law:
    """One law.

    ``silent`` is empty where no answers may make ``condition`` true; else it names the fact that has no value exactly
    where ``condition`` holds. ``text`` is the condition as written.
    """

    id: str
    condition: Expression
    text: str
    cite: tuple[str, ...]
    place: Place
    silent: str = ""


def read_laws(knowledge: Knowledge) -> tuple[Law, ...]:
    """Every law of a knowledge folder.

    Raises:
        KnowledgeError: listing every law that cannot be read, names nothing there is, or cites nothing there is.
    """
    reader = Reader(knowledge.root)
    laws = tuple(_law(record) for record in reader.records(knowledge.root / FILE))
    for law in laws:
        for what in _faults(law, knowledge):
            reader.fault(law.place, f"{law.id}: {what}", "Use an id that exists")
    if reader.faults:
        raise KnowledgeError(reader.faults)
    return laws


def _law(record: Record) -> Law:
    silent = SILENT in record.block
    record.allow("id", *((SILENT, "when") if silent else (NEVER,)), "cite")
    key = "when" if silent else NEVER
    text = " ".join(record.word(key).split())
    try:
        condition = parse(text)
    except ExpressionError as error:
        record.fault(key, f"the condition cannot be read: {error}", "Mend the condition")
        condition = Constant(value=False)
    return Law(
        record.word("id"), condition, text, record.words("cite", required=True), record.place(), record.word(SILENT) if silent else ""
    )


def _faults(law: Law, knowledge: Knowledge) -> Iterator[str]:
    words = NameCheck(knowledge.fields, words_of(knowledge))
    yield from words.faults(law.condition)
    if law.silent and law.silent not in words.facts:
        yield f"there is no conclusion '{law.silent}'"
    for name in law.cite:
        if not any(name in sources for sources in (knowledge.statements, knowledge.settlements, knowledge.later)):
            yield f"it cites '{name}', which does not exist"


def words_of(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """For every fact, the words it can have; a treatment, those that any treatment can."""
    facts = knowledge.base.facts
    found = {name: frozenset(row.value or row.id for row in fact.rows) | frozenset(fact.order) for name, fact in facts.items()}
    for name, fact in facts.items():
        if fact.shape is Shape.ONLY:
            found[name] = found[fact.of[0]]
    treatments = [f"treatment.{name}" for name in knowledge.book.treatments]
    return {**found, **dict.fromkeys(treatments, frozenset().union(*(found[name] for name in treatments)))}
