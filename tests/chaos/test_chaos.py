"""The short profile of the simulator, and proof that it sees what it is there to see. The long one: ``python -m tests.chaos``."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.knowledge.loader import load
from tests.chaos.players import Expected, Player, Violation, Weather
from tests.chaos.scripts import Action, scripts
from tests.chaos.world import Plan, World
from tests.chaos.zygote import Zygote
from tests.fakes.botapi import BotApi, Display, Message
from tests.fakes.botapi_rules import Text
from tests.fakes.person import Person

Script = list[tuple[str, list[Action]]]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote()
    yield zygote
    zygote.close()


@pytest.fixture(scope="module")
def book() -> Script:
    return [(language, actions[:18]) for language, actions in scripts(load(), short=True)[:2]]


@pytest.mark.parametrize(
    "plan",
    [
        Plan(cuts=12, most=14),
        Plan(webhook=True, workers=2, cuts=30, most=2, twice=0.3, lag=0.01),
        Plan(cuts=40, most=3, faults=0.15, fades=0.15),
    ],
    ids=["fetching", "webhook", "bad weather"],
)
async def test_whoever_is_killed_at_whatever_moment_people_see_the_same(plan: Plan, zygote: Zygote, book: Script, tmp_path: Path) -> None:
    for name in ("plain", "disturbed"):
        (tmp_path / name).mkdir()
    plain = await World(zygote, Plan(), tmp_path / "plain", "plain").play(book, [None] * len(book))
    world = World(zygote, plan, tmp_path / "disturbed", "short")
    await world.play(book, plain)
    assert world.tally.kills + world.tally.faults > 0


def _player(*shown: tuple[str, str], expected: tuple[str, ...], dead: str = "") -> Player:
    """A person whose chat showed texts (each with its client), and who should have seen others."""
    person = Person(BotApi())
    person.chat.shown = [Display(Text(text), [], asker, number) for number, (text, asker) in enumerate(shown)]
    person.chat.messages = {each.message: Message(each.message, each.text, [], of_bot=True) for each in person.chat.shown}
    meant = Expected([(Text(text), []) for text in expected], [(len(expected), Counter())])
    return Player(person, [Action("type", "x")], meant, Weather(lambda asker: asker == dead), random.Random(1))


def test_a_message_whose_sender_was_killed_over_it_may_come_twice() -> None:
    _player(("a", "1"), ("b", "1"), ("b", "2"), ("c", "2"), expected=("a", "b", "c"), dead="1").finish()


@pytest.mark.parametrize("fate", ["gone", "frozen"])
def test_what_can_be_seen_or_used_no_longer_may_come_again(fate: str) -> None:
    player = _player(("a", "1"), ("b", "1"), ("b", "1"), ("c", "1"), expected=("a", "b", "c"))
    if fate == "gone":
        del player.person.chat.messages[1]
    else:
        player.person.chat.messages[1].frozen = True
    player.finish()


@pytest.mark.parametrize(
    "shown",
    [
        (("a", "1"), ("b", "1"), ("b", "1"), ("c", "1")),
        (("a", "1"), ("a", "2"), ("b", "1"), ("c", "2")),
        (("a", "1"), ("b", "1"), ("b", "2"), ("b", "2"), ("c", "2")),
        (("a", "1"), ("c", "1")),
        (("a", "1"), ("c", "1"), ("b", "1")),
        (("a", "1"), ("b", "1"), ("c", "1"), ("c", "2"), ("c", "2")),
    ],
    ids=["twice by one who lives", "a copy of what was not in flight", "three times", "lost", "in another order", "twice at the end"],
)
def test_anything_else_is_a_violation(shown: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(Violation):
        _player(*shown, expected=("a", "b", "c"), dead="1").finish()
