"""Telegram's limits, and that nobody waits for another chat."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from bot.channels.telegram import pace as pacing
from bot.channels.telegram.pace import Pace, Rates
from tests.bot.channels.telegram.running import Pauses

FREE = Rates(1e6, 1e6, 1e6)
FULL = 30


def real(rates: Rates) -> Pace:
    return Pace(rates, asyncio.sleep, time.monotonic)


async def passes(pace: Pace, chat: int, *, message: bool = True, within: float = 0.05) -> bool:
    try:
        await asyncio.wait_for(pace.turn(chat, message=message), within)
    except TimeoutError:
        return False
    return True


async def test_a_chat_gets_three_messages_at_once_and_then_one_a_second() -> None:
    pace = real(Rates())
    assert [await passes(pace, 1) for _ in range(4)] == [True, True, True, False]
    begun = time.monotonic()
    await pace.turn(1, message=True)
    assert 0.6 < time.monotonic() - begun < 1.3


async def test_changes_of_messages_are_not_counted_as_messages() -> None:
    pace = real(Rates(overall=1e6))
    assert all([await passes(pace, 1, message=False) for _ in range(40)])


async def test_a_group_gets_a_quarter_of_its_minute_at_once() -> None:
    pace = real(Rates(1e6, 1e6, 20))
    assert [await passes(pace, -100) for _ in range(6)] == [True] * 5 + [False]
    assert all([await passes(pace, 100) for _ in range(6)])


@pytest.mark.parametrize("workers", [1, 2])
async def test_never_more_than_its_share_of_thirty_in_any_second(workers: int) -> None:
    pace = real(Rates())
    pace.share(workers)
    times: list[float] = []

    async def send(chat: int) -> None:
        await pace.turn(chat, message=True)
        times.append(time.monotonic())

    most = FULL // workers
    await asyncio.gather(*(send(chat) for chat in range(int(1.4 * most))))
    assert max(sum(1 for other in times if 0 <= other - first < 1) for first in times) <= most
    assert times[-1] - times[0] < 2.2


async def test_those_who_wait_keep_their_order_whoever_comes_in_between() -> None:
    pace = real(Rates(1e6, 200, 1e6))
    order: list[int] = []

    async def send(number: int) -> None:
        await pace.turn(1, message=True)
        order.append(number)

    tasks = [asyncio.ensure_future(send(number)) for number in range(230)]
    for number in range(230, 260):
        await asyncio.sleep(0.002)
        tasks.append(asyncio.ensure_future(send(number)))
    await asyncio.gather(*tasks)
    assert order == list(range(260))


async def test_a_flooding_chat_does_not_delay_another() -> None:
    pace = real(Rates())
    flood = [asyncio.ensure_future(pace.turn(1, message=True)) for _ in range(1000)]
    await asyncio.sleep(0.2)
    delays = []
    for chat in range(2, 22):
        begun = time.monotonic()
        await pace.turn(chat, message=True)
        delays.append(time.monotonic() - begun)
        await asyncio.sleep(0.05)
    assert sorted(delays)[18] < 0.02
    for task in flood:
        task.cancel()


async def test_whoever_gives_up_waiting_holds_up_nobody() -> None:
    pace = real(Rates(1e6, 10, 1e6))
    waiting = [asyncio.ensure_future(pace.turn(1, message=True)) for _ in range(12)]
    await asyncio.sleep(0.01)
    waiting[10].cancel()
    begun = time.monotonic()
    await waiting[11]
    assert time.monotonic() - begun < 0.2


async def test_a_refusal_holds_up_its_chat_alone(pauses: Pauses) -> None:
    pace = Pace(FREE, pauses.sleep, pauses.clock)
    for chat in (1, 2):
        pace.refused(chat, 9)
    await pace.turn(3, message=True)
    assert pauses.taken == []
    await pace.turn(1, message=False)
    assert pauses.taken == [9]


async def test_refusals_of_many_chats_at_the_same_moment_hold_up_everybody(pauses: Pauses) -> None:
    pace = Pace(FREE, pauses.sleep, pauses.clock)
    for chat in (1, 2, 3):
        pace.refused(chat, 9)
    await pace.turn(4, message=True)
    assert pauses.taken == [9]


async def test_refusals_one_after_another_hold_up_nobody_else(pauses: Pauses) -> None:
    pace = Pace(FREE, pauses.sleep, pauses.clock)
    for chat in (1, 2, 3, 4, 5):
        pace.refused(chat, 30)
        pauses.now += 0.9
    await pace.turn(6, message=True)
    assert pauses.taken == []


async def test_chats_that_fell_silent_are_let_go(monkeypatch: pytest.MonkeyPatch, pauses: Pauses) -> None:
    monkeypatch.setattr(pacing, "IDLE", 0.0)
    pace = Pace(FREE, pauses.sleep, pauses.clock)
    for chat in range(1, 4 * pacing.TIDY_EVERY):
        await pace.turn(chat, message=True)
        pauses.now += 1
    assert len(pace._chats) <= pacing.TIDY_EVERY


def test_the_parts_of_all_workers_are_no_more_than_the_whole() -> None:
    for workers in range(1, 40):
        limit = pacing._Overall(FULL / workers).limit
        assert workers * (limit.max_rate + limit.max_rate / limit.time_period) <= max(FULL, 2 * workers) + 1e-9


def test_bursts_grow_with_rates() -> None:
    bursts = [pacing._messages(rate).burst for rate in (1, 3, 10, 100)]
    assert all(before <= after for before, after in pairwise(bursts))
