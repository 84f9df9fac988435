"""The quick mode: only questions that can still change a conclusion of the chosen goal, the most telling first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.values import Answer, Answers
from flows.whatif.compare import compared
from flows.whatif.relevance import relevant

_DIAGNOSIS = ("path", "diagnosis.id", "criteria.pathology_nen", "criteria.extrahepatic_primary_excluded")
_GRADE = ("classification.type", "index_grades", "classification.provisional")
FACTS_OF_GOAL: Mapping[str, tuple[str, ...]] = {
    "dx": _DIAGNOSIS,
    "grade": _GRADE,
    "next": ("path", "next_steps"),
    "prognosis": ("path", *_GRADE, "prognosis", "follow_up"),
}


def facts_for(goals: Answer | None, knowledge: Knowledge) -> tuple[str, ...]:
    """The conclusions that the chosen goals ask about; every one that a report shows where no goal was chosen."""
    if not isinstance(goals, frozenset):
        return ("path", *compared(knowledge))
    named = {**FACTS_OF_GOAL, "treatment": ("path", *(f"treatment.{name}" for name in knowledge.book.treatments))}
    return tuple(dict.fromkeys(fact for goal in named if goal in goals for fact in named[goal]))


def telling(case: Case, asked: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """The fields among ``asked`` that can still change a conclusion of the goals, the one that can change most first."""
    facts = facts_for(case.answers.get("goal"), knowledge)
    found = _relevant(knowledge, _Frozen(case.answers), facts, tuple(asked))
    order = {name: place for place, name in enumerate(knowledge.fields)}
    return tuple(sorted(found, key=lambda name: (-_reach(case, name, facts), order[name])))


def _reach(case: Case, field: str, facts: tuple[str, ...]) -> int:
    """How many of the conclusions wait for a field."""
    bit = case.base.bits[field]
    return sum(1 for name in facts if case.fact(name).missing & bit)


class _Frozen(dict[str, Answer]):
    """Answers that can be a key of a cache."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self._hash = hash(tuple(sorted((field, repr(answer)) for field, answer in answers.items())))

    def __hash__(self) -> int:  # type: ignore[override] # the answers are never changed
        return self._hash


@lru_cache(maxsize=256)
def _relevant(knowledge: Knowledge, answers: _Frozen, facts: tuple[str, ...], asked: tuple[str, ...]) -> frozenset[str]:
    return relevant(knowledge, answers, facts, asked)
