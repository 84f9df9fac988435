"""A session is the answers so far, and what is on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.dialog.replies import Reply
from flows.rules.values import Answer


class Screen(StrEnum):
    """What the person sees. ASKING follows from the answers; the others were chosen and pass."""

    CONSENT = "consent"
    ASKING = "asking"
    CHECK = "check"
    PROPOSAL = "proposal"
    REVIEW = "review"
    REPORT = "report"
    SIDE = "side"
    WHATIF = "whatif"
    SUPPOSING = "supposing"
    CANCELLED = "cancelled"


NOWHERE = ("", "", 0)
"""No screen."""


@dataclass(frozen=True, slots=True)
class Session:
    """One consultation.

    Attributes:
        language: ``en`` or ``zh``.
        consented: the purpose was read and accepted.
        answers: answers that count, by field.
        skipped: fields left for later; they act as not asked.
        aside: answers that an edit made inapplicable; offered again, never used by themselves.
        checked: contradictions that were asked about once.
        stage: the state of the table (see ``flows.dialog.stages``), computed from the answers.
        screen, subject, page: what is shown; ``subject`` is a field, a section or an id.
        focus: the field a person went back to; empty where the next question follows from the answers.
        under: the screen, subject and page to return to from a side screen.
        draft: ticks not yet confirmed, or outcomes by item, of the field on the screen.
        proposed: findings read from typed words, not yet confirmed.
        step: counts screens; a button of another step is stale.
        shown: red flags already shown.
        origin: the screen, subject and page on which other answers began to be tried out; empty once it is shown again.
        supposed: other answers that are only tried out, by field; they count for nothing before they are kept.
        quick: whether only what can still change a conclusion of the goal is asked, the most first.
        touched: when the person last did something, seconds since the epoch.
    """

    language: str = "en"
    consented: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    aside: Mapping[str, Answer] = field(default_factory=dict)
    checked: frozenset[str] = frozenset()
    stage: str = "consent"
    screen: Screen = Screen.CONSENT
    subject: str = ""
    page: int = 0
    focus: str = ""
    under: tuple[str, str, int] = NOWHERE
    draft: Mapping[str, str] = field(default_factory=dict)
    proposed: Mapping[str, Answer] = field(default_factory=dict)
    step: int = 0
    shown: frozenset[str] = frozenset()
    origin: tuple[str, str, int] = NOWHERE
    supposed: Mapping[str, Answer] = field(default_factory=dict)
    quick: bool = False
    touched: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn gives: the session to save, then the replies to send, and whether everything is to be erased."""

    session: Session
    replies: tuple[Reply, ...]
    erase: bool = False
