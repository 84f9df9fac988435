"""The smallest change of answers that gives a conclusion, proved minimal over all regions of answers."""

from __future__ import annotations

from collections.abc import Mapping

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from flows.knowledge.loader import Knowledge
from flows.rules.conditions import ABSENT
from flows.rules.expressions import Expression
from flows.rules.values import Answer, Answers, Open
from flows.whatif.change import Change
from flows.whatif.encoding import Encoding

ONE_CHANGE = 1000
"""What a changed answer costs; taking back something that was said costs one more, so an open answer is filled first."""


def smallest_change(knowledge: Knowledge, answers: Answers, wanted: Expression) -> tuple[Change, ...] | None:
    """The fewest answers to change so that ``wanted`` becomes TRUE; empty where it is, None where no answers give it.

    No combination of fewer changed answers gives it. Among changes of equal number one is chosen that takes back the least.
    """
    encoding = Encoding(knowledge, answers)
    target = encoding.condition(wanted)[0]
    formula = WCNF()
    for clause in encoding.clauses:
        formula.append(clause)
    formula.append([target])
    for field, kept in _kept(encoding).items():
        formula.append([kept], weight=ONE_CHANGE + (not isinstance(answers.get(field, Open.MISSING), Open)))
    for clause in encoding.clauses[len(formula.hard) - 1 :]:
        formula.append(clause)
    with RC2(formula) as solver:
        model = solver.compute()
    return None if model is None else _changes(encoding, frozenset(model))


def _kept(encoding: Encoding) -> Mapping[str, int]:
    """For each field that matters, the literal under which it keeps the answer it has."""
    kept = {field: choices[0][1] for field, choices in encoding.domains.items()}
    for field, (unknown, outcomes) in encoding.pairs.items():
        now = encoding.answers.get(field)
        if isinstance(now, Mapping):
            same = [next(variable for word, variable in choices if word == now.get(item, ABSENT)) for item, choices in outcomes.items()]
            kept[field] = encoding.all_of((-unknown, *same))
        else:
            kept[field] = unknown
    return kept


def _changes(encoding: Encoding, model: frozenset[int]) -> tuple[Change, ...]:
    found: dict[str, Answer] = {}
    for field, choices in encoding.domains.items():
        answer = next(answer for answer, variable in choices if variable in model)
        if answer != choices[0][0]:
            found[field] = answer
    for field, (unknown, outcomes) in encoding.pairs.items():
        chosen = {item: word for item, choices in outcomes.items() for word, variable in choices if variable in model and word != ABSENT}
        after: Answer = Open.UNKNOWN if unknown in model else chosen
        now = encoding.answers.get(field, Open.MISSING)
        if after != now and not (isinstance(after, Open) and isinstance(now, Open)):
            found[field] = after
    return tuple(Change(field, found[field]) for field in encoding.knowledge.fields if field in found)
