"""A worker needs no more memory and no more time where a hundred times as many people are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.stores.programs import child

FEW, MANY = 200, 20_000
WORKS = """
import asyncio, json, resource, sys, time
from bot.stores.database import database_store
from bot.stores.port import Deed, Key, Stored

async def work(url, size):
    store = database_store(url)
    await store.start()
    await store.administer(lambda connection: connection.exec_driver_sql(
        "INSERT INTO conversations (key, rev, version, session, notes, memo, touched) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "SELECT 'person' || i, 1, 1, '{\\"answers\\": \\"' || %s || '\\"}', '{}', '{}', 9e9 FROM n" % (size, sys.argv[3])))
    await store.close()
    store = database_store(url)
    await store.start()
    for round_ in range(3):
        begun = time.process_time()
        for number in range(100):
            key = Key("telegram", str(number))
            opened = await store.open(key, round_ * 100 + number)
            kept = opened.stored or Stored({"answers": "x" * 600}, touched=9e9)
            parcel = await store.save(key, kept, Deed(round_ * 100 + number, {"text": "y" * 900}, "ann"))
            await store.complete(parcel, "ann", {"screen": number})
        spent = time.process_time() - begun
    await store.backlog()
    print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, spent]))
    await store.close()

asyncio.run(work(sys.argv[1], int(sys.argv[2])))
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_memory_and_time_of_a_turn_do_not_grow_with_the_number_of_people(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    found = []
    for size in (FEW, MANY):
        if kind == "sqlite":
            url, text = f"sqlite+aiosqlite:///{tmp_path}/{size}.db", "hex(zeroblob(300))"
        else:
            url, text = str(request.getfixturevalue("server").database(f"size_{size}")), "repeat(md5(i::text), 19)"
        with child(WORKS, url, str(size), text) as process:
            found.append(json.loads(process.communicate()[0]))

    (few, quick), (many, slow) = found
    assert many < few * 1.05
    assert slow < quick * 3  # a busy machine is not exact; a search through all of them would take a hundred times as long
