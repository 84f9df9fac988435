"""Sessions as JSON-ready data and back, losing nothing. Unknown keys of a newer version are ignored, missing ones default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.dialog.session import NOWHERE, Screen, Session
from flows.rules.values import Answer, Form, Interval, Open

_EDGES = {(False, False): "[]", (True, False): "(]", (False, True): "[)", (True, True): "()"}
_OPEN_EDGES = {edges: ends for ends, edges in _EDGES.items()}


def answer_to_data(answer: Answer) -> Any:
    """One answer as JSON-ready data."""
    if type(answer) is str:  # most answers are a word, and an open one is a kind of its own
        return answer
    match answer:
        case Open():
            return {"open": answer.value}
        case Interval():
            edges = _EDGES[answer.low_open, answer.high_open]
            return {"number": [answer.low, answer.high, edges, answer.form.value, answer.text]}
        case frozenset():
            return sorted(answer)
        case str():
            return answer
        case _:
            return {"map": dict(answer)}


def answer_from_data(data: Any) -> Answer:
    """The answer that ``answer_to_data`` wrote."""
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return frozenset(data)
    if "open" in data:
        return Open(data["open"])
    if "map" in data:
        return dict(data["map"])
    low, high, edges, form, text = data["number"]
    return Interval(low, high, *_OPEN_EDGES[edges], Form(form), text)


def _answers(data: Mapping[str, Any] | None) -> dict[str, Answer]:
    return {field: answer_from_data(value) for field, value in (data or {}).items()}


def to_data(session: Session) -> dict[str, Any]:
    """A session as JSON-ready data."""
    return {
        "language": session.language,
        "consented": session.consented,
        "answers": {field: answer_to_data(value) for field, value in session.answers.items()},
        "skipped": sorted(session.skipped),
        "aside": {field: answer_to_data(value) for field, value in session.aside.items()},
        "checked": sorted(session.checked),
        "stage": session.stage,
        "screen": session.screen.value,
        "subject": session.subject,
        "page": session.page,
        "focus": session.focus,
        "under": list(session.under),
        "draft": dict(session.draft),
        "proposed": {field: answer_to_data(value) for field, value in session.proposed.items()},
        "step": session.step,
        "shown": sorted(session.shown),
        "origin": list(session.origin),
        "supposed": {field: answer_to_data(value) for field, value in session.supposed.items()},
        "quick": session.quick,
        "touched": session.touched,
    }


def from_data(data: Mapping[str, Any]) -> Session:
    """The session that ``to_data`` wrote."""
    screen, subject, page = data.get("under") or NOWHERE
    origin, began, place = data.get("origin") or NOWHERE
    return Session(
        language=data.get("language", "en"),
        consented=data.get("consented", False),
        answers=_answers(data.get("answers")),
        skipped=frozenset(data.get("skipped", ())),
        aside=_answers(data.get("aside")),
        checked=frozenset(data.get("checked", ())),
        stage=data.get("stage", "consent"),
        screen=Screen(data.get("screen", "consent")),
        subject=data.get("subject", ""),
        page=data.get("page", 0),
        focus=data.get("focus", ""),
        under=(screen, subject, page),
        draft=data.get("draft", {}),
        proposed=_answers(data.get("proposed")),
        step=data.get("step", 0),
        shown=frozenset(data.get("shown", ())),
        origin=(origin, began, place),
        supposed=_answers(data.get("supposed")),
        quick=data.get("quick", False),
        touched=data.get("touched", 0.0),
    )
