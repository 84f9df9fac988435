"""What the Bot API accepts, as far as this bot calls it: parameters, texts, buttons. The text is judged by Telegram's own parser.

Limits and error texts are those of the official server; the parser is TDLib's, by way of ``tdjson``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tdjson

TEXT, TOAST, COPY = 4096, 200, 256
BUTTON_DATA = 64
BUTTONS = 100
STYLES = ("primary", "success", "danger")
ACTIONS = ("url", "callback_data", "copy_text", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "pay")
COMMANDS, COMMAND, COMMAND_TEXT = 100, 32, 256
DESCRIPTION, SHORT_DESCRIPTION = 512, 120

_MARKUP = {"reply_markup": "json"}
_WORDED = {"text": "str", "parse_mode": "str", "entities": "json", "link_preview_options": "json", **_MARKUP}
_SPOKEN = {"language_code": "str"}
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    # A star marks what must be given.
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "json"},
    "setWebhook": {"url*": "str", "secret_token": "str", "allowed_updates": "json", "max_connections": "int"},
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "sendMessage": {
        "chat_id*": "int",
        "text*": "str",
        "message_thread_id": "int",
        "disable_notification": "bool",
        "protect_content": "bool",
        "reply_parameters": "json",
        **{name: kind for name, kind in _WORDED.items() if name != "text"},
    },
    "editMessageText": {"chat_id*": "int", "message_id*": "int", "text*": "str", **{n: k for n, k in _WORDED.items() if n != "text"}},
    "editMessageReplyMarkup": {"chat_id*": "int", "message_id*": "int", **_MARKUP},
    "answerCallbackQuery": {"callback_query_id*": "str", "text": "str", "show_alert": "bool", "url": "str", "cache_time": "int"},
    "setMyCommands": {"commands*": "json", "scope": "json", **_SPOKEN},
    "getMyCommands": {"scope": "json", **_SPOKEN},
    "setMyDescription": {"description": "str", **_SPOKEN},
    "getMyDescription": _SPOKEN,
    "setMyShortDescription": {"short_description": "str", **_SPOKEN},
    "getMyShortDescription": _SPOKEN,
    "setChatMenuButton": {"chat_id": "int", "menu_button": "json"},
    "getChatMenuButton": {"chat_id": "int"},
}


class Refused(Exception):
    """A request that the server refuses."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass(frozen=True, slots=True)
class Text:
    """A text as a person sees it, and where it is marked up."""

    shown: str
    entities: tuple[str, ...] = ()


def bad(what: str) -> Refused:
    """A request that is wrong in itself."""
    return Refused(400, f"Bad Request: {what}")


def read_parameters(method: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a request by their kinds.

    Raises:
        Refused: the method is unknown, or a parameter is missing, unknown or malformed. (The official server overlooks
            unknown ones; here they are faults of the bot.)
    """
    if method not in PARAMETERS:
        raise Refused(404, "Not Found: method not found")
    kinds = {name.rstrip("*"): kind for name, kind in PARAMETERS[method].items()}
    for name in PARAMETERS[method]:
        if name.endswith("*") and not given.get(name[:-1]):
            raise bad(f"{name[:-1]} is empty")
    unknown = sorted(given.keys() - kinds.keys())
    if unknown:
        raise bad(f"{method} has no parameter {', '.join(unknown)}")
    return {name: _value(name, kinds[name], value) for name, value in given.items()}


def _value(name: str, kind: str, value: str) -> Any:
    try:
        match kind:
            case "int":
                return int(value)
            case "bool":
                return {"true": True, "false": False}[value.lower()]
            case "json":
                return json.loads(value)
            case _:
                return value
    except (ValueError, KeyError):
        raise bad(f"can't parse {name}") from None


def read_text(parameters: Mapping[str, Any]) -> Text:
    """The text of a message, parsed.

    Raises:
        Refused: it cannot be parsed, is empty or too long.
    """
    text: str = parameters["text"]
    entities: tuple[str, ...] = ()
    if parameters.get("parse_mode"):
        if parameters["parse_mode"] != "HTML":
            raise bad("unsupported parse_mode")
        found = _parsed(text)
        if found["@type"] == "error":
            raise bad(f"can't parse entities: {found['message']}")
        text = found["text"]
        entities = tuple(f"{each['offset']}+{each['length']} {json.dumps(each['type'], sort_keys=True)}" for each in found["entities"])
    if not text.strip():
        raise bad("message text is empty")
    if units(text.strip()) > TEXT:
        raise bad("message is too long")
    return Text(text.strip(), entities)


def units(text: str) -> int:
    """How long a text is for Telegram: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _parsed(text: str) -> dict[str, Any]:
    question = {"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}}
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(question).encode()) or b"")
    return answer


tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')


def read_keyboard(markup: Any) -> list[list[dict[str, Any]]]:
    """The rows of an inline keyboard; none where there is no markup.

    Raises:
        Refused: a row or a button is not acceptable.
    """
    if markup is None:
        return []
    if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
        raise bad("inline keyboard expected")
    rows: list[list[dict[str, Any]]] = markup["inline_keyboard"]
    if sum(len(row) for row in rows) > BUTTONS or not all(rows):
        raise bad("reply markup is too long, or a row of it is empty")
    for row in rows:
        for button in row:
            _check_button(button)
    return rows


def _check_button(button: Mapping[str, Any]) -> None:
    unknown = button.keys() - {"text", "style", "icon_custom_emoji_id", *ACTIONS}
    actions = button.keys() & set(ACTIONS)
    if unknown or not str(button.get("text", "")).strip():
        raise bad(f"can't parse inline keyboard button: {sorted(unknown)}")
    if len(actions) != 1:
        raise bad("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= BUTTON_DATA:
        raise bad("BUTTON_DATA_INVALID")
    if button.get("style", STYLES[0]) not in STYLES:
        raise bad("invalid button style specified")
    if "copy_text" in button and not 1 <= units(button["copy_text"]["text"]) <= COPY:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    if "url" in button and not button["url"].startswith(("https://", "http://", "tg://")):
        raise bad("BUTTON_URL_INVALID")


def check_profile(method: str, parameters: Mapping[str, Any]) -> None:
    """The limits of what is shown around the conversation.

    Raises:
        Refused: one is not kept.
    """
    if units(parameters.get("description", "")) > DESCRIPTION or units(parameters.get("short_description", "")) > SHORT_DESCRIPTION:
        raise bad("description is too long")
    for entry in parameters.get("commands", ()):
        name = entry["command"]
        if not (1 <= len(name) <= COMMAND and name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= units(entry["description"]) <= COMMAND_TEXT:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if method == "setMyCommands" and len(parameters["commands"]) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
