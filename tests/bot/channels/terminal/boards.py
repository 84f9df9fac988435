"""Boards and words made by hand, so that a desk can be tried without a consultation."""

from __future__ import annotations

from bot.channels.terminal.choices import Board, Choice
from bot.render.port import Shown
from flows.dialog.events import Command, Did, Finished, Marked
from flows.dialog.replies import Role

STEP = 5
PAIN, JAUNDICE = Marked("mass_symptoms", "pain", True), Marked("mass_symptoms", "jaundice", False)
DONE, BACK = Finished("mass_symptoms"), Did(Command.BACK)
BOARD = Board(
    (
        (Choice("1", "[ ] 腹痛", PAIN), Choice("2", "[x] 黄疸", JAUNDICE)),
        (Choice("a", "选好了", DONE, "success"),),
        (Choice("/back", "◀ 上一题", BACK), Choice("/skip", "跳过 ▶", Did(Command.SKIP))),
    ),
    None,
    STEP,
)


def say(name: str, **params: object) -> str:
    """Words that show which wording was asked for."""
    return "?" if name == "prompt" else " ".join([f"({name})", *(str(value) for value in params.values())])


def screen(markup: str, page: int = 0, pages: int = 1) -> Shown:
    """A screen with that text."""
    return Shown(Role.SCREEN, markup, page=page, pages=pages)
