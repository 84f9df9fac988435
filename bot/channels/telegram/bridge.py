"""Makes of a Telegram update what a person did: which conversation it belongs to, and which event it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.stores.port import Key
from flows.dialog.codes import decode
from flows.dialog.events import Command, Did, Event, Sent, Stale, Typed
from flows.dialog.session import Screen, Session

CHANNEL = "telegram"
FALLBACK = "en"
_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_DATA = re.compile(r"([0-9a-z]{1,10})\.(.{1,62})", re.DOTALL)
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that no database or server takes: the zero byte, and halves of pairs that came alone."""
LARGEST = 2**63
"""Ids are below it on either side of zero."""
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


def read(raw: Mapping[str, Any], username: str, fallback: str | None = None) -> Incoming | None:
    """What an update asks the bot to do; None where there is nothing to do.

    Reads the JSON as it came, whatever came: a part that is missing or of a wrong kind is as good as none. The library's
    own objects would cost as much as everything else of a turn, and refuse a whole update for one odd part.

    Args:
        raw: the update.
        username: the bot's own, without @.
        fallback: the language of people whose app speaks neither Chinese nor English.
    """
    number = number_of(raw)
    if number is None:
        return None
    query = _part(raw, "callback_query")
    if query:
        return _tapped(number, query, fallback)
    edited = not _part(raw, "message")
    message = _part(raw, "edited_message" if edited else "message")
    person = _part(message, "from")
    chat = _place(message)
    if chat is None or not person or person.get("is_bot"):
        return None
    language = language_of(person, fallback)
    match _part(message, "chat").get("type"):
        case "private":
            return _private(Talk(number, _key(chat), chat, language, Typed("")), message, edited=edited)
        case "group" | "supergroup" if not edited and _speaks_to(message, username):
            return Addressed(chat if message.get("is_topic_message") else Place(chat.chat), language)
    return None


def number_of(raw: Mapping[str, Any]) -> int | None:
    """The id of an update; None for something that is no update."""
    return _whole(raw, "update_id") if isinstance(raw, Mapping) else None


def chat_of(raw: Mapping[str, Any]) -> int | None:
    """The chat that an update comes from; None where it comes from none."""
    message = _part(raw, "message") or _part(raw, "edited_message") or _part(_part(raw, "callback_query"), "message")
    return _whole(_part(message, "chat"), "id")


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


def language_of(person: Mapping[str, Any], fallback: str | None) -> str:
    """The language for a person, from the language of their app."""
    code = _text(person, "language_code").lower()
    return next((known for known in ("zh", "en") if code.startswith(known)), fallback or FALLBACK)


def _tapped(update: int, query: Mapping[str, Any], fallback: str | None) -> Incoming | None:
    name, message = _text(query, "id"), _part(query, "message")
    if not name:
        return None
    place, number = _place(message), _whole(message, "message_id")
    if place is None or number is None or _part(message, "chat").get("type") != "private":
        return Elsewhere(name)
    return Talk(update, _key(place), place, language_of(_part(query, "from"), fallback), Tap(name, number, _text(query, "data")))


def _private(talk: Talk, message: Mapping[str, Any], *, edited: bool) -> Talk | None:
    """The talk with what the message says; None where it says nothing."""
    number, text = _whole(message, "message_id"), _text(message, "text")
    if number is None:
        return None
    if edited:
        # Edited captions and moving locations come as edits too; no answer ever rests on them.
        return replace(talk, act=Edited(number, text)) if text else None
    event = _said(text) if text else _sent(message)
    return replace(talk, act=event, message=number) if event else None


def _key(place: Place) -> Key:
    return Key(CHANNEL, str(place.chat), str(place.thread or ""))


def _place(message: Mapping[str, Any]) -> Place | None:
    chat = _whole(_part(message, "chat"), "id")
    return None if chat is None else Place(chat, _whole(message, "message_thread_id"))


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part that has parts itself; empty where there is none."""
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}


def _whole(part: Mapping[str, Any], name: str) -> int | None:
    """An id; None where it is none, or is too large to be kept."""
    found = part.get(name)
    return found if type(found) is int and -LARGEST < found < LARGEST else None


def _text(part: Mapping[str, Any], name: str) -> str:
    """Words, with what cannot be kept replaced; empty where there are none."""
    found = part.get(name)
    return _UNUSABLE.sub("\ufffd", found) if isinstance(found, str) else ""


def _said(text: str) -> Event:
    found = _COMMAND.fullmatch(text.strip())
    name = found[1].lower() if found else ""
    return Did(Command(name), (found[3] or "").strip()) if found and name in _COMMANDS else Typed(text)


def _sent(message: Mapping[str, Any]) -> Event | None:
    """The event of a message without text; None for what the app itself reports, such as a pinned message."""
    return next((Sent(kind) for name, kind in _KINDS.items() if message.get(name)), None)


def _speaks_to(message: Mapping[str, Any], username: str) -> bool:
    text = _text(message, "text") or _text(message, "caption")
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
