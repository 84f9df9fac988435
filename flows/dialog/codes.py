"""Short codes for buttons: an event in at most ``LONGEST`` bytes, so that it fits a Telegram button with its step."""

from __future__ import annotations

from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired

LONGEST = 52
_DID = {command: f"d{place:x}" for place, command in enumerate(Command)}
_COMMANDS = {code: command for command, code in _DID.items()}


def encode(event: Event) -> str:
    """The code of an event that a button can carry.

    Raises:
        ValueError: the event never comes from a button.
    """
    match event:
        case Did(command, argument):
            return f"{_DID[command]}:{argument}" if argument else _DID[command]
        case Answered(field, value):
            return f"a:{field}:{value}"
        case Marked(field, option, on):
            return f"{'m' if on else 'u'}:{field}:{option}"
        case Paired(field, item, outcome):
            return f"p:{field}:{item}:{outcome}"
        case Finished(field):
            return f"f:{field}"
        case _:
            raise ValueError(f"{type(event).__name__} has no button")


def decode(code: str) -> Event | None:
    """The event of a code; None for anything a client may have made up."""
    head, _, rest = code.partition(":")
    if head in _COMMANDS:
        return Did(_COMMANDS[head], rest)
    parts = rest.split(":")
    match head, parts:
        case "a", [field, value]:
            return Answered(field, value)
        case "m" | "u", [field, option]:
            return Marked(field, option, head == "m")
        case "p", [field, item, outcome]:
            return Paired(field, item, outcome)
        case "f", [field] if field:
            return Finished(field)
        case _:
            return None
