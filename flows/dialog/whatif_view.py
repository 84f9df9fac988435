"""Paints what is supposed: the comparison, the lists to choose from, and what the report hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.dialog.agenda import agenda, stage_of
from flows.dialog.buttons import Rows, rows, word
from flows.dialog.events import Command, Did
from flows.dialog.imagined import ABOUT, AGAIN, ALTERNATIVE, HINGES, all_hinges, comparison, hinges_at, imagined
from flows.dialog.replies import Button, Label, Reply
from flows.dialog.session import Session
from flows.dialog.stages import ASKING
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.truth import FALSE
from flows.whatif.compare import Difference, Hinge, on_path_only

FIELDS_A_PAGE = 8
PLACES_A_ROW = 5
SHOWN_FACTS = 3


def paint(session: Session, case: Case, knowledge: Knowledge) -> Reply:
    """The screen of a supposition."""
    subject = session.subject
    if subject in ASKING:
        return _stage(session, subject, case, knowledge)
    if subject == HINGES:
        return _hinges(session, case, knowledge)
    if subject[:1] == ABOUT and subject[1:] in knowledge.fields:
        return _hinge(session, subject[1:], case, knowledge)
    return _compared(session, case, knowledge)


def beside_question(session: Session) -> Rows:
    """What stands under a question that is only supposed."""
    again = (word("as_it_is", Did(Command.WHATIF, f"{AGAIN}{session.subject}")),) if session.subject in session.supposed else ()
    return ((*again, word("to_comparison", Did(Command.WHATIF))), (word("explain", Did(Command.HELP_QUESTION)),))


def _compared(session: Session, case: Case, knowledge: Knowledge) -> Reply:
    """The suppositions, and what they change in the report."""
    gone, after = imagined(session, case, knowledge)
    answers = {name: answer for name, answer in {**session.answers, **session.supposed}.items() if name not in gone}
    then = replace(session, answers=answers, skipped=session.skipped - answers.keys(), quick=False)
    params = {
        "changes": [(name, session.answers.get(name), answer) for name, answer in _in_order(session.supposed, knowledge)],
        "unfit": [name for name in knowledge.fields if name in gone and name in session.supposed],
        "gone": [name for name in knowledge.fields if name in gone and name in session.answers and name not in session.supposed],
        "parts": comparison(case, after, knowledge) if session.supposed else [],
        "left": (len(agenda(case, replace(session, quick=False), knowledge).open), len(agenda(after, then, knowledge).open)),
    }
    return Reply("whatif.compared", params, _compared_buttons(session, knowledge), page=session.page, pager=Did(Command.WHATIF))


def _in_order(supposed: Mapping[str, Any], knowledge: Knowledge) -> list[tuple[str, Any]]:
    return [(name, supposed[name]) for name in knowledge.fields if name in supposed]


def _compared_buttons(session: Session, knowledge: Knowledge) -> Rows:
    stages = [Button(Label("stage", name), Did(Command.WHATIF, name)) for name in ASKING]
    decide: Rows = ((word("keep_all", Did(Command.KEEP), "success"), word("drop_all", Did(Command.DROP))),) if session.supposed else ()
    changes = [Button(Label("field", name), Did(Command.WHATIF, name), "primary") for name, _ in _in_order(session.supposed, knowledge)]
    last = (word("hinges", Did(Command.WHATIF, HINGES)), word("leave_whatif", Did(Command.RESUME)))
    return (*decide, *rows(changes), *rows(stages), last)


def _stage(session: Session, stage: str, case: Case, knowledge: Knowledge) -> Reply:
    """The questions of a stage that make sense beside what is supposed already."""
    _, then = imagined(session, case, knowledge)
    fits = [name for name in knowledge.fields if stage_of(name, knowledge) == stage and then.truth(knowledge.applies[name]) is not FALSE]
    lines = [(name, session.answers.get(name), session.supposed.get(name)) for name in fits]
    buttons = [Button(Label("field", name), Did(Command.WHATIF, name)) for name in fits]
    return Reply("whatif.stage", {"stage": stage, "lines": lines}, (*rows(buttons), (word("to_comparison", Did(Command.WHATIF)),)))


# --- what the report hangs on ---------------------------------------------------------------------------------------------


def _hinges(session: Session, case: Case, knowledge: Knowledge) -> Reply:
    """Every answer that the report hangs on, a few at a time, each with the conclusions that it decides."""
    found = list(all_hinges(session, case, knowledge).items())
    pages = max(1, -(-len(found) // FIELDS_A_PAGE))
    page = min(session.page, pages - 1)
    here = found[page * FIELDS_A_PAGE : (page + 1) * FIELDS_A_PAGE]
    params = {
        "groups": [{"field": name, "now": session.answers.get(name), **_decided(ways, knowledge)} for name, ways in here],
        "fields": len(found),
        "given": sum(name in session.answers for name, _ in found),
        "page": page + 1,
        "pages": pages,
    }
    buttons = [Button(Label("field", name), Did(Command.WHATIF, f"{ABOUT}{name}")) for name, _ in here]
    return Reply("whatif.hinges", params, (*rows(buttons), *_turning(page, pages), (word("to_comparison", Did(Command.WHATIF)),)))


def _decided(ways: Sequence[Hinge], knowledge: Knowledge) -> dict[str, Any]:
    """The conclusions that some other answer would change: the first by name, of the treatments the rest by number."""
    names = {difference.fact for hinge in ways for difference in hinge.differences}
    plain = [name for name in ("diagnosis.id", "classification.type", "index_grades") if name in names]
    treatments = [name for name in knowledge.book.treatments if f"treatment.{name}" in names]
    return {"facts": plain, "treatments": treatments[:SHOWN_FACTS], "more": max(0, len(treatments) - SHOWN_FACTS)}


def _turning(page: int, pages: int) -> Rows:
    before = (word("previous_page", Did(Command.WHATIF, f"{HINGES}.{page - 1}")),) if page else ()
    after = (word("next_page", Did(Command.WHATIF, f"{HINGES}.{page + 1}")),) if page + 1 < pages else ()
    return ((*before, *after),) if before or after else ()


def _hinge(session: Session, field: str, case: Case, knowledge: Knowledge) -> Reply:
    """Each other answer to one question that would change what decides most; a tap supposes it."""
    found = hinges_at(session, field, case, knowledge)
    ways = [{"answer": hinge.change.answer, **_changed(hinge)} for _, hinge in found]
    places = [Button(Label("text", str(place)), Did(Command.WHATIF, f"{field}{ALTERNATIVE}{way}")) for place, (way, _) in enumerate(found, 1)]
    params = {"field": field, "now": session.answers.get(field), "ways": ways}
    last = (word("hinges", Did(Command.WHATIF, HINGES)), word("to_comparison", Did(Command.WHATIF)))
    return Reply("whatif.hinge", params, (*rows(places, PLACES_A_ROW), last), page=session.page, pager=Did(Command.WHATIF, f"{ABOUT}{field}"))


def _changed(hinge: Hinge) -> dict[str, Any]:
    """What another answer would change; where it takes the case off its path, or back to it, that in one line (``left``, else None)."""
    across = [line for line in hinge.differences if on_path_only(line.fact) and None in (line.before, line.after)]
    lines = [_told(line) for line in hinge.differences if line not in across or line.after is not None]
    return {"lines": lines, "left": across[0].after is None if across else None}


def _told(line: Difference) -> dict[str, Any]:
    return {"fact": line.fact, "before": _values(line.before), "after": _values(line.after)}


def _values(value: object) -> list[str] | None:
    """The words of a value, in order; None where the conclusion is not drawn."""
    return None if value is None else sorted(value) if isinstance(value, frozenset) else [str(value)]
