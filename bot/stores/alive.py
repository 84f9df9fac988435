"""Which worker is which, and whether another one on this machine still lives.

A worker's name tells the machine, the process and when it began, so that whoever runs beside it can tell at once that it was
killed. Of workers elsewhere only their signs of life in the database speak.
"""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_STARTED = 19
"""Where the start of a process stands among the figures behind its name in ``/proc/PID/stat``."""


def new_name() -> str:
    """A name for this process as a worker, of which there is no second."""
    return f"{_machine()}:{os.getpid()}:{_begun(os.getpid())}:{secrets.token_hex(4)}"


def fate(name: str) -> bool | None:
    """Whether the worker of that name lives; None where this cannot be told from here."""
    machine, *rest = name.split(":")
    if not machine or machine != _machine():
        return None
    process, begun, _ = rest
    return _begun(int(process)) == begun


@cache
def _machine() -> str:
    """This machine since it was last started, as its processes see it; empty where that cannot be told."""
    try:
        return f"{(_PROC / 'sys/kernel/random/boot_id').read_text().strip()}/{(_PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _begun(process: int) -> str:
    """When a process began, in ticks of the machine; empty where there is none."""
    try:
        figures = (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if figures[0] == "Z" else figures[_STARTED]
