"""`assess`, the turn of the dialog, and starting cold."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeGuard

from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from bot.service import Service
from bot.stores.memory import MemoryStore
from bot.stores.port import Key
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Typed
from flows.dialog.explain import report, told
from flows.dialog.proof import SHORT
from flows.dialog.replies import Reply
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.dialog.whynot import subjects, values_of
from flows.knowledge.documents import read_case
from flows.knowledge.loader import Knowledge, load
from flows.rules.fields import Kind
from flows.rules.values import Answers
from tests.benchmarks.figures import Table, median, quantile, timed
from tests.oracle.generate import random_answers

HOME = Path(__file__).parents[2]
US = 1e-6


def run() -> bool:
    """Measures and prints; tells whether every goal is reached."""
    knowledge = load()
    reached = [_assess(knowledge), _turns(knowledge), _asked_back(knowledge), asyncio.run(_sessions(knowledge)), _cold()]
    return all(reached)


def _assess(knowledge: Knowledge) -> bool:
    rng = random.Random(1)
    cases = [read_case(random_answers(rng), knowledge).answers for _ in range(300)]
    full = max(cases, key=len)
    made = report(knowledge.case(full), knowledge)
    yardstick = median(timed(lambda: json.loads(json.dumps(made)), 300))
    table = Table(f"assess, warm, in process ({len(full)} answers in the fullest case)", "JSON round trip of its output", yardstick)
    for answers in cases:
        report(knowledge.case(answers), knowledge)
    times = [time for answers in cases for time in timed(partial(_concluded, answers, knowledge))]
    table.row("300 generated cases, median", median(times), 1000 * US)
    table.row("300 generated cases, p99", quantile(times, 0.99))
    table.row("the fullest case, median", median(timed(lambda: report(knowledge.case(full), knowledge), 200)), 1000 * US)
    return table.reached


def _concluded(answers: Answers, knowledge: Knowledge) -> object:
    return report(knowledge.case(answers), knowledge)


# --- turns ------------------------------------------------------------------------------------------------------------


def _turns(knowledge: Knowledge) -> bool:
    renderer = TemplateRenderer(knowledge, TELEGRAM_PAGE)
    rng = random.Random(2)
    _consultation(knowledge, renderer, rng)
    asked: list[float] = []
    reports: list[float] = []
    for _ in range(30):
        for seconds, key in _consultation(knowledge, renderer, rng):
            (reports if key.startswith("report.") else asked).append(seconds)
    yardstick = median(timed(lambda: sum(i * i for i in range(2000)), 300))
    table = Table("one turn without I/O, from event to rendered text", "adding 2,000 squares", yardstick)
    table.row(f"{len(asked):,} turns of asking and review, median", median(asked), 300 * US)
    table.row("  the same, p99", quantile(asked, 0.99), 1000 * US)
    table.row(f"{len(asked) + len(reports):,} turns with every part of the report, median", median(asked + reports), 300 * US)
    table.row(f"{len(reports):,} parts of the report, median", median(reports))
    table.row("  the same, p99 (the treatment part)", quantile(reports, 0.99))
    return table.reached


def _consultation(knowledge: Knowledge, renderer: TemplateRenderer, rng: random.Random) -> list[tuple[float, str]]:
    """The time of every turn of one whole consultation, and what it showed."""
    times: list[tuple[float, str]] = []
    session, screen = Session(language=rng.choice(["en", "zh"])), None
    parts: list[Event] | None = None
    event: Event | None = Did(Command.CONSENT)
    while event is not None:
        start = process_time()
        done = turn(session, event, knowledge, 1.0)
        for reply in done.replies:
            renderer.show(reply, done.session.language)
        session, screen = done.session, done.replies[-1]
        times.append((process_time() - start, screen.key))
        if session.screen is Screen.REPORT and parts is None:
            parts = [event for row in screen.buttons for button in row if _part(event := button.event)]
        event = (parts.pop() if parts else None) if parts is not None else _next(session, screen, knowledge, rng)
    return times


def _part(event: Event | None) -> TypeGuard[Did]:
    return isinstance(event, Did) and event.command is Command.REPORT


def _next(session: Session, screen: Reply, knowledge: Knowledge, rng: random.Random) -> Event:
    events = [button.event for row in screen.buttons for button in row]
    if session.screen is Screen.CHECK:
        return Did(Command.KEEP)
    if session.screen is not Screen.ASKING:
        return Did(Command.REPORT)
    answers = [event for event in events if isinstance(event, Answered | Marked | Finished | Paired)]
    given = [event for event in answers if not (isinstance(event, Answered) and event.value in ("unknown", "not_done"))]
    field = knowledge.fields[session.subject].core
    if not given and field.kind in (Kind.NUMBER, Kind.COUNT):
        return Typed(str(rng.randint(int(field.limits[0]) + 1, int(field.limits[1]))))
    return rng.choice(given or answers)


def _asked_back(knowledge: Knowledge) -> bool:
    renderer = TemplateRenderer(knowledge, TELEGRAM_PAGE)
    rng = random.Random(4)
    full = sorted((read_case(random_answers(rng), knowledge).answers for _ in range(60)), key=len)[-20:]
    table = Table("asking back about a full case, from event to rendered text", "adding 2,000 squares", median(timed(lambda: sum(i * i for i in range(2000)), 300)))

    def times(events: Callable[[], Sequence[Event]], screen: Screen) -> list[float]:
        found = []
        for answers in full:
            subject = rng.choice(list(knowledge.fields)) if screen is Screen.ASKING else "summary"
            session = Session(language="zh", consented=True, answers=answers, screen=screen, subject=subject, focus=subject if screen is Screen.ASKING else "")
            found += [time for event in events() for time in timed(partial(_shown, session, event, knowledge, renderer))]
        return found

    _shown(Session(consented=True, screen=Screen.ASKING, subject="age_years"), Did(Command.WHY), knowledge, renderer)  # loads the solver
    proofs = [fact for fact in told(knowledge) if fact not in SHORT]
    asked = [(fact, value) for fact in subjects(knowledge) for value in values_of(fact, knowledge)]
    for what, events, screen in (
        ("/why", lambda: [Did(Command.WHY), Did(Command.WHY, "all")], Screen.ASKING),
        ("/how, the proof of one conclusion", lambda: [Did(Command.HOW, fact) for fact in rng.sample(proofs, 10)], Screen.REPORT),
        ("/whynot, with the smallest change", lambda: [Did(Command.WHYNOT, f"{fact}={value}") for fact, value in rng.sample(asked, 10)], Screen.REPORT),
    ):
        found = times(events, screen)
        table.row(f"{len(found)} times {what}, median", median(found))
        table.row("  the same, p95", quantile(found, 0.95), 200_000 * US)
    return table.reached


def _shown(session: Session, event: Event, knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    for reply in turn(session, event, knowledge, 1.0).replies:
        renderer.show(reply, session.language)


async def _sessions(knowledge: Knowledge) -> bool:
    rng = random.Random(5)

    async def begun(chats: int) -> Service:
        service = Service(knowledge, MemoryStore(), lambda: 1.0)
        for chat in range(chats):
            await service.handle(Key("bench", str(chat)), Did(Command.CONSENT), "en")
        return service

    async def taps(service: Service, chats: int) -> float:
        """The median of turns in chats drawn by chance, two in each, so that every turn finds what the same one finds elsewhere."""
        times = []
        for chat in (rng.randrange(chats) for _ in range(200)):
            for command in (Command.SUMMARY, Command.RESUME):
                start = process_time()
                await service.handle(Key("bench", str(chat)), Did(command), "en")
                times.append(process_time() - start)
        return median(times)

    small, large = await begun(10), await begun(5000)
    rounds = [(await taps(small, 10), await taps(large, 5000)) for _ in range(7)]
    few, many = (median(times) for times in zip(*rounds, strict=True))
    table = Table("one turn through the service, by how many sessions there are (medians of 7 interleaved rounds)", "10 sessions", few)
    table.row("5,000 sessions", many, few * 1.5)
    return table.reached


# --- processes ----------------------------------------------------------------------------------------------------------


def _cold() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder, "one.yaml"), Path(folder, "many.yaml")
        one.write_text("ki67_percent: 2\nmitoses: 1\npathology_diagnosis: nen\n", encoding="utf-8")
        rng = random.Random(3)
        many.write_text("\n---\n".join(json.dumps(random_answers(rng), ensure_ascii=False) for _ in range(1000)), encoding="utf-8")
        bare = median(timed(lambda: _process("-c", "pass"), 5, perf_counter))
        table = Table("assess as a process", "starting Python", bare)
        cold = median(timed(lambda: _process("-m", "bot", "assess", str(one)), 5, perf_counter))
        table.row("one small case, cold", cold, 1.0)
        whole = min(timed(lambda: _process("-m", "bot", "assess", "--format", "jsonl", str(many)), 2, perf_counter))
        table.row("1,000 cases as jsonl, beyond starting", whole - cold, 3.0)
    return table.reached


def _process(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=HOME, check=True, stdout=subprocess.DEVNULL)
