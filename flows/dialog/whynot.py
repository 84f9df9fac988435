"""Why another conclusion was not reached: the rules that would give it, what they lack, and the smallest change that would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.dialog.proof import Deciding, Ground, ground_of, nothing_known, standing, words_of
from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import GRADES
from flows.rules.engine import Case
from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some
from flows.rules.fields import Kind
from flows.rules.tables import Row
from flows.rules.truth import FALSE, TRUE, UNKNOWN
from flows.rules.values import Answer, Answers, Interval, Open
from flows.whatif.partition import Region, regions_apart
from flows.whatif.regions import nearest, rows_of

if TYPE_CHECKING:
    from flows.whatif.change import Change

TYPE, GRADE, DIAGNOSIS = "classification.type", "index_grades", "diagnosis.id"
VERDICTS = ("indicated", "possible", "needs_information", "not_suitable", "not_at_this_stage", "not_addressed")


class Reach(StrEnum):
    """Whether a conclusion can be reached from the answers as they are.

    OPEN: by answers that are still open. CHANGED: only if an answer that was given were another one. RULELESS: no rule ever
    gives it. NEVER: rules give it, but no answers at all fulfil them.
    """

    OPEN = "open"
    CHANGED = "changed"
    RULELESS = "ruleless"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A rule that would give the conclusion.

    ``lacking``: the parts of its condition that are not met. ``instead``: where none are, the rules that decide in its place
    (none: the report does not speak of the fact at all).
    """

    row: Row
    lacking: tuple[Ground, ...]
    instead: tuple[Deciding, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """An answer that would have to be another one: as it is now (None: not given), and as it would be.

    ``example``: a figure that stands for others like it. ``alike``: every answer that would do as well beside the other steps, by
    regions (of several findings only those that stand alone; of outcomes by item none).
    """

    field: str
    before: Answer | None
    after: Answer
    example: bool
    alike: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a fact has not another value.

    Attributes:
        fact, value: what was asked about; ``now``: what the fact is.
        deciding: the rules that decide now, with what makes each hold.
        left: the case has left the path on which treatment is judged, by these sources.
        blocked: the rules that would give the value.
        reach: whether it can be reached.
        steps: the fewest answers that would have to be others.
        filling: where some of those were given: the fewest open answers that would do instead (empty: none would).
        by: the rules that would decide then.
    """

    fact: str
    value: str
    now: tuple[str, ...]
    deciding: tuple[Deciding, ...]
    left: tuple[str, ...]
    blocked: tuple[Blocked, ...]
    reach: Reach
    steps: tuple[Step, ...]
    filling: tuple[Step, ...]
    by: tuple[Row, ...]

    @property
    def behind(self) -> tuple[Row, ...]:
        """The rules that decide now, each source named once."""
        return _each_source_once(one.row for one in self.deciding)

    @property
    def behind_then(self) -> tuple[Row, ...]:
        """The same of the rules that would decide then."""
        return _each_source_once(self.by)


def _each_source_once(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple({(row.layer, row.cite): row for row in rows}.values())


def subjects(knowledge: Knowledge) -> tuple[str, ...]:
    """The facts that can be asked about."""
    return (TYPE, GRADE, DIAGNOSIS, *(f"treatment.{name}" for name in knowledge.book.treatments))


def values_of(fact: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Every value that can be asked about, also those that no rule of the fact gives."""
    if fact == GRADE:
        return GRADES
    if fact.startswith("treatment."):
        return VERDICTS
    return tuple(dict.fromkeys(str(row.value) for row in knowledge.base.facts[fact].rows))


def concluded(case: Case, fact: str) -> tuple[str, ...]:
    """What the report says of a fact: nothing of treatment off the path, and no grade of what carries none."""
    if fact.startswith("treatment.") and case.word("path") == "off":
        return ()
    if fact == GRADE and case.word("ungraded") == "yes":
        return ()
    return words_of(case.fact(fact).value)


def other_values(case: Case, fact: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The values that were not concluded; one of several possible grades is not concluded either."""
    now = concluded(case, fact)
    return tuple(value for value in values_of(fact, knowledge) if now != (value,))


def wanted(fact: str, value: str) -> Expression:
    """The condition under which a report says that a fact has a value, and no other."""
    if fact == GRADE:
        return Every((Has(fact, (value,), only=True), Is("ungraded", ("no",))))
    if fact.startswith("treatment."):
        return Every((Is(fact, (value,)), Is("path", ("on",))))
    return Is(fact, (value,))


def why_not(case: Case, fact: str, value: str, knowledge: Knowledge) -> WhyNot:
    """Why a fact has not the value, and the smallest change with which it would, proved minimal."""
    rows = [row for row in rows_of(knowledge, fact) if row.value == value]
    reach, steps, filling = _changes(case, wanted(fact, value), knowledge) if rows else (Reach.RULELESS, (), ())
    then = knowledge.case(changed(case.answers, steps))
    deciding = tuple(Deciding(row, tuple(standing(case, row.when))) for row in case.fact(fact).rows)
    left = _left(case, fact)
    return WhyNot(
        fact=fact,
        value=value,
        now=concluded(case, fact),
        deciding=() if left else deciding,
        left=left,
        blocked=tuple(_blocked(case, row, deciding) for row in rows),
        reach=reach,
        steps=steps,
        filling=filling,
        by=tuple(row for row in then.fact(fact).rows if row.value == value) if steps else (),
    )


def _blocked(case: Case, row: Row, deciding: tuple[Deciding, ...]) -> Blocked:
    lacks = tuple(lacking(case, row.when))
    return Blocked(row, lacks, () if lacks else tuple(one for one in deciding if one.row.value not in (None, row.value)))


def _left(case: Case, fact: str) -> tuple[str, ...]:
    """The sources by which no treatment, or no grade, is concluded; none where one is."""
    if fact.startswith("treatment.") and case.word("path") == "off":
        return tuple(source for row in case.fact(DIAGNOSIS).rows for source in row.cite)
    if fact == GRADE and case.word("ungraded") == "yes":
        return tuple(source for row in case.fact("ungraded").rows for source in row.cite)
    return ()


def _changes(case: Case, target: Expression, knowledge: Knowledge) -> tuple[Reach, tuple[Step, ...], tuple[Step, ...]]:
    """Whether the target can be reached, by which fewest answers, and by which fewest that take nothing back (where those are others)."""
    from flows.whatif.smallest import smallest_change  # the solver takes a while to load, and few ask why not

    changes = smallest_change(knowledge, case.answers, target)
    if changes is None:
        return Reach.NEVER, (), ()
    steps = _steps(case, changes, target, knowledge)
    given = [name for name, answer in case.answers.items() if not isinstance(answer, Open)]
    if not any(step.field in given for step in steps):
        return Reach.OPEN, steps, ()
    filling = smallest_change(knowledge, case.answers, target, given)
    if filling is None:
        return Reach.CHANGED, steps, ()
    return Reach.OPEN, steps, _steps(case, filling, target, knowledge)


def _steps(case: Case, changes: tuple[Change, ...], target: Expression, knowledge: Knowledge) -> tuple[Step, ...]:
    """The changes beside the answers as they are, with figures near to those that there are where that gives the same."""
    plain = tuple(Step(one.field, case.answers.get(one.field), one.answer, isinstance(one.answer, Interval)) for one in changes)
    near = tuple(
        replace(step, after=nearest(knowledge, step.field, step.after, step.before)) if isinstance(step.after, Interval) else step
        for step in plain
    )
    search = _Alike(case, target, knowledge)
    chosen = near if search.holds(near) else plain
    return tuple(replace(step, alike=tuple(search.alike(chosen, step))) for step in chosen)


class _Alike:
    """Finds what would do as well as one of several steps."""

    def __init__(self, case: Case, target: Expression, knowledge: Knowledge) -> None:
        self.case, self.knowledge = case, knowledge
        self.node = knowledge.base.compile(target)

    def holds(self, steps: Iterable[Step]) -> bool:
        return self.knowledge.case(changed(self.case.answers, steps)).truth(self.node) is TRUE

    def alike(self, steps: Sequence[Step], step: Step) -> Iterator[Region]:
        if self.knowledge.fields[step.field].core.kind is Kind.MAP:
            return
        for region in regions_apart(self.knowledge, step.field):
            single = replace(region, others=tuple(filter(_single, region.others)))
            if _single(region.answer) and self.holds(replace(one, after=region.answer) if one is step else one for one in steps):
                yield single


def _single(answer: Answer) -> bool:
    """Whether an answer is no open one and, of several findings, a single one."""
    return not isinstance(answer, Open) and not (isinstance(answer, frozenset) and len(answer) > 1)


def changed(answers: Answers, steps: Iterable[Step]) -> Answers:
    """The answers with other ones in their place."""
    after = {**answers, **{step.field: step.after for step in steps}}
    return {name: answer for name, answer in after.items() if answer is not Open.MISSING}


# --- what a condition lacks -------------------------------------------------------------------------------------------


def lacking(case: Case, tree: Expression, *, met: bool = True) -> Iterator[Ground]:
    """The parts of a condition that are not as they would have to be for it to hold (``met``) or not to hold, as wanted."""
    truth = case.truth(case.base.compile(tree))
    if truth is (TRUE if met else FALSE):
        return
    match tree:
        case Constant():
            return
        case Every(parts) if met:
            yield from (ground for part in parts for ground in lacking(case, part))
        case Some(parts) if not met:
            yield from (ground for part in parts for ground in lacking(case, part, met=False))
        case Not(part):
            yield from lacking(case, part, met=not met)
        case Mode("sure", part) if met:
            yield from lacking(case, part)
        case Every() | Some() | Mode():
            yield Ground(tree if met else Not(tree), settled=truth is not UNKNOWN)
        case Is() | Has() | Compare() | Ask():
            yield ground_of(case, tree, wanted=met, settled=truth is not UNKNOWN and not nothing_known(case, tree))
