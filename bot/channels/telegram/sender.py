"""Shows the replies of a turn in a chat, so that a finished consultation reads as a short transcript.

What a person acts on is one message, edited in place as long as it is the last of the chat. When its stage ends it turns
into the stage's summary, and the next screen is a new message.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from bot.channels.telegram.bridge import Place, Tap, button_data
from bot.channels.telegram.calls import Calls, Keyboard, Missing
from bot.render.port import Key, Shown
from flows.dialog.replies import Role

TOAST = 200

Keep = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Told what is left to do, as data that ``Delivery`` takes up again, after every call but the last."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to show and where.

    Attributes:
        place: the chat and its topic.
        shown: what to show, in order.
        step: of the screen; its buttons carry it.
        tap: the press that brought this about, if one did.
        after: the id of the message that the person sent; 0 if they sent none.
        stale: the button pressed was one of an earlier screen.
        over: nothing stays to act on; the buttons of the screen go.
        screen: the message that is the current screen, for when nothing is kept of the conversation any more; 0 if none is.
    """

    place: Place
    shown: Sequence[Shown]
    step: int = 0
    tap: Tap | None = None
    after: int = 0
    stale: bool = False
    over: bool = False
    screen: int = 0


def payload_of(order: Order, *, answered: bool = False) -> dict[str, Any]:
    """An order as JSON-ready data, ready to be sent by whoever finds it.

    Args:
        order: what to show.
        answered: the press is answered in another way.
    """
    tap = order.tap
    items = [item for shown in order.shown if (item := _item(shown, order)) is not None]
    return {
        "chat": order.place.chat,
        "thread": order.place.thread,
        "query": tap.query if tap and not answered else None,
        "toast": toast_of(order.shown),
        "pressed": tap.message if tap else 0,
        "stale": order.stale,
        "after": order.after,
        "over": order.over,
        "screen": order.screen,
        "items": items,
    }


def toast_of(shown: Iterable[Shown]) -> str:
    """The words that answer a press."""
    return "\n".join(each.markup for each in shown if each.role is Role.TOAST)[:TOAST]


def _item(shown: Shown, order: Order) -> list[Any] | None:
    """A message as data: its role, text and buttons; None for what is no message."""
    if shown.role is Role.TOAST:
        return None if order.tap else [Role.NOTE.value, escape(shown.markup), None]
    return [shown.role.value, shown.markup, keyboard(shown.rows, order.step)]


class Delivery:
    """An order on its way. ``go`` may be called again after a fault: it goes on where it stood.

    Args:
        calls: does the calls.
        payload: what is to be shown (``payload_of``), or what was left of it.
        screen: the message that is the current screen; None where nothing is kept of the conversation.
        keep: told what is left.
    """

    def __init__(self, calls: Calls, payload: Mapping[str, Any], screen: int | None, keep: Keep) -> None:
        self.calls, self.keep, self._payload = calls, keep, payload
        self.place = Place(payload["chat"], payload["thread"])
        self._query = payload["query"]
        self._pending = deque(payload["items"])
        stood = payload.get("stood")
        if stood:
            self.screen, self._last, self._leftover = stood["screen"], stood["last"], list(stood["leftover"])
        else:
            self.screen, self._last, self._leftover = _begun(payload, payload["screen"] if screen is None else screen)

    async def go(self) -> None:
        """Answers the press and shows what is left to show.

        Raises:
            Unreachable: the server does not answer; call again later.
            Unwelcome: the chat takes no messages.
        """
        answering = asyncio.ensure_future(self._answer()) if self._query is not None else None
        try:
            if answering:
                await asyncio.sleep(0)  # lets the answer set out first: the app shows a waiting button until it has it
            while self._pending:
                await self._show(*self._pending[0])
                self._pending.popleft()
                await self._keep()
        except asyncio.CancelledError:
            if answering:
                answering.cancel()  # whoever stops us does not wait for an answer that may take a minute
            raise
        finally:
            if answering:
                await answering
        while self._leftover:
            await self.calls.strip(self.place, self._leftover[-1])
            self._leftover.pop()
            await self._keep()

    async def _keep(self) -> None:
        """Has kept what is left, unless nothing is: the whole order is done with then."""
        if self._pending or self._leftover:
            pace = self.calls.pace.standing(self.place.chat)
            stood = {"screen": self.screen, "last": self._last, "leftover": self._leftover, "pace": pace}
            await self.keep({**self._payload, "query": self._query, "items": list(self._pending), "stood": stood})

    async def _answer(self) -> None:
        """Answers the press, at once and once."""
        await self.calls.answer(self._query, self._payload["toast"])
        self._query = None

    async def _show(self, role: str, markup: str, buttons: Keyboard | None) -> None:
        match role:
            case Role.CLOSING:
                await self._close(markup)
            case Role.SCREEN:
                await self._paint(markup, buttons)
            case _:
                await self._send(markup, buttons)

    async def _send(self, markup: str, buttons: Keyboard | None = None) -> int:
        sent = await self.calls.send(self.place, markup, buttons, self._keep)
        self._last = False
        return sent

    async def _close(self, markup: str) -> None:
        """Turns the current screen into the summary of its stage."""
        if not (self.screen and await self._edited(markup, None)):
            await self._send(markup)
        self.screen = 0

    async def _paint(self, markup: str, buttons: Keyboard | None) -> None:
        """Shows the screen: in place if it is the last message, else anew."""
        if self.screen and self._last and await self._edited(markup, buttons):
            return
        sent = await self._send(markup, buttons)
        if self.screen:
            self._leftover.append(self.screen)
        self.screen, self._last = sent, True

    async def _edited(self, markup: str, buttons: Keyboard | None) -> bool:
        """Edits the current screen; False where it is gone, and then there is none."""
        try:
            await self.calls.edit(self.place, self.screen, markup, buttons, self._keep)
        except Missing:
            self.screen = 0
        return bool(self.screen)


def _begun(payload: Mapping[str, Any], screen: int) -> tuple[int, bool, list[int]]:
    """The screen at the beginning, whether it is the last message, and the messages whose buttons are to go."""
    pressed = payload["pressed"]
    # A screen may have been sent and the process killed before it was noted: a press under it brings it back.
    current = max(screen, pressed) if pressed and not payload["stale"] else screen
    leftover = [pressed] if pressed and pressed != current else []
    if payload["over"] and current:
        leftover.append(current)
    return current, current > payload["after"], leftover


def keyboard(rows: Iterable[Iterable[Key]], step: int) -> Keyboard | None:
    """The buttons of a screen; None if it has none."""
    built = [[_button(key, step) for key in row] for row in rows]
    return {"inline_keyboard": built} if built else None


def _button(key: Key, step: int) -> Mapping[str, Any]:
    style = {"style": key.style} if key.style else {}
    action = {"copy_text": {"text": key.copy}} if key.copy else {"callback_data": button_data(step, key.code)}
    return {"text": key.text, **action, **style}
