"""A later standard beside the review: every patient has exactly one pair of names, and it is the one the region names."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from flows.authoring.editions import Comparison, Part, comparisons
from flows.knowledge.loader import load
from flows.rules.values import Answer, Answers, Open
from tests.authoring.belonging import belongs, exactly

KNOWLEDGE = load()
FOUND = {one.edition.id: one for one in comparisons(KNOWLEDGE)}
SHARES: tuple[Answer, ...] = (Open.MISSING, *(exactly(figure) for figure in (0, 29, 30, 70)))
AXES: dict[str, tuple[Answer, ...]] = {
    "pathology_diagnosis": ("nen", "mixed"),
    "adenocarcinoma_percent": SHARES,
    "nec_percent": SHARES,
    "differentiation": (Open.MISSING, Open.UNKNOWN, "well", "poor", "not_stated"),
    "mitoses": (Open.MISSING, Open.NOT_DONE, *(exactly(figure) for figure in (0, 1, 2, 20, 21))),
    "ki67_percent": (Open.MISSING, *(exactly(figure) for figure in (0, 2, 2.5, 3, 20, 20.1, 55))),
}


def patients(count: int) -> Iterator[Answers]:
    everybody = list(product(*AXES.values()))
    for chosen in random.Random(1).sample(everybody, count):
        yield {name: answer for name, answer in zip(AXES, chosen, strict=True) if answer is not Open.MISSING}


def parts_of(one: Comparison, answers: Answers) -> list[Part]:
    return [part for part in one.parts if any(belongs(KNOWLEDGE, where, answers) for where in part.where)]


def test_every_patient_is_in_one_part_with_the_names_of_that_part() -> None:
    who = FOUND["who_2019"]
    for answers in patients(1500):
        (part,) = parts_of(who, answers)
        case = KNOWLEDGE.case(answers)
        assert part.review["classification.type"] == case.fact("classification.type").value
        grades = part.review["index_grades"]
        assert grades in (None, case.fact("index_grades").value)


def test_the_regions_are_all_there_are() -> None:
    who = FOUND["who_2019"]
    assert who.cells == sum(part.cells for part in who.parts) == 1536


@pytest.mark.parametrize(
    ("answers", "review", "name", "other"),
    [
        ({"differentiation": "well", "ki67_percent": exactly(25)}, "unclassifiable", "net_g3", True),
        ({"differentiation": "well", "mitoses": exactly(21), "ki67_percent": exactly(5)}, "unclassifiable", "net_g3", True),
        ({"differentiation": "poor", "ki67_percent": exactly(60)}, "NEC", "nec", True),
        ({"ki67_percent": exactly(60)}, "undetermined", "net_g3_or_nec", True),
        ({"pathology_diagnosis": "mixed", "adenocarcinoma_percent": exactly(30), "nec_percent": exactly(70)}, "MANEC", "minen", True),
        ({"pathology_diagnosis": "mixed"}, "undetermined", "minen_open", True),
        ({"differentiation": "well", "mitoses": exactly(1), "ki67_percent": exactly(2)}, "NET", "net_g1", False),
        ({"differentiation": "well", "mitoses": exactly(2), "ki67_percent": exactly(2)}, "NET", "net_g2", False),
        ({"differentiation": "well", "mitoses": exactly(20), "ki67_percent": exactly(20)}, "NET", "net_g2", False),
        ({"differentiation": "well", "ki67_percent": exactly(2)}, "NET", "silent", False),
    ],
)
def test_known_patients_get_the_names_of_both(answers: Answers, review: str, name: str, other: bool) -> None:
    (part,) = parts_of(FOUND["who_2019"], {"pathology_diagnosis": "nen", **answers})
    assert (part.review["classification.type"], part.naming.name, part.other) == (review, name, other)


@pytest.mark.parametrize(
    ("ki67", "name", "other"),
    [(2, "ki67_g1", False), (2.1, "between", True), (2.9, "between", True), (3, "ki67_g2", False), (20, "ki67_g2", False), (21, "ki67_g3", False)],
)
def test_between_two_and_three_per_cent_the_older_wording_has_no_grade(ki67: float, name: str, other: bool) -> None:
    (part,) = parts_of(FOUND["who_2010"], {"ki67_percent": exactly(ki67)})
    assert (part.naming.name, part.other) == (name, other)


def test_every_part_names_a_later_source_and_the_statements_behind_the_review() -> None:
    for one in FOUND.values():
        for part in one.parts:
            assert any(name in KNOWLEDGE.later for name in part.cite)
            if part.other and any(value is not None for value in part.review.values()):
                assert any(name in KNOWLEDGE.statements or name in KNOWLEDGE.settlements for name in part.cite)
