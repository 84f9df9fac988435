"""What if: other answers tried out beside the session, shown against the report as it stands, then kept or dropped.

The session's answers, its stage and what was set aside stay untouched until a supposition is kept; keeping it is an edit
like any other. The argument of the command ``whatif`` is one of: a stage, a field, ``field!place`` (an alternative of the
field by its place), ``-field`` (no longer supposed), ``hinges`` or ``hinges.page``, ``?field`` (what hangs on one answer), or
findings in a person's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.dialog import answering, moves
from flows.dialog.agreeing import agreed_to, agreement
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Typed
from flows.dialog.imagined import ABOUT, AGAIN, ALTERNATIVE, HINGES, hinges_at
from flows.dialog.moves import Move
from flows.dialog.replies import Reply, Role
from flows.dialog.screens import note, toast
from flows.dialog.session import NOWHERE, Screen, Session
from flows.dialog.stages import ASKING
from flows.dialog.understand import LONGEST_TEXT, Reading, understand
from flows.knowledge.loader import Knowledge
from flows.rules.values import Answer
from flows.whatif.compare import others

PLACE_DIGITS = 3
SCREENS = frozenset({Screen.WHATIF, Screen.SUPPOSING})


def under_way(session: Session) -> bool:
    """Whether a supposition is on the screen, or under what covers it for a moment."""
    return session.screen in SCREENS or (session.screen is Screen.SIDE and session.under[0] in SCREENS)


def take(session: Session, event: Event, knowledge: Knowledge) -> Move | None:
    """What an event does to a supposition; None for what has nothing to do with one."""
    match event:
        case Did(Command.WHATIF, argument):
            return _opened(session, argument, knowledge)
        case Did(command, _) if session.screen in SCREENS:
            return _did(session, command)
        case Answered() | Marked() | Paired() | Finished() if session.screen is Screen.SUPPOSING:
            return _answered(session, event, knowledge)
        case Typed(text, None) if under_way(session) and agreement(session, text) is None:
            return _typed(session, text, knowledge)
        case _:
            return None


# --- looking --------------------------------------------------------------------------------------------------------


def _opened(session: Session, argument: str, knowledge: Knowledge) -> Move:
    """The command: the comparison, a list to choose from, or a supposition made by one button."""
    if not session.consented:
        return Move(session, (note("nothing_to_answer", why="consent"),))
    if session.screen is Screen.PROPOSAL:
        return Move(session, (toast("pending"),))
    subject, page = _paged(argument)
    if subject in (*ASKING, HINGES) or (subject[:1] == ABOUT and subject[1:] in knowledge.fields):
        return Move(_at(session, subject, page))
    if subject in knowledge.fields:
        return Move(_asking(session, subject))
    if not subject or _of_button(subject):
        return Move(_at(_changed(session, subject, knowledge), page=page))
    return _heard(_at(session), argument, knowledge)


def _of_button(argument: str) -> bool:
    """Whether an argument has the form of a button's, if of an old one; anything else is in a person's own words."""
    _, mark, place = argument.partition(ALTERNATIVE)
    return argument[:1] in (AGAIN, ABOUT) or bool(mark and place.isascii() and place.isdigit())


def _paged(argument: str) -> tuple[str, int]:
    subject, dot, page = argument.rpartition(".")
    return (subject, int(page)) if dot and page.isascii() and page.isdigit() and len(page) <= 3 else (argument, 0)


def _at(session: Session, subject: str = "", page: int = 0) -> Session:
    origin = session.origin if under_way(session) else moves.place_of(session)
    return replace(moves.asking(session), screen=Screen.WHATIF, subject=subject, page=page, focus="", origin=origin)


def _asking(session: Session, field: str) -> Session:
    draft = moves.draft_of(session.supposed.get(field, session.answers.get(field)))
    return replace(_at(session, field), screen=Screen.SUPPOSING, draft=draft)


def _changed(session: Session, argument: str, knowledge: Knowledge) -> Session:
    """The session with a supposition that one button makes or takes back; anything else changes nothing."""
    if argument[:1] == AGAIN:
        return _without(session, argument[1:])
    field, mark, place = argument.partition(ALTERNATIVE)
    if mark and field in knowledge.fields and place.isascii() and place.isdigit() and len(place) <= PLACE_DIGITS:
        found = list(others(knowledge, field, session.answers))
        return _supposed(session, {field: found[int(place)]}) if int(place) < len(found) else session
    return session


def _without(session: Session, field: str) -> Session:
    return replace(session, supposed={name: answer for name, answer in session.supposed.items() if name != field})


def _supposed(session: Session, findings: Mapping[str, Answer]) -> Session:
    """The session with more suppositions; what equals the answer that was given is none."""
    after = {**session.supposed, **findings}
    return replace(session, supposed={name: answer for name, answer in after.items() if session.answers.get(name) != answer})


def _did(session: Session, command: Command) -> Move | None:
    match command:
        case Command.KEEP if session.supposed:
            kept = moves.give(session, session.supposed)
            return Move(replace(kept, focus="", supposed={}), (toast("kept"),))
        case Command.DROP:
            return Move(replace(_left(session), supposed={}), (toast("dropped"),))
        case Command.BACK | Command.SKIP:
            return Move(_up(session) if session.screen is Screen.SUPPOSING or session.subject else _left(session))
        case Command.RESUME:
            return Move(_left(session))
        case Command.KEEP | Command.REST:
            return Move(session, (toast("stale"),))
        case _:
            return None


def _left(session: Session) -> Session:
    """The session back where it was before anything was supposed."""
    return replace(moves.shown_again(moves.asking(session), session.origin), focus="", origin=NOWHERE)


def _up(session: Session) -> Session:
    return _at(session, HINGES if session.subject[:1] == ABOUT else "")


# --- answering ------------------------------------------------------------------------------------------------------


def _answered(session: Session, event: Answered | Marked | Paired | Finished, knowledge: Knowledge) -> Move:
    """A button of the question, taken as if the session asked it; what it gives is only supposed."""
    shadow = replace(session, screen=Screen.ASKING, answers={**session.answers, **session.supposed})
    match event:
        case Answered(field, value):
            move = answering.answered(shadow, field, value, knowledge)
        case Marked(field, option, on):
            move = answering.marked(shadow, field, option, on, knowledge)
        case Paired(field, item, outcome):
            move = answering.paired(shadow, field, item, outcome, knowledge)
        case Finished(field):
            move = answering.finished(shadow, field, knowledge)
    if move.session.answers is shadow.answers:
        return Move(replace(session, draft=move.session.draft), move.replies)
    return Move(_at(_supposed(session, {field: move.session.answers[field]})))


def _typed(session: Session, text: str, knowledge: Knowledge) -> Move:
    chosen = _chosen(session, text, knowledge) if session.screen is Screen.WHATIF else None
    return _heard(session, text, knowledge) if chosen is None else chosen


def _heard(session: Session, text: str, knowledge: Knowledge) -> Move:
    """Findings in words, taken as supposed; or a command in words."""
    from flows.dialog.identifiers import looks_like_identifier  # its patterns take a while to build, and taps do without

    kind = looks_like_identifier(text[:LONGEST_TEXT])  # what is longer is not read at all
    if kind is not None:
        return Move(session, (note("identifier", kind=kind.value),))
    here = session.subject if session.screen is Screen.SUPPOSING else session.under[1] if session.under[0] == Screen.SUPPOSING else None
    reading = understand(text, here if here in knowledge.fields else None, knowledge)
    if reading.event is not None:
        return take(session, reading.event, knowledge) or moves.did(session, reading.event.command, reading.event.argument, knowledge)
    if reading.refusal is not None:
        return _refused(session, reading.refusal.why, reading.refusal.field or here)
    return Move(_at(_supposed(session, reading.findings)), _overheard(reading, knowledge))


def _chosen(session: Session, text: str, knowledge: Knowledge) -> Move | None:
    """Words that press a button of the screen: keep, drop, or the number of an alternative."""
    agreed = agreed_to(text) if session.supposed else None
    if agreed is not None:
        return _did(session, agreed)
    number = text.strip()
    if session.subject[:1] == ABOUT and number.isascii() and number.isdigit():
        case = knowledge.nearby.case(session.answers, session.answers)
        found = dict(enumerate((hinge.change for _, hinge in hinges_at(session, session.subject[1:], case, knowledge)), 1))
        change = found.get(int(number[:PLACE_DIGITS]))
        return Move(_at(_supposed(session, {change.field: change.answer}))) if change else None
    return None


def _refused(session: Session, why: str, field: str | None) -> Move:
    """Words that were not taken: told at the question they were meant for, else beside the screen."""
    if session.screen is Screen.SUPPOSING and field:
        return Move(session, (), (why, field))
    return Move(session, (note("nothing_to_answer", why=why),))


def _overheard(reading: Reading, knowledge: Knowledge) -> tuple[Reply, ...]:
    """What was said beside the findings and not understood."""
    missed = [name for name in reading.missed if name in knowledge.fields and name not in reading.findings]
    if not missed and not reading.leftover:
        return ()
    return (Reply("whatif.partly", {"missed": missed, "leftover": reading.leftover}, (), Role.NOTE),)
