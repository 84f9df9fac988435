"""What if: other answers are tried out beside the session, compared, and kept or dropped."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from flows.dialog.codec import from_data, to_data
from flows.dialog.events import Answered, Command, Finished, Marked, Paired, Typed
from flows.dialog.explain import report
from flows.dialog.session import NOWHERE, Screen, Session
from flows.rules.values import Open
from flows.whatif.compare import on_path_only
from tests.dialog.trainee import Trainee, fresh_like, knowledge, shown_of

COUNTS = ("answers", "skipped", "aside", "checked", "stage", "shown")


def loaded(case: str = "V1") -> Trainee:
    """A trainee with the answers of a model case."""
    return Trainee().begins().command(Command.CASES, f"{case}!")


def counted(session: Session) -> dict[str, Any]:
    """All of a session that a supposition must not touch."""
    return {name: getattr(session, name) for name in COUNTS}


def lines(trainee: Trainee) -> dict[str, tuple[Any, Any]]:
    """The conclusions that the comparison shows as different, before and after."""
    parts = trainee.screen.params["parts"]
    return {line["fact"]: (line["before"], line["after"]) for part in parts for line in part["lines"]}


def test_a_supposition_is_compared_and_touches_nothing() -> None:
    trainee = loaded()
    before = counted(trainee.session)
    trainee.command(Command.WHATIF).says("Ki-67 25%")
    assert trainee.screen.key == "whatif.compared"
    assert lines(trainee)["classification.type"][0]["values"] == ["NET"]
    assert lines(trainee)["classification.type"][1]["values"] == ["unclassifiable"]
    assert [one["value"] for one in lines(trainee)["contradictions"][1]] == ["grade_discordant", "well_differentiated_g3"]
    assert counted(trainee.session) == before


def test_every_line_of_a_comparison_names_its_layer_and_sources() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%, 胸部CT：发现原发灶")
    for before, after in lines(trainee).values():
        for side in [before, after] if isinstance(before, dict) else [*before, *after]:
            if isinstance(before, list) or side["values"]:
                assert side["cite"]
                assert side["layer"] in ("review", "settled", "borrowed", "later")


@pytest.mark.parametrize("seed", range(12))
def test_the_comparison_shows_a_difference_exactly_where_the_reports_differ(seed: int) -> None:
    rng = random.Random(seed)
    trainee = loaded(rng.choice(list(knowledge().vignettes)))
    old = report(knowledge().case(trainee.session.answers), knowledge())
    trainee.command(Command.WHATIF)
    for _ in range(rng.randint(1, 3)):
        name = rng.choice([name for name in knowledge().fields if name != "goal"])
        spec = knowledge().fields[name].core
        trainee.command(Command.WHATIF, name).says(rng.choice([*spec.options, "unknown", "1"]))
    trainee.command(Command.WHATIF)
    shown = set(lines(trainee))
    kept = Trainee(session=trainee.session).command(Command.KEEP).session.answers if trainee.session.supposed else trainee.session.answers
    new = report(knowledge().case(kept), knowledge())
    assert ("classification.type" in shown) == (old["classification"]["type"] != new["classification"]["type"])
    assert ("diagnosis.id" in shown) == (old["diagnosis"]["id"] != new["diagnosis"]["id"])
    crossed = [part["left"] for part in trainee.screen.params["parts"] if part["section"] == "path"]
    assert bool(crossed) == (bool(old["treatment"]) != bool(new["treatment"]))
    for name in knowledge().book.treatments if crossed != [True] else ():
        verdicts = [found["treatment"].get(name, {}).get("verdict") for found in (old, new)]
        reasons = [found["treatment"].get(name, {}).get("reasons") for found in (old, new)]
        assert (f"treatment.{name}" in shown) == (verdicts[0] != verdicts[1] or reasons[0] != reasons[1]), name


def test_what_is_kept_equals_the_same_edit() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%, 病灶数目：3").command(Command.KEEP)
    assert trainee.session.supposed == {}
    assert [reply.params["what"] for reply in trainee.notes("toast")] == ["kept"]
    edited = loaded().has(ki67_percent="25%", lesion_count=3)
    assert trainee.session.answers == edited.session.answers
    assert shown_of(trainee.session) == shown_of(fresh_like(edited.session))


def test_contradictions_of_what_is_kept_are_asked_about() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%").command(Command.KEEP)
    assert trainee.session.screen is Screen.CHECK


@pytest.mark.parametrize("began", [Command.REVIEW, Command.REPORT, Command.SUMMARY])
@pytest.mark.parametrize("end", [Command.KEEP, Command.DROP, Command.BACK, Command.RESUME])
def test_it_ends_on_the_screen_where_it_began(began: Command, end: Command) -> None:
    trainee = loaded().command(began)
    before = trainee.session.under if trainee.session.screen is Screen.SIDE else (trainee.session.screen, trainee.session.subject, trainee.session.page)
    trainee.command(Command.WHATIF).command(Command.WHATIF, "hinges").command(Command.WHATIF, "age_years").says("61")
    trainee.session = from_data(json.loads(json.dumps(to_data(trainee.session))))
    trainee.command(Command.HELP).command(Command.RESUME).command(end)
    assert (trainee.session.screen, trainee.session.subject, trainee.session.page) == before
    assert trainee.session.origin == NOWHERE


def test_after_a_contradiction_is_kept_it_ends_there_as_well() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%").command(Command.KEEP)
    while trainee.session.screen is Screen.CHECK:
        trainee.command(Command.KEEP)
    assert trainee.session.screen is Screen.REVIEW


def test_going_on_with_the_questions_forgets_where_it_began() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%").command(Command.CONSULT)
    assert trainee.session.screen in (Screen.ASKING, Screen.CHECK)
    assert trainee.session.origin == NOWHERE


@pytest.mark.parametrize("words", ["Ki-67 25%", "Ki-67 2.5%", "胸部CT 发现原发灶"])
@pytest.mark.parametrize("within", [False, True])
def test_findings_after_the_command_are_supposed(words: str, within: bool) -> None:
    trainee = loaded().command(Command.WHATIF).says("病灶数目：3") if within else loaded()
    typed = Trainee(session=trainee.session).command(Command.WHATIF).says(words)
    assert trainee.command(Command.WHATIF, words).session.supposed == typed.session.supposed
    assert len(trainee.session.supposed) == 1 + within
    assert trainee.screen.key == "whatif.compared"


def test_words_after_the_command_that_say_nothing_are_refused() -> None:
    trainee = loaded().command(Command.WHATIF, "zqxjkv")
    assert (trainee.screen.key, trainee.session.supposed) == ("whatif.compared", {})
    assert trainee.notes("nothing_to_answer")
    assert loaded().command(Command.WHATIF, "患者姓名：王小明").notes("identifier")


@pytest.mark.parametrize("argument", ["-made_up", "?made_up", "made_up!3", "ki67_percent!999"])
def test_a_button_of_an_older_bot_supposes_nothing(argument: str) -> None:
    trainee = loaded().command(Command.WHATIF, argument)
    assert (trainee.screen.key, trainee.session.supposed) == ("whatif.compared", {})


def test_what_leaves_the_path_is_said_in_one_line() -> None:
    trainee = loaded().command(Command.WHATIF).says("胸部CT：发现原发灶")
    parts = trainee.screen.params["parts"]
    assert (parts[0]["section"], parts[0]["left"]) == ("path", True)
    assert not [fact for fact in lines(trainee) if on_path_only(fact)]
    assert "diagnosis.id" in lines(trainee)
    at = trainee.command(Command.DROP).command(Command.WHATIF, "?chest_ct").screen.params["ways"]
    assert [(way["answer"], way["left"]) for way in at] == [("suspicious", None), ("primary_found", True)]
    assert [line["fact"] for line in at[1]["lines"]] == ["diagnosis.id"]


def test_what_comes_back_to_the_path_is_told_by_its_verdicts() -> None:
    trainee = loaded().has(chest_ct="primary_found").command(Command.WHATIF).says("胸部CT：未见原发灶")
    assert trainee.screen.params["parts"][0]["left"] is False
    found = [fact for fact in lines(trainee) if on_path_only(fact)]
    assert found == [f"treatment.{name}" for name in knowledge().book.treatments]


def test_what_is_dropped_leaves_the_session_as_it_was() -> None:
    trainee = loaded()
    before = counted(trainee.session)
    trainee.command(Command.WHATIF).says("Ki-67 25%").command(Command.DROP)
    assert counted(trainee.session) == before
    assert trainee.session.supposed == {}
    assert trainee.session.screen in (Screen.ASKING, Screen.REVIEW)


def test_several_answers_are_supposed_by_all_kinds_of_buttons() -> None:
    trainee = Trainee().begins()
    trainee.command(Command.WHATIF, "discovery").does(Answered("discovery", "symptoms"))
    trainee.command(Command.WHATIF, "hormone_symptoms").does(Marked("hormone_symptoms", "flushing", on=True)).does(Finished("hormone_symptoms"))
    trainee.command(Command.WHATIF, "prior_treatment").does(Paired("prior_treatment", "tace", "failed")).does(Finished("prior_treatment"))
    trainee.command(Command.WHATIF, "chest_ct").does(Answered("chest_ct", "not_done"))
    trainee.command(Command.WHATIF, "age_years").does(Answered("age_years", "unknown"))
    assert trainee.session.supposed == {
        "discovery": "symptoms",
        "hormone_symptoms": frozenset({"flushing"}),
        "prior_treatment": {"tace": "failed"},
        "chest_ct": Open.NOT_DONE,
        "age_years": Open.UNKNOWN,
    }
    assert trainee.session.answers == {"goal": Open.UNKNOWN}


def test_every_question_can_be_supposed() -> None:
    for name in knowledge().fields:
        trainee = Trainee().begins().command(Command.WHATIF, name)
        assert (trainee.session.screen, trainee.screen.params["field"]) == (Screen.SUPPOSING, name)
        assert Answered(name, "unknown") in trainee.events()


def test_words_that_do_not_fit_are_refused_as_ever() -> None:
    trainee = loaded().command(Command.WHATIF, "ki67_percent").says("250")
    assert trainee.screen.params["refused"] == {"why": "limits", "field": "ki67_percent"}
    assert trainee.session.supposed == {}
    trainee.command(Command.WHATIF).says("zqxjkv")
    assert trainee.notes("nothing_to_answer")


def test_what_was_only_partly_understood_is_said() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%, zqxjkv")
    assert [reply.params for reply in trainee.replies if reply.key == "whatif.partly"] == [{"missed": [], "leftover": True}]
    assert list(trainee.session.supposed) == ["ki67_percent"]


def test_the_answer_that_was_given_is_no_supposition() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%").command(Command.WHATIF, "ki67_percent").says("2%")
    assert trainee.session.supposed == {}


def test_one_of_several_suppositions_is_taken_back() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%, 病灶数目：3").command(Command.WHATIF, "-ki67_percent")
    assert list(trainee.session.supposed) == ["lesion_count"]


def test_what_would_no_longer_apply_is_said_and_set_aside_only_when_kept() -> None:
    trainee = loaded().command(Command.WHATIF, "lesion_count").says("0")
    assert {"largest_cm", "arrangement"} <= set(trainee.screen.params["gone"])
    assert "largest_cm" in trainee.session.answers
    trainee.command(Command.KEEP)
    assert "largest_cm" in trainee.session.aside


def test_what_does_not_fit_the_other_answers_is_said_to_change_nothing() -> None:
    trainee = Trainee().begins().has(course="new").command(Command.WHATIF, "recurrence_years").says("3")
    assert trainee.screen.params["unfit"] == ["recurrence_years"]
    assert trainee.screen.params["parts"] == []


def test_a_supposition_waits_while_something_else_is_done() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%")
    for command in (Command.REPORT, Command.LANGUAGE, Command.CANCEL, Command.RESUME, Command.HELP, Command.RESUME):
        trainee.command(command)
        trainee.session = from_data(json.loads(json.dumps(to_data(trainee.session))))
    assert list(trainee.command(Command.WHATIF).session.supposed) == ["ki67_percent"]
    assert trainee.screen.params["changes"]


@pytest.mark.parametrize("command", [Command.RESTART, Command.FORGET])
def test_starting_over_and_erasing_take_it_away(command: Command) -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%").command(command, "yes")
    assert trainee.session.supposed == {}


def test_back_leads_to_the_comparison_and_then_out() -> None:
    trainee = loaded().command(Command.WHATIF).command(Command.WHATIF, "ki67_percent").command(Command.BACK)
    assert (trainee.session.screen, trainee.session.subject) == (Screen.WHATIF, "")
    assert trainee.command(Command.BACK).session.screen in (Screen.ASKING, Screen.REVIEW)
    assert Trainee(session=trainee.session).command(Command.WHATIF, "?ki67_percent").command(Command.BACK).session.subject == "hinges"


def test_a_side_screen_comes_back_to_the_question_that_is_supposed() -> None:
    trainee = loaded().command(Command.WHATIF, "ki67_percent").command(Command.HELP_QUESTION)
    assert trainee.screen.params["field"] == "ki67_percent"
    assert trainee.command(Command.RESUME).session.screen is Screen.SUPPOSING


def test_an_old_button_supposes_nothing() -> None:
    trainee = loaded().command(Command.WHATIF, "ki67_percent").does(Answered("mitoses", "3"))
    assert trainee.session.supposed == {}
    assert [reply.params["what"] for reply in trainee.notes("toast")] == ["stale"]


def test_before_agreeing_nothing_is_supposed() -> None:
    assert Trainee().command(Command.WHATIF).notes("nothing_to_answer")


def test_a_corrected_message_corrects_the_answer_itself() -> None:
    trainee = loaded().command(Command.WHATIF).says("Ki-67 25%").does(Typed("4", "ki67_percent"))
    assert trainee.number("ki67_percent") == "4"


def test_the_report_stays_the_report_while_something_is_supposed() -> None:
    trainee = Trainee(session=replace(loaded().session, skipped=frozenset(knowledge().fields))).command(Command.REPORT)
    assert trainee.session.stage == "report"
    assert trainee.command(Command.WHATIF).says("Ki-67 25%").session.stage == "report"


# --- what the report hangs on -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(knowledge().vignettes))
def test_every_button_of_what_decides_changes_what_it_says(name: str) -> None:
    trainee = loaded(name).command(Command.WHATIF, "hinges")
    for group in trainee.screen.params["groups"][:3]:
        at = Trainee(session=trainee.session).command(Command.WHATIF, f"?{group['field']}")
        ways = at.screen.params["ways"]
        for place, way in list(enumerate(ways))[:2]:
            event = next(button.event for row in at.screen.buttons for button in row if button.event and button.label.id == str(place + 1))
            tapped = Trainee(session=at.session).does(event)
            assert tapped.session.supposed == {group["field"]: way["answer"]}
            found = lines(tapped)
            assert {line["fact"] for line in way["lines"]} <= found.keys()
            assert [part["left"] for part in tapped.screen.params["parts"] if part["section"] == "path"] == ([] if way["left"] is None else [way["left"]])
            assert Trainee(session=at.session).says(str(place + 1)).session.supposed == tapped.session.supposed


def test_what_decides_names_given_answers_first_and_pages_through_all() -> None:
    trainee = loaded().command(Command.WHATIF, "hinges")
    found: list[str] = []
    for page in range(trainee.screen.params["pages"]):
        found += [group["field"] for group in trainee.command(Command.WHATIF, f"hinges.{page}").screen.params["groups"]]
    given = [name in trainee.session.answers for name in found]
    assert len(found) == len(set(found)) == trainee.screen.params["fields"]
    assert given == sorted(given, reverse=True)
    assert sum(given) == trainee.screen.params["given"]


def test_a_bare_yes_or_no_answers_the_question_that_was_opened_over_a_supposition() -> None:
    trainee = Trainee("en").begins().says("56").command(Command.WHATIF, "Ki-67 25%").command(Command.FORGET)
    assert trainee.says("no").session.screen is not Screen.SIDE
    assert "age_years" in trainee.session.answers
    assert not trainee.command(Command.WHATIF).command(Command.FORGET).says("yes").session.answers
