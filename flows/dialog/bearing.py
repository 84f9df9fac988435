"""Why a question is asked: the conclusions that its answer can still change, and the rules through which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.dialog.explain import STATEMENTS, readers, told
from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import shown_where
from flows.rules.engine import Case
from flows.rules.expressions import Constant, Every, Expression, Not, Some, names_in, parse
from flows.rules.fields import Kind
from flows.rules.tables import Row
from flows.rules.truth import FALSE, TRUE
from flows.rules.values import Answer, Answers, Open
from flows.whatif.regions import regions, rows_of

LATE = ("classification.provisional", "classification.discordant", "imaging.notes", "contradictions", "next_steps", "cautions.")
"""Facts that are told of last: they qualify a conclusion, or ask for something."""


@dataclass(frozen=True, slots=True)
class Way:
    """A rule through which an answer can act, and what of its condition is still open (None: no rule before it holds)."""

    row: Row
    when: Expression | None


@dataclass(frozen=True, slots=True)
class Bearing:
    """A conclusion that an answer can still change, or several with the same rules.

    ``alone``: one answer is enough; else further ones have to join it.
    """

    facts: tuple[str, ...]
    ways: tuple[Way, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a question is for beside conclusions: statements that its answer brings, and questions that it opens.

    ``chooses``: it chooses which questions are asked at all.
    """

    brings: tuple[str, ...]
    opens: tuple[str, ...]
    chooses: bool


def bearings(answers: Answers, field: str, knowledge: Knowledge) -> tuple[Bearing, ...]:
    """What an answer to ``field`` can still change beside the other answers: first what it can change alone, then the rest.

    Within each the conclusions stand in the order of the report. Exact: each rule decides with one finding in the field and
    not with another answer to it, for some answers to what is still open.
    """
    from flows.whatif.acting import acting  # the solver takes a while to load, and few ask why

    others = {name: answer for name, answer in answers.items() if name != field}
    case = knowledge.case(others)
    facts = [name for name in told(knowledge) if name in _reached(field, knowledge)]
    facts.sort(key=lambda name: name.startswith(LATE))
    alone = _alone(case, field, facts, knowledge)
    rules = [(fact, row.id) for fact in facts for row in _open_rows(case, fact, field, knowledge)]
    turning = acting(knowledge, others, field, rules)
    found = []
    for fact in facts:
        rows = {row.id: row for row in rows_of(knowledge, fact)}
        now = alone.get(fact, {})
        acts = [row for name, row in rows.items() if name in now or (fact, name) in turning]
        ways = tuple(Way(row, residual(case, row.when)) for row in acts)
        if ways:
            found.append(Bearing((fact,), ways, alone=bool(now)))
    return tuple(_alike(found, alone=True)) + tuple(_alike(found, alone=False))


def _alike(found: Iterable[Bearing], *, alone: bool) -> Iterable[Bearing]:
    """Cautions that several treatments share, said once; everything else as it is."""
    groups: dict[object, Bearing] = {}
    for one in found:
        if one.alone is alone:
            shared = one.facts[0].startswith("cautions.")
            key = tuple((way.row.value, way.when, way.row.cite) for way in one.ways) if shared else one.facts
            known = groups.get(key)
            groups[key] = one if known is None else Bearing((*known.facts, *one.facts), known.ways, alone)
    return groups.values()


def purpose(field: str, knowledge: Knowledge) -> Purpose:
    """What a question is for beside conclusions."""
    rows = [row for fact in STATEMENTS for row in knowledge.base.facts[fact].rows if field in names_in(row.when)]
    brings = dict.fromkeys(str(row.value) for row in rows)
    opens = [spec.id for spec in knowledge.fields.values() if spec.id != field and field in names_in(parse(spec.asked))]
    return Purpose(tuple(brings), tuple(opens), chooses=field == "goal")


def decides_nothing(field: str, knowledge: Knowledge) -> bool:
    """Whether no answer to the field can change a conclusion, whatever the others are."""
    return not _reached(field, knowledge) - {*STATEMENTS, *knowledge.fields}


@lru_cache(maxsize=256)
def _reached(field: str, knowledge: Knowledge) -> frozenset[str]:
    """The facts whose rules read the field, or a fact that does."""
    read_by = readers(knowledge)
    found, waiting = {field}, [field]
    while waiting:
        fresh = {name for name in read_by.get(waiting.pop(), frozenset()) if name in knowledge.base.facts} - found
        found |= fresh
        waiting.extend(fresh)
    return frozenset(found - {field})


def _alone(case: Case, field: str, facts: Iterable[str], knowledge: Knowledge) -> Mapping[str, Mapping[str, Row]]:
    """For each fact that one answer changes by itself, the rules that come to decide with such an answer."""
    bit = case.base.bits[field]
    moving = [name for name in facts if case.fact(name).missing & bit]
    before = {name: case.fact(name) for name in moving}
    spoken = {name: case.base.compile(shown_where(name)) for name in moving}
    found: dict[str, dict[str, Row]] = {}
    for answer in _answers(knowledge, field):
        after = knowledge.case({**case.answers, field: answer})
        for name in moving:
            if after.fact(name).value != before[name].value and after.truth(spoken[name]) is TRUE:
                fresh = [row for row in after.fact(name).rows if row.value and row not in before[name].rows]
                found.setdefault(name, {}).update({row.id: row for row in fresh})
    return {name: rows for name, rows in found.items() if rows}


def _answers(knowledge: Knowledge, field: str) -> Iterator[Answer]:
    """One answer of each region of a field that is not open."""
    core = knowledge.fields[field].core
    if core.kind is Kind.MAP:
        yield {}
        yield from ({item: word} for item in core.items for word in core.options)
        return
    yield from (answer for answer in regions(knowledge)[field] if not isinstance(answer, Open))


def _open_rows(case: Case, fact: str, field: str, knowledge: Knowledge) -> Iterator[Row]:
    """The rules that read the field, at whatever distance, and can still hold; and the one that takes what they leave over."""
    read, some = {field, *_reached(field, knowledge)}, False
    for row in rows_of(knowledge, fact):
        truth, _, missing = case.judge(case.base.compile(row.when))
        reads = not read.isdisjoint(names_in(row.when)) and not (truth is FALSE and not missing)
        some = some or reads
        if reads or (some and isinstance(row.when, Constant)):
            yield row


def residual(case: Case, tree: Expression) -> Expression | None:
    """What of a condition is still open; None where nothing is."""
    match tree:
        case Constant():
            return None
        case Every(parts) | Some(parts):
            done = TRUE if isinstance(tree, Every) else FALSE
            left = [part for part in parts if case.judge(case.base.compile(part))[::2] != (done, 0)]
            inner = [rest for part in left if (rest := residual(case, part)) is not None]
            return inner[0] if len(inner) == 1 else type(tree)(tuple(inner)) if inner else None
        case Not(part):
            rest = residual(case, part)
            return None if rest is None else Not(rest)
        case _:
            return tree
