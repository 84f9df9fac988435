"""The interactive way: colours, panels and arrow keys; what was said stays in the scrollback."""

from __future__ import annotations

from rich.console import Console, Group
from rich.panel import Panel as Frame
from rich.text import Text

from bot.channels.terminal.choices import Board, Pressed, Unknown, Wish, meant
from bot.channels.terminal.desk import Say
from bot.channels.terminal.markup import VARIATION, broken
from bot.channels.terminal.panel import Act, Chose, Panel, Typed, Unfold, Wording
from bot.channels.terminal.sheet import folds, lines_of, numbered, readable
from bot.render.port import Shown
from flows.dialog.events import Did, Finished
from flows.dialog.replies import Role

FRAME = 4
"""Cells that the frame of a note takes from its width."""


class LiveDesk:
    """Holds a consultation on a terminal with keys. ``console`` prints what stays."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._screen = ""
        self._place: int | None = None

    def open(self, say: Say) -> None:
        """Greets."""
        for line in broken(Text(say("banner").replace(VARIATION, ""), style="bold"), self._width()):
            self._line(line)

    def show(self, reply: Shown, say: Say) -> None:
        """Prints a reply; a screen whose text is unchanged keeps its highlighted button and is not printed again."""
        match reply.role:
            case Role.TOAST:
                self.tell(reply.markup)
            case Role.NOTE:
                frame = Group(*lines_of(reply.markup, self._width() - FRAME))
                self.console.print(Frame(frame, width=self._width(), border_style="yellow"))
                self._screen = ""
            case Role.CLOSING:
                self._text(reply.markup, folded=False)
            case Role.SCREEN if reply.markup != self._screen:
                self._screen, self._place = reply.markup, None
                self._text(reply.markup, folded=True)
                if reply.pages > 1:
                    self.tell(say("page_of", page=reply.page + 1, pages=reply.pages))
                if folds(reply.markup):
                    self.tell(say("fold_more"))

    def tell(self, words: str) -> None:
        """Prints a dim sentence."""
        for line in broken(Text(words.replace(VARIATION, ""), style="dim"), self._width()):
            self._line(line)

    async def ask(self, here: Board, say: Say) -> Wish:
        """Shows the buttons and waits; what was chosen or typed is left behind as a line of the transcript."""
        wording = Wording(f"{say('prompt')} ", say("type_here"), say("keys"))
        while True:
            act = await Panel(here, wording, self._place).ask()
            if isinstance(act, Unfold):
                if folds(self._screen):
                    self._text(self._screen, folded=False)
                continue
            wish = self._wish(act, here)
            if not isinstance(wish, Unknown):
                return wish
            self.tell(say("unknown_command", text=wish.text))

    def _wish(self, act: Act, here: Board) -> Wish:
        match act:
            case Chose(place):
                choice = here.choices[place]
                self._place = place
                if not choice.ticks:
                    self._echo(here.ticked() or choice.text if isinstance(choice.event, Finished) else choice.text)
                return Pressed(choice.event, here.step)
            case Typed(line):
                number = here.marked(line.strip()) if line.strip().isdigit() else None
                self._echo(numbered(number) if number else line.strip())
                return meant(line, here, marks=False)
            case Did(command):
                self._echo(f"/{command.value}")
                return act
            case _:
                return None

    def _echo(self, words: str) -> None:
        for line in broken(Text("> ", style="cyan").append(words, style="bold"), self._width()):
            self._line(line)

    def _text(self, markup: str, *, folded: bool) -> None:
        self._line(Text())
        for line in lines_of(markup, self._width(), folded=folded):
            self._line(line)
        self._line(Text())

    def _line(self, line: Text) -> None:
        self.console.print(line, soft_wrap=True)

    def _width(self) -> int:
        return readable(self.console.width)
