"""Cases of nearly the same answers share their judgements: only what reads a changed answer is judged anew.

Only speed depends on it: a case made from another equals one made afresh, which a property test holds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_

from flows.rules.conditions import names_in
from flows.rules.engine import Case, RuleBase
from flows.rules.tables import FactSpec
from flows.rules.values import Answer, Answers

KEPT = 64
"""Cases at hand, about 30 kB each; a conversation needs one."""
Touched = tuple[tuple[int, ...], tuple[int, ...]]


class Reads:
    """For every answer, the conditions and facts that read it, by themselves or through other facts."""

    def __init__(self, base: RuleBase) -> None:
        self.base, self.size = base, len(base.judges)
        self._facts: dict[str, int] = {}
        self._conditions = {number: self._bits(names_in(tree)) for tree, number in base.conditions()}
        self._places = [self._of(name) for name in base.facts]
        self._touched: dict[str, Touched] = {}

    def touched(self, name: str) -> Touched:
        """The numbers of the conditions, and the places of the facts, that read an answer."""
        found = self._touched.get(name)
        if found is None:
            bit = self.base.bits[name]
            conditions = tuple(number for number, bits in self._conditions.items() if bits & bit)
            found = self._touched[name] = (conditions, tuple(place for place, bits in enumerate(self._places) if bits & bit))
        return found

    def _bits(self, names: Iterable[str]) -> int:
        return reduce(or_, map(self._of, names), 0)

    def _of(self, name: str) -> int:
        """The answers that a name stands for: itself, or all that a fact reads."""
        if name not in self.base.places:
            return self.base.bits.get(name) or self.base.bits[name.partition(".")[0]]
        if name not in self._facts:
            self._facts[name] = self._bits(_read_by(self.base.facts[name]))
        return self._facts[name]


def _read_by(fact: FactSpec) -> Iterator[str]:
    for row in fact.rows:
        yield from names_in(row.when)
    yield from fact.of
    if fact.fallback is not None:
        yield fact.fallback


class Nearby:
    """Makes cases from others that were made a moment ago."""

    def __init__(self, base: RuleBase) -> None:
        self.base = base
        self._reads: Reads | None = None
        self._kept: deque[Case] = deque(maxlen=KEPT)

    def case(self, answers: Answers, before: Answers) -> Case:
        """The case of these answers, made from the one of the answers ``before`` where that is at hand."""
        old = self._taken(before)
        case = Case(self.base, answers) if old is None else self._changed(old, answers)
        self._kept.appendleft(case)
        return case

    def beside(self, case: Case, answers: Answers) -> Case:
        """The case of other answers, made from one that stays at hand; itself it is not kept.

        Every fact of ``case`` is judged for it, once for all that are made beside it. A fact that reads none of the answers
        that differ is the same object in both.
        """
        for place in range(len(self.base.makers)):
            case.at(place)
        return self._changed(case, answers)

    def forget(self, answers: Answers) -> None:
        """Keeps no case of these answers."""
        while self._taken(answers) is not None:
            pass

    def _taken(self, answers: Answers) -> Case | None:
        found = next((place for place, case in enumerate(self._kept) if case.answers == answers), None)
        if found is None:
            return None
        case = self._kept[found]
        del self._kept[found]
        return case

    def _changed(self, old: Case, answers: Answers) -> Case:
        if self._reads is None or self._reads.size != len(self.base.judges):
            self._reads = Reads(self.base)
        case = Case(self.base, answers)
        memo, outcomes = [*old.memo, *case.memo[len(old.memo) :]], old.outcomes.copy()
        for name in _differing(old.answers, answers):
            conditions, places = self._reads.touched(name)
            for number in conditions:
                memo[number] = None
            for place in places:
                outcomes[place] = None
        case.memo, case.outcomes = memo, outcomes
        return case


def _differing(old: Mapping[str, Answer], new: Mapping[str, Answer]) -> Iterator[str]:
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        if before is not after and (type(before) is not type(after) or before != after):  # an open answer equals its own word
            yield name
