"""What a change of the knowledge does, all in one: rules, wordings, model cases, cases near them, and regions of patients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flows.authoring.changes import RuleChange, TextChange, rule_changes, text_changes
from flows.authoring.spread import Findings, spread, targets
from flows.authoring.told import Example, differing, examples, neighbours, told
from flows.knowledge.loader import Knowledge

NEAR = 200
"""Cases near the model cases that are compared."""
Changed = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""For each conclusion that differs, how it was and how it is."""


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that gets other conclusions."""

    case: Example
    changed: Changed


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions of the knowledge.

    Attributes:
        rules: rules added, removed or changed.
        texts: wordings, sources, questions and model cases added, removed or changed.
        models: model cases and variants with other conclusions; ``near``: cases near them.
        regions: for each fact of the report behind which a rule changed, the patients for whom it is another.
        carried: conclusions that differ for the patients shown there, with how many of them; also those further on.
        compared: how many model cases and how many near ones were compared.
    """

    rules: tuple[RuleChange, ...]
    texts: tuple[TextChange, ...]
    models: tuple[CaseChange, ...]
    near: tuple[CaseChange, ...]
    regions: tuple[Findings, ...]
    carried: Mapping[str, int]
    compared: tuple[int, int]

    @property
    def conclusions(self) -> bool:
        """Whether anyone gets another conclusion."""
        return bool(self.models or self.near or any(found.spreads for found in self.regions))

    @property
    def nothing(self) -> bool:
        """Whether the two say the same in every word."""
        return not (self.rules or self.texts or self.conclusions)


def difference(old: Knowledge, new: Knowledge) -> Difference:
    """Compares two versions of the knowledge."""
    rules = rule_changes(old, new)
    models = _models(old, new)
    near = tuple(neighbours(old, NEAR))
    regions = tuple(spread(old, new, fact, rules) for fact in targets(old, new, rules))
    return Difference(
        rules=tuple(rules),
        texts=tuple(text_changes(old, new)),
        models=tuple(_changed(old, new, models)),
        near=tuple(_changed(old, new, near)),
        regions=tuple(found for found in regions if found.spreads or not found.whole),
        carried=_carried(old, new, regions),
        compared=(len(models), len(near)),
    )


def _models(old: Knowledge, new: Knowledge) -> tuple[Example, ...]:
    """The model cases of both; where both have one, the answers of the older."""
    found = {example.id: example for known in (new, old) for example in examples(known)}
    return tuple(found.values())


def _changed(old: Knowledge, new: Knowledge, cases: Iterable[Example]) -> Iterator[CaseChange]:
    for case in cases:
        changed = differing(told(old, case.answers), told(new, case.answers))
        if changed:
            yield CaseChange(case, changed)


def _carried(old: Knowledge, new: Knowledge, regions: Iterable[Findings]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    patients = [place.patient for one in regions for each in one.spreads for place in each.places if place.patient is not None]
    for answers in patients:
        for path in differing(told(old, answers), told(new, answers)):
            found[path] = found.get(path, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
