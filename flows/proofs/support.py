"""What the engine calls the support of a value (``because`` and ``missing``), as clauses over all regions of answers.

For every condition and fact there is, for each answer it can read, a literal under which that answer is in ``because`` and
one under which it is in ``missing``. It restates the engine's rules of support; that both say the same is checked
case by case (see ``flows.proofs.conformity``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from flows.knowledge.loader import Knowledge
from flows.proofs.space import Pool, Space
from flows.rules.engine import Case
from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some
from flows.rules.tables import FactSpec, Shape
from flows.rules.values import Interval, Open
from flows.whatif.regions import fields_of

Literals = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Basis:
    """For each answer the literal under which it is in ``because``, and the one under which it is in ``missing``."""

    because: Literals = field(default_factory=dict)
    missing: Literals = field(default_factory=dict)


NOTHING = Basis()


class Supported(Space):
    """The rules over the partition, with the support of every condition and fact that is asked for."""

    def __init__(self, knowledge: Knowledge, pool: Pool | None = None) -> None:
        super().__init__(knowledge, pool)
        self._bases: dict[Expression, Basis] = {}
        self._outcomes: dict[str, Basis] = {}

    def basis(self, tree: Expression) -> Basis:
        """The support of a condition."""
        found = self._bases.get(tree)
        if found is None:
            found = self._bases[tree] = self._basis(tree)
        return found

    def _basis(self, tree: Expression) -> Basis:
        match tree:
            case Constant():
                return NOTHING
            case Every(parts):
                return self._joined(parts, settles=1)
            case Some(parts):
                return self._joined(parts, settles=0)
            case Not(part) | Mode(_, part):
                return self.basis(part)
            case Is(name) | Has(name) | Ask(_, name) if name in self.knowledge.base.facts:
                return self.outcome(name)
            case Is() | Has() | Compare() | Ask():
                return self._read(tree)

    def _joined(self, parts: Sequence[Expression], *, settles: int) -> Basis:
        """The first part that settles the whole and misses nothing, else the first that settles it, else all parts together."""
        pairs = [self.condition(part) for part in parts]
        bases = [self.basis(part) for part in parts]
        settling = [pair[settles] for pair in pairs]
        alone = [self.all_of((one, -self._any(basis.missing))) for one, basis in zip(settling, bases, strict=True)]
        together = -self.any_of(settling)
        taken = []
        for place, one in enumerate(settling):
            first_alone = self.all_of((alone[place], *(-other for other in alone[:place])))
            first = self.all_of((one, *(-other for other in settling[:place]), -self.any_of(alone)))
            taken.append(self.any_of((first_alone, first, together)))
        return self._union(list(zip(taken, bases, strict=True)))

    def _any(self, literals: Literals) -> int:
        return self.any_of(literals.values())

    def _union(self, parts: Sequence[tuple[int, Basis]]) -> Basis:
        """The support of all parts that are taken: each comes with the literal under which it is."""
        because: dict[str, list[int]] = {}
        missing: dict[str, list[int]] = {}
        for taken, basis in parts:
            for name, literal in basis.because.items():
                because.setdefault(name, []).append(self.all_of((taken, literal)))
            for name, literal in basis.missing.items():
                missing.setdefault(name, []).append(self.all_of((taken, literal)))
        return Basis(*({name: self.any_of(group) for name, group in groups.items()} for groups in (because, missing)))

    def _read(self, tree: Is | Has | Compare | Ask) -> Basis:
        names = fields_of(tree)
        if self.is_map(names[0]):
            unknown = self.items(names[0])[0]
            return Basis({names[0]: -unknown}, {names[0]: unknown})
        base = self.knowledge.base
        node = base.compile(tree)
        because: dict[str, list[int]] = {name: [] for name in names}
        missing: dict[str, list[int]] = {name: [] for name in names}
        for chosen in product(*(self.domain(name) for name in names)):
            answers = {name: answer for name, (answer, _) in zip(names, chosen, strict=True) if answer is not Open.MISSING}
            _, settled, lacking = Case(base, answers).judge(node)
            here = self.all_of(variable for _, variable in chosen)
            for name in names:
                because[name] += [here] if settled & base.bits[name] else []
                missing[name] += [here] if lacking & base.bits[name] else []
        return Basis(*({name: self.any_of(group) for name, group in groups.items()} for groups in (because, missing)))

    # --- facts ----------------------------------------------------------------------------------------------------

    def outcome(self, name: str) -> Basis:
        """The support of a fact."""
        found = self._outcomes.get(name)
        if found is None:
            found = self._outcomes[name] = self._outcome(self.knowledge.base.facts[name])
        return found

    def _outcome(self, fact: FactSpec) -> Basis:
        match fact.shape:
            case Shape.TABLE:
                return self._union([(self.reached(fact, place), self.basis(row.when)) for place, row in enumerate(fact.rows)])
            case Shape.COLLECT:
                return self._union([(self.always, self.basis(row.when)) for row in fact.rows])
            case Shape.BANDS:
                return self._bands(fact)
            case Shape.HIGHEST:
                return self._highest_basis(fact)
            case Shape.ONLY:
                return self.outcome(fact.of[0])

    def _bands(self, fact: FactSpec) -> Basis:
        (name,) = fact.of
        done = self.condition(Ask("done", name))[0]
        values = list(self.value(fact.name).values())
        several = self.any_of(self.all_of((one, other)) for place, one in enumerate(values) for other in values[place + 1 :])
        number = self.any_of(variable for answer, variable in self.domain(name) if isinstance(answer, Interval))
        return Basis({name: done}, {name: self.any_of((-done, self.all_of((several, number))))})

    def _highest_basis(self, fact: FactSpec) -> Basis:
        parts = [(self.always, self.outcome(name)) for name in fact.of]
        if fact.fallback is not None:
            nothing = self.all_of(-self.valued(name) for name in fact.of)
            said = self.any_of(variable for answer, variable in self.domain(fact.fallback) if not isinstance(answer, Open))
            parts.append((nothing, Basis({fact.fallback: said}, {fact.fallback: -said})))
        return self._union(parts)
