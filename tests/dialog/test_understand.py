"""Typed words: answers of every kind in both languages, commands, several findings at once; what is not clear is not guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.dialog.events import Command, Did, Event
from flows.dialog.session import Screen
from flows.dialog.understand import understand
from flows.rules.fields import Kind
from flows.rules.reading import read_answer
from flows.rules.values import Answer
from tests.dialog.trainee import Trainee, knowledge


def read(text: str, here: str | None = None) -> dict[str, Any]:
    """The answers found in a text."""
    return dict(understand(text, here, knowledge()).findings)


def answers(**raw: Any) -> dict[str, Any]:
    """The same answers as `assess` reads them."""
    return {name: read_answer(value, knowledge().fields[name].core) for name, value in raw.items()}


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("age_years", "52", "52"),
        ("age_years", "５２", "52"),
        ("age_years", "52岁", "52"),
        ("age_years", "52 years old", "52"),
        ("age_years", "52 y", "52"),
        ("age_years", "约50", "~50"),
        ("age_years", "about 50", "~50"),
        ("age_years", "50左右", "~50"),
        ("age_years", ">60", ">60"),
        ("ki67_percent", "15%", "15"),
        ("ki67_percent", "15", "15"),
        ("ki67_percent", "１５％", "15"),
        ("ki67_percent", "15-20%", "15-20"),
        ("ki67_percent", "15%–20%", "15-20"),
        ("ki67_percent", "15至20%", "15-20"),
        ("ki67_percent", "15 to 20 %", "15-20"),
        ("ki67_percent", "<1%", "<1"),
        ("ki67_percent", "＜1%", "<1"),
        ("ki67_percent", "≥20%", ">=20"),
        ("ki67_percent", "约3%", "~3"),
        ("ki67_percent", "2.9", "2.9"),
        ("largest_cm", "5.1 cm", "5.1"),
        ("largest_cm", "51mm", "5.1"),
        ("largest_cm", "51 毫米", "5.1"),
        ("largest_cm", "5厘米", "5"),
        ("largest_cm", "35-49 mm", "3.5-4.9"),
        ("lesion_count", "3", "3"),
        ("lesion_count", "3个", "3"),
        ("lesion_count", "3枚", "3"),
        ("lesion_count", "3 lesions", "3"),
        ("lesion_count", "弥漫", "uncountable"),
        ("lesion_count", "uncountable", "uncountable"),
        ("observation_months", "13 years", "156"),
        ("observation_months", "6个月", "6"),
        ("observation_months", "2年", "24"),
        ("liver_involved_percent", "<50%", "<50"),
        ("recurrence_years", "13年", "13"),
    ],
)
def test_numbers_are_read_with_units_ranges_bounds_and_estimates(field: str, text: str, expected: Any) -> None:
    assert read(text, field) == answers(**{field: expected})


@pytest.mark.parametrize("text", ["10-5", "130", "-3", "abc", "5 mm", "12,5", "", "1 2 3", "NaN", "inf", "5%%", "fifteen"])
def test_a_number_that_cannot_be_meant_is_refused_and_not_guessed(text: str) -> None:
    reading = understand(text, "age_years", knowledge())
    assert (dict(reading.findings), reading.event) == ({}, None)
    assert reading.refusal is not None


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("discovery", "Routine check-up", "checkup"),
        ("discovery", "体检发现", "checkup"),
        ("discovery", "ROUTINE CHECK-UP.", "checkup"),
        ("discovery", "1", "checkup"),
        ("discovery", "5", "no_lesion"),
        ("discovery", "３", "symptoms"),
        ("known_nen", "no", "no"),
        ("known_nen", "无", "no"),
        ("known_nen", "没有。", "no"),
        ("ga68_pet", "强阳性", "strong"),
        ("ga68_pet", "+", "positive"),
        ("chest_ct", "未见异常", "negative"),
        ("specimen", "穿刺", "needle"),
        ("pathology_diagnosis", "NET", "nen"),
        ("differentiation", "高分化", "well"),
        ("differentiation", "小细胞", "poor"),
        ("cga_unit", "ug/l", "ug/L"),
        ("cga_unit", "μg/L", "ug/L"),
        ("resectability", "不可切除", "no"),
        ("course", "术后复发", "recurrent"),
        ("mitoses_area", "2 mm²", "per_2mm2"),
        ("mitoses_area", "每10个高倍视野", "per_10hpf"),
        ("goal", "治疗", ["treatment"]),
        ("goal", "dx, grade", ["dx", "grade"]),
        ("goal", "1 and 2", ["dx", "grade"]),
        ("liver_disease", "none", ["none"]),
        ("liver_disease", "乙肝，肝硬化", ["hepatitis", "cirrhosis"]),
        ("mass_symptoms", "腹痛、腹胀", ["pain", "distension"]),
        ("mass_symptoms", "腹痛伴黄疸", ["pain", "jaundice"]),
        ("mass_symptoms", "abdominal pain and jaundice", ["pain", "jaundice"]),
        ("hormone_symptoms", "潮热和腹泻", ["flushing", "diarrhoea"]),
        ("imaging_done", "超声造影、增强CT+增强MRI", ["ceus", "enhanced_ct", "enhanced_mri"]),
        ("imaging_done", "未做", ["none"]),
        ("imaging_done", "MRI平扫+DWI", ["mri"]),
        ("imaging_done", "Plain MRI + DWI, enhanced CT", ["mri", "enhanced_ct"]),
        ("prior_treatment", "TACE 失败, SSA 有效", {"tace": "failed", "ssa": "working"}),
        ("prior_treatment", "TACE失败，奥曲肽有效", {"tace": "failed", "ssa": "working"}),
        ("prior_treatment", "TACE: failed; everolimus not tolerated", {"tace": "failed", "everolimus": "intolerant"}),
        ("prior_treatment", "手术有效", {"resection": "working"}),
        ("prior_treatment", "铂类+依托泊苷 失败", {"platinum_etoposide": "failed"}),
        ("prior_treatment", "EP failed and TMZ ongoing", {"platinum_etoposide": "failed", "temozolomide": "ongoing"}),
        ("prior_treatment", "none", "none"),
        ("prior_treatment", "无", "none"),
        ("prior_treatment", "尚未治疗", "none"),
        ("prior_treatment", "No treatment so far", "none"),
    ],
)
def test_options_are_read_by_wording_number_and_synonym(field: str, text: str, expected: Any) -> None:
    assert read(text, field) == answers(**{field: expected})


@pytest.mark.parametrize("name", list(knowledge().fields))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_option_can_be_typed_as_its_button_says(name: str, language: str) -> None:
    spec = knowledge().fields[name]
    for choice in spec.choices:
        if spec.core.kind is Kind.MAP:
            for item in spec.items:
                assert read(f"{item.label[language]} {choice.label[language]}", name) == {name: {item.id: choice.id}}
        else:
            assert read(choice.label[language], name) == answers(**{name: choice.id})


@pytest.mark.parametrize("text", ["I don't know", "i don’t know", "不清楚", "不详", "?", "？", "not sure", "unknown", "不知道。"])
@pytest.mark.parametrize("field", ["age_years", "discovery", "mass_symptoms", "prior_treatment", "lesion_count", "afp"])
def test_not_knowing_can_be_said_to_every_question(field: str, text: str) -> None:
    assert read(text, field) == {field: "unknown"}


@pytest.mark.parametrize("text", ["not done", "未做", "没查", "未检测"])
def test_not_done_is_taken_where_there_is_something_to_do(text: str) -> None:
    assert read(text, "afp") == {"afp": "not_done"}
    assert read(text, "age_years") == {}


@pytest.mark.parametrize(
    ("here", "text", "expected"),
    [
        ("mitoses", "3/2mm²", {"mitoses": 3, "mitoses_area": "per_2mm2"}),
        ("mitoses", "3/10HPF", {"mitoses": 3, "mitoses_area": "per_10hpf"}),
        ("mitoses", "3 per 10 HPF", {"mitoses": 3, "mitoses_area": "per_10hpf"}),
        ("mitoses", "3个/10个高倍视野", {"mitoses": 3, "mitoses_area": "per_10hpf"}),
        ("mitoses", "<2/2mm2", {"mitoses": "<2", "mitoses_area": "per_2mm2"}),
        ("mitoses", "2-3/10HPF", {"mitoses": "2-3", "mitoses_area": "per_10hpf"}),
        ("mitoses", "约3个/2mm²", {"mitoses": "~3", "mitoses_area": "per_2mm2"}),
        ("cga_value", "300 ng/mL", {"cga_value": 300, "cga_unit": "ng/mL"}),
        ("cga_value", "300ng/ml", {"cga_value": 300, "cga_unit": "ng/mL"}),
        ("cga_value", "300 µg/L", {"cga_value": 300, "cga_unit": "ug/L"}),
        ("cga_value", "12.5 nmol/L", {"cga_value": "12.5", "cga_unit": "nmol/L"}),
    ],
)
def test_a_figure_takes_its_unit_or_area_along(here: str | None, text: str, expected: Any) -> None:
    assert read(text, here) == answers(**expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ki-67 15%", {"ki67_percent": 15}),
        ("Ki-67: 15-20%", {"ki67_percent": "15-20"}),
        ("Ki-67 is <2%", {"ki67_percent": "<2"}),
        ("Ki-67指数约3%", {"ki67_percent": "~3"}),
        ("Ki67＝１５％", {"ki67_percent": 15}),
        ("Ki-67 15%, 核分裂 3/2mm²", {"ki67_percent": 15, "mitoses": 3, "mitoses_area": "per_2mm2"}),
        ("Ki-67 15% mitoses 3/10HPF", {"ki67_percent": 15, "mitoses": 3, "mitoses_area": "per_10hpf"}),
        ("核分裂象：2个/10HPF；Ki-67：5%；分化程度：高分化", {"mitoses": 2, "mitoses_area": "per_10hpf", "ki67_percent": 5, "differentiation": "well"}),
        ("CgA 300 ng/mL, upper limit 100", {"cga_value": 300, "cga_unit": "ng/mL", "cga_upper_limit": 100}),
        ("CgA 300 ng/mL，参考上限 100", {"cga_value": 300, "cga_unit": "ng/mL", "cga_upper_limit": 100}),
        ("CgA 300 ng/mL (upper limit 100)", {"cga_value": 300, "cga_unit": "ng/mL", "cga_upper_limit": 100}),
        ("胃镜阴性，肠镜阴性，胸部CT未见异常", {"gastroscopy": "negative", "colonoscopy": "negative", "chest_ct": "negative"}),
        ("AFP 正常、CEA 正常、CA19-9 轻度升高", {"afp": "normal", "cea": "normal", "ca19_9": "mild"}),
        ("AFP normal, CEA normal, CA19-9 not done", {"afp": "normal", "cea": "normal", "ca19_9": "not_done"}),
        ("Syn+, CD56 -, CDX2 negative", {"ihc_syn": "positive", "ihc_cd56": "negative", "ihc_cdx2": "negative"}),
        ("68Ga PET-CT strongly positive\nFDG negative", {"ga68_pet": "strong", "fdg_pet": "negative"}),
        ("largest diameter 62 mm", {"largest_cm": "6.2"}),
        ("最大径 62mm，病灶数 3", {"largest_cm": "6.2", "lesion_count": 3}),
        ("NSE 升高", {"nse": "raised"}),
        ("age 52", {"age_years": 52}),
        ("CgA(+), Syn(+), CD56(-), Ki-67(+, 10%)", {"ihc_cga": "positive", "ihc_syn": "positive", "ihc_cd56": "negative", "ki67_percent": 10}),
        ("CgA（+）、Syn（++）、NSE（-）、Ki-67（约15%+）", {"ihc_cga": "positive", "ihc_syn": "positive", "ihc_nse": "negative", "ki67_percent": "~15"}),
        ("CgA 升高, NSE 正常", {"cga_result": "raised", "nse": "normal"}),
        ("AFP、CEA、CA19-9均正常", {"afp": "normal", "cea": "normal", "ca19_9": "normal"}),
        ("AFP, CEA and CA19-9 are all normal; NSE raised", {"afp": "normal", "cea": "normal", "ca19_9": "normal", "nse": "raised"}),
        ("胃镜、肠镜均阴性，胸部CT可疑", {"gastroscopy": "negative", "colonoscopy": "negative", "chest_ct": "suspicious"}),
        ("CDX2 and TTF1 both negative", {"ihc_cdx2": "negative", "ihc_ttf1": "negative"}),
        ("CgA not done", {"cga_value": "not_done"}),
        ("Ki-67约为3%", {"ki67_percent": "~3"}),
        ("echo isoechoic, margin clear", {"us_echo": "isoechoic", "us_margin": "clear"}),
        ("占位症状：腹痛、腹胀；回声：低回声", {"mass_symptoms": ["pain", "distension"], "us_echo": "hypoechoic"}),
        ("TTF-1 (-)，CDX2 (+)，PAX8 未做", {"ihc_ttf1": "negative", "ihc_cdx2": "positive", "ihc_pax6_8": "not_done"}),
        ("Ki-67 15%核分裂3/2mm2", {"ki67_percent": 15, "mitoses": 3, "mitoses_area": "per_2mm2"}),
    ],
)
def test_findings_named_in_a_message_are_found_in_either_language(text: str, expected: Any) -> None:
    reading = understand(text, None, knowledge())
    assert (dict(reading.findings), reading.leftover) == (answers(**expected), False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ki-67 15%, and the rest is fine", {"ki67_percent": 15}), ("肝右叶占位，Ki-67 15%", {"ki67_percent": 15}), ("see report; AFP normal", {"afp": "normal"})],
)
def test_what_was_not_understood_is_told(text: str, expected: Any) -> None:
    reading = understand(text, None, knowledge())
    assert (dict(reading.findings), reading.leftover) == (answers(**expected), True)


@pytest.mark.parametrize("text", ["Ki-67 15%, Ki-67 20%", "胃镜阴性，胃镜可疑"])
def test_two_values_for_one_finding_are_refused(text: str) -> None:
    reading = understand(text, None, knowledge())
    assert dict(reading.findings) == {}
    assert reading.refusal
    assert reading.refusal.why == "twice"


@pytest.mark.parametrize("text", ["Ki-67 150%", "Ki-67 high", "AFP 15", "胃镜 5", "mitoses 3/5mm2"])
def test_a_named_finding_with_a_value_it_cannot_have_is_refused(text: str) -> None:
    reading = understand(text, None, knowledge())
    assert dict(reading.findings) == {}
    assert reading.refusal


@pytest.mark.parametrize(
    ("text", "expected", "missed"),
    [
        ("AFP, CEA normal", {"cea": "normal"}, ("afp",)),
        ("胃镜，肠镜阴性", {"colonoscopy": "negative"}, ("gastroscopy",)),
        ("AFP 3.2 ng/ml, CEA正常, CA199 正常", {"cea": "normal", "ca19_9": "normal"}, ("afp",)),
    ],
)
def test_a_finding_without_a_value_of_its_own_is_named_and_the_others_are_kept(
    text: str, expected: dict[str, Answer], missed: tuple[str, ...]
) -> None:
    reading = understand(text, None, knowledge())
    assert (dict(reading.findings), reading.missed) == (expected, missed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("胸部CT阴性，胃镜(-)，肠镜阴性", {"chest_ct": "negative", "gastroscopy": "negative", "colonoscopy": "negative"}),
        ("分化差", {"differentiation": "poor"}),
    ],
)
def test_findings_are_read_as_a_hurried_doctor_writes_them(text: str, expected: dict[str, Answer]) -> None:
    reading = understand(text, "mitoses", knowledge())
    assert (dict(reading.findings), reading.leftover) == (expected, False)


def test_a_diagnosis_with_a_grade_glued_to_it_is_read() -> None:
    reading = understand("病理：神经内分泌肿瘤G2，Ki67约3%", None, knowledge())
    assert (dict(reading.findings), reading.leftover) == (answers(pathology_diagnosis="nen", reported_grade="G2", ki67_percent="~3"), False)


@pytest.mark.parametrize("text", ["positive", "15%", "3 cm and 5 cm", "negative", "maybe", "5"])
def test_a_bare_value_with_no_question_open_is_not_guessed(text: str) -> None:
    reading = understand(text, None, knowledge())
    assert (dict(reading.findings), reading.event) == ({}, None)


@pytest.mark.parametrize("text", ["Syndrome 5", "synergy", "cearly", "agenda 12", "sized 5"])
def test_a_word_that_only_begins_like_a_finding_is_none(text: str) -> None:
    assert read(text) == {}


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("back", Did(Command.BACK)),
        ("上一题", Did(Command.BACK)),
        ("Skip", Did(Command.SKIP)),
        ("跳过。", Did(Command.SKIP)),
        ("why?", Did(Command.WHY)),
        ("为什么问", Did(Command.WHY)),
        ("how so?", Did(Command.HOW)),
        ("怎么得出的", Did(Command.HOW)),
        ("why not?", Did(Command.WHYNOT)),
        ("为何不是", Did(Command.WHYNOT)),
        ("summary", Did(Command.SUMMARY)),
        ("核对", Did(Command.REVIEW)),
        ("报告", Did(Command.REPORT)),
        ("help!", Did(Command.HELP)),
        ("取消", Did(Command.CANCEL)),
        ("start over", Did(Command.RESTART)),
        ("继续", Did(Command.RESUME)),
        ("中文", Did(Command.LANGUAGE, "zh")),
        ("English", Did(Command.LANGUAGE, "en")),
        ("隐私", Did(Command.PRIVACY)),
        ("model cases", Did(Command.CASES)),
        ("其余未做", Did(Command.REST, "not_done")),
    ],
)
@pytest.mark.parametrize("here", [None, "age_years", "discovery", "mass_symptoms", "prior_treatment"])
def test_commands_can_be_said_in_words(text: str, event: Event, here: str | None) -> None:
    assert understand(text, here, knowledge()).event == event


def test_an_answer_comes_before_a_command_of_the_same_wording() -> None:
    assert read("其他", "lesion_location") == {}
    assert understand("no", "known_nen", knowledge()).findings == {"known_nen": "no"}
    assert understand("检查", "goal", knowledge()).findings == {"goal": frozenset({"next"})}


def test_words_before_the_first_name_may_answer_the_question_on_the_screen() -> None:
    reading = understand("3/2mm², Ki-67 15%", "mitoses", knowledge())
    assert (dict(reading.findings), reading.leftover) == (answers(mitoses=3, mitoses_area="per_2mm2", ki67_percent=15), False)


@pytest.mark.parametrize("text", ["无腹痛", "none, jaundice", "否认腹痛", "腹痛 and something else", "no jaundice"])
def test_a_list_that_contradicts_itself_or_holds_the_unknown_is_refused_whole(text: str) -> None:
    assert read(text, "mass_symptoms") == {}


@pytest.mark.parametrize("text", ["TACE", "TACE and SSA failed", "SSA 有效 失败", "TACE failed, TACE working", "surgery last year", "failed"])
def test_a_treatment_without_one_clear_outcome_is_refused(text: str) -> None:
    assert read(text, "prior_treatment") == {}


def test_a_message_without_end_is_refused() -> None:
    reading = understand("Ki-67 15%, " * 60, None, knowledge())
    assert reading.refusal
    assert reading.refusal.why == "too_long"


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80), st.sampled_from([None, *knowledge().fields]))
def test_reading_never_fails(text: str, here: str | None) -> None:
    reading = understand(text, here, knowledge())
    assert reading.findings or reading.event or reading.refusal
    assert reading.findings.keys() <= knowledge().fields.keys()


def test_one_named_answer_to_the_question_on_the_screen_counts_at_once() -> None:
    trainee = Trainee().begins("grade").says("needle", "NEN", "rest not done")
    assert trainee.asked == "mitoses"
    assert trainee.says("mitoses 3/2mm2").asked == "ki67_percent"
    assert trainee.says("Ki-67 15%").asked == "differentiation"


def test_several_named_findings_are_echoed_before_they_count_even_within_one_question() -> None:
    trainee = Trainee().begins("grade").says("needle", "NEN", "CgA(+), Syn(+)")
    assert trainee.session.screen is Screen.PROPOSAL
    assert trainee.says("yes").asked == "ihc_cd56"


def test_findings_that_were_not_asked_for_count_only_after_a_yes() -> None:
    trainee = Trainee().begins("grade").says("Ki-67 15%, 核分裂 3/2mm²")
    assert trainee.session.screen is Screen.PROPOSAL
    assert dict(trainee.screen.params["findings"]) == answers(ki67_percent=15, mitoses=3, mitoses_area="per_2mm2")
    assert "ki67_percent" not in trainee.session.answers
    assert trainee.says("yes").number("ki67_percent") == "15"
    assert trainee.asked == "specimen"


def test_a_no_to_what_was_understood_leaves_everything_as_it_was() -> None:
    trainee = Trainee("zh").begins("grade")
    before = trainee.session
    trainee.says("Ki-67 15%，核分裂 3/2mm²", "不是")
    assert (trainee.session.answers, trainee.asked, trainee.session.proposed) == (before.answers, "specimen", {})
