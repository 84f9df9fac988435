"""Texts side by side, in columns that count a Chinese character as two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from unicodedata import combining, east_asian_width

WIDTH = 54
GAP = "  │ "
_ATOMS = re.compile(r"[\u2e80-\u9fff\uff00-\uffef、。]|[^\s\u2e80-\u9fff\uff00-\uffef、。]+\s*|\s+")


def side_by_side(texts: Sequence[str], width: int = WIDTH) -> Iterator[str]:
    """Lines that show texts beside each other, two at a time."""
    for start in range(0, len(texts), 2):
        columns = [list(_wrapped(text, width)) for text in texts[start : start + 2]]
        for row in zip_longest(*columns, fillvalue=""):
            yield GAP.join(_padded(cell, width) for cell in row).rstrip(" ")
        if start + 2 < len(texts):
            yield ""


def _wide(text: str) -> int:
    """How many columns a text takes."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _wide(text))


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for atom in _ATOMS.findall(" ".join(text.split())):
        if line and _wide(line + atom.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += atom if line else atom.lstrip()
    if line:
        yield line.rstrip()
