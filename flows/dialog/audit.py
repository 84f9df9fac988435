"""Checks the dialog: every question can be reached, every button fits, every state leads on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from flows.dialog.agenda import agenda, stage_of
from flows.dialog.codes import LONGEST, encode
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired
from flows.dialog.session import Session
from flows.dialog.stages import CANCELLED, STAGES, TRANSITIONS
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import Fault, FieldSpec, Place
from flows.rules.fields import Field, Kind
from flows.rules.values import Answer, Interval, Open

WALKS = 3000
PATIENCE = 600
"""Walks without a new question after which the search gives up."""


def audit(knowledge: Knowledge) -> list[Fault]:
    """Every fault of the dialog over this knowledge."""
    return [*_unreachable(knowledge), *_long_codes(knowledge), *_states(knowledge)]


def _unreachable(knowledge: Knowledge) -> Iterator[Fault]:
    waiting = set(knowledge.fields)
    rng, idle = random.Random(0), 0  # noqa: S311 - a search, repeatable on purpose
    for _ in range(WALKS):
        before = len(waiting)
        waiting -= _walked(knowledge, rng)
        idle = 0 if len(waiting) < before else idle + 1
        if not waiting or idle > PATIENCE:
            break
    for name in sorted(waiting):
        field = knowledge.fields[name]
        yield Fault(field.place, f"question {field.question} never comes to '{name}'", "Mend 'asked', 'applies' or the paths")


def _walked(knowledge: Knowledge, rng: random.Random) -> set[str]:
    """The fields asked in one consultation with random answers."""
    answers: dict[str, Answer] = {"goal": Open.UNKNOWN} if rng.random() < 0.9 else {}
    asked: set[str] = set()
    unsure = rng.random()
    while (name := agenda(knowledge.case(answers), Session(answers=answers), knowledge).next) is not None:
        asked.add(name)
        answers[name] = random_answer(knowledge.fields[name].core, rng, unsure)
    return asked


def random_answer(field: Field, rng: random.Random, unsure: float) -> Answer:
    """Any answer that the field takes; open with the chance ``unsure``."""
    if rng.random() < unsure:
        return rng.choice([Open.UNKNOWN, Open.NOT_DONE] if field.not_done else [Open.UNKNOWN])
    match field.kind:
        case Kind.MANY:
            return frozenset((rng.choice(field.options),))
        case Kind.MAP:
            return {rng.choice(field.items): rng.choice(field.options)}
        case Kind.NUMBER | Kind.COUNT:
            return _random_number(field, rng)
        case _:
            return rng.choice(field.options)


def _random_number(field: Field, rng: random.Random) -> Answer:
    if field.options and rng.random() < 0.2:
        return rng.choice(field.options)
    low, high = field.limits
    value = float(round(low + (high - low) * rng.random() ** 4))
    value = max(value, low if not field.above_low else low + 1)
    return Interval(value, value, text=f"{value:g}")


def _long_codes(knowledge: Knowledge) -> Iterator[Fault]:
    for field in knowledge.fields.values():
        for event in _events(field):
            code = encode(event)
            if len(code.encode()) > LONGEST:
                yield Fault(
                    field.place, f"the button code '{code}' is longer than {LONGEST} bytes", "Shorten the id of the field or the option"
                )
    for name in knowledge.vignettes:
        if len(encode(Did(Command.CASES, f"{name}!")).encode()) > LONGEST:
            yield Fault(Place("vignettes.yaml", 1), f"the id '{name}' is too long for a button", "Shorten it")


def _events(field: FieldSpec) -> Iterator[Event]:
    """Every button that a field can bring."""
    yield Finished(field.id)
    yield Answered(field.id, Open.NOT_DONE.value)
    yield Answered(field.id, "suggested")
    yield Did(Command.EDIT, field.id)
    yield Did(Command.WHATIF, f"?{field.id}.99")
    yield Did(Command.WHATIF, f"{field.id}!999")
    for value in (*field.quick, *field.core.options):
        yield Answered(field.id, value)
        yield Marked(field.id, value, on=True)
    for item in field.core.items:
        for outcome in ("none", *field.core.options):
            yield Paired(field.id, item, outcome)


def _states(knowledge: Knowledge) -> Iterator[Fault]:
    place = Place("../dialog/stages.py", 1)
    reached = {STAGES[0]}
    for _ in STAGES:
        reached |= {dest for source, dest in _arrows() if source in reached}
    for state in {*STAGES, CANCELLED} - reached:
        yield Fault(place, f"the state '{state}' cannot be reached", "Add a transition to it")
    for state in {*STAGES, CANCELLED} - {source for source, _ in _arrows()}:
        yield Fault(place, f"the state '{state}' leads nowhere", "Add a transition from it")
    for name, field in knowledge.fields.items():
        if stage_of(name, knowledge) not in STAGES:
            yield Fault(field.place, f"the stage of question {field.question} is no state", f"Use one of: {', '.join(STAGES)}")


def _arrows() -> list[tuple[str, str]]:
    return [(source, str(row["dest"])) for row in TRANSITIONS for source in _sources(row)]


def _sources(row: Mapping[str, object]) -> list[str]:
    source = row["source"]
    return [str(name) for name in source] if isinstance(source, list) else [str(source)]
