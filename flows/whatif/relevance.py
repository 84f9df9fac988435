"""Which questions can still change a conclusion, whatever the other open answers turn out to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pysat.solvers import Glucose4

from flows.knowledge.loader import Knowledge
from flows.rules.fields import Kind
from flows.rules.values import Answers
from flows.whatif.encoding import Encoding


def relevant(knowledge: Knowledge, answers: Answers, facts: Sequence[str], asked: Iterable[str]) -> frozenset[str]:
    """The fields among ``asked`` whose answer can change the value of one of ``facts``.

    A field is left out only where no answer to it changes any of the facts, whatever the open answers turn out to be; so
    once no field is left, every completion of the answers gives the same conclusions.
    """
    twins = _Twins(knowledge, answers, facts)
    with Glucose4(bootstrap_with=twins.clauses) as solver:
        return frozenset(field for field in asked if twins.can_change(field, solver))


class _Twins:
    """Two copies of the rules side by side, equal in every field but the one that is asked about."""

    def __init__(self, knowledge: Knowledge, answers: Answers, facts: Sequence[str]) -> None:
        one, other = Encoding(knowledge, answers), Encoding(knowledge, answers)
        values = [(one.value(name), other.value(name)) for name in facts]
        self.fields = (*one.domains, *one.pairs)
        shift = one.size
        left = [(here[word], _moved(there[word], shift)) for here, there in values for word in here]
        self.clauses = [*one.clauses, *([_moved(literal, shift) for literal in clause] for clause in other.clauses)]
        self._next = 2 * shift
        differing = [self._differs(a, b) for a, b in left]
        self.clauses.append(differing)
        self.same = {field: self._same(one, field, shift) for field in self.fields}
        self.known = [one.domains[field][0][1] for field in one.domains if field in answers]
        self.known += [literal for field in one.pairs if field in answers for literal in _fixed(one, field)]

    def can_change(self, field: str, solver: Glucose4) -> bool:
        """Whether two answers to ``field`` can give different conclusions."""
        if field not in self.same:
            return False
        equal = [literal for name, literal in self.same.items() if name != field]
        return bool(solver.solve(assumptions=[*equal, *self.known]))

    def _new(self) -> int:
        self._next += 1
        return self._next

    def _differs(self, a: int, b: int) -> int:
        found = self._new()
        self.clauses += [[-found, a, b], [-found, -a, -b]]
        return found

    def _same(self, one: Encoding, field: str, shift: int) -> int:
        """A literal under which the copies agree on a field."""
        found = self._new()
        for variable in one.variables(field):
            self.clauses += [[-found, -variable, _moved(variable, shift)], [-found, variable, -_moved(variable, shift)]]
        return found


def _fixed(one: Encoding, field: str) -> list[int]:
    """The literals under which a map has the answer it has."""
    now = one.answers[field]
    unknown, outcomes = one.pairs[field]
    if one.knowledge.fields[field].core.kind is not Kind.MAP or not isinstance(now, dict):
        return [unknown]
    return [-unknown, *(variable for item, choices in outcomes.items() for word, variable in choices if word == now.get(item, "absent"))]


def _moved(literal: int, shift: int) -> int:
    return literal + shift if literal > 0 else literal - shift
