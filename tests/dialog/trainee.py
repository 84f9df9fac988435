"""A trainee who holds a consultation with the dialog alone: no channel, no rendering, no clock but the one given."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flows.dialog.agenda import agenda
from flows.dialog.audit import random_answer
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Sent, Stale, Typed
from flows.dialog.explain import cited, report
from flows.dialog.moves import give
from flows.dialog.replies import Reply, Role
from flows.dialog.screens import Painter
from flows.dialog.session import Screen, Session
from flows.dialog.turn import settle, turn
from flows.knowledge.loader import Knowledge, load
from flows.rules.reading import read_answer
from flows.rules.values import Answer, Interval

NOW = 1_700_000_000.0


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """The knowledge as it is delivered."""
    return load()


class Trainee:
    """Holds one session and the replies of the last turn."""

    def __init__(self, language: str = "en", session: Session | None = None, of: Knowledge | None = None) -> None:
        self.knowledge = of or knowledge()
        self.now = NOW
        self.erased = False
        self.replies: tuple[Reply, ...] = ()
        self.session = session or Session(language=language)

    def does(self, event: Event) -> Trainee:
        """One turn."""
        done = turn(self.session, event, self.knowledge, self.now)
        self.session, self.replies, self.erased = done.session, done.replies, done.erase
        return self

    def says(self, *texts: str) -> Trainee:
        """Types one message after the other."""
        for text in texts:
            self.does(Typed(text))
        return self

    def command(self, command: Command, argument: str = "") -> Trainee:
        """Gives a command."""
        return self.does(Did(command, argument))

    def begins(self, *goals: str) -> Trainee:
        """Agrees, and chooses goals (none: everything)."""
        self.command(Command.CONSENT)
        for goal in goals:
            self.does(Marked("goal", goal, on=True))
        return self.does(Finished("goal") if goals else Answered("goal", "unknown"))

    def has(self, **raw: Any) -> Trainee:
        """Has given these answers, as `assess` reads them; the screen is the question that follows."""
        found = {name: read_answer(value, self.knowledge.fields[name].core) for name, value in raw.items()}
        before = self.session
        self.session = settle(replace(give(before, found), consented=True, touched=self.now), self.knowledge, before).session
        return self

    def goes_on(self, rng: random.Random, questions: int, unsure: float = 0.2) -> Trainee:
        """Answers that many questions by typing, with anything they take."""
        for _ in range(questions):
            if self.session.screen is Screen.CHECK:
                self.command(Command.KEEP)
            if self.asked is None:
                break
            self.says(written(random_answer(self.knowledge.fields[self.asked].core, rng, unsure)))
        return self

    def number(self, field: str) -> str:
        """A number that was answered, as it was written."""
        answer = self.session.answers[field]
        assert isinstance(answer, Interval)
        return answer.text

    @property
    def screen(self) -> Reply:
        """What is to be acted on now."""
        return next(reply for reply in reversed(self.replies) if reply.role is Role.SCREEN)

    @property
    def asked(self) -> str | None:
        """The field on the screen."""
        return self.session.subject if self.session.screen is Screen.ASKING else None

    @property
    def left(self) -> int:
        """How many questions are said to be left at most."""
        return len(plan_of(self.session)[1])

    def notes(self, key: str) -> list[Reply]:
        """The replies of the last turn with this key."""
        return [reply for reply in self.replies if reply.key == f"dialog.{key}"]

    def events(self) -> list[Event]:
        """What the buttons of the screen do."""
        return [button.event for row in self.screen.buttons for button in row if button.event]


def plan_of(session: Session) -> tuple[str | None, tuple[str, ...]]:
    """The next field and all that may still come."""
    found = agenda(knowledge().case(session.answers), session, knowledge())
    return found.next, found.open


def shown_of(session: Session) -> dict[str, Any]:
    """What a person is told from these answers: the report, what it cites, and the review screen.

    Answers set aside are not compared: they are suggestions of what was answered before, which a fresh session cannot have.
    """
    base = knowledge()
    case = base.case(session.answers)
    conclusions = report(case, base)
    settled = replace(session, screen=Screen.REVIEW, subject="", page=0, aside={}, supposed={})
    screen = Painter(settled, case, agenda(case, settled, base), base).paint()
    return {"report": conclusions, "cited": cited(conclusions), "review": (screen.key, screen.params, screen.buttons)}


def fresh_like(session: Session) -> Session:
    """A fresh session that was given the same answers, one by one in asking order, and skipped the same fields."""
    base = knowledge()
    screen = Screen.ASKING if session.consented else Screen.CONSENT
    fresh = Session(language=session.language, consented=session.consented, screen=screen, quick=session.quick)
    for name in base.fields:
        if name in session.answers:
            fresh = settle(give(fresh, {name: session.answers[name]}), base, fresh).session
    fresh = replace(fresh, skipped=session.skipped)
    return settle(replace(fresh, screen=Screen.REVIEW if session.consented else Screen.CONSENT), base, fresh).session


STALE: Event = Stale()
WORDS = (
    *("", " ", "?", "不清楚", "not done", "no", "yes", "无", "有", "1", "2", "12", "-5", "1e9", "15-20%", "<3", "约5", "5 cm", "49mm", "阳性", "negative"),
    *("back", "why", "report", "中文", "english", "skip", "总结", "keep", "都未做", "rest unknown", "Ki-67 15%", "Ki-67 15%, 核分裂 3/2mm²"),
    *("CgA 300 ng/mL, 上限 100", "TACE 失败", "TACE 失败, SSA 有效", "胃镜阴性，肠镜阴性", "nonsense words", "💥" * 50, "x" * 500, "13800138000", "<b>&"),
)
ARGUMENTS = ("", "yes", "no", "zh", "en", "xx", "goal", "age_years", "ki67_percent", "summary", "summary.1", "treatment.3", "context", "all.2")
MORE_ARGUMENTS = ("R3.1-08", "A3", "U7", "V1", "V3!", "V99!", "unknown", "not_done", "9999", ".", "..", "-1", "sources:R1", "🙂", "x" * 200, "missing")
EXPLAINED = ("all", "all.1", "+path", "+", "+made_up", "path", "index_grades=G2", "treatment.tace=indicated", "treatment.tace=made_up", "=", "jaundice", ".1")
SUPPOSE = ("hinges", "hinges.1", "hinges.99", "?ki67_percent", "?goal", "ki67_percent!0", "prior_treatment!3", "age_years!999", "-ki67_percent", "off", "on")


def any_event(trainee: Trainee, rng: random.Random) -> Event:
    """Anything that may reach a turn: mostly what the screen offers, else a command, words, or something made up."""
    dice = rng.random()
    offered = trainee.events()
    answers = [event for event in offered if not isinstance(event, Did)]
    if dice < 0.35 and answers:
        return rng.choice(answers)
    if dice < 0.50 and offered:
        return rng.choice(offered)
    if dice < 0.70 and trainee.asked:
        return Typed(written(random_answer(trainee.knowledge.fields[trainee.asked].core, rng, 0.1)))
    if dice < 0.80:
        arguments = ARGUMENTS + MORE_ARGUMENTS + EXPLAINED + SUPPOSE
        return Did(rng.choice([command for command in Command if command is not Command.FORGET]), rng.choice(arguments))
    if dice < 0.88:
        return Typed(rng.choice(WORDS), rng.choice([None, None, None, rng.choice(list(trainee.knowledge.fields)), "made_up"]))
    if dice < 0.90:
        return rng.choice((Sent("photo"), Sent("made up"), STALE))
    return forged(trainee, rng)


def forged(trainee: Trainee, rng: random.Random) -> Event:
    """A button that is not on the screen, with ids that exist or do not."""
    fields = trainee.knowledge.fields
    name = rng.choice([*fields, "made_up", "", trainee.session.subject])
    spec = fields.get(name)
    values = ["unknown", "not_done", "suggested", "none", "", "37", "made_up", "*", *(spec.core.options if spec else ())]
    items = ["tace", "ssa", "*", "made_up", *(spec.core.items if spec else ())]
    match rng.randrange(4):
        case 0:
            return Answered(name, rng.choice(values))
        case 1:
            return Marked(name, rng.choice(values), rng.random() < 0.6)
        case 2:
            return Paired(name, rng.choice(items), rng.choice(["", "none", "failed", "working", "made_up"]))
        case _:
            return Finished(name)


def written(answer: Answer) -> str:
    """An answer as a person types it, by ids (which are always understood)."""
    match answer:
        case frozenset():
            return ", ".join(sorted(answer))
        case str():
            return answer.replace("_", " ") if answer == "not_done" else answer
        case dict():
            return ", ".join(f"{item} {outcome}" for item, outcome in answer.items())
        case _:
            return str(getattr(answer, "text", answer))


def screens(replies: Iterable[Reply]) -> list[Reply]:
    """The SCREEN replies among them."""
    return [reply for reply in replies if reply.role is Role.SCREEN]
