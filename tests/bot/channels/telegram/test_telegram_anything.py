"""Whatever comes in place of an update is read without a fault, and nothing comes out that cannot be kept or sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.bridge import LARGEST, Addressed, Elsewhere, Talk, Tap, chat_of, event_of, number_of, read
from flows.dialog.session import Session

NAME = "phnen_test_bot"
PERSON = {"id": 77, "is_bot": False, "first_name": "P", "language_code": "en"}
PRIVATE = {"id": 77, "type": "private", "first_name": "P"}
GROUP = {"id": -1001, "type": "supergroup", "title": "G"}
MESSAGE = {"message_id": 5, "date": 1, "chat": PRIVATE, "from": PERSON, "text": "/start consult"}
PHOTO = {**MESSAGE, "text": None, "caption": "Ki-67 15%", "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
QUERY = {"id": "q", "from": PERSON, "chat_instance": "1", "data": "3.a:ki67_percent:15", "message": {**MESSAGE, "message_thread_id": 31}}
REAL: tuple[dict[str, Any], ...] = (
    {"update_id": 9, "message": MESSAGE},
    {"update_id": 9, "message": {**MESSAGE, "text": "Ki-67 15%, 核分裂 3/2mm²"}},
    {"update_id": 9, "edited_message": {**MESSAGE, "text": "16", "edit_date": 2}},
    {"update_id": 9, "message": PHOTO},
    {"update_id": 9, "message": {**MESSAGE, "chat": GROUP, "text": f"@{NAME} hello"}},
    {"update_id": 9, "callback_query": QUERY},
    {"update_id": 9, "callback_query": {**QUERY, "message": {"message_id": 5, "date": 0, "chat": PRIVATE}}},
    {"update_id": 9, "callback_query": {"id": "q", "from": PERSON, "chat_instance": "1", "data": "x", "inline_message_id": "i"}},
)
_TEXTS = st.text() | st.text(st.characters(codec=None)) | st.sampled_from(["\ud83d", "a\x00b", "/start\udc00", "1e999", "NaN", "٣", "<b>&"])
_NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(2**63), 2**63 - 1, 1e999, True])
JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(list({**MESSAGE, **QUERY, **PERSON, **PRIVATE})) | _TEXTS, inner, max_size=4)
    ),
    max_leaves=12,
)


def _paths(whole: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, part in whole.items():
        yield (*path, name)
        if isinstance(part, dict):
            yield from _paths(part, (*path, name))


def _with(whole: dict[str, Any], path: tuple[str, ...], part: Any) -> dict[str, Any]:
    name, *rest = path
    return {**whole, name: _with(whole[name], tuple(rest), part) if rest else part}


def _without(whole: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    name, *rest = path
    if rest:
        return {**whole, name: _without(whole[name], tuple(rest))}
    return {key: part for key, part in whole.items() if key != name}


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A real update with one part gone, and another replaced by anything."""
    update = draw(st.sampled_from(REAL))
    update = _with(update, draw(st.sampled_from(list(_paths(update)))), draw(JSON))
    return _without(update, draw(st.sampled_from(list(_paths(update))))) if draw(st.booleans()) else update


def _values(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for part in fields(value):
            yield from _values(getattr(value, part.name))
    else:
        yield value


def judge(raw: Any) -> None:
    found = read(raw, NAME)
    for value in _values(found):
        if isinstance(value, str):
            value.encode()
            assert "\x00" not in value
        elif isinstance(value, int):
            assert -LARGEST < value < LARGEST
    if isinstance(found, Talk):
        assert found.update == number_of(raw)
        assert found.place.chat == chat_of(raw)
        event_of(found, Session(), {})
    if isinstance(found, Elsewhere):
        assert found.query


@settings(max_examples=400, deadline=None)
@given(raw=JSON)
def test_anything_can_come_in_place_of_an_update(raw: Any) -> None:
    judge(raw)


@settings(max_examples=800, deadline=None)
@given(raw=mutated())
def test_an_update_with_an_odd_part_is_read_or_let_go(raw: dict[str, Any]) -> None:
    judge(raw)


def test_a_true_update_says_what_the_library_reads_in_it() -> None:
    for raw in REAL:
        theirs, ours = Update.de_json(raw, None), read(raw, NAME)
        assert theirs.effective_chat is None or theirs.effective_chat.id == chat_of(raw)
        match ours:
            case Talk(update, _, place, _, Tap(query, message, data)):
                assert theirs.callback_query is not None
                assert theirs.callback_query.message is not None
                assert (theirs.update_id, theirs.callback_query.id, theirs.callback_query.data) == (update, query, data)
                assert (theirs.callback_query.message.chat.id, theirs.callback_query.message.message_id) == (place.chat, message)
            case Talk(update, _, place):
                assert theirs.effective_message is not None
                assert (theirs.update_id, theirs.effective_message.chat.id) == (update, place.chat)
            case Addressed(place):
                assert theirs.effective_message is not None
                assert theirs.effective_message.chat.id == place.chat
            case Elsewhere(query):
                assert theirs.callback_query is not None
                assert theirs.callback_query.id == query
            case None:
                raise AssertionError(raw)
