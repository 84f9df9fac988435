"""Order, acknowledgement, and what happens when updates do not come."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from bot.channels.telegram.faults import InvalidToken
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.polling import ALLOWED, LULL, Poller
from bot.channels.telegram.request import RawBot, connect
from tests.bot.channels.telegram.running import Pauses
from tests.fakes.botapi import OTHER_POLLER, BotApi, Fault, flood
from tests.fakes.person import Person


class Desk:
    """Handles updates when it is let: each chat has a gate that can be shut."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.gates: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)

    def shut(self, *chats: int) -> None:
        for chat in chats:
            self.gates[chat].clear()

    def open(self, *chats: int) -> None:
        for chat in chats:
            self.gates[chat].set()

    async def __call__(self, raw: Mapping[str, Any], _inline: bool) -> None:
        message = raw["message"]
        self.begun.append(message["text"])
        if message["chat"]["id"] in self.gates:
            await self.gates[message["chat"]["id"]].wait()
        self.ended.append(message["text"])


class Loop:
    """A poller at work."""

    def __init__(self, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
        self.poller = Poller(bot, Intake(desk), pauses.sleep)
        self.task = asyncio.ensure_future(self.poller.poll())

    async def kill(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_updates_of_one_chat_are_handled_in_order(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    ann = Person(api, 1)
    desk.shut(1)
    updates = [(await ann.send(str(number)))[1] for number in range(30)]
    loop = Loop(bot, desk, pauses)
    await asyncio.sleep(0.05)
    assert desk.begun == ["0"]
    desk.open(1)
    await api.settled(updates[-1])
    assert desk.ended == [str(number) for number in range(30)]
    await loop.kill()


async def test_a_slow_chat_does_not_hold_up_another(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    ann, ben = Person(api, 1), Person(api, 2)
    desk.shut(1)
    loop = Loop(bot, desk, pauses)
    await ann.send("slow")
    await api.until(lambda: "slow" in desk.begun)
    await ben.send("quick")
    await ben.send("quick too")
    await asyncio.wait_for(_until(lambda: desk.ended == ["quick", "quick too"]), 2)
    await loop.kill()


async def test_nothing_is_acknowledged_before_everything_up_to_it_is_handled(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    ann, ben = Person(api, 1), Person(api, 2)
    desk.shut(1)
    _, first = await ann.send("slow")
    _, second = await ben.send("quick")
    loop = Loop(bot, desk, pauses)
    await asyncio.wait_for(_until(lambda: desk.ended == ["quick"]), 2)
    polls = len(api.polls)
    await api.until(lambda: len(api.polls) > polls + 1)
    assert api.waiting == [first, second]
    desk.open(1)
    await api.settled(second)
    assert desk.begun == ["slow", "quick"]  # neither was begun a second time
    await loop.kill()


async def test_a_killed_process_gets_again_what_it_had_not_handled(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    ann = Person(api, 1)
    desk.shut(1)
    await ann.send("lost?")
    killed = Loop(bot, desk, pauses)
    await _until(lambda: desk.begun == ["lost?"])
    await killed.kill()
    again = Desk()
    loop = Loop(bot, again, pauses)
    await asyncio.wait_for(_until(lambda: again.ended == ["lost?"]), 2)
    await loop.kill()
    desk.open(1)


async def test_an_orderly_stop_ends_what_is_in_hand_and_acknowledges_it(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    ann = Person(api, 1)
    desk.shut(1)
    for text in ("in hand", "queued"):
        await ann.send(text)
    loop = Loop(bot, desk, pauses)
    await _until(lambda: desk.begun == ["in hand"])
    await loop.kill()
    draining = asyncio.ensure_future(loop.poller.drain())
    await asyncio.sleep(0.01)
    assert not draining.done()
    desk.open(1)
    await draining
    assert api.waiting == []


async def test_what_does_not_end_in_time_comes_again(
    api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.GRACE", 0.01)
    ann, ben = Person(api, 1), Person(api, 2)
    desk.shut(1)
    _, stuck = await ann.send("stuck")
    _, done = await ben.send("done")
    loop = Loop(bot, desk, pauses)
    await _until(lambda: desk.ended == ["done"])
    await loop.kill()
    await loop.poller.drain()
    assert api.waiting == [stuck, done]


async def test_an_update_that_cannot_be_read_is_passed_over(
    api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    loop = Loop(bot, desk, pauses)
    broken = await api.deliver({"message": {"message_id": "no number", "text": "Zhang San 13800138000", "chat": "none"}})
    await api.settled(broken)
    _, update = await Person(api, 1).send("well")
    await api.settled(update)
    assert desk.ended == ["well"]
    assert str(broken) in caplog.text
    assert "Zhang" not in caplog.text
    await loop.kill()


async def test_a_fault_in_handling_does_not_stop_the_polling(
    api: BotApi, bot: RawBot, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    async def fall(raw: Mapping[str, Any], inline: bool) -> None:
        raise ValueError("Zhang San")

    poller = Poller(bot, Intake(fall), pauses.sleep)
    task = asyncio.ensure_future(poller.poll())
    _, update = await Person(api, 1).send("x")
    await api.settled(update)
    assert "ValueError" in caplog.text
    assert "Zhang" not in caplog.text
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.parametrize("fault", [Fault(), Fault(500, "Internal Server Error"), Fault(body="<html>")], ids=["reset", "500", "garbled"])
async def test_a_network_that_fails_is_tried_again_after_longer_and_longer_pauses(
    api: BotApi, bot: RawBot, pauses: Pauses, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.fault("getUpdates", fault, times=7)
    _, update = await Person(api, 1).send("x")
    loop = Loop(bot, Desk(), pauses)
    await api.settled(update)
    assert pauses.taken == [1, 2, 4, 8, 16, 30, 30]
    assert [record.levelname for record in caplog.records if record.name.startswith("bot.")] == ["ERROR", "INFO"]
    await loop.kill()


async def test_a_flood_of_polling_waits_as_long_as_asked(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    api.fault("getUpdates", flood(9))
    _, update = await Person(api, 1).send("x")
    loop = Loop(bot, desk, pauses)
    await api.settled(update)
    assert pauses.taken == [9]
    await loop.kill()


async def test_a_second_process_with_the_same_token_is_named(
    api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("getUpdates", Fault(409, OTHER_POLLER), times=2)
    _, update = await Person(api, 1).send("x")
    loop = Loop(bot, desk, pauses)
    await api.settled(update)
    assert caplog.text.count("another process polls with the same token (409)") == 1
    await loop.kill()


async def test_a_webhook_left_behind_is_removed(
    api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    api.webhook = True
    _, update = await Person(api, 1).send("x")
    loop = Loop(bot, desk, pauses)
    await api.settled(update)
    assert "webhook (409)" in caplog.text
    assert api.waiting == []
    await loop.kill()


async def test_a_token_that_is_refused_ends_the_polling(api: BotApi, desk: Desk, pauses: Pauses) -> None:
    bot = connect("1:wrong", api.url)
    with pytest.raises(InvalidToken):
        await bot.initialize()
    with pytest.raises(InvalidToken):
        await Poller(bot, Intake(desk), pauses.sleep).poll()
    await bot.shutdown()


async def test_a_token_that_is_refused_once_only_was_a_fault_of_the_server(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    for _ in range(2):
        api.fault("getUpdates", Fault(401, "Unauthorized"))
        api.fault("getUpdates", Fault(500, "Internal Server Error"))
    loop = Loop(bot, desk, pauses)
    _, update = await Person(api, 1).send("x")
    await api.settled(update)
    assert desk.ended == ["x"]
    await loop.kill()


class Told:
    """A server that gives out what it was told to, whatever is asked for; it notes the offsets."""

    def __init__(self, *batches: list[int]) -> None:
        self.batches, self.offsets, self.done = deque(batches), list[Any](), asyncio.Event()

    async def raw_updates(self, params: Mapping[str, Any], _seconds: float) -> list[dict[str, Any]]:
        self.offsets.append(params["offset"])
        if not self.batches:
            self.done.set()
            await asyncio.Event().wait()
        return [_said(number) for number in self.batches.popleft()]


def _said(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"text": str(number), "chat": {"id": 1}}}


async def _handled(desk: Desk, pauses: Pauses, told: Told) -> None:
    task = asyncio.ensure_future(Poller(cast("RawBot", told), Intake(desk), pauses.sleep).poll())
    await asyncio.wait_for(told.done.wait(), 5)
    task.cancel()
    await asyncio.wait([task])


async def test_updates_in_disorder_with_gaps_or_more_than_once_are_handled_once_and_in_order(desk: Desk, pauses: Pauses) -> None:
    told = Told([9, 5, 7, 5], [7, 9, 12], [12], [])
    await _handled(desk, pauses, told)
    assert desk.ended == ["5", "7", "9", "12"]
    assert pauses.taken == [LULL]
    assert told.offsets[-1] == 13


async def test_a_server_that_begins_anew_with_lower_numbers_is_followed(desk: Desk, pauses: Pauses) -> None:
    told = Told([90_001, 90_002], [17], [18], [])
    await _handled(desk, pauses, told)
    assert desk.ended == ["90001", "90002", "17", "18"]
    assert told.offsets[-1] == 19


@pytest.mark.parametrize("body", ['{"ok":true,"result":null}', '{"ok":true,"result":{"update_id":1}}', '{"ok":true,"result":[{"upd'])
async def test_an_answer_without_updates_is_asked_for_again(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses, body: str) -> None:
    api.fault("getUpdates", Fault(body=body))
    loop = Loop(bot, desk, pauses)
    _, update = await Person(api, 1).send("x")
    await api.settled(update)
    assert desk.ended == ["x"]
    await loop.kill()


async def test_only_updates_that_mean_something_are_asked_for(api: BotApi, bot: RawBot, desk: Desk, pauses: Pauses) -> None:
    loop = Loop(bot, desk, pauses)
    _, update = await Person(api, 1).send("x")
    await api.settled(update)
    assert all(name in api.polls[0]["allowed_updates"] for name in ALLOWED)
    assert {poll.get("offset") for poll in api.polls} <= {None, str(update), str(update + 1)}
    await loop.kill()


async def _until(wanted: Callable[[], bool]) -> None:
    while not wanted():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.005)
