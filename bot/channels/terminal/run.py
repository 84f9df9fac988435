"""Holds one consultation in a terminal, from the greeting until the person leaves."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import sys
from functools import partial

from prompt_toolkit.application import create_app_session
from rich.console import Console

from bot.channels.terminal.choices import Board, Pressed, Said, board
from bot.channels.terminal.desk import Desk, Say
from bot.channels.terminal.lines import Interruptible, LineDesk
from bot.channels.terminal.live import LiveDesk
from bot.channels.terminal.sheet import readable
from bot.render.renderer import TemplateRenderer
from bot.service import Service, Spoken
from bot.stores.port import Conflict, Key, StoreUnavailable
from flows.dialog.events import Command, Did, Event, Stale
from flows.dialog.replies import Role

HERE = Key("terminal", "local")
UNABLE = ("", "dumb", "unknown")
"""Terminals that cannot move the cursor, by the name they give themselves."""


async def chat(service: Service, renderer: TemplateRenderer, language: str, *, interactive: bool, command: str) -> int:
    """Holds the consultation kept on this machine, or a new one.

    Args:
        service: loads, turns and saves.
        renderer: speaks; it need not page.
        language: for a consultation that does not exist yet.
        interactive: whether input and output are terminals.
        command: what the person ran, to be told when they leave.

    Returns:
        The exit code: 0 when the person left or erased everything, 1 when nothing could be saved.
    """
    if interactive and os.environ.get("TERM", "") not in UNABLE:
        live = LiveDesk(Console(highlight=False, emoji=False, markup=False))
        with create_app_session() as session, session.input.raw_mode():  # keys pressed between two screens wait, unseen
            return await Consultation(service, renderer, live, language).hold(command)
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with Interruptible(sys.stdin).listening() as lines:
        desk = LineDesk(lines, sys.stdout, readable(shutil.get_terminal_size().columns))
        return await Consultation(service, renderer, desk, language).hold(command)


class Consultation:
    """One consultation at a desk. Everything is saved before it is shown, so leaving loses nothing at any moment."""

    def __init__(self, service: Service, renderer: TemplateRenderer, desk: Desk, language: str) -> None:
        self.service, self.renderer, self.desk, self.language = service, renderer, desk, language

    async def hold(self, command: str) -> int:
        """Goes on until the person leaves; ``command`` is what brings them back. Returns the exit code."""
        try:
            erased = await self._turns()
        except (StoreUnavailable, Conflict):
            self.desk.tell(self.renderer.words("errors.store_unavailable", self.language))
            return 1
        except asyncio.CancelledError:
            _stay()
            erased = False
        self.desk.tell(self._say("goodbye") if erased else self._say("kept", command=command))
        return 0

    async def _turns(self) -> bool:
        """Turn after turn; tells whether the consultation was erased (else the person left)."""
        kept = await self.service.peek(HERE)
        self.language = kept.language if kept else self.language
        self.desk.open(self._say)
        event: Event | None = Did(Command.START)
        while event is not None:
            spoken = await self.service.handle(HERE, event, self.language)
            self.language = spoken.session.language
            here = self._show(spoken)
            if here is None:
                return True
            event = await self._wanted(here)
        return False

    def _show(self, spoken: Spoken) -> Board | None:
        """Shows the replies of a turn and gives the board of its screen; None where there is none any more."""
        here = None
        for reply in spoken.replies:
            shown = self.renderer.show(reply, self.language)
            self.desk.show(shown, self._say)
            if shown.role is Role.SCREEN:
                here = board(shown, spoken.session, self.service.knowledge)
        return here

    async def _wanted(self, here: Board) -> Event | None:
        """The event of what the person wants; Stale where another window went on in the meantime."""
        wish = await self.desk.ask(here, self._say)
        match wish:
            case Pressed(event, step) | Said(event, step):
                now = await self.service.peek(HERE)
                return event if now is not None and now.step == step else Stale()
            case Did():
                return wish
            case _:
                return None

    @property
    def _say(self) -> Say:
        return partial(_words, self.renderer, self.language)


def _words(renderer: TemplateRenderer, language: str, name: str, **params: object) -> str:
    return renderer.words(f"terminal.{name}", language, **params)


def _stay() -> None:
    """Takes a cancellation by Ctrl-C back, so that the farewell can be said."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
