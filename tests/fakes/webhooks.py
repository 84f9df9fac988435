"""The server's other way to bring updates: it calls the bot, one update at a time of a queue, until each call succeeds."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any

import aiohttp

from tests.fakes.botapi import INSIDE, BotApi

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.5


class Deliverer:
    """Brings the updates of a Bot API server to the address that the bot registered.

    As the official server does it: messages of a chat one after another, presses of a person in a queue of their own, again
    after a growing pause where the answer is no success; an answer may itself be a call.

    Args:
        api: whose updates.
        address: where the bot listens; a proxy would lead there from the registered address.

    Attributes:
        lag: seconds that an update is under way.
        again: whether an update is brought a second time, beside the first.
    """

    def __init__(self, api: BotApi, address: str) -> None:
        self.api, self.address = api, address
        self.statuses: list[int] = []
        self.lag: Callable[[], float] = lambda: 0.0
        self.again: Callable[[], bool] = lambda: False
        self._queues: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._taken: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = aiohttp.ClientSession()
        self._watching = asyncio.ensure_future(self._watch())

    async def stop(self) -> None:
        """Brings nothing more."""
        tasks = [self._watching, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._open.close()

    async def post(self, update: Any, **headers: str) -> tuple[int, str]:
        """One call to the bot: the status and the body of its answer."""
        path = str(self.api.hook["url"]).partition("://")[2].partition("/")[2]
        given = {SECRET_HEADER: str(self.api.hook["secret_token"]), **headers}
        async with self._open.post(f"{self.address}/{path}", json=update, headers=given) as answer:
            return answer.status, await answer.text()

    async def _watch(self) -> None:
        while True:
            for number in self.api.waiting:
                if number not in self._taken and self.api.hook:
                    self._taken.add(number)
                    task = asyncio.ensure_future(self._bring(number, self.api._updates[number]))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
            async with self.api.changed:
                await self.api.changed.wait()

    async def _bring(self, number: int, update: dict[str, Any]) -> None:
        async with self._queues[_queue(update)]:
            pause = FIRST_PAUSE
            await asyncio.sleep(self.lag())
            if self.again():
                copy = asyncio.ensure_future(self._copied(update))
                self._tasks.add(copy)
                copy.add_done_callback(self._tasks.discard)
            while not await self._success(update):
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        del self.api._updates[number]
        self.api.confirmed = min(self.api._updates, default=self.api._numbers["update"] + 1) - 1
        await self.api._tell()

    async def _copied(self, update: dict[str, Any]) -> None:
        await asyncio.sleep(self.lag())
        await self._success(update)

    async def _success(self, update: dict[str, Any]) -> bool:
        try:
            status, body = await self.post(update)
        except (aiohttp.ClientError, OSError):
            status, body = 0, ""
        self.statuses.append(status)
        if status == 200 and body:
            await self._carry_out(body)
        return status == 200

    async def _carry_out(self, body: str) -> None:
        """Does the call that an answer is."""
        address = f"{self.api.url}/bot{self.api.token}/{_method(body)}"
        async with self._open.post(address, data=_parameters(body), headers={"User-Agent": INSIDE}) as done:
            await done.read()


def _queue(update: dict[str, Any]) -> Hashable:
    if "callback_query" in update:
        return "presses", update["callback_query"]["from"]["id"]
    return "messages", next(part for part in (update.get("message"), update.get("edited_message")) if part)["chat"]["id"]


def _method(body: str) -> str:
    return str(json.loads(body)["method"])


def _parameters(body: str) -> dict[str, str]:
    found = json.loads(body)
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items() if name != "method"}
