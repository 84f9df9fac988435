"""Tells the server where updates are to come."""

from __future__ import annotations

import asyncio
import logging

from bot.channels.telegram.calls import growing
from bot.channels.telegram.faults import TelegramError
from bot.channels.telegram.pace import Sleep
from bot.channels.telegram.polling import ALLOWED
from bot.channels.telegram.request import RawBot

CONNECTIONS = 100
"""The most updates that the server brings at once; one at a time of a chat."""
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0

log = logging.getLogger(__name__)


async def register(bot: RawBot, url: str, secret: str, sleep: Sleep = asyncio.sleep) -> None:
    """Tells the server which address to call, until it has taken it. What already waits is kept.

    Told at every start although it may know: what it says about a webhook leaves out the secret, which may be a new one.
    """
    params = {"url": url, "secret_token": secret, "allowed_updates": ALLOWED, "max_connections": CONNECTIONS}
    for pause in growing(FIRST_PAUSE, LONGEST_PAUSE):
        try:
            await bot.call("setWebhook", params)
        except TelegramError as fault:
            log.error("the webhook is not set: %s; tried again in %.0f s", fault.message, pause)  # noqa: TRY400 - the server's own words
            await sleep(pause)
        else:
            log.info("updates come to the webhook")
            return
