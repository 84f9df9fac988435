"""The plain way: lines in, text out, nothing that only a terminal understands."""

from __future__ import annotations

import io
import signal

import pytest
from rich.cells import cell_len

from bot.channels.terminal.choices import Pressed, Said, Wish
from bot.channels.terminal.lines import Interruptible, LineDesk
from bot.render.port import Shown
from flows.dialog.events import Command, Did, Typed
from flows.dialog.replies import Role
from tests.bot.channels.terminal.boards import BACK, BOARD, DONE, STEP, say, screen


async def asked(typed: str, width: int = 80) -> tuple[Wish, str]:
    paper = io.StringIO()
    wish = await LineDesk(io.StringIO(typed), paper, width).ask(BOARD, say)
    return wish, paper.getvalue()


async def test_every_button_is_printed_with_what_to_type_for_it() -> None:
    _, text = await asked("")
    assert text.splitlines()[:3] == ["[1] [ ] 腹痛  [2] [x] 黄疸", "[a] 选好了", "[/back] ◀ 上一题  [/skip] 跳过 ▶"]


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("a\n", Pressed(DONE, STEP)),
        ("A\n", Pressed(DONE, STEP)),
        ("选好了\n", Pressed(DONE, STEP)),
        ("上一题\n", Pressed(BACK, STEP)),
        ("/skip\n", Did(Command.SKIP)),
        ("1,2\n", Said(Typed("1,2"), STEP)),
        ("Ki-67 15%\r\n", Said(Typed("Ki-67 15%"), STEP)),
        ("", None),
    ],
)
async def test_a_line_is_a_press_a_command_or_words(line: str, wish: Wish) -> None:
    assert (await asked(line))[0] == wish


async def test_an_empty_line_and_an_unknown_command_are_answered_and_change_nothing() -> None:
    wish, text = await asked("\n/nope\na\n")
    assert wish == Pressed(DONE, STEP)
    assert "(choose_hint)" in text
    assert "(unknown_command) /nope" in text


async def test_lines_from_a_pipe_are_repeated_so_that_the_transcript_can_be_read() -> None:
    _, text = await asked("1,2\n")
    assert text.endswith("? 1,2\n")


class Interrupting(io.StringIO):
    """Lines in the middle of which Ctrl-C is pressed."""

    def readline(self, *_: object) -> str:  # type: ignore[override] # two parents disagree
        """Presses Ctrl-C instead of typing."""
        signal.raise_signal(signal.SIGINT)
        return super().readline()


def test_control_c_ends_the_wait_for_a_line_and_is_given_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interruptible(Interrupting("15\n")).listening() as lines:
        assert lines.readline() == ""
    assert signal.getsignal(signal.SIGINT) is before


def test_control_c_between_two_lines_ends_before_the_next() -> None:
    with Interruptible(io.StringIO("15\n20\n")).listening() as lines:
        assert lines.readline() == "15\n"
        signal.raise_signal(signal.SIGINT)
        assert lines.readline() == ""


def shown_on(width: int, *replies: Shown) -> str:
    paper = io.StringIO()
    desk = LineDesk(io.StringIO(), paper, width)
    desk.open(say)
    for reply in replies:
        desk.show(reply, say)
    return paper.getvalue()


def test_notes_toasts_and_summaries_can_be_told_apart() -> None:
    text = shown_on(
        80,
        Shown(Role.NOTE, "⚠️ <b>黄疸</b>\n尽快就诊"),
        Shown(Role.TOAST, "已记录"),
        Shown(Role.CLOSING, "✓ <b>症状</b>"),
        screen("<b>Ki-67</b>\n<blockquote expandable>a\nb</blockquote>"),
    )
    assert "| ⚠ 黄疸\n| 尽快就诊\n" in text
    assert "* 已记录\n" in text
    assert "✓ 症状\n" in text
    assert "Ki-67\n│ a\n│ b\n" in text, "nothing can be unfolded here, so nothing is folded"


def test_a_screen_whose_text_is_unchanged_is_not_printed_twice_unless_a_note_came_between() -> None:
    once = shown_on(80, screen("Question"), Shown(Role.TOAST, "hm"), screen("Question"))
    again = shown_on(80, screen("Question"), Shown(Role.NOTE, "hm"), screen("Question"))
    assert (once.count("Question"), again.count("Question")) == (1, 2)


def test_a_page_says_which_one_it_is() -> None:
    assert "(page_of) 2 3" in shown_on(80, screen("x", page=1, pages=3))


@pytest.mark.parametrize("width", [40, 80])
async def test_no_line_is_wider_than_asked_for_and_no_escape_code_is_written(width: int) -> None:
    markup = "<b>核分裂象</b> 与 Ki-67 不一致时，按综述取较高者；两项均须说明计数面积与热点区。" * 3
    paper = io.StringIO()
    desk = LineDesk(io.StringIO("a\n"), paper, width)
    desk.show(Shown(Role.NOTE, f"<blockquote>{markup}</blockquote>"), say)
    desk.show(screen(markup), say)
    await desk.ask(BOARD, say)
    lines = paper.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert "\x1b" not in paper.getvalue()
