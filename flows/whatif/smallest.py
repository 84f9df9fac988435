"""The smallest change of answers that gives a conclusion, proved minimal over all regions of answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from flows.knowledge.loader import Knowledge
from flows.rules.conditions import ABSENT
from flows.rules.expressions import Expression
from flows.rules.values import Answer, Answers, Open
from flows.whatif.change import Change
from flows.whatif.encoding import Encoding
from flows.whatif.mildest import CONTRADICTIONS, contradicted, contradictions, mildest
from flows.whatif.regions import breadth

ONE_CHANGE, TAKEN_BACK, NOTHING_LEFT = 10_000, 200, 100
"""What a changed answer costs. Among equally many: what was said is taken back last, and another finding goes before none;
then the answers are chosen that bear on the fewest facts."""


def smallest_change(knowledge: Knowledge, answers: Answers, wanted: Expression, held: Collection[str] = ()) -> tuple[Change, ...] | None:
    """The fewest answers to change so that ``wanted`` becomes TRUE; empty where it is, None where no answers give it.

    The answers to the fields in ``held`` stay as they are. No combination of fewer changed answers gives it. Among changes of equal number one is chosen that
    takes back the least, puts another finding in its place rather than none, and contradicts nothing new; each answer is the
    mildest that does (``mildest``).
    """
    found = _fewest(knowledge, answers, wanted, held)
    if not found:
        return found
    found = mildest(knowledge, answers, wanted, found)
    if contradicted(knowledge, answers, found):
        other = _fewest(knowledge, answers, wanted, held, consistent=True)
        if other and len(other) == len(found):
            return mildest(knowledge, answers, wanted, other)
    return found


def _fewest(
    knowledge: Knowledge, answers: Answers, wanted: Expression, held: Collection[str], *, consistent: bool = False
) -> tuple[Change, ...] | None:
    """``consistent``: without a contradiction that there is not yet."""
    encoding = Encoding(knowledge, answers)
    target = encoding.condition(wanted)[0]
    odd = _new_contradictions(encoding) if consistent else []
    kept = _kept(encoding)
    formula = WCNF()
    for clause in (*encoding.clauses, [target], *([-literal] for literal in odd), *([literal] for field, literal in kept.items() if field in held)):
        formula.append(clause)
    for field, literal in kept.items():
        if field not in held:
            given = not isinstance(answers.get(field, Open.MISSING), Open)
            formula.append([literal], weight=ONE_CHANGE + TAKEN_BACK * given + breadth(knowledge)[field])
    for literal in _opened(encoding):
        formula.append([-literal], weight=NOTHING_LEFT)
    with RC2(formula) as solver:
        model = solver.compute()
    return None if model is None else _changes(encoding, frozenset(model))


def _new_contradictions(encoding: Encoding) -> list[int]:
    """The literals of the contradictions that there are not yet."""
    there = contradictions(encoding.knowledge, encoding.answers)
    return [literal for word, literal in encoding.value(CONTRADICTIONS).items() if word not in there]


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


def _opened(encoding: Encoding) -> Iterator[int]:
    """The literals under which a finding that was given is taken away, where another finding would say more."""
    for field in encoding.answers:
        if field in encoding.pairs:
            yield encoding.pairs[field][0]
        elif field in encoding.domains:
            yield from (variable for answer, variable in encoding.domains[field][1:] if isinstance(answer, Open))


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
