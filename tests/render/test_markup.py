"""The small markup: cleaned, measured and paged as Telegram measures, each page balanced by itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.markup import MARKS, clean, length, pages, plain
from tests.render.test_all_screens import parsed, squeezed

WORDS = st.sampled_from(["lesion", "<3 cm", "5–20 %", "肝脏神经内分泌肿瘤", "，", "。", "💥👍🏽", "a&b", " ", "\n", "x" * 30])
TAGS = ("b", "i", "code", "blockquote", "a")


@st.composite
def markups(draw: st.DrawFn, depth: int = 0) -> str:
    """Paragraphs of text with nested tags; none of them spans an empty line."""
    inside = st.lists(WORDS, max_size=40).map("".join).map(_escaped)
    if depth < 2:
        inside = inside | st.lists(markups(depth=depth + 1).map(lambda text: re.sub(r"\s*\n\s*", "\n", text)), max_size=4).map("".join)
    text = draw(inside)
    tag = draw(st.sampled_from(["", *TAGS]))
    if not tag or (depth and tag == "blockquote"):
        return text if depth else "\n\n".join(draw(st.lists(st.just(text), min_size=1, max_size=6)))
    text = re.sub(r"\s*\n\s*", "\n", text)
    return f'<{tag}{" href=" + chr(34) + "https://t.me/x?start=A1" + chr(34) if tag == "a" else ""}>{text}</{tag}>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def balanced(markup: str) -> bool:
    """Whether every tag is closed in the order in which it was opened."""
    stack: list[str] = []
    for end, name in re.findall(r"<(/?)([a-z]+)[^<>]*>", markup):
        if not end:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack


@settings(max_examples=300, deadline=None)
@given(markups(), st.integers(30, 400))
def test_pages_fit_are_balanced_and_hold_the_whole_text(markup: str, limit: int) -> None:
    found = pages(clean(markup), limit)
    assert all(length(page) <= limit for page in found)
    assert all(balanced(page) for page in found)
    assert squeezed("".join(map(plain, found))) == squeezed(plain(markup))


@settings(max_examples=100, deadline=None)
@given(markups(), st.integers(30, 400))
def test_every_page_can_be_read_by_telegram(markup: str, limit: int) -> None:
    for page in pages(clean(markup), limit):
        if squeezed(plain(page)):
            parsed(page)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("  a  b \n c\t d  ", "a b\nc d"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\n \n \nb", "a\n\nb"),
        ("\n\na\n", "a"),
        ("<b> a </b>", "<b> a </b>"),
        ("", ""),
    ],
)
def test_cleaning_takes_stray_spaces_and_empty_lines_away(markup: str, expected: str) -> None:
    assert clean(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<b>Ki-67</b> &lt;3%", "Ki-67 <3%"),
        ('<a href="https://t.me/x?start=A1">A1</a> &amp; more', "A1 & more"),
        ("<blockquote expandable>a\nb</blockquote>", "a\nb"),
        ("5 < 6", "5 < 6"),
    ],
)
def test_plain_text_has_no_tags_and_no_entities(markup: str, expected: str) -> None:
    assert plain(markup) == expected


@pytest.mark.parametrize(("markup", "units"), [("abc", 3), ("<b>abc</b>", 3), ("肝脏", 2), ("💥", 2), ("👍🏽", 4), ("&lt;", 1), ("é⁹", 2)])
def test_length_is_counted_as_telegram_counts(markup: str, units: int) -> None:
    assert length(markup) == units


def test_a_short_text_is_one_page() -> None:
    assert pages("<b>a</b>\n\nb", 100) == ["<b>a</b>\n\nb"]


def test_pages_break_between_paragraphs_where_they_can() -> None:
    paragraphs = ["a" * 40, "b" * 40, "c" * 40]
    assert pages("\n\n".join(paragraphs), 90) == ["\n\n".join(paragraphs[:2]), paragraphs[2]]


def test_a_paragraph_that_is_too_long_breaks_between_its_lines_then_between_words() -> None:
    lines = "\n".join(["one two three four"] * 5)
    assert all(page.startswith("one") and page.endswith("four") for page in pages(lines, 40))
    assert pages("word " * 30, 23)[0] == "word word word word"


def test_a_tag_that_is_cut_is_closed_and_opened_again() -> None:
    found = pages("<blockquote expandable><b>" + "word " * 100 + "</b></blockquote>", 120)
    assert len(found) > 3
    assert all(page.startswith("<blockquote expandable><b>") and page.endswith("</b></blockquote>") for page in found)


def test_a_word_without_end_is_cut_all_the_same() -> None:
    assert [length(page) for page in pages("肝" * 250, 100)] == [100, 100, 50]


def test_a_page_has_no_more_marks_than_telegram_keeps() -> None:
    paragraphs = "\n\n".join(f'<b>{number}</b> <a href="x">A{number}</a>' for number in range(200))
    found = pages(paragraphs, 4000)
    assert all(page.count("</") <= MARKS for page in found)
    assert "".join(found).count("</a>") == 200
    one = "<b>x</b>" + "".join(f' <a href="x">A{number}</a>' for number in range(200))
    (page,) = pages(one, 4000)
    assert page.count("</") == MARKS
    assert squeezed(plain(page)) == squeezed(plain(one))
