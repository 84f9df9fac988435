"""Finds line breaks that templates lose: a tag at the end of a line takes the break behind it along.

Where a whole line is a tag, that is wanted. Behind text it glues the next line on, which then has to be said with a dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment

_BRANCHES = ("else", "elif")
_BLOCK = re.compile(r"</?(?:p|div|h\d|ul|ol|li|table|thead|tbody|tr|td|th|section|article|main|nav|header|footer|details|summary|blockquote)\b")
"""What begins a line of its own on a page, whether or not the text breaks before it."""


@dataclass(slots=True)
class _Piece:
    """A part of a template: text, or something printed (``word`` None), or a tag that begins with a word.

    Attributes:
        first, last: the lines on which it begins and on which it ends.
        text: of a text; empty for what is printed.
        dashed: it takes the white space before it away, as it says.
        takes: it takes the line break behind it along.
    """

    first: int
    last: int
    word: str | None = None
    text: str = ""
    dashed: bool = False
    takes: bool = False

    @property
    def ends_on_line(self) -> int:
        """The line at whose end it leaves something to read; 0: on none."""
        return self.last if self.word is None and (not self.text or self.text.rpartition("\n")[2].strip()) else 0


def lost(source: str, env: Environment) -> Iterator[int]:
    """The lines with something to read whose break is lost although the next output begins a line in the template."""
    pieces = _pieces(source, env)
    read = {piece.ends_on_line for piece in pieces}
    for place, piece in enumerate(pieces):
        if piece.takes and piece.first in read and piece.word not in (*_BRANCHES, "endmacro") and _begins_with_text(pieces, place + 1):
            yield piece.first


def _pieces(source: str, env: Environment) -> list[_Piece]:
    found: list[_Piece] = []
    for line, kind, value in env.lexer.tokeniter(source, None):
        match kind:
            case "data":
                found.append(_Piece(line, line + value.count("\n"), text=value))
            case "variable_begin":
                found.append(_Piece(line, line, dashed="-" in value))
            case "block_begin":
                found.append(_Piece(line, line, "", dashed="-" in value))
            case "name" if found and found[-1].word == "":
                found[-1].word = value
            case "variable_end":
                found[-1].last = line
            case "block_end":
                found[-1].first = found[-1].last = line
                found[-1].takes = value.endswith("\n") and "-" not in value
            case _:
                pass
    return found


def _begins_with_text(pieces: Sequence[_Piece], place: int) -> bool:
    """Whether what is printed next, as the tags lead on, follows without a break and without a dash that says so."""
    skipped = 0
    for piece in pieces[place:]:
        word = piece.word
        if skipped:  # another branch, which is not read after this one
            skipped += (word in ("if", "for")) - (word in ("endif", "endfor"))
        elif piece.dashed or word in ("endfor", "endmacro"):  # what a loop repeats breaks its lines itself
            return False
        elif word in _BRANCHES:
            skipped = 1
        elif word is None and (piece.text.strip() or not piece.text or "\n" in piece.text):
            return not piece.text.startswith("\n") and not _BLOCK.match(piece.text)
    return False
