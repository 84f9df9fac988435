"""Loads the knowledge folder. Texts that only a person reads are read when first asked for, so `assess` starts fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from flows.knowledge.editions import Edition, read_editions
from flows.knowledge.model import Fault, FieldSpec, LaterStandard, Place, Question, Settlement, Statement, Vignette
from flows.knowledge.naming import Named, read_names
from flows.knowledge.questions import STAGES, read_questions
from flows.knowledge.reader import Reader
from flows.knowledge.rulebook import RuleBook, read_rules
from flows.knowledge.signing import Register, read_reviews
from flows.knowledge.sources import read_later, read_settlements, read_statements, read_vignettes
from flows.knowledge.strict_yaml import Block
from flows.rules.engine import Case, RuleBase
from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, ExpressionError, Has, Is, Mode, Not, Some, parse
from flows.rules.fields import Kind
from flows.rules.nearby import Nearby
from flows.rules.tables import Shape
from flows.rules.values import Answers

ROOT = Path(__file__).parent
VERSION_FILE = "version.yaml"


class KnowledgeError(Exception):
    """The knowledge has faults; ``faults`` lists them all, each with file, line and mend."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Knowledge:
    """Everything the bot knows. Immutable after loading; one instance serves every conversation.

    Attributes:
        questions: question by id (A1 … I8), in asking order.
        fields: field by public answer id, in asking order.
        book: the rules as they were read; ``base``: the same, compiled.
        goals: the question ids that each goal asks for.
        version: a number that grows; a session remembers with which it was saved.
        applies: for each field, the compiled condition under which an answer makes sense.
        asked: for each field, the compiled condition under which it is asked (it makes sense, too).
    """

    def __init__(self, root: Path) -> None:
        reader = Reader(root)
        questions, fields = read_questions(reader)
        self.root = root
        self.questions: Mapping[str, Question] = {question.id: question for question in questions}
        self.fields: Mapping[str, FieldSpec] = {field.id: field for field in fields}
        self.book: RuleBook = read_rules(reader)
        self.goals = read_goals(reader, self.questions)
        self.version = _version(reader)
        applies, asked = _conditions(reader, fields, "applies"), _conditions(reader, fields, "asked")
        if not reader.unread:  # else every name of that file would seem unknown
            _unknown_names(reader, self, [*applies.items(), *asked.items()])
        if reader.faults:
            raise KnowledgeError(reader.faults)
        self.base = RuleBase([field.core for field in fields], self.book.facts)
        self.applies: Mapping[str, int] = {name: self.base.compile(tree) for name, tree in applies.items()}
        self.asked: Mapping[str, int] = {name: self.base.compile(Every((applies[name], tree))) for name, tree in asked.items()}

    def case(self, answers: Answers) -> Case:
        """The case that these answers make."""
        return Case(self.base, answers)

    @cached_property
    def asking(self) -> tuple[tuple[str, str, int, int], ...]:
        """Every field in asking order: its id, its question, the condition under which it is asked, its bit."""
        return tuple((name, field.question, self.asked[name], self.base.bits[name]) for name, field in self.fields.items())

    @cached_property
    def nearby(self) -> Nearby:
        """Makes cases of conversations, where one answer changes at a time."""
        return Nearby(self.base)

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of asking, in order."""
        return STAGES

    @cached_property
    def statements(self) -> Mapping[str, Statement]:
        """The review's statements by id, in the review's order."""
        return _must(self.root, read_statements)

    @cached_property
    def settlements(self) -> Mapping[str, Settlement]:
        """The review's ambiguities and tensions by id."""
        return _must(self.root, read_settlements)

    @cached_property
    def later(self) -> Mapping[str, LaterStandard]:
        """Later standards by id."""
        return _must(self.root, read_later)

    @cached_property
    def vignettes(self) -> Mapping[str, Vignette]:
        """Model cases by id."""
        return _must(self.root, read_vignettes)

    @cached_property
    def editions(self) -> Mapping[str, Edition]:
        """Later standards that name tumours, by id."""
        return _must(self.root, read_editions)

    @cached_property
    def names(self) -> tuple[Named, ...]:
        """What people call conclusions and their values."""
        return _must(self.root, read_names)

    @cached_property
    def register(self) -> Register:
        """The review of every statement, settlement, later standard and rule."""
        groups = (self.statements, self.settlements, self.later)
        own = {name: entry.review for group in groups for name, entry in group.items() if entry.review is not None}
        return Register({**own, **self.book.reviews}, _must(self.root, read_reviews))

    def words_of_facts(self) -> Mapping[str, frozenset[str]]:
        """For every fact, the words it can have."""
        return _words_of(self.book)

    def unknown_in(self, tree: Expression) -> list[str]:
        """What is wrong with the names and words of a condition."""
        return NameCheck(self.fields, _words_of(self.book)).faults(tree)

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Every rule: the rows of facts, and the facts that are made of others without rows of their own."""
        return tuple(name for fact in self.book.facts for name in ([row.id for row in fact.rows] or [fact.name]))


def load(root: Path = ROOT) -> Knowledge:
    """The knowledge in a folder.

    Raises:
        KnowledgeError: listing every fault that keeps it from being used.
    """
    return Knowledge(root)


_T = TypeVar("_T")


def _must(root: Path, read: Callable[[Reader], _T]) -> _T:
    reader = Reader(root)
    found = read(reader)
    if reader.faults:
        raise KnowledgeError(reader.faults)
    return found


def _version(reader: Reader) -> int:
    """The number in ``version.yaml``; the first version had no such file."""
    path = reader.root / VERSION_FILE
    if not path.exists():
        return 1
    content = reader.document(path)
    number = content.get("version") if isinstance(content, Block) else None
    if type(number) is not int or number < 1:
        reader.fault(Place(VERSION_FILE, 1), "the version is no whole number from 1 on", "Write version: NUMBER, larger than any before")
        return 1
    return number


def read_goals(reader: Reader, questions: Mapping[str, Question]) -> Mapping[str, frozenset[str]]:
    """For every goal the questions that it asks; a letter stands for its whole group."""
    content = reader.document(reader.root / "paths.yaml")
    goals: dict[str, frozenset[str]] = {}
    for goal, names in content.items() if isinstance(content, Block) else ():
        asked: set[str] = set()
        for name in names:
            matching = {question for question in questions if question == name or question[0] == name}
            if not matching:
                reader.fault(Place("paths.yaml", content.lines[goal]), f"no question '{name}'", "Name a question or its letter")
            asked |= matching
        goals[goal] = frozenset(asked)
    return goals


def _conditions(reader: Reader, fields: list[FieldSpec], key: str) -> dict[str, Expression]:
    conditions: dict[str, Expression] = {}
    for field in fields:
        try:
            conditions[field.id] = parse(field.applies if key == "applies" else field.asked)
        except ExpressionError as error:
            reader.fault(field.place, f"the condition of '{field.id}' cannot be read: {error}", f"Mend '{key}'")
    return conditions


def _unknown_names(reader: Reader, knowledge: Knowledge, conditions: Iterable[tuple[str, Expression]]) -> None:
    words = NameCheck(knowledge.fields, _words_of(knowledge.book))
    for fact in knowledge.book.facts:
        for row in fact.rows:
            for what in dict.fromkeys(words.faults(row.when)):
                reader.fault(knowledge.book.places[row.id], f"rule {row.id}: {what}", "Use an id that exists")
            for name in row.parts:
                if name not in knowledge.fields:
                    reader.fault(knowledge.book.places[row.id], f"rule {row.id}: the part '{name}' is no answer", "Use an id that exists")
        for name in fact.of:
            if name not in knowledge.fields and name not in words.facts:
                reader.fault(knowledge.book.places[fact.name], f"fact {fact.name} is made of '{name}'", "Use an id that exists")
    for name, tree in conditions:
        for what in dict.fromkeys(words.faults(tree)):
            reader.fault(knowledge.fields[name].place, f"the condition of '{name}': {what}", "Use an id that exists")


def _words_of(book: RuleBook) -> Mapping[str, frozenset[str]]:
    """For every fact, the words it can have."""
    found = {fact.name: frozenset(row.value or row.id for row in fact.rows) | frozenset(fact.order) for fact in book.facts}
    for fact in book.facts:
        if fact.shape is Shape.ONLY:
            found[fact.name] = frozenset().union(*(found.get(name, frozenset()) for name in fact.of))
    return found


class NameCheck:
    """Finds names and words in conditions that no field or fact has."""

    def __init__(self, fields: Mapping[str, FieldSpec], facts: Mapping[str, frozenset[str]]) -> None:
        self.fields, self.facts = fields, facts

    def faults(self, tree: Expression) -> list[str]:
        """What is wrong with the names and words of a condition."""
        match tree:
            case Constant():
                return []
            case Every(parts) | Some(parts):
                return [what for part in parts for what in self.faults(part)]
            case Not(part) | Mode(_, part):
                return self.faults(part)
            case Is(name, words):
                return self._words(name, words)
            case Has(name, words, _, beside):
                return self._words(name, words) + self._items(name, beside)
            case Compare(names, _, _, other):
                return [what for name in (*names, *([other] if other else [])) for what in self._number(name)]
            case Ask(predicate, name):
                known = self.facts if predicate == "empty" else self.fields
                return [] if name in known else [f"'{predicate}' asks for the unknown id '{name}'"]

    def _words(self, name: str, words: tuple[str, ...]) -> list[str]:
        if name in self.facts:
            return [f"'{word}' is no value of the fact '{name}'" for word in words if word not in self.facts[name]]
        field, _, item = name.partition(".")
        spec = self.fields.get(field)
        if spec is None or (item and item not in spec.core.items):
            return [f"the id '{name}' is unknown"]
        allowed = {*spec.core.options, "absent"} if item else {*spec.core.options}
        return [f"'{word}' is no option of '{name}'" for word in words if word not in allowed]

    def _items(self, name: str, items: tuple[str, ...]) -> list[str]:
        spec = self.fields.get(name)
        return [f"'{item}' is no item of '{name}'" for item in items if spec is None or item not in spec.core.items]

    def _number(self, name: str) -> list[str]:
        spec = self.fields.get(name)
        if spec is None:
            return [f"the id '{name}' is unknown"]
        return [] if spec.core.kind in (Kind.NUMBER, Kind.COUNT) else [f"'{name}' is no number"]
