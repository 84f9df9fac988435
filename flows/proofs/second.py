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
from flows.rules.expressions import Constant, Every, Expression, ExpressionError, parse
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
        if "answers" in record.block:
            continue
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
        yield Line(inner.word("says"), _condition(inner, "when", "", check, name.rpartition(".")[2]))


def read_asking(knowledge: Knowledge) -> dict[str, tuple[Expression, Expression]]:
    """For every answer when its question is put, and when it makes no sense.

    Raises:
        KnowledgeError: listing every line that cannot be read, or names nothing there is.
    """
    reader, check = Reader(knowledge.root), NameCheck(knowledge.fields, words_of(knowledge))
    found: dict[str, tuple[Expression, Expression]] = dict.fromkeys(knowledge.fields, (Constant(value=True), Constant(value=False)))
    for record in reader.records(knowledge.root / FILE):
        if "answers" in record.block:
            record.allow("answers", "asked", "senseless")
            pair = _condition(record, "asked", "always", check), _condition(record, "senseless", "never", check)
            for name in record.words("answers", required=True):
                if name not in found:
                    record.fault("answers", f"there is no answer '{name}'", "Use an id that exists")
                found[name] = pair
    if reader.faults:
        raise KnowledgeError(reader.faults)
    return found


def _condition(record: Record, key: str, default: str, check: NameCheck, name: str = "") -> Expression:
    text = record.word(key, default=default).replace("{name}", name)
    try:
        when = parse(text)
    except ExpressionError as error:
        record.fault(key, f"the condition cannot be read: {error}", "Mend the condition")
        return Constant(value=False)
    for what in check.faults(when):
        record.fault(key, what, "Use an id that exists")
    return when


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
        for name in dict.fromkeys(name for name, _, literal in apart if solvable(space.pool, [literal]) is not None):
            findings += _findings(knowledge, name, readings[name])
    return Claim("second", Method.SOLVED, len(names), space.combinations, findings=tuple(findings))


def _apart(space: Space, name: str, reading: Reading) -> Iterator[tuple[str, int]]:
    """For every word the literal under which it is said by the rules or by the reading, and not by both."""
    fact = space.knowledge.base.facts[name]
    for rules, second in ((space.value(name), _read(space, reading)), (_reasons(space, fact), _each(space, reading.because))):
        for word in dict.fromkeys((*rules, *second)):
            one, other = (said.get(word, -space.always) for said in (rules, second))
            yield word, _unequal(space, one, other)


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


def answers(knowledge: Knowledge) -> tuple[str, ...]:
    """Every answer."""
    return tuple(knowledge.fields)


def asked_the_same(knowledge: Knowledge, names: Sequence[str]) -> Claim:
    """For everybody every question is put, and its answer makes sense, exactly where the second reading says so."""
    reading, space, findings = read_asking(knowledge), Space(knowledge), list[Finding]()
    for name in names:
        spec = knowledge.fields[name]
        applies, asked = parse(spec.applies), Every((parse(spec.applies), parse(spec.asked)))
        pairs = ((space.condition(asked)[0], reading[name][0], "asked"), (space.condition(applies)[1], reading[name][1], "senseless"))
        for rules, second, word in pairs:
            wanted = _unequal(space, rules, space.condition(second)[0])
            if solvable(space.pool, [wanted]) is not None:
                findings.append(Finding(name, space.patient(smallest(space.pool, [wanted], [space]) or frozenset()), None, {"about": word}))
    return Claim("asking", Method.SOLVED, len(names), space.combinations, findings=tuple(findings))


def _unequal(space: Space, one: int, other: int) -> int:
    return space.any_of((space.all_of((one, -other)), space.all_of((-one, other))))


# --- showing ------------------------------------------------------------------------------------------------------


def _findings(knowledge: Knowledge, name: str, reading: Reading) -> Iterator[Finding]:
    """The smallest patient for every word that the rules and the reading do not both say; in a space of this conclusion alone."""
    space = Space(knowledge)
    for word, literal in list(_apart(space, name, reading)):
        if solvable(space.pool, [literal]) is not None:
            yield _finding(space, name, (word, literal), reading)


def _finding(space: Space, name: str, apart: tuple[str, int], reading: Reading) -> Finding:
    (word, literal), knowledge = apart, space.knowledge
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
