"""What people will do, written down before anything runs: the dialog alone says which buttons there will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram.bridge import button_data
from flows.dialog.codes import encode
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Sent, Stale, Typed
from flows.dialog.moving import moved
from flows.dialog.replies import Reply
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.knowledge.loader import Knowledge
from flows.rules.fields import Kind

STICKER = {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person does.

    Attributes:
        kind: ``type`` (text), ``edit`` (their n-th message gets another text), ``tap`` (a button that is there now),
            ``stale`` (a button that was there before), ``double`` (twice, at once), ``sticker``, ``away`` (text typed, and the bot
            blocked until it has given up answering), or ``upgrade``: everybody waits, and the bot is replaced by one with newer
            knowledge.
        text: what is typed, or the data of the button.
        number: of the person's message that is edited, from 0 on.
    """

    kind: str
    text: str = ""
    number: int = 0


class Sketch:
    """Writes a script, with a session of its own beside."""

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self.knowledge, self.session = knowledge, Session(language=language)
        self.actions: list[Action] = []
        self.replies: list[Reply] = []
        self._typed: list[str | None] = []

    def tap(self, *events: Event) -> Sketch:
        """Taps buttons of the screens to come."""
        for event in events:
            self._does("tap", self._data(event), event)
        return self

    def double(self, event: Event) -> Sketch:
        """Taps a button twice before anything changes."""
        self._does("double", self._data(event), event)
        self._turn(Stale())
        return self

    def stale(self) -> Sketch:
        """Taps a button that an earlier screen had."""
        taps = [action.text for action in self.actions if action.kind == "tap"]
        self._does("stale", taps[len(taps) // 2], Stale())
        return self

    def forged(self, data: str) -> Sketch:
        """Presses a button that never was."""
        self._does("stale", data, Stale())
        return self

    def say(self, text: str, event: Event | None = None) -> Sketch:
        """Types something (``event``: what it means, if it is a command)."""
        self._typed.append(self.session.subject if self.session.screen is Screen.ASKING else None)
        self._does("type", text, event or Typed(text))
        return self

    def edit(self, text: str) -> Sketch:
        """Changes the last message that answered a question."""
        number = max(place for place, field in enumerate(self._typed) if field is not None and field in self.session.answers)
        self.actions.append(Action("edit", text, number))
        self._turn(Typed(text, self._typed[number]))
        return self

    def away(self, text: str, event: Event) -> Sketch:
        """Types a command and blocks the bot for as long as it would answer."""
        self._typed.append(None)
        self._does("away", text, event)
        return self

    def sticker(self) -> Sketch:
        """Sends what is no text."""
        self._does("sticker", "", Sent("sticker"))
        return self

    def upgrade(self) -> Sketch:
        """The bot has newer knowledge from now on."""
        self.actions.append(Action("upgrade"))
        self.session = moved(self.session, self.knowledge)[0]
        return self

    def answer(self, answers: Mapping[str, Any], most: int = 1000) -> Sketch:
        """Answers questions until none is left, or as many as named."""
        for _ in range(most):
            if self.session.screen is Screen.CHECK:
                self.tap(Did(Command.KEEP))
            elif self.session.screen is Screen.ASKING:
                self._answer(self.session.subject, answers.get(self.session.subject))
            else:
                break
        return self

    def _answer(self, name: str, raw: Any) -> None:
        match raw:
            case None:
                self.tap(Did(Command.SKIP))
            case "unknown" | "not_done":
                self.tap(Answered(name, raw))
            case ["none"]:
                self.tap(Answered(name, "none"))
            case list():
                self.tap(*(Marked(name, option, on=True) for option in raw), Finished(name))
            case dict():
                for item, outcome in raw.items():
                    self.tap(Paired(name, item), Paired(name, item, outcome))
                self.tap(Finished(name))
            case _ if self.knowledge.fields[name].core.kind is Kind.NUMBER:
                self.say(str(raw))
            case _:
                self.tap(Answered(name, {True: "yes", False: "no"}[raw] if isinstance(raw, bool) else str(raw)))

    def _data(self, event: Event) -> str:
        return button_data(self.session.step, encode(event))

    def _does(self, kind: str, text: str, event: Event) -> None:
        self.actions.append(Action(kind, text))
        self._turn(event)

    def _turn(self, event: Event) -> None:
        taken = turn(self.session, event, self.knowledge, 0.0)
        self.session = taken.session
        self.replies += taken.replies


def scripts(knowledge: Knowledge, *, upgrade: bool = False, short: bool = False) -> list[tuple[str, list[Action]]]:
    """Language of the app and actions of each person."""
    return [(language, sketch.actions) for language, sketch in sketches(knowledge, upgrade=upgrade, short=short)]


def sketches(knowledge: Knowledge, *, upgrade: bool = False, short: bool = False) -> list[tuple[str, Sketch]]:
    """Language of the app and script of each person."""
    cases = {name: knowledge.vignettes[name].answers for name in ("V1", "V4", "V6")}
    most = 6 if short else 1000
    whole = Sketch(knowledge, "zh").say("/start", Did(Command.START)).tap(Did(Command.CONSENT)).answer(cases["V1"], most)
    _between(whole, upgrade=upgrade)
    whole.answer(cases["V1"], most)
    whole.say("/report", Did(Command.REPORT)).tap(Did(Command.HOW, "summary"), Did(Command.RESUME))
    wild = Sketch(knowledge, "en").say("/start", Did(Command.START)).tap(Did(Command.CONSENT)).answer(cases["V4"], 5)
    wild.say("/summary", Did(Command.SUMMARY)).double(Did(Command.RESUME)).say("/back", Did(Command.BACK)).answer(cases["V4"], 3)
    _between(wild, upgrade=upgrade)
    wild.stale().forged("zz.d0").forged("'; drop").sticker().say("Ki-67 15%, AFP normal").tap(Did(Command.KEEP)).answer(
        cases["V4"], most // 2
    )
    wild.away("/summary", Did(Command.SUMMARY)).say("/consult", Did(Command.CONSULT))
    wild.say("/language", Did(Command.LANGUAGE)).say("患者王小明，男，56岁").answer(cases["V4"], most // 2).say(
        "/summary", Did(Command.SUMMARY)
    )
    again = Sketch(knowledge, "zh").say("/start", Did(Command.START)).tap(Did(Command.CONSENT)).answer(cases["V6"], 12)
    _between(again, upgrade=upgrade)
    again.say("/restart", Did(Command.RESTART)).tap(Did(Command.RESTART, "yes"))
    if not again.session.consented:
        again.tap(Did(Command.CONSENT))
    again.answer(cases["V6"], most).say("/forget", Did(Command.FORGET)).tap(Did(Command.FORGET, "yes")).say("/start", Did(Command.START))
    return [("zh-hans", whole), ("en", wild), ("zh", again)]


def _between(sketch: Sketch, *, upgrade: bool) -> None:
    if upgrade:
        sketch.upgrade()
