"""`whynot` tells what keeps a conclusion away, and its changes give that conclusion when they are made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

CASE = {
    "case": "ward",
    "pathology_diagnosis": "nen",
    "mitoses": 1,
    "mitoses_area": "per_2mm2",
    "ki67_percent": 15,
    "differentiation": "well",
    "hormone_symptoms": ["none"],
    "resectability": "no",
    "extrahepatic_metastasis": "none",
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


def asked(capsys: pytest.CaptureFixture[str], case: Path, *words: str) -> list[dict[str, Any]]:
    assert main(["whynot", str(case), "--format", "jsonl", "--lang", "en", *words]) == 0
    told: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["whynot"]
    return told


def concluded(capsys: pytest.CaptureFixture[str], case: Path, fact: str) -> Any:
    assert main(["assess", str(case)]) == 0
    found = json.loads(capsys.readouterr().out)
    if fact.startswith("treatment."):
        return found["treatment"].get(fact.partition(".")[2], {}).get("verdict")
    section, _, name = fact.partition(".")
    return found[section][name]


def test_every_change_that_is_named_gives_the_conclusion(capsys: pytest.CaptureFixture[str], case: Path) -> None:
    told = asked(capsys, case)
    reached = [one for one in told if one["changes"]]

    assert len(reached) > 40
    for one in reached[::4]:
        answers = {**CASE, **{change["id"]: change["to"] for change in one["changes"] if change["to"] is not None}}
        for gone in (change["id"] for change in one["changes"] if change["to"] is None):
            del answers[gone]
        case.write_text(json.dumps(answers), encoding="utf-8")
        assert concluded(capsys, case, one["fact"]) == one["value"], one


def test_one_conclusion_can_be_asked_for(capsys: pytest.CaptureFixture[str], case: Path) -> None:
    (told,) = asked(capsys, case, "--want", "treatment.prrt=possible")

    assert told["now"] == ["needs_information"]
    assert told["reach"] == "open"
    assert [(change["id"], change["from"], change["to"]) for change in told["changes"]] == [("ga68_pet", None, "strong")]


def test_what_no_rule_gives_is_told_apart(capsys: pytest.CaptureFixture[str], case: Path) -> None:
    (told,) = asked(capsys, case, "--want", "treatment.tki=indicated")

    assert (told["reach"], told["changes"], told["rules"]) == ("ruleless", [], [])


def test_a_figure_that_would_have_to_be_another_is_close_to_the_cut_off(capsys: pytest.CaptureFixture[str], case: Path) -> None:
    (told,) = asked(capsys, case, "--want", "classification.grade=G3")

    assert [(change["id"], change["to"]) for change in told["changes"]] in ([("mitoses", "21")], [("ki67_percent", "21")])


@pytest.mark.parametrize(("language", "heading"), [("en", "why not"), ("zh", "为何不是")])
def test_as_text_it_reads_like_the_conversation(capsys: pytest.CaptureFixture[str], case: Path, language: str, heading: str) -> None:
    assert main(["whynot", str(case), "--want", "diagnosis.id=phnen_provisional", "--lang", language]) == 0

    assert heading in capsys.readouterr().out.lower()


def test_a_conclusion_that_does_not_exist_is_refused_with_those_that_do(capsys: pytest.CaptureFixture[str], case: Path) -> None:
    assert main(["whynot", str(case), "--want", "treatment.surgery", "--lang", "en"]) == 2

    assert "treatment.resection" in capsys.readouterr().err


def test_a_refused_case_keeps_the_others_from_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text("case: a\nki67_percent: many\n---\ncase: b\nki67_percent: 5\n", encoding="utf-8")

    assert main(["whynot", str(path), "--format", "jsonl", "--want", "classification.grade", "--lang", "en"]) == 2
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["error"][0]["id"] == "ki67_percent"
    assert second["whynot"]
