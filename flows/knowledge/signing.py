"""Who signed which statements and rules, when, and until when the signature holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from itertools import chain

from flows.knowledge.model import UNSIGNED, Fault, Place, Review
from flows.knowledge.reader import Reader, Record

FILE = "reviews.yaml"
KEYS = ("reviewed_by", "reviewed_on", "review_by")
"""What a statement, a settlement, a later standard or a rule may say of its own review."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One review for every id that fits one of ``patterns`` (``*`` stands for anything)."""

    patterns: tuple[str, ...]
    review: Review
    place: Place

    def fits(self, name: str) -> bool:
        """Whether it holds for an id."""
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)


def signed(record: Record) -> Review | None:
    """The review that a record names for itself; None where it names none."""
    if not any(key in record.block for key in KEYS):
        return None
    by, on, until = record.block.get("reviewed_by"), _day(record, "reviewed_on"), _day(record, "review_by")
    if (by is None) is not (on is None):
        record.fault("reviewed_by" if by else "reviewed_on", "a signature takes a name and a day", "Write both, or null for both")
    if on and until and until < on:
        record.fault("review_by", "the next review lies before the last one", "Mend one of the two days")
    return Review(str(by) if by else None, on, until)


def _day(record: Record, key: str) -> date | None:
    value = record.block.get(key)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        record.fault(key, f"'{value}' is no day", f"Write {key}: YYYY-MM-DD, or null")
        return None


def read_reviews(reader: Reader) -> tuple[Signature, ...]:
    """The reviews of whole groups of ids, in the order in which they count; none where there is no such file."""
    path = reader.root / FILE
    return tuple(_signature(record) for record in reader.records(path)) if path.exists() else ()


def _signature(record: Record) -> Signature:
    record.allow("ids", *KEYS)
    return Signature(record.words("ids", required=True), signed(record) or UNSIGNED, record.place())


class Register:
    """The review of every id.

    Args:
        own: what statements and rules say of themselves; it goes before everything else.
        signatures: the reviews of groups; the first that fits counts.
    """

    def __init__(self, own: Mapping[str, Review], signatures: Iterable[Signature]) -> None:
        self.own, self.signatures = own, tuple(signatures)

    def of(self, name: str) -> Review:
        """The review of an id; unsigned where nothing names it."""
        found = self.own.get(name)
        return found or next((entry.review for entry in self.signatures if entry.fits(name)), UNSIGNED)

    def passed(self, names: Iterable[str], today: date) -> Iterator[tuple[str, date]]:
        """The ids whose day of review lies before ``today``, with that day."""
        for name in names:
            until = self.of(name).until
            if until is not None and until < today:
                yield name, until


def unfitting(signatures: Iterable[Signature], names: Iterable[str]) -> Iterator[Fault]:
    """Patterns that fit no id."""
    known = tuple(names)
    for pattern, place in chain.from_iterable(((pattern, entry.place) for pattern in entry.patterns) for entry in signatures):
        if not any(fnmatchcase(name, pattern) for name in known):
            yield Fault(place, f"no statement or rule fits '{pattern}'", "Mend the pattern, or remove it")
