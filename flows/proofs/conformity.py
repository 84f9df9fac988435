"""The clauses say what the engine says: compared case by case, by walking the answers that the engine really reads.

A fact is looked at with no answers. Whatever answer the engine reads is then given every region in turn, and so on, until it
reads nothing more: by then all patients with these answers have the same value and the same support, whatever their
others. All such cases together are the whole space. Where they are too many, some are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from pysat.solvers import Minisat22

from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import Claim, Finding, Method, shown
from flows.proofs.partition import partition
from flows.proofs.reading import read_by
from flows.proofs.space import Patient
from flows.proofs.support import Supported
from flows.rules.conditions import ABSENT
from flows.rules.engine import Case
from flows.rules.expressions import Has, Is
from flows.rules.fields import Kind
from flows.rules.values import Answer, Open
from flows.whatif.regions import fields_of, leaves


class _Watched(dict[str, Answer]):
    """Answers that note the first one read that is not settled yet."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__({name: answer for name, answer in answers.items() if answer is not Open.MISSING})
        self.settled = frozenset(answers)
        self.first: str | None = None

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override] # the engine reads in this way alone
        if self.first is None and name not in self.settled:
            self.first = name
        return super().get(name, default)


def same_as_engine(knowledge: Knowledge, names: Sequence[str], most: int, seed: int = 0) -> Claim:
    """For every fact the clauses give the value and the support that the engine gives.

    Args:
        knowledge: the rules.
        names: the facts.
        most: above so many cases, as many are drawn instead.
        seed: for the drawing.
    """
    findings: list[Finding] = []
    cases = drawn = sample = 0
    for name in names:
        choices = _choices(knowledge, name)
        whole = list(_some(_cases(knowledge, name, choices), most + 1))
        if len(whole) > most:
            drawn, rng = drawn + 1, random.Random(f"{name}{seed}")  # noqa: S311 - a sample, repeatable on purpose
            whole = [_drawn(knowledge, name, choices, rng) for _ in range(most)]
            sample += most
        cases += len(whole)
        findings += _unlike(knowledge, name, whole)
    method = Method.SAMPLED if drawn else Method.ENUMERATED
    figures = {"whole": len(names) - drawn, "drawn": drawn, "drawn_cases": sample}
    return Claim("same_as_engine", method, len(names), cases, findings=tuple(findings), figures=figures, seed=seed if drawn else None)


def _some(cases: Iterator[Patient], most: int) -> Iterator[Patient]:
    for _, case in zip(range(most), cases, strict=False):
        yield case


# --- cases --------------------------------------------------------------------------------------------------------

Choices = Mapping[str, tuple[Answer, ...]]


def _choices(knowledge: Knowledge, name: str) -> Choices:
    """The answers to try for every field that a fact rests on."""
    fields = read_by(knowledge, [name]) & knowledge.fields.keys()
    return {field: _maps(knowledge, name, field) if _is_map(knowledge, field) else _one_of_each(knowledge, field) for field in fields}


def _is_map(knowledge: Knowledge, field: str) -> bool:
    return knowledge.fields[field].core.kind is Kind.MAP


def _one_of_each(knowledge: Knowledge, field: str) -> tuple[Answer, ...]:
    return tuple(region.answer for region in partition(knowledge)[field])


def _maps(knowledge: Knowledge, name: str, field: str) -> tuple[Answer, ...]:
    """Maps that the rules below a fact can tell apart: the items that they name, and one that they do not."""
    core = knowledge.fields[field].core
    facts = [knowledge.base.facts[fact] for fact in read_by(knowledge, [name]) & knowledge.base.facts.keys()]
    below = dict.fromkeys(leaf for fact in facts for row in fact.rows for leaf in leaves(row.when) if fields_of(leaf)[0] == field)
    named = {leaf.name.partition(".")[2] for leaf in below if isinstance(leaf, Is)}
    named |= {item for leaf in below if isinstance(leaf, Has) for item in leaf.beside}
    kept = [item for item in core.items if item in named] + [item for item in core.items if item not in named][:1]
    nodes = [knowledge.base.compile(leaf) for leaf in below]
    found: dict[object, Answer] = {Open.MISSING: Open.MISSING, Open.UNKNOWN: Open.UNKNOWN}
    for words in product((ABSENT, *core.options), repeat=min(len(kept), 5)):
        answer = {item: word for item, word in zip(kept, words, strict=False) if word != ABSENT}
        case = Case(knowledge.base, {field: answer})
        found.setdefault(tuple(case.truth(node) for node in nodes), answer)
    return tuple(found.values())


def _cases(knowledge: Knowledge, name: str, choices: Choices) -> Iterator[Patient]:
    """Every case that the engine can tell apart, one after the other."""
    waiting: list[Patient] = [{}]
    while waiting:
        given = waiting.pop()
        field = _next(knowledge, name, given)
        if field is None:
            yield given
        else:
            waiting.extend({**given, field: answer} for answer in choices[field])


def _drawn(knowledge: Knowledge, name: str, choices: Choices, rng: random.Random) -> Patient:
    given: Patient = {}
    while (field := _next(knowledge, name, given)) is not None:
        given[field] = rng.choice(choices[field])
    return given


def _next(knowledge: Knowledge, name: str, given: Patient) -> str | None:
    """The first answer that the engine reads beyond those given."""
    watched = _Watched(given)
    Case(knowledge.base, watched).fact(name)
    return watched.first


# --- comparing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is concluded: the value as a set of words, and the answers in its support."""

    value: frozenset[str]
    because: frozenset[str]
    missing: frozenset[str]


def _unlike(knowledge: Knowledge, name: str, cases: Sequence[Patient]) -> Iterator[Finding]:
    space = Supported(knowledge)
    values, basis = space.value(name), space.outcome(name)
    with Minisat22(bootstrap_with=space.clauses) as solver:
        for given in cases:
            _, implied = solver.propagate(assumptions=_literals(space, given))
            true = frozenset(implied) | {space.always}
            parts = (values, basis.because, basis.missing)
            told = _Seen(*(frozenset(word for word, literal in part.items() if literal in true) for part in parts))
            seen = _by_engine(knowledge, name, given)
            if told != seen:
                yield Finding(name, _given(given), None, {"engine": shown(seen.value), "clauses": shown(told.value)})


def _given(patient: Patient) -> Patient:
    return {name: answer for name, answer in patient.items() if answer is not Open.MISSING}


def _by_engine(knowledge: Knowledge, name: str, given: Patient) -> _Seen:
    outcome = knowledge.case(_given(given)).fact(name)
    value = frozenset((outcome.value,)) if isinstance(outcome.value, str) else frozenset(outcome.value or ())
    return _Seen(value, *(frozenset(knowledge.base.names(bits)) for bits in (outcome.because, outcome.missing)))


def _literals(space: Supported, given: Patient) -> list[int]:
    """The literals of a patient's answers; what is not given was not asked."""
    found = []
    for field, domain in space.domains.items():
        answer = given.get(field, Open.MISSING)
        found.append(next(literal for region, literal in domain if region == answer))
    for field, (unknown, outcomes) in space.pairs.items():
        told = given.get(field, Open.MISSING)
        if isinstance(told, Mapping):
            found += [-unknown, *(literal for item, words in outcomes.items() for word, literal in words if word == told.get(item, ABSENT))]
        else:
            found += [unknown, *(literal for words in outcomes.values() for word, literal in words if word == ABSENT)]
    return found
