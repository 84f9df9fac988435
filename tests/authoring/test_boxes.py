"""Regions are put together without a patient more or less, and tables over one number become spans of it."""

from __future__ import annotations

import random
from itertools import product

import pytest

from flows.authoring.bands import bands
from flows.authoring.boxes import covering, merged
from flows.authoring.spelling import spelt
from flows.knowledge.loader import load
from flows.rules.expressions import parse

KNOWLEDGE = load()


@pytest.mark.parametrize("seed", range(30))
def test_covering_boxes_hold_the_same_cells(seed: int) -> None:
    rng = random.Random(seed)
    sizes = [rng.randint(1, 4) for _ in range(3)]
    everything = list(product(*(range(size) for size in sizes)))
    cells = rng.sample(everything, rng.randint(1, len(everything)))

    assert {cell for box in covering(cells, sizes) for cell in product(*box)} == set(cells)


@pytest.mark.parametrize("seed", range(30))
def test_merged_boxes_hold_the_same_cells_each_once(seed: int) -> None:
    rng = random.Random(seed)
    cells = rng.sample(list(product(range(4), range(3), range(2))), rng.randint(1, 24))
    boxes = merged(tuple(frozenset((place,)) for place in cell) for cell in cells)
    held = [cell for box in boxes for cell in product(*box)]

    assert len(boxes) <= len(cells)
    assert sorted(held) == sorted(cells)


def test_a_full_grid_becomes_one_box() -> None:
    cells = list(product(range(3), range(2)))

    assert covering(cells, (3, 2)) == [(frozenset((0, 1, 2)), frozenset((0, 1)))]
    assert merged(tuple(frozenset((place,)) for place in cell) for cell in cells) == [(frozenset((0, 1, 2)), frozenset((0, 1)))]
    assert merged([]) == []


def test_the_bands_of_ki67_are_the_three_of_the_review() -> None:
    found = bands(KNOWLEDGE, KNOWLEDGE.base.facts["ki67_grades"])
    assert found is not None
    name, held = found

    assert name == "ki67_percent"
    spans = {band.row.value: [(span.low, span.low_in, span.high, span.high_in) for span in band.spans] for band in held}
    assert spans == {"G1": [(0, True, 3, False)], "G2": [(3, True, 20, True)], "G3": [(20, False, 100, True)]}


def test_a_table_over_more_than_one_answer_has_no_bands() -> None:
    assert bands(KNOWLEDGE, KNOWLEDGE.base.facts["classification.type"]) is None
    assert bands(KNOWLEDGE, KNOWLEDGE.base.facts["treatment.rfa"]) is None


def test_every_condition_of_the_knowledge_can_be_spelt_and_read_again() -> None:
    trees = [row.when for fact in KNOWLEDGE.book.facts for row in fact.rows]
    trees += [parse(text) for field in KNOWLEDGE.fields.values() for text in (field.applies, field.asked)]
    for tree in trees:
        assert parse(spelt(tree)) == tree
