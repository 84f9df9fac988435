"""Reads the command line as the standard library does, and speaks in the language that was asked for."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn, Protocol

REFUSED = 2
_FAULTS = {
    "missing": re.compile(r"the following arguments are required: (?P<text>.+)"),
    "unknown": re.compile(r"unrecognized arguments: (?P<text>.+)"),
    "choice": re.compile(r"argument (?P<name>.+): invalid choice: (?P<text>.+) \(choose from (?P<choices>.+)\)"),
    "whole": re.compile(r"argument (?P<name>.+): invalid int value: (?P<text>.+)"),
    "alone": re.compile(r"argument (?P<name>.+): expected one argument"),
}
"""How the library words what is wrong, by what it is. What it words in another way is shown as it is."""


class Say(Protocol):
    """Gives a wording of the command line: that of a macro, with its parameters."""

    def __call__(self, macro: str, **params: object) -> str:
        """The wording as plain text."""


class _Formatter(argparse.HelpFormatter):
    """Lays the help out; ``say`` is set by the parser that it works for."""

    say: Say

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], groups: Any, prefix: str | None = None) -> None:
        """The first line of the help."""
        if prefix is None:
            worded = self.say("heading", name="usage")
            prefix = f"{worded} " if worded.isascii() else worded
        super().add_usage(usage, actions, groups, prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose headings, own option and faults are in one language.

    Args:
        say: words them; not asked before something is to be printed, except for what ``helped`` calls for.
        helped: the help will be printed.
        given: as the library takes it.
    """

    def __init__(self, *, say: Say, helped: bool, **given: Any) -> None:
        super().__init__(add_help=False, **given)
        self.say = say
        if helped:
            self._positionals.title, self._optionals.title = (say("heading", name=name) for name in ("positionals", "options"))
        self.add_argument("-h", "--help", action="help", help=say("option", name="help") if helped else "")

    def _get_formatter(self) -> argparse.HelpFormatter:
        formatter = _Formatter(prog=self.prog)
        formatter.say = self.say
        return formatter

    def error(self, message: str) -> NoReturn:
        """Prints how the command is used and what is wrong, and ends the program."""
        self.print_usage(sys.stderr)
        self.exit(REFUSED, self.say("refused", command=self.prog, fault=self._worded(message)) + "\n")

    def _worded(self, message: str) -> str:
        for kind, pattern in _FAULTS.items():
            if found := pattern.fullmatch(message):
                parts = {"name": "", "text": "", "choices": "", **found.groupdict()}
                return self.say("mistake", kind=kind, **parts)
        return message
