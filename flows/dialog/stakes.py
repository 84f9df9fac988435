"""What hangs on the answer to a question: the conclusions of the goal that it can change, itself or through what it opens.

*A conclusion of the goal* is a fact of the parts of the report that the goal is about (`ABOUT`), as the report shows it, with
every red flag; with no goal it is every fact of the report.

An answer counts for each conclusion that names it among what could still change it, the rest being as it is. That is never too
few and may be too many, so the numbers are told as *at most, as the answers stand*; quick mode and `/why` tell the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flows.dialog.agenda import wanted
from flows.dialog.explain import SECTIONS, facts_of
from flows.dialog.session import Session
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.values import Answer
from flows.whatif.compare import PATH, on_path_only, support_shown

GOAL = "goal"
ABOUT: Mapping[str, tuple[str, ...]] = {
    "dx": ("criteria",),
    "grade": ("classification",),
    "next": ("missing",),
    "treatment": ("criteria", "treatment", "transplantation"),
    "prognosis": ("prognosis", "follow_up"),
}
"""The parts of the report that each goal is about."""


@dataclass(frozen=True, slots=True)
class Stakes:
    """What hangs on the answer to one question.

    Attributes:
        itself: the conclusions that are open to the answer.
        opens: the questions of which it decides whether they are asked, and that bear on a conclusion.
        through: the conclusions, beside, that are open to the answers to those.
    """

    itself: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    through: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Every conclusion that hangs on it."""
        return (*self.itself, *self.through)


def conclusions(goal: Answer | None, knowledge: Knowledge) -> tuple[str, ...]:
    """The conclusions of a goal, in the order of the report; red flags and whether the case is on the path go with every goal."""
    chosen = goal if isinstance(goal, frozenset) else frozenset()
    parts = [name for name in SECTIONS if not chosen or any(name in ABOUT[each] for each in chosen)]
    facts = [fact for name in parts for fact in facts_of(name, knowledge)]
    cautions = [f"cautions.{fact.partition('.')[2]}" for fact in facts if fact.startswith(("treatment.", "markers."))]
    path = [PATH] if any(map(on_path_only, facts)) else []
    return tuple(dict.fromkeys(("red_flags", *path, *facts, *(name for name in cautions if name in knowledge.base.facts))))


def free(session: Session, knowledge: Knowledge) -> frozenset[str]:
    """The fields that a full interview with this goal may still ask."""
    questions = wanted(session.answers, knowledge)
    given = session.answers.keys() | session.skipped | {GOAL}
    return frozenset(name for name, spec in knowledge.fields.items() if name not in given and spec.question in questions)


def stakes_of(session: Session, field: str, knowledge: Knowledge) -> Stakes:
    """What hangs on one question, put as if it had not been answered."""
    answers = {name: answer for name, answer in session.answers.items() if name != field}
    asked = replace(session, answers=answers, skipped=session.skipped - {field})
    facts = conclusions(session.answers.get(GOAL), knowledge)
    return stakes(knowledge.case(answers), facts, free(asked, knowledge), knowledge).get(field, Stakes())


def stakes(case: Case, facts: Sequence[str], waiting: frozenset[str], knowledge: Knowledge) -> dict[str, Stakes]:
    """For every field that is ``waiting`` and on which one of ``facts`` hangs, in asking order, what hangs on it."""
    bits = case.base.bits
    whole = sum(bits[name] for name in waiting)
    gates = {bits[name]: case.judge(knowledge.asked[name])[2] & whole for name in waiting}
    opened = {bit: gate & ~bit for bit, gate in gates.items() if gate & ~bit}
    direct = {fact: support_shown(case, fact)[1] & whole for fact in facts}
    widened = {fact: _widened(found, opened) for fact, found in direct.items()}
    matter = [name for name in knowledge.fields if name in waiting and any(found & bits[name] for found in widened.values())]
    return {
        name: Stakes(
            itself=tuple(fact for fact in facts if direct[fact] & bits[name]),
            opens=tuple(other for other in matter if opened.get(bits[other], 0) & bits[name]),
            through=tuple(fact for fact in facts if widened[fact] & ~direct[fact] & bits[name]),
        )
        for name in matter
    }


def _widened(bits: int, opened: Mapping[int, int]) -> int:
    """The answers, and those that decide whether they are asked for."""
    while True:
        more = bits
        for bit, gate in opened.items():
            if bits & bit:
                more |= gate
        if more == bits:
            return bits
        bits = more
