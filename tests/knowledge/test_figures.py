"""Figures are found in both languages in one form, so that a wording can be held against what it restates."""

from __future__ import annotations

import pytest

from flows.knowledge.figures import figures


def found(text: str) -> list[tuple[float, str, str]]:
    return [(figure.value, figure.unit, figure.bound) for figure in figures(text)]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("0.3–4.0% of all", "占0.3%~4.0%"),
        ("age <55 years", "年龄< 55岁"),
        ("a 26-year history, 8 years after", "病程26年，术后8年"),
        ("of 13 × 7 × 6 cm", "体积13 × 7 × 6 cm"),
        ("lesions of 3–6 mm", "3~6 mm的病灶"),
        ("1.09 per 100,000", "1.09/10 万"),
        ("normal 2–18 U/L", "参考值2~18 U/L"),
        ("24-hour urine", "24 小时尿"),
        ("13.1 months", "13.1个月"),
        ("seven drugs over two arms", "七种药，两组"),
        ("Ki-67 3–20%, CD56, 68Ga", "Ki-67 3%~20%，CD56、68Ga"),
        ("phase III", "Ⅲ期"),
        ("WHO 2010", "2010年WHO"),
        ("5%", "５％"),
    ],
)
def test_both_languages_give_the_same_figures(english: str, chinese: str) -> None:
    assert found(english) == found(chinese)
    assert found(english)


def test_the_unit_at_the_end_of_a_range_holds_for_all_of_it() -> None:
    assert found("69–97%") == [(69, "%", ""), (97, "%", "")]


@pytest.mark.parametrize("text", ["[12]", "1)病理；2)影像", "表现为1个病灶", "十二指肠", "多种", "one of them"])
def test_marks_of_references_lists_and_articles_are_no_figures(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize(
    ("ours", "source", "same"),
    [
        (">80%", "80%以上", True),
        ("≥80%", "80%以上", True),
        ("80%", "80%以上", False),
        ("<1 cm", "1 cm以下", True),
        (">1 cm", "1 cm以下", False),
        ("<5", "< 5个", True),
        ("≤5", "< 5个", False),
        ("5", "< 5个", False),
        ("5%", "5", False),
        ("5 years", "5个月", False),
        ("4%", "4.0%", True),
    ],
)
def test_a_figure_restates_another_with_the_same_number_unit_and_bound(ours: str, source: str, same: bool) -> None:
    (our,), (theirs,) = figures(ours), figures(source)

    assert our.restates(theirs) is same


def test_a_figure_knows_where_it_stands() -> None:
    text = "ＣＴ：约占0.28%~0.46% [2]。"

    assert [text[figure.at : figure.at + len(figure.written)] for figure in figures(text)] == ["0.28%", "0.46%"]
