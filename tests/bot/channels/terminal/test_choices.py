"""The law of the plain prompt: a number is always an answer, and no mark of a button is ever one."""

from __future__ import annotations

import pytest

from bot.channels.terminal.choices import Board, Pressed, Said, Unknown, board, meant
from bot.render.port import Key, Shown
from bot.render.renderer import TemplateRenderer
from flows.dialog.agenda import agenda
from flows.dialog.codes import encode
from flows.dialog.events import Answered, Command, Did, Finished, Marked, Paired, Typed
from flows.dialog.replies import Role
from flows.dialog.screens import Painter
from flows.dialog.session import Screen, Session
from flows.dialog.turn import turn
from flows.dialog.understand import understand
from flows.knowledge.loader import Knowledge
from flows.rules.fields import Kind

LANGUAGES = ("en", "zh")


def asked(field: str, knowledge: Knowledge, renderer: TemplateRenderer, language: str = "en", **kept: object) -> tuple[Session, Board]:
    """A session with that field on the screen, and the board of it."""
    session = Session(language=language, consented=True, screen=Screen.ASKING, subject=field, focus=field, step=7, **kept)  # type: ignore[arg-type]
    return session, painted(session, knowledge, renderer)


def painted(session: Session, knowledge: Knowledge, renderer: TemplateRenderer) -> Board:
    case = knowledge.case(session.answers)
    reply = Painter(session, case, agenda(case, session, knowledge), knowledge).paint()
    return board(renderer.show(reply, session.language), session, knowledge)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_on_a_button_is_what_typing_that_number_means(language: str, knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    for name, spec in knowledge.fields.items():
        _, here = asked(name, knowledge, renderer, language)
        numbers = [choice for choice in here.choices if choice.mark.isdigit()]
        if spec.core.kind in (Kind.ONE, Kind.MANY):
            assert [choice.mark for choice in numbers] == [str(place + 1) for place in range(len(spec.core.options))], name
        for choice in numbers:
            wish = meant(choice.mark, here, marks=True)
            match choice.event:
                case Paired():
                    assert wish == Pressed(choice.event, 7), name
                case Answered(_, option) | Marked(_, option):
                    assert isinstance(wish, Said)
                    (answer,) = understand(choice.mark, name, knowledge).findings.values()
                    assert answer in (option, frozenset({option})) or spec.core.numeric, (name, choice.mark)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_on_a_button_is_an_answer_or_stands_on_two_buttons(
    language: str, knowledge: Knowledge, renderer: TemplateRenderer
) -> None:
    for name in knowledge.fields:
        _, here = asked(name, knowledge, renderer, language)
        marks = [choice.mark for choice in here.choices]
        assert len(set(marks)) == len(marks), name
        for mark in marks:
            if mark.isascii() and mark.isalpha():
                reading = understand(mark, name, knowledge)
                assert reading.refusal is not None, (name, mark)
                assert meant(mark, here, marks=True) == Pressed(next(c.event for c in here.choices if c.mark == mark), 7)


def test_where_a_number_is_asked_for_every_number_is_the_answer(knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    for name, spec in knowledge.fields.items():
        if spec.core.numeric:
            _, here = asked(name, knowledge, renderer)
            for text in ("1", "2", "15", "15-20", "<1"):
                wish = meant(text, here, marks=True)
                assert isinstance(wish, Said) or wish == Pressed(Answered(name, text), 7), (name, text)


def test_the_item_and_then_the_outcome_of_a_map_are_chosen_by_number(knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    name = next(name for name, spec in knowledge.fields.items() if spec.core.kind is Kind.MAP)
    core = knowledge.fields[name].core
    session, here = asked(name, knowledge, renderer)
    wish = meant("3", here, marks=True)
    assert wish == Pressed(Paired(name, core.items[2]), 7)
    assert isinstance(wish, Pressed)
    opened = turn(session, wish.event, knowledge, 0.0).session
    again = painted(opened, knowledge, renderer)
    assert meant("2", again, marks=True) == Pressed(Paired(name, core.items[2], core.options[1]), opened.step)


def test_a_word_of_an_answer_is_typed_and_the_words_of_a_button_press_it(knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    _, here = asked("liver_disease", knowledge, renderer, "zh")
    assert meant("肝硬化", here, marks=True) == Said(Typed("肝硬化"), 7)
    skip = next(choice for choice in here.choices if choice.event == Did(Command.SKIP))
    assert meant(skip.text, here, marks=False) == Pressed(Did(Command.SKIP), 7)
    assert meant(skip.text.replace("▶", "").strip(), here, marks=False) == Pressed(Did(Command.SKIP), 7)


def test_a_hash_presses_the_button_with_that_mark(knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    _, here = asked("liver_disease", knowledge, renderer, draft={"cirrhosis": "on"})
    place = knowledge.fields["liver_disease"].core.options.index("cirrhosis") + 1
    assert meant(f"#{place}", here, marks=True) == Pressed(Marked("liver_disease", "cirrhosis", False), 7)
    assert meant("# 99", here, marks=True) == Said(Typed("# 99"), 7)
    done = next(choice for choice in here.choices if isinstance(choice.event, Finished))
    assert meant(done.mark, here, marks=True) == Pressed(Finished("liver_disease"), 7)


def test_ticks_are_shown_in_a_way_that_every_terminal_can(knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    _, here = asked("liver_disease", knowledge, renderer, draft={"cirrhosis": "on"})
    ticks = [choice.text[:4] for choice in here.choices if choice.ticks]
    assert sorted(ticks) == ["[ ] ", "[ ] ", "[x] "]
    assert here.ticked() == renderer.voices["en"].lexicon.option("liver_disease", "cirrhosis")


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("/back", Did(Command.BACK)),
        ("  /SOURCES R2-04 ", Did(Command.SOURCES, "R2-04")),
        ("／help", Did(Command.HELP)),
        ("/language zh", Did(Command.LANGUAGE, "zh")),
        ("/nonsense", Unknown("/nonsense")),
        ("/", Unknown("/")),
    ],
)
def test_a_line_that_begins_with_a_slash_is_a_command(line: str, wish: object, knowledge: Knowledge, renderer: TemplateRenderer) -> None:
    _, here = asked("age_years", knowledge, renderer)
    assert meant(line, here, marks=False) == wish


def test_a_screen_with_more_buttons_than_letters_goes_on_with_pairs_of_letters(knowledge: Knowledge) -> None:
    keys = tuple(Key(f"R1-{number:02}", encode(Did(Command.SOURCES, f"R1-{number:02}"))) for number in range(40))
    here = board(Shown(Role.SCREEN, "", (keys,)), Session(consented=True, screen=Screen.SIDE), knowledge)
    marks = [choice.mark for choice in here.choices]
    assert len(set(marks)) == len(keys)
    assert (marks[0], marks[-1][0], len(marks[-1])) == ("a", "a", 2)
    assert not {"y", "n"} & set(marks)
