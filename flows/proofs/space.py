"""The rules over all regions of answers as clauses, and the patients that a solver finds in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF
from pysat.solvers import Cadical153

from flows.knowledge.loader import Knowledge
from flows.proofs.partition import Region, partition
from flows.rules.conditions import ABSENT
from flows.rules.fields import Kind
from flows.rules.tables import FactSpec
from flows.rules.values import Answer, Open
from flows.whatif.encoding import Encoding

Patient = dict[str, Answer]


class Pool:
    """Variables and clauses that several copies of the rules share."""

    def __init__(self) -> None:
        self.count = 0
        self.clauses: list[list[int]] = []

    def new(self) -> int:
        """A fresh variable."""
        self.count += 1
        return self.count


class Space(Encoding):
    """The rules over the partition: every answer of every field, ranges and bounds included.

    Args:
        knowledge: the rules.
        pool: where its variables and clauses go; a pool of its own where none is given.
    """

    def __init__(self, knowledge: Knowledge, pool: Pool | None = None) -> None:
        self.pool = pool or Pool()
        super().__init__(knowledge, {})
        self.pool.clauses.extend(self.clauses)
        self.clauses = self.pool.clauses

    def _new(self) -> int:
        return self.pool.new()

    def domain(self, field: str) -> list[tuple[Answer, int]]:
        """The regions of a field, and the variable of each."""
        found = self.domains.get(field)
        if found is None:
            found = self.domains[field] = [(region.answer, self._new()) for region in self.regions(field)]
            self._one_of([variable for _, variable in found])
        return found

    def regions(self, field: str) -> tuple[Region, ...]:
        """The regions of a field, in the order of its domain."""
        return partition(self.knowledge)[field]

    def is_map(self, field: str) -> bool:
        """Whether the answers of a field are outcomes by item."""
        return self.knowledge.fields[field].core.kind is Kind.MAP

    def touch(self, fields: Iterable[str]) -> None:
        """Makes the variables of these fields."""
        for field in fields:
            _ = self.items(field) if self.is_map(field) else self.domain(field)

    def open_answer(self, field: str) -> int:
        """The literal of a field that was not asked (for a map: that is open)."""
        if self.is_map(field):
            return self.items(field)[0]
        return next(variable for answer, variable in self.domain(field) if answer is Open.MISSING)

    def firing(self, fact: FactSpec, place: int) -> int:
        """The literal under which a row of a table is the first that holds."""
        return self.all_of((self.condition(fact.rows[place].when)[0], *(-self.condition(row.when)[0] for row in fact.rows[:place])))

    def valued(self, name: str) -> int:
        """The literal under which a fact has a value (a member, where it is a set)."""
        return self.any_of(self.value(name).values())

    @property
    def combinations(self) -> int:
        """How many combinations of regions the fields so far have."""
        found = prod(len(domain) for domain in self.domains.values())
        return found * prod(1 + prod(len(choices) for choices in outcomes.values()) for _, outcomes in self.pairs.values())

    def patient(self, model: Iterable[int]) -> Patient:
        """The answers that a model stands for."""
        chosen = frozenset(model)
        found = {field: answer for field, domain in self.domains.items() for answer, variable in domain if variable in chosen}
        for field, (unknown, outcomes) in self.pairs.items():
            if unknown not in chosen:
                found[field] = _told(outcomes, chosen)
        return {field: found[field] for field in self.knowledge.fields if found.get(field, Open.MISSING) is not Open.MISSING}


def _told(outcomes: Mapping[str, list[tuple[str, int]]], chosen: frozenset[int]) -> dict[str, str]:
    return {item: word for item, choices in outcomes.items() for word, variable in choices if variable in chosen and word != ABSENT}


def solvable(pool: Pool, wanted: Sequence[int]) -> frozenset[int] | None:
    """A model in which all of ``wanted`` hold; None where there is none."""
    with Cadical153(bootstrap_with=pool.clauses) as solver:
        return frozenset(solver.get_model()) if solver.solve(assumptions=list(wanted)) else None


def smallest(pool: Pool, wanted: Sequence[int], spaces: Sequence[Space]) -> frozenset[int] | None:
    """A model in which all of ``wanted`` hold and as few answers as possible are given; None where there is none."""
    formula = WCNF()
    kept = [space.open_answer(field) for space in spaces for field in (*space.domains, *space.pairs)]
    for clause in (*pool.clauses, *([literal] for literal in wanted)):
        formula.append(clause)
    for literal in kept:
        formula.append([literal], weight=1)
    with RC2(formula) as solver:
        model = solver.compute()
    return None if model is None else frozenset(model)
