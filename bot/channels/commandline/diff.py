"""`diff`: what a change of the knowledge does, before it is merged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from bot.channels.commandline.assess import Format
from bot.channels.commandline.screens import Name, Shown, changed_lines, shown
from bot.channels.commandline.versions import Version
from bot.render.clauses import clause
from bot.render.paths import Path, path_of
from bot.render.regions import inputs, plainly, written
from bot.render.renderer import TEMPLATES, TemplateRenderer
from flows.authoring.changes import Kind, RuleChange, TextChange
from flows.authoring.difference import CaseChange, Changed, Difference, difference
from flows.authoring.spelling import spelt
from flows.authoring.spread import Findings, Spread
from flows.knowledge.loader import Knowledge
from flows.rules.tables import Row

SAME, CHANGED = 0, 1
FEW, SOME, MANY = 6, 12, 40
"""How many of a kind the text shows; the data hold all."""
_Group = tuple[tuple[str, tuple[str, ...]], list[str]]
"""A language and lines, and the screens that have them in common."""


@dataclass(frozen=True, slots=True)
class Screens:
    """What differs between the screens of two versions.

    Attributes:
        changed: the screens with another text, each with its lines.
        compared: how many there are.
        present: the versions whose templates did not fit this program.
        lacking: the screens of the newer version that its templates cannot speak, each with what they lack.
    """

    changed: Mapping[Name, list[str]]
    compared: int
    present: tuple[str, ...]
    lacking: Mapping[Name, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions and what differs between them."""

    old: Version
    new: Version
    found: Difference
    screens: Screens


def diff(old: Version, new: Version, form: Format, language: str, out: TextIO) -> int:
    """Prints what differs between two versions, as ``text`` or as one JSON object.

    Returns:
        0 where no conclusion changes, else 1.
    """
    one = Compared(old, new, difference(old.knowledge, new.knowledge), screens(old, new))
    if form is Format.TEXT:
        out.writelines(f"{block}\n\n" for block in _Text(one, language).blocks())
    else:
        json.dump(_data(one), out, ensure_ascii=False, indent=2)
        out.write("\n")
    return CHANGED if one.found.conclusions else SAME


def screens(old: Version, new: Version) -> Screens:
    """The screens that read otherwise."""
    (before, own_before), (after, own_after) = _shown(old), _shown(new)
    names = dict.fromkeys((*before.texts, *after.texts))
    pairs = {name: (before.texts.get(name, ""), after.texts.get(name, "")) for name in names if name not in after.lacking}
    changed = {name: changed_lines(*pair) for name, pair in pairs.items() if pair[0] != pair[1]}
    present = tuple(version.name for version, own in ((old, own_before), (new, own_after)) if not own)
    return Screens(changed, len(names), present, after.lacking)


def _shown(version: Version) -> tuple[Shown, bool]:
    """The screens of a version, and whether its own templates could speak them."""
    try:
        own = shown(version.knowledge, TemplateRenderer(version.knowledge, None, version.templates))
    except Exception:  # noqa: BLE001 - templates of another time may ask for anything that this program no longer has
        own = None
    if own is not None and (not own.lacking or version.templates == TEMPLATES):
        return own, True
    present = shown(version.knowledge, TemplateRenderer(version.knowledge, None))
    return (present, False) if own is None or len(present.lacking) < len(own.lacking) else (own, True)


# --- as text ------------------------------------------------------------------------------------------------------


class _Text:
    """Speaks a comparison, part by part; answers are called as the newer version calls them, where it still has them."""

    def __init__(self, one: Compared, language: str) -> None:
        self.one, self.language, self.found = one, language, one.found
        self.old, self.new = one.old.knowledge, one.new.knowledge
        self.voices = {known: TemplateRenderer(known, None) for known in (self.old, self.new)}
        self.facts = frozenset((*self.old.base.facts, *self.new.base.facts))

    def _say(self, macro: str, known: Knowledge | None = None, **params: Any) -> str:
        return self.voices[known or self.new].words(f"diff.{macro}", self.language, **params)

    def _knowing(self, answers: Iterable[str]) -> Knowledge:
        """The newer version, or the older one where only that has all these answers."""
        return self.new if frozenset(answers) - self.facts <= self.new.fields.keys() else self.old

    def blocks(self) -> Iterator[str]:
        """The summary, then every part that has something to say."""
        yield self._say("summary", d=self._summary())
        spreads = [each for one in self.found.regions for each in one.spreads]
        yield from self._part("rules", self.found.rules, MANY, lambda change: self._say("rule", r=self._rule(change)))
        yield from self._part("models", _alike(self.found.models), MANY, self._case)
        yield from self._part("near", _alike(self.found.near), FEW, self._case)
        yield from self._part("regions", spreads, SOME, self._spread)
        carried = list(self.found.carried.items())
        yield from self._part("carried", carried, SOME, lambda pair: self._say("carried", c={"path": self._path(pair[0]), "count": pair[1]}))
        yield from self._part("texts", self.found.texts, MANY, self._texts)
        yield from self._part("lacking", _grouped(self.one.screens.lacking), SOME, lambda group: self._say("screen", s=self._group(group)))
        yield from self._part("screens", _grouped(self.one.screens.changed), SOME, lambda group: self._say("screen", s=self._group(group)))

    def _part(self, name: str, entries: Sequence[Any], most: int, speak: Callable[[Any], str]) -> Iterator[str]:
        if not entries:
            return
        yield self._say("heading", name=name)
        yield "\n".join(speak(entry).replace("\n", "\n   ") for entry in entries[:most])
        if len(entries) > most:
            yield self._say("more", count=len(entries) - most)

    def _summary(self) -> Mapping[str, Any]:
        found = self.found
        return {
            "old": self.one.old.name,
            "new": self.one.new.name,
            "nothing": found.nothing and not self.one.screens.changed,
            "conclusions": found.conclusions,
            "models": len(found.models),
            "near": len(found.near),
            "compared": found.compared,
            "facts": len({one.fact for one in found.regions if one.spreads}),
            "left": [one.fact for one in found.regions if not one.whole],
            "rules": len(found.rules),
            "texts": len(found.texts),
            "screens": len(self.one.screens.changed),
            "screens_compared": self.one.screens.compared,
            "present_templates": self.one.screens.present,
            "lacking": len(self.one.screens.lacking),
        }

    def _path(self, name: str) -> Path:
        return path_of(name, self.facts)

    def _rule(self, change: RuleChange) -> Mapping[str, Any]:
        rows = [(change.old, self.old), (change.new, self.new)]
        old, new = (self._say("row", known, fact=change.fact, r=self._row(change.fact, row, known)) if row else "" for row, known in rows)
        return {"id": change.id, "fact": change.fact, "kind": change.kind, "parts": change.parts, "old": old, "new": new}

    @staticmethod
    def _row(fact: str, row: Row, known: Knowledge) -> Mapping[str, Any]:
        when, why = clause(row.when, known), Path(fact, fact, "reasons")
        return {"when": when, "why": why, "value": row.value or row.id, "reasons": row.reasons, "cite": row.cite, "layer": row.layer}

    def _case(self, group: tuple[Changed, list[str]]) -> str:
        changed, names = group
        pairs = [self._outcome(name, old, new) for name, (old, new) in changed.items()]
        return self._say("case", c={"ids": names[:SOME], "others": len(names) - len(names[:SOME]), "changed": pairs})

    def _outcome(self, name: str, old: tuple[str, ...], new: tuple[str, ...]) -> Mapping[str, Any]:
        """How a conclusion was and is; of a list only what it lost and gained."""
        gone, come = [word for word in old if word not in new], [word for word in new if word not in old]
        listed = max(len(old), len(new)) > 1 and bool(gone or come)
        return {"path": self._path(name), "old": old, "new": new, "listed": listed, "gone": gone, "come": come}

    def _spread(self, one: Spread) -> str:
        known = self._knowing(name for place in one.places[:FEW] for name in (*place.where, *(place.patient or ())))
        places = [{"where": inputs(place.where, known), "patient": place.patient} for place in one.places[:FEW]]
        said = {
            "path": Path(one.fact, one.fact),
            "why": Path(one.fact, one.fact, "reasons"),
            "old": one.before[0],
            "new": one.after[0],
            "old_reasons": one.before[1],
            "new_reasons": one.after[1],
            "places": places,
        }
        text = self._say("spread", known, s=said)
        return text if len(one.places) <= FEW else f"{text}\n{self._say('more', count=len(one.places) - FEW)}"

    def _texts(self, change: TextChange) -> str:
        whole = change.kind is Kind.CHANGED  # of what came or went, its wording is enough
        parts = [(name, *pair) for name, pair in change.parts.items() if whole or name.endswith(f".{self.language}")]
        return self._say("text", t={"group": change.group, "id": change.id, "kind": change.kind, "parts": parts[:SOME]})

    @staticmethod
    def _group(group: _Group) -> Mapping[str, Any]:
        (language, lines), names = group
        return {"name": names[0], "others": len(names) - 1, "language": language, "lines": lines[:FEW]}


def _alike(cases: Iterable[CaseChange]) -> list[tuple[Changed, list[str]]]:
    """Cases with the same changes together."""
    groups: dict[str, tuple[Changed, list[str]]] = {}
    for each in cases:
        groups.setdefault(repr(each.changed), (each.changed, []))[1].append(each.case.id)
    return list(groups.values())


def _grouped(screens: Mapping[Name, str | list[str]]) -> list[_Group]:
    """Screens with the same lines together."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (name, language), lines in screens.items():
        groups.setdefault((language, (lines,) if isinstance(lines, str) else tuple(lines)), []).append(name)
    return list(groups.items())


# --- as data ------------------------------------------------------------------------------------------------------


def _data(one: Compared) -> Mapping[str, Any]:
    found = one.found
    return {
        "old": one.old.name,
        "new": one.new.name,
        "conclusions_change": found.conclusions,
        "rules": [_rule(change) for change in found.rules],
        "texts": [{"kind": each.kind, "group": each.group, "id": each.id, "parts": each.parts} for each in found.texts],
        "model_cases": {"compared": found.compared[0], "changed": _cases(found.models)},
        "near_cases": {"compared": found.compared[1], "changed": _cases(found.near)},
        "regions": [_region(each, one.new.knowledge) for each in found.regions],
        "carried": found.carried,
        "screens": {
            "compared": one.screens.compared,
            "changed": [{"name": name, "language": language, "lines": lines} for (name, language), lines in one.screens.changed.items()],
            "lacking": [{"name": name, "language": language, "lacks": lacks} for (name, language), lacks in one.screens.lacking.items()],
            "templates_of_the_present": one.screens.present,
        },
    }


def _rule(change: RuleChange) -> Mapping[str, Any]:
    old, new = (_row(row) if row else None for row in (change.old, change.new))
    return {"kind": change.kind, "fact": change.fact, "id": change.id, "parts": change.parts, "old": old, "new": new}


def _row(row: Row) -> Mapping[str, Any]:
    return {"value": row.value, "when": spelt(row.when), "reasons": row.reasons, "cite": row.cite, "layer": row.layer, "parts": row.parts}


def _cases(changes: Iterable[CaseChange]) -> list[Mapping[str, Any]]:
    return [{"id": each.case.id, "answers": _answers(each.case.answers), "changed": _changed(each.changed)} for each in changes]


def _answers(answers: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: written(answer) for name, answer in answers.items()}


def _changed(changed: Changed) -> Mapping[str, Any]:
    return {name: {"old": old, "new": new} for name, (old, new) in changed.items()}


def _region(found: Findings, knowledge: Knowledge) -> Mapping[str, Any]:
    spreads = [
        {
            "word": each.word,
            "old": {"value": each.before[0], "reasons": each.before[1]},
            "new": {"value": each.after[0], "reasons": each.after[1]},
            "places": [
                {"where": plainly(place.where, knowledge), "patient": None if place.patient is None else _answers(place.patient)}
                for place in each.places
            ],
        }
        for each in found.spreads
    ]
    return {"fact": found.fact, "whole": found.whole, "looked_at": found.looked, "differences": spreads}
