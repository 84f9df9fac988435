"""The proof against the review finds each fault, on an invented text; on the real one where PHNEN_BOT_REVIEW names it."""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from flows.knowledge.anchoring import Finding, Flaw, Proof, normalise, prove
from flows.knowledge.anchors import Anchors, read_anchors
from flows.knowledge.loader import ROOT, load
from flows.knowledge.model import Place, Statement
from flows.knowledge.reader import Reader

REVIEW = """1. 引言
木偶病是一种罕见疾病，约占各病的 0.3%~4.0% [1]。按摩或可缓

解僵硬，5 年完好率为 71%。共有两组，12 例患者，剂量 21 mg 对 4600 mg。 2. 结语 本文作一综述。
"""
SAID = {
    "R1-01": ("Puppet disease is rare: only 0.3–4.0% of all diseases.", "木偶病少见，只占0.3–4.0%。"),
    "R1-02": ("Massage may help.", "按摩可能有益。"),
    "R1-03": ("After 5 years 71% are sound.", "5年完好率71%。"),
    "R1-04": ("12 patients in two groups, 4600 against 21 mg (219 times, our calculation).", "两组12例，4600对21 mg（219倍）。"),
}
PASSAGES = {
    "R1-01": ["木偶病是一种罕见疾病，约占各病的0.3%~4.0% [1]。"],
    "R1-02": ["按摩或可缓解僵硬，"],
    "R1-03": ["5年完好率为71%。"],
    "R1-04": ["共有两组，12例患者，剂量21 mg对4600 mg。"],
}
MORE: dict[str, dict[str, Any]] = {"R1-04": {"derived": [{"figure": "219", "how": "computed", "quotient": [4600, 21]}]}}
LEFT_OUT = {"heading": ["1.引言", "2.结语"], "announcement": ["本文作一综述。"]}
HEDGES = [{"id": "may", "review": ["或可"], "zh": ["可能"], "en": ["may"]}, {"id": "rare", "review": ["罕见"], "zh": ["少"], "en": ["rare"]}]
REAL = os.environ.get("PHNEN_BOT_REVIEW", "")


def span(passage: str) -> dict[str, Any]:
    text = normalise(REVIEW)
    start = text.index(passage)
    return {"start": start, "end": start + len(passage), "sha256": sha256(passage.encode()).hexdigest()}


def records() -> list[dict[str, Any]]:
    anchored = [{"id": name, "spans": [span(passage) for passage in held], **deepcopy(MORE.get(name, {}))} for name, held in PASSAGES.items()]
    return [*anchored, *({"left_out": reason, "spans": [span(passage) for passage in held]} for reason, held in LEFT_OUT.items())]


def written(folder: Path, anchors: list[dict[str, Any]]) -> Reader:
    """A knowledge folder that holds nothing but anchors and hedges; JSON is YAML."""
    (folder / "anchors.yaml").write_text(json.dumps(anchors, ensure_ascii=False), encoding="utf-8")
    (folder / "hedges.yaml").write_text(json.dumps(HEDGES, ensure_ascii=False), encoding="utf-8")
    return Reader(folder)


def read(folder: Path, anchors: list[dict[str, Any]] | None = None) -> Anchors:
    reader = written(folder, records() if anchors is None else anchors)
    found = read_anchors(reader, SAID)
    assert not reader.faults
    return found


def faults(folder: Path, anchors: list[dict[str, Any]]) -> list[str]:
    reader = written(folder, anchors)
    read_anchors(reader, SAID)
    return [f"{fault.what}" for fault in reader.faults]


def statements(**changed: tuple[str, str]) -> dict[str, Statement]:
    blank = Statement("", "1", (), ("finding",), (), (), (), {}, {}, Place("statements", 1))
    said = {**SAID, **{name.replace("_", "-"): texts for name, texts in changed.items()}}
    return {name: replace(blank, id=name, text={"en": en, "zh": zh}) for name, (en, zh) in said.items()}


def flaws(proof: Proof) -> list[tuple[Flaw, tuple[str, ...], str]]:
    return [(finding.flaw, finding.ids, finding.language) for finding in proof.findings]


def named(findings: tuple[Finding, ...]) -> set[str]:
    return {name for finding in findings for name in finding.ids}


def test_a_text_that_is_restated_or_left_out_in_full_has_no_finding(tmp_path: Path) -> None:
    proof = prove(REVIEW, statements(), read(tmp_path))

    assert not proof.findings
    assert (proof.statements, proof.spans) == (4, 4)
    assert (proof.sentences, proof.covered, proof.restated) == (4, 4, 3)


@pytest.mark.parametrize("text", [REVIEW.replace("\n", "\r\n"), REVIEW.replace("\n", ""), "\ufeff" + REVIEW, REVIEW.replace(" 例", "例"), "\n".join(REVIEW.split())])
def test_line_breaks_and_spaces_beside_chinese_do_not_matter(text: str, tmp_path: Path) -> None:
    assert not prove(text, statements(), read(tmp_path)).findings


def test_the_normal_form_keeps_one_space_between_latin_words() -> None:
    assert normalise(" em-\n bolization  of NENs 的\n分类（ NET ）\n") == "em- bolization of NENs的分类（NET）"


@pytest.mark.parametrize("place", [found.start() for found in re.finditer(r"\d", REVIEW)])
@pytest.mark.parametrize("change", ["other", "more", "none"])
def test_one_changed_digit_is_found_and_names_its_statements_and_sentence(place: int, change: str, tmp_path: Path) -> None:
    digit = REVIEW[place]
    new = {"other": str((int(digit) + 1) % 10), "more": digit + "9", "none": ""}[change]
    proof = prove(REVIEW[:place] + new + REVIEW[place + 1 :], statements(), read(tmp_path))
    whole = normalise(REVIEW)
    at = len(normalise(REVIEW[:place]))
    expected = {name for name, (passage,) in PASSAGES.items() if whole.index(passage) <= at < whole.index(passage) + len(passage)}
    changed = [finding for finding in proof.findings if finding.flaw is Flaw.CHANGED]

    assert named(tuple(changed)) == expected
    assert len(changed) == 1
    assert changed[0].sentence == 1 + sum(whole[:at].count(stop) for stop in "。")
    assert proof.covered < proof.sentences


def test_only_the_passage_with_the_longer_figure_is_changed_and_the_rest_is_found_further_on(tmp_path: Path) -> None:
    proof = prove(REVIEW.replace("0.3%", "10.3%"), statements(), read(tmp_path))

    assert (Flaw.CHANGED, ("R1-01",), "") in flaws(proof)
    assert [finding.words for finding in proof.findings if finding.flaw is Flaw.MOVED] == ["+1"]
    assert named(tuple(finding for finding in proof.findings if finding.flaw is Flaw.CHANGED)) == {"R1-01"}


def test_a_sentence_more_is_uncovered(tmp_path: Path) -> None:
    proof = prove(REVIEW.replace("按摩或可", "推拿无效。按摩或可"), statements(), read(tmp_path))

    assert ("推拿无效。", Flaw.UNCOVERED) in [(finding.words, finding.flaw) for finding in proof.findings]


@pytest.mark.parametrize(("hedge", "name"), [("或可", "R1-02"), ("罕见", "R1-01"), ("约占", "R1-01")])
def test_a_hedge_less_in_the_review_is_a_changed_passage(hedge: str, name: str, tmp_path: Path) -> None:
    proof = prove(REVIEW.replace(hedge, ""), statements(), read(tmp_path))

    assert name in named(tuple(finding for finding in proof.findings if finding.flaw is Flaw.CHANGED))


def test_a_sentence_less_is_a_changed_passage(tmp_path: Path) -> None:
    proof = prove(REVIEW.replace("5 年完好率为 71%。", ""), statements(), read(tmp_path))

    assert "R1-03" in named(tuple(finding for finding in proof.findings if finding.flaw is Flaw.CHANGED))


@pytest.mark.parametrize(
    ("texts", "flaw", "language"),
    [
        (("Puppet disease is rare: only 0.3–4.1% of all diseases.", SAID["R1-01"][1]), Flaw.FIGURE, "en"),
        ((SAID["R1-01"][0], "木偶病少见，只占0.4–4.0%。"), Flaw.FIGURE, "zh"),
        (("Puppet disease is rare: only 0.3–4.0 of all diseases.", SAID["R1-01"][1]), Flaw.FIGURE, "en"),
        (("Puppet disease is rare: <0.3–4.0%.", SAID["R1-01"][1]), Flaw.FIGURE, "en"),
        (("Puppet disease is rare: only 0.3% of all diseases.", SAID["R1-01"][1]), Flaw.UNSAID, "en"),
        (("Puppet disease makes up 0.3–4.0%.", SAID["R1-01"][1]), Flaw.HEDGE, "en"),
        ((SAID["R1-01"][0], "木偶病占0.3–4.0%。"), Flaw.HEDGE, "zh"),
    ],
)
def test_a_wording_that_changes_a_figure_or_loses_a_hedge_is_found(texts: tuple[str, str], flaw: Flaw, language: str, tmp_path: Path) -> None:
    proof = prove(REVIEW, statements(R1_01=texts), read(tmp_path))

    assert (flaw, ("R1-01",), language) in flaws(proof)
    assert named(proof.findings) == {"R1-01"}


@pytest.mark.parametrize("quotient", [[4600, 17], [4600, 12], [71, 5]])
def test_a_derived_figure_is_computed_from_figures_of_the_passage(quotient: list[int], tmp_path: Path) -> None:
    anchors = records()
    anchors[3]["derived"][0]["quotient"] = quotient

    assert {(flaw, ids) for flaw, ids, _ in flaws(prove(REVIEW, statements(), read(tmp_path, anchors)))} == {(Flaw.FIGURE, ("R1-04",))}


@pytest.mark.parametrize("idle", [{"derived": [{"figure": "2", "how": "counted"}]}, {"hedges": ["may"]}, {"unsaid": ["71%"]}])
def test_an_exception_that_nothing_needs_is_found(idle: dict[str, Any], tmp_path: Path) -> None:
    anchors = records()
    anchors[2].update(idle)

    assert flaws(prove(REVIEW, statements(), read(tmp_path, anchors))) == [(Flaw.IDLE, ("R1-03",), "")]


def test_a_figure_may_be_said_in_other_words_where_the_anchor_says_so(tmp_path: Path) -> None:
    said = statements(R1_03=("Of all, 71%.", "完好率71%。"))
    anchors = records()
    anchors[2]["unsaid"] = ["5 years"]

    assert {flaw for flaw, *_ in flaws(prove(REVIEW, said, read(tmp_path)))} == {Flaw.UNSAID}
    assert not prove(REVIEW, said, read(tmp_path, anchors)).findings


@pytest.mark.parametrize(
    ("at", "change", "says"),
    [
        (0, {"id": "R9-99"}, "there is no statement 'R9-99'"),
        (0, {"id": "R9-99"}, "the statement 'R1-01' has no anchor"),
        (1, {"id": "R1-01"}, "it is anchored twice"),
        (0, {"spans": []}, "no span"),
        (0, {"spans": [{**span("按摩"), "end": 1}]}, "is no range"),
        (0, {"spans": [{**span("按摩"), "start": -1}]}, "is no range"),
        (0, {"spans": [{**span("按摩"), "start": "1"}]}, "is no range"),
        (0, {"spans": [{**span("按摩"), "sha256": "0" * 63}]}, "has no SHA-256"),
        (0, {"spans": [{**span("按摩"), "sha256": "G" * 64}]}, "has no SHA-256"),
        (0, {"spans": [span("僵硬"), span("按摩")]}, "backwards"),
        (0, {"spans": [span("木偶病是"), span("是一种")]}, "backwards"),
        (0, {"hedges": ["perhaps"]}, "'perhaps' is no hedge"),
        (0, {"derived": [{"figure": "ten", "how": "guessed"}]}, "'guessed' is not a known how"),
        (0, {"derived": [{"figure": "2", "how": "computed"}]}, "a computed figure needs"),
        (0, {"derived": [{"figure": "2–3", "how": "counted"}]}, "no single figure"),
        (0, {"spam": 1}, "'spam' is not known"),
        (4, {"left_out": "dull"}, "'dull' is not a known left_out"),
        (5, {"spans": [span("1.引言")]}, "what is left out as heading"),
        (5, {"spans": [span("按摩")]}, "runs into R1-02"),
    ],
)
def test_an_anchor_of_the_wrong_shape_is_a_fault(at: int, change: dict[str, Any], says: str, tmp_path: Path) -> None:
    anchors = records()
    anchors[at] = {**anchors[at], **change}

    assert any(says in fault for fault in faults(tmp_path, anchors)), faults(tmp_path, anchors)


def test_every_statement_of_the_review_has_an_anchor() -> None:
    known, reader = load(), Reader(ROOT)
    found = read_anchors(reader, known.statements)

    assert not reader.faults
    assert set(found.anchors) == set(known.statements)
    assert all(anchor.spans for anchor in found.anchors.values())


@pytest.mark.skipif(not REAL, reason="the text of the review does not come with the project; PHNEN_BOT_REVIEW may name it")
def test_the_review_itself_is_restated_or_left_out_in_full() -> None:
    known = load()
    proof = prove(Path(REAL).read_text(encoding="utf-8"), known.statements, read_anchors(Reader(ROOT), known.statements))

    assert not proof.findings
    assert proof.covered == proof.sentences


@pytest.mark.skipif(not REAL, reason="the text of the review does not come with the project; PHNEN_BOT_REVIEW may name it")
def test_every_single_digit_of_the_review_is_held_and_its_passage_named() -> None:
    known, text = load(), Path(REAL).read_text(encoding="utf-8")
    anchors = read_anchors(Reader(ROOT), known.statements)
    unnoticed = []
    for found in re.finditer(r"\d", text):
        other = text[: found.start()] + str((int(found.group()) + 1) % 10) + text[found.end() :]
        findings = prove(other, known.statements, anchors).findings
        if not any(finding.flaw is Flaw.CHANGED and (finding.ids or finding.words) for finding in findings):
            unnoticed.append(text[found.start() - 10 : found.end() + 10])
    assert not unnoticed
