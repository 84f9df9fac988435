"""`db`: everything that is kept, out to a file and in again, and its encryption."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from bot.render.renderer import speak
from bot.stores.port import Administered
from bot.stores.sealing import Seal
from bot.stores.transfer import TransferRefused, brought_in, resealed, written

DONE, FAILED, REFUSED = 0, 1, 2
STANDARD = "-"


async def export(store: Administered, name: str, language: str) -> int:
    """Writes everything to a file that only its owner can read, or to standard output."""
    with _to(name) as out:
        rows = await store.administer(lambda connection: written(connection, out.write))
    return _said("db_exported", language, DONE, rows=rows)


async def bring_in(store: Administered, name: str, language: str) -> int:
    """Brings everything of a file, or of standard input, into an empty database."""
    try:
        with _from(name) as lines:
            rows = await store.administer(lambda connection: brought_in(connection, lines))
    except TransferRefused as refused:
        return _said("db_refused", language, REFUSED, why=refused.why)
    return _said("db_same", language, DONE) if rows is None else _said("db_imported", language, DONE, rows=rows)


async def rekey(store: Administered, seal: Seal, language: str) -> int:
    """Encrypts everything with the first key."""
    if not seal.encrypts:
        return _said("db_no_key", language, REFUSED)
    rows = await store.administer(lambda connection: resealed(connection, seal))
    await store.scrub(thorough=True)
    return _said("db_rekeyed", language, DONE, rows=rows)


def _said(name: str, language: str, code: int, **params: Any) -> int:
    sys.stderr.write(speak(f"commandline.{name}", language, **params) + "\n")
    return code


@contextmanager
def _to(name: str) -> Iterator[IO[str]]:
    """Where lines go: a file that is there only when it is complete."""
    if name == STANDARD:
        yield sys.stdout
        return
    path = Path(name)
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        try:
            yield out
        except BaseException:
            part.unlink()
            raise
    part.replace(path)


@contextmanager
def _from(name: str) -> Iterator[IO[str]]:
    if name == STANDARD:
        yield sys.stdin
        return
    with Path(name).open(encoding="ascii", errors="replace") as lines:
        yield lines
