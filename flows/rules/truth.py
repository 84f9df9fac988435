"""Kleene's three-valued truth: what is not known is neither met nor refuted."""

from __future__ import annotations

from enum import Enum


class Truth(Enum):
    """TRUE, FALSE or UNKNOWN.

    ``bool()`` of a truth raises ``TypeError``, so that ``if truth:`` cannot let UNKNOWN pass for FALSE;
    compare with ``is`` instead.
    """

    FALSE = 0
    TRUE = 1
    UNKNOWN = 2

    __hash__ = object.__hash__  # Enum's own is written in Python and is on the path of every condition

    def __bool__(self) -> bool:
        raise TypeError("a Truth has three values: compare it with 'is Truth.TRUE', 'is Truth.FALSE' or 'is Truth.UNKNOWN'")


TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
