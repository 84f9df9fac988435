"""Patients with whom every rule speaks, and every screen that can be shown of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.dialog.agenda import agenda
from flows.dialog.explain import facts_of, sections
from flows.dialog.imagined import HINGES
from flows.dialog.replies import Reply
from flows.dialog.screens import Painter
from flows.dialog.session import Screen, Session
from flows.dialog.stages import ASKING
from flows.knowledge.loader import Knowledge
from flows.proofs.paths import Asking
from flows.proofs.rows import ruled, witnesses
from flows.proofs.space import Patient
from flows.rules.values import Answer, Open

ALONE = ("privacy", "help", "restart", "forget", "cases:", "summary", "sources:")


def patients(knowledge: Knowledge) -> tuple[Patient, ...]:
    """Few patients with whom together every rule speaks that can: found by the solver, then chosen by how many rules each adds."""
    found = [patient for name in ruled(knowledge) for patient in witnesses(knowledge, name)]
    speaking = [_speaking(knowledge, patient) for patient in found]
    silent, chosen = frozenset[str]().union(*speaking), list[Patient]()
    while silent:
        best = max(range(len(found)), key=lambda place: len(speaking[place] & silent))
        chosen.append(found[best])
        silent -= speaking[best]
    return tuple(chosen)


def _speaking(knowledge: Knowledge, patient: Patient) -> frozenset[str]:
    """The rules that give a conclusion of this patient."""
    case = knowledge.case(patient)
    return frozenset(row.id for fact in knowledge.book.facts for row in case.fact(fact.name).rows)


def of_patient(knowledge: Knowledge, patient: Patient) -> Iterator[Reply]:
    """The report in all its parts, what each part rests on, its sources, the review of the answers, and every contradiction."""
    yield _painted(knowledge, patient, Screen.REVIEW)
    yield _compared(knowledge, patient)
    yield _painted(knowledge, patient, Screen.SIDE, "summary")
    for section in sections(knowledge.case(patient)):
        yield _painted(knowledge, patient, Screen.REPORT, section)
        yield _painted(knowledge, patient, Screen.SIDE, f"sources:{section}")
        if facts_of(section, knowledge):
            yield _painted(knowledge, patient, Screen.SIDE, f"how:{section}")
    for row in knowledge.case(patient).fact("contradictions").rows:
        yield _painted(knowledge, patient, Screen.CHECK, str(row.value))


def _compared(knowledge: Knowledge, patient: Patient) -> Reply:
    """The report beside that of somebody of whom nothing is known: as much as can differ."""
    session = Session(consented=True, answers={}, screen=Screen.WHATIF, supposed=patient)
    case = knowledge.case({})
    return Painter(session, case, agenda(case, session, knowledge), knowledge).paint()


def of_questions(knowledge: Knowledge, fields: Iterable[str]) -> Iterator[Reply]:
    """Every question as it is put to somebody, why it is asked, and its explanation."""
    asking = Asking(knowledge, Open.UNKNOWN)
    for field in fields:
        patient: dict[str, Answer] = {name: answer for name, answer in (asking.someone(field) or {}).items() if name != field}
        yield _painted(knowledge, patient, Screen.ASKING, field)
        yield _painted(knowledge, patient, Screen.SUPPOSING, field)
        yield _painted(knowledge, patient, Screen.SIDE, f"why:{field}")
        yield _painted(knowledge, patient, Screen.SIDE, f"explain:{field}")


def of_everybody(knowledge: Knowledge) -> Iterator[Reply]:
    """The screens that do not depend on the answers: notices, sources, model cases."""
    yield _painted(knowledge, {}, Screen.CONSENT)
    yield _painted(knowledge, {}, Screen.CANCELLED)
    for subject in ("", HINGES, *ASKING):
        yield _painted(knowledge, {}, Screen.WHATIF, subject)
    for subject in ALONE:
        yield _painted(knowledge, {}, Screen.SIDE, subject)
    for sources in (knowledge.statements, knowledge.settlements, knowledge.later):
        for name in sources:
            yield _painted(knowledge, {}, Screen.SIDE, f"source:{name}")
    for name in knowledge.vignettes:
        yield _painted(knowledge, {}, Screen.SIDE, f"cases:{name}")


def _painted(knowledge: Knowledge, patient: Patient, screen: Screen, subject: str = "") -> Reply:
    session = Session(consented=screen is not Screen.CONSENT, answers=patient, screen=screen, subject=subject)
    case = knowledge.case(patient)
    return Painter(session, case, agenda(case, session, knowledge), knowledge).paint()
