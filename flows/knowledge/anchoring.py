"""Proves the statements against the text of the review: hashes, figures, hedges, and a place for every sentence.

The text is compared in a normal form (`normalise`), so that line breaks do not matter. Offsets count its characters from 0; a hash
is the SHA-256 of a span's UTF-8 bytes. The text itself is given from outside and kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import chain

from flows.knowledge.anchors import Anchor, Anchors, Derived, Span
from flows.knowledge.figures import Figure, figures
from flows.knowledge.model import LANGUAGES, Statement

_WHITE = re.compile(r"\s+")
_WIDE = "\u2e80-\u9fff\uff00-\uffef\u2018-\u201d"
"""Chinese characters, full-width marks and quotation marks: a space beside one carries no meaning."""
_IDLE_SPACE = re.compile(rf"(?<=[{_WIDE}]) | (?=[{_WIDE}])")
_SENTENCE = re.compile(r"\S.*?(?:[。！？]|(?<=[a-z)])[.!?](?= [A-Z])|$)", re.DOTALL)
REACH = 1000
"""Characters that passages may have moved from where the one before them was found."""


class Flaw(StrEnum):
    """What can be wrong between the statements and the review."""

    CHANGED = "changed"
    MOVED = "moved"
    UNCOVERED = "uncovered"
    FIGURE = "figure"
    UNSAID = "unsaid"
    HEDGE = "hedge"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    Attributes:
        flaw: what kind of thing.
        ids: the statements concerned (none where a passage belongs to none).
        sentence: which sentence of the text, from 1; ``start`` and ``end``: the characters concerned, of the normalised text.
        words: the passage as it stands, the figure or the id of the hedge.
        language: the wording concerned, where it is one.
    """

    flaw: Flaw
    ids: tuple[str, ...]
    sentence: int
    start: int
    end: int
    words: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the proof looked at, and everything it found.

    ``covered`` sentences are those of which every character is restated or left out; ``restated`` those of them with a statement.
    """

    findings: tuple[Finding, ...]
    statements: int
    spans: int
    sentences: int
    covered: int
    restated: int


def normalise(text: str) -> str:
    """The text with each run of white space as one space, and none at its ends or beside a Chinese character or full-width mark."""
    return _IDLE_SPACE.sub("", _WHITE.sub(" ", text.removeprefix("\ufeff")).strip())


def prove(review: str, statements: Mapping[str, Statement], anchors: Anchors) -> Proof:
    """Holds every statement against a review.

    Args:
        review: the text, with whatever line breaks.
        statements: statement by id.
        anchors: where they stand; read without faults.
    """
    sheet = _Sheet.of(normalise(review), anchors)
    held = [anchor for name, anchor in anchors.anchors.items() if name in statements and sheet.has(anchor)]
    findings = [*sheet.changed(), *sheet.moved, *sheet.uncovered()]
    for anchor in held:
        findings += [*_figures(sheet, anchor, statements[anchor.id]), *_hedges(sheet, anchor, statements[anchor.id], anchors)]
    findings += _unsaid(sheet, held, statements)
    findings.sort(key=lambda finding: (finding.start, finding.end, finding.ids))
    covered = [place for place in sheet.sentences if sheet.is_covered(*place)]
    restated = [place for place in covered if sheet.restates(*place)]
    spans = sum(len(anchor.spans) for anchor in anchors.anchors.values())
    return Proof(tuple(findings), len(statements), spans, len(sheet.sentences), len(covered), len(restated))


@dataclass(slots=True)
class _Sheet:
    """The normalised text with everything found on it.

    ``places`` says where each span begins whose hash holds, ``lost`` where the others should; ``bare`` are the characters of none.
    """

    text: str
    anchors: Anchors
    owners: dict[Span, tuple[str, ...]]
    places: dict[Span, int] = field(default_factory=dict)
    lost: dict[Span, int] = field(default_factory=dict)
    moved: list[Finding] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, anchors: Anchors) -> _Sheet:
        """The text with every span looked for, from its beginning on."""
        owners: dict[Span, tuple[str, ...]] = {left.span: () for left in anchors.left_out}
        for anchor in anchors.anchors.values():
            for span in anchor.spans:
                owners[span] = (*owners.get(span, ()), anchor.id)
        sheet = cls(text, anchors, owners)
        sheet.sentences = [found.span() for found in _SENTENCE.finditer(text)]
        sheet._place()
        sheet.bare = sheet._unheld()
        return sheet

    def _place(self) -> None:
        spans, drift = sorted(self.owners), 0
        for span, after in zip(spans, [*spans[1:], None], strict=True):
            found = self._drift(span, after, drift)
            if found is None:
                self.lost[span] = span.start + drift
                continue
            if found != drift:
                at = span.start + found
                self.moved.append(Finding(Flaw.MOVED, self.owners[span], self.sentence(at), at, span.end + found, f"{found:+d}"))
            drift = found
            self.places[span] = span.start + drift

    def _drift(self, span: Span, after: Span | None, near: int) -> int | None:
        """How far the span lies from where it is anchored: as far as the one before it, else the nearest way that the next one went too."""
        if self._stands(span, near):
            return near
        ways = sorted(range(near - REACH, near + REACH + 1), key=lambda drift: abs(drift - near))
        return next((way for way in ways if self._stands(span, way) and (after is None or self._stands(after, way))), None)

    def _stands(self, span: Span, drift: int) -> bool:
        passage = self.text[max(span.start + drift, 0) : max(span.end + drift, 0)]
        return sha256(passage.encode(errors="replace")).hexdigest() == span.sha256

    def has(self, anchor: Anchor) -> bool:
        """Whether every span of an anchor was found."""
        return all(span in self.places for span in anchor.spans)

    def reads(self, span: Span) -> str:
        """The passage."""
        start = self.places[span]
        return self.text[start : start + span.end - span.start]

    def sentence(self, at: int) -> int:
        """Which sentence holds a character, from 1."""
        return sum(start <= at for start, _ in self.sentences)

    def changed(self) -> Iterator[Finding]:
        """Passages that do not read as anchored, each once with every statement on it."""
        for span, start in self.lost.items():
            end = start + span.end - span.start
            yield Finding(Flaw.CHANGED, self.owners[span], self.sentence(start), start, end, self.text[max(start, 0) : end])

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Every range that is accounted for; a changed passage is, as it has a finding of its own."""
        for span, start in chain(self.places.items(), self.lost.items()):
            yield start, start + span.end - span.start

    def _unheld(self) -> list[int]:
        """Characters that no range holds; white space needs none."""
        held = bytearray(len(self.text))
        for start, end in self._ranges():
            held[max(start, 0) : end] = b"\1" * len(held[max(start, 0) : end])
        return [at for at, character in enumerate(self.text) if not held[at] and not character.isspace()]

    def uncovered(self) -> Iterator[Finding]:
        """Parts of sentences that are neither restated nor left out."""
        for number, (start, end) in enumerate(self.sentences, 1):
            inside = [at for at in self.bare if start <= at < end]
            if inside:
                yield Finding(Flaw.UNCOVERED, (), number, inside[0], inside[-1] + 1, self.text[inside[0] : inside[-1] + 1])

    def is_covered(self, start: int, end: int) -> bool:
        """Whether a sentence is accounted for and reads as anchored."""
        lost = any(at < end and start < at + span.end - span.start for span, at in self.lost.items())
        return not lost and not any(start <= at < end for at in self.bare)

    def restates(self, start: int, end: int) -> bool:
        """Whether any statement stands on a sentence."""
        return any(self.owners[span] and at < end and start < at + span.end - span.start for span, at in self.places.items())


def _figures(sheet: _Sheet, anchor: Anchor, statement: Statement) -> Iterator[Finding]:
    """Figures of ours that stand neither in the spans nor among the derived ones, and exceptions that nothing needs."""
    source = [figure for span in anchor.spans for figure in figures(sheet.reads(span))]
    ours = {language: [figure for figure in figures(statement.text[language]) if not _in(figure, source)] for language in LANGUAGES}
    derived = [entry for entry in anchor.derived if _holds(entry, source)]
    for language, left in ours.items():
        for figure in left:
            if not _in(figure, [entry.figure for entry in derived]):
                yield _of(sheet, anchor, Flaw.FIGURE, figure.written, language)
    needed = list(chain(*ours.values()))
    for entry in anchor.derived:
        if not any(figure.restates(entry.figure) for figure in needed):
            yield _of(sheet, anchor, Flaw.IDLE, entry.figure.written)
    unsaid = [figure for figure in source for language in LANGUAGES if not _said(figure, figures(statement.text[language]))]
    for figure in anchor.unsaid:
        if not _in(figure, unsaid):
            yield _of(sheet, anchor, Flaw.IDLE, figure.written)


def _in(figure: Figure, others: Iterable[Figure]) -> bool:
    return any(figure.restates(other) for other in others)


def _holds(entry: Derived, source: list[Figure]) -> bool:
    """Whether a derivation is true: a quotient of two figures of the spans, rounded to as many digits as ours has."""
    if entry.quotient is None:
        return True
    dividend, divisor = entry.quotient
    if not {dividend, divisor} <= {figure.value for figure in source}:
        return False
    digits = len(f"{entry.figure.value:g}".replace(".", "").strip("0"))
    return float(f"{dividend / divisor:.{digits}g}") == entry.figure.value


def _hedges(sheet: _Sheet, anchor: Anchor, statement: Statement, anchors: Anchors) -> Iterator[Finding]:
    """Hedges of the review that a wording of ours has lost, and exceptions that nothing needs."""
    passage = "\n".join(map(sheet.reads, anchor.spans))
    for hedge in anchors.hedges:
        lost = [language for language in LANGUAGES if hedge.stands_in(passage) and not hedge.survives_in(statement.text, language)]
        if hedge.id not in anchor.hedges:
            for language in lost:
                yield _of(sheet, anchor, Flaw.HEDGE, hedge.id, language)
        elif not lost:
            yield _of(sheet, anchor, Flaw.IDLE, hedge.id)


def _of(sheet: _Sheet, anchor: Anchor, flaw: Flaw, words: str, language: str = "") -> Finding:
    first, last = anchor.spans[0], anchor.spans[-1]
    start, end = sheet.places[first], sheet.places[last] + last.end - last.start
    return Finding(flaw, (anchor.id,), sheet.sentence(start), start, end, words, language)


def _unsaid(sheet: _Sheet, held: list[Anchor], statements: Mapping[str, Statement]) -> Iterator[Finding]:
    """Figures of the review, in digits, that no statement standing there gives."""
    on: dict[int, list[tuple[Anchor, Figure]]] = {}
    for anchor in held:
        for span in anchor.spans:
            for figure in figures(sheet.reads(span)):
                on.setdefault(sheet.places[span] + figure.at, []).append((anchor, figure))
    for at, found in on.items():
        for language in LANGUAGES:
            lines = [(figure, *figures(statements[anchor.id].text[language]), *anchor.unsaid) for anchor, figure in found]
            if found[0][1].written[0].isdigit() and not any(_said(figure, ours) for figure, *ours in lines):
                written = found[0][1].written
                ids = tuple(anchor.id for anchor, _ in found)
                yield Finding(Flaw.UNSAID, ids, sheet.sentence(at), at, at + len(written), written, language)


def _said(source: Figure, ours: Iterable[Figure]) -> bool:
    return any(figure.restates(source) for figure in ours)
