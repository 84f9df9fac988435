"""Reads written numbers: plain, ranges, bounds, approximations, units, full-width signs. Never a point for a range."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from flows.rules.fields import Field, Kind
from flows.rules.values import Form, Interval

_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_ABOUT = r"(?:about|approximately|approx\.?|circa|ca\.?|around|大约|约|左右|≈|~)"
_RANGE_SIGN = r"(?:-|–|—|‐|‑|−|~|～|〜|至|到|to)"
_BOUND = {"<": (True, True), "<=": (True, False), "≤": (True, False), ">": (False, True), ">=": (False, False), "≥": (False, False)}
_SHAPE = re.compile(
    rf"(?P<about>{_ABOUT})?\s*(?P<bound><=|>=|=<|=>|<|>|≤|≥|⩽|⩾|≦|≧)?\s*(?P<low>{_NUMBER})\s*(?P<unit1>[^0-9\s.<>=~至到–—-][^0-9<>=~至到–—-]*?)??"
    rf"(?:\s*{_RANGE_SIGN}\s*(?P<high>{_NUMBER})\s*(?P<unit2>[^0-9\s.<>=~-].*?)?)?(?P<about2>\s*(?:左右|上下))?",
    re.IGNORECASE,
)
_RAISED = re.compile(r"(?:^|[\d\s.%])[⁰¹²³⁴-⁹]")  # "10²" is no 102; in "mm²" the raised figure is part of the unit
_SIGNS = str.maketrans({"⩽": "≤", "⩾": "≥", "≦": "≤", "≧": "≥"})
MAX_LENGTH = 60


class NumberRefused(ValueError):
    """A text is no number this field takes; ``args[0]`` names why (a key for the message, never a sentence)."""


def read_number(text: str, field: Field) -> Interval:
    """The interval that ``text`` names, in the field's stored unit.

    Raises:
        NumberRefused: with ``unreadable``, ``unit``, ``reversed``, ``limits``, ``whole`` or ``plain``.
    """
    written = unicodedata.normalize("NFKC", text).translate(_SIGNS).replace("⁄", "/").strip()
    match = _SHAPE.fullmatch(written) if len(written) <= MAX_LENGTH and not _RAISED.search(text) else None
    if match is None:
        raise NumberRefused("unreadable")
    about, bound, low, high = match["about"] or match["about2"], match["bound"], match["low"], match["high"]
    if (bound and high) or not all(_kept(end) for end in (low, high) if end):
        raise NumberRefused("unreadable")
    factor_low, factor_high = _factors(match["unit1"], match["unit2"], high is not None, field)
    first = Decimal(low) * factor_low
    second = Decimal(high) * factor_high if high else first
    interval = _bounded(bound, first, field) if bound else _spanned(first, second, bool(about), high is not None)
    _check(interval, first, second, field)
    return _whole(interval, first, second) if field.kind is Kind.COUNT else interval


def _kept(written: str) -> bool:
    """Whether a number has no more figures than can be kept: 2.99999999999999999999 would become 3, perhaps over a cut-off."""
    return Decimal(repr(float(written))) == Decimal(written)


def _factors(unit1: str | None, unit2: str | None, ranged: bool, field: Field) -> tuple[Decimal, Decimal]:
    """The factors of both ends; a unit written at one end only holds for both."""
    first = _factor(unit1, field)
    last = _factor(unit2, field) if ranged else first
    return first or last or Decimal(1), last or first or Decimal(1)


def _factor(unit: str | None, field: Field) -> Decimal | None:
    if unit is None or not unit.strip():
        return None
    factor = field.units.get(unit.strip().casefold())
    if factor is None:
        raise NumberRefused("unit")
    return Decimal(factor)


def _bounded(sign: str, cut: Decimal, field: Field) -> Interval:
    upper, strict = _BOUND[{"=<": "<=", "=>": ">="}.get(sign, sign)]
    low, high = field.limits
    text = f"{'<' if upper else '>'}{'' if strict else '='}{_plain(cut)}"
    if upper:
        return Interval(low, float(cut), field.above_low, strict, Form.BOUND, text)
    return Interval(float(cut), high, strict, False, Form.BOUND, text)


def _spanned(first: Decimal, second: Decimal, about: bool, ranged: bool) -> Interval:
    if ranged:
        return Interval(float(first), float(second), form=Form.RANGE, text=f"{_plain(first)}-{_plain(second)}")
    form = Form.ABOUT if about else Form.EXACT
    return Interval(float(first), float(first), form=form, text=("~" if about else "") + _plain(first))


def _check(interval: Interval, first: Decimal, second: Decimal, field: Field) -> None:
    low, high = field.limits
    if field.plain and interval.form is not Form.EXACT:
        raise NumberRefused("plain")
    if second < first:
        raise NumberRefused("reversed")
    if not all(low <= float(end) <= high for end in (first, second)):
        raise NumberRefused("limits")
    if interval.low > interval.high or (interval.low == interval.high and (interval.low_open or interval.high_open)):
        raise NumberRefused("limits")
    if field.above_low and float(first) <= low and interval.form is not Form.BOUND:
        raise NumberRefused("limits")


def _whole(interval: Interval, first: Decimal, second: Decimal) -> Interval:
    if first != first.to_integral_value() or second != second.to_integral_value():
        raise NumberRefused("whole")
    low = interval.low + 1 if interval.low_open else interval.low
    high = interval.high - 1 if interval.high_open else interval.high
    if low > high:
        raise NumberRefused("limits")
    return Interval(low, high, form=interval.form, text=interval.text)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
