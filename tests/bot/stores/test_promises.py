"""What every store promises, put to each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.stores.database import DatabaseStore
from bot.stores.memory import MemoryStore
from bot.stores.port import Conflict, Key, Store, Stored

HERE = Key("telegram", "1")
FIRST = Stored({"answers": {"ki67_percent": "15"}}, memo={"screen": 7}, seen=(3, 4), touched=100.5)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else DatabaseStore(f"sqlite+aiosqlite:///{tmp_path}/kept.db")
    await made.start()
    yield made
    await made.close()


class TestEveryStore:
    """One class of promises; the fixture brings each store in turn."""

    async def test_knows_nothing_of_a_conversation_that_was_never_saved(self, store: Store) -> None:
        assert await store.load(HERE) is None

    async def test_gives_back_what_was_saved(self, store: Store) -> None:
        saved = await store.save(HERE, FIRST)

        assert saved == replace(FIRST, rev=1)
        assert await store.load(HERE) == saved

    @pytest.mark.parametrize(
        "value",
        ["肝脏病灶 😀", "'; DROP TABLE conversations; --", "\ud800 \x00 \u202e", [None, True, 1.5, {"a": []}], float("inf"), 10**20],
        ids=["chinese", "sql", "odd-characters", "nested", "infinity", "large"],
    )
    async def test_keeps_any_value_as_it_is(self, store: Store, value: object) -> None:
        await store.save(HERE, replace(FIRST, session={"value": value}, memo={"value": value}))

        kept = await store.load(HERE)
        assert kept is not None
        assert kept.session == {"value": value}
        assert kept.memo == {"value": value}

    async def test_counts_every_save(self, store: Store) -> None:
        stored = FIRST
        for rev in range(1, 5):
            stored = await store.save(HERE, replace(stored, session={"turn": rev}))
            assert stored.rev == rev

        assert await store.load(HERE) == stored

    async def test_refuses_a_save_that_was_overtaken_and_keeps_the_earlier_one(self, store: Store) -> None:
        read = await store.save(HERE, FIRST)
        winner = await store.save(HERE, replace(read, session={"who": "first"}))

        with pytest.raises(Conflict):
            await store.save(HERE, replace(read, session={"who": "second"}))
        assert await store.load(HERE) == winner

    async def test_refuses_to_begin_a_conversation_twice(self, store: Store) -> None:
        first = await store.save(HERE, FIRST)

        with pytest.raises(Conflict):
            await store.save(HERE, replace(FIRST, session={}))
        assert await store.load(HERE) == first

    async def test_refuses_to_save_into_a_conversation_that_was_erased(self, store: Store) -> None:
        read = await store.save(HERE, FIRST)
        await store.erase(HERE)

        with pytest.raises(Conflict):
            await store.save(HERE, read)
        assert await store.load(HERE) is None

    async def test_lets_exactly_one_of_many_simultaneous_saves_through(self, store: Store) -> None:
        read = await store.save(HERE, FIRST)
        rivals = (store.save(HERE, replace(read, session={"who": who})) for who in range(10))

        ends = await asyncio.gather(*rivals, return_exceptions=True)

        assert [type(end) for end in ends if not isinstance(end, Stored)] == [Conflict] * 9
        assert [await store.load(HERE)] == [end for end in ends if isinstance(end, Stored)]

    async def test_keeps_conversations_apart_by_channel_chat_and_thread(self, store: Store) -> None:
        keys = [HERE, Key("telegram", "2"), Key("terminal", "1"), Key("telegram", "1", "9")]
        for key in keys:
            await store.save(key, replace(FIRST, session={"key": str(key)}))

        await store.erase(keys[0])

        assert await store.load(keys[0]) is None
        for key in keys[1:]:
            kept = await store.load(key)
            assert kept is not None
            assert kept.session == {"key": str(key)}

    async def test_shares_nothing_with_those_who_saved_or_loaded(self, store: Store) -> None:
        mine = {"answers": {"goal": "grade"}}
        await store.save(HERE, replace(FIRST, session=mine))
        mine["answers"]["goal"] = "changed"
        loaded = await store.load(HERE)
        assert loaded is not None
        loaded.session["answers"]["goal"] = "changed as well"

        kept = await store.load(HERE)
        assert kept is not None
        assert kept.session == {"answers": {"goal": "grade"}}

    async def test_replaces_the_memo_alone_and_leaves_the_rev(self, store: Store) -> None:
        saved = await store.save(HERE, FIRST)

        await store.remember(HERE, {"screen": 8})

        assert await store.load(HERE) == replace(saved, memo={"screen": 8})

    async def test_does_not_revive_an_erased_conversation_by_its_memo(self, store: Store) -> None:
        await store.remember(HERE, {"screen": 8})

        assert await store.load(HERE) is None

    async def test_tells_whether_there_was_something_to_erase(self, store: Store) -> None:
        await store.save(HERE, FIRST)

        assert await store.erase(HERE) is True
        assert await store.erase(HERE) is False
        assert await store.load(HERE) is None

    async def test_begins_anew_after_an_erasure(self, store: Store) -> None:
        await store.save(HERE, FIRST)
        await store.erase(HERE)

        assert (await store.save(HERE, FIRST)).rev == 1

    async def test_purges_what_was_last_touched_before_the_time_and_nothing_else(self, store: Store) -> None:
        for chat, touched in (("old", 99.9), ("older", 0.0), ("edge", 100.0), ("new", 100.1)):
            await store.save(Key("telegram", chat), replace(FIRST, touched=touched))

        assert await store.purge(100.0) == 2
        assert await store.purge(100.0) == 0
        left = [chat for chat in ("old", "older", "edge", "new") if await store.load(Key("telegram", chat))]
        assert left == ["edge", "new"]
