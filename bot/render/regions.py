"""Regions of patients as templates can speak them: of each input what it may be, with figures as spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.knowledge.loader import Knowledge
from flows.rules.fields import Kind
from flows.rules.values import Answer, Interval, Open
from flows.whatif.partition import OPEN, Region, Span, runs

SEVERAL = (Kind.MANY, Kind.MAP)


@dataclass(frozen=True, slots=True)
class Figures:
    """A span of exact figures: ``kind`` is ``one any below up_to above from between``; the ends belong to it or not."""

    kind: str
    low: str
    high: str
    low_in: bool
    high_in: bool


@dataclass(frozen=True, slots=True)
class Input:
    """What one input may be.

    Attributes:
        name: an answer or a fact; ``of`` tells which (``gone``: this knowledge has neither).
        open: why it may be open (empty: it is not).
        figures: spans of exact figures.
        answers: other answers; with ``example`` they only stand for answers like them.
        values: values of a fact, each with its words (none: it has no value).
    """

    name: str
    of: str
    open: tuple[str, ...] = ()
    figures: tuple[Figures, ...] = ()
    answers: tuple[Answer, ...] = ()
    example: bool = False
    values: tuple[tuple[str, ...], ...] = ()


def inputs(where: Mapping[str, tuple[Region, ...]], knowledge: Knowledge) -> list[Input]:
    """The inputs of a region, in the order of the consultation, facts last."""
    order = {name: place for place, name in enumerate((*knowledge.fields, *knowledge.base.facts))}
    return [_input(name, where[name], knowledge) for name in sorted(where, key=lambda name: order.get(name, len(order)))]


def among(name: str, regions: tuple[Region, ...], knowledge: Knowledge) -> Input:
    """What an answer may be in some regions, as ``inputs`` gives it; every answer of a region by itself."""
    apart = [region if region.spans else Region(answer) for region in regions for answer in (region.answer, *region.others)]
    return _input(name, tuple(dict.fromkeys(apart)), knowledge)


def _input(name: str, regions: tuple[Region, ...], knowledge: Knowledge) -> Input:
    if name in knowledge.base.facts:
        return Input(name, "fact", values=tuple(_words(region.answer) for region in regions))
    if name not in knowledge.fields:
        return Input(name, "gone")
    given = [answer for region in regions for answer in (region.answer, *region.others)]
    spans = runs(regions)
    others = [answer for region in regions if not region.spans for answer in (region.answer, *region.others)]
    plain = [answer for answer in dict.fromkeys(map(_kept, others)) if answer is not None]
    several = knowledge.fields[name].core.kind in SEVERAL or any(isinstance(answer, Interval) for answer in plain)
    shown = [region.answer for region in regions if not region.spans and not isinstance(region.answer, Open)] if several else plain
    return Input(
        name=name,
        of="answer",
        open=tuple(str(answer) for answer in OPEN if answer in given),
        figures=tuple(map(_figures, spans)),
        answers=tuple(shown),
        example=several,
    )


def _kept(answer: Answer) -> Any:
    """The answer, unless it is open; a map by its pairs, so that equal ones are one."""
    if isinstance(answer, Open):
        return None
    return tuple(sorted(answer.items())) if isinstance(answer, Mapping) else answer


def _words(value: Answer) -> tuple[str, ...]:
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    return (str(value),) if isinstance(value, str) and value is not Open.MISSING else ()


def _figures(span: Span) -> Figures:
    kind = "between"
    if span.low == span.high:
        kind = "one"
    elif span.first and span.last:
        kind = "any"
    elif span.first:
        kind = "up_to" if span.high_in else "below"
    elif span.last:
        kind = "from" if span.low_in else "above"
    return Figures(kind, f"{span.low:g}", f"{span.high:g}", span.low_in, span.high_in)


def bands(spans: Iterable[Span]) -> list[Figures]:
    """Spans of a table over one number."""
    return [_figures(span) for span in spans]


def plainly(where: Mapping[str, tuple[Region, ...]], knowledge: Knowledge) -> dict[str, list[str]]:
    """A region as data: for each input what it may be, as it could be written in a case file, spans as intervals."""
    return {one.name: _plain(one) for one in inputs(where, knowledge)}


def plain(name: str, regions: tuple[Region, ...], knowledge: Knowledge) -> list[str]:
    """What an answer may be in some regions, as data."""
    return _plain(among(name, regions, knowledge))


def _plain(one: Input) -> list[str]:
    spans = [f"{'[' if span.low_in else '('}{span.low}, {span.high}{']' if span.high_in else ')'}" for span in one.figures]
    answers = [written(answer) for answer in one.answers]
    return [*one.open, *spans, *answers, *(" or ".join(value) or "none" for value in one.values)]


def written(answer: Answer) -> str:
    """An answer as it could be written in a case file."""
    match answer:
        case Interval():
            return answer.text or f"{answer.low:g}"
        case frozenset():
            return ", ".join(sorted(answer))
        case Mapping():
            return ", ".join(f"{item}: {outcome}" for item, outcome in sorted(answer.items())) or "none"
        case _:
            return str(answer)
