"""The manners of the conversation: warnings first, contradictions once, nothing lost, a way back from everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from flows.dialog.events import Answered, Command, Did, Event, Finished, Marked, Paired, Sent, Stale, Typed
from flows.dialog.explain import facts_of, sections
from flows.dialog.replies import Role
from flows.dialog.session import Screen, Session
from flows.dialog.turn import AWAY, repaint
from tests.dialog.trainee import Trainee, knowledge

# --- warnings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        ({"mass_symptoms": ["jaundice"]}, ["jaundice"]),
        ({"hormone_symptoms": ["hypoglycaemia"]}, ["hypoglycaemia"]),
        ({"hormone_symptoms": ["zollinger_ellison", "hypoglycaemia"]}, ["hypoglycaemia", "ulcer_bleeding_risk"]),
    ],
)
def test_a_warning_comes_before_the_next_question_and_once(words: Any, flags: list[str]) -> None:
    field = next(iter(words))
    trainee = Trainee().begins("dx").has(age_years=50, discovery="symptoms", known_nen="no", liver_disease=["none"])
    if field == "hormone_symptoms":
        trainee.has(mass_symptoms=["none"])
    trainee.command(Command.RESUME).says(", ".join(words[field]))
    assert [reply.role for reply in trainee.replies] == [Role.NOTE, Role.SCREEN]
    assert sorted(flag["id"] for flag in trainee.notes("red_flag")[0].params["flags"]) == flags
    assert all(flag["citations"] and flag["layer"] for flag in trainee.notes("red_flag")[0].params["flags"])
    trainee.says("none", "back", "none")
    assert not trainee.notes("red_flag")


def test_a_warning_that_went_and_came_back_is_given_again() -> None:
    trainee = Trainee().begins("dx").has(mass_symptoms=["jaundice"]).has(mass_symptoms=["none"])
    trainee.command(Command.EDIT, "mass_symptoms").says("jaundice")
    assert trainee.notes("red_flag")


# --- contradictions -----------------------------------------------------------------------------------------------


def contradicting() -> Trainee:
    """A trainee who just said that a single lesion is one of several."""
    trainee = Trainee().begins("dx").has(**{name: "unknown" for name in list(knowledge().fields)[1 : list(knowledge().fields).index("lesion_count")] if name != "imaging_done"})
    trainee.has(imaging_done=["ct"], lesion_count=1, largest_cm=4).command(Command.RESUME)
    assert trainee.asked == "arrangement"
    return trainee.says("similar")


def test_a_contradiction_is_asked_about_when_its_last_part_is_answered_and_once() -> None:
    trainee = contradicting()
    assert (trainee.session.screen, trainee.session.subject) == (Screen.CHECK, "count_vs_arrangement")
    assert [name for name, _ in trainee.screen.params["parts"]] == ["lesion_count", "arrangement"]
    assert trainee.command(Command.KEEP).asked == "lobe"
    trainee.says("right")
    assert trainee.session.screen is Screen.ASKING


def test_a_contradiction_that_was_kept_is_shown_openly() -> None:
    trainee = contradicting().says("keep").command(Command.REVIEW)
    assert trainee.screen.params["contradictions"] == ["count_vs_arrangement"]
    trainee.command(Command.REPORT, "contradictions")
    assert "count_vs_arrangement" in str(trainee.screen.params["c"]["contradictions"])


def test_a_contradiction_can_be_mended_from_where_it_is_asked() -> None:
    trainee = contradicting().command(Command.EDIT, "arrangement").says("single")
    assert trainee.asked == "lobe"
    assert trainee.command(Command.REVIEW).screen.params["contradictions"] == []


def test_a_contradiction_waits_until_everything_it_rests_on_was_asked() -> None:
    trainee = Trainee().begins("grade").has(specimen="surgery", pathology_diagnosis="nen", ihc_cga="negative").command(Command.RESUME)
    assert trainee.asked == "ihc_syn"
    trainee.says("negative", "negative")
    assert trainee.session.screen is Screen.ASKING
    trainee.says("not done")
    assert (trainee.session.screen, trainee.session.subject) == (Screen.CHECK, "negative_nen_ihc")


def test_every_contradiction_can_be_asked_about() -> None:
    named = {str(row.value) for fact in knowledge().book.facts if fact.name == "contradictions" for row in fact.rows}
    for name in named:
        trainee = Trainee(session=Session(consented=True, screen=Screen.ASKING, **CONTRADICTIONS[name]))
        trainee.command(Command.RESUME)
        seen = set()
        while trainee.session.screen is Screen.CHECK:
            seen.add(trainee.session.subject)
            assert trainee.screen.params["parts"], trainee.session.subject
            trainee.command(Command.KEEP)
        assert name in seen
    assert named == CONTRADICTIONS.keys()


def given(**raw: Any) -> dict[str, Any]:
    """Answers of a session in which everything else was skipped."""
    answers = Trainee().has(**raw).session.answers
    return {"answers": answers, "skipped": frozenset(knowledge().fields) - answers.keys()}


CONTRADICTIONS = {
    "grade_discordant": given(pathology_diagnosis="nen", mitoses=1, mitoses_area="per_2mm2", ki67_percent=8),
    "well_differentiated_g3": given(pathology_diagnosis="nen", mitoses=12, ki67_percent=35, differentiation="well"),
    "poorly_differentiated_low_grade": given(pathology_diagnosis="nen", mitoses=1, ki67_percent=2, differentiation="poor"),
    "components_over_100": given(pathology_diagnosis="mixed", adenocarcinoma_percent=60, nec_percent=50),
    "count_vs_arrangement": given(imaging_done=["ct"], lesion_count=3, arrangement="single"),
    "needle_component_share": given(specimen="needle", pathology_diagnosis="mixed", adenocarcinoma_percent=40),
    "resectable_with_extrahepatic_disease": given(resectability="one_stage", extrahepatic_metastasis=["bone"]),
    "uptake_vs_no_metastasis": given(ga68_pet="strong", extrahepatic_metastasis=["none"], uptake_outside_liver=["bone"]),
    "hormone_without_symptoms": given(hormone_symptoms=["none"], hiaa_24h="raised"),
    "srs_vs_ga68": given(srs="negative", ga68_pet="strong"),
    "range_crosses_cut_off": given(pathology_diagnosis="nen", ki67_percent="15-25"),
    "implausible_size": given(imaging_done=["ct"], lesion_count=1, largest_cm=35),
    "negative_nen_ihc": given(pathology_diagnosis="nen", ihc_syn="negative"),
    "ppi_confounds_gastrin_or_cga": given(hormone_symptoms=["zollinger_ellison"], cga_result="raised", cga_confounders=["ppi"], gastrin="raised"),
    "uncountable_but_resectable": given(imaging_done=["ct"], lesion_count="uncountable", resectability="one_stage"),
    "mitoses_area_unstated": given(pathology_diagnosis="nen", mitoses=3, mitoses_area="unstated"),
    "specimen_vs_pathology": given(specimen="none", pathology_diagnosis="nen"),
}

# --- answers that no longer apply ---------------------------------------------------------------------------------


def test_an_answer_that_an_edit_made_senseless_is_set_aside_and_offered_again() -> None:
    trainee = Trainee().begins("dx").has(imaging_done=["ct"], lesion_count=3, largest_cm="3.5", lesion_location=["hilum"])
    trainee.command(Command.EDIT, "lesion_count").says("0")
    assert trainee.notes("set_aside")[0].params["fields"] == ["largest_cm", "lesion_location"]
    assert not {"largest_cm", "lesion_location"} & trainee.session.answers.keys()
    assert [name for name, _ in trainee.command(Command.REVIEW).screen.params["aside"]] == ["largest_cm", "lesion_location"]
    trainee.command(Command.EDIT, "lesion_count").says("2")
    trainee.does(Did(Command.RESUME))
    while trainee.asked != "largest_cm":
        trainee.command(Command.SKIP)
    assert trainee.screen.params["suggestion"].text == "3.5"
    assert trainee.does(Answered("largest_cm", "suggested")).number("largest_cm") == "3.5"
    assert "largest_cm" not in trainee.session.aside


def test_an_answer_set_aside_is_never_used_by_itself() -> None:
    trainee = Trainee().begins("dx").has(imaging_done=["ct"], lesion_count=3, largest_cm="3.5").has(lesion_count=0).has(lesion_count=3)
    assert "largest_cm" in trainee.session.aside
    assert "largest_cm" not in trainee.session.answers


# --- coming, going, looking ---------------------------------------------------------------------------------------


def test_someone_who_comes_back_after_hours_is_told_where_things_stand() -> None:
    trainee = Trainee().begins("dx").says("52")
    trainee.now += AWAY + 1
    trainee.says("checkup")
    assert trainee.replies[0].key == "dialog.welcome_back"
    assert (trainee.replies[0].params["answered"], trainee.asked) == (3, "known_nen")
    assert not trainee.says("no").notes("welcome_back")


def test_leaving_keeps_the_answers_and_coming_back_goes_on() -> None:
    trainee = Trainee().begins("dx").says("52", "cancel")
    assert (trainee.session.screen, trainee.session.stage) == (Screen.CANCELLED, "cancelled")
    assert trainee.screen.params["answered"] == 2
    assert trainee.does(Did(Command.RESUME)).asked == "discovery"


@pytest.mark.parametrize("command", [Command.RESTART, Command.FORGET])
def test_starting_over_and_erasing_ask_first(command: Command) -> None:
    trainee = Trainee("zh").begins("dx").says("52").command(command)
    assert trainee.screen.key == f"dialog.{command.value}_confirm"
    assert "age_years" in trainee.session.answers
    assert trainee.says("no").asked == "discovery"
    trainee.command(command).says("是")
    assert trainee.session.answers == {}
    assert (trainee.erased, trainee.session.language) == (command is Command.FORGET, "zh")


def test_starting_over_does_not_ask_to_agree_again() -> None:
    assert Trainee().begins("dx").command(Command.RESTART, "yes").asked == "goal"


def test_erasing_leaves_nothing_but_the_language() -> None:
    trainee = Trainee("zh").begins("dx").says("52").command(Command.FORGET, "yes")
    assert trainee.session == Session(language="zh")
    assert [reply.key for reply in trainee.replies] == ["dialog.forgotten"]


@pytest.mark.parametrize("command", [Command.WHY, Command.HELP_QUESTION, Command.SUMMARY, Command.HOW, Command.SOURCES, Command.PRIVACY, Command.HELP, Command.CASES, Command.RESTART, Command.FORGET])
@pytest.mark.parametrize("way_back", [Command.RESUME, Command.BACK])
def test_looking_at_something_returns_to_the_question_with_its_ticks(command: Command, way_back: Command) -> None:
    trainee = Trainee().begins("dx").says("52", "checkup", "no").does(Marked("liver_disease", "cirrhosis", on=True))
    before = trainee.session
    trainee.command(command)
    assert trainee.session.screen is Screen.SIDE
    trainee.command(way_back)
    assert (trainee.session.screen, trainee.session.subject, trainee.session.draft) == (Screen.ASKING, before.subject, before.draft)


def test_looking_at_something_from_the_report_returns_to_its_page() -> None:
    trainee = Trainee().begins().command(Command.REPORT, "treatment.1").command(Command.HOW, "treatment").command(Command.RESUME)
    assert (trainee.session.screen, trainee.session.subject, trainee.session.page) == (Screen.REPORT, "treatment", 1)


def test_any_answer_is_two_taps_from_the_review() -> None:
    trainee = Trainee().begins("dx").says("52", "checkup", "no", "none").command(Command.REVIEW)
    assert Did(Command.REVIEW, "context") in trainee.events()
    assert Did(Command.EDIT, "discovery") in trainee.command(Command.REVIEW, "context").events()
    trainee.command(Command.EDIT, "discovery")
    assert (trainee.asked, trainee.screen.params["earlier"]) == ("discovery", "checkup")
    assert trainee.says("symptoms").session.answers["discovery"] == "symptoms"
    assert trainee.asked == "mass_symptoms"


def test_a_question_gone_back_to_can_be_left_as_it_was() -> None:
    trainee = Trainee().begins("dx").says("52").command(Command.BACK)
    assert trainee.asked == "age_years"
    assert trainee.command(Command.SKIP).number("age_years") == "52"
    assert trainee.session.skipped == frozenset()


def test_a_skipped_question_can_be_taken_up_from_the_review() -> None:
    trainee = Trainee().begins("dx").command(Command.SKIP).command(Command.REVIEW)
    assert trainee.screen.params["skipped"] == ["age_years"]
    assert Did(Command.EDIT, "age_years") in trainee.events()
    trainee.command(Command.EDIT, "age_years").says("52")
    assert trainee.session.skipped == frozenset()


def test_an_edited_message_corrects_its_answer_and_stays_on_the_question() -> None:
    trainee = Trainee().begins("dx").says("52", "checkup").does(Typed("53", "age_years"))
    assert (trainee.number("age_years"), trainee.asked) == ("53", "known_nen")
    assert [note.params["what"] for note in trainee.notes("toast")] == ["noted"]


def test_the_stage_that_ended_is_closed_with_its_answers() -> None:
    trainee = Trainee().begins("dx").says("52", "checkup", "no", "none")
    closing = next(reply for reply in trainee.replies if reply.role is Role.CLOSING)
    assert closing.params["stage"] == "context"
    assert [name for name, _ in closing.params["done"]] == ["age_years", "discovery", "known_nen", "liver_disease"]
    assert not [reply for reply in trainee.says("none").replies if reply.role is Role.CLOSING]


def test_a_stage_gone_back_to_is_closed_again_when_it_is_left() -> None:
    trainee = Trainee().begins("dx").says("52", "checkup", "no", "none", "pain").command(Command.EDIT, "age_years").says("60")
    closing = next(reply for reply in trainee.replies if reply.role is Role.CLOSING)
    assert (closing.params["stage"], trainee.asked) == ("context", "hormone_symptoms")


def test_a_map_is_filled_item_by_item_and_an_item_can_be_taken_back() -> None:
    names = list(knowledge().fields)
    trainee = Trainee().begins("treatment").has(**dict.fromkeys(names[1:names.index("prior_treatment")], "unknown")).command(Command.RESUME)
    assert trainee.asked == "prior_treatment"
    trainee.does(Paired("prior_treatment", "tace")).does(Paired("prior_treatment", "tace", "failed"))
    trainee.does(Paired("prior_treatment", "ssa")).does(Paired("prior_treatment", "ssa", "working"))
    trainee.does(Paired("prior_treatment", "ssa")).does(Paired("prior_treatment", "ssa", "none"))
    assert trainee.does(Finished("prior_treatment")).session.answers["prior_treatment"] == {"tace": "failed"}


@pytest.mark.parametrize("event", [Sent("photo"), Stale(), Typed("zqxjkv"), Did(Command.KEEP), Did(Command.DROP)])
def test_what_is_no_answer_leaves_the_question_and_its_ticks(event: Event) -> None:
    trainee = Trainee().begins("dx").says("52", "checkup", "no").does(Marked("liver_disease", "cirrhosis", on=True))
    before = trainee.session
    assert trainee.does(event).session == before


def test_the_current_screen_can_be_shown_again_without_a_turn() -> None:
    trainee = Trainee().begins("dx").says("52")
    assert repaint(trainee.session, knowledge()) == (trainee.screen,)


def test_the_step_counts_screens_so_that_old_buttons_are_told_apart() -> None:
    trainee = Trainee().begins("dx")
    step = trainee.session.step
    assert trainee.says("zqxjkv").session.step == step
    assert trainee.says("52").session.step == step + 1
    assert trainee.command(Command.WHY).session.step == step + 2


# --- why and how --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(knowledge().fields))
def test_every_question_tells_what_it_can_change_and_what_it_rests_on(name: str) -> None:
    names = list(knowledge().fields)
    session = Session(consented=True, screen=Screen.ASKING, focus=name, **before(name))
    trainee = Trainee(session=session).command(Command.RESUME) if not names.index(name) else Trainee(session=session).does(Stale())
    assert trainee.asked == name
    trainee.command(Command.WHY)
    assert (trainee.screen.key, trainee.screen.params["field"]) == ("explain.why", name)
    assert trainee.screen.params["cite"]
    assert trainee.command(Command.RESUME).asked == name


RAW: dict[str, dict[str, Any]] = {
    "other_explanation": {"hormone_symptoms": ["flushing"]},
    "cga_unit": {"cga_value": 300},
    "cga_upper_limit": {"cga_value": 300},
    "cga_confounders": {"cga_value": 300},
    "us_echo": {"imaging_done": ["us"]},
    "us_margin": {"imaging_done": ["us"]},
    "ceus_pattern": {"imaging_done": ["ceus"]},
    "plain_ct_mri": {"imaging_done": ["ct"]},
    "enhancement": {"imaging_done": ["enhanced_ct"]},
    "primary_site": {"gastroscopy": "primary_found"},
    "mitoses_area": {"mitoses": 3},
    "unresectable_because": {"resectability": "no"},
    "recurrence_years": {"course": "recurrent"},
}


def before(name: str) -> dict[str, Any]:
    """What makes a question meaningful."""
    return {"answers": Trainee().has(**RAW.get(name, {})).session.answers}


ONLY_RECORDED = {
    *("goal", "liver_disease", "cga_unit", "extrahepatic_primary_resected", "recurrence_years", "unresectable_because"),
    "adenocarcinoma_present",
}


@pytest.mark.parametrize("name", sorted(set(knowledge().fields) - ONLY_RECORDED - {"primary_site"}))
def test_a_question_names_the_rules_through_which_it_can_still_act(name: str) -> None:
    session = Session(consented=True, screen=Screen.ASKING, focus=name, **before(name))
    params = Trainee(session=session).does(Stale()).command(Command.WHY, "all").screen.params
    found = [*params["alone"], *params["joined"]]
    assert found
    assert not params["more"]
    assert params["purpose"] is None
    assert all(one.ways and all(way.row.cite for way in one.ways) for one in found)


@pytest.mark.parametrize("name", sorted(ONLY_RECORDED))
def test_a_question_that_is_only_recorded_claims_no_more(name: str) -> None:
    session = Session(consented=True, screen=Screen.ASKING, focus=name, **before(name))
    params = Trainee(session=session).does(Stale()).command(Command.WHY).screen.params
    assert (params["alone"], params["joined"], params["nothing"]) == ([], [], True)


def test_a_question_that_can_no_longer_change_anything_says_so() -> None:
    session = Session(consented=True, screen=Screen.ASKING, focus="primary_site", **before("primary_site"))
    params = Trainee(session=session).does(Stale()).command(Command.WHY).screen.params
    assert (params["alone"], params["joined"], params["nothing"]) == ([], [], False)


@pytest.mark.parametrize("case", ["V1", "V4", "V6", "V10", "V12"])
def test_every_part_of_a_report_tells_how_it_was_concluded(case: str) -> None:
    trainee = Trainee().command(Command.CONSENT).command(Command.CASES, f"{case}!")
    for section in sections(knowledge().case(trainee.session.answers)):
        trainee.command(Command.REPORT, section).command(Command.HOW)
        if trainee.screen.key == "explain.how":
            assert trainee.screen.params["section"] == section
            assert all(item["cite"] or not item["value"] for item in trainee.screen.params["items"])
        else:
            assert trainee.screen.key == "explain.proof"
            assert trainee.screen.params["p"].root.fact in facts_of(section, knowledge())


def test_a_model_case_waits_for_consent_and_is_then_shown_for_review() -> None:
    trainee = Trainee().command(Command.CASES, "V1!")
    assert (trainee.screen.key, trainee.session.consented) == ("dialog.consent", False)
    trainee.command(Command.CONSENT)
    assert (trainee.screen.key, trainee.session.answers["specimen"]) == ("dialog.review", "needle")


def test_an_answer_that_was_missed_is_named_until_it_is_given() -> None:
    trainee = Trainee().begins().says("Ki-67 15%, AFP 3.2", "CgA 300")
    assert trainee.session.subject == "afp"

    trainee.says("AFP 正常")

    assert (trainee.session.subject, trainee.session.proposed["afp"]) == ("", "normal")


def test_proposed_findings_wait_for_an_answer_and_gather_what_is_added() -> None:
    trainee = Trainee().command(Command.CONSENT).says("AFP正常，CEA正常")
    assert trainee.command(Command.SUMMARY).screen.key == "dialog.proposal"
    trainee.says("NSE升高")
    assert set(trainee.session.proposed) == {"afp", "cea", "nse"}
    assert trainee.says("nonsense").screen.key == "dialog.proposal"
    trainee.says("confirm")
    assert {"afp", "cea", "nse"} <= set(trainee.session.answers)


def test_findings_added_to_those_that_wait_make_a_list_longer_and_put_a_number_right() -> None:
    trainee = Trainee("zh").begins().says("潮红，Ki-67 3%").says("腹泻，Ki-67 5%").says("TACE失败").says("SSA有效")
    waiting = trainee.session.proposed
    assert waiting["hormone_symptoms"] == frozenset({"flushing", "diarrhoea"})
    assert getattr(waiting["ki67_percent"], "text", None) == "5"
    assert waiting["prior_treatment"] == {"tace": "failed", "ssa": "working"}


def test_an_answer_that_a_finding_would_take_the_place_of_is_shown_before() -> None:
    trainee = Trainee("zh").begins().says("肝硬化").says("确认")
    trainee.says("乙肝，单发")
    assert trainee.screen.params["before"] == [("liver_disease", frozenset({"cirrhosis"}))]
    assert trainee.session.answers["liver_disease"] == frozenset({"cirrhosis"})


@pytest.mark.parametrize("wish", ["修改", "edit", "/edit"])
def test_who_wants_to_change_an_answer_is_shown_the_answers(wish: str) -> None:
    trainee = Trainee("zh").begins().says("56")
    assert (trainee.command(Command.EDIT) if wish.startswith("/") else trainee.says(wish)).screen.key == "dialog.review"
