"""The words that each wording must hold: those that tell it from its neighbours, and those that say no or leave a doubt.

Two options, two reasons or two questions that have each other's wordings still read well, and every id still has a wording. So
a few words of each wording are kept a second time, beside its id; a wording without them is another's, or says something else.
Of a short wording the whole is kept: ``=`` before a kept word says that the wording is this and nothing more. Of any other one its
sense is kept after a ``~``: the words that say no, or in which direction, in their order; none where it has none. So a denial that
slips in is named as well as one that is lost, and so is an upper limit that became a lower one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from flows.knowledge.model import LANGUAGES, Fault, Place
from flows.knowledge.reader import Reader, Record

FILE = "kept.yaml"
WHOLE, SENSE = "=", "~"
_SENSES = {
    "en": re.compile(
        r"\b(?:no|not|nor|neither|none|nothing|nobody|never|without|cannot|except|excluded|excludes|lacks|lost"
        r"|un(?!der|i|til|less)[a-z]{3,}|non-[a-z]+|in(?:complete|operable|sufficient|adequate|effective|applicable)"
        r"|at least|at most|up to|above|below|over|under|more|less|fewer|most|least|high|higher|highest|low|lower|lowest"
        r"|raised|reduced|increased?|increases|decreased?|decreases|rises?|rose|falls?|fell|positive|negative|larger|smaller"
        r"|before|after|only|first|last|better|worse|or|may|must|left|right|inside|outside|primary|metasta[a-z]+)\b|n't\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"不|未|无|非|没|勿|否|除外|排除|上限|下限|高于|低于|大于|小于|等于|超过|不足|至少|至多|最多|最少|最高|最低|多于|少于|以上|以下|以内|以外"
        r"|较高|较低|更高|更低|偏高|偏低|高|低|升|降|增|减|阳性|阴性|阳|阴|之前|之后|以前|以后|前|后|先|仅|只|首|末|优于|差于"
        r"|或|且|左|右|肝内|肝外|原发|转移|多|少"
    ),
}
"""The words by which a wording can turn into its opposite, or into another claim: no, more, before, or, may, left …"""


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
            yield from _Compared(name, language, group[language], words[language]).faults()
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


def _words(words: object) -> tuple[str, ...]:
    """The kept words of a wording; one of which neither the whole nor a sense is kept has none."""
    found = tuple(str(word) for word in words) if isinstance(words, list) else (str(words),)
    return found if any(word.startswith((WHOLE, SENSE)) for word in found) else (*found, SENSE)


@lru_cache(maxsize=10_000)  # each wording is held against many
def sense(text: str, language: str) -> str:
    """The words that say no, or in which direction, in their order."""
    return " ".join(found.lower() for found in _SENSES[language].findall(text))


@dataclass(frozen=True, slots=True)
class _Compared:
    """The wordings of a group in one language, and the words kept of them."""

    name: str
    language: str
    wordings: Mapping[str, Wording]
    kept: Mapping[str, tuple[str, ...]]

    def faults(self) -> Iterator[Fault]:
        """Every wording without kept words, every one that is not what they say, and every two that they do not tell apart."""
        for key, wording in self.wordings.items():
            lost = [word for word in self.kept.get(key, ()) if not self._holds(wording, word)]
            if not self.kept.get(key):
                what = f"no {self.language} words are kept of '{key}' in {self.name}"
                yield Fault(wording.place, what, f"Write in {FILE} those that tell it from the others")
            elif lost:
                what = f"the {self.language} wording of '{key}' in {self.name} {self._differs(wording, lost[0])}"
                yield Fault(wording.place, what, f"Read it again, then mend the wording, or the words in {FILE}")
        yield from (self._alike(*pair) for pair in combinations(self.wordings, 2) if self._one_for_other(*pair))

    def _holds(self, wording: Wording, word: str) -> bool:
        if word.startswith(WHOLE):
            return wording.text == word.removeprefix(WHOLE)
        if word.startswith(SENSE):
            return sense(wording.text, self.language) == word.removeprefix(SENSE)
        return word in wording.text

    def _differs(self, wording: Wording, word: str) -> str:
        if word.startswith(WHOLE):
            return f"is not '{word.removeprefix(WHOLE)}'"
        if word.startswith(SENSE):
            return f"says '{sense(wording.text, self.language)}' in place of '{word.removeprefix(SENSE)}'"
        return f"does not hold '{word}'"

    def _one_for_other(self, one: str, other: str) -> bool:
        """Whether nobody would notice that two wordings changed places; of one without kept words that is said already."""
        mine, theirs = self.wordings[one], self.wordings[other]
        if mine.text == theirs.text or not self.kept.get(one) or not self.kept.get(other):
            return False
        return all(self._holds(theirs, word) for word in self.kept[one]) and all(self._holds(mine, word) for word in self.kept[other])

    def _alike(self, one: str, other: str) -> Fault:
        what = f"{self.name}: the {self.language} words kept of '{one}' and '{other}' do not tell them apart"
        return Fault(self.wordings[one].place, what, f"Keep other words of one of them in {FILE}")


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
