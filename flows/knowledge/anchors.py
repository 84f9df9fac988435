"""Reads where each statement stands in the review: character ranges and their hashes, never the text itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

from flows.knowledge.figures import Figure, figures
from flows.knowledge.model import Place, Text
from flows.knowledge.reader import Reader, Record

HOW = ("computed", "counted", "ordinal", "section")
"""Where a figure of ours comes from that the review does not print: the quotient of two it prints, the length of a list it gives,
a place in such a list, or the number of one of its sections."""
REASONS = ("heading", "announcement", "transition", "background")
"""Why a passage has no statement: a title, what the article is going to do, words that only lead on, or general knowledge that
bears on no conclusion."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of the review's normalised text, in characters from 0, ``end`` not included, and the SHA-256 of its UTF-8 bytes."""

    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure of ours that does not stand in the span; ``quotient`` holds dividend and divisor where it was computed."""

    figure: Figure
    how: str
    quotient: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where one statement stands in the review.

    Attributes:
        id: the statement.
        spans: the ranges it restates, in order.
        derived: its figures that stand in none of them.
        unsaid: figures of the spans that it says without a figure, such as "both" for two.
        hedges: ids of hedges in the spans that it does not repeat.
        place: where the anchor is written.
    """

    id: str
    spans: tuple[Span, ...]
    derived: tuple[Derived, ...]
    unsaid: tuple[Figure, ...]
    hedges: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A range of the review that no statement restates, and why."""

    reason: str
    span: Span
    place: Place


@dataclass(frozen=True, slots=True)
class Hedge:
    """Words of doubt or degree in the review, and by language the words that keep them."""

    id: str
    review: tuple[str, ...]
    kept: Mapping[str, tuple[str, ...]]

    def stands_in(self, review: str) -> bool:
        """Whether a passage of the review holds it."""
        return any(word in review for word in self.review)

    def survives_in(self, text: Text, language: str) -> bool:
        """Whether a wording of ours keeps it. English words count from their beginning, Chinese ones anywhere."""
        begins = r"\b" if language == "en" else ""
        return any(re.search(begins + re.escape(word), text[language], re.IGNORECASE) for word in self.kept[language])


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where everything stands: anchor by statement id, what is left out, and the hedges to keep."""

    anchors: Mapping[str, Anchor]
    left_out: tuple[LeftOut, ...]
    hedges: tuple[Hedge, ...]


def read_anchors(reader: Reader, statements: Collection[str]) -> Anchors:
    """The anchors of a knowledge folder.

    Args:
        reader: keeps a fault for every range that cannot be one, every anchor of an unknown statement, every statement without
            an anchor, and every passage that is both restated and left out.
        statements: the ids that there are.
    """
    hedges = read_hedges(reader)
    anchors: dict[str, Anchor] = {}
    left_out: list[LeftOut] = []
    for record in reader.records(reader.root / "anchors.yaml"):
        if "left_out" in record.block:
            left_out += _left_out(record)
        else:
            _keep(record, anchors, _anchor(record, {hedge.id for hedge in hedges}), statements)
    found = Anchors(anchors, tuple(left_out), hedges)
    if "anchors.yaml" not in reader.unread:
        _missing(reader, found, statements)
    _overlapping(reader, found)
    return found


def read_hedges(reader: Reader) -> tuple[Hedge, ...]:
    """The words of doubt and degree."""
    return tuple(_hedge(record) for record in reader.records(reader.root / "hedges.yaml"))


def _hedge(record: Record) -> Hedge:
    record.allow("id", "review", "en", "zh")
    kept = {language: record.words(language, required=True) for language in ("en", "zh")}
    return Hedge(record.word("id"), record.words("review", required=True), kept)


def _keep(record: Record, found: dict[str, Anchor], anchor: Anchor, statements: Collection[str]) -> None:
    if anchor.id in found:
        record.fault("id", "it is anchored twice", "Keep one anchor with all its spans")
    elif anchor.id and anchor.id not in statements:
        record.fault("id", f"there is no statement '{anchor.id}'", "Use the id of a statement")
    found[anchor.id] = anchor


def _anchor(record: Record, hedges: Collection[str]) -> Anchor:
    record.allow("id", "spans", "derived", "unsaid", "hedges")
    name = record.word("id")
    if not record.block.get("spans"):
        record.fault("spans", "the anchor has no span", "Write spans: [{start: …, end: …, sha256: …}]")
    spans = tuple(span for inner in record.inner("spans") if (span := _span(inner)))
    if any(after.start < before.end for before, after in pairwise(spans)):
        record.fault("spans", "the spans run backwards or into each other", "Write them in the order of the review")
    for word in record.words("hedges"):
        if word not in hedges:
            record.fault("hedges", f"'{word}' is no hedge", f"Use one of: {', '.join(sorted(hedges))}")
    derived = tuple(entry for inner in record.inner("derived") if (entry := _derived(inner)))
    unsaid = tuple(figure for written in record.words("unsaid") if (figure := _figure(record, "unsaid", written)))
    return Anchor(name, spans, derived, unsaid, record.words("hedges"), record.place())


def _span(record: Record) -> Span | None:
    """The range, or a fault and nothing."""
    record.allow("start", "end", "sha256")
    start, end, digest = (record.block.get(key) for key in ("start", "end", "sha256"))
    if not _whole(start) or not _whole(end) or not 0 <= start < end:
        record.fault("start", f"from {start} to {end} is no range", "Write whole numbers from 0 on, start before end")
        return None
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        record.fault("sha256", f"the span from {start} has no SHA-256", "Write 64 hexadecimal digits in lower case, in quotes")
        return None
    return Span(start, end, digest)


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _left_out(record: Record) -> list[LeftOut]:
    record.allow("left_out", "spans")
    reason = record.word("left_out", REASONS)
    return [LeftOut(reason, span, inner.place()) for inner in record.inner("spans") if (span := _span(inner))]


def _derived(record: Record) -> Derived | None:
    record.allow("figure", "how", "quotient")
    figure, how = _figure(record, "figure", record.word("figure")), record.word("how", HOW)
    parts = record.block.get("quotient")
    if (how == "computed") != (isinstance(parts, list) and len(parts) == 2 and all(isinstance(part, int | float) for part in parts)):
        record.fault("how", "a computed figure needs the two it comes from, any other needs none", "Write how: computed, quotient: [a, b]")
        return None
    return Derived(figure, how, (float(parts[0]), float(parts[1])) if parts else None) if figure else None


def _figure(record: Record, key: str, written: str) -> Figure | None:
    found = figures(written)
    if len(found) != 1:
        record.fault(key, f"'{written}' is no single figure", "Write one figure as the statement does, in quotes")
        return None
    return found[0]


def _missing(reader: Reader, found: Anchors, statements: Collection[str]) -> None:
    for name in statements:
        if name not in found.anchors:
            reader.fault(Place("anchors.yaml", 1), f"the statement '{name}' has no anchor", "Add where it stands in the review")


def _overlapping(reader: Reader, found: Anchors) -> None:
    """A passage cannot be left out and restated, or left out twice."""
    restated = [(span, anchor.id) for anchor in found.anchors.values() for span in anchor.spans]
    for place, left in enumerate(found.left_out):
        others = [*restated, *((other.span, f"what is left out as {other.reason}") for other in found.left_out[:place])]
        for what in _cut(left.span, others):
            reader.fault(left.place, f"the passage left out from {left.span.start} to {left.span.end} runs into {what}", "Let each end where the other begins")


def _cut(span: Span, others: list[tuple[Span, str]]) -> Iterator[str]:
    return (what for other, what in others if other.start < span.end and span.start < other.end)
