"""Where Telegram brings updates by itself: one address that takes an update, and says yes only when its turn is saved.

Whatever is not answered with a success comes again. So an update that is saved is acknowledged, also one that made trouble
(its error is noted under an id), and only a store that cannot save now, or a turn that takes too long, is a failure.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.channels.telegram.bridge import number_of
from bot.channels.telegram.intake import Intake, Raw
from bot.stores.port import StoreUnavailable

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
LARGEST = 1 << 20
"""Bytes of an update; real ones have a few thousand."""
TURN_SECONDS = 25.0
"""The server waits a minute for an answer; a turn takes milliseconds."""
OK, MALFORMED, FORBIDDEN, TOO_LARGE, LATER = 200, 400, 403, 413, 503

log = logging.getLogger(__name__)


class _Refused(Exception):
    """A request that is no update of Telegram's. ``status`` is the answer to it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Hook:
    """Takes updates from requests.

    Args:
        intake: saves an update.
        secret: what every request must bring along.
    """

    def __init__(self, intake: Intake, secret: str) -> None:
        self.intake, self._secret = intake, secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            response = await self._taken(await self._update(Request(scope, receive)))
        except _Refused as refused:
            response = Response(status_code=refused.status)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _taken(self, raw: Raw) -> Response:
        """The answer once the update is saved; it may itself be a call."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                call = await self.intake(raw, inline=True)
        except StoreUnavailable:
            log.warning("not saved: StoreUnavailable; to be brought again")
            return Response(status_code=LATER)
        except TimeoutError:
            log.error("not saved within %.0f s; to be brought again", TURN_SECONDS)  # noqa: TRY400 - it is our own limit
            return Response(status_code=LATER)
        if call is None:
            return Response()
        return Response(json.dumps(call), media_type="application/json")

    async def _update(self, request: Request) -> Raw:
        """The update that a request brings.

        Raises:
            _Refused: it brings none, or is not Telegram's.
        """
        given = next((value for name, value in request.scope["headers"] if name == SECRET_HEADER), b"")
        if not hmac.compare_digest(given, self._secret):
            raise _Refused(FORBIDDEN)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise _Refused(MALFORMED)
        try:
            found = json.loads(await _body(request))
        except (ValueError, RecursionError):
            raise _Refused(MALFORMED) from None
        if not isinstance(found, dict) or number_of(found) is None:
            raise _Refused(MALFORMED)
        return found


async def _body(request: Request) -> bytes:
    """The body, read no further than it may be long."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST:
        raise _Refused(TOO_LARGE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise _Refused(TOO_LARGE)
    return bytes(body)


def application(intake: Intake, path: str, secret: str) -> Starlette:
    """The server's application: the hook at its path, and nothing else."""
    return Starlette(routes=[Route(path, Hook(intake, secret), methods=["POST"])])
