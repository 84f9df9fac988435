"""How the bot talks to a Bot API server: calls as plain data, over one aiohttp session.

What happens at every tap is built on no library of Telegram's types: building its objects only to throw them away again costs as
much as a turn, and one update that it cannot read would hold up the others. What is set once goes through one (``profile``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from pydantic_core import PydanticSerializationError, to_json
from yarl import URL

from bot.channels.telegram.faults import GARBLED, NetworkError, TimedOut, result_of
from bot.channels.telegram.wire import Wire

TELEGRAM = "https://api.telegram.org"
CONNECT_SECONDS = 10.0
READ_SECONDS = 40.0
"""Long, because a message whose answer is not waited for is sent a second time, and a server in trouble may take half a minute."""
CONNECTIONS = 64
KEPT_ALIVE_SECONDS = 60.0
AGENT = "phnen-bot"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_NOWHERE = URL("http://nowhere/")


def form(params: Mapping[str, Any]) -> bytes:
    """Parameters of a call as the body of a request: words as they are, anything else as JSON; what is None is left out."""
    plain = {name: _plain(value) for name, value in params.items() if value is not None}
    return _NOWHERE.with_query(plain).raw_query_string.encode()


def _json(value: object) -> str:
    try:
        return to_json(value).decode()
    except PydanticSerializationError:  # half a surrogate pair
        return json.dumps(value)


def _plain(value: Any) -> str | int:
    return value if isinstance(value, str) or type(value) is int else _json(value)


class AiohttpRequest:
    """Sends requests over kept-alive connections.

    The texts of faults name their kind alone, because an address holds the token. Uploads are not supported; the bot sends none.

    Args:
        root: the server, to find out whether a proxy of the environment leads to it.
        connections: how many requests may run at once.
    """

    __slots__ = ("_connections", "_proxy", "_session", "_wire")

    def __init__(self, root: str = TELEGRAM, connections: int = CONNECTIONS) -> None:
        self._connections, self._proxy = connections, _proxy_to(root)
        self._session: aiohttp.ClientSession | None = None
        self._wire: Wire | None = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEPT_ALIVE_SECONDS, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector,
                headers={"User-Agent": AGENT},
                timeout=_timeout(READ_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy,
            )
            self._wire = Wire(self._session, AGENT)
        return self._session

    async def shutdown(self) -> None:
        """Closes the session."""
        if self._session is not None:
            await self._session.close()
            self._session = self._wire = None

    async def post(self, url: str, body: bytes, read: float | None = None) -> tuple[int, bytes]:
        """One request: the HTTP status and the body of the answer.

        Args:
            url: of the method.
            body: its parameters (``form``).
            read: seconds to wait for the next piece of the answer; None: as long as for any call.

        Raises:
            TimedOut: no answer in time; whether it was carried out is not known.
            NetworkError: the server could not be reached, or the connection broke.
        """
        try:
            return await self._posted(url, body, READ_SECONDS if read is None else read)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as fault:
            raise NetworkError(type(fault).__name__) from None

    async def _posted(self, url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        session = self._opened()
        if self._proxy is None and self._wire is not None:
            return await self._wire.ask(url, body, seconds)
        async with session.post(url, data=body, headers=_FORM, timeout=_timeout(seconds)) as answer:
            return answer.status, await answer.read()


class RawBot:
    """A bot at a Bot API server: plain data in, plain data out.

    Attributes:
        base_url: what the names of methods are appended to; holds the token.
        username: the bot's own, without @; known once it is initialized.
    """

    def __init__(self, token: str, root: str) -> None:
        self.base_url, self.username = f"{root}/bot{token}", ""
        self._server, self._updates = AiohttpRequest(root), AiohttpRequest(root, connections=2)

    async def initialize(self) -> None:
        """Asks the server who the bot is.

        Raises:
            TelegramError: as for every method.
        """
        me = await self.call("getMe", {})
        if not isinstance(me, dict) or not isinstance(me.get("username"), str):
            raise NetworkError(GARBLED)
        self.username = me["username"]

    async def shutdown(self) -> None:
        """Closes the connections."""
        await self._server.shutdown()
        await self._updates.shutdown()

    async def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Does a call; gives its result as it came. Parameters that are None are left out.

        Raises:
            TelegramError: as for every method.
        """
        return result_of(*await self.post(f"{self.base_url}/{method}", form(params)))

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """One request over the bot's connections, as ``AiohttpRequest.post``."""
        return await self._server.post(url, body)

    async def raw_updates(self, params: Mapping[str, Any], seconds: float) -> list[dict[str, Any]]:
        """The updates that wait, as they came; waits up to ``seconds`` for one.

        Raises:
            TelegramError: as for every method.
        """
        asked = form({**params, "timeout": int(seconds)})
        found = result_of(*await self._updates.post(f"{self.base_url}/getUpdates", asked, seconds + READ_SECONDS))
        if not isinstance(found, list):
            raise NetworkError(GARBLED)
        return [update for update in found if isinstance(update, dict)]


def connect(token: str, api_url: str | None) -> RawBot:
    """The bot of a token at a Bot API server (None: Telegram's own). Long polling has a connection of its own."""
    return RawBot(token, (api_url or TELEGRAM).rstrip("/"))


def _timeout(read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=read)


def _proxy_to(root: str) -> str | None:
    """The proxy that the environment names for the server. Asked once: aiohttp itself would ask for every request."""
    server = urlsplit(root)
    if not server.hostname or proxy_bypass(server.hostname):
        return None
    found = getproxies().get(server.scheme)
    return found if found and found.startswith("http") else None
