"""Reads findings whose words need no label: "不可切除", "well differentiated", "56岁". Which words these are, the questions say (``tell``).

Only a clause that is understood to its last sign is taken, and none that a denial or a doubt beside it may reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.knowledge.loader import Knowledge
from flows.rules.fields import Kind
from flows.rules.reading import Refused, read_answer
from flows.rules.values import Answer

_SENTENCE = re.compile(r"[。;!\n]|\.(?=\s|$)")
_CLAUSE = re.compile(r"(,|、|\((?![-+±])|(?<![-+±])\)|\s(?:or|and)\s|[或和及与])")
_PRESENT = re.compile(r"(?:\(\++\)|\++)$")
_STATES = re.compile(r"(?:(?:有|伴有?|合并|出现|反复|持续|表现为|(?:has|have|had|with)(?=\s))\s*)+")
_TURNED = re.compile("[\u061c\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the order of figures around: what is seen is not what is written."""
_BETWEEN = re.compile(r"\s*")
_ENDED = re.compile(r"\s*(?:[,;、。()\n]|$)")
_ASIDE = re.compile(
    r"[0-9]+(?:\.[0-9]+)?\s*(?:cm|mm|厘米|毫米|公分)(?![a-z])|[0-9半一二两三四五六七八九十]+\s*(?:个|余|多)*(?:天|周|月|年)余?|病史|"
    r"(?:(?:for|x)\s*)?[0-9]+\s*(?:days?|weeks?|months?|years?|mo|yrs?)(?![a-z])"
)
"""What may stand beside a finding without changing it. It answers no question, so it is told as not understood."""
_PERSON = re.compile(r"患者|病人|男性?|女性?|(?:patient|male|female|man|woman)(?![a-z])")
"""Who it is about: no question asks for the sex, and nobody misses it, so it is passed over without a word."""
_DENIES = re.compile(r"无|没|未|否认|不|非|\b(?:no|not|none|neither|nor|without|den(?:y|ies|ied)|never|negative|absent)\b|\(-\)")
_DOUBTS = re.compile(
    r"排除|除外|可疑|可能|考虑|怀疑|疑似|待|若|如|家族|母|父|\?|"
    r"\b(?:possibl[ey]|suspect(?:ed)?|suspicious|maybe|perhaps|probabl[ey]|likely|rule|r/o|if|family|mother|father|query)\b"
)
_DENIES_BEFORE = re.compile(r"均|都|皆|全|\b(?:none|neither|both|all|denied|absent|negative|no)$|\(-\)|阴性|否认$|\?")
"""What reaches back to the words before it, as in "腹泻、腹痛均无"."""
_AFTER_ITEM = r"\s*(?:治疗|术)?后?\s*"
"""What may stand between a treatment and its outcome, as in "奥曲肽治疗有效"."""
_FIGURE = r"(?:(?:about|大?约|~|≈)\s*)?(?:[<>]=?|[≤≥])?\s*[0-9]+(?:\.[0-9]+)?(?:\s*(?:-|–|~|至|到|to)\s*[0-9]+(?:\.[0-9]+)?)?"


@dataclass(frozen=True, slots=True)
class _Words:
    """A pattern of all that tells itself; the finding of each word, the item and outcome of each pair of words, the field of each numbered group of figures.

    ``treatment``: the items by themselves; one without its outcome may share that of its neighbour ("TACE and SSA failed").
    """

    pattern: re.Pattern[str]
    treatment: re.Pattern[str]
    options: Mapping[str, tuple[str, Answer]]
    items: Mapping[str, tuple[str, str]]
    figures: tuple[str, ...]

    def field(self, said: re.Match[str]) -> str:
        """The field that a match of the pattern tells."""
        if said["item"] is not None:
            return self.items[said["item"]][0]
        return self.options[said["word"]][0] if said["word"] is not None else self.figures[self.group(said)]

    def group(self, said: re.Match[str]) -> int:
        """The group of figures that matched."""
        return next(number for number in range(len(self.figures)) if said[f"f{number}"] is not None)


@dataclass(frozen=True, slots=True)
class _Clause:
    """What a clause says: findings, whether more stands beside them, and whether it states by itself that they are there."""

    findings: Mapping[str, Answer]
    more: bool
    stated: bool

    @property
    def listed(self) -> bool:
        """Whether it names symptoms or the like, of which a list may go on."""
        return any(isinstance(answer, frozenset) for answer in self.findings.values())

    def without(self, unclear: set[tuple[str, bool]]) -> _Clause:
        """The clause without the fields of which words that are not understood say more; what they deny ends no list."""
        sure = {
            name: answer
            for name, answer in self.findings.items()
            if (name, False) not in unclear and (isinstance(answer, frozenset) or (name, True) not in unclear)
        }
        return _Clause(sure, self.more or len(sure) < len(self.findings), self.stated)


def told(text: str, knowledge: Knowledge) -> tuple[dict[str, Answer], bool]:
    """The findings that stand in a text without a label, and whether something else stands there too. None, if two contradict."""
    found: dict[str, Answer] = {}
    left = _TURNED.search(text) is not None
    for sentence in [] if left else _SENTENCE.split(text.casefold()):
        for clause in _clauses(sentence, knowledge):
            left = left or clause is None or clause.more
            if clause is not None and not joined(found, clause.findings):
                return {}, True
    return found, left


def joined(found: dict[str, Answer], fresh: Mapping[str, Answer]) -> bool:
    """Adds findings, those of a list to the list; False where two of them contradict each other."""
    for name, answer in fresh.items():
        known = found.get(name, answer)
        if known == answer:
            found[name] = answer
        elif isinstance(known, frozenset) and isinstance(answer, frozenset) and "none" not in known | answer:
            found[name] = known | answer
        elif isinstance(known, Mapping) and isinstance(answer, Mapping) and all(known.get(item, outcome) == outcome for item, outcome in answer.items()):
            found[name] = {**known, **answer}
        else:
            return False
    return True


def gathered(waiting: Mapping[str, Answer], added: Mapping[str, Answer]) -> dict[str, Answer]:
    """What waits together with what was added: a list grows, anything else is put right."""
    found = dict(waiting)
    for name, answer in added.items():
        before = found.get(name)
        if isinstance(before, frozenset) and isinstance(answer, frozenset) and "none" not in before | answer:
            found[name] = before | answer
        elif isinstance(before, Mapping) and isinstance(answer, Mapping):
            found[name] = {**before, **answer} if answer else answer
        else:
            found[name] = answer
    return found


def no_label(text: str, begin: int, end: int, knowledge: Knowledge) -> bool:
    """Whether the words between two places are no label but the end of telling words, as in "3 lesions, largest 5 cm" or "right lobe"."""
    folded = text.casefold()
    found = next((found for found in _words(knowledge).pattern.finditer(folded) if found.start() < begin and found.end() == end), None)
    return found is not None and (found["word"] is not None or _ENDED.match(folded, end) is not None)


def _clauses(sentence: str, knowledge: Knowledge) -> Iterator[_Clause | None]:
    """What each clause says; None for one that is not understood, or that a denial or a doubt may reach."""
    words = _words(knowledge)
    pieces = _CLAUSE.split(sentence)
    parts, marks = [part.strip(" :") for part in pieces[::2]], pieces[1::2]
    read = [_read(part, words, knowledge) for part in parts]
    dark = [part if clause is None else "" for part, clause in zip(parts, read, strict=True)]
    unclear = {(words.field(said), _DENIES.search(part) is not None) for part in dark for said in words.pattern.finditer(part)}
    unclear |= {(words.items[said[0]][0], False) for part in dark for said in words.treatment.finditer(part)}
    for place, clause in enumerate(read):
        if parts[place]:
            yield None if clause is None or _reached(clause, place, dark, marks) else clause.without(unclear)


def _reached(clause: _Clause, place: int, dark: list[str], marks: list[str]) -> bool:
    """Whether what is not understood beside a clause may deny it or put it in doubt.

    A "no" goes on through a row ("no A or B"); over a comma it goes on through a list of symptoms ("no A, B"), not to a
    judgement ("no metastasis, resectable").
    """
    if clause.stated:
        return False
    row = 0 if clause.listed else next((back + 1 for back in range(place - 1, -1, -1) if marks[back] in ",()"), 0)
    denied = any(map(_DENIES.search, dark[row:place])) or any(map(_DENIES_BEFORE.search, dark[place:]))
    return denied or any(map(_DOUBTS.search, dark[:place]))


def _read(clause: str, words: _Words, knowledge: Knowledge) -> _Clause | None:
    """A clause as a row of telling words and what may stand beside them; None where anything else stands in it."""
    stated, present = _STATES.match(clause), _PRESENT.search(clause)
    clause = clause[: present.start()].rstrip() if present else clause
    place = stated.end() if stated else 0
    found: dict[str, Answer] = {}
    more = False
    while place < len(clause):
        said = words.pattern.match(clause, place)
        person = None if said else _PERSON.match(clause, place)
        step = said or person or _ASIDE.match(clause, place)
        finding = _finding(said, words, knowledge) if said else {}
        if step is None or finding is None or not joined(found, finding):
            return None
        more = more or not (said or person)
        place = _past(clause, step.end())
    return _Clause(found, more, stated is not None or present is not None)


def _finding(said: re.Match[str], words: _Words, knowledge: Knowledge) -> dict[str, Answer] | None:
    name = words.field(said)
    if said["item"] is not None:
        return {name: {words.items[said["item"]][1]: knowledge.fields[name].core.says[said["outcome"]]}}
    if said["word"] is not None:
        return {name: words.options[said["word"]][1]}
    try:
        return {name: read_answer(said[f"f{words.group(said)}"].strip(), knowledge.fields[name].core)}
    except Refused:
        return None


def _past(text: str, place: int) -> int:
    gap = _BETWEEN.match(text, place)
    return gap.end() if gap else place


@lru_cache(maxsize=4)
def _words(knowledge: Knowledge) -> _Words:
    options: dict[str, tuple[str, Answer]] = {}
    figures: list[str] = []
    units: list[str] = []
    items: dict[str, tuple[str, str]] = {}
    outcomes: dict[str, str] = {}
    for spec in knowledge.fields.values():
        if spec.core.numeric and spec.tell:
            units.append(rf"(?<![a-z0-9.])(?P<f{len(figures)}>{_FIGURE})\s*(?:{'|'.join(map(_whole, _longest_first(spec.tell)))})")
            figures.append(spec.id)
        elif spec.core.kind is Kind.MAP:
            items |= {word: (spec.id, item) for word, item in spec.tell.items()}
            outcomes |= {word: outcome for word, outcome in spec.core.says.items() if outcome != "none"} if spec.tell else {}
        elif spec.tell:
            options |= {word: (spec.id, frozenset((option,)) if spec.core.kind is Kind.MANY else option) for word, option in spec.tell.items()}
    item = "|".join(map(_whole, _longest_first(items)))
    treated = f"(?P<item>{item}){_AFTER_ITEM}(?P<outcome>{'|'.join(map(_whole, _longest_first(outcomes)))})"
    pattern = "|".join((f"(?P<word>{'|'.join(map(_whole, _longest_first(options)))})", treated, *units))
    return _Words(re.compile(pattern), re.compile(item), options, items, tuple(figures))


def _longest_first(words: Mapping[str, object]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _whole(word: str) -> str:
    """The pattern of a word that no letter or figure of its own script goes on before or after it."""
    return (r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else "") + re.escape(word) + (r"(?![a-z0-9])" if word[-1].isascii() else "")
