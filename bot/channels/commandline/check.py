"""`check`: every check of the knowledge, the templates and the dialog; all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

from bot.channels.commandline import acceptance
from bot.render import audit as templates
from bot.render import parity, sourcing
from bot.render.renderer import TEMPLATES, speak
from flows.dialog import audit as dialog
from flows.dialog.stages import STAGES, TRANSITIONS
from flows.knowledge import audit as knowledge
from flows.knowledge.loader import ROOT, Knowledge, load
from flows.knowledge.model import Fault, Place

HOME = ROOT.parents[1]


def check(language: str, out: TextIO, today: date, *, accept: bool = False) -> int:
    """Prints every fault with file, line and mend; returns 1 if there is any, else 0.

    What is to be reviewed again before ``today`` is a warning, which changes nothing about that.

    Args:
        language: of the summary.
        out: where to.
        today: the day.
        accept: where there is no other fault, what is not as it was accepted last is accepted and counted, in place of a fault.
    """
    faults = everything(ROOT, TEMPLATES)
    if not faults:
        now = acceptance.prints(ROOT, TEMPLATES)
        if accept:
            out.write(speak("errors.check_accepted", language, count=acceptance.accept(now, ROOT)) + "\n")
        else:
            faults = list(acceptance.changes(now, ROOT))
    out.writelines(f"{_from_home(fault)}\n" for fault in faults)
    if faults:
        out.write(speak("errors.check_faults", language, count=len(faults)) + "\n")
        return 1
    known = load()
    out.writelines(f"{line}\n" for line in warnings(known, language, today))
    out.write(speak("errors.check_ok", language, counts=_counts(known)) + "\n")
    return 0


def warnings(known: Knowledge, language: str, today: date) -> Iterator[str]:
    """A line for everything whose day of review lies before ``today``, and one that says how much nobody has signed."""
    places = {**known.book.places, **{name: entry.place for group in (known.statements, known.settlements, known.later) for name, entry in group.items()}}
    for name, until in known.register.passed((*known.statements, *known.settlements, *known.later, *known.rule_ids), today):
        place = _from_home(Fault(places[name], "", "")).place
        yield speak("errors.review_passed", language, file=place.file, line=place.line, id=name, until=until.isoformat())
    unsigned = [sum(known.register.of(name).by is None for name in group) for group in (known.statements, known.rule_ids)]
    yield speak("errors.review_open", language, statements=unsigned[0], rules=unsigned[1])


def everything(root: Path, folder: Path) -> list[Fault]:
    """Every fault of a knowledge folder and a template folder, and of the dialog over them."""
    cited = templates.cited(folder)
    known, faults = knowledge.audit(root, cited)
    if known is not None:
        faults += [
            Fault(place, f"the text cites '{name}', which does not exist", "Cite an id that exists")
            for name, place in cited.items()
            if not any(name in sources for sources in (known.statements, known.settlements, known.later))
        ]
        faults += dialog.audit(known)
    spoken = templates.audit(known, folder)
    if known is not None and not spoken:
        spoken = [*sourcing.audit(known, folder), *parity.audit(folder)]
    return [*faults, *spoken]


def _counts(known: Knowledge) -> dict[str, int]:
    return {
        "questions": len(known.questions),
        "fields": len(known.fields),
        "facts": len(known.book.facts),
        "rules": len(known.rule_ids),
        "statements": len(known.statements),
        "settlements": len(known.settlements),
        "later": len(known.later),
        "vignettes": len(known.vignettes),
        "templates": len(list(TEMPLATES.glob("*/*.j2"))),
        "states": len(STAGES) + 1,
        "transitions": len(TRANSITIONS),
    }


def _from_home(fault: Fault) -> Fault:
    """The fault with its file named from the project's folder."""
    file = fault.place.file
    if file.startswith("templates/"):
        return fault
    path = (ROOT / file).resolve().relative_to(HOME)
    return Fault(Place(path.as_posix(), fault.place.line), fault.what, fault.mend)
