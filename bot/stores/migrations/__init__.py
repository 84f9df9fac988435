"""Brings the tables of a database up to the newest revision (``versions``), once, whoever else starts at the same time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

KNOWN = ("0001", "0002")
HEAD = KNOWN[-1]
_LOCK = 0x70686E656E  # any number that nobody else uses in the same database
_BEGIN = {"sqlite": ("BEGIN IMMEDIATE",), "postgresql": ("BEGIN", f"SELECT pg_advisory_xact_lock({_LOCK})")}


class UnknownRevision(Exception):
    """The database was left by a newer program; ``revision`` is where it stands."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"database revision {revision}; known here: {', '.join(KNOWN)}")
        self.revision = revision


def bring_up(connection: Connection, target: str = HEAD) -> None:
    """Runs the migrations that are missing, all or none. Does next to nothing where none is.

    Args:
        connection: in autocommit mode.
        target: the revision to end at.

    Raises:
        UnknownRevision: the database is newer than this program; it is left as it is.
    """
    if _revision(connection) == target:
        return
    for statement in _BEGIN[connection.dialect.name]:  # a second program that starts now waits here, then finds nothing to do
        connection.exec_driver_sql(statement)
    try:
        if _revision(connection) != target:
            _run(connection, target)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _revision(connection: Connection) -> str | None:
    from sqlalchemy import inspect

    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found and found not in KNOWN:
        raise UnknownRevision(found)
    return found


def _run(connection: Connection, target: str) -> None:
    # Only here, since Alembic takes longer to import than all else takes to start.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, target)
