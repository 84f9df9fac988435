"""The parts of the report, the facts they speak of, and what each rests on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flows.dialog.treatment_view import VIEWS
from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import CONDITIONS, MARKERS, PARTS, Conclusions, conclude
from flows.rules.engine import Case
from flows.rules.expressions import names_in, parse
from flows.rules.tables import Shape
from flows.whatif.compare import PATH

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "summary": ("diagnosis.id",),
    "classification": ("classification.type", "index_grades", "classification.provisional", "classification.discordant"),
    "criteria": ("criteria.pathology_nen", "criteria.extrahepatic_primary_excluded", "diagnosis.id"),
    "function": ("functional.status", "functional.syndrome", "mass_effect"),
    "markers": tuple(f"markers.{name}" for name in MARKERS),
    "imaging": ("imaging.described", "imaging.not_described", "imaging.notes"),
    "receptors": ("sstr.status",),
    "origin": ("origin.suggests",),
    "contradictions": ("contradictions",),
    "missing": ("next_steps",),
    "treatment": (),
    "transplantation": tuple(f"transplant.{name}" for name in CONDITIONS),
    "prognosis": ("prognosis",),
    "follow_up": ("follow_up",),
    "background": ("background",),
    "later": ("later",),
    "sources": (),
}
_PARTS_AND_VIEWS = {**PARTS, **VIEWS}
STATEMENTS = ("prognosis", "follow_up", "background", "later")
"""Parts, and facts, whose values are statements to read and no conclusion on the case."""
ON_PATH_ONLY = frozenset({"missing", "treatment", "transplantation", "prognosis", "follow_up"})


def sections(case: Case) -> tuple[str, ...]:
    """The parts of the report that this case has."""
    on_path = case.word("path") == "on"
    return tuple(name for name in SECTIONS if on_path or name not in ON_PATH_ONLY)


def facts_of(section: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The facts that a part of the report speaks of."""
    if section == "treatment":
        return tuple(f"treatment.{name}" for name in knowledge.book.treatments)
    return SECTIONS.get(section, ())


def told(knowledge: Knowledge) -> list[str]:
    """The facts of which a report tells and that an answer can change: warnings first, cautions last, no lists of statements.

    Among the first is whether the case may still be a PHNEN: all that is told only of such a case hangs on it.
    """
    names = [name for section in SECTIONS for name in facts_of(section, knowledge) if section not in STATEMENTS]
    cautions = [name for name in knowledge.base.facts if name.startswith("cautions.")]
    return list(dict.fromkeys(("red_flags", "diagnosis.id", PATH, *names, *cautions)))


@lru_cache(maxsize=4)
def readers(knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    """For every field and fact, the facts whose rules read it; for a field that no rule reads, the fields it opens."""
    found: dict[str, set[str]] = {}
    for fact in knowledge.book.facts:
        read = {*fact.of, *((fact.fallback,) if fact.fallback else ())}.union(*(names_in(row.when) for row in fact.rows))
        for name in read:
            found.setdefault(name.partition(".")[0] if name not in knowledge.base.facts else name, set()).add(fact.name)
    for field in knowledge.fields.values():
        for name in names_in(parse(field.asked)) - found.keys():
            found.setdefault(name, set()).add(field.id)
    return {name: frozenset(facts) for name, facts in found.items()}


def grounds(case: Case, section: str, knowledge: Knowledge) -> list[dict[str, Any]]:
    """For every conclusion of a part of the report: its value, rules, answers, what is missing, and citations."""
    found: list[dict[str, Any]] = []
    for name in facts_of(section, knowledge):
        outcome = case.fact(name)
        if name in case.base.facts and outcome.value is None and not outcome.rows and name.startswith("markers."):
            continue
        found.append(
            {
                "fact": name,
                "value": sorted(outcome.value) if isinstance(outcome.value, frozenset) else outcome.value,
                "collected": case.base.facts[name].shape in (Shape.COLLECT, Shape.HIGHEST),
                "because": [(field, case.answers.get(field)) for field in case.base.names(outcome.because)],
                "missing": list(case.base.names(outcome.missing)),
                "cite": list(dict.fromkeys(source for row in outcome.rows for source in row.cite)),
                "layer": outcome.layer.value,
            }
        )
    return found


def spoken_as(fact: str) -> str:
    """The conclusion under whose name a person is told of a fact: cautions belong to what they stand beside."""
    if fact == "path":
        return "diagnosis.id"
    kind, _, subject = fact.partition(".")
    return fact if kind != "cautions" else f"markers.{subject}" if subject in MARKERS else f"treatment.{subject}"


def glance(case: Case, knowledge: Knowledge) -> Conclusions:
    """The conclusions of the case, made one by one as they are looked up: a screen needs only some."""
    return Conclusions(case, knowledge.book.treatments, knowledge.book.evidence_gap, _PARTS_AND_VIEWS)


def report(case: Case, knowledge: Knowledge) -> dict[str, Any]:
    """Every conclusion of the case, in the shape of the `assess` contract."""
    return conclude(case, knowledge.book.treatments, knowledge.book.evidence_gap)


def cited(conclusions: Mapping[str, Any]) -> list[str]:
    """Every source that a report names, in the order of its conclusions."""
    found: dict[str, None] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("citations", "evidence_gap", "prognosis", "follow_up", "background", "later"):
                    found.update(dict.fromkeys(inner))
                else:
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(conclusions)
    return list(found)
