"""Counter-examples of a certificate as templates can speak them: whom they are about, and what was seen, each by its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.render.clauses import Clause, clause
from bot.render.paths import Path, path_of
from flows.dialog.stages import CANCELLED, STAGES
from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import BETWEEN, NOTHING, Finding
from flows.rules.expressions import parse
from flows.rules.values import Answers

_NOBODY = frozenset(("decides", "alone", "questions", "comes"))
"""The claims that are broken because there is nobody; the others may be broken whoever comes."""
_KINDS = {
    **dict.fromkeys(("never", "when"), "condition"),
    **dict.fromkeys(("word", "rules", "reading", "engine", "clauses", "value", "before", "after", "reasons"), "values"),
    **dict.fromkeys(("expected", "contains", "excludes", "set", "order", "found"), "outcome"),
    **dict.fromkeys(("waiting", "stands", "should"), "state"),
    **dict.fromkeys(("fact", "silent"), "fact"),
    **dict.fromkeys(("concluded", "cancelled"), "yes_no"),
    "at": "path",
    "set_aside": "field",
    "question": "question",
    "cite": "sources",
    "about": "about",
    "fault": "flaw",
    "language": "language",
}
"""What each figure of a finding is; what is not named here is shown as it stands."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen.

    Attributes:
        name: which one; the templates word it.
        kind: what it is: see ``_KINDS``; ``text`` where it is shown as it stands.
        words: ids, or the text.
        fact: the conclusion whose values the words are.
        path: the conclusion in the output of `assess` whose content the words are.
        clause: the condition.
    """

    name: str
    kind: str
    words: tuple[str, ...]
    fact: str = ""
    path: Path | None = None
    clause: Clause | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A counter-example.

    Attributes:
        id: what the claim was about; ``kind`` tells what that is (``fact rule field question case state goal``, or ``other``).
        fact, value: of a rule, the conclusion and what the rule says of it.
        patient: the answers; None: nobody in particular.
        nobody: the claim is broken because there is no such patient.
        other: the answers of a second patient.
        seen: what was seen.
    """

    id: str
    kind: str
    fact: str
    value: str
    patient: Answers | None
    nobody: bool
    other: Answers | None
    seen: tuple[Seen, ...]


def example(claim: str, finding: Finding, knowledge: Knowledge) -> Example:
    """A finding of a claim, ready to be worded."""
    subject = finding.subject
    fact, value = _rule(subject, knowledge)
    nobody = finding.patient is None and claim in _NOBODY
    return Example(subject, _kind(claim, subject, knowledge), fact, value, finding.patient, nobody, finding.other, tuple(_seen(finding, knowledge)))


def _kind(claim: str, subject: str, knowledge: Knowledge) -> str:
    kinds = {
        "goal": knowledge.goals if claim == "ends" else (),
        "fact": knowledge.base.facts,
        "rule": knowledge.rule_ids,
        "field": knowledge.fields,
        "question": knowledge.questions,
        "case": knowledge.vignettes,
        "state": (*STAGES, CANCELLED),
    }
    return next((kind for kind, known in kinds.items() if subject in known), "other")


def _rule(subject: str, knowledge: Knowledge) -> tuple[str, str]:
    """The conclusion that a rule is about, and what it says of it."""
    return next(((fact.name, row.value or row.id) for fact in knowledge.book.facts for row in fact.rows if row.id == subject), ("", ""))


def _seen(finding: Finding, knowledge: Knowledge) -> Iterator[Seen]:
    figures = finding.figures
    ruled = _rule(finding.subject, knowledge)[0]
    fact = figures.get("fact") or figures.get("silent") or ruled or finding.subject
    path = path_of(figures["at"], knowledge.base.facts) if "at" in figures else None
    for name, text in figures.items():
        kind = _KINDS.get(name, "text")
        if text == "" or (kind == "fact" and text in (finding.subject, ruled)):  # nothing to say, or said already
            continue
        words = (text,) if kind == "text" else () if text == NOTHING else tuple(text.split(BETWEEN))
        yield Seen(name, kind, words, fact, path, clause(parse(text), knowledge) if kind == "condition" else None)
