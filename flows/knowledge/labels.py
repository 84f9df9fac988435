"""Checks that the wording of an option is its own: no other option's wording holds more of its id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from flows.knowledge.model import Choice, Fault, FieldSpec

STEM = 4


def audit(fields: Iterable[FieldSpec]) -> Iterator[Fault]:
    """Every option whose id stands in the English wording of another option rather than in its own."""
    for spec in fields:
        for choices in (spec.choices, spec.items):
            for choice, other in _confused(choices):
                what = f"the option '{choice.id}' of {spec.id} reads '{choice.label['en']}', and '{other.id}' reads '{other.label['en']}'"
                yield Fault(spec.place, what, "Give each option its own wording")


def _confused(choices: Sequence[Choice]) -> Iterator[tuple[Choice, Choice]]:
    for choice in choices:
        for other in choices:
            if choice is not other and _fits(choice, other) > _fits(choice, choice) and _fits(other, other) <= _fits(other, choice):
                yield choice, other


def _fits(choice: Choice, worded: Choice) -> int:
    """How many words of an option's id a wording holds, by their beginnings."""
    text = worded.label["en"].lower()
    return sum(bool(re.search(rf"\b{re.escape(word[:STEM])}", text)) for word in choice.id.lower().split("_"))
