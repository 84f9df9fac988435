"""What a supposition comes to: the report beside the report as it stands, and the single answers that it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flows.dialog.agenda import inapplicable_beside
from flows.dialog.explain import SECTIONS, facts_of
from flows.dialog.session import Session
from flows.knowledge.loader import Knowledge
from flows.rules.engine import Case, Outcome
from flows.rules.tables import Row, Shape
from flows.rules.values import Answers
from flows.whatif.compare import GRADES, PATH, Hinge, hinges, hinges_of, on_path_only, others, shown

HINGES = "hinges"
ALTERNATIVE, AGAIN, ABOUT = "!", "-", "?"
"""Marks in the argument of the command: an alternative by its place, a supposition taken back, what hangs on an answer."""


def imagined(session: Session, case: Case, knowledge: Knowledge) -> tuple[frozenset[str], Case]:
    """The answers that would make no sense any more, and the case without them; ``case`` is that of the answers as they are."""
    return inapplicable_beside(case, {**session.answers, **session.supposed}, knowledge)


# --- side by side -------------------------------------------------------------------------------------------------------


def comparison(before: Case, after: Case, knowledge: Knowledge) -> list[dict[str, Any]]:
    """What differs between two reports, part by part: for each conclusion its value before and after, with sources.

    Where one of them has left the path of PHNEN, all that only the other tells is said in one line, the part ``path``; of what
    would be told anew, the verdicts on treatment are shown.
    """
    ways = [case.word(PATH) for case in (before, after)]
    parts = [("red_flags", ("red_flags",)), *((name, _facts(name, knowledge)) for name in SECTIONS if name != "summary")]
    found = [(name, [line for fact in facts if not _folded(fact, ways) for line in _line(before, after, fact)]) for name, facts in parts]
    told = [{"section": name, "lines": lines} for name, lines in found if lines]
    return told if ways[0] == ways[1] else [{"section": PATH, "lines": [], "left": ways[1] == "off"}, *told]


def _folded(fact: str, ways: Sequence[str | None]) -> bool:
    """Whether a conclusion is told of in the one line on the path."""
    return ways[0] != ways[1] and on_path_only(fact) and not (ways[1] == "on" and fact.startswith("treatment."))


def _facts(section: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The conclusions of a part of the report, each with the cautions beside it."""
    if section not in ("markers", "treatment"):
        return facts_of(section, knowledge)
    pairs = ((fact, f"cautions.{fact.partition('.')[2]}") for fact in facts_of(section, knowledge))
    return tuple(name for pair in pairs for name in pair if name in knowledge.base.facts)


def _line(before: Case, after: Case, fact: str) -> Iterator[dict[str, Any]]:
    shape = before.base.facts[fact].shape
    old, new = shown(before, fact), shown(after, fact)
    if old is new and fact != GRADES:  # nothing that it reads was supposed; grades are also shown by whether there is one
        return
    if shape in (Shape.COLLECT, Shape.HIGHEST) and fact != GRADES:
        gone, fresh = _each(old, new), _each(new, old)
        if gone or fresh:
            yield {"fact": fact, "many": True, "before": gone, "after": fresh}
        return
    sides = [_side(case, fact, outcome) for case, outcome in ((before, old), (after, new))]
    if any(one[key] != other[key] for one, other in [sides] for key in ("values", "reasons")):
        yield {"fact": fact, "many": False, "before": sides[0], "after": sides[1]}


def _each(one: Outcome | None, other: Outcome | None) -> list[dict[str, Any]]:
    """The members of a list that the other does not have, each with its sources."""
    there = set(other.value or ()) if other else set()
    rows: dict[str, list[Row]] = {}
    for row in one.rows if one else ():
        rows.setdefault(row.value or row.id, []).append(row)
    return [{"value": value, **_sources(found)} for value, found in rows.items() if value not in there]


def _side(case: Case, fact: str, outcome: Outcome | None) -> dict[str, Any]:
    """One side of a line. ``values`` is None where the conclusion is not drawn at all."""
    if outcome is None:
        return {"values": None, "reasons": [], "cite": [], "layer": ""}
    ungraded = fact == GRADES and case.word("ungraded") == "yes"
    held = outcome.value
    values = [] if held is None or ungraded else sorted(held) if isinstance(held, frozenset) else [held]
    reasons = {word: _sources([row]) for row in outcome.rows for word in row.reasons}
    return {"values": values, "reasons": list(reasons.items()), **_sources(list(outcome.rows)), "layer": outcome.layer.value}


def _sources(rows: list[Row]) -> dict[str, Any]:
    return {"cite": list(dict.fromkeys(name for row in rows for name in row.cite)), "layer": rows[-1].layer.value if rows else ""}


# --- what the report hangs on ---------------------------------------------------------------------------------------------


def _beside(case: Case, knowledge: Knowledge) -> Callable[[Answers], Case]:
    """Gives the case of some answers, made from ``case``, without those that make no sense beside the others."""
    return lambda answers: inapplicable_beside(case, answers, knowledge)[1]


def all_hinges(session: Session, case: Case, knowledge: Knowledge) -> dict[str, list[Hinge]]:
    """Every single other answer that would change what decides most, by field: given answers first, then in asking order."""
    found: dict[str, list[Hinge]] = {}
    for hinge in hinges(knowledge, session.answers, _beside(case, knowledge)):
        found.setdefault(hinge.change.field, []).append(hinge)
    return dict(sorted(found.items(), key=lambda pair: pair[0] not in session.answers))


def hinges_at(session: Session, field: str, case: Case, knowledge: Knowledge) -> list[tuple[int, Hinge]]:
    """The same for one field, each with the place of its alternative."""
    places = list(others(knowledge, field, session.answers))
    found = hinges_of(knowledge, session.answers, field, _beside(case, knowledge))
    return [(places.index(hinge.change.answer), hinge) for hinge in found]
