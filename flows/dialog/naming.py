"""Which conclusion, part of the report or value a person names in their own words, as in `/how grade` or `/whynot NEC`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from flows.knowledge.loader import Knowledge
from flows.knowledge.naming import TREATMENT

SHORTEST, SHORTEST_ASCII = 2, 4
"""Signs that a part of a name must have to be taken for it, and letters of a language that spells its words."""
_BARE = re.compile(r"[\s\"'“”‘’《》「」:：,，。.?？!！()（）/·-]+")
Names = Mapping[str, tuple[str, ...]]


def meant(words: str, knowledge: Knowledge) -> tuple[str, ...]:
    """All that the words may mean, each as a fact, a part of the report, or ``fact=value``; empty where they mean nothing here.

    A whole name counts before a fact with its value ("TACE possible"), and that before a part of a name that stands for one thing.
    """
    said, names = _bare(words), _names(knowledge)
    if said in names:
        return names[said]
    pairs = _pairs(said, names)
    if pairs or len(said) < (SHORTEST_ASCII if said.isascii() else SHORTEST):
        return pairs
    return tuple(dict.fromkeys(targets[0] for name, targets in names.items() if said in name and len(targets) == 1))


def _bare(words: str) -> str:
    """Words in one way of writing, without spaces and marks."""
    return _BARE.sub("", unicodedata.normalize("NFKC", words).casefold())


def _pairs(said: str, names: Names) -> tuple[str, ...]:
    """A fact and its value, said one after the other."""
    found: dict[str, None] = {}
    for cut in range(len(said) - 1, 0, -1):
        facts, values = names.get(said[:cut], ()), names.get(said[cut:], ())
        found.update((value, None) for value in values if value.partition("=")[0] in facts and "=" in value)
    return tuple(found)


@lru_cache(maxsize=4)
def _names(knowledge: Knowledge) -> Names:
    """Every name, with all that it stands for."""
    found: dict[str, dict[str, None]] = {}

    def add(say: str, *targets: str) -> None:
        found.setdefault(_bare(say), {}).update(dict.fromkeys(targets))

    treatments = [f"{TREATMENT}.{name}" for name in knowledge.book.treatments]
    for one in knowledge.names:
        for say in one.say:
            add(say, one.of)
        for value, words in one.values.items():
            for say in words:
                add(say, *(f"{fact}={value}" for fact in (treatments if one.of == TREATMENT else [one.of])))
    for say, name in knowledge.fields["prior_treatment"].core.item_says.items():
        add(say, f"{TREATMENT}.{name}")
    return {name: tuple(targets) for name, targets in found.items()}
