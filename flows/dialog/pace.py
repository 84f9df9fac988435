"""The mode of asking: in full, or only what can still change a conclusion. It is switched at any time, in either direction."""

from __future__ import annotations

from dataclasses import replace

from flows.dialog import moves
from flows.dialog.events import Command, Did, Event
from flows.dialog.moves import Move
from flows.dialog.screens import toast
from flows.dialog.session import Screen, Session

ON, OFF = "on", "off"


def take(session: Session, event: Event) -> Move | None:
    """What the command does; None for every other event. On a question or at the end the next question follows anew."""
    match event:
        case Did(Command.QUICK, argument):
            quick = argument == ON if argument in (ON, OFF) else not session.quick
            word = toast("quick_on" if quick else "quick_off")
            session = replace(session, quick=quick)
            if session.screen in (Screen.ASKING, Screen.REVIEW):
                session = replace(moves.asking(session), focus="")
            return Move(session, (word,))
        case _:
            return None
