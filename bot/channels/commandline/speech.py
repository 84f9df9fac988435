"""Checks how screens are spoken: within what Telegram takes, and the same conclusions, figures, units and sources in every language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.render.markup import length, plain
from bot.render.port import Shown
from bot.render.renderer import TemplateRenderer
from flows.dialog.codes import decode
from flows.dialog.replies import Reply
from flows.knowledge.model import LANGUAGES
from flows.proofs.certificate import Finding
from flows.proofs.space import Patient

TEXT, BUTTON, CODE, BUTTONS, ROW, MARKS = 4096, 64, 64, 100, 8, 100
STEP = 7
"""Bytes that a channel puts before the code of a button."""
_SOURCE = re.compile(r"(?<![A-Za-z0-9])(?:R\d+(?:\.\d+)*-\d+|[ABU]\d{1,2}[a-c]?)(?![A-Za-z0-9])")
_NAME = re.compile(r"CA19-9|抗原19-9|5-(?:HIAA|HT|羟|hydroxy)")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_UNIT = re.compile(r"(?<=[\d\s])(?:%|cm|mm²|mm2|mg/m²|ng/mL|[µμ]g/L|U/L|nmol/L)")
_TAG = re.compile(r"<(/?)([a-z]+)[^<>]*>")
STORIES = frozenset(("dialog.case_story", "dialog.case_confirm"))
"""Invented stories may say "three" where the other language has 3."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a screen: a kind that the templates word, and what was seen."""

    kind: str
    seen: str = ""


def faults(replies: Iterable[Reply], renderer: TemplateRenderer, patient: Patient | None = None) -> Iterator[Finding]:
    """What is wrong with the screens of a patient."""
    for reply in replies:
        for fault, language in _of_reply(reply, renderer):
            yield Finding(_named(reply), patient, None, {"fault": fault.kind, "seen": fault.seen, "language": language})


def _named(reply: Reply) -> str:
    subject = next((str(reply.params[key]) for key in ("field", "id", "section", "contradiction", "case") if key in reply.params), "")
    return f"{reply.key} {subject}".strip()


def _of_reply(reply: Reply, renderer: TemplateRenderer) -> Iterator[tuple[Flaw, str]]:
    spoken = {}
    for language in LANGUAGES:
        try:
            spoken[language] = list(_pages(reply, renderer, language))
        except Exception as error:  # noqa: BLE001 - whatever keeps a screen from being spoken is the finding
            yield Flaw("unspoken", type(error).__name__), language
            return
    for language, pages in spoken.items():
        yield from ((fault, language) for page in pages for fault in _limits(page))
        if reply.pager is None and len(pages) > 1:
            yield Flaw("pages", str(len(pages))), language
    first, *others = LANGUAGES
    for other in others:
        yield from ((fault, other) for fault in _differences(reply, spoken[first], spoken[other]))


def _pages(reply: Reply, renderer: TemplateRenderer, language: str) -> Iterator[Shown]:
    shown = renderer.show(replace(reply, page=0), language)
    yield shown
    for page in range(1, shown.pages):
        yield renderer.show(replace(reply, page=page), language)


# --- limits -------------------------------------------------------------------------------------------------------


def _limits(page: Shown) -> Iterator[Flaw]:
    if not 0 < length(page.markup) <= TEXT:
        yield Flaw("text", str(length(page.markup)))
    if page.markup.count("</") > MARKS:
        yield Flaw("marks", str(page.markup.count("</")))
    if not _balanced(page.markup):
        yield Flaw("tags")
    keys = [key for row in page.rows for key in row]
    if len(keys) > BUTTONS or any(len(row) > ROW for row in page.rows):
        yield Flaw("buttons", str(len(keys)))
    for key in keys:
        if not 0 < len(key.text) < BUTTON:
            yield Flaw("button", f"{key.text} ({len(key.text)})")
        if decode(key.code) is None or len(key.code.encode()) + STEP > CODE:
            yield Flaw("code", key.code)


def _balanced(markup: str) -> bool:
    opened: list[str] = []
    for closing, name in _TAG.findall(markup):
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


# --- the same in every language -------------------------------------------------------------------------------------


def _differences(reply: Reply, mine: list[Shown], theirs: list[Shown]) -> Iterator[Flaw]:
    one, other = ("\n".join(plain(page.markup) for page in pages) for pages in (mine, theirs))
    if reply.pager is None and [key.code for row in mine[0].rows for key in row] != [key.code for row in theirs[0].rows for key in row]:
        yield Flaw("other_buttons")
    for what, found in (("sources", _sources), ("figures", _figures), ("units", _units)):
        if (what == "sources" or reply.key not in STORIES) and found(one) != found(other):
            yield Flaw(what, _apart(found(one), found(other)))


def _sources(text: str) -> Counter[str]:
    return Counter(_SOURCE.findall(text))


def _figures(text: str) -> Counter[str]:
    return Counter(_FIGURE.findall(_NAME.sub("", _SOURCE.sub("", text))))


def _units(text: str) -> Counter[str]:
    return Counter(_UNIT.findall(text))


def _apart(one: Counter[str], other: Counter[str]) -> str:
    return f"{', '.join((one - other).elements()) or '-'} / {', '.join((other - one).elements()) or '-'}"
