"""Recognises a name that nothing introduces: alone, in lower case, in pinyin, by what names are made of (``name_lists``).

A word of medicine that is a name too (Wilson, Child, rose, 高洁) is taken for a name only with a second sign of one beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from flows.dialog.name_lists import (
    COMPOUND,
    ENDINGS,
    ENGLISH_AND_PINYIN,
    FAMILIES,
    FORENAMES,
    GIVEN,
    PINYIN_FAMILIES,
    SHORT,
    SURNAMES,
    WHOLE,
    WORDLIKE,
    WORDS,
)
from flows.dialog.name_lists import VOCABULARY as KNOWN

_HANZI = re.compile(r"(?<![0-9])[\u4e00-\u9fff]+")
_LEADS = re.compile(
    r"(?:患者|病人|病员|家属|主任|医生|医师|大夫|老师|教授|护士|同学|学生|规培生?|实习生?|研究生|进修生?|本人|述者|这是|我|他|她|叫|看一?下|看看|查一?下|问一?下|帮忙?|请|给|找|张头|同志|妈妈?|爸爸?)(?:是|叫|为|名)?"
)
_FOLLOWS = re.compile(
    r"的?(?:CT|MR|PET|B超|报告|结果|片子?|检查|病理|病历|病情|情况|化验|资料)|男|女|肝|腹|右上腹|今年|反复|发现|体检|因|入院|住院|术后|现年|患|得了|确诊|查出|做了|同志|潮|低血糖"
)
_SPLIT_NAME = re.compile(r"^([\u4e00-\u9fff])\s([\u4e00-\u9fff])(?:\s([\u4e00-\u9fff]))?(?![\u4e00-\u9fff])")
_LETTERS = r"[A-Za-zÀ-ɏ]"
_TOKEN = re.compile(rf"{_LETTERS}+(?:['\-]{_LETTERS}+)*\.?")
EPONYMS = re.compile(
    r"\b(?:sister mary joseph|charcot[- ]marie[- ]tooth|johns hopkins|ann arbor|hong kong|st\.? (?:gallen|thomas|george'?s?|james'?s?|jude)|peutz[- ]jeghers|von[ -]\w+(?:[ -]lindau)?|san (?:francisco|antonio|diego|jose)|"
    r"(?:paul|robert|louis)[- ](?:bunnell|ehrlich|koch|bar|pasteur)|clara cells?|karl storz|zollinger[- ]ellison)\b|"
    r"\b[a-z]+(?:-[a-z]+)?(?:'s)? (?:syndrome|disease|sign|criteria|classification|stain|triad|operation|procedure|lymphoma|ligament|capsule|manoeuvre|maneuver|units?)\b",
    re.IGNORECASE,
)
"""What is called after a person or a saint."""
_SYLLABLE = "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v)|ai|an|ang|ao|en|er|ou)"
_NAMES = FORENAMES | FAMILIES
_FIRST = {
    size: re.compile(
        rf"\s*(?:(?:patient|pt)\b\.?\s+)?((?:{_LETTERS}[{_LETTERS[1:-1]}'\-]* ){{{size - 1}}}{_LETTERS}[{_LETTERS[1:-1]}'\-]*)(?!\w)",
        re.IGNORECASE,
    )
    for size in (2, 3)
}
_GIVEN_PINYIN = re.compile(rf"{_SYLLABLE}(?:[-']?{_SYLLABLE})?")
_AGED = re.compile(
    r"[\s,;(]*(?:[0-9]{1,3}\s*(?:[mf]\b|yo\b|y/o\b|y\b|yrs?\b|years?\b|岁|-year)|[mf]\s*[0-9]{2}\b|male\b|female\b|男|女|[mf]\b(?=\s*(?:$|[,;)/0-9])))",
    re.IGNORECASE,
)
_YEARS = re.compile(r"[\s,;(]+[0-9]{2}(?:$|[\s,;)])(?!\s*(?:%|mm|cm|x\b|×|/))")
_INTRODUCED = re.compile(
    r"\b(?:patient|pt|name|named|called|uncle|aunt|mother|father|mum|mom|dad|brother|sister|wife|husband|son|daughter|friend|i am|i'm|my name is|name is|name's|this is|患者|病人|姓名)\W*$",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\binitials?\W{0,3}(?:(?:is|are)\s+)?[A-Za-z](?:[.\s]{0,2}[A-Za-z]){1,2}\b")


def stands_as_name(plain: str) -> bool:
    """Whether some words of a text (NFKC, without ``EPONYMS``) are a name by themselves."""
    return _hanzi_name(plain) or _latin_name(plain)


# --- Chinese ------------------------------------------------------------------------------------------------------


def _hanzi_name(plain: str) -> bool:
    split = _SPLIT_NAME.match(plain)
    if split is not None and _named("".join(filter(None, split.groups()))):
        return True
    return any(_names_in(plain, found.start(), found.end()) for found in _HANZI.finditer(plain))


def _names_in(plain: str, begin: int, end: int) -> bool:
    """Whether in signs that no other sign interrupts a name stands where names stand: first, or after who it is."""
    starts = [begin, *(lead.end() for lead in _LEADS.finditer(plain, begin, end))]
    return any(
        _named(plain[start : start + size]) and (start + size == end or _FOLLOWS.match(plain, start + size) is not None)
        for start in starts
        for size in (4, 3, 2)
        if start + size <= end
    )


def _named(signs: str) -> bool:
    """Whether signs are a surname and a given name, and no word begins like them."""
    if signs in WHOLE or signs.startswith(WORDS):
        return False
    if signs[:2] in COMPOUND:
        return len(signs) in (3, 4) and GIVEN.issuperset(signs[2:])
    if signs[:1] not in SURNAMES:
        return False
    return signs[1:] in SHORT if len(signs) == 2 else len(signs) == 3 and GIVEN.issuperset(signs[1:])


# --- Latin letters ------------------------------------------------------------------------------------------------


def _latin_name(said: str) -> bool:
    if _INITIALS.search(said):
        return True
    words = list(_TOKEN.finditer(said))
    return (
        any(_forename(word, said) or _family_with_age(word, said) or _joined_pinyin(word, said) for word in words)
        or any(_two(first, second, said) for first, second in pairwise(words))
        or _unheard_of(said)
    )


def _key(word: re.Match[str]) -> str:
    """The word as the lists have it."""
    return _unaccented(word[0].casefold().removesuffix(".").removesuffix("'s"))


def _unaccented(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if sign.isascii())


def _alone(word: re.Match[str], said: str) -> bool:
    return word[0] == said.strip(" .,!;:")


def _forename(word: re.Match[str], said: str) -> bool:
    """A given name that is nothing else; one that is a word too, where a name is introduced."""
    key = _key(word)
    if key not in FORENAMES:
        return False
    return key not in WORDLIKE or _INTRODUCED.search(said, 0, word.start()) is not None or (_aged(word, said) and word[0][0].isupper())


def _aged(word: re.Match[str], said: str) -> bool:
    return _AGED.match(said, word.end()) is not None


def _family_with_age(word: re.Match[str], said: str) -> bool:
    key = _key(word)
    return key in FAMILIES and key not in WORDLIKE and (_aged(word, said) or (_alone(word, said) and len(key) > 3))


def _two(first: re.Match[str], second: re.Match[str], said: str) -> bool:
    """Whether two words beside each other are a name."""
    gap = said[first.end() : second.start()]
    if gap not in (" ", ", ", ",", "-"):
        return False
    one, other = _key(first), _key(second)
    if _pinyin(one, other) or (gap == " " and _pinyin(other, one) and len(one) > 3):
        return True
    if (len(one) == 1 and first[0].endswith(".")) or (len(other) == 1 and second[0][0].isupper() and first[0][0].isupper()):
        return (other if len(one) == 1 else one) in FAMILIES - WORDLIKE
    given, family = (other, one) if "," in gap else (one, other)
    if given not in FORENAMES or family not in FAMILIES:
        return False
    if not {given, family} <= WORDLIKE or (first[0][0].isupper() and second[0][0].isupper()):
        return True
    return said[first.start() : second.end()] == said.strip(" .,!;:") or _aged(second, said)


def _pinyin(family: str, given: str) -> bool:
    if family not in PINYIN_FAMILIES or _GIVEN_PINYIN.fullmatch(given) is None or given in KNOWN:
        return False
    if family in ENGLISH_AND_PINYIN:
        return given not in ENGLISH_AND_PINYIN and len(given) > 4
    return given not in ENGLISH_AND_PINYIN or given in (
        "na",
        "min",
        "yan",
        "yang",
        "ye",
        "yu",
        "fang",
        "fan",
        "dan",
        "lan",
        "lei",
        "yin",
        "ming",
        "xi",
        "yan",
    )


def _joined_pinyin(word: re.Match[str], said: str) -> bool:
    """A name in one word, where an age or a sex follows it or where it is all that was said."""
    key = _key(word)
    if len(key) < 6 or key in KNOWN or not (_alone(word, said) or _aged(word, said)):
        return False
    return any(key[:size] in PINYIN_FAMILIES - ENGLISH_AND_PINYIN and _GIVEN_PINYIN.fullmatch(key, size) for size in range(2, 6))


def _unheard_of(said: str) -> bool:
    """Two or three words that are none of the clinic's, with an age or a sex after them, or nothing else."""
    return any(all(map(_foreign, found.split())) for found in _openings(said))


def _foreign(word: str) -> bool:
    key = _unaccented(word.casefold())
    return len(key) > 1 and key not in KNOWN and key not in WORDLIKE - FORENAMES and not key.endswith(ENDINGS)


def _openings(said: str) -> Iterator[str]:
    """The first two and three words, where an age, a sex or the end follows. With no more than the end, they must look or be known as names."""
    for size in (2, 3):
        found = _FIRST[size].match(said)
        if found is None:
            continue
        written = found[1]
        ends = not said[found.end() :].strip(" .!") and (
            written.istitle() or any(_unaccented(word.casefold()) in _NAMES for word in written.split())
        )
        counted = _YEARS.match(said, found.end()) and (written.istitle() or said[found.end()] in ",;(")
        if ends or counted or _AGED.match(said, found.end()):
            yield written
