"""Where Telegram brings updates by itself: one address that takes an update, and says yes only when its turn is saved.

Whatever is not answered with a success comes again. So an update that is saved is acknowledged, also one that made trouble
(its error is noted under an id), and only a store that cannot save now, or a turn that takes too long, is a failure.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot import metrics
from bot.channels.telegram.bridge import number_of
from bot.channels.telegram.intake import Intake, Raw
from bot.stores.port import StoreUnavailable

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
LARGEST = 1 << 20
"""Bytes of an update; real ones have a few thousand."""
TURN_SECONDS = 25.0
"""The server waits a minute for an answer; a turn takes milliseconds."""
LATER = 500
"""What is answered where an update is not saved: it comes again."""
QUIET_SECONDS = 60.0
"""How long nothing more is logged of requests that are refused for the same reason: anybody may send them, as many as they like."""

log = logging.getLogger(__name__)


class Reason(StrEnum):
    """Why a request is refused."""

    STRANGER = "secret"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"


STATUS = {Reason.STRANGER: 403, Reason.MALFORMED: 400, Reason.TOO_LARGE: 413}


class _Refused(Exception):
    """A request that is no update of Telegram's."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Refusals:
    """Notes what is refused: each in the figures, of each reason one line a minute with their number. Nothing of a request is told.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._told: dict[Reason, float] = {}
        self._since: Counter[Reason] = Counter()

    def note(self, reason: Reason) -> None:
        """A request was refused."""
        metrics.refused(reason)
        self._since[reason] += 1
        now = self.clock()
        if now - self._told.get(reason, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._told[reason] = now
            log.warning("requests refused: %d (%d, %s)", self._since.pop(reason), STATUS[reason], reason)


class Hook:
    """Takes updates from requests.

    Args:
        intake: saves an update.
        secret: what every request must bring along.
    """

    def __init__(self, intake: Intake, secret: str) -> None:
        self.intake, self._secret, self._refusals = intake, secret.encode(), Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            response = await self._taken(await self._update(Request(scope, receive)))
        except _Refused as refused:
            self._refusals.note(refused.reason)
            response = Response(status_code=STATUS[refused.reason])
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
            raise _Refused(Reason.STRANGER)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise _Refused(Reason.MALFORMED)
        try:
            found = json.loads(await _body(request))
        except (ValueError, RecursionError):
            raise _Refused(Reason.MALFORMED) from None
        if not isinstance(found, dict) or number_of(found) is None:
            raise _Refused(Reason.MALFORMED)
        return found


async def _body(request: Request) -> bytes:
    """The body, read no further than it may be long."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST:
        raise _Refused(Reason.TOO_LARGE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise _Refused(Reason.TOO_LARGE)
    return bytes(body)


def application(intake: Intake, path: str, secret: str) -> Starlette:
    """The server's application: the hook at its path, and nothing else."""
    return Starlette(routes=[Route(path, Hook(intake, secret), methods=["POST"])])
