"""`whynot`: why given answers do not lead to other conclusions, and the smallest change that would, proved minimal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from bot.channels.commandline.assess import DONE, REFUSED, Format, Output, errors, write_json
from bot.render.regions import plain
from flows.dialog.whynot import GRADE, Step, WhyNot, other_values, subjects, values_of, why_not
from flows.knowledge.documents import CaseDocument, read_cases
from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import written
from flows.rules.engine import Case
from flows.rules.values import Open

PUBLIC_GRADE = "classification.grade"
Want = tuple[str, str]
"""A fact, and the value asked about; no value: every value that was not concluded."""


class WantUnknown(Exception):
    """What was asked about is no conclusion: ``text`` as it was given, ``known`` what can stand there."""

    def __init__(self, text: str, known: tuple[str, ...]) -> None:
        super().__init__(text)
        self.text, self.known = text, known


def wants_of(given: Sequence[str], knowledge: Knowledge) -> list[Want]:
    """The conclusions named as ``FACT`` or ``FACT=VALUE``; all of them where none is named.

    Raises:
        WantUnknown: one of them is none.
    """
    return [_want(text, knowledge) for text in given] or [(fact, "") for fact in subjects(knowledge)]


def _want(text: str, knowledge: Knowledge) -> Want:
    named, _, value = text.partition("=")
    fact = GRADE if named == PUBLIC_GRADE else named
    if fact not in subjects(knowledge):
        raise WantUnknown(text, tuple(map(_public, subjects(knowledge))))
    if value and value not in values_of(fact, knowledge):
        raise WantUnknown(text, values_of(fact, knowledge))
    return fact, value


def whynot(text: str, wants: Sequence[Want], knowledge: Knowledge, output: Output) -> int:
    """Prints, for every case in ``text``, what keeps the wanted conclusions away.

    Returns:
        0 where every case was read, 2 where any was refused (each fault is also listed on the error stream, by id).
    """
    output = replace(output, speak=cache(output.speak))
    refused = False
    for document in read_cases(text, knowledge):
        refused |= bool(document.refusals)
        if output.form is Format.TEXT:
            output.out.writelines(f"{block}\n\n" for block in _blocks(document, wants, knowledge, output))
        else:
            write_json(_object(document, wants, knowledge, output), output.out)
    return REFUSED if refused else DONE


def _blocks(document: CaseDocument, wants: Sequence[Want], knowledge: Knowledge, output: Output) -> Iterator[str]:
    if document.case is not None:
        yield output.speak().words("commandline.case_heading", output.language, name=document.case)
    if document.refusals:
        errors(document, output)
        return
    for found in _found(knowledge.case(document.answers), wants, knowledge):
        yield output.speak().words("explain.whynot", output.language, w=found)


def _object(document: CaseDocument, wants: Sequence[Want], knowledge: Knowledge, output: Output) -> Mapping[str, Any]:
    named = {} if document.case is None else {"case": document.case}
    if document.refusals:
        return {**named, "error": errors(document, output)}
    return {**named, "whynot": [_data(found, knowledge) for found in _found(knowledge.case(document.answers), wants, knowledge)]}


def _found(case: Case, wants: Sequence[Want], knowledge: Knowledge) -> Iterator[WhyNot]:
    for fact, value in wants:
        others = other_values(case, fact, knowledge)
        for other in others if not value else [value] if value in others else []:
            yield why_not(case, fact, other, knowledge)


def _data(found: WhyNot, knowledge: Knowledge) -> Mapping[str, Any]:
    return {
        "fact": _public(found.fact),
        "value": found.value,
        "now": list(found.now),
        "reach": found.reach.value,
        "changes": _changes(found.steps, knowledge),
        "of_open_answers": _changes(found.filling, knowledge),
        "rules": [one.row.id for one in found.blocked],
        "citations": list(dict.fromkeys(source for row in found.by for source in row.cite)),
    }


def _changes(steps: Sequence[Step], knowledge: Knowledge) -> list[Mapping[str, Any]]:
    return [
        {
            "id": step.field,
            "from": _raw(step.field, step.before),
            "to": _raw(step.field, step.after),
            "example": step.example,
            "enough": plain(step.field, step.alike, knowledge),
        }
        for step in steps
    ]


def _raw(field: str, answer: Any) -> Any:
    """An answer as a case file has it; None where there is none."""
    return None if answer is None or answer is Open.MISSING else written({field: answer})[field]


def _public(fact: str) -> str:
    return PUBLIC_GRADE if fact == GRADE else fact
