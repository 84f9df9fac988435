"""Divides the answers of every field into regions that no condition tells apart, and picks one answer of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import combinations, pairwise

from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.expressions import Ask, Compare, Every, Expression, Has, Is, Mode, Not, Some, names_in, parse
from flows.rules.fields import Field, Kind
from flows.rules.tables import Row
from flows.rules.truth import Truth
from flows.rules.values import Answer, Interval, Open

Leaf = Is | Has | Compare | Ask
OPEN = (Open.MISSING, Open.UNKNOWN, Open.NOT_DONE)


def leaves(tree: Expression) -> Iterator[Leaf]:
    """The conditions on single answers or facts at the ends of a tree."""
    match tree:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part) | Mode(_, part):
            yield from leaves(part)
        case Is() | Has() | Compare() | Ask():
            yield tree


def all_leaves(knowledge: Knowledge) -> dict[Leaf, None]:
    """Every such condition of the rules, and of the asking."""
    rules = (row.when for fact in knowledge.book.facts for row in fact.rows)
    asking = (parse(text) for spec in knowledge.fields.values() for text in (spec.applies, spec.asked))
    return {leaf: None for tree in (*rules, *asking) for leaf in leaves(tree)}


@lru_cache(maxsize=4)
def regions(knowledge: Knowledge) -> Mapping[str, tuple[Answer, ...]]:
    """For every field but maps: one answer of each region, open answers first.

    Two answers in one region make every condition that reads this field alone equally true. Conditions that compare
    two fields are told apart as far as the cut-offs of either go.
    """
    by_field: dict[str, list[Leaf]] = {}
    for leaf in all_leaves(knowledge):
        for name in fields_of(leaf):
            by_field.setdefault(name, []).append(leaf)
    fallbacks = {fact.fallback for fact in knowledge.book.facts}
    fields = {name: spec.core for name, spec in knowledge.fields.items() if spec.core.kind is not Kind.MAP}
    return {name: _regions_of(knowledge, core, by_field.get(name, []), apart=name in fallbacks) for name, core in fields.items()}


def leaf_cuts(leaf: Leaf) -> list[float]:
    """The cut-off of a comparison with a number."""
    return [leaf.cut] if isinstance(leaf, Compare) and leaf.other is None else []


def fields_of(leaf: Leaf) -> tuple[str, ...]:
    """The fields (or the fact) that a condition reads."""
    match leaf:
        case Compare(names, _, _, other):
            return (*names, *([other] if other else []))
        case Is(name) | Has(name) | Ask(_, name):
            return (name.partition(".")[0],)


def region_of(knowledge: Knowledge, field: str, answer: Answer | None) -> Answer:
    """The answer that stands for the region of ``answer`` (None: not asked). A figure that is held against another answer stands for itself."""
    given = Open.MISSING if answer is None else answer
    if given in regions(knowledge)[field] or (field in beside_others(knowledge) and isinstance(given, Interval)):
        return given
    wanted = _signature(knowledge, field, given)
    found = next((known for known in regions(knowledge)[field] if _signature(knowledge, field, known) == wanted), None)
    return given if found is None else found


@lru_cache(maxsize=4)
def beside_others(knowledge: Knowledge) -> frozenset[str]:
    """The fields that some condition reads together with others."""
    return frozenset(name for leaf in all_leaves(knowledge) if len(fields_of(leaf)) > 1 for name in fields_of(leaf))


def _regions_of(knowledge: Knowledge, core: Field, conditions: list[Leaf], *, apart: bool) -> tuple[Answer, ...]:
    """``apart``: no two answers share a region, because something reads the very word."""
    beside = [leaf for leaf in conditions if isinstance(leaf, Compare) and leaf.other is not None]
    if beside:  # only the order of the two counts: below, equal and above
        return (*OPEN, *(plain_number(value) for value in ((50, 100, 200) if beside[0].names == (core.id,) else (100,))))
    sums = any(len(leaf.names) > 1 for leaf in conditions if isinstance(leaf, Compare))
    found: dict[object, Answer] = {}
    for answer in (*OPEN, *_candidates(core, conditions)):
        signature: object = _signature(knowledge, core.id, answer)
        if apart or (sums and isinstance(answer, Interval)):
            signature = (signature, answer if isinstance(answer, str) else answer.low if isinstance(answer, Interval) else None)
        found.setdefault(signature, answer)
    return tuple(found.values())


@lru_cache(maxsize=200_000)
def _signature(knowledge: Knowledge, field: str, answer: Answer) -> tuple[Truth, ...]:
    """The truth of every condition that reads this field alone."""
    case = Case(knowledge.base, {} if answer is Open.MISSING else {field: answer})
    return tuple(case.truth(node) for node in _nodes(knowledge)[field])


@lru_cache(maxsize=4)
def _nodes(knowledge: Knowledge) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, dict[int, None]] = {name: {} for name in knowledge.fields}
    for leaf in all_leaves(knowledge):
        names = fields_of(leaf)
        if len(names) == 1 and names[0] in found:
            found[names[0]][knowledge.base.compile(leaf)] = None
    return {name: tuple(nodes) for name, nodes in found.items()}


def _candidates(core: Field, conditions: list[Leaf]) -> Iterator[Answer]:
    match core.kind:
        case Kind.ONE | Kind.TEXT:
            yield from core.options
        case Kind.MANY:
            yield from _sets(core)
        case Kind.NUMBER | Kind.COUNT:
            yield from core.options
            yield from _numbers(core, sorted({cut for leaf in conditions for cut in leaf_cuts(leaf)}))
        case Kind.MAP:
            return


def _sets(core: Field) -> Iterator[frozenset[str]]:
    if "none" in core.options:
        yield frozenset(("none",))
    others = [option for option in core.options if option != "none"]
    for size in range(1, len(others) + 1):
        for chosen in combinations(others, size):
            yield frozenset(chosen)


def _numbers(core: Field, cuts: list[float]) -> Iterator[Interval]:
    """Exact values between, on and beside the cut-offs, the rounder ones first."""
    low, high = core.limits
    step = 1.0 if core.kind is Kind.COUNT else 0.1
    ends = [low, *(cut for cut in cuts if low <= cut <= high), high]
    between = [round(a + (b - a) / 2) if b - a > 2 else a + (b - a) / 2 for a, b in pairwise(ends)]
    beside = [cut + side for cut in ends for side in (-step, step)]
    for value in (*between, *ends, *beside):
        exact = round(value, 3)
        if low <= exact <= high and not (core.above_low and exact <= low) and (core.kind is Kind.NUMBER or exact == round(exact)):
            yield plain_number(exact)


def plain_number(value: float) -> Interval:
    """A number as a person would write it."""
    return Interval(float(value), float(value), text=f"{value:g}")


def rows_of(knowledge: Knowledge, fact: str) -> tuple[Row, ...]:
    """The rows that give a fact its value: its own, or those of the facts that it is made of."""
    spec = knowledge.base.facts[fact]
    return spec.rows or tuple(row for name in spec.of for row in rows_of(knowledge, name))


def nearest(knowledge: Knowledge, field: str, answer: Interval, now: Answer | None) -> Interval:
    """A figure of the region of ``answer`` close to the figure that there is (else to a cut-off)."""
    core = knowledge.fields[field].core
    wanted = region_of(knowledge, field, answer)
    cuts = cuts_of(knowledge, field)
    beside = [plain_number(cut + side) for cut in cuts for side in (-1.0, 1.0) if core.limits[0] < cut + side <= core.limits[1]]
    near = [value for value in (*_numbers(core, list(cuts)), *beside) if region_of(knowledge, field, value) == wanted]
    return min(near, key=lambda value: off(value.low, cuts, now), default=answer)


def off(figure: float, cuts: tuple[float, ...], now: Answer | None) -> tuple[bool, float]:
    """How far a figure is from the one that there is, or else from a cut-off; a whole one goes first, unless there is a broken one."""
    if isinstance(now, Interval):
        return now.low.is_integer() and not figure.is_integer(), abs(figure - now.low)
    return not figure.is_integer(), min((abs(figure - cut) for cut in cuts), default=figure)


def cuts_of(knowledge: Knowledge, field: str) -> tuple[float, ...]:
    """The cut-offs with which conditions compare a figure alone, lowest first."""
    return _cuts(knowledge).get(field, ())


@lru_cache(maxsize=4)
def _cuts(knowledge: Knowledge) -> Mapping[str, tuple[float, ...]]:
    found: dict[str, set[float]] = {}
    for leaf in all_leaves(knowledge):
        names = fields_of(leaf)
        if len(names) == 1:
            found.setdefault(names[0], set()).update(leaf_cuts(leaf))
    return {name: tuple(sorted(cuts)) for name, cuts in found.items()}


@lru_cache(maxsize=4)
def breadth(knowledge: Knowledge) -> Mapping[str, int]:
    """For every field, how many facts read it or a fact that does."""
    read = {fact.name: {*fact.of, *([fact.fallback] if fact.fallback else [])}.union(*(names_in(row.when) for row in fact.rows)) for fact in knowledge.book.facts}

    @cache
    def behind(fact: str) -> frozenset[str]:
        names = {name if name in read else name.partition(".")[0] for name in read[fact]}
        return frozenset(names).union(*(behind(name) for name in names if name in read))

    return {field: sum(field in behind(fact) for fact in read) for field in knowledge.fields}
