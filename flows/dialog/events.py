"""What a person can do. Channels turn taps, keys and commands into these; nothing else enters a turn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Command(StrEnum):
    """Things to do that are no answer. The argument of ``Did`` is named in brackets."""

    START = "start"  # [deep-link payload]
    CONSULT = "consult"
    CONSENT = "consent"  # [quick: in quick mode]
    BACK = "back"  # [field to go back to; one step where empty]
    SKIP = "skip"
    WHY = "why"  # [all]
    HELP_QUESTION = "explain"
    SUMMARY = "summary"
    REVIEW = "review"  # [page]
    EDIT = "edit"  # [field]
    KEEP = "keep"  # keep a contradiction as it is, or take the proposed findings
    DROP = "drop"  # refuse the proposed findings
    RESUME = "resume"  # show the current question again
    REPORT = "report"  # [section, or section.page]
    HOW = "how"  # [section, conclusion, or +fact to open or close a branch of the proof on the screen]
    SOURCES = "sources"  # [statement id, or section of the report]
    LANGUAGE = "language"  # [en | zh; toggles where empty]
    RESTART = "restart"  # [yes, once confirmed]
    CANCEL = "cancel"
    PRIVACY = "privacy"
    FORGET = "forget"  # [yes, once confirmed]
    HELP = "help"
    CASES = "cases"  # [vignette id]
    REST = "rest"  # answer the remaining fields of this question: [unknown | not_done]
    WHYNOT = "whynot"  # [fact, or fact=value]
    WHATIF = "whatif"  # [see flows.dialog.supposing]
    QUICK = "quick"  # [on | off; toggles where empty]


PRESSED = frozenset(
    {
        *(Command.CONSENT, Command.HELP_QUESTION, Command.REVIEW, Command.EDIT, Command.KEEP, Command.DROP, Command.RESUME),
        Command.REST,
    }
)
"""The commands that are offered where they make sense, as buttons or in words, and are named nowhere else."""
TOLD = frozenset(Command) - PRESSED
"""The commands whose names a person is told: the help names each of them."""


@dataclass(frozen=True, slots=True)
class Did:
    """A command, from a button, a key or a slash command."""

    command: Command
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A button that answers ``field`` with an option, a quick number, ``unknown``, ``not_done`` or ``suggested``."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A tick set (``on``) or taken away in a question with several answers. Marking twice is the same as once."""

    field: str
    option: str
    on: bool


@dataclass(frozen=True, slots=True)
class Paired:
    """An outcome chosen for an item of a map (``outcome`` empty: show the outcomes; ``none``: take the item away)."""

    field: str
    item: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The ticks of ``field`` are complete."""

    field: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Words a person typed. ``field`` is set where the words correct an earlier typed answer (an edited message)."""

    text: str
    field: str | None = None


KINDS = (
    *("photo", "sticker", "voice", "video", "audio", "document", "location", "contact"),
    *("animation", "video_note", "poll", "dice", "other"),
)
"""What is no text and has a name of its own; everything else is ``other``."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that is no text (``kind`` is one of ``KINDS``; any other counts as ``other``)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Stale:
    """A button of an earlier screen was pressed."""


Event = Did | Answered | Marked | Paired | Finished | Typed | Sent | Stale
