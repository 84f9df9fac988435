"""`audit` proves the knowledge against a text of the review, and says what it needs where it gets none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.__main__ import main

REAL = os.environ.get("PHNEN_BOT_REVIEW", "")


@pytest.mark.parametrize(("language", "says"), [("en", "UTF-8 text file"), ("zh", "UTF-8文本")])
def test_without_a_file_it_says_what_it_needs(language: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--lang", language]) == 1

    shown = capsys.readouterr()
    assert says in shown.err
    assert "--review" in shown.err
    assert not shown.out


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "review.txt"
    if content is not None:
        path.write_bytes(content)

    assert main(["audit", "--review", str(path), "--lang", "en"]) == 1
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize(("language", "says"), [("en", "the file is empty"), ("zh", "文件是空的")])
@pytest.mark.parametrize("content", ["", " \n\n"])
def test_an_empty_file_is_said_to_be_empty(language: str, says: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "review.txt"
    path.write_text(content, encoding="utf-8")

    assert main(["audit", "--review", str(path), "--lang", language]) == 1
    shown = capsys.readouterr()
    assert (says in shown.err, str(path) in shown.err, shown.out) == (True, True, "")


@pytest.mark.parametrize(("language", "last"), [("en", r"^\d+ findings: 174 statements, \d+ spans; 0 of 1 sentences"), ("zh", r"^发现\d+处问题：174条陈述")])
def test_another_text_leaves_no_statement_standing(language: str, last: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.txt"
    path.write_text("This is another text of 3 words.", encoding="utf-8")

    assert main(["audit", "--review", str(path), "--lang", language]) == 1
    lines = capsys.readouterr().out.splitlines()
    named = {name for line in lines for name in re.findall(r"R\d[\d.]*-\d\d", line)}
    assert len(named) == 174
    assert re.match(last, lines[-1])


@pytest.mark.skipif(not REAL, reason="the text of the review does not come with the project; PHNEN_BOT_REVIEW may name it")
def test_the_review_itself_passes_and_a_copy_with_one_digit_changed_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(REAL).read_text(encoding="utf-8")
    path = tmp_path / "copy.txt"
    path.write_text(text.replace("3972", "3792"), encoding="utf-8")

    assert main(["audit", "--review", REAL, "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Everything holds")
    assert main(["audit", "--review", str(path), "--lang", "en"]) == 1
    assert capsys.readouterr().out.startswith("R3.2-10: ")
