"""Makes of a Telegram update what a person did: which conversation it belongs to, and which event it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot, CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.stores.port import Key
from flows.dialog.codes import decode
from flows.dialog.events import Command, Did, Event, Sent, Stale, Typed
from flows.dialog.session import Screen, Session

CHANNEL = "telegram"
FALLBACK = "en"
_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_DATA = re.compile(r"([0-9a-z]{1,10})\.(.{1,62})", re.DOTALL)
_PLACE = ("message_id", "date", "chat", "message_thread_id", "is_topic_message")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_COMMANDS = frozenset(Command)
_KINDS: Mapping[str, str] = {
    # Order matters: an animation also comes as a document, a venue also as a location.
    "animation": "animation",
    "photo": "photo",
    "sticker": "sticker",
    "voice": "voice",
    "video_note": "video_note",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "venue": "location",
    "location": "location",
    "contact": "contact",
    "poll": "poll",
    "dice": "dice",
    **dict.fromkeys(("story", "game", "invoice", "paid_media", "checklist", "gift"), "other"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages go: a chat, and the topic in it if any."""

    chat: int
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """A button was pressed: the query to answer, the message it stands under, and its data."""

    query: str
    message: int
    data: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that was sent before has another text now."""

    message: int
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """Something a person did in a private chat. ``message`` is the id of the message they sent; 0 if they sent none."""

    update: int
    key: Key
    place: Place
    language: str
    act: Event | Tap | Edited
    message: int = 0


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody spoke to the bot in a group."""

    place: Place
    language: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A button was pressed under a message that is in no private chat."""

    query: str


Incoming = Talk | Addressed | Elsewhere


def parse(raw: Mapping[str, Any], bot: Bot) -> Update | None:
    """An update as the library sees it.

    Of the message under a pressed button only its place counts. Its text and buttons are the bot's own, and parsing them
    would cost more than everything else of the update.

    Raises:
        Exception: whatever the library stumbles over.
    """
    query = raw.get("callback_query")
    if query and query.get("message"):
        message = {name: value for name, value in query["message"].items() if name in _PLACE}
        raw = {**raw, "callback_query": {**query, "message": message}}
    return Update.de_json(dict(raw), bot)


def read(update: Update, username: str, fallback: str | None = None) -> Incoming | None:
    """What an update asks the bot to do; None where there is nothing to do.

    Args:
        update: as it came.
        username: the bot's own, without @.
        fallback: the language of people whose app speaks neither Chinese nor English.
    """
    if update.callback_query is not None:
        return _tapped(update.update_id, update.callback_query, fallback)
    message = update.message or update.edited_message
    person = message.from_user if message else None
    if message is None or person is None or person.is_bot:
        return None
    language = language_of(person, fallback)
    if message.chat.type == ChatType.PRIVATE:
        return _private(update, message, language)
    if update.edited_message is None and message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP) and _speaks_to(message, username):
        return Addressed(Place(message.chat.id, message.message_thread_id if message.is_topic_message else None), language)
    return None


def event_of(talk: Talk, session: Session, typed: Mapping[str, str]) -> Event | None:
    """The event of what a person did, given the session as it is kept.

    Args:
        talk: what they did.
        session: decides whether a button is one of the current screen.
        typed: the fields that earlier messages answered, by message id.

    Returns:
        The event; None for an edited message that no answer belongs to any more.
    """
    match talk.act:
        case Tap(data=data):
            return read_data(data, session.step)
        case Edited(message, text):
            field = typed.get(str(message))
            return Typed(text, field) if field is not None and _stands(field, session) else None
        case event:
            return event


def typed_after(talk: Talk, before: Session, after: Session, typed: Mapping[str, str]) -> dict[str, str]:
    """Which message answered which field, after a turn: at most one message a field, and none where the field is open.

    A message whose words were refused belongs to the field that is still asked, so that it can be mended by editing.
    """
    kept = {message: field for message, field in typed.items() if _stands(field, after)}
    field = _asked(before)
    if isinstance(talk.act, Typed) and field is not None and _stands(field, after):
        kept = {message: other for message, other in kept.items() if other != field}
        kept[str(talk.message)] = field
    return kept


def button_data(step: int, code: str) -> str:
    """What a button carries: the step of its screen in base 36, and the code of its event."""
    digits = _DIGITS[step % 36]
    while step := step // 36:
        digits = _DIGITS[step % 36] + digits
    return f"{digits}.{code}"


def read_data(data: str, step: int) -> Event:
    """The event of a button's data; ``Stale`` where it is of another step, or was made up."""
    found = _DATA.fullmatch(data)
    event = decode(found[2]) if found and int(found[1], 36) == step else None
    return event or Stale()


def language_of(person: User, fallback: str | None) -> str:
    """The language for a person, from the language of their app."""
    code = (person.language_code or "").lower()
    return next((known for known in ("zh", "en") if code.startswith(known)), fallback or FALLBACK)


def _tapped(update: int, query: CallbackQuery, fallback: str | None) -> Incoming:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Elsewhere(query.id)
    thread = message.message_thread_id if isinstance(message, Message) else None
    tap = Tap(query.id, message.message_id, query.data or "")
    return _talk(update, Place(message.chat.id, thread), language_of(query.from_user, fallback), tap)


def _private(update: Update, message: Message, language: str) -> Talk | None:
    place = Place(message.chat.id, message.message_thread_id)
    if update.edited_message is not None:
        # Edited captions and moving locations come as edits too; no answer ever rests on them.
        edited = Edited(message.message_id, message.text) if message.text else None
        return _talk(update.update_id, place, language, edited) if edited else None
    event = _said(message.text) if message.text else _sent(message)
    return _talk(update.update_id, place, language, event, message.message_id) if event else None


def _talk(update: int, place: Place, language: str, act: Event | Tap | Edited, message: int = 0) -> Talk:
    key = Key(CHANNEL, str(place.chat), str(place.thread or ""))
    return Talk(update, key, place, language, act, message)


def _said(text: str) -> Event:
    found = _COMMAND.fullmatch(text.strip())
    name = found[1].lower() if found else ""
    return Did(Command(name), (found[3] or "").strip()) if found and name in _COMMANDS else Typed(text)


def _sent(message: Message) -> Event | None:
    """The event of a message without text; None for what the app itself reports, such as a pinned message."""
    return next((Sent(kind) for name, kind in _KINDS.items() if getattr(message, name, None)), None)


def _speaks_to(message: Message, username: str) -> bool:
    text = message.text or message.caption or ""
    command = _COMMAND.fullmatch(text.strip())
    if command:
        return command[2].lower() == username.lower() if command[2] else command[1].lower() in _COMMANDS
    return re.search(rf"@{re.escape(username)}\b", text, re.IGNORECASE) is not None


def _asked(session: Session) -> str | None:
    """The field that typed words answer now, if any."""
    if session.screen is Screen.ASKING:
        return session.subject
    return session.under[1] if session.under[0] == Screen.ASKING.value else None


def _stands(field: str, session: Session) -> bool:
    return field in session.answers or field == _asked(session)
