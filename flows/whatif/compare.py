"""How two sets of answers differ in their conclusions, and which single answers a report hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import MARKERS
from flows.rules.engine import Case, Outcome, Value
from flows.rules.fields import Kind
from flows.rules.values import Answer, Answers, Open
from flows.whatif.change import Change, applied
from flows.whatif.regions import region_of, regions

GRADES = "index_grades"
PATH = "path"
PATHOLOGY = "criteria.pathology_nen"
ON_PATH = ("next_steps", "prognosis", "follow_up")
"""What is concluded only where the case may still be a PHNEN, beside treatment and transplantation."""


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


def differences(before: Case, after: Case, facts: Sequence[str]) -> tuple[Difference, ...]:
    """The conclusions among ``facts`` that differ between two cases; off the path there are no treatment lines to compare."""
    found = []
    for name in facts:
        old, new = value_shown(before, name), value_shown(after, name)
        if old != new:
            found.append(Difference(name, old, new))
    return tuple(found)


def on_path_only(name: str) -> bool:
    """Whether a conclusion is shown only on the path of PHNEN."""
    return name in ON_PATH or name.startswith(("treatment.", "transplant.")) or treatment_of(name) is not None


def treatment_of(name: str) -> str | None:
    """The treatment that cautions stand beside (None: they stand beside a marker, or these are no cautions)."""
    kind, _, subject = name.partition(".")
    return f"treatment.{subject}" if kind == "cautions" and subject not in MARKERS else None


def shown_by(name: str) -> tuple[str, ...]:
    """The facts that decide whether a conclusion is shown at all."""
    if name == GRADES:
        return ("ungraded",)
    path = (PATH,) if on_path_only(name) else ()
    treatment = treatment_of(name)
    return path if treatment is None else (*path, treatment, PATHOLOGY)


def support_shown(case: Case, name: str) -> tuple[int, int]:
    """The answers that settled a conclusion as the report shows it, or that it is not shown, and those that could still change that."""
    outcome = shown(case, name)
    behind = [case.fact(each) for each in shown_by(name)] + ([] if outcome is None else [outcome])
    return reduce(or_, (one.because for one in behind), 0), reduce(or_, (one.missing for one in behind), 0)


def shown(case: Case, name: str) -> Outcome | None:
    """A conclusion as the report shows it; None where it does not.

    Off the path of PHNEN no treatment is judged; cautions stand beside a treatment only where it is not closed.
    """
    if on_path_only(name) and case.word(PATH) == "off":
        return None
    treatment = treatment_of(name)
    if treatment is not None and (case.word(treatment) == "not_suitable" or case.word(PATHOLOGY) == "unknown"):
        return None
    return case.fact(name)


def value_shown(case: Case, name: str) -> Value:
    """The value of a conclusion as the report shows it."""
    if name == GRADES and case.word("ungraded") == "yes":
        return frozenset()
    outcome = shown(case, name)
    return None if outcome is None else outcome.value


def hinges(knowledge: Knowledge, answers: Answers, case_of: Callable[[Answers], Case]) -> tuple[Hinge, ...]:
    """Every single other answer, one for each region, with which a deciding conclusion would change.

    Args:
        knowledge: the rules.
        answers: the answers as they are.
        case_of: the case of some answers; it may leave out those that make no sense beside the others.
    """
    before = case_of(answers)
    facts = deciding(knowledge)
    support = reduce(or_, (bits for name in facts for bits in support_shown(before, name)))
    names = before.base.names(support)
    return tuple(hinge for field in names for hinge in _hinges_of(knowledge, answers, field, (case_of, before, facts)))


def hinges_of(knowledge: Knowledge, answers: Answers, field: str, case_of: Callable[[Answers], Case]) -> tuple[Hinge, ...]:
    """The same for one field."""
    return tuple(_hinges_of(knowledge, answers, field, (case_of, case_of(answers), deciding(knowledge))))


def _hinges_of(
    knowledge: Knowledge, answers: Answers, field: str, measure: tuple[Callable[[Answers], Case], Case, Sequence[str]]
) -> Iterator[Hinge]:
    case_of, before, facts = measure
    for answer in others(knowledge, field, answers):
        change = Change(field, answer)
        changed = differences(before, case_of(applied(answers, (change,))), facts)
        if changed:
            yield Hinge(change, changed)


def others(knowledge: Knowledge, field: str, answers: Answers) -> Iterator[Answer]:
    """One answer of each region of a field but the one it has; open answers are no other answers."""
    core, now = knowledge.fields[field].core, answers.get(field)
    if core.kind is Kind.MAP:
        given = now if isinstance(now, dict) else {}
        yield from ({**given, item: word} for item in core.items for word in core.options if given.get(item) != word)
        return
    here = region_of(knowledge, field, now)
    yield from (answer for answer in regions(knowledge)[field] if answer != here and not isinstance(answer, Open))
