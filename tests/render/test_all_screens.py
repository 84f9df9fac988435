"""Every reply, in both languages, within Telegram's limits and readable by Telegram's own parser."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import pytest
import tdjson

from bot.render.markup import length, plain
from bot.render.port import Shown
from bot.render.renderer import TEMPLATES, TemplateRenderer
from flows.dialog.codes import decode
from flows.dialog.replies import Reply, Role
from flows.knowledge.model import LANGUAGES
from tests.dialog.trainee import knowledge
from tests.render.gallery import gallery, renderer

TEXT, BUTTON, DATA, BUTTONS, TOAST, ENTITIES = 4096, 64, 64, 100, 200, 100
STEP = "zzzzzz."
SOURCE = re.compile(r"(?<![A-Za-z0-9])(?:R\d+(?:\.\d+)*-\d+|[ABU]\d{1,2}[a-c]?)(?![A-Za-z0-9])")
NAME = re.compile(r"CA19-9|抗原19-9|5-(?:HIAA|HT|羟|hydroxy)")
FIGURE = re.compile(r"\d+(?:\.\d+)?")


@lru_cache(maxsize=1)
def shown() -> dict[str, list[tuple[Reply, list[Shown]]]]:
    """Every reply with all its pages, by language."""
    return {language: [(reply, list(every_page(reply, language))) for reply in gallery()] for language in LANGUAGES}


def in_both() -> Iterator[tuple[Reply, list[Shown], list[Shown]]]:
    """Every reply with its pages in English and in Chinese."""
    for (reply, en), (_, zh) in zip(shown()["en"], shown()["zh"], strict=True):
        yield reply, en, zh


def every_page(reply: Reply, language: str) -> Iterator[Shown]:
    """All pages of a reply."""
    first = renderer().show(replace(reply, page=0), language)
    yield first
    for page in range(1, first.pages):
        yield renderer().show(replace(reply, page=page), language)


def parsed(markup: str) -> list[str]:
    """The entities that Telegram's own parser finds."""
    request = {"@type": "parseTextEntities", "text": markup, "parse_mode": {"@type": "textParseModeHTML"}}
    answer = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    if answer["@type"] == "error":
        raise ValueError(answer["message"])
    return [entity["type"]["@type"] for entity in answer["entities"]]


def faults_of(shown: Shown) -> Iterator[str]:
    """What Telegram would refuse, cut or overlook."""
    if shown.role is Role.TOAST:
        if not 0 < len(shown.markup) <= TOAST or "<" in shown.markup:
            yield f"toast of {len(shown.markup)} characters"
        return
    try:
        entities = parsed(shown.markup)
    except ValueError as error:
        yield f"not readable: {error}"
        return
    if len(entities) > ENTITIES:
        yield f"{len(entities)} entities: those above {ENTITIES} are lost"
    if not 0 < length(shown.markup) <= TEXT:
        yield f"text of {length(shown.markup)} units"
    keys = [key for row in shown.rows for key in row]
    if len(keys) > BUTTONS or any(len(row) > 8 for row in shown.rows):
        yield f"{len(keys)} buttons"
    for key in keys:
        if not 0 < len(key.text) <= BUTTON or key.text != key.text.strip():
            yield f"button '{key.text}'"
        if decode(key.code) is None or len((STEP + key.code).encode()) > DATA:
            yield f"code '{key.code}'"
    if len({key.code for key in keys}) < len(keys):
        yield "two buttons do the same"
    if len({key.text for key in keys}) < len(keys):
        yield f"two buttons read alike: {sorted(key.text for key in keys)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_within_the_limits_and_readable(language: str) -> None:
    faults = {
        f"{reply.key} p{page.page}: {fault}\n{page.markup[:160]}" for reply, pages in shown()[language] for page in pages for fault in faults_of(page)
    }
    assert not faults, "\n---\n".join(sorted(faults)[:10])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_shows_its_whole_wording(language: str) -> None:
    cut = {key.text for _, pages in shown()[language] for row in pages[0].rows for key in row if len(key.text) == BUTTON}
    assert not cut


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_text_hold_the_whole_text(language: str) -> None:
    whole = TemplateRenderer(knowledge(), limit=None)
    whole.use_links("phnen_example_bot")
    for reply, pages in shown()[language]:
        if len(pages) > 1:
            text = plain(whole.show(reply, language).markup)
            assert squeezed("".join(plain(page.markup) for page in pages)) == squeezed(text), reply.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_pages_needs_none(language: str) -> None:
    assert not {reply.key for reply, pages in shown()[language] if reply.pager is None and len(pages) > 1}


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_macro_that_a_reply_can_name_was_shown() -> None:
    used = {reply.key for reply in gallery()}
    wanted = {
        f"{file}.{macro}"
        for file in ("dialog", "explain", "report", "sources", "whatif")
        for macro in re.findall(r"{%-? macro (\w+)\(", (TEMPLATES / "en" / f"{file}.j2").read_text())
    }
    assert used <= wanted
    assert wanted - used == PIECES


PIECES = {
    *(f"dialog.{name}" for name in ("lines", "folded", "stages_so_far", "problem", "hint")),
    *(f"explain.{name}" for name in ("named", "worth", "condition", "given_by", "answered", "now", "as_it_is", "valued", "headed", "ways", "effect", "lacks", "instead", "steps")),
    *(f"explain.{name}" for name in ("ground", "branch", "passed", "passed_within")),
    *(f"whatif.{name}" for name in ("told", "member", "about", "path", "change", "tail")),
    *(f"sources.{name}" for name in ("statement", "where", "settlement", "later_standard", "unknown_source")),
    "report.tail",
}
"""Macros that speak as a part of others."""


def ids_in(pages: list[Shown]) -> Counter[str]:
    """The sources marked in a reply, with how often."""
    return Counter(SOURCE.findall("\n".join(plain(page.markup) for page in pages)))


def test_both_languages_mark_the_same_sources() -> None:
    different = {reply.key: (ids_in(en) - ids_in(zh), ids_in(zh) - ids_in(en)) for reply, en, zh in in_both() if ids_in(en) != ids_in(zh)}
    assert not different


def figures_in(pages: list[Shown]) -> Counter[str]:
    """The figures of a reply, with how often; those of ids and of substances are left out."""
    text = "\n".join(plain(page.markup) for page in pages)
    return Counter(FIGURE.findall(NAME.sub("", SOURCE.sub("", text))))


def test_both_languages_give_the_same_figures() -> None:
    different = {}
    for reply, en, zh in in_both():
        if reply.key != "dialog.case_story" and figures_in(en) != figures_in(zh):  # a story may say "three" where the other says 3
            different[reply.key] = (reply.params.get("id"), figures_in(en) - figures_in(zh), figures_in(zh) - figures_in(en))
    assert not different


def test_buttons_do_the_same_in_the_same_order_in_both_languages() -> None:
    for reply, en, zh in in_both():
        if reply.pager is None:
            assert [[key.code for key in row] for row in en[0].rows] == [[key.code for key in row] for row in zh[0].rows], reply.key
