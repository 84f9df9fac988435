"""Checks that what the report says of a case leads to a source: no wording without a rule, none printed without its citation.

A rule cannot be read without citations, so a wording leads to a source if its id is that of a rule, and if the line that prints it
also prints the source mark of that rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import nodes

from bot.render.audit import brought
from bot.render.renderer import TEMPLATES, Voice, environment
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import LANGUAGES, Fault, Place

PARTS = ("report.j2", "treatment.j2", "pieces.j2", "explain.j2")
"""The templates that the report is made of."""
MARKS = frozenset({"basis", "cite", "line"})
"""The lookups that print the mark or the text of a source."""
_STOPS = (".", "。")


def audit(knowledge: Knowledge, folder: Path = TEMPLATES) -> list[Fault]:
    """Every wording of a conclusion that no rule brings, and every one that a part of the report prints without a source."""
    return [fault for language in LANGUAGES for fault in (*_orphans(knowledge, language, folder), *_unmarked(knowledge, language, folder))]


def _terms(knowledge: Knowledge, language: str, folder: Path) -> Any:
    return Voice(knowledge, language, folder).environment.get_template("terms.j2").module


def _orphans(knowledge: Knowledge, language: str, folder: Path) -> Iterator[Fault]:
    module = _terms(knowledge, language, folder)
    for name, ids in brought(knowledge)["terms.j2"].items():
        for odd in sorted(set(getattr(module, name, {})) - set(ids)):
            yield Fault(Place(f"templates/{language}/terms.j2", 1), f"'{name}' words '{odd}', which no rule concludes", "Remove it, or add the rule with its citation")


def _unmarked(knowledge: Knowledge, language: str, folder: Path) -> Iterator[Fault]:
    module = _terms(knowledge, language, folder)
    for file in PARTS:
        tree = environment(language, folder).parse((folder / language / file).read_text(encoding="utf-8"))
        for macro in tree.find_all(nodes.Macro):
            for what, line in _without_mark(macro, module):
                yield Fault(Place(f"templates/{language}/{file}", line), f"'{macro.name}' prints '{what}' without its source", "Print basis(…) on the same line")


def _without_mark(macro: nodes.Macro, module: Any) -> Iterator[tuple[str, int]]:
    """Sentences of conclusions with no source mark before the line ends."""
    waiting: list[tuple[str, int]] = []
    for node in _printed(macro):
        if isinstance(node, nodes.TemplateData):
            if "\n" in node.data.strip(" "):
                yield from waiting
                waiting = []
        elif _marks(node):
            waiting = []
        else:
            waiting += [(name, node.lineno) for name in _sentences(node, module)]
    yield from waiting


def _printed(node: nodes.Node) -> Iterator[nodes.Node]:
    """What a macro prints, in the order of its text; every branch and every loop once."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Output):
            yield from child.nodes
        elif not isinstance(child, nodes.Expr):
            yield from _printed(child)


def _marks(node: nodes.Node) -> bool:
    calls = [node, *node.find_all(nodes.Call)] if isinstance(node, nodes.Call) else node.find_all(nodes.Call)
    return any(isinstance(call, nodes.Call) and isinstance(call.node, nodes.Name) and call.node.name in MARKS for call in calls)


def _sentences(node: nodes.Node, module: Any) -> Iterator[str]:
    """The dictionaries of whole sentences that an expression looks up; names and titles are none."""
    if isinstance(node, nodes.Getattr) and node.attr in ("title", "short", "name"):
        return
    parts = [*([node] if isinstance(node, nodes.Getattr) else []), *node.find_all(nodes.Getattr)]
    for part in parts:
        of_terms = isinstance(part.node, nodes.Name) and part.node.name == "terms"
        if of_terms and _is_sentence(getattr(module, part.attr, None)):
            yield f"terms.{part.attr}"


def _is_sentence(wording: object) -> bool:
    """Whether a wording, or any wording in a dictionary, is a sentence with its full stop."""
    if isinstance(wording, Mapping):
        return any(_is_sentence(value) for value in wording.values())
    return isinstance(wording, str) and wording.endswith(_STOPS)
