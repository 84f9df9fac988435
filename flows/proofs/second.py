"""The claim that the rules and a second reading of them say the same: the same values, and the same reasons of verdicts.

The reading is data, written apart from the rules (``second_reading.yaml``). Where both differ for anybody, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flows.knowledge.loader import Knowledge, KnowledgeError, NameCheck
from flows.knowledge.reader import Reader, Record
from flows.proofs.certificate import Claim, Finding, Method, shown
from flows.proofs.conclusions import Disagreement
from flows.proofs.laws import words_of
from flows.proofs.space import Patient, Space, smallest, solvable
from flows.rules.engine import Case
from flows.rules.expressions import Constant, Expression, ExpressionError, parse
from flows.rules.tables import FactSpec
from flows.rules.truth import TRUE

FILE = "second_reading.yaml"


@dataclass(frozen=True, slots=True)
class Line:
    """When a conclusion says a word."""

    says: str
    when: Expression


@dataclass(slots=True)
class Reading:
    """What is read of one conclusion: of ``first`` the first line that holds counts, of ``every`` each; ``because`` gives reasons."""

    first: list[Line] = field(default_factory=list)
    every: list[Line] = field(default_factory=list)
    because: list[Line] = field(default_factory=list)


# --- reading ------------------------------------------------------------------------------------------------------


def read_second(knowledge: Knowledge) -> dict[str, Reading]:
    """The second reading of every conclusion.

    Raises:
        KnowledgeError: listing every line that cannot be read, or names nothing there is.
    """
    reader, check = Reader(knowledge.root), NameCheck(knowledge.fields, words_of(knowledge))
    found: dict[str, Reading] = {}
    for record in reader.records(knowledge.root / FILE):
        record.allow("facts", "first", "all", "always", "because")
        for name in record.words("facts", required=True):
            if name not in knowledge.base.facts:
                record.fault("facts", f"there is no conclusion '{name}'", "Use a name that exists")
                continue
            reading = found.setdefault(name, Reading())
            reading.first += _lines(record, "first", name, check)
            reading.every += [*_lines(record, "all", name, check), *(Line(word, Constant(value=True)) for word in record.words("always"))]
            reading.because += _lines(record, "because", name, check)
    if reader.faults:
        raise KnowledgeError(reader.faults)
    return found


def _lines(record: Record, key: str, name: str, check: NameCheck) -> Iterator[Line]:
    for inner in record.inner(key):
        inner.allow("says", "when")
        text = inner.word("when").replace("{name}", name.rpartition(".")[2])
        try:
            when = parse(text)
        except ExpressionError as error:
            inner.fault("when", f"the condition cannot be read: {error}", "Mend the condition")
            continue
        for what in check.faults(when):
            inner.fault("when", what, "Use an id that exists")
        yield Line(inner.word("says"), when)


# --- proving ------------------------------------------------------------------------------------------------------


def facts(knowledge: Knowledge) -> tuple[str, ...]:
    """Every conclusion."""
    return tuple(fact.name for fact in knowledge.book.facts)


def reads_the_same(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """For everybody every conclusion has the values and reasons that the second reading gives it."""
    readings, space = read_second(knowledge), Space(knowledge)
    findings = [Finding(name, None, None, {"reading": "-"}) for name in names if name not in readings]
    apart = [(name, word, literal) for name in names if name in readings for word, literal in _apart(space, name, readings[name])]
    if solvable(space.pool, [space.any_of(literal for *_, literal in apart)]) is not None:
        for name, word, literal in apart:
            if solvable(space.pool, [literal]) is not None:
                findings.append(_finding(knowledge, space, name, (word, literal), readings[name]))
    return Claim("second", Method.SOLVED, len(names), space.combinations, findings=tuple(findings))


def _apart(space: Space, name: str, reading: Reading) -> Iterator[tuple[str, int]]:
    """For every word the literal under which it is said by the rules or by the reading, and not by both."""
    fact = space.knowledge.base.facts[name]
    for rules, second in ((space.value(name), _read(space, reading)), (_reasons(space, fact), _each(space, reading.because))):
        for word in dict.fromkeys((*rules, *second)):
            one, other = (said.get(word, -space.always) for said in (rules, second))
            yield word, space.any_of((space.all_of((one, -other)), space.all_of((-one, other))))


def _read(space: Space, reading: Reading) -> dict[str, int]:
    found = {word: [literal] for word, literal in _each(space, reading.every).items()}
    before: list[int] = []
    for line in reading.first:
        holds = space.condition(line.when)[0]
        found.setdefault(line.says, []).append(space.all_of((holds, *before)))
        before.append(-holds)
    return {word: space.any_of(ways) for word, ways in found.items()}


def _each(space: Space, lines: Sequence[Line]) -> dict[str, int]:
    return {word: space.any_of(space.condition(line.when)[0] for line in lines if line.says == word) for word in {line.says for line in lines}}


def _reasons(space: Space, fact: FactSpec) -> dict[str, int]:
    """For every reason of a table the literal under which a row that gives it counts."""
    counting: dict[str, list[int]] = {}
    for place, row in enumerate(fact.rows):
        for reason in row.reasons:
            counting.setdefault(reason, []).append(space.all_of((space.reached(fact, place), space.condition(row.when)[0])))
    return {reason: space.any_of(ways) for reason, ways in counting.items()}


# --- showing ------------------------------------------------------------------------------------------------------


def _finding(knowledge: Knowledge, space: Space, name: str, apart: tuple[str, int], reading: Reading) -> Finding:
    word, literal = apart
    patient: Patient = space.patient(smallest(space.pool, [literal], [space]) or frozenset())
    case = knowledge.case(patient)
    outcome = case.fact(name)
    rules = frozenset((outcome.value,)) if isinstance(outcome.value, str) else frozenset(outcome.value or ())
    rules |= {reason for row in outcome.rows for reason in row.reasons}
    second = _said(case, knowledge, reading)
    if (word in rules) is (word in second):
        raise Disagreement(name)
    return Finding(name, patient, None, {"word": word, "rules": shown(rules), "reading": shown(second)})


def _said(case: Case, knowledge: Knowledge, reading: Reading) -> frozenset[str]:
    """What the reading says of a patient."""
    holding = [[line.says for line in lines if case.truth(knowledge.base.compile(line.when)) is TRUE] for lines in (reading.first, reading.every, reading.because)]
    return frozenset((*holding[0][:1], *holding[1], *holding[2]))
