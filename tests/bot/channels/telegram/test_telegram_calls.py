"""Faults of the Bot API, one by one."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.channels.telegram.bridge import Place
from bot.channels.telegram.calls import LONGEST_FLOOD, SEND_TRIES, TRIES, Calls, Missing, Unreachable, Unwelcome
from bot.channels.telegram.faults import BadRequest
from bot.channels.telegram.pace import Pace, Rates
from bot.channels.telegram.request import RawBot
from tests.bot.channels.telegram.running import Pauses
from tests.fakes.botapi import BotApi, Fault, flood
from tests.fakes.person import Person

FREE = Rates(1e6, 1e6, 1e6)
HERE, THERE = Place(77), Place(78)
RESET, SILENCE = Fault(), Fault(502, "Bad Gateway")
RESET_AFTERWARDS = Fault(late=True)
GARBLED = Fault(body="<html>captive portal</html>")


def moved(place: Place) -> Fault:
    """The chat is now another."""
    return Fault(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": place.chat})


@pytest.fixture
def calls(bot: RawBot, pauses: Pauses) -> Calls:
    return Calls(bot, Pace(FREE, pauses.sleep, pauses.clock), pauses.sleep)


@pytest.fixture
def person(api: BotApi) -> Person:
    Person(api, THERE.chat)
    return Person(api, HERE.chat)


async def test_a_flooded_message_goes_out_when_the_time_is_over(api: BotApi, calls: Calls, person: Person, pauses: Pauses) -> None:
    api.fault("sendMessage", flood(7))
    await calls.send(HERE, "late")
    assert person.transcript() == ["late"]
    assert pauses.taken == [7]


async def test_a_flood_holds_up_its_own_chat_alone(api: BotApi, bot: RawBot, person: Person) -> None:
    waiting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await waiting.wait()

    calls = Calls(bot, Pace(FREE, sleep, lambda: 100.0 if waiting.is_set() else 0.0), sleep)
    api.fault("sendMessage", flood(60), chat=HERE.chat)
    held = asyncio.ensure_future(calls.send(HERE, "held"))
    await api.until(lambda: bool(api.called("sendMessage")))
    await calls.send(THERE, "free")
    assert not held.done()
    second = asyncio.ensure_future(calls.send(HERE, "behind"))
    await asyncio.sleep(0.01)
    assert len(api.called("sendMessage")) == 2  # the second message of the flooded chat did not even set out
    waiting.set()
    await asyncio.gather(held, second)
    assert sorted(person.transcript()) == ["behind", "held"]


async def test_a_flood_without_end_is_given_up(api: BotApi, calls: Calls, person: Person, pauses: Pauses) -> None:
    api.fault("sendMessage", flood(40), times=9)
    with pytest.raises(Unreachable):
        await calls.send(HERE, "never")
    assert sum(pauses.taken) <= LONGEST_FLOOD


async def test_who_is_asked_to_wait_for_longer_than_a_call_lasts_does_not_ask_before(
    api: BotApi, calls: Calls, person: Person, pauses: Pauses
) -> None:
    api.fault("sendMessage", flood(600))
    with pytest.raises(Unreachable):
        await calls.send(HERE, "later")
    assert pauses.taken == []
    await calls.send(HERE, "later")
    assert sum(pauses.taken) == 600


async def test_a_token_that_is_refused_for_a_while_costs_no_message(api: BotApi, calls: Calls, person: Person) -> None:
    api.fault("sendMessage", Fault(401, "Unauthorized"))
    with pytest.raises(Unreachable):
        await calls.send(HERE, "later")


@pytest.mark.parametrize("description", ["Forbidden: bot was blocked by the user", "Forbidden: user is deactivated"])
async def test_a_person_who_blocked_the_bot_is_left_alone(api: BotApi, calls: Calls, person: Person, description: str) -> None:
    api.fault("sendMessage", Fault(403, description))
    with pytest.raises(Unwelcome):
        await calls.send(HERE, "x")
    assert len(api.called("sendMessage")) == 1


async def test_a_group_that_became_another_gets_its_answer_there(api: BotApi, calls: Calls, person: Person) -> None:
    api.fault("sendMessage", moved(THERE))
    await calls.send(HERE, "in the new one")
    assert [int(call.parameters["chat_id"]) for call in api.called("sendMessage")] == [HERE.chat, THERE.chat]
    assert person.transcript() == []


async def test_a_group_that_moves_on_and_on_is_left_alone(api: BotApi, calls: Calls, person: Person) -> None:
    api.fault("sendMessage", moved(THERE), times=9)
    with pytest.raises(Unwelcome):
        await calls.send(HERE, "never")
    assert len(api.called("sendMessage")) == 2


async def test_a_topic_that_was_deleted_is_left_alone(api: BotApi, calls: Calls, person: Person) -> None:
    api.fault("sendMessage", Fault(400, "Bad Request: message thread not found"))
    with pytest.raises(Unwelcome):
        await calls.send(Place(HERE.chat, 7), "x")
    assert len(api.called("sendMessage")) == 1


async def test_a_chat_that_does_not_exist_is_left_alone(calls: Calls) -> None:
    with pytest.raises(Unwelcome):
        await calls.send(Place(4711), "x")


async def test_an_edit_that_changes_nothing_is_done(api: BotApi, calls: Calls, person: Person) -> None:
    message = await calls.send(HERE, "<b>same</b>")
    await calls.edit(HERE, message, "<b>same</b>")
    assert [call.status for call in api.called("editMessageText")] == [400]


async def test_a_message_that_is_gone_is_missing(calls: Calls, person: Person) -> None:
    with pytest.raises(Missing):
        await calls.edit(HERE, 4711, "x")


async def test_a_message_that_can_be_edited_no_longer_is_missing(api: BotApi, calls: Calls, person: Person) -> None:
    message, _ = await person.send("mine")
    with pytest.raises(Missing):
        await calls.edit(HERE, message, "x")


async def test_another_mistake_in_a_request_is_not_hidden(calls: Calls, person: Person) -> None:
    with pytest.raises(BadRequest):
        await calls.send(HERE, "<b>unclosed")


@pytest.mark.parametrize("fault", [RESET, SILENCE, GARBLED, RESET_AFTERWARDS], ids=["reset", "502", "garbled", "reset afterwards"])
async def test_an_edit_is_repeated_through_bad_weather(api: BotApi, calls: Calls, person: Person, fault: Fault) -> None:
    message = await calls.send(HERE, "before")
    api.fault("editMessageText", fault, times=TRIES - 1)
    await calls.edit(HERE, message, "after")
    assert person.transcript() == ["after"]


async def test_an_edit_is_not_repeated_for_ever(api: BotApi, calls: Calls, person: Person, pauses: Pauses) -> None:
    message = await calls.send(HERE, "before")
    api.fault("editMessageText", RESET, times=TRIES)
    with pytest.raises(Unreachable):
        await calls.edit(HERE, message, "after")
    assert pauses.taken == sorted(pauses.taken)


async def test_a_message_is_sent_twice_at_most(api: BotApi, calls: Calls, person: Person) -> None:
    api.fault("sendMessage", RESET_AFTERWARDS, times=9)
    with pytest.raises(Unreachable):
        await calls.send(HERE, "x")
    assert person.transcript() == ["x"] * SEND_TRIES


async def test_a_slow_server_is_waited_for(api: BotApi, calls: Calls, person: Person) -> None:
    api.fault("sendMessage", Fault(delay=0.05))
    await calls.send(HERE, "slow")
    assert person.transcript() == ["slow"]


async def test_a_press_that_is_too_old_is_let_go(api: BotApi, calls: Calls, person: Person) -> None:
    query = api.open_query(HERE.chat)
    api.expire_queries()
    await calls.answer(query, "x")
    assert [call.status for call in api.called("answerCallbackQuery")] == [400]


async def test_an_answer_to_a_press_is_repeated_and_then_let_go(api: BotApi, calls: Calls, person: Person) -> None:
    query = api.open_query(HERE.chat)
    api.fault("answerCallbackQuery", RESET, times=TRIES - 1)
    await calls.answer(query, "word")
    assert api.toasts == {query: "word"}
    api.fault("answerCallbackQuery", RESET, times=TRIES)
    await calls.answer(api.open_query(HERE.chat), "word")


@pytest.mark.parametrize(
    "fault", [Fault(403, "Forbidden: bot was blocked by the user"), Fault(400, "Bad Request: message to edit not found")]
)
async def test_buttons_that_cannot_be_taken_away_stay(api: BotApi, calls: Calls, person: Person, fault: Fault) -> None:
    message = await calls.send(HERE, "x")
    api.fault("editMessageReplyMarkup", fault)
    await calls.strip(HERE, message)


async def test_messages_go_out_as_html_without_previews(api: BotApi, calls: Calls, person: Person) -> None:
    await calls.send(HERE, 'a &lt; b <a href="https://example.org">link</a>')
    sent = api.called("sendMessage")[0].parameters
    assert person.transcript() == ["a < b link"]
    assert json.loads(sent["link_preview_options"]) == {"is_disabled": True}
    assert api.wrong == []
