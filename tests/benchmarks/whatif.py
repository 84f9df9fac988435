"""What-if beside a full case, what decides, and the turns of quick mode."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from time import perf_counter

from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from flows.dialog.audit import random_answer
from flows.dialog.events import Command, Did, Event, Typed
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.knowledge.documents import read_case
from flows.knowledge.loader import Knowledge, load
from tests.benchmarks.figures import Table, median, quantile, timed
from tests.dialog.trainee import written
from tests.oracle.generate import random_answers

MS = 1e-3
CASES, WALKS = 60, 40


def run() -> bool:
    """Measures and prints; tells whether every goal is reached."""
    knowledge = load()
    rng = random.Random(4)
    cases = sorted((read_case(random_answers(rng), knowledge).answers for _ in range(200)), key=len)[-CASES:]
    sessions = [Session(consented=True, screen=Screen.REPORT, subject="summary", answers=answers) for answers in cases]
    yardstick = median(timed(lambda: sum(i * i for i in range(2000)), 300))
    return all((_suppositions(knowledge, sessions, rng, yardstick), _quick(knowledge, yardstick)))


def _suppositions(knowledge: Knowledge, sessions: list[Session], rng: random.Random, yardstick: float) -> bool:
    renderer = TemplateRenderer(knowledge, TELEGRAM_PAGE)
    table = Table(f"what-if beside the {len(sessions)} fullest of 200 generated cases", "adding 2,000 squares", yardstick)
    bare = [time for session in sessions for time in _supposed(knowledge, session, rng, None)]
    text = [time for session in sessions for time in _supposed(knowledge, session, rng, renderer)]
    table.row(f"{len(bare):,} suppositions compared, median", median(bare), 5 * MS)
    table.row("  the same, p99", quantile(bare, 0.99), 5 * MS)
    table.row("  with their text, median", median(text))
    table.row("  the same, p99", quantile(text, 0.99))
    decides = [time for session in sessions for time in timed(partial(turn, session, Did(Command.WHATIF, "hinges"), knowledge, 1.0))]
    table.row("what decides, median", median(decides))
    table.row("  the same, p95", quantile(decides, 0.95), 200 * MS)
    return table.reached


def _supposed(knowledge: Knowledge, session: Session, rng: random.Random, renderer: TemplateRenderer | None) -> Iterator[float]:
    """The time of a few suppositions, one after the other."""
    for name in rng.sample(list(knowledge.fields), 6):
        session = turn(session, Did(Command.WHATIF, name), knowledge, 1.0).session
        event = Typed(written(random_answer(knowledge.fields[name].core, rng, 0.1)))
        start = perf_counter()
        done = turn(session, event, knowledge, 1.0)
        for reply in done.replies if renderer else ():
            assert renderer is not None
            renderer.show(reply, session.language)
        yield perf_counter() - start
        session = done.session


def _quick(knowledge: Knowledge, yardstick: float) -> bool:
    table = Table("one turn in quick mode, from event to rendered text", "adding 2,000 squares", yardstick)
    renderer = TemplateRenderer(knowledge, TELEGRAM_PAGE)
    first, later, questions = [], [], []
    for seed in range(WALKS):
        goal = ("everything", *knowledge.goals)[seed % (1 + len(knowledge.goals))]
        times = list(_walked(knowledge, renderer, goal, random.Random(seed)))
        first.append(times[0])
        later += times
        questions.append(len(times))
    table.row("the very first, which loads the solver", first[0])
    table.row(f"{len(later):,} turns ({sum(questions) / len(questions):.0f} a consultation), median", median(later))
    table.row("  the same, p95", quantile(later, 0.95), 50 * MS)
    table.row("  the same, p99", quantile(later, 0.99))
    return table.reached


def _walked(knowledge: Knowledge, renderer: TemplateRenderer, goal: str, rng: random.Random) -> Iterator[float]:
    """The time of every turn of a consultation in quick mode."""
    session = turn(Session(), Did(Command.CONSENT, Command.QUICK.value), knowledge, 1.0).session
    event: Event = Typed(goal)
    while session.screen in (Screen.ASKING, Screen.CHECK):
        start = perf_counter()
        done = turn(session, event, knowledge, 1.0)
        for reply in done.replies:
            renderer.show(reply, session.language)
        yield perf_counter() - start
        session = done.session
        field = knowledge.fields.get(session.subject)
        event = Did(Command.KEEP) if field is None else Typed(written(random_answer(field.core, rng, 0.2)))
