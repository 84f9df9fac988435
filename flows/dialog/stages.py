"""The state table of the consultation. Rule 1: everything that decides a stage lives in this file.

The stage is a function of the answers: `advance` passes a stage once nothing in it is left to ask, so a session that
was edited in any way stands where a fresh one with the same answers stands. `phnen-bot graph` draws this table.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from transitions import Machine

STAGES = (
    "consent",
    "context",
    "symptoms",
    "markers",
    "imaging",
    "functional_imaging",
    "primary_search",
    "pathology",
    "extent",
    "treatment_context",
    "review",
    "report",
)
CANCELLED = "cancelled"
ASKING = STAGES[:-2]
STAGE_OF_QUESTIONS = {"purpose": "consent"}

TRANSITIONS: tuple[dict[str, Any], ...] = (
    *(
        {"trigger": "advance", "source": here, "dest": after, "conditions": "nothing_left_here"}
        for here, after in zip(ASKING, STAGES[1:-1], strict=True)
    ),
    {"trigger": "conclude", "source": "review", "dest": "report"},
    {"trigger": "reopen", "source": "report", "dest": "review"},
    {"trigger": "edit", "source": ["review", "report", *ASKING[1:]], "dest": "consent"},
    {"trigger": "cancel", "source": [*STAGES], "dest": CANCELLED},
    {"trigger": "resume", "source": CANCELLED, "dest": "consent"},
)


class Walk:
    """The model of the table: walks from the first stage to where the next question stands."""

    state: str

    def __init__(self, waiting: str | None) -> None:
        self.waiting = waiting

    def nothing_left_here(self) -> bool:
        """Whether every question of the current stage is settled."""
        return self.waiting is None or STAGES.index(self.waiting) > STAGES.index(self.state)


def machine(walk: Walk) -> Machine:
    """The table bound to a walk, at the first stage."""
    return Machine(
        model=walk, states=[*STAGES, CANCELLED], transitions=list(TRANSITIONS), initial=STAGES[0], auto_transitions=False
    )


@lru_cache(maxsize=128)
def stage_for(waiting: str | None, concluded: bool, cancelled: bool) -> str:
    """The stage where a session stands.

    Args:
        waiting: the stage of the first question still to be asked, or None.
        concluded: the person asked for the report.
        cancelled: the person left the consultation.
    """
    walk = Walk(waiting)
    table = machine(walk)
    while walk.state in ASKING and table.events["advance"].trigger(walk):
        pass
    if walk.state == "review" and concluded:
        table.events["conclude"].trigger(walk)
    if cancelled:
        table.events["cancel"].trigger(walk)
    return walk.state
