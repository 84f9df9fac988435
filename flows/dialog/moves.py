"""What each event does to a session. Settling (what follows from the answers) comes after, in `turn`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.dialog.agenda import agenda, answered_before
from flows.dialog.agreeing import YES, agreement, bare
from flows.dialog.asked_back import how_subject, whynot_subject
from flows.dialog.events import Command, Did
from flows.dialog.explain import sections
from flows.dialog.replies import Reply
from flows.dialog.screens import note, toast
from flows.dialog.session import NOWHERE, Screen, Session
from flows.dialog.stages import ASKING
from flows.dialog.telling import gathered
from flows.dialog.understand import LONGEST_TEXT, Reading, understand
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import LANGUAGES, FieldSpec
from flows.rules.reading import read_answer
from flows.rules.values import Answer, Open

_LOOKING = frozenset(
    {
        *(Command.SUMMARY, Command.WHY, Command.HELP_QUESTION, Command.HOW, Command.SOURCES, Command.REPORT, Command.REVIEW),
        *(Command.SKIP, Command.HELP, Command.PRIVACY, Command.CASES, Command.WHYNOT, Command.WHATIF),
    }
)
"""What waits until proposed findings are recorded or dropped, so that they are never lost on the way."""


@dataclass(frozen=True, slots=True)
class Move:
    """A session after an event, what to say beside the screen, and why typed words were refused (key, field).

    ``wish`` is a command that was typed and that another part of the dialog obeys.
    """

    session: Session
    replies: tuple[Reply, ...] = ()
    refused: tuple[str, str] | None = None
    erase: bool = False
    wish: Did | None = None


def draft_of(answer: Answer | None) -> Mapping[str, str]:
    """The ticks or pairs with which a field is shown that was answered before."""
    if isinstance(answer, frozenset):
        return dict.fromkeys(sorted(answer - {"none"}), "on")
    if isinstance(answer, Mapping):
        return dict(answer)
    return {}


def asking(session: Session) -> Session:
    """The session back on its question."""
    return replace(session, screen=Screen.ASKING, subject="", page=0, draft={}, under=NOWHERE, proposed={})


def give(session: Session, findings: Mapping[str, Answer]) -> Session:
    """The session with answers added; nothing is computed from them yet."""
    return replace(
        asking(session),
        focus="" if session.focus in findings else session.focus,
        answers={**session.answers, **findings},
        skipped=session.skipped - findings.keys(),
        aside={name: answer for name, answer in session.aside.items() if name not in findings},
    )


def current(session: Session) -> str | None:
    """The field on the screen, or under the side screen."""
    if session.screen in (Screen.ASKING, Screen.SUPPOSING):
        return session.subject or None
    if session.screen in (Screen.SIDE, Screen.PROPOSAL) and session.under[0] in (Screen.ASKING, Screen.SUPPOSING):
        return session.under[1] or None
    return None


def _side(session: Session, subject: str, page: int = 0) -> Session:
    return replace(session, screen=Screen.SIDE, subject=subject, page=page, under=place_of(session), proposed={})


def _returned(session: Session) -> Session:
    """The session back where it was before a side screen."""
    return shown_again(session, session.under)


def shown_again(session: Session, where: tuple[str, str, int]) -> Session:
    """The session on a screen that was shown before; on its question where there is no such screen to go back to."""
    screen, subject, page = where
    if screen not in (Screen.ASKING, Screen.REPORT, Screen.REVIEW, Screen.CHECK, Screen.WHATIF, Screen.SUPPOSING):
        return asking(session)
    return replace(session, screen=Screen(screen), subject=subject, page=page, under=NOWHERE, proposed={})


def place_of(session: Session) -> tuple[str, str, int]:
    """The screen that is shown, or the one under the side screen."""
    return session.under if session.screen in (Screen.SIDE, Screen.PROPOSAL) else (session.screen.value, session.subject, session.page)


# --- answers ------------------------------------------------------------------------------------------------------


def on_screen(session: Session, field: str, knowledge: Knowledge) -> FieldSpec | None:
    """The field, if it is the one whose buttons are on the screen; what a client made up is not."""
    return knowledge.fields.get(field) if session.screen is Screen.ASKING and session.subject == field else None


def typed(session: Session, text: str, corrected: str | None, knowledge: Knowledge) -> Move:
    """Words were typed. They are never kept: only what was understood is."""
    from flows.dialog.identifiers import looks_like_identifier  # its patterns take a while to build, and taps do without

    kind = looks_like_identifier(text[:LONGEST_TEXT])  # what is longer is not read at all
    if kind is not None:
        return Move(session, (note("identifier", kind=kind.value),))
    if not session.consented:
        return _typed_before_consent(session, text)
    agreed = None if corrected else agreement(session, text)
    if agreed is not None:
        return did(session, *agreed, knowledge)
    here = corrected if corrected is not None and corrected in knowledge.fields else current(session)
    reading = understand(text, here, knowledge)
    if reading.event is not None and corrected is None:
        return _commanded(session, reading.event, knowledge)
    if reading.refusal is not None:
        return _refused(session, reading.refusal.why, reading.refusal.field or here or "")
    if session.screen is Screen.PROPOSAL:
        return Move(_proposing(session, gathered(session.proposed, reading.findings), reading))
    if reading.direct:
        return Move(give(session, reading.findings), (toast("noted"),) if here == corrected is not None else ())
    return Move(_proposing(session, reading.findings, reading))


def _proposing(session: Session, findings: Mapping[str, Answer], reading: Reading) -> Session:
    """The session with findings shown back, not yet recorded; what waits already goes on waiting with them, and what was missed."""
    before = session.subject.split(",") if session.screen is Screen.PROPOSAL else ()
    missed = [name for name in dict.fromkeys((*before, *reading.missed)) if name not in ("", "*") and name not in findings]
    subject = ("*", *missed) if reading.leftover else missed
    return replace(session, screen=Screen.PROPOSAL, subject=",".join(subject), page=0, under=place_of(session), proposed=findings)


def _commanded(session: Session, wish: Did, knowledge: Knowledge) -> Move:
    """A command was typed. One that does not fit the question is explained, not called an old button."""
    field = current(session)
    if wish.command is Command.REST and field is not None and not _rest_of(session, wish.argument, knowledge):
        return _refused(session, "option", field)
    return did(session, wish.command, wish.argument, knowledge)


def _typed_before_consent(session: Session, text: str) -> Move:
    word = bare(text)
    if word in YES:
        return Move(_consented(session))
    if word in ("中文", "english", "英文", "chinese"):
        return Move(replace(session, language="zh" if word in ("中文", "chinese") else "en"))
    return Move(session, (note("nothing_to_answer", why="consent"),))


def _refused(session: Session, why: str, field: str) -> Move:
    if session.screen is Screen.PROPOSAL:
        return Move(session, (toast("pending"),))
    if current(session) is not None:
        back = session if session.screen is Screen.ASKING else _returned(session)
        return Move(back, (), (why, field))
    return Move(session, (note("nothing_to_answer", why=why),))


# --- commands -----------------------------------------------------------------------------------------------------


def did(session: Session, command: Command, argument: str, knowledge: Knowledge) -> Move:
    """A command was given."""
    if session.screen is Screen.PROPOSAL and command in _LOOKING:
        return Move(session, (toast("pending"),))
    match command:
        case Command.START if _known_source(argument.replace("_", "."), knowledge):  # the link of a source mark
            return _sources(session, argument.replace("_", "."), knowledge)
        case Command.START | Command.CONSULT | Command.RESUME:
            return _resume(session, command)
        case Command.CONSENT:
            return Move(_consented(session, argument))
        case Command.WHATIF | Command.QUICK:
            return Move(session, wish=Did(command, argument))
        case Command.LANGUAGE:
            return _language(session, argument)
        case Command.PRIVACY | Command.HELP:
            return Move(_side(session, command.value))
        case Command.RESTART | Command.FORGET:
            return _over(session, command, argument)
        case Command.CANCEL:
            return Move(replace(session, screen=Screen.CANCELLED, subject="", page=0, focus="", draft={}, proposed={}))
        case Command.SOURCES:
            return _sources(session, argument, knowledge)
        case Command.CASES:
            return _cases(session, argument, knowledge)
    if not session.consented:
        return Move(session, (note("nothing_to_answer", why="consent"),))
    return _went_on(session, command, argument, knowledge)


def _consented(session: Session, argument: str = "") -> Session:
    """The session after the purpose was accepted; a model case that was loaded before is shown for review."""
    if session.consented:
        return session
    fresh = asking(replace(session, consented=True, quick=session.quick or argument == Command.QUICK))
    return replace(fresh, screen=Screen.REVIEW) if session.answers else fresh


def _went_on(session: Session, command: Command, argument: str, knowledge: Knowledge) -> Move:
    """Commands that need a consultation under way."""
    match command:
        case Command.BACK:
            return _back(session, argument, knowledge)
        case Command.SKIP:
            return _skip(session)
        case Command.REST:
            return _rest(session, argument, knowledge)
        case Command.EDIT:
            return _edit(session, argument, knowledge)
        case Command.KEEP:
            return _keep(session)
        case Command.DROP:
            return Move(_returned(session) if session.screen is Screen.PROPOSAL else session)
        case _:
            return _looked(session, command, argument, knowledge)


def _looked(session: Session, command: Command, argument: str, knowledge: Knowledge) -> Move:
    """Commands that only show something."""
    subject, page = _paged(argument)
    match command:
        case Command.WHY | Command.HELP_QUESTION:
            field = current(session)
            if field is None:
                waiting = agenda(knowledge.case(session.answers), session, knowledge).open
                return Move(session, (note("no_question", open=len(waiting)),))
            everything = "+" if command is Command.WHY and subject == "all" else ""
            return Move(_side(session, f"{command.value}:{field}{everything}", page))
        case Command.SUMMARY:
            return Move(_side(session, "summary", page))
        case Command.REVIEW:
            stage = subject if subject in ASKING else ""
            return Move(replace(asking(session), screen=Screen.REVIEW, subject=stage, page=page, focus=""))
        case Command.REPORT:
            known = sections(knowledge.case(session.answers))
            wanted = subject if subject in known else "summary"
            return Move(replace(asking(session), screen=Screen.REPORT, subject=wanted, page=page, focus=""))
        case _:
            return _asked_back(session, command, argument, knowledge)


def _asked_back(session: Session, command: Command, argument: str, knowledge: Knowledge) -> Move:
    """How a conclusion follows, or why not another; a page alone turns what is on the screen."""
    subject, page = _paged(argument)
    if argument and not subject and session.screen is Screen.SIDE and session.subject.startswith(f"{command.value}:"):
        return Move(replace(session, page=page))
    shown = how_subject(session, subject, knowledge) if command is Command.HOW else whynot_subject(subject, knowledge)
    told = () if shown is not None else (toast("no_conclusion"),)
    return Move(_side(session, f"{command.value}:{shown or ''}", page), told)


def _paged(argument: str) -> tuple[str, int]:
    subject, dot, page = argument.rpartition(".")
    if dot and page.isascii() and page.isdigit() and len(page) <= 3:
        return subject, int(page)
    return ("", int(argument)) if argument.isascii() and argument.isdigit() and len(argument) <= 3 else (argument, 0)


def _resume(session: Session, command: Command) -> Move:
    if not session.consented:
        return Move(replace(session, screen=Screen.CONSENT, subject="", under=NOWHERE))
    if session.screen in (Screen.SIDE, Screen.PROPOSAL) and command is Command.RESUME:
        return Move(_returned(session))
    if session.screen not in (Screen.ASKING, Screen.CHECK) or session.focus:
        return Move(replace(asking(session), focus="", origin=NOWHERE))
    return Move(session)


def _language(session: Session, argument: str) -> Move:
    other = argument if argument in LANGUAGES else next(name for name in LANGUAGES if name != session.language)
    return Move(replace(session, language=other), (toast("language"),))


def _over(session: Session, command: Command, argument: str) -> Move:
    if argument != "yes":
        return Move(_side(session, command.value))
    if command is Command.FORGET:
        return Move(session, erase=True)
    fresh = Session(language=session.language, consented=session.consented, step=session.step, quick=session.quick)
    return Move(asking(fresh))


def _back(session: Session, argument: str, knowledge: Knowledge) -> Move:
    if session.screen in (Screen.SIDE, Screen.PROPOSAL):
        return Move(_returned(session))
    if session.screen is Screen.REPORT:
        return Move(replace(asking(session), screen=Screen.REVIEW))
    here = session.subject if session.screen is Screen.ASKING else None
    known = list(answered_before(session, knowledge, here))
    target = argument if argument in known else next(iter(known), None)
    if target is None:
        return Move(session, (toast("first_question"),))
    return Move(replace(asking(session), focus=target, skipped=session.skipped - {target}))


def _skip(session: Session) -> Move:
    field = current(session)
    if field is None:
        return Move(session, (toast("nothing_to_change"),))
    skipped = session.skipped if field in session.answers else session.skipped | {field}
    return Move(replace(asking(session), skipped=skipped, focus=""))


def _rest(session: Session, argument: str, knowledge: Knowledge) -> Move:
    names = _rest_of(session, argument, knowledge)
    return Move(give(session, dict.fromkeys(names, Open(argument)))) if names else Move(session, (toast("stale"),))


def _rest_of(session: Session, argument: str, knowledge: Knowledge) -> list[str]:
    """The fields of the question on the screen that one word may answer together; none where it fits not all of them."""
    spec = on_screen(session, session.subject, knowledge)
    if spec is None or argument not in (Open.UNKNOWN.value, Open.NOT_DONE.value):
        return []
    waiting = agenda(knowledge.case(session.answers), session, knowledge).open
    names = [name for name in knowledge.questions[spec.question].fields if name in waiting]
    fits = argument == Open.UNKNOWN.value or all(knowledge.fields[name].core.not_done for name in names)
    return names if fits else []


def _edit(session: Session, field: str, knowledge: Knowledge) -> Move:
    if not field:  # typed: no button comes without its field
        return did(session, Command.REVIEW, "", knowledge)
    if field not in session.answers and field not in session.skipped:
        return Move(session, (toast("stale"),))
    return Move(replace(asking(session), focus=field, skipped=session.skipped - {field}))


def _keep(session: Session) -> Move:
    if session.screen is Screen.PROPOSAL:
        return Move(give(session, session.proposed))
    if session.screen is Screen.CHECK:
        return Move(asking(session))
    return Move(session, (toast("stale"),))


def _sources(session: Session, argument: str, knowledge: Knowledge) -> Move:
    subject, page = (argument, 0) if _known_source(argument, knowledge) else _paged(argument)
    if _known_source(subject, knowledge):
        return Move(_side(session, f"source:{subject}"))
    if subject and subject not in ("all", *sections(knowledge.case(session.answers))):
        return Move(session, (toast("unknown_source"),))
    return Move(_side(session, f"sources:{subject}", page))


def _known_source(name: str, knowledge: Knowledge) -> bool:
    return name in knowledge.statements or name in knowledge.settlements or name in knowledge.later


def _cases(session: Session, argument: str, knowledge: Knowledge) -> Move:
    name = argument.removesuffix("!")
    vignette = knowledge.vignettes.get(name)
    if vignette is None:
        return Move(_side(session, "cases:"))
    if not argument.endswith("!") and session.answers:
        return Move(_side(session, f"cases:{name}"))
    answers = {field: read_answer(raw, knowledge.fields[field].core) for field, raw in vignette.answers.items()}
    fresh = Session(language=session.language, consented=session.consented, step=session.step, answers=answers, quick=session.quick)
    return Move(replace(asking(fresh), screen=Screen.REVIEW), (note("case_story", case=name),))
