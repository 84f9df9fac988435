"""`audit`: holds every statement against the review it restates."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from bot.render import sourcing
from bot.render.audit import cited
from bot.render.renderer import speak
from flows.knowledge import audit as knowledge
from flows.knowledge.anchoring import prove
from flows.knowledge.anchors import read_anchors
from flows.knowledge.loader import ROOT
from flows.knowledge.reader import Reader

DONE, FAILED = 0, 1


def audit(review: str, language: str, out: TextIO, root: Path = ROOT) -> int:
    """Prints everything that does not hold, with the ids of the statements, and a summary as the last line.

    That is: what the report says leads to statements, settlements and later standards that exist, and every statement stands in the review.

    Args:
        review: the text of the review.
        language: of what is printed.
        out: where to.
        root: the knowledge folder.

    Returns:
        0 where everything holds, else 1.
    """
    known, faults = knowledge.audit(root, cited())
    if known is not None:
        faults += sourcing.audit(known)
    out.writelines(f"{fault}\n" for fault in faults)
    if known is None:
        out.write(speak("errors.check_faults", language, count=len(faults)) + "\n")
        return FAILED
    proof = prove(review, known.statements, read_anchors(Reader(root), known.statements))
    out.writelines(speak("commandline.finding", language, f=finding) + "\n" for finding in proof.findings)
    found = len(faults) + len(proof.findings)
    out.write(speak("commandline.audited", language, p=proof, found=found) + "\n")
    return FAILED if found else DONE
