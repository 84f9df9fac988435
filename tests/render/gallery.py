"""Every reply that a person can be shown: each question, note and screen once on purpose, and many more by chance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.render.renderer import TemplateRenderer
from flows.dialog.events import KINDS, Command, Did, Paired, Sent, Stale, Typed
from flows.dialog.explain import SECTIONS, sections, told
from flows.dialog.proof import SHORT
from flows.dialog.replies import Reply, Role
from flows.dialog.screens import note, toast
from flows.dialog.session import Screen, Session
from flows.dialog.stages import ASKING
from flows.dialog.whynot import Reach, other_values, subjects
from flows.rules.reading import read_answer
from flows.rules.values import Open
from tests.dialog.trainee import Trainee, any_event, knowledge

WALKS, STEPS = 16, 50
REFUSALS = (
    *("option", "empty", "shape", "none_with_others", "item", "outcome", "empty_map", "unreadable", "unit", "reversed", "limits", "whole", "plain"),
    *("boolean", "empty_list", "too_long", "not_understood", "twice"),
)
TOASTS = (
    *("kept", "dropped", "quick_on", "quick_off", "stale", "first_question", "nothing_to_change", "language", "noted", "unknown_source"),
    "no_conclusion",
)
IDENTIFIERS = ("resident_id", "phone", "email", "birth_date", "hospital_number", "name")


@lru_cache(maxsize=1)
def renderer() -> TemplateRenderer:
    """The renderer as Telegram has it, with links."""
    found = TemplateRenderer(knowledge())
    found.use_links("phnen_example_bot")
    return found


@lru_cache(maxsize=1)
def gallery() -> tuple[Reply, ...]:
    """Every reply, in the order it was found. What is alike is there once."""
    found: dict[str, Reply] = {}
    for reply in (*_questions(), *_notes(), *_side_screens(), *_reports(), *_suppositions(), *_quick(), *_checks(), *_walks()):
        params = {name: dict(value) if name == "c" else value for name, value in reply.params.items()}
        found.setdefault(repr((reply.key, params, reply.buttons, reply.page)), reply)
    return tuple(found.values())


def at(field: str, **more: Any) -> Trainee:
    """A trainee who stands at a question, whatever it depends on."""
    session = Session(consented=True, screen=Screen.ASKING, focus=field, answers=Trainee().has(**ENABLING.get(field, {})).session.answers)
    return Trainee(session=replace(session, **more)).does(Stale())


ENABLING: dict[str, dict[str, Any]] = {
    "other_explanation": {"hormone_symptoms": ["flushing"]},
    **{name: {"cga_value": 300} for name in ("cga_unit", "cga_upper_limit", "cga_confounders")},
    **{name: {"imaging_done": ["ceus", "enhanced_mri"]} for name in ("us_echo", "us_margin", "ceus_pattern", "plain_ct_mri", "enhancement")},
    "primary_site": {"gastroscopy": "primary_found"},
    "mitoses_area": {"mitoses": 3},
    "unresectable_because": {"resectability": "no"},
    "recurrence_years": {"course": "recurrent"},
}


def _questions() -> Iterator[Reply]:
    for place, (name, spec) in enumerate(knowledge().fields.items()):
        trainee = at(name)
        yield trainee.screen
        for text in ("zqxjkv", "12", "-5", "none, zqxjkv"):
            yield at(name).says(text).screen
        for choice in (*spec.core.options[:2], "unknown"):
            if choice != "none" and not spec.core.items:
                answer = read_answer(choice, spec.core)
                yield at(name, answers={**trainee.session.answers, name: answer}).screen
                yield at(name, aside={name: answer}).screen
        for item in spec.core.items:
            yield Trainee(session=trainee.session).does(Paired(name, item)).screen
            yield Trainee(session=trainee.session).does(Paired(name, item, spec.core.options[0])).screen
        refused = {"why": REFUSALS[place % len(REFUSALS)], "field": name}
        yield replace(trainee.screen, params={**trainee.screen.params, "refused": refused})
        for command in (Command.WHY, Command.HELP_QUESTION):
            yield at(name).command(command).screen
        yield at(name).command(Command.WHY, "all").screen


def _notes() -> Iterator[Reply]:
    yield from (toast(what) for what in TOASTS)
    yield from (note("identifier", kind=kind) for kind in IDENTIFIERS)
    yield from Trainee().begins().does(Sent("photo")).replies
    yield from (note("media", kind=kind) for kind in KINDS)
    yield from (note("nothing_to_answer", why=why) for why in ("consent", *REFUSALS))
    yield from (note("no_question", open=left) for left in (0, 1, 24))
    yield from (note("welcome_back", left=left, answered=answered) for left in (0, 1, 70) for answered in (1, 2))
    yield from (note("moved", fields=fields, more=more) for fields in ([], ["largest_cm"], ["largest_cm", "age_years"]) for more in (0, 1, 2))
    yield from (note("set_aside", fields=fields) for fields in (["largest_cm"], list(knowledge().fields)))
    for symptoms in ({"mass_symptoms": "jaundice"}, {"hormone_symptoms": "hypoglycaemia, zollinger_ellison"}):
        yield from (reply for name, text in symptoms.items() for reply in at(name).says(text).replies)
    yield from Trainee().command(Command.FORGET, "yes").replies


def _side_screens() -> Iterator[Reply]:
    yield Trainee().command(Command.START).screen
    yield at("goal", skipped=frozenset(knowledge().fields)).command(Command.REVIEW).screen
    for command in (Command.PRIVACY, Command.HELP, Command.CASES, Command.CANCEL, Command.RESTART, Command.FORGET, Command.SUMMARY, Command.REVIEW):
        yield Trainee().begins().command(command).screen
        yield Trainee().begins().says("52").command(command).screen
    for base in (knowledge().statements, knowledge().settlements, knowledge().later):
        for name in base:
            yield Trainee().command(Command.SOURCES, name).screen
    yield from Trainee().command(Command.SOURCES, "R99").replies
    for name in knowledge().vignettes:
        yield Trainee().begins().command(Command.CASES, name).screen
        yield from Trainee().begins().command(Command.CASES, f"{name}!").replies
    for text in ("Ki-67 15%, 核分裂 3/2mm²", "Ki-67 15%, and the rest", "TACE 失败, Ki-67 5%", "CgA 300 ng/mL, 上限 100; NSE 升高; 占位症状：腹痛、腹胀"):
        yield Trainee().begins().does(Typed(text)).screen


def _reports() -> Iterator[Reply]:
    for trainee in (_loaded(name, variant.change) for name, vignette in knowledge().vignettes.items() for variant in vignette.variants):
        for section in sections(knowledge().case(trainee.session.answers)):
            yield from trainee.command(Command.REPORT, section).replies
    for place, trainee in enumerate((Trainee().begins(), _loaded("V1", {}), _loaded("V6", {}), _loaded("V12", {}))):
        yield from _explained(trainee, place)
    for trainee in (Trainee().begins(), *(_loaded(name, {}) for name in knowledge().vignettes)):
        yield from trainee.replies
        for section in (*sections(knowledge().case(trainee.session.answers)), "no such section"):
            yield from trainee.command(Command.REPORT, section).replies
            yield from trainee.command(Command.HOW, section).replies
            yield from trainee.command(Command.SOURCES, section).replies
        for stage in ASKING:
            yield trainee.command(Command.REVIEW, stage).screen
        yield trainee.command(Command.REVIEW).screen
        yield trainee.command(Command.SUMMARY).screen
        yield trainee.command(Command.CANCEL).screen


def _explained(trainee: Trainee, place: int) -> Iterator[Reply]:
    """The proof of every conclusion, closed and with every branch open, and why not every other value (each fourth of them)."""
    case = knowledge().case(trainee.session.answers)
    for name in told(knowledge()):
        for conclusion in case.fact(name).value or () if name in SHORT else (name,):
            yield trainee.command(Command.HOW, conclusion).screen
            yield unfolded(trainee)
    yield trainee.command(Command.WHYNOT).screen
    for command, words in ((Command.WHYNOT, "possible"), (Command.WHYNOT, "neuroendocrine"), (Command.HOW, "possible"), (Command.HOW, "imaging")):
        yield trainee.command(command, words).screen
    for fact in subjects(knowledge()):
        yield trainee.command(Command.WHYNOT, fact).screen
        for value in other_values(case, fact, knowledge())[place::4]:
            yield trainee.command(Command.WHYNOT, f"{fact}={value}").screen
    unreachable = trainee.command(Command.WHYNOT, "treatment.tki=indicated").screen.params["w"]
    yield replace(trainee.screen, params={"w": replace(unreachable, reach=Reach.NEVER, steps=(), filling=(), by=())})


def unfolded(trainee: Trainee) -> Reply:
    """The proof on the screen with every branch open."""
    while closed := [button.event for row in trainee.screen.buttons for button in row if button.label.kind == "unfold" and button.event]:
        trainee.does(closed[0])
    return trainee.screen


def _loaded(name: str, change: Any) -> Trainee:
    trainee = Trainee().begins().command(Command.CASES, f"{name}!")
    kept = {field: answer for field, answer in trainee.session.answers.items() if change.get(field, "kept") is not None}
    trainee.session = replace(trainee.session, answers=kept)
    return trainee.has(**{field: answer for field, answer in change.items() if answer is not None}).command(Command.REVIEW)


def _suppositions() -> Iterator[Reply]:
    """What if: nothing supposed, one and several changes, every question, and what every report hangs on."""
    trainees = [Trainee().begins().says("52"), *(_loaded(name, {}) for name in knowledge().vignettes)]
    for place, trainee in enumerate(trainees):
        start = trainee.session
        yield trainee.command(Command.WHATIF).screen
        for text in ("Ki-67 25%", "Ki-67 25%, zzz", "指标 zzz", "胸部CT：发现原发灶", "无肝脏病灶", "TACE 失败"):
            yield from Trainee(session=trainee.session).says(text).replies
        for argument in ("hinges", "hinges.1", "hinges.2", "?ki67_percent", "?prior_treatment", "?hormone_symptoms", "pathology"):
            yield Trainee(session=start).command(Command.WHATIF, argument).screen
        for name, spec in list(knowledge().fields.items())[place::8]:
            asked = Trainee(session=start).command(Command.WHATIF, name)
            yield asked.screen
            yield asked.says("zqxjkv").screen
            yield from Trainee(session=asked.session).says(spec.core.options[0] if spec.core.options else "7").replies
    yield Trainee(session=replace(start, screen=Screen.WHATIF, supposed=dict.fromkeys(knowledge().fields, Open.UNKNOWN))).does(Stale()).screen
    yield Reply("whatif.partly", {"missed": ["ki67_percent"], "leftover": True}, (), Role.NOTE)


def _quick() -> Iterator[Reply]:
    """Quick mode, from the first question to the end, for every goal."""
    for place, goal in enumerate(("everything", *knowledge().goals)):
        trainee = Trainee().command(Command.CONSENT, "quick").says(goal)
        yield from trainee.replies
        rng = random.Random(place)
        while trainee.asked or trainee.session.screen is Screen.CHECK:
            yield from trainee.goes_on(rng, 1).replies
        yield trainee.command(Command.REVIEW).screen
        yield trainee.command(Command.QUICK).screen


def _checks() -> Iterator[Reply]:
    case = knowledge().case({})
    for row in next(fact for fact in knowledge().book.facts if fact.name == "contradictions").rows:
        fields = [part for part in row.parts if case.base.fields.get(part)]
        answers = {name: _anything(name) for name in fields}
        yield Reply("dialog.check", {"contradiction": row.value, "parts": list(answers.items())})


def _anything(name: str) -> Any:
    spec = knowledge().fields[name].core
    return read_answer(spec.options[0] if spec.options else str(spec.limits[1]), spec)


def _walks() -> Iterator[Reply]:
    for seed in range(WALKS):
        rng = random.Random(seed)
        trainee = Trainee().command(Command.CONSENT).goes_on(rng, rng.choice([0, 25, 60]))
        for _ in range(STEPS):
            trainee.does(any_event(trainee, rng))
            yield from trainee.replies
            if trainee.erased:
                trainee.command(Command.CONSENT)
        for section in rng.sample(list(SECTIONS), 4):
            yield from trainee.does(Did(Command.REPORT, section)).replies
