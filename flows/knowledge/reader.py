"""Reads records out of knowledge files and keeps every fault with its place, instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.knowledge.model import LANGUAGES, Fault, Place, Text
from flows.knowledge.strict_yaml import Block, Items, YamlFault, load_file

_NAMES = ("id", "fact", "treatment", "gate", "value")
"""The keys that say what a record is called, the best first."""


class Reader:
    """The files of one knowledge folder, and the faults found in them so far.

    Attributes:
        root: the folder.
        faults: what was found, in the order of reading.
        unread: the files that could not be read at all, so that what they hold is not missed one by one.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.unread: set[str] = set()

    def fault(self, place: Place, what: str, mend: str) -> None:
        """Keeps one fault."""
        self.faults.append(Fault(place, what, mend))

    def files(self, folder: str) -> list[Path]:
        """The YAML files of a folder, by name."""
        return sorted((self.root / folder).glob("*.yaml"))

    def document(self, path: Path) -> Any:
        """The content of a file, or an empty list with a fault."""
        name = str(path.relative_to(self.root))
        try:
            return load_file(path)
        except FileNotFoundError:
            self.fault(Place(name, 1), "the file is missing", "Put it back")
        except UnicodeDecodeError:
            self.fault(Place(name, 1), "the file is no UTF-8 text", "Save it as UTF-8")
        except YamlFault as error:
            what = f"the key '{error.text}' stands twice" if error.why == "duplicate" else f"this is no YAML ({error.text})"
            self.fault(Place(name, error.line), what, "Keep one" if error.why == "duplicate" else "Mend the syntax on this line or the one before")
        self.unread.add(name)
        return []

    def records(self, path: Path) -> Iterator[Record]:
        """Every mapping in a file that holds a list of them."""
        name = str(path.relative_to(self.root))
        content = self.document(path)
        if not isinstance(content, list):
            self.unread.add(name)
            self.fault(Place(name, 1), "a list of records is expected", "Begin each record with '- '")
            return
        for place, item in enumerate(content):
            if isinstance(item, Block):
                yield Record(self, name, item)
            else:
                line = content.lines[place] if isinstance(content, Items) else 1
                self.fault(Place(name, line), f"'{item}' is no record", "Write 'key: value' lines under '- '")


class Record:
    """One mapping of a knowledge file. Every getter returns something usable and keeps a fault where it could not.

    ``called`` is what faults call it: the ids from the outermost record down to this one.
    """

    def __init__(self, reader: Reader, file: str, block: Block, within: str = "") -> None:
        self.reader, self.file, self.block = reader, file, block
        own = next((str(block[key]) for key in _NAMES if key in block), "")
        self.called = " > ".join(part for part in (within, own) if part)

    def place(self, key: str | None = None) -> Place:
        """Where the record, or one of its keys, is written."""
        return Place(self.file, self.block.lines.get(key, self.block.line) if key else self.block.line)

    def fault(self, key: str | None, what: str, mend: str) -> None:
        """Keeps a fault at a key of this record."""
        self.reader.fault(self.place(key), f"{self.called}: {what}" if self.called else what, mend)

    def allow(self, *keys: str) -> None:
        """Faults every key that is not one of ``keys``."""
        for key in self.block:
            if key not in keys:
                self.fault(key, f"the key '{key}' is not known here", f"Use one of: {', '.join(keys)}")

    def word(self, key: str, allowed: Sequence[str] = (), default: str | None = None) -> str:
        """A word, one of ``allowed`` where given (else an empty one, with a fault)."""
        value = self.block.get(key, default)
        if isinstance(value, bool):
            self.fault(key, f"'{key}' was read as yes or no", "Put the word in quotes")
            return ""
        if value is None or isinstance(value, list | dict):
            self.fault(key, f"'{key}' is missing or is no word", f"Write {key}: …")
            return ""
        if allowed and str(value) not in allowed:
            self.fault(key, f"'{value}' is not a known {key}", f"Use one of: {', '.join(allowed)}")
            return ""
        return str(value)

    def words(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of words (a single word stands for a list of one)."""
        value = self.block.get(key)
        if value is None:
            if required:
                self.fault(key, f"'{key}' is missing", f"Write {key}: [ … ]")
            return ()
        items = value if isinstance(value, list) else [value]
        if required and not items:
            self.fault(key, f"'{key}' is empty", "Name at least one")
        if any(isinstance(item, bool | dict | list) or item is None for item in items):
            self.fault(key, f"'{key}' holds something that is no word", "Put each word in quotes")
            return ()
        return tuple(str(item) for item in items)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.block.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, int) for item in value):
            self.fault(key, f"'{key}' is no list of whole numbers", f"Write {key}: [1, 2]")
            return ()
        return tuple(value)

    def text(self, key: str | None, *, required: bool = True) -> Text:
        """A wording in every language (``key`` None: the languages are keys of the record itself)."""
        source = self.block if key is None else self.block.get(key)
        if source is None and not required:
            return {}
        if not isinstance(source, dict):
            self.fault(key, f"'{key}' needs a wording in {' and '.join(LANGUAGES)}", f"Write {key}: {{en: …, zh: …}}")
            return dict.fromkeys(LANGUAGES, "")
        for language in LANGUAGES:
            if not isinstance(source.get(language), str) or not source[language].strip():
                self._unworded(key, language, source)
        return {language: str(source.get(language) or "") for language in LANGUAGES}

    def _unworded(self, key: str | None, language: str, source: dict[str, Any]) -> None:
        lines = source.lines if isinstance(source, Block) else {}
        place = Place(self.file, lines.get(language, self.place(key).line))
        which = f" of '{key}'" if key else ""
        self.reader.fault(place, f"{self.called}: the {language} wording{which} is missing", f"Add {language}: …")

    def mapping(self, key: str) -> dict[str, Any]:
        """A mapping inside this record, empty where there is none."""
        value = self.block.get(key)
        if value is not None and not isinstance(value, dict):
            self.fault(key, f"'{key}' is no mapping", f"Write {key}: {{name: …}}")
            return {}
        return value or {}

    def inner(self, key: str) -> list[Record]:
        """The records of a list inside this one."""
        value = self.block.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, Block) for item in value):
            self.fault(key, f"'{key}' is no list of records", "Begin each with '- '")
            return []
        return [Record(self.reader, self.file, item, self.called) for item in value]
