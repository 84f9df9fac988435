"""Where the replies of a turn go: one message a stage, edited in place, then a summary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from bot.channels.telegram.bridge import Place, Tap, button_data
from bot.channels.telegram.calls import Calls, Unreachable
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.request import RawBot
from bot.channels.telegram.sender import Delivery, Order, payload_of
from bot.render.port import Key, Shown
from flows.dialog.replies import Role
from tests.bot.channels.telegram.running import FREE, Pauses
from tests.fakes.botapi import BotApi, Fault
from tests.fakes.person import Person

HERE = Place(77)
ROWS = ((Key("Back", "d3"), Key("Yes", "a:x:yes", "success")), (Key("Copy", copy="Ki-67"),))
SCREEN = Shown(Role.SCREEN, "<b>question</b>", ROWS)
CLOSING = Shown(Role.CLOSING, "summary")
NOTE = Shown(Role.NOTE, "note")
TOAST = Shown(Role.TOAST, "a < b")


class Chat:
    """A chat with a bot that shows replies in it and remembers its screen. ``kept`` lists what was left after each call."""

    def __init__(self, api: BotApi, calls: Calls) -> None:
        self.api, self.calls, self.person = api, calls, Person(api, HERE.chat)
        self.screen = 0
        self.step = 1
        self.kept: list[Mapping[str, Any]] = []
        self.kills: set[int] = set()

    def order(self, *shown: Shown, **more: Any) -> Delivery:
        return self.left(payload_of(Order(HERE, shown, self.step, **more)))

    def left(self, payload: Mapping[str, Any]) -> Delivery:
        """What is left of an order, as another process finds it."""
        return Delivery(self.calls, json.loads(json.dumps(payload)), self.screen, self._keep)

    async def show(self, *shown: Shown, **more: Any) -> list[str]:
        """Shows replies; gives the methods that were called for it."""
        before = len(self.api.calls)
        delivery = self.order(*shown, **more)
        await delivery.go()
        self.screen = delivery.screen
        return [call.method for call in self.api.calls[before:]]

    def tap(self, message: int | None = None) -> Tap:
        return Tap(self.api.open_query(HERE.chat), message or self.screen, "")

    async def _keep(self, left: Mapping[str, Any]) -> None:
        self.kept.append(left)
        if len(self.kept) - 1 in self.kills:
            self.kills.remove(len(self.kept) - 1)
            raise Killed


@pytest.fixture
def chat(api: BotApi, bot: RawBot, pauses: Pauses) -> Chat:
    return Chat(api, Calls(bot, Pace(FREE, pauses.sleep, pauses.clock), pauses.sleep))


async def test_a_press_costs_an_answer_and_an_edit(chat: Chat) -> None:
    await chat.show(SCREEN)
    assert await chat.show(Shown(Role.SCREEN, "next", ROWS), tap=chat.tap()) == ["answerCallbackQuery", "editMessageText"]
    assert chat.person.transcript() == ["next"]


async def test_buttons_carry_their_step_their_style_or_a_text_to_copy(chat: Chat) -> None:
    await chat.show(SCREEN)
    assert chat.person.screen.rows == [
        [
            {"text": "Back", "callback_data": button_data(1, "d3")},
            {"text": "Yes", "callback_data": button_data(1, "a:x:yes"), "style": "success"},
        ],
        [{"text": "Copy", "copy_text": {"text": "Ki-67"}}],
    ]
    assert chat.api.wrong == []


async def test_a_toast_answers_the_press(chat: Chat) -> None:
    await chat.show(SCREEN)
    tap = chat.tap()
    await chat.show(TOAST, SCREEN, tap=tap)
    assert chat.api.toasts[tap.query] == "a < b"
    assert chat.person.transcript() == ["question"]


async def test_a_toast_without_a_press_is_a_short_message(chat: Chat) -> None:
    await chat.show(TOAST, SCREEN)
    assert chat.person.transcript() == ["a < b", "question"]


async def test_the_screen_goes_below_what_the_person_typed(chat: Chat) -> None:
    await chat.show(SCREEN)
    message, _ = await chat.person.send("15")
    assert await chat.show(Shown(Role.SCREEN, "next", ROWS), after=message) == ["sendMessage", "editMessageReplyMarkup"]
    assert chat.person.transcript() == ["question", "> 15", "next"]
    assert chat.person.alive == [chat.person.last]


async def test_a_screen_that_is_still_the_last_message_is_edited_without_a_press(chat: Chat) -> None:
    message, _ = await chat.person.send("15")
    await chat.show(SCREEN, after=message)
    assert await chat.show(Shown(Role.SCREEN, "mended", ROWS)) == ["editMessageText"]


async def test_a_stage_that_ends_leaves_its_summary(chat: Chat) -> None:
    await chat.show(SCREEN)
    await chat.show(CLOSING, NOTE, Shown(Role.SCREEN, "next stage", ROWS), tap=chat.tap())
    assert chat.person.transcript() == ["summary", "note", "next stage"]
    assert chat.person.alive == [chat.person.last]


async def test_a_note_moves_the_screen_below_it(chat: Chat) -> None:
    await chat.show(SCREEN)
    await chat.show(NOTE, Shown(Role.SCREEN, "next", ROWS), tap=chat.tap())
    assert chat.person.transcript() == ["question", "note", "next"]
    assert chat.person.alive == [chat.person.last]


async def test_a_screen_that_was_deleted_is_sent_anew(chat: Chat) -> None:
    await chat.show(SCREEN)
    tap = chat.tap()
    chat.person.remove(chat.person.last)
    await chat.show(SCREEN, tap=tap)
    assert chat.person.transcript() == ["question"]
    assert chat.screen == chat.person.last.id


async def test_a_summary_whose_screen_was_deleted_is_sent(chat: Chat) -> None:
    await chat.show(SCREEN)
    tap = chat.tap()
    chat.person.remove(chat.person.last)
    await chat.show(CLOSING, SCREEN, tap=tap)
    assert chat.person.transcript() == ["summary", "question"]


async def test_a_press_under_an_older_message_takes_its_buttons_and_mends_the_screen(chat: Chat) -> None:
    older = await chat.calls.send(HERE, "older")
    await chat.calls.edit(HERE, older, "older still", None)
    await chat.show(SCREEN)
    chat.person.messages[0].rows = [[{"text": "old", "callback_data": "0.d3"}]]
    await chat.show(TOAST, SCREEN, tap=chat.tap(older), stale=True)
    assert chat.person.transcript() == ["older still", "question"]
    assert chat.person.alive == [chat.person.last]


async def test_a_screen_that_was_sent_but_not_remembered_is_found_by_a_press_under_it(chat: Chat) -> None:
    await chat.show(SCREEN)
    forgotten = chat.screen
    message, _ = await chat.person.send("15")
    await chat.show(SCREEN, after=message)
    newest, chat.screen = chat.screen, forgotten
    assert await chat.show(Shown(Role.SCREEN, "next", ROWS), tap=chat.tap(newest)) == ["answerCallbackQuery", "editMessageText"]
    assert chat.screen == newest


async def test_a_dead_message_does_not_come_back_to_life(chat: Chat) -> None:
    dead = await chat.calls.send(HERE, "dead")
    await chat.calls.send(HERE, "erased")
    await chat.show(TOAST, SCREEN, tap=chat.tap(dead), stale=True)
    assert chat.person.transcript() == ["dead", "erased", "question"]


async def test_nothing_is_left_to_press_when_all_is_over(chat: Chat) -> None:
    await chat.show(SCREEN)
    await chat.show(NOTE, tap=chat.tap(), over=True)
    assert chat.person.transcript() == ["question", "note"]
    assert chat.person.alive == []


async def test_replies_go_on_where_they_stopped(chat: Chat) -> None:
    await chat.show(SCREEN)
    tap = chat.tap()
    delivery = chat.order(CLOSING, NOTE, SCREEN, tap=tap)
    chat.api.fault("sendMessage", Fault(502, "Bad Gateway"), times=4)
    for _ in range(2):
        with pytest.raises(Unreachable):
            await delivery.go()
    await delivery.go()
    assert chat.person.transcript() == ["summary", "note", "question"]
    assert len(chat.api.called("answerCallbackQuery")) == 1


async def test_replies_go_into_the_topic_they_belong_to(chat: Chat) -> None:
    Person(chat.api, HERE.chat, thread=31)
    await chat.left(payload_of(Order(Place(HERE.chat, 31), (NOTE, SCREEN), 1))).go()
    assert [message.thread for message in chat.person.chat.messages.values()] == [31, 31]


class Killed(Exception):
    """The process is killed right after a call was noted."""


@pytest.mark.parametrize("kills", [(), (1,), (2,), (1, 2)])
async def test_replies_go_on_in_another_process_where_the_first_one_was_killed(chat: Chat, kills: tuple[int, ...]) -> None:
    await chat.show(SCREEN)
    message, _ = await chat.person.send("15")
    chat.kept = [payload_of(Order(HERE, (NOTE, SCREEN), tap=chat.tap(), after=message))]
    chat.kills = {*kills}
    for _ in range(len(kills) + 1):
        with suppress(Killed):
            await chat.left(chat.kept[-1]).go()
    done = [call.method for call in chat.api.calls]
    assert done == ["sendMessage", "answerCallbackQuery", "sendMessage", "sendMessage", "editMessageReplyMarkup"]
    assert chat.person.transcript() == ["question", "> 15", "note", "question"]
    assert chat.person.alive == [chat.person.last]
