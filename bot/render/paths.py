"""Conclusions by their paths in the output of `assess`, as templates can name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_FACTS = {
    "classification.grade": "index_grades",
    "imaging.described_by_review": "imaging.described",
    "functional.mass_effect.status": "mass_effect",
    "extrahepatic_disease.status": "extrahepatic_disease",
    "treatment_suppressed_because": "diagnosis.id",
}


@dataclass(frozen=True, slots=True)
class Path:
    """The name of a conclusion, the fact that it shows (empty: none), and which part of it."""

    name: str
    fact: str = ""
    part: str = ""


def path_of(name: str, facts: Iterable[str]) -> Path:
    """The conclusion at a path of the output of `assess`."""
    known = frozenset(facts)
    head, _, last = name.rpartition(".")
    if name in _FACTS:
        return Path(name, _FACTS[name])
    if name == "classification.possible_grades":
        return Path(name, "index_grades", "possible")
    if name == "classification.provisional_because":
        return Path(name, "classification.provisional", "reasons")
    if name.startswith("transplant_conditions."):
        return Path(name, f"transplant.{last}")
    if last == "cautions":
        return Path(name, f"cautions.{head.partition('.')[2]}")
    if last in ("verdict", "reading"):
        return Path(name, head)
    if last in ("reasons", "layer") and head in known:
        return Path(name, head, last)
    return Path(name, name if name in known else "")
