"""The interactive way: arrow keys and typing at the same time, driven through a pipe of keys."""

from __future__ import annotations

import io

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.cells import cell_len
from rich.console import Console

from bot.channels.terminal.choices import Pressed, Said, Wish
from bot.channels.terminal.live import LiveDesk
from bot.render.port import Shown
from flows.dialog.events import Command, Did, Typed
from flows.dialog.replies import Role
from tests.bot.channels.terminal.boards import BACK, BOARD, DONE, JAUNDICE, PAIN, STEP, say, screen

UP, DOWN, RIGHT, LEFT, ENTER, TAB, ESCAPE = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\r", "\t", "\x1b"
FOLDED = "<b>Ki-67</b>\n<blockquote expandable>first\nsecond</blockquote>"


def desk(paper: io.StringIO, width: int = 80, **environment: str) -> LiveDesk:
    environ = {"TERM": "xterm-256color", "COLUMNS": str(width), **environment}
    return LiveDesk(Console(file=paper, force_terminal=True, width=width, highlight=False, emoji=False, markup=False, _environ=environ))


async def pressed(keys: str, at: LiveDesk | None = None) -> Wish:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        keyboard.send_text(keys)
        return await (at or desk(io.StringIO())).ask(BOARD, say)


@pytest.mark.parametrize(
    ("keys", "wish"),
    [
        (DOWN + ENTER, Pressed(PAIN, STEP)),
        (DOWN + RIGHT + ENTER, Pressed(JAUNDICE, STEP)),
        (DOWN + " ", Pressed(PAIN, STEP)),
        (DOWN + DOWN + ENTER, Pressed(DONE, STEP)),
        (TAB * 3 + ENTER, Pressed(DONE, STEP)),
        (UP + ENTER, Pressed(BACK, STEP)),
        (UP + UP + ENTER, Pressed(DONE, STEP)),
        (DOWN + LEFT + ENTER, Did(Command.SKIP)),
        ("\x1b[Z" * 2 + ENTER, Pressed(BACK, STEP)),
    ],
)
async def test_arrow_keys_walk_over_the_buttons_and_enter_acts(keys: str, wish: Wish) -> None:
    found = await pressed(keys)
    assert found == (Pressed(wish, STEP) if isinstance(wish, Did) else wish)


@pytest.mark.parametrize(
    ("keys", "wish"),
    [
        ("Ki-67 15%" + ENTER, Said(Typed("Ki-67 15%"), STEP)),
        ("核分裂 3/2mm²" + ENTER, Said(Typed("核分裂 3/2mm²"), STEP)),
        ("/sources R2-04" + ENTER, Did(Command.SOURCES, "R2-04")),
        ("选好了" + ENTER, Pressed(DONE, STEP)),
    ],
)
async def test_typing_works_beside_the_buttons(keys: str, wish: Wish) -> None:
    assert await pressed(keys) == wish


async def test_what_was_typed_wins_over_the_highlighted_button() -> None:
    assert await pressed(DOWN + DOWN + "2" + ENTER) == Said(Typed("2"), STEP)


async def test_a_letter_is_a_word_here_because_no_letters_are_shown() -> None:
    assert await pressed("a" + ENTER) == Said(Typed("a"), STEP)


async def test_enter_alone_does_nothing_so_a_second_enter_cannot_answer_the_next_question() -> None:
    assert await pressed(ENTER + ENTER + "15" + ENTER) == Said(Typed("15"), STEP)


async def test_escape_clears_the_line_and_the_highlight() -> None:
    assert await pressed(DOWN + "nonsense" + ESCAPE + ENTER + "15" + ENTER) == Said(Typed("15"), STEP)


async def test_a_space_in_typed_words_is_a_space_even_on_a_tick() -> None:
    assert await pressed(DOWN + "ki 5" + ENTER) == Said(Typed("ki 5"), STEP)


@pytest.mark.parametrize(
    ("key", "command"), [("\x02", Command.BACK), ("\x19", Command.WHY), ("\x13", Command.SUMMARY), ("\x1bOP", Command.HELP)]
)
async def test_keys_stand_for_commands(key: str, command: Command) -> None:
    assert await pressed(key) == Did(command)


@pytest.mark.parametrize("key", ["\x03", "\x04"])
async def test_control_c_and_control_d_leave(key: str) -> None:
    assert await pressed(key) is None


async def test_control_c_leaves_with_something_typed_as_well() -> None:
    assert await pressed("half a word\x03") is None


async def test_a_tick_keeps_its_highlight_so_that_the_next_one_is_a_key_away() -> None:
    at = desk(io.StringIO())
    at.show(screen("Symptoms"), say)
    assert await pressed(DOWN + RIGHT + " ", at) == Pressed(JAUNDICE, STEP)
    at.show(screen("Symptoms"), say)
    assert await pressed(" ", at) == Pressed(JAUNDICE, STEP)
    at.show(screen("Another question"), say)
    assert await pressed(" 15" + ENTER, at) == Said(Typed(" 15"), STEP)


async def test_a_long_quote_is_folded_until_a_key_unfolds_it() -> None:
    paper = io.StringIO()
    at = desk(paper)
    at.show(screen(FOLDED), say)
    assert "second" not in paper.getvalue()
    assert "(fold_more)" in paper.getvalue()
    assert await pressed("\x0f" + "15" + ENTER, at) == Said(Typed("15"), STEP)
    assert "second" in paper.getvalue()


async def test_what_was_done_stays_behind_as_a_line_of_the_transcript() -> None:
    paper = io.StringIO()
    at = desk(paper)
    for keys in ("15" + ENTER, "1" + ENTER, DOWN + DOWN + ENTER, "\x02"):
        await pressed(keys, at)
    text = "".join(paper.getvalue().split("\x1b[1m"))
    for line in ("15", "1 [ ] 腹痛", "黄疸", "/back"):
        assert line in text


async def test_an_unknown_command_is_said_and_asked_again() -> None:
    paper = io.StringIO()
    assert await pressed("/nope" + ENTER + "15" + ENTER, desk(paper)) == Said(Typed("15"), STEP)
    assert "(unknown_command) /nope" in paper.getvalue()


@pytest.mark.parametrize("width", [40, 80])
def test_texts_and_frames_keep_within_the_terminal(width: int) -> None:
    paper = io.StringIO()
    at = LiveDesk(Console(file=paper, width=width, color_system=None, highlight=False, emoji=False, markup=False))
    markup = "<b>核分裂象</b> 与 Ki-67 不一致时，按综述取较高者；两项均须说明计数面积与热点区。" * 3
    at.open(say)
    for role in (Role.NOTE, Role.CLOSING, Role.TOAST, Role.SCREEN):
        at.show(Shown(role, markup), say)
    assert max(map(cell_len, paper.getvalue().splitlines())) <= width


@pytest.mark.parametrize(("no_color", "coloured"), [("1", False), ("", True)])
def test_no_color_takes_the_colours_away(no_color: str, coloured: bool) -> None:
    paper = io.StringIO()
    desk(paper, NO_COLOR=no_color).show(screen("<code>G1</code>"), say)
    assert ("\x1b[36m" in paper.getvalue()) is coloured
