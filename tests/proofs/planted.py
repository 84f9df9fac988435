"""Copies of the knowledge and the templates with one thing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.render.renderer import TEMPLATES
from flows.knowledge.loader import ROOT, Knowledge, load

Plant = Callable[[str, str, str], Knowledge]


@dataclass(frozen=True, slots=True)
class Bed:
    """Where faults are planted."""

    folder: Path

    def plant(self, file: str, old: str, new: str) -> Knowledge:
        """The knowledge with ``old`` in ``file`` changed to ``new``, once."""
        root = self.folder / "knowledge"
        if not root.exists():
            shutil.copytree(ROOT, root)
        _change(root / file, old, new)
        return load(root)

    def speak(self, file: str, old: str, new: str) -> Path:
        """The templates with ``old`` in ``file`` changed to ``new``, once."""
        root = self.folder / "templates"
        shutil.copytree(TEMPLATES, root)
        _change(root / file, old, new)
        return root


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{path.name} has no '{old}'"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
