"""Reads what people call conclusions and their values when they ask back about them, and finds what is wrong with those records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.knowledge.model import Fault, Place
from flows.knowledge.reader import Reader

FILE = "names.yaml"
TREATMENT = "treatment"


@dataclass(frozen=True, slots=True)
class Named:
    """What people say for a fact, a part of the report, or (``of`` is ``treatment``) what all treatments share; and for its values."""

    of: str
    say: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    place: Place


def read_names(reader: Reader) -> tuple[Named, ...]:
    """The records of names, in the order of the file; none where there is no such file."""
    path = reader.root / FILE
    found = []
    for record in reader.records(path) if path.exists() else ():
        record.allow("of", "say", "values")
        values = {}
        for value, words in record.mapping("values").items():
            if not isinstance(words, list) or not words:
                record.fault("values", f"'{value}' has no words", f"Write {value}: [ … ]")
            else:
                values[value] = tuple(map(str, words))
        found.append(Named(record.word("of"), record.words("say", required=True), values, record.place()))
    return tuple(found)


def unknown_names(names: tuple[Named, ...], facts: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """Names for values that their fact does not have. ``facts`` are the words of every fact."""
    for one in names:
        shared = frozenset().union(*(words for fact, words in facts.items() if fact.startswith(f"{TREATMENT}.")))
        known = shared if one.of == TREATMENT else facts.get(one.of, frozenset())
        for value in one.values:
            if value not in known:
                yield Fault(one.place, f"'{value}' is no value of '{one.of}'", "Use a value that a rule gives")
