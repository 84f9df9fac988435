"""One turn of the conversation: a session and an event in, a session and replies out. Pure and total."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flows.dialog import answering, moves, pace, supposing
from flows.dialog.agenda import Agenda, agenda, inapplicable, stage_of
from flows.dialog.buttons import word
from flows.dialog.events import KINDS, Answered, Command, Did, Event, Finished, Marked, Paired, Sent, Stale, Typed
from flows.dialog.replies import Reply, Role
from flows.dialog.screens import Painter, done_in, note, toast
from flows.dialog.session import NOWHERE, Screen, Session, Turn
from flows.dialog.stages import stage_for
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case
from flows.rules.truth import FALSE

AWAY = 6 * 3600.0
"""Seconds after which a person who comes back is told where the consultation stands."""


def turn(session: Session, event: Event, knowledge: Knowledge, now: float) -> Turn:
    """Applies one event.

    Args:
        session: the session as it was saved.
        event: what the person did; every event has a reply in every state.
        knowledge: the loaded knowledge.
        now: seconds since the epoch.

    Returns:
        The session to save and the replies to send, in order; the last SCREEN reply is what to act on next.
    """
    session = _known(session, knowledge)
    move = _apply(session, event, knowledge)
    if move.erase:
        knowledge.nearby.forget(session.answers)
        begin = ((word("restart", Did(Command.START)),),)
        return Turn(Session(language=session.language), (Reply("dialog.forgotten", {}, begin, Role.NOTE),), erase=True)
    settled = settle(replace(move.session, touched=now), knowledge, session)
    notes = _away(session, now, settled) + move.replies + settled.notes
    return _shown(session, settled, notes, move.refused, knowledge)


def repaint(session: Session, knowledge: Knowledge) -> tuple[Reply, ...]:
    """The current screen once more, without a turn."""
    session = _known(session, knowledge)
    case = knowledge.case(session.answers)
    return (Painter(session, case, agenda(case, session, knowledge), knowledge).paint(),)


@dataclass(frozen=True, slots=True)
class Settled:
    """A session in the state that follows from its answers, with the case and the agenda that told it."""

    session: Session
    case: Case
    plan: Agenda
    notes: tuple[Reply, ...]


def _apply(session: Session, event: Event, knowledge: Knowledge) -> moves.Move:
    move = supposing.take(session, event, knowledge) or pace.take(session, event) or _moved(session, event, knowledge)
    return move if move.wish is None else _apply(move.session, move.wish, knowledge)


def _moved(session: Session, event: Event, knowledge: Knowledge) -> moves.Move:
    match event:
        case Did(command, argument):
            return moves.did(session, command, argument, knowledge)
        case Answered(field, value):
            return answering.answered(session, field, value, knowledge)
        case Marked(field, option, on):
            return answering.marked(session, field, option, on, knowledge)
        case Paired(field, item, outcome):
            return answering.paired(session, field, item, outcome, knowledge)
        case Finished(field):
            return answering.finished(session, field, knowledge)
        case Typed(text, field):
            return moves.typed(session, text, field, knowledge)
        case Sent(kind):
            return moves.Move(session, (note("media", kind=kind if kind in KINDS else "other"),))
        case Stale():
            return moves.Move(session, (toast("stale"),))


def _known(session: Session, knowledge: Knowledge) -> Session:
    """The session without what was kept for questions that no longer exist: knowledge may change between two turns."""
    fields = knowledge.fields.keys()
    if {*session.answers, *session.skipped, *session.aside, *session.proposed, *session.supposed} <= fields:
        return session
    kept = replace(
        moves.asking(session),
        focus="",
        answers={name: answer for name, answer in session.answers.items() if name in fields},
        skipped=session.skipped & fields,
        aside={name: answer for name, answer in session.aside.items() if name in fields},
        supposed={name: answer for name, answer in session.supposed.items() if name in fields},
    )
    return settle(kept, knowledge, session).session


def settle(session: Session, knowledge: Knowledge, before: Session) -> Settled:
    """Brings a session into the state that follows from its answers.

    Answers that make no sense any more are set aside; the stage and the next question are computed; new red flags and
    contradictions are raised, each once. ``before`` is the session as it was shown last.
    """
    notes: list[Reply] = []
    gone, case = inapplicable(session.answers, knowledge, before.answers)
    if gone:
        session = _set_aside(session, gone)
        notes.append(note("set_aside", fields=[name for name in knowledge.fields if name in gone]))
    plan = agenda(case, session, knowledge)
    flags = {str(row.value): row for row in case.fact("red_flags").rows}
    fresh = [row for flag, row in flags.items() if flag not in session.shown]
    if fresh:
        notes.append(note("red_flag", flags=[{"id": row.value, "layer": row.layer.value, "citations": list(row.cite)} for row in fresh]))
    session = _with(session, shown=frozenset(flags))
    session = _contradicted(session, case, plan)
    session = _placed(session, plan, knowledge)
    if _identity(session) != _identity(before):
        session = replace(session, step=before.step + 1)
    return Settled(session, case, plan, tuple(notes))


def _with(session: Session, **parts: Any) -> Session:
    """The session with other parts; itself where they are no others, as it is most of the time."""
    return replace(session, **parts) if any(getattr(session, name) != part for name, part in parts.items()) else session


def _set_aside(session: Session, gone: frozenset[str]) -> Session:
    kept = {name: answer for name, answer in session.answers.items() if name not in gone}
    aside = {**session.aside, **{name: session.answers[name] for name in gone}}
    return replace(session, answers=kept, aside=aside)


def _contradicted(session: Session, case: Case, plan: Agenda) -> Session:
    """Raises a contradiction that was not asked about, once everything it rests on was asked."""
    present: dict[str, bool] = {}
    for row in case.fact("contradictions").rows:
        ready = not any(part in plan.open for part in row.parts)
        present[str(row.value)] = present.get(str(row.value), True) and ready
    checked = session.checked & present.keys()
    if session.screen is Screen.CHECK and session.subject in present:
        return _with(session, checked=checked)
    session = _with(session, checked=checked)
    new = [name for name, ready in present.items() if ready and name not in checked]
    if new and session.screen in (Screen.ASKING, Screen.CHECK) and not session.focus:
        return replace(session, screen=Screen.CHECK, subject=new[0], checked=checked | {new[0]})
    return session


def _placed(session: Session, plan: Agenda, knowledge: Knowledge) -> Session:
    """Computes the stage, and the field on the screen where one is asked."""
    session = _back_where_it_began(session)
    waiting = stage_of(plan.next, knowledge) if session.consented else "consent"
    concluded = session.screen is Screen.REPORT or (session.under[0] == Screen.REPORT.value and session.screen is Screen.SIDE)
    concluded |= session.stage == "report" and supposing.under_way(session)  # nothing was answered, so the stage stays
    session = _with(session, stage=stage_for(session.stage, waiting, concluded, session.screen is Screen.CANCELLED))
    if not session.consented and session.screen not in (Screen.SIDE, Screen.CANCELLED):
        return replace(session, screen=Screen.CONSENT, subject="", focus="")
    if session.screen is Screen.CHECK and session.subject not in session.checked:
        session = replace(session, screen=Screen.ASKING)
    if session.screen is not Screen.ASKING:
        return session
    if session.focus and not _askable(session, knowledge):
        session = replace(session, focus="")
    field = session.focus or plan.next
    if field is None:
        return replace(session, screen=Screen.REVIEW, subject="", page=0, draft={})
    if field == session.subject:
        return session
    return replace(session, subject=field, page=0, draft=moves.draft_of(session.answers.get(field)))


def _back_where_it_began(session: Session) -> Session:
    """Shows the screen again on which other answers began to be tried out, once they were kept and nothing has to be asked first."""
    if session.screen in (Screen.REVIEW, Screen.REPORT, Screen.CANCELLED):
        return _with(session, origin=NOWHERE)
    if session.screen is not Screen.ASKING or session.focus or session.origin == NOWHERE:
        return session
    return replace(moves.shown_again(session, session.origin), origin=NOWHERE)


def _askable(session: Session, knowledge: Knowledge) -> bool:
    """Whether the field a person went back to still makes sense."""
    field = session.focus
    return field in knowledge.fields and knowledge.case(session.answers).truth(knowledge.applies[field]) is not FALSE


def _identity(session: Session) -> tuple[object, ...]:
    item = session.draft.get("*", "") if session.screen in (Screen.ASKING, Screen.SUPPOSING) else ""
    return session.screen, session.subject, session.page, session.focus, item, tuple(session.proposed), tuple(session.supposed.items()), session.quick


def _away(before: Session, now: float, settled: Settled) -> tuple[Reply, ...]:
    if not before.answers or now - before.touched < AWAY or before.screen is Screen.CANCELLED:
        return ()
    return (note("welcome_back", left=len(settled.plan.open), answered=len(settled.session.answers)),)


def _shown(before: Session, settled: Settled, notes: tuple[Reply, ...], refused: tuple[str, str] | None, knowledge: Knowledge) -> Turn:
    after = settled.session
    screen = Painter(after, settled.case, settled.plan, knowledge).paint(refused)
    return Turn(after, (*_closing(before, after, knowledge), *notes, screen))


def _closing(before: Session, after: Session, knowledge: Knowledge) -> tuple[Reply, ...]:
    """What the screen of a stage turns into when the next screen belongs to another one; quick mode goes to and fro between them."""
    if after.quick:
        return ()
    ended = _stage_asked(before, knowledge)
    if ended is None or after.screen in (Screen.SIDE, Screen.PROPOSAL, Screen.CANCELLED):
        return ()
    if ended == (_stage_asked(after, knowledge) or after.stage):
        return ()
    done = done_in(after, knowledge, ended)
    return (Reply("dialog.closing", {"stage": ended, "done": done}, (), Role.CLOSING),) if done else ()


def _stage_asked(session: Session, knowledge: Knowledge) -> str | None:
    """The stage of the question on the screen, or under what covers it for a moment."""
    return None if supposing.under_way(session) else stage_of(moves.current(session), knowledge)
