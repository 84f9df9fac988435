"""Counter-examples are told in words: whom a claim is about, the patient, and what was seen, without a word of the program."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from bot.channels.commandline import prove, speech
from bot.render.markup import plain
from bot.render.renderer import TELEGRAM_PAGE, TemplateRenderer
from flows.knowledge.loader import ROOT, Knowledge, load
from flows.knowledge.model import LANGUAGES
from flows.proofs import cases, conclusions, screens, second
from flows.proofs.certificate import Certificate, Claim, Finding, Method, Origin
from flows.rules.values import Answer, Interval, Open
from tests.proofs.planted import Bed

LOCAL, GRADING, MARKERS, EXTENT = "rules/treatment_local.yaml", "rules/grading.yaml", "rules/markers.yaml", "questions/extent.yaml"
NSE = '    - {value: unknown, when: "said_unknown nse", cite: [R3.2-12], layer: review}\n'
KI67: dict[str, Answer] = {"ki67_percent": Interval(15.0, 15.0, text="15")}


def told(claim: Claim, language: str, knowledge: Knowledge | None = None) -> str:
    """The lines of the page that tell the counter-examples of a claim."""
    origin = Origin("-", 1, "0", "fast", date(2026, 1, 1))
    text = plain(prove.page(Certificate(origin, (claim,)), language, prove.Folders(knowledge.root if knowledge else ROOT)))
    return "\n".join(line for line in text.splitlines() if line.startswith("✗"))


def unlike(claim: str, subject: str, **figures: str) -> Claim:
    """A claim that a patient with one answer breaks."""
    return Claim(claim, Method.SOLVED, 1, 1, findings=(Finding(subject, KI67, None, figures),))


PLANTED: dict[str, tuple[tuple[str, str, str], Callable[[Knowledge], Claim], str, str]] = {
    "what may never be": (
        (GRADING, '"ki67_percent < 3"', '"ki67_percent < 4"'),
        lambda known: conclusions.laws_kept(known, ["law.ki67_g2"]),
        "never: Ki-67 ≥ 3% and Ki-67 ≤ 20% and grade by Ki-67 is not “G2”",
        "不应出现：Ki-67指数 ≥ 3%，且Ki-67指数 ≤ 20%，且按Ki-67所定级别不是“G2”",
    ),
    "silence": (
        (MARKERS, NSE, ""),
        lambda known: conclusions.laws_kept(known, ["silent.nse"]),
        "silent: NSE in serum · when: Serum NSE: not asked · value: nothing",
        "应留空：血清NSE · 条件：血清NSE未问及 · 值：无",
    ),
    "values": (
        (GRADING, '"ki67_percent < 3"', '"ki67_percent < 4"'),
        lambda known: second.reads_the_same(known, ["ki67_grades"]),
        "grades that Ki-67 allows (ki67_grades): Ki-67: 3% · differs on: G1 · the rules say: G1, G2 · the reading says: G2",
        "Ki-67允许的级别（ki67_grades）：Ki-67指数：3% · 分歧：G1 · 规则：G1、G2 · 第二份解读：G2",
    ),
    "reasons": (
        (LOCAL, "reasons: [unresectable], ", ""),
        lambda known: second.reads_the_same(known, ["treatment.resection"]),
        "the rules say: not suitable · the reading says: not suitable, The surgeons judge the disease unresectable",
        "规则：不适合 · 第二份解读：不适合、外科判断为不可切除",
    ),
    "a rule": (
        (LOCAL, "reasons: [unresectable], ", ""),
        lambda known: conclusions.explained(known, ["treatment.resection"]),
        "resection: “not suitable” (treatment.resection.not_suitable) · reasons: nothing",
        "手术切除：“不适合”（treatment.resection.not_suitable） · 理由：无",
    ),
    "a model case": (
        ("vignettes.yaml", "classification.grade: G1", "classification.grade: G2"),
        lambda known: cases.as_told(known, cases.ids(known)),
        "at: grade · expected: G2 · found: G1",
        "位置：分级 · 应为：G2 · 实为：G1",
    ),
    "who is asked": (
        (EXTENT, 'applies: "course = recurrent"', "applies: always"),
        lambda known: second.asked_the_same(known, ["recurrence_years"]),
        "Course: Newly found · differs on: when it does not apply",
        "病程：新发现 · 分歧：何时不适用",
    ),
}
MADE_UP = {
    "a state": (
        unlike("states", "pathology", waiting="-", concluded="yes", cancelled="no", stands="review", should="report"),
        "Pathology (pathology): Ki-67: 15% · still open: nothing · report wanted: yes · left: no · leads to: Check · must lead to: Report",
        "病理（pathology）：Ki-67指数：15% · 尚待回答：无 · 要求出报告：是 · 已退出：否 · 实际走到：核对 · 应走到：报告",
    ),
    "a goal": (unlike("ends", "prognosis", at_most="9", walked="8"), "Prognosis, follow-up (prognosis)", "预后与随访（prognosis）"),
    "a conclusion": (unlike("second", "prognosis", reading="-"), "prognosis statements (prognosis)", "（prognosis）"),
    "nothing in place of a list": (
        unlike("cases", "V1", at="next_steps", contains="chest_ct", found="-"), "must contain: Chest CT · found: nothing", "应含：胸部CT · 实为：无"
    ),
    "an answer without sense": (unlike("ends", "ki67_percent", set_aside="mitoses"), "set aside: Mitoses", "被搁置：核分裂象"),
    "two patients": (
        Claim("supported", Method.SOLVED, 1, 1, findings=(Finding("path", KI67, {"ki67_percent": Open.UNKNOWN}, {"before": "on", "after": "off"}),)),
        "Ki-67: 15% → Ki-67: not known · before: it may be · after: it is not",
        "Ki-67指数：15% → Ki-67指数：不清楚 · 之前：仍可能 · 之后：已排除",
    ),
    "nobody": (
        Claim("decides", Method.SOLVED, 1, 1, findings=(Finding("treatment.resection.not_suitable", None, None, {"fact": "treatment.resection"}),)),
        "(treatment.resection.not_suitable): nobody",
        "（treatment.resection.not_suitable）：没有这样的患者",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_found_is_told_in_both_languages(bed: Bed, name: str) -> None:
    planted, claimed, en, zh = PLANTED[name]
    knowledge = bed.plant(*planted)
    claim = claimed(knowledge)

    assert en in told(claim, "en", knowledge)
    assert zh in told(claim, "zh", knowledge)
    assert internal(told(claim, "zh", knowledge)) == []


@pytest.mark.parametrize("name", MADE_UP)
def test_every_kind_of_figure_has_words(name: str) -> None:
    claim, en, zh = MADE_UP[name]

    assert en in told(claim, "en")
    assert zh in told(claim, "zh")
    assert internal(told(claim, "zh")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_with_a_screen_is_told(bed: Bed, language: str) -> None:
    macro = "{% macro summary(c, answers, left) %}"
    voices = TemplateRenderer(load(), TELEGRAM_PAGE, bed.speak("zh/report.j2", macro, f"{macro} 7 "))
    claim = Claim("screens", Method.SAMPLED, 1, 1, findings=tuple(speech.faults(screens.of_patient(load(), KI67), voices, KI67)))
    wanted = {"en": "fault: the languages have other figures · seen: - / 7 · language: Chinese", "zh": "缺陷：两种语言的数字不同 · 所见：- / 7 · 语言：中文"}

    assert wanted[language] in told(claim, language)


def internal(text: str) -> list[str]:
    """Words and signs of the program, outside the brackets that name what the claim is about."""
    return re.findall(r"\b[a-z]+_[a-z_]+\b|>=|<=|!=|None|True|False|\[\'", re.sub(r"（[\w.]+）|law\.\w+|silent\.\w+", "", text))
