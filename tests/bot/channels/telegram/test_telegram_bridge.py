"""What a Telegram update means."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.bridge import (
    Addressed,
    Edited,
    Elsewhere,
    Place,
    Talk,
    Tap,
    button_data,
    event_of,
    read,
    read_data,
    typed_after,
)
from bot.stores.port import Key
from flows.dialog.codes import LONGEST
from flows.dialog.events import Answered, Command, Did, Event, Sent, Stale, Typed
from flows.dialog.session import Screen, Session

NAME = "phnen_test_bot"
PERSON = {"id": 77, "is_bot": False, "first_name": "P", "language_code": "en"}
PRIVATE = {"id": 77, "type": "private", "first_name": "P"}
GROUP = {"id": -1001, "type": "supergroup", "title": "G"}


def message(**parts: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": PRIVATE, "from": PERSON, **parts}


def update(**parts: Any) -> dict[str, Any]:
    return {"update_id": 9, **parts}


def said(text: str, **parts: Any) -> Any:
    return read(update(message=message(text=text, **parts)), NAME)


def pressed(data: str, **parts: Any) -> dict[str, Any]:
    return update(callback_query={"id": "q", "from": PERSON, "chat_instance": "1", "data": data, **parts})


@pytest.mark.parametrize(
    ("code", "fallback", "language"),
    [
        ("zh-hans", None, "zh"),
        ("zh", "en", "zh"),
        ("ZH-TW", None, "zh"),
        ("en-GB", "zh", "en"),
        ("de", None, "en"),
        ("de", "zh", "zh"),
        (None, "zh", "zh"),
        (None, None, "en"),
    ],
)
def test_the_language_of_the_app_is_spoken_where_it_is_known(code: str | None, fallback: str | None, language: str) -> None:
    person = {**PERSON, "language_code": code} if code else {name: value for name, value in PERSON.items() if name != "language_code"}
    talk = read(update(message={**message(text="x"), "from": person}), NAME, fallback)
    assert isinstance(talk, Talk)
    assert talk.language == language


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", Did(Command.START)),
        ("/start consult", Did(Command.START, "consult")),
        ("/Help@PHNEN_test_bot", Did(Command.HELP)),
        ("/sources  S12 ", Did(Command.SOURCES, "S12")),
        (" /report treatment\n", Did(Command.REPORT, "treatment")),
        ("/nonsense", Typed("/nonsense")),
        ("/", Typed("/")),
        ("3/2mm²", Typed("3/2mm²")),
        ("Ki-67 15%", Typed("Ki-67 15%")),
    ],
)
def test_words_are_commands_only_behind_a_slash(text: str, event: Event) -> None:
    assert said(text).act == event


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], "caption": "Ki-67 15%"}, "photo"),
        ({"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}}, "voice"),
        ({"location": {"latitude": 1.0, "longitude": 1.0}}, "location"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contact"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "dice"),
        (
            {
                "animation": {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1},
                "document": {"file_id": "f", "file_unique_id": "u"},
            },
            "animation",
        ),
    ],
)
def test_what_is_no_text_is_named_by_its_kind(content: dict[str, Any], kind: str) -> None:
    talk = read(update(message=message(**content)), NAME)
    assert isinstance(talk, Talk)
    assert talk.act == Sent(kind)


@pytest.mark.parametrize(
    "unheard",
    [
        {"message": message(pinned_message=message(text="x"))},
        {"message": {**message(text="/start"), "from": {**PERSON, "is_bot": True}}},
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel", "title": "C"}, "text": "/start"}},
        {"edited_message": message(location={"latitude": 1.0, "longitude": 1.0}, edit_date=2)},
        {"edited_message": {**message(text="/start", edit_date=2), "chat": GROUP}},
        {"message": {**message(text="what do you think?"), "chat": GROUP}},
        {"message": {**message(text="/start@other_bot"), "chat": GROUP}},
        {"message": {**message(text="/weather"), "chat": GROUP}},
        {"message": {**message(text="mail me@phnen_test_bot_2"), "chat": GROUP}},
        {
            "my_chat_member": {
                "chat": PRIVATE,
                "from": PERSON,
                "date": 1,
                "old_chat_member": {"status": "member", "user": {**PERSON, "is_bot": True}},
                "new_chat_member": {"status": "kicked", "user": {**PERSON, "is_bot": True}, "until_date": 0},
            }
        },
    ],
    ids=[
        "service message",
        "bot",
        "channel",
        "moving location",
        "edit in a group",
        "talk",
        "other bot",
        "other command",
        "other name",
        "blocked",
    ],
)
def test_what_is_not_for_the_bot_is_let_go(unheard: dict[str, Any]) -> None:
    assert read(update(**unheard), NAME) is None


@pytest.mark.parametrize("text", ["/start", "/consult@phnen_test_bot", "/nonsense@phnen_test_bot", "hello @PHNEN_test_bot, what is this?"])
def test_a_group_that_speaks_to_the_bot_is_heard(text: str) -> None:
    assert read(update(message={**message(text=text), "chat": GROUP}), NAME) == Addressed(Place(-1001), "en")


def test_a_topic_of_a_private_chat_is_a_conversation_of_its_own() -> None:
    talk = said("x", message_thread_id=31, is_topic_message=True)
    assert (talk.key, talk.place) == (Key("telegram", "77", "31"), Place(77, 31))
    assert said("x").key == Key("telegram", "77", "")


def test_a_press_belongs_to_the_chat_of_its_message() -> None:
    talk = read(pressed("3.d1", message=message(text="screen")), NAME)
    assert isinstance(talk, Talk)
    assert (talk.act, talk.key, talk.message) == (Tap("q", 5, "3.d1"), Key("telegram", "77"), 0)


def test_a_press_under_a_message_that_is_out_of_reach_is_understood() -> None:
    talk = read(pressed("3.d1", message={"message_id": 5, "date": 0, "chat": PRIVATE}), NAME)
    assert isinstance(talk, Talk)
    assert talk.act == Tap("q", 5, "3.d1")


def test_a_press_outside_private_chats_is_only_answered() -> None:
    assert read(pressed("3.d1", inline_message_id="i"), NAME) == Elsewhere("q")
    assert read(pressed("3.d1", message={**message(text="x"), "chat": GROUP}), NAME) == Elsewhere("q")


@pytest.mark.parametrize("step", [0, 1, 35, 36, 1295, 1296, 10**9])
def test_button_data_comes_back_as_the_event_of_its_step_alone(step: int) -> None:
    data = button_data(step, "a:ki67_percent:15")
    assert read_data(data, step) == Answered("ki67_percent", "15")
    assert read_data(data, step + 1) == Stale()


def test_button_data_always_fits_a_button() -> None:
    assert len(button_data(36**10 - 1, "x" * LONGEST).encode()) <= 64


@pytest.mark.parametrize(
    "data", ["", ".", "0.", ".d1", "0", "0.zz", "-0.d1", "0x1.d1", "0.a:b", "١.d1", "0.d1\x00" * 9, "0. d1", "+0.d1", "0 .d1"]
)
def test_data_that_was_made_up_is_stale(data: str) -> None:
    assert read_data(data, 0) == Stale()


# --- edited messages -----------------------------------------------------------------------------------------------

ASKING = Session(screen=Screen.ASKING, subject="ki67_percent", consented=True)
ANSWERED = Session(screen=Screen.ASKING, subject="mitotic_count", consented=True, answers={"ki67_percent": "x"})


def typed(text: str = "15", number: int = 5) -> Talk:
    return Talk(9, Key("telegram", "77"), Place(77), "en", Typed(text), number)


def edited(text: str = "16", number: int = 5) -> Talk:
    return Talk(10, Key("telegram", "77"), Place(77), "en", Edited(number, text))


def test_an_edited_message_corrects_the_field_that_it_answered() -> None:
    known = typed_after(typed(), ASKING, ANSWERED, {})
    assert known == {"5": "ki67_percent"}
    assert event_of(edited(), ANSWERED, known) == Typed("16", "ki67_percent")


def test_an_edited_message_that_answered_nothing_has_no_event() -> None:
    assert event_of(edited(), ANSWERED, {}) is None


def test_a_refused_message_can_be_mended_by_editing_while_its_question_stands() -> None:
    known = typed_after(typed("1o"), ASKING, ASKING, {})
    assert event_of(edited("10"), ASKING, known) == Typed("10", "ki67_percent")
    elsewhere = Session(screen=Screen.ASKING, subject="mitotic_count", consented=True)
    assert typed_after(typed("back"), ASKING, elsewhere, known) == {}


def test_only_the_last_message_of_a_field_corrects_it() -> None:
    assert typed_after(typed(number=8), ASKING, ANSWERED, {"5": "ki67_percent"}) == {"8": "ki67_percent"}


def test_nothing_is_corrected_in_a_consultation_that_was_begun_anew() -> None:
    fresh = Session(screen=Screen.ASKING, subject="purpose", consented=True)
    restart = Talk(11, Key("telegram", "77"), Place(77), "en", Did(Command.RESTART, "yes"))
    assert typed_after(restart, ANSWERED, fresh, {"5": "ki67_percent"}) == {}
