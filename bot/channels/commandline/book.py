"""`book`: every rule, question, statement and model case in words, as one HTML page for clinicians to read and sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bot.render import rulebook
from bot.render.renderer import TEMPLATES, TemplateRenderer
from flows.dialog.stages import TRANSITIONS, mermaid
from flows.knowledge.loader import Knowledge
from flows.proofs.certificate import digest

BESIDE = Path(rulebook.__file__).parent
_STATE = re.compile(r'state "(\w+)" as')
_LABEL = re.compile(r'<foreignObject width="([\d.]+)" height="([\d.]+)">(?:(?!</foreignObject>).)*?<p>(.*?)</p>.*?</foreignObject>', re.DOTALL)
_EMPTY = re.compile(r"<foreignObject(?:(?!</foreignObject>).)*</foreignObject>", re.DOTALL)
_STEP = re.compile(r": (\w+) \[(!?\w+)\]")


def drawn(text: str) -> str:
    """The picture of a Mermaid text, as SVG."""
    import mermaidx  # draws without a browser; the engine inside takes a moment to load, so only where a picture is wanted

    return _EMPTY.sub("", _LABEL.sub(_text, str(mermaidx.render(text).svg())))


def _text(label: re.Match[str]) -> str:
    """A label as plain text of the picture: not every program that prints pages draws the HTML that stands there."""
    width, height = float(label[1]), float(label[2])
    lines = re.sub(r"\s*([(（])", r"\n\1", label[3], count=1).split("\n")
    rows = "".join(f'<tspan x="{width / 2:g}" dy="{"1.3em" if place else "0"}">{line}</tspan>' for place, line in enumerate(lines))
    y = height / 2 - 9 * (len(lines) - 1)
    return f'<text y="{y:g}" text-anchor="middle" dominant-baseline="central" style="font-size:15px">{rows}</text>'


def book(voices: TemplateRenderer, knowledge: Knowledge, language: str, today: date, draw: Callable[[str], str] = drawn) -> str:
    """The whole book: one page that needs nothing beside it.

    Args:
        voices: where wordings come from.
        knowledge: what is printed.
        language: of the text.
        today: the day of printing.
        draw: how a Mermaid text becomes SVG.
    """
    picture = Markup(draw(_diagram(voices, language)))  # noqa: S704 - drawn from the state table
    return voices.voices[language].say("book.page", b=_contents(voices, knowledge, language, today, picture)) + "\n"


def _contents(voices: TemplateRenderer, knowledge: Knowledge, language: str, today: date, picture: Markup) -> Mapping[str, Any]:
    signable = (*knowledge.statements, *knowledge.settlements, *knowledge.later)
    return {
        "chapters": rulebook.chapters(knowledge),
        "gaps": {f"treatment.{name}": gap for name, gap in knowledge.book.evidence_gap.items()},
        "questions": rulebook.questions(knowledge),
        "statements": _by_section(knowledge),
        "settlements": list(knowledge.settlements),
        "later": list(knowledge.later),
        "cases": rulebook.model_cases(knowledge),
        "reviews": voices.voices[language].lexicon.reviews(signable),
        "counts": {
            "questions": len(knowledge.questions),
            "statements": len(knowledge.statements),
            "settlements": len(knowledge.settlements),
            "later": len(knowledge.later),
            "cases": len(knowledge.vignettes),
        },
        "diagram": picture,
        "steps": TRANSITIONS,
        "today": today.isoformat(),
        "digest": digest(knowledge.root, TEMPLATES),
        "style": Markup((BESIDE / "book.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        "script": Markup((BESIDE / "book.js").read_text(encoding="utf-8")),  # noqa: S704 - our own file
    }


def _by_section(knowledge: Knowledge) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in knowledge.statements.values():
        found.setdefault(entry.section, []).append(entry.id)
    return found


def _diagram(voices: TemplateRenderer, language: str) -> str:
    """The state table as Mermaid text, in the language, from top to bottom as pages are."""
    text = mermaid().replace("direction LR", "direction TB").replace(" s_active\n", " s_default\n")  # a book stands in no state
    text = _STATE.sub(lambda found: f'state "{voices.words("book.state", language, name=found[1])}" as', text)
    return _STEP.sub(lambda found: f": {voices.words('book.step', language, name=found[1], condition=found[2])}", text)
