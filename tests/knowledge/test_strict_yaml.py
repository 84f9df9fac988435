"""YAML's traps are closed: what is written is what is read, and a fault names its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.knowledge.strict_yaml import Block, Items, Numeral, YamlFault, load_document, load_file


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("No", False),
        ("on", True),
        ("OFF", False),
        ("true", True),
        ('"yes"', "yes"),
        ("'no'", "no"),
        ("~", None),
        ("null", None),
        ("", None),
        ("# nothing", None),
        ("12", 12),
        ("2.90", 2.9),
        ("G1", "G1"),
        ("35 mm", "35 mm"),
        ("15-20", "15-20"),
        ("2015-01-01", "2015-01-01"),
        ("12:30", "12:30"),
        ("0x1f", "0x1f"),
        ("1_000", 1000),
    ],
)
def test_a_plain_word_is_read_as_it_stands(text: str, value: Any) -> None:
    assert load_document(text) == value


@pytest.mark.parametrize("text", ["12:30", "010", "0x1f", "1_000", "2.90", "12", "1e3", "190:20:30", "0o17"])
def test_a_number_for_an_answer_keeps_every_sign_it_was_written_with(text: str) -> None:
    assert load_document(text, numbers_as_text=True) == text


def test_a_time_never_becomes_a_count_of_seconds() -> None:
    assert load_document("a: 12:30", numbers_as_text=True) == {"a": "12:30"}
    assert load_document("a: 12:30") == {"a": "12:30"}


def test_a_leading_zero_is_no_octal_number() -> None:
    assert load_document("a: 010") == {"a": 10}


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("2.5", 2.5), ("12:30", "12:30")])
def test_a_numeral_knows_its_number(text: str, value: float | str) -> None:
    numeral = load_document(text, numbers_as_text=True)

    assert (numeral.value() if isinstance(numeral, Numeral) else numeral) == value


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [("a: 1\nb: 2\na: 3\n", 3, "a"), ("- x: {b: 1, b: 2}\n", 1, "b"), ("a:\n  c: 1\n\n  c: 1\n", 4, "c"), ("1: a\n'1': b\n", 2, "1")],
)
def test_a_key_given_twice_is_a_fault_at_the_second_one(text: str, line: int, key: str) -> None:
    with pytest.raises(YamlFault) as caught:
        load_document(text)

    assert (caught.value.why, caught.value.line, caught.value.text) == ("duplicate", line, key)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1, 2\n", 2),
        ("a: 1\n b: 2\n", 2),
        ("\tx: 1", 1),
        ("a: 'open\n", 2),
        ("a: \x07", 1),
        ("a: *nobody\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
    ],
)
def test_what_is_no_yaml_is_a_fault_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlFault) as caught:
        load_document(text)

    assert (caught.value.why, caught.value.line) == ("unreadable", line)


def test_mappings_and_lists_know_their_lines() -> None:
    block = load_document("# a remark\nfirst: 1\nsecond:\n  - a\n\n  - b\n")

    assert isinstance(block, Block)
    assert (block.line, block.lines) == (2, {"first": 2, "second": 3})
    assert isinstance(block["second"], Items)
    assert block["second"].lines == [4, 6]


def test_an_anchor_stands_for_what_it_names() -> None:
    assert load_document("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


def test_no_tag_can_make_an_object(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("a: !!python/object/apply:os.getcwd []\n", encoding="utf-8")

    assert load_file(path) == {"a": []}


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "zh.yaml"
    path.write_text("a: 肝脏\n", encoding="utf-8")

    assert load_file(path) == {"a": "肝脏"}
