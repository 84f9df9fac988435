"""YAML without its traps: no duplicate keys, no words turned into booleans, no times turned into numbers.

Scalars written plain stay as written where they are numbers for an answer; every mapping and list knows its lines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEANS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


class Block(dict[str, Any]):
    """A mapping that knows the line (from 1) where it and each of its keys begin."""

    line: int = 0
    lines: dict[str, int]


class Items(list[Any]):
    """A list that knows the line of each item."""

    lines: list[int]


class Numeral(str):
    """A number written plain, kept as it was written."""

    __slots__ = ()

    def value(self) -> int | float | str:
        """The number, or the text where Python reads none (a time, say)."""
        return _number(self)


class YamlFault(ValueError):
    """A document cannot be taken as it stands.

    ``why`` is a message key: ``unreadable`` or ``duplicate``; ``line`` counts from 1; ``text`` is what stands there.
    """

    def __init__(self, why: str, line: int, text: str = "") -> None:
        super().__init__(why, line, text)
        self.why, self.line, self.text = why, line, text


def load_document(text: str, *, numbers_as_text: bool = False) -> Any:
    """The value of one YAML document (None for an empty one).

    Args:
        text: one document, without a ``---`` in its middle.
        numbers_as_text: keep plain numbers as they were written, so that no digit is lost or read as a time or octal;
            for a document from outside, in which an alias of a list or map is refused, too (a few lines of them would
            unfold to any size).

    Raises:
        YamlFault: the text is no YAML, or holds a key twice.
    """
    try:
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise YamlFault("unreadable", (mark.line + 1) if mark else 1, str(getattr(error, "problem", ""))) from None
    except ValueError as error:  # a surrogate or control character that YAML forbids
        raise YamlFault("unreadable", 1, str(error)[:60]) from None
    return None if node is None else _Builder(numbers_as_text).build(node)


def load_file(path: Path) -> Any:
    """The single document of a knowledge file."""
    return load_document(path.read_text(encoding="utf-8"))


class _Builder:
    def __init__(self, numbers_as_text: bool) -> None:
        self.numbers_as_text = numbers_as_text
        self._built: set[int] = set()

    def build(self, node: Node) -> Any:
        if self.numbers_as_text and not isinstance(node, ScalarNode):
            if id(node) in self._built:
                raise YamlFault("unreadable", node.start_mark.line + 1, "*")
            self._built.add(id(node))
        if isinstance(node, MappingNode):
            return self._block(node)
        if isinstance(node, SequenceNode):
            items = Items(self.build(item) for item in node.value)
            items.lines = [item.start_mark.line + 1 for item in node.value]
            return items
        return self._scalar(node)

    def _block(self, node: MappingNode) -> Block:
        block = Block()
        block.line = node.start_mark.line + 1
        block.lines = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            if key in block:
                raise YamlFault("duplicate", key_node.start_mark.line + 1, key)
            block[key] = self.build(value_node)
            block.lines[key] = key_node.start_mark.line + 1
        return block

    def _scalar(self, node: Node) -> Any:
        text = str(node.value)
        match node.tag.rsplit(":", 1)[-1]:
            case "bool":
                return _BOOLEANS[text.lower()]
            case "null":
                return None
            case "int" | "float":
                return Numeral(text) if self.numbers_as_text else _number(text)
            case _:
                return text


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
