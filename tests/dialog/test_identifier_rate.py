"""How often the guard is right, on texts labelled by hand and on everything the project itself says. Every person is invented."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.dialog.identifiers import Identifier, looks_like_identifier
from tests.dialog.trainee import knowledge

HERE = Path(__file__).parent
LISTED = yaml.safe_load((HERE / "identifiers.yaml").read_text("utf-8"))
FOURTH = yaml.safe_load((HERE / "identifiers_fourth.yaml").read_text("utf-8"))
THIRD = yaml.safe_load((HERE / "identifiers_third.yaml").read_text("utf-8"))
FRESH = yaml.safe_load((HERE / "identifiers_fresh.yaml").read_text("utf-8"))
DISGUISES: Mapping[str, Callable[[str], str]] = {
    "full width": lambda text: text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789"}),
    "Arabic figures": lambda text: text.translate({ord("0") + figure: 0x660 + figure for figure in range(10)}),
    "zero width": "\u200b".join,
    "right to left": lambda text: f"\u202e{text}\u202c",
    "combining": lambda text: "".join(f"{sign}\u0336" for sign in text),
}


def texts(groups: Mapping[str, Any], half: slice = slice(None)) -> Iterator[tuple[str, str]]:
    """Label and text, all or every second of each group."""
    for label, languages in groups.items():
        for found in languages.values():
            yield from ((label, text) for text in found[half])


def rates(labelled: Iterator[tuple[str, str]]) -> tuple[float, float, list[str]]:
    """Precision, recall, and what was judged wrongly."""
    judged = [(label != "clean", looks_like_identifier(text) is not None, text) for label, text in labelled]
    right = sum(meant and seen for meant, seen, _ in judged)
    precision = right / sum(seen for _, seen, _ in judged)
    return precision, right / sum(meant for meant, _, _ in judged), [text for meant, seen, text in judged if meant != seen]


@pytest.mark.parametrize(
    ("part", "labelled"),
    [
        *(("in sight", texts(LISTED, slice(0, None, 2))), ("held out", texts(LISTED, slice(1, None, 2)))),
        *(("written later", texts(FRESH)), ("third list", texts(THIRD)), ("unseen", texts(FOURTH))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_guard_is_right_often_enough(part: str, labelled: Iterator[tuple[str, str]]) -> None:
    precision, recall, wrong = rates(labelled)
    print(f"{part}: precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201 - pytest -s shows the figures of the README
    assert precision >= 0.96, wrong
    assert recall >= 0.94, wrong


def test_the_list_is_long_in_both_languages_and_holds_clean_texts_and_every_kind() -> None:
    assert {label for label, _ in texts(LISTED)} == {"clean", *Identifier}
    for groups in (LISTED, FRESH, THIRD):
        clean = [text for label, text in texts(groups) if label == "clean"]
        assert 0.4 < len(clean) / len(list(texts(groups))) < 0.6
    assert min(sum(len(languages[code]) for languages in LISTED.values()) for code in ("zh", "en")) >= 200


def test_no_word_that_a_question_takes_is_an_identifier() -> None:
    fields = knowledge().fields.values()
    said = {word for spec in fields for word in (*spec.hear, *spec.core.says, *spec.core.item_says)}
    assert [word for word in said if looks_like_identifier(word)] == []


def test_what_the_bot_itself_says_of_findings_is_no_identifier() -> None:
    lines = {
        line.lstrip("> ")
        for file in (HERE.parent / "transcripts").glob("*.txt")
        for line in file.read_text("utf-8").splitlines()
        if line and not re.search(r"http|doi|PM[IC]|mirror|节选|excerpt|Lwao|Yang Z", line)  # sources name their authors
    }
    wrong = [line for line in lines if looks_like_identifier(line[:400]) and not re.search("姓名|张三|Mr Smith", line)]
    assert len(lines) > 500
    assert wrong == []


@pytest.mark.parametrize("disguise", DISGUISES)
def test_an_identifier_in_disguise_is_recognised(disguise: str) -> None:
    for text in ("13800138000", "手机 138 0013 8000", "110105194912310021", "住院号 0123456"):
        assert looks_like_identifier(DISGUISES[disguise](text)), text


@given(
    st.sampled_from(["姓名：{}", "患者{}，女，56岁", "{}，男，61岁，肝占位", "病人叫{}", "{}女士腹泻"]),
    st.sampled_from("赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张曹谢邹苏潘葛范彭鲁韦马苗俞任袁柳唐薛贺汤罗郝安于傅康余顾孟黄萧尹姚邵汪毛"),
    st.sampled_from(["文博", "丽华", "秀英", "建国", "志远", "雨桐", "敏", "磊"]),
)
def test_a_name_that_is_introduced_is_recognised(frame: str, surname: str, given_name: str) -> None:
    assert looks_like_identifier(frame.format(surname if "女士" in frame else surname + given_name)) is Identifier.NAME


@settings(max_examples=300, deadline=200)
@given(st.text(max_size=400))
def test_any_text_is_judged_quickly(text: str) -> None:
    looks_like_identifier(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1 ",
        "王",
        "0",
        "-.",
        "A a ",
        "年",
        "地址",
        "Mr ",
        "a.b",
        "邮箱 a.com",
        "零",
        "患者",
        "1-",
        "(1",
        "\ufdfa",
        "\u0661",
        "Aa, Bb ",
        "号",
        "id ",
    ],
)
def test_a_text_made_to_be_slow_is_judged_quickly(piece: str) -> None:
    begun = time.process_time()
    looks_like_identifier((piece * 400)[:400])
    assert time.process_time() - begun < 0.5
