"""The one use case between a channel and the store: conflicts, duplicates, and knowledge of another version."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.service import NewerKnowledge, Outcome, Service, Spoken
from bot.stores.memory import MemoryStore
from bot.stores.port import NOTHING, Conflict, Deed, Key, Parcel, Stored, StoreUnavailable
from flows.dialog.codec import to_data
from flows.dialog.events import Command, Did, Event
from flows.dialog.session import Screen, Session
from flows.knowledge.loader import ROOT, VERSION_FILE, Knowledge, load
from flows.rules.reading import read_answer

HERE = Key("telegram", "1")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The next version: a question has lost an option, another one is gone."""
    root = tmp_path_factory.mktemp("newer") / "knowledge"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    context = root / "questions" / "context.yaml"
    (root / VERSION_FILE).write_text("version: 2\n", "utf-8")
    text = context.read_text("utf-8")
    context.write_text(text.replace("limits: [0, 120]", "limits: [0, 40]"), "utf-8")
    return load(root)


class Says:
    """A person who does one thing, and a channel that keeps what was said."""

    def __init__(self, event: Event | None, said: str = "") -> None:
        self.given, self.said, self.asked = event, said, 0

    def event(self, session: Session, notes: Mapping[str, Any]) -> Event | None:
        del session, notes
        self.asked += 1
        return self.given

    def deed(self, spoken: Spoken) -> tuple[Deed, Mapping[str, Any]]:
        return Deed(7, {"replies": [reply.key for reply in spoken.replies]}, "ann", self.said), {"turns": spoken.notes.get("turns", 0) + 1}


class Overtaken(MemoryStore):
    """A store in which others are faster a few times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def save(self, key: Key, stored: Stored, deed: Deed = NOTHING) -> Parcel | None:
        if self.times:
            self.times -= 1
            raise Conflict
        return await super().save(key, stored, deed)


async def test_a_turn_is_saved_with_its_update_its_replies_and_the_notes_of_the_channel(knowledge: Knowledge) -> None:
    store = MemoryStore()
    outcome = await Service(knowledge, store, lambda: 5.0).decide(HERE, Says(Did(Command.START), "psst"), "zh", 7)
    opened = await store.open(HERE, 7)
    assert opened.seen
    assert opened.said == "psst"
    assert opened.stored is not None
    assert (opened.stored.notes, opened.stored.version, opened.stored.touched) == ({"turns": 1}, knowledge.version, 5.0)
    assert outcome.parcel is not None
    assert outcome.parcel.payload == {"replies": ["dialog.consent"]}


async def test_an_update_that_comes_twice_is_not_even_looked_at(knowledge: Knowledge) -> None:
    service, again = Service(knowledge, MemoryStore(), lambda: 5.0), Says(Did(Command.CONSENT))
    await service.decide(HERE, Says(Did(Command.START), "psst"), "zh", 7)
    assert await service.decide(HERE, again, "zh", 7) == Outcome(seen=True, said="psst")
    assert again.asked == 0


async def test_nothing_to_do_leaves_nothing(knowledge: Knowledge) -> None:
    store = MemoryStore()
    assert await Service(knowledge, store, lambda: 5.0).decide(HERE, Says(None), "zh", 7) == Outcome()
    assert not (await store.open(HERE, 7)).seen


async def test_a_turn_that_was_overtaken_is_made_again(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.PAUSE", 0.0)
    act = Says(Did(Command.START))
    outcome = await Service(knowledge, Overtaken(3), lambda: 5.0).decide(HERE, act, "zh", 7)
    assert outcome.spoken is not None
    assert act.asked == 4
    with pytest.raises(StoreUnavailable):
        await Service(knowledge, Overtaken(100), lambda: 5.0).decide(HERE, act, "zh", 7)


async def test_erasing_leaves_the_farewell_alone(knowledge: Knowledge) -> None:
    store = MemoryStore()
    service = Service(knowledge, store, lambda: 5.0)
    await service.handle(HERE, Did(Command.CONSENT), "en")
    outcome = await service.decide(HERE, Says(Did(Command.FORGET, "yes")), "en", 7)
    assert outcome.spoken is not None
    assert outcome.spoken.erased
    assert outcome.parcel is not None
    assert outcome.parcel.payload == {"replies": ["dialog.forgotten"]}
    assert await store.load(HERE) is None


class TestVersions:
    """Programs of two versions beside each other."""

    def session(self, knowledge: Knowledge, **raw: object) -> Session:
        answers = {name: read_answer(value, knowledge.fields[name].core) for name, value in raw.items()}
        return Session(language="en", consented=True, screen=Screen.REVIEW, answers=answers, stage="context")

    async def kept(self, store: MemoryStore, session: Session, version: int) -> None:
        await store.save(HERE, Stored(to_data(session), touched=5.0, version=version))

    async def test_an_older_program_leaves_a_newer_session_alone(self, knowledge: Knowledge) -> None:
        store = MemoryStore()
        await self.kept(store, self.session(knowledge, age_years=52), knowledge.version + 1)
        with pytest.raises(NewerKnowledge):
            await Service(knowledge, store, lambda: 5.0).decide(HERE, Says(Did(Command.REVIEW)), "en", 7)
        assert not (await store.open(HERE, 7)).seen

    async def test_a_newer_program_goes_on_with_the_answers_that_fit_and_says_once_which_do_not(
        self, knowledge: Knowledge, newer: Knowledge
    ) -> None:
        store = MemoryStore()
        await self.kept(store, self.session(knowledge, age_years=52, discovery="checkup"), knowledge.version)
        service = Service(newer, store, lambda: 5.0)
        spoken = await service.handle(HERE, Did(Command.REVIEW), "en")
        assert spoken.replies[0].key == "dialog.moved"
        assert spoken.replies[0].params == {"fields": ["age_years"], "more": 0}
        assert [*spoken.session.answers] == ["discovery"]
        assert "age_years" not in spoken.session.aside
        again = await service.handle(HERE, Did(Command.REVIEW), "en")
        assert "dialog.moved" not in [reply.key for reply in again.replies]

    async def test_answers_that_all_fit_go_on_as_they_are(self, knowledge: Knowledge, newer: Knowledge) -> None:
        store = MemoryStore()
        before = self.session(knowledge, age_years=32, discovery="checkup")
        await self.kept(store, before, knowledge.version)
        spoken = await Service(newer, store, lambda: 5.0).handle(HERE, Did(Command.REVIEW), "en")
        assert spoken.session.answers == before.answers
        assert spoken.replies[0].params == {"fields": [], "more": 0}

    async def test_answers_to_questions_that_are_gone_are_counted(self, knowledge: Knowledge, newer: Knowledge) -> None:
        store = MemoryStore()
        session = self.session(knowledge, discovery="checkup")
        await self.kept(store, replace(session, answers={**session.answers, "shoe_size": "large"}), 1)
        spoken = await Service(newer, store, lambda: 5.0).handle(HERE, Did(Command.REVIEW), "en")
        assert spoken.replies[0].params == {"fields": [], "more": 1}

    async def test_a_button_of_a_screen_that_stayed_the_same_still_counts(self, knowledge: Knowledge, newer: Knowledge) -> None:
        store = MemoryStore()
        old = Service(knowledge, store, lambda: 5.0)
        await old.handle(HERE, Did(Command.START), "en")
        before = await old.handle(HERE, Did(Command.CONSENT), "en")
        steps: list[int] = []

        class Looks(Says):
            def event(self, session: Session, notes: Mapping[str, Any]) -> Event | None:
                steps.append(session.step)
                return super().event(session, notes)

        await Service(newer, store, lambda: 5.0).decide(HERE, Looks(Did(Command.SKIP)), "en", 8)
        assert steps == [before.session.step]

    async def test_before_the_purpose_was_accepted_there_is_nothing_to_say(self, knowledge: Knowledge, newer: Knowledge) -> None:
        store = MemoryStore()
        await Service(knowledge, store, lambda: 5.0).handle(HERE, Did(Command.START), "en")
        spoken = await Service(newer, store, lambda: 5.0).handle(HERE, Did(Command.START), "en")
        assert [reply.key for reply in spoken.replies] == ["dialog.consent"]

    async def test_a_farewell_is_not_preceded_by_news(self, knowledge: Knowledge, newer: Knowledge) -> None:
        store = MemoryStore()
        await self.kept(store, self.session(knowledge, age_years=52), knowledge.version)
        spoken = await Service(newer, store, lambda: 5.0).handle(HERE, Did(Command.FORGET, "yes"), "en")
        assert [reply.key for reply in spoken.replies] == ["dialog.forgotten"]
