"""What a consultation in a terminal needs: something that shows replies and asks what the person wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.channels.terminal.choices import Board, Wish
from bot.render.port import Shown

Say = Callable[..., str]
"""Words of the terminal in the language of the consultation: ``say("prompt")``, ``say("page_of", page=1, pages=2)``."""


class Desk(Protocol):
    """One way to hold a consultation in a terminal."""

    def open(self, say: Say) -> None:
        """Greets and says which keys there are."""

    def show(self, reply: Shown, say: Say) -> None:
        """Shows one reply, without its buttons."""

    async def ask(self, here: Board, say: Say) -> Wish:
        """Shows the buttons of the screen and waits for what the person wants; None if they leave."""

    def tell(self, words: str) -> None:
        """Shows a sentence about the terminal itself."""
