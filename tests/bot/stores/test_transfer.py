"""What is kept moves between databases without loss, or not at all; and from key to key."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.stores.database import database_store
from bot.stores.port import Administered, Census, Deed, Key, KeyRefused, Opened, Stored
from bot.stores.sealing import Seal, new_key
from bot.stores.transfer import TransferRefused, brought_in, resealed, written

HERE = Key("telegram", "4711", "7")
ODD = "肝脏 😀 \ud800 \x00 '; --"


@asynccontextmanager
async def opened(url: str, *keys: str) -> AsyncIterator[Administered]:
    store = database_store(url, keys)
    try:
        await store.start()
        yield store
    finally:
        await store.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Callable[[str], str]:
    return lambda name: f"sqlite+aiosqlite:///{tmp_path}/{name}.db"


async def fill(store: Administered, size: int = 3) -> None:
    for number in range(size):
        stored = Stored({"typed": f"Kreuzberg {number} {ODD}"}, notes={"n": ODD}, memo={"screen": number}, touched=0.1 + number, version=2)
        await store.save(Key("telegram", str(number)), stored, Deed(2**53 + number, {"say": ODD}, "ann", said=ODD[:4]))
    await store.save(HERE, Stored({"typed": "Kreuzberg"}, touched=1e-7), Deed(-5, {"say": "last"}, "ann"))


async def lines_of(store: Administered) -> str:
    out = io.StringIO()
    await store.administer(lambda connection: written(connection, out.write))
    return out.getvalue()


async def bring(store: Administered, text: str) -> int | None:
    return await store.administer(lambda connection: brought_in(connection, io.StringIO(text)))


@pytest.mark.parametrize("size", [0, 3, 1200])
async def test_everything_moves_from_sqlite_to_postgresql_and_back(sqlite: Callable[[str], str], database: str, size: int) -> None:
    async with opened(sqlite("first")) as store:
        await fill(store, size)
        first = await lines_of(store)
    async with opened(database) as store:
        assert await bring(store, first) == len(first.splitlines()) - 2
        second = await lines_of(store)
    async with opened(database) as store:
        kept = await store.open(HERE, -5)
        assert kept == Opened(Stored({"typed": "Kreuzberg"}, 1, touched=1e-7), seen=True)
        parcels = await store.claim("ben", Census())
        assert [parcel.payload for parcel in parcels] == [{"say": ODD}] * size + [{"say": "last"}]
        parcel = await store.skip(HERE, Deed(77, {"say": "new"}, "ben"))
        assert parcel is not None
        assert parcel.id > max(parcel.id for parcel in parcels)
    async with opened(sqlite("third")) as store:
        await bring(store, second)
        assert await lines_of(store) == second
    assert json.loads(second.splitlines()[-1]) == json.loads(first.splitlines()[-1])
    assert sorted(second.splitlines()) == sorted(first.splitlines())


class TestRefused:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def url(self, request: pytest.FixtureRequest, sqlite: Callable[[str], str]) -> str:
        return sqlite("other") if request.param == "sqlite" else str(request.getfixturevalue("database"))

    async def test_what_is_there_already_changes_nothing_and_anything_else_is_refused(self, url: str, sqlite: Callable[[str], str]) -> None:
        async with opened(sqlite("first")) as first, opened(url) as other:
            await fill(first)
            text = await lines_of(first)
            await bring(other, text)
            assert await bring(other, text) is None
            for wrong in (text.replace("Kreuzberg 1", "Kreuzberg 9"), text[: len(text) // 2], "", text + "{}\n"):
                with pytest.raises(TransferRefused, match="filled"):
                    await bring(other, wrong)
            assert await lines_of(other) == text

    async def test_lines_that_are_cut_or_none_of_ours_leave_the_database_as_it_was(self, url: str, sqlite: Callable[[str], str]) -> None:
        async with opened(sqlite("first")) as first:
            await fill(first)
            text = await lines_of(first)
        lines = text.splitlines(keepends=True)
        async with opened(url) as other:
            before = await lines_of(other)
            for why, wrong in (
                ("cut", "".join(lines[:-1])),
                ("cut", "".join((*lines[:-2], lines[-1]))),
                ("cut", "".join((*lines, lines[-1]))),
                ("cut", "".join((lines[0], '{"rows": 0}'))),
                ("revision", "".join(lines[1:])),
                ("revision", text.replace('"0002"', '"0003"')),
                ("garbled", "not JSON"),
                ("garbled", "".join((*lines[:2], "half a li"))),
                ("garbled", "".join((*lines[:2], '{"alembic_version": {"version_num": "1"}}'))),
                ("garbled", "".join((*lines[:2], '{"traits": {"name": "x"}}'))),
                ("garbled", "".join((*lines[:2], lines[1]))),
            ):
                with pytest.raises(TransferRefused) as refused:
                    await bring(other, wrong)
                assert refused.value.why == why
            assert await lines_of(other) == before
            await other.save(HERE, Stored({}))


class TestEncryption:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def url(self, request: pytest.FixtureRequest, sqlite: Callable[[str], str]) -> str:
        return sqlite("kept") if request.param == "sqlite" else str(request.getfixturevalue("database"))

    async def test_nothing_that_was_said_can_be_read_without_the_key(self, url: str) -> None:
        async with opened(url, new_key()) as store:
            await fill(store)
            assert "Kreuzberg" not in (await lines_of(store))
            kept = await store.load(HERE)
            assert kept is not None
            assert kept.session == {"typed": "Kreuzberg"}

    async def test_a_missing_or_a_wrong_key_stops_the_start(self, url: str) -> None:
        key = new_key()
        async with opened(url, key) as store:
            await fill(store)
        for keys, why in (((), "no key"), ((new_key(),), "another key")):
            with pytest.raises(KeyRefused, match=why):
                async with opened(url, *keys):
                    pass
        async with opened(url, new_key(), key) as store:
            assert await store.load(HERE) is not None

    async def test_what_was_kept_in_the_open_is_read_on_and_encrypted_by_a_new_key_at_once(self, url: str) -> None:
        async with opened(url) as store:
            await fill(store)
        first, second = new_key(), new_key()
        for keys, old in (((first,), first), ((second, first), first)):
            async with opened(url, *keys) as store:
                assert await store.administer(partial(resealed, seal=Seal(keys))) == 8
                assert "Kreuzberg" not in await lines_of(store)
            async with opened(url, keys[0]) as store:
                assert (await store.open(HERE, -5)).seen
                assert [parcel.payload["say"] for parcel in await store.claim("ben", Census(dead=["ann"]))][-1] == "last"
                await store.release("ben")
            if keys[0] != old:
                with pytest.raises(KeyRefused):
                    async with opened(url, old):
                        pass

    async def test_the_secret_of_the_hashes_leaves_the_file_when_a_key_comes(self, tmp_path: Path) -> None:
        url, file = f"sqlite+aiosqlite:///{tmp_path}/kept.db", tmp_path / "kept.db"
        async with opened(url) as store:
            pepper = json.loads((await lines_of(store)).splitlines()[2])["traits"]["value"]
        assert pepper.encode() in file.read_bytes()
        async with opened(url, new_key()):
            pass
        assert pepper.encode() not in file.read_bytes()

    async def test_an_encrypted_export_needs_the_same_key(self, url: str, tmp_path: Path) -> None:
        key = new_key()
        async with opened(url, key) as store:
            await fill(store)
            text = await lines_of(store)
        other = f"sqlite+aiosqlite:///{tmp_path}/elsewhere.db"
        async with opened(other) as store:
            await bring(store, text)
        with pytest.raises(KeyRefused):
            async with opened(other):
                pass
        async with opened(other, key) as store:
            assert (await store.load(HERE)) == Stored({"typed": "Kreuzberg"}, 1, touched=1e-7)
