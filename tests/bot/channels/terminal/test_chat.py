"""A consultation held over plain lines, with the real dialog, the real words and a store in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels.terminal.choices import Board, Pressed, Said, Wish
from bot.channels.terminal.desk import Say
from bot.channels.terminal.lines import LineDesk
from bot.channels.terminal.run import HERE, Consultation
from bot.render.port import Shown
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.memory import MemoryStore
from bot.stores.port import NOTHING, Deed, Key, Parcel, Stored, StoreUnavailable
from flows.dialog.events import TOLD, Answered, Command, Did, Typed
from flows.dialog.session import Screen
from flows.rules.values import Open

COMMAND = "phnen-bot chat"
LANGUAGES = ("en", "zh")


class Held:
    """Runs consultations one after the other on the same store."""

    def __init__(self, service: Service, renderer: TemplateRenderer, language: str = "en") -> None:
        self.service, self.renderer, self.language = service, renderer, language
        self.code = -1

    async def __call__(self, *lines: str) -> str:
        """What is printed while these lines are typed."""
        paper = io.StringIO()
        desk = LineDesk(io.StringIO("".join(f"{line}\n" for line in lines)), paper, 80)
        self.code = await Consultation(self.service, self.renderer, desk, self.language).hold(COMMAND)
        return paper.getvalue()

    async def answers(self) -> Mapping[str, Any]:
        """The answers that are kept."""
        session = await self.service.peek(HERE)
        return session.answers if session else {}


@pytest.fixture(params=LANGUAGES)
def held(service: Service, renderer: TemplateRenderer, request: pytest.FixtureRequest) -> Held:
    return Held(service, renderer, request.param)


async def test_a_consultation_begins_with_consent_and_is_kept_when_the_input_ends(held: Held) -> None:
    text = await held()
    assert held.renderer.words("terminal.banner", held.language)[:10] in text
    assert held.renderer.voices[held.language].words.button["begin"] in text
    assert COMMAND in text.splitlines()[-2] or COMMAND in text
    assert held.code == 0


async def test_numbers_words_and_letters_answer_question_after_question(held: Held) -> None:
    await held("a", "1,2", "45", "2", "?", "1")
    answers = await held.answers()
    assert answers["goal"] == frozenset({"dx", "grade"})
    assert answers["age_years"].text == "45"
    assert answers["discovery"] == "other_illness"
    assert answers["known_nen"] is Open.UNKNOWN
    assert answers["liver_disease"] == frozenset({"none"})


async def test_the_same_command_continues_a_kept_consultation_in_its_own_language(held: Held, knowledge: Any) -> None:
    await held("a", "?", "45")
    held.language = "en" if held.language == "zh" else "zh"
    session = await held.service.peek(HERE)
    assert session is not None
    text = await held()
    assert knowledge.questions["A2"].ask[session.language] in text
    assert held.renderer.words("terminal.banner", session.language)[:10] in text


async def test_the_language_changes_at_any_moment(held: Held, knowledge: Any) -> None:
    other = "en" if held.language == "zh" else "zh"
    text = await held("a", "?", f"/language {other}")
    assert knowledge.questions["A1"].ask[held.language] in text
    assert knowledge.questions["A1"].ask[other] in text


async def test_back_skip_why_and_summary_work_as_slash_commands(held: Held) -> None:
    await held("a", "?", "45", "/why", "/summary", "/back", "/back", "50", "/skip")
    assert (await held.answers())["age_years"].text == "50"
    session = await held.service.peek(HERE)
    assert session is not None
    assert "discovery" in session.skipped


async def test_a_patient_identifier_is_not_kept(held: Held, store: MemoryStore) -> None:
    await held("a", "?", "13812345678")
    row = await store.load(HERE)
    assert "13812345678" not in repr(row)


async def test_forget_erases_everything_and_ends(held: Held, store: MemoryStore) -> None:
    text = await held("a", "?", "45", "/forget yes", "this line is not read")
    assert await store.load(HERE) is None
    assert held.code == 0
    assert "this line is not read" not in text
    assert COMMAND not in text


async def test_every_public_command_has_an_answer(held: Held) -> None:
    names = sorted(TOLD - {Command.FORGET})
    await held("a", "?", "45", *(f"/{name.value}" for name in names))
    assert held.code == 0
    assert (await held.answers())["age_years"].text == "45"


class Elsewhere:
    """A desk whose screen went on in another window before the person pressed anything."""

    def __init__(self, service: Service, wishes: list[Wish]) -> None:
        self.service, self.wishes = service, wishes
        self.seen: list[Shown] = []

    def open(self, say: Say) -> None:
        """Nothing to greet."""

    def show(self, reply: Shown, say: Say) -> None:  # noqa: ARG002 - a desk has words
        """Keeps the reply."""
        self.seen.append(reply)

    def tell(self, words: str) -> None:
        """Nothing to tell."""

    async def ask(self, here: Board, say: Say) -> Wish:  # noqa: ARG002 - a desk has words
        """Goes on elsewhere, then answers what was on the screen here."""
        await self.service.handle(HERE, Did(Command.SKIP), "en")
        wish = self.wishes.pop(0) if self.wishes else None
        match wish:
            case Pressed(event, _):
                return Pressed(event, here.step)
            case Said(event, _):
                return Said(event, here.step)
            case _:
                return wish


@pytest.mark.parametrize("wish", [Pressed(Answered("age_years", "unknown"), 0), Said(Typed("45"), 0)])
async def test_a_screen_that_went_on_in_another_window_cannot_be_answered(wish: Wish, service: Service, renderer: TemplateRenderer) -> None:
    for event in (Did(Command.CONSENT), Typed("?")):
        await service.handle(HERE, event, "en")
    desk = Elsewhere(service, [wish])
    await Consultation(service, renderer, desk, "en").hold(COMMAND)
    session = await service.peek(HERE)
    assert session is not None
    assert session.screen is Screen.ASKING
    assert not session.answers.keys() & {"age_years", "discovery"}
    assert "age_years" in session.skipped


class Broken(MemoryStore):
    """A store that stops working after some saves."""

    def __init__(self, saves: int) -> None:
        super().__init__()
        self.saves = saves

    async def save(self, key: Key, stored: Stored, deed: Deed = NOTHING) -> Parcel | None:
        """Saves while it can."""
        if not self.saves:
            raise StoreUnavailable
        self.saves -= 1
        return await super().save(key, stored, deed)


async def test_a_store_that_cannot_be_written_ends_with_an_error_and_keeps_what_was_saved(
    knowledge: Any, renderer: TemplateRenderer
) -> None:
    held = Held(Service(knowledge, Broken(saves=4), lambda: 0.0), renderer)
    text = await held("a", "?", "45", "1", "2", "3")
    assert held.code == 1
    assert renderer.words("errors.store_unavailable", "en")[:20] in text
    assert (await held.answers())["age_years"].text == "45"
