"""Claims on the asking: every path ends, after at most so many questions; every question comes; every state leads on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from flows.dialog.agenda import agenda, wanted
from flows.dialog.session import Session
from flows.dialog.stages import ASKING, CANCELLED, STAGES, stage_for
from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import Claim, Finding, Method, shown
from flows.proofs.reading import fields_read
from flows.proofs.space import Patient, Space, smallest, solvable
from flows.rules.conditions import ABSENT
from flows.rules.expressions import Every, Expression, parse
from flows.rules.values import Answer, Open

GOAL = "goal"


def walked(knowledge: Knowledge, patient: Mapping[str, Answer]) -> tuple[str, ...]:
    """The fields that a patient is asked, in order; what the patient has no answer to is left for later."""
    session, asked = Session(), list[str]()
    while (name := agenda(knowledge.case(session.answers), session, knowledge).next) is not None and len(asked) <= len(knowledge.fields):
        asked.append(name)
        if name in patient:
            session = replace(session, answers={**session.answers, name: patient[name]})
        else:
            session = replace(session, skipped=session.skipped | {name})
    return tuple(asked)


class Earlier(Space):
    """The rules as they stood before ``until`` and what comes after it were asked; the answers are those of ``later``."""

    def __init__(self, later: Space, until: str) -> None:
        super().__init__(later.knowledge, later.pool)
        names = list(later.knowledge.fields)
        self.later, self.answered = later, frozenset(names[: names.index(until)])

    def domain(self, field: str) -> list[tuple[Answer, int]]:
        """The regions of a field that was asked; of any other, that it was not."""
        return self.later.domain(field) if field in self.answered else [(Open.MISSING, self.always)]

    def items(self, field: str) -> tuple[int, dict[str, list[tuple[str, int]]]]:
        """The outcomes of a map that was asked; of any other, that it is open."""
        if field in self.answered:
            return self.later.items(field)
        return self.always, {item: [(ABSENT, self.always)] for item in self.knowledge.fields[field].core.items}


class Asking:
    """The conditions of asking over the partition: an answer is there only where its question was put.

    A question whose condition rests on answers asked after it may have been put while some of these were still open: it
    counts as put where its condition held at its own turn or after any of those answers.
    """

    def __init__(self, knowledge: Knowledge, goal: Answer) -> None:
        self.knowledge, self.goal = knowledge, goal
        self.space = Space(knowledge)
        self.put = {name: self._put(name) for name in knowledge.fields}
        self.space.touch(name for name in (*self.space.domains, *self.space.pairs))
        for name in (*self.space.domains, *self.space.pairs):
            self.space.clauses.append([self.put[name], self.space.open_answer(name)])

    def _put(self, name: str) -> int:
        questions = wanted({GOAL: self.goal}, self.knowledge)
        if self.knowledge.fields[name].question not in questions:
            return -self.space.always
        tree = condition(self.knowledge, name)
        turns = [Earlier(self.space, turn) for turn in (name, *sorted(after(self.knowledge, name), key=list(self.knowledge.fields).index))]
        return self.space.any_of(space.condition(tree)[0] for space in (*(turns if len(turns) > 1 else ()), self.space))

    def longest(self) -> tuple[int, Patient]:
        """The most questions that any path can put, and the patient of that path."""
        formula = WCNF()
        for clause in self.space.clauses:
            formula.append(clause)
        for literal in self.put.values():
            formula.append([literal], weight=1)
        with RC2(formula) as solver:
            model = frozenset(solver.compute() or ())
        return sum(literal in model for literal in self.put.values()), self._patient(model)

    def someone(self, name: str) -> Patient | None:
        """A patient to whom a question is put."""
        model = solvable(self.space.pool, [self.put[name]])
        return None if model is None else self._patient(model)

    def senseless(self) -> Iterator[tuple[str, Patient]]:
        """Every field whose answer may make no sense any more after a later answer, and the smallest patient of that."""
        order = list(self.knowledge.fields)
        for name in order:
            tree = parse(self.knowledge.fields[name].applies)
            if any(order.index(other) >= order.index(name) for other in fields_read(self.knowledge, tree)):
                wanted = [self.put[name], self.space.condition(tree)[1], -self.space.open_answer(name)]
                model = smallest(self.space.pool, wanted, [self.space])
                if model is not None:
                    yield name, self._patient(model)

    def _patient(self, model: frozenset[int]) -> Patient:
        return {GOAL: self.goal, **self.space.patient(model)}


def condition(knowledge: Knowledge, name: str) -> Expression:
    """When a field is asked."""
    spec = knowledge.fields[name]
    return Every((parse(spec.applies), parse(spec.asked)))


def after(knowledge: Knowledge, name: str) -> frozenset[str]:
    """The fields asked after ``name`` on which its condition rests."""
    order = {field: place for place, field in enumerate(knowledge.fields)}
    return frozenset(other for other in fields_read(knowledge, condition(knowledge, name)) if order[other] >= order[name])


def goals(knowledge: Knowledge) -> tuple[str, ...]:
    """No goal, and each goal by itself."""
    return ("", *knowledge.goals)


def every_path_ends(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """For each goal no path puts more questions than the one that is walked here, and no later answer takes an earlier one away."""
    findings: list[Finding] = []
    figures: dict[str, int] = {}
    regions = 0
    for name in names:
        asking = Asking(knowledge, frozenset((name,)) if name else Open.UNKNOWN)
        bound, patient = asking.longest()
        asked = walked(knowledge, patient)
        regions += asking.space.combinations
        figures[f"questions_{name or 'everything'}"] = len(asked)
        if bound != len(asked):
            findings.append(Finding(name or "everything", patient, None, {"at_most": str(bound), "walked": str(len(asked))}))
        findings += [Finding(field, lost, None, {"set_aside": field}) for field, lost in asking.senseless()]
    return Claim("ends", Method.SOLVED, len(names), regions, findings=tuple(findings), figures=figures)


def every_question_comes(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """Every question is put to somebody: a patient is found by the solver and walked through the dialog."""
    asking = Asking(knowledge, Open.UNKNOWN)
    findings = []
    for name in names:
        patient = asking.someone(name)
        if patient is None or name not in walked(knowledge, patient):
            findings.append(Finding(name, patient, None, {"question": knowledge.fields[name].question}))
    return Claim("comes", Method.SOLVED, len(names), asking.space.combinations, findings=tuple(findings))


def fields(knowledge: Knowledge) -> tuple[str, ...]:
    """Every field."""
    return tuple(knowledge.fields)


# --- the state table ------------------------------------------------------------------------------------------------


def states(knowledge: Knowledge) -> tuple[str, ...]:
    """Every state."""
    return (*STAGES, CANCELLED)


def every_state_leads_on(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """From wherever a consultation stood, it comes to the state that its answers say: every arrow of the table is walked."""
    findings = [finding for before in names for finding in _astray(before)]
    return Claim("states", Method.ENUMERATED, len(names), len(names) * len(_situations()), findings=tuple(findings))


def _situations() -> list[tuple[str | None, bool, bool]]:
    return list(product((None, *ASKING), (False, True), (False, True)))


def _astray(before: str) -> Iterator[Finding]:
    for waiting, concluded, cancelled in _situations():
        expected = CANCELLED if cancelled else waiting or ("report" if concluded else "review")
        found = stage_for(before, waiting, concluded, cancelled)
        if found != expected:
            told = {"concluded": shown(concluded), "cancelled": shown(cancelled)}
            seen = {"waiting": shown(waiting), **told, "stands": found, "should": expected}
            yield Finding(before, None, None, seen)
