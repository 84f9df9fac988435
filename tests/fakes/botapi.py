"""A Bot API server for tests, as strict as the official one: chats with messages, updates with offsets, queries, faults."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web

from tests.fakes.botapi_rules import TOAST, Refused, Text, bad, check_profile, read_keyboard, read_parameters, read_text, units
from tests.fakes.botapi_things import Call, Chat, Display, Fault, Message, flood

__all__ = [
    "FIRST_UPDATE",
    "INSIDE",
    "NOW",
    "TOKEN",
    "USERNAME",
    "BotApi",
    "Call",
    "Chat",
    "Display",
    "Fault",
    "Message",
    "described",
    "flood",
]

TOKEN = "123456789:AAE-test_token_of_no_bot_at_all"
USERNAME = "phnen_test_bot"
NOW = 1_790_000_000
FIRST_UPDATE = 1001

INSIDE = "the server itself"
"""Who does the call that an answer to a webhook is: nothing goes wrong between the server and itself."""

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content and "
    "reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_OF_LIFE = (NOT_MODIFIED, TOO_OLD, "not found", "can't be edited")
"""Refusals that no bot can avoid."""


class BotApi:
    """The server. Tests drive it through ``tests.fakes.person``.

    Attributes:
        calls: every request but getUpdates, in order.
        wrong: what a strict server found wrong with requests; empty for a bot without faults.
        toasts: the answers to presses, by query id; ``expired`` are those that came too late.
        quiet: waits until the bot has nothing left to send.
        chance: may let a call go wrong, given its method and parameters (``tests.fakes.flood`` sets Telegram's limits).
        fades: whether what a call is about has gone meanwhile: a press is too old to be answered, a message was deleted
            (``gone``), or is too old to be edited (``frozen``). No other call about it will find it either.
    """

    def __init__(self, token: str = TOKEN) -> None:
        self.token, self.url = token, ""
        self.chats: dict[int, Chat] = {}
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.toasts: dict[str, str] = {}
        self.expired: set[str] = set()
        self.profile: dict[tuple[str, str], Any] = {}
        self.webhook = False
        self.hook: Mapping[str, Any] = {}
        self.confirmed = 0
        self.polls: list[dict[str, Any]] = []
        self.changed = asyncio.Condition()
        self.quiet: Callable[[], Awaitable[None]] = _at_once
        self.chance: Callable[[str, Mapping[str, str]], Fault | None] = lambda _method, _given: None
        self.fades: Callable[[], str] = lambda: ""
        self._updates: dict[int, dict[str, Any]] = {}
        self._numbers = {"update": FIRST_UPDATE - 1, "message": 0, "query": 5_000_000}
        self._faults: defaultdict[str, deque[tuple[Fault, Callable[[Mapping[str, Any]], bool]]]] = defaultdict(deque)
        self._poller = 0
        self._asker = ""
        self._fresh: Display | None = None
        self._open_queries: dict[str, int] = {}
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listens on a free port; ``url`` is then the root of the server."""
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stops listening."""
        async with self.changed:
            self._poller += 1
            self.changed.notify_all()
        if self._runner:
            await self._runner.cleanup()

    # --- what a test does ---------------------------------------------------------------------------------------

    def number(self, kind: str) -> int:
        """The next id of a kind: update, message or query."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    async def deliver(self, update: dict[str, Any]) -> int:
        """Puts an update into the queue; gives its id."""
        number = self.number("update")
        self._updates[number] = {"update_id": number, **update}
        await self._tell()
        return number

    async def redeliver(self, number: int, update: dict[str, Any]) -> None:
        """Delivers an update a second time, as after a process that did not acknowledge it."""
        self.confirmed = min(self.confirmed, number - 1)
        self._updates[number] = {"update_id": number, **update}
        await self._tell()

    def open_query(self, chat: int) -> str:
        """A press that waits for its answer."""
        query = str(self.number("query"))
        self._open_queries[query] = chat
        return query

    def expire_queries(self) -> None:
        """Makes every press that waits too old to be answered."""
        self.expired |= self._open_queries.keys()
        self._open_queries.clear()

    def fault(self, method: str, fault: Fault, times: int = 1, chat: int | None = None) -> None:
        """Makes the next calls of a method (in one chat) go wrong."""
        for _ in range(times):
            self._faults[method].append((fault, lambda parameters: chat is None or parameters.get("chat_id") == chat))

    def clear_faults(self) -> None:
        """Takes back every fault that has not struck yet."""
        self._faults.clear()

    def no_fault_waits(self, method: str) -> bool:
        """Whether every fault that was laid for a method has struck."""
        return not self._faults[method]

    def called(self, *methods: str) -> list[Call]:
        """The calls of some methods."""
        return [call for call in self.calls if call.method in methods]

    @property
    def waiting(self) -> list[int]:
        """Updates that were not acknowledged."""
        return sorted(number for number in self._updates if number > self.confirmed)

    async def settled(self, number: int, seconds: float = 30.0) -> None:
        """Waits until an update is acknowledged and, where the bot can tell (``quiet``), the replies are out."""
        await self.until(lambda: self.confirmed >= number, seconds)
        async with asyncio.timeout(seconds):
            await self.quiet()

    async def until(self, wanted: Callable[[], bool], seconds: float = 30.0) -> None:
        """Waits until something holds."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(wanted)

    # --- HTTP ---------------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
        if request.match_info["token"] != self.token:
            return _answer(Refused(401, "Unauthorized"))
        fault = None if request.headers.get("User-Agent") == INSIDE else self._next_fault(method, given)
        outcome: Any = None
        if fault:
            await self._tell()
            await asyncio.sleep(fault.delay)
        fresh = None
        try:
            if fault is None or fault.late or not (fault.code or fault.body or fault == Fault()):
                self._asker, self._fresh = request.headers.get("User-Agent", ""), None
                outcome = await self._carry_out(method, given)
                fresh = self._fresh
        except Refused as refused:
            outcome = refused
        if fault and (fault.code or fault.body or not fault.delay):
            if fresh is not None:
                fresh.untold = True
            outcome = Refused(fault.code, fault.description, **fault.parameters) if fault.code else fault
        await self._record(method, given, outcome)
        if isinstance(outcome, Fault):
            return await _broken(request, outcome)
        return _answer(outcome)

    def _next_fault(self, method: str, given: Mapping[str, str]) -> Fault | None:
        waiting = self._faults[method]
        chat = int(given["chat_id"]) if given.get("chat_id", "").lstrip("-").isdigit() else None
        for place, (fault, meant) in enumerate(waiting):
            if meant({"chat_id": chat}):
                del waiting[place]
                return fault
        return self.chance(method, given)

    async def _record(self, method: str, given: Mapping[str, str], outcome: Any) -> None:
        status = 0 if isinstance(outcome, Fault) else outcome.code if isinstance(outcome, Refused) else 200
        if method == "getUpdates":
            self.polls.append({**given, "status": status})
        else:
            self.calls.append(Call(method, dict(given), status))
        await self._tell()

    async def _carry_out(self, method: str, given: Mapping[str, str]) -> Any:
        try:
            parameters = read_parameters(method, given)
            if method == "getUpdates":
                return await self._get_updates(parameters)
            return self._methods()[method](parameters)
        except Refused as refused:
            if refused.code in (400, 404) and not any(known in refused.description for known in _OF_LIFE):
                self.wrong.append(f"{method}: {refused.description}")
            raise

    def _methods(self) -> Mapping[str, Callable[[Mapping[str, Any]], Any]]:
        return {
            "getMe": lambda _: bot_user(),
            "setWebhook": self._set_webhook,
            "deleteWebhook": lambda _: self._delete_webhook(),
            "sendMessage": self._send,
            "editMessageText": self._edit,
            "editMessageReplyMarkup": self._edit_markup,
            "answerCallbackQuery": self._answer_query,
            "setMyCommands": lambda given: self._set("commands", given),
            "getMyCommands": lambda given: self._get("commands", given, []),
            "setMyDescription": lambda given: self._set("description", given),
            "getMyDescription": lambda given: {"description": self._get("description", given, "")},
            "setMyShortDescription": lambda given: self._set("short_description", given),
            "getMyShortDescription": lambda given: {"short_description": self._get("short_description", given, "")},
            "setChatMenuButton": lambda given: self._set("menu_button", given),
            "getChatMenuButton": lambda given: self._get("menu_button", given, {"type": "default"}),
        }

    # --- methods ------------------------------------------------------------------------------------------------

    async def _get_updates(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refused(409, WEBHOOK_SET)
        self._poller = mine = self._poller + 1
        offset = given.get("offset") or 0
        self.confirmed = max(self.confirmed, offset - 1)
        for number in [number for number in self._updates if number < offset]:
            del self._updates[number]
        await self._tell()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(given.get("timeout", 0), 50)), self.changed:
                await self.changed.wait_for(lambda: self._poller != mine or self._updates)
        if self._poller != mine:
            raise Refused(409, OTHER_POLLER)
        return [self._updates[number] for number in sorted(self._updates)][: given.get("limit", 100)]

    def _set_webhook(self, given: Mapping[str, Any]) -> bool:
        self.webhook, self.hook = True, given
        return True

    def _delete_webhook(self) -> bool:
        self.webhook = False
        return True

    def _chat(self, given: Mapping[str, Any]) -> Chat:
        chat = self.chats.get(given["chat_id"])
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _send(self, given: Mapping[str, Any]) -> dict[str, Any]:
        chat = self._chat(given)
        thread = given.get("message_thread_id")
        if thread is not None and not chat.topics:
            raise bad("message thread not found")
        message = Message(self.number("message"), read_text(given), read_keyboard(given.get("reply_markup")), of_bot=True, thread=thread)
        chat.messages[message.id] = message
        self._show(chat, message)
        return described(chat, message)

    def _show(self, chat: Chat, message: Message) -> None:
        self._fresh = Display(message.text, message.rows, self._asker, message.id)
        chat.shown.append(self._fresh)

    def _message(self, given: Mapping[str, Any]) -> tuple[Chat, Message]:
        chat = self._chat(given)
        message = chat.messages.get(given["message_id"])
        fate = self.fades() if message and message.of_bot else ""
        if message is None or fate == "gone":
            chat.messages.pop(given["message_id"], None)
            raise bad("message to edit not found")
        message.frozen |= fate == "frozen"
        if message.frozen or not message.of_bot:
            raise bad("message can't be edited")
        return chat, message

    def _edit(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return self._change(given, read_text(given))

    def _edit_markup(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return self._change(given, None)

    def _change(self, given: Mapping[str, Any], text: Text | None) -> dict[str, Any]:
        chat, message = self._message(given)
        worded, text, rows = text is not None, text or message.text, read_keyboard(given.get("reply_markup"))
        if (text, rows) == (message.text, message.rows):
            raise bad(NOT_MODIFIED)
        message.versions.append(message.rows)
        message.text, message.rows, message.edits = text, rows, message.edits + 1
        if worded:
            self._show(chat, message)
        return described(chat, message)

    def _answer_query(self, given: Mapping[str, Any]) -> bool:
        text = given.get("text", "")
        if units(text) > TOAST:
            raise bad("MESSAGE_TOO_LONG")
        query = given["callback_query_id"]
        if query in self._open_queries and self.fades():
            self.expired.add(query)
            del self._open_queries[query]
        if self._open_queries.pop(query, None) is None:
            raise bad(TOO_OLD)
        self.toasts[query] = text
        return True

    def _set(self, what: str, given: Mapping[str, Any]) -> bool:
        check_profile(f"setMy{what.capitalize()}", given)
        self.profile[what, given.get("language_code", "")] = given[what]
        return True

    def _get(self, what: str, given: Mapping[str, Any], otherwise: Any) -> Any:
        return self.profile.get((what, given.get("language_code", "")), otherwise)

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()


async def _at_once() -> None:
    """Replies need no waiting for."""


def bot_user() -> dict[str, Any]:
    """The bot as a user."""
    rights = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {"id": 123456789, "is_bot": True, "first_name": "PHNEN", "username": USERNAME, **rights}


def described(chat: Chat, message: Message) -> dict[str, Any]:
    """A message of the bot as the server describes it."""
    found: dict[str, Any] = {
        "message_id": message.id,
        "date": NOW,
        "chat": {"id": chat.id, "type": chat.kind, **({"first_name": "P"} if chat.kind == "private" else {"title": "G"})},
        "from": bot_user(),
        "text": message.text.shown,
    }
    if message.rows:
        found["reply_markup"] = {"inline_keyboard": message.rows}
    if message.thread:
        found |= {"message_thread_id": message.thread, "is_topic_message": True}
    return found


def _answer(outcome: Any) -> web.Response:
    if isinstance(outcome, Refused):
        body = {"ok": False, "error_code": outcome.code, "description": outcome.description}
        if outcome.parameters:
            body["parameters"] = outcome.parameters
        return web.json_response(body, status=outcome.code, dumps=json.dumps)
    return web.json_response({"ok": True, "result": outcome})


async def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    """An answer that is none."""
    if fault.body:
        return web.Response(text=fault.body)
    if request.transport:
        request.transport.abort()
    return web.Response()
