"""How a conclusion follows: rule by rule down to the answers, as a tree whose branches are opened one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_

from flows.dialog.explain import STATEMENTS
from flows.knowledge.loader import Knowledge
from flows.rules.conclusions import shown_where
from flows.rules.engine import Case, RuleBase
from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some
from flows.rules.tables import FactSpec, Row, Shape
from flows.rules.truth import FALSE, TRUE, UNKNOWN
from flows.rules.values import Answer
from flows.whatif.compare import PATH, on_path_only, shown_by, support_shown
from flows.whatif.regions import Leaf, fields_of

SHORT = ("contradictions", "red_flags", "next_steps")
"""Facts whose values are conclusions of their own: each is named by its value alone."""
WITH_CAUTIONS = ("treatment.", "markers.")
ON_PATH = Is(PATH, ("on",))


@dataclass(frozen=True, slots=True)
class Ground:
    """A part of a condition as it stands.

    Attributes:
        tree: the part as it holds, or as it is wanted (None: just the value of ``fact``).
        settled: it holds; else it is not settled whether it does, or only that nothing is known yet speaks against it.
        answers: the answers that it is about, as they are now.
        fact: the fact that it is about (empty: only answers); ``value`` is what that fact is now.
        branch: how that fact follows, where the branch is open; ``above``: it is shown further up.
    """

    tree: Expression | None
    settled: bool = True
    answers: tuple[tuple[str, Answer | None], ...] = ()
    fact: str = ""
    value: tuple[str, ...] = ()
    branch: Branch | None = None
    above: bool = False


@dataclass(frozen=True, slots=True)
class Deciding:
    """A rule that gives the value, with what makes it hold, and what would have done as well."""

    row: Row
    grounds: tuple[Ground, ...]
    spare: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule read before the one that decides: it is refuted, or it is still open and waits for answers (``open``)."""

    row: Row
    grounds: tuple[Ground, ...]
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """How one fact follows.

    Attributes:
        fact: the fact; ``value`` is what it is, ``chosen`` the one member that was asked about (empty: all).
        layer, cite: how far it stands from the review, and what it rests on.
        rules: the rules that give it; ``passed``: those read before and found not to hold; ``unread``: how many come after.
        grounds: the facts and answers that it is made of, where no rule of its own gives it.
        settling: what makes one value of several facts (empty: nothing does).
    """

    fact: str
    value: tuple[str, ...]
    chosen: str
    layer: str
    cite: tuple[str, ...]
    rules: tuple[Deciding, ...] = ()
    passed: tuple[Passed, ...] = ()
    unread: int = 0
    grounds: tuple[Ground, ...] = ()
    settling: tuple[str, ...] = ()

    @property
    def statements(self) -> bool:
        """Whether its values are statements to read."""
        return self.fact in STATEMENTS


@dataclass(slots=True)
class Proof:
    """The proof of one conclusion.

    Attributes:
        root: the conclusion.
        path: that the case may still be a PHNEN, where the conclusion is told only of such a case.
        cautions: what is to be kept in mind beside it.
        unneeded: answers that were given and that nothing the report says of it rests on: not its value, its reasons and its
            cautions, and not that it is told at all.
        missing: answers that could still change any of these.
        shown: the facts whose branches can be opened or closed, and whether each is open.
    """

    root: Branch
    path: Ground | None = None
    cautions: Ground | None = None
    unneeded: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    shown: Mapping[str, bool] = field(default_factory=dict)


def proof(case: Case, conclusion: str, opened: Collection[str], knowledge: Knowledge) -> Proof | None:
    """The proof of a conclusion with the branches in ``opened`` unfolded; None where there is no such conclusion.

    Args:
        case: the answers seen through the rules.
        conclusion: a fact, or a value of one of the facts in ``SHORT``.
        opened: facts whose branches are shown.
        knowledge: the rules.
    """
    fact, chosen = located(case, conclusion, knowledge)
    if not fact:
        return None
    grower = _Grower(case, frozenset(opened))
    root = grower.branch(fact, chosen)
    because, missing = _with_gates(case, *_support(case, fact, chosen), knowledge)
    behind = case.base.names(because | missing)
    return Proof(
        root=root,
        path=grower.beside(PATH, ON_PATH) if on_path_only(fact) else None,
        cautions=grower.beside(_cautions_of(case, fact)),
        unneeded=tuple(name for name in knowledge.fields if name in case.answers and name not in behind),
        missing=case.base.names(missing),
        shown=grower.shown,
    )


def located(case: Case, conclusion: str, knowledge: Knowledge) -> tuple[str, str]:
    """The fact and the value that a conclusion names; two empty words where there is none."""
    if conclusion in knowledge.base.facts:
        return conclusion, ""
    for fact in SHORT:
        if conclusion in (case.fact(fact).value or ()):
            return fact, conclusion
    return "", ""


def _support(case: Case, fact: str, chosen: str) -> tuple[int, int]:
    """The answers that settled what the report says of a conclusion, and those that could still change it."""
    beside = _beside(case, fact)
    told = [support_shown(case, name) for name in ((beside,) if beside else ())]
    if chosen:
        told += [_row_support(case, row) for row in case.base.facts[fact].rows if row.value == chosen]
        told += [(case.fact(name).because, case.fact(name).missing) for name in shown_by(fact)]
    else:
        told.append(support_shown(case, fact))
    return reduce(or_, (because for because, _ in told), 0), reduce(or_, (missing for _, missing in told), 0)


def _with_gates(case: Case, because: int, missing: int, knowledge: Knowledge) -> tuple[int, int]:
    """The same with the answers on which it hangs whether these make sense at all: an answer that does not is set aside."""
    waiting = because | missing
    while waiting:
        known = because | missing
        for name in case.base.names(waiting):
            _, settled, lacking = case.judge(knowledge.applies[name])
            because, missing = because | settled, missing | lacking
        waiting = (because | missing) & ~known
    return because, missing


def _row_support(case: Case, row: Row) -> tuple[int, int]:
    """The same for one rule of a list, with the answers that it names beside its condition."""
    _, because, missing = case.judge(case.base.compile(row.when))
    parts = reduce(or_, (case.base.bits[name] for name in row.parts), 0)
    return because | parts, missing


def _beside(case: Case, fact: str) -> str:
    """The fact with the cautions that can stand beside a conclusion (empty: none ever do)."""
    name = f"cautions.{fact.partition('.')[2]}"
    return name if fact.startswith(WITH_CAUTIONS) and name in case.base.facts else ""


def _cautions_of(case: Case, fact: str) -> str:
    """The fact with the cautions that are shown beside a conclusion (empty: none are)."""
    name = _beside(case, fact)
    if not name or not case.fact(name).value:
        return ""
    return name if case.truth(case.base.compile(shown_where(name))) is TRUE else ""


class _Grower:
    """Grows the branches of one proof; each fact is unfolded once, where it comes first."""

    def __init__(self, case: Case, opened: frozenset[str]) -> None:
        self.case, self.opened = case, opened
        self.shown: dict[str, bool] = {}

    def beside(self, fact: str, tree: Expression | None = None) -> Ground | None:
        return self._of_fact(tree, fact) if fact else None

    def branch(self, name: str, chosen: str = "") -> Branch:
        spec, outcome = self.case.base.facts[name], self.case.fact(name)
        rows = tuple(row for row in outcome.rows if not chosen or row.value == chosen)
        value = (chosen,) if chosen else words_of(outcome.value)
        cite = tuple(dict.fromkeys(source for row in rows for source in row.cite))
        match spec.shape:
            case Shape.HIGHEST | Shape.ONLY:
                return Branch(name, value, chosen, outcome.layer.value, cite, grounds=self._made_of(spec), settling=_settling(spec, rows))
            case Shape.TABLE:
                return self._table(spec, Branch(name, value, chosen, outcome.layer.value, cite), rows)
            case _:
                return Branch(name, value, chosen, outcome.layer.value, cite, rules=tuple(map(self._deciding, rows)))

    def _table(self, spec: FactSpec, bare: Branch, rows: tuple[Row, ...]) -> Branch:
        first = spec.rows.index(rows[0]) if rows else len(spec.rows)
        last = spec.rows.index(rows[-1]) + 1 if rows else len(spec.rows)
        if first == 1 and isinstance(rows[0].when, Constant):  # all that there is to tell: why the other rule does not hold
            rules: tuple[Deciding, ...] = (Deciding(rows[0], self._grounds(spec.rows[0])),)
            return Branch(bare.fact, bare.value, "", bare.layer, bare.cite, rules)
        rules = tuple(map(self._deciding, rows))
        passed = tuple(self._passed(row) for row in spec.rows[:first])
        return Branch(bare.fact, bare.value, "", bare.layer, bare.cite, rules, passed, len(spec.rows) - last)

    def _grounds(self, row: Row) -> tuple[Ground, ...]:
        return tuple(self._grown(ground) for ground in standing(self.case, row.when))

    def _deciding(self, row: Row) -> Deciding:
        return Deciding(row, self._grounds(row), tuple(_spare(self.case, row.when)))

    def _passed(self, row: Row) -> Passed:
        _, _, missing = self.case.judge(self.case.base.compile(row.when))
        grounds = tuple(standing(self.case, row.when))
        waits = not all(ground.settled for ground in grounds)
        return Passed(row, grounds, self.case.base.names(missing) if waits else ())

    def _made_of(self, spec: FactSpec) -> tuple[Ground, ...]:
        found = [self._of_fact(None, name) for name in spec.of]
        if spec.fallback is not None and not any(self.case.fact(name).value for name in spec.of):
            found.append(Ground(None, answers=((spec.fallback, self.case.answers.get(spec.fallback)),)))
        return tuple(found)

    def _grown(self, ground: Ground) -> Ground:
        return self._of_fact(ground.tree, ground.fact, settled=ground.settled) if ground.fact else ground

    def _of_fact(self, tree: Expression | None, fact: str, *, settled: bool = True) -> Ground:
        value = words_of(self.case.fact(fact).value)
        if fact in self.shown:
            return Ground(tree, settled, fact=fact, value=value, above=True)
        self.shown[fact] = fact in self.opened
        return Ground(tree, settled, fact=fact, value=value, branch=self.branch(fact) if self.shown[fact] else None)


def words_of(value: object) -> tuple[str, ...]:
    """The words of a fact's value, in a steady order."""
    match value:
        case None:
            return ()
        case str():
            return (value,)
        case tuple():
            return value
        case frozenset():
            return tuple(sorted(value))
        case _:
            raise TypeError(value)


def _settling(spec: FactSpec, rows: tuple[Row, ...]) -> tuple[str, ...]:
    return spec.cite if any(row.id == f"{spec.name}.settled" for row in rows) else ()


def standing(case: Case, tree: Expression) -> Iterator[Ground]:
    """The fewest parts of a condition that show how it stands: met, refuted, or not settled.

    What is refuted by nothing but a lack of answers is not settled: it is said as it would have to be.
    """
    yield from _standing(case, tree, refuted=case.truth(case.base.compile(tree)) is FALSE)


def _standing(case: Case, tree: Expression, *, refuted: bool) -> Iterator[Ground]:
    """The same for a part of a condition; ``refuted``: the whole is."""
    truth = case.truth(case.base.compile(tree))
    match tree:
        case Constant():
            return
        case Every(parts) | Some(parts):
            enough = FALSE if isinstance(tree, Every) else TRUE
            if truth is enough:
                yield from _standing(case, _enough(case, parts, tree), refuted=refuted)
            else:
                alike = [part for part in parts if case.truth(case.base.compile(part)) is truth]
                yield from (ground for part in alike for ground in _standing(case, part, refuted=refuted))
        case Not(part):
            yield from _standing(case, part, refuted=refuted)
        case Mode(_, part) if case.truth(case.base.compile(part)) is not UNKNOWN:
            yield from _standing(case, part, refuted=refuted)
        case Mode(_, part):
            yield Ground(tree if (truth is TRUE) is not refuted else Not(tree), not refuted, _answers(case, part))
        case Is() | Has() | Compare() | Ask():
            waits = truth is UNKNOWN or (refuted and nothing_known(case, tree))
            yield ground_of(case, tree, wanted=(truth is not FALSE) is not (refuted and waits), settled=not waits)


def nothing_known(case: Case, leaf: Leaf) -> bool:
    """Whether a condition stands as it does only because answers are missing: its fact is as if nothing were known."""
    match leaf:
        case Is(name) | Has(name) | Ask(_, name) if name in case.base.facts:
            outcome = case.fact(name)
            return bool(outcome.missing) and outcome.value == _blank(case.base).fact(name).value
        case _:
            return False


@lru_cache(maxsize=4)
def _blank(base: RuleBase) -> Case:
    """The case of which nothing is known."""
    return Case(base, {})


def _enough(case: Case, parts: tuple[Expression, ...], tree: Every | Some) -> Expression:
    """The part that alone decides: one that nothing can change any more, where there is one."""
    wanted = FALSE if isinstance(tree, Every) else TRUE
    held = [part for part in parts if case.truth(case.base.compile(part)) is wanted]
    return next((part for part in held if not case.judge(case.base.compile(part))[2]), held[0])


def ground_of(case: Case, leaf: Leaf, *, wanted: bool, settled: bool) -> Ground:
    """A condition on one answer or fact, said as it is or as it is not (``wanted``)."""
    tree = leaf if wanted else Not(leaf)
    match leaf:
        case Is(name) | Has(name) | Ask(_, name) if name in case.base.facts:
            return Ground(tree, settled, fact=name, value=words_of(case.fact(name).value))
        case _:
            return Ground(tree, settled, answers=_answers(case, leaf))


def _answers(case: Case, tree: Expression) -> tuple[tuple[str, Answer | None], ...]:
    """The answers that a condition reads itself, as they are now."""
    match tree:
        case Every(parts) | Some(parts):
            pairs = [pair for part in parts for pair in _answers(case, part)]
            return tuple({name: (name, answer) for name, answer in pairs}.values())
        case Not(part) | Mode(_, part):
            return _answers(case, part)
        case Is() | Has() | Compare() | Ask():
            return tuple((name, case.answers.get(name)) for name in fields_of(tree) if name in case.base.fields)
        case Constant():
            return ()


def _spare(case: Case, tree: Expression) -> Iterator[Expression]:
    """Parts of a condition that holds without which it would hold as well."""
    match tree:
        case Every(parts):
            for part in parts:
                yield from _spare(case, part)
        case Some(parts) if case.truth(case.base.compile(tree)) is TRUE:
            chosen = _enough(case, parts, tree)
            yield from (part for part in parts if part is not chosen)
        case _:
            return


