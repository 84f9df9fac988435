"""Turns the HTML subset of the templates into styled text for a terminal, and breaks it into lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from rich.cells import cell_len
from rich.text import Text

STYLES = {"b": "bold", "i": "italic", "u": "underline", "code": "cyan", "a": "underline"}
VARIATION = "\ufe0f"
"""Asks for a coloured emoji; terminals disagree on its width, so it is left out."""
_CLOSING = frozenset("，。、；：！？）】》」』”’…％·,.;:!?)]}%°")
_OPENING = frozenset("（【《「『“‘([{")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text. ``quote``: it is set off; ``folds``: its first line may stand for all of it."""

    text: Text
    quote: bool = False
    folds: bool = False

    @property
    def long(self) -> bool:
        """Whether folding hides anything."""
        return self.folds and "\n" in self.text.plain

    def folded(self) -> Block:
        """The block with its first line only, and a mark that more follows."""
        if not self.long:
            return self
        first = self.text.split("\n")[0]
        return Block(first + Text(" …", style="dim"), self.quote, self.folds)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._text, self._styles = Text(), list[str]()
        self._quote = self._folds = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self.end()
            self._quote, self._folds = True, any(name == "expandable" for name, _ in attrs)
        else:
            self._styles.append(STYLES.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self.end()
        elif self._styles:
            self._styles.pop()

    def handle_data(self, data: str) -> None:
        self._text.append(data.replace(VARIATION, ""), " ".join(filter(None, self._styles)))

    def end(self) -> None:
        """Closes the block that is being read. The line break that only sets a quote off is not part of a text."""
        text = self._text
        if self.blocks and self.blocks[-1].quote and text.plain.startswith("\n"):
            text = text[1:]
        if text.plain.endswith("\n"):
            text = text[: len(text) - 1]
        if text.plain:
            self.blocks.append(Block(text, self._quote, self._folds))
        self._text, self._quote, self._folds = Text(), False, False


def blocks(markup: str) -> tuple[Block, ...]:
    """The blocks of a marked-up text, in order. Links become their text."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.end()
    return tuple(reader.blocks)


def broken(text: Text, width: int) -> list[Text]:
    """The text in lines of at most ``width`` terminal cells.

    Breaks at spaces and between Chinese characters; a closing mark never starts a line, an opening one never ends it.
    """
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        for part in line.divide(_breaks(line.plain, max(width, 4))):
            part.rstrip()
            lines.append(part)
    return lines


def _breaks(line: str, width: int) -> Iterator[int]:
    start, allowed, used = 0, 0, 0
    for place, mark in enumerate(line):
        if place > start and _may_break(line[place - 1], mark):
            allowed = place
        used += cell_len(mark)
        if used > width and not mark.isspace():
            start = allowed if allowed > start else place
            used = cell_len(line[start : place + 1])
            yield start


def _may_break(before: str, after: str) -> bool:
    if before.isspace():
        return not after.isspace()
    wide = cell_len(before) > 1 or cell_len(after) > 1
    return wide and not after.isspace() and after not in _CLOSING and before not in _OPENING
