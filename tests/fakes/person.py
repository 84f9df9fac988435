"""A person with Telegram in hand: sees messages and buttons, types, taps, edits. Nothing else of the bot is visible to them."""

from __future__ import annotations

from typing import Any

from tests.fakes.botapi import NOW, BotApi, Chat, Message, described
from tests.fakes.botapi_rules import Text


class NoSuchButton(Exception):
    """The person looks for a button that is not there."""


class Person:
    """Talks to the bot in a private chat (or says something in a group).

    Args:
        api: the server.
        number: of the person, and of their private chat.
        language: of their app.
        thread: the topic of the chat they write in, if any.
    """

    def __init__(self, api: BotApi, number: int = 77, language: str = "zh-hans", thread: int | None = None) -> None:
        self.api, self.number, self.language, self.thread = api, number, language, thread
        self.chat = api.chats.setdefault(number, Chat(number))
        self.chat.topics = self.chat.topics or thread is not None

    # --- seeing -------------------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Message]:
        """The chat from top to bottom."""
        return [message for message in self.chat.messages.values() if message.thread == self.thread]

    @property
    def last(self) -> Message:
        """The lowest message."""
        return self.messages[-1]

    @property
    def screen(self) -> Message:
        """The lowest message with buttons."""
        return next(message for message in reversed(self.messages) if message.rows)

    @property
    def alive(self) -> list[Message]:
        """Messages with buttons to tap."""
        return [message for message in self.messages if any("callback_data" in button for row in message.rows for button in row)]

    def buttons(self, message: Message | None = None) -> list[str]:
        """What stands on the buttons of a message (the screen)."""
        return [button["text"] for row in (message or self.screen).rows for button in row]

    def transcript(self) -> list[str]:
        """What the chat says, message by message; the person's own words behind ``>``."""
        return [message.text.shown if message.of_bot else f"> {message.text.shown}" for message in self.messages]

    # --- doing --------------------------------------------------------------------------------------------------

    async def type(self, text: str) -> int:
        """Sends a text and waits until the bot is done with it; gives the id of the message."""
        message, update = await self.send(text)
        await self.api.settled(update)
        return message

    async def send(self, text: str, chat: Chat | None = None) -> tuple[int, int]:
        """Sends a text without waiting; gives the ids of the message and of the update."""
        chat = chat or self.chat
        message = Message(self.api.number("message"), Text(text), [], of_bot=False, thread=self.thread if chat is self.chat else None)
        chat.messages[message.id] = message
        return message.id, await self.api.deliver({"message": self._sent(chat, message)})

    async def show(self, kind: str, content: Any) -> None:
        """Sends something that is no text, such as a photo; waits until the bot is done with it."""
        await self.api.settled(await self.post(kind, content))

    async def post(self, kind: str, content: Any) -> int:
        """Sends something that is no text without waiting; gives the id of the update."""
        message = Message(self.api.number("message"), Text(f"[{kind}]"), [], of_bot=False, thread=self.thread)
        self.chat.messages[message.id] = message
        update = {**self._sent(self.chat, message), kind: content}
        del update["text"]
        return await self.api.deliver({"message": update})

    async def edit(self, message: int, text: str) -> None:
        """Changes a text sent before; waits until the bot is done with it."""
        await self.api.settled(await self.change(message, text))

    async def change(self, message: int, text: str) -> int:
        """Changes a text sent before without waiting; gives the id of the update."""
        mine = self.chat.messages[message]
        mine.text = Text(text)
        update = {**self._sent(self.chat, mine), "edit_date": NOW + 1}
        return await self.api.deliver({"edited_message": update})

    async def tap(self, text: str, message: Message | None = None) -> str:
        """Taps a button; waits until the bot is done with it. Gives the word that popped up."""
        query, update = await self.press(text, message)
        await self.api.settled(update)
        return self.api.toasts[query]

    async def press(self, text: str, message: Message | None = None) -> tuple[str, int]:
        """Taps a button without waiting; gives the ids of the query and of the update."""
        message = message or self.screen
        return await self.press_data(_data(message.rows, text), message)

    async def tap_stale(self, text: str, message: Message, version: int = -1) -> str:
        """Taps a button that a message had before, as a slow app still shows it. Gives the word that popped up."""
        query, update = await self.press_data(_data(message.versions[version], text), message)
        await self.api.settled(update)
        return self.api.toasts[query]

    async def press_data(self, data: str, message: Message) -> tuple[str, int]:
        """Presses a button with any data, as a client that was tampered with can."""
        query = self.api.open_query(self.number)
        tapped = {"id": query, "from": self._me(), "chat_instance": "1", "data": data, "message": described(self.chat, message)}
        return query, await self.api.deliver({"callback_query": tapped})

    def sent(self, message: int) -> dict[str, Any]:
        """One of the person's messages as the server describes it."""
        return self._sent(self.chat, self.chat.messages[message])

    def remove(self, message: Message) -> None:
        """Deletes a message from the chat."""
        del self.chat.messages[message.id]

    def _me(self) -> dict[str, Any]:
        return {"id": self.number, "is_bot": False, "first_name": "P", "language_code": self.language}

    def _sent(self, chat: Chat, message: Message) -> dict[str, Any]:
        text = message.text.shown
        found = {**described(chat, message), "from": self._me(), "text": text}
        if text.startswith("/"):
            found["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return found


def _data(rows: list[list[dict[str, Any]]], text: str) -> str:
    """The data of the button with that text, else of the only one that contains it."""
    labels = {str(button["text"]): str(button["callback_data"]) for row in rows for button in row if "callback_data" in button}
    if text in labels:
        return labels[text]
    found = [data for label, data in labels.items() if text in label]
    if len(found) != 1:
        raise NoSuchButton(f"{text!r} among {list(labels)}")
    return found[0]
