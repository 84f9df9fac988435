"""Faults of wordings, in the knowledge and in the templates: every maker gives all faults of its kind in a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.mutants.source import Change, Source, cleared

# --- wordings ---------------------------------------------------------------------------------------------------------

_DIGIT = r"(?<![\w.\-–])\d+(?:\.\d+)?(?![\w.])"


def _other_digit(found: re.Match[str]) -> str:
    number = found.group()
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _in_language(source: Source, language: str, pattern: str, new: Callable[[re.Match[str]], str | None]) -> Iterator[Change]:
    for number, line in enumerate(source.lines, 1):
        for text in re.finditer(rf'\b{language}: "((?:[^"\\]|\\.)*)"', line):
            for found in re.finditer(pattern, text[1]):
                changed = new(found)
                if changed is not None:
                    at = text.start(1) + found.start()
                    yield ((number, line[:at] + changed + line[at + len(found.group()) :]),), f"{language}: {found.group()} -> {changed}"


def break_figure(source: Source) -> Iterator[Change]:
    """One language says another figure."""
    for language in ("en", "zh"):
        yield from _in_language(source, language, _DIGIT, _other_digit)


def break_both(source: Source) -> Iterator[Change]:
    """Both languages say the same wrong figure."""
    numbers = [number for number, line in enumerate(source.lines, 1) if re.match(r"\s+en: ", line)]
    for number in numbers:
        one, other = source.lines[number - 1], source.lines[number] if number < len(source.lines) else ""
        if not re.match(r"\s+zh: ", other):
            continue
        for found in re.finditer(r"(?<![\w.\-–])\d+(?:\.\d+)?(?=%)", one):
            if other.count(found.group() + "%") == 1 == one.count(found.group() + "%"):
                new = _other_digit(found) + "%"
                yield ((number, one.replace(found.group() + "%", new)), (number + 1, other.replace(found.group() + "%", new))), f"{found.group()}% -> {new}"


def remove_hedge(source: Source) -> Iterator[Change]:
    """What is unsure is said as a fact."""
    words = r"\b(?:may|might|possibl[ey]|suggests?|unclear|controversial|rarely|usually|often|mostly|some|about|only|mainly|not)\b ?"
    yield from _in_language(source, "en", words, lambda _: "")
    yield from _in_language(source, "zh", "可能|或可|提示|争议|尚无|尚不|少见|一般|多为|部分|约|仅|主要|不", lambda _: "")


def too_long(source: Source) -> Iterator[Change]:
    """A wording that fits no screen."""
    for language in ("en", "zh"):
        yield from _in_language(source, language, r"[.。]$", lambda _: " more words" * 420 + ".")


def empty_wording(source: Source) -> Iterator[Change]:
    """A wording is gone in one language."""
    for language in ("en", "zh"):
        yield from _in_language(source, language, r"^.+$", lambda _: "")


def swap_texts(source: Source) -> Iterator[Change]:
    """Two statements have changed their wordings, in one language or both."""
    for languages in (("en",), ("zh",), ("en", "zh")):
        places = [
            {language: block[0] + at for language in ("en", "zh") for at, line in enumerate(source.lines[block[0] - 1 : block[1]]) if re.match(rf"\s+{language}: ", line)}
            for block in source.blocks(r"- id: [RABU]\d")
        ]
        for one, other in pairwise(place for place in places if len(place) == 2):
            pairs = [(one[language], other[language]) for language in languages]
            yield tuple(change for a, b in pairs for change in ((a, source.lines[b - 1]), (b, source.lines[a - 1]))), " ".join(languages)


def drop_source(source: Source) -> Iterator[Change]:
    """A statement, settlement or later standard is gone."""
    for block in source.blocks(r"- id: [RABU]\d"):
        yield cleared(block), source.lines[block[0] - 1]


# --- templates --------------------------------------------------------------------------------------------------------

_PAIR = re.compile(r'"([^"]+)": "((?:[^"\\]|\\.)*)"')


def remove_key(source: Source) -> Iterator[Change]:
    """A wording is gone."""
    for number, line in enumerate(source.lines, 1):
        found = _PAIR.search(line)
        if found:
            rest = line[: found.start()] + line[found.end() :].removeprefix(",")
            yield ((number, rest or " "),), found[1]


def swap_wordings(source: Source) -> Iterator[Change]:
    """Two ids have changed their wordings."""
    for number, (one, other) in enumerate(pairwise(source.lines), 1):
        mine, theirs = _PAIR.search(one), _PAIR.search(other)
        if mine and theirs and mine[2] != theirs[2]:
            a = one[: mine.start(2)] + theirs[2] + one[mine.end(2) :]
            b = other[: theirs.start(2)] + mine[2] + other[theirs.end(2) :]
            yield ((number, a), (number + 1, b)), f"{mine[1]} <-> {theirs[1]}"


def wrong_wording_figure(source: Source) -> Iterator[Change]:
    """A wording says another figure."""
    for number, line in enumerate(source.lines, 1):
        for pair in _PAIR.finditer(line):
            for found in re.finditer(_DIGIT, pair[2]):
                at = pair.start(2) + found.start()
                yield ((number, line[:at] + _other_digit(found) + line[at + len(found.group()) :]),), f"{pair[1]}: {found.group()}"


def long_wording(source: Source) -> Iterator[Change]:
    """A wording that fits no screen."""
    for number, line in enumerate(source.lines, 1):
        found = re.search(r'[.。](?=",?\s*$)', line)
        if found:
            yield ((number, line[: found.start()] + " more words" * 420 + line[found.start() :]),), line.strip()[:30]


def lose_variable(source: Source) -> Iterator[Change]:
    """A macro says less than it is told."""
    yield from source.substituted(r"\{\{ ?[a-z_.]+(\([a-z_., ]*\))? ?\}\}", lambda _: "")


def other_source(source: Source) -> Iterator[Change]:
    """A wording names the source next to the right one."""
    yield from source.substituted(r"(?<=['\"])[RABU]\d[0-9.]*(?:-\d+)?[a-c]?(?=['\"])", lambda found: source.neighbours.get(found.group()))


def break_markup(source: Source) -> Iterator[Change]:
    """A tag is not closed."""
    yield from source.substituted(r"</(b|i|u|a|blockquote|code)>", lambda _: "")
