"""Buttons with fixed wording, and rows of them."""

from __future__ import annotations

from collections.abc import Iterable

from flows.dialog.events import Event
from flows.dialog.replies import Button, Label

Rows = tuple[tuple[Button, ...], ...]
WIDE = 2


def word(name: str, event: Event, style: str = "") -> Button:
    """A button with fixed wording."""
    return Button(Label("word", name), event, style)


def rows(buttons: Iterable[Button], width: int = WIDE) -> Rows:
    """Buttons in rows of ``width``."""
    row: list[Button] = []
    found: list[tuple[Button, ...]] = []
    for button in buttons:
        row.append(button)
        if len(row) == width:
            found.append(tuple(row))
            row = []
    return (*found, tuple(row)) if row else tuple(found)
