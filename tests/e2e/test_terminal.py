"""The real program in a pipe and on a pseudo-terminal: a case walked in both languages, leaving, and coming back."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.terminal.choices import board
from bot.channels.terminal.sheet import lines_of
from bot.render.renderer import TemplateRenderer
from flows.dialog.events import Command, Did, Event, Finished, Paired, Typed
from flows.dialog.session import Screen, Session
from flows.dialog.turn import repaint, turn
from flows.knowledge.loader import Knowledge, load
from flows.rules.fields import Kind

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "tests" / "cases" / "published.yaml"
PROGRAM = (sys.executable, "-m", "bot", "chat")
PATIENCE = 20.0
LANGUAGES = ("en", "zh")
OPEN_WORDS = {"unknown": {"en": "I don't know", "zh": "不清楚"}, "not_done": {"en": "not done", "zh": "未做"}}
ESCAPE = re.compile(r"\x1b")
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
DOWN, ENTER, CONTROL_B, CONTROL_C, CONTROL_D = "\x1b[B", "\r", "\x02", "\x03", "\x04"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def renderer(knowledge: Knowledge) -> TemplateRenderer:
    return TemplateRenderer(knowledge, limit=None)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a newcomer with an empty database and a narrow, ordinary terminal."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LD_LIBRARY_PATH", "SYSTEMROOT")}
    database = f"sqlite+aiosqlite:///{tmp_path / 'kept.db'}"
    return {**kept, "PYTHONPATH": str(ROOT), "PHNEN_BOT_DATABASE_URL": database, "LANG": "C.UTF-8", "COLUMNS": "80"}


# --- in a pipe -----------------------------------------------------------------------------------------------------


def run(environment: Mapping[str, str], lines: list[str], *options: str) -> str:
    """What the program prints for these lines; it must end well and print no escape code."""
    done = subprocess.run(
        [*PROGRAM, *options],
        input="".join(f"{line}\n" for line in lines),
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not ESCAPE.search(done.stdout)
    return done.stdout


class Trainee:
    """Answers the questions of a case as somebody would who has its report at hand, and keeps the lines typed."""

    def __init__(self, answers: Mapping[str, Any], language: str, knowledge: Knowledge, renderer: TemplateRenderer) -> None:
        self.case, self.knowledge, self.renderer = answers, knowledge, renderer
        self.session = Session(language=language)
        self.lines: list[str] = []
        self._press(Did(Command.START))
        self.lines.clear()

    def walk(self) -> list[str]:
        """Every line from consent to the report."""
        self._push(Did(Command.CONSENT))
        while self.session.screen in (Screen.ASKING, Screen.CHECK):
            if self.session.screen is Screen.CHECK:
                self._push(Did(Command.KEEP))
            else:
                self._answer(self.session.subject)
        self._push(Did(Command.REPORT))
        return self.lines

    def _answer(self, name: str) -> None:
        spec, raw = self.knowledge.fields[name], self.case.get(name)
        match raw:
            case None:
                self._type("/skip", Did(Command.SKIP))
            case "unknown" | "not_done":
                self._type(OPEN_WORDS[raw][self.session.language])
            case dict():
                for item, outcome in raw.items():
                    self._type(str(spec.core.items.index(item) + 1), Paired(name, item))
                    self._type(str(spec.core.options.index(outcome) + 1), Paired(name, item, outcome))
                self._push(Finished(name))
            case list():
                self._type(", ".join(str(spec.core.options.index(option) + 1) for option in raw))
            case _ if spec.core.kind in (Kind.ONE, Kind.MANY):
                option = {True: "yes", False: "no"}[raw] if isinstance(raw, bool) else str(raw)
                self._type(self.renderer.voices[self.session.language].lexicon.option(name, option))
            case _:
                self._type(str(raw))

    def _push(self, event: Event) -> None:
        """Presses a button by the mark that is printed before it."""
        reply = repaint(self.session, self.knowledge)[-1]
        here = board(self.renderer.show(reply, self.session.language), self.session, self.knowledge)
        self._type(next(choice.mark for choice in here.choices if choice.event == event), event)

    def _type(self, line: str, event: Event | None = None) -> None:
        self.lines.append(line)
        self._press(event or Typed(line))

    def _press(self, event: Event) -> None:
        before = self.session
        self.session = turn(before, event, self.knowledge, 0.0).session
        assert self.session != before or event == Did(Command.START), self.lines


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ["V1", "P01"])
def test_a_case_is_walked_from_consent_to_the_report(
    case: str, language: str, environment: dict[str, str], knowledge: Knowledge, renderer: TemplateRenderer
) -> None:
    published = {entry["id"]: entry["answers"] for entry in yaml.safe_load(PUBLISHED.read_text("utf-8"))}
    trainee = Trainee(published.get(case) or knowledge.vignettes[case].answers, language, knowledge, renderer)
    text = run(environment, trainee.walk(), "--lang", language)
    report = renderer.show(repaint(trainee.session, knowledge)[-1], language)
    assert "\n".join(line.plain.rstrip() for line in lines_of(report.markup, 80)) in text
    for name in trainee.session.answers:
        question = knowledge.questions[knowledge.fields[name].question]
        assert question.ask[language].replace(" ", "") in re.sub(r"\s", "", text), name


def test_the_same_command_goes_on_where_the_input_ended(environment: dict[str, str], knowledge: Knowledge) -> None:
    first = run(environment, ["a", "?", "45"], "--lang", "en")
    assert "phnen-bot chat" in first
    second = run(environment, ["1"])
    assert knowledge.questions["A2"].ask["en"] in second
    assert knowledge.questions["A1"].ask["en"] not in second


def test_forget_leaves_nothing_to_continue(environment: dict[str, str], knowledge: Knowledge) -> None:
    run(environment, ["a", "?", "45", "/forget", "/forget yes"], "--lang", "zh")
    kept = Path(environment["PHNEN_BOT_DATABASE_URL"].partition(":///")[2])
    assert b"answers" not in b"".join(file.read_bytes() for file in kept.parent.glob(f"{kept.name}*"))
    assert knowledge.questions["A2"].ask["zh"] not in run(environment, [], "--lang", "zh")


class Output:
    """What a running program has written so far; every wait begins after the text that the last one found."""

    def __init__(self, stream: int) -> None:
        self.stream, self.text, self._seen = stream, "", 0

    def wait(self, until: str) -> None:
        """Reads on until that text has come."""
        end = time.monotonic() + PATIENCE
        while (place := self.text.find(until, self._seen)) < 0:
            assert time.monotonic() < end, f"waited for {until!r} after {self.text[-800:]!r}"
            if select.select([self.stream], [], [], 0.2)[0]:
                self.text += os.read(self.stream, 65536).decode(errors="replace")
        self._seen = place + len(until)


class Piped:
    """A running program, its input still open."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "--lang", "en"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environment), cwd=ROOT
        )
        assert self.process.stdout
        self.read = Output(self.process.stdout.fileno()).wait

    def type(self, line: str) -> None:
        """Sends a line."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()


def test_control_c_in_a_pipe_leaves_at_once_with_the_command_that_continues(
    environment: dict[str, str], renderer: TemplateRenderer
) -> None:
    piped = Piped(environment)
    piped.read(renderer.words("terminal.prompt", "en"))
    piped.process.send_signal(signal.SIGINT)
    rest, _ = piped.process.communicate(timeout=PATIENCE)
    assert "phnen-bot chat" in rest.decode()
    assert piped.process.returncode == 0


def test_a_program_that_is_killed_has_lost_no_answer(environment: dict[str, str], knowledge: Knowledge) -> None:
    piped = Piped(environment)
    for line in ("a", "?", "45"):
        piped.type(line)
    piped.read(knowledge.questions["A2"].ask["en"])
    piped.process.kill()
    piped.process.communicate(timeout=PATIENCE)
    assert knowledge.questions["A2"].ask["en"] in run(environment, [])


# --- on a terminal -------------------------------------------------------------------------------------------------


class Terminal:
    """The program on a pseudo-terminal, seen as the bytes that a terminal would get."""

    def __init__(self, environment: Mapping[str, str], **more: str) -> None:
        self.master, slave = pty.openpty()
        env = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "LINES": "40", **environment, **more}
        self.process = subprocess.Popen(
            [*PROGRAM, "--lang", "en"],
            stdin=slave,
            stdout=slave,
            env=env,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - the tests have no threads
        )
        os.close(slave)
        self.output = Output(self.master)
        self.read = self.output.wait

    def press(self, keys: str) -> None:
        """Presses keys."""
        os.write(self.master, keys.encode())

    def end(self) -> int:
        """The exit code, once the program has ended."""
        code = self.process.wait(PATIENCE)
        os.close(self.master)
        return code


def _own_terminal() -> None:
    """Makes the terminal the one whose Ctrl-C reaches the program."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(environment: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A terminal with the environment that the test asks for."""
    started = Terminal(environment, **getattr(request, "param", {}))
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()


def walked(terminal: Terminal, knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    """Consent by arrow keys, topics by ticks, an age by typing, back by a key, and away."""
    invitation = renderer.words("terminal.type_here", "en")[:12]
    terminal.read(invitation)
    terminal.press(DOWN + ENTER)
    terminal.read(knowledge.questions["A5"].ask["en"])
    terminal.press(DOWN + " ")
    terminal.read("[x]")
    terminal.press(DOWN + DOWN + DOWN + ENTER)
    terminal.read(knowledge.questions["A1"].ask["en"])
    terminal.press("45" + ENTER)
    terminal.read(knowledge.questions["A2"].ask["en"])
    terminal.press(CONTROL_B)
    terminal.read(knowledge.questions["A1"].ask["en"])
    terminal.press(CONTROL_C)
    terminal.read("phnen-bot chat")
    assert terminal.end() == 0


def test_arrow_keys_ticks_typing_and_keys_walk_through_questions(
    terminal: Terminal, environment: dict[str, str], knowledge: Knowledge, renderer: TemplateRenderer
) -> None:
    walked(terminal, knowledge, renderer)
    assert COLOUR.search(terminal.output.text)
    assert "\x1b[?1049h" not in terminal.output.text, "the alternate screen would take the transcript away"
    assert "45" in run(environment, ["/summary"])


@pytest.mark.parametrize("terminal", [{"NO_COLOR": "1"}], indirect=True)
def test_no_color_takes_every_colour_away(terminal: Terminal, knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    walked(terminal, knowledge, renderer)
    assert not COLOUR.search(terminal.output.text)


@pytest.mark.parametrize("terminal", [{"TERM": "dumb"}], indirect=True)
@pytest.mark.parametrize("key", [CONTROL_C, CONTROL_D])
def test_a_dumb_terminal_gets_plain_lines(terminal: Terminal, key: str, renderer: TemplateRenderer) -> None:
    terminal.read(renderer.words("terminal.prompt", "en"))
    terminal.press("a\n")
    terminal.read("[1] ")
    terminal.read(renderer.words("terminal.prompt", "en"))
    terminal.press(key)
    terminal.read("phnen-bot chat")
    assert terminal.end() == 0
    assert not ESCAPE.search(terminal.output.text)
