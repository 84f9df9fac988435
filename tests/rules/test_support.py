"""The promise behind every *how* and *why*: no answer outside `because` and `missing` can change a value.

Held against the whole knowledge: random cases, one answer changed, added or removed at a time, every fact compared.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from flows.dialog.audit import random_answer
from flows.dialog.explain import report
from flows.knowledge.documents import read_case
from flows.knowledge.loader import load
from flows.rules.engine import Case
from flows.rules.expressions import names_in
from flows.rules.tables import Layer, Shape, furthest
from flows.rules.values import Answer, Interval
from tests.oracle.generate import random_answers

KNOWLEDGE = load()
FACTS = tuple(KNOWLEDGE.base.facts)
BASIS = {"because", "missing", "citations", "layer", "basis", "notes"}
CASES, CHANGES = 260, 12
SEEDS = range(4)


def random_case(rng: random.Random) -> dict[str, Answer]:
    """Half from the oracle's generator, which leans towards the deep rows; half with any answer anywhere."""
    if rng.random() < 0.5:
        return dict(read_case(random_answers(rng), KNOWLEDGE).answers)
    share, unsure = rng.random(), rng.random() * 0.4
    return {name: random_answer(field.core, rng, unsure) for name, field in KNOWLEDGE.fields.items() if rng.random() < share}


def changed(answers: Mapping[str, Answer], rng: random.Random) -> tuple[str, dict[str, Answer]]:
    """The answers with one of them removed, added or replaced; numbers may become ranges."""
    name = rng.choice(list(answers)) if answers and rng.random() < 0.5 else rng.choice(list(KNOWLEDGE.fields))
    after = dict(answers)
    if name in after and rng.random() < 0.3:
        del after[name]
        return name, after
    answer = random_answer(KNOWLEDGE.fields[name].core, rng, 0.2)
    if isinstance(answer, Interval) and rng.random() < 0.3:
        answer = Interval(answer.low / 2, answer.high, form=answer.form)
    after[name] = answer
    return name, after


def trials(seed: int, cases: int = CASES) -> Iterator[tuple[dict[str, Answer], str, dict[str, Answer]]]:
    rng = random.Random(seed)
    for _ in range(cases):
        answers = random_case(rng)
        for _ in range(CHANGES):
            yield answers, *changed(answers, rng)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_outside_the_support_of_a_fact_never_changes_its_value(seed: int) -> None:
    case = Case(KNOWLEDGE.base, {})
    for answers, name, after in trials(seed):
        case = case if case.answers is answers else KNOWLEDGE.case(answers)
        other, bit = KNOWLEDGE.case(after), KNOWLEDGE.base.bits[name]
        for place, fact in enumerate(FACTS):
            outcome = case.at(place)
            if not (outcome.because | outcome.missing) & bit:
                seen = other.at(place)
                assert (seen.value, seen.rows) == (outcome.value, outcome.rows), f"{fact} changed with {name}: {answers}"


def test_because_names_only_answers_that_are_given() -> None:
    rng = random.Random(5)
    for _ in range(CASES):
        answers = random_case(rng)
        case = KNOWLEDGE.case(answers)
        for fact in FACTS:
            assert set(KNOWLEDGE.base.names(case.fact(fact).because)) <= set(answers), fact


def values_of(conclusion: Mapping[str, Any]) -> str:
    """A conclusion without its basis and without what stands in it with a basis of its own, as text that can be compared."""
    own = {key: value for key, value in conclusion.items() if key not in BASIS and not isinstance(value, dict)}
    return json.dumps(own, sort_keys=True)


def conclusions_of(answers: Mapping[str, Answer]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every conclusion of the output that stands for itself."""
    found = report(KNOWLEDGE.case(answers), KNOWLEDGE)
    for key in ("classification", "criteria", "diagnosis", "functional", "imaging", "sstr", "origin"):
        yield key, found[key]
    yield "mass_effect", found["functional"]["mass_effect"]
    for group in ("markers", "treatment"):
        yield from ((f"{group}.{name}", entry) for name, entry in found[group].items())
    for group, entries in (
        ("next_steps", found["next_steps"]),
        ("contradictions", found["contradictions"]),
        ("notes", found["imaging"]["notes"]),
    ):
        yield from ((f"{group}.{entry['id']}", entry) for entry in entries)
    if found["transplant_conditions"]:
        yield "transplant_conditions", found["transplant_conditions"]


def test_the_printed_because_and_missing_of_a_conclusion_cover_everything_that_can_change_it() -> None:
    before: dict[str, Mapping[str, Any]] = {}
    shown: Mapping[str, Answer] = {}
    for answers, name, after in trials(11, cases=220):
        if shown is not answers:
            before, shown = dict(conclusions_of(answers)), answers
        seen = dict(conclusions_of(after))
        path_may_change = name in {*before["diagnosis"]["because"], *before["diagnosis"]["missing"]}
        for key, entry in before.items():
            if name in entry["because"] or name in entry["missing"] or (path_may_change and key not in seen):
                continue  # off the path, treatments and next steps are not printed at all
            assert key in seen, f"{key} went away with {name}: {answers}"
            assert values_of(seen[key]) == values_of(entry), f"{key} changed with {name}: {answers}"


def test_a_fact_stands_in_the_layer_furthest_from_the_review_among_what_its_rows_rest_on() -> None:
    rng = random.Random(7)
    for _ in range(CASES):
        case = KNOWLEDGE.case(random_case(rng))
        for fact in KNOWLEDGE.book.facts:
            if fact.shape not in (Shape.TABLE, Shape.COLLECT, Shape.BANDS):
                continue
            outcome = case.fact(fact.name)
            read = {name for row in outcome.rows for name in names_in(row.when) if name in KNOWLEDGE.base.facts}
            below = [case.fact(name).layer for name in read]
            assert outcome.layer is furthest(*(row.layer for row in outcome.rows), *below), fact.name


def test_later_standards_decide_nothing_but_what_is_printed_as_later() -> None:
    later = {fact.name for fact in KNOWLEDGE.book.facts for row in fact.rows if row.layer is Layer.LATER}

    assert later
    for fact in KNOWLEDGE.book.facts:
        read = {name for row in fact.rows for name in names_in(row.when)} | set(fact.of)
        assert fact.name in later or not read & later, f"{fact.name} reads {read & later}"
        if fact.name in later:
            assert {row.layer for row in fact.rows} == {Layer.LATER}, f"{fact.name} mixes layers"
        cited = {source for row in fact.rows for source in row.cite if source.startswith("U")}
        assert fact.name in later or not cited, f"{fact.name} of the review cites {cited}"


def test_no_conclusion_of_the_review_is_printed_in_the_later_layer() -> None:
    rng = random.Random(9)
    for _ in range(60):
        for key, entry in conclusions_of(random_case(rng)):
            assert entry["layer"] != Layer.LATER, key
            assert entry["citations"] or not any(map(entry.get, ("described_by_review", "not_described", "reading"))), (
                f"{key} rests on no statement"
            )
