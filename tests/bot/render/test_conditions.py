"""Conditions, regions and conclusions in words: no sign turned round, no end of a span lost, in both languages."""

from __future__ import annotations

import pytest

from bot.render.clauses import clause
from bot.render.paths import Path, path_of
from bot.render.regions import Figures, bands, inputs, plainly, written
from bot.render.renderer import TemplateRenderer
from flows.knowledge.loader import load
from flows.rules.expressions import parse
from flows.rules.values import Answer, Interval, Open
from flows.whatif.partition import Region, Span

KNOWLEDGE = load()
VOICES = TemplateRenderer(KNOWLEDGE, None)
FACTS = tuple(KNOWLEDGE.base.facts)


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("ki67_percent < 3", "Ki-67 < 3%", "Ki-67指数 < 3%"),
        ("not ki67_percent < 3", "Ki-67 ≥ 3%", "Ki-67指数 ≥ 3%"),
        ("ki67_percent <= 20", "Ki-67 ≤ 20%", "Ki-67指数 ≤ 20%"),
        ("not ki67_percent <= 20", "Ki-67 > 20%", "Ki-67指数 > 20%"),
        ("lesion_count = 1", "Number of lesions = 1", "病灶数目 = 1"),
        ("adenocarcinoma_percent + nec_percent > 100", "Share of adenocarcinoma + Share of NEC > 100%", "腺癌所占比例 + NEC所占比例 > 100%"),
        ("cga_value > cga_upper_limit", "CgA value > CgA upper limit", "CgA数值 > CgA参考上限"),
        ("differentiation = well", "Differentiation is “Well differentiated”", "分化程度为“高分化”"),
        ("differentiation != well", "Differentiation is not “Well differentiated”", "分化程度不是“高分化”"),
        ("advanced = yes", "the disease counts as advanced", "属进展期"),
        ("advanced != yes", "the disease does not count as advanced", "不属进展期"),
        ("open mitoses", "Mitoses: open", "核分裂象未记录"),
        ("not open mitoses", "Mitoses: recorded", "核分裂象已记录"),
        ("empty index_grades", "grade: none", "分级：无"),
        ("hormone_symptoms has any (none)", "Hormone-type symptoms is “None”", "激素相关症状为“无”"),
        ("unknown(ki67_percent > 20)", "it is not settled whether Ki-67 > 20%", "尚不能确定Ki-67指数 > 20%是否成立"),
        ("possible(ki67_percent > 20)", "it is possible that Ki-67 > 20%", "不能排除Ki-67指数 > 20%"),
        ("not possible(ki67_percent > 20)", "it is ruled out that Ki-67 > 20%", "可排除Ki-67指数 > 20%"),
        ("not sure(open mitoses or open ki67_percent)", "it is not certain that (Mitoses: open or Ki-67: open)", "不能肯定（核分裂象未记录，或Ki-67指数未记录）"),
        ("always", "in every case", "任何情况"),
        ("never", "in no case", "无此情况"),
    ],
)
def test_a_condition_is_said_as_it_is_meant(text: str, en: str, zh: str) -> None:
    one = clause(parse(text), KNOWLEDGE)

    assert VOICES.words("conditions.clause", "en", c=one) == en
    assert VOICES.words("conditions.clause", "zh", c=one) == zh


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_condition_of_the_knowledge_has_words(language: str) -> None:
    for fact in KNOWLEDGE.book.facts:
        for row in fact.rows:
            told = VOICES.words("conditions.condition", language, c=clause(row.when, KNOWLEDGE))
            assert told.strip()
            assert "_" not in told, row.id


@pytest.mark.parametrize(
    ("span", "kind"),
    [
        (Span(3, 3), "one"),
        (Span(0, 100, first=True, last=True), "any"),
        (Span(0, 3, high_in=False, first=True), "below"),
        (Span(0, 3, first=True), "up_to"),
        (Span(20, 100, low_in=False, last=True), "above"),
        (Span(20, 100, last=True), "from"),
        (Span(3, 20), "between"),
    ],
)
def test_a_span_is_called_by_its_ends(span: Span, kind: str) -> None:
    assert bands([span]) == [Figures(kind, f"{span.low:g}", f"{span.high:g}", span.low_in, span.high_in)]


@pytest.mark.parametrize(
    ("low_in", "high_in", "en", "zh"),
    [
        (True, True, "3–20%", "3–20%"),
        (False, True, "above 3% and at most 20%", "大于3%且不大于20%"),
        (True, False, "at least 3% and below 20%", "不小于3%且小于20%"),
    ],
)
def test_the_ends_of_a_span_are_told(low_in: bool, high_in: bool, en: str, zh: str) -> None:
    (figures,) = bands([Span(3, 20, low_in, high_in)])

    assert VOICES.words("conditions.figures", "en", f=figures, unit="%") == en
    assert VOICES.words("conditions.figures", "zh", f=figures, unit="%") == zh


def test_a_region_names_its_inputs_in_the_order_of_the_consultation_and_facts_last() -> None:
    where = {
        "mitotic_grades": (Region(frozenset(("G1",))), Region(frozenset())),
        "ki67_percent": (Region(Interval(20, 20), (Span(20, 20),)), Region(Open.MISSING, (), (Open.UNKNOWN, Open.NOT_DONE))),
        "age_years": (Region(Interval(60, 60), (Span(55, 120, last=True),)),),
        "gone_long_ago": (Region("yes"),),
    }
    found = inputs(where, KNOWLEDGE)

    assert [(one.name, one.of) for one in found] == [("age_years", "answer"), ("ki67_percent", "answer"), ("mitotic_grades", "fact"), ("gone_long_ago", "gone")]
    assert plainly({"ki67_percent": where["ki67_percent"]}, KNOWLEDGE) == {"ki67_percent": ["missing", "unknown", "not_done", "[20, 20]"]}
    told = VOICES.words("conditions.region", "en", inputs=found[:3])
    assert told == "Age: at least 55 years; Ki-67: open or 20%; grades that the mitoses allow: G1 or none"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Interval(2.5, 2.5), "2.5"),
        (Interval(3, 5, text="3-5"), "3-5"),
        (frozenset(("lung", "bone")), "bone, lung"),
        ({"tace": "failed"}, "tace: failed"),
        ({}, "none"),
        ("well", "well"),
    ],
)
def test_an_answer_is_written_as_in_a_case_file(answer: Answer, text: str) -> None:
    assert written(answer) == text


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("classification.type", Path("classification.type", "classification.type")),
        ("classification.grade", Path("classification.grade", "index_grades")),
        ("treatment.rfa.verdict", Path("treatment.rfa.verdict", "treatment.rfa")),
        ("treatment.rfa.reasons", Path("treatment.rfa.reasons", "treatment.rfa", "reasons")),
        ("treatment.rfa.cautions", Path("treatment.rfa.cautions", "cautions.rfa")),
        ("transplant_conditions.age", Path("transplant_conditions.age", "transplant.age")),
        ("of.no.rule", Path("of.no.rule")),
    ],
)
def test_a_conclusion_is_found_by_its_path(name: str, path: Path) -> None:
    assert path_of(name, FACTS) == path
