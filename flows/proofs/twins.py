"""Two patients side by side: what may differ between them, and which conclusions then do."""

from __future__ import annotations

from collections.abc import Iterable

from flows.knowledge.loader import Knowledge
from flows.proofs.partition import refinements
from flows.proofs.space import Pool, Space
from flows.proofs.support import Supported


class Twins:
    """Two copies of the rules. Fields that no relation names are free in both.

    Attributes:
        one: the first patient, with the support of conclusions.
        other: the second patient.
    """

    def __init__(self, knowledge: Knowledge, other: Knowledge | None = None) -> None:
        self.pool = Pool()
        self.one, self.other = Supported(knowledge, self.pool), Space(other or knowledge, self.pool, knowledge)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that either copy reads so far, made in both."""
        found = tuple(dict.fromkeys(name for copy in (self.one, self.other) for name in (*copy.domains, *copy.pairs)))
        for copy in (self.one, self.other):
            copy.touch(found)
        return found

    def same(self, field: str) -> int:
        """The literal under which both have the same answer (for a map that is open in both: whatever its items)."""
        if not self.one.is_map(field):
            pairs = zip(self.one.domain(field), self.other.domain(field), strict=True)
            return self.one.any_of(self.one.all_of((mine, theirs)) for (_, mine), (_, theirs) in pairs)
        (mine, items), (theirs, others) = self.one.items(field), self.other.items(field)
        told = self.one.all_of(
            self.one.any_of(self.one.all_of((a, b)) for (_, a), (_, b) in zip(items[item], others[item], strict=True)) for item in items
        )
        return self.one.any_of((self.one.all_of((mine, theirs)), self.one.all_of((-mine, -theirs, told))))

    def refined(self, field: str) -> int:
        """The literal under which the second patient's answer says the same, or says it more exactly."""
        if self.one.is_map(field):
            return self.one.any_of((self.same(field), self.one.items(field)[0]))
        mine, theirs = (copy.domain(field) for copy in (self.one, self.other))
        ways = []
        for (_, literal), finer in zip(mine, refinements(self.one.knowledge)[field], strict=True):
            ways.append(self.one.all_of((literal, self.one.any_of(theirs[place][1] for place in finer))))
        return self.one.any_of(ways)

    def differ(self, facts: Iterable[str]) -> int:
        """The literal under which the value of one of ``facts`` differs."""
        found = []
        for name in facts:
            mine, theirs = self.one.value(name), self.other.value(name)
            for word in dict.fromkeys((*mine, *theirs)):
                a, b = (values.get(word, -self.one.always) for values in (mine, theirs))
                found += [self.one.all_of((a, -b)), self.one.all_of((-a, b))]
        return self.one.any_of(found)
