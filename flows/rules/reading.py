"""Reads answers as `assess`, the terminal and Telegram receive them; every refusal names the field and what it takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from flows.rules.fields import Field, Kind
from flows.rules.numbers import NumberRefused, read_number
from flows.rules.values import Answer, Interval, Open


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer was not taken.

    ``why`` is the key of a message (never a sentence), ``text`` what was given, ``field`` the field's id
    (None where the whole document is meant), ``line`` the line of the file, where it is known and helps.
    """

    field: str | None
    why: str
    text: str = ""
    line: int | None = None


class Refused(ValueError):
    """An answer cannot be read; ``refusal`` says which and why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.why)
        self.refusal = refusal


def read_answer(raw: object, field: Field) -> Answer:
    """The answer that ``raw`` (a loaded YAML or JSON value) names for ``field``.

    Raises:
        Refused: with the reason as a message key.
    """
    if isinstance(raw, bool):
        return _read_word("yes" if raw else "no", field, quoted=False)
    if isinstance(raw, str):
        return _read_text(raw, field)
    if isinstance(raw, int | float):
        return _read_plain(raw, field)
    if isinstance(raw, list) and field.kind is Kind.MANY:
        return _read_many(raw, field)
    if isinstance(raw, Mapping) and field.kind is Kind.MAP:
        return _read_map(raw, field)
    raise Refused(Refusal(field.id, "empty" if raw is None else "shape", _shown(raw)))


def _read_text(raw: str, field: Field) -> Answer:
    word = raw.strip()
    if word in (Open.UNKNOWN, Open.NOT_DONE):
        return Open(word)
    if field.numeric and word not in field.options:
        return _read_quantity(word, field)
    return _read_word(word, field, quoted=True)


def _read_word(word: str, field: Field, *, quoted: bool) -> Answer:
    if field.kind is Kind.MAP and word == "none" and "none" in field.says.values():
        return {}
    if word not in field.options or field.kind is Kind.MAP:
        raise Refused(Refusal(field.id, "option" if quoted else "boolean", word))
    return frozenset((word,)) if field.kind is Kind.MANY else word


def _read_plain(raw: float, field: Field) -> Interval:
    if not field.numeric:
        raise Refused(Refusal(field.id, "option", _shown(raw)))
    if not math.isfinite(raw):
        raise Refused(Refusal(field.id, "unreadable", _shown(raw)))
    return _read_quantity(format(raw, "f") if isinstance(raw, float) and "e" in repr(raw) else repr(raw), field)


def _read_quantity(text: str, field: Field) -> Interval:
    try:
        return read_number(text, field)
    except NumberRefused as refused:
        raise Refused(Refusal(field.id, str(refused.args[0]), _shown(text))) from None


def _read_many(raw: list[object], field: Field) -> Answer:
    chosen: set[str] = set()
    for item in raw:
        word = {True: "yes", False: "no"}.get(item) if isinstance(item, bool) else item
        if not isinstance(word, str) or word.strip() not in field.options:
            raise Refused(Refusal(field.id, "option", _shown(item)))
        chosen.add(word.strip())
    if not chosen:
        raise Refused(Refusal(field.id, "empty_list", "[]"))
    if "none" in chosen and len(chosen) > 1:
        raise Refused(Refusal(field.id, "none_with_others", ", ".join(sorted(chosen))))
    return frozenset(chosen)


def _read_map(raw: Mapping[object, object], field: Field) -> Answer:
    outcomes: dict[str, str] = {}
    for item, outcome in raw.items():
        if not isinstance(item, str) or item not in field.items:
            raise Refused(Refusal(field.id, "item", _shown(item)))
        if not isinstance(outcome, str) or outcome.strip() not in field.options:
            raise Refused(Refusal(field.id, "outcome", f"{item}: {_shown(outcome)}"))
        outcomes[item] = outcome.strip()
    if not outcomes:
        raise Refused(Refusal(field.id, "empty_map", "{}"))
    return outcomes


def _shown(raw: object) -> str:
    """What was given, as a person would write it, cut short."""
    return _written(raw, 0)[:80]


def _written(raw: object, depth: int) -> str:
    if depth > 2:
        return "…"
    if isinstance(raw, list):
        return f"[{', '.join(_written(item, depth + 1) for item in raw[:20])}]"
    if isinstance(raw, Mapping):
        pairs = list(raw.items())[:20]
        return f"{{{', '.join(f'{_written(item, depth + 1)}: {_written(value, depth + 1)}' for item, value in pairs)}}}"
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return "" if raw is None else str(raw)
