"""Which facts and answers the rules read, followed all the way down."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from flows.dialog.explain import report
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case, Outcome
from flows.rules.expressions import Expression, names_in
from flows.rules.tables import FactSpec


def read_directly(fact: FactSpec) -> frozenset[str]:
    """The facts and fields that the rows of a fact name."""
    named = {name for row in fact.rows for name in names_in(row.when)} | set(fact.of)
    return frozenset(named | ({fact.fallback} if fact.fallback else set()))


def read_by(knowledge: Knowledge, names: Iterable[str]) -> frozenset[str]:
    """``names`` and every fact and field that they rest on; maps without their item."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        found |= waiting
        below = {after for name in waiting if name in knowledge.base.facts for after in _below(knowledge, name)}
        waiting = below - found
    return frozenset(name if name in knowledge.base.facts else name.partition(".")[0] for name in found)


@lru_cache(maxsize=1024)
def _below(knowledge: Knowledge, name: str) -> frozenset[str]:
    return read_directly(knowledge.base.facts[name])


def fields_read(knowledge: Knowledge, tree: Expression) -> frozenset[str]:
    """Every field that a condition rests on."""
    return read_by(knowledge, names_in(tree)) & knowledge.fields.keys()


class _Recorder(Case):
    """A case that notes which facts a report looks up."""

    __slots__ = ("seen",)

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge.base, {})
        self.seen: dict[str, None] = {}

    def fact(self, name: str) -> Outcome:
        self.seen[name] = None
        return super().fact(name)


@lru_cache(maxsize=4)
def reported(knowledge: Knowledge) -> tuple[str, ...]:
    """Every fact that a report shows."""
    recorder = _Recorder(knowledge)
    report(recorder, knowledge)
    return tuple(recorder.seen)
