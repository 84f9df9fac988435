"""Moves a session to another version of the knowledge: answers that still fit count on, the others are named and asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.dialog.moves import asking
from flows.dialog.replies import Reply
from flows.dialog.screens import note
from flows.dialog.session import Session
from flows.dialog.turn import settle
from flows.knowledge.loader import Knowledge
from flows.rules.fields import Field, Kind
from flows.rules.values import Answer, Form, Interval, Open


def moved(session: Session, knowledge: Knowledge) -> tuple[Session, tuple[Reply, ...]]:
    """The session under ``knowledge``, and what to tell the person about it.

    An answer that the new questions do not take is taken out, whatever it said before: it is neither used nor offered. The
    screen stays as it is where nothing of it changed, so that a button pressed before still means what it says.
    """
    answers = _fitting(session.answers, knowledge)
    kept = replace(
        session,
        answers=answers,
        skipped=session.skipped & knowledge.fields.keys(),
        aside=_fitting(session.aside, knowledge),
    )
    if not _stands(session, knowledge):
        kept = replace(asking(kept), focus="")
    settled = settle(kept, knowledge, session)
    gone = [name for name in session.answers if name not in answers]
    if not session.consented:
        return settled.session, ()
    told = note(
        "moved", fields=[name for name in knowledge.fields if name in gone], more=sum(name not in knowledge.fields for name in gone)
    )
    return settled.session, (told, *settled.notes)


def fits(answer: Answer, field: Field) -> bool:
    """Whether a field takes an answer that was given once."""
    match answer:
        case Open():
            return answer is Open.UNKNOWN or field.not_done
        case Interval(low=low, high=high):
            within = field.limits[0] <= low and high <= field.limits[1]
            return field.numeric and within and not (field.plain and answer.form is not Form.EXACT)
        case str():
            return answer in field.options if field.kind in (Kind.ONE, Kind.COUNT) else field.kind is Kind.TEXT
        case frozenset():
            return field.kind is Kind.MANY and answer <= frozenset(field.options)
        case _:
            return field.kind is Kind.MAP and answer.keys() <= set(field.items) and {*answer.values()} <= set(field.options)


def _fitting(answers: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, Answer]:
    return {name: answer for name, answer in answers.items() if name in knowledge.fields and fits(answer, knowledge.fields[name].core)}


def _stands(session: Session, knowledge: Knowledge) -> bool:
    """Whether everything that is on the screen, or under it, still exists."""
    if len(_fitting(session.proposed, knowledge)) < len(session.proposed):
        return False
    field = knowledge.fields.get(session.subject)
    if session.screen.value != "asking":
        return session.under[0] != "asking" or session.under[1] in knowledge.fields
    if field is None:
        return False
    known = {*field.core.options, *field.core.items, "*"}
    return {*session.draft} <= known and all(value in {*known, "on"} for value in session.draft.values())
