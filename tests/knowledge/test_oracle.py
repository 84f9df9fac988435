"""The rules against a second, independent reading of them: the same conclusions on thousands of random cases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from flows.dialog.explain import report
from flows.knowledge.documents import read_case
from flows.knowledge.loader import load
from tests.oracle.conclusions import conclude
from tests.oracle.generate import edge_inputs, random_answers
from tests.oracle.values import Refused

KNOWLEDGE = load()
CASES = 600
SEEDS = range(2026, 2031)
AS_SETS = {"contradictions", "described_by_review", "not_described"}
AT_LEAST = {"reasons", "cautions"}
"""More words may be added to these; the oracle names those that must be there."""
NOT_COMPARED = {"cautions_optional"}


def ours(answers: Mapping[str, object]) -> dict[str, Any]:
    document = read_case(dict(answers), KNOWLEDGE)
    assert document.refusals == (), answers
    return report(KNOWLEDGE.case(document.answers), KNOWLEDGE)


def names(entries: list[Any]) -> list[Any]:
    return [entry["id"] if isinstance(entry, dict) else entry for entry in entries]


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Where two outputs differ, as far as the oracle speaks of it."""
    for key, value in expected.items():
        if key in NOT_COMPARED:
            continue
        place, seen = f"{path}.{key}", found[key]
        if key == "markers":
            same = value == {name: entry["reading"] for name, entry in seen.items()} or value == {
                name: {"reading": entry["reading"]} for name, entry in seen.items()
            }
        elif key in AS_SETS:
            same = set(names(value)) == set(names(seen))
        elif key in AT_LEAST:
            same = set(value) <= set(seen)
        elif key == "next_steps":
            same = [(step["id"], step["note"]) for step in value] == [(step["id"], step["note"]) for step in seen]
        elif isinstance(value, dict) and isinstance(seen, dict) and value:
            yield from differences(value, seen, place)
            continue
        else:
            same = value == seen
        if not same:
            yield f"{place}: the oracle says {value}, the rules say {seen}"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rules_and_the_oracle_conclude_the_same(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(CASES):
        answers = random_answers(rng)
        assert list(differences(conclude(answers), ours(answers))) == [], answers


def test_the_comparison_would_see_a_difference() -> None:
    answers = {"pathology_diagnosis": "nen", "ki67_percent": 2, "mitoses": 1, "differentiation": "well"}
    expected = conclude(answers)
    expected["classification"]["grade"] = "G3"
    expected["next_steps"] = []

    assert len(list(differences(expected, ours(answers)))) == 2


def test_the_random_cases_reach_every_verdict_that_a_treatment_can_have() -> None:
    rng = random.Random(1)
    seen: set[tuple[str, str | None]] = set()
    for _ in range(2500):
        seen.update((name, entry["verdict"]) for name, entry in conclude(random_answers(rng))["treatment"].items())
    written = {(name, row.value) for name in KNOWLEDGE.book.treatments for row in KNOWLEDGE.base.facts[f"treatment.{name}"].rows}

    assert seen <= written
    assert written - seen == set()


def test_both_take_and_refuse_the_same_forms_of_an_answer() -> None:
    for answers, accepted in edge_inputs():
        try:
            conclude(answers)
            taken = True
        except Refused:
            taken = False
        assert taken is accepted, answers
        assert (read_case(dict(answers), KNOWLEDGE).refusals == ()) is accepted, answers
