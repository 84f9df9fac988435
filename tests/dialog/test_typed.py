"""Several findings at once, as trainees type them: what is read is what was said; denied, doubted or cut short it is not read, and that is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.dialog.session import Screen
from flows.dialog.understand import understand
from tests.dialog.test_understand import answers, read
from tests.dialog.trainee import Trainee, knowledge

TYPED = yaml.safe_load((Path(__file__).parent / "typed.yaml").read_text("utf-8"))


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: f"{typed.get('asked', '')} {typed['text']}")
def test_what_trainees_type_is_read_as_it_is_meant_or_not_at_all(typed: dict[str, Any]) -> None:
    reading = understand(typed["text"], typed.get("asked"), knowledge())
    assert dict(reading.findings) == answers(**typed["found"])
    assert (reading.leftover, list(reading.missed)) == (typed.get("rest", False), typed.get("missed", []))


@pytest.mark.parametrize("typed", [typed for typed in TYPED if "asked" not in typed and (typed.get("rest") or typed.get("missed"))], ids=lambda typed: typed["text"])
def test_what_is_left_over_of_a_message_is_said_before_anything_of_it_counts(typed: dict[str, Any]) -> None:
    trainee = Trainee("zh").begins().says(typed["text"])
    said = trainee.screen.params
    assert trainee.session.screen is Screen.PROPOSAL
    assert (said["leftover"], said["missed"]) == (typed.get("rest", False), typed.get("missed", []))
    assert not trainee.session.answers.keys() & typed["found"].keys()


@pytest.mark.parametrize("text", ["未做 胃镜", "normal CEA", "没做 胃镜，CEA正常"])
def test_a_word_before_another_finding_is_no_answer_to_the_question_on_the_screen(text: str) -> None:
    assert "afp" not in read(text, "afp")


@pytest.mark.parametrize("text", ["CgA 5 x ULN", "Ki-67 15% or 20%", "largest 30 by 20 mm", "Ki-67 15% → 3%", "最大径 3 × 2 cm 或 4 cm"])
def test_a_figure_that_goes_on_is_not_cut(text: str) -> None:
    assert read(text) == {}


@pytest.mark.parametrize("turned", ["\u202e", "\u2067"])
def test_a_finding_without_a_label_is_not_read_where_signs_turn_its_figures_around(turned: str) -> None:
    assert read(f"56岁{turned}, 3 lesions") == {}


@given(st.sampled_from(["no", "denies", "无", "否认", "可能", "suspected", "排除", "母亲有"]), st.sampled_from(["、", ",", " or ", "和", "，"]), st.data())
def test_no_list_of_symptoms_is_read_that_a_denial_or_a_doubt_begins(denial: str, mark: str, data: st.DataObject) -> None:
    words = st.sampled_from(["腹痛", "黄疸", "潮红", "腹泻", "乙肝", "flushing", "diarrhea", "jaundice", "cirrhosis"])
    assert read(f"{denial} {mark.join(data.draw(st.lists(words, min_size=1, max_size=4)))}") == {}
