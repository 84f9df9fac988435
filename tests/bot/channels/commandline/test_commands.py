"""The real program: `assess` starts light, `check` passes on the project, `graph` draws, help speaks both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.channels.commandline import check
from flows.dialog.stages import CANCELLED, STAGES
from flows.knowledge.model import Fault, Place

HOME = Path(__file__).resolve().parents[4]
CASE = "case: 病例\nki67_percent: 2\npathology_diagnosis: nen\n"
COMMANDS = ("chat", "telegram", "assess", "check", "graph")


def program(*words: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=given,
        capture_output=True,
        cwd=HOME,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=60,
        check=False,
    )


def test_assess_reads_the_standard_input_of_a_real_process() -> None:
    done = program("assess", "-", "--format", "jsonl", given=f"{CASE}---\nki67_percent: 300\n".encode())

    assert done.returncode == 2
    first, second = (json.loads(line) for line in done.stdout.decode().splitlines())
    assert (first["case"], second["error"][0]["id"]) == ("病例", "ki67_percent")
    assert done.stderr.decode().startswith("ki67_percent: ")


def test_assess_loads_neither_telegram_nor_a_database_nor_templates(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    script = "import sys; from bot.__main__ import main; code = main(sys.argv[1:]); print(*sys.modules, file=sys.stderr); sys.exit(code)"
    done = subprocess.run(
        [sys.executable, "-c", script, "assess", str(path)], capture_output=True, text=True, cwd=HOME, check=True, timeout=60
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}

    assert json.loads(done.stdout)["diagnosis"]["id"] == "nen_origin_unsettled"
    assert not loaded & {"telegram", "sqlalchemy", "aiohttp", "alembic", "jinja2", "rich", "prompt_toolkit", "pydantic"}


def test_a_pipe_that_closes_early_ends_the_program_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "assess", "-", "--format", "jsonl"], stdin=-1, stdout=-1, stderr=-1, cwd=HOME
    ) as process:
        assert process.stdout
        process.stdout.close()
        _, err = process.communicate("---\n".join([CASE] * 400).encode(), timeout=60)

    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("locale", "words"), [("zh_CN.UTF-8", "无法读取"), ("en_GB.UTF-8", "cannot be read"), ("de_DE.UTF-8", "cannot be read")]
)
def test_the_locale_chooses_the_language_where_nothing_else_does(
    locale: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", locale)

    assert main(["assess", "/no/such/file"]) == 1
    assert words in capsys.readouterr().err


class TestCheck:
    def test_the_project_passes(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--lang", "en"]) == 0
        assert "All checks passed: 55 questions" in capsys.readouterr().out

    def test_passing_is_said_in_chinese_too(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(check, "everything", lambda *_: [])

        assert main(["check", "--lang", "zh"]) == 0
        assert "全部检查通过" in capsys.readouterr().out

    @pytest.mark.parametrize(("language", "words"), [("en", "2 faults found"), ("zh", "发现2处错误")])
    def test_every_fault_is_a_line_with_the_path_from_the_project(
        self, language: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        faults = [
            Fault(Place("rules/grading.yaml", 7), "something is wrong", "Mend it"),
            Fault(Place("templates/zh/words.j2", 3), "a word is missing", "Add it"),
        ]
        monkeypatch.setattr(check, "everything", lambda *_: faults)

        assert main(["check", "--lang", language]) == 1
        first, second, summary = capsys.readouterr().out.splitlines()
        assert first == "flows/knowledge/rules/grading.yaml:7: something is wrong. Mend it"
        assert second == "templates/zh/words.j2:3: a word is missing. Add it"
        assert words in summary


class TestGraph:
    def test_the_diagram_is_mermaid_with_every_state(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["graph"]) == 0
        text = capsys.readouterr().out

        assert "stateDiagram-v2" in text
        assert all(state in text for state in (*STAGES, CANCELLED))

    @pytest.mark.parametrize(("name", "begins"), [("states.svg", b"<svg"), ("states.png", b"\x89PNG")])
    def test_a_picture_is_written_where_it_is_asked_for(
        self, name: str, begins: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / name

        assert main(["graph", "--out", str(path), "--lang", "en"]) == 0
        assert begins in path.read_bytes()[:200]
        assert capsys.readouterr() == ("", f"Written: {path}\n")

    @pytest.mark.parametrize(("language", "words"), [("en", ".svg or .png"), ("zh", ".svg")])
    def test_another_kind_of_picture_is_refused(
        self, language: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["graph", "--out", str(tmp_path / "states.pdf"), "--lang", language]) == 2
        assert words in capsys.readouterr().err

    def test_a_folder_that_is_not_there_is_a_failure_and_no_traceback(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["graph", "--out", str(tmp_path / "none" / "states.svg"), "--lang", "en"]) == 1
        assert "states.svg" in capsys.readouterr().err


class TestHelp:
    @pytest.mark.parametrize(("language", "example"), [("en", "Example: "), ("zh", "phnen-bot ")])
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_explains_itself_with_an_example(
        self, command: str, language: str, example: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as caught:
            main([command, "--help", "--lang", language])
        text = capsys.readouterr().out

        assert caught.value.code == 0
        assert f"{command}" in text
        assert example in text
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text) is (language == "zh")

    @pytest.mark.parametrize("words", [["--help"], *([command, "--help"] for command in (*COMMANDS, "db", "prove"))])
    def test_nothing_of_the_help_is_in_the_other_language(self, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        told = {}
        for language in ("en", "zh"):
            with pytest.raises(SystemExit):
                main([*words, "--lang", language])
            told[language] = capsys.readouterr().out

        assert not any(english in told["zh"] for english in ("usage", "arguments", "options", "shows this help", "show this help"))
        assert all(chinese in told["zh"] for chinese in ("用法：", "选项", "显示本帮助"))
        assert all(english in told["en"] for english in ("usage: ", "options", "shows this help"))

    @pytest.mark.parametrize(
        ("words", "en", "zh"),
        [
            (["assess"], "phnen-bot assess: error: missing: FILE", "phnen-bot assess：有误：缺少：FILE"),
            (["check", "--fast"], "phnen-bot: error: there is no argument --fast", "phnen-bot：有误：没有这样的参数：--fast"),
            (["assess", "x", "--format", "xml"], "--format: there is no 'xml'; choose from", "--format：没有 'xml'；可选："),
            (["telegram", "--workers", "two"], "--workers: 'two' is no whole number", "--workers：'two' 不是整数"),
            (["telegram", "--workers"], "--workers: a value has to follow", "--workers：后面须有一个值"),
        ],
    )
    def test_a_command_line_that_is_wrong_is_answered_in_the_language(
        self, words: list[str], en: str, zh: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for language, told in (("en", en), ("zh", zh)):
            with pytest.raises(SystemExit) as caught:
                main([words[0], "--lang", language, *words[1:]])
            assert caught.value.code == 2
            assert told in capsys.readouterr().err


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "en", "zh"),
        [
            ("TOKNE", "there is no such setting; did you mean PHNEN_BOT_TOKEN?", "没有这一设置，是否指 PHNEN_BOT_TOKEN？"),
            ("DATA_KEY", "accepted: a key made by phnen-bot db newkey", "请用 phnen-bot db newkey 生成密钥"),
            ("LISTEN", "'8080' cannot be used; accepted: host:port", "'8080'不可用；可填：host:port"),
        ],
    )
    def test_what_is_wrong_with_a_setting_is_said_in_both_languages(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, en: str, zh: str
    ) -> None:
        monkeypatch.setenv(f"PHNEN_BOT_{name}", "8080")
        for language, told in (("en", en), ("zh", zh)):
            assert main(["telegram", "--lang", language]) == 2
            line = capsys.readouterr().err
            assert line.startswith(f"PHNEN_BOT_{name}")
            assert told in line
            assert ("8080" in line) is (name == "LISTEN")

    @pytest.mark.parametrize(
        ("locale", "given", "begins"),
        [("C", "zh", "引导式"), ("de_DE.UTF-8", "zh", "引导式"), ("en_GB.UTF-8", "zh", "a guided"), ("zh_CN.UTF-8", "en", "引导式"), ("C", "", "a guided")],
    )
    def test_a_consultation_is_in_the_language_of_the_system_or_else_in_the_one_that_is_set(
        self, locale: str, given: str, begins: str, tmp_path: Path
    ) -> None:
        done = program("chat", LC_ALL=locale, PHNEN_BOT_LANG=given, PHNEN_BOT_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/kept.db")

        assert done.returncode == 0
        assert begins in done.stdout.decode()
