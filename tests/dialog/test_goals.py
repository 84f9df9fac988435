"""Goals shorten the path, and an answer opens or closes the questions that depend on it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from flows.dialog.events import Answered, Command, Finished, Marked
from flows.dialog.session import Screen
from flows.rules.values import Open
from tests.dialog.trainee import Trainee, knowledge, plan_of

GROUPS = {
    "dx": {*"ABCDEFG"},
    "next": {*"ABCDEFG"},
    "treatment": {*"ABCDEFGHI"},
    "grade": {"A5", *(f"G{number}" for number in range(1, 9))},
    "prognosis": {"A5", "G1", "G2", "G4", "G5", "G6", "H1", "H4"},
}


def asked_in_many_consultations(*goals: str) -> set[str]:
    """The questions that come up with these goals, over many random consultations."""
    asked: set[str] = set()
    for seed in range(60):
        rng = random.Random(seed)
        trainee = Trainee().begins(*goals)
        while trainee.asked:
            asked.add(trainee.knowledge.fields[trainee.asked].question)
            trainee.goes_on(rng, 1, 0.3 if seed % 2 else 0.8)
            while trainee.session.screen is Screen.CHECK:
                trainee.command(Command.KEEP)
    return asked


@pytest.mark.parametrize("goal", GROUPS)
def test_a_goal_asks_its_questions_and_no_others(goal: str) -> None:
    allowed = {name for name in knowledge().questions if name in GROUPS[goal] or name[0] in GROUPS[goal]} - {"A5"}
    asked = asked_in_many_consultations(goal)
    assert asked <= allowed
    assert allowed - asked <= {"I8"}, "only what needs a found primary may not have come up"


def test_two_goals_ask_for_both() -> None:
    assert {"G3", "G8", "H1", "H4"} <= asked_in_many_consultations("grade", "prognosis")


def test_not_knowing_the_goal_asks_for_everything() -> None:
    assert plan_of(Trainee().begins().session) == plan_of(Trainee().begins("treatment").session)


def will_ask(trainee: Trainee) -> set[str]:
    """The fields that may still come."""
    return set(plan_of(trainee.session)[1])


@pytest.mark.parametrize(
    ("given", "opens", "closes"),
    [
        ({"hormone_symptoms": ["none"]}, set(), {"other_explanation", "serotonin", "insulin", "gastrin"}),
        ({"hormone_symptoms": ["flushing"]}, {"other_explanation", "serotonin", "gastrin"}, set()),
        ({"hormone_symptoms": "unknown"}, {"serotonin"}, {"other_explanation"}),
        ({"cga_value": "not_done"}, set(), {"cga_unit", "cga_upper_limit", "cga_result", "cga_confounders"}),
        ({"cga_value": "unknown"}, {"cga_result"}, {"cga_unit", "cga_upper_limit"}),
        ({"cga_value": 300}, {"cga_unit", "cga_upper_limit", "cga_confounders"}, set()),
        ({"cga_value": 300, "cga_unit": "ng/mL", "cga_upper_limit": 100}, {"cga_confounders"}, {"cga_result"}),
        ({"imaging_done": ["none"]}, set(), {"lesion_count", "largest_cm", "us_echo", "ceus_pattern", "plain_ct_mri", "enhancement", "lesion_location"}),
        ({"imaging_done": ["us"]}, {"lesion_count", "us_echo"}, {"ceus_pattern", "plain_ct_mri", "enhancement"}),
        ({"imaging_done": ["enhanced_mri"]}, {"plain_ct_mri", "enhancement"}, {"us_echo", "us_margin", "ceus_pattern"}),
        ({"imaging_done": ["ct"], "lesion_count": 0}, set(), {"largest_cm", "arrangement", "lobe", "lesion_location"}),
        ({"srs": "not_done", "ga68_pet": "not_done", "fdg_pet": "not_done"}, {"ihc_sstr2"}, {"uptake_outside_liver"}),
        ({"ga68_pet": "strong"}, {"uptake_outside_liver"}, {"ihc_sstr2"}),
        ({"chest_ct": "negative", "gastroscopy": "negative", "colonoscopy": "negative", "pancreas_abdomen": "negative", "other_search": "not_done", "known_nen": "no"}, {"observation_months"}, {"primary_site"}),
        (
            {"discovery": "checkup", "known_nen": "no", "imaging_done": ["none"], "gastroscopy": "primary_found", "specimen": "none"},
            {"primary_site", "extrahepatic_primary_resected"},
            {"observation_months", "resectability", "course", "prior_treatment", "renal_function"},
        ),
        ({"known_nen": "yes_past"}, {"primary_site"}, set()),
        ({"specimen": "none"}, {"resectability", "prior_treatment"}, {"pathology_diagnosis", "ihc_syn", "mitoses", "ki67_percent", "differentiation", "ihc_cdx2"}),
        ({"specimen": "needle", "pathology_diagnosis": "pending"}, set(), {"ihc_syn", "mitoses", "ki67_percent", "adenocarcinoma_percent"}),
        (
            {"discovery": "checkup", "imaging_done": ["none"], "specimen": "needle", "pathology_diagnosis": "other_tumour"},
            {"ihc_syn"},
            {"mitoses", "ki67_percent", "resectability"},
        ),
        ({"pathology_diagnosis": "nen", "mitoses": "unknown", "ki67_percent": "not_done"}, {"reported_grade"}, {"mitoses_area"}),
        ({"pathology_diagnosis": "nen", "mitoses": 3}, {"mitoses_area"}, {"reported_grade"}),
        ({"pathology_diagnosis": "nen", "adenocarcinoma_present": "no"}, set(), {"adenocarcinoma_percent", "nec_percent"}),
        ({"pathology_diagnosis": "nen", "adenocarcinoma_present": "yes"}, {"adenocarcinoma_percent", "nec_percent"}, set()),
        ({"pathology_diagnosis": "mixed", "adenocarcinoma_percent": 0}, {"nec_percent"}, set()),
        ({"resectability": "one_stage"}, set(), {"unresectable_because", "liver_involved_percent", "other_treatment_inadequate"}),
        ({"resectability": "no"}, {"unresectable_because", "liver_involved_percent", "other_treatment_inadequate"}, set()),
        ({"resectability": "staged"}, {"unresectable_because", "liver_involved_percent"}, {"other_treatment_inadequate"}),
        ({"course": "recurrent"}, {"recurrence_years"}, set()),
        ({"course": "new"}, set(), {"recurrence_years"}),
        ({"discovery": "no_lesion"}, set(), {"resectability", "prior_treatment", "observation_months"}),
    ],
    ids=lambda value: "+".join(f"{name}={answer}" for name, answer in value.items()) if isinstance(value, dict) else "",
)
def test_an_answer_opens_and_closes_what_depends_on_it(given: dict[str, Any], opens: set[str], closes: set[str]) -> None:
    ahead = will_ask(Trainee().begins().has(**given))
    assert opens <= ahead
    assert not closes & ahead


def test_skipping_leaves_a_field_and_asks_what_follows_without_it() -> None:
    trainee = Trainee().begins("grade").command(Command.SKIP)
    assert trainee.session.skipped == {"specimen"}
    assert trainee.asked == "pathology_diagnosis"


def test_the_rest_of_a_question_is_answered_at_once() -> None:
    trainee = Trainee().begins("grade").says("needle", "nen", "positive")
    assert trainee.asked == "ihc_syn"
    trainee.command(Command.REST, "not_done")
    assert {trainee.session.answers[name] for name in ("ihc_syn", "ihc_cd56", "ihc_nse")} == {"not_done"}
    assert (trainee.session.answers["ihc_cga"], trainee.asked) == ("positive", "mitoses")


@pytest.mark.parametrize("words", ["rest not done", "其余未做", "都没做"])
def test_the_rest_of_a_question_can_be_answered_in_words(words: Any) -> None:
    trainee = Trainee().begins("grade").says("needle", "nen", "positive", words)
    assert trainee.asked == "mitoses"


def test_the_rest_is_not_called_undone_where_nothing_can_be_done() -> None:
    trainee = Trainee().begins("dx").says("rest not done")
    assert (trainee.asked, trainee.screen.params["refused"]) == ("age_years", {"why": "option", "field": "age_years"})


def test_a_question_with_several_parts_says_which_part_this_is() -> None:
    trainee = Trainee().begins("dx").has(**dict.fromkeys(("age_years", "discovery", "known_nen", "liver_disease", "mass_symptoms", "hormone_symptoms"), "unknown"))
    trainee.command(Command.RESUME)
    assert [(trainee.asked, trainee.screen.params["part"], trainee.screen.params["parts"])] == [("afp", 1, 3)]
    trainee.says("normal")
    assert [(trainee.asked, trainee.screen.params["part"], trainee.screen.params["parts"])] == [("cea", 2, 3)]


def test_goals_can_be_ticked_unticked_and_finished() -> None:
    trainee = Trainee().command(Command.CONSENT)
    assert Finished("goal") not in trainee.events()
    trainee.does(Marked("goal", "dx", on=True)).does(Marked("goal", "grade", on=True)).does(Marked("goal", "dx", on=False))
    assert Finished("goal") in trainee.events()
    assert trainee.does(Finished("goal")).session.answers["goal"] == frozenset({"grade"})


def test_everything_is_one_tap() -> None:
    trainee = Trainee().command(Command.CONSENT)
    assert Answered("goal", "unknown") in trainee.events()
    assert Trainee().command(Command.CONSENT).says("everything").session.answers == {"goal": Open.UNKNOWN}
