"""What an answer can be: an option, a set of options, a number (always an interval), a map, or open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.rules.truth import FALSE, TRUE, UNKNOWN, Truth


class Open(StrEnum):
    """Why an answer has no value: three different things, and none of them is a negative finding."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_DONE = "not_done"

    __hash__ = str.__hash__


class Form(StrEnum):
    """How a number was written. Everything but EXACT makes what rests on it provisional."""

    EXACT = "exact"
    ABOUT = "about"
    RANGE = "range"
    BOUND = "bound"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Interval:
    """A number as it was given: all values between ``low`` and ``high``.

    ``low_open`` / ``high_open`` tell that the end itself is left out. A plain number has equal ends.
    ``text`` is what was written, in the stored unit, for showing it back.
    """

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False
    form: Form = Form.EXACT
    text: str = ""

    def below(self, cut: float) -> Truth:
        """Whether every value (TRUE), no value (FALSE) or only some (UNKNOWN) lies strictly below ``cut``."""
        if self.high < cut or (self.high == cut and self.high_open):
            return TRUE
        return FALSE if self.low >= cut else UNKNOWN

    def above(self, cut: float) -> Truth:
        """Whether every, no, or only some value lies strictly above ``cut``."""
        if self.low > cut or (self.low == cut and self.low_open):
            return TRUE
        return FALSE if self.high <= cut else UNKNOWN

    def plus(self, other: Interval) -> Interval:
        """The interval of all sums of a value of each."""
        return Interval(
            self.low + other.low,
            self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
            Form.EXACT if self.form is other.form is Form.EXACT else Form.RANGE,
        )

    def less(self, other: Interval) -> Truth:
        """Whether this is strictly less than ``other`` for all, none or some pairs of values."""
        if self.high < other.low or (self.high == other.low and (self.high_open or other.low_open)):
            return TRUE
        return FALSE if self.low >= other.high else UNKNOWN


Answer = Interval | str | frozenset[str] | Mapping[str, str] | Open
"""One answer: a number, an option, several options, a map of item to outcome, or open.

``Open`` is a ``str`` too, so test for it first.
"""

Answers = Mapping[str, Answer]
"""Answers by field id; a field that is not there has not been asked yet."""
