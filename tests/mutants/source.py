"""A file in which faults are planted, and one fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flows.knowledge.loader import Knowledge

Lines = list[str]
KNOWLEDGE, TEMPLATES = "knowledge", "templates"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: ``lines`` of ``file`` (from 1) replaced; an empty text removes the line. ``what`` says it in a word or two."""

    kind: str
    where: str
    file: str
    lines: tuple[tuple[int, str], ...]
    what: str

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.where}/{self.file}:{self.lines[0][0]}"


Change = tuple[tuple[tuple[int, str], ...], str]
Maker = Callable[["Source"], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as lines, and the knowledge it belongs to."""

    file: str
    lines: Lines
    knowledge: Knowledge
    neighbours: Mapping[str, str]

    def substituted(self, pattern: str, new: Callable[[re.Match[str]], str | None], only: str = "") -> Iterator[Change]:
        """Every match of a pattern replaced by ``new`` of it, in lines that hold ``only``."""
        for number, line in enumerate(self.lines, 1):
            if only in line and not line.lstrip().startswith("#"):
                for found in re.finditer(pattern, line):
                    text = new(found)
                    if text is not None and text != found.group():
                        yield ((number, line[: found.start()] + text + line[found.end() :]),), f"{found.group()} -> {text}"

    def blocks(self, begin: str) -> list[tuple[int, int]]:
        """First and last line of every item of a list whose first line matches ``begin``."""
        found = []
        for start, line in enumerate(self.lines):
            if re.match(begin, line):
                depth, end = len(line) - len(line.lstrip()), start + 1
                while end < len(self.lines) and (not self.lines[end].strip() or _depth(self.lines[end]) > depth):
                    end += 1
                while end - 1 > start and not self.lines[end - 1].strip():
                    end -= 1
                found.append((start + 1, end))
        return found

    def text(self, block: tuple[int, int]) -> str:
        """The lines of a block."""
        return "\n".join(self.lines[block[0] - 1 : block[1]])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def cleared(block: tuple[int, int]) -> tuple[tuple[int, str], ...]:
    return tuple((number, "") for number in range(block[0], block[1] + 1))
