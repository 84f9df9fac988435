"""How the bot talks HTTP: one aiohttp session behind the interface that python-telegram-bot asks for.

Built because the library's own client costs about two milliseconds of processor time a call, this one a quarter of that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from pydantic_core import PydanticSerializationError, to_json
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.telegram.wire import Wire

TELEGRAM = "https://api.telegram.org"
CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
CONNECTIONS = 64
KEPT_ALIVE_SECONDS = 60.0
_ANSWERS = {"result", "description"}
_GARBLED = "the answer is none of the Bot API"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_NOWHERE = URL("http://nowhere/")


class Form:
    """Parameters of a call, for the body of a request: the library's own ``RequestData`` takes four times as long for it."""

    __slots__ = ("params",)

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params = params

    def url_encoded_parameters(self) -> str:
        """The parameters as a form: words as they are, anything else as JSON; what is None is left out."""
        plain = {name: _plain(value) for name, value in self.params.items() if value is not None}
        return _NOWHERE.with_query(plain).raw_query_string


def _json(value: object) -> str:
    try:
        return to_json(value).decode()
    except PydanticSerializationError:  # half a surrogate pair
        return json.dumps(value)


def _plain(value: Any) -> str | int:
    return value if isinstance(value, str) or type(value) is int else _json(value)


class AiohttpRequest(BaseRequest):
    """Sends requests over kept-alive connections.

    Faults come out as the library expects them: ``TimedOut``, ``NetworkError``. Their texts name the kind of the fault
    alone, because an address holds the token. Uploads are not supported; the bot sends none.

    Args:
        root: the server, to find out whether a proxy of the environment leads to it.
        connections: how many requests may run at once.
    """

    __slots__ = ("_connections", "_proxy", "_session", "_wire")

    def __init__(self, root: str = TELEGRAM, connections: int = CONNECTIONS) -> None:
        self._connections, self._proxy = connections, _proxy_to(root)
        self._session: aiohttp.ClientSession | None = None
        self._wire: Wire | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where a call names none."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Opens the session; does nothing where it is open."""
        self._opened()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEPT_ALIVE_SECONDS, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector,
                headers={"User-Agent": self.USER_AGENT},
                timeout=_timeout(READ_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy,
            )
            self._wire = Wire(self._session, self.USER_AGENT)
        return self._session

    async def shutdown(self) -> None:
        """Closes the session."""
        if self._session is not None:
            await self._session.close()
            self._session = self._wire = None

    async def do_request(  # noqa: PLR0913, PLR0917 - the library asks for these arguments
        self,
        url: str,
        method: str,
        request_data: RequestData | Form | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one limit holds for all of them
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one limit holds for all of them
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one limit holds for all of them
    ) -> tuple[int, bytes]:
        """One request: the HTTP status and the body of the answer.

        Raises:
            TimedOut: no answer in time; whether it was carried out is not known.
            NetworkError: the server could not be reached, or the connection broke.
        """
        body = request_data.url_encoded_parameters().encode() if request_data else b""
        seconds = READ_SECONDS if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        try:
            return await self._asked(method, url, body, seconds)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as fault:
            raise NetworkError(type(fault).__name__) from None

    async def _asked(self, method: str, url: str, body: bytes, seconds: float | None) -> tuple[int, bytes]:
        session = self._opened()
        if self._proxy is None and self._wire is not None:
            return await self._wire.ask(method, url, body, seconds)
        async with session.request(method, url, data=body, headers=_FORM, timeout=_timeout(seconds)) as answer:
            return answer.status, await answer.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as data. Unlike the library's own, it never logs an answer that it cannot read.

        Raises:
            NetworkError: it is none of the Bot API; something in between answered.
        """
        try:
            data = json.loads(payload)
        except ValueError:
            data = None
        if not isinstance(data, dict) or not _ANSWERS & data.keys():
            raise NetworkError(_GARBLED)
        return data


class RawBot(Bot):
    """A bot that also takes and gives plain data.

    Two reasons. One update that cannot be parsed must not hold up the others, nor reach a log with what a person typed; the
    library's ``get_updates`` does both. And where every tap costs two calls, building the library's objects only to throw
    them away again would cost as much as the turn itself.
    """

    __slots__ = ("_server", "_updates")

    def __init__(self, token: str, root: str) -> None:
        self._server, self._updates = AiohttpRequest(root), AiohttpRequest(root, connections=2)
        super().__init__(token, f"{root}/bot", f"{root}/file/bot", request=self._server, get_updates_request=self._updates)

    async def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Does a call; gives its result as it came. Parameters that are None are left out.

        Raises:
            TelegramError: as for every method.
        """
        return await _post(self._server, f"{self.base_url}/{method}", params)

    async def raw_updates(self, params: Mapping[str, Any], seconds: float) -> list[dict[str, Any]]:
        """The updates that wait, as they came; waits up to ``seconds`` for one.

        Raises:
            TelegramError: as for every method.
        """
        asked = {**params, "timeout": int(seconds)}
        found = await _post(self._updates, f"{self.base_url}/getUpdates", asked, seconds + READ_SECONDS)
        return [update for update in found if isinstance(update, dict)]


async def _post(server: AiohttpRequest, url: str, params: Mapping[str, Any], read: Any = BaseRequest.DEFAULT_NONE) -> Any:
    """One call. What the answer means, and which fault it is, the library tells; building the form is left to us."""
    return await server.post(url, cast("RequestData", Form(params)), read_timeout=read)


def connect(token: str, api_url: str | None) -> RawBot:
    """The bot of a token at a Bot API server (None: Telegram's own). Long polling has a connection of its own."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's own switch: spans of time as such, without a warning
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
