"""Reads what later standards call a tumour, and finds what is wrong with those records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.knowledge.model import Fault, Place, Text
from flows.knowledge.reader import Reader, Record
from flows.rules.expressions import Constant, Expression, ExpressionError, parse

FILE = "editions.yaml"


@dataclass(frozen=True, slots=True)
class Naming:
    """One row of a standard: where it holds, the name it gives, and where the review says the same.

    ``silent`` rows name nothing; ``cite`` names later standards, and tensions that bear on them.
    """

    id: str
    name: str
    when: Expression
    same: Expression
    silent: bool
    cite: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Edition:
    """A later standard that names tumours.

    Attributes:
        id: what it is called in the data.
        title: its wording by language.
        sources: the later standards it was read from.
        beside: the facts of the review that stand next to its names; all but the first only beside these values of the first
            (none: always).
        over: the answers whose regions are gone through, with the options to keep to (none: all).
        names: the wording of every name.
        rows: read from top to bottom; the first that holds names.
    """

    id: str
    title: Text
    sources: tuple[str, ...]
    beside: Mapping[str, tuple[str, ...]]
    over: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Text]
    rows: tuple[Naming, ...]
    place: Place


def read_editions(reader: Reader) -> Mapping[str, Edition]:
    """The later standards that name tumours, by id; none where there is no such file."""
    path = reader.root / FILE
    found: dict[str, Edition] = {}
    for record in reader.records(path) if path.exists() else ():
        entry = _edition(record)
        if entry.id in found:
            record.fault("standard", f"'{entry.id}' is defined twice", "Keep one")
        found[entry.id] = entry
    return found


def _edition(record: Record) -> Edition:
    record.allow("standard", "title", "sources", "beside", "over", "names", "rows")
    names = {inner.word("id"): inner.text(None) for inner in record.inner("names")}
    return Edition(
        id=record.word("standard"),
        title=record.text("title"),
        sources=record.words("sources", required=True),
        beside=_lists(record, "beside"),
        over=_lists(record, "over"),
        names=names,
        rows=tuple(_naming(inner, tuple(names)) for inner in record.inner("rows")),
        place=record.place(),
    )


def _lists(record: Record, key: str) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(map(str, words or ())) for name, words in record.mapping(key).items()}


def _naming(record: Record, names: tuple[str, ...]) -> Naming:
    record.allow("id", "name", "when", "same", "silent", "cite")
    return Naming(
        id=record.word("id"),
        name=record.word("name", names),
        when=_condition(record, "when"),
        same=_condition(record, "same", "never"),
        silent=record.block.get("silent") is True,
        cite=record.words("cite", required=True),
        place=record.place(),
    )


def _condition(record: Record, key: str, default: str | None = None) -> Expression:
    try:
        return parse(record.word(key, default=default))
    except ExpressionError as error:
        record.fault(key, f"the condition cannot be read: {error}", "Mend the condition")
        return Constant(False)


def citations(editions: Mapping[str, Edition]) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    """Who cites what: the place, what stands there, and the ids."""
    for edition in editions.values():
        yield edition.place, f"standard {edition.id}", edition.sources
        for row in edition.rows:
            yield row.place, f"naming {row.id}", row.cite


def open_ended(editions: Mapping[str, Edition]) -> Iterator[Fault]:
    """Standards whose last row does not always hold: some patients would get no answer."""
    for edition in editions.values():
        if not edition.rows or edition.rows[-1].when != Constant(True):
            yield Fault(edition.place, f"the last row of '{edition.id}' does not always hold", "End with a row 'when: always'")
