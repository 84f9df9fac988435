"""Versions of the knowledge: a folder, or what a git revision of this project held."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.render.renderer import TEMPLATES
from flows.knowledge.loader import ROOT, Knowledge, KnowledgeError, load
from flows.knowledge.model import Fault

HOME = ROOT.parents[1]
DATA = ROOT.relative_to(HOME)


class VersionUnknown(ValueError):
    """There is neither such a folder of knowledge nor such a revision; ``why`` is ``revision``, or ``git`` where none can be asked."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.name, self.why = name, why


class VersionBroken(ValueError):
    """A version cannot be used; ``faults`` lists every reason."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        super().__init__(name)
        self.name, self.faults = name, tuple(faults)


@dataclass(frozen=True, slots=True)
class Version:
    """One version: what it was called, its knowledge, and the templates that belong to it."""

    name: str
    knowledge: Knowledge
    templates: Path


@contextmanager
def version(name: str, home: Path = HOME) -> Iterator[Version]:
    """The version of a folder (of knowledge, or of a whole project) or of a git revision.

    Raises:
        VersionUnknown: there is none.
        VersionBroken: it cannot be used.
    """
    folder = Path(name)
    if (folder / "rules").is_dir():
        yield Version(name, _loaded(name, folder), TEMPLATES)
    elif (folder / DATA / "rules").is_dir():
        yield _of_project(name, folder)
    else:
        with TemporaryDirectory() as place:
            _unpack(name, home, Path(place))
            yield _of_project(name, Path(place))


def _of_project(name: str, folder: Path) -> Version:
    templates = folder / TEMPLATES.name
    return Version(name, _loaded(name, folder / DATA), templates if templates.is_dir() else TEMPLATES)


def _loaded(name: str, folder: Path) -> Knowledge:
    """The knowledge of a folder; what else is read only when first asked for is read at once, so that its faults are known."""
    try:
        known = load(folder)
        for part in (known.statements, known.settlements, known.later, known.vignettes, known.editions, known.register.own):
            len(part)
    except KnowledgeError as error:
        raise VersionBroken(name, error.faults) from None
    return known


def _unpack(name: str, home: Path, place: Path) -> None:
    paths = [path for path in (DATA.as_posix(), TEMPLATES.name) if _git(home, "ls-tree", "-d", name, "--", path)]
    if DATA.as_posix() not in paths:
        raise VersionUnknown(name, "revision" if _git(home, "rev-parse", "--git-dir") else "git")
    with tarfile.open(fileobj=io.BytesIO(_git(home, "archive", "--format=tar", name, "--", *paths))) as archive:
        archive.extractall(place, filter="data")


def _git(home: Path, *words: str) -> bytes:
    """What git prints; nothing where it has nothing to say or is not there. Only reads."""
    if any(word.startswith("-") for word in words[2:3]):  # a revision that is an option
        return b""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # a hook's own repository is not meant
    try:
        done = subprocess.run(["git", "-C", str(home), *words], capture_output=True, check=False, env=plain)  # noqa: S603, S607 - git of the person who asks
    except OSError:
        return b""
    return done.stdout if done.returncode == 0 else b""
