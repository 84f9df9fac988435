"""Tables over one number, as the spans of figures in which each row decides."""

from __future__ import annotations

from dataclasses import dataclass

from flows.knowledge.loader import Knowledge
from flows.rules.expressions import Constant, names_in
from flows.rules.tables import FactSpec, Row
from flows.rules.truth import TRUE
from flows.whatif.partition import Region, Span, axis, runs


@dataclass(frozen=True, slots=True)
class Band:
    """A row, and the spans of the number in which it is the one that decides."""

    row: Row
    spans: tuple[Span, ...]


def bands(knowledge: Knowledge, fact: FactSpec) -> tuple[str, tuple[Band, ...]] | None:
    """The number that a table reads and its bands; None where it reads anything else, too."""
    rows = [row for row in fact.rows if not isinstance(row.when, Constant)]
    names = frozenset().union(*(names_in(row.when) for row in rows)) if rows else frozenset()
    if len(names) != 1:
        return None
    (name,) = names
    if name not in knowledge.fields or not knowledge.fields[name].core.numeric:
        return None
    held: dict[str, list[Region]] = {}
    for region in axis([knowledge], name, [row.when for row in rows], inexact=False).regions:
        first = next((row for row in rows if region.spans and _holds(knowledge, row, name, region)), None)
        if first is not None:
            held.setdefault(first.id, []).append(region)
    return name, tuple(Band(row, tuple(runs(held.get(row.id, [])))) for row in rows)


def _holds(knowledge: Knowledge, row: Row, name: str, region: Region) -> bool:
    return knowledge.case({name: region.answer}).truth(knowledge.base.compile(row.when)) is TRUE
