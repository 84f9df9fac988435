"""Claims on single rules: each decides somewhere, and somewhere nothing else would have said the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pysat.solvers import Cadical153

from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import Claim, Finding, Method
from flows.proofs.space import Patient, Space
from flows.rules.expressions import Ask
from flows.rules.tables import FactSpec, Row, Shape

Literal = Callable[[Space, FactSpec, int], int]
"""Gives the literal under which a row of a fact does what is claimed."""


def ruled(knowledge: Knowledge) -> tuple[str, ...]:
    """Every fact with rows."""
    return tuple(fact.name for fact in knowledge.book.facts if fact.rows)


def every_rule_decides(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """Every row holds for somebody; in a table, as the first that does."""
    return _claimed(knowledge, names, "decides", _always, _deciding)


def every_rule_alone(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """Every row that decides is the only reason for what it says, for somebody: without it another value, or other reasons, would stand."""
    return _claimed(knowledge, names, "alone", _deciding, _deciding_alone)


def _claimed(knowledge: Knowledge, names: Sequence[str], claim: str, given: Literal, wanted: Literal) -> Claim:
    """Whether ``wanted`` can be for every row for which ``given`` can be."""
    findings: list[Finding] = []
    subjects = regions = 0
    for name in names:
        fact, space = knowledge.base.facts[name], Space(knowledge)
        literals = [(given(space, fact, place), wanted(space, fact, place)) for place in range(len(fact.rows))]
        with Cadical153(bootstrap_with=space.clauses) as solver:
            for row, (before, one) in zip(fact.rows, literals, strict=True):
                if solver.solve(assumptions=[before]) and not solver.solve(assumptions=[one]):
                    findings.append(Finding(row.id, None, None, {"fact": name}))
        subjects += len(fact.rows)
        regions += space.combinations
    return Claim(claim, Method.SOLVED, subjects, regions, findings=tuple(findings))


def witnesses(knowledge: Knowledge, name: str) -> Iterator[Patient]:
    """For every row of a fact a patient for whom it decides, with as many answers as the solver happens to give."""
    fact, space = knowledge.base.facts[name], Space(knowledge)
    wanted = [_deciding(space, fact, place) for place in range(len(fact.rows))]
    with Cadical153(bootstrap_with=space.clauses) as solver:
        for one in wanted:
            if solver.solve(assumptions=[one]):
                yield space.patient(solver.get_model())


def _always(space: Space, fact: FactSpec, place: int) -> int:
    return space.always


def _deciding(space: Space, fact: FactSpec, place: int) -> int:
    if fact.shape is Shape.TABLE:
        return space.firing(fact, place)
    if fact.shape is Shape.BANDS:
        return space.all_of((space.condition(Ask("done", fact.of[0]))[0], -space.condition(fact.rows[place].when)[1]))
    return space.condition(fact.rows[place].when)[0]


def _deciding_alone(space: Space, fact: FactSpec, place: int) -> int:
    decides = _deciding(space, fact, place)
    if fact.shape is Shape.TABLE:
        return space.all_of((decides, -_said_by_the_next(space, fact, place)))
    alike = [other for other, row in enumerate(fact.rows) if other != place and _says(row) == _says(fact.rows[place])]
    return space.all_of((decides, *(-_deciding(space, fact, other) for other in alike)))


def _said_by_the_next(space: Space, fact: FactSpec, place: int) -> int:
    """Whether the next row that holds would have said the very same."""
    between: list[int] = []
    ways: list[int] = []
    for row in fact.rows[place + 1 :]:
        holds = space.condition(row.when)[0]
        if _says(row) == _says(fact.rows[place]):
            ways.append(space.all_of((holds, *between)))
        between.append(-holds)
    return space.any_of(ways)


def _says(row: Row) -> tuple[object, ...]:
    """What a row gives a report: its value, or the reasons or the sources it adds."""
    return row.value or row.id, row.reasons, row.cite
