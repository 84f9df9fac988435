"""What rendering gives a channel: pages of marked-up text and buttons with their wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flows.dialog.replies import Reply, Role


@dataclass(frozen=True, slots=True)
class Key:
    """One button as it is shown: its wording, its event as a code (see ``flows.dialog.codes``) or a text to copy."""

    text: str
    code: str = ""
    style: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One reply, rendered. ``markup`` is the HTML subset of Telegram (b, i, u, code, a, blockquote), always balanced.

    ``pages`` tells how many pages the whole reply has; ``markup`` is the wanted one.
    """

    role: Role
    markup: str
    rows: tuple[tuple[Key, ...], ...] = ()
    page: int = 0
    pages: int = 1


class Renderer(Protocol):
    """Speaks replies in a language."""

    def show(self, reply: Reply, language: str) -> Shown:
        """The wanted page of a reply, within the channel's limits."""

    def words(self, key: str, language: str) -> str:
        """A fixed short wording (``file.macro`` without parameters), as plain text."""
