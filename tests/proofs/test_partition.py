"""The partition: every answer that can be written falls into one of its regions, also beside any other answer."""

from __future__ import annotations

import random

import pytest

from flows.knowledge.loader import load
from flows.proofs.partition import all_leaves, partition, refinements
from flows.rules.engine import Case
from flows.rules.fields import Kind
from flows.rules.numbers import NumberRefused, read_number
from flows.rules.values import Answer, Answers, Interval, Open
from flows.whatif.regions import fields_of

KNOWLEDGE = load()
NUMBERS = [name for name, spec in KNOWLEDGE.fields.items() if spec.core.numeric]
ALONE = {name: [KNOWLEDGE.base.compile(leaf) for leaf in all_leaves(KNOWLEDGE) if fields_of(leaf) == (name,)] for name in KNOWLEDGE.fields}
TOGETHER = [(fields_of(leaf), KNOWLEDGE.base.compile(leaf)) for leaf in all_leaves(KNOWLEDGE) if len(set(fields_of(leaf))) > 1]


def anything(name: str, rng: random.Random) -> Answer:
    """Any number that can be written, near the cut-offs more often than not."""
    core = KNOWLEDGE.fields[name].core
    low, high = core.limits
    near = [region.answer.low for region in partition(KNOWLEDGE)[name] if isinstance(region.answer, Interval)]
    while True:
        ends = sorted(min(max(rng.choice([rng.choice(near), rng.uniform(low, high)]) + rng.choice([0, 0, 1, -1, 0.1, 0.007]), low), high) for _ in range(2))
        first, second = (f"{round(end, rng.choice([0, 1, 3])):g}" for end in ends)
        try:
            return read_number(rng.choice([first, f"~{first}", f"<{second}", f"<={first}", f">{first}", f">={second}", f"{first}-{second}"]), core)
        except NumberRefused:
            continue


def truths(nodes: list[int], answers: Answers) -> tuple[object, ...]:
    case = Case(KNOWLEDGE.base, answers)
    return tuple(case.truth(node) for node in nodes)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_falls_into_a_region(name: str) -> None:
    known = {truths(ALONE[name], {name: region.answer}) for region in partition(KNOWLEDGE)[name] if region.answer is not Open.MISSING}
    rng = random.Random(name)
    for _ in range(1500):
        answer = anything(name, rng)
        assert truths(ALONE[name], {name: answer}) in known, answer


@pytest.mark.parametrize(("names", "node"), TOGETHER)
def test_every_pair_of_numbers_falls_into_a_pair_of_regions(names: tuple[str, str], node: int) -> None:
    one, other = names

    def seen(first: Answer, second: Answer) -> tuple[object, ...]:
        return truths(ALONE[one], {one: first}), truths(ALONE[other], {other: second}), truths([node], {one: first, other: second})

    regions = [[region.answer for region in partition(KNOWLEDGE)[name] if region.answer is not Open.MISSING] for name in names]
    known = {seen(first, second) for first in regions[0] for second in regions[1]}
    rng = random.Random(one)
    for _ in range(3000):
        pair = anything(one, rng), anything(other, rng)
        assert seen(*pair) in known, pair


@pytest.mark.parametrize("name", [name for name, spec in KNOWLEDGE.fields.items() if spec.core.kind in (Kind.ONE, Kind.MANY)])
def test_no_two_regions_look_alike_to_every_condition(name: str) -> None:
    given = [region.answer for region in partition(KNOWLEDGE)[name] if not isinstance(region.answer, Open)]
    spoken = name in {fact.fallback for fact in KNOWLEDGE.book.facts}
    assert spoken or len({truths(ALONE[name], {name: answer}) for answer in given}) == len(given)


def test_a_plain_number_is_said_no_more_exactly_by_anything_and_says_every_range_around_it_more_exactly() -> None:
    regions = partition(KNOWLEDGE)["ki67_percent"]
    texts = [region.answer.text if isinstance(region.answer, Interval) else str(region.answer) for region in regions]
    finer = {texts[place]: {texts[other] for other in places} for place, places in enumerate(refinements(KNOWLEDGE)["ki67_percent"])}
    assert finer["3"] == {"3"}
    assert "3" in finer["0-3"]
    assert "0-3" not in finer["3"]
    assert finer["unknown"] >= set(texts) - {"missing", "not_done"}
    assert finer["missing"] == set(texts)
