"""The screens of a version of the knowledge, each by a name that the same screen of another version has, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff

from jinja2 import UndefinedError

from bot.render.renderer import TemplateRenderer
from flows.dialog.events import Command, Did, Event, Stale
from flows.dialog.explain import sections
from flows.dialog.replies import Reply, Role
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import LANGUAGES

NOW = 0.0
"""No screen here shows the time."""
Name = tuple[str, str]
"""What a screen is called, and its language."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of every screen; ``lacking`` are those that the templates cannot speak, each with what they lack."""

    texts: Mapping[Name, str]
    lacking: Mapping[Name, str]


def shown(knowledge: Knowledge, voices: TemplateRenderer) -> Shown:
    """The text of every question, every source, every model case and every part of its report."""
    texts: dict[Name, str] = {}
    lacking: dict[Name, str] = {}
    for name, reply in _replies(knowledge):
        for language in LANGUAGES:
            try:
                texts[name, language] = voices.words(reply.key, language, **reply.params)
            except UndefinedError as error:
                lacking[name, language] = str(error)
    return Shown(texts, lacking)


def _replies(knowledge: Knowledge) -> Iterator[tuple[str, Reply]]:
    agreed = Session(consented=True, screen=Screen.ASKING)
    for name in knowledge.fields:
        asked = Session(consented=True, screen=Screen.ASKING, focus=name)
        yield f"question {name}", _screen(asked, Stale(), knowledge)[1]
        yield f"help {name}", _screen(asked, Did(Command.HELP_QUESTION), knowledge)[1]
    for name in (*knowledge.statements, *knowledge.settlements, *knowledge.later):
        yield f"source {name}", _screen(agreed, Did(Command.SOURCES, name), knowledge)[1]
    for name in knowledge.vignettes:
        yield f"case {name}", _screen(agreed, Did(Command.CASES, name), knowledge)[1]
        loaded, _ = _screen(agreed, Did(Command.CASES, f"{name}!"), knowledge)
        for section in sections(knowledge.case(loaded.answers)):
            yield f"report {name} {section}", _screen(loaded, Did(Command.REPORT, section), knowledge)[1]


def _screen(session: Session, event: Event, knowledge: Knowledge) -> tuple[Session, Reply]:
    done = turn(session, event, knowledge, NOW)
    return done.session, next(reply for reply in reversed(done.replies) if reply.role is Role.SCREEN)


def changed_lines(old: str, new: str) -> list[str]:
    """The lines that differ, marked - and +."""
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
