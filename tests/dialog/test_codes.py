"""The codes of buttons: short, reversible, and safe against what a client makes up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dialog.codes import LONGEST, decode, encode
from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Sent, Stale, Typed
from flows.dialog.explain import SECTIONS
from flows.dialog.proof import SHORT
from flows.dialog.stages import ASKING
from flows.dialog.whynot import subjects, values_of
from tests.dialog.trainee import knowledge

LAST_PAGE = ".999"


def every_event() -> list[Event]:
    """Every event that a button can carry."""
    base = knowledge()
    found: list[Event] = [Did(command) for command in Command]
    for name, spec in base.fields.items():
        for value in ("unknown", "not_done", "suggested", "none", *spec.quick, *spec.core.options):
            found += [Answered(name, value), Marked(name, value, on=True), Marked(name, value, on=False)]
        found += [Paired(name, item, outcome) for item in spec.core.items for outcome in ("", "none", *spec.core.options)]
        found += [Finished(name), Did(Command.EDIT, name), Did(Command.BACK, name)]
    for section in SECTIONS:
        found += [Did(command, section + page) for command in (Command.REPORT, Command.HOW, Command.SOURCES) for page in ("", LAST_PAGE)]
    for fact in base.base.facts:
        found += [Did(Command.HOW, fact), Did(Command.HOW, f"+{fact}")]
    for fact in SHORT:
        found += [Did(Command.HOW, str(row.value)) for row in base.base.facts[fact].rows]
    found += [Did(Command.WHYNOT, fact) for fact in subjects(base)]
    found += [Did(Command.WHYNOT, f"{fact}={value}") for fact in subjects(base) for value in values_of(fact, base)]
    found += [Did(command, LAST_PAGE) for command in (Command.HOW, Command.WHYNOT)] + [Did(Command.WHY, page) for page in ("all", "all" + LAST_PAGE)]
    found += [Did(Command.REVIEW, stage) for stage in ASKING] + [Did(Command.REVIEW, "all" + LAST_PAGE), Did(Command.SUMMARY, LAST_PAGE)]
    found += [Did(Command.SOURCES, name) for name in (*base.statements, *base.settlements, *base.later, "all" + LAST_PAGE)]
    found += [Did(Command.CASES, name + mark) for name in base.vignettes for mark in ("", "!")]
    found += [Did(Command.REST, "unknown"), Did(Command.REST, "not_done"), Did(Command.RESTART, "yes"), Did(Command.FORGET, "yes")]
    return [*found, Did(Command.LANGUAGE, "zh"), Did(Command.LANGUAGE, "en")]


def test_every_button_keeps_its_event_and_fits() -> None:
    for event in every_event():
        code = encode(event)
        assert decode(code) == event
        assert len(code.encode()) <= LONGEST, code


def test_no_two_events_share_a_code() -> None:
    events = every_event()
    assert len({encode(event) for event in events}) == len(set(events))


@pytest.mark.parametrize("event", [Typed("12"), Sent("photo"), Stale()])
def test_what_no_button_carries_has_no_code(event: Event) -> None:
    with pytest.raises(ValueError, match="has no button"):
        encode(event)


@pytest.mark.parametrize("code", ["", ":", "a", "a:x", "a:x:y:z", "m:x", "p:x:y", "f:", "f", "zz", "dff", "d", "🙂", "a:" + "x" * 90])
def test_a_code_that_a_client_made_up_is_no_event(code: str) -> None:
    assert decode(code) is None


@given(st.text(max_size=64))
def test_decoding_never_fails(code: str) -> None:
    event = decode(code)
    assert event is None or decode(encode(event)) == event
