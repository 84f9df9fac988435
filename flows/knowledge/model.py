"""The knowledge as values: what is asked, what the review states, how its gaps are settled, what came later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.rules.fields import Field

Text = Mapping[str, str]
"""A wording by language (``en`` and ``zh``)."""

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written: the file under the knowledge folder and the line, counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in the content: where it is, what is wrong, and how to mend it."""

    place: Place
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.what}. {self.mend}"


@dataclass(frozen=True, slots=True)
class Review:
    """Who signed a statement or rule, on which day, and the last day before it is to be reviewed again (None: not said)."""

    by: str | None = None
    on: date | None = None
    until: date | None = None


UNSIGNED = Review()
"""Nobody has signed it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field, with its label by language."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field with its wording.

    ``core`` is what the rule core knows of it. ``applies`` is when an answer makes sense at all (else it is set aside);
    ``asked`` is when the question is put (an answer that is there counts all the same). ``tell``: words that are a finding without
    its label, and the option or item each means (an item with an outcome right behind it; of a number: its units, which mean nothing more).
    """

    core: Field
    label: Text
    unit: Text
    choices: tuple[Choice, ...]
    items: tuple[Choice, ...]
    quick: tuple[str, ...]
    hear: tuple[str, ...]
    tell: Mapping[str, str]
    applies: str
    asked: str
    question: str
    place: Place

    @property
    def id(self) -> str:
        """The public id of the answer."""
        return self.core.id


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the consultation and the fields it fills, in asking order."""

    id: str
    stage: str
    title: Text
    ask: Text
    help: Text
    cite: tuple[str, ...]
    fields: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the review in our own words."""

    id: str
    section: str
    refs: tuple[int, ...]
    roles: tuple[str, ...]
    flags: tuple[str, ...]
    issues: tuple[str, ...]
    later: tuple[str, ...]
    population: Text
    text: Text
    place: Place
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """An ambiguity (A…) or tension (B…) of the review, and how this project reads it."""

    id: str
    kind: str
    statements: tuple[str, ...]
    later: tuple[str, ...]
    problem: Text
    reading: Text
    place: Place
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class LaterSource:
    """Where a later standard was read, and how (abstract, table, excerpt, secondary)."""

    cite: str
    doi: str | None
    url: str | None
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaterStandard:
    """A standard or study after the review. It never decides a conclusion of the review."""

    id: str
    topic: str
    year: int | None
    sources: tuple[LaterSource, ...]
    statements: tuple[str, ...]
    text: Text
    differs: Text
    place: Place
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A vignette with some answers changed (None removes an answer)."""

    id: str
    title: Text
    change: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Vignette:
    """A model case: its story, its answers as `assess` reads them, and what must follow."""

    id: str
    title: Text
    story: Text
    answers: Mapping[str, Any]
    expect: Mapping[str, Any]
    variants: tuple[Variant, ...] = field(default_factory=tuple)
