"""Conditions as templates can speak them: every clause with its kind, what it is about, and whether it is denied."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.knowledge.loader import Knowledge
from flows.rules.expressions import Ask, Compare, Constant, Every, Expression, Has, Is, Mode, Not, Some

_DENIED = {"below": "from", "from": "below", "up_to": "above", "above": "up_to", "open": "done", "done": "open", "always": "never", "never": "always"}
_SIGNS = {"<": "below", "<=": "up_to", ">": "above", ">=": "from", "=": "exactly"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a condition.

    Attributes:
        kind: ``always never every some unknown sure possible``; ``is has only`` with words; ``below up_to above from exactly``
            with a figure; or how an answer was given (``open done missing said_unknown not_done inexact ranged bounded``),
            or ``empty``.
        denied: it must not hold (only where no other kind says so).
        parts: the clauses within.
        name: the answer or fact it is about; ``of`` tells which (``answer`` or ``fact``), ``item`` the item of a map.
        words: options, outcomes or values; ``beside``: items that do not count.
        cut: the figure; ``plus``: answers that are added up with ``name``; ``other``: an answer instead of a figure.
    """

    kind: str
    denied: bool = False
    parts: tuple[Clause, ...] = ()
    name: str = ""
    of: str = ""
    item: str = ""
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    cut: str = ""
    plus: tuple[str, ...] = ()
    other: str = ""


def clause(tree: Expression, knowledge: Knowledge) -> Clause:
    """The clause of a condition."""
    match tree:
        case Constant(value):
            return Clause("always" if value else "never")
        case Every(parts) | Some(parts):
            return Clause("every" if isinstance(tree, Every) else "some", parts=tuple(clause(part, knowledge) for part in parts))
        case Not(part):
            return _denied(clause(part, knowledge))
        case Mode(mode, part):
            return Clause(mode, parts=(clause(part, knowledge),))
        case Is(name, words):
            return _about(Clause("is", words=words), name, knowledge)
        case Has(name, words, only, beside):
            return _about(Clause("only" if only else "has", words=words, beside=beside), name, knowledge)
        case Compare(names, sign, cut, other):
            return Clause(_SIGNS[sign], name=names[0], of="answer", cut=f"{cut:g}", plus=names[1:], other=other or "")
        case Ask(predicate, name):
            return _about(Clause(predicate), name, knowledge)


def _about(one: Clause, name: str, knowledge: Knowledge) -> Clause:
    if name in knowledge.base.facts:
        return replace(one, name=name, of="fact")
    field, _, item = name.partition(".")
    return replace(one, name=field, of="answer", item=item)


def _denied(one: Clause) -> Clause:
    """The denial of a clause, said as plainly as it can be; what is unknown stays unknown."""
    if one.denied:
        return replace(one, denied=False)
    return replace(one, kind=_DENIED[one.kind]) if one.kind in _DENIED else replace(one, denied=True)
