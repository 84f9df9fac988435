"""Through which rules an answer can act: a rule decides with one answer and not with another, all others being equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from pysat.solvers import Glucose4

from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import shown_where
from flows.rules.conditions import ABSENT
from flows.rules.expressions import Ask, parse
from flows.rules.tables import FactSpec, Row, Shape
from flows.rules.values import Answers, Open
from flows.whatif.encoding import Encoding
from flows.whatif.regions import region_of, rows_of

Rule = tuple[str, str]
"""A fact and the id of one of the rows behind it."""


def acting(knowledge: Knowledge, answers: Answers, field: str, rules: Iterable[Rule]) -> frozenset[Rule]:
    """The rules among ``rules`` through which an answer to ``field`` can change their fact.

    Such a rule decides with one finding in the field and not with another answer to it, and the fact has another value then,
    for some answers to what is not in ``answers`` with which a report speaks of the fact. Answers that make no sense beside the others do not count.
    """
    pair = _pair(knowledge)
    with Glucose4(bootstrap_with=pair.clauses) as solver:
        fixed = [*pair.equal_but(field), *pair.found(field), *pair.known(answers, field), *pair.sensible(answers)]
        found: set[Rule] = set()
        open_rules = [rule for rule in rules if rule in pair.turning]
        for rule in open_rules:
            if rule not in found and solver.solve(assumptions=[*fixed, pair.turning[rule]]):
                model = frozenset(solver.get_model() or ())  # shows more than was asked: every rule that turns in it is found
                found.update(each for each in open_rules if each == rule or pair.turns(each, model))
        return frozenset(found)


@lru_cache(maxsize=4)
def _pair(knowledge: Knowledge) -> _Pair:
    return _Pair(knowledge)


class _Pair:
    """Two copies of all rules over no answers; which answers are given is assumed at each question.

    Attributes:
        clauses: the clauses of both copies.
        turning: for each rule, the literal under which it decides in one copy alone and the fact differs.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        one = self.one = Encoding(knowledge, {})
        values = {fact.name: one.value(fact.name) for fact in knowledge.book.facts}
        firing = {row.id: literal for fact in knowledge.book.facts for row, literal in _firing(one, fact)}
        self.firing, self.values = firing, values
        spoken = self.spoken = {name: one.condition(shown_where(name))[0] for name in values}
        self.idle = {name: self._idle(name, spec.applies) for name, spec in knowledge.fields.items() if name in one.domains}
        self.shift = one.size
        self._last = 2 * one.size
        self.clauses = [*one.clauses, *([self._moved(literal) for literal in clause] for clause in one.clauses)]
        differs = {fact: self._differ(literals.values()) for fact, literals in values.items()}
        rules = [(name, row.id) for name in values for row in rows_of(knowledge, name)]
        self.turning = {
            (fact, row): self._all((firing[row], -self._moved(firing[row]), differs[fact], spoken[fact])) for fact, row in rules
        }
        self.same = {name: self._same(one.variables(name)) for name in (*one.domains, *one.pairs)}

    def turns(self, rule: Rule, model: frozenset[int]) -> bool:
        """Whether a rule decides in the first copy alone in a model, its fact differs there, and a report speaks of it."""
        fact, row = rule
        fires = self.firing[row] in model and self._moved(self.firing[row]) not in model and self.spoken[fact] in model
        return fires and any((literal in model) is not (self._moved(literal) in model) for literal in self.values[fact].values())

    def _idle(self, name: str, applies: str) -> int:
        """The literal under which a field has a finding that makes no sense beside the other answers."""
        _, refuted = self.one.condition(parse(applies))
        given = [variable for answer, variable in self.one.domain(name) if not isinstance(answer, Open)]
        return self.one.any_of(self.one.all_of((refuted, variable)) for variable in given)

    def sensible(self, answers: Answers) -> Iterator[int]:
        """Assumes that what is still to be answered is answered only where it makes sense."""
        for name, literal in self.idle.items():
            if name not in answers:
                yield from (-literal, -self._moved(literal))

    def equal_but(self, field: str) -> list[int]:
        """Assumes that the copies agree on every field but one."""
        return [literal for name, literal in self.same.items() if name != field]

    def found(self, field: str) -> list[int]:
        """Assumes a finding in the field in the first copy; there is none where it is open."""
        if field in self.one.domains:
            return [-variable for answer, variable in self.one.domains[field] if isinstance(answer, Open)]
        return [-self.one.pairs[field][0]] if field in self.one.pairs else []

    def known(self, answers: Answers, field: str) -> Iterator[int]:
        """Assumes the answers given to all other fields."""
        for name in answers.keys() - {field}:
            if name in self.one.domains:
                region = region_of(self.one.knowledge, name, answers[name])
                yield from (variable for answer, variable in self.one.domains[name] if answer == region)
            elif name in self.one.pairs:
                yield from self._known_map(name, answers[name])

    def _known_map(self, name: str, now: object) -> Iterator[int]:
        unknown, outcomes = self.one.pairs[name]
        yield -unknown if isinstance(now, Mapping) else unknown
        if isinstance(now, Mapping):
            for item, choices in outcomes.items():
                yield from (variable for word, variable in choices if word == now.get(item, ABSENT))

    def _new(self) -> int:
        self._last += 1
        return self._last

    def _moved(self, literal: int) -> int:
        return literal + self.shift if literal > 0 else literal - self.shift

    def _all(self, literals: tuple[int, ...]) -> int:
        whole = self._new()
        self.clauses += [[-whole, literal] for literal in literals]
        return whole

    def _differ(self, literals: Iterable[int]) -> int:
        """A literal that makes the copies differ in one of the literals."""
        each = []
        for literal in literals:
            one = self._new()
            self.clauses += [[-one, literal, self._moved(literal)], [-one, -literal, -self._moved(literal)]]
            each.append(one)
        whole = self._new()
        self.clauses.append([-whole, *each])
        return whole

    def _same(self, variables: Iterable[int]) -> int:
        whole = self._new()
        for variable in variables:
            self.clauses += [[-whole, -variable, self._moved(variable)], [-whole, variable, -self._moved(variable)]]
        return whole


def _firing(one: Encoding, fact: FactSpec) -> Iterator[tuple[Row, int]]:
    """The literal under which each row of a fact counts for its value."""
    before: list[int] = []
    for row in fact.rows:
        met, refuted = one.condition(row.when)
        match fact.shape:
            case Shape.TABLE:
                yield row, one.all_of((met, *before))
                before.append(-met)
            case Shape.BANDS:
                yield row, one.all_of((one.condition(Ask("done", fact.of[0]))[0], -refuted))
            case _:
                yield row, met
