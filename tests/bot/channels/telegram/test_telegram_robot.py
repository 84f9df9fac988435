"""A robot that does anything a person can, at random, while the process is cut off now and then."""

from __future__ import annotations

import random

import pytest

from tests.bot.channels.telegram.running import ERROR_ID, Running
from tests.fakes.botapi import BotApi, Fault, Message, flood
from tests.fakes.person import Person

STEPS = 150
WORDS = (
    *(
        "12",
        "15-20%",
        "back",
        "why",
        "report",
        "Ki-67 15%, 核分裂 3/2mm²",
        "nonsense",
        "<b>&",
        "x" * 4000,
        "13800138000",
        "不清楚",
        "1e999",
        "٣",
    ),
    *("/start consult", "/report treatment", "/how", "/sources", "/summary", "/cancel", "/restart", "/language", "/help", "/why", "/back"),
    *("/privacy", "/cases", "/start R3_1-08", "/forget", "/nothing", "/report summary.7", "/skip"),
)
FAULTS = (flood(2), Fault(502, "Bad Gateway"), Fault(), Fault(late=True), Fault(body="<html>"))
METHODS = ("sendMessage", "editMessageText", "answerCallbackQuery", "editMessageReplyMarkup", "getUpdates")


class Robot:
    """Acts at random on what the chat shows, and remembers every button it ever saw."""

    def __init__(self, api: BotApi, running: Running, seed: int, language: str) -> None:
        self.api, self.running, self.rng = api, running, random.Random(seed)
        self.person = Person(api, language=language)
        self.seen: list[tuple[Message, str]] = []
        self.queries: list[str] = []
        self.cuts = 0

    async def act(self) -> None:
        """Does one thing, and waits until it is handled."""
        update = await self._begin()
        if self.rng.random() < 0.08:
            self.cuts += 1
            await self.running.drop()
            self.running.start()
        await self.api.settled(update)

    async def _begin(self) -> int:
        dice, alive = self.rng.random(), self.person.alive
        if self.rng.random() < 0.1:
            self.api.fault(self.rng.choice(METHODS), self.rng.choice(FAULTS))
        if dice < 0.6 and alive:
            message = alive[-1]
            self.seen.append((message, self.rng.choice(_codes(message))))
            return await self._press(*self.seen[-1])
        if dice < 0.75 and self.seen:
            return await self._press(*self.rng.choice(self.seen))
        mine = [message for message in self.person.messages if not message.of_bot]
        if dice < 0.8 and mine:
            edited = {"edited_message": {**self.person.sent(self.rng.choice(mine).id), "text": self.rng.choice(WORDS), "edit_date": 1}}
            return await self.api.deliver(edited)
        return (await self.person.send(self.rng.choice(WORDS)))[1]

    async def _press(self, message: Message, data: str) -> int:
        query, update = await self.person.press_data(data, message)
        self.queries.append(query)
        return update


def _codes(message: Message) -> list[str]:
    return [button["callback_data"] for row in message.rows for button in row if "callback_data" in button]


@pytest.mark.parametrize(("seed", "language"), [(1, "zh-hans"), (2, "en"), (3, "zh"), (4, "de")])
async def test_whatever_a_person_does_the_chat_stays_usable(api: BotApi, running: Running, seed: int, language: str) -> None:
    robot = Robot(api, running, seed, language)
    for _ in range(STEPS):
        await robot.act()
    person = robot.person
    assert api.wrong == []
    assert [query for query in robot.queries if query not in api.toasts] == []
    assert not any(ERROR_ID in said for said in person.transcript())
    # A message that was sent just before a cut, or whose answer was lost on its way, may be there twice.
    api.clear_faults()
    await person.type("/start")
    assert person.screen is person.last
    await person.tap(person.buttons()[0])
    assert person.screen is person.last
