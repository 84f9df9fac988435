"""Every reply, in both languages, within Telegram's limits and readable by Telegram's own parser."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

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


def every_page(reply: Reply, language: str) -> Iterator[Shown]:
    """All pages of a reply."""
    first = renderer().show(replace(reply, page=0), language)
    yield first
    for page in range(1, first.pages):
        yield renderer().show(replace(reply, page=page), language)


def parsed(markup: str) -> list[str]:
    """The entities that Telegram's own parser finds."""
    request = {"@type": "parseTextEntities", "text": markup, "parse_mode": {"@type": "textParseModeHTML"}}
    answer = json.loads(tdjson.td_execute(json.dumps(request).encode()))
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_within_the_limits_and_readable(language: str) -> None:
    faults = {
        f"{reply.key} p{shown.page}: {fault}\n{shown.markup[:160]}" for reply in gallery() for shown in every_page(reply, language) for fault in faults_of(shown)
    }
    assert not faults, "\n---\n".join(sorted(faults)[:10])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_shows_its_whole_wording(language: str) -> None:
    cut = {key.text for reply in gallery() for row in renderer().show(reply, language).rows for key in row if len(key.text) == BUTTON}
    assert not cut


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_text_hold_the_whole_text(language: str) -> None:
    whole = TemplateRenderer(knowledge(), limit=None)
    whole.use_links("phnen_example_bot")
    for reply in gallery():
        if reply.pager:
            text = plain(whole.show(reply, language).markup)
            assert squeezed("".join(plain(page.markup) for page in every_page(reply, language))) == squeezed(text), reply.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_pages_needs_none(language: str) -> None:
    assert not {reply.key for reply in gallery() if reply.pager is None and renderer().show(reply, language).pages > 1}


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_macro_that_a_reply_can_name_was_shown():
    shown = {reply.key for reply in gallery()}
    wanted = {
        f"{file}.{macro}"
        for file in ("dialog", "report", "sources")
        for macro in re.findall(r"{%-? macro (\w+)\(", (TEMPLATES / "en" / f"{file}.j2").read_text())
    }
    assert shown <= wanted
    assert wanted - shown == PIECES


PIECES = {
    *(f"dialog.{name}" for name in ("answer_line", "lines", "folded", "stages_so_far", "problem", "hint", "facts")),
    *(f"sources.{name}" for name in ("statement", "where", "settlement", "later_standard", "unknown_source")),
    "report.tail",  # stands below the report that a command line prints
}
"""Macros that speak as a part of others."""


def ids_in(reply: Reply, language: str) -> Counter[str]:
    """The sources marked in a reply, with how often."""
    return Counter(SOURCE.findall("\n".join(plain(page.markup) for page in every_page(reply, language))))


def test_both_languages_mark_the_same_sources():
    different = {}
    for reply in gallery():
        en, zh = (ids_in(reply, language) for language in LANGUAGES)
        if en != zh:
            different[reply.key] = (dict(en - zh), dict(zh - en))
    assert not different


def figures_in(reply: Reply, language: str) -> Counter[str]:
    """The figures of a reply, with how often; those of ids and of substances are left out."""
    text = "\n".join(plain(page.markup) for page in every_page(reply, language))
    return Counter(FIGURE.findall(NAME.sub("", SOURCE.sub("", text))))


def test_both_languages_give_the_same_figures():
    different = {}
    for reply in gallery():
        en, zh = (figures_in(reply, language) for language in LANGUAGES)
        if en != zh:
            different.setdefault(reply.key, (reply.params.get("id"), dict(en - zh), dict(zh - en)))
    assert not different


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_say_the_same_in_the_same_order_in_both_languages(language: str) -> None:
    for reply in gallery():
        codes = [[key.code for key in row] for row in renderer().show(reply, language).rows]
        first = [[key.code for key in row] for row in renderer().show(reply, "en").rows]
        if reply.pager is None:
            assert codes == first, reply.key
