"""The buttons of a screen in a terminal, and what a typed line means beside them.

The law: a number is always an answer. An option carries the number under which typing it is understood; whatever else
can be pressed has a letter or its slash command, so that no answer can be mistaken for a button or the other way round.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count, product
from string import ascii_lowercase

from bot.channels.terminal.markup import VARIATION
from bot.render.port import Key, Shown
from flows.dialog.codes import decode
from flows.dialog.events import TOLD, Answered, Command, Did, Event, Marked, Paired, Typed
from flows.dialog.session import Screen, Session
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import FieldSpec
from flows.rules.fields import Kind

TICKED = "[x] "
_TICKS = {"✅ ": TICKED, "▫ ": "[ ] "}
_PICTURES = ("So", "Mn", "Cf")
_YES_OR_NO = frozenset("yn")


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: ``mark`` is what to type to press it (a number, a letter or a slash command)."""

    mark: str
    text: str
    event: Event
    style: str = ""

    @property
    def ticks(self) -> bool:
        """Whether pressing sets or takes a tick and leaves the screen as it is."""
        return isinstance(self.event, Marked)


@dataclass(frozen=True, slots=True)
class Board:
    """What can be done on a screen: its choices, row by row, and the field that a number would answer."""

    rows: tuple[tuple[Choice, ...], ...]
    field: FieldSpec | None
    step: int

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every choice in reading order."""
        return tuple(choice for row in self.rows for choice in row)

    def marked(self, mark: str) -> Choice | None:
        """The choice with that mark."""
        return next((choice for choice in self.choices if choice.mark == mark), None)

    def ticked(self) -> str:
        """The wording of everything that has a tick."""
        return "  ".join(choice.text.removeprefix(TICKED) for choice in self.choices if choice.text.startswith(TICKED))


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the screen with that step was pressed."""

    event: Event
    step: int


@dataclass(frozen=True, slots=True)
class Said:
    """Words were typed while the screen with that step was shown."""

    event: Typed
    step: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A slash command that does not exist."""

    text: str


Wish = Pressed | Said | Did | Unknown | None
"""What a person wants: a press, words, a command, a command that is none, or (None) to leave."""


def board(shown: Shown, session: Session, knowledge: Knowledge) -> Board:
    """The board of a screen."""
    field = knowledge.fields.get(session.subject) if session.screen is Screen.ASKING else None
    letters = _letters(knowledge)
    rows = [[(key, event) for key in row if (event := decode(key.code))] for row in shown.rows]
    choices = tuple(tuple(_choice(key, event, field, letters) for key, event in row) for row in rows if row)
    return Board(choices, field, session.step)


def _choice(key: Key, event: Event, field: FieldSpec | None, letters: Iterator[str]) -> Choice:
    choice = Choice("", label_of(key, event), event, key.style)
    number = _number(event, field)
    if number:
        return replace(choice, mark=str(number))
    if field is not None and field.core.numeric and isinstance(event, Answered) and event.value in field.quick:
        return replace(choice, mark=choice.text)
    if isinstance(event, Did) and event.command in TOLD and not event.argument:
        return replace(choice, mark=f"/{event.command.value}")
    return replace(choice, mark=next(letters))


def label_of(key: Key, event: Event) -> str:
    """The wording of a button, with ticks that every terminal can show."""
    text = key.text.replace(VARIATION, "")
    for tick, shown in _TICKS.items() if isinstance(event, Marked | Paired) else ():
        if text.startswith(tick):
            return shown + text.removeprefix(tick)
    return text


def _number(event: Event, field: FieldSpec | None) -> int:
    """The place of an option among the options of the question, as typing understands it; 0 for anything else."""
    if field is None or field.core.numeric:
        return 0
    match event:
        case Answered(name, value) | Marked(name, value) if name == field.id and value in field.core.options:
            return field.core.options.index(value) + 1
        case Paired(name, item, "") if name == field.id:
            return field.core.items.index(item) + 1
        case Paired(name, _, outcome) if name == field.id and outcome in field.core.options:
            return field.core.options.index(outcome) + 1
        case _:
            return 0


def _letters(knowledge: Knowledge) -> Iterator[str]:
    """a, b, c … aa, ab …, without the letters that are words for an answer."""
    taken = _spoken_letters(knowledge)
    marks = ("".join(letters) for length in count(1) for letters in product(ascii_lowercase, repeat=length))
    return (mark for mark in marks if mark not in taken)


@lru_cache(maxsize=4)
def _spoken_letters(knowledge: Knowledge) -> frozenset[str]:
    cores = [spec.core for spec in knowledge.fields.values()]
    said = {word for core in cores for word in (*core.says, *core.item_says, *core.units)}
    return frozenset(word for word in said if word.isascii() and word.isalpha()) | _YES_OR_NO


def meant(line: str, here: Board, *, marks: bool) -> Wish:
    """What a typed line means on a screen.

    Args:
        line: as it was typed, not empty.
        here: the screen.
        marks: whether the letters are shown, so that a letter by itself presses its button.
    """
    text = unicodedata.normalize("NFKC", line).strip()
    if text.startswith("/"):
        return _command(text)
    pressed = _pressed(text, here, marks)
    return Pressed(pressed.event, here.step) if pressed else Said(Typed(line.strip("\r\n")), here.step)


def _pressed(text: str, here: Board, marks: bool) -> Choice | None:
    if text.startswith("#"):
        return here.marked(text[1:].strip().casefold())
    folded = text.casefold()
    pairs = here.field is not None and here.field.core.kind is Kind.MAP
    if here.field is not None and not pairs and folded in here.field.core.says:
        return None
    if folded.isdigit():
        return here.marked(folded) if pairs else None
    if marks and folded.isalpha() and (choice := here.marked(folded)):
        return choice
    return next((choice for choice in here.choices if _bare(choice.text) == _bare(text)), None)


def _bare(text: str) -> str:
    """A wording without its picture, as a person would type it."""
    return "".join(mark for mark in text if unicodedata.category(mark) not in _PICTURES).strip().casefold()


def _command(text: str) -> Did | Unknown:
    name, _, argument = text[1:].partition(" ")
    try:
        return Did(Command(name.casefold()), argument.strip())
    except ValueError:
        return Unknown(text)
