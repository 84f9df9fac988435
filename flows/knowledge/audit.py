"""Checks the knowledge beyond reading it: citations that exist, tables without gaps, nothing that nobody uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from flows.knowledge import kept
from flows.knowledge.anchors import read_anchors, read_hedges
from flows.knowledge.documents import read_case
from flows.knowledge.editions import citations, open_ended, read_editions
from flows.knowledge.ledger import (
    Book,
    Words,
    apart,
    cited_by,
    gathered,
    heeded,
    in_layer,
    listed,
    marked,
    marks,
    parts_of,
    printed,
    read_drugs,
    taken,
)
from flows.knowledge.loader import ROOT, Knowledge, KnowledgeError, read_goals
from flows.knowledge.model import LANGUAGES, Fault, FieldSpec, Place, Question, Text
from flows.knowledge.naming import read_names, unknown_names
from flows.knowledge.questions import read_questions
from flows.knowledge.reader import Reader, Record
from flows.knowledge.rulebook import RuleBook, read_rules
from flows.knowledge.signing import read_reviews, unfitting
from flows.knowledge.sources import read_later, read_settlements, read_statements, read_vignettes
from flows.rules.engine import Case, RuleBase
from flows.rules.expressions import Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some, names_in
from flows.rules.fields import Field, Kind
from flows.rules.reading import Refusal
from flows.rules.tables import FactSpec, Row, Shape
from flows.rules.truth import TRUE
from flows.rules.values import Interval


@dataclass(frozen=True, slots=True)
class Draft:
    """What the files say, before it is known whether the rules can be compiled.

    Attributes:
        questions: every question, as written.
        fields: field by id.
        book: the rules.
        unread: files that could not be read; what they hold is not missed.
    """

    questions: tuple[Question, ...]
    fields: Mapping[str, FieldSpec]
    book: RuleBook
    unread: frozenset[str]


def audit(root: Path = ROOT, cited_in_texts: Iterable[str] = ()) -> tuple[Knowledge | None, list[Fault]]:
    """Every fault of a knowledge folder.

    Args:
        root: the folder.
        cited_in_texts: ids of sources that texts outside the folder name.

    Returns:
        The knowledge, where it can be used at all, and the faults, in the order of files and lines.
    """
    reader, sources = Reader(root), _Sources(root)
    draft = _drafted(reader)
    faults = [*reader.faults, *sources.reader.faults, *_twice(draft), *_anchors(root, sources), *_books(root, draft, sources)]
    knowledge: Knowledge | None = None
    shapeless = [*_shapes(draft), *_circles(draft)]
    if not shapeless and not draft.unread:  # else every name in what could not be read would be listed as unknown
        knowledge = _loaded(root, faults)
    faults += [*shapeless, *_misread(draft), *_number_tables(draft), *_never_first(draft)]
    faults += _citations(draft, sources, frozenset(cited_in_texts))
    if knowledge is not None:
        faults += [*_unused(knowledge), *_vignettes(knowledge), *_unsigned(knowledge, sources), *_misnamed(knowledge, sources)]
    usable = knowledge if not sources.reader.faults else None
    return usable, sorted(set(faults), key=lambda fault: (fault.place.file, fault.place.line, fault.what))


def _drafted(reader: Reader) -> Draft:
    questions, fields = read_questions(reader)
    book = read_rules(reader)
    return Draft(tuple(questions), {field.id: field for field in fields}, book, frozenset(reader.unread))


def _loaded(root: Path, faults: list[Fault]) -> Knowledge | None:
    try:
        return Knowledge(root)
    except KnowledgeError as error:
        faults += error.faults
        return None


class _Sources:
    """Everything that can be cited, read with its faults."""

    def __init__(self, root: Path) -> None:
        self.reader = Reader(root)
        self.statements = read_statements(self.reader)
        self.settlements = read_settlements(self.reader)
        self.later = read_later(self.reader)
        read_vignettes(self.reader)
        self.editions = read_editions(self.reader)
        self.names = read_names(self.reader)
        self.signatures = read_reviews(self.reader)

    def places(self) -> Mapping[str, Place]:
        """Where each source is written."""
        return {name: entry.place for group in (self.statements, self.settlements, self.later) for name, entry in group.items()}


def _anchors(root: Path, sources: _Sources) -> list[Fault]:
    """What is wrong with the anchors; nothing where it could not be told for which statements they are."""
    reader = Reader(root)
    read_anchors(reader, sources.statements)
    return [] if sources.reader.unread else reader.faults


def _books(root: Path, draft: Draft, sources: _Sources) -> list[Fault]:
    """Where the second books keep something else; nothing where a file could not be read."""
    reader = Reader(root)
    places = {**sources.places(), **draft.book.places, **{name: spec.place for name, spec in draft.fields.items()}}
    heed = (*(hedge.kept for hedge in read_hedges(Reader(root))), *read_drugs(reader))
    found = [*apart(reader, books(draft, sources, heed), places), *kept.audit(reader, wordings(draft, sources))]
    return [] if draft.unread | sources.reader.unread else [*reader.faults, *found]


def books(draft: Draft, sources: _Sources, heed: tuple[Words, ...]) -> Mapping[str, Book]:
    """What the ledger must keep, by the kind of its records."""
    questions = {question.id: question for question in draft.questions}
    texts: dict[str, list[Text]] = {name: [entry.text, entry.population] for name, entry in sources.statements.items()}
    texts |= {name: [entry.problem, entry.reading] for name, entry in sources.settlements.items()}
    texts |= {name: [entry.text, entry.differs] for name, entry in sources.later.items()}
    texts |= {name: [entry.title, entry.ask, entry.help] for name, entry in questions.items()}
    patterns = {language: heeded(language, heed) for language in LANGUAGES}
    return {
        "source": cited_by(draft.book, draft.questions),
        "layer": in_layer(draft.book),
        "parts": parts_of(draft.book),
        "gathered": gathered(draft.book),
        "listed": listed(draft.book),
        "goal": {goal: tuple(sorted(asked)) for goal, asked in read_goals(Reader(sources.reader.root), questions).items()},
        "answer": taken(draft.fields.values(), questions),
        "marked": marked(sources.statements.values(), sources.settlements.values(), sources.later.values()),
        "printed": printed(sources.later.values()),
        "text": {f"{name} {language}": marks(found, language, patterns[language]) for name, found in texts.items() for language in LANGUAGES},
    }


def wordings(draft: Draft, sources: _Sources) -> Mapping[str, kept.Group]:
    """The wordings of the knowledge that could be taken for each other."""
    found: dict[str, dict[str, tuple[Text, Place]]] = {
        "statement": {f"{name}.{part}": (getattr(entry, part), entry.place) for name, entry in sources.statements.items() for part in ("text", "population")},
        "settlement": {f"{name}.{part}": (getattr(entry, part), entry.place) for name, entry in sources.settlements.items() for part in ("problem", "reading")},
        "later": {f"{name}.{part}": (getattr(entry, part), entry.place) for name, entry in sources.later.items() for part in ("text", "differs")},
        "question": {f"{entry.id}.{part}": (getattr(entry, part), entry.place) for entry in draft.questions for part in ("title", "ask", "help")},
        "answer": {spec.id: (spec.label, spec.place) for spec in draft.fields.values()},
    }
    for spec in draft.fields.values():
        found[f"{spec.id} options"] = {choice.id: (choice.label, spec.place) for choice in spec.choices}
        found[f"{spec.id} items"] = {choice.id: (choice.label, spec.place) for choice in spec.items}
    return {name: _by_language(texts) for name, texts in found.items() if len(texts) > 1}


def _by_language(texts: Mapping[str, tuple[Text, Place]]) -> kept.Group:
    return {
        language: {name: kept.Wording(text[language], place) for name, (text, place) in texts.items() if text.get(language)} for language in LANGUAGES
    }


def _twice(draft: Draft) -> Iterator[Fault]:
    seen: set[str] = set()
    for question in draft.questions:
        for name in (question.id, *question.fields):
            if name in seen:
                yield Fault(question.place, f"{question.id}: the id '{name}' is used twice", "Give it an id of its own")
            seen.add(name)


# --- rules that can be compiled ---------------------------------------------------------------------------------------


def _shapes(draft: Draft) -> Iterator[Fault]:
    """Facts whose parts do not fit their shape."""
    facts = {fact.name: fact for fact in draft.book.facts}
    for fact in facts.values():
        place = draft.book.places[fact.name]
        numbers = [name for name in fact.of if name in draft.fields and draft.fields[name].core.numeric]
        if fact.shape is Shape.BANDS and (len(fact.of) != 1 or not numbers):
            yield Fault(place, f"{fact.name}: bands are made of one number, not of ({', '.join(fact.of)})", "Write of: [the id of a number]")
        if fact.shape in (Shape.HIGHEST, Shape.ONLY) and (not fact.of or not facts.keys() >= set(fact.of)):
            yield Fault(place, f"{fact.name}: '{fact.shape}' is made of other facts, not of ({', '.join(fact.of)})", "Write of: [names of facts]")
        if fact.fallback is not None and fact.fallback not in draft.fields:
            yield Fault(place, f"{fact.name}: the fallback '{fact.fallback}' is no answer", "Name an answer id")
        ranked = {str(row.value) for name in fact.of if name in facts for row in facts[name].rows}
        if fact.shape is Shape.HIGHEST and not ranked <= set(fact.order):
            unranked = ", ".join(sorted(ranked - set(fact.order)))
            yield Fault(place, f"{fact.name}: the order leaves out {unranked}", "Name every value in 'order', lowest first")


def _circles(draft: Draft) -> Iterator[Fault]:
    """Facts that rest on themselves."""
    reads = {fact.name: {*fact.of, *(name for row in fact.rows for name in names_in(row.when))} for fact in draft.book.facts}
    for name, direct in reads.items():
        reached, waiting = set[str](), direct
        while waiting:
            reached |= waiting
            waiting = {after for before in waiting for after in reads.get(before, ())} - reached
        if name in reached:
            yield Fault(draft.book.places[name], f"the fact '{name}' rests on itself", "Let one of its conditions read answers instead")


def _misread(draft: Draft) -> Iterator[Fault]:
    """Conditions that ask for one word where there is a set, or for a set where there is one word: they could never hold."""
    several = {field.id: field.core.kind in (Kind.MANY, Kind.MAP) for field in draft.fields.values()}
    several |= {fact.name: fact.shape in (Shape.COLLECT, Shape.BANDS, Shape.HIGHEST) for fact in draft.book.facts}
    for fact in draft.book.facts:
        for row in fact.rows:
            for part in _parts(row.when):
                if isinstance(part, Is) and several.get(part.name):
                    yield Fault(draft.book.places[row.id], f"rule {row.id}: '{part.name}' can hold several words at once", "Ask with 'has any (…)'")
                if isinstance(part, Has) and several.get(part.name) is False:
                    yield Fault(draft.book.places[row.id], f"rule {row.id}: '{part.name}' holds one word", "Ask with '=' or 'in (…)'")


def _parts(tree: Expression) -> Iterator[Expression]:
    """A condition and everything in it."""
    yield tree
    match tree:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from _parts(part)
        case Not(part) | Mode(_, part):
            yield from _parts(part)


# --- citations ----------------------------------------------------------------------------------------------------


def _citations(draft: Draft, sources: _Sources, cited_in_texts: frozenset[str]) -> Iterator[Fault]:
    """Citations of nothing, and sources that nobody cites; neither where a file that would tell could not be read."""
    known = sources.places()
    named: set[str] = set(cited_in_texts)
    for place, what, cite in [*_by_rules(draft), *_by_questions(draft), *_by_sources(sources), *citations(sources.editions)]:
        named.update(cite)
        for name in cite:
            if name not in known and not sources.reader.unread:
                yield Fault(place, f"{what} cites '{name}', which does not exist", "Cite the id of a statement, settlement or later standard")
    linked = {name for entry in sources.statements.values() for name in (*entry.issues, *entry.later)}
    for name, place in known.items():
        if name not in named and name not in linked and not draft.unread | sources.reader.unread:
            yield Fault(place, f"'{name}' is cited by no rule, question or text", "Cite it where it bears on a conclusion, or remove it")


def _by_rules(draft: Draft) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    book = draft.book
    for fact in book.facts:
        if fact.cite:
            yield book.places[fact.name], f"fact {fact.name}", fact.cite
        for row in fact.rows:
            yield book.places[row.id], f"rule {row.id}", row.cite
    for treatment, gap in book.evidence_gap.items():
        yield book.places[f"treatment.{treatment}"], f"the evidence gap of {treatment}", gap


def _by_questions(draft: Draft) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    for question in draft.questions:
        yield question.place, f"question {question.id}", question.cite


def _by_sources(sources: _Sources) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    for settlement in sources.settlements.values():
        yield settlement.place, f"settlement {settlement.id}", (*settlement.statements, *settlement.later)
    for entry in sources.later.values():
        yield entry.place, f"later standard {entry.id}", entry.statements
    for statement in sources.statements.values():
        missing = [name for name in (*statement.issues, *statement.later) if name not in sources.places()]
        if missing:
            yield statement.place, f"statement {statement.id}", tuple(missing)


# --- tables over numbers --------------------------------------------------------------------------------------------


def _number_tables(draft: Draft) -> Iterator[Fault]:
    base = RuleBase([field.core for field in draft.fields.values()], [])
    for fact in draft.book.facts:
        rows = [row for row in fact.rows if not isinstance(row.when, Constant)]
        name = _only_number(fact, rows, draft)
        if name is not None:
            for what, mend in _covered(base, fact, rows, draft.fields[name].core):
                yield Fault(draft.book.places[fact.name], what, mend)


def _only_number(fact: FactSpec, rows: list[Row], draft: Draft) -> str | None:
    """The single number that a table reads, if it reads nothing else."""
    if fact.shape not in (Shape.BANDS, Shape.TABLE) or not rows:
        return None
    names = frozenset().union(*(names_in(row.when) for row in rows))
    if len(names) != 1:
        return None
    (name,) = names
    return name if name in draft.fields and draft.fields[name].core.numeric else None


def _covered(base: RuleBase, fact: FactSpec, rows: list[Row], field: Field) -> Iterator[tuple[str, str]]:
    """What is wrong with the rows of a table over one number, and how to mend it."""
    for value in _probes(rows, field):
        held = [row for row in rows if _holds(base, row.when, field.id, value)]
        if not held:
            yield f"no row of {fact.name} covers {field.id} = {value:g}", "Close the gap between the rows"
        elif len(held) > 1:
            both = " and ".join(row.id for row in held)
            yield f"{fact.name}: {both} both hold for {field.id} = {value:g}", "Let exactly one row hold for each value"


def _holds(base: RuleBase, when: Expression, name: str, value: float) -> bool:
    node = base.compile(when)
    return Case(base, {name: Interval(value, value)}).truth(node) is TRUE


def _probes(rows: list[Row], field: Field) -> list[float]:
    """Both limits, every cut-off, and a value between each two neighbours."""
    low, high = field.limits
    cuts = {cut for row in rows for cut in _cuts(row.when) if low <= cut <= high}
    points = sorted({low, high, *cuts})
    between = [(a + b) / 2 for a, b in pairwise(points)]
    return sorted({*points, *between} - ({low} if field.above_low else set()))


def _cuts(tree: Expression) -> Iterator[float]:
    match tree:
        case Compare(_, _, cut, None):
            yield cut
        case Every(parts) | Some(parts):
            for part in parts:
                yield from _cuts(part)
        case Not(part) | Mode(_, part):
            yield from _cuts(part)


# --- what nobody uses -------------------------------------------------------------------------------------------------


def _unused(knowledge: Knowledge) -> Iterator[Fault]:
    used = _names_used(knowledge)
    for question in knowledge.questions.values():
        if not used & set(question.fields):
            yield Fault(question.place, f"no conclusion uses the answer to question {question.id}", "Let a rule read it, or remove the question")
    for name in knowledge.goals:
        if not any(name in field.core.options for field in knowledge.fields.values()):
            yield Fault(Place("paths.yaml", 1), f"no question offers the goal '{name}'", "Offer it, or remove the path")


def _names_used(knowledge: Knowledge) -> set[str]:
    used: set[str] = set()
    for fact in knowledge.book.facts:
        used.update(fact.of, *(names_in(row.when) for row in fact.rows))
        used.update([fact.fallback] if fact.fallback else [])
    for row in (row for fact in knowledge.book.facts for row in fact.rows):
        used.update(name.partition(".")[0] for name in names_in(row.when))
    goals = set(knowledge.goals)
    used.update(name for name, field in knowledge.fields.items() if goals and goals >= set(field.core.options) and field.core.options)
    return used


def _never_first(draft: Draft) -> Iterator[Fault]:
    """Rows after one that always holds can decide nothing."""
    for fact in draft.book.facts:
        if fact.shape is not Shape.TABLE:
            continue
        for place, row in enumerate(fact.rows[:-1]):
            if row.when == Constant(True):
                after = fact.rows[place + 1]
                yield Fault(draft.book.places[after.id], f"rule {after.id} stands behind {row.id}, which always holds", "Move it before")


def _unsigned(knowledge: Knowledge, sources: _Sources) -> Iterator[Fault]:
    """Reviews of nothing; not where a file that would tell could not be read."""
    if not sources.reader.unread:
        yield from unfitting(sources.signatures, [*knowledge.rule_ids, *sources.places()])


def _misnamed(knowledge: Knowledge, sources: _Sources) -> Iterator[Fault]:
    """Names for values that do not exist; conditions, facts and answers of later standards that do not; standards that leave someone out."""
    yield from unknown_names(sources.names, knowledge.words_of_facts())
    yield from open_ended(sources.editions)
    for edition in sources.editions.values():
        unknown = [name for name in edition.beside if name not in knowledge.base.facts]
        unknown += [name for name in edition.over if name not in knowledge.fields]
        for name in unknown:
            yield Fault(edition.place, f"standard {edition.id}: the id '{name}' is unknown", "Use an id that exists")
        for row in edition.rows:
            for what in (*knowledge.unknown_in(row.when), *knowledge.unknown_in(row.same)):
                yield Fault(row.place, f"naming {row.id}: {what}", "Use an id that exists")


# --- model cases --------------------------------------------------------------------------------------------------------


def _vignettes(knowledge: Knowledge) -> Iterator[Fault]:
    """Answers of model cases that would be refused."""
    reader = Reader(knowledge.root)
    for record in reader.records(knowledge.root / "vignettes.yaml"):
        yield from _told(record, "answers", knowledge)
        for variant in record.inner("variants"):
            yield from _told(variant, "change", knowledge)


def _told(record: Record, key: str, knowledge: Knowledge) -> Iterator[Fault]:
    given = {name: raw for name, raw in record.mapping(key).items() if raw is not None}
    for refusal in read_case(given, knowledge).refusals:
        yield Fault(_line(record, key, refusal), f"{record.called}: the answer '{refusal.field}' cannot be taken ({refusal.why})", "Write it as a case file would")


def _line(record: Record, key: str, refusal: Refusal) -> Place:
    lines = getattr(record.block[key], "lines", {})
    return Place(record.file, lines.get(refusal.field, record.place(key).line))

