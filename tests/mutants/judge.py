"""Who notices a fault: `check`, then the claims of `prove` (the cheapest first), then the cases, the oracle and the golden conversations of the tests."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path

from bot.channels.commandline import prove
from bot.render import audit as templates
from bot.render import parity, sourcing
from bot.render.renderer import TEMPLATES, TemplateRenderer
from flows.authoring.difference import difference
from flows.dialog import audit as dialog
from flows.dialog.explain import report
from flows.knowledge import audit as knowledge
from flows.knowledge.documents import read_case
from flows.knowledge.loader import ROOT, Knowledge, KnowledgeError, load
from flows.knowledge.model import Fault
from flows.knowledge.strict_yaml import load_file
from flows.proofs.cases import Told, unlike
from flows.proofs.certificate import Claim
from flows.proofs.claims import FAST, jobs, settle
from tests.knowledge.test_oracle import differences
from tests.mutants.source import KNOWLEDGE, Mutant
from tests.mutants.states import Planted, Table
from tests.oracle.conclusions import conclude
from tests.oracle.generate import random_answers
from tests.transcripts.writer import retold

CHECK, PROVE, TESTS, SAME, NOBODY = "check", "prove", "tests", "same", "nobody"
"""SAME: no fault after all. A rule that still gives everybody the same value and reasons (`second`, solved over all regions), rows in another order that
change nobody's conclusion (`diff`, every region), a table that still leads everywhere to the same state (`states`, enumerated)."""
CHEAP = ("second", "asking", "cases", "laws", "decides", "alone", "valued", "explained", "states", "ends", "questions", "comes", "later_apart")
NEVER_TOLD = ("same_as_engine",)
"""Claims on the program, not on the knowledge."""
ORACLE = 250
OF_CONDITIONS = frozenset(("move_cut", "swap_strict", "turn_sign", "drop_option", "swap_option", "widen_option", "negate", "join_otherwise"))
"""Kinds of fault that change nothing but whom a rule holds for."""
MOVED = "swap_rows"
CONVERSATIONS = Path(__file__).parents[1] / "transcripts"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who noticed first, and by what."""

    who: str
    what: str = ""


@dataclass(slots=True)
class Bench:
    """Copies of the knowledge and the templates in which one fault after the other is planted."""

    folder: Path
    pristine: Knowledge = field(default_factory=load)

    def __post_init__(self) -> None:
        for name, real in (("knowledge", ROOT), ("templates", TEMPLATES)):
            if not (self.folder / name).exists():
                shutil.copytree(real, self.folder / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))

    def judge(self, mutant: Mutant) -> Verdict:
        """Plants a fault, asks everybody in turn, and takes it away again."""
        path = self.folder / mutant.where / mutant.file
        before = path.read_text(encoding="utf-8")
        lines = before.splitlines()
        for number, text in mutant.lines:
            lines[number - 1] = text
        gone = {number for number, text in mutant.lines if not text}
        kept = [line for number, line in enumerate(lines, 1) if number not in gone]
        try:
            path.write_text("\n".join(kept) + "\n", encoding="utf-8")
            verdict = self._asked(spoken=mutant.where != KNOWLEDGE)
            return Verdict(SAME) if verdict.who == NOBODY and self._changes_nobody(mutant) else verdict
        finally:
            path.write_text(before, encoding="utf-8")

    def _asked(self, *, spoken: bool) -> Verdict:
        root, folder = self.folder / "knowledge", self.folder / "templates"
        for fault in self.checked(root, folder, spoken=spoken):
            return Verdict(CHECK, fault.what)
        known = self.pristine if spoken else load(root)
        try:
            for claim in proved(known, prove.Folders(root, folder), spoken=spoken):
                if not claim.holds:
                    return Verdict(PROVE, f"{claim.id}: {claim.findings[0].subject}")
        except KnowledgeError as error:
            return Verdict(PROVE, f"laws: {error.faults[0].what}")
        except Exception as error:  # noqa: BLE001 - a proof that falls over is no proof
            return Verdict(PROVE, f"falls over: {type(error).__name__} {error}")
        for case in chain(() if spoken else tested(known), conversed(known, folder)):
            return Verdict(TESTS, case)
        return Verdict(NOBODY)

    def _changes_nobody(self, mutant: Mutant) -> bool:
        """Whether a change that nobody noticed is none for any patient."""
        if mutant.kind == MOVED:
            found = difference(self.pristine, load(self.folder / "knowledge"))
            return not found.conclusions and not found.regions
        return mutant.kind in OF_CONDITIONS and mutant.file.startswith("rules/")

    def checked(self, root: Path, folder: Path, *, spoken: bool) -> Iterator[Fault]:
        """As `check` does; what no fault of the knowledge can touch is not looked at again."""
        cited = templates.cited(folder)
        known, faults = knowledge.audit(root, cited)
        yield from faults
        if known is None:
            return
        yield from (Fault(place, f"cites {name}", "") for name, place in cited.items() if not any(name in group for group in (known.statements, known.settlements, known.later)))
        if not spoken:
            yield from dialog.audit(known)
        if spoken or _brought(known) != _brought(self.pristine):
            yield from (found := templates.audit(known, folder))
            if not found:
                yield from sourcing.audit(known, folder)
                yield from parity.audit(folder)


def _brought(known: Knowledge) -> Mapping[str, Mapping[str, frozenset[str]]]:
    return {file: {name: frozenset(ids) for name, ids in wanted.items()} for file, wanted in templates.brought(known).items()}


def proved(known: Knowledge, folders: prove.Folders, *, spoken: bool) -> Iterator[Claim]:
    """The claims of `prove --fast`; only those on messages where the templates alone are faulty."""
    if not spoken:
        rank = {name: place for place, name in enumerate(CHEAP)}
        for job in sorted(jobs(known), key=lambda job: rank.get(job.claim, len(rank))):
            if job.claim not in NEVER_TOLD:
                yield settle(known, job, FAST)
    prove._LOADED.clear()
    prove._RENDERERS.clear()
    for part in prove._speaking(known, folders, FAST):
        yield part()


def tested(known: Knowledge) -> Iterator[str]:
    """The published cases, and the second reading of the rules in the tests, where they say something else."""
    for entry in load_file(Path(__file__).parents[1] / "cases" / "published.yaml"):
        yield from (f"{finding.subject} {finding.figures['at']}" for finding in unlike(known, Told(entry["id"], entry["answers"], entry["expect"])))
    for answers, expected in _oracle():
        document = read_case(dict(answers), known)
        if document.refusals:
            yield f"oracle: refused {document.refusals[0].field}"
        else:
            yield from (f"oracle{found}"[:120] for found in differences(expected, report(known.case(document.answers), known)))


def conversed(known: Knowledge, folder: Path) -> Iterator[str]:
    """The golden conversations that go another way or say something else."""
    renderer = TemplateRenderer(known, folder=folder)
    for path in sorted(CONVERSATIONS.glob("*.txt")):
        accepted = path.read_text(encoding="utf-8")
        try:
            told = retold(accepted, path.suffixes[0].removeprefix("."), known, renderer)
        except Exception as error:  # noqa: BLE001 - a conversation that cannot be held is noticed, whatever it falls over
            yield f"{path.name}: {type(error).__name__}"
        else:
            if told != accepted:
                yield path.name


@cache
def _oracle() -> Sequence[tuple[dict[str, object], dict[str, object]]]:
    rng = random.Random(7)
    return [(answers, conclude(answers)) for answers in (random_answers(rng) for _ in range(ORACLE))]


def judged_table(table: Table) -> Verdict:
    """Who notices a faulty state table."""
    known = load()
    with Planted(table):
        try:
            for fault in dialog.audit(known):
                return Verdict(CHECK, fault.what)
            for job in jobs(known):
                if job.claim == "states" and not (claim := settle(known, job, FAST)).holds:
                    return Verdict(PROVE, f"states: {claim.findings[0].subject}")
        except Exception as error:  # noqa: BLE001 - a table that cannot be used is noticed
            return Verdict(PROVE, f"falls over: {type(error).__name__}")
    return Verdict(SAME)
