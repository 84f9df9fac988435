"""Replies between the save and the chat: one at a time and in order in a conversation, by whoever is alive."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.telegram.bridge import Place, Tap
from bot.channels.telegram.calls import Calls
from bot.channels.telegram.courier import MOST_DEATHS, Courier
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.request import RawBot
from bot.channels.telegram.sender import Order, payload_of
from bot.render.port import Shown
from bot.render.renderer import TemplateRenderer
from bot.stores.alive import fate, new_name
from bot.stores.memory import MemoryStore
from bot.stores.port import Census, Deed, Key, Parcel, Stored
from flows.dialog.replies import Role
from tests.bot.channels.telegram.running import ERROR_ID, FREE, Pauses
from tests.fakes.botapi import BotApi, Fault
from tests.fakes.person import Person


class Office:
    """A store with an outbox, and workers who send what is in it."""

    def __init__(self, bot: RawBot, renderer: TemplateRenderer, pauses: Pauses) -> None:
        self.bot, self.renderer, self.pauses = bot, renderer, pauses
        self.store = MemoryStore(lambda: 1000.0)

    def worker(self) -> Courier:
        calls = Calls(self.bot, Pace(FREE, self.pauses.sleep, self.pauses.clock), self.pauses.sleep)
        return Courier(self.store, calls, self.renderer, lambda: ERROR_ID, self.pauses.sleep)

    async def post(self, text: str, owner: str, chat: int = 77) -> Parcel:
        """Saves a reply."""
        key = Key("telegram", str(chat))
        payload = payload_of(Order(Place(chat), (Shown(Role.NOTE, text),)))
        kept = await self.store.load(key)
        parcel = await self.store.save(key, kept or Stored({}), Deed(None, {**payload, "language": "en"}, owner))
        assert parcel is not None
        return parcel


@pytest.fixture
def office(bot: RawBot, renderer: TemplateRenderer, pauses: Pauses) -> Office:
    return Office(bot, renderer, pauses)


@pytest.fixture
def ann(api: BotApi) -> Person:
    return Person(api, 77)


async def sent(courier: Courier) -> None:
    while courier._rounds:
        await asyncio.wait(courier._rounds)


async def test_replies_of_a_conversation_go_out_one_after_another_and_those_of_others_beside_them(
    office: Office, api: BotApi, ann: Person
) -> None:
    ben, courier = Person(api, 78), office.worker()
    api.fault("sendMessage", Fault(delay=0.2), chat=77)
    for number in range(5):
        courier.take(await office.post(str(number), courier.owner))
    courier.take(await office.post("quick", courier.owner, 78))
    await api.until(lambda: ben.transcript() == ["quick"])
    assert ann.transcript() == []
    await sent(courier)
    assert ann.transcript() == list("01234")


async def test_a_reply_taken_twice_is_sent_once(office: Office, ann: Person) -> None:
    courier = office.worker()
    parcel = await office.post("once", courier.owner)
    courier.take(parcel)
    await courier.sweep()
    courier.take(parcel)
    await sent(courier)
    assert ann.transcript() == ["once"]


async def test_a_reply_that_is_sent_while_the_store_names_it_is_sent_once(
    office: Office, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    courier, claim, told = office.worker(), office.store.claim, asyncio.Event()

    async def slowly(owner: str, census: Census) -> Sequence[Parcel]:
        found = await claim(owner, census)
        await told.wait()
        return found

    monkeypatch.setattr(office.store, "claim", slowly)
    parcel = await office.post("once", courier.owner)
    sweeping = asyncio.ensure_future(courier.sweep())
    await asyncio.sleep(0)
    courier.take(parcel)
    await sent(courier)
    told.set()
    await sweeping
    await sent(courier)
    assert ann.transcript() == ["once"]


async def test_a_reply_that_the_store_has_again_after_it_lost_its_last_moments_holds_up_nothing(office: Office, ann: Person) -> None:
    courier = office.worker()
    parcel = await office.post("sent", courier.owner)
    row = office.store._outbox[parcel.id]
    courier.take(parcel)
    await sent(courier)
    office.store._outbox[parcel.id] = row
    courier.take(await office.post("behind", courier.owner))
    await courier.sweep()
    await sent(courier)
    assert ann.transcript()[-1] == "behind"
    assert (await office.store.backlog())[0] == 0


async def test_a_worker_leaves_alone_what_a_living_one_sends(office: Office, ann: Person) -> None:
    await office.post("hers", new_name())
    await office.worker().sweep()
    assert ann.transcript() == []


async def test_a_worker_sends_what_a_dead_one_left_behind_in_its_order(office: Office, ann: Person) -> None:
    for number in range(3):
        await office.post(str(number), new_name().replace(f":{os.getpid()}:", f":{os.getpid()}:0"))
    courier = office.worker()
    await courier.sweep()
    await sent(courier)
    assert ann.transcript() == list("012")


async def test_what_was_saved_behind_a_reply_that_another_worker_just_sent_does_not_wait_long(
    office: Office, api: BotApi, ann: Person
) -> None:
    courier = office.worker()
    first = await office.post("first", "another")
    later = await office.post("later", courier.owner)
    assert not later.owned
    courier.take(later)
    office.store._outbox[first.id].owner = "another"
    await office.store.complete(first, "another")
    await office.store.release("another")
    running = asyncio.ensure_future(courier.run())
    await api.until(lambda: bool(ann.transcript()))
    running.cancel()
    await asyncio.wait([running])
    assert ann.transcript() == ["later"]


async def test_a_worker_that_lost_its_replies_to_another_stops_sending_them(office: Office, api: BotApi, ann: Person) -> None:
    courier = office.worker()
    notes = tuple(Shown(Role.NOTE, str(number)) for number in range(3))
    parcel = await office.store.skip(Key("telegram", "77"), Deed(1, payload_of(Order(Place(77), notes)), courier.owner))
    assert parcel is not None
    api.fault("sendMessage", Fault(delay=0.1))
    courier.take(parcel)
    await api.until(lambda: api.no_fault_waits("sendMessage"))
    await office.store.claim("another", Census(dead=[courier.owner]))
    await sent(courier)
    assert len(ann.transcript()) == 1


async def test_told_to_stop_it_ends_what_is_in_hand_and_hands_the_rest_back(office: Office, api: BotApi, ann: Person) -> None:
    courier = office.worker()
    Person(api, 78)
    api.fault("sendMessage", Fault(delay=0.2), chat=77)
    api.fault("sendMessage", Fault(delay=30), chat=78)
    for number in range(3):
        courier.take(await office.post(str(number), courier.owner))
    courier.take(await office.post("stuck", courier.owner, 78))
    await api.until(lambda: api.no_fault_waits("sendMessage"))
    await courier.drain(0.6)
    assert ann.transcript() == ["0"]
    assert await office.store.owners() == set()
    assert (await office.store.backlog())[0] == 3


async def test_an_answer_that_does_not_get_through_does_not_hold_up_the_end(office: Office, api: BotApi, ann: Person) -> None:
    courier = office.worker()
    order = Order(Place(77), (Shown(Role.NOTE, "note"),), tap=Tap(api.open_query(77), 5, ""))
    parcel = await office.store.skip(Key("telegram", "77"), Deed(1, payload_of(order), courier.owner))
    assert parcel is not None
    for method in ("answerCallbackQuery", "sendMessage"):
        api.fault(method, Fault(delay=30))
    courier.take(parcel)
    await api.until(lambda: api.no_fault_waits("answerCallbackQuery") and api.no_fault_waits("sendMessage"))
    async with asyncio.timeout(5):
        await courier.drain(0.1)
    assert (await office.store.backlog())[0] == 1
    assert ann.transcript() == []


async def test_replies_over_which_workers_died_are_given_up_after_a_few_times(office: Office, ann: Person) -> None:
    await office.post("deadly", "worker 0")
    for number in range(MOST_DEATHS - 1):
        await office.store.claim(f"worker {number + 1}", Census(dead=[f"worker {number}"]))
    await office.post("next", "worker")
    dead = new_name().replace(f":{os.getpid()}:", f":{os.getpid()}:0")
    for row in office.store._outbox.values():
        row.owner = dead if row.owner else None
    courier = office.worker()
    await courier.sweep()
    await sent(courier)
    assert ann.transcript() == ["next"]


async def test_the_calls_learn_how_many_workers_share_the_limits(office: Office) -> None:
    first, second = office.worker(), office.worker()
    told: list[int] = []
    for courier in (first, second):
        courier.calls.pace.share = told.append  # type: ignore[method-assign, assignment]
        running = asyncio.ensure_future(courier.run())
        await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.wait([running])
    assert (told[0], told[-1]) == (1, 2)


async def test_a_chore_that_stumbles_goes_on(office: Office, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    courier, times = office.worker(), iter(range(3))

    async def stumble(*_: Any) -> Any:
        if next(times, None) is not None:
            raise ValueError
        return []

    monkeypatch.setattr(office.store, "claim", stumble)
    running = asyncio.ensure_future(courier.run())
    async with asyncio.timeout(20):
        while next(times, None) is not None:
            courier._soon.set()
            await asyncio.sleep(0.01)
    assert not running.done()
    running.cancel()
    await asyncio.wait([running])


class TestNames:
    def test_a_worker_knows_that_it_lives_and_that_nobody_else_bears_its_name(self) -> None:
        name = new_name()
        assert fate(name) is True
        assert new_name() != name

    def test_a_process_that_ended_or_whose_number_another_one_has_is_dead(self) -> None:
        machine, process, begun, token = new_name().split(":")
        assert fate(f"{machine}:{process}:{int(begun) - 1}:{token}") is False
        assert fate(f"{machine}:{2**22 + 1}:{begun}:{token}") is False

    @pytest.mark.parametrize("machine", ["", "another"])
    def test_of_a_worker_elsewhere_nothing_is_known(self, machine: str) -> None:
        _, process, begun, token = new_name().split(":")
        assert fate(f"{machine}:{process}:{begun}:{token}") is None

    def test_a_name_that_is_none_of_ours_is_unknown(self) -> None:
        assert fate("somebody") is None
