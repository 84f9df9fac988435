"""What a proof says: claims, how each was settled over how many regions, and the smallest patient who breaks one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from flows.rules.values import Answer, Answers, Interval, Open

NOTHING, BETWEEN = "-", ", "
"""How a finding writes a value that there is not, and what stands between the words of one that has several."""


class Method(StrEnum):
    """How a claim was settled: every case looked at, a solver over all cases at once, or some cases drawn."""

    ENUMERATED = "enumerated"
    SOLVED = "solved"
    SAMPLED = "sampled"


@dataclass(frozen=True, slots=True)
class Finding:
    """A patient who breaks a claim.

    Attributes:
        subject: the rule, fact, law, question or screen that the claim was about.
        patient: the answers; None where the claim is broken because there is nobody.
        other: the answers of a second patient, where the claim compares two.
        figures: what was seen, by name.
    """

    subject: str
    patient: Answers | None
    other: Answers | None = None
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim.

    Attributes:
        id: which claim; the templates word it.
        method: the weakest way in which any of its subjects was settled.
        subjects: how many rules, facts, laws … it was settled for.
        regions: over how many combinations of regions of answers.
        seconds: how long it took, over all processes.
        findings: patients who break it; empty where it holds.
        figures: numbers that it establishes, by name.
        seed: of what was drawn; None where nothing was drawn by chance.
    """

    id: str
    method: Method
    subjects: int
    regions: int
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)
    seed: int | None = None

    @property
    def holds(self) -> bool:
        """Whether nobody breaks it."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class Origin:
    """What was proved, by what, when and how thoroughly.

    Attributes:
        digest: of the knowledge and the templates.
        version: the number of the knowledge.
        program: the version of the program.
        profile: the name of how much was done where not everything can be.
        day: the day of the proof.
    """

    digest: str
    version: int
    program: str
    profile: str
    day: date


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proved of which knowledge."""

    origin: Origin
    claims: tuple[Claim, ...]

    @property
    def holds(self) -> bool:
        """Whether every claim holds."""
        return all(claim.holds for claim in self.claims)


_WEAKEST = (Method.SAMPLED, Method.SOLVED, Method.ENUMERATED)


def together(parts: Iterable[Claim]) -> tuple[Claim, ...]:
    """The parts of each claim as one, in the order of the first part of each; of like findings, that with the fewest answers."""
    found: dict[str, Claim] = {}
    for part in parts:
        whole = found.get(part.id)
        found[part.id] = part if whole is None else _joined(whole, part)
    return tuple(replace(claim, findings=_smallest(claim.findings)) for claim in found.values())


def _smallest(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of the findings that say the same of the same subject, the one with the fewest answers."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in sorted(findings, key=lambda finding: len(finding.patient or ())):
        found.setdefault((finding.subject, str(sorted(finding.figures.items()))), finding)
    return tuple(finding for finding in findings if any(finding is kept for kept in found.values()))


def _joined(one: Claim, other: Claim) -> Claim:
    return replace(
        one,
        method=min(one.method, other.method, key=_WEAKEST.index),
        subjects=one.subjects + other.subjects,
        regions=one.regions + other.regions,
        seconds=one.seconds + other.seconds,
        findings=(*one.findings, *other.findings),
        seed=one.seed if other.seed is None else other.seed,
        figures={**one.figures, **{name: number + one.figures.get(name, 0) for name, number in other.figures.items()}},
    )


def digest(*folders: Path) -> str:
    """The SHA-256 of every file of data in the folders: names and bytes, in the order of the names."""
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".j2")):
            total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def as_data(certificate: Certificate) -> dict[str, Any]:
    """The certificate, ready for JSON. Regions are text, as they outgrow what other readers take for a number."""
    origin = certificate.origin
    return {
        "knowledge": origin.digest,
        "knowledge_version": origin.version,
        "program_version": origin.program,
        "profile": origin.profile,
        "date": origin.day.isoformat(),
        "holds": certificate.holds,
        "claims": [_claim(claim) for claim in certificate.claims],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.id,
        "status": str(claim.method) if claim.holds else "refuted",
        "method": str(claim.method),
        "subjects": claim.subjects,
        "regions": str(claim.regions),
        "seconds": round(claim.seconds, 2),
        "figures": dict(claim.figures),
        **({} if claim.seed is None else {"seed": claim.seed}),
        "counter_examples": [_finding(finding) for finding in claim.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {"subject": finding.subject, "patient": None if finding.patient is None else written(finding.patient)}
    if finding.other is not None:
        found["other"] = written(finding.other)
    return {**found, **finding.figures}


def written(answers: Answers) -> dict[str, Any]:
    """Answers as a case file has them."""
    return {name: _written(answer) for name, answer in answers.items()}


def _written(answer: Answer) -> Any:
    match answer:
        case Interval():
            return answer.text
        case frozenset():
            return sorted(answer)
        case Open() | str():
            return str(answer)
        case _:
            return dict(answer) or "none"


def shown(value: object) -> str:
    """A value of a fact in one line; its words can be told apart again."""
    if isinstance(value, frozenset | tuple):
        return BETWEEN.join(sorted(map(str, value))) or NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NOTHING if value is None else str(value)
