"""`assess`: conclusions for given answers. Asks nothing, stores nothing, needs no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, TextIO

from flows.dialog.explain import cited, glance, report, sections
from flows.knowledge.documents import CaseDocument, read_cases
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.reading import Refusal

DONE, FAILED, REFUSED = 0, 1, 2


class Format(StrEnum):
    """How conclusions are printed."""

    JSON = "json"
    JSONL = "jsonl"
    TEXT = "text"


class Words(Protocol):
    """Speaks a template macro as plain text."""

    def words(self, key: str, language: str, **params: Any) -> str:
        """The wording of ``file.macro``."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where and how `assess` prints. ``speak`` is called once, and only where words are needed: templates take time to load."""

    form: Format
    language: str
    speak: Callable[[], Words]
    out: TextIO
    err: TextIO


def assess(text: str, name: str, knowledge: Knowledge, output: Output) -> int:
    """Prints the conclusions of every case in ``text``.

    Args:
        text: YAML documents or one JSON value.
        name: what the text is called in messages.
        knowledge: the rules.
        output: format, language and streams.

    Returns:
        0 where every case was read, 2 where any was refused (each fault is also listed on the error stream, by id).
    """
    output = replace(output, speak=cache(output.speak))
    documents = read_cases(text, knowledge)
    refused = _printed(documents, knowledge, output)
    if refused is None:
        output.err.write(output.speak().words("commandline.no_case", output.language, file=name) + "\n")
        return REFUSED
    return REFUSED if refused else DONE


def _printed(documents: Iterator[CaseDocument], knowledge: Knowledge, output: Output) -> bool | None:
    """Whether any case was refused; None where there was no case."""
    match output.form:
        case Format.TEXT:
            outcomes = [_text(document, knowledge, output) for document in documents]
        case Format.JSONL:
            outcomes = [_line(document, knowledge, output) for document in documents]
        case Format.JSON:
            pairs = [_object(document, knowledge, output) for document in documents]
            found = [found for found, _ in pairs]
            if found:
                write_json(found[0] if len(found) == 1 else found, output.out, indent=2)
            outcomes = [refused for _, refused in pairs]
    return any(outcomes) if outcomes else None


def _line(document: CaseDocument, knowledge: Knowledge, output: Output) -> bool:
    found, refused = _object(document, knowledge, output)
    write_json(found, output.out)
    return refused


def write_json(value: Any, out: TextIO, indent: int | None = None) -> None:
    """Writes one value as JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    out.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")  # half a character is written as JSON escapes it


def _object(document: CaseDocument, knowledge: Knowledge, output: Output) -> tuple[Mapping[str, Any], bool]:
    named = {} if document.case is None else {"case": document.case}
    if document.refusals:
        return {**named, "error": errors(document, output)}, True
    return {**named, **report(knowledge.case(document.answers), knowledge)}, False


def errors(document: CaseDocument, output: Output) -> list[dict[str, str | None]]:
    """What was refused in a case; also listed on the error stream."""
    found = [{"id": refusal.field, "message": message(refusal, output)} for refusal in document.refusals]
    words, case = output.speak().words, document.case
    for error in found:
        output.err.write(words("commandline.fault", output.language, case=case, **error) + "\n")
    return found


def message(refusal: Refusal, output: Output) -> str:
    """Why something was refused, and what is accepted, in words."""
    words, language = output.speak().words, output.language
    if refusal.why == "unknown_id":
        return words("errors.unknown_id", language, id=refusal.field, near=refusal.text)
    if refusal.field is None:
        return words("errors.document", language, why=refusal.why, text=refusal.text, line=refusal.line)
    return words("errors.refused", language, field=refusal.field, why=refusal.why, text=refusal.text)


def _text(document: CaseDocument, knowledge: Knowledge, output: Output) -> bool:
    speak = output.speak()
    if document.case is not None:
        output.out.write(speak.words("commandline.case_heading", output.language, name=document.case) + "\n\n")
    if document.refusals:
        errors(document, output)
        return True
    case = knowledge.case(document.answers)
    output.out.write("\n\n".join(_parts(case, document.answers, knowledge, output)) + "\n\n")
    return False


def _parts(case: Case, answers: Mapping[str, Any], knowledge: Knowledge, output: Output) -> Iterator[str]:
    conclusions = glance(case, knowledge)
    speak = output.speak()
    for section in sections(case):
        params: dict[str, Any] = {"c": conclusions, "answers": dict(answers), "left": None}
        if section == "sources":
            params = {"ids": cited(report(case, knowledge))}
        yield speak.words(f"report.{section}", output.language, **params)
