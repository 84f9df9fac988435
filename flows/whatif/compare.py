"""How two sets of answers differ in their conclusions, and which single answers a report hangs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import CONDITIONS
from flows.rules.engine import Case, Value
from flows.rules.fields import Kind
from flows.rules.values import Answer, Answers, Open
from flows.whatif.regions import region_of, regions
from flows.whatif.smallest import Change, applied

GRADES = "index_grades"
PATH = "path"


@dataclass(frozen=True, slots=True)
class Difference:
    """A conclusion that is not the same: the fact, and its value with the one and with the other answers."""

    fact: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Hinge:
    """A single other answer, and the conclusions that would change with it."""

    change: Change
    differences: tuple[Difference, ...]


def deciding(knowledge: Knowledge) -> tuple[str, ...]:
    """The conclusions that decide most: type, grade, diagnosis and the verdict on every treatment."""
    return ("classification.type", GRADES, "diagnosis.id", *(f"treatment.{name}" for name in knowledge.book.treatments))


def compared(knowledge: Knowledge) -> tuple[str, ...]:
    """Every conclusion that a report shows, in its order."""
    return (
        *("classification.type", GRADES, "classification.provisional", "classification.discordant"),
        *("criteria.pathology_nen", "criteria.extrahepatic_primary_excluded", "diagnosis.id", "functional.status", "functional.syndrome"),
        *(fact.name for fact in knowledge.book.facts if fact.name.startswith("markers.")),
        *("imaging.described", "imaging.not_described", "sstr.status", "origin.suggests", "contradictions", "red_flags", "next_steps"),
        *(f"treatment.{name}" for name in knowledge.book.treatments),
        *(f"transplant.{name}" for name in CONDITIONS),
    )


def differences(before: Case, after: Case, facts: Sequence[str]) -> tuple[Difference, ...]:
    """The conclusions among ``facts`` that differ between two cases; off the path there are no treatment lines to compare."""
    found = []
    for name in facts:
        old, new = _shown(before, name), _shown(after, name)
        if old != new:
            found.append(Difference(name, old, new))
    return tuple(found)


def _shown(case: Case, name: str) -> Value:
    if case.word(PATH) == "off" and (name.startswith(("treatment.", "transplant.")) or name == "next_steps"):
        return None
    if name == GRADES and case.word("ungraded") == "yes":
        return frozenset()
    return case.fact(name).value


def hinges(knowledge: Knowledge, answers: Answers) -> tuple[Hinge, ...]:
    """Every single other answer, one for each region, with which a deciding conclusion would change."""
    before = knowledge.case(answers)
    facts = deciding(knowledge)
    support = 0
    for name in facts:
        outcome = before.fact(name)
        support |= outcome.because | outcome.missing
    found = []
    for field in before.base.names(support):
        for answer in _others(knowledge, field, answers):
            change = Change(field, answer)
            changed = differences(before, knowledge.case(applied(answers, (change,))), facts)
            if changed:
                found.append(Hinge(change, changed))
    return tuple(found)


def _others(knowledge: Knowledge, field: str, answers: Answers) -> Iterator[Answer]:
    """One answer of each region of a field but the one it has; open answers are no other answers."""
    core, now = knowledge.fields[field].core, answers.get(field)
    if core.kind is Kind.MAP:
        given = now if isinstance(now, dict) else {}
        yield from ({**given, item: word} for item in core.items for word in core.options if given.get(item) != word)
        return
    here = region_of(knowledge, field, now)
    yield from (answer for answer in regions(knowledge)[field] if answer != here and not isinstance(answer, Open))
