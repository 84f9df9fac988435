"""People who follow a script, know what they ought to see after each step, and say so when they see something else."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.scripts import STICKER, Action
from tests.fakes.botapi import Display, Message
from tests.fakes.person import Person

PATIENCE = 120.0
"""Seconds. On a busy machine a start takes one or two, and a dozen lives in a row may be killed before they get to send."""


class Violation(AssertionError):
    """A promise was broken; says which, where, and what was seen instead."""


Shown = tuple[Any, Any]
"""What a display shows: the text with its marks, and the buttons."""


@dataclass(slots=True)
class Expected:
    """What an undisturbed run showed: everything so far after each step, the words that popped up in it, and what has buttons in the end."""

    shown: list[Shown] = field(default_factory=list)
    steps: list[tuple[int, Counter[str]]] = field(default_factory=list)
    alive: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Weather:
    """What is forgiven while the bot is disturbed.

    Attributes:
        dead: tells whether a client, by its name, was killed.
        busy: what the bot says while nothing can be saved.
        patience: seconds after which an answer that has not come counts as lost.
    """

    dead: Callable[[str], bool] = lambda _asker: False
    busy: frozenset[str] = frozenset()
    patience: float = PATIENCE


class Player:
    """One person with a script.

    Args:
        person: the phone in their hand.
        actions: the script.
        expected: of an undisturbed run; None: this is one, and what is seen is noted.
        weather: what is forgiven.
        rng: which of several copies of a screen is tapped, and whether an update comes twice.
    """

    def __init__(self, person: Person, actions: Sequence[Action], expected: Expected | None, weather: Weather, rng: random.Random) -> None:
        self.person, self.actions, self.weather, self.rng = person, actions, weather, rng
        self.expected, self.noted = expected, Expected()
        self.twice = 0.0
        self.at = 0
        self._mine: list[int] = []
        self._came: list[tuple[int, dict[str, Any]]] = []

    async def play(self) -> None:
        """Goes on up to the next upgrade, or to the end.

        Raises:
            Violation: something was seen that an undisturbed run does not show, or did not come in time.
        """
        while self.at < len(self.actions):
            action = self.actions[self.at]
            queries, update = await self._do(action)
            await self._see(action, queries, update)
            self.at += 1
            if action.kind == "upgrade":
                return

    def finish(self) -> None:
        """Looks at the chat once more, when everything is quiet.

        Raises:
            Violation: there is more than there should be, or a button that is no part of the last screen.
        """
        shown, copies = self._displays()
        alive = [
            message.text.shown
            for message in self.person.alive
            if message is self.person.screen or not (message.id in copies or message.frozen)
        ]
        if self.expected is None:
            self.noted.alive = alive
        elif shown != self.expected.shown:
            raise self._violation("in the end the chat shows something else", shown)
        elif not set(alive) <= set(self.expected.alive) or alive[-1:] != self.expected.alive[-1:]:
            history = [(each.message, each.asker, each.text.shown[:30]) for each in self.person.chat.shown[-12:]]
            raise Violation(f"{self._where()}: other buttons are alive: {[text[:30] for text in alive]}; {copies}; {history}")

    # --- doing --------------------------------------------------------------------------------------------------------

    async def _do(self, action: Action) -> tuple[list[str], int]:
        match action.kind:
            case "type":
                message, update = await self.person.send(action.text)
                self._mine.append(message)
                return [], update
            case "edit":
                return [], await self.person.change(self._mine[action.number], action.text)
            case "tap" | "double":
                with suppress(TimeoutError):  # a screen may vanish the moment it was seen; then it comes anew
                    await self.person.api.until(lambda: bool(self._with(action.text)), PATIENCE / 10)
                pressed = [
                    await self.person.press_data(action.text, self._button(action.text)) for _ in range(1 + (action.kind == "double"))
                ]
                return [query for query, _ in pressed], pressed[-1][1]
            case "stale":
                query, update = await self.person.press_data(action.text, self.rng.choice(self._of_bot()))
                return [query], update
            case "sticker":
                return [], await self.person.post("sticker", STICKER)
            case "away":
                return [], await self._away(action.text)
            case _:
                return [], 0

    async def _away(self, text: str) -> int:
        """Says something, blocks the bot before it can answer, and lets it in again when it has given up answering."""
        api, chat = self.person.api, self.person.chat
        async with asyncio.timeout(2 * self.weather.patience):
            await api.quiet()
            chat.blocked = True
            message, update = await self.person.send(text)
            self._mine.append(message)
            await api.settled(update, self.weather.patience)
            chat.blocked = False
        return update

    def _button(self, data: str) -> Message:
        """A message with that button; where a screen stands there twice, either."""
        found = self._with(data)
        if not found:
            raise Violation(f"{self._where()}: no button {data!r}; the screen has {self.person.buttons() if self.person.alive else None}")
        return self.rng.choice(found)

    def _with(self, data: str) -> list[Message]:
        return [
            message for message in self.person.alive if any(button.get("callback_data") == data for row in message.rows for button in row)
        ]

    def _of_bot(self) -> list[Message]:
        return [message for message in self.person.messages if message.of_bot]

    # --- seeing -------------------------------------------------------------------------------------------------------

    async def _see(self, action: Action, queries: Sequence[str], update: int) -> None:
        api = self.person.api
        if self.expected is None:
            await api.settled(update, PATIENCE)
            await api.until(lambda: all(query in api.toasts for query in queries), PATIENCE)
            self.noted.shown = self._displays()[0]
            self.noted.steps.append((len(self.noted.shown), Counter(api.toasts[query] for query in queries)))
            return
        number, words = self.expected.steps[self.at]
        wanted = self.expected.shown[:number]

        def seen() -> bool:
            shown = self._displays()[0]
            if shown != self.expected.shown[: len(shown)] or len(shown) > number:  # type: ignore[union-attr]
                raise self._violation("the chat shows something else", shown)
            return shown == wanted and api.toasts.keys() | api.expired >= set(queries) and update not in api.waiting

        try:
            await api.until(seen, self.weather.patience)
        except TimeoutError:
            unanswered = [query for query in queries if query not in api.toasts.keys() | api.expired]
            waiting = f"update {update} is {'waiting' if update in api.waiting else 'done'}, unanswered queries: {unanswered}"
            raise self._violation(f"nothing came of {action} ({waiting})", self._displays()[0]) from None
        found = Counter(api.toasts[query] for query in queries if query not in api.expired)
        if not (found == words or (found.total() < len(queries) and found <= words) or set(found) & self.weather.busy):
            raise Violation(f"{self._where()}: the press was answered {dict(found)} instead of {dict(words)}")

    def _displays(self) -> tuple[list[Shown], set[int]]:
        """What the chat showed, copies in doubt counted once; and the messages of which there are copies.

        In doubt is what its client never learned to be out: the connection broke, or the client was killed before it did
        anything else in this chat. Only what is in doubt may come again, right after it and word for word; and what nobody can
        see or use any more, as its message is gone or can be edited no longer.
        """
        found: list[Shown] = []
        copies: set[int] = set()
        last = {display.asker: display for display in self.person.chat.shown}
        before: Display | None = None
        for display in self.person.chat.shown:
            if display.text.shown in self.weather.busy:
                continue
            same = before is not None and (display.text, display.rows) == (before.text, before.rows)
            if same and before is not None and (before.untold or (last[before.asker] is before and self.weather.dead(before.asker))):
                copies |= {before.message, display.message}
            elif not (same and before is not None and self._is_lost(before.message)):
                found.append((display.text, display.rows))
            before = display
        return found, copies

    def _is_lost(self, number: int) -> bool:
        message = self.person.chat.messages.get(number)
        return message is None or message.frozen

    def _violation(self, what: str, shown: Sequence[Shown]) -> Violation:
        wanted = self.expected.shown if self.expected else []
        place = next((at for at, pair in enumerate(zip(shown, wanted, strict=False)) if pair[0] != pair[1]), min(len(shown), len(wanted)))
        excerpt = [text.shown[:120] for text, _ in shown[max(0, place - 1) : place + 2]]
        meant = [text.shown[:120] for text, _ in wanted[max(0, place - 1) : place + 2]]
        return Violation(f"{self._where()}: {what}; from display {place} on: {excerpt} instead of {meant}")

    def _where(self) -> str:
        return f"person {self.person.number}, step {self.at} of {len(self.actions)} {self.actions[min(self.at, len(self.actions) - 1)]}"
