"""Claims on single conclusions: nothing contradicts, nothing is left without a value, nothing stands without a reason."""

from __future__ import annotations

from collections.abc import Sequence

from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import Claim, Finding, Method, shown
from flows.proofs.laws import Law, read_laws
from flows.proofs.space import Patient, Space, smallest, solvable
from flows.proofs.support import Supported
from flows.rules.expressions import Ask, Constant
from flows.rules.tables import FactSpec, Shape
from flows.rules.truth import TRUE

REASONED = "treatment."


class Disagreement(RuntimeError):
    """A patient found by the solver is none for the engine: the clauses or the engine are wrong."""


# --- laws ---------------------------------------------------------------------------------------------------------


def laws_kept(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """No answers make a forbidden condition true, and what may be silent is silent exactly where it may be."""
    findings: list[Finding] = []
    regions = 0
    for law in read_laws(knowledge):
        if law.id in names:
            space = Space(knowledge)
            broken = _broken(space, law)
            regions += space.combinations
            patient = _smallest(space, broken)
            if patient is not None:
                findings.append(Finding(law.id, patient, None, _seen(knowledge, law, patient)))
    return Claim("laws", Method.SOLVED, len(names), regions, findings=tuple(findings))


def law_ids(knowledge: Knowledge) -> tuple[str, ...]:
    """Every law."""
    return tuple(law.id for law in read_laws(knowledge))


def _broken(space: Space, law: Law) -> int:
    met = space.condition(law.condition)[0]
    if not law.silent:
        return met
    valued = space.valued(law.silent)
    return space.any_of((space.all_of((met, valued)), space.all_of((-met, -valued))))


def _seen(knowledge: Knowledge, law: Law, patient: Patient) -> dict[str, str]:
    case = knowledge.case(patient)
    met = case.truth(knowledge.base.compile(law.condition)) is TRUE
    if not law.silent:
        if not met:
            raise Disagreement(law.id)
        return {"never": law.text, "cite": ", ".join(law.cite)}
    value = case.fact(law.silent).value
    if met is not bool(value):
        raise Disagreement(law.id)
    return {"silent": law.silent, "when": law.text, "value": shown(value), "cite": ", ".join(law.cite)}


def _smallest(space: Space, *wanted: int) -> Patient | None:
    """The patient with the fewest answers for whom ``wanted`` holds."""
    if solvable(space.pool, wanted) is None:
        return None
    model = smallest(space.pool, wanted, [space])
    return None if model is None else space.patient(model)


# --- values -------------------------------------------------------------------------------------------------------


def valued_facts(knowledge: Knowledge) -> tuple[str, ...]:
    """Every fact that must have a value: tables that no law lets be silent, and bands of a number."""
    silent = {law.silent for law in read_laws(knowledge)}
    shapes = (Shape.TABLE, Shape.BANDS)
    return tuple(fact.name for fact in knowledge.book.facts if fact.shape in shapes and fact.name not in silent)


def valued(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """Every one of these facts has a value, whatever the answers; bands wherever their number is given."""
    findings: list[Finding] = []
    regions = 0
    for name in names:
        space = Space(knowledge)
        fact = knowledge.base.facts[name]
        given = space.condition(Ask("done", fact.of[0]))[0] if fact.shape is Shape.BANDS else space.always
        patient = _smallest(space, -space.valued(name), given)
        regions += space.combinations
        if patient is not None:
            if knowledge.case(patient).fact(name).value:
                raise Disagreement(name)
            findings.append(Finding(name, patient))
    return Claim("valued", Method.SOLVED, len(names), regions, findings=tuple(findings))


# --- reasons ------------------------------------------------------------------------------------------------------


def tables(knowledge: Knowledge) -> tuple[str, ...]:
    """Every table."""
    return tuple(fact.name for fact in knowledge.book.facts if fact.shape is Shape.TABLE)


def explained(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """Every value of a table names an answer that decided it or one that could change it; every verdict has its reason."""
    findings: list[Finding] = []
    regions = 0
    for name in names:
        fact = knowledge.base.facts[name]
        findings += [Finding(row.id, None, None, {"reasons": "-"}) for row in fact.rows if name.startswith(REASONED) and not row.reasons]
        space = Supported(knowledge)
        patient = _smallest(space, *_unexplained(space, fact))
        regions += space.combinations
        if patient is not None:
            findings.append(Finding(name, patient, None, {"value": shown(knowledge.case(patient).fact(name).value)}))
    return Claim("explained", Method.SOLVED, len(names), regions, findings=tuple(findings))


def _unexplained(space: Supported, fact: FactSpec) -> list[int]:
    if fact.rows and isinstance(fact.rows[0].when, Constant):
        return [-space.always]
    basis = space.outcome(fact.name)
    return [space.valued(fact.name), -space.any_of(basis.because.values()), -space.any_of(basis.missing.values())]
