"""The second book: who cites each source, how far each rule stands from the review, what each wording and answer must hold.

What stands in one place alone can be changed unnoticed. So the links, layers, figures, names and words of doubt and the marks of each
source are kept a second time, in ``ledger.yaml``, by source, by layer and by mark instead of by rule; where the two books differ, one of
them is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from flows.knowledge.figures import figures
from flows.knowledge.model import LANGUAGES, Fault, FieldSpec, LaterStandard, Place, Question, Settlement, Statement, Text
from flows.knowledge.reader import Reader, Record
from flows.knowledge.rulebook import RuleBook
from flows.rules.tables import Shape

FILE, DRUGS = "ledger.yaml", "drugs.yaml"
_NAME = re.compile(r"(?<![A-Za-z])[A-Za-z0-9]*[A-Z][A-Za-z0-9]*[A-Z0-9][A-Za-z0-9]*(?![a-z])")
Book = Mapping[str, tuple[str, ...]]
"""What is kept, by what it is kept of."""
Words = Mapping[str, tuple[str, ...]]
"""By language."""


def cited_by(book: RuleBook, questions: Iterable[Question]) -> Book:
    """For every source the rules, facts, evidence gaps and questions that cite it, each as often as it does."""
    citing = [(row.id, row.cite) for fact in book.facts for row in fact.rows] + [(fact.name, fact.cite) for fact in book.facts]
    citing += [(f"evidence_gap.{name}", cite) for name, cite in book.evidence_gap.items()]
    citing += [(question.id, question.cite) for question in questions]
    found: dict[str, list[str]] = {}
    for name, cite in citing:
        for source in cite:
            found.setdefault(source, []).append(name)
    return {source: tuple(sorted(names)) for source, names in found.items()}


def in_layer(book: RuleBook) -> Book:
    """For every layer the rules that stand in it."""
    rows = [(str(row.layer), row.id) for fact in book.facts for row in fact.rows]
    rows += [(str(fact.layer), fact.name) for fact in book.facts if fact.cite]
    return {layer: tuple(sorted(name for of, name in rows if of == layer)) for layer in dict.fromkeys(of for of, _ in rows)}


def parts_of(book: RuleBook) -> Book:
    """For every rule that names answers to look at again, these."""
    return {row.id: row.parts for fact in book.facts for row in fact.rows if row.parts}


def gathered(book: RuleBook) -> Book:
    """For every table the values whose reasons are gathered."""
    return {fact.name: tuple(sorted(fact.gather)) for fact in book.facts if fact.gather}


def listed(book: RuleBook) -> Book:
    """For every list its members, for every table its gathered reasons: in the order in which they are read out."""
    found = {fact.name: [str(row.value) for row in fact.rows] for fact in book.facts if fact.shape is Shape.COLLECT}
    found |= {fact.name: [reason for row in fact.rows if row.value in fact.gather for reason in row.reasons] for fact in book.facts if fact.gather}
    return {name: tuple(dict.fromkeys(words)) for name, words in found.items()}


def taken(fields: Iterable[FieldSpec], questions: Mapping[str, Question]) -> Book:
    """For every answer its question and stage, and what it takes: the kind, options, items, limits, units, and whether "not done" is one."""
    return {spec.id: (spec.question, questions[spec.question].stage, *_form(spec)) for spec in fields}


def _form(spec: FieldSpec) -> Iterator[str]:
    core = spec.core
    yield str(core.kind)
    yield from core.options
    yield from core.items
    if core.numeric:
        yield f"{core.limits[0]:g}-{core.limits[1]:g}"
        yield from (f"{unit}={factor}" for unit, factor in core.units.items())
        yield from ([f"in {' '.join(dict.fromkeys(spec.unit.values()))}"] if spec.unit else [])
    yield from (word for word, there in (("above_low", core.above_low), ("plain", core.plain), ("not_done", core.not_done)) if there)


def marked(statements: Iterable[Statement], settlements: Iterable[Settlement], later: Iterable[LaterStandard]) -> Book:
    """For every mark (a flag, role, section, reference, a way of reading, …) the sources that carry it."""
    carried = [(mark, entry.id) for entry in statements for mark in _marks_of(entry)]
    for entry in settlements:
        carried += [(f"kind {entry.kind}", entry.id), *((f"later {name}", entry.id) for name in entry.later), *((f"read into {name}", entry.id) for name in entry.statements)]
    for standard in later:
        carried += [(f"topic {standard.topic}", standard.id), (f"year {standard.year or 'unknown'}", standard.id)]
        carried += [(f"beside {name}", standard.id) for name in standard.statements]
    found: dict[str, list[str]] = {}
    for mark, name in carried:
        found.setdefault(mark, []).append(name)
    return {mark: tuple(sorted(names)) for mark, names in found.items()}


def _marks_of(entry: Statement) -> Iterator[str]:
    yield f"section {entry.section}"
    for kind, words in (("ref", entry.refs), ("role", entry.roles), ("flag", entry.flags), ("issue", entry.issues), ("later", entry.later)):
        yield from (f"{kind} {word}" for word in words)


def printed(later: Iterable[LaterStandard]) -> Book:
    """For every later standard where it was read, and how: by the way of reading, with the place as it is printed."""
    return {
        entry.id: tuple(sorted(f"{' '.join(source.read)}: {' '.join(filter(None, (source.doi, source.url, source.cite)))}" for source in entry.sources)) for entry in later
    }


def marks(texts: Iterable[Text], language: str, heeded: re.Pattern[str]) -> tuple[str, ...]:
    """What a wording must not lose: its figures with their units and bounds, the names in capitals and of drugs, the words of doubt and degree."""
    text = "\n".join(text.get(language, "") for text in texts)
    found = [f"{figure.bound}{figure.value:g}{figure.unit}" for figure in figures(text)]
    found += _NAME.findall(text)
    found += [word.lower() for word in heeded.findall(text)]
    return tuple(f"{word}*{number}" if number > 1 else word for word, number in sorted(Counter(found).items()))


def read_drugs(reader: Reader) -> tuple[Words, ...]:
    """The names of drugs."""
    found = []
    for record in reader.records(reader.root / DRUGS):
        record.allow("id", *LANGUAGES)
        found.append({language: record.words(language, required=True) for language in LANGUAGES})
    return tuple(found)


def heeded(language: str, groups: Iterable[Words]) -> re.Pattern[str]:
    """Finds the words of doubt and degree, and the names of drugs, of a language."""
    words = sorted({word for group in groups for word in group[language]}, key=lambda word: (-len(word), word))
    return re.compile((r"\b" if language == "en" else "") + f"(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


# --- comparing ----------------------------------------------------------------------------------------------------

KINDS = {"source": "by", "layer": "rules", "parts": "of", "gathered": "of", "listed": "of", "goal": "asks", "answer": "takes", "marked": "on", "printed": "at", "text": "holds"}
"""The key that says what a record is kept of, and the key of what is kept."""


def read_ledger(reader: Reader) -> Mapping[str, dict[str, tuple[tuple[str, ...], Place]]]:
    """The second book: for every kind of record what is kept of whom, and where."""
    found: dict[str, dict[str, tuple[tuple[str, ...], Place]]] = {kind: {} for kind in KINDS}
    for record in reader.records(reader.root / FILE):
        kind = next((kind for kind in KINDS if kind in record.block), None)
        if kind is None:
            record.fault(None, "the record says not what it is kept of", f"Begin with one of: {', '.join(KINDS)}")
        else:
            _keep(record, kind, found[kind])
    return found


def _keep(record: Record, kind: str, found: dict[str, tuple[tuple[str, ...], Place]]) -> None:
    keys = LANGUAGES if kind == "text" else (KINDS[kind],)
    record.allow(kind, *keys)
    for key in keys:
        name = f"{record.word(kind)} {key}" if kind == "text" else record.word(kind)
        if name in found:
            record.fault(kind, f"'{name}' is kept twice", "Keep one record")
        found[name] = (record.words(key), record.place())


def apart(reader: Reader, books: Mapping[str, Book], places: Mapping[str, Place]) -> Iterator[Fault]:
    """Where the first book and the second one differ."""
    second = read_ledger(reader)
    if FILE in reader.unread:
        return
    for kind, first in books.items():
        for name in dict.fromkeys((*first, *second[kind])):
            kept, place = second[kind].get(name, ((), Place(FILE, 1)))
            if kept != first.get(name, ()):
                yield Fault(places.get(name.partition(" ")[0], place), *_told(kind, name, first.get(name, ()), kept))


def _told(kind: str, name: str, first: tuple[str, ...], kept: tuple[str, ...]) -> tuple[str, str]:
    more, fewer = [word for word in first if word not in kept], [word for word in kept if word not in first]
    odd = "; ".join(part for part in (f"only here: {', '.join(more)}" if more else "", f"only in {FILE}: {', '.join(fewer)}" if fewer else "") if part)
    return f"{kind} '{name}' is not what {FILE} keeps ({odd or 'another order'})", "Read the source again, then mend whichever is wrong"
