"""A conversation as a person sees it, written down line by line, and held again from what the person did in it."""

from __future__ import annotations

import re

from bot.render.markup import plain
from bot.render.port import Key
from bot.render.renderer import TemplateRenderer
from flows.dialog.codes import decode
from flows.dialog.events import Command, Did, Event, Typed
from flows.dialog.replies import Role
from flows.knowledge.loader import Knowledge
from tests.dialog.trainee import Trainee

_FOLD = re.compile(r"<blockquote expandable>(.*?)</blockquote>", re.DOTALL)
STANDING = frozenset({Command.BACK, Command.SKIP, Command.WHY, Command.HELP_QUESTION, Command.SUMMARY})
"""What the buttons under every question do."""


def retold(accepted: str, language: str, knowledge: Knowledge, renderer: TemplateRenderer) -> str:
    """The conversation again, with the person's lines as they are and the bot's as it says them now.

    Raises:
        AssertionError: a button that was tapped is not there any more.
    """
    writer = Writer(language, knowledge, renderer)
    writer.says(Did(Command.START))
    for line in accepted.splitlines():
        if line.startswith("> "):
            writer.hears(line[2:])
    return writer.text()


class Writer:
    """Holds a conversation and writes it down."""

    def __init__(self, language: str, knowledge: Knowledge, renderer: TemplateRenderer) -> None:
        self.trainee, self.renderer = Trainee(language, of=knowledge), renderer
        self.lines: list[str] = []
        self.keys: dict[str, Event] = {}
        self.standing: set[str] = set()

    def hears(self, line: str) -> None:
        """One thing that the person does."""
        self.lines += ["", f"> {line}", ""]
        tapped = line[1:-1] if line.startswith("[") and line.endswith("]") else None
        assert tapped is None or tapped in self.keys, f"there is no button '{tapped}': {sorted(self.keys)}"
        self.says(self.keys[tapped] if tapped else Typed(line))

    def says(self, event: Event) -> None:
        """A turn, and what it shows."""
        for place, reply in enumerate(self.trainee.does(event).replies):
            shown = self.renderer.show(reply, self.trainee.session.language)
            text = plain(_FOLD.sub(_folded, shown.markup) if reply.key == "dialog.question" else shown.markup)
            self.lines += ["", *_as_lines(reply.role, text)] if place else _as_lines(reply.role, text)
            if reply.role is Role.SCREEN:
                self._buttons(shown.rows)

    def _buttons(self, rows: tuple[tuple[Key, ...], ...]) -> None:
        self.keys = {}
        for row in rows:
            events = {key.text: event for key in row if (event := decode(key.code))}
            self.keys |= events
            written = " ".join(f"[{key.text}]" for key in row)
            if all(isinstance(event, Did) and event.command in STANDING for event in events.values()):
                if written in self.standing:
                    continue
                self.standing.add(written)
            self.lines.append(written)

    def text(self) -> str:
        """The conversation so far."""
        return "\n".join(self.lines).strip() + "\n"


def _folded(fold: re.Match[str]) -> str:
    """The answers of a stage as a phone shows them before they are unfolded."""
    first, *others = fold[1].split("\n")
    return f"{first}\n(… +{len(others)})"


def _as_lines(role: Role, text: str) -> list[str]:
    mark = "(…) " if role is Role.TOAST else ""
    return [f"{mark}{line}".rstrip() for line in text.split("\n")]
