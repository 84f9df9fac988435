"""What a fact reads where rules changed: answers and unchanged facts as inputs, each with its regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from flows.authoring.reading import behind, conditions_of, read_by
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case, Outcome
from flows.rules.expressions import Ask, Constant, Every, Expression, Has, Is, Mode, Not, Some
from flows.rules.tables import FactSpec, Shape
from flows.rules.truth import FALSE, TRUE, Truth
from flows.rules.values import Answer, Open
from flows.whatif.partition import Axis, Region, axis
from flows.whatif.regions import Leaf, fields_of, leaves

MOST_MEMBERS = 4
"""Sets of up to so many words are gone through one by one; of larger ones the empty set and every single word."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of one fact in two versions of the knowledge.

    Attributes:
        versions: the older and the newer knowledge.
        opened: the facts that are worked out; every other fact that they read is an input.
        facts: those inputs.
        trees: the conditions of the facts that are worked out.
    """

    versions: tuple[Knowledge, Knowledge]
    opened: frozenset[str]
    facts: tuple[str, ...]
    trees: tuple[Expression, ...]

    def axis(self, name: str) -> Axis:
        """The regions of an input."""
        if name in self.facts:
            specs = [known.base.facts[name] for known in self.versions if name in known.base.facts]
            return Axis(name, tuple(map(Region, dict.fromkeys(value for spec in specs for value in _values(spec, self.versions)))))
        return axis(self.versions, name, self.trees)

    def cases(self, settled: Mapping[str, Region]) -> tuple[Case, Case]:
        """Both versions with these inputs settled and every other one open."""
        given = {name: region.answer for name, region in settled.items() if name not in self.facts and region.answer is not Open.MISSING}
        older, newer = (known.case(given) for known in self.versions)
        for case in (older, newer):
            for name in self.facts:
                if name in case.base.places:
                    case.outcomes[case.base.places[name]] = self._outcome(case, name, settled)
        return older, newer

    def _outcome(self, case: Case, name: str, settled: Mapping[str, Region]) -> Outcome:
        bit = self._bit(case, name)
        empty = None if case.base.facts[name].shape in (Shape.TABLE, Shape.ONLY) else frozenset[str]()
        if name not in settled:
            return Outcome(empty, 0, bit)
        value = settled[name].answer
        return Outcome(value if isinstance(value, str | frozenset) and value is not Open.MISSING else None, bit, 0)

    def _bit(self, case: Case, name: str) -> int:
        return 1 << len(case.base.fields) + self.facts.index(name)

    def names(self, case: Case, bits: int) -> tuple[str, ...]:
        """The inputs of a support."""
        fields = case.base.names(bits & (1 << len(case.base.fields)) - 1)
        return (*fields, *(name for name in self.facts if bits & self._bit(case, name)))


def inputs_of(versions: tuple[Knowledge, Knowledge], fact: str, changed: Iterable[str]) -> Inputs:
    """The inputs of ``fact``; a fact with a changed one behind it is no input but worked out, as is the fact itself."""
    wanted = frozenset(changed)
    opened: dict[str, None] = {fact: None}
    waiting = [fact]
    while waiting:
        name = waiting.pop()
        for known in versions:
            for read in sorted(read_by(known.base.facts[name])) if name in known.base.facts else ():
                if read not in opened and any(spec.name in wanted for spec in behind(known.base.facts, read)):
                    opened[read] = None
                    waiting.append(read)
    specs = [known.base.facts[name] for known in versions for name in opened if name in known.base.facts]
    reads = dict.fromkeys(name for spec in specs for name in sorted(read_by(spec)))
    facts = tuple(name for name in reads if name not in opened and any(name in known.base.facts for known in versions))
    return Inputs(versions, frozenset(opened), facts, tuple(tree for spec in specs for tree in conditions_of(spec)))


def _values(spec: FactSpec, versions: Sequence[Knowledge]) -> list[Answer]:
    """Everything a fact can be; ``Open.MISSING`` where it can be nothing."""
    words = list(dict.fromkeys(row.value or row.id for row in spec.rows))
    match spec.shape:
        case Shape.TABLE:
            return [*words, *([] if spec.rows and spec.rows[-1].when == Constant(True) else [Open.MISSING])]
        case Shape.ONLY:
            inner = next(known.base.facts[spec.of[0]] for known in versions if spec.of[0] in known.base.facts)
            return [*dict.fromkeys(row.value for row in inner.rows if row.value), Open.MISSING]
        case _:
            words = words or list(spec.order)
            sizes = range(len(words) + 1) if len(words) <= MOST_MEMBERS else range(2)
            return [frozenset(chosen) for size in sizes for chosen in combinations(words, size)]


def wanted(inputs: Inputs, where: Mapping[str, tuple[Region, ...]]) -> Expression:
    """The condition, in the newer version, that every input lies in one of its regions."""
    new = inputs.versions[1]
    parts = [_in_any(inputs, name, regions) for name, regions in where.items() if name in new.base.facts or name in new.fields]
    return Every(tuple(parts)) if parts else Constant(True)


def _in_any(inputs: Inputs, name: str, regions: tuple[Region, ...]) -> Expression:
    seen = _is if name in inputs.facts else partial(_seen, inputs)
    return Some(tuple(seen(name, region.answer) for region in regions))


def _is(name: str, value: Answer) -> Expression:
    if isinstance(value, str) and value is not Open.MISSING:
        return Is(name, (value,))
    if isinstance(value, frozenset) and value:
        return Every((Has(name, tuple(sorted(value)), only=True), *(Has(name, (word,)) for word in sorted(value))))
    return Ask("empty", name)


def _seen(inputs: Inputs, name: str, answer: Answer) -> Expression:
    """What the conditions see of an answer: of each that reads this field alone, whether it holds."""
    new = inputs.versions[1]
    case = new.case({} if answer is Open.MISSING else {name: answer})
    found = dict.fromkeys(leaf for tree in inputs.trees for leaf in leaves(tree) if fields_of(leaf) == (name,) and not new.unknown_in(leaf))
    return Every(tuple(_judged(leaf, case.truth(new.base.compile(leaf))) for leaf in found))


def _judged(leaf: Leaf, truth: Truth) -> Expression:
    return leaf if truth is TRUE else Not(leaf) if truth is FALSE else Mode("unknown", leaf)
