"""The rules over all regions of answers as clauses, and the patients that a solver finds in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF
from pysat.solvers import Cadical153

from flows.knowledge.loader import Knowledge
from flows.proofs.partition import Region, partition
from flows.rules.conditions import ABSENT
from flows.rules.fields import Kind
from flows.rules.tables import FactSpec
from flows.rules.values import Answer, Form, Interval, Open
from flows.whatif.encoding import Encoding

Patient = dict[str, Answer]
AN_ANSWER = 100
"""What an answer adds to the size of a patient; how it is given only breaks ties."""


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
        beside: other knowledge over the same questions, whose regions are taken, so that both can be compared.
    """

    def __init__(self, knowledge: Knowledge, pool: Pool | None = None, beside: Knowledge | None = None) -> None:
        self.pool = pool or Pool()
        self._divided = partition(beside or knowledge)
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
        return self._divided[field]

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

    def reached(self, fact: FactSpec, place: int) -> int:
        """Whether a row of a table is looked at: no row before it holds, or it is gathered beside one of the same value."""
        looked = [self.all_of(-self.condition(row.when)[0] for row in fact.rows[:place])]
        value = fact.rows[place].value
        for before in range(place - 1, -1, -1):
            if value not in fact.gather or fact.rows[before].value != value:
                break
            looked.append(self.firing(fact, before))
        return self.any_of(looked)

    def valued(self, name: str) -> int:
        """The literal under which a fact has a value (a member, where it is a set)."""
        return self.any_of(self.value(name).values())

    @property
    def combinations(self) -> int:
        """How many combinations of regions the fields so far have."""
        found = prod(len(domain) for domain in self.domains.values())
        return found * prod(1 + prod(len(choices) for choices in outcomes.values()) for _, outcomes in self.pairs.values())

    def burdens(self) -> Iterator[tuple[int, int]]:
        """What each answer adds to the size of a patient, by its literal; more where it is no plain word or number."""
        for domain in self.domains.values():
            yield from ((variable, AN_ANSWER + _odd(answer)) for answer, variable in domain if answer is not Open.MISSING)
        for unknown, outcomes in self.pairs.values():
            yield -unknown, AN_ANSWER
            yield from ((variable, 1) for choices in outcomes.values() for word, variable in choices if word != ABSENT)

    def patient(self, model: Iterable[int]) -> Patient:
        """The answers that a model stands for."""
        chosen = frozenset(model)
        found = {field: answer for field, domain in self.domains.items() for answer, variable in domain if variable in chosen}
        for field, (unknown, outcomes) in self.pairs.items():
            if unknown not in chosen:
                found[field] = _told(outcomes, chosen)
        return {field: found[field] for field in self.knowledge.fields if found.get(field, Open.MISSING) is not Open.MISSING}


def _odd(answer: Answer) -> int:
    """How far an answer is from a plain one."""
    match answer:
        case Interval():
            return int(answer.form is not Form.EXACT)
        case frozenset():
            return len(answer) - 1
        case _:
            return int(isinstance(answer, Open))


def _told(outcomes: Mapping[str, list[tuple[str, int]]], chosen: frozenset[int]) -> dict[str, str]:
    return {item: word for item, choices in outcomes.items() for word, variable in choices if variable in chosen and word != ABSENT}


def solvable(pool: Pool, wanted: Sequence[int]) -> frozenset[int] | None:
    """A model in which all of ``wanted`` hold; None where there is none."""
    with Cadical153(bootstrap_with=pool.clauses) as solver:
        return frozenset(solver.get_model()) if solver.solve(assumptions=list(wanted)) else None


def smallest(pool: Pool, wanted: Sequence[int], spaces: Sequence[Space]) -> frozenset[int] | None:
    """A model in which all of ``wanted`` hold and as few answers as possible are given, and these as plain as possible."""
    formula = WCNF()
    for clause in (*pool.clauses, *([literal] for literal in wanted)):
        formula.append(clause)
    for space in spaces:
        for literal, weight in space.burdens():
            formula.append([-literal], weight=weight)
    with RC2(formula) as solver:
        model = solver.compute()
    return None if model is None else frozenset(model)
