"""What a Bot API server of the tests has: chats, messages, what was shown, calls, and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.botapi_rules import Text


@dataclass(slots=True)
class Message:
    """One message of a chat as a person sees it.

    ``versions`` are the keyboards it had before, latest last; one that is ``frozen`` can be edited no longer.
    """

    id: int
    text: Text
    rows: list[list[dict[str, Any]]]
    of_bot: bool
    thread: int | None = None
    versions: list[list[list[dict[str, Any]]]] = field(default_factory=list)
    edits: int = 0
    frozen: bool = False


@dataclass(slots=True)
class Display:
    """What a chat showed anew: a message of the bot as it was sent, or as it was after an edit.

    Attributes:
        text, rows: what was shown.
        asker: the client that asked for it (its User-Agent).
        untold: the client never got the answer, as the connection broke.
        message: the id of the message.
    """

    text: Text
    rows: list[list[dict[str, Any]]]
    asker: str
    message: int
    untold: bool = False


@dataclass(slots=True)
class Chat:
    """One chat. ``blocked``: the person takes no messages of the bot. ``shown``: everything it ever showed of the bot, in order."""

    id: int
    kind: str = "private"
    messages: dict[int, Message] = field(default_factory=dict)
    blocked: bool = False
    topics: bool = False
    shown: list[Display] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with a call.

    Attributes:
        code, description, parameters: the answer instead of the right one; code 0 breaks the connection.
        delay: seconds before anything is done.
        late: the call is carried out first.
        body: an answer that is no JSON.
    """

    code: int = 0
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 0.0
    late: bool = False
    body: str = ""


def flood(seconds: int) -> Fault:
    """Too many requests."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came: its method and parameters, and how it was answered (0: not at all)."""

    method: str
    parameters: Mapping[str, Any]
    status: int
