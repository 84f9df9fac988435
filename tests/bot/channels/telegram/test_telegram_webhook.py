"""The webhook over real HTTP: who is let in, what is acknowledged, and what comes again."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot import metrics
from bot.channels.telegram import webhook
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.serving import listening, served
from bot.channels.telegram.webhook import LARGEST, Reason, Refusals, application
from bot.settings import Address
from bot.stores.port import StoreUnavailable

SECRET = "s3cret_-"
HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Desk:
    """Handles updates as a test wants it."""

    def __init__(self) -> None:
        self.saved: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failing = False
        self.answer: dict[str, Any] | None = None
        self.together = self.most = 0

    async def __call__(self, raw: Any, inline: bool) -> dict[str, Any] | None:
        assert inline
        if self.failing:
            raise StoreUnavailable
        self.together += 1
        self.most = max(self.most, self.together)
        try:
            await self.gate.wait()
        finally:
            self.together -= 1
        self.saved.append(raw["update_id"])
        return self.answer


class Client:
    """Posts to the webhook."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self.session, self.root = session, root

    async def post(self, data: Any, path: str = "/hook", **headers: str) -> tuple[int, str]:
        given = {"Content-Type": "application/json", **HEADER, **headers}
        async with self.session.post(self.root + path, data=data, headers=given) as answer:
            return answer.status, await answer.text()

    async def update(self, number: int, chat: int = 1) -> tuple[int, str]:
        return await self.post(json.dumps(update(number, chat)))


def update(number: int, chat: int = 1) -> dict[str, Any]:
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x", "from": {"id": chat, "is_bot": False}}
    return {"update_id": number, "message": message}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[Client]:
    opened = listening(Address("127.0.0.1", 0))
    root = f"http://127.0.0.1:{opened.getsockname()[1]}"
    async with served(application(Intake(desk), "/hook", SECRET), opened), aiohttp.ClientSession() as session:
        yield Client(session, root)


async def test_an_update_is_acknowledged_when_it_is_saved_and_not_before(client: Client, desk: Desk) -> None:
    desk.gate.clear()
    posting = asyncio.ensure_future(client.update(7))
    await until(lambda: desk.together == 1)
    assert not posting.done()
    desk.gate.set()
    assert await posting == (200, "")
    assert desk.saved == [7]


async def test_the_answer_may_itself_be_a_call(client: Client, desk: Desk) -> None:
    desk.answer = {"method": "answerCallbackQuery", "callback_query_id": "5", "text": "谢谢"}
    status, body = await client.update(7)
    assert (status, json.loads(body)) == (200, desk.answer)


@pytest.mark.parametrize("secret", ["", "s3cret_", "s3cret_-x", "S3CRET_-", "s3cr\xe9t_-"])
async def test_who_does_not_know_the_secret_is_told_nothing(client: Client, desk: Desk, secret: str) -> None:
    assert await client.post(json.dumps(update(7)), **{"X-Telegram-Bot-Api-Secret-Token": secret}) == (403, "")
    async with client.session.post(client.root + "/hook", json=update(7)) as answer:
        assert (answer.status, await answer.text()) == (403, "")
    assert desk.saved == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"message":1}',
        b'{"update_id":"7"}',
        b'{"update_id":true}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"update_id":' + b"9" * 5000 + b"}",
    ],
    ids=["nothing", "cut", "list", "null", "no id", "id in words", "id as truth", "no text", "deep", "long number"],
)
async def test_what_is_no_update_is_refused(client: Client, desk: Desk, body: bytes) -> None:
    assert await client.post(body) == (400, "")
    assert desk.saved == []


@pytest.mark.parametrize(
    ("body", "secret", "told"),
    [
        (b"{}", "guessed", (403, "secret")),
        (b"not even JSON", SECRET, (400, "malformed")),
        (b" " * (LARGEST + 1), SECRET, (413, "too_large")),
    ],
)
async def test_what_is_refused_is_counted_and_logged_without_a_word_of_it(
    client: Client, caplog: pytest.LogCaptureFixture, body: bytes, secret: str, told: tuple[int, str]
) -> None:
    status, reason = told
    metrics.begin()
    before = counted(reason)
    for _ in range(3):
        assert (await client.post(io.BytesIO(body), **{"X-Telegram-Bot-Api-Secret-Token": secret}))[0] == status
    assert counted(reason) == before + 3
    assert [line for line in caplog.messages if "refused" in line] == [f"requests refused: 1 ({status}, {reason})"]
    assert "guessed" not in caplog.text
    assert "JSON" not in caplog.text


def counted(reason: str) -> float:
    """How many requests were refused for that reason."""
    wanted = f'phnen_bot_refused_total{{reason="{reason}"}} '
    return next((float(line.removeprefix(wanted)) for line in metrics.page()[0].decode().splitlines() if line.startswith(wanted)), 0.0)


def test_of_each_reason_one_line_a_minute_tells_how_many(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    refusals = Refusals(lambda: now)
    for moment, reason in ((100, "secret"), (101, "secret"), (102, "malformed"), (159, "secret"), (160, "secret"), (161, "secret")):
        now = float(moment)
        refusals.note(Reason(reason))
    assert caplog.messages == ["requests refused: 1 (403, secret)", "requests refused: 1 (400, malformed)", "requests refused: 3 (403, secret)"]


async def test_only_json_is_read(client: Client) -> None:
    assert await client.post(json.dumps(update(7)), **{"Content-Type": "text/plain"}) == (400, "")
    assert await client.post(json.dumps(update(7)), **{"Content-Type": "application/json; charset=utf-8"}) == (200, "")


async def test_a_body_that_is_too_long_is_not_read_to_its_end(client: Client, desk: Desk) -> None:
    assert (await client.post(io.BytesIO(b" " * (LARGEST + 1))))[0] == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * (LARGEST // 16)

    try:
        status, _ = await client.post(endless())
    except aiohttp.ClientError:  # cut off while it was still sending
        status = 413
    assert status == 413
    assert desk.saved == []


async def test_other_methods_and_other_paths_are_refused(client: Client) -> None:
    async with client.session.get(client.root + "/hook", headers=HEADER) as answer:
        assert answer.status == 405
    assert (await client.post(json.dumps(update(7)), "/"))[0] == 404


async def test_what_the_store_does_not_take_comes_again(client: Client, desk: Desk) -> None:
    desk.failing = True
    assert await client.update(7) == (500, "")
    desk.failing = False
    assert await client.update(7) == (200, "")
    assert desk.saved == [7]


async def test_a_turn_that_takes_too_long_comes_again(client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TURN_SECONDS", 0.05)
    desk.gate.clear()
    assert await client.update(7) == (500, "")
    desk.gate.set()
    assert await client.update(8) == (200, "")
    assert desk.saved == [8]


async def test_updates_of_one_chat_are_applied_one_at_a_time_and_those_of_others_beside_them(client: Client, desk: Desk) -> None:
    desk.gate.clear()
    same = [asyncio.ensure_future(client.update(number, 1)) for number in range(5)]
    other = asyncio.ensure_future(client.update(9, 2))
    await until(lambda: desk.together == 2)
    await asyncio.sleep(0.05)
    assert desk.most == 2
    desk.gate.set()
    assert [status for status, _ in await asyncio.gather(*same, other)] == [200] * 6


async def test_a_server_that_stops_ends_what_is_in_hand(desk: Desk) -> None:
    opened = listening(Address("127.0.0.1", 0))
    root = f"http://127.0.0.1:{opened.getsockname()[1]}"
    desk.gate.clear()
    async with aiohttp.ClientSession() as session:
        client = Client(session, root)
        async with served(application(Intake(desk), "/hook", SECRET), opened):
            posting = asyncio.ensure_future(client.update(7))
            await until(lambda: desk.together == 1)
            asyncio.get_running_loop().call_later(0.2, desk.gate.set)
        assert await posting == (200, "")
        with pytest.raises(aiohttp.ClientError):
            await client.update(8)
    assert desk.saved == [7]


async def until(wanted: Any) -> None:
    async with asyncio.timeout(5):
        while not wanted():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)
