"""What a turn says: template keys with parameters (ids, numbers, other keys), and buttons. Never a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flows.dialog.events import Did, Event


class Role(StrEnum):
    """Where a reply belongs on a channel.

    SCREEN: what the person acts on now; replaces the screen before it within one stage. CLOSING: what the last
    screen turns into when its stage ends (a summary that stays). NOTE: a message of its own that stays.
    TOAST: a short word that may vanish (on Telegram the answer to a tap, at most 200 characters).
    """

    SCREEN = "screen"
    CLOSING = "closing"
    NOTE = "note"
    TOAST = "toast"


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a button.

    ``kind`` is ``word`` (``id`` is a key of the button words), ``option`` (``field`` and ``id``), ``item`` (of a map),
    ``outcome`` (item and outcome of a map: ``id`` is ``item:outcome``), ``field`` (its label), ``stage``, ``section`` (of
    the report), ``source`` (an id as it is), ``case`` (a vignette), ``text`` (figures as they are), ``conclusion`` (a fact, or
    a value that is a conclusion of its own), ``value`` (``fact=value``), ``unfold`` and ``fold`` (a fact).
    ``tick``: None where ticks have no meaning.
    """

    kind: str
    id: str
    field: str = ""
    tick: bool | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """One button. ``style`` is ``primary``, ``success``, ``danger`` or empty. ``copy`` is text to copy instead of an event."""

    label: Label
    event: Event | None
    style: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing to say: ``key`` names a macro (``file.macro``); every parameter of that macro must be given.

    A text that is longer than the channel allows is shown page by page: ``page`` is the one wanted (from 0), and
    ``pager`` the command whose argument gets ``.PAGE`` appended to turn to another.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[tuple[Button, ...], ...] = ()
    role: Role = Role.SCREEN
    page: int = 0
    pager: Did | None = None
