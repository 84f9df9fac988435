"""Of a change that gives a conclusion, the mildest form: nothing in it that it could do without, nothing further off than it must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from flows.knowledge.loader import Knowledge
from flows.rules.conditions import ABSENT
from flows.rules.expressions import Expression
from flows.rules.fields import Field, Kind
from flows.rules.truth import TRUE
from flows.rules.values import Answer, Answers, Interval, Open
from flows.whatif.change import Change, applied
from flows.whatif.regions import cuts_of, off, regions

CONTRADICTIONS = "contradictions"
NONE = frozenset(("none",))


def mildest(knowledge: Knowledge, answers: Answers, wanted: Expression, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The same fields changed, each to the answer nearest to the one it has with which ``wanted`` still is TRUE.

    Of several findings or outcomes no one is there that is not needed; a figure is on this side of every cut-off that it need not
    pass; what contradicts nothing new goes before what does. Each answer is the mildest beside the others.
    """
    search = _Search(knowledge, answers, wanted)
    found = list(changes)
    settled = False
    while not settled:
        settled = True
        for place, change in enumerate(found):
            milder = search.milder(found, place)
            if milder != change:
                found[place], settled = milder, False
    return tuple(found)


def contradicted(knowledge: Knowledge, answers: Answers, changes: tuple[Change, ...]) -> frozenset[str]:
    """The contradictions that the changes bring in."""
    return contradictions(knowledge, applied(answers, changes)) - contradictions(knowledge, answers)


def contradictions(knowledge: Knowledge, answers: Answers) -> frozenset[str]:
    """The contradictions that there are; none where the rules know none."""
    if CONTRADICTIONS not in knowledge.base.facts:
        return frozenset()
    return frozenset(knowledge.case(answers).fact(CONTRADICTIONS).value or ())


class _Search:
    def __init__(self, knowledge: Knowledge, answers: Answers, wanted: Expression) -> None:
        self.knowledge, self.answers = knowledge, answers
        self.node = knowledge.base.compile(wanted)
        self.before = contradictions(knowledge, answers)

    def milder(self, changes: list[Change], place: int) -> Change:
        """The mildest answer for one of the changes beside the others; the change itself where there is none."""
        change = changes[place]
        ranked = ranks(self.knowledge, change.field, self.answers.get(change.field), change.answer)
        best, least = change, (self._odd(changes, place, change), ranked[0][0])
        for rank, answer in ranked[1:]:
            if not least[0] and rank >= least[1]:
                break
            tried = replace(change, answer=answer)
            if self._holds(changes, place, tried):
                best, least = min((best, least), (tried, (self._odd(changes, place, tried), rank)), key=lambda found: found[1])
        return best

    def _after(self, changes: list[Change], place: int, tried: Change) -> Answers:
        return applied(self.answers, (*changes[:place], tried, *changes[place + 1 :]))

    def _holds(self, changes: list[Change], place: int, tried: Change) -> bool:
        return self.knowledge.case(self._after(changes, place, tried)).truth(self.node) is TRUE

    def _odd(self, changes: list[Change], place: int, tried: Change) -> int:
        return len(contradictions(self.knowledge, self._after(changes, place, tried)) - self.before)


# --- what is nearer ---------------------------------------------------------------------------------------------------

Rank = tuple[bool, int, tuple[float, ...]]


def ranks(knowledge: Knowledge, field: str, now: Answer | None, chosen: Answer) -> list[tuple[Rank, Answer]]:
    """The answer that was chosen, then others by how near they are to ``now`` (None: not given): one of each region, of sets and maps also the parts."""
    core = knowledge.fields[field].core
    beside = _outcomes(core, now, chosen) if core.kind is Kind.MAP else chain(_sets(core, now), regions(knowledge)[field])
    cuts = cuts_of(knowledge, field)
    others = [(_rank(core, answer, now, cuts), answer) for answer in beside if answer not in (now, chosen)]
    return [(_rank(core, chosen, now, cuts), chosen), *sorted(others, key=lambda found: found[0])]


def _rank(core: Field, answer: Answer, now: Answer | None, cuts: tuple[float, ...]) -> Rank:
    """How far an answer is from what there is; an open one is the last. A whole figure goes before a broken one, what is offered first before the rest."""
    if isinstance(answer, Open):
        return True, 0, ()
    match answer:
        case Interval() if isinstance(now, Interval):
            return False, abs(_place(answer.low, cuts) - _place(now.low, cuts)), off(answer.low, cuts, now)
        case Interval():
            return False, 0, (not answer.low.is_integer(),)
        case Mapping():
            odd = sorted(_pairs(answer) ^ _pairs(now))
            return False, len({item for item, _ in odd}), tuple(core.options.index(word) for item, word in odd if answer.get(item) == word)
        case frozenset():
            return False, len(_found(answer) ^ _found(now)), tuple(sorted(core.options.index(word) for word in answer))
        case _:
            return False, 0, (core.options.index(answer),)


def _place(figure: float, cuts: tuple[float, ...]) -> int:
    """Where a figure stands among the cut-offs, on them or between."""
    return sum((figure >= cut) + (figure > cut) for cut in cuts)


def _found(answer: Answer | None) -> frozenset[str]:
    return answer - NONE if isinstance(answer, frozenset) else frozenset()


def _pairs(answer: Answer | None) -> frozenset[tuple[str, str]]:
    return frozenset(answer.items()) if isinstance(answer, Mapping) else frozenset()


def _sets(core: Field, now: Answer | None) -> Iterator[Answer]:
    """What there is with one finding more, or one less."""
    if core.kind is Kind.MANY:
        there = _found(now)
        yield from (there ^ {option} or NONE for option in core.options if option != "none" and (there ^ {option} or "none" in core.options))


def _outcomes(core: Field, now: Answer | None, than: Answer) -> Iterator[Answer]:
    """What there is with one outcome another, or ``than`` with one outcome as it was."""
    there, further = dict(_pairs(now)), dict(_pairs(than))
    for item in core.items:
        yield from (_with(there, item, word) for word in (ABSENT, *core.options))
        yield _with(further, item, there.get(item, ABSENT))
        yield from (_with(further, item, word) for word in core.options if item in further)


def _with(there: Mapping[str, str], item: str, word: str) -> Mapping[str, str]:
    return {**{name: outcome for name, outcome in there.items() if name != item}, **({item: word} if word != ABSENT else {})}
