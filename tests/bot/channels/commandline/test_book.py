"""The rule book holds every rule, question, statement and model case in both languages, and needs nothing outside itself."""

from __future__ import annotations

import re
import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.channels.commandline.book import book, drawn
from bot.render.renderer import TemplateRenderer
from flows.dialog.stages import STAGES, mermaid
from flows.knowledge.loader import ROOT, load

KNOWLEDGE = load()
DAY = date(2026, 3, 1)
VOID = {"meta", "input", "br", "link", "img", "hr"}


class Page(HTMLParser):
    """The ids, links and loaded addresses of a page, its words, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.opened: list[str] = []
        self.astray: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.loads += [value or "" for name, value in attrs if name in ("src", "srcset", "data", "action", "poster") or (name.endswith("href") and tag != "a")]
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.astray.append(tag)

    def handle_data(self, data: str) -> None:
        if self.opened[-1:] not in (["style"], ["script"]):
            self.words.append(data)


def printed(language: str, root: Path = ROOT, today: date = DAY) -> str:
    knowledge = load(root)
    voices = TemplateRenderer(knowledge, None)
    voices.tell_day(lambda: today)
    return book(voices, knowledge, language, today, draw=lambda text: f"<pre>{text}</pre>")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {language: printed(language) for language in ("en", "zh")}


@pytest.fixture(scope="module")
def pages(texts: dict[str, str]) -> dict[str, Page]:
    return {language: Page(text) for language, text in texts.items()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_question_answer_source_and_case_has_its_place_once(language: str, pages: dict[str, Page]) -> None:
    page = pages[language]
    wanted = {f"rule-{row.id}" for fact in KNOWLEDGE.book.facts for row in fact.rows}
    wanted |= {f"fact-{fact.name}" for fact in KNOWLEDGE.book.facts}
    wanted |= {f"question-{name}" for name in KNOWLEDGE.questions} | {f"answer-{name}" for name in KNOWLEDGE.fields}
    wanted |= {*KNOWLEDGE.statements, *KNOWLEDGE.settlements, *KNOWLEDGE.later} | {f"case-{name}" for name in KNOWLEDGE.vignettes}

    assert wanted <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not page.astray
    assert not page.opened


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_wordings_of_the_language_stand_in_it(language: str, pages: dict[str, Page]) -> None:
    words = re.sub(r"\s+", " ", "".join(pages[language].words))
    said = [entry.text[language] for group in (KNOWLEDGE.statements, KNOWLEDGE.later) for entry in group.values()]
    said += [text[language] for entry in KNOWLEDGE.settlements.values() for text in (entry.problem, entry.reading)]
    said += [text[language] for question in KNOWLEDGE.questions.values() for text in (question.title, question.ask, question.help)]
    said += [text[language] for case in KNOWLEDGE.vignettes.values() for text in (case.title, case.story)]

    assert [text for text in said if re.sub(r"\s+", " ", text).strip() not in words] == []


def test_both_languages_have_the_same_places_and_links(pages: dict[str, Page]) -> None:
    assert pages["en"].ids == pages["zh"].ids
    assert sorted(pages["en"].links) == sorted(pages["zh"].links)


def test_no_place_is_in_the_other_language(pages: dict[str, Page]) -> None:
    assert not re.search("[\u4e00-\u9fff]", "".join(pages["en"].words))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_loaded_from_outside_and_every_link_stays_inside(language: str, texts: dict[str, str], pages: dict[str, Page]) -> None:
    page = pages[language]

    assert page.loads == []
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|importScripts|sendBeacon|WebSocket", texts[language])
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids)


@pytest.mark.parametrize(("language", "grade", "rest"), [("en", "Ki-67 ≥ 3% and Ki-67 ≤ 20%", "in every other case"), ("zh", "Ki-67指数 ≥ 3%，且Ki-67指数 ≤ 20%", "其余情况")])
def test_a_rule_is_said_in_words_with_its_bands_and_what_it_rests_on(language: str, grade: str, rest: str, texts: dict[str, str]) -> None:
    table = texts[language].partition('id="fact-ki67_grades"')[2].partition("</article>")[0]
    words = "".join(Page(table).words)

    assert grade in re.sub(r"\s+", " ", words)
    assert "3–20%" in words
    assert KNOWLEDGE.statements["R2-04"].text[language] in words
    assert rest in texts[language]


def test_a_rule_that_concludes_a_statement_says_it(texts: dict[str, str]) -> None:
    row = texts["zh"].partition('id="rule-prognosis.R4.1.1-06"')[2].partition("</tr>")[0]

    assert KNOWLEDGE.statements["R4.1.1-06"].text["zh"] in row


def test_what_is_due_for_review_is_marked_beside_the_rule_and_the_statement(tmp_path: Path) -> None:
    root = Path(shutil.copytree(ROOT, tmp_path / "knowledge"))
    path = root / "reviews.yaml"
    signed = '- {ids: ["R2-04", "rfa.size"], reviewed_by: "Dr A. Example", reviewed_on: 2025-01-02, review_by: 2026-01-02}\n'
    path.write_text(signed + path.read_text(encoding="utf-8"), encoding="utf-8")

    before, after = printed("en", root, date(2026, 1, 2)), printed("en", root, date(2026, 1, 3))
    for place in ('id="R2-04"', 'id="rule-rfa.size"'):
        entry = after.partition(place)[2].partition("</article>" if "rule" not in place else "</tr>")[0]
        assert '<span class="due">Signed off by Dr A. Example, 2025-01-02; to be reviewed by 2026-01-02' in entry
    assert 'class="due"' not in before
    assert "Dr A. Example" in before
    assert "has passed for 1 of the rules: rfa.size" in after


def test_the_steps_of_the_consultation_stand_below_the_diagram_in_words(texts: dict[str, str]) -> None:
    part = texts["en"].partition('id="part-states"')[2].partition("</section>")[0]

    assert part.count('<tr class="item">') == 15
    assert "<pre>" in part
    assert "nothing_left_here" not in part


def test_the_diagram_is_drawn_with_plain_text_labels() -> None:
    picture = drawn(mermaid())

    assert picture.startswith("<svg")
    assert "<foreignObject" not in picture
    assert all(f">{state}<" in picture for state in STAGES)


@pytest.mark.parametrize(("language", "says"), [("en", "cannot be written"), ("zh", "无法写入")])
def test_a_place_that_is_not_there_is_named_at_once(language: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "none" / "book.html"

    assert main(["book", "--out", str(path), "--lang", language]) == 1
    shown = capsys.readouterr().err
    assert str(path) in shown
    assert says in shown
