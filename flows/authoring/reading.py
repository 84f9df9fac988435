"""Which conditions, facts and answers stand behind a fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flows.knowledge.loader import Knowledge
from flows.rules.expressions import Ask, Expression, names_in
from flows.rules.tables import FactSpec, Shape


def read_by(fact: FactSpec) -> frozenset[str]:
    """The facts and answers that a fact reads itself; maps without their item."""
    names = frozenset().union(*(names_in(row.when) for row in fact.rows), fact.of, [fact.fallback] if fact.fallback else [])
    return frozenset(names)


def behind(facts: Mapping[str, FactSpec], name: str) -> tuple[FactSpec, ...]:
    """A fact and every fact that it rests on."""
    found: dict[str, FactSpec] = {}
    waiting = [name]
    while waiting:
        fact = facts.get(waiting.pop())
        if fact is not None and fact.name not in found:
            found[fact.name] = fact
            waiting.extend(sorted(read_by(fact)))
    return tuple(found.values())


def conditions_of(fact: FactSpec) -> tuple[Expression, ...]:
    """The conditions of a fact, also those that its shape implies."""
    implied: list[Expression] = [Ask("done", name) for name in fact.of] if fact.shape is Shape.BANDS else []
    implied += [Ask("done", fact.fallback)] if fact.fallback else []
    if fact.shape is Shape.BANDS:
        implied += [Ask("inexact", name) for name in fact.of]
    return (*(row.when for row in fact.rows), *implied)


def conditions_behind(knowledge: Knowledge, name: str) -> tuple[Expression, ...]:
    """Every condition that a fact rests on."""
    return tuple(tree for fact in behind(knowledge.base.facts, name) for tree in conditions_of(fact))


def answers_in(knowledge: Knowledge, trees: Iterable[Expression]) -> frozenset[str]:
    """The answers that conditions read, without the facts."""
    names = {name.partition(".")[0] for tree in trees for name in names_in(tree) if name not in knowledge.base.facts}
    return frozenset(names & knowledge.fields.keys())


