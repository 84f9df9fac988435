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
    ("statements/treatment_systemic.yaml", "flags: [borrowed]", "flags: []", "marked 'flag borrowed'"),
    ("statements/treatment_systemic.yaml", "axitinib acts", "sunitinib acts", "text 'R4.5.2-05 en'"),
    ("statements/treatment_systemic.yaml", "versus octreotide, response", "versus lanreotide, response", "text 'R4.4-03 en'"),
    ("statements/treatment_systemic.yaml", "refs: [44]", "refs: [45]", "marked 'ref 44'"),
    ("statements/treatment_systemic.yaml", "role: indication", "role: outcome", "marked 'role indication'"),
    ("later/classification_markers.yaml", "year: 2019", "year: 2018", "marked 'year 2019'"),
    ("later/classification_markers.yaml", "DDDT.S76732", "DDDT.S76733", "printed 'U2'"),
    ("later/treatment.yaml", "read: [secondary]", "read: [table]", "printed 'U20a'"),
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
    ("questions/pathology.yaml", 'zh: "高分化"', 'zh: "低分化"', "the zh wording of 'well' in differentiation options is not '高分化'"),
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


@pytest.mark.parametrize(("old", "new", "told"), [
    ("- group: book.how", "- group: book.hwo", "words are kept of 'book.hwo', and there is no such group"),
    ("- group: book.how\n", "- group: book.how\n  fr: {}\n", "'fr'"),
])
def test_what_is_wrong_with_the_kept_words_of_the_templates_stands_in_their_file(templates: Path, old: str, new: str, told: str) -> None:
    path = templates / kept.FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [str(fault) for fault in parity.audit(templates)]
    assert any(told in fault and fault.startswith("templates/kept.yaml:") for fault in found), found


def test_a_word_that_a_macro_chooses_in_one_language_alone_is_named(templates: Path) -> None:
    path = templates / "zh" / "commandline.j2"
    path.write_text(path.read_text(encoding="utf-8").replace('  "lines": "text供阅读，jsonl为每行一个JSON对象",\n', "", 1), encoding="utf-8")
    assert [fault.what for fault in parity.audit(templates)] == ["'option' does not choose by the same words in en and zh: lines"]


def kept_apart(folder: Path, kept_words: str, **texts: str) -> list[str]:
    """What is said of one group of wordings, the same in both languages."""
    (folder / kept.FILE).write_text(f"- {{group: signs, en: {kept_words}, zh: {kept_words}}}\n", encoding="utf-8")
    wordings = {name: kept.Wording(text, Place("signs.yaml", 7)) for name, text in texts.items()}
    reader = Reader(folder)
    found = [fault for fault in kept.audit(reader, {"signs": {"en": wordings, "zh": wordings}}) if " zh " not in fault.what]
    return [str(fault) for fault in (*reader.faults, *found)]


def test_words_that_do_not_tell_two_wordings_apart_are_named(tmp_path: Path) -> None:
    assert kept_apart(tmp_path, "{a: tumour, b: level}", a="tumour level", b="level of the tumour") == [
        "signs.yaml:7: signs: the en words kept of 'a' and 'b' do not tell them apart. Keep other words of one of them in kept.yaml"
    ]
    assert kept_apart(tmp_path, "{a: tumour, b: of}", a="tumour level", b="level of the tumour") == []
    assert kept_apart(tmp_path, '{a: [level, "~raised"], b: [level, "~not raised"]}', a="raised level", b="level not raised") == []


def test_a_wording_of_which_nothing_is_kept_is_named_and_words_of_none(tmp_path: Path) -> None:
    first, second = kept_apart(tmp_path, "{a: tumour, c: level}", a="tumour", b="level")
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


@pytest.mark.parametrize(("words", "text", "told"), [
    ("level", "the level is not known", "says 'not' in place of ''"),  # a denial that slipped in
    ('[level, "~not"]', "the level is known", "says '' in place of 'not'"),
    ('[limit, "~above"]', "below the limit", "says 'below' in place of 'above'"),
    ('[limit, "~not above"]', "above the limit, not at it", "says 'above not' in place of 'not above'"),
    ("lesion", "unresectable lesion", "says 'unresectable' in place of ''"),
    ("上限", "未达上限", "says '未 上限' in place of ''"),
    ('[大小, "~上限"]', "大小下限", "says '下限' in place of '上限'"),
    ('[标志物, "~阳性 且 高于"]', "标志物阳性且高于此值", ""),
    ("lesion", "under the unit until unless it", "does not hold 'lesion'"),
    ("unit", "a unit", ""),
])
def test_what_turned_into_its_opposite_is_named(tmp_path: Path, words: str, text: str, told: str) -> None:
    language = "en" if text.isascii() else "zh"
    (tmp_path / kept.FILE).write_text(f"- {{group: signs, {language}: {{a: {words}}}}}\n", encoding="utf-8")
    wording = {"a": kept.Wording(text, Place("signs.yaml", 7))}
    found = [fault.what for fault in kept.audit(Reader(tmp_path), {"signs": {one: wording if one == language else {} for one in ("en", "zh")}})]
    assert found == ([f"the {language} wording of 'a' in signs {told}"] if told else [])


@pytest.mark.parametrize(("language", "old", "new", "told"), [
    ("zh", "热消融大小上限。", "热消融大小下限。", "'size_limit' in terms.reason says '下限' in place of '上限'"),
    ("zh", '"met": "符合", "unmet"', '"met": "不符合", "unmet"', "the zh wording of 'met' in terms.condition_state is not '符合'"),
    ("zh", '"met": "符合", "unmet"', '"met": "不符合", "unmet"', "terms.condition_state: 'met' and 'unmet' read alike in zh and not in every language"),
    ("en", '"met": "met", "unmet"', '"met": "not met", "unmet"', "terms.condition_state: 'met' and 'unmet' read alike in en and not in every language"),
    ("en", "The largest lesion reaches the", "The largest lesion no longer reaches the", "'size_limit' in terms.reason says"),
])
def test_a_wording_that_says_the_opposite_is_named(templates: Path, language: str, old: str, new: str, told: str) -> None:
    path = templates / language / "terms.j2"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [str(fault) for fault in parity.audit(templates)]
    assert any(told in fault and fault.startswith(f"templates/{language}/terms.j2:") for fault in found), found


def test_a_missing_file_of_kept_words_is_named_once(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    assert list(kept.audit(reader, {})) == []
    assert [str(fault) for fault in reader.faults] == ["kept.yaml:1: the file is missing. Put it back"]
