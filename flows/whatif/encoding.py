"""The rules as clauses over the regions of answers, exact for every combination of them.

A condition becomes two literals, one for TRUE and one for FALSE (neither: UNKNOWN), so Kleene's three values are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from flows.knowledge.loader import Knowledge
from flows.rules.conditions import ABSENT
from flows.rules.engine import Case
from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some
from flows.rules.fields import Kind
from flows.rules.tables import FactSpec, Row, Shape
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Answer, Answers, Open
from flows.whatif.regions import fields_of, region_of, regions

Pair = tuple[int, int]
"""The literals under which a condition is TRUE and FALSE."""


class Encoding:
    """Clauses for the part of the rules that some conditions need.

    Args:
        knowledge: the rules.
        answers: the case from which changes are counted.

    Attributes:
        clauses: the clauses so far, over variables counted from 1.
        domains: the answers each field can take, and the variable of each.
        pairs: for a map, the outcomes each item can take, and the variable of each; and the variable of an open answer.
    """

    def __init__(self, knowledge: Knowledge, answers: Answers) -> None:
        self.knowledge, self.answers = knowledge, answers
        self.clauses: list[list[int]] = []
        self.domains: dict[str, list[tuple[Answer, int]]] = {}
        self.pairs: dict[str, tuple[int, dict[str, list[tuple[str, int]]]]] = {}
        self._count = 0
        self._known: dict[Expression, Pair] = {}
        self._values: dict[str, Mapping[str, int]] = {}
        self.always = self._new()
        self.clauses.append([self.always])

    # --- literals -------------------------------------------------------------------------------------------------

    def _new(self) -> int:
        self._count += 1
        return self._count

    def any_of(self, literals: Iterable[int]) -> int:
        """A literal that holds exactly where one of ``literals`` does."""
        parts = list(dict.fromkeys(literal for literal in literals if literal != -self.always))
        if self.always in parts:
            return self.always
        if not parts:
            return -self.always
        if len(parts) == 1:
            return parts[0]
        whole = self._new()
        self.clauses.append([-whole, *parts])
        self.clauses.extend([whole, -part] for part in parts)
        return whole

    def all_of(self, literals: Iterable[int]) -> int:
        """A literal that holds exactly where all of ``literals`` do."""
        return -self.any_of(-literal for literal in literals)

    def _one_of(self, variables: Sequence[int]) -> None:
        self.clauses.append(list(variables))
        for place, one in enumerate(variables):
            self.clauses.extend([-one, -other] for other in variables[place + 1 :])

    @property
    def size(self) -> int:
        """How many variables there are."""
        return self._count

    def variables(self, field: str) -> list[int]:
        """Every variable of a field's answer."""
        if field in self.domains:
            return [variable for _, variable in self.domains[field]]
        unknown, outcomes = self.pairs[field]
        return [unknown, *(variable for choices in outcomes.values() for _, variable in choices)]

    # --- answers --------------------------------------------------------------------------------------------------

    def domain(self, field: str) -> list[tuple[Answer, int]]:
        """The answers a field can take; the first is the one it has."""
        found = self.domains.get(field)
        if found is None:
            now = region_of(self.knowledge, field, self.answers.get(field))
            others = [answer for answer in regions(self.knowledge)[field] if answer != now]
            found = self.domains[field] = [(answer, self._new()) for answer in (now, *others)]
            self._one_of([variable for _, variable in found])
        return found

    def items(self, field: str) -> tuple[int, dict[str, list[tuple[str, int]]]]:
        """Whether a map is open, and for each item the outcomes it can have."""
        found = self.pairs.get(field)
        if found is None:
            core = self.knowledge.fields[field].core
            outcomes = {item: [(word, self._new()) for word in (ABSENT, *core.options)] for item in core.items}
            for choices in outcomes.values():
                self._one_of([variable for _, variable in choices])
            found = self.pairs[field] = (self._new(), outcomes)
        return found

    # --- conditions -----------------------------------------------------------------------------------------------

    def condition(self, tree: Expression) -> Pair:
        """The literals of a condition."""
        found = self._known.get(tree)
        if found is None:
            found = self._known[tree] = self._condition(tree)
        return found

    def _condition(self, tree: Expression) -> Pair:
        match tree:
            case Constant(value):
                return (self.always, -self.always) if value else (-self.always, self.always)
            case Every(parts):
                inner = [self.condition(part) for part in parts]
                return self.all_of(pair[0] for pair in inner), self.any_of(pair[1] for pair in inner)
            case Some(parts):
                inner = [self.condition(part) for part in parts]
                return self.any_of(pair[0] for pair in inner), self.all_of(pair[1] for pair in inner)
            case Not(part):
                return self.condition(part)[::-1]
            case Mode(mode, part):
                return self._mode(mode, self.condition(part))
            case Is(name) | Has(name) | Ask(_, name) if name in self.knowledge.base.facts:
                return self._of_fact(tree)
            case Is() | Has() | Compare() | Ask():
                return self._of_answers(tree)

    def _mode(self, mode: str, inner: Pair) -> Pair:
        holds = {"unknown": self.all_of((-inner[0], -inner[1])), "sure": inner[0], "possible": -inner[1]}[mode]
        return holds, -holds

    def _of_fact(self, tree: Is | Has | Ask) -> Pair:
        values = self.value(tree.name)
        match tree:
            case Is(_, words):
                holds = self.any_of(values[word] for word in words if word in values)
            case Has(_, words, only=True):
                holds = self.all_of(
                    [self.any_of(values.values()), *(-literal for word, literal in values.items() if word not in words)]
                )
            case Has(_, words):
                holds = self.any_of(values[word] for word in words if word in values)
            case _:
                holds = -self.any_of(values.values())
        return holds, -holds

    def _of_answers(self, tree: Is | Has | Compare | Ask) -> Pair:
        names = fields_of(tree)
        if self.knowledge.fields[names[0]].core.kind is Kind.MAP:
            return self._of_map(tree, names[0])
        node = self.knowledge.base.compile(tree)
        true: list[int] = []
        false: list[int] = []
        for chosen in product(*(self.domain(name) for name in names)):
            given = {name: answer for name, (answer, _) in zip(names, chosen, strict=True) if answer is not Open.MISSING}
            truth = Case(self.knowledge.base, given).truth(node)
            if truth is TRUE or truth is FALSE:
                (true if truth is TRUE else false).append(self.all_of(variable for _, variable in chosen))
        return self.any_of(true), self.any_of(false)

    def _of_map(self, tree: Is | Has | Compare | Ask, field: str) -> Pair:
        unknown, outcomes = self.items(field)
        match tree:
            case Is(name, words):
                item = name.partition(".")[2]
                met = self.any_of(variable for word, variable in outcomes[item] if word in words)
            case Has(_, words, _, beside):
                met = self.any_of(
                    variable for item, choices in outcomes.items() if item not in beside for word, variable in choices if word in words
                )
            case Ask(predicate):
                holds = unknown if predicate == "open" else -unknown
                return holds, -holds
            case _:
                raise NotImplementedError(tree)
        return self.all_of((-unknown, met)), self.all_of((-unknown, -met))

    # --- facts ----------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Mapping[str, int]:
        """For each value of a fact (each member, where it is a set), the literal under which it has it."""
        found = self._values.get(name)
        if found is None:
            found = self._values[name] = self._value(self.knowledge.base.facts[name])
        return found

    def _value(self, fact: FactSpec) -> Mapping[str, int]:
        match fact.shape:
            case Shape.TABLE:
                return self._table(fact)
            case Shape.COLLECT:
                return self._grouped(fact.rows, [self.condition(row.when)[0] for row in fact.rows])
            case Shape.BANDS:
                done = self.condition(Ask("done", fact.of[0]))[0]
                return self._grouped(fact.rows, [self.all_of((done, -self.condition(row.when)[1])) for row in fact.rows])
            case Shape.HIGHEST:
                return self._highest(fact)
            case Shape.ONLY:
                return self._only(self.value(fact.of[0]))

    def _grouped(self, rows: Sequence[Row], literals: Sequence[int]) -> Mapping[str, int]:
        found: dict[str, list[int]] = {}
        for row, literal in zip(rows, literals, strict=True):
            found.setdefault(row.value or row.id, []).append(literal)
        return {value: self.any_of(group) for value, group in found.items()}

    def _table(self, fact: FactSpec) -> Mapping[str, int]:
        firing: list[int] = []
        before: list[int] = []
        for row in fact.rows:
            holds = self.condition(row.when)[0]
            firing.append(self.all_of((holds, *before)))
            before.append(-holds)
        return self._grouped(fact.rows, firing)

    def _highest(self, fact: FactSpec) -> Mapping[str, int]:
        sets = [self.value(name) for name in fact.of]
        given = [self.any_of(values.values()) for values in sets]
        nothing = self.all_of(-literal for literal in given)
        found: dict[str, int] = {}
        for place, grade in enumerate(fact.order):
            upto = [self.any_of(values.get(lower, -self.always) for lower in fact.order[: place + 1]) for values in sets]
            here = [values.get(grade, -self.always) for values in sets]
            fits = [self.any_of((-one, most)) for one, most in zip(given, upto, strict=True)]
            ways = [self.all_of((here[a], *(fits[b] for b in range(len(sets)) if b != a))) for a in range(len(sets))]
            if fact.fallback is not None:
                ways.append(self.all_of((nothing, self._answered(fact.fallback, grade))))
            found[grade] = self.any_of(ways)
        return found

    def _answered(self, field: str, word: str) -> int:
        return self.any_of(variable for answer, variable in self.domain(field) if answer == word and not isinstance(answer, Open))

    def _only(self, values: Mapping[str, int]) -> Mapping[str, int]:
        return {value: self.all_of((one, *(-other for word, other in values.items() if word != value))) for value, one in values.items()}
