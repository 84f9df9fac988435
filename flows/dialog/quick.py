"""Quick mode: asks only what can still change a conclusion of the chosen goal, what can change the most conclusions first.

*How much* a question can change is the number of conclusions of the goal that hang on it, itself or through the questions that
its answer opens (`flows.dialog.stakes`). Equal numbers go in the order of the questions. A question waits while one that decides
whether it is put at all can itself change a conclusion.

*Can change* is exact: a question is put only where two whole interviews that differ in its answer alone end with different
conclusions (`flows.whatif.relevance`). Where no question is left of which that is so, every way to answer the rest ends
with the conclusions as they are.
"""

from __future__ import annotations

from functools import lru_cache

from flows.dialog.agenda import Agenda, in_full
from flows.dialog.session import Session
from flows.dialog.stakes import GOAL, conclusions, free, stakes
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.truth import TRUE
from flows.whatif.relevance import Given, Relevance

FEW = 20
"""So many questions are looked at one by one to tell how many may be left; of more, only those are left out that no rule can reach."""


def plan(case: Case, session: Session, knowledge: Knowledge) -> Agenda:
    """What is still to be asked in quick mode."""
    full = in_full(case, session, knowledge)
    if full.next == GOAL:
        return full
    waiting = free(session, knowledge)
    facts = conclusions(session.answers.get(GOAL), knowledge)
    found = _relevance(knowledge, Given(session.answers), facts, waiting)
    hanging = stakes(case, facts, waiting, knowledge)
    ranked = sorted(hanging, key=lambda name: -len(hanging[name].facts))
    first = next((name for name in ranked if found.can_change(name) and _due(case, name, found, knowledge)), None)
    if first is None:
        return Agenda(None, ())
    left = [name for name in full.open if name in found.matter]
    if len(left) <= FEW:
        left = [name for name in left if found.can_change(name)]
    return Agenda(first, tuple(left), hanging[first])


def _due(case: Case, name: str, found: Relevance, knowledge: Knowledge) -> bool:
    """Whether a question is put now: its condition holds, and nothing that can still change that matters by itself."""
    truth, _, missing = case.judge(knowledge.asked[name])
    return truth is TRUE and not any(found.can_change(gate) for gate in case.base.names(missing) if gate != name)


@lru_cache(maxsize=64)
def _relevance(knowledge: Knowledge, given: Given, facts: tuple[str, ...], waiting: frozenset[str]) -> Relevance:
    """The same answers are looked at several times in a turn."""
    return Relevance(knowledge, given.answers, facts, waiting)
