"""`diff` says what a change does, in both languages and as data, and what it cannot compare."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.channels.commandline import diff, versions
from bot.channels.commandline.columns import side_by_side
from bot.channels.commandline.diff import Screens, screens
from bot.channels.commandline.versions import VersionBroken, VersionUnknown, version
from bot.render.renderer import TEMPLATES
from flows.knowledge.loader import ROOT

Change = Callable[[str, str, str], Path]
LOCAL, GRADING = "rules/treatment_local.yaml", "rules/grading.yaml"
GIT = shutil.which("git")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path / "knowledge"))


@pytest.fixture
def change(copy: Path) -> Change:
    def changed(file: str, old: str, new: str) -> Path:
        replaced(copy / file, old, new)
        return copy

    return changed


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def no_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the screens out, which take most of the time."""
    monkeypatch.setattr(diff, "screens", lambda *_: Screens({}, 0, (), {}))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of its own under git, with one commit."""
    home = tmp_path / "project"
    shutil.copytree(ROOT, home / versions.DATA)
    shutil.copytree(TEMPLATES, home / "templates")
    git(home, "init", "--quiet")
    commit(home)
    return home


def commit(home: Path) -> None:
    git(home, "add", ".")
    git(home, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "state")


def git(home: Path, *words: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run([GIT or "git", "-C", str(home), *words], check=True, env=plain)


class TestText:
    def test_of_an_equal_copy_it_says_that_nothing_differs(self, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["diff", str(ROOT), str(copy), "--lang", "zh"]) == 0
        assert "毫无差别" in capsys.readouterr().out

    @pytest.mark.usefixtures("no_screens")
    def test_a_moved_cut_off_is_told_in_both_languages_with_the_same_ids(self, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
        folder = change(LOCAL, 'when: "largest_cm >= 5"', 'when: "largest_cm > 5"')
        told = {}
        for language in ("en", "zh"):
            assert main(["diff", str(ROOT), str(folder), "--lang", language]) == 1
            told[language] = capsys.readouterr().out

        assert "Largest diameter ≥ 5 cm → “not suitable”" in told["en"]
        assert "Largest diameter > 5 cm → “not suitable”" in told["en"]
        assert "最大直径 > 5 cm → “不适合”" in told["zh"]
        assert "Largest diameter: 5 cm" in told["en"]
        assert "最大直径：5 cm" in told["zh"]
        for text in told.values():
            assert all(name in text for name in ("rfa.size", "V8.V8c", "V12"))

    @pytest.mark.usefixtures("no_screens")
    def test_a_question_that_went_is_still_called_by_its_name(self, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
        folder = change("rules/outlook.yaml", "done extrahepatic_primary_resected", "done age_years")
        path = folder / "questions" / "treatment_context.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text[: text.index("- id: I8")], encoding="utf-8")

        assert main(["diff", str(ROOT), str(folder), "--lang", "en"]) == 1
        told = capsys.readouterr().out
        assert "was: Primary resected: recorded" in told
        assert "question I8: removed" in told
        assert "title.en: Primary resected → –" in told
        assert "原发灶" not in told

    def test_a_changed_word_shows_the_screens_that_say_it_together(self, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
        folder = change("statements/diagnosis.yaml", "it makes up only", "it makes up merely")

        assert main(["diff", str(ROOT), str(folder), "--lang", "en"]) == 0
        told = capsys.readouterr().out
        assert "statement R0-02: changed" in told
        assert "source R0-02 (en)" in told
        assert "report V1 background and 13 more (en)" in told
        assert "Model cases with other conclusions" not in told

    def test_a_word_without_a_wording_is_said_to_be_missing(self, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
        folder = change(LOCAL, "reasons: [unresectable]", "reasons: [beyond_the_knife]")

        assert main(["diff", str(ROOT), str(folder), "--lang", "en"]) == 1
        told = capsys.readouterr().out
        assert "Wordings are missing for" in told
        assert "has no attribute 'beyond_the_knife'" in told
        assert "resection: not suitable, with another reason" in told


@pytest.mark.usefixtures("no_screens")
def test_as_data_it_names_regions_patients_and_screens(change: Change, capsys: pytest.CaptureFixture[str]) -> None:
    folder = change(GRADING, '"ki67_percent >= 3 and ki67_percent <= 20"', '"ki67_percent >= 3 and ki67_percent < 20"')

    assert main(["diff", str(ROOT), str(folder), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["conclusions_change"] is True
    (rule,) = told["rules"]
    assert (rule["id"], rule["old"]["when"], rule["new"]["when"]) == (
        "ki67_grades.G2",
        "ki67_percent >= 3 and ki67_percent <= 20",
        "ki67_percent >= 3 and ki67_percent < 20",
    )
    grade = next(each for each in told["regions"] if each["fact"] == "classification.ki67_grade")
    lost = next(each for each in grade["differences"] if each["new"]["value"] == [])
    (place,) = lost["places"]
    assert (place["where"]["ki67_percent"][0], place["patient"]) == ("[20, 20]", {"ki67_percent": "20"})
    assert {case["id"] for case in told["model_cases"]["changed"]} == {"V2.V2b", "V2.V2d"}
    assert told["screens"]["lacking"] == []


class TestRefused:
    @pytest.mark.parametrize(("language", "says"), [("en", "no git revision of this project"), ("zh", "同名版本")])
    def test_a_name_of_nothing_is_named(self, language: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        name = str(tmp_path / "nowhere")

        assert main(["diff", str(ROOT), name, "--lang", language]) == 2
        shown = capsys.readouterr()
        assert shown.err.startswith(name)
        assert says in shown.err or "git" in shown.err
        assert not shown.out

    def test_a_revision_that_looks_like_an_option_is_never_handed_to_git(self) -> None:
        with pytest.raises(VersionUnknown), version("--output=/tmp/x"):
            pass

    def test_a_version_with_faults_is_named_with_all_of_them(self, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
        folder = change(GRADING, "index_grades has only (G3) and differentiation = poor", "index_grade has only (G3) and differentiated = poor")

        assert main(["diff", str(ROOT), str(folder), "--lang", "en"]) == 2
        first, second, last = capsys.readouterr().err.splitlines()
        assert first.startswith("rules/grading.yaml:")
        assert "'index_grade' is unknown" in first
        assert "'differentiated' is unknown" in second
        assert last.startswith(f"{folder} cannot be compared: it has 2 faults")

    def test_a_file_that_is_no_yaml_is_one_fault_and_not_one_for_every_name_in_it(self, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
        folder = change(GRADING, "  shape: bands", "  shape: [bands")

        assert main(["diff", str(folder), str(ROOT), "--lang", "zh"]) == 2
        fault, last = capsys.readouterr().err.splitlines()
        assert fault.startswith("rules/grading.yaml:")
        assert last.startswith(f"{folder}无法比较：有1处错误")

    @pytest.mark.parametrize(("file", "text"), [("statements/diagnosis.yaml", "- id: [\n"), ("reviews.yaml", "- {ids: 3\n"), ("vignettes.yaml", "- id: [\n")])
    def test_faults_of_what_is_read_late_are_found_before_anything_is_printed(self, file: str, text: str, copy: Path) -> None:
        (copy / file).write_text(text, encoding="utf-8")

        with pytest.raises(VersionBroken) as caught, version(str(copy)):
            pass
        assert caught.value.faults

    @pytest.mark.parametrize(("language", "says"), [("en", "install git"), ("zh", "安装git")])
    def test_without_git_it_says_so(self, language: str, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("PATH", "")

        assert main(["diff", "HEAD~1", "HEAD", "--lang", language]) == 2
        assert says in capsys.readouterr().err

    @pytest.mark.skipif(not GIT, reason="git is not here")
    def test_outside_a_repository_it_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

        with pytest.raises(VersionUnknown) as caught, version("HEAD", tmp_path):
            pass
        assert caught.value.why == "git"


@pytest.mark.skipif(not GIT, reason="git is not here")
class TestRevisions:
    def test_a_revision_is_read_as_it_was_committed(self, project: Path) -> None:
        replaced(project / versions.DATA / LOCAL, 'when: "largest_cm >= 5"', 'when: "largest_cm >= 6"')
        replaced(project / "templates" / "zh" / "words.j2", "同意并开始", "我同意")
        commit(project)

        with version("HEAD~1", project) as before, version("HEAD", project) as after, version(str(project)) as now:
            sizes = [one.knowledge.base.facts["treatment.rfa"].rows for one in (before, after, now)]
            assert sizes[0] != sizes[1] == sizes[2]
            changed = screens(before, after).changed
        assert ("start", "zh") in changed
        assert any("[✅ 我同意]" in line for line in changed["start", "zh"])
        assert not [name for name in changed if name[0].startswith(("source", "question"))]

    def test_a_revision_that_is_not_there_is_told_from_a_missing_git(self, project: Path) -> None:
        with pytest.raises(VersionUnknown) as caught, version("no-such-branch", project):
            pass
        assert (caught.value.name, caught.value.why) == ("no-such-branch", "revision")

    def test_templates_that_do_not_fit_this_program_give_way_to_the_present_ones(self, project: Path, copy: Path) -> None:
        replaced(project / "templates" / "zh" / "words.j2", '"begin": "', '"started": "')

        with version(str(copy)) as before, version(str(project)) as after:
            found = screens(before, after)
        assert found.present == (str(project),)
        assert not found.changed


def test_texts_stand_side_by_side_in_columns_that_count_chinese_as_wide() -> None:
    lines = list(side_by_side(["肝脏神经内分泌肿瘤", "short words in a row"], 8))

    assert lines[0] == "肝脏神经  │ short"
    assert [line.split("│")[0].strip() for line in lines if line.split("│")[0].strip()] == ["肝脏神经", "内分泌肿", "瘤"]
    assert list(side_by_side([])) == []
