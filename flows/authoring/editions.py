"""Which patients get another name from a later standard: every region of answers, named by the review and by the standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from flows.authoring.boxes import Box, Cell, covering
from flows.authoring.reading import conditions_behind
from flows.knowledge.editions import Edition, Naming
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case, Value
from flows.rules.truth import TRUE
from flows.rules.values import Open
from flows.whatif.partition import Axis, Region, axis

Where = Mapping[str, tuple[Region, ...]]
"""For each answer, its regions; an answer that may be anything is not there."""


@dataclass(frozen=True, slots=True)
class Part:
    """Patients with one name by the review and one by the standard.

    Attributes:
        where: regions of patients; they may overlap, and together they are all of them.
        review: the values of the facts that stand beside.
        naming: the row of the standard.
        other: the standard gives another name than the review.
        cite: the later standards and the statements that the two names rest on.
        cells: how many regions of single answers there are.
    """

    where: tuple[Where, ...]
    review: Mapping[str, Value]
    naming: Naming
    other: bool
    cite: tuple[str, ...]
    cells: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A later standard beside the review: other names first, then the same, then no name."""

    edition: Edition
    parts: tuple[Part, ...]

    @property
    def cells(self) -> int:
        """How many regions of single answers were gone through."""
        return sum(part.cells for part in self.parts)


_Key = tuple[tuple[Value, ...], int, bool]


@dataclass(slots=True)
class _Group:
    cells: list[Cell] = field(default_factory=list)
    cite: dict[str, None] = field(default_factory=dict)


def comparisons(knowledge: Knowledge) -> Iterator[Comparison]:
    """Every later standard that names tumours, beside the review."""
    for edition in knowledge.editions.values():
        yield compared(knowledge, edition)


def compared(knowledge: Knowledge, edition: Edition) -> Comparison:
    """One later standard beside the review, over every region of the answers it is about."""
    trees = [tree for row in edition.rows for tree in (row.when, row.same)]
    trees += [tree for name in edition.beside for tree in conditions_behind(knowledge, name)]
    axes = [axis([knowledge], name, trees, inexact=False, only=only) for name, only in edition.over.items()]
    groups: dict[_Key, _Group] = {}
    for cell in product(*(range(len(one.regions)) for one in axes)):
        answers = {one.field: one.regions[place].answer for one, place in zip(axes, cell, strict=True)}
        case = knowledge.case({name: answer for name, answer in answers.items() if answer is not Open.MISSING})
        group = groups.setdefault(_named(case, edition), _Group())
        group.cells.append(cell)
        group.cite.update(dict.fromkeys(_cited(case, edition)))
    parts = [_part(edition, axes, key, group) for key, group in groups.items()]
    places = {row.id: place for place, row in enumerate(edition.rows)}
    return Comparison(edition, tuple(sorted(parts, key=lambda part: (not part.other, part.naming.silent, places[part.naming.id]))))


def _named(case: Case, edition: Edition) -> _Key:
    place, row = next((place, row) for place, row in enumerate(edition.rows) if case.truth(case.base.compile(row.when)) is TRUE)
    other = not row.silent and case.truth(case.base.compile(row.same)) is not TRUE
    return tuple(_beside(case, edition).values()), place, other


def _beside(case: Case, edition: Edition) -> dict[str, Value]:
    """The facts of the review that stand beside; None where one says nothing here."""
    first = case.word(next(iter(edition.beside)))
    return {name: case.fact(name).value if not only or first in only else None for name, only in edition.beside.items()}


def _cited(case: Case, edition: Edition) -> Iterator[str]:
    for name, value in _beside(case, edition).items():
        if value is not None:
            yield from (source for row in case.fact(name).rows for source in row.cite)


def _part(edition: Edition, axes: list[Axis], key: _Key, group: _Group) -> Part:
    values, place, other = key
    naming = edition.rows[place]
    boxes = covering(group.cells, [len(one.regions) for one in axes])
    return Part(
        where=tuple(_where(axes, box) for box in boxes),
        review=dict(zip(edition.beside, values, strict=True)),
        naming=naming,
        other=other,
        cite=tuple(dict.fromkeys((*naming.cite, *group.cite))),
        cells=len(group.cells),
    )


def _where(axes: list[Axis], box: Box) -> Where:
    return {
        one.field: tuple(one.regions[place] for place in sorted(chosen))
        for one, chosen in zip(axes, box, strict=True)
        if len(chosen) < len(one.regions)
    }
