"""`check` on the templates: one thing broken at a time is found, with its file, its line, its name and a mend."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.channels.commandline.check import everything
from bot.render.audit import audit, cited
from bot.render.renderer import TEMPLATES
from flows.knowledge.loader import ROOT, load
from flows.knowledge.model import LANGUAGES, Fault

KNOWLEDGE = load()


@dataclass(frozen=True, slots=True)
class Break:
    """One thing broken: ``old`` becomes ``new`` in ``file``; the fault stands in ``there`` at that line (or line 1) and says ``says``."""

    name: str
    file: str
    old: str
    new: str
    says: tuple[str, ...]
    there: str = ""
    at: str = ""
    first_line: bool = False


BREAKS = [
    Break("a macro missing in Chinese", "zh/errors.j2", "{% macro token_missing()", "{% macro token_gone()", ("'token_missing' is missing", "templates/en/errors.j2:"), first_line=True),
    Break("a macro missing in English", "en/errors.j2", "{% macro token_missing()", "{% macro token_gone()", ("'token_missing' is missing", "templates/zh/errors.j2:"), first_line=True),
    Break("a parameter with another name", "zh/errors.j2", "macro no_connection(url) -%}\n无法连接 {{ url }}", "macro no_connection(uri) -%}\n无法连接 {{ uri }}", ("'no_connection' takes (uri) here and (url) in en",)),
    Break("a variable that is not used in Chinese", "zh/errors.j2", "无法连接 {{ url }}；", "无法连接；", ("'no_connection'", "url"), at="{% macro no_connection"),
    Break("an undeclared variable in a macro", "zh/errors.j2", "无法连接 {{ url }}", "无法连接 {{ url }}{{ adress }}", ("'adress' is not declared", "parameters")),
    Break("an undeclared variable outside the macros", "en/words.j2", '{% set colon = ": " %}', "{% set colon = collon %}", ("'collon' is not declared",)),
    Break("a wording missing in Chinese", "zh/words.j2", '  "privacy": ', '  "privcy": ', ("'button.privacy' is missing", "templates/en/words.j2:"), at="{% set button"),
    Break("a wording missing in English", "en/words.j2", '  "privacy": ', '  "privcy": ', ("'button.privacy' is missing", "templates/zh/words.j2:"), at="{% set button"),
    Break("a syntax error", "zh/errors.j2", "{% macro token_missing() -%}", "{% macro token_missing( -%}", ("cannot be read", "Mend the syntax")),
    Break("an unknown filter", "en/errors.j2", "{{ name }}{{ words.colon }}the file", "{{ name | shout }}{{ words.colon }}the file", ("cannot be read", "shout")),
    Break("a part of another template that is not there", "en/errors.j2", "{{ name }}{{ words.colon }}the file", "{{ name }}{{ words.collon }}the file", ("'words.collon' is not in words.j2",)),
    Break("a template imported that is not there", "en/errors.j2", '{% import "words.j2" as words %}', '{% import "wrods.j2" as words %}', ("'wrods.j2'",), at="{{ words.refusal[why] }}"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few of the templates, which need no others: enough to break, and quick to check."""
    copied = tmp_path / "templates"
    for language in LANGUAGES:
        (copied / language).mkdir(parents=True)
        for name in ("errors.j2", "words.j2", "terms.j2", "sources.j2"):
            shutil.copy(TEMPLATES / language / name, copied / language / name)
    return copied


def broken(folder: Path, file: str, old: str, new: str, at: str = "") -> int:
    """Breaks one thing, and gives the line of ``at`` (or of what is new)."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}: choose another thing to break"
    after = text.replace(old, new, 1)
    path.write_text(after, encoding="utf-8")
    return after.count("\n", 0, after.index(at) if at else text.index(old)) + 1


def shown(faults: list[Fault]) -> str:
    return "\n".join(map(str, faults))


def test_the_templates_themselves_have_no_fault(folder: Path) -> None:
    assert audit(KNOWLEDGE) == []
    assert audit(KNOWLEDGE, folder) == []


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.name)
def test_what_is_broken_is_found_where_it_is(case: Break, folder: Path) -> None:
    line = broken(folder, case.file, case.old, case.new, case.at)
    faults = audit(KNOWLEDGE, folder)
    found = [fault for fault in faults if all(part in str(fault) for part in case.says)]

    assert found, shown(faults)
    assert (1 if case.first_line else line) in {fault.place.line for fault in found}, shown(found)
    assert {fault.place.file for fault in found} == {f"templates/{case.file}"}
    assert all(fault.mend for fault in found)


def test_every_id_of_the_rules_without_a_wording_is_found_in_both_languages(folder: Path) -> None:
    keys = ("type_presumed", "size_limit", "not_suitable", "grade_discordant", "jaundice", "organ_function", "phnen_provisional")
    for language in ("en", "zh"):
        path, text = folder / language / "terms.j2", (folder / language / "terms.j2").read_text(encoding="utf-8")
        for key in keys:
            text = text.replace(f'"{key}":', f'"{key}_gone":')
        path.write_text(text, encoding="utf-8")
    faults = [str(fault) for fault in audit(KNOWLEDGE, folder)]

    for language in ("en", "zh"):
        for key in keys:
            says = f"has no wording for '{key}'. Add it in both languages"
            assert any(f"templates/{language}/terms.j2:" in fault and says in fault for fault in faults), (language, key)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_missing_in_one_language_is_found(language: str, folder: Path) -> None:
    (folder / language / "sources.j2").unlink()
    other = "zh" if language == "en" else "en"

    assert f"templates/{language}/sources.j2:1: the file is missing in this language. Write it as in templates/{other}/sources.j2" in shown(
        audit(KNOWLEDGE, folder)
    )


def test_a_template_that_cannot_be_read_is_not_called_missing(folder: Path) -> None:
    broken(folder, "zh/errors.j2", "{% macro token_missing() -%}", "{% macro token_missing( -%}")

    assert len(audit(KNOWLEDGE, folder)) == 1


def test_a_source_that_does_not_exist_is_found_in_a_template(folder: Path) -> None:
    line = broken(folder, "zh/errors.j2", "{% macro token_missing() -%}", '{% macro token_missing() -%}\n{{ cite(["R9-99"]) }}') + 1

    assert f"templates/zh/errors.j2:{line}: the text cites 'R9-99', which does not exist. Cite an id that exists" in shown(
        everything(ROOT, folder)
    )


def test_a_source_cited_by_a_template_counts_as_used(folder: Path) -> None:
    broken(folder, "en/errors.j2", "{% macro token_missing() -%}", '{% macro token_missing() -%}\n{{ cite(["R0-01"]) }}')

    assert cited(folder)["R0-01"].file == "templates/en/errors.j2"


def test_all_faults_of_knowledge_and_templates_come_at_once(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    broken(root, "rules/grading.yaml", '"pathology_diagnosis = other_tumour"', '"pathology = other_tumour"')
    broken(root, "questions/context.yaml", 'zh: "患者年龄（岁）？"}', 'zh: ""}')
    broken(folder, "zh/errors.j2", "{% macro token_missing()", "{% macro token_gone()")
    broken(folder, "zh/words.j2", '  "privacy": ', '  "privcy": ')
    broken(folder, "en/errors.j2", "{{ name }}{{ words.colon }}the file", "{{ name }}{{ words.collon }}the file")
    broken(folder, "zh/terms.j2", "{% set fact = {", "{% set fact = ")
    text = shown(everything(root, folder))

    for part in (
        "'pathology' is unknown",
        "zh wording of 'ask'",
        "'token_missing' is missing",
        "'button.privacy'",
        "'words.collon'",
        "zh/terms.j2",
    ):
        assert part in text, part
