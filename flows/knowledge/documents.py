"""Reads the cases of a file: YAML documents or one JSON value, each taken or refused by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

from flows.knowledge.loader import Knowledge
from flows.knowledge.strict_yaml import Block, Numeral, YamlFault, load_document
from flows.rules.reading import Refusal, Refused, read_answer
from flows.rules.values import Answer

_SEPARATOR = re.compile(r"^---(?:[ \t]+|$)", re.MULTILINE)
_DIRECTIVES = re.compile(r"(?:[ \t]*(?:[%#][^\n]*)?(?:\n|$))+")
_END = re.compile(r"^\.\.\.[ \t]*$", re.MULTILINE)
LONGEST_CASE = 80
SUGGESTIONS = 20
"""Unknown ids for which a known one is looked up: it takes time, and a file may hold any number of them."""
_NESTING = re.compile(r"[\[{]|[-?:][ \t]+(?=[-?])")
DEEPEST = 1000
"""Brackets and compact lists in one document; far more than answers need, and few enough for the YAML library's own stack."""


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """One case of a file. ``refusals`` is empty where every answer was read; ``case`` is the name to echo, if given."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    case: str | int | float | None = None
    refusals: tuple[Refusal, ...] = ()


def read_cases(text: str, knowledge: Knowledge) -> Iterator[CaseDocument]:
    """Every case of a file, in order. Empty documents are skipped."""
    for part in _documents(text.removeprefix("\ufeff")):
        if isinstance(part, Refusal):
            yield CaseDocument(refusals=(part,))
        elif part is not None:
            yield read_case(part, knowledge)


def _documents(text: str) -> Iterator[Any]:
    stripped = text.lstrip()
    if stripped.startswith(("{", "[")):
        try:
            yield json.loads(text, object_pairs_hook=_pairs)
            return
        except YamlFault as fault:
            yield Refusal(None, fault.why, fault.text)
            return
        except (ValueError, RecursionError):
            pass  # YAML's own flow style, or broken: the YAML reader will say
    for line, part in _parts(text.replace("\r\n", "\n")):
        if _DIRECTIVES.fullmatch(part):
            continue
        try:
            if _too_deep(part):
                yield Refusal(None, "unreadable", line=line)
            else:
                yield load_document(_END.sub("", part), numbers_as_text=True)
        except YamlFault as fault:
            yield Refusal(None, fault.why, fault.text, line + fault.line - 1)
        except RecursionError:
            yield Refusal(None, "unreadable", line=line)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Every document, with the line of the file where it begins."""
    start, line = 0, 1
    for separator in (*_SEPARATOR.finditer(text), None):
        part = text[start : separator.start() if separator else len(text)]
        yield line, part
        if separator:
            start, line = separator.end(), line + part.count("\n")


def _too_deep(text: str) -> bool:
    return next(islice(_NESTING.finditer(text), DEEPEST, None), None) is not None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for key, value in pairs:
        if key in block:
            raise YamlFault("duplicate", 1, key)
        block[key] = value
    return block


def read_case(document: Any, knowledge: Knowledge) -> CaseDocument:
    """One case from a loaded document; every fault is kept."""
    if not isinstance(document, Block | dict):
        return CaseDocument(refusals=(Refusal(None, "no_map", str(document)[:LONGEST_CASE]),))
    answers: dict[str, Answer] = {}
    refusals: list[Refusal] = []
    case: str | int | float | None = None
    for name, raw in document.items():
        try:
            if name == "case":
                case = _case(raw)
            elif name not in knowledge.fields:
                near = _nearest(name, knowledge) if len(refusals) < SUGGESTIONS else ""
                refusals.append(Refusal(name[:LONGEST_CASE], "unknown_id", near))
            else:
                answers[name] = read_answer(raw, knowledge.fields[name].core)
        except Refused as refused:
            refusals.append(refused.refusal)
    return CaseDocument(answers, case, tuple(refusals))


def _nearest(name: str, knowledge: Knowledge) -> str:
    """The id that was probably meant: one that begins with or holds what was written, else one spelt alike, else nothing."""
    written = _bare(name)
    fields = {_bare(field): field for field in knowledge.fields}
    holding = sorted((bare.find(written), len(bare), bare) for bare in fields if len(written) >= 3 and written in bare)
    alike = [bare for *_, bare in holding] or get_close_matches(written, fields, 1)
    return fields[alike[0]] if alike else ""


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name[:LONGEST_CASE].casefold())


def _case(raw: Any) -> str | int | float:
    value = _as_written(raw) if isinstance(raw, Numeral) else raw
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not _printable(str(value)):
        raise Refused(Refusal("case", "case", str(raw)[:LONGEST_CASE]))
    return value


def _printable(name: str) -> bool:
    """Whether a name can be echoed: not too long, no control characters, no half characters, no number that is none."""
    return len(name) <= LONGEST_CASE and name.isprintable() and name not in ("nan", "inf", "-inf")


def _as_written(raw: Numeral) -> str | int | float:
    """A number, unless writing it again would change it: the case 007 is not the case 7."""
    value = raw.value()
    return value if isinstance(value, int | float) and str(value) == raw else str(raw)
