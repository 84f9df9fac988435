"""Checks the templates: identical trees in every language, nothing undeclared, a wording for every id of the rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from bot.render.lexicon import Lexicon
from bot.render.linebreaks import lost
from bot.render.renderer import TEMPLATES, Voice, environment
from flows.dialog.events import KINDS
from flows.dialog.explain import SECTIONS
from flows.dialog.identifiers import Identifier
from flows.dialog.stages import STAGES
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import LANGUAGES, Fault, Place

_SOURCE = re.compile(r"""["']([RABU][0-9][0-9.a-c]*(?:-[0-9]+)?)["']""")
_BREAK = "End it with '+%}' where a line is to begin, with '-%}' where the text goes on"
BASES = ("range", "dict", "namespace", "loop", "varargs", "kwargs", "caller")


@dataclass(slots=True)
class Sheet:
    """One template file, reduced to what must be the same in every language.

    ``macros``: parameters by macro; ``lines``: where macros and dictionaries begin; ``keys``: paths of every dictionary;
    ``names``: the parameters and lookups that each macro reads; ``imports``: file by the name it is imported under;
    ``uses``: what is read of imported files, as (name, part, line).
    """

    macros: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    names: dict[str, frozenset[str]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    uses: set[tuple[str, str, int]] = field(default_factory=set)


def audit(knowledge: Knowledge | None, folder: Path = TEMPLATES) -> list[Fault]:
    """Every fault of the templates over this knowledge (None: the knowledge has faults; only the templates are compared)."""
    faults: list[Fault] = []
    sheets = {language: _sheets(language, folder, faults) for language in LANGUAGES}
    first, *others = LANGUAGES
    for other in others:
        faults += _differences(first, sheets[first], other, sheets[other], _files(folder))
    for language in LANGUAGES:
        faults += _unknown_parts(language, sheets[language], _files(folder))
    if not faults and knowledge is not None:
        for language in LANGUAGES:
            faults += _unworded(knowledge, language, folder, sheets[language])
    return faults


def _files(folder: Path) -> frozenset[tuple[str, str]]:
    """Language and name of every template that there is, readable or not."""
    return frozenset((path.parent.name, path.name) for path in folder.glob("*/*.j2"))


def cited(folder: Path = TEMPLATES) -> Mapping[str, Place]:
    """The ids of sources that templates name themselves, and where."""
    found: dict[str, Place] = {}
    for path in sorted(folder.glob("*/*.j2")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name in _SOURCE.findall(line):
                found.setdefault(name, Place(_shown(path), number))
    return found


def _shown(path: Path) -> str:
    return f"templates/{path.parent.name}/{path.name}"


def _sheets(language: str, folder: Path, faults: list[Fault]) -> dict[str, Sheet]:
    env = environment(language, folder)
    known = {*BASES, *Lexicon.NAMES}
    found: dict[str, Sheet] = {}
    for path in sorted((folder / language).glob("*.j2")):
        try:
            source = path.read_text(encoding="utf-8")
            tree = env.parse(source)
            env.compile(tree, raw=True)  # finds unknown filters and tests, which parsing lets pass
        except TemplateSyntaxError as error:
            faults.append(Fault(Place(_shown(path), error.lineno), f"the template cannot be read: {error.message}", "Mend the syntax"))
            continue
        except UnicodeDecodeError:
            faults.append(Fault(Place(_shown(path), 1), "the template is no UTF-8 text", "Save it as UTF-8"))
            continue
        found[path.name] = _sheet(tree)
        faults += (Fault(Place(_shown(path), line), "the tag that ends the line takes its break along", _BREAK) for line in lost(source, env))
        for name, line in _undeclared(tree, known):
            faults.append(Fault(Place(_shown(path), line), f"the variable '{name}' is not declared", "Add it to the macro's parameters, or mend its name"))
    return found


def _undeclared(tree: nodes.Template, known: set[str]) -> Iterator[tuple[str, int]]:
    """Names that a macro, or the file around the macros, reads and nobody gives."""
    macros = list(tree.find_all(nodes.Macro))
    top = [node for node in tree.body if not isinstance(node, nodes.Macro)]
    outside = known | {macro.name for macro in macros} | set(_imported(tree)) | {name for node in top for name in _given(node)}
    for macro in macros:
        yield from _read_but_not_given(macro, outside | _given(macro) | {argument.name for argument in macro.args})
    for node in top:
        yield from _read_but_not_given(node, outside)


def _read_but_not_given(node: nodes.Node, given: set[str]) -> list[tuple[str, int]]:
    names = [node, *node.find_all(nodes.Name)] if isinstance(node, nodes.Name) else node.find_all(nodes.Name)
    return sorted({(name.name, name.lineno) for name in names if isinstance(name, nodes.Name) and name.ctx == "load" and name.name not in given})


def _imported(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.Import):
        yield node.target
    for names in tree.find_all(nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in names.names)


def _given(node: nodes.Node) -> set[str]:
    """The names that ``set`` and ``for`` give below a node."""
    return {name.name for name in node.find_all(nodes.Name) if name.ctx == "store"}


def _sheet(tree: nodes.Template) -> Sheet:
    sheet = Sheet()
    for macro in tree.find_all(nodes.Macro):
        parameters = tuple(argument.name for argument in macro.args)
        sheet.macros[macro.name] = parameters
        sheet.lines[macro.name] = macro.lineno
        sheet.names[macro.name] = frozenset(_read(macro))
    for assigned in tree.find_all(nodes.Assign):
        if isinstance(assigned.target, nodes.Name) and not _inside_macro(tree, assigned):
            sheet.lines[assigned.target.name] = assigned.lineno
            sheet.keys.update(_paths(assigned.target.name, assigned.node))
    sheet.imports = {node.target: node.template.value for node in tree.find_all(nodes.Import) if isinstance(node.template, nodes.Const)}
    for used in tree.find_all(nodes.Getattr):
        if isinstance(used.node, nodes.Name) and used.node.name in sheet.imports:
            sheet.uses.add((used.node.name, used.attr, used.lineno))
    return sheet


def _inside_macro(tree: nodes.Template, wanted: nodes.Node) -> bool:
    return any(node is wanted for macro in tree.find_all(nodes.Macro) for node in macro.find_all(nodes.Assign))


def _read(macro: nodes.Macro) -> Iterator[str]:
    """The parameters and lookups that a macro reads."""
    parameters = {argument.name for argument in macro.args}
    for name in macro.find_all(nodes.Name):
        if name.ctx == "load" and (name.name in parameters or name.name in Lexicon.NAMES):
            yield name.name


def _paths(name: str, node: nodes.Node) -> Iterator[str]:
    yield name
    if isinstance(node, nodes.Dict):
        for pair in node.items:
            if isinstance(pair.key, nodes.Const):
                yield from _paths(f"{name}.{pair.key.value}", pair.value)


def _unknown_parts(language: str, sheets: Mapping[str, Sheet], files: frozenset[tuple[str, str]]) -> Iterator[Fault]:
    """Macros and wordings that a template asks another one for, and that one does not have."""
    for file, sheet in sheets.items():
        for name, part, line in sorted(sheet.uses):
            place, other = Place(f"templates/{language}/{file}", line), sheet.imports[name]
            if (language, other) not in files:
                yield Fault(place, f"there is no template '{other}' to import", "Mend the name of the file")
            elif other in sheets and part not in sheets[other].macros and part not in sheets[other].keys:
                yield Fault(place, f"'{name}.{part}' is not in {other}", "Mend the name, or write it there")


def _differences(
    first: str, ours: dict[str, Sheet], other: str, theirs: dict[str, Sheet], files: frozenset[tuple[str, str]]
) -> Iterator[Fault]:
    for file in sorted({name for _, name in files}):
        for language, beside in ((first, other), (other, first)):
            if (language, file) not in files:
                yield Fault(Place(f"templates/{language}/{file}", 1), "the file is missing in this language", f"Write it as in templates/{beside}/{file}")
        if file in ours and file in theirs:
            yield from _macros_differ(file, first, ours[file], other, theirs[file])
            yield from _keys_differ(file, first, ours[file], other, theirs[file])


def _macros_differ(file: str, first: str, a: Sheet, other: str, b: Sheet) -> Iterator[Fault]:
    for name in sorted({*a.macros, *b.macros}):
        if name not in a.macros or name not in b.macros:
            missing, given, sheet = (first, other, b) if name not in a.macros else (other, first, a)
            mend = f"Write it as in templates/{given}/{file}:{sheet.lines[name]}"
            yield Fault(Place(f"templates/{missing}/{file}", 1), f"the macro '{name}' is missing in this language", mend)
            continue
        place = Place(f"templates/{other}/{file}", b.lines[name])
        if a.macros[name] != b.macros[name]:
            yield Fault(place, f"'{name}' takes ({', '.join(b.macros[name])}) here and ({', '.join(a.macros[name])}) in {first}", "Give both the same parameters")
        elif a.names[name] != b.names[name]:
            odd = ", ".join(sorted(a.names[name] ^ b.names[name]))
            yield Fault(place, f"'{name}' does not use the same variables in {first} and {other}: {odd}", "Let both say the same")


def _keys_differ(file: str, first: str, a: Sheet, other: str, b: Sheet) -> Iterator[Fault]:
    for key in sorted(a.keys ^ b.keys):
        top = key.partition(".")[0]
        missing, sheet, given, beside = (other, b, first, a) if key in a.keys else (first, a, other, b)
        mend = f"Add it as in templates/{given}/{file}:{beside.lines[top]}"
        yield Fault(Place(f"templates/{missing}/{file}", sheet.lines.get(top, 1)), f"the wording '{key}' is missing in this language", mend)


# --- a wording for every id ------------------------------------------------------------------------------------------


def _unworded(knowledge: Knowledge, language: str, folder: Path, sheets: Mapping[str, Sheet]) -> Iterator[Fault]:
    voice = Voice(knowledge, language, folder)
    for file, wanted in brought(knowledge).items():
        module = voice.environment.get_template(file).module
        for name, ids in wanted.items():
            given: Mapping[str, Any] = getattr(module, name, {})
            for missing in sorted(set(ids) - given.keys()):
                line = sheets[file].lines.get(name, 1) if file in sheets else 1
                yield Fault(Place(f"templates/{language}/{file}", line), f"'{name}' has no wording for '{missing}'", "Add it in both languages")


def brought(knowledge: Knowledge) -> Mapping[str, Mapping[str, Iterable[str]]]:
    """For every dictionary of the templates, the ids that the rules and the dialog can bring."""
    values = {fact.name: {row.value for row in fact.rows if row.value} for fact in knowledge.book.facts}
    verdicts = [fact for fact in knowledge.book.facts if fact.name.startswith("treatment.")]
    return {
        "terms.j2": {
            "reason": {reason for fact in verdicts for row in fact.rows for reason in row.reasons},
            "verdict": {value for fact in verdicts for value in values[fact.name]},
            "caution": {value for name, found in values.items() if name.startswith("cautions.") for value in found},
            "treatment": knowledge.book.treatments,
            "contradiction": values["contradictions"],
            "red_flag": values["red_flags"],
            "next_step": values["next_steps"],
            "diagnosis": values["diagnosis.id"],
            "type": values["classification.type"],
            "functional": values["functional.status"],
            "syndrome": values["functional.syndrome"],
            "reading": {value for name, found in values.items() if name.startswith("markers.") for value in found},
            "sstr": values["sstr.status"],
            "origin": values["origin.suggests"],
            "imaging_note": values["imaging.notes"],
        },
        "words.j2": {"stage": STAGES, "media": KINDS, "identifier": tuple(Identifier), "section": SECTIONS},
    }
