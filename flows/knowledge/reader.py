"""Reads records out of knowledge files and keeps every fault with its place, instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.knowledge.model import LANGUAGES, Fault, Place, Text
from flows.knowledge.strict_yaml import Block, YamlFault, load_file


class Reader:
    """The files of one knowledge folder, and the faults found in them so far."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []

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
        except YamlFault as error:
            what = f"the key '{error.text}' stands twice" if error.why == "duplicate" else f"this is no YAML ({error.text})"
            self.fault(Place(name, error.line), what, "Keep one" if error.why == "duplicate" else "Mend the syntax")
        return []

    def records(self, path: Path) -> Iterator[Record]:
        """Every mapping in a file that holds a list of them."""
        name = str(path.relative_to(self.root))
        content = self.document(path)
        if not isinstance(content, list):
            self.fault(Place(name, 1), "a list of records is expected", "Begin each record with '- '")
            return
        for item in content:
            if isinstance(item, Block):
                yield Record(self, name, item)
            else:
                self.fault(Place(name, 1), f"'{item}' is no record", "Write 'key: value' lines under '- '")


class Record:
    """One mapping of a knowledge file. Every getter returns something usable and keeps a fault where it could not."""

    def __init__(self, reader: Reader, file: str, block: Block) -> None:
        self.reader, self.file, self.block = reader, file, block

    def place(self, key: str | None = None) -> Place:
        """Where the record, or one of its keys, is written."""
        return Place(self.file, self.block.lines.get(key, self.block.line) if key else self.block.line)

    def fault(self, key: str | None, what: str, mend: str) -> None:
        """Keeps a fault at a key of this record."""
        self.reader.fault(self.place(key), what, mend)

    def allow(self, *keys: str) -> None:
        """Faults every key that is not one of ``keys``."""
        for key in self.block:
            if key not in keys:
                self.fault(key, f"the key '{key}' is not known here", f"Use one of: {', '.join(keys)}")

    def word(self, key: str, allowed: Sequence[str] = (), default: str | None = None) -> str:
        """A word, one of ``allowed`` where given."""
        value = self.block.get(key, default)
        if isinstance(value, bool):
            self.fault(key, f"'{key}' was read as yes or no", "Put the word in quotes")
            return ""
        if value is None or isinstance(value, list | dict):
            self.fault(key, f"'{key}' is missing or is no word", f"Write {key}: …")
            return ""
        if allowed and str(value) not in allowed:
            self.fault(key, f"'{value}' is not a known {key}", f"Use one of: {', '.join(allowed)}")
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
                self.fault(key, f"the {language} wording of '{key or self.block.get('id')}' is missing", f"Add {language}: …")
        return {language: str(source.get(language) or "") for language in LANGUAGES}

    def inner(self, key: str) -> list[Record]:
        """The records of a list inside this one."""
        value = self.block.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, Block) for item in value):
            self.fault(key, f"'{key}' is no list of records", "Begin each with '- '")
            return []
        return [Record(self.reader, self.file, item) for item in value]
