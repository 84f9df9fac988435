"""What every store promises, put to each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.stores.database import database_store
from bot.stores.memory import MemoryStore
from bot.stores.port import LEASE, REMEMBERED, Census, Conflict, Deed, Key, Opened, Parcel, Store, Stored

HERE = Key("telegram", "1")
FIRST = Stored({"answers": {"ki67_percent": "15"}}, notes={"typed": {"7": "ki67_percent"}}, memo={"screen": 7}, touched=100.5, version=3)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Store:
    match request.param:
        case "memory":
            return MemoryStore(clock)
        case "sqlite":
            return database_store(f"sqlite+aiosqlite:///{tmp_path}/kept.db", clock=clock)
        case _:
            return database_store(request.getfixturevalue("database"), clock=clock)


@pytest.fixture
async def store(made: Store) -> AsyncIterator[Store]:
    await made.start()
    yield made
    await made.close()


def deed(update: int | None = None, text: str = "hello", owner: str = "ann") -> Deed:
    return Deed(update, {"text": text}, owner)


async def post(store: Store, text: str, key: Key = HERE, owner: str = "ann") -> Parcel:
    """A reply put into the outbox beside a turn."""
    kept = await store.load(key)
    parcel = await store.save(key, kept or replace(FIRST, memo={"screen": 7}), deed(text=text, owner=owner))
    assert parcel is not None
    return parcel


def texts(parcels: Any) -> list[str]:
    return [parcel.payload["text"] for parcel in parcels]


class TestConversations:
    """One class of promises; the fixture brings each store in turn."""

    async def test_nothing_is_known_of_a_conversation_that_was_never_saved(self, store: Store) -> None:
        assert await store.load(HERE) is None
        assert await store.open(HERE, 5) == Opened(None)

    async def test_what_was_saved_comes_back(self, store: Store) -> None:
        assert await store.save(HERE, FIRST) is None
        assert await store.load(HERE) == replace(FIRST, rev=1)

    @pytest.mark.parametrize(
        "value",
        ["肝脏病灶 😀", "'; DROP TABLE conversations; --", "\ud800 \x00 \u202e", [None, True, 1.5, {"a": []}], float("inf"), 10**20],
        ids=["chinese", "sql", "odd-characters", "nested", "infinity", "large"],
    )
    async def test_any_value_is_kept_as_it_is(self, store: Store, value: object) -> None:
        parcel = await store.save(HERE, replace(FIRST, session={"value": value}, notes={"value": value}), Deed(1, {"value": value}, "ann"))

        kept = await store.load(HERE)
        assert kept is not None
        assert kept.session == kept.notes == {"value": value}
        assert parcel is not None
        assert (await store.claim("ann", Census()))[0].payload == {"value": value}

    async def test_every_save_counts_and_leaves_the_memo_to_whoever_sends(self, store: Store) -> None:
        await store.save(HERE, FIRST)
        for rev in range(1, 5):
            await store.save(HERE, replace(FIRST, rev=rev, session={"turn": rev}, memo={"screen": 99}))

        assert await store.load(HERE) == replace(FIRST, rev=5, session={"turn": 4})

    async def test_a_save_that_was_overtaken_is_refused_with_everything_that_goes_along(self, store: Store) -> None:
        await store.save(HERE, FIRST)
        await store.save(HERE, replace(FIRST, rev=1, session={"who": "first"}))

        with pytest.raises(Conflict):
            await store.save(HERE, replace(FIRST, rev=1, session={"who": "second"}), deed(9))
        assert await store.open(HERE, 9) == Opened(replace(FIRST, rev=2, session={"who": "first"}))
        assert await store.backlog() == (0, 0.0)

    async def test_a_conversation_does_not_begin_twice(self, store: Store) -> None:
        await store.save(HERE, FIRST)

        with pytest.raises(Conflict):
            await store.save(HERE, replace(FIRST, session={}), deed(9))
        assert await store.open(HERE, 9) == Opened(replace(FIRST, rev=1))

    async def test_nothing_is_saved_into_a_conversation_that_was_erased(self, store: Store) -> None:
        await store.save(HERE, FIRST)
        await store.erase(HERE, 1)

        with pytest.raises(Conflict):
            await store.save(HERE, replace(FIRST, rev=1))
        assert await store.load(HERE) is None

    async def test_exactly_one_of_many_simultaneous_saves_goes_through(self, store: Store) -> None:
        await store.save(HERE, FIRST)
        rivals = (store.save(HERE, replace(FIRST, rev=1, session={"who": who}), deed(who)) for who in range(10))

        ends = await asyncio.gather(*rivals, return_exceptions=True)

        assert sum(isinstance(end, Conflict) for end in ends) == 9
        (winner,) = (who for who, end in enumerate(ends) if isinstance(end, Parcel))
        assert await store.load(HERE) == replace(FIRST, rev=2, session={"who": winner})
        assert [(await store.open(HERE, who)).seen for who in range(10)] == [who == winner for who in range(10)]

    async def test_exactly_one_of_many_simultaneous_beginnings_goes_through(self, store: Store) -> None:
        ends = await asyncio.gather(*(store.save(HERE, FIRST, deed(who)) for who in range(10)), return_exceptions=True)

        assert sum(isinstance(end, Conflict) for end in ends) == 9
        assert (await store.backlog())[0] == 1

    async def test_conversations_are_kept_apart_by_channel_chat_and_thread(self, store: Store) -> None:
        keys = [HERE, Key("telegram", "2"), Key("terminal", "1"), Key("telegram", "1", "9"), Key("telegram", "", "1")]
        for key in keys:
            await store.save(key, replace(FIRST, session={"key": str(key)}))

        await store.erase(keys[0], 1)

        assert await store.load(keys[0]) is None
        for key in keys[1:]:
            kept = await store.load(key)
            assert kept is not None
            assert kept.session == {"key": str(key)}

    async def test_nothing_is_shared_with_those_who_saved_or_loaded(self, store: Store) -> None:
        mine = {"answers": {"goal": "grade"}}
        await store.save(HERE, replace(FIRST, session=mine))
        mine["answers"]["goal"] = "changed"
        loaded = await store.load(HERE)
        assert loaded is not None
        loaded.session["answers"]["goal"] = "changed as well"

        kept = await store.load(HERE)
        assert kept is not None
        assert kept.session == {"answers": {"goal": "grade"}}

    async def test_an_erasure_names_the_rev_as_a_save_does(self, store: Store) -> None:
        await store.save(HERE, FIRST)
        for rev in (0, 2):
            with pytest.raises(Conflict):
                await store.erase(HERE, rev, deed(9))
        assert await store.open(HERE, 9) == Opened(replace(FIRST, rev=1))

        await store.erase(HERE, 1, deed(9))
        assert await store.open(HERE, 9) == Opened(None, seen=True)

    async def test_what_was_never_kept_can_be_erased(self, store: Store) -> None:
        parcel = await store.erase(HERE, 0, deed(9, "farewell"))
        assert parcel is not None
        assert parcel.memo is None
        with pytest.raises(Conflict):
            await store.erase(HERE, 1)

    async def test_a_conversation_begins_anew_after_an_erasure(self, store: Store) -> None:
        await store.save(HERE, FIRST)
        await store.erase(HERE, 1)
        await store.save(HERE, FIRST)

        assert await store.load(HERE) == replace(FIRST, rev=1)

    async def test_what_was_last_touched_before_the_time_is_purged_and_nothing_else(self, store: Store) -> None:
        for chat, touched in (("old", 99.9), ("older", 0.0), ("edge", 100.0), ("new", 100.1)):
            await store.save(Key("telegram", chat), replace(FIRST, touched=touched))

        assert await store.purge(100.0) == 2
        assert await store.purge(100.0) == 0
        left = [chat for chat in ("old", "older", "edge", "new") if await store.load(Key("telegram", chat))]
        assert left == ["edge", "new"]


class TestUpdates:
    async def test_an_update_is_applied_once(self, store: Store) -> None:
        await store.save(HERE, FIRST, Deed(9, said="a word"))

        assert await store.open(HERE, 9) == Opened(replace(FIRST, rev=1), seen=True, said="a word")
        with pytest.raises(Conflict):
            await store.save(HERE, replace(FIRST, rev=1), deed(9))
        with pytest.raises(Conflict):
            await store.erase(HERE, 1, deed(9))
        assert await store.skip(HERE, deed(9)) is None
        assert await store.load(HERE) == replace(FIRST, rev=1)
        assert await store.backlog() == (0, 0.0)

    async def test_updates_of_different_channels_are_different(self, store: Store) -> None:
        await store.save(HERE, FIRST, Deed(9))

        assert not (await store.open(Key("elsewhere", "1"), 9)).seen

    async def test_an_update_without_a_turn_is_applied_once_too(self, store: Store) -> None:
        parcel = await store.skip(HERE, deed(9))
        assert parcel is not None
        assert await store.skip(HERE, deed(9)) is None
        assert await store.open(HERE, 9) == Opened(None, seen=True)

    @pytest.mark.parametrize("number", [0, 2**53, 2**63 - 1, -1])
    async def test_any_number_that_is_an_update_is_kept(self, store: Store, number: int) -> None:
        await store.skip(HERE, Deed(number))
        assert (await store.open(HERE, number)).seen

    async def test_an_update_is_forgotten_when_it_cannot_come_again(self, store: Store, clock: Clock) -> None:
        await store.skip(HERE, Deed(1))
        clock.now += REMEMBERED / 2
        await store.skip(HERE, Deed(2))
        clock.now += REMEMBERED / 2 + 1
        await store.purge(0.0)
        assert [(await store.open(HERE, number)).seen for number in (1, 2)] == [False, True]


class TestOutbox:
    async def test_the_first_reply_of_a_conversation_may_be_sent_at_once_and_the_next_ones_after_it(self, store: Store) -> None:
        first, second = await post(store, "1"), await post(store, "2")
        other = await post(store, "3", Key("telegram", "2"))

        assert [parcel.owned for parcel in (first, second, other)] == [True, False, True]
        assert [parcel.memo for parcel in (first, second, other)] == [{"screen": 7}] * 3
        assert first.id < second.id < other.id
        assert (await store.backlog())[0] == 3

    async def test_whoever_completes_a_reply_gets_the_next_one_with_the_memo_it_kept(self, store: Store) -> None:
        first, second, third = [await post(store, str(number)) for number in range(3)]

        following = await store.complete(first, "ann", {"screen": 8})
        assert following == replace(second, memo={"screen": 8}, owned=True)
        assert following is not None
        following = await store.complete(following, "ann")
        assert following == replace(third, memo={"screen": 8}, owned=True)
        assert following is not None
        assert await store.complete(following, "ann", {"screen": 9}) is None
        assert await store.backlog() == (0, 0.0)
        assert await store.load(HERE) == replace(FIRST, rev=3, memo={"screen": 9})

    async def test_a_memo_does_not_revive_what_was_erased(self, store: Store) -> None:
        first = await post(store, "1")
        await store.erase(HERE, 1, deed(text="farewell"))

        farewell = await store.complete(first, "ann", {"screen": 8})
        assert farewell is not None
        assert (farewell.payload, farewell.memo) == ({"text": "farewell"}, None)
        assert await store.complete(farewell, "ann", {"screen": 0}) is None
        assert await store.load(HERE) is None

    async def test_progress_is_kept_for_whoever_takes_over(self, store: Store) -> None:
        parcel = await post(store, "1")
        assert await store.progress(parcel, "ann", {"text": "half"})

        (taken,) = await store.claim("ben", Census(dead=["ann"]))
        assert taken == replace(parcel, payload={"text": "half"}, tries=1)
        assert not await store.progress(parcel, "ann", {"text": "less"})
        assert await store.complete(parcel, "ann", {"screen": 99}) is None
        assert await store.complete(taken, "ben") is None
        assert await store.load(HERE) == replace(FIRST, rev=1)
        assert await store.backlog() == (0, 0.0)

    async def test_only_the_oldest_reply_of_a_conversation_is_taken_over(self, store: Store) -> None:
        await post(store, "1")
        await post(store, "2")
        await post(store, "3", Key("telegram", "2"))

        assert texts(await store.claim("ben", Census(dead=["ann"]))) == ["1", "3"]
        assert await store.claim("cid", Census(dead=["ann"])) == []

    async def test_the_living_keep_what_they_have_and_the_silent_lose_it_when_their_lease_ends(self, store: Store, clock: Clock) -> None:
        silent = Census(unseen=["ann"])
        await post(store, "1")
        assert await store.claim("ben", silent) == []
        clock.now += LEASE - 1
        await store.beat("ann")
        clock.now += LEASE - 1
        assert await store.claim("ben", silent) == []
        clock.now += 2
        assert await store.claim("ben", Census()) == []
        assert texts(await store.claim("ben", silent)) == ["1"]

    async def test_a_worker_finds_what_it_owns_without_knowing(self, store: Store) -> None:
        parcel = await post(store, "1")
        assert await store.claim("ann", Census(hand=[parcel.id])) == []
        assert texts(await store.claim("ann", Census())) == ["1"]

    async def test_what_is_released_is_free_for_everybody(self, store: Store) -> None:
        await post(store, "1")
        await post(store, "2", Key("telegram", "2"), "ben")
        assert set(await store.owners()) == {"ann", "ben"}
        await store.release("ann")
        assert set(await store.owners()) == {"ben"}
        (taken,) = await store.claim("cid", Census())
        assert (taken.payload, taken.tries) == ({"text": "1"}, 0)

    async def test_exactly_one_of_many_workers_takes_over(self, store: Store) -> None:
        for number in range(5):
            await post(store, str(number), Key("telegram", str(number)))

        found = await asyncio.gather(*(store.claim(f"worker{number}", Census(dead=["ann"])) for number in range(6)))

        assert sorted(text for parcels in found for text in texts(parcels)) == list("01234")

    async def test_those_who_gave_a_sign_of_life_lately_are_known(self, store: Store, clock: Clock) -> None:
        assert set((await store.beat("ann")).living) == {"ann"}
        clock.now += LEASE - 1
        assert set((await store.beat("ben")).living) == {"ann", "ben"}
        clock.now += 2
        assert set((await store.beat("ben")).living) == {"ben"}
        await store.beat("cid")
        await store.release("ben")
        assert set((await store.beat("cid")).living) == {"cid"}

    async def test_whoever_gives_a_sign_of_life_learns_until_when_nobody_may_send(self, store: Store) -> None:
        assert (await store.beat("ann")).held == 0
        assert (await store.beat("ann", 1234.5)).held == 1234.5
        assert (await store.beat("ben")).held == 1234.5
        assert (await store.beat("ben", 1200.25)).held == 1200.25
        assert (await store.beat("ann")).held == 1200.25

    async def test_the_backlog_tells_since_when_the_oldest_waits(self, store: Store, clock: Clock) -> None:
        since = clock.now
        await post(store, "1")
        clock.now += 60
        await post(store, "2")
        rows, oldest = await store.backlog()
        assert (rows, oldest) == (2, since)

    async def test_replies_nobody_could_send_are_purged_with_the_conversations(self, store: Store, clock: Clock) -> None:
        await post(store, "1")
        clock.now += 60
        await post(store, "2", Key("telegram", "2"))
        await store.purge(clock.now - 30)
        assert texts(await store.claim("ben", Census(dead=["ann"]))) == ["2"]
