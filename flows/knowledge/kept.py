"""The words that each wording must hold: those that tell it from its neighbours, and those that say no or leave a doubt.

Two options, two reasons or two questions that have each other's wordings still read well, and every id still has a wording. So
a few words of each wording are kept a second time, beside its id; a wording without them is another's, or says something else.
Of a short wording the whole is kept: ``=`` before a kept word says that the wording is this and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from flows.knowledge.model import LANGUAGES, Fault, Place
from flows.knowledge.reader import Reader, Record

FILE = "kept.yaml"
WHOLE = "="


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said, and where it is written."""

    text: str
    place: Place


Group = Mapping[str, Mapping[str, Wording]]
"""Wordings that could be taken for each other: by language and id."""


def audit(reader: Reader, groups: Mapping[str, Group]) -> Iterator[Fault]:
    """Every wording that lost a word kept of it, every one of which none is kept, and every two that the kept words do not tell apart.

    Args:
        reader: the folder that holds the file of kept words; what is wrong with the file itself is a fault of the reader.
        groups: the wordings, by the name under which the file keeps their words.
    """
    kept = _read(reader)
    if FILE in reader.unread:
        return
    for name, record in kept.items():
        if name not in groups:
            yield Fault(record.place(), f"words are kept of '{name}', and there is no such group", "Remove the record, or mend its name")
    for name, group in groups.items():
        own = kept.get(name)
        words = {language: _kept(own, language) for language in LANGUAGES}
        for key in dict.fromkeys(key for language in LANGUAGES for key in words[language] if all(key not in texts for texts in group.values())):
            yield Fault(own.place() if own else Place(FILE, 1), f"words are kept of '{key}' in {name}, which has no wording", "Remove them, or mend the id")
        for language in LANGUAGES:
            yield from _compared(name, language, group[language], words[language])
        yield from _twins(name, group)


def _read(reader: Reader) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record in reader.records(reader.root / FILE):
        record.allow("group", *LANGUAGES)
        name = record.word("group")
        if name in found:
            record.fault("group", f"'{name}' is kept twice", "Keep one record")
        found[name] = record
    return found


def _kept(record: Record | None, language: str) -> dict[str, tuple[str, ...]]:
    return {str(key): _words(words) for key, words in record.mapping(language).items()} if record else {}


def _compared(name: str, language: str, wordings: Mapping[str, Wording], kept: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    for key, wording in wordings.items():
        lost = [word for word in kept.get(key, ()) if not _holds(wording, word)]
        if not kept.get(key):
            yield Fault(wording.place, f"no {language} words are kept of '{key}' in {name}", f"Write in {FILE} those that tell it from the others")
        elif lost:
            mend = f"Read it again, then mend the wording, or the words in {FILE}"
            holds = f"is not '{lost[0].removeprefix(WHOLE)}'" if lost[0].startswith(WHOLE) else f"does not hold '{lost[0]}'"
            yield Fault(wording.place, f"the {language} wording of '{key}' in {name} {holds}", mend)
    yield from (_alike(name, language, pair, wordings[pair[0]].place) for pair in combinations(wordings, 2) if _one_for_other(wordings, kept, *pair))


def _words(words: object) -> tuple[str, ...]:
    return tuple(str(word) for word in words) if isinstance(words, list) else (str(words),)


def _holds(wording: Wording, word: str) -> bool:
    return wording.text == word.removeprefix(WHOLE) if word.startswith(WHOLE) else word in wording.text


def _one_for_other(wordings: Mapping[str, Wording], kept: Mapping[str, tuple[str, ...]], one: str, other: str) -> bool:
    """Whether nobody would notice that two wordings changed places; of one without kept words that is said already."""
    mine, theirs = wordings[one], wordings[other]
    if mine.text == theirs.text or not kept.get(one) or not kept.get(other):
        return False
    return all(_holds(theirs, word) for word in kept[one]) and all(_holds(mine, word) for word in kept[other])


def _twins(name: str, group: Group) -> Iterator[Fault]:
    """Every two ids that read alike in one language and not in another: one of the two says what it does not mean."""
    for language in LANGUAGES:
        said: dict[str, list[str]] = {}
        for key, wording in group[language].items():
            said.setdefault(wording.text, []).append(key)
        for one, other in (pair for keys in said.values() for pair in combinations(keys, 2)):
            if any(one in texts and other in texts and texts[one].text != texts[other].text for texts in group.values()):
                mend = "Let them read apart here as well, or alike in every language"
                yield Fault(group[language][other].place, f"{name}: '{one}' and '{other}' read alike in {language} and not in every language", mend)


def _alike(name: str, language: str, pair: tuple[str, str], place: Place) -> Fault:
    return Fault(place, f"{name}: the {language} words kept of '{pair[0]}' and '{pair[1]}' do not tell them apart", f"Keep other words of one of them in {FILE}")
