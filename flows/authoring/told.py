"""What a person is told of a case, flat: every conclusion by its path in the output of `assess`, without what it rests on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.knowledge.documents import read_case
from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import conclude
from flows.rules.fields import Kind
from flows.rules.values import Answer, Answers, Open
from flows.whatif.regions import regions

SUPPORT = frozenset({"because", "missing", "citations", "layer", "basis", "evidence_gap", "red_flag_basis"})
REFUSED = "refused"
Told = Mapping[str, tuple[str, ...]]


SHOWN = (
    *("classification.", "criteria.", "functional.", "markers.", "imaging.", "treatment.", "cautions.", "transplant."),
    *("diagnosis.id", "index_grades", "mass_effect", "sstr.status", "origin.suggests", "next_steps", "contradictions", "red_flags"),
    *("extrahepatic_disease", "prognosis", "follow_up", "background", "later", "path", "ungraded"),
)
"""How the names of the facts begin that `assess` prints."""


def public_facts(knowledge: Knowledge) -> frozenset[str]:
    """The facts that a report shows."""
    return frozenset(name for name in knowledge.base.facts if name.startswith(SHOWN))


@dataclass(frozen=True, slots=True)
class Example:
    """A case to compare: a model case, one of its variants, or one near them that was made by chance."""

    id: str
    answers: Answers


def told(knowledge: Knowledge, answers: Answers) -> Told:
    """Every conclusion by its path; an empty one is not there."""
    found = conclude(knowledge.case(answers), knowledge.book.treatments, knowledge.book.evidence_gap)
    return dict(_flat(found, ""))


def _flat(value: Any, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in SUPPORT:
                yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        if value:
            yield path, tuple(item["id"] if isinstance(item, Mapping) else str(item) for item in value)
    elif value is not None:
        yield path, ({True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value),)


def differing(old: Told, new: Told) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The conclusions that are not the same, each as it was and as it is."""
    paths = dict.fromkeys((*old, *new))
    return {path: (old.get(path, ()), new.get(path, ())) for path in paths if old.get(path) != new.get(path)}


def examples(knowledge: Knowledge) -> Iterator[Example]:
    """The model cases and their variants, as this knowledge reads their answers; what it cannot read is left out."""
    for vignette in knowledge.vignettes.values():
        yield Example(vignette.id, _read(vignette.answers, knowledge))
        for variant in vignette.variants:
            yield Example(f"{vignette.id}.{variant.id}", _read({**vignette.answers, **variant.change}, knowledge))


def _read(raw: Mapping[str, Any], knowledge: Knowledge) -> Answers:
    return read_case({name: value for name, value in raw.items() if value is not None}, knowledge).answers


def neighbours(knowledge: Knowledge, count: int, changed: int = 6) -> Iterator[Example]:
    """Cases as they are published: a model case with up to ``changed`` answers replaced or taken away; the same at every call.

    Each is called after its model case and a running number.
    """
    rng = random.Random(0)  # noqa: S311 - chance that is the same each time, no secret
    models = list(examples(knowledge))
    for number in range(count if models else 0):
        model = rng.choice(models)
        answers = dict(model.answers)
        for field in rng.sample(list(knowledge.fields), rng.randint(1, changed)):
            answers[field] = _any_answer(knowledge, field, rng)
        yield Example(f"{model.id}#{number + 1}", {name: answer for name, answer in answers.items() if answer is not Open.MISSING})


def _any_answer(knowledge: Knowledge, field: str, rng: random.Random) -> Answer:
    core = knowledge.fields[field].core
    if core.kind is Kind.MAP:
        return {item: rng.choice(core.options) for item in rng.sample(core.items, rng.randint(0, 2))}
    return rng.choice(regions(knowledge)[field])
