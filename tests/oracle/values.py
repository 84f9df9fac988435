"""Contract input values (already loaded from YAML or JSON) made into simple internal values, or refused."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .catalogue import MANY, NUMBERS, ONE, OUTCOMES, TREATMENTS, Limits

OPEN_WORDS = ("unknown", "not_done")


class Refused(Exception):
    """The input is not acceptable; `ids` lists every faulty answer id."""

    def __init__(self, ids: list[str]) -> None:
        super().__init__(", ".join(ids))
        self.ids = ids


@dataclass(frozen=True, slots=True)
class Number:
    """An interval; `kind` is exact, approximation, range or bound."""

    lo: Fraction
    hi: Fraction
    lo_closed: bool = True
    hi_closed: bool = True
    kind: str = "exact"

    @property
    def exact(self) -> bool:
        """True only for a plain number."""
        return self.kind == "exact"

    def all_below(self, cut: int) -> bool:
        """Every value is below the cut."""
        return self.hi < cut or (self.hi == cut and not self.hi_closed)

    def all_at_least(self, cut: int) -> bool:
        """Every value is at or above the cut."""
        return self.lo >= cut

    def all_above(self, cut: int) -> bool:
        """Every value is above the cut."""
        return self.lo > cut or (self.lo == cut and not self.lo_closed)

    def all_at_most(self, cut: int) -> bool:
        """Every value is at or below the cut."""
        return self.hi <= cut


Value = str | frozenset[str] | Number | dict[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """The parsed answers of one patient; an id that is absent was not asked yet."""

    values: Mapping[str, Value]

    def state(self, key: str) -> str:
        """One of: missing, unknown, not_done, done."""
        value = self.values.get(key)
        if value is None:
            return "missing"
        if value == "unknown":
            return "unknown"
        if value == "not_done":
            return "not_done"
        return "done"

    def done(self, key: str) -> bool:
        """The answer has a value."""
        return self.state(key) == "done"

    def is_open(self, key: str) -> bool:
        """Missing, unknown or not done."""
        return self.state(key) != "done"

    def word(self, key: str) -> str | None:
        """The option chosen, None while open (or where the value is no word)."""
        value = self.values.get(key)
        if isinstance(value, str) and self.done(key):
            return value
        return None

    def many(self, key: str) -> frozenset[str]:
        """The options chosen other than none; empty while open too."""
        value = self.values.get(key)
        if isinstance(value, frozenset):
            return value - {"none"}
        return frozenset()

    def number(self, key: str) -> Number | None:
        """The interval, None while open (or uncountable)."""
        value = self.values.get(key)
        return value if isinstance(value, Number) else None

    def prior(self) -> dict[str, str] | None:
        """Earlier treatments with their outcome, empty for `none`, None while open."""
        value = self.values.get("prior_treatment")
        if isinstance(value, dict):
            return value
        if value == "none":
            return {}
        return None


def parse(answers: Mapping[str, object]) -> Case:
    """Read every answer, or raise `Refused` with all faulty ids."""
    values: dict[str, Value] = {}
    faulty: list[str] = []
    for key, raw in answers.items():
        value = _parse_one(key, raw)
        if value is None:
            faulty.append(str(key))
        else:
            values[key] = value
    if faulty:
        raise Refused(faulty)
    return Case(values)


def _parse_one(key: str, raw: object) -> Value | None:
    if key == "case":
        return _parse_case(raw)
    if isinstance(raw, str) and raw.strip() in OPEN_WORDS:
        known = key in NUMBERS or key in ONE or key in MANY or key == "prior_treatment"
        return raw.strip() if known else None
    if key in ONE:
        return _parse_option(raw, ONE[key])
    if key in MANY:
        return _parse_many(raw, MANY[key])
    if key == "prior_treatment":
        return _parse_prior(raw)
    if key == "lesion_count" and isinstance(raw, str) and raw.strip() == "uncountable":
        return "uncountable"
    if key in NUMBERS:
        return parse_number(raw, NUMBERS[key])
    return None


def _parse_case(raw: object) -> Value | None:
    # rules 1: text or number, at most 80 characters
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    return "text" if len(str(raw)) <= 80 else None


def _parse_option(raw: object, options: tuple[str, ...]) -> str | None:
    # rules 1: an unquoted yes/no is the option of that name, elsewhere refused
    if raw is False:
        return "no" if "no" in options else None
    if raw is True:
        return "yes" if "yes" in options else None
    if isinstance(raw, str) and raw.strip() in options:
        return raw.strip()
    return None


def _parse_many(raw: object, options: tuple[str, ...]) -> frozenset[str] | None:
    # rules 1: a single word is accepted, [] is refused, none stands alone, a repeated option counts once
    items = raw if isinstance(raw, list) else [raw]
    words: set[str] = set()
    for item in items:
        word = _parse_option(item, options)
        if word is None:
            return None
        words.add(word)
    if not words:
        return None
    if "none" in words and len(words) > 1:
        return None
    return frozenset(words)


def _parse_prior(raw: object) -> dict[str, str] | str | None:
    if raw == "none":
        return "none"
    if not isinstance(raw, dict) or not raw:
        return None
    found: dict[str, str] = {}
    for treatment, outcome in raw.items():
        if treatment not in TREATMENTS or outcome not in OUTCOMES:
            return None
        found[str(treatment)] = str(outcome)
    return found


_END = r"([0-9]+(?:\.[0-9]+)?)\s*(%|mm|cm)?"
_PLAIN = re.compile(rf"^{_END}$")
_ABOUT = re.compile(rf"^(?:about|约|~)\s*{_END}$")
_BOUND = re.compile(rf"^(<=|>=|<|>|≤|≥)\s*{_END}$")
_RANGE = re.compile(rf"^{_END}\s*(?:-|–|—|~|至|到|to)\s*{_END}$")


def parse_number(raw: object, limits: Limits) -> Number | None:
    """A number, range, bound or approximation as an interval; None where it is refused."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        if not math.isfinite(raw):
            return None
        return _checked(_point(Fraction(str(raw)), "exact"), limits)
    if isinstance(raw, str):
        number = _from_text(_half_width(raw).strip().lower(), limits)
        return None if number is None else _checked(number, limits)
    return None


def _half_width(text: str) -> str:
    full = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    full[0x3000] = 0x20
    return text.translate(full)


def _point(value: Fraction, kind: str) -> Number:
    return Number(value, value, kind=kind)


def _from_text(text: str, limits: Limits) -> Number | None:
    if match := _PLAIN.match(text):
        value = _end(match[1], match[2], limits)
        return None if value is None else _point(value, "exact")
    if limits.plain:  # rules 1: cga_upper_limit is a plain number
        return None
    if match := _ABOUT.match(text):
        value = _end(match[1], match[2], limits)
        return None if value is None else _point(value, "approximation")
    if match := _BOUND.match(text):
        value = _end(match[2], match[3], limits)
        return None if value is None else _bound(match[1], value, limits)
    if match := _RANGE.match(text):
        # a unit written once holds for both ends
        low = _end(match[1], match[2] or match[4], limits)
        high = _end(match[3], match[4] or match[2], limits)
        if low is None or high is None:
            return None
        return Number(low, high, kind="range")
    return None


def _end(digits: str, unit: str | None, limits: Limits) -> Fraction | None:
    value = Fraction(digits)
    if unit is None:
        return value
    if unit == "%":
        return value if limits.unit == "percent" else None
    if limits.unit != "length":
        return None
    return value / 10 if unit == "mm" else value


def _bound(sign: str, value: Fraction, limits: Limits) -> Number | None:
    if value < limits.low or value > limits.high:
        return None
    closed = sign in ("<=", ">=", "≤", "≥")
    if sign in ("<", "<=", "≤"):
        return Number(limits.low, value, limits.low_closed, closed, "bound")
    return Number(value, limits.high, closed, True, "bound")


def _checked(number: Number, limits: Limits) -> Number | None:
    if limits.whole:
        whole = _as_whole(number)
        if whole is None:
            return None
        number = whole
    if number.lo > number.hi:  # rules 1: reversed, or nothing left of a bound
        return None
    if number.lo == number.hi and not (number.lo_closed and number.hi_closed):
        return None
    if number.lo < limits.low or number.hi > limits.high:
        return None
    if number.lo == limits.low and number.lo_closed and not limits.low_closed:
        return None
    return number


def _as_whole(number: Number) -> Number | None:
    # rules 1: no fraction in a count; rules 8, row rfa: ">4" is 5 or more
    if number.lo.denominator != 1 or number.hi.denominator != 1:
        return None
    low = number.lo if number.lo_closed else number.lo + 1
    high = number.hi if number.hi_closed else number.hi - 1
    return Number(low, high, kind=number.kind)
