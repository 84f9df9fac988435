"""A turn is total: whatever arrives in whatever state has a reply, and nothing but an answer changes answers."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from flows.dialog.codec import from_data, to_data
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Sent, Stale, Typed
from flows.dialog.replies import Role
from flows.dialog.session import Screen, Session
from tests.dialog.trainee import ARGUMENTS, EXPLAINED, MORE_ARGUMENTS, SUPPOSE, WORDS, Trainee, any_event, forged, screens


def in_every_screen_state() -> dict[str, Trainee]:
    """One trainee in each state of the screen."""
    ticking = Trainee().begins().has(age_years=50).command(Command.RESUME)
    return {
        "consent": Trainee().command(Command.START),
        "goal": Trainee().command(Command.CONSENT),
        "one": Trainee().begins().says("52"),
        "many": Trainee().begins("dx").says("52", "checkup", "no").does(Marked("liver_disease", "cirrhosis", on=True)),
        "number": ticking,
        "map": Trainee().begins("treatment").command(Command.RESUME).has(**asked_before("prior_treatment")).command(Command.RESUME),
        "check": Trainee().begins().has(imaging_done=["ct"], lesion_count=1).has(arrangement="similar").command(Command.RESUME),
        "proposal": Trainee().begins().says("Ki-67 15%, 核分裂 3/2mm²"),
        "review": Trainee().begins().says("52").command(Command.REVIEW),
        "review_stage": Trainee().begins().says("52").command(Command.REVIEW, "context"),
        "report": Trainee().begins().command(Command.REPORT, "treatment"),
        "off_path": Trainee().begins().has(discovery="no_lesion").command(Command.REPORT, "summary"),
        "why": Trainee().begins().command(Command.WHY),
        "how": Trainee().begins().command(Command.REPORT).command(Command.HOW, "treatment"),
        "why_all": Trainee().begins().says("52", "checkup").command(Command.WHY, "all"),
        "proof": Trainee().begins().command(Command.HOW, "classification.type").command(Command.HOW, "+index_grades"),
        "whynot": Trainee().begins().command(Command.WHYNOT),
        "whynot_values": Trainee().begins().command(Command.WHYNOT, "treatment.tace"),
        "whynot_one": Trainee().begins().command(Command.REPORT).command(Command.WHYNOT, "treatment.tace=indicated"),
        "sources": Trainee().begins().command(Command.SOURCES, "all"),
        "source": Trainee().begins().command(Command.SOURCES, "R3.1-08"),
        "restart": Trainee().begins().command(Command.RESTART),
        "forget": Trainee().begins().command(Command.FORGET),
        "cases": Trainee().command(Command.CASES),
        "case": Trainee().begins().command(Command.CASES, "V3"),
        "case_loaded": Trainee().begins().command(Command.CASES, "V1!"),
        "aside": Trainee().begins().has(imaging_done=["ct"], lesion_count=3, largest_cm=4).has(lesion_count=0).has(lesion_count=2).command(Command.RESUME),
        "cancelled": Trainee().begins().says("52").command(Command.CANCEL),
        "whatif": Trainee().begins().says("52").command(Command.WHATIF),
        "supposed": Trainee().begins().says("52").command(Command.WHATIF).says("Ki-67 25%, 多发"),
        "whatif_stage": Trainee().begins().says("52").command(Command.WHATIF, "pathology"),
        "hinges": Trainee().begins().has(pathology_diagnosis="nen").command(Command.WHATIF, "hinges"),
        "hinge": Trainee().begins().has(pathology_diagnosis="nen").command(Command.WHATIF, "?pathology_diagnosis"),
        "supposing": Trainee().begins().says("52").command(Command.WHATIF, "liver_disease").does(Marked("liver_disease", "cirrhosis", on=True)),
        "supposing_map": Trainee().begins().command(Command.WHATIF, "prior_treatment").does(Paired("prior_treatment", "tace")),
        "supposing_number": Trainee().begins().says("52").command(Command.WHATIF, "age_years"),
        "side_of_whatif": Trainee().begins().says("52").command(Command.WHATIF, "age_years").command(Command.HELP_QUESTION),
        "quick": Trainee().command(Command.CONSENT, "quick").says("grade"),
        "quick_done": Trainee().command(Command.CONSENT, "quick").says("grade").says("no specimen").has(specimen="none", pathology_diagnosis="pending").command(Command.REVIEW),
        "edited": Trainee().begins().says("52", "checkup").command(Command.EDIT, "age_years"),
    }


def asked_before(field: str) -> dict[str, Any]:
    """Answers to everything that is asked before a field: nobody knows, but the path stays open."""
    from tests.dialog.trainee import knowledge  # noqa: PLC0415

    names = list(knowledge().fields)
    return {name: "unknown" for name in names[: names.index(field)] if name != "goal"}


STATES = in_every_screen_state()


def test_every_kind_of_screen_is_among_the_states() -> None:
    assert {trainee.session.screen for trainee in STATES.values()} == {*Screen}


@pytest.mark.parametrize("state", STATES)
def test_every_event_in_every_state_gives_exactly_one_screen(state: str) -> None:
    start = STATES[state].session
    rng = random.Random(state)
    arguments: dict[Command, tuple[str, ...]] = dict.fromkeys(Command, (*ARGUMENTS, *MORE_ARGUMENTS))
    arguments |= dict.fromkeys((Command.WHY, Command.HOW, Command.WHYNOT), EXPLAINED)
    arguments |= {Command.WHATIF: (*ARGUMENTS, *SUPPOSE), Command.QUICK: ("", "on", "off", "x")}
    events: list[Event] = [Did(command, argument) for command in Command for argument in arguments[command]]
    events += [Typed(text, field) for text in WORDS for field in (None, "age_years", "ki67_percent", "goal", "made_up")]
    events += [forged(STATES[state], rng) for _ in range(150)]
    events += [Sent("photo"), Sent("unheard of"), Stale()]
    for event in events:
        trainee = Trainee(session=start).does(event)
        erased = event == Did(Command.FORGET, "yes") or (state == "forget" and event == Typed("yes"))
        assert trainee.erased == erased
        assert len(screens(trainee.replies)) == (0 if erased else 1), event
        assert erased or trainee.replies[-1].role is Role.SCREEN, event


@pytest.mark.parametrize("state", STATES)
def test_made_up_and_stale_buttons_change_no_answer(state: str) -> None:
    trainee = STATES[state]
    rng = random.Random(state)
    offered = trainee.events()
    for event in [*(forged(trainee, rng) for _ in range(400)), Stale(), Did(Command.REST, "made_up"), Did(Command.EDIT, "made_up"), Did(Command.BACK, "made_up")]:
        if event in offered or (isinstance(event, Finished) and event.field == trainee.session.subject):
            continue
        after = Trainee(session=trainee.session).does(event).session
        assert after.answers == trainee.session.answers, event


@pytest.mark.parametrize("event", [Answered("age_years", "not_done"), Answered("age_years", "37"), Answered("discovery", "checkup"), Marked("age_years", "x", on=True), Paired("age_years", "tace", "failed"), Finished("age_years"), Did(Command.REST, "not_done")])
def test_a_button_that_the_screen_does_not_show_is_told_to_be_stale(event: Event) -> None:
    trainee = Trainee().begins()
    before = trainee.session
    trainee.does(event)
    assert trainee.session == before
    assert [reply.params["what"] for reply in trainee.notes("toast")] == ["stale"]


def test_a_tick_set_twice_is_set_once() -> None:
    trainee = Trainee().command(Command.CONSENT).does(Marked("goal", "dx", on=True))
    once = trainee.session
    assert trainee.does(Marked("goal", "dx", on=True)).session == once


@pytest.mark.parametrize("seed", range(20))
def test_random_consultations_never_fail_and_survive_being_stored(seed: int) -> None:
    rng = random.Random(seed)
    trainee = Trainee("zh" if seed % 2 else "en").command(Command.CONSENT)
    for _ in range(100):
        event = any_event(trainee, rng)
        trainee.does(event)
        if trainee.erased:
            trainee.command(Command.CONSENT)
            continue
        assert len(screens(trainee.replies)) == 1
        assert from_data(json.loads(json.dumps(to_data(trainee.session)))) == trainee.session


@pytest.mark.parametrize("state", STATES)
def test_words_that_were_not_understood_are_nowhere_in_the_session(state: str) -> None:
    for text in ("zqxjkv blorp", "Zhang Wei 13800138000", "王小明的结果还没出来", "Ki-67 15% zqxjkv", "some text, 12 qqqq"):
        trainee = Trainee(session=STATES[state].session).says(text)
        kept = json.dumps(to_data(trainee.session), ensure_ascii=False)
        assert not any(word in kept for word in ("zqxjkv", "blorp", "Zhang", "13800138000", "小明", "qqqq"))


@pytest.mark.parametrize("argument", ["zqxjkv", "张三", "x" * 300])
@pytest.mark.parametrize("command", list(Command))
def test_a_made_up_argument_of_a_command_is_nowhere_in_the_session(command: Command, argument: str) -> None:
    trainee = Trainee().begins().command(command, argument)
    assert argument not in json.dumps(to_data(trainee.session), ensure_ascii=False)


def test_a_session_of_nobody_starts_at_the_note_on_purpose() -> None:
    trainee = Trainee(session=Session()).command(Command.REPORT)
    assert (trainee.screen.key, trainee.session.answers) == ("dialog.consent", {})
