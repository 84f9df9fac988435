"""The HTML subset becomes styled text, broken into lines that fit the terminal."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.text import Text

from bot.channels.terminal.markup import blocks, broken
from bot.channels.terminal.sheet import arranged, folds, lines_of


def plain(markup: str, width: int = 80, *, folded: bool = False) -> list[str]:
    return [line.plain for line in lines_of(markup, width, folded=folded)]


def test_tags_become_styles_and_leave_no_trace_in_the_text() -> None:
    (block,) = blocks('<b>Ki-67</b> &lt;3% <code>G1</code> <i>see <a href="https://t.me/x">R2-04</a></i>')
    assert block.text.plain == "Ki-67 <3% G1 see R2-04"
    assert [(span.start, span.end, str(span.style)) for span in block.text.spans] == [
        (0, 5, "bold"),
        (10, 12, "cyan"),
        (13, 17, "italic"),
        (17, 22, "italic underline"),
    ]


def test_a_quote_stands_behind_a_bar_and_keeps_its_lines() -> None:
    assert plain("Before\n<blockquote>one\ntwo</blockquote>\n\nAfter") == ["Before", "│ one", "│ two", "", "After"]


def test_a_long_quote_folds_to_its_first_line_and_an_ordinary_one_does_not() -> None:
    markup = "<blockquote expandable>first\nsecond\nthird</blockquote>\n<blockquote>a\nb</blockquote>"
    assert folds(markup)
    assert plain(markup, folded=True) == ["│ first …", "│ a", "│ b"]
    assert plain(markup) == ["│ first", "│ second", "│ third", "│ a", "│ b"]


def test_a_quote_of_one_line_has_nothing_to_fold() -> None:
    markup = "<blockquote expandable>only</blockquote>"
    assert not folds(markup)
    assert plain(markup, folded=True) == ["│ only"]


@pytest.mark.parametrize("width", [12, 40, 80])
def test_no_line_is_wider_than_the_terminal_in_chinese_either(width: int) -> None:
    markup = (
        "<b>病理</b> Ki-67 指数（按热点区计数）为 15–20%，核分裂象 3/2mm²；依据综述，应结合两项指标取高者。\n"
        "<blockquote>The higher of both indices decides, chromogranin-A-and-synaptophysin-without-any-space.</blockquote>"
    )
    lines = plain(markup, width)
    assert max(map(cell_len, lines)) <= width
    assert len(lines) > 2


def test_a_chinese_line_breaks_at_the_edge_and_never_before_a_closing_mark() -> None:
    lines = [line.plain for line in broken(Text("核分裂象计数三个，增殖指数（热点）"), 16)]
    assert lines == ["核分裂象计数三", "个，增殖指数（热", "点）"]
    assert all(line[0] not in "，）" for line in lines)


def test_breaking_loses_no_character_but_spaces() -> None:
    text = "Grade 2，由 Ki-67 决定 [R2-04 · A3]。  End"
    assert "".join(line.plain for line in broken(Text(text), 9)).replace(" ", "") == text.replace(" ", "")


def test_styles_survive_the_break() -> None:
    lines = broken(Text("bold words here", style="bold"), 6)
    assert [line.plain for line in lines] == ["bold", "words", "here"]
    assert {str(line.style) for line in lines} == {"bold"}


def test_coloured_emoji_are_shown_in_their_narrow_form() -> None:
    assert plain("⚠️ 黄疸") == ["⚠ 黄疸"]


def test_buttons_of_a_row_share_a_line_while_they_fit() -> None:
    rows = [["one", "two"], ["a button that is long", "another one"], ["x"]]
    assert arranged(rows, 40) == [[0, 1], [2, 3], [4]]
    assert arranged(rows, 24) == [[0, 1], [2], [3], [4]]
