"""`editions`: which patients get another name from later standards, and where the review disagrees with itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from bot.channels.commandline.assess import Format, Words
from bot.channels.commandline.columns import side_by_side
from bot.render.regions import inputs, plainly
from flows.authoring.editions import Comparison, Part, comparisons
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import Settlement
from flows.rules.engine import Value


def editions(knowledge: Knowledge, speak: Words, form: Format, language: str, out: TextIO) -> None:
    """Prints the later standards beside the review and the review's tensions, as ``text`` or as one JSON object."""
    found = list(comparisons(knowledge))
    if form is Format.TEXT:
        out.writelines(f"{_indented(block)}\n\n" for block in _blocks(found, knowledge, speak, language))
    else:
        json.dump(_data(found, knowledge), out, ensure_ascii=False, indent=2)
        out.write("\n")


def _indented(block: str) -> str:
    """The block with its regions set in."""
    return block.replace("\n• ", "\n   • ").replace("\n[", "\n   [")


def _tensions(knowledge: Knowledge) -> list[Settlement]:
    return [entry for entry in knowledge.settlements.values() if entry.kind == "tension"]


# --- as text ------------------------------------------------------------------------------------------------------


def _blocks(found: list[Comparison], knowledge: Knowledge, speak: Words, language: str) -> Iterator[str]:
    for one in found:
        yield speak.words("editions.standard", language, s=_standard(one, knowledge, language))
    tensions = _tensions(knowledge)
    yield speak.words("editions.tensions", language, count=len(tensions))
    for entry in tensions:
        view = {"id": entry.id, "problem": entry.problem[language], "reading": entry.reading[language], "later": entry.later}
        sides = [speak.words("editions.side", language, id=name) for name in _sides(entry)]
        head, tail = (speak.words(f"editions.{macro}", language, s=view) for macro in ("tension", "reading"))
        yield "\n".join([head, *side_by_side(sides), tail])


def _sides(entry: Settlement) -> tuple[str, ...]:
    """What stands in tension: the statements; with a single one, the later standards beside it."""
    return entry.statements if len(entry.statements) > 1 else (*entry.statements, *entry.later)


def _standard(one: Comparison, knowledge: Knowledge, language: str) -> Mapping[str, Any]:
    parts = [_part(one, part, knowledge, language) for part in one.parts]
    counts = {kind: sum(part["cells"] for part in parts if part["kind"] == kind) for kind in ("other", "same", "silent")}
    return {
        "title": one.edition.title[language],
        "sources": one.edition.sources,
        "cells": one.cells,
        "others": counts["other"],
        "same": counts["same"],
        "silent": counts["silent"],
        "parts": parts,
    }


def _part(one: Comparison, part: Part, knowledge: Knowledge, language: str) -> Mapping[str, Any]:
    return {
        "name": one.edition.names[part.naming.name][language],
        "kind": _kind(part),
        "other": part.other,
        "silent": part.naming.silent,
        "review": [(name, _words(value)) for name, value in part.review.items() if value],
        "where": [inputs(where, knowledge) for where in part.where],
        "cite": part.cite,
        "cells": part.cells,
    }


def _kind(part: Part) -> str:
    return "other" if part.other else "silent" if part.naming.silent else "same"


def _words(value: Value) -> list[str]:
    return [value] if isinstance(value, str) else sorted(value or ())


# --- as data ------------------------------------------------------------------------------------------------------


def _data(found: list[Comparison], knowledge: Knowledge) -> Mapping[str, Any]:
    return {
        "standards": [
            {
                "id": one.edition.id,
                "title": one.edition.title,
                "sources": one.edition.sources,
                "regions": one.cells,
                "parts": [_part_data(one, part, knowledge) for part in one.parts],
            }
            for one in found
        ],
        "tensions": [
            {
                "id": entry.id,
                "problem": entry.problem,
                "reading": entry.reading,
                "statements": {name: knowledge.statements[name].text for name in entry.statements},
                "later": {name: knowledge.later[name].text for name in entry.later},
            }
            for entry in _tensions(knowledge)
        ],
    }


def _part_data(one: Comparison, part: Part, knowledge: Knowledge) -> Mapping[str, Any]:
    return {
        "name": part.naming.name,
        "title": one.edition.names[part.naming.name],
        "kind": _kind(part),
        "review": {name: _words(value) for name, value in part.review.items()},
        "where": [plainly(where, knowledge) for where in part.where],
        "cells": part.cells,
        "cite": part.cite,
        "statements": [name for name in part.cite if name in knowledge.statements],
    }
