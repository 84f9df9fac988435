"""Evaluates conditions and facts of one case, each at most once, with the answers behind every value.

Every judgement carries its support: ``because`` (answers that settled it) and ``missing`` (answers that could still
change it), as bit sets over the fields. The promise, held by a property test: no answer outside ``because`` and
``missing`` can change the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flows.rules import conditions
from flows.rules.expressions import Constant, Expression
from flows.rules.fields import Field
from flows.rules.tables import FactSpec, Layer, Row, Shape, furthest
from flows.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from flows.rules.values import Answers, Interval, Open

Judgement = tuple[Truth, int, int]
Value = str | frozenset[str] | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of a fact in one case, the rows that gave it, and its support."""

    value: Value
    because: int
    missing: int
    rows: tuple[Row, ...] = ()
    layer: Layer = Layer.REVIEW


class RuleBase:
    """Compiled rules over a set of fields. Immutable once built; shared by every case.

    Args:
        fields: every field that can be answered.
        facts: every derived value; a fact may read any other that does not read it back.

    Raises:
        KeyError: a condition names neither a field nor a fact (the knowledge check reports this before).
    """

    def __init__(self, fields: Iterable[Field], facts: Iterable[FactSpec]) -> None:
        self.fields: Final[dict[str, Field]] = {field.id: field for field in fields}
        self.bits: Final[dict[str, int]] = {name: 1 << place for place, name in enumerate(self.fields)}
        self.facts: Final[dict[str, FactSpec]] = {fact.name: fact for fact in facts}
        self.places: Final[dict[str, int]] = {name: place for place, name in enumerate(self.facts)}
        self.judges: Final[list[conditions.Judge]] = []
        self._known: dict[Expression, int] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        compiler = conditions.Compiler(self)
        self.compile: Final = compiler.node
        self.makers: Final[list[Callable[[Case], Outcome]]] = [_maker(self, fact) for fact in self.facts.values()]

    def intern(self, key: Expression, judge: conditions.Judge) -> int:
        """The number of a condition's judge; equal conditions share one."""
        if key not in self._known:
            self._known[key] = len(self.judges)
            self.judges.append(judge)
        return self._known[key]

    def known(self, key: Expression) -> int | None:
        """The number of a condition that was compiled before."""
        return self._known.get(key)

    def conditions(self) -> Iterable[tuple[Expression, int]]:
        """Every compiled condition with its number."""
        return self._known.items()

    def names(self, bits: int) -> tuple[str, ...]:
        """The field ids of a bit set, in the order of the fields."""
        found = self._names.get(bits)
        if found is None:
            found = tuple(name for name, bit in self.bits.items() if bits & bit)
            if len(self._names) < 20_000:
                self._names[bits] = found
        return found


class Case:
    """One set of answers seen through the rules. Nothing is computed before it is asked for, nothing twice."""

    __slots__ = ("answers", "base", "memo", "outcomes")

    def __init__(self, base: RuleBase, answers: Answers) -> None:
        self.base = base
        self.answers = answers
        self.memo: list[Judgement | None] = [None] * len(base.judges)
        self.outcomes: list[Outcome | None] = [None] * len(base.makers)

    def judge(self, node: int) -> Judgement:
        """The judgement of a compiled condition, also of one that was compiled after the case was made."""
        if node >= len(self.memo):
            self.memo.extend([None] * (len(self.base.judges) - len(self.memo)))
        found = self.memo[node]
        if found is None:
            found = self.memo[node] = self.base.judges[node](self)
        return found

    def at(self, place: int) -> Outcome:
        """The outcome of the fact at ``place``."""
        found = self.outcomes[place]
        if found is None:
            found = self.outcomes[place] = self.base.makers[place](self)
        return found

    def fact(self, name: str) -> Outcome:
        """The outcome of the fact called ``name``."""
        return self.at(self.base.places[name])

    def word(self, name: str) -> str | None:
        """The single word of a fact (None where it has none)."""
        value = self.fact(name).value
        return value if isinstance(value, str) else None

    def truth(self, node: int) -> Truth:
        """Whether a compiled condition holds."""
        return self.judge(node)[0]


def _maker(base: RuleBase, fact: FactSpec) -> Callable[[Case], Outcome]:
    match fact.shape:
        case Shape.TABLE:
            return _table(base, fact)
        case Shape.COLLECT:
            return _collect(base, fact)
        case Shape.BANDS:
            return _bands(base, fact)
        case Shape.HIGHEST:
            return _highest(base, fact)
        case Shape.ONLY:
            return _only(base, fact)


def _compiled(base: RuleBase, fact: FactSpec) -> list[tuple[int, Row, tuple[int, ...]]]:
    return [(base.compile(row.when), row, _facts_read(base, row)) for row in fact.rows]


def _facts_read(base: RuleBase, row: Row) -> tuple[int, ...]:
    return tuple(sorted(base.places[name] for name in conditions.names_in(row.when) if name in base.places))


def _layer(case: Case, row: Row, read: tuple[int, ...]) -> Layer:
    return furthest(row.layer, *[case.at(place).layer for place in read]) if read else row.layer


def _table(base: RuleBase, fact: FactSpec) -> Callable[[Case], Outcome]:
    rows, judges = _compiled(base, fact), base.judges

    def run(case: Case) -> Outcome:
        because = missing = 0
        memo = case.memo
        for place, (node, row, read) in enumerate(rows):
            found = memo[node]
            if found is None:
                found = memo[node] = judges[node](case)
            truth, settled, lacking = found
            because |= settled
            missing |= lacking
            if truth is TRUE:
                layer = _layer(case, row, read)
                if row.value in fact.gather:
                    return _gathered(case, rows, place, Outcome(row.value, because, missing, (row,), layer))
                return Outcome(row.value, because, missing, (row,), layer)
        return Outcome(None, because, missing)

    return run


def _gathered(case: Case, rows: list[tuple[int, Row, tuple[int, ...]]], place: int, first: Outcome) -> Outcome:
    """Adds the neighbours that give the same value, so that every reason for it is named."""
    because, missing, found, layer = first.because, first.missing, list(first.rows), first.layer
    for node, row, read in rows[place + 1 :]:
        if row.value != first.value:
            break
        truth, settled, lacking = case.judge(node)
        because |= settled
        missing |= lacking
        if truth is TRUE:
            found.append(row)
            layer = furthest(layer, _layer(case, row, read))
    return Outcome(first.value, because, missing, tuple(found), layer)


def _collect(base: RuleBase, fact: FactSpec) -> Callable[[Case], Outcome]:
    rows, judges = _compiled(base, fact), base.judges

    def run(case: Case) -> Outcome:
        because = missing = 0
        held: list[Row] = []
        layers: list[Layer] = []
        memo = case.memo
        for node, row, read in rows:
            found = memo[node]
            if found is None:
                found = memo[node] = judges[node](case)
            truth, settled, lacking = found
            because |= settled
            missing |= lacking
            if truth is TRUE:
                held.append(row)
                layers.append(_layer(case, row, read))
        values = tuple(dict.fromkeys(row.value or row.id for row in held))
        return Outcome(values, because, missing, tuple(held), furthest(*layers))

    return run


def _bands(base: RuleBase, fact: FactSpec) -> Callable[[Case], Outcome]:
    rows = _compiled(base, fact)
    (name,) = fact.of
    bit = base.bits[name]
    open_outcome = Outcome(frozenset(), 0, bit)

    def run(case: Case) -> Outcome:
        answer = case.answers.get(name)
        if answer is None or isinstance(answer, Open):
            return open_outcome
        held = tuple(row for node, row, _ in rows if case.judge(node)[0] is not FALSE)
        values = frozenset(row.value for row in held if row.value)
        ranged = isinstance(answer, Interval) and len(values) > 1
        return Outcome(values, bit, bit if ranged else 0, held, furthest(*(row.layer for row in held)))

    return run


def _highest(base: RuleBase, fact: FactSpec) -> Callable[[Case], Outcome]:
    places = [base.places[name] for name in fact.of]
    rank = {value: place for place, value in enumerate(fact.order)}
    settled = Row(f"{fact.name}.settled", None, Constant(value=True), fact.cite, fact.layer)

    def run(case: Case) -> Outcome:
        sets = [case.at(place) for place in places]
        because = missing = 0
        for outcome in sets:
            because |= outcome.because
            missing |= outcome.missing
        given = [outcome for outcome in sets if outcome.value]
        if not given:
            return _fallen_back(case, fact, settled, because, missing)
        values = _highest_of([frozenset(outcome.value or ()) for outcome in given], rank)
        rows = tuple(row for outcome in given for row in outcome.rows)
        if len(given) < len(sets) or len({outcome.value for outcome in given}) > 1:
            rows = (*rows, settled)
        layer = furthest(*(outcome.layer for outcome in given), *((settled.layer,) if len(given) < len(sets) else ()))
        return Outcome(values, because, missing, rows, layer)

    return run


def _highest_of(sets: list[frozenset[str]], rank: Mapping[str, int]) -> frozenset[str]:
    """Every higher-of-two that the sets allow."""
    values = sets[0]
    for other in sets[1:]:
        values = frozenset(max(a, b, key=rank.__getitem__) for a in values for b in other)
    return values


def _fallen_back(case: Case, fact: FactSpec, settled: Row, because: int, missing: int) -> Outcome:
    if fact.fallback is None:
        return Outcome(frozenset(), because, missing)
    bit = case.base.bits[fact.fallback]
    answer = case.answers.get(fact.fallback)
    if isinstance(answer, str) and not isinstance(answer, Open):
        return Outcome(frozenset((answer,)), because | bit, missing, (settled,), fact.layer)
    return Outcome(frozenset(), because, missing | bit)


def _only(base: RuleBase, fact: FactSpec) -> Callable[[Case], Outcome]:
    place = base.places[fact.of[0]]

    def run(case: Case) -> Outcome:
        whole = case.at(place)
        values = whole.value if isinstance(whole.value, frozenset) else frozenset()
        value = next(iter(values)) if len(values) == 1 else None
        return Outcome(value, whole.because, whole.missing, whole.rows, whole.layer)

    return run


def holds(case: Case, name: str, values: Mapping[str, object] | Iterable[str]) -> bool:
    """Whether the word of a fact is one of ``values``."""
    return case.word(name) in values


__all__ = ["UNKNOWN", "Case", "Judgement", "Outcome", "RuleBase", "Value", "holds"]
