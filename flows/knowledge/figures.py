"""Finds the figures of a text, in English or Chinese, in one form: 0.3–4.0% and 0.3%~4.0% are the same two figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNITS = {
    "%": "%",
    "mm": r"mm(?![A-Za-z])|毫米",
    "cm": r"cm(?![A-Za-z])|厘米",
    "month": r"个?月|months?\b",
    "year": r"年|岁|years?\b",
    "hour": r"小时|hours?\b",
    "U/L": r"U/L",
    "10000": r"万",
}
_UNIT = r"\s*-?(?:" + "|".join(f"(?:{pattern})" for pattern in _UNITS.values()) + ")"
_LINK = rf"(?P<value>{_NUMBER})(?P<unit>{_UNIT})?(?P<bound>以上|以下)?"
_LINKED = re.compile(_LINK)
_CHAIN = re.compile(rf"(?P<sign>[<>≤≥]\s*)?{_NUMBER}(?:{_UNIT})?(?:以上|以下)?(?:\s*[–~×-]\s*{_NUMBER}(?:{_UNIT})?(?:以上|以下)?)*")
_CHINESE = {sign: value for value, signs in enumerate(("二两", "三", "四", "五", "六", "七", "八", "九", "十"), 2) for sign in signs}
_ENGLISH = {
    **{word: value for value, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)},
    **{word: value for value, word in enumerate("second third fourth fifth sixth seventh".split(), 2)},
}
_ROMAN = {"Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "II": 2, "III": 3, "IV": 4}
_WORDS = (
    (re.compile(rf"[{''.join(_CHINESE)}](?=[种类型级例名个项组步次条重者期倍])|(?<=[之第])[{''.join(_CHINESE)}]"), _CHINESE),
    (re.compile(rf"\b(?:{'|'.join(_ENGLISH)})\b", re.IGNORECASE), _ENGLISH),
    (re.compile(r"[ⅡⅢⅣ]|(?<![A-Za-z])(?:III?|IV)(?![A-Za-z])"), _ROMAN),
)
_NO_FIGURE = re.compile(r"\[\d+\]|(?<![\w.\- ])\d\)|(?<![\d.])1\s*个(?!月)")
"""Marks of references, the numbers of a list, and *one* as an article."""
_CALENDAR = 1900
"""From here on a number before 'year' is a date."""
_ALLOWED = {"以上": frozenset({"以上", "≥", ">"}), "以下": frozenset({"以下", "≤", "<"})}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a text gives it.

    Attributes:
        value: the number.
        unit: percent, mm, cm, month, year, hour, U/L, or nothing for counts, names and grades.
        bound: the sign before it (< > ≤ ≥) or the Chinese word after it (以上 以下), or nothing.
        written: the words of the text.
        at: where it begins, in characters of the text.
    """

    value: float
    unit: str
    bound: str
    written: str
    at: int

    def restates(self, source: Figure) -> bool:
        """Whether this is the figure of a source: same number, same unit, and a bound that says the same."""
        return (self.value, self.unit) == (source.value, source.unit) and self.bound in _ALLOWED.get(source.bound, {source.bound})


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text, in its order.

    Digits count wherever they stand, also in names (Ki-67, 68Ga). Number words count from two on, as *one* is mostly an article;
    Chinese ones only before a measure word. Marks of references such as [12] and the numbers of a list are no figures. The unit at the end of a range
    holds for the whole range.
    """
    plain = _NO_FIGURE.sub(lambda mark: " " * len(mark.group()), "".join(map(_halfwidth, text)))
    found = [*(figure for chain in _CHAIN.finditer(plain) for figure in _chained(chain)), *_worded(plain)]
    return tuple(sorted(found, key=lambda figure: figure.at))


def _halfwidth(character: str) -> str:
    """The plain form of a full-width digit or sign; what would grow longer stays, so that offsets hold."""
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 else character


def _chained(chain: re.Match[str]) -> Iterator[Figure]:
    links = list(_LINKED.finditer(chain.group()))
    last = links[-1]["unit"]
    for link in links:
        value, unit = _measured(float(link["value"].replace(",", "")), link["unit"] or last)
        sign = (chain["sign"] or "").strip() if link is links[0] else ""
        yield Figure(value, unit, sign or link["bound"] or "", link.group().strip(), chain.start() + link.start())


def _measured(value: float, written: str | None) -> tuple[float, str]:
    bare = (written or "").strip().lstrip("-")
    unit = next((name for name, pattern in _UNITS.items() if bare and re.fullmatch(pattern, bare)), "")
    if unit == "10000":
        return value * 10000, ""
    return value, "" if unit == "year" and value >= _CALENDAR else unit


def _worded(text: str) -> Iterator[Figure]:
    for pattern, values in _WORDS:
        for word in pattern.finditer(text):
            yield Figure(float(values[word.group().lower()] if values is _ENGLISH else values[word.group()]), "", "", word.group(), word.start())
