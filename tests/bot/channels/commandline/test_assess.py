"""`phnen-bot assess`: what it prints for whom, on which stream, and with which exit code."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.__main__ import main
from bot.channels.commandline.assess import Format, Output, assess
from bot.render.renderer import TemplateRenderer
from flows.knowledge.loader import Knowledge, load
from flows.knowledge.model import LANGUAGES

GOOD = "case: first\nage_years: 46\nki67_percent: 2\nmitoses: 1\npathology_diagnosis: nen\ndifferentiation: well\n"
OTHER = "case: second\nknown_nen: yes_current\n"
BAD = "case: third\nki67_percent: 300\nage: 5\nafp: raised\n"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave back."""

    code: int
    out: str
    err: str

    def data(self) -> Any:
        """The JSON on the output."""
        return json.loads(self.out)

    def lines(self) -> list[dict[str, Any]]:
        """The objects on the output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Desk:
    """Runs the program in this process on a file of that text."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def assess(self, text: str | bytes, *options: str, name: str = "case.yaml") -> Run:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.run("assess", str(path), *options)

    def run(self, *words: str) -> Run:
        code = main([*words, *(() if "--lang" in words else ("--lang", "en"))])
        captured = self.capsys.readouterr()
        return Run(code, captured.out, captured.err)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def renderer(knowledge: Knowledge) -> TemplateRenderer:
    return TemplateRenderer(knowledge, None)


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, renderer: TemplateRenderer
) -> Desk:
    """Reads knowledge and templates once for all runs; that a run reads them itself is seen in the tests of the real process."""
    monkeypatch.setattr(wiring, "load", lambda: knowledge)
    monkeypatch.setattr(wiring, "renderer", lambda _: renderer)
    return Desk(tmp_path, capsys)


class TestJson:
    def test_one_case_is_one_object(self, desk: Desk) -> None:
        run = desk.assess(GOOD)

        assert (run.code, run.err) == (0, "")
        assert run.data()["classification"]["grade"] == "G1"
        assert run.data()["case"] == "first"

    def test_several_cases_are_an_array_in_order(self, desk: Desk) -> None:
        run = desk.assess(f"{GOOD}---\n{OTHER}")

        assert run.code == 0
        assert [entry["case"] for entry in run.data()] == ["first", "second"]
        assert run.data()[1]["treatment_suppressed_because"] == "metastatic_nen"

    def test_a_case_without_a_name_has_no_such_key(self, desk: Desk) -> None:
        assert "case" not in desk.assess("ki67_percent: 2\n").data()

    def test_an_array_is_printed_all_the_same_where_a_case_is_refused(self, desk: Desk) -> None:
        run = desk.assess(f"{GOOD}---\n{BAD}---\n{OTHER}")

        assert run.code == 2
        first, refused, last = run.data()
        assert (first["diagnosis"]["id"], last["diagnosis"]["id"]) == ("nen_origin_unsettled", "metastatic_nen")
        assert [error["id"] for error in refused["error"]] == ["ki67_percent", "age", "afp"]
        assert refused["case"] == "third"

    def test_json_input_is_read_as_well(self, desk: Desk) -> None:
        run = desk.assess(json.dumps({"case": 7, "ki67_percent": "15–20%", "known_nen": False}, indent=1), name="case.json")

        assert (run.code, run.data()["case"]) == (0, 7)
        assert run.data()["classification"]["ki67_grade"] == "G2"

    def test_an_answer_of_every_kind_is_read(self, desk: Desk) -> None:
        text = "largest_cm: 49mm\nhormone_symptoms: flushing\nprior_treatment: none\nssa_allergy: no\nlesion_count: uncountable\nmitoses: ～3\n"

        assert desk.assess(text).code == 0


class TestLines:
    def test_every_case_is_one_line_in_order(self, desk: Desk) -> None:
        run = desk.assess(f"{GOOD}---\n{OTHER}---\n---\n# empty\n---\n{GOOD}", "--format", "jsonl")

        assert run.code == 0
        assert [line["case"] for line in run.lines()] == ["first", "second", "first"]

    def test_a_refused_case_is_its_line_and_the_others_still_run(self, desk: Desk) -> None:
        run = desk.assess(f"{GOOD}---\n{BAD}---\n{OTHER}", "--format", "jsonl")
        first, refused, last = run.lines()

        assert run.code == 2
        assert set(refused) == {"case", "error"}
        assert all(set(error) == {"id", "message"} for error in refused["error"])
        assert "error" not in first
        assert "error" not in last

    @pytest.mark.parametrize(
        "broken", ["a: [1, 2", "afp: normal\nafp: high", "- afp", "just words", '{"afp": "high", "afp": "mild"}', "a: \x07"]
    )
    def test_a_document_that_is_no_case_is_refused_without_an_id(self, broken: str, desk: Desk) -> None:
        run = desk.assess(f"{GOOD}---\n{broken}\n---\n{OTHER}", "--format", "jsonl")
        first, refused, last = run.lines()

        assert run.code == 2
        assert [error["id"] for error in refused["error"]] == [None]
        assert refused["error"][0]["message"]
        assert (first["case"], last["case"]) == ("first", "second")

    def test_every_fault_is_on_the_error_stream_by_id_with_its_case(self, desk: Desk) -> None:
        run = desk.assess(f"{BAD}---\nafp: [1\n", "--format", "jsonl")
        errors = run.err.splitlines()

        assert [error.partition(":")[0] for error in errors] == ["ki67_percent", "age", "afp", "the whole case"]
        assert all(error.endswith("(case third)") for error in errors[:3])

    def test_one_case_in_lines_is_one_line(self, desk: Desk) -> None:
        assert len(desk.assess(GOOD, "--format", "jsonl").out.splitlines()) == 1

    def test_chinese_is_printed_as_it_is_and_half_a_character_is_refused(self, desk: Desk) -> None:
        assert desk.assess("case: 病例一\nki67_percent: 2\n", "--format", "jsonl").lines()[0]["case"] == "病例一"
        assert desk.assess('{"case": "\\ud800x"}', "--format", "jsonl").lines()[0]["error"][0]["id"] == "case"

    def test_a_thousand_cases_come_back_as_a_thousand_lines(self, desk: Desk) -> None:
        run = desk.assess("---\n".join(f"case: {number}\nki67_percent: {number % 101}\n" for number in range(1000)), "--format", "jsonl")

        assert [line["case"] for line in run.lines()] == list(range(1000))

    def test_the_templates_are_loaded_once_however_many_cases_are_refused(self, knowledge: Knowledge) -> None:
        loaded = []

        def speak() -> TemplateRenderer:
            loaded.append(1)
            return TemplateRenderer(knowledge, None)

        out, err = io.StringIO(), io.StringIO()
        assess("---\n".join([BAD] * 300), "f", knowledge, Output(Format.JSONL, "en", speak, out, err))

        assert len(loaded) == 1
        assert len(err.getvalue().splitlines()) == 900


class TestInput:
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
    @pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
    def test_a_byte_order_mark_and_the_line_ends_make_no_difference(self, mark: bytes, newline: bytes, desk: Desk) -> None:
        text = mark + f"{GOOD}---\n{OTHER}".encode().replace(b"\n", newline)

        assert [entry["case"] for entry in desk.assess(text).data()] == ["first", "second"]

    def test_a_hyphen_reads_the_standard_input(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))

        assert desk.run("assess", "-").data()["case"] == "first"

    @pytest.mark.parametrize("text", [b"ki67_percent: \xff\xfe\n", b'{"case": "\xff"}', "ki67_percent: 2\n".encode("utf-16")])
    def test_what_is_no_utf_8_is_refused_and_breaks_nothing(self, text: bytes, desk: Desk) -> None:
        assert desk.assess(text, "--format", "jsonl").code in (0, 2)

    @pytest.mark.parametrize("form", ["json", "jsonl", "text"])
    @pytest.mark.parametrize("text", ["", "\n---\n---\n", "# nothing\n"])
    def test_a_file_without_a_case_is_refused_with_what_to_write(self, text: str, form: str, desk: Desk) -> None:
        run = desk.assess(text, "--format", form)

        assert (run.code, run.out) == (2, "")
        assert "case.yaml" in run.err
        assert "id: value" in run.err

    @pytest.mark.parametrize(("language", "words"), [("en", "cannot be read"), ("zh", "无法读取")])
    def test_a_file_that_is_not_there_is_neither_refused_nor_concluded(self, language: str, words: str, desk: Desk) -> None:
        run = desk.run("assess", "/no/such/file.yaml", "--lang", language)

        assert (run.code, run.out) == (1, "")
        assert "/no/such/file.yaml" in run.err
        assert words in run.err

    def test_a_folder_is_no_file(self, desk: Desk) -> None:
        assert desk.run("assess", str(desk.folder)).code == 1

    @pytest.mark.parametrize("words", [("assess",), ("assess", "x", "--format", "xml"), ("assess", "x", "--lang", "fr"), ("nothing",), ()])
    def test_a_command_line_that_cannot_be_understood_is_refused(self, words: tuple[str, ...]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(words)

        assert caught.value.code == 2


class TestMessages:
    @pytest.mark.parametrize(
        ("answer", "parts"),
        [
            ("ki67_percent: 300", ("'300'", "outside the limits", "from 0 to 100%", "unknown")),
            ("mitoses: 5-2", ("'5-2'", "larger number")),
            ("largest_cm: 35 kg", ("'35 kg'", "unit", "cm")),
            ("lesion_count: 1.5", ("'1.5'", "whole", "uncountable")),
            ("cga_upper_limit: <100", ("'<100'", "one exact number")),
            ("cga_value: 0", ("'0'", "above 0")),
            ("age: 5", ("did you mean age_years",)),
            ("qqqq: 5", ("no answer of this name", "remove qqqq")),
            ("afp: raised", ("'raised'", "normal, mild, high")),
            ("known_nen: yes", ("'yes'", "yes or no", "yes_current")),
            ("hormone_symptoms: [none, flushing]", ("'flushing, none'", "none")),
            ("mass_symptoms: []", ("empty", "jaundice")),
            ("prior_treatment: {ablation: failed}", ("'ablation'", "rfa")),
            ("prior_treatment: {rfa: good}", ("'rfa: good'", "working, failed, intolerant, ongoing")),
            ("course:", ("course: there is no answer", "progressing")),
            ("lobe: [right]", ("'[right]'", "right, left, both")),
            ("case: [x]", ("'['x']'", "short name")),
            ("a: [1", ("line ", "cannot be read as YAML or JSON", "brackets")),
            ("afp: mild\nafp: mild", ("line 2", "twice (afp)", "keep one")),
            ("- afp", ("name: answer",)),
        ],
    )
    def test_a_message_says_what_was_given_what_is_wrong_and_what_is_accepted(
        self, answer: str, parts: tuple[str, ...], desk: Desk
    ) -> None:
        run = desk.assess(f"{answer}\n")

        assert run.code == 2
        for part in parts:
            assert part in run.err, run.err

    def test_the_line_of_a_broken_document_is_that_of_the_file(self, desk: Desk) -> None:
        assert "line 10: " in desk.assess(f"{GOOD}---\nafp: mild\nlobe: left\nafp: high\n").err

    @pytest.mark.parametrize(
        "text",
        [
            "ki67_percent: 300",
            "age: 5",
            "qqqq: 5",
            "afp: raised",
            "known_nen: yes",
            "mass_symptoms: []",
            "prior_treatment: 3",
            "a: [1",
            "- a",
            "case: true",
            "",
        ],
    )
    def test_messages_come_in_chinese_where_chinese_is_asked_for(self, text: str, desk: Desk) -> None:
        run = desk.assess(text, "--lang", "zh")

        assert run.code == 2
        assert any("\u4e00" <= sign <= "\u9fff" for sign in run.err)
        for error in run.data().get("error", []) if run.out else []:
            assert any("\u4e00" <= sign <= "\u9fff" for sign in error["message"])

    def test_the_conclusions_are_the_same_in_every_language(self, desk: Desk) -> None:
        assert desk.assess(GOOD, "--lang", "zh").out == desk.assess(GOOD, "--lang", "en").out

    def test_no_message_shows_markup(self, desk: Desk) -> None:
        for language in LANGUAGES:
            err = desk.assess("ki67_percent: '<b>'\nafp: a & b <i>\n'<x>': 3\n", "--lang", language).err
            assert "&lt;" not in err
            assert "'<b>'" in err
            assert "a & b <i>" in err


class TestText:
    @pytest.mark.parametrize(("language", "words"), [("en", "For education only"), ("zh", "仅供教学")])
    def test_the_report_is_printed_in_the_language_asked_for(self, language: str, words: str, desk: Desk) -> None:
        run = desk.assess(f"{GOOD}---\n{OTHER}", "--format", "text", "--lang", language)

        assert (run.code, run.err) == (0, "")
        assert "=== first ===" in run.out
        assert "=== second ===" in run.out
        assert words in run.out
        assert "R2-03" in run.out
        assert "<b>" not in run.out

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_report_of_every_model_case_can_be_printed(self, language: str, desk: Desk, knowledge: Knowledge) -> None:
        told = "---\n".join(
            json.dumps({"case": entry.id, **entry.answers}, ensure_ascii=False) + "\n" for entry in knowledge.vignettes.values()
        )
        run = desk.assess(told, "--format", "text", "--lang", language)

        assert (run.code, run.err) == (0, "")

    def test_a_refused_case_is_on_the_error_stream_and_the_others_are_reported(self, desk: Desk) -> None:
        run = desk.assess(f"{BAD}---\n{GOOD}", "--format", "text")

        assert run.code == 2
        assert "=== first ===" in run.out
        assert "ki67_percent: '300'" in run.err
