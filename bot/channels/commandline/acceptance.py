"""What was accepted last: a fingerprint of every record of the knowledge, of every wording of the templates and of the state table.

The other checks say what is wrong; this one says that something is another than it was, whatever it is: a drug that became its
neighbour, a word that makes a claim stronger. Whoever changes something on purpose looks at what follows and accepts it; the new
fingerprints go with the change, so that a reader of the change sees how far it reaches.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.dialog import stages
from flows.knowledge.model import Fault, Place
from flows.knowledge.strict_yaml import Block, Items, load_file

FILE = "accepted.yaml"
BESIDE = frozenset({FILE, "ledger.yaml", "kept.yaml", "reviews.yaml"})
"""Second books, which the first ones are held against, and who signed, which says nothing about the knowledge."""
STATES = "../dialog/stages.py"
"""As seen from the knowledge."""
ORDER = "(order)"
_LENGTH = 12
_LONGEST = 60
_COMMENT = re.compile(r"\{#.*?#\}\n?", re.DOTALL)
_TAG = re.compile(r"\{%-? (?:(?P<kind>macro|set) (?P<name>\w+)|endmacro)")
_ABOUT = """\
# A fingerprint of every record and every wording as it was accepted last. `phnen-bot check` names each that is another now, new, gone or in
# another place. After a change on purpose: read what it does (`phnen-bot diff HEAD flows/knowledge`), then `phnen-bot check --accept`.
"""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The fingerprint of a record, and where it is written."""

    print: str
    place: Place


Prints = Mapping[str, Mapping[str, Accepted]]
"""By file and name."""


def prints(knowledge: Path, templates: Path) -> Prints:
    """The fingerprints of what stands there now; of files that can be read, as the checks before have made sure.

    The state table is the one that this program runs on.
    """
    table = {name: Accepted(_print(json.dumps(getattr(stages, name))), Place(STATES, 1)) for name in ("STAGES", "TRANSITIONS", "ORDER")}
    found = {path.relative_to(knowledge).as_posix(): _records(path, knowledge) for path in sorted(knowledge.rglob("*.yaml")) if path.name not in BESIDE}
    return found | {STATES: table} | {f"templates/{path.relative_to(templates).as_posix()}": _wordings(path, templates) for path in sorted(templates.rglob("*.j2"))}


def changes(now: Prints, knowledge: Path) -> Iterator[Fault]:
    """Everything that is not as it was accepted."""
    before = _read(knowledge / FILE)
    for file in dict.fromkeys((*now, *before)):
        records, accepted = now.get(file, {}), before.get(file, {})
        for name in dict.fromkeys((*records, *accepted)):
            if name not in records:
                yield _changed(Place(file if file in now else FILE, 1), name, "is gone")
            elif records[name].print != accepted.get(name):
                yield _changed(records[name].place, name, "is not as it was accepted" if name in accepted else "is new")


def accept(now: Prints, knowledge: Path) -> int:
    """Keeps what stands there now; returns how many records are new, another or gone."""
    count = sum(1 for _ in changes(now, knowledge))
    if count:
        lines = [_ABOUT]
        for file, records in now.items():
            lines.append(f"\n{json.dumps(file)}:\n")
            lines += (f'  {json.dumps(name, ensure_ascii=False)}: "{record.print}"\n' for name, record in records.items())
        (knowledge / FILE).write_text("".join(lines), encoding="utf-8")
    return count


def _changed(place: Place, name: str, how: str) -> Fault:
    return Fault(place, f"'{name}' {how}", "Take it back; or look at what follows (phnen-bot diff), then accept it: phnen-bot check --accept")


def _read(path: Path) -> Mapping[str, Mapping[str, str]]:
    content = load_file(path) if path.exists() else None
    return {str(file): {str(name): str(each) for name, each in records.items()} for file, records in (content or {}).items()}


def _records(path: Path, root: Path) -> Mapping[str, Accepted]:
    """Those of a list by what they begin with, those of a mapping by their key; and their order."""
    content, file = load_file(path), path.relative_to(root).as_posix()
    named: dict[str, tuple[int, Any]] = {}
    if isinstance(content, Block):
        named = {key: (content.lines[key], value) for key, value in content.items()}
    elif isinstance(content, Items):
        for line, record in zip(content.lines, content, strict=True):
            named[_free(_called(record), named)] = line, record
    return _with_order(file, {name: Accepted(_print(json.dumps(each, ensure_ascii=False, sort_keys=True)), Place(file, line)) for name, (line, each) in named.items()})


def _called(record: object) -> str:
    if isinstance(record, Block):
        key, value = next(iter(record.items()), ("", ""))
        said = ", ".join(map(str, value)) if isinstance(value, Items) else str(value)
        return said[:_LONGEST] if key == "id" else f"{key} {said[:_LONGEST]}"
    return str(record)[:_LONGEST]


def _free(name: str, taken: Mapping[str, object]) -> str:
    return next(each for number in range(1, len(taken) + 2) if (each := name if number == 1 else f"{name} ({number})") not in taken)


def _wordings(path: Path, root: Path) -> Mapping[str, Accepted]:
    """The macros and settings of a template, and what stands before the first."""
    text, file = path.read_text(encoding="utf-8"), f"templates/{path.relative_to(root).as_posix()}"
    # A comment becomes as many lines, so that places stay.
    spoken = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    heads = list(_heads(spoken))
    begins = [0, *(begin for begin, _ in heads)]
    parts = zip(["(head)", *(name for _, name in heads)], begins, [*begins[1:], len(spoken)], strict=True)
    found: dict[str, Accepted] = {}
    for name, begin, end in parts:
        words = "\n".join(line for line in spoken[begin:end].splitlines() if line.strip())
        found[_free(name, found)] = Accepted(_print(words), Place(file, spoken.count("\n", 0, begin) + 1))
    return found


def _heads(text: str) -> Iterator[tuple[int, str]]:
    """Where each macro begins, and each setting that stands in none, with its name."""
    within = False
    for tag in _TAG.finditer(text):
        if tag["kind"] and not within:
            yield tag.start(), tag["name"]
        within = tag["kind"] == "macro" or (within and tag["kind"] == "set")


def _with_order(file: str, records: Mapping[str, Accepted]) -> Mapping[str, Accepted]:
    return {ORDER: Accepted(_print("\n".join(records)), Place(file, 1)), **records} if records else records


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
