"""What can be asked: one field is one answer, and its limits and options are data from the knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The type of a field. COUNT takes whole numbers only; MAP pairs items with outcomes."""

    NUMBER = "number"
    COUNT = "count"
    ONE = "one"
    MANY = "many"
    MAP = "map"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """One answer that can be given.

    ``units`` maps accepted written units to the factor that turns them into the stored unit, as decimal text.
    ``says`` maps what people type (case-folded) to an option; ``item_says`` does the same for the items of a map.
    """

    id: str
    kind: Kind
    options: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    limits: tuple[float, float] = (0.0, 0.0)
    above_low: bool = False
    plain: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    item_says: Mapping[str, str] = field(default_factory=dict)
    not_done: bool = False

    @property
    def numeric(self) -> bool:
        """Whether answers are numbers (a COUNT may have word options beside them)."""
        return self.kind in (Kind.NUMBER, Kind.COUNT)
