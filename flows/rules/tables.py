"""Rules as values: rows with a condition, what follows, where it is stated and in which layer it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from flows.rules.expressions import Expression


class Layer(StrEnum):
    """How far a sentence stands from the review. ``later`` never decides a conclusion of the other three."""

    REVIEW = "review"
    SETTLED = "settled"
    BORROWED = "borrowed"
    LATER = "later"

    __hash__ = str.__hash__  # Enum's own is written in Python and is on the path of every fact


_DISTANCE = {Layer.REVIEW: 0, Layer.SETTLED: 1, Layer.BORROWED: 2, Layer.LATER: 3}


def furthest(*layers: Layer) -> Layer:
    """The layer furthest from the review (``review`` for none)."""
    found, distance = Layer.REVIEW, 0
    for layer in layers:
        if _DISTANCE[layer] > distance:
            found, distance = layer, _DISTANCE[layer]
    return found


class Shape(StrEnum):
    """How the rows of a fact make its value.

    TABLE: the first row that holds decides. COLLECT: every row that holds counts. BANDS: every row that a number may
    fall in. HIGHEST: every higher-of-two that several bands allow. ONLY: the single member of a set, else null.
    """

    TABLE = "table"
    COLLECT = "collect"
    BANDS = "bands"
    HIGHEST = "highest"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule. ``id`` is unique in the whole knowledge; ``cite`` names statements, settlements or later standards."""

    id: str
    value: str | None
    when: Expression
    cite: tuple[str, ...]
    layer: Layer
    reasons: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A derived value: its name, how its rows make it, and what they read.

    ``of`` names the number behind BANDS and the sets behind HIGHEST and ONLY; ``order`` ranks the values, lowest first;
    ``fallback`` is the answer used by HIGHEST where no set has a member.
    """

    name: str
    shape: Shape
    rows: tuple[Row, ...] = ()
    of: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    fallback: str | None = None
    cite: tuple[str, ...] = ()
    layer: Layer = Layer.REVIEW
    gather: frozenset[str] = field(default_factory=frozenset)
