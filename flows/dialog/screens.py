"""Paints the screen of a session: the reply a person acts on now, with its buttons. Reads only; decides nothing new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flows.dialog import whatif_view
from flows.dialog.agenda import Agenda, answered_before, in_full, stage_of
from flows.dialog.asked_back import WHYNOT_OF, hanging, how_screen, why_screen, whynot_screen
from flows.dialog.buttons import Rows, word
from flows.dialog.buttons import rows as _rows
from flows.dialog.events import Answered, Command, Did, Finished, Marked, Paired
from flows.dialog.explain import cited, facts_of, glance, grounds, report, sections
from flows.dialog.imagined import HINGES
from flows.dialog.replies import Button, Label, Reply, Role
from flows.dialog.session import Screen, Session
from flows.dialog.stages import ASKING, STAGES
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import FieldSpec
from flows.rules.engine import Case
from flows.rules.fields import Kind
from flows.rules.values import Answer, Open

Done = list[tuple[str, Answer]]
QUICK = 4
SOURCE_WIDTH = 4
SOURCES_SHOWN = 40


def done_in(session: Session, knowledge: Knowledge, stage: str) -> Done:
    """The answers given in a stage, in asking order."""
    return [(name, session.answers[name]) for name in knowledge.fields if name in session.answers and stage_of(name, knowledge) == stage]


def by_stage(session: Session, knowledge: Knowledge) -> list[tuple[str, Done]]:
    """The answers so far, stage by stage; stages without an answer are left out."""
    found: dict[str, Done] = {stage: [] for stage in ASKING}
    for name in knowledge.fields:
        if name in session.answers and (stage := stage_of(name, knowledge)) in found:
            found[stage].append((name, session.answers[name]))
    return [(stage, done) for stage, done in found.items() if done]


class Painter:
    """Paints one session. ``refused`` is why the last words were not taken (a message key and a field), if any."""

    def __init__(self, session: Session, case: Case, plan: Agenda, knowledge: Knowledge) -> None:
        self.session, self.case, self.plan, self.knowledge = session, case, plan, knowledge

    def paint(self, refused: tuple[str, str] | None = None) -> Reply:
        """The reply that shows the current screen."""
        match self.session.screen:
            case Screen.CONSENT:
                return self._consent()
            case Screen.ASKING:
                return self.question(refused)
            case Screen.CHECK:
                return self._check()
            case Screen.PROPOSAL:
                return self._proposal()
            case Screen.REVIEW:
                return self._review()
            case Screen.REPORT:
                return self._report()
            case Screen.SIDE:
                return self._side()
            case Screen.WHATIF:
                return whatif_view.paint(self.session, self.case, self.knowledge)
            case Screen.SUPPOSING:
                return self._supposing(refused)
            case Screen.CANCELLED:
                return self._cancelled()

    def _consent(self) -> Reply:
        buttons: Rows = (
            (word("begin", Did(Command.CONSENT), "success"), word("begin_quick", Did(Command.CONSENT, Command.QUICK.value))),
            (word("cases", Did(Command.CASES)),),
            (word("other_language", Did(Command.LANGUAGE)), word("privacy", Did(Command.PRIVACY))),
        )
        return Reply("dialog.consent", {}, buttons)

    def _cancelled(self) -> Reply:
        buttons: Rows = (
            (word("resume", Did(Command.RESUME), "primary"),),
            (word("restart", Did(Command.RESTART)), word("forget", Did(Command.FORGET))),
        )
        return Reply("dialog.cancelled", {"answered": len(self.session.answers)}, buttons)

    # --- asking -------------------------------------------------------------------------------------------------

    def question(self, refused: tuple[str, str] | None) -> Reply:
        """The question on the screen, with the answers of its stage so far."""
        name = self.session.subject
        spec = self.knowledge.fields[name]
        stage = stage_of(name, self.knowledge) or STAGES[0]
        siblings = [sibling for sibling in self.knowledge.questions[spec.question].fields if self._counts(sibling)]
        params: dict[str, Any] = {
            "stage": stage,
            "number": STAGES.index(stage) + 1,
            "count": len(STAGES),
            "left": len(self.plan.open),
            "done": [pair for pair in done_in(self.session, self.knowledge, stage) if pair[0] != name],
            "question": spec.question,
            "field": name,
            "part": siblings.index(name) + 1 if name in siblings else 1,
            "parts": len(siblings),
            "earlier": self.session.answers.get(name),
            "suggestion": self.session.aside.get(name),
            "refused": {"why": refused[0], "field": refused[1]} if refused else None,
            "item": self.session.draft.get("*", ""),
            "pairs": [(item, outcome) for item, outcome in self.session.draft.items() if item != "*"] if spec.core.kind is Kind.MAP else [],
            "quick": self._stakes(name),
        }
        return Reply("dialog.question", params, (*self._answers(spec), *self._rest(spec, siblings), *self._controls(name)))

    def _stakes(self, name: str) -> dict[str, Any] | None:
        """Why quick mode asks this first."""
        return hanging(self.plan.stakes) if name == self.plan.next and self.plan.stakes else None

    def _supposing(self, refused: tuple[str, str] | None) -> Reply:
        """A question whose answer is only supposed: the same buttons, and the way back to the comparison."""
        name = self.session.subject
        spec = self.knowledge.fields[name]
        params = {
            "question": spec.question,
            "field": name,
            "now": self.session.answers.get(name),
            "supposed": self.session.supposed.get(name),
            "refused": {"why": refused[0], "field": refused[1]} if refused else None,
            "item": self.session.draft.get("*", ""),
            "pairs": [pair for pair in self.session.draft.items() if pair[0] != "*"] if spec.core.kind is Kind.MAP else [],
        }
        return Reply("whatif.question", params, (*self._answers(spec), *whatif_view.beside_question(self.session)))

    def _counts(self, name: str) -> bool:
        return name in self.session.answers or name in self.plan.open or name == self.session.subject

    def _answers(self, spec: FieldSpec) -> Rows:
        rows: Rows = ()
        suggested = self.session.aside.get(spec.id)
        if suggested is not None:
            rows = ((word("as_before", Answered(spec.id, "suggested"), "primary"),),)
        match spec.core.kind:
            case Kind.MANY:
                rows += self._ticks(spec)
            case Kind.MAP:
                rows += self._pairs(spec)
            case _:
                quick = [Button(Label("text", value, spec.id), Answered(spec.id, value)) for value in spec.quick]
                rows += _rows(quick, QUICK if len(quick) > QUICK + 1 else QUICK + 1)
                rows += _rows([Button(Label("option", choice.id, spec.id), Answered(spec.id, choice.id)) for choice in spec.choices])
        unsure = [word("everything" if spec.id == "goal" else "unknown", Answered(spec.id, Open.UNKNOWN.value))]
        if spec.core.not_done:
            unsure.append(word("not_done", Answered(spec.id, Open.NOT_DONE.value)))
        return (*rows, tuple(unsure))

    def _ticks(self, spec: FieldSpec) -> Rows:
        ticked = self.session.draft
        buttons = [
            Button(Label("option", choice.id, spec.id, choice.id in ticked), Marked(spec.id, choice.id, choice.id not in ticked))
            if choice.id != "none"
            else Button(Label("option", "none", spec.id), Answered(spec.id, "none"))
            for choice in spec.choices
        ]
        rows = _rows(buttons)
        return (*rows, (word("done", Finished(spec.id), "success"),)) if ticked else rows

    def _pairs(self, spec: FieldSpec) -> Rows:
        chosen = self.session.draft.get("*")
        if chosen:
            outcomes = [
                Button(Label("outcome", f"{chosen}:{choice.id}", spec.id), Paired(spec.id, chosen, choice.id)) for choice in spec.choices
            ]
            return (*_rows(outcomes), (word("not_given", Paired(spec.id, chosen, "none")),))
        items = [
            Button(
                Label("item", f"{item.id}:{self.session.draft.get(item.id, '')}", spec.id, item.id in self.session.draft),
                Paired(spec.id, item.id),
            )
            for item in spec.items
        ]
        last = (
            word("done", Finished(spec.id), "success")
            if self.session.draft
            else Button(Label("word", "no_treatment"), Answered(spec.id, "none"))
        )
        return (*_rows(items), (last,))

    def _rest(self, spec: FieldSpec, siblings: list[str]) -> Rows:
        after = [name for name in siblings if name in self.plan.open and name != spec.id]
        if len(after) < 1 or spec.id not in self.plan.open:
            return ()
        row = [word("rest_unknown", Did(Command.REST, Open.UNKNOWN.value))]
        if all(self.knowledge.fields[name].core.not_done for name in (spec.id, *after)):
            row.append(word("rest_not_done", Did(Command.REST, Open.NOT_DONE.value)))
        return (tuple(row),)

    def _controls(self, name: str) -> Rows:
        first = next(answered_before(self.session, self.knowledge, name), None) is None
        back = () if first else (word("back", Did(Command.BACK)),)
        return (
            (*back, word("leave" if name in self.session.answers else "skip", Did(Command.SKIP))),
            *(((word("full_mode", Did(Command.QUICK, "off")),),) if self.session.quick else ()),
            (word("why", Did(Command.WHY)), word("explain", Did(Command.HELP_QUESTION)), word("summary", Did(Command.SUMMARY))),
        )

    # --- checking -----------------------------------------------------------------------------------------------

    def _check(self) -> Reply:
        parts = [
            part
            for row in self.case.fact("contradictions").rows
            if row.value == self.session.subject
            for part in row.parts
            if part in self.session.answers or part in self.session.skipped
        ]
        fields = list(dict.fromkeys(parts))
        edits = [Button(Label("field", name), Did(Command.EDIT, name)) for name in fields]
        buttons = (*_rows(edits), (word("keep", Did(Command.KEEP), "primary"),))
        return Reply(
            "dialog.check",
            {"contradiction": self.session.subject, "parts": [(name, self.session.answers.get(name)) for name in fields]},
            buttons,
        )

    def _proposal(self) -> Reply:
        buttons = ((word("take", Did(Command.KEEP), "success"), word("drop", Did(Command.DROP))),)
        known = self.session.answers
        return Reply(
            "dialog.proposal",
            {
                "findings": list(self.session.proposed.items()),
                "before": [(name, known[name]) for name, answer in self.session.proposed.items() if known.get(name, answer) != answer],
                "leftover": "*" in self.session.subject.split(","),
                "missed": [name for name in self.session.subject.split(",") if name in self.knowledge.fields],
            },
            buttons,
        )

    # --- looking back and at the end ----------------------------------------------------------------------------

    def _review(self) -> Reply:
        stage = self.session.subject
        if stage in ASKING:
            done = done_in(self.session, self.knowledge, stage)
            edits = [Button(Label("field", name), Did(Command.EDIT, name)) for name, _ in done]
            return Reply(
                "dialog.review_stage",
                {"stage": stage, "done": done},
                (*_rows(edits), (word("all_stages", Did(Command.REVIEW)), word("report", Did(Command.REPORT), "success"))),
            )
        whole = by_stage(self.session, self.knowledge)
        stages = [Button(Label("stage", name), Did(Command.REVIEW, name)) for name, _ in whole]
        last = [word("report", Did(Command.REPORT), "success")]
        if self.plan.open and self.session.consented:
            last.append(word("continue", Did(Command.RESUME), "primary"))
        skipped = [name for name in self.knowledge.fields if name in self.session.skipped]
        params = {
            "spared": len(in_full(self.case, self.session, self.knowledge).open) if self.session.quick else None,
            "stages": whole,
            "skipped": skipped,
            "aside": [(name, self.session.aside[name]) for name in self.knowledge.fields if name in self.session.aside],
            "left": len(self.plan.open),
            "contradictions": list(self.case.fact("contradictions").value or ()),
        }
        edits = [Button(Label("field", name), Did(Command.EDIT, name)) for name in skipped[:6]]
        more = (word("whatif", Did(Command.WHATIF)), *((word("full_mode", Did(Command.QUICK, "off")),) if self.session.quick else ()))
        return Reply(
            "dialog.review", params, (*_rows(stages), *_rows(edits), more, tuple(last)), page=self.session.page, pager=Did(Command.REVIEW, "all")
        )

    def _report(self) -> Reply:
        section = self.session.subject or "summary"
        params: dict[str, Any] = {
            "c": glance(self.case, self.knowledge),
            "answers": dict(self.session.answers),
            "left": {"open": len(self.plan.open), "skipped": len(self.session.skipped)},
        }
        if section == "sources":
            params = {"ids": cited(report(self.case, self.knowledge))}
        buttons = self._report_buttons(section, sections(self.case))
        return Reply(f"report.{section}", params, buttons, page=self.session.page, pager=Did(Command.REPORT, section))

    def _report_buttons(self, section: str, available: tuple[str, ...]) -> Rows:
        going_on = word("continue", Did(Command.RESUME), "primary") if self.plan.open else word("review", Did(Command.REVIEW))
        if section == "summary":
            others = [Button(Label("section", name), Did(Command.REPORT, name)) for name in available if name != "summary"]
            whatif = (word("whatif", Did(Command.WHATIF)), word("hinges", Did(Command.WHATIF, HINGES)))
            return (*_rows(others), whatif, (word("how", Did(Command.HOW, section)), word("whynot", Did(Command.WHYNOT))), (going_on,))
        place = available.index(section) if section in available else 0
        following = available[place + 1 : place + 2]
        row = [
            word("to_summary", Did(Command.REPORT)),
            *(Button(Label("section", name), Did(Command.REPORT, name), "primary") for name in following),
        ]
        asks = [word("how", Did(Command.HOW, section))] if facts_of(section, self.knowledge) else []
        if section in WHYNOT_OF:
            asks.append(word("whynot", Did(Command.WHYNOT, WHYNOT_OF[section])))
        here = () if section == "sources" else (word("sources_here", Did(Command.SOURCES, section)),)
        return (tuple(row), *((tuple(asks),) if asks else ()), (*here, going_on))

    # --- side screens -------------------------------------------------------------------------------------------

    def _side(self) -> Reply:
        kind, _, subject = self.session.subject.partition(":")
        resume = (word("resume", Did(Command.RESUME), "primary"),)
        match kind:
            case "why" | "how" | "whynot":
                return self._asked_back(kind, subject, resume)
            case "explain":
                return Reply("dialog.explain", {"question": self.knowledge.fields[subject].question, "field": subject}, (resume,))
            case "source":
                return self._source(subject, resume)
            case "sources":
                return self._sources(subject, resume)
            case "summary":
                stages = by_stage(self.session, self.knowledge)
                params = {"stages": stages, "left": len(self.plan.open)}
                buttons = (resume, (word("review", Did(Command.REVIEW)), word("report", Did(Command.REPORT))))
                return Reply("dialog.summary", params, buttons, page=self.session.page, pager=Did(Command.SUMMARY))
            case "restart" | "forget":
                command = Command.RESTART if kind == "restart" else Command.FORGET
                return Reply(f"dialog.{kind}_confirm", {}, ((word(f"{kind}_yes", Did(command, "yes"), "danger"),), resume))
            case "cases":
                return self._cases(subject, resume)
            case _:
                return Reply(
                    f"dialog.{kind if kind in ('privacy', 'help') else 'help'}", {}, (resume, (word("forget", Did(Command.FORGET)),))
                )

    def _asked_back(self, kind: str, subject: str, resume: tuple[Button, ...]) -> Reply:
        match kind:
            case "why":
                reply, own = why_screen(self.session, subject, self.knowledge)
                cite = self._source_buttons(reply.params["cite"])
                return replace(reply, buttons=(*own, resume, *cite))
            case "how":
                reply, own = how_screen(self.session, self.case, subject, self.knowledge)
            case _:
                reply, own = whynot_screen(self.session, self.case, subject, self.knowledge)
        return replace(reply, buttons=(*own, resume))

    def _source(self, name: str, resume: tuple[Button, ...]) -> Reply:
        entry = self.knowledge.statements.get(name)
        linked = [*entry.issues, *entry.later] if entry else []
        return Reply("sources.entry", {"id": name}, (resume, *self._source_buttons(linked)))

    def _sources(self, section: str, resume: tuple[Button, ...]) -> Reply:
        if section in sections(self.case) and section != "sources":
            ids = self._cited_in(section)
        else:
            ids = cited(report(self.case, self.knowledge))
        return Reply("sources.listing", {"ids": ids}, (resume,), page=self.session.page, pager=Did(Command.SOURCES, section or "all"))

    def _cited_in(self, section: str) -> list[str]:
        found: dict[str, None] = {}
        for item in grounds(self.case, section, self.knowledge):
            found.update(dict.fromkeys(item["cite"]))
            if section in ("prognosis", "follow_up", "background", "later"):
                found.update(dict.fromkeys(item["value"] or ()))
            if section == "treatment":
                name = item["fact"].partition(".")[2]
                found.update(dict.fromkeys(self.knowledge.book.evidence_gap.get(name, ())))
                rows = self.case.fact(f"cautions.{name}").rows
                found.update(dict.fromkeys(source for row in rows for source in row.cite))
        return list(found)

    def _source_buttons(self, ids: Iterable[str]) -> Rows:
        buttons = [Button(Label("source", name), Did(Command.SOURCES, name)) for name in ids]
        return _rows(buttons[:SOURCES_SHOWN], SOURCE_WIDTH)

    def _cases(self, chosen: str, resume: tuple[Button, ...]) -> Reply:
        if chosen:
            buttons = ((word("case_take", Did(Command.CASES, f"{chosen}!"), "primary"),), resume)
            return Reply("dialog.case_confirm", {"case": chosen}, buttons)
        cases = [Button(Label("case", name), Did(Command.CASES, name)) for name in self.knowledge.vignettes]
        return Reply("dialog.cases", {}, (*_rows(cases, 1), resume))


def note(key: str, **params: Any) -> Reply:
    """A message of its own."""
    return Reply(f"dialog.{key}", params, (), Role.NOTE)


def toast(what: str) -> Reply:
    """A short word that may vanish."""
    return Reply("dialog.toast", {"what": what}, (), Role.TOAST)
