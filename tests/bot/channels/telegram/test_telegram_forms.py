"""The body of a call: whatever it says, a server that decodes forms reads the same."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from hypothesis import example, given
from hypothesis import strategies as st
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram.request import form

ANY_TEXT = st.text(st.characters(codec=None))


def decoded(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, encoding="utf-8", errors="strict"))


def sayable(text: str) -> str:
    """What is left of a text where no half of a pair stands alone."""
    return text.encode(errors="ignore").decode()


@given(text=ANY_TEXT)
@example(text="肝脏 + & = % ; # ? / : @ \n\r\n\t\x00 %41 %zz 😀 ~!*'()[]{}\"<>\\^`|\ufeff\x80")
@example(text="")
@example(text="a\ud83d")
def test_words_come_out_as_they_went_in(text: str) -> None:
    assert decoded(form({"text": text, "last": "."})) == {"text": sayable(text), "last": "."}


@given(label=ANY_TEXT, chat=st.integers(-(2**63), 2**63))
def test_anything_but_words_goes_as_json(label: str, chat: int) -> None:
    keyboard = {"inline_keyboard": [[{"text": label, "callback_data": "1.x"}]]}
    found = decoded(form({"chat_id": chat, "reply_markup": keyboard, "flag": True, "thread": None}))
    assert {name: json.loads(value) for name, value in found.items()} == {"chat_id": chat, "reply_markup": keyboard, "flag": True}


@given(params=st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans() | st.lists(st.text()), min_size=1))
def test_the_library_would_send_the_same(params: dict[str, Any]) -> None:
    theirs = RequestData([RequestParameter.from_input(name, value) for name, value in params.items()])
    ours, others = decoded(form(params)), decoded(theirs.url_encoded_parameters().encode())
    assert ours.keys() == others.keys()
    for name, value in params.items():
        assert ours[name] == others[name] if isinstance(value, str) else json.loads(ours[name]) == json.loads(others[name])
