"""What a person asks back: why a question is put, how a conclusion follows, why not another. From the argument to the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flows.dialog.bearing import bearings, decides_nothing, purpose
from flows.dialog.events import Command, Did
from flows.dialog.explain import SECTIONS, facts_of, sections, spoken_as
from flows.dialog.naming import meant
from flows.dialog.proof import SHORT, located, proof, words_of
from flows.dialog.replies import Button, Label, Reply
from flows.dialog.session import Screen, Session
from flows.dialog.stakes import Stakes, stakes_of
from flows.dialog.whynot import DIAGNOSIS, GRADE, TYPE, concluded, other_values, subjects, values_of, why_not
from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import shown_where
from flows.rules.engine import Case
from flows.rules.truth import TRUE

Rows = tuple[tuple[Button, ...], ...]
FIRST = 4
"""Conclusions that are shown of those an answer can change; the rest is one tap away."""
STAKES_SHOWN = 4
"""Conclusions that are named of those that hang on a question."""
CHOICE = "?"
"""Begins a subject that names all that may have been meant."""
WIDE = 2
CHIEF = (DIAGNOSIS, TYPE, GRADE, "criteria.pathology_nen", "criteria.extrahepatic_primary_excluded", "functional.status")
WHYNOT_OF = {"classification": TYPE, "criteria": DIAGNOSIS, "transplantation": "treatment.transplantation", "summary": "", "treatment": ""}
"""What is asked about from a part of the report, where its conclusions can be asked about."""


def two_wide(buttons: Iterable[Button], width: int = WIDE) -> Rows:
    """The buttons in rows."""
    every = list(buttons)
    return tuple(tuple(every[place : place + width]) for place in range(0, len(every), width))


# --- from the argument of a command to the subject of a side screen -----------------------------------------------------


def how_subject(session: Session, argument: str, knowledge: Knowledge) -> str | None:
    """What `/how` shows; None where the argument names no conclusion."""
    case = knowledge.case(session.answers)
    kind, _, shown = session.subject.partition(":")
    if not argument:
        return session.subject if session.screen is Screen.REPORT and session.subject in sections(case) else "summary"
    if argument.startswith("+"):
        fact = argument[1:]
        if kind != "how" or shown.startswith(CHOICE) or fact not in knowledge.base.facts:
            return None
        conclusion, _, opened = shown.partition("|")
        known = [name for name in opened.split(",") if name]
        now = [name for name in known if name != fact] if fact in known else [*known, fact]
        return f"{_single(case, conclusion, knowledge)}|{','.join(now)}"
    if argument in sections(case) or _explained(case, argument, knowledge):
        return argument
    facts = dict.fromkeys(target.partition("=")[0] for target in meant(argument, knowledge))
    conclusions = [name for name in facts if _explained(case, name, knowledge)]
    return _one_of(conclusions or [name for name in facts if name in sections(case)])


def _one_of(found: Sequence[str]) -> str | None:
    """The subject that was named, or a choice of those that may have been meant; None where there is none."""
    return None if not found else found[0] if len(found) == 1 else f"{CHOICE}{','.join(found)}"


def _single(case: Case, conclusion: str, knowledge: Knowledge) -> str:
    """The conclusion of a part of the report that has only one; anything else as it is."""
    listed = _listed(case, conclusion, knowledge) if conclusion in SECTIONS else []
    return listed[0] if len(listed) == 1 else conclusion


def _explained(case: Case, conclusion: str, knowledge: Knowledge) -> bool:
    """Whether there is such a conclusion in the report of this case."""
    fact, _ = located(case, conclusion, knowledge)
    return bool(fact) and case.truth(case.base.compile(shown_where(fact))) is TRUE


def whynot_subject(argument: str, knowledge: Knowledge) -> str | None:
    """What `/whynot` shows; None where the argument names nothing that can be asked about."""
    if not argument or _can_be_asked(argument, knowledge):
        return argument
    named = (WHYNOT_OF.get(target, target) for target in meant(argument, knowledge))
    return _one_of([target for target in dict.fromkeys(named) if not target or _can_be_asked(target, knowledge)])


def _can_be_asked(target: str, knowledge: Knowledge) -> bool:
    fact, mark, value = target.partition("=")
    return fact in subjects(knowledge) and (value in values_of(fact, knowledge) if mark else True)


# --- screens ------------------------------------------------------------------------------------------------------------


def why_screen(session: Session, subject: str, knowledge: Knowledge) -> tuple[Reply, Rows]:
    """Why the question is asked, and the buttons that are its own."""
    field, everything, _ = subject.partition("+")
    question = knowledge.questions[knowledge.fields[field].question]
    found = bearings(session.answers, field, knowledge)
    shown = found if everything else found[:FIRST]
    params: dict[str, Any] = {
        "field": field,
        "question": question.id,
        "alone": [one for one in shown if one.alone],
        "joined": [one for one in shown if not one.alone],
        "more": len(found) - len(shown),
        "nothing": decides_nothing(field, knowledge),
        "purpose": None if found else purpose(field, knowledge),
        "stakes": hanging(stakes_of(session, field, knowledge)),
        "cite": list(question.cite),
    }
    every = ((Button(Label("word", "why_all"), Did(Command.WHY, "all")),),) if params["more"] else ()
    return Reply("explain.why", params, page=session.page, pager=Did(Command.WHY, "all")), every


def hanging(found: Stakes) -> dict[str, Any]:
    """What hangs on a question, to be told: how many conclusions, the first of them by name, and what it opens."""
    itself = list(dict.fromkeys(spoken_as(fact) for fact in found.itself))
    through = [name for name in dict.fromkeys(spoken_as(fact) for fact in found.through) if name not in itself]
    return {"itself": itself, "opens": list(found.opens), "through": through, "named": STAKES_SHOWN}


def how_screen(session: Session, case: Case, subject: str, knowledge: Knowledge) -> tuple[Reply, Rows]:
    """How the conclusions of a part of the report, or one of them, follow."""
    if subject.startswith(CHOICE):
        return _which(subject, Command.HOW)
    conclusion, _, opened = subject.partition("|")
    conclusion = _single(case, conclusion, knowledge)
    found = None if conclusion in SECTIONS or not _explained(case, conclusion, knowledge) else proof(case, conclusion, opened.split(","), knowledge)
    if found is None:
        section = conclusion if conclusion in sections(case) else "summary"
        listed = _listed(case, section, knowledge)
        items = [_item(case, name, knowledge) for name in listed]
        buttons = two_wide(Button(Label("conclusion", name), Did(Command.HOW, name)) for name in listed)
        return Reply("explain.how", {"section": section, "items": items}, page=session.page, pager=Did(Command.HOW, section)), buttons
    branches = [
        Button(Label("fold" if is_open else "unfold", fact), Did(Command.HOW, f"+{fact}")) for fact, is_open in found.shown.items()
    ]
    section = _section_of(found.root.fact)
    around = [Button(Label("word", "conclusions"), Did(Command.HOW, section))] if len(_listed(case, section, knowledge)) > 1 else []
    if found.root.fact in subjects(knowledge):
        around.append(Button(Label("word", "whynot"), Did(Command.WHYNOT, found.root.fact)))
    reply = Reply("explain.proof", {"p": found}, page=session.page, pager=Did(Command.HOW))
    return reply, (*two_wide(branches), *((tuple(around),) if around else ()))


def _item(case: Case, conclusion: str, knowledge: Knowledge) -> dict[str, Any]:
    fact, chosen = located(case, conclusion, knowledge)
    outcome = case.fact(fact)
    rows = [row for row in outcome.rows if not chosen or row.value == chosen]
    value = (chosen,) if chosen else words_of(outcome.value)
    cite = list(dict.fromkeys(source for row in rows for source in row.cite))
    return {"fact": fact, "value": value, "layer": outcome.layer.value, "cite": cite}


def _listed(case: Case, section: str, knowledge: Knowledge) -> list[str]:
    """The conclusions of a part of the report, each by the name under which its proof is found."""
    names = facts_of(section, knowledge)
    if section == "summary":
        names = ("red_flags", *CHIEF, *(facts_of("treatment", knowledge) if case.word("path") == "on" else ()))
    found: list[str] = []
    for name in names:
        if name in SHORT:
            found += words_of(case.fact(name).value)
        elif case.fact(name).value is not None or not name.startswith("markers."):
            found.append(name)
    return list(dict.fromkeys(found))


def _section_of(fact: str) -> str:
    """The part of the report that a conclusion belongs to."""
    if fact.startswith("treatment."):
        return "treatment"
    return next((name for name, facts in SECTIONS.items() if fact in facts and name != "summary"), "summary")


def whynot_screen(session: Session, case: Case, subject: str, knowledge: Knowledge) -> tuple[Reply, Rows]:
    """What can be asked about, which values were not concluded, or why one was not."""
    if subject.startswith(CHOICE):
        return _which(subject, Command.WHYNOT)
    fact, _, value = subject.partition("=")
    if fact not in subjects(knowledge):
        now = [(name, concluded(case, name)) for name in subjects(knowledge)]
        return Reply("explain.whynot_choice", {"now": now}), two_wide(_asks(name, "conclusion") for name in subjects(knowledge))
    back = (Button(Label("word", "whynot_other"), Did(Command.WHYNOT)),)
    if not value or concluded(case, fact) == (value,):
        others = other_values(case, fact, knowledge)
        reply = Reply("explain.whynot_values", {"fact": fact, "now": concluded(case, fact), "off": not concluded(case, fact)})
        return reply, (*two_wide(_asks(f"{fact}={each}", "value") for each in others), back)
    found = why_not(case, fact, value, knowledge)
    again = Button(Label("word", "whynot_value"), Did(Command.WHYNOT, fact))
    return Reply("explain.whynot", {"w": found}, page=session.page, pager=Did(Command.WHYNOT)), ((again, *back),)


def _which(subject: str, command: Command) -> tuple[Reply, Rows]:
    """What may have been meant, to choose from: by the values where these differ, else by the conclusions."""
    pairs = [target.partition("=") for target in subject.removeprefix(CHOICE).split(",")]
    shared = {value for _, _, value in pairs}
    value = shared.pop() if len(shared) == 1 else ""

    def label(fact: str, mark: str, own: str) -> Label:
        return Label("section", fact) if fact in SECTIONS else Label("value", f"{fact}={own}") if mark and not value else Label("conclusion", fact)

    buttons = [Button(label(*pair), Did(command, "".join(pair))) for pair in pairs]
    return Reply("explain.which", {"fact": pairs[0][0], "value": value}), two_wide(buttons)


def _asks(name: str, kind: str) -> Button:
    return Button(Label(kind, name), Did(Command.WHYNOT, name))
