"""What is fuzzed, and what must hold whatever comes in. Each target takes bytes, and raises where a promise is broken."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from bot.channels.telegram.bridge import Addressed, Elsewhere, Talk, chat_of, event_of, number_of, read, read_data
from flows.dialog.codec import from_data, to_data
from flows.dialog.events import Command, Did, Typed
from flows.dialog.identifiers import looks_like_identifier
from flows.dialog.session import Session
from flows.dialog.turn import turn
from flows.dialog.understand import understand
from flows.knowledge.loader import Knowledge, load
from flows.rules.values import Form, Interval

SEEDS: Mapping[str, tuple[str, ...]] = {
    "words": (
        *(
            "\x01Ki-67 15-20%, 核分裂 3/2mm²",
            "\x02约3%",
            "\x035.1×4.2 cm",
            "\x04AFP、CEA、CA19-9均正常",
            "\x05TACE failed, SSA working",
            "\x06 1e999 NaN ٣ ½ ⁵ ①",
        ),
        *("\x0713800138000", "\x08{{7*7}}<b>&lt;", "\x0914 years", "\x0asmall cell, Ki-67 80%", "\x0b其余未做", "\x0c患者王小明，男，56岁"),
    ),
    "bridge": (
        '{"update_id":1,"message":{"message_id":2,"date":3,"chat":{"id":4,"type":"private"},"from":{"id":4,"is_bot":false,"first_name":"P","language_code":"zh"},"text":"/start consult"}}',
        '{"update_id":1,"edited_message":{"message_id":2,"date":3,"chat":{"id":4,"type":"private"},"from":{"id":4,"is_bot":false,"first_name":"P"},"text":"52"}}',
        '{"update_id":1,"callback_query":{"id":"9","from":{"id":4,"is_bot":false,"first_name":"P"},"chat_instance":"1","data":"2.d2","message":{"message_id":2,"date":3,"chat":{"id":4,"type":"private"}}}}',
        '{"update_id":1,"message":{"message_id":2,"date":3,"chat":{"id":-4,"type":"supergroup"},"from":{"id":4,"is_bot":false},"text":"@bot hi","message_thread_id":7,"is_topic_message":true}}',
        '{"update_id":1,"message":{"message_id":2,"chat":{"id":4,"type":"private"},"from":{"id":4,"is_bot":false},"sticker":{},"photo":[]}}',
    ),
    "taps": ("2.d2", "0.a:goal:unknown", "1.m:goal:dx", "zz.p:prior_treatment:tace:failed", "0.f:goal", "3.d13:resume"),
}


@cache
def knowledge() -> Knowledge:
    """The knowledge as it is delivered."""
    return load()


def words(data: bytes) -> None:
    """Typed words: understood or refused; an exact number is one that stands there; the session can be kept."""
    text = data[1:].decode("utf-8", "surrogateescape" if data[:1] > b"\x80" else "replace")
    fields = [None, *knowledge().fields]
    here = fields[data[0] % len(fields)] if data else None
    looks_like_identifier(text[:400])
    reading = understand(text, here, knowledge())
    assert reading.findings or reading.event or reading.refusal
    for value in reading.findings.values():
        if isinstance(value, Interval):
            _number(value, text)
    for session in (_begun(),) if reading.findings or reading.event or len(data) % 16 == 0 else ():
        done = turn(session, Typed(text), knowledge(), 0.0)
        kept = to_data(done.session)
        json.dumps(kept).encode("utf-8")
        assert from_data(kept) == done.session


def _number(value: Interval, text: str) -> None:
    assert value.low <= value.high
    assert value.high < float("inf")
    if value.form is Form.EXACT and value.text:
        assert Decimal(repr(value.low)) == Decimal(value.text)
        assert any(sign.isdecimal() for sign in unicodedata.normalize("NFKC", text))


@cache
def _begun() -> Session:
    return turn(Session(), Did(Command.CONSENT), knowledge(), 0.0).session


def bridge(data: bytes) -> None:
    """Updates: anything that is JSON, and a true update with a part of it replaced by anything."""
    try:
        raw = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raw = json.loads(SEEDS["bridge"][len(data) % len(SEEDS["bridge"])])
        _spoil(raw, data)
    if not isinstance(raw, dict):
        raw = {"update_id": 1, "message": raw}
    number_of(raw)
    chat_of(raw)
    incoming = read(raw, "bot", "en")
    assert incoming is None or isinstance(incoming, Talk | Addressed | Elsewhere)
    if isinstance(incoming, Talk):
        event = event_of(incoming, _begun(), {})
        if event is not None:
            turn(_begun(), event, knowledge(), 0.0)


def _spoil(raw: dict[str, Any], data: bytes) -> None:
    """Replaces one part, chosen by the bytes."""
    others: tuple[Any, ...] = (None, True, -1, 1e308, 2**70, "", "\ud800", [], {}, [{}], {"id": None}, data.decode("latin-1"))
    place: Any = raw
    for step in data[:6]:
        names = list(place) if isinstance(place, dict) else []
        if not names:
            return
        name = names[step % len(names)]
        if step > 170 or not isinstance(place[name], dict):
            place[name] = others[step % len(others)]
            return
        place = place[name]


def taps(data: bytes) -> None:
    """Data of buttons that a client made up: never an error, never an answer that no button gives."""
    session = _begun()
    event = read_data(data.decode("utf-8", "replace"), session.step)
    done = turn(session, event, knowledge(), 0.0)
    assert from_data(to_data(done.session)) == done.session
    for name, value in done.session.answers.items():
        core = knowledge().fields[name].core
        assert not isinstance(value, frozenset) or value <= set(core.options)


TARGETS: Mapping[str, Callable[[bytes], None]] = {"words": words, "bridge": bridge, "taps": taps}
