"""This channel's own wordings, and where in the code a fault came from."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

from bot.render.port import Shown
from bot.render.renderer import TemplateRenderer
from flows.dialog.replies import Reply, Role

FRAMES = 6


def said(renderer: TemplateRenderer, name: str, language: str, **params: Any) -> Shown:
    """A wording of this channel as a message."""
    return renderer.show(Reply(f"telegram.{name}", params, (), Role.NOTE), language)


def where(fault: BaseException) -> str:
    """The places in the code that a fault went through, innermost last, without a value."""
    frames = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
