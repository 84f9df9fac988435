"""Quick mode: asks only what can still change a conclusion of the chosen goal, what can change the most conclusions first.

*A conclusion of the goal* is a fact of the parts of the report that the goal is about (`ABOUT`), as the report shows it, with
every red flag; with no goal it is every fact of the report.

*How much* a question can change is the number of conclusions of the goal that are still open to its answer: those that name
it among what could change them, or that name a question which its answer opens. Equal numbers go in the order of the
questions. A question waits while one that decides whether it is put at all can itself change a conclusion.

*Can change* is exact: a question is put only where two whole interviews that differ in its answer alone end with different
conclusions (`flows.whatif.relevance`). Where no question is left of which that is so, every way to answer the rest ends
with the conclusions as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from flows.dialog.agenda import Agenda, in_full, wanted
from flows.dialog.explain import SECTIONS, facts_of
from flows.dialog.session import Session
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.truth import TRUE
from flows.rules.values import Answer
from flows.whatif.compare import PATH, on_path_only, support_shown
from flows.whatif.relevance import Given, Relevance

GOAL = "goal"
ABOUT: Mapping[str, tuple[str, ...]] = {
    "dx": ("criteria",),
    "grade": ("classification",),
    "next": ("missing",),
    "treatment": ("criteria", "treatment", "transplantation"),
    "prognosis": ("prognosis", "follow_up"),
}
"""The parts of the report that each goal is about."""
FEW = 20
"""So many questions are looked at one by one to tell how many may be left; of more, only those are left out that no rule can reach."""


def plan(case: Case, session: Session, knowledge: Knowledge) -> Agenda:
    """What is still to be asked in quick mode."""
    full = in_full(case, session, knowledge)
    if full.next == GOAL:
        return full
    free = _free(session, knowledge)
    facts = conclusions(session.answers.get(GOAL), knowledge)
    found = _relevance(knowledge, Given(session.answers), facts, free)
    reach = _reach(case, facts, free, knowledge)
    ranked = sorted(reach, key=lambda name: -len(reach[name]))
    first = next((name for name in ranked if found.can_change(name) and _due(case, name, found, knowledge)), None)
    if first is None:
        return Agenda(None, ())
    left = [name for name in full.open if name in found.matter]
    if len(left) <= FEW:
        left = [name for name in left if found.can_change(name)]
    return Agenda(first, tuple(left), reach[first])


def conclusions(goal: Answer | None, knowledge: Knowledge) -> tuple[str, ...]:
    """The conclusions of a goal, in the order of the report; red flags and whether the case is on the path go with every goal."""
    chosen = goal if isinstance(goal, frozenset) else frozenset()
    parts = [name for name in SECTIONS if not chosen or any(name in ABOUT[each] for each in chosen)]
    facts = [fact for name in parts for fact in facts_of(name, knowledge)]
    cautions = [f"cautions.{fact.partition('.')[2]}" for fact in facts if fact.startswith(("treatment.", "markers."))]
    path = [PATH] if any(map(on_path_only, facts)) else []
    return tuple(dict.fromkeys(("red_flags", *path, *facts, *(name for name in cautions if name in knowledge.base.facts))))


def _free(session: Session, knowledge: Knowledge) -> frozenset[str]:
    """The fields that a full interview with this goal may still ask."""
    questions = wanted(session.answers, knowledge)
    given = session.answers.keys() | session.skipped | {GOAL}
    return frozenset(name for name, spec in knowledge.fields.items() if name not in given and spec.question in questions)


def _due(case: Case, name: str, found: Relevance, knowledge: Knowledge) -> bool:
    """Whether a question is put now: its condition holds, and nothing that can still change that matters by itself."""
    truth, _, missing = case.judge(knowledge.asked[name])
    return truth is TRUE and not any(found.can_change(gate) for gate in case.base.names(missing) if gate != name)


def _reach(case: Case, facts: Sequence[str], free: frozenset[str], knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """For every free field, in asking order, the conclusions that are open to its answer."""
    bits = case.base.bits
    whole = sum(bits[name] for name in free)
    gates = {bits[name]: case.judge(knowledge.asked[name])[2] & whole for name in free}
    opened = {bit: gate for bit, gate in gates.items() if gate}
    found = {fact: _widened(support_shown(case, fact)[1] & whole, opened) for fact in facts}
    reach = {name: tuple(fact for fact in facts if found[fact] & bits[name]) for name in knowledge.fields if name in free}
    return {name: reached for name, reached in reach.items() if reached}


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


@lru_cache(maxsize=64)
def _relevance(knowledge: Knowledge, given: Given, facts: tuple[str, ...], free: frozenset[str]) -> Relevance:
    """The same answers are looked at several times in a turn."""
    return Relevance(knowledge, given.answers, facts, free)
