"""What a server has to withstand beyond the promises: it goes away and comes back, and somebody reads its files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.stores import connections
from bot.stores.port import Census, Deed, Key, Opened, Stored, StoreUnavailable
from bot.stores.postgres import PostgresStore
from tests.fakes.postgres import Postgres

HERE = Key("telegram", "chat4711")


@pytest.fixture
def url(server: Postgres) -> str:
    """A database on our own server, which these tests stop and look into."""
    return server.database("inside")


@pytest.fixture
async def store(server: Postgres, url: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(url)
    await store.start()
    yield store
    await store.close()
    server.ask("postgres", "DROP DATABASE inside WITH (FORCE)")


def files(server: Postgres) -> bytes:
    """The tables of every database as they lie on the disk, without the server's log of changes."""
    server.ask("postgres", "CHECKPOINT")
    return b"".join(file.read_bytes() for file in sorted((server.data / "base").rglob("*")) if file.is_file())


async def test_a_server_that_goes_away_costs_nothing_but_time(store: PostgresStore, server: Postgres) -> None:
    await asyncio.gather(*(store.save(Key("telegram", str(chat)), Stored({})) for chat in range(12)))
    server.stop()
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                await store.save(HERE, Stored({}), Deed(1))
    finally:
        server.start()
    found = await asyncio.gather(*(store.load(Key("telegram", str(chat))) for chat in range(12)), return_exceptions=True)
    assert [type(each) for each in found] == [Stored] * 12

    assert await store.open(HERE, 1) == Opened(None)
    await store.save(HERE, Stored({}), Deed(1))


@pytest.mark.parametrize("step", ["following", "progress", "sent"])
async def test_after_a_power_cut_no_reply_goes_out_again_behind_which_another_one_did(step: str) -> None:
    server = Postgres(synchronous_commit="on", wal_writer_delay="10s")
    url = server.database("cut")
    store, again = PostgresStore(url), PostgresStore(url)
    try:
        await store.start()
        await store.save(HERE, Stored({}))
        first = await store.skip(HERE, Deed(1, {"text": "first"}, "ann"))
        assert first is not None
        if step == "following":
            await store.skip(HERE, Deed(2, {"text": "second"}, "ann"))
        if step == "progress":
            await store.progress(first, "ann", {"text": "second"})
        else:
            await store.complete(first, "ann", {"screen": 5} if step == "sent" else None)
        server.stop("immediate")
        server.start()
        await again.start()
        left = await again.claim("ben", Census(dead=["ann"]))
        assert [parcel.payload["text"] for parcel in left] == ([] if step == "sent" else ["second"])
    finally:
        await store.close()
        await again.close()
        server.remove()


async def test_a_connection_that_was_cut_is_made_again(store: PostgresStore, server: Postgres) -> None:
    await store.save(HERE, Stored({}))
    server.ask("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'inside'")
    await asyncio.sleep(0.1)
    assert await store.load(HERE) == Stored({}, 1)


async def test_a_server_that_is_not_there_at_the_start_is_named_by_the_kind_of_fault(url: str, server: Postgres) -> None:
    server.ask("postgres", "DROP DATABASE inside")
    store = PostgresStore(url.replace("inside", "nowhere"))
    with pytest.raises(StoreUnavailable, match="InvalidCatalogNameError"):
        await store.start()
    await store.close()


async def test_a_task_that_is_cancelled_leaves_a_usable_store(store: PostgresStore) -> None:
    for rev in range(20):
        task = asyncio.create_task(store.save(HERE, Stored({"rev": rev}, (await _rev(store)))))
        await asyncio.sleep(0.0002 * rev)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await store.save(HERE, Stored({"rev": "last"}, await _rev(store)))
    kept = await store.load(HERE)
    assert kept is not None
    assert kept.session == {"rev": "last"}


async def _rev(store: PostgresStore) -> int:
    kept = await store.load(HERE)
    return kept.rev if kept else 0


async def test_many_people_share_a_few_connections(store: PostgresStore, server: Postgres) -> None:
    await asyncio.gather(*(store.save(Key("telegram", str(chat)), Stored({})) for chat in range(200)))
    used = int(server.ask("postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname = 'inside'"))
    assert used <= connections.MOST


async def test_a_fault_names_no_answer(store: PostgresStore, server: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    server.ask("inside", "ALTER TABLE conversations ADD CHECK (session NOT LIKE '%Kreuzberg%')")
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreUnavailable) as refused:
        await store.save(HERE, Stored({"typed": "Kreuzberg"}), Deed(1, {"text": "Neukoelln"}, "ann"))

    assert str(refused.value) == "CheckViolationError"
    assert refused.value.__suppress_context__
    assert "CheckViolationError" in caplog.text
    assert "Kreuzberg" not in caplog.text
    assert await store.open(HERE, 1) == Opened(None)


async def test_no_byte_of_an_erased_conversation_is_left_in_the_tables(store: PostgresStore, server: Postgres) -> None:
    other = Key("telegram", "other")
    await store.save(other, Stored({"typed": "Schoeneberg"}))
    parcel = await store.save(HERE, Stored({"typed": "Kreuzberg"}, notes={"note": "Neukoelln"}), Deed(1, {"chat": "chat4711"}, "ann"))
    assert parcel is not None
    await store.progress(parcel, "ann", {"chat": "chat4711", "left": "Wedding"})
    await store.complete(parcel, "ann", {"screen": "Moabit"})
    for trace in (b"Kreuzberg", b"Neukoelln", b"Wedding", b"Moabit", b"chat4711"):
        assert trace in files(server)

    farewell = await store.erase(HERE, 1, Deed(2, {"chat": "chat4711"}, "ann"))
    assert farewell is not None
    await store.complete(farewell, "ann")
    await store.scrub()

    left = files(server)
    for trace in (b"Kreuzberg", b"Neukoelln", b"Wedding", b"Moabit", b"chat4711", store.seal.name(HERE).encode()):
        assert trace not in left
    assert b"Schoeneberg" in left


async def test_no_byte_of_purged_conversations_is_left_in_the_tables(store: PostgresStore, server: Postgres) -> None:
    for chat in range(30):
        await store.save(Key("telegram", str(chat)), Stored({"typed": f"MARK{chat}END"}, touched=float(chat)))
    assert await store.purge(15.0) == 15
    left = files(server)
    assert [chat for chat in range(30) if f"MARK{chat}END".encode() in left] == list(range(15, 30))


async def test_bytes_that_cannot_be_removed_now_stay_owed(store: PostgresStore, server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.stores.postgres.LOCK_SECONDS", 0.05)
    await store.save(HERE, Stored({"typed": "Kreuzberg"}))
    await store.erase(HERE, 1)
    async with store.connections.lent() as reader:
        await reader.execute("BEGIN")
        await reader.fetch("SELECT * FROM conversations")
        with pytest.raises(StoreUnavailable, match="LockNotAvailable"):
            await store.scrub()
        await reader.execute("COMMIT")
    await store.scrub()
    assert b"Kreuzberg" not in files(server)


async def test_workers_that_remove_bytes_at_the_same_moment_do_not_hinder_each_other(
    store: PostgresStore, url: str, server: Postgres
) -> None:
    others = [PostgresStore(url) for _ in range(3)]
    for other in others:
        await other.start()
    await store.save(HERE, Stored({"typed": "Kreuzberg"}))
    await store.erase(HERE, 1)
    await asyncio.gather(store.scrub(), *(other.scrub() for other in others))
    assert b"Kreuzberg" not in files(server)
    for other in others:
        await other.close()


async def test_a_large_table_is_freed_without_being_rewritten_while_people_wait(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stores.postgres.SMALL", 0)
    await store.save(HERE, Stored({}))
    await store.erase(HERE, 1)
    before = await store.connections.ask("SELECT pg_relation_filenode('conversations'), pg_relation_filenode('outbox')")
    await store.scrub()
    after = await store.connections.ask("SELECT pg_relation_filenode('conversations'), pg_relation_filenode('outbox')")
    assert after[0][0] == before[0][0]
    assert after[0][1] != before[0][1]
