"""Faults of the state table: an arrow is gone, leads elsewhere, has lost its guard or has the opposite one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flows.dialog import audit, stages

Rows = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One faulty table."""

    kind: str
    row: int
    rows: Rows
    order: tuple[str, ...]

    @property
    def place(self) -> str:
        """The table, and which of its rows."""
        return f"flows/dialog/stages.py: row {self.row + 1}"

    @property
    def what(self) -> str:
        """The row as it stands now."""
        return str(self.rows[self.row]) if self.row < len(self.rows) else ""


def tables() -> Iterator[Table]:
    """Every faulty table."""
    rows, order = stages.TRANSITIONS, stages.ORDER
    for place, row in enumerate(rows):
        yield Table("orphan_state", place, (*rows[:place], *rows[place + 1 :]), order)
        after = stages.STAGES[(stages.STAGES.index(row["dest"]) + 1) % len(stages.STAGES)] if row["dest"] in stages.STAGES else "report"
        yield Table("other_arrow", place, _changed(rows, place, {"dest": after}), order)
        guard = "conditions" if "conditions" in row else "unless"
        yield Table("drop_guard", place, _changed(rows, place, {guard: []}), order)
        turned = "unless" if guard == "conditions" else "conditions"
        yield Table("turn_guard", place, (*rows[:place], {**{key: row[key] for key in ("trigger", "source", "dest")}, turned: row[guard]}, *rows[place + 1 :]), order)
        if isinstance(row["source"], list):
            for source in row["source"]:
                yield Table("lost_source", place, _changed(rows, place, {"source": [name for name in row["source"] if name != source]}), order)
    for trigger in dict.fromkeys(order):
        at = order.index(trigger)
        yield Table("drop_trigger", at, rows, (*order[:at], *order[at + 1 :]))


def _changed(rows: Rows, place: int, change: dict[str, Any]) -> Rows:
    return (*rows[:place], {**rows[place], **change}, *rows[place + 1 :])


class Planted:
    """The faulty table in place of the real one, for as long as a ``with`` lasts."""

    def __init__(self, table: Table) -> None:
        self.table, self.real = table, (stages.TRANSITIONS, stages.ORDER)

    def __enter__(self) -> None:
        self._use(self.table.rows, self.table.order)

    def __exit__(self, *_: object) -> None:
        self._use(*self.real)

    def _use(self, rows: Rows, order: tuple[str, ...]) -> None:
        stages.TRANSITIONS, stages.ORDER = rows, order
        vars(audit)["TRANSITIONS"] = rows
        stages.stage_for.cache_clear()
