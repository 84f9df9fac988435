"""Divides every answer into the regions that the knowledge can tell apart, ranges and bounds included.

Two answers of one region make every condition of the knowledge equally true. The candidates of a number are every answer
that can be written with the cut-offs, both limits, the neighbours of each and values between: alone, as "about", as
a bound and as a range. As a condition only sees where the ends of an answer lie among the cut-offs, no other answer can
fall into a region that these do not reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, combinations_with_replacement, pairwise, product

from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.expressions import Compare, Expression, parse
from flows.rules.fields import Field, Kind
from flows.rules.numbers import NumberRefused, read_number
from flows.rules.truth import Truth
from flows.rules.values import Answer, Form, Interval, Open
from flows.whatif.regions import Leaf, fields_of, leaves

OPEN = (Open.MISSING, Open.UNKNOWN, Open.NOT_DONE)
Signature = tuple[Truth | str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Answers that no condition tells apart. ``answer`` stands for them; ``members`` are all that were tried."""

    answer: Answer
    members: tuple[Answer, ...]

    def refines(self, other: Region) -> bool:
        """Whether an answer of this region says the same as one of ``other``, or says it more exactly."""
        if self == other:
            return True
        if isinstance(other.answer, Open):
            return not isinstance(self.answer, Open) or other.answer is Open.MISSING
        return any(more_exact(mine, theirs) for mine in self.members for theirs in other.members)


def more_exact(fine: Answer, coarse: Answer) -> bool:
    """Whether a number says a part of what another says, or the same as a plain number."""
    if not within(fine, coarse) or not isinstance(fine, Interval):
        return False
    return fine.form is Form.EXACT or not within(coarse, fine)


def within(inner: Answer, outer: Answer) -> bool:
    """Whether a number lies within another, ends included or not as they are written."""
    if not (isinstance(inner, Interval) and isinstance(outer, Interval)):
        return False
    low = inner.low > outer.low or (inner.low == outer.low and (inner.low_open or not outer.low_open))
    high = inner.high < outer.high or (inner.high == outer.high and (inner.high_open or not outer.high_open))
    return low and high


@lru_cache(maxsize=4)
def partition(knowledge: Knowledge) -> Mapping[str, tuple[Region, ...]]:
    """The regions of every field but maps, open answers first."""
    by_field = _leaves_by_field(knowledge)
    spoken = {fact.fallback for fact in knowledge.book.facts}
    fields = [spec.core for spec in knowledge.fields.values() if spec.core.kind is not Kind.MAP]
    found = {core.id: _alone(knowledge, core, by_field[core.id], apart=core.id in spoken) for core in fields}
    for names, conditions in _pairs(by_field).items():
        _told_apart_together(knowledge, names, [knowledge.base.compile(leaf) for leaf in conditions], found)
    return found


@lru_cache(maxsize=4)
def refinements(knowledge: Knowledge) -> Mapping[str, tuple[tuple[int, ...], ...]]:
    """For every region of every field, the places of the regions that say the same, or say it more exactly."""
    return {
        name: tuple(tuple(place for place, fine in enumerate(regions) if fine.refines(coarse)) for coarse in regions)
        for name, regions in partition(knowledge).items()
    }


@lru_cache(maxsize=4)
def all_leaves(knowledge: Knowledge) -> tuple[Leaf, ...]:
    """Every condition on answers at the ends of rules and of the conditions of asking."""
    trees: list[Expression] = [row.when for fact in knowledge.book.facts for row in fact.rows]
    trees += [parse(text) for field in knowledge.fields.values() for text in (field.applies, field.asked)]
    return tuple(dict.fromkeys(leaf for tree in trees for leaf in leaves(tree)))


def _leaves_by_field(knowledge: Knowledge) -> dict[str, list[Leaf]]:
    found: dict[str, list[Leaf]] = {name: [] for name in knowledge.fields}
    for leaf in all_leaves(knowledge):
        for name in fields_of(leaf):
            if name in found:
                found[name].append(leaf)
    return found


def _alone(knowledge: Knowledge, core: Field, conditions: list[Leaf], *, apart: bool) -> tuple[Region, ...]:
    """The regions as conditions on this field alone see them; ``apart``: something reads the very word."""
    nodes = [knowledge.base.compile(leaf) for leaf in conditions if fields_of(leaf) == (core.id,)]
    groups: dict[Signature, list[Answer]] = {}
    for answer in (*OPEN, *_candidates(core, _points(knowledge, core, conditions))):
        case = Case(knowledge.base, {} if answer is Open.MISSING else {core.id: answer})
        signature: Signature = tuple(case.truth(node) for node in nodes)
        word = str(answer) if apart or isinstance(answer, Open) else "given"
        groups.setdefault((*signature, word), []).append(answer)
    return tuple(Region(group[0], tuple(group)) for group in groups.values())


# --- candidates ---------------------------------------------------------------------------------------------------


def _candidates(core: Field, points: list[float]) -> Iterator[Answer]:
    match core.kind:
        case Kind.ONE | Kind.TEXT:
            yield from core.options
        case Kind.MANY:
            yield from _sets(core)
        case Kind.NUMBER | Kind.COUNT:
            yield from core.options
            yield from _numbers(core, points)
        case Kind.MAP:
            return


def _sets(core: Field) -> Iterator[frozenset[str]]:
    if "none" in core.options:
        yield frozenset(("none",))
    others = [option for option in core.options if option != "none"]
    for size in range(1, len(others) + 1):
        yield from map(frozenset, combinations(others, size))


def _numbers(core: Field, points: list[float]) -> Iterator[Interval]:
    """Everything that can be written with these points, in the ways the field takes."""
    texts = [f"{point:g}" for point in points]
    written = [*texts, *(f"~{text}" for text in texts), *(f"{sign}{text}" for text in texts for sign in ("<", "<=", ">", ">="))]
    written += [f"{low:g}-{high:g}" for low, high in combinations_with_replacement(points, 2)]
    for text in written:
        try:
            yield read_number(text, core)
        except NumberRefused:
            continue


def _points(knowledge: Knowledge, core: Field, conditions: list[Leaf]) -> list[float]:
    """The cut-offs, the limits, their neighbours and values between, with those that partners in a comparison make matter."""
    if not core.numeric:
        return []
    own = _own_points(core, conditions)
    by_field = _leaves_by_field(knowledge)
    for leaf in conditions:
        for partner in fields_of(leaf):
            if partner != core.id and isinstance(leaf, Compare):
                theirs = _own_points(knowledge.fields[partner].core, by_field[partner])
                own += theirs if leaf.other else [leaf.cut - point for point in theirs]
    low, high = core.limits
    return sorted({round(point, 3) for point in own if low <= point <= high})


def _own_points(core: Field, conditions: list[Leaf]) -> list[float]:
    low, high = core.limits
    cuts = {leaf.cut for leaf in conditions if isinstance(leaf, Compare) and leaf.other is None and low <= leaf.cut <= high}
    ends = sorted({low, high, *cuts})
    step = 1.0 if core.kind is Kind.COUNT else 0.1
    beside = [end + side for end in ends for side in (-step, step)]
    between = [round((a + b) / 2, 0 if b - a > 2 else 2) for a, b in pairwise(ends)]
    return [*ends, *beside, *between]


# --- conditions on two answers ------------------------------------------------------------------------------------

Truths = Callable[[Answer, Answer], tuple[Truth, ...]]


def _told_apart_together(knowledge: Knowledge, names: tuple[str, str], nodes: list[int], found: dict[str, tuple[Region, ...]]) -> None:
    """Splits the regions of two numbers so that every truth of the conditions on both is reached from every pair of regions."""

    def truths(first: Answer, second: Answer) -> tuple[Truth, ...]:
        pairs = zip(names, (first, second), strict=True)
        case = Case(knowledge.base, {name: answer for name, answer in pairs if answer is not Open.MISSING})
        return tuple(case.truth(node) for node in nodes)

    sides = [[_distinct(region) for region in found[name]] for name in names]
    chosen: list[list[list[Answer]]] = [[[] for _ in side] for side in sides]
    for (one, mine), (two, theirs) in product(enumerate(sides[0]), enumerate(sides[1])):
        _choose(mine, theirs, (chosen[0][one], chosen[1][two]), truths)
    for name, picks in zip(names, chosen, strict=True):
        found[name] = tuple(
            Region(answer, _alike(answer, region)) for region, group in zip(found[name], picks, strict=True) for answer in group
        )


def _pairs(by_field: Mapping[str, list[Leaf]]) -> dict[tuple[str, str], list[Leaf]]:
    """The conditions on two answers, by the two fields."""
    found: dict[tuple[str, str], list[Leaf]] = {}
    for leaf in dict.fromkeys(leaf for group in by_field.values() for leaf in group):
        match sorted(set(fields_of(leaf))):
            case [first, second]:
                found.setdefault((first, second), []).append(leaf)
            case [_]:
                pass
            case more:
                raise NotImplementedError(f"a condition on {len(more)} answers: {', '.join(more)}")
    names = [name for pair in found for name in pair]
    if len(names) > len(set(names)):
        raise NotImplementedError("an answer is compared with two others")
    return found


def _distinct(region: Region) -> list[Answer]:
    """One answer for each pair of ends that the region holds."""
    found: dict[object, Answer] = {}
    for answer in region.members:
        ends = (answer.low, answer.high, answer.low_open, answer.high_open) if isinstance(answer, Interval) else str(answer)
        found.setdefault(ends, answer)
    return list(found.values())


def _alike(answer: Answer, region: Region) -> tuple[Answer, ...]:
    if not isinstance(answer, Interval):
        return region.members
    return tuple(other for other in region.members if within(answer, other) and within(other, answer))


def _choose(mine: list[Answer], theirs: list[Answer], chosen: tuple[list[Answer], list[Answer]], truths: Truths) -> None:
    """Adds answers until every truth that any pair reaches is reached by a pair of chosen ones."""
    reached = {truths(a, b) for a, b in product(*chosen)}
    for first, second in product(mine, theirs):
        found = truths(first, second)
        if found not in reached:
            reached.add(found)
            for answer, kept in ((first, chosen[0]), (second, chosen[1])):
                if answer not in kept:
                    kept.append(answer)
