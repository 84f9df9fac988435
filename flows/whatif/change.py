"""Other answers for some fields, beside the answers that were given."""

from __future__ import annotations

from dataclasses import dataclass

from flows.rules.values import Answer, Answers, Open


@dataclass(frozen=True, slots=True)
class Change:
    """Another answer for a field. ``Open.MISSING`` takes the answer away."""

    field: str
    answer: Answer


def applied(answers: Answers, changes: tuple[Change, ...]) -> dict[str, Answer]:
    """The answers after the changes."""
    after = {**answers, **{change.field: change.answer for change in changes}}
    return {field: answer for field, answer in after.items() if answer is not Open.MISSING}
