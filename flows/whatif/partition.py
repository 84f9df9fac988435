"""Divides the answers to a field into regions that a few conditions cannot tell apart, numbers as spans that can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise, product

from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.expressions import Compare, Expression, Is
from flows.rules.fields import Field, Kind
from flows.rules.numbers import NumberRefused, read_number
from flows.rules.values import Answer, Interval, Open
from flows.whatif.regions import Leaf, all_leaves, fields_of, leaf_cuts, leaves

OPEN = (Open.MISSING, Open.UNKNOWN, Open.NOT_DONE)
MOST_MAPS = 4096
"""Maps that are tried one by one; where more items matter, maps of up to two entries are."""


@dataclass(frozen=True, slots=True)
class Span:
    """Exact numbers from ``low`` to ``high``; the ends belong to it or not. ``first`` and ``last``: an end is a limit of the field."""

    low: float
    high: float
    low_in: bool = True
    high_in: bool = True
    first: bool = False
    last: bool = False

    def joined(self, after: Span) -> Span | None:
        """This span and the one after it as one, where nothing lies between."""
        if self.high != after.low or not (self.high_in or after.low_in):
            return None
        return Span(self.low, after.high, self.low_in, after.high_in, self.first, after.last)


@dataclass(frozen=True, slots=True)
class Region:
    """Answers that no condition tells apart: one that stands for them, the exact numbers among them, and the others.

    A region of a fact is one value of it (``Open.MISSING``: none).
    """

    answer: Answer
    spans: tuple[Span, ...] = ()
    others: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """A field and its regions, open answers first."""

    field: str
    regions: tuple[Region, ...]


def axis(
    knowledges: Sequence[Knowledge], field: str, trees: Iterable[Expression], *, inexact: bool = True, only: Sequence[str] = ()
) -> Axis:
    """The regions of a field as conditions see it.

    Args:
        knowledges: who reads the conditions; the first that has the field says what it takes.
        field: the id of an answer.
        trees: the conditions.
        inexact: whether ranges, bounds and approximations are answers, too.
        only: options to keep to; none means all of them, and open answers.
    """
    having = [knowledge for knowledge in knowledges if field in knowledge.fields]
    core = having[0].fields[field].core
    found = [leaf for tree in trees for leaf in leaves(tree) if field in fields_of(leaf)]
    conditions = list(dict.fromkeys(found))
    if only:
        return Axis(field, tuple(Region(option) for option in only))
    tried = [Region(answer) for answer in OPEN]
    tried += _tried(core, conditions, inexact=inexact, options=_options(having, field))
    return Axis(field, _grouped(having, field, conditions, tried))


@lru_cache(maxsize=400)
def regions_apart(knowledge: Knowledge, field: str) -> tuple[Region, ...]:
    """The regions of a field as all conditions of the knowledge together see it; figures exact."""
    return axis([knowledge], field, all_leaves(knowledge), inexact=False).regions


def _options(knowledges: Sequence[Knowledge], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(option for knowledge in knowledges for option in knowledge.fields[field].core.options))


def _grouped(knowledges: Sequence[Knowledge], field: str, conditions: list[Leaf], tried: Iterable[Region]) -> tuple[Region, ...]:
    """One region for each way the conditions see an answer; answers compared with another field stay apart."""
    alone = [leaf for leaf in conditions if len(fields_of(leaf)) == 1]
    apart = len(alone) < len(conditions) or any(fact.fallback == field for known in knowledges for fact in known.book.facts)
    nodes = [(known, [known.base.compile(leaf) for leaf in alone if not known.unknown_in(leaf)]) for known in knowledges]
    groups: dict[object, list[Region]] = {}
    for region in tried:
        given = {} if region.answer is Open.MISSING else {field: region.answer}
        seen = tuple(Case(known.base, given).truth(node) for known, inner in nodes for node in inner)
        groups.setdefault((seen, repr(region.answer)) if apart and region.answer not in OPEN else seen, []).append(region)
    return tuple(_one(group) for group in groups.values())


def _one(group: list[Region]) -> Region:
    spans: list[Span] = []
    for span in sorted((span for region in group for span in region.spans), key=lambda span: (span.low, span.high)):
        joined = spans[-1].joined(span) if spans else None
        spans[-1:] = [joined] if joined else [*spans[-1:], span]
    plain = [region for region in group if region.spans]
    return Region((plain or group)[0].answer, tuple(spans), tuple(region.answer for region in group if not region.spans))


def runs(regions: Iterable[Region]) -> list[Span]:
    """The spans of several regions, joined where they meet."""
    return list(_one([Region(Open.MISSING, (span,)) for region in regions for span in region.spans] or [Region(Open.MISSING)]).spans)


# --- what is tried ------------------------------------------------------------------------------------------------


def _tried(core: Field, conditions: list[Leaf], *, inexact: bool, options: tuple[str, ...]) -> Iterator[Region]:
    match core.kind:
        case Kind.ONE | Kind.TEXT:
            yield from map(Region, options)
        case Kind.MANY:
            yield from map(Region, _sets(options))
        case Kind.MAP:
            yield from map(Region, _maps(core, conditions))
        case Kind.NUMBER | Kind.COUNT:
            yield from map(Region, options)
            spans = list(_spans(core, conditions))
            yield from (Region(_plain(_middle(span, core)), (span,)) for span in spans)
            if inexact and not core.plain:
                yield from map(Region, _inexact(core, [_middle(span, core) for span in spans], conditions))


def _sets(options: tuple[str, ...]) -> Iterator[frozenset[str]]:
    if "none" in options:
        yield frozenset(("none",))
    others = [option for option in options if option != "none"]
    for size in range(1, len(others) + 1):
        yield from map(frozenset, combinations(others, size))


def _maps(core: Field, conditions: list[Leaf]) -> Iterator[dict[str, str]]:
    """Maps over the items that conditions name and one more; over all items, up to two at a time, where that were too many."""
    named = {leaf.name.partition(".")[2] for leaf in conditions if isinstance(leaf, Is)}
    named |= {item for leaf in conditions for item in getattr(leaf, "beside", ())}
    beside = [item for item in core.items if item not in named][:1]
    items = [item for item in core.items if item in named] + beside
    choices = ("", *core.options)
    if len(choices) ** len(items) <= MOST_MAPS:
        for words in product(choices, repeat=len(items)):
            yield {item: word for item, word in zip(items, words, strict=True) if word}
        return
    yield {}
    yield from ({item: word} for item in core.items for word in core.options)
    for first, second in combinations(core.items, 2):
        yield from ({first: a, second: b} for a in core.options for b in core.options)


def _spans(core: Field, conditions: list[Leaf]) -> Iterator[Span]:
    """The cut-offs and limits as points, and what lies between each two."""
    low, high = core.limits
    cuts = sorted({low, high, *(cut for leaf in conditions for cut in _cuts(leaf) if low <= cut <= high)})
    step = 1.0 if core.kind is Kind.COUNT else 0.0
    for point, after in pairwise([*cuts, None]):
        if point is not None and not (core.above_low and point == low):
            yield Span(point, point, first=point == low, last=point == high)
        if point is not None and after is not None and point + step < after - step + (step == 0):
            yield Span(point, after, low_in=False, high_in=False, first=core.above_low and point == low)


def _cuts(leaf: Leaf) -> list[float]:
    """The cut-off of a comparison; for a sum also its half and nothing, for another answer some values to stand on either side of."""
    if isinstance(leaf, Compare) and leaf.other:
        return [50.0, 100.0, 200.0]
    cuts = leaf_cuts(leaf)
    return [*cuts, *(cut / 2 for cut in cuts)] if isinstance(leaf, Compare) and len(leaf.names) > 1 else cuts


def _middle(span: Span, core: Field) -> float:
    if span.low == span.high:
        return span.low
    middle = span.low + (span.high - span.low) / 2
    if core.kind is Kind.COUNT or span.high - span.low > 2:
        return float(round(middle))
    return round(middle, 3)


def _plain(value: float) -> Interval:
    return Interval(value, value, text=f"{value:g}")


def _inexact(core: Field, points: list[float], conditions: list[Leaf]) -> Iterator[Interval]:
    """Everything that can be written with these figures as an approximation, a bound or a range."""
    cuts = {cut for leaf in conditions for cut in leaf_cuts(leaf)}
    texts = [f"~{point:g}" for point in points]
    texts += [f"{sign}{point:g}" for point in points if point in cuts for sign in ("<", "<=", ">", ">=")]
    texts += [f"{low:g}-{high:g}" for low, high in combinations(points, 2)]
    for text in texts:
        try:
            yield read_number(text, core)
        except NumberRefused:
            continue
