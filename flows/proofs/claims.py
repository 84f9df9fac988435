"""Every claim, and how to settle it in parts that can be settled side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.knowledge.loader import Knowledge
from flows.proofs import cases, conclusions, conformity, information, paths, rows, second
from flows.proofs.certificate import Claim


@dataclass(frozen=True, slots=True)
class Profile:
    """How much is done where not everything can be.

    Attributes:
        name: what it is called.
        cases: how many are looked at of each fact that is compared with the engine case by case.
        patients: for how many every screen is rendered, those with whom most rules speak first; None for all that are needed
            for every rule to speak.
    """

    name: str
    cases: int
    patients: int | None


FAST, FULL = Profile("fast", 25, 8), Profile("full", 2500, None)


@dataclass(frozen=True, slots=True)
class Prover:
    """One claim: its id, what it is about, how it is settled for some of that, and how many go well together."""

    claim: str
    subjects: Callable[[Knowledge], tuple[str, ...]]
    prove: Callable[[Knowledge, Sequence[str], Profile], Claim]
    together: int = 12


@dataclass(frozen=True, slots=True)
class Job:
    """A part of a claim: the place of its prover, and the subjects to settle it for."""

    prover: int
    claim: str
    names: tuple[str, ...]


def _whole(prove: Callable[[Knowledge, Sequence[str]], Claim]) -> Callable[[Knowledge, Sequence[str], Profile], Claim]:
    """A claim that is settled for everything, whatever the profile."""
    return lambda knowledge, names, _: prove(knowledge, names)


PROVERS = (
    Prover("second", second.facts, _whole(second.reads_the_same), 40),
    Prover("asking", second.answers, _whole(second.asked_the_same), 40),
    Prover("cases", cases.ids, _whole(cases.as_told), 40),
    Prover("ends", paths.goals, _whole(paths.every_path_ends), 2),
    Prover("comes", paths.fields, _whole(paths.every_question_comes), 40),
    Prover("states", paths.states, _whole(paths.every_state_leads_on), 20),
    Prover("laws", conclusions.law_ids, _whole(conclusions.laws_kept), 40),
    Prover("valued", conclusions.valued_facts, _whole(conclusions.valued), 40),
    Prover("explained", conclusions.tables, _whole(conclusions.explained)),
    Prover("decides", rows.ruled, _whole(rows.every_rule_decides), 40),
    Prover("alone", rows.ruled, _whole(rows.every_rule_alone), 40),
    Prover("questions", information.questions, _whole(information.every_question_matters)),
    Prover("supported", information.facts, _whole(information.supported)),
    Prover("more_exact", information.facts, _whole(information.more_exact)),
    Prover("later_apart", information.earlier_facts, _whole(information.later_apart), 40),
    Prover("same_as_engine", information.facts, lambda knowledge, names, profile: conformity.same_as_engine(knowledge, names, profile.cases), 1),
)


def jobs(knowledge: Knowledge) -> tuple[Job, ...]:
    """Every claim in parts, in the order of the certificate."""
    found = []
    for place, prover in enumerate(PROVERS):
        names = prover.subjects(knowledge)
        found += [Job(place, prover.claim, names[start : start + prover.together]) for start in range(0, len(names), prover.together)]
    return tuple(found)


def settle(knowledge: Knowledge, job: Job, profile: Profile) -> Claim:
    """Settles one part."""
    return PROVERS[job.prover].prove(knowledge, job.names, profile)
