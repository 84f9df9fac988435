"""Checks the knowledge beyond reading it: citations that exist, tables without gaps, nothing that nobody uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from flows.knowledge.loader import ROOT, Knowledge, KnowledgeError
from flows.knowledge.model import Fault, Place
from flows.knowledge.reader import Reader
from flows.knowledge.sources import read_later, read_settlements, read_statements, read_vignettes
from flows.rules.engine import Case, RuleBase
from flows.rules.expressions import Compare, Constant, Every, Expression, Mode, Not, Some, names_in
from flows.rules.fields import Field
from flows.rules.tables import FactSpec, Row, Shape
from flows.rules.truth import TRUE
from flows.rules.values import Interval


def audit(root: Path = ROOT, cited_in_texts: Iterable[str] = ()) -> tuple[Knowledge | None, list[Fault]]:
    """Every fault of a knowledge folder.

    Args:
        root: the folder.
        cited_in_texts: ids of sources that texts outside the folder name.

    Returns:
        The knowledge, where it can be used at all, and the faults, in the order of files and lines.
    """
    faults: list[Fault] = []
    knowledge: Knowledge | None = None
    try:
        knowledge = Knowledge(root)
    except KnowledgeError as error:
        faults += error.faults
    sources = _Sources(root)
    faults += sources.reader.faults
    if knowledge is not None:
        faults += _citations(knowledge, sources, frozenset(cited_in_texts))
        faults += _number_tables(knowledge)
        faults += _unused(knowledge)
    usable = knowledge if not sources.reader.faults else None
    return usable, sorted(set(faults), key=lambda fault: (fault.place.file, fault.place.line, fault.what))


class _Sources:
    """Everything that can be cited, read with its faults."""

    def __init__(self, root: Path) -> None:
        self.reader = Reader(root)
        self.statements = read_statements(self.reader)
        self.settlements = read_settlements(self.reader)
        self.later = read_later(self.reader)
        read_vignettes(self.reader)

    def places(self) -> Mapping[str, Place]:
        """Where each source is written."""
        return {name: entry.place for group in (self.statements, self.settlements, self.later) for name, entry in group.items()}


# --- citations ----------------------------------------------------------------------------------------------------


def _citations(knowledge: Knowledge, sources: _Sources, cited_in_texts: frozenset[str]) -> Iterator[Fault]:
    known = sources.places()
    named: set[str] = set(cited_in_texts)
    for place, what, cite in [*_by_rules(knowledge), *_by_questions(knowledge), *_by_sources(sources)]:
        named.update(cite)
        for name in cite:
            if name not in known:
                yield Fault(place, f"{what} cites '{name}', which does not exist", "Cite the id of a statement, settlement or later standard")
    linked = {name for entry in sources.statements.values() for name in (*entry.issues, *entry.later)}
    for name, place in known.items():
        if name not in named and name not in linked:
            yield Fault(place, f"'{name}' is cited by no rule, question or text", "Cite it where it bears on a conclusion, or remove it")


def _by_rules(knowledge: Knowledge) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    book = knowledge.book
    for fact in book.facts:
        if fact.cite:
            yield book.places[fact.name], f"fact {fact.name}", fact.cite
        for row in fact.rows:
            yield book.places[row.id], f"rule {row.id}", row.cite
    for treatment, gap in book.evidence_gap.items():
        yield book.places[f"treatment.{treatment}"], f"the evidence gap of {treatment}", gap


def _by_questions(knowledge: Knowledge) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    for question in knowledge.questions.values():
        yield question.place, f"question {question.id}", question.cite


def _by_sources(sources: _Sources) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    for settlement in sources.settlements.values():
        yield settlement.place, f"settlement {settlement.id}", (*settlement.statements, *settlement.later)
    for entry in sources.later.values():
        yield entry.place, f"later standard {entry.id}", entry.statements
    for statement in sources.statements.values():
        missing = [name for name in (*statement.issues, *statement.later) if name not in sources.places()]
        if missing:
            yield statement.place, f"statement {statement.id}", tuple(missing)


# --- tables over numbers --------------------------------------------------------------------------------------------


def _number_tables(knowledge: Knowledge) -> Iterator[Fault]:
    for fact in knowledge.book.facts:
        rows = [row for row in fact.rows if not isinstance(row.when, Constant)]
        name = _only_number(fact, rows, knowledge)
        if name is not None:
            yield from _covered(knowledge, fact, rows, knowledge.fields[name].core)


def _only_number(fact: FactSpec, rows: list[Row], knowledge: Knowledge) -> str | None:
    """The single number that a table reads, if it reads nothing else."""
    if fact.shape not in (Shape.BANDS, Shape.TABLE) or not rows:
        return None
    names = frozenset().union(*(names_in(row.when) for row in rows))
    if len(names) != 1:
        return None
    (name,) = names
    return name if name in knowledge.fields and knowledge.fields[name].core.numeric else None


def _covered(knowledge: Knowledge, fact: FactSpec, rows: list[Row], field: Field) -> Iterator[Fault]:
    place = knowledge.book.places[fact.name]
    for value in _probes(rows, field):
        held = [row for row in rows if _holds(knowledge.base, row.when, field.id, value)]
        if not held:
            yield Fault(place, f"no row of {fact.name} covers {field.id} = {value:g}", "Close the gap between the rows")
        elif len(held) > 1:
            both = " and ".join(row.id for row in held)
            yield Fault(place, f"{both} both hold for {field.id} = {value:g}", "Let exactly one row hold for each value")


def _holds(base: RuleBase, when: Expression, name: str, value: float) -> bool:
    return Case(base, {name: Interval(value, value)}).truth(base.compile(when)) is TRUE


def _probes(rows: list[Row], field: Field) -> list[float]:
    """Both limits, every cut-off, and a value between each two neighbours."""
    low, high = field.limits
    cuts = {cut for row in rows for cut in _cuts(row.when) if low <= cut <= high}
    points = sorted({low, high, *cuts})
    between = [(a + b) / 2 for a, b in pairwise(points)]
    return sorted({*points, *between} - ({low} if field.above_low else set()))


def _cuts(tree: Expression) -> Iterator[float]:
    match tree:
        case Compare(_, _, cut, None):
            yield cut
        case Every(parts) | Some(parts):
            for part in parts:
                yield from _cuts(part)
        case Not(part) | Mode(_, part):
            yield from _cuts(part)


# --- what nobody uses -------------------------------------------------------------------------------------------------


def _unused(knowledge: Knowledge) -> Iterator[Fault]:
    used = _names_used(knowledge)
    for question in knowledge.questions.values():
        if not used & set(question.fields):
            yield Fault(question.place, f"no conclusion uses the answer to question {question.id}", "Let a rule read it, or remove the question")
    for name in knowledge.goals:
        if not any(name in field.core.options for field in knowledge.fields.values()):
            yield Fault(Place("paths.yaml", 1), f"no question offers the goal '{name}'", "Offer it, or remove the path")
    yield from _never_first(knowledge)


def _names_used(knowledge: Knowledge) -> set[str]:
    used: set[str] = set()
    for fact in knowledge.book.facts:
        used.update(fact.of, *(names_in(row.when) for row in fact.rows))
        used.update([fact.fallback] if fact.fallback else [])
    for row in (row for fact in knowledge.book.facts for row in fact.rows):
        used.update(name.partition(".")[0] for name in names_in(row.when))
    goals = set(knowledge.goals)
    used.update(name for name, field in knowledge.fields.items() if goals and goals >= set(field.core.options) and field.core.options)
    return used


def _never_first(knowledge: Knowledge) -> Iterator[Fault]:
    """Rows after one that always holds can decide nothing."""
    for fact in knowledge.book.facts:
        if fact.shape is not Shape.TABLE:
            continue
        for place, row in enumerate(fact.rows[:-1]):
            if row.when == Constant(True):
                after = fact.rows[place + 1]
                yield Fault(knowledge.book.places[after.id], f"rule {after.id} stands behind one that always holds", "Move it before")

