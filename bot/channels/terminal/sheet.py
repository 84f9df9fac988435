"""Lays replies out as lines of a terminal: texts, quotes folded or whole, and rows of buttons."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from bot.channels.terminal.choices import Choice
from bot.channels.terminal.markup import Block, blocks, broken

BAR = Text("│ ", style="dim")
GAP = 2
WIDEST = 100
"""Lines longer than this are hard to read, however wide the terminal is."""


def readable(columns: int) -> int:
    """The width of a text in a terminal with so many columns."""
    return max(min(columns, WIDEST), 10)


def lines_of(markup: str, width: int, *, folded: bool = False) -> list[Text]:
    """A marked-up text as lines of at most ``width`` cells; quotes stand behind a bar."""
    lines: list[Text] = []
    for block in blocks(markup):
        lines += _block(block.folded() if folded else block, width)
    return lines


def _block(block: Block, width: int) -> list[Text]:
    if not block.quote:
        return broken(block.text, width)
    return [BAR + line for line in broken(block.text, width - len(BAR))]


def folds(markup: str) -> bool:
    """Whether folding would hide a part of the text."""
    return any(block.long for block in blocks(markup))


def bracketed(choice: Choice) -> str:
    """A choice with what to type for it."""
    return f"[{choice.mark}]" if choice.mark == choice.text else f"[{choice.mark}] {choice.text}"


def numbered(choice: Choice) -> str:
    """A choice with its number where it has one: under the arrow keys nothing else need be typed."""
    return f"{choice.mark} {choice.text}" if choice.mark.isdigit() and choice.mark != choice.text else choice.text


def arranged(rows: Sequence[Sequence[str]], width: int) -> list[list[int]]:
    """Which labels stand together on a line, as places in reading order: a row that is too wide goes on below."""
    lines: list[list[int]] = []
    place = 0
    for row in rows:
        used = 0
        for position, label in enumerate(row):
            size = cell_len(label)
            if position == 0 or used + GAP + size > width:
                lines.append([])
                used = size
            else:
                used += GAP + size
            lines[-1].append(place)
            place += 1
    return lines
