"""Answers are shown back as a person writes them in that language, with their unit and with how sure they were."""

from __future__ import annotations

from typing import Any

import pytest

from flows.rules.reading import read_answer
from tests.dialog.trainee import knowledge
from tests.render.gallery import renderer


@pytest.mark.parametrize(
    ("field", "raw", "en", "zh"),
    [
        ("ki67_percent", "15-20%", "15–20%", "15–20%"),
        ("ki67_percent", "<=3", "≤3%", "≤3%"),
        ("ki67_percent", "约15", "about 15%", "约15%"),
        ("largest_cm", "62 mm", "6.2 cm", "6.2 cm"),
        ("age_years", 52, "52 years", "52岁"),
        ("observation_months", "2 years", "24 months", "24个月"),
        ("mitoses", "2.5", "2.5", "2.5"),
        ("lesion_count", "uncountable", "Uncountable (diffuse)", "弥漫/无法计数"),
        ("afp", "not_done", "not done", "未做"),
        ("afp", "unknown", "not known", "不清楚"),
        ("goal", "unknown", "Everything", "全部内容"),
        ("mass_symptoms", ["jaundice", "pain"], "Abdominal pain, Jaundice", "腹痛、黄疸"),
        ("prior_treatment", {"tace": "failed"}, "TACE: failed", "TACE：失败"),
        ("prior_treatment", "none", "No treatment so far", "尚未治疗"),
    ],
)
def test_an_answer_is_shown_back(field: str, raw: Any, en: str, zh: str) -> None:
    answer = read_answer(raw, knowledge().fields[field].core)
    shown = [renderer().voices[language].lexicon.value_of(field, answer) for language in ("en", "zh")]
    assert shown == [en, zh]
