"""What is still to be asked: the next field, how many at most, what an edit made inapplicable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.dialog.session import Session
from flows.dialog.stages import STAGE_OF_QUESTIONS
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Answer

if TYPE_CHECKING:
    from flows.dialog.stakes import Stakes


@dataclass(frozen=True, slots=True)
class Agenda:
    """The fields still to be asked, in order.

    ``next`` is the first that can be asked now (None: nothing left); ``open`` are all that may still come, so its
    length is an upper bound of the answers still to give. ``stakes`` is what hangs on ``next``, where it was chosen for that.
    """

    next: str | None
    open: tuple[str, ...]
    stakes: Stakes | None = None


def wanted(answers: Mapping[str, Answer], knowledge: Knowledge) -> frozenset[str]:
    """The question ids that the chosen goals ask for; all of them where no goal was chosen."""
    goal = answers.get("goal")
    if not isinstance(goal, frozenset):
        return frozenset(knowledge.questions)
    return frozenset({"A5"}).union(*(knowledge.goals.get(name, frozenset()) for name in goal))


def agenda(case: Case, session: Session, knowledge: Knowledge) -> Agenda:
    """What is still to be asked in ``session``, whose answers ``case`` holds."""
    if session.quick:
        from flows.dialog.quick import plan  # it loads a solver, which most consultations do without

        return plan(case, session, knowledge)
    return in_full(case, session, knowledge)


def in_full(case: Case, session: Session, knowledge: Knowledge) -> Agenda:
    """The same in the full order."""
    asked_for = wanted(session.answers, knowledge)
    answers, skipped, memo = session.answers, session.skipped, case.memo
    first: str | None = None
    waiting_bits = 0
    waiting: list[str] = []
    for name, question, condition, bit in knowledge.asking:
        if name in answers or name in skipped or question not in asked_for:
            continue
        truth, _, missing = memo[condition] or case.judge(condition)
        if truth is TRUE:
            first = first or name
        elif not missing & waiting_bits:  # settled: it will not be asked
            continue
        waiting.append(name)
        waiting_bits |= bit
    return Agenda(first, tuple(waiting))


def stage_of(name: str | None, knowledge: Knowledge) -> str | None:
    """The stage in which a field is asked."""
    if name is None:
        return None
    stage = knowledge.questions[knowledge.fields[name].question].stage
    return STAGE_OF_QUESTIONS.get(stage, stage)


def inapplicable(
    answers: Mapping[str, Answer], knowledge: Knowledge, before: Mapping[str, Answer] | None = None
) -> tuple[frozenset[str], Case]:
    """The answered fields that make no sense any more beside the other answers, and the case without them.

    ``before`` are the answers of the turn before, whose case may be at hand.
    """
    nearby = knowledge.nearby
    return _fitting(nearby.case(answers, answers if before is None else before), knowledge, lambda old, new: nearby.case(new, old.answers))


def inapplicable_beside(case: Case, answers: Mapping[str, Answer], knowledge: Knowledge) -> tuple[frozenset[str], Case]:
    """The same for answers that are only imagined beside those of ``case``."""
    return _fitting(knowledge.nearby.beside(case, answers), knowledge, knowledge.nearby.beside)


def _fitting(
    case: Case, knowledge: Knowledge, derived: Callable[[Case, Mapping[str, Answer]], Case]
) -> tuple[frozenset[str], Case]:
    gone: frozenset[str] = frozenset()
    while found := frozenset(name for name in case.answers if case.truth(knowledge.applies[name]) is FALSE):
        gone |= found
        case = derived(case, {name: answer for name, answer in case.answers.items() if name not in found})
    return gone, case


def answered_before(session: Session, knowledge: Knowledge, here: str | None) -> Iterator[str]:
    """The fields that were answered or skipped before ``here`` (None: all), the latest first."""
    order = list(knowledge.fields)
    end = order.index(here) if here is not None and here in knowledge.fields else len(order)
    for name in reversed(order[:end]):
        if name in session.answers or name in session.skipped:
            yield name
