"""Which questions can still change a conclusion, whatever the answers to the others turn out to be.

Two whole interviews are compared that differ in the answer to one question. An interview puts a question exactly where its
condition holds, so an answer that only decides whether another question comes is relevant where that one is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from pysat.solvers import Glucose4

from flows.knowledge.loader import Knowledge
from flows.rules.conditions import ABSENT
from flows.rules.engine import Case
from flows.rules.expressions import Every, parse
from flows.rules.fields import Kind
from flows.rules.truth import TRUE, UNKNOWN
from flows.rules.values import Answer, Answers, Open
from flows.whatif.compare import GRADES, PATH, PATHOLOGY, on_path_only, treatment_of
from flows.whatif.encoding import Encoding, Pair
from flows.whatif.regions import Leaf, beside_others, fields_of, region_of, regions


class Interview(Encoding):
    """The rules over all that an interview can still become: what is not ``free`` keeps the answer it has."""

    def __init__(self, knowledge: Knowledge, answers: Answers, free: frozenset[str]) -> None:
        super().__init__(knowledge, answers)
        self.free = free

    def domain(self, field: str) -> list[tuple[Answer, int]]:
        """The answers that a free field can get, not being asked first; any other has the one it has, exactly."""
        if field not in self.domains:
            if field in self.free:
                self.domains[field] = [(answer, self._new()) for answer in regions(self.knowledge)[field]]
                self._one_of([variable for _, variable in self.domains[field]])
            else:
                self.domains[field] = [(self.answers.get(field, Open.MISSING), self.always)]
        return self.domains[field]

    def items(self, field: str) -> tuple[int, dict[str, list[tuple[str, int]]]]:
        """The same for a map."""
        if field in self.free or field in self.pairs:
            return super().items(field)
        now = self.answers.get(field)
        given = now if isinstance(now, Mapping) else None
        core = self.knowledge.fields[field].core
        outcomes = {
            item: [(word, self.always if word == (given or {}).get(item, ABSENT) else -self.always) for word in (ABSENT, *core.options)]
            for item in core.items
        }
        self.pairs[field] = (self.always if given is None else -self.always, outcomes)
        return self.pairs[field]

    def _of_answers(self, tree: Leaf) -> Pair:
        """As of every encoding; where all that a condition reads is free, its truths are worked out once for all interviews."""
        names = fields_of(tree)
        if self.knowledge.fields[names[0]].core.kind is Kind.MAP or not self.free.issuperset(names):
            return super()._of_answers(tree)
        variables = [[variable for _, variable in self.domain(name)] for name in names]
        chosen = [(truth, self.all_of(variables[n][place] for n, place in enumerate(places))) for places, truth in _truths(self.knowledge, tree)]
        return self.any_of(literal for truth, literal in chosen if truth), self.any_of(literal for truth, literal in chosen if not truth)

    def left_out(self, field: str) -> int:
        """The literal under which a field has no answer."""
        if self.knowledge.fields[field].core.kind is Kind.MAP:
            return self.items(field)[0]
        return next((variable for answer, variable in self.domain(field) if answer is Open.MISSING), -self.always)

    def put(self, field: str) -> int:
        """The literal under which a field is asked."""
        spec = self.knowledge.fields[field]
        return self.condition(Every((parse(spec.applies), parse(spec.asked))))[0]

    def shown(self, name: str) -> Mapping[str, int]:
        """The literals of a conclusion as a report shows it: not where the case has left its path."""
        met = []
        if on_path_only(name):
            met.append(self.value(PATH)["on"])
        if name == GRADES:
            met.append(-self.value("ungraded")["yes"])
        treatment = treatment_of(name)
        if treatment is not None:
            silent = [self.value(treatment).get("not_suitable"), self.value(PATHOLOGY).get("unknown")]
            met += [-literal for literal in silent if literal is not None]
        return {word: self.all_of((literal, *met)) for word, literal in self.value(name).items()}


class Given:
    """Answers as the key of a cache."""

    __slots__ = ("answers", "key")

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.key = frozenset((name, _hashable(answer)) for name, answer in answers.items())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Given) and self.key == other.key


def _hashable(answer: Answer) -> object:
    return tuple(sorted(answer.items())) if isinstance(answer, Mapping) else answer


class Ground:
    """Two interviews side by side in one solver, for all answers that regions stand for exactly.

    Attributes:
        one: the clauses of the first interview; the second has every variable moved by ``shift``.
        same: for each field, the literal under which both give it one answer, as far as both ask for it.
        rule: for each field, the literal under which it has an answer only where it is asked.
    """

    def __init__(self, knowledge: Knowledge, answers: Answers, facts: Sequence[str]) -> None:
        one = self.one = Interview(knowledge, answers, frozenset(knowledge.fields) - answers.keys())
        values = [literal for name in facts for literal in one.shown(name).values()]
        unasked = dict(_puts(one))
        self.shift = one.size
        self.clauses = [*one.clauses, *([self._moved(literal) for literal in clause] for clause in one.clauses)]
        self._next = 2 * one.size
        self.clauses.append([self._differs(literal) for literal in values])
        self.same = {field: self._same(field, out) for field, out in unasked.items()}
        self.rule = {field: self._rule(field, out) for field, out in unasked.items()}
        self.solver = Glucose4(bootstrap_with=self.clauses)

    def fixed(self, field: str, answer: Answer) -> list[int]:
        """The literals under which a field has an answer in both interviews."""
        literals = [self._literal(field, answer)] if field in self.one.domains else self._pairs(field, answer)
        return [each for literal in literals for each in (literal, self._moved(literal))]

    def _literal(self, field: str, answer: Answer) -> int:
        region = region_of(self.one.knowledge, field, answer)
        return next(variable for known, variable in self.one.domains[field] if known == region)

    def _pairs(self, field: str, answer: Answer) -> list[int]:
        unknown, outcomes = self.one.pairs[field]
        if not isinstance(answer, Mapping):
            return [unknown]
        held = [variable for item, words in outcomes.items() for word, variable in words if word == answer.get(item, ABSENT)]
        return [-unknown, *held]

    def answers(self, model: frozenset[int], second: bool) -> dict[str, Answer]:
        """The answers of one of the two interviews in a model."""
        shift, found = self.shift if second else 0, dict(self.one.answers)
        for field, domain in self.one.domains.items():
            if field in self.one.free:
                found[field] = next(answer for answer, variable in domain if variable + shift in model)
        for field, (unknown, outcomes) in self.one.pairs.items():
            if field in self.one.free and unknown + shift not in model:
                held = ((item, word) for item, words in outcomes.items() for word, variable in words if variable + shift in model)
                found[field] = {item: word for item, word in held if word != ABSENT}
        return {field: answer for field, answer in found.items() if answer is not Open.MISSING}

    def _moved(self, literal: int) -> int:
        """The literal of the second interview. The constant is shared."""
        return literal if abs(literal) == self.one.always else literal + self.shift if literal > 0 else literal - self.shift

    def _new(self) -> int:
        self._next += 1
        return self._next

    def _differs(self, a: int) -> int:
        found, b = self._new(), self._moved(a)
        self.clauses += [[-found, a, b], [-found, -a, -b]]
        return found

    def _same(self, field: str, unasked: int) -> int:
        found, apart = self._new(), (unasked, self._moved(unasked))
        for variable in self.one.variables(field):
            moved = self._moved(variable)
            self.clauses += [[-found, -variable, moved, *apart], [-found, -moved, variable, *apart]]
        return found

    def _rule(self, field: str, unasked: int) -> int:
        found, out = self._new(), self.one.left_out(field)
        self.clauses += [[-found, -unasked, out], [-found, -self._moved(unasked), self._moved(out)]]
        return found


class Relevance:
    """Answers, for one set of answers, which of the ``free`` fields can still change one of ``facts``.

    A field is called irrelevant only where no answer to it changes any of the facts as a report shows them, whatever the
    answers to the other free fields turn out to be. So it stays irrelevant when more is answered; and once no free field is
    relevant, every way to go on gives the conclusions as they are.
    """

    def __init__(self, knowledge: Knowledge, answers: Answers, facts: Sequence[str], free: frozenset[str]) -> None:
        exact = {name: answer for name, answer in answers.items() if name not in free and not _stood_for(knowledge, name, answer)}
        self.ground = ground = _ground(knowledge, Given(exact), tuple(facts))
        self.matter = frozenset(name for name in ground.same if name in free)
        held = [name for name in ground.same if name not in free]
        self._fixed = [literal for name in held for literal in ground.fixed(name, answers.get(name, Open.MISSING))]
        self._fixed += [ground.rule[name] for name in self.matter]
        self._known: dict[str, bool] = {}

    def can_change(self, field: str) -> bool:
        """Whether two answers to ``field`` can give different conclusions."""
        if field not in self._known:
            self._known[field] = field in self.matter and self._solved(field)
        return self._known[field]

    def witness(self, field: str) -> tuple[dict[str, Answer], dict[str, Answer]] | None:
        """Two interviews that differ in nothing but the answer to ``field`` and what that opens or closes."""
        if field not in self.matter or not self._solved(field):
            return None
        model = frozenset(self.ground.solver.get_model() or ())
        return self.ground.answers(model, second=False), self.ground.answers(model, second=True)

    def _solved(self, field: str) -> bool:
        equal = [self.ground.same[name] for name in self.matter if name != field]
        return bool(self.ground.solver.solve(assumptions=[*self._fixed, *equal]))


@lru_cache(maxsize=16)
def _ground(knowledge: Knowledge, exact: Given, facts: tuple[str, ...]) -> Ground:
    return Ground(knowledge, exact.answers, facts)


def _stood_for(knowledge: Knowledge, field: str, answer: Answer) -> bool:
    """Whether the regions of a field have one that no condition at all tells from this answer."""
    if knowledge.fields[field].core.kind is Kind.MAP or answer in regions(knowledge)[field]:
        return True
    return field not in beside_others(knowledge) and region_of(knowledge, field, answer) in regions(knowledge)[field]


@lru_cache(maxsize=10_000)
def _truths(knowledge: Knowledge, tree: Leaf) -> tuple[tuple[tuple[int, ...], bool], ...]:
    """Whether a condition holds, for each combination of regions (by their places) of the fields it reads; not where unknown."""
    names, node = fields_of(tree), knowledge.base.compile(tree)
    found = []
    for chosen in product(*(enumerate(regions(knowledge)[name]) for name in names)):
        given = {name: answer for name, (_, answer) in zip(names, chosen, strict=True) if answer is not Open.MISSING}
        truth = Case(knowledge.base, given).truth(node)
        if truth is not UNKNOWN:
            found.append((tuple(place for place, _ in chosen), truth is TRUE))
    return tuple(found)


def _puts(one: Interview) -> Iterator[tuple[str, int]]:
    """For every free field that matters, the literal under which it is not asked."""
    done: set[str] = set()
    while waiting := [name for name in (*one.domains, *one.pairs) if name in one.free and name not in done]:
        for name in waiting:
            done.add(name)
            yield name, -one.put(name)
