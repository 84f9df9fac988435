"""Puts the facts of a case together as the public output of `assess`: names and nesting only, no rule of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flows.rules.engine import Case, Outcome
from flows.rules.expressions import Constant, Every, Expression, Is, Not
from flows.rules.tables import Layer, Row, furthest
from flows.rules.values import Open

MARKERS = ("afp", "cea", "ca19_9", "cga", "nse", "hiaa_24h", "serotonin", "insulin", "gastrin")
CONDITIONS = ("age", "observation", "grade_and_ki67", "liver_share")
GRADES = ("G1", "G2", "G3")
Object = dict[str, Any]


class Conclusions(dict[str, Any]):
    """The conclusions of a case by name, each made when it is first looked up.

    Args:
        case: the answers seen through the rules.
        treatments: treatment ids, in the order to print.
        gaps: statement ids that name the evidence gap of each treatment.
        parts: how each conclusion is made.
    """

    def __init__(
        self, case: Case, treatments: Iterable[str], gaps: Mapping[str, tuple[str, ...]], parts: Mapping[str, Part] | None = None
    ) -> None:
        super().__init__()
        self.case, self.treatments, self.gaps = case, tuple(treatments), gaps
        self.parts = PARTS if parts is None else parts

    def __missing__(self, key: str) -> Any:
        self[key] = found = self.parts[key](self)
        return found

    @property
    def on_path(self) -> bool:
        """Whether the case may still be a PHNEN."""
        return self.case.word("path") == "on"


Part = Callable[[Conclusions], Any]


def conclude(case: Case, treatments: Iterable[str], gaps: Mapping[str, tuple[str, ...]]) -> Object:
    """Every conclusion of a case, in the shape of the `assess` contract.

    Returns:
        One JSON-ready object; every conclusion carries ``because``, ``missing``, ``citations`` and ``layer``.
    """
    found = Conclusions(case, treatments, gaps)
    return {key: found[key] for key in PARTS}


def _basis(case: Case, outcomes: list[Outcome]) -> Object:
    because = missing = 0
    cite: dict[str, None] = {}
    for outcome in outcomes:
        because |= outcome.because
        missing |= outcome.missing
        for row in outcome.rows:
            for source in row.cite:
                cite[source] = None
    return {
        "because": list(case.base.names(because)),
        "missing": list(case.base.names(missing)),
        "citations": list(cite),
        "layer": furthest(*[outcome.layer for outcome in outcomes]).value,
    }


def _word_basis(outcomes: Iterable[Outcome]) -> Object:
    """For every word that rows gave: the sources and the layer of just those rows."""
    found: dict[str, list[Row]] = {}
    for outcome in outcomes:
        for row in outcome.rows:
            for word in row.reasons or (row.value or row.id,):
                found.setdefault(word, []).append(row)
    return {word: _sources_of(rows) for word, rows in found.items()}


def _sources_of(rows: list[Row]) -> Object:
    if len(rows) == 1:
        return {"citations": list(rows[0].cite), "layer": rows[0].layer.value}
    cite = dict.fromkeys(source for row in rows for source in row.cite)
    return {"citations": list(cite), "layer": furthest(*[row.layer for row in rows]).value}


def _single(case: Case, key: str, fact: str) -> Object:
    outcome = case.fact(fact)
    return {key: outcome.value, **_basis(case, [outcome])}


def _classification(case: Case) -> Object:
    names = ("type", "mitotic_grade", "ki67_grade", "provisional", "discordant", "type_presumed")
    facts = {name: case.fact(f"classification.{name}") for name in names}
    graded = case.word("ungraded") == "no"
    values = case.fact("index_grades").value
    possible = [grade for grade in GRADES if graded and isinstance(values, frozenset) and grade in values]
    deciding = [facts["type"], case.fact("index_grades")]
    extra = [facts[name] for name in ("provisional", "discordant") if facts[name].value == "yes"]
    basis = _basis(case, deciding + extra)
    return {
        "type": facts["type"].value,
        "grade": possible[0] if len(possible) == 1 else None,
        "possible_grades": possible,
        "mitotic_grade": facts["mitotic_grade"].value,
        "ki67_grade": facts["ki67_grade"].value,
        "provisional": facts["provisional"].value == "yes",
        "provisional_because": list(dict.fromkeys(reason for row in facts["provisional"].rows for reason in row.reasons)),
        "discordant": facts["discordant"].value == "yes",
        "type_presumed": facts["type_presumed"].value == "yes",
        **_wider(case, basis, list(facts.values())),
    }


def _wider(case: Case, basis: Object, outcomes: list[Outcome]) -> Object:
    """The basis with the support of every value printed beside the deciding ones."""
    because = missing = 0
    for outcome in outcomes:
        because |= outcome.because
        missing |= outcome.missing
    return {
        **basis,
        "because": list(case.base.names(because | case.fact("index_grades").because)),
        "missing": list(case.base.names(missing | case.fact("index_grades").missing)),
    }


def _criteria(case: Case) -> Object:
    first, second = case.fact("criteria.pathology_nen"), case.fact("criteria.extrahepatic_primary_excluded")
    return {
        "pathology_nen": first.value,
        "extrahepatic_primary_excluded": second.value,
        **_basis(case, [first, second]),
        "basis": {"pathology_nen": _basis(case, [first]), "extrahepatic_primary_excluded": _basis(case, [second])},
    }


def _functional(case: Case) -> Object:
    status, syndrome = case.fact("functional.status"), case.fact("functional.syndrome")
    return {
        "status": status.value,
        "syndrome": syndrome.value,
        **_basis(case, [status, syndrome]),
        "mass_effect": _single(case, "status", "mass_effect"),
    }


def _markers(case: Case) -> Iterable[tuple[str, Object]]:
    for name in MARKERS:
        outcome = case.fact(f"markers.{name}")
        if outcome.value is not None:
            yield name, {"reading": outcome.value, **_basis(case, [outcome]), **_marker_cautions(case, name)}


def _marker_cautions(case: Case, name: str) -> Object:
    if f"cautions.{name}" not in case.base.facts:
        return {}
    held = case.fact(f"cautions.{name}")
    return {"cautions": list(held.value or ()), "basis": _word_basis([held])} if held.value else {}


def _imaging(case: Case) -> Object:
    described, other = case.fact("imaging.described"), case.fact("imaging.not_described")
    return {
        "described_by_review": list(described.value or ()),
        "not_described": list(other.value or ()),
        **_basis(case, [described, other]),
        "basis": _word_basis([described, other]),
        "notes": _grouped(case, "imaging.notes"),
    }


def _row_support(case: Case, rows: Iterable[Row], given: Iterable[str] = (), lacking: Iterable[str] = ()) -> Object:
    """The basis of rows that hold; answers ``given`` and ``lacking`` decided more than the rows themselves say."""
    because = sum(case.base.bits[name] for name in set(given))
    missing = sum(case.base.bits[name] for name in set(lacking))
    cite: dict[str, None] = {}
    layers = []
    for row in rows:
        _, settled, unsettled = case.judge(case.base.compile(row.when))
        because |= settled
        missing |= unsettled
        cite.update(dict.fromkeys(row.cite))
        layers.append(row.layer)
    return {
        "because": list(case.base.names(because)),
        "missing": list(case.base.names(missing)),
        "citations": list(cite),
        "layer": furthest(*layers).value,
    }


def _step(case: Case, row: Row) -> Object:
    parts = {part: case.answers.get(part, Open.MISSING) for part in row.parts}
    lacking = {part: answer for part, answer in parts.items() if isinstance(answer, Open)}
    look_up = bool(lacking) and all(answer is Open.UNKNOWN for answer in lacking.values())
    return {"id": row.value, "note": "look_up" if look_up else "do", **_row_support(case, [row], parts.keys() - lacking, lacking)}


def _grouped(case: Case, fact: str) -> list[Object]:
    """Every word that a fact collected, each with the support of just the rows that gave it."""
    grouped: dict[str, list[Row]] = {}
    for row in case.fact(fact).rows:
        grouped.setdefault(str(row.value), []).append(row)
    return [{"id": name, **_row_support(case, rows)} for name, rows in grouped.items()]


def _treatment(case: Case, name: str, gap: tuple[str, ...]) -> Object:
    verdict, cautions = case.fact(f"treatment.{name}"), case.fact(f"cautions.{name}")
    silent = verdict.value == "not_suitable" or case.word("criteria.pathology_nen") == "unknown"
    outcomes = [verdict] if silent else [verdict, cautions]
    basis = _basis(case, outcomes)
    reasons = dict.fromkeys(reason for row in verdict.rows for reason in row.reasons)
    return {
        "verdict": verdict.value,
        "reasons": list(reasons),
        "cautions": [] if silent else list(cautions.value or ()),
        "evidence_gap": list(gap),
        **basis,
        "layer": verdict.layer.value,
        "citations": list(dict.fromkeys([*basis["citations"], *gap])),
        "basis": _word_basis(outcomes),
    }


def _transplant(case: Case) -> Object:
    facts = {name: case.fact(f"transplant.{name}") for name in CONDITIONS}
    values = {name: fact.value for name, fact in facts.items()}
    return {
        **values,
        **_basis(case, list(facts.values())),
        "layer": Layer.BORROWED.value,
        "basis": {name: _basis(case, [fact]) for name, fact in facts.items()},
    }


def shown_where(fact: str) -> Expression:
    """The condition under which a report speaks of a fact."""
    name = fact.partition(".")[2]
    cautions = fact.startswith("cautions.") and name not in MARKERS
    parts: list[Expression] = []
    if cautions or fact.startswith(("treatment.", "transplant.")) or fact in ("next_steps", "prognosis", "follow_up"):
        parts.append(Is("path", ("on",)))
    if cautions:
        parts += [Not(Is(f"treatment.{name}", ("not_suitable",))), Not(Is("criteria.pathology_nen", ("unknown",)))]
    return Every(tuple(parts)) if parts else Constant(value=True)


def _listed(fact: str) -> Part:
    return lambda c: list(c.case.fact(fact).value or ())


def _listed_on_path(fact: str) -> Part:
    return lambda c: list(c.case.fact(fact).value or ()) if c.on_path else []


def _next_steps(c: Conclusions) -> list[Object]:
    return [_step(c.case, row) for row in c.case.fact("next_steps").rows] if c.on_path else []


def _treatments(c: Conclusions) -> Object:
    return {name: _treatment(c.case, name, c.gaps.get(name, ())) for name in c.treatments} if c.on_path else {}


PARTS: Mapping[str, Part] = {
    "classification": lambda c: _classification(c.case),
    "criteria": lambda c: _criteria(c.case),
    "diagnosis": lambda c: _single(c.case, "id", "diagnosis.id"),
    "functional": lambda c: _functional(c.case),
    "markers": lambda c: dict(_markers(c.case)),
    "imaging": lambda c: _imaging(c.case),
    "sstr": lambda c: _single(c.case, "status", "sstr.status"),
    "origin": lambda c: _single(c.case, "suggests", "origin.suggests"),
    "next_steps": _next_steps,
    "contradictions": lambda c: _grouped(c.case, "contradictions"),
    "red_flags": _listed("red_flags"),
    "red_flag_basis": lambda c: _word_basis([c.case.fact("red_flags")]),
    "extrahepatic_disease": lambda c: _single(c.case, "status", "extrahepatic_disease"),
    "treatment": _treatments,
    "treatment_suppressed_because": lambda c: None if c.on_path else c.case.word("diagnosis.id"),
    "transplant_conditions": lambda c: _transplant(c.case) if c.on_path else None,
    "prognosis": _listed_on_path("prognosis"),
    "follow_up": _listed_on_path("follow_up"),
    "background": _listed("background"),
    "later": _listed("later"),
}
