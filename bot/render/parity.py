"""Checks that each wording says the same in every language, as far as signs tell: figures, names in capitals, sources, marks of text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from jinja2 import nodes

from bot.render.renderer import TEMPLATES, environment
from flows.knowledge import kept
from flows.knowledge.model import LANGUAGES, Fault, Place
from flows.knowledge.reader import Reader

_SIGN = re.compile(r"[RABU]\d[\d.]*(?:-\d+)?[a-c]?|\d+(?:\.\d+)?|</?[a-z]+|[{}<>≤≥%]")
"""A source, a figure, a tag, or a sign that tells how much."""
_NAME = re.compile(r"(?<![A-Za-z])[A-Z]{2,}[A-Z0-9]*(?=s?(?![A-Za-z]))")
_NO_FIGURE = re.compile(r"5-(?:HT\b|hydroxy|羟)")
SAID_OTHERWISE = frozenset(("PHNEN", "SSTR", "REFUTED"))
"""What one language says in capitals, and the other well in other words or not at all."""
LONGEST = 1000
"""Characters that a single wording may have; a screen holds 4096."""
ALONE = frozenset("1")
"""A figure that only one language needs, for its singular."""
MACRO = "macro "
OF_LANGUAGE = frozenset(("words", "pieces", "terms", "conditions", "loop"))
"""What a language takes as its grammar needs it: its own words and pieces."""
Said = Mapping[str, tuple[str, int]]
"""What is said under a path, and on which line."""


def audit(folder: Path = TEMPLATES) -> Iterator[Fault]:
    """Every wording, and every macro, whose signs differ between the languages."""
    first, *others = LANGUAGES
    for path in sorted((folder / first).glob("*.j2")):
        mine = _said(first, folder, path.name)
        for other in others:
            theirs = _said(other, folder, path.name)
            yield from (fault for language, said in ((first, mine), (other, theirs)) for fault in _long(language, path.name, said))
            for key, (text, _) in mine.items():
                if key in theirs and (odd := _apart(key, text, theirs[key][0])):
                    place = Place(f"templates/{other}/{path.name}", theirs[key][1])
                    yield Fault(place, f"'{key}' does not hold the same signs in {first} and {other}: {odd}", "Let both say the same")
            yield from _unequal(folder, path.name, first, other)
    reader = Reader(folder)
    found = list(kept.audit(reader, wordings(folder)))
    yield from map(_of_templates, (*found, *reader.faults))


def _of_templates(fault: Fault) -> Fault:
    """The fault with the file of kept words named as the one beside the templates."""
    place = fault.place
    return replace(fault, place=Place(f"templates/{kept.FILE}", place.line)) if place.file == kept.FILE else fault


def wordings(folder: Path = TEMPLATES) -> Mapping[str, kept.Group]:
    """The wordings of the templates that could be taken for each other: those of each dictionary."""
    found: dict[str, dict[str, dict[str, kept.Wording]]] = {}
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.j2")):
            for key, (text, line) in _said(language, folder, path.name).items():
                name, _, part = key.partition(".")
                if part and text:
                    group = found.setdefault(f"{path.stem}.{name}", {language: {} for language in LANGUAGES})
                    group[language][part] = kept.Wording(text, Place(f"templates/{language}/{path.name}", line))
    return {name: group for name, group in found.items() if any(len(texts) > 1 for texts in group.values())}


def _unequal(folder: Path, file: str, first: str, other: str) -> Iterator[Fault]:
    """Macros that do not print the same variables equally often in two languages, or choose by other words."""
    mine, theirs = (_macros(folder, language, file) for language in (first, other))
    for name in (name for name in mine if name in theirs):
        place = Place(f"templates/{other}/{file}", theirs[name].lineno)
        if odd := _odd(_printed(mine[name]), _printed(theirs[name])):
            yield Fault(place, f"'{name}' does not print the same in {first} and {other}: {odd}", "Print each variable equally often in both")
        if odd := _odd(_chosen(mine[name]), _chosen(theirs[name])):
            yield Fault(place, f"'{name}' does not choose by the same words in {first} and {other}: {odd}", "Word each of them in both")


def _odd(mine: Counter[str], theirs: Counter[str]) -> str:
    """What stands on one side more often than on the other."""
    return " ".join(sorted(((mine - theirs) + (theirs - mine)).elements()))


def _chosen(macro: nodes.Macro) -> Counter[str]:
    """The keys by which a macro chooses between words of its own."""
    return Counter(str(pair.key.value) for pair in macro.find_all(nodes.Pair) if isinstance(pair.key, nodes.Const))


def _macros(folder: Path, language: str, file: str) -> Mapping[str, nodes.Macro]:
    tree = _parsed((folder / language / file).read_text(encoding="utf-8"))
    return {macro.name: macro for macro in tree.find_all(nodes.Macro)}


@lru_cache(maxsize=64)  # each file is looked at several times
def _parsed(text: str) -> nodes.Template:
    """A template; what it says does not depend on its language."""
    return environment(LANGUAGES[0]).parse(text)


def _printed(node: nodes.Node) -> Counter[str]:
    """How often each variable is printed; what only chooses between wordings, as a plural does, is left out."""
    found: Counter[str] = Counter()
    if isinstance(node, nodes.Getattr) and (path := _path(node)):
        return Counter((path,)) if path.partition(".")[0] not in OF_LANGUAGE else found
    if isinstance(node, nodes.Name):
        return Counter((node.name,)) if node.ctx == "load" and node.name not in OF_LANGUAGE else found
    chooses = node.test if isinstance(node, nodes.CondExpr | nodes.If) else None
    for child in node.iter_child_nodes():
        if child is not chooses:
            found += _printed(child)
    return found


def _path(node: nodes.Getattr) -> str:
    """The dotted name of what is looked up; empty where it is the part of something computed."""
    parts, inner = [node.attr], node.node
    while isinstance(inner, nodes.Getattr):
        parts.append(inner.attr)
        inner = inner.node
    spoken = ["LANGUAGE" if part in LANGUAGES else part for part in reversed(parts)]
    return ".".join((inner.name, *spoken)) if isinstance(inner, nodes.Name) else ""


def _long(language: str, file: str, said: Said) -> Iterator[Fault]:
    """Wordings that leave no room for others beside them on a screen."""
    for key, (text, line) in said.items():
        if not key.startswith(MACRO) and len(text) > LONGEST:
            yield Fault(Place(f"templates/{language}/{file}", line), f"'{key}' is {len(text)} characters long", f"Say it in {LONGEST}")


def _said(language: str, folder: Path, file: str) -> Said:
    tree = _parsed((folder / language / file).read_text(encoding="utf-8"))
    found: dict[str, tuple[str, int]] = {}
    for macro in tree.find_all(nodes.Macro):
        found[f"{MACRO}{macro.name}"] = ("".join(_told(macro)), macro.lineno)
    for assigned in tree.body:
        if isinstance(assigned, nodes.Assign) and isinstance(assigned.target, nodes.Name):
            found.update(_leaves(assigned.target.name, assigned.node))
    return found


def _told(macro: nodes.Macro) -> Iterator[str]:
    yield from (data.data for data in macro.find_all(nodes.TemplateData))
    yield from (str(const.value) for const in macro.find_all(nodes.Const) if isinstance(const.value, str))


def _leaves(path: str, node: nodes.Node) -> Iterator[tuple[str, tuple[str, int]]]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield path, (node.value, node.lineno)
    elif isinstance(node, nodes.Dict):
        for pair in node.items:
            if isinstance(pair.key, nodes.Const):
                yield from _leaves(f"{path}.{pair.key.value}", pair.value)


def _apart(key: str, one: str, other: str) -> str:
    return _odd(_signs(key, one), _signs(key, other))


def _signs(key: str, text: str) -> Counter[str]:
    plain = _NO_FIGURE.sub("", text)
    if key.startswith(MACRO):
        return Counter(sign for sign in _SIGN.findall(plain) if sign not in ALONE)
    return Counter((*_SIGN.findall(plain), *(name for name in _NAME.findall(plain) if name not in SAID_OTHERWISE)))
