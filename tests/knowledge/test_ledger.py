"""The second book, and wordings of options: what is changed in one place alone is named with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.render import parity
from bot.render.renderer import TEMPLATES
from flows.knowledge import audit, kept
from flows.knowledge.loader import ROOT
from flows.knowledge.model import Place
from flows.knowledge.reader import Reader


def faults(folder: Path, file: str, old: str, new: str) -> list[str]:
    """What `check` says of the knowledge with ``old`` changed to ``new`` once."""
    root = folder / "knowledge"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(fault) for fault in audit.audit(root)[1]]


@pytest.mark.parametrize(("file", "old", "new", "told"), [
    ("rules/extent.yaml", "cite: [R4.1.2-01, A16]", "cite: [R4.1.2-01]", "source 'A16'"),
    ("rules/extent.yaml", "cite: [R4.1.2-01, A16]", "cite: [R4.1.2-02, A16]", "source 'R4.1.2-02'"),
    ("rules/extent.yaml", "layer: borrowed", "layer: review", "layer 'borrowed'"),
    ("rules/checks.yaml", "parts: [mitoses, ki67_percent]", "parts: [mitoses]", "parts 'contradictions.grade_discordant'"),
    ("rules/treatment_systemic.yaml", "gather: [not_suitable]", "gather: []", "gathered 'treatment.platinum_etoposide'"),
    ("statements/diagnosis.yaml", "0.3–4.0% of all", "0.3–4.1% of all", "text 'R0-02 en'"),
    ("statements/diagnosis.yaml", "In most PHNENs", "In PHNENs", "text 'R0-03 en'"),
    ("questions/context.yaml", "limits: [0, 120]", "limits: [0, 12]", "answer 'age_years'"),
])
def test_what_differs_between_the_books_is_named(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    found = faults(tmp_path, file, old, new)
    assert any(told in fault and "Read the source again" in fault for fault in found), found


def exchanged(path: Path, one: str, other: str) -> None:
    """Lets two wordings of a file change places."""
    text = path.read_text(encoding="utf-8")
    assert text.count(one) == 1 == text.count(other)
    path.write_text(text.replace(one, "\0").replace(other, one).replace("\0", other), encoding="utf-8")


@pytest.mark.parametrize(("file", "one", "other", "told"), [
    ("questions/pathology.yaml", 'zh: "高分化"', 'zh: "低分化"', "the zh wording of 'well' in differentiation options does not hold"),
    ("settlements.yaml", "病例来源与定义不同：两个数字都引用，不作调和。", "可切除者占85%，而初诊时50%已有转移，两个数字不易相容。", "the zh wording of 'A15.problem' in settlement"),
])
def test_wordings_of_the_knowledge_that_changed_places_are_named(tmp_path: Path, file: str, one: str, other: str, told: str) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    exchanged(root / file, one, other)
    found = [str(fault) for fault in audit.audit(root)[1]]
    assert any(told in fault and fault.startswith(file) for fault in found), found


@pytest.mark.parametrize(("file", "old", "new", "told"), [("pieces.j2", "</i>", "", "</i >"), ("report.j2", "{% macro summary(c, answers, left) %}", "{% macro summary(c, answers, left) %} 3 %", "% 3")])
def test_signs_that_stand_in_one_language_alone_are_named(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    path = tmp_path / "templates" / "zh" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (found,) = parity.audit(tmp_path / "templates")
    assert found.what.endswith(told)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    return tmp_path / "templates"


@pytest.mark.parametrize(("one", "other", "told"), [
    ("supports a functional tumour.", "it does not confirm a hormone syndrome.", "the en wording of 'within_limit' in terms.hormone_text does not hold"),
    ('"not interpretable alone"', '"no statement"', "the en wording of 'not_interpretable' in terms.reading does not hold"),
])
def test_wordings_of_the_templates_that_changed_places_are_named(templates: Path, one: str, other: str, told: str) -> None:
    exchanged(templates / "en" / "terms.j2", one, other)
    found = [str(fault) for fault in parity.audit(templates)]
    assert any(told in fault and fault.startswith("templates/en/terms.j2:") for fault in found), found


def test_a_denial_lost_in_both_languages_is_named(templates: Path) -> None:
    for language, old, new in (("en", "it does not confirm a hormone syndrome", "it confirms a hormone syndrome"), ("zh", "不能证实", "能证实")):
        path = templates / language / "terms.j2"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert {fault.place.file for fault in parity.audit(templates)} == {"templates/en/terms.j2", "templates/zh/terms.j2"}


def test_a_word_that_a_macro_chooses_in_one_language_alone_is_named(templates: Path) -> None:
    path = templates / "zh" / "conditions.j2"
    path.write_text(path.read_text(encoding="utf-8").replace('"inexact": "并非确切数值", ', "", 1), encoding="utf-8")
    assert [fault.what for fault in parity.audit(templates)] == ["'given' does not choose by the same words in en and zh: inexact"]


def kept_apart(folder: Path, kept_words: str, **texts: str) -> list[str]:
    """What is said of one group of wordings, the same in both languages."""
    (folder / kept.FILE).write_text(f"- {{group: signs, en: {kept_words}, zh: {kept_words}}}\n", encoding="utf-8")
    wordings = {name: kept.Wording(text, Place("signs.yaml", 7)) for name, text in texts.items()}
    reader = Reader(folder)
    found = [fault for fault in kept.audit(reader, {"signs": {"en": wordings, "zh": wordings}}) if " zh " not in fault.what]
    return [str(fault) for fault in (*reader.faults, *found)]


def test_words_that_do_not_tell_two_wordings_apart_are_named(tmp_path: Path) -> None:
    assert kept_apart(tmp_path, "{a: raised, b: level}", a="raised level", b="level not raised") == [
        "signs.yaml:7: signs: the en words kept of 'a' and 'b' do not tell them apart. Keep other words of one of them in kept.yaml"
    ]
    assert kept_apart(tmp_path, "{a: raised, b: not}", a="raised level", b="level not raised") == []


def test_a_wording_of_which_nothing_is_kept_is_named_and_words_of_none(tmp_path: Path) -> None:
    first, second = kept_apart(tmp_path, "{a: raised, c: level}", a="raised", b="level")
    assert "words are kept of 'c' in signs, which has no wording" in first
    assert "no en words are kept of 'b' in signs" in second


def test_a_wording_that_is_kept_whole_is_this_and_nothing_more(tmp_path: Path) -> None:
    assert kept_apart(tmp_path, '{a: "=met", b: "=not met"}', a="met", b="not met") == []
    assert kept_apart(tmp_path, '{a: "=met", b: "=not met"}', a="not met", b="not met at all") == [
        "signs.yaml:7: the en wording of 'a' in signs is not 'met'. Read it again, then mend the wording, or the words in kept.yaml",
        "signs.yaml:7: the en wording of 'b' in signs is not 'not met'. Read it again, then mend the wording, or the words in kept.yaml",
    ]


@pytest.mark.parametrize(("en", "zh", "faults"), [
    ({"met": "met", "unmet": "not met"}, {"met": "不符合", "unmet": "不符合"}, ["zh"]),
    ({"met": "not met", "unmet": "not met"}, {"met": "符合", "unmet": "不符合"}, ["en"]),
    ({"met": "not met", "unmet": "not met"}, {"met": "不符合", "unmet": "不符合"}, []),
])
def test_two_that_read_alike_in_one_language_alone_are_named(tmp_path: Path, en: dict[str, str], zh: dict[str, str], faults: list[str]) -> None:
    (tmp_path / kept.FILE).write_text("- {group: signs, en: {met: met, unmet: met}, zh: {met: 符合, unmet: 符合}}\n", encoding="utf-8")
    said = {language: {name: kept.Wording(text, Place(f"{language}.yaml", 1)) for name, text in texts.items()} for language, texts in (("en", en), ("zh", zh))}
    found = [fault for fault in kept.audit(Reader(tmp_path), {"signs": said}) if "read alike" in fault.what]
    assert [fault.place.file for fault in found] == [f"{language}.yaml" for language in faults]
    assert all("'met' and 'unmet' read alike in" in fault.what for fault in found)


def test_a_missing_file_of_kept_words_is_named_once(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    assert list(kept.audit(reader, {})) == []
    assert [str(fault) for fault in reader.faults] == ["kept.yaml:1: the file is missing. Put it back"]
