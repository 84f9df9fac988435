"""Requests over the connections that aiohttp keeps, read by its parser, without what its session does for each of them.

A request of the bot has no cookie, no redirect, no upload and no middleware. What the session does to find that out takes more
processor time than everything else of a request. Connections, TLS, names, limits and the parser stay the library's.
"""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.http import HttpProcessingError
from yarl import URL


class Wire:
    """Sends requests to one server.

    Args:
        session: keeps the connections, and names the limits of time.
        agent: what the server is told of the sender.
    """

    def __init__(self, session: aiohttp.ClientSession, agent: str) -> None:
        self.session, self.agent = session, agent
        self._opening: aiohttp.ClientRequest | None = None
        self._heads: dict[str, str] = {}

    async def ask(self, url: str, body: bytes, read: float | None) -> tuple[int, bytes]:
        """One request: the HTTP status and the body of the answer.

        Args:
            url: always at the same server.
            body: a form.
            read: seconds to wait for the next piece of an answer.

        Raises:
            TimeoutError: the server was not reached, or did not answer, in time.
            aiohttp.ClientError: the server could not be reached, the connection broke, or the answer was none.
        """
        connection = await self._connected(URL(url))
        try:
            found = await self._exchanged(connection, f"{self._head(url)}{len(body)}\r\n\r\n".encode() + body, read)
        except HttpProcessingError as fault:
            connection.close()
            raise aiohttp.ClientPayloadError(type(fault).__name__) from None
        except BaseException:  # also a cancelled wait: what comes later must not answer the next request
            connection.close()
            raise
        connection.release()
        return found

    async def _connected(self, url: URL) -> aiohttp.connector.Connection:
        if self._opening is None:
            # It is never sent; the pool learns from it which server is meant.
            self._opening = aiohttp.ClientRequest("POST", url, loop=asyncio.get_running_loop(), session=self.session, ssl=True)
        assert self.session.connector is not None  # noqa: S101 - the session is open
        return await self.session.connector.connect(self._opening, traces=[], timeout=self.session.timeout)

    def _head(self, url: str) -> str:
        found = self._heads.get(url)
        if found is None:
            place = URL(url)
            host = place.host_port_subcomponent
            fields = f"Host: {host}\r\nUser-Agent: {self.agent}\r\nAccept: */*\r\nContent-Type: application/x-www-form-urlencoded"
            found = self._heads[url] = f"POST {place.raw_path_qs} HTTP/1.1\r\n{fields}\r\nContent-Length: "
        return found

    @staticmethod
    async def _exchanged(connection: aiohttp.connector.Connection, request: bytes, read: float | None) -> tuple[int, bytes]:
        protocol = connection.protocol
        if protocol is None or protocol.transport is None:
            raise aiohttp.ServerDisconnectedError
        protocol.set_response_params(read_until_eof=True, read_timeout=read)
        protocol.start_timeout()
        protocol.transport.write(request)
        while True:
            message, payload = await protocol.read()
            if not 100 <= message.code < 200:  # one that only says that more is to come
                return message.code, await payload.read()
