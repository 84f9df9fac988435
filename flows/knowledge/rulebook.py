"""Reads the rule files into the specifications that the rule core compiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.knowledge.model import Fault, Place, Review
from flows.knowledge.reader import Reader, Record
from flows.knowledge.signing import KEYS, signed
from flows.knowledge.strict_yaml import Block
from flows.rules.expressions import Constant, Every, Expression, ExpressionError, Not, parse
from flows.rules.tables import FactSpec, Layer, Row, Shape

_ROW_KEYS = ("id", "value", "when", "cite", "layer", "reasons", "parts", "gate", "unless", *KEYS)
_FACT_KEYS = ("fact", "shape", "rows", "of", "order", "fallback", "cite", "layer", "field", "gather")
_TREATMENT_KEYS = ("treatment", "rows", "cautions", "evidence_gap", "gather")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule: facts to compile, treatment ids in order, evidence gaps, where each row stands, and reviews that rows name."""

    facts: tuple[FactSpec, ...]
    treatments: tuple[str, ...]
    evidence_gap: Mapping[str, tuple[str, ...]]
    places: Mapping[str, Place]
    reviews: Mapping[str, Review]


class _Book:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.facts: list[FactSpec] = []
        self.treatments: list[str] = []
        self.gaps: dict[str, tuple[str, ...]] = {}
        self.places: dict[str, Place] = {}
        self.reviews: dict[str, Review] = {}
        self.gates: dict[str, Record] = {}
        self.cautions: list[Record] = []


def read_rules(reader: Reader) -> RuleBook:
    """Every rule file of the knowledge, in the order the rows are to be read."""
    book = _Book(reader)
    shared = reader.root / "rules" / "treatment_shared.yaml"
    _read_shared(book, shared.relative_to(reader.root).as_posix(), reader.document(shared))
    for path in reader.files("rules"):
        if path != shared:
            for record in reader.records(path):
                _read_record(book, record)
    return RuleBook(tuple(book.facts), tuple(book.treatments), book.gaps, book.places, book.reviews)


def _read_shared(book: _Book, file: str, content: object) -> None:
    if not isinstance(content, Block):
        book.reader.faults.append(Fault(Place(file, 1), "gates and cautions are expected", "Write 'gates:' and 'cautions:'"))
        return
    whole = Record(book.reader, file, content)
    whole.allow("gates", "cautions")
    book.gates = {record.word("gate"): record for record in whole.inner("gates")}
    book.cautions = whole.inner("cautions")


def _read_record(book: _Book, record: Record) -> None:
    if "treatment" in record.block:
        _treatment(book, record)
    else:
        _fact(book, record)


def _fact(book: _Book, record: Record) -> None:
    record.allow(*_FACT_KEYS)
    name = record.word("fact")
    shape = Shape(record.word("shape", tuple(Shape)) or "table")
    filling = {"field": str(record.block.get("field", ""))}
    _add(
        book,
        record,
        FactSpec(
            name=name,
            shape=shape,
            rows=tuple(_row(book, inner, name, filling) for inner in record.inner("rows")),
            of=record.words("of"),
            order=record.words("order"),
            fallback=record.word("fallback") if "fallback" in record.block else None,
            cite=record.words("cite"),
            layer=Layer(record.word("layer", tuple(Layer), "review") or "review"),
            gather=frozenset(record.words("gather")),
        ),
    )


def _treatment(book: _Book, record: Record) -> None:
    record.allow(*_TREATMENT_KEYS)
    name = record.word("treatment")
    book.treatments.append(name)
    book.gaps[name] = record.words("evidence_gap")
    filling = {"treatment": name}
    fact = f"treatment.{name}"
    rows = tuple(_row(book, inner, fact, filling) for inner in record.inner("rows"))
    _add(book, record, FactSpec(fact, Shape.TABLE, rows, gather=frozenset(record.words("gather"))))
    caution = f"cautions.{name}"
    held = tuple(_row(book, inner, caution, filling) for inner in (*book.cautions, *record.inner("cautions")))
    _add(book, record, FactSpec(caution, Shape.COLLECT, held))


def _add(book: _Book, record: Record, fact: FactSpec) -> None:
    if any(known.name == fact.name for known in book.facts):
        record.fault(None, f"the fact '{fact.name}' is defined twice", "Keep one definition")
        return
    book.places[fact.name] = record.place()
    book.facts.append(fact)


def _row(book: _Book, record: Record, fact: str, filling: Mapping[str, str]) -> Row:
    record.allow(*_ROW_KEYS)
    written = record
    if "gate" in record.block and "value" not in record.block:
        gate = book.gates.get(record.word("gate"))
        if gate is None:
            record.fault("gate", f"the gate '{record.word('gate')}' is not known", f"Use one of: {', '.join(book.gates)}")
            book.places[f"{fact}.?"] = record.place()
            return Row(f"{fact}.?", None, Constant(False), (), Layer.SETTLED)
        written = gate
    when = _condition(written, "when", filling)
    if "unless" in record.block:
        when = Every((when, Not(_condition(record, "unless", filling))))
    value = written.word("value")
    row = Row(
        id=_row_id(book, record, fact, value),
        value=value,
        when=when,
        cite=written.words("cite", required=True),
        layer=Layer(written.word("layer", tuple(Layer)) or "settled"),
        reasons=written.words("reasons"),
        parts=written.words("parts"),
    )
    book.places[row.id] = record.place()
    own = signed(record) or signed(written)
    if own is not None:
        book.reviews[row.id] = own
    return row


def _row_id(book: _Book, record: Record, fact: str, value: str) -> str:
    wanted = str(record.block.get("id") or f"{fact}.{record.block.get('gate', value)}")
    if fact.startswith("cautions."):
        wanted = f"{fact}.{value}"
    if wanted in book.places:
        if "id" in record.block:
            record.fault("id", f"the rule id '{wanted}' is used twice", "Give each rule an id of its own")
        number = 2
        while f"{wanted}.{number}" in book.places:
            number += 1
        wanted = f"{wanted}.{number}"
    return wanted


def _condition(record: Record, key: str, filling: Mapping[str, str]) -> Expression:
    text = record.word(key)
    for name, word in filling.items():
        text = text.replace(f"{{{name}}}", word)
    try:
        return parse(text)
    except ExpressionError as error:
        record.fault(key, f"the condition cannot be read: {error}", "Mend the condition")
        return Constant(False)
