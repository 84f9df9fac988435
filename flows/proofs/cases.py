"""The claim on model cases: what must follow from each, and from each of its variants, does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.dialog.explain import report
from flows.knowledge.documents import read_case
from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import BETWEEN, NOTHING, Claim, Finding, Method, shown

NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it is told: its answers, and what must follow by dotted path."""

    id: str
    answers: Mapping[str, Any]
    expect: Mapping[str, Any]


def told(knowledge: Knowledge) -> Iterator[Told]:
    """Every model case, and every variant of one."""
    for vignette in knowledge.vignettes.values():
        yield Told(vignette.id, vignette.answers, vignette.expect)
        for variant in vignette.variants:
            merged = {**vignette.answers, **variant.change}
            yield Told(variant.id, {name: raw for name, raw in merged.items() if raw is not None}, variant.expect)


def ids(knowledge: Knowledge) -> tuple[str, ...]:
    """Every model case and variant."""
    return tuple(case.id for case in told(knowledge))


def as_told(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """What must follow from each case follows."""
    findings = [finding for case in told(knowledge) if case.id in names for finding in unlike(knowledge, case)]
    return Claim("cases", Method.ENUMERATED, len(names), len(names), findings=tuple(findings))


def unlike(knowledge: Knowledge, case: Told) -> Iterator[Finding]:
    """Everything that follows from a case otherwise than it is told."""
    answers = read_case(dict(case.answers), knowledge).answers
    conclusions = report(knowledge.case(answers), knowledge)
    for path, expected in case.expect.items():
        value = found_at(conclusions, path)
        if not agrees(value, expected):
            yield Finding(case.id, answers, None, {"at": path, **_wanted(expected), "found": _shown(value)})


def _wanted(expected: Any) -> Mapping[str, str]:
    """What must follow, by how it must: as it is, or a list that ``contains`` or ``excludes`` some."""
    return {str(how): _shown(words) for how, words in expected.items()} if isinstance(expected, dict) and expected else {"expected": _shown(expected)}


def _shown(value: Any) -> str:
    """A value of the output in words of the rules; a list keeps its order."""
    if isinstance(value, list):
        return BETWEEN.join(map(str, _ids(value))) or NOTHING
    return NOTHING if value in ({}, NOWHERE) else shown(value)


def found_at(conclusions: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; ``suppressed`` asks whether the object is empty, and an id finds its entry in a list."""
    value: Any = conclusions
    for part in path.split("."):
        if part == "suppressed":
            value = value == {}
        elif isinstance(value, list):
            value = next((entry for entry in value if entry["id"] == part), NOWHERE)
        elif isinstance(value, Mapping):
            value = value.get(part, NOWHERE)
    return value


def agrees(value: Any, expected: Any) -> bool:
    """Whether a value is the expected literal, or a list that contains, excludes, orders or equals what is named."""
    if not isinstance(expected, dict):
        return bool(value == expected)
    have = _ids(value)
    return (
        set(expected.get("contains", ())) <= set(have)
        and not set(expected.get("excludes", ())) & set(have)
        and ("set" not in expected or set(expected["set"]) == set(have))
        and ("order" not in expected or [name for name in have if name in expected["order"]] == list(expected["order"]))
    )


def _ids(value: Any) -> Any:
    return [entry["id"] if isinstance(entry, dict) else entry for entry in value] if isinstance(value, list) else value
