"""Reads what conclusions rest on: statements of the review, settlements, later standards, and the model vignettes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flows.knowledge.model import LaterSource, LaterStandard, Settlement, Statement, Variant, Vignette
from flows.knowledge.reader import Reader, Record
from flows.knowledge.signing import KEYS, signed

ROLES = (
    *("classification", "criterion", "finding", "caveat", "differential", "indication", "contraindication"),
    *("adverse_effect", "outcome", "gap", "teaching", "editorial"),
)
FLAGS = ("ambiguous", "inconsistent", "borrowed", "outdated")
READ = ("abstract", "table", "excerpt", "secondary")
TOPICS = (
    *("classification", "markers", "imaging", "origin", "outcome"),
    *("local_treatment", "transplantation", "systemic_treatment", "guidance"),
)
_Entry = TypeVar("_Entry", Statement, Settlement, LaterStandard, Vignette)


def read_statements(reader: Reader) -> Mapping[str, Statement]:
    """The review's statements, in the order of its sections."""
    found: dict[str, Statement] = {}
    for path in reader.files("statements"):
        for record in reader.records(path):
            _keep(record, found, _statement(record))
    return dict(sorted(found.items(), key=lambda pair: _order(pair[0])))


def _order(name: str) -> tuple[tuple[int, ...], int]:
    section, _, number = name.lstrip("RABU").partition("-")
    parts = tuple(int(part) for part in section.split(".") if part.isdigit())
    return parts, int(number) if number.isdigit() else 0


def _keep(record: Record, found: dict[str, _Entry], entry: _Entry) -> None:
    if entry.id in found:
        record.fault("id", f"'{entry.id}' is defined twice", "Keep one")
    found[entry.id] = entry


def _known(record: Record, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    words = record.words(key)
    for word in words:
        if word not in allowed:
            record.fault(key, f"'{word}' is not a known {key}", f"Use one of: {', '.join(allowed)}")
    return words


def _statement(record: Record) -> Statement:
    record.allow("id", "section", "refs", "role", "flags", "issues", "later", "population", "en", "zh", *KEYS)
    flags = _known(record, "flags", FLAGS)
    return Statement(
        id=record.word("id"),
        section=record.word("section"),
        refs=record.numbers("refs"),
        roles=_known(record, "role", ROLES),
        flags=flags,
        issues=record.words("issues"),
        later=record.words("later"),
        population=record.text("population", required="borrowed" in flags),
        text=record.text(None),
        place=record.place(),
        review=signed(record),
    )


def read_settlements(reader: Reader) -> Mapping[str, Settlement]:
    """Ambiguities (A…) and tensions (B…) with their readings."""
    found: dict[str, Settlement] = {}
    for record in reader.records(reader.root / "settlements.yaml"):
        record.allow("id", "kind", "statements", "later", "problem", "reading", *KEYS)
        entry = Settlement(
            id=record.word("id"),
            kind=record.word("kind", ("settlement", "tension")),
            statements=record.words("statements"),
            later=record.words("later"),
            problem=record.text("problem"),
            reading=record.text("reading"),
            place=record.place(),
            review=signed(record),
        )
        _keep(record, found, entry)
    return found


def read_later(reader: Reader) -> Mapping[str, LaterStandard]:
    """Later standards, in the order of their numbers."""
    found: dict[str, LaterStandard] = {}
    for path in reader.files("later"):
        for record in reader.records(path):
            _keep(record, found, _later(record))
    return dict(sorted(found.items(), key=lambda pair: (int("".join(filter(str.isdigit, pair[0]))), pair[0])))


def _later(record: Record) -> LaterStandard:
    record.allow("id", "topic", "year", "sources", "statements", "text", "differs", *KEYS)
    year = record.block.get("year")
    return LaterStandard(
        id=record.word("id"),
        topic=record.word("topic", TOPICS),
        year=year if isinstance(year, int) else None,
        sources=tuple(_source(inner) for inner in record.inner("sources")),
        statements=record.words("statements"),
        text=record.text("text"),
        differs=record.text("differs"),
        place=record.place(),
        review=signed(record),
    )


def _source(record: Record) -> LaterSource:
    record.allow("cite", "doi", "url", "read")
    doi, url = record.block.get("doi"), record.block.get("url")
    return LaterSource(record.word("cite"), str(doi) if doi else None, str(url) if url else None, _known(record, "read", READ))


def read_vignettes(reader: Reader) -> Mapping[str, Vignette]:
    """The model cases with their variants."""
    found: dict[str, Vignette] = {}
    for record in reader.records(reader.root / "vignettes.yaml"):
        record.allow("id", "title", "story", "answers", "expect", "variants")
        entry = Vignette(
            id=record.word("id"),
            title=record.text("title"),
            story=record.text("story"),
            answers=record.mapping("answers"),
            expect=record.mapping("expect"),
            variants=tuple(_variant(inner) for inner in record.inner("variants")),
        )
        _keep(record, found, entry)
    return found


def _variant(record: Record) -> Variant:
    record.allow("id", "title", "change", "expect")
    return Variant(
        record.word("id"), record.text("title"), record.mapping("change"), record.mapping("expect")
    )
