"""Who signed what and until when: read from the list or from the record itself, a warning once the day has passed."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.channels.commandline import check
from bot.channels.commandline.check import warnings
from bot.render.renderer import TemplateRenderer
from flows.dialog.events import Command, Did
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.knowledge import audit
from flows.knowledge.loader import ROOT, KnowledgeError, load

RULE = '    - {id: rfa.size, value: not_suitable, when: "largest_cm >= 5"'
OWN = 'reviewed_by: "Dr B. Own", reviewed_on: 2025-03-01, review_by: 2026-03-01'
LIST = '- {ids: ["R2-*", "rfa.*"], reviewed_by: "Dr A. List", reviewed_on: 2025-01-01, review_by: 2026-01-01}\n'
LOCAL, DIAGNOSIS, REVIEWS = "rules/treatment_local.yaml", "statements/diagnosis.yaml", "reviews.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path / "knowledge"))


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def listed(folder: Path, entry: str) -> None:
    path = folder / REVIEWS
    path.write_text(entry + path.read_text(encoding="utf-8"), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in audit.audit(folder, {})[1] if "signature" in fault.what or "review" in fault.what or "fits" in fault.what or "is no day" in fault.what]


def test_every_statement_and_rule_has_a_place_in_the_list_and_nobody_has_signed() -> None:
    known = load()
    names = (*known.statements, *known.settlements, *known.later, *known.rule_ids)

    assert all(known.register.of(name).by is None for name in names)
    assert all(any(entry.fits(name) for entry in known.register.signatures) for name in names)


def test_what_a_rule_or_statement_says_of_itself_goes_before_the_list(folder: Path) -> None:
    listed(folder, LIST)
    replaced(folder / LOCAL, RULE, RULE.replace("{id", "{" + OWN + ", id"))
    replaced(folder / DIAGNOSIS, "- id: R2-02\n", "- id: R2-02\n  " + OWN.replace(", ", "\n  ") + "\n")
    register = load(folder).register

    assert {name: register.of(name).by for name in ("rfa.size", "rfa.number", "R2-02", "R2-03")} == {
        "rfa.size": "Dr B. Own",
        "rfa.number": "Dr A. List",
        "R2-02": "Dr B. Own",
        "R2-03": "Dr A. List",
    }
    assert register.of("rfa.size").until == date(2026, 3, 1)


@pytest.mark.parametrize(("language", "says"), [("en", "2026-01-01"), ("zh", "2026-01-01")])
def test_a_passed_day_is_a_warning_with_file_and_line(language: str, says: str, folder: Path) -> None:
    listed(folder, '- {ids: ["R2-04", "rfa.size"], reviewed_by: "Dr A", reviewed_on: 2025-01-01, review_by: 2026-01-01}\n')
    known = load(folder)
    on_the_day, after = (list(warnings(known, language, date(2026, 1, day))) for day in (1, 2))

    line = next(place for place, text in enumerate((folder / LOCAL).read_text(encoding="utf-8").splitlines(), 1) if "id: rfa.size" in text)
    assert len(after) == len(on_the_day) + 2
    assert any(f"treatment_local.yaml:{line}" in text and "rfa.size" in text and says in text for text in after)
    assert any("statements/diagnosis.yaml:" in text and "R2-04" in text for text in after)


def test_a_passed_day_does_not_fail_the_check(monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed(folder, LIST)
    monkeypatch.setattr(check, "everything", lambda *_: [])
    monkeypatch.setattr(check, "load", lambda: load(folder))

    assert check.check("en", sys.stdout, date(2027, 1, 1)) == 0
    told = capsys.readouterr().out
    assert "rfa.size" in told
    assert "All checks passed" in told


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('- {ids: ["R2-*"], reviewed_by: "Dr A", reviewed_on: null, review_by: null}\n', "a name and a day"),
        ('- {ids: ["R2-*"], reviewed_by: null, reviewed_on: 2025-01-01, review_by: null}\n', "a name and a day"),
        ('- {ids: ["R2-*"], reviewed_by: "Dr A", reviewed_on: 2025-02-01, review_by: 2025-01-01}\n', "before the last one"),
        ('- {ids: ["R2-*"], reviewed_by: "Dr A", reviewed_on: 2025-02-30, review_by: null}\n', "is no day"),
        ('- {ids: ["Q9-*"], reviewed_by: null, reviewed_on: null, review_by: null}\n', "no statement or rule fits 'Q9-*'"),
    ],
)
def test_a_signature_that_cannot_be_is_a_fault(entry: str, says: str, folder: Path) -> None:
    listed(folder, entry)

    found = faults(folder)
    assert [fault for fault in found if says in fault and fault.startswith("reviews.yaml:1:")], found


def test_a_signature_of_a_rule_that_cannot_be_is_a_fault_of_the_rule(folder: Path) -> None:
    replaced(folder / LOCAL, RULE, RULE.replace("{id", '{reviewed_by: "Dr B", id'))

    with pytest.raises(KnowledgeError, match="a name and a day"):
        load(folder)


@pytest.mark.parametrize(("language", "rules"), [("en", "has passed for 1 of the rules: rfa.size"), ("zh", "rfa.size")])
def test_the_sources_of_a_report_show_what_is_due_of_rules_and_statements(language: str, rules: str, folder: Path) -> None:
    listed(folder, '- {ids: ["R2-04", "rfa.size"], reviewed_by: "Dr A", reviewed_on: 2025-01-01, review_by: 2026-01-01}\n')
    known = load(folder)
    texts = {}
    for day in (1, 2):
        voices = TemplateRenderer(known, None)
        voices.tell_day(lambda day=day: date(2026, 1, day))  # type: ignore[misc] # the day of this turn of the loop
        session = turn(Session(consented=True, screen=Screen.ASKING), Did(Command.CASES, "V1!"), known, 0.0).session
        reply = turn(session, Did(Command.REPORT, "sources"), known, 0.0).replies[-1]
        source = turn(session, Did(Command.SOURCES, "R2-04"), known, 0.0).replies[-1]
        texts[day] = voices.words(reply.key, language, **reply.params), voices.words(source.key, language, **source.params)

    assert rules in texts[2][0]
    assert rules not in texts[1][0]
    assert "⚠️" in texts[2][0]
    assert "⚠️" not in texts[1][0]
    assert all("Dr A" in one[1] for one in texts.values())
    assert texts[1][1] != texts[2][1]
