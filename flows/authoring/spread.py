"""For which patients a changed rule gives another conclusion: the answers are divided only where a difference can still come.

No answer outside the support of a fact can change it, so a branch ends, for every patient in it, once each changed rule is
settled the same way in both versions, or once the fact rests on nothing that is still open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.authoring.boxes import Box, merged
from flows.authoring.changes import RuleChange
from flows.authoring.editions import Where
from flows.authoring.partition import Axis, axis
from flows.authoring.reading import behind, conditions_behind, read_by
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case, Judgement, Outcome, Value
from flows.rules.tables import Shape
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Answer, Open

MOST = 20_000
"""Sets of answers that are looked at for one fact; beyond them the rest is left, and said to be left."""
Said = tuple[Value, tuple[str, ...]]
"""A value with the reasons given for it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Patients for whom a fact is another: how it was, how it is, and their regions."""

    fact: str
    before: Said
    after: Said
    where: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one fact. ``whole``: every patient was looked at."""

    fact: str
    spreads: tuple[Spread, ...]
    looked: int
    whole: bool


def public_facts(knowledge: Knowledge) -> frozenset[str]:
    """The facts that a report shows: those that no other fact needs to reach it, and everything `assess` prints by name."""
    kept = ("classification.", "criteria.", "functional.", "markers.", "imaging.", "treatment.", "cautions.", "transplant.")
    named = {"diagnosis.id", "index_grades", "mass_effect", "sstr.status", "origin.suggests", "next_steps", "contradictions", "red_flags"}
    named |= {"extrahepatic_disease", "prognosis", "follow_up", "background", "later", "path", "ungraded"}
    return frozenset(name for name in knowledge.base.facts if name in named or name.startswith(kept))


def targets(old: Knowledge, new: Knowledge, changes: Sequence[RuleChange]) -> tuple[str, ...]:
    """The nearest facts of the report that rest on a changed rule."""
    shown = public_facts(old) | public_facts(new)
    found: dict[str, None] = {}
    waiting = list(dict.fromkeys(change.fact for change in changes if change.deciding))
    seen = set(waiting)
    while waiting:
        name = waiting.pop(0)
        if name in shown:
            found[name] = None
            continue
        readers = [fact.name for known in (old, new) for fact in known.book.facts if name in read_by(fact)]
        waiting += [reader for reader in dict.fromkeys(readers) if reader not in seen]
        seen.update(readers)
    return tuple(name for name in found if name in old.base.facts and name in new.base.facts)


def spread(old: Knowledge, new: Knowledge, fact: str, changes: Sequence[RuleChange]) -> Findings:
    """For which patients ``fact`` is another."""
    search = _Search(old, new, fact, changes)
    search.look({})
    return Findings(fact, tuple(search.spreads()), search.looked, search.looked <= MOST)


@dataclass(frozen=True, slots=True)
class _Source:
    """A changed rule as both versions judge it. ``shown``: it makes a difference wherever it holds."""

    old: int | None
    new: int | None
    shown: bool
    bands: bool


class _Search:
    def __init__(self, old: Knowledge, new: Knowledge, fact: str, changes: Sequence[RuleChange]) -> None:
        self.old, self.new, self.fact = old, new, fact
        inside = {spec.name for known in (old, new) for spec in behind(known.base.facts, fact)}
        mine = [change for change in changes if change.deciding and change.fact in inside]
        self.anywhere = any(change.old is None and change.new is None for change in mine)
        self.sources = [self._source(change) for change in mine if change.old or change.new]
        self.trees = [tree for known in (old, new) for tree in conditions_behind(known, fact)]
        self.axes: dict[str, Axis] = {}
        self.looked = 0
        self.found: dict[tuple[Said, Said], list[dict[str, int]]] = {}

    def _source(self, change: RuleChange) -> _Source:
        shape = next(known.base.facts[change.fact].shape for known in (self.new, self.old) if change.fact in known.base.facts)
        nodes = [row and known.base.compile(row.when) for row, known in ((change.old, self.old), (change.new, self.new))]
        return _Source(nodes[0], nodes[1], change.parts != ("when",), shape is Shape.BANDS)

    def look(self, chosen: Mapping[str, int]) -> None:
        """Looks at the patients with the chosen regions, and keeps those for whom the fact is another."""
        self.looked += 1
        if self.looked > MOST:
            return
        answers = {name: self._axis(name).regions[place].answer for name, place in chosen.items()}
        given = {name: answer for name, answer in answers.items() if answer is not Open.MISSING}
        cases = self.old.case(given), self.new.case(given)
        live = self._live(*cases, chosen)
        if live is None:
            return
        outcomes = [case.fact(self.fact) for case in cases]
        open_names = _open(cases, [outcome.because | outcome.missing for outcome in outcomes], chosen)
        if not open_names:
            self._keep(outcomes[0], outcomes[1], chosen)
            return
        field = next((name for name in open_names if name in live), open_names[0])
        for place in range(len(self._axis(field).regions)):
            self.look({**chosen, field: place})

    def _live(self, old: Case, new: Case, chosen: Mapping[str, int]) -> frozenset[str] | None:
        """The answers that changed rules still wait for; None where none of them can make a difference any more."""
        waiting: set[str] = set()
        live = self.anywhere
        for source in self.sources:
            judged = [case.judge(node) if node is not None else None for case, node in ((old, source.old), (new, source.new))]
            names = _open((old, new), [found[2] if found else 0 for found in judged], chosen)
            waiting.update(names)
            live = live or bool(names) or _matters(source, *judged)
        return frozenset(waiting) if live else None

    def _axis(self, field: str) -> Axis:
        found = self.axes.get(field)
        if found is None:
            found = self.axes[field] = axis([self.old, self.new], field, self.trees)
        return found

    def _keep(self, old: Outcome, new: Outcome, chosen: Mapping[str, int]) -> None:
        before, after = said(old), said(new)
        if before != after:
            self.found.setdefault((before, after), []).append(dict(chosen))

    def spreads(self) -> Iterator[Spread]:
        """What was found, with regions put together."""
        for (before, after), choices in self.found.items():
            names = [name for name in self.axes if any(name in chosen for chosen in choices)]
            boxes = merged(tuple(self._places(name, chosen) for name in names) for chosen in choices)
            yield Spread(self.fact, before, after, tuple(self._where(names, box) for box in boxes))

    def _places(self, name: str, chosen: Mapping[str, int]) -> frozenset[int]:
        return frozenset((chosen[name],)) if name in chosen else frozenset(range(len(self.axes[name].regions)))

    def _where(self, names: Sequence[str], box: Box) -> Where:
        pairs = [(self.axes[name], places) for name, places in zip(names, box, strict=True)]
        return {
            one.field: tuple(one.regions[place] for place in sorted(places)) for one, places in pairs if len(places) < len(one.regions)
        }


def _open(cases: tuple[Case, Case], bits: Sequence[int], chosen: Mapping[str, int]) -> tuple[str, ...]:
    names = dict.fromkeys(name for case, held in zip(cases, bits, strict=True) for name in case.base.names(held))
    return tuple(name for name in names if name not in chosen)


def _matters(source: _Source, old: Judgement | None, new: Judgement | None) -> bool:
    """Whether a settled rule makes a difference."""
    truths = [judged[0] for judged in (old, new) if judged is not None]
    if len(set(truths)) > 1:
        return True
    return source.shown and (truths[0] is TRUE or (source.bands and truths[0] is not FALSE))


def said(outcome: Outcome) -> Said:
    """What an outcome says: its value and its reasons."""
    return outcome.value, tuple(dict.fromkeys(reason for row in outcome.rows for reason in row.reasons))


def patient(where: Where) -> dict[str, Answer]:
    """One patient of a region: the answers that stand for it; ``Open.MISSING`` where it has none."""
    return {name: regions[0].answer for name, regions in where.items()}
