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
