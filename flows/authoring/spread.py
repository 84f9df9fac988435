"""For which patients a changed rule gives another conclusion: its inputs are divided only where a difference can still come.

No input outside the support of a fact can change it, so a branch ends, for every patient in it, once each changed rule is
settled the same way in both versions, or once the fact rests on nothing that is still open. Unchanged facts are inputs like
answers; a region in which no patient can be is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.authoring.boxes import Box, merged
from flows.authoring.changes import RuleChange
from flows.authoring.inputs import Inputs, inputs_of, wanted
from flows.authoring.reading import behind, read_by
from flows.authoring.told import public_facts
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case, Judgement
from flows.rules.expressions import Every, Is, names_in
from flows.rules.tables import Row, Shape
from flows.rules.truth import FALSE, TRUE, UNKNOWN
from flows.rules.values import Answers, Open
from flows.whatif.change import applied
from flows.whatif.partition import Axis, Region
from flows.whatif.smallest import smallest_change

MOST = 20_000
"""Combinations of inputs that are looked at for one fact; beyond them the rest is left, and said to be left."""
MOST_PATIENTS = 24
"""Regions of one difference for which a patient is looked for."""
PATH = "path"
ON_PATH = ("treatment.", "cautions.", "transplant.", "next_steps", "prognosis", "follow_up")
"""Facts that the report shows only of cases that may be a PHNEN."""
Said = tuple[tuple[str, ...], tuple[str, ...]]
"""The words of a value, and the reasons given for it."""
Where = Mapping[str, tuple[Region, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """A region of patients by their inputs, and one of them (None: no one was looked for)."""

    where: Where
    patient: Answers | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Patients for whom a fact is another: how it was, how it is, and their regions. ``word``: the word it gained or lost."""

    fact: str
    word: str | None
    before: Said
    after: Said
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one fact. ``whole``: every combination of inputs was covered by the ``looked`` ones."""

    fact: str
    spreads: tuple[Spread, ...]
    looked: int
    whole: bool


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
    deciding = [change for change in changes if change.deciding]
    inputs = inputs_of((old, new), fact, [change.fact for change in deciding])
    searches = [_Search(inputs, fact, word, deciding) for word in _watched(old, new, fact, deciding)]
    found = [one for search in searches for one in search.spreads()]
    return Findings(fact, tuple(found), sum(search.looked for search in searches), all(search.looked <= MOST for search in searches))


def _watched(old: Knowledge, new: Knowledge, fact: str, changes: Sequence[RuleChange]) -> list[str | None]:
    """The words that a collecting fact may gain or lose, each to be looked at by itself; None for the value as a whole."""
    specs = [known.base.facts[fact] for known in (old, new)]
    own = {change.id for change in changes}
    if any(spec.shape is not Shape.COLLECT for spec in specs) or fact in own:
        return [None]
    changed = {change.fact for change in changes} - {fact}
    rows = [(known, row) for known, spec in zip((old, new), specs, strict=True) for row in spec.rows]
    touched = [row for known, row in rows if row.id in own or _behind(known, row) & changed]
    return list(dict.fromkeys(row.value or row.id for row in touched))


def _behind(known: Knowledge, row: Row) -> frozenset[str]:
    """The facts that a row rests on."""
    return frozenset(spec.name for name in names_in(row.when) for spec in behind(known.base.facts, name))


@dataclass(frozen=True, slots=True)
class _Source:
    """A changed rule as both versions judge it. ``shown``: it makes a difference wherever it holds."""

    old: int | None
    new: int | None
    shown: bool
    bands: bool


class _Search:
    def __init__(self, inputs: Inputs, fact: str, word: str | None, changes: Sequence[RuleChange]) -> None:
        self.inputs, self.fact, self.word = inputs, fact, word
        mine = [change for change in changes if change.fact in inputs.opened]
        self.anywhere = any(change.old is None and change.new is None for change in mine)
        self.sources = [self._source(change) for change in mine if change.old or change.new]
        self.rows = [self._watching(known) for known in inputs.versions]
        self.axes: dict[str, Axis] = {}
        self.looked = 0
        self.found: dict[tuple[Said, Said], list[dict[str, int]]] = {}
        self._look({})

    def _source(self, change: RuleChange) -> _Source:
        older, newer = self.inputs.versions
        shape = next(known.base.facts[change.fact].shape for known in (newer, older) if change.fact in known.base.facts)
        nodes = [known.base.compile(row.when) if row else None for row, known in ((change.old, older), (change.new, newer))]
        return _Source(nodes[0], nodes[1], change.parts != ("when",), shape is Shape.BANDS)

    def _watching(self, known: Knowledge) -> list[int]:
        return [known.base.compile(row.when) for row in known.base.facts[self.fact].rows if (row.value or row.id) == self.word]

    def _look(self, chosen: Mapping[str, int]) -> None:
        """Looks at the patients with the chosen regions, and keeps those for whom the fact is another."""
        self.looked += 1
        if self.looked > MOST:
            return
        cases = self.inputs.cases({name: self._axis(name).regions[place] for name, place in chosen.items()})
        live = self._live(*cases, chosen)
        if live is None:
            return
        (before, given), (after, taken) = (self._said(case, place) for place, case in enumerate(cases))
        left = self._left(cases, (given, taken), chosen)
        if not left:
            if before != after:
                self.found.setdefault((before, after), []).append(dict(chosen))
            return
        name = next((name for name in left if name in live), left[0])
        for place in range(len(self._axis(name).regions)):
            self._look({**chosen, name: place})

    def _said(self, case: Case, place: int) -> tuple[Said, int]:
        """What the fact says, and what that rests on."""
        if self.word is None:
            outcome = case.fact(self.fact)
            reasons = tuple(dict.fromkeys(reason for row in outcome.rows for reason in row.reasons))
            return (_words(outcome.value), reasons), outcome.because | outcome.missing
        judged = [case.judge(node) for node in self.rows[place]]
        support = sum({bit for one in judged for bit in _bits(one[1] | one[2])})
        held = any(one[0] is TRUE for one in judged)
        return ((self.word,) if held else (), ()), support

    def _live(self, old: Case, new: Case, chosen: Mapping[str, int]) -> frozenset[str] | None:
        """The inputs that changed rules still wait for; None where none of these rules can make a difference any more."""
        waiting: set[str] = set()
        live = self.anywhere
        for source in self.sources:
            judged = [case.judge(node) if node is not None else None for case, node in ((old, source.old), (new, source.new))]
            names = self._left((old, new), [one[2] if one else 0 for one in judged], chosen)
            waiting.update(names)
            live = live or bool(names) or _matters(source, *judged)
        return frozenset(waiting) if live else None

    def _left(self, cases: tuple[Case, Case], bits: Sequence[int], chosen: Mapping[str, int]) -> tuple[str, ...]:
        names = dict.fromkeys(name for case, held in zip(cases, bits, strict=True) for name in self.inputs.names(case, held))
        return tuple(name for name in names if name not in chosen)

    def _axis(self, name: str) -> Axis:
        found = self.axes.get(name)
        if found is None:
            found = self.axes[name] = self.inputs.axis(name)
        return found

    def spreads(self) -> Iterator[Spread]:
        """What was found, with regions put together."""
        for (before, after), choices in self.found.items():
            names = [name for name in self.axes if any(name in chosen for chosen in choices)]
            boxes = merged(tuple(self._regions(name, chosen) for name in names) for chosen in choices)
            places = [self._place(names, box, look=number < MOST_PATIENTS) for number, box in enumerate(boxes)]
            living = tuple(place for place in places if place is not None)
            if living:
                yield Spread(self.fact, self.word, before, after, living)

    def _regions(self, name: str, chosen: Mapping[str, int]) -> frozenset[int]:
        return frozenset((chosen[name],)) if name in chosen else frozenset(range(len(self.axes[name].regions)))

    def _place(self, names: Sequence[str], box: Box, *, look: bool) -> Place | None:
        """A region with a patient; None where its inputs do not occur together."""
        pairs = [(self.axes[name], places) for name, places in zip(names, box, strict=True)]
        narrow = [(one, sorted(places)) for one, places in pairs if len(places) < len(one.regions)]
        where = {one.field: tuple(one.regions[place] for place in places) for one, places in narrow}
        found = patient(self.inputs, where, on_path=self.fact.startswith(ON_PATH)) if look else None
        return Place(where, found) if found is not None or not look else None


def patient(inputs: Inputs, where: Where, *, on_path: bool) -> Answers | None:
    """A patient of a region, with as few answers as it takes; None where there is none.

    ``on_path``: one who may still have a PHNEN, as the report concludes nothing there for others.
    """
    new = inputs.versions[1]
    first = {name: regions[0].answer for name, regions in where.items() if name not in inputs.facts}
    given: Answers = {name: answer for name, answer in first.items() if answer is not Open.MISSING}
    region = wanted(inputs, where)
    changes = smallest_change(new, given, Every((region, Is(PATH, ("on",)))) if on_path and PATH in new.base.facts else region)
    return None if changes is None else applied(given, changes)


def _words(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(sorted(value))  # type: ignore[call-overload] # a set or tuple of words


def _bits(whole: int) -> Iterator[int]:
    while whole:
        bit = whole & -whole
        yield bit
        whole ^= bit


def _matters(source: _Source, old: Judgement | None, new: Judgement | None) -> bool:
    """Whether a settled rule makes a difference."""
    truths = {judged[0] for judged in (old, new) if judged is not None}
    if len(truths) > 1:
        return True
    return source.shown and (TRUE in truths or (source.bands and UNKNOWN in truths and FALSE not in truths))
