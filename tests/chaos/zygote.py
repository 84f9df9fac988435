"""A process that has loaded everything, and forks a bot for every life: a start costs hundredths of a second.

The child runs the command's own code path (``bot.__main__.main``) with the settings of its environment; only the knowledge
and the templates, which are loaded already, are not loaded again.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

from bot import __main__, wiring
from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from bot.stores.database import database_store
from flows.knowledge.loader import Knowledge, load
from flows.knowledge.model import LANGUAGES
from tests.chaos.cuts import Cuts
from tests.chaos.scripts import sketches

LATE = (
    *("alembic.command", "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.ext.asyncio", "uvloop"),
    *("bot.channels.telegram.run", "bot.channels.telegram.serving", "bot.channels.telegram.webhook", "bot.stores.postgres", "bot.settings"),
)
"""What a bot imports only when it needs it; here it is imported before anything is forked."""
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Life:
    """How one process is to live.

    Attributes:
        arguments: of the command.
        environment: its settings.
        log: where its log goes.
        name: of this life, in its requests.
        cuts: boundaries at which a worker kills itself.
        shift: seconds by which the clock is off, from boundary to boundary.
        newer: with the next version of the knowledge.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: str
    name: str
    cuts: Sequence[int] = ()
    shift: Sequence[float] = ()
    newer: bool = False


@dataclass(slots=True)
class Zygote:
    """The other end of the zygote."""

    _process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def start(self, life: Life) -> int:
        """Begins a life; gives the id of the process, which leads a group of its own."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(life)) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Ends the zygote; lives that last go on."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def _loaded() -> tuple[dict[bool, Any], dict[Any, Any]]:
    """The knowledge in two versions, with the voices of each."""
    for name in LATE:
        import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_opened(f"sqlite+aiosqlite:///{folder}/kept.db"))
    knowledge = load()
    newer = copy.copy(knowledge)
    newer.version = knowledge.version + 1
    known = {False: knowledge, True: newer}
    voices = {version: TemplateRenderer(version, TELEGRAM_PAGE) for version in known.values()}
    for version in known.values():
        _say_all(version, voices[version])
    return known, voices


def _say_all(knowledge: Knowledge, voices: TemplateRenderer) -> None:
    """Takes every script's turns once and words their replies: what a bot reads and works out at its first turn is there already."""
    for _, sketch in sketches(knowledge):
        for reply, language in product(sketch.replies, LANGUAGES):
            voices.show(reply, language)


async def _opened(url: str) -> None:
    """Makes the libraries import their parts: a database is made, and opened once more."""
    for _ in range(2):
        store = database_store(url)
        await store.start()
        await store.close()


def _live(life: Life, known: Mapping[bool, Any], voices: Mapping[Any, Any]) -> int:
    """In the child: the command."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(life.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    signal.signal(signal.SIGUSR1, _tell)
    os.environ.clear()
    os.environ.update(life.environment)
    vars(wiring).update(load=lambda: known[life.newer], renderer=lambda knowledge, _limit: voices[knowledge])
    Cuts(life.cuts, life.name, life.shift).install()
    sys.argv = ["phnen-bot", *life.arguments]
    return int(__main__.main() or 0)


def _tell(*_: object) -> None:
    """Writes to the log what a bot that hangs waits for."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
    sys.stderr.flush()


def _serve() -> None:
    known, voices = _loaded()
    gc.collect()
    gc.freeze()  # a child whose collector walks over all of this copies it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = _live(Life(**json.loads(line)), known, voices)
            except SystemExit as ended:
                code = int(ended.code or 0)
            except BaseException:  # noqa: BLE001 - whatever it is, it is told in the log
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
