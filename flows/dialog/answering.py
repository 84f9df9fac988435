"""Answers that buttons give: to options and figures, ticks, pairs, and the word that they are complete."""

from __future__ import annotations

from dataclasses import replace

from flows.dialog.moves import Move, give, on_screen
from flows.dialog.screens import toast
from flows.dialog.session import Session
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import FieldSpec
from flows.rules.fields import Kind
from flows.rules.reading import read_answer
from flows.rules.values import Open


def _offered(spec: FieldSpec, value: str) -> bool:
    """Whether a button of the question gives this value by itself."""
    core = spec.core
    if value in (Open.UNKNOWN.value, *spec.quick, *((Open.NOT_DONE.value,) if core.not_done else ())):
        return True
    match core.kind:
        case Kind.MANY:
            return value == "none" and value in core.options
        case Kind.MAP:
            return value == "none"
        case _:
            return value in core.options


def answered(session: Session, field: str, value: str, knowledge: Knowledge) -> Move:
    """A button gave an answer."""
    spec = on_screen(session, field, knowledge)
    if spec is not None and value == "suggested" and field in session.aside:
        return Move(give(session, {field: session.aside[field]}))
    if spec is None or not _offered(spec, value):
        return Move(session, (toast("stale"),))
    return Move(give(session, {field: read_answer(value, spec.core)}))


def marked(session: Session, field: str, option: str, on: bool, knowledge: Knowledge) -> Move:
    """A tick was set or taken away."""
    spec = on_screen(session, field, knowledge)
    if spec is None or spec.core.kind is not Kind.MANY or option not in spec.core.options or option == "none":
        return Move(session, (toast("stale"),))
    draft = {name: tick for name, tick in session.draft.items() if name != option}
    return Move(replace(session, draft={**draft, option: "on"} if on else draft))


def paired(session: Session, field: str, item: str, outcome: str, knowledge: Knowledge) -> Move:
    """An item of a map was opened, or an outcome chosen for it."""
    spec = on_screen(session, field, knowledge)
    if spec is None or item not in spec.core.items or outcome not in ("", "none", *spec.core.options):
        return Move(session, (toast("stale"),))
    draft = {name: value for name, value in session.draft.items() if name not in ("*", *((item,) if outcome else ()))}
    if not outcome:
        return Move(replace(session, draft={**draft, "*": item}))
    return Move(replace(session, draft=draft if outcome == "none" else {**draft, item: outcome}))


def finished(session: Session, field: str, knowledge: Knowledge) -> Move:
    """The ticks or pairs are complete."""
    spec = on_screen(session, field, knowledge)
    chosen = {name: value for name, value in session.draft.items() if name != "*"}
    if spec is None or not chosen:
        return Move(session, (toast("stale"),))
    raw: object = chosen if spec.core.kind is Kind.MAP else list(chosen)
    return Move(give(session, {field: read_answer(raw, spec.core)}))
