"""What a bare yes or no means, and the words for keeping and dropping."""

from __future__ import annotations

from flows.dialog.events import Command
from flows.dialog.session import Screen, Session

YES = frozenset("yes|y|ok|okay|confirm|confirmed|sure|begin|start|agree|i agree|record|record them|是|是的|对|好|好的|同意|确认|确定|记录|开始|载入".split("|"))
NO = frozenset("drop|drop them|放弃改动|no|n|discard|否|不|不是|不对|不要|放弃|取消".split("|"))
KEEP = frozenset("keep the changes|采用|采用改动|keep|keep it|keep as it is|keep them|保留|保持|保持不变|保持原样|不改".split("|"))


def bare(text: str) -> str:
    """What was typed as one word, without what stands around it."""
    return text.strip().casefold().strip("/ .!。！")


def agreement(session: Session, text: str) -> tuple[Command, str] | None:
    """What a bare yes or no means on a screen that asks for one."""
    word = bare(text)
    kind, _, subject = session.subject.partition(":")
    match session.screen:
        case Screen.PROPOSAL if word in YES | NO:
            return (Command.KEEP if word in YES else Command.DROP), ""
        case Screen.CHECK if word in KEEP:
            return Command.KEEP, ""
        case Screen.SIDE if kind in (Command.RESTART, Command.FORGET) and word in YES | NO:
            return (Command(kind), "yes") if word in YES else (Command.RESUME, "")
        case Screen.SIDE if kind == Command.CASES and subject and word in YES | NO:
            return (Command.CASES, f"{subject}!") if word in YES else (Command.RESUME, "")
        case _:
            return None


def agreed_to(text: str) -> Command | None:
    """What a bare yes or no, or the words for keeping and dropping, mean where something waits to be kept."""
    word = bare(text)
    return Command.KEEP if word in YES | KEEP else Command.DROP if word in NO else None
