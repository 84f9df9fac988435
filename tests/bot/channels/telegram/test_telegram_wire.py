"""Requests over kept connections, against a server that answers as the test says, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.telegram.faults import BadRequest, NetworkError, TimedOut
from bot.channels.telegram.request import RawBot, connect

TOKEN = "123456789:AAE-test_token_of_no_bot_at_all"
BODY = b'{"ok":true,"result":%d}'


def answered(number: int, head: bytes = b"") -> bytes:
    body = BODY % number
    return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)


class Server:
    """Answers the nth request with what ``answer`` makes of n: bytes, or None for nothing at all."""

    def __init__(self) -> None:
        self.answer: Callable[[int], bytes | None] = answered
        self.requests: list[bytes] = []
        self.connections = 0
        self.hang_up = False

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.root = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
                self.requests.append(head + await reader.readexactly(size))
                found = self.answer(len(self.requests))
                if found is not None:
                    writer.write(found)
                if self.hang_up:
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[RawBot]:
    bot = connect(TOKEN, server.root)
    yield bot
    await bot.shutdown()


async def test_calls_share_a_connection_and_say_what_a_server_needs(server: Server, bot: RawBot) -> None:
    assert [await bot.call("sendMessage", {"chat_id": 7, "text": "肝 & +"}) for _ in range(3)] == [1, 2, 3]
    assert server.connections == 1
    head, body = server.requests[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /bot123456789:AAE-test_token_of_no_bot_at_all/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"chat_id=7&text=%E8%82%9D+%26+%2B"


async def test_calls_at_once_get_their_own_answers(server: Server, bot: RawBot) -> None:
    found = await asyncio.gather(*(bot.call("getMe", {}) for _ in range(9)))
    assert sorted(found) == list(range(1, 10))


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n" + BODY[:8] + b"\r\ne\r\n" + BODY[8:-3] + b"5}\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + answered(5),
        answered(5, b"Connection: close\r\n"),
    ],
    ids=["in chunks", "after a word that more is to come", "last of its connection"],
)
async def test_every_kind_of_answer_is_read(server: Server, bot: RawBot, said: bytes) -> None:
    server.answer = lambda number: said if number == 1 else answered(number)
    assert await bot.call("getMe", {}) == 5
    assert await bot.call("getMe", {}) == 2


async def test_an_answer_that_ends_with_the_connection_is_read(server: Server, bot: RawBot) -> None:
    server.answer, server.hang_up = (lambda _: b"HTTP/1.1 200 OK\r\n\r\n" + BODY % 5), True
    assert await bot.call("getMe", {}) == 5


@pytest.mark.parametrize(
    "said",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", answered(5)[:-4]],
    ids=["none", "none of HTTP", "short", "cut"],
)
async def test_an_answer_that_breaks_off_is_a_fault_of_the_network(server: Server, bot: RawBot, said: bytes) -> None:
    server.answer, server.hang_up = (lambda _: said), True
    with pytest.raises(NetworkError) as fault:
        await bot.call("getMe", {})
    assert type(fault.value) is NetworkError
    assert TOKEN not in str(fault.value)


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(server: Server, bot: RawBot) -> None:
    server.hang_up = True
    assert await bot.call("getMe", {}) == 1
    await asyncio.sleep(0.05)
    assert await bot.call("getMe", {}) == 2
    assert server.connections == 2


async def test_a_call_that_nobody_waits_for_any_more_answers_no_other(server: Server, bot: RawBot) -> None:
    server.answer = lambda number: None if number == 1 else answered(number)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bot.call("getMe", {})
    assert await bot.call("getMe", {}) == 2
    assert server.connections == 2


async def test_a_server_that_says_nothing_is_given_up(server: Server, bot: RawBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.request.READ_SECONDS", 0.05)
    server.answer = lambda _: None
    with pytest.raises(TimedOut):
        await bot.call("getMe", {})


async def test_what_the_server_refuses_is_told_with_its_words(server: Server, bot: RawBot) -> None:
    said = b'{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}'
    server.answer = lambda _: b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)
    with pytest.raises(BadRequest, match="message is not modified"):
        await bot.call("editMessageText", {})


async def test_nobody_at_the_address_is_a_fault_of_the_network(server: Server, bot: RawBot) -> None:
    await server.stop()
    with pytest.raises(NetworkError):
        await bot.call("getMe", {})


async def test_a_proxy_is_asked_by_the_library(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.root)
    monkeypatch.delenv("no_proxy", raising=False)
    bot = connect(TOKEN, "http://bot-api.example")
    try:
        assert await bot.call("getMe", {}) == 1
        assert server.requests[0].startswith(b"POST http://bot-api.example/bot")
    finally:
        await bot.shutdown()
