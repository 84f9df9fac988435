"""The model vignettes with their variants, and published cases: what must follow from them does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.dialog.explain import report
from flows.knowledge.documents import read_case
from flows.knowledge.loader import load
from flows.knowledge.strict_yaml import load_file

KNOWLEDGE = load()
PUBLISHED = Path(__file__).parents[1] / "cases" / "published.yaml"
VIGNETTES = 14


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it is told: its answers, and what must follow by dotted path."""

    id: str
    answers: Mapping[str, Any]
    expect: Mapping[str, Any]


def told() -> Iterator[Told]:
    """Every vignette, every variant of one, every published case."""
    for vignette in KNOWLEDGE.vignettes.values():
        yield Told(vignette.id, vignette.answers, vignette.expect)
        for variant in vignette.variants:
            merged = {**vignette.answers, **variant.change}
            yield Told(variant.id, {name: raw for name, raw in merged.items() if raw is not None}, variant.expect)
    for entry in load_file(PUBLISHED):
        yield Told(entry["id"], entry["answers"], entry["expect"])


CASES = {case.id: case for case in told()}


def found_at(conclusions: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; ``suppressed`` asks whether the object is empty, and an id finds its entry in a list."""
    value: Any = conclusions
    for part in path.split("."):
        if part == "suppressed":
            value = value == {}
        elif isinstance(value, list):
            value = next(entry for entry in value if entry["id"] == part)
        else:
            value = value[part]
    return value


def ids(entries: list[Any]) -> list[str]:
    return [entry["id"] if isinstance(entry, dict) else entry for entry in entries]


def agrees(value: Any, expected: Any) -> bool:
    """Whether a value is the expected literal, or a list that contains, excludes, orders or equals what is named."""
    if not isinstance(expected, dict):
        return bool(value == expected)
    have = ids(value)
    return (
        set(expected.get("contains", ())) <= set(have)
        and not set(expected.get("excludes", ())) & set(have)
        and ("set" not in expected or set(expected["set"]) == set(have))
        and ("order" not in expected or [name for name in have if name in expected["order"]] == list(expected["order"]))
    )


def test_every_vignette_and_every_published_case_has_an_id_of_its_own() -> None:
    assert len(list(told())) == len(CASES)
    assert set(KNOWLEDGE.vignettes) == {f"V{number}" for number in range(1, VIGNETTES + 1)}
    assert len(load_file(PUBLISHED)) >= 10


@pytest.mark.parametrize("name", CASES)
def test_what_must_follow_from_the_case_follows(name: str) -> None:
    case = CASES[name]
    document = read_case(dict(case.answers), KNOWLEDGE)
    conclusions = report(KNOWLEDGE.case(document.answers), KNOWLEDGE)

    assert document.refusals == ()
    assert case.expect
    wrong = {
        path: (found_at(conclusions, path), expected)
        for path, expected in case.expect.items()
        if not agrees(found_at(conclusions, path), expected)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", KNOWLEDGE.vignettes)
def test_a_vignette_is_told_in_both_languages(name: str) -> None:
    vignette = KNOWLEDGE.vignettes[name]

    for text in (vignette.title, vignette.story, *(variant.title for variant in vignette.variants)):
        assert all(text[language].strip() for language in ("en", "zh"))
