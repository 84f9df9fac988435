"""Claims on what an answer can change, alone or with others, and on what it cannot.

An answer is *settled* for a conclusion where the conclusion's ``missing`` does not name it. It is said *more exactly* by any
answer where it was open, and by a narrower range or bound, or a plain number, within it where it was a number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import Claim, Finding, Method, shown
from flows.proofs.conclusions import Disagreement
from flows.proofs.reading import read_by, reported
from flows.proofs.space import smallest, solvable
from flows.proofs.twins import Twins
from flows.rules.engine import RuleBase
from flows.rules.tables import FactSpec, Layer


def facts(knowledge: Knowledge) -> tuple[str, ...]:
    """Every fact."""
    return tuple(fact.name for fact in knowledge.book.facts)


def supported(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """However the answers outside ``because`` and ``missing`` change, all at once, the value stays."""
    return _each(knowledge, names, "supported", _outside_free)


def more_exact(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """However settled answers are said more exactly, all at once, the value stays."""
    return _each(knowledge, names, "more_exact", _settled_refined)


def _outside_free(twins: Twins, name: str) -> list[int]:
    basis, one = twins.one.outcome(name), twins.one
    found = []
    for field in twins.fields:
        named = one.any_of(part[field] for part in (basis.because, basis.missing) if field in part)
        found.append(one.any_of((twins.same(field), -named)))
    return found


def _settled_refined(twins: Twins, name: str) -> list[int]:
    basis, one = twins.one.outcome(name), twins.one
    found = []
    for field in twins.fields:
        lacking = basis.missing.get(field, -one.always)
        found.append(one.any_of((twins.same(field), one.all_of((twins.refined(field), -lacking)))))
    return found


Relation = Callable[[Twins, str], list[int]]


def _each(knowledge: Knowledge, names: Sequence[str], claim: str, relation: Relation) -> Claim:
    findings: list[Finding] = []
    regions = 0
    for name in names:
        twins = Twins(knowledge)
        wanted = [twins.differ([name]), *relation(twins, name)]
        regions += twins.one.combinations
        findings += _pair(twins, wanted, name, [name])
    return Claim(claim, Method.SOLVED, len(names), regions, findings=tuple(findings))


def _pair(twins: Twins, wanted: Sequence[int], subject: str, among: Sequence[str]) -> list[Finding]:
    """The two patients with the fewest answers for whom ``wanted`` holds."""
    if solvable(twins.pool, wanted) is None:
        return []
    model = smallest(twins.pool, wanted, [twins.one, twins.other]) or frozenset()
    first, second = twins.one.patient(model), twins.other.patient(model)
    before, after = twins.one.knowledge.case(first), twins.other.knowledge.case(second)
    changed = [name for name in among if before.fact(name).value != after.fact(name).value]
    if not changed:
        raise Disagreement(subject)
    name = changed[0]
    values = {"fact": name, "before": shown(before.fact(name).value), "after": shown(after.fact(name).value)}
    return [Finding(subject, first, second, values)]


# --- later standards ----------------------------------------------------------------------------------------------


def earlier_facts(knowledge: Knowledge) -> tuple[str, ...]:
    """Every fact that is not made of later standards alone."""
    return tuple(fact.name for fact in knowledge.book.facts if not _later_alone(fact))


def _later_alone(fact: FactSpec) -> bool:
    return bool(fact.rows) and all(row.layer is Layer.LATER for row in fact.rows)


def later_apart(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """Without any later rule, every conclusion of the review stays as it is. What reads no later rule at all is done by that."""
    findings: list[Finding] = []
    regions = 0
    without: Knowledge | None = None
    for name in names:
        below = read_by(knowledge, [name]) & knowledge.base.facts.keys()
        later = any(row.layer is Layer.LATER for fact in below for row in knowledge.base.facts[fact].rows)
        twins = Twins(knowledge)
        if later:
            without = without or _without_later(knowledge)
            twins = Twins(knowledge, without)
            wanted = [twins.differ([name]), *(twins.same(field) for field in twins.fields)]
            findings += _pair(twins, wanted, name, [name])
        twins.one.value(name)
        regions += twins.one.combinations
    return Claim("later_apart", Method.SOLVED, len(names), regions, findings=tuple(findings))


def _without_later(knowledge: Knowledge) -> Knowledge:
    """The knowledge as if no later rule had been written."""
    book = knowledge.book
    kept = tuple(replace(fact, rows=tuple(row for row in fact.rows if row.layer is not Layer.LATER)) for fact in book.facts)
    found = copy.copy(knowledge)
    found.book = replace(book, facts=kept)
    found.base = RuleBase([spec.core for spec in knowledge.fields.values()], kept)
    return found


# --- questions ----------------------------------------------------------------------------------------------------


def questions(knowledge: Knowledge) -> tuple[str, ...]:
    """Every question but those whose answer is the goal: that directs the asking itself."""
    return tuple(name for name, question in knowledge.questions.items() if "goal" not in question.fields)


def every_question_matters(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """For every question there are two patients who differ in its answers alone and in a conclusion that a report shows."""
    findings: list[Finding] = []
    regions = silent = 0
    for name in names:
        asked = frozenset(knowledge.questions[name].fields)
        reading = [fact for fact in reported(knowledge) if read_by(knowledge, [fact]) & asked]
        combinations = _told_apart(knowledge, asked, sorted(reading, key=lambda fact: len(read_by(knowledge, [fact]))))
        regions += combinations
        if not combinations:
            findings.append(Finding(name, None, None, {"question": name}))
        silent += sum(not any(field in read_by(knowledge, [fact]) for fact in reading) for field in asked)
    return Claim("questions", Method.SOLVED, len(names), regions, findings=tuple(findings), figures={"answers_without_effect": silent})


def _told_apart(knowledge: Knowledge, asked: Iterable[str], facts: Iterable[str]) -> int:
    """Among how many combinations two patients were found whom ``asked`` alone tells apart in one of ``facts``; 0 for none."""
    for fact in facts:
        twins = Twins(knowledge)
        wanted = [twins.differ([fact]), *(twins.same(field) for field in twins.fields if field not in asked)]
        if solvable(twins.pool, wanted) is not None:
            return twins.one.combinations
    return 0
