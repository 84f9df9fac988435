"""Turns conditions into functions of a case. One small judge per kind of condition, shared by equal conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some, names_in
from flows.rules.fields import Kind
from flows.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from flows.rules.values import Answer, Form, Interval, Open

if TYPE_CHECKING:
    from flows.rules.engine import Case, Judgement, RuleBase

Judge = Callable[["Case"], "Judgement"]
ABSENT = "absent"

__all__ = ["ABSENT", "Compiler", "Judge", "names_in"]


class Compiler:
    """Compiles expressions against one rule base; ``node`` is the only thing to call."""

    def __init__(self, base: RuleBase) -> None:
        self.base = base

    def node(self, tree: Expression) -> int:
        """The number under which the rule base judges ``tree``."""
        found = self.base.known(tree)
        return found if found is not None else self.base.intern(tree, self._judge(tree))

    def _judge(self, tree: Expression) -> Judge:
        match tree:
            case Constant(value):
                return _constant(value)
            case Every(parts):
                return _every([self.node(part) for part in parts], self.base.judges)
            case Some(parts):
                return _some([self.node(part) for part in parts], self.base.judges)
            case Not(part):
                return _not(self.node(part))
            case Mode(mode, part):
                return _mode(mode, self.node(part))
            case Is(name, words):
                return self._is(name, frozenset(words))
            case Has(name, words, only, beside):
                return self._has(name, frozenset(words), only, frozenset(beside))
            case Compare():
                return self._compare(tree)
            case Ask(predicate, name):
                return self._ask(predicate, name)

    def _is(self, name: str, words: frozenset[str]) -> Judge:
        if name in self.base.places:
            return _fact_is(self.base.places[name], words)
        if name in self.base.fields:
            return _answer_is(name, self.base.bits[name], words)
        field, _, item = name.partition(".")
        return _item_is(field, self.base.bits[field], item, words)

    def _has(self, name: str, words: frozenset[str], only: bool, beside: frozenset[str]) -> Judge:
        if name in self.base.places:
            return _fact_has(self.base.places[name], words, only)
        if self.base.fields[name].kind is Kind.MAP:
            return _map_has(name, self.base.bits[name], words, beside)
        return _answer_has(name, self.base.bits[name], words, only)

    def _compare(self, tree: Compare) -> Judge:
        names = tree.names if tree.other is None else (*tree.names, tree.other)
        bits = [self.base.bits[name] for name in names]
        return _compare_two(tree, bits) if tree.other else _compare_cut(tree, bits)

    def _ask(self, predicate: str, name: str) -> Judge:
        if predicate == "empty":
            return _fact_empty(self.base.places[name])
        return _asked(name, self.base.bits[name], _PREDICATES[predicate], on_form=predicate in _ON_FORM)


def _constant(value: bool) -> Judge:
    settled: Judgement = (TRUE if value else FALSE, 0, 0)
    return lambda _: settled


def _every(parts: list[int], judges: list[Judge]) -> Judge:
    def judge(case: Case) -> Judgement:
        because = missing = 0
        refuted: Judgement | None = None
        truth = TRUE
        memo = case.memo
        for part in parts:
            found = memo[part]
            if found is None:
                found = memo[part] = judges[part](case)
            if found[0] is FALSE:
                if not found[2]:
                    return found
                refuted = refuted or found
            elif refuted is None:
                because |= found[1]
                missing |= found[2]
                if found[0] is UNKNOWN:
                    truth = UNKNOWN
        return refuted or (truth, because, missing)

    return judge


def _some(parts: list[int], judges: list[Judge]) -> Judge:
    def judge(case: Case) -> Judgement:
        because = missing = 0
        met: Judgement | None = None
        truth = FALSE
        memo = case.memo
        for part in parts:
            found = memo[part]
            if found is None:
                found = memo[part] = judges[part](case)
            if found[0] is TRUE:
                if not found[2]:
                    return found
                met = met or found
            elif met is None:
                because |= found[1]
                missing |= found[2]
                if found[0] is UNKNOWN:
                    truth = UNKNOWN
        return met or (truth, because, missing)

    return judge


_OPPOSITE: dict[Truth, Truth] = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}


def _not(part: int) -> Judge:
    def judge(case: Case) -> Judgement:
        truth, because, missing = case.judge(part)
        return _OPPOSITE[truth], because, missing

    return judge


_MODES: dict[str, frozenset[Truth]] = {
    "unknown": frozenset((UNKNOWN,)),
    "sure": frozenset((TRUE,)),
    "possible": frozenset((TRUE, UNKNOWN)),
}


def _mode(mode: str, part: int) -> Judge:
    wanted = _MODES[mode]

    def judge(case: Case) -> Judgement:
        truth, because, missing = case.judge(part)
        return TRUE if truth in wanted else FALSE, because, missing

    return judge


def _fact_is(place: int, words: frozenset[str]) -> Judge:
    def judge(case: Case) -> Judgement:
        outcome = case.outcomes[place] or case.at(place)
        return (TRUE if outcome.value in words else FALSE), outcome.because, outcome.missing

    return judge


def _fact_has(place: int, words: frozenset[str], only: bool) -> Judge:
    def judge(case: Case) -> Judgement:
        outcome = case.at(place)
        value = frozenset(outcome.value or ())
        held = bool(value) and value <= words if only else bool(value & words)
        return TRUE if held else FALSE, outcome.because, outcome.missing

    return judge


def _fact_empty(place: int) -> Judge:
    def judge(case: Case) -> Judgement:
        outcome = case.at(place)
        return FALSE if outcome.value else TRUE, outcome.because, outcome.missing

    return judge


def _settled(bit: int) -> tuple[Judgement, Judgement, Judgement]:
    return (TRUE, bit, 0), (FALSE, bit, 0), (UNKNOWN, 0, bit)


def _answer_is(name: str, bit: int, words: frozenset[str]) -> Judge:
    yes, no, unknown = _settled(bit)

    def judge(case: Case) -> Judgement:
        answer = case.answers.get(name)
        if answer is None or answer.__class__ is Open:
            return unknown
        return yes if answer in words else no

    return judge


def _item_is(name: str, bit: int, item: str, words: frozenset[str]) -> Judge:
    yes, no, unknown = _settled(bit)

    def judge(case: Case) -> Judgement:
        answer = case.answers.get(name)
        if not isinstance(answer, Mapping):
            return unknown
        return yes if answer.get(item, ABSENT) in words else no

    return judge


def _map_has(name: str, bit: int, words: frozenset[str], beside: frozenset[str]) -> Judge:
    yes, no, unknown = _settled(bit)

    def judge(case: Case) -> Judgement:
        answer = case.answers.get(name)
        if not isinstance(answer, Mapping):
            return unknown
        return yes if any(outcome in words for item, outcome in answer.items() if item not in beside) else no

    return judge


def _answer_has(name: str, bit: int, words: frozenset[str], only: bool) -> Judge:
    yes, no, unknown = _settled(bit)

    def judge(case: Case) -> Judgement:
        answer = case.answers.get(name)
        if not isinstance(answer, frozenset):
            return unknown
        return yes if (answer <= words if only else not words.isdisjoint(answer)) else no

    return judge


def _compare_cut(tree: Compare, bits: list[int]) -> Judge:
    whole = 0
    for bit in bits:
        whole |= bit
    yes, no, unknown = _settled(whole)
    verdicts = {TRUE: yes, FALSE: no}
    relation = _RELATIONS[tree.sign]

    def judge(case: Case) -> Judgement:
        numbers = [case.answers.get(name) for name in tree.names]
        if any(isinstance(number, Open) or number is None for number in numbers):
            return _partly(case, tree.names, bits)
        if not all(isinstance(number, Interval) for number in numbers):
            return no
        total = numbers[0]
        for number in numbers[1:]:
            total = total.plus(number)  # type: ignore[union-attr, arg-type] # both were seen to be intervals
        return verdicts.get(relation(total, tree.cut), unknown)  # type: ignore[arg-type] # an interval, as above

    return judge


def _compare_two(tree: Compare, bits: list[int]) -> Judge:
    yes, no, unknown = _settled(bits[0] | bits[1])
    verdicts = {TRUE: yes, FALSE: no}
    first, second, sign = tree.names[0], tree.other or "", tree.sign

    def judge(case: Case) -> Judgement:
        left, right = case.answers.get(first), case.answers.get(second)
        if not (isinstance(left, Interval) and isinstance(right, Interval)):
            return _partly(case, (first, second), bits)
        if sign in ("<", ">="):
            less = left.less(right)
            return verdicts.get(less if sign == "<" else _OPPOSITE[less], unknown)
        more = right.less(left)
        return verdicts.get(more if sign == ">" else _OPPOSITE[more], unknown)

    return judge


def _partly(case: Case, names: tuple[str, ...], bits: list[int]) -> Judgement:
    because = missing = 0
    for name, bit in zip(names, bits, strict=True):
        answer = case.answers.get(name)
        if answer is None or isinstance(answer, Open):
            missing |= bit
        else:
            because |= bit
    return UNKNOWN, because, missing


def _equals(number: Interval, cut: float) -> Truth:
    if number.low == number.high == cut:
        return TRUE
    return FALSE if TRUE in (number.below(cut), number.above(cut)) else UNKNOWN


_RELATIONS: dict[str, Callable[[Interval, float], Truth]] = {
    "<": Interval.below,
    ">": Interval.above,
    "<=": lambda number, cut: _OPPOSITE[number.above(cut)],
    ">=": lambda number, cut: _OPPOSITE[number.below(cut)],
    "=": _equals,
}


def _asked(name: str, bit: int, predicate: Callable[[Answer], bool], *, on_form: bool) -> Judge:
    """``on_form``: the predicate asks how a number was written, so the same number written more exactly can change it."""

    def judge(case: Case) -> Judgement:
        answer = case.answers.get(name)
        answer = Open.MISSING if answer is None else answer
        truth = TRUE if predicate(answer) else FALSE
        if isinstance(answer, Open):
            return truth, 0, bit
        refinable = on_form and isinstance(answer, Interval) and answer.form is not Form.EXACT
        return truth, bit, bit if refinable else 0

    return judge


_ON_FORM = frozenset({"inexact", "ranged", "bounded"})
_PREDICATES: dict[str, Callable[[Answer], bool]] = {
    "open": lambda answer: isinstance(answer, Open),
    "done": lambda answer: not isinstance(answer, Open),
    "missing": lambda answer: answer is Open.MISSING,
    "said_unknown": lambda answer: answer is Open.UNKNOWN,
    "not_done": lambda answer: answer is Open.NOT_DONE,
    "inexact": lambda answer: isinstance(answer, Interval) and answer.form is not Form.EXACT,
    "ranged": lambda answer: isinstance(answer, Interval) and answer.form is Form.RANGE,
    "bounded": lambda answer: isinstance(answer, Interval) and answer.form is Form.BOUND,
}
