"""What was changed in the knowledge: rules by their ids, and wordings by the id of what they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from flows.knowledge.loader import Knowledge
from flows.knowledge.model import Place
from flows.rules.tables import FactSpec, Row

ROW_PARTS = ("value", "when", "reasons", "cite", "layer", "parts")
FACT_PARTS = ("shape", "of", "order", "fallback", "gather", "cite", "layer")
DECIDING = ("value", "when", "reasons", "order", "shape", "of", "fallback", "gather")
"""Parts of a rule that can change a conclusion; the others change what it rests on."""
GROUPS = ("questions", "fields", "statements", "settlements", "later", "vignettes", "editions")


class Kind(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that is not the same. ``parts`` names what differs (``order``: it stands elsewhere among the rows).

    ``id`` is a row's, or a fact's where the fact itself changed; then both rows are None.
    """

    kind: Kind
    fact: str
    id: str
    parts: tuple[str, ...] = ()
    old: Row | None = None
    new: Row | None = None

    @property
    def deciding(self) -> bool:
        """Whether it can change a conclusion."""
        return self.kind is not Kind.CHANGED or bool(set(self.parts) & set(DECIDING))


@dataclass(frozen=True, slots=True)
class TextChange:
    """An entry that is not the same: for each part that differs, how it was and how it is (empty: not there)."""

    kind: Kind
    group: str
    id: str
    parts: Mapping[str, tuple[str, str]]


def rule_changes(old: Knowledge, new: Knowledge) -> list[RuleChange]:
    """Every rule that was added, removed or changed, in the order of the facts."""
    before, after = old.base.facts, new.base.facts
    found: list[RuleChange] = []
    for name in dict.fromkeys((*before, *after)):
        found += _fact_changes(name, before.get(name), after.get(name))
    return found


def _fact_changes(name: str, old: FactSpec | None, new: FactSpec | None) -> Iterator[RuleChange]:
    if old is None or new is None:
        yield RuleChange(Kind.ADDED if old is None else Kind.REMOVED, name, name)
        return
    parts = tuple(part for part in FACT_PARTS if getattr(old, part) != getattr(new, part))
    if parts:
        yield RuleChange(Kind.CHANGED, name, name, parts)
    before, after = ({row.id: row for row in fact.rows} for fact in (old, new))
    moved = _moved(list(before), list(after))
    for row in dict.fromkeys((*before, *after)):
        change = _row_change(name, before.get(row), after.get(row), moved=row in moved)
        if change is not None:
            yield change


def _row_change(fact: str, old: Row | None, new: Row | None, *, moved: bool) -> RuleChange | None:
    match old, new:
        case None, Row(id=name):
            return RuleChange(Kind.ADDED, fact, name, new=new)
        case Row(id=name), None:
            return RuleChange(Kind.REMOVED, fact, name, old=old)
        case _:
            parts = [part for part in ROW_PARTS if getattr(old, part) != getattr(new, part)] + ["order"] * moved
            return RuleChange(Kind.CHANGED, fact, old.id, tuple(parts), old, new) if old and parts else None


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The rows in both that stand in another order; as few as possible."""
    ours, theirs = [row for row in before if row in after], [row for row in after if row in before]
    kept = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    still = {row for block in kept for row in ours[block.a : block.a + block.size]}
    return frozenset(ours) - still


def text_changes(old: Knowledge, new: Knowledge) -> list[TextChange]:
    """Every question, answer, source, model case or later naming that was added, removed or changed."""
    found: list[TextChange] = []
    for group in GROUPS:
        before, after = (getattr(knowledge, group) for knowledge in (old, new))
        for name in dict.fromkeys((*before, *after)):
            parts = _different(_flat(before.get(name)), _flat(after.get(name)))
            if parts:
                kind = Kind.ADDED if name not in before else Kind.REMOVED if name not in after else Kind.CHANGED
                found.append(TextChange(kind, group, name, parts))
    return found


def _different(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    names = dict.fromkeys((*old, *new))
    return {name: (old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)}


def _flat(value: Any, path: str = "") -> dict[str, str]:
    """Every part of an entry as text, by its path; where it is written does not count."""
    if value is None or isinstance(value, Place):
        return {}
    if is_dataclass(value) and not isinstance(value, type):
        value = {part.name: getattr(value, part.name) for part in fields(value)}
    if isinstance(value, Mapping):
        return _joined(value.items(), path)
    if isinstance(value, list | tuple):
        if all(isinstance(item, str | int | float) for item in value):
            return {path: ", ".join(map(str, value))}
        return _joined(((getattr(item, "id", place), item) for place, item in enumerate(value)), path)
    return {path: str(value)}


def _joined(pairs: Any, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, inner in pairs:
        found.update(_flat(inner, f"{path}.{name}" if path else str(name)))
    return found
