"""Reads the questions: fields with their options, wording, limits and skip conditions."""

from __future__ import annotations

from collections.abc import Mapping

from flows.knowledge.model import Choice, FieldSpec, Question, Text
from flows.knowledge.reader import Reader, Record
from flows.rules.fields import Field, Kind

STAGES = (
    "purpose",
    "context",
    "symptoms",
    "markers",
    "imaging",
    "functional_imaging",
    "primary_search",
    "pathology",
    "extent",
    "treatment_context",
)
NOTHING = ("none", "no", "no treatment", "no treatment so far", "无", "没有", "未治疗", "尚未治疗")
"""What people say for an empty map."""
_QUESTION_KEYS = ("id", "stage", "title", "ask", "help", "cite", "applies", "asked", "fields")
_FIELD_KEYS = (
    *("id", "kind", "label", "limits", "exclusive_min", "plain", "unit", "units", "quick", "not_done"),
    *("options", "items", "none", "hear", "tell", "applies", "asked"),
)


def read_questions(reader: Reader) -> tuple[list[Question], list[FieldSpec]]:
    """Every question in asking order (stage by stage, then as written), and every field in that order."""
    found: list[tuple[Question, list[FieldSpec]]] = []
    for path in reader.files("questions"):
        found.extend(_question(record) for record in reader.records(path))
    found.sort(key=lambda pair: STAGES.index(pair[0].stage) if pair[0].stage in STAGES else 0)
    fields = [field for _, fields in found for field in fields]
    _check_telling(fields, reader)
    return [question for question, _ in found], fields


def _check_telling(fields: list[FieldSpec], reader: Reader) -> None:
    """Faults a word that would tell two findings, or that is a label too."""
    known = {heard: field.id for field in fields for heard in field.hear if not field.core.numeric}
    for field in fields:
        for word in field.tell:
            if known.setdefault(word, field.id) != field.id:
                reader.fault(field.place, f"'{word}' tells '{field.id}' and '{known[word]}'", "Keep it in one of them; the other takes it with its label only")


def _question(record: Record) -> tuple[Question, list[FieldSpec]]:
    record.allow(*_QUESTION_KEYS)
    name = record.word("id")
    fields = [_field(inner, name, record) for inner in record.inner("fields")]
    if not fields:
        record.fault("fields", "the question asks for nothing", "Give it at least one field")
    question = Question(
        id=name,
        stage=record.word("stage", STAGES),
        title=record.text("title"),
        ask=record.text("ask"),
        help=record.text("help"),
        cite=record.words("cite", required=True),
        fields=tuple(field.id for field in fields),
        place=record.place(),
    )
    return question, fields


def _field(record: Record, question: str, outer: Record) -> FieldSpec:
    record.allow(*_FIELD_KEYS)
    kind = Kind(record.word("kind", tuple(Kind)) or "one")
    choices, says = _choices(record, "options")
    items, item_says = _choices(record, "items")
    if kind is Kind.MAP and record.block.get("none"):
        says = {**says, **dict.fromkeys(NOTHING, "none")}
    core = Field(
        id=record.word("id"),
        kind=kind,
        options=tuple(choice.id for choice in choices),
        items=tuple(item.id for item in items),
        limits=_limits(record, kind),
        above_low=record.block.get("exclusive_min") is True,
        plain=record.block.get("plain") is True,
        units=_units(record),
        says=says,
        item_says=item_says,
        not_done=record.block.get("not_done") is True,
    )
    return FieldSpec(
        core=core,
        label=record.text("label"),
        unit=record.text("unit", required=False),
        choices=tuple(choices),
        items=tuple(items),
        quick=record.words("quick"),
        hear=_hear(record),
        tell=_tell(record),
        applies=_joined(outer, record, "applies"),
        asked=_joined(outer, record, "asked"),
        question=question,
        place=record.place(),
    )


def _joined(outer: Record, inner: Record, key: str) -> str:
    """The condition of a field together with that of its question."""
    whole, own = outer.word(key, default="always"), inner.word(key, default="always")
    if "always" in (whole, own):
        return own if whole == "always" else whole
    return f"({whole}) and ({own})"


def _choices(record: Record, key: str) -> tuple[list[Choice], dict[str, str]]:
    choices: list[Choice] = []
    says: dict[str, str] = {}
    for inner in record.inner(key):
        inner.allow("id", "en", "zh", "say", "tell")
        name, label = inner.word("id"), inner.text(None)
        if any(choice.id == name for choice in choices):
            inner.fault("id", f"the option '{name}' stands twice", "Keep one")
        choices.append(Choice(name, label))
        for spoken in (name, name.replace("_", " "), *label.values(), *inner.words("say"), *inner.words("tell")):
            said = spoken.strip().casefold()
            if says.setdefault(said, name) != name:
                inner.fault("say", f"'{spoken}' already means {says[said]}", "Give each option words of its own")
    return choices, says


def _limits(record: Record, kind: Kind) -> tuple[float, float]:
    limits = record.block.get("limits")
    if kind not in (Kind.NUMBER, Kind.COUNT):
        return 0.0, 0.0
    if not isinstance(limits, list) or len(limits) != 2 or not all(isinstance(end, int | float) for end in limits):
        record.fault("limits", "a number needs its limits", "Write limits: [lowest, highest]")
        return 0.0, 0.0
    return float(limits[0]), float(limits[1])


def _units(record: Record) -> Mapping[str, str]:
    return {str(unit).casefold(): str(factor) for unit, factor in record.mapping("units").items()}


def _hear(record: Record) -> tuple[str, ...]:
    if isinstance(record.block.get("hear"), list):
        return tuple(word.casefold() for word in record.words("hear"))
    return tuple(str(word).casefold() for words in record.mapping("hear").values() for word in (words or []))


def _tell(record: Record) -> Mapping[str, str]:
    """What tells a finding without a label: the words of its options or items, or of a number the units."""
    units = {word.casefold(): "" for word in record.words("tell")}
    return units | {word.casefold(): inner.word("id") for key in ("options", "items") for inner in record.inner(key) for word in inner.words("tell")}


def label_of(choices: tuple[Choice, ...], option: str) -> Text:
    """The label of an option by language; the id itself where it has none."""
    return next((choice.label for choice in choices if choice.id == option), {"en": option, "zh": option})
