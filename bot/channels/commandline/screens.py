"""The screens of a version of the knowledge, each by a name that the same screen of another version has, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff

from bot.render.markup import plain
from bot.render.port import Shown as Page
from bot.render.renderer import TemplateRenderer, Unspoken
from flows.dialog.events import Command, Did, Event, Stale
from flows.dialog.explain import sections
from flows.dialog.replies import Reply, Role
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import LANGUAGES

NOW = 0.0
"""No screen here shows the time."""
NOTICES = (Command.PRIVACY, Command.HELP, Command.CASES, Command.SUMMARY, Command.CANCEL)
Name = tuple[str, str]
"""What a screen is called, and its language."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of every screen; ``lacking`` are those that the templates cannot speak, each with what they lack."""

    texts: Mapping[Name, str]
    lacking: Mapping[Name, str]


def shown(knowledge: Knowledge, voices: TemplateRenderer) -> Shown:
    """The text of every notice, question, source, model case, and of the answers and every part of the report of each."""
    texts: dict[Name, str] = {}
    lacking: dict[Name, str] = {}
    for name, reply in _replies(knowledge):
        for language in LANGUAGES:
            try:
                texts[name, language] = _text(voices.show(reply, language))
            except Unspoken as error:
                lacking[name, language] = str(error)
    return Shown(texts, lacking)


def _text(page: Page) -> str:
    """What a screen says, and below it the words on its buttons."""
    rows = (" ".join(f"[{key.text}]" for key in row) for row in page.rows)
    return "\n".join((plain(page.markup), *rows))


def _replies(knowledge: Knowledge) -> Iterator[tuple[str, Reply]]:
    agreed = Session(consented=True, screen=Screen.ASKING)
    yield "start", _screen(Session(), Did(Command.START), knowledge)[1]
    for command in NOTICES:
        yield str(command), _screen(agreed, Did(command), knowledge)[1]
    for name in knowledge.fields:
        asked = Session(consented=True, screen=Screen.ASKING, focus=name)
        yield f"question {name}", _screen(asked, Stale(), knowledge)[1]
        yield f"help {name}", _screen(asked, Did(Command.HELP_QUESTION), knowledge)[1]
    for name in (*knowledge.statements, *knowledge.settlements, *knowledge.later):
        yield f"source {name}", _screen(agreed, Did(Command.SOURCES, name), knowledge)[1]
    for name in knowledge.vignettes:
        yield f"case {name}", _screen(agreed, Did(Command.CASES, name), knowledge)[1]
        loaded, _ = _screen(agreed, Did(Command.CASES, f"{name}!"), knowledge)
        yield f"answers {name}", _screen(loaded, Did(Command.REVIEW), knowledge)[1]
        for section in sections(knowledge.case(loaded.answers)):
            yield f"report {name} {section}", _screen(loaded, Did(Command.REPORT, section), knowledge)[1]


def _screen(session: Session, event: Event, knowledge: Knowledge) -> tuple[Session, Reply]:
    done = turn(session, event, knowledge, NOW)
    return done.session, next(reply for reply in reversed(done.replies) if reply.role is Role.SCREEN)


def changed_lines(old: str, new: str) -> list[str]:
    """The lines that differ, marked - and +."""
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
