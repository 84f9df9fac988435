"""The state table of the consultation. Rule 1: everything that decides a stage lives in this file.

The stage is a function of the answers: `advance` passes a stage once nothing in it is left to ask, so a session that
was edited in any way stands where a fresh one with the same answers stands. `phnen-bot graph` draws this table.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    {"trigger": "edit", "source": [*ASKING[1:], "review"], "dest": STAGES[0], "conditions": "something_left_before"},
    {"trigger": "conclude", "source": "review", "dest": "report", "conditions": "wants_report"},
    {"trigger": "reopen", "source": "report", "dest": "review", "unless": "wants_report"},
    {"trigger": "cancel", "source": [*STAGES], "dest": CANCELLED, "conditions": "wants_to_leave"},
    {"trigger": "resume", "source": CANCELLED, "dest": STAGES[0], "unless": "wants_to_leave"},
)
ORDER = ("resume", "reopen", "edit", *("advance",) * len(ASKING), "conclude", "cancel")


@dataclass
class Walk:
    """The model of the table. The guards read what the answers say; nothing else decides.

    Not slotted: the library binds the triggers to it.

    Attributes:
        waiting: the stage of the first question still to be asked, or None.
        concluded: the report was asked for.
        cancelled: the consultation was left.
        state: where the walk stands.
    """

    waiting: str | None = None
    concluded: bool = False
    cancelled: bool = False
    state: str = STAGES[0]

    def nothing_left_here(self) -> bool:
        """Whether every question of the current stage is settled."""
        return self.waiting is None or STAGES.index(self.waiting) > STAGES.index(self.state)

    def something_left_before(self) -> bool:
        """Whether an earlier stage has a question again (an answer was edited), or the report waits for one."""
        return self.waiting is not None and STAGES.index(self.waiting) < STAGES.index(self.state)

    def wants_report(self) -> bool:
        """Whether the report is open and nothing is left to ask."""
        return self.concluded and self.waiting is None

    def wants_to_leave(self) -> bool:
        """Whether the consultation was left."""
        return self.cancelled


def machine(walk: Walk, kind: type[Machine] = Machine, **options: Any) -> Machine:
    """The table bound to a walk, at the state of the walk."""
    return kind(
        model=walk,
        states=[*STAGES, CANCELLED],
        transitions=list(TRANSITIONS),
        initial=walk.state,
        auto_transitions=False,
        **options,
    )


@lru_cache(maxsize=1024)
def stage_for(before: str, waiting: str | None, concluded: bool, cancelled: bool) -> str:
    """The stage where a session stands. Whatever ``before`` was, the same other arguments give the same stage.

    Args:
        before: the stage where it stood.
        waiting: the stage of the first question still to be asked, or None.
        concluded: the person asked for the report.
        cancelled: the person left the consultation.
    """
    walk = Walk(waiting, concluded, cancelled, before)
    table = machine(walk)
    for trigger in ORDER:
        if walk.state in table.events[trigger].transitions:
            table.events[trigger].trigger(walk)
    return walk.state


def mermaid(title: str = "") -> str:
    """The diagram of the table, as Mermaid text."""
    from transitions.extensions import GraphMachine  # drawing is a rare wish; every other start does without it

    table = machine(Walk(), GraphMachine, graph_engine="mermaid", show_conditions=True, title=title)
    return str(table.get_combined_graph().source)
