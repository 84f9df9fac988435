"""The live part of the screen: buttons under the arrow keys and a line to type on, at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, Dimension, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.layout.processors import BeforeInput, Processor, Transformation, TransformationInput
from prompt_toolkit.styles import Style
from rich.text import Text

from bot.channels.terminal.choices import Board
from bot.channels.terminal.markup import broken
from bot.channels.terminal.sheet import GAP, arranged, numbered, readable
from flows.dialog.events import Command, Did

STYLE = Style.from_dict(
    {
        "here": "reverse bold",
        "mark": "ansicyan",
        "primary": "bold",
        "success": "ansigreen",
        "danger": "ansired",
        "prompt": "ansicyan bold",
        "faint": "ansibrightblack",
        "keys": "reverse",
    }
)
KEYS = {"c-b": Command.BACK, "c-y": Command.WHY, "c-s": Command.SUMMARY, "f1": Command.HELP}
TYPING = 2
"""Lines kept for the input; the buttons scroll in what it and the keys leave."""
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Chose:
    """The highlighted button, by its place in reading order, was pressed."""

    place: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A line was typed."""

    line: str


@dataclass(frozen=True, slots=True)
class Unfold:
    """The long quotes are wanted whole."""


Act = Chose | Typed | Did | Unfold | None


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the panel: before the input, in it while it is empty, and at the bottom."""

    prompt: str
    invitation: str
    keys: str


class Panel:
    """Asks once. ``place`` is the highlighted button to begin with (None: none, so that Enter alone does nothing)."""

    def __init__(self, here: Board, wording: Wording, place: int | None) -> None:
        self.here, self.wording, self.place = here, wording, place
        self.buffer = Buffer(multiline=False)

    async def ask(self) -> Act:
        """Waits for the person; None if they leave."""
        application: Application[Act] = Application(
            layout=self._layout(), key_bindings=self._bindings(), style=STYLE, erase_when_done=True, full_screen=False, mouse_support=False
        )
        try:
            return await application.run_async()
        except (EOFError, KeyboardInterrupt):
            return None

    # --- what is seen -----------------------------------------------------------------------------------------------

    def _layout(self) -> Layout:
        typing = Window(
            BufferControl(
                self.buffer, input_processors=[BeforeInput(self.wording.prompt, "class:prompt"), _Invitation(self.wording.invitation)]
            ),
            height=Dimension(min=1, max=3),
            wrap_lines=True,
            dont_extend_height=True,
        )
        keys = Window(FormattedTextControl(self._keys), dont_extend_height=True)
        buttons = Window(FormattedTextControl(self._buttons), height=self._height, dont_extend_height=True)
        return Layout(HSplit([buttons, typing, keys]), focused_element=typing)

    def _height(self) -> Dimension:
        lines = len(self._lines())
        room = get_app().output.get_size().rows - TYPING - len(self._key_lines())
        return Dimension(min=min(lines, FEWEST), max=max(room, FEWEST), preferred=lines)

    def _lines(self) -> list[list[int]]:
        width = readable(get_app().output.get_size().columns)
        return arranged([[f" {numbered(choice)} " for choice in row] for row in self.here.rows], width)

    def _keys(self) -> StyleAndTextTuples:
        return [("class:keys", "\n".join(self._key_lines()))]

    def _key_lines(self) -> list[str]:
        return [line.plain for line in broken(Text(self.wording.keys), readable(get_app().output.get_size().columns))]

    def _buttons(self) -> StyleAndTextTuples:
        found: StyleAndTextTuples = []
        for line in self._lines():
            for place in line:
                found += self._button(place)
            found.append(("", "\n"))
        return found[:-1]

    def _button(self, place: int) -> StyleAndTextTuples:
        choice = self.here.choices[place]
        label = f" {numbered(choice)} "
        if place != self.place:
            return [(f"class:{choice.style}" if choice.style else "", label), ("", " " * GAP)]
        faint = "class:faint" if self.buffer.text else "class:here"
        return [("[SetCursorPosition]", ""), (faint, label), ("", " " * GAP)]

    # --- what is done -----------------------------------------------------------------------------------------------

    def _bindings(self) -> KeyBindings:
        keys = KeyBindings()
        self._moving(keys)
        self._acting(keys)
        for key, command in KEYS.items():
            keys.add(key)(_leave_with(Did(command)))
        keys.add("c-o")(_leave_with(Unfold()))
        keys.add("c-c")(_leave_with(None))
        keys.add("c-d", filter=Condition(lambda: not self.buffer.text))(_leave_with(None))
        return keys

    def _moving(self, keys: KeyBindings) -> None:
        nothing_typed = Condition(lambda: not self.buffer.text)
        for key, step in (("tab", 1), ("s-tab", -1)):
            keys.add(key)(self._by(step))
        for key, step in (("right", 1), ("left", -1)):
            keys.add(key, filter=nothing_typed)(self._by(step))
        for key, step in (("down", 1), ("up", -1)):
            keys.add(key)(self._by_line(step))

    def _acting(self, keys: KeyBindings) -> None:
        @keys.add("enter")
        def _(event: KeyPressEvent) -> None:
            if self.buffer.text.strip():
                event.app.exit(result=Typed(self.buffer.text))
            elif self.place is not None:
                event.app.exit(result=Chose(self.place))

        @keys.add("space", filter=Condition(self._on_tick))
        def _(event: KeyPressEvent) -> None:
            event.app.exit(result=Chose(self.place or 0))

        @keys.add("escape", eager=True)
        def _(_: KeyPressEvent) -> None:
            self.buffer.reset()
            self.place = None

    def _on_tick(self) -> bool:
        return not self.buffer.text and self.place is not None and self.here.choices[self.place].ticks

    def _by(self, step: int) -> Callable[[KeyPressEvent], None]:
        def move(_: KeyPressEvent) -> None:
            count = len(self.here.choices)
            if count:
                self.place = (0 if step > 0 else count - 1) if self.place is None else (self.place + step) % count

        return move

    def _by_line(self, step: int) -> Callable[[KeyPressEvent], None]:
        def move(_: KeyPressEvent) -> None:
            lines = self._lines()
            if not lines:
                return
            if self.place is None:
                self.place = lines[0 if step > 0 else -1][0]
                return
            row = next(number for number, line in enumerate(lines) if self.place in line)
            column = lines[row].index(self.place)
            line = lines[(row + step) % len(lines)]
            self.place = line[min(column, len(line) - 1)]

        return move


def _leave_with(act: Act) -> Callable[[KeyPressEvent], None]:
    def leave(event: KeyPressEvent) -> None:
        event.app.exit(result=act)

    return leave


class _Invitation(Processor):
    """Shows a faint text while nothing is typed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        if transformation_input.document.text:
            return Transformation(fragments)
        return Transformation([*fragments, ("class:faint", self.text)])
