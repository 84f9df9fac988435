"""Shows the replies of a turn in a chat, so that a finished consultation reads as a short transcript.

What a person acts on is one message, edited in place as long as it is the last of the chat. When its stage ends it turns
into the stage's summary, and the next screen is a new message.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from bot.channels.telegram.bridge import Place, Tap, button_data
from bot.channels.telegram.calls import Calls, Keyboard, Missing
from bot.render.port import Key, Shown
from flows.dialog.replies import Role

TOAST = 200

Remember = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Order:
    """What to show and where.

    Attributes:
        place: the chat and its topic.
        shown: what to show, in order.
        step: of the screen; its buttons carry it.
        screen: the message that is the current screen as far as is known; 0 if none is.
        tap: the press that brought this about, if one did.
        after: the id of the message that the person sent; 0 if they sent none.
        stale: the button pressed was one of an earlier screen.
        over: nothing stays to act on; the buttons of the screen go.
    """

    place: Place
    shown: tuple[Shown, ...]
    step: int = 0
    screen: int = 0
    tap: Tap | None = None
    after: int = 0
    stale: bool = False
    over: bool = False


class Delivery:
    """An order on its way. ``go`` may be called again after a fault: it goes on where it stood.

    Args:
        calls: does the calls.
        order: what is to be shown.
        remember: told the new current screen as soon as there is one (0: none any more).
    """

    def __init__(self, calls: Calls, order: Order, remember: Remember) -> None:
        self.calls, self.place, self.step, self.remember = calls, order.place, order.step, remember
        tap = order.tap
        # A screen may have been sent and the process killed before it was noted: a press under it brings it back.
        self._screen = max(order.screen, tap.message) if tap and not order.stale else order.screen
        self._known = order.screen
        self._last = self._screen > order.after
        self._query = tap.query if tap else None
        self._toast = "\n".join(shown.markup for shown in order.shown if shown.role is Role.TOAST)[:TOAST]
        self._pending = deque(shown for shown in order.shown if shown.role is not Role.TOAST or tap is None)
        self._leftover = [tap.message] if tap and tap.message != self._screen else []
        if order.over and self._screen:
            self._leftover.append(self._screen)

    async def go(self) -> None:
        """Answers the press and shows what is left to show.

        Raises:
            Unreachable: the server does not answer; call again later.
            Unwelcome: the chat takes no messages.
        """
        answering = asyncio.ensure_future(self._answer())
        await asyncio.sleep(0)  # lets the answer set out first: the app shows a waiting button until it has it
        try:
            while self._pending:
                await self._show(self._pending[0])
                self._pending.popleft()
        finally:
            await answering
        await self._note(self._screen)
        while self._leftover:
            await self.calls.strip(self.place, self._leftover.pop())

    async def _answer(self) -> None:
        """Answers the press, at once and once."""
        query, self._query = self._query, None
        if query is not None:
            await self.calls.answer(query, self._toast)

    async def _show(self, shown: Shown) -> None:
        match shown.role:
            case Role.TOAST:
                await self._send(escape(shown.markup))
            case Role.NOTE:
                await self._send(shown.markup, keyboard(shown.rows, self.step))
            case Role.CLOSING:
                await self._close(shown)
            case Role.SCREEN:
                await self._paint(shown)

    async def _send(self, markup: str, buttons: Keyboard | None = None) -> int:
        self._last = False
        return await self.calls.send(self.place, markup, buttons)

    async def _close(self, shown: Shown) -> None:
        """Turns the current screen into the summary of its stage."""
        if not (self._screen and await self._edited(shown, None)):
            await self._send(shown.markup)
        self._screen = 0

    async def _paint(self, shown: Shown) -> None:
        """Shows the screen: in place if it is the last message, else anew."""
        buttons = keyboard(shown.rows, self.step)
        if self._screen and self._last and await self._edited(shown, buttons):
            return
        sent = await self._send(shown.markup, buttons)
        if self._screen:
            self._leftover.append(self._screen)
        self._screen, self._last = sent, True
        await self._note(sent)

    async def _edited(self, shown: Shown, buttons: Keyboard | None) -> bool:
        """Edits the current screen; False where it is gone, and then there is none."""
        try:
            await self.calls.edit(self.place, self._screen, shown.markup, buttons)
        except Missing:
            self._screen = 0
        return bool(self._screen)

    async def _note(self, screen: int) -> None:
        if screen != self._known:
            self._known = screen
            await self.remember(screen)


def keyboard(rows: Iterable[Iterable[Key]], step: int) -> Keyboard | None:
    """The buttons of a screen; None if it has none."""
    built = [[_button(key, step) for key in row] for row in rows]
    return {"inline_keyboard": built} if built else None


def _button(key: Key, step: int) -> Mapping[str, Any]:
    style = {"style": key.style} if key.style else {}
    action = {"copy_text": {"text": key.copy}} if key.copy else {"callback_data": button_data(step, key.code)}
    return {"text": key.text, **action, **style}
