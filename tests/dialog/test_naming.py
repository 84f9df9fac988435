"""What people call a conclusion leads straight to it, in both languages; where several may be meant, they are offered."""

import pytest

from bot.render.markup import plain
from bot.render.renderer import Voice
from flows.dialog.asked_back import CHIEF
from flows.dialog.events import Command, Did
from flows.dialog.explain import SECTIONS, facts_of
from flows.dialog.naming import meant
from flows.dialog.proof import SHORT
from flows.dialog.whynot import DIAGNOSIS, GRADE, TYPE, subjects, values_of
from flows.knowledge.model import Place
from flows.knowledge.naming import Named, unknown_names
from tests.dialog.trainee import Trainee, knowledge

KNOWLEDGE = knowledge()
VOICES = {language: Voice(KNOWLEDGE, language) for language in ("en", "zh")}
FACTS = [fact for fact in dict.fromkeys((*CHIEF, *(fact for name in SECTIONS for fact in facts_of(name, KNOWLEDGE)))) if fact not in SHORT]


def loaded() -> Trainee:
    return Trainee().begins().command(Command.CASES, "V1!")


@pytest.mark.parametrize("language", VOICES)
def test_every_label_on_the_lists_is_understood(language: str) -> None:
    voice = VOICES[language]
    for fact in FACTS:
        assert fact in meant(plain(voice.say("explain.named", name=fact)), KNOWLEDGE), fact
    for fact in subjects(KNOWLEDGE):
        for value in values_of(fact, KNOWLEDGE):
            assert f"{fact}={value}" in meant(plain(voice.say("explain.valued", fact=fact, word=value)), KNOWLEDGE), (fact, value)
    for name in set(SECTIONS) - {"summary", "sources"}:
        assert meant(str(voice.words.section[name]), KNOWLEDGE), name


def test_every_name_stands_for_something_that_can_be_shown() -> None:
    for one in KNOWLEDGE.names:
        assert one.of in KNOWLEDGE.base.facts or one.of in SECTIONS, one.of


@pytest.mark.parametrize(
    ("words", "target"),
    [
        *(("NEC", f"{TYPE}=NEC"), ("manec", f"{TYPE}=MANEC"), ("G2", f"{GRADE}=G2"), ("转移性", f"{DIAGNOSIS}=metastatic_nen")),
        *(("转移性肝脏神经内分泌肿瘤", f"{DIAGNOSIS}=metastatic_nen"), ("metastatic", f"{DIAGNOSIS}=metastatic_nen")),
        *(("分级", GRADE), ("grade", GRADE), ("diagnosis", DIAGNOSIS), ("诊断", DIAGNOSIS), ("criteria", DIAGNOSIS), ("诊断标准", DIAGNOSIS)),
        *(("TACE", "treatment.tace"), ("TACE 可考虑", "treatment.tace=possible"), ("PRRT possible", "treatment.prrt=possible")),
        ("“NEC”？", f"{TYPE}=NEC"),
    ],
)
def test_why_not_jumps_straight_to_what_is_named(words: str, target: str) -> None:
    trainee = loaded().command(Command.WHYNOT, words)
    assert trainee.session.subject == f"whynot:{target}"
    assert trainee.screen.key == ("explain.whynot" if "=" in target else "explain.whynot_values")


@pytest.mark.parametrize(
    ("words", "conclusion"),
    [("分级", GRADE), ("grade", GRADE), ("NEC", TYPE), ("G1", GRADE), ("诊断", DIAGNOSIS), ("criterion 2", "criteria.extrahepatic_primary_excluded"), ("肝移植", "treatment.transplantation")],
)
def test_how_jumps_straight_to_what_is_named(words: str, conclusion: str) -> None:
    trainee = loaded().command(Command.HOW, words)
    assert (trainee.screen.key, trainee.screen.params["p"].root.fact) == ("explain.proof", conclusion)


def test_a_part_of_the_report_is_named_as_a_whole() -> None:
    trainee = loaded().command(Command.HOW, "诊断标准")
    assert (trainee.screen.key, trainee.screen.params["section"]) == ("explain.how", "criteria")


def test_what_was_concluded_is_answered_with_what_it_is() -> None:
    trainee = loaded().command(Command.WHYNOT, "G1")
    assert (trainee.screen.key, trainee.screen.params["now"]) == ("explain.whynot_values", ("G1",))


@pytest.mark.parametrize("command", [Command.HOW, Command.WHYNOT])
@pytest.mark.parametrize("words", ["可考虑", "possible"])
def test_where_several_may_be_meant_they_are_offered(command: Command, words: str) -> None:
    trainee = loaded().command(command, words)
    assert trainee.screen.key == "explain.which"
    offered = [event for event in trainee.events() if isinstance(event, Did) and event.command is command]
    assert len(offered) == len(KNOWLEDGE.book.treatments)
    assert trainee.does(offered[4]).screen.key in ("explain.proof", "explain.whynot", "explain.whynot_values")


@pytest.mark.parametrize("command", [Command.HOW, Command.WHYNOT])
def test_a_part_of_several_names_offers_what_they_stand_for(command: Command) -> None:
    trainee = loaded().command(command, "神经内分泌")
    assert trainee.screen.key == "explain.which"
    labels = [button.label for row in trainee.screen.buttons for button in row if button.label.kind in ("value", "conclusion")]
    assert len(labels) == len(set(labels)) > 1


def test_a_part_of_a_name_is_enough_unless_it_is_too_short() -> None:
    assert loaded().command(Command.HOW, "化疗栓塞").screen.params["p"].root.fact == "treatment.tace"
    for short in ("塞", "no", "no such"):
        assert loaded().command(Command.HOW, short).notes("toast")[0].params["what"] == "no_conclusion", short


def test_a_choice_has_no_branches_to_open() -> None:
    trainee = loaded().command(Command.HOW, "possible").command(Command.HOW, "+path")
    assert (trainee.screen.key, trainee.notes("toast")[0].params["what"]) == ("explain.how", "no_conclusion")


def test_a_name_for_a_value_that_no_rule_gives_is_a_fault() -> None:
    named = Named("index_grades", ("grade",), {"G1": ("G1",), "G9": ("G9",)}, Place("names.yaml", 7))
    assert [fault.what for fault in unknown_names((named,), KNOWLEDGE.words_of_facts())] == ["'G9' is no value of 'index_grades'"]
