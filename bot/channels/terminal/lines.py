"""The plain way: a line in, text out. Works in a pipe and on a terminal that can do nothing; never an escape code."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.text import Text

from bot.channels.terminal.choices import Board, Unknown, Wish, meant
from bot.channels.terminal.desk import Say
from bot.channels.terminal.markup import VARIATION, broken
from bot.channels.terminal.sheet import GAP, arranged, bracketed, lines_of
from bot.render.port import Shown
from flows.dialog.replies import Role

NOTE, TOAST = "| ", "* "


class Lines(Protocol):
    """Where lines come from."""

    def readline(self) -> str:
        """The next line with its end; empty once there are no more."""

    def isatty(self) -> bool:
        """Whether what is typed is seen as it is typed."""


class Interruptible:
    """Lines that end at Ctrl-C: at once where one is waited for, else before the next is read.

    The event loop would only note a Ctrl-C and let the wait go on.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._waiting = self._ended = False

    @contextmanager
    def listening(self) -> Iterator[Interruptible]:
        """Takes Ctrl-C over for a while."""
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupt(self, *_: object) -> None:
        self._ended = True
        if self._waiting:
            raise KeyboardInterrupt

    def readline(self) -> str:
        """The next line; empty after Ctrl-C."""
        self._waiting = True  # before the check: whatever comes now raises
        try:
            return "" if self._ended else self.lines.readline()
        except KeyboardInterrupt:
            return ""
        finally:
            self._waiting = False

    def isatty(self) -> bool:
        """Whether what is typed is seen as it is typed."""
        return self.lines.isatty()


class LineDesk:
    """Holds a consultation over two text streams.

    Args:
        lines: where the person's lines come from.
        paper: where the text goes.
        width: the longest line, in terminal cells.
    """

    def __init__(self, lines: Lines, paper: TextIO, width: int) -> None:
        self.lines, self.paper, self.width = lines, paper, width
        self._screen = ""

    def open(self, say: Say) -> None:
        """Greets, and says how buttons are pressed."""
        self._write(say("banner"))
        self._write(say("plain_keys"))

    def show(self, reply: Shown, say: Say) -> None:
        """Prints a reply; the same screen is not printed twice in a row."""
        match reply.role:
            case Role.TOAST:
                self._print(reply.markup, TOAST)
            case Role.NOTE:
                self._print(reply.markup, NOTE)
                self._screen = ""
            case Role.CLOSING:
                self._print(reply.markup)
            case Role.SCREEN if reply.markup != self._screen:
                self._screen = reply.markup
                self._print(reply.markup)
                if reply.pages > 1:
                    self._write(say("page_of", page=reply.page + 1, pages=reply.pages))

    def tell(self, words: str) -> None:
        """Prints a sentence."""
        self._write(words)

    async def ask(self, here: Board, say: Say) -> Wish:
        """Prints the buttons with their marks and reads a line; the end of the input leaves."""
        self._buttons(here)
        while True:
            line = await self._read(say("prompt"))
            if not line:
                return None
            wish = meant(line, here, marks=True) if line.strip() else Unknown("")
            if not isinstance(wish, Unknown):
                return wish
            self.tell(say("unknown_command", text=wish.text) if wish.text else say("choose_hint"))

    def _buttons(self, here: Board) -> None:
        labels = [[bracketed(choice) for choice in row] for row in here.rows]
        flat = [label for row in labels for label in row]
        for line in arranged(labels, self.width):
            self._lay((" " * GAP).join(flat[place] for place in line))
        self.paper.flush()

    async def _read(self, prompt: str) -> str:
        """The next line, empty at the end. Nothing else runs meanwhile, so the wait may hold the loop."""
        self.paper.write(f"{prompt} ")
        self.paper.flush()
        line = self.lines.readline()
        if not self.lines.isatty():
            self.paper.write(f"{line.rstrip()}\n")
        return line

    def _print(self, markup: str, before: str = "") -> None:
        for line in lines_of(markup, self.width - len(before)):
            self.paper.write(f"{before}{line.plain}".rstrip() + "\n")
        self.paper.write("\n")

    def _write(self, words: str) -> None:
        self._lay(words.replace(VARIATION, ""))
        self.paper.write("\n")

    def _lay(self, words: str) -> None:
        for line in broken(Text(words), self.width):
            self.paper.write(f"{line.plain}\n")
