"""Random and edge inputs for differential testing; every random answer set is accepted by the contract."""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

from .catalogue import MANY, NUMBERS, ONE, OUTCOMES, TREATMENTS

# values at, just beside and around every cut-off and limit
POINTS: dict[str, tuple[float, ...]] = {
    "age_years": (0, 24, 48, 54, 54.9, 55, 55.1, 56, 79, 120),
    "cga_value": (0.1, 50, 99.9, 100, 100.1, 140, 223, 900, 100000),
    "lesion_count": (0, 1, 1, 1, 2, 3, 4, 4, 5, 6, 100),
    "largest_cm": (0.1, 2, 3.5, 4.9, 4.99, 5, 5.01, 5.1, 7, 8, 29.9, 30, 30.1, 40),
    "observation_months": (0, 5, 5.9, 6, 6.1, 7, 12, 600),
    "mitoses": (0, 1, 1, 1.9, 2, 2.1, 12, 19, 20, 20.5, 21, 45, 300),
    "ki67_percent": (0, 2, 2, 2.9, 3, 3.1, 6, 9.9, 10, 10.1, 12, 19.9, 20, 20.1, 35, 55, 55.1, 80, 100),
    "adenocarcinoma_percent": (0, 10, 29.9, 30, 30.1, 40, 70, 70.1, 100),
    "nec_percent": (0, 0.1, 10, 29.9, 30, 30.1, 60, 70, 70.1, 100),
    "liver_involved_percent": (0, 10, 40, 49.9, 50, 50.1, 90, 100),
    "recurrence_years": (0, 1, 13, 60),
}
LIMIT_POINTS = (0.1, 1, 50, 100, 100, 100, 140, 10000)
RANGE_SIGNS = ("-", " - ", "–", " – ", "—", "~", "～", "至", "到", " to ")
BOUND_SIGNS = ("<", "<=", "≤", ">", ">=", "≥", "< ", "≥ ", "＜", "＞")
ABOUT_SIGNS = ("about ", "约", "~", "～")
FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")

# how often an id is asked at all (others: 0.45), and how often an option is drawn beside an even draw
ASKED: dict[str, float] = {
    "pathology_diagnosis": 0.95,
    "known_nen": 0.8,
    "resectability": 0.9,
    "extrahepatic_metastasis": 0.8,
    "hormone_symptoms": 0.85,
    "mitoses": 0.8,
    "ki67_percent": 0.8,
    "mitoses_area": 0.75,
    "differentiation": 0.85,
    "ga68_pet": 0.7,
    "uptake_outside_liver": 0.6,
    "chest_ct": 0.75,
    "gastroscopy": 0.75,
    "colonoscopy": 0.75,
    "pancreas_abdomen": 0.75,
    "prior_treatment": 0.75,
    "course": 0.75,
    "lesion_count": 0.75,
    "largest_cm": 0.75,
    "lesion_location": 0.75,
    "other_treatment_inadequate": 0.75,
    "age_years": 0.75,
    "observation_months": 0.75,
    "liver_involved_percent": 0.75,
    "primary_site": 0.04,
    "adenocarcinoma_percent": 0.2,
    "nec_percent": 0.22,
    "reported_grade": 0.3,
    "ihc_ttf1": 0.15,
    "ihc_cdx2": 0.15,
    "ihc_pax6_8": 0.15,
    "ihc_isl1": 0.15,
    "ihc_sstr2": 0.25,
    "ssa_allergy": 0.4,
}
FAVOURED: dict[str, tuple[tuple[str, ...], float]] = {
    "pathology_diagnosis": (("nen", "nen", "nen", "nen", "mixed", "suspected"), 0.92),
    "discovery": (("checkup", "symptoms"), 0.9),
    "known_nen": (("no", "no", "no", "no", "yes_past"), 0.95),
    "resectability": (("no", "no", "no", "one_stage", "staged"), 0.8),
    "differentiation": (("well", "well", "poor"), 0.75),
    "ga68_pet": (("strong", "strong", "negative", "weak"), 0.7),
    "course": (("progressing", "recurrent", "new"), 0.5),
    "other_treatment_inadequate": (("yes",), 0.6),
    "chest_ct": (("negative",), 0.93),
    "gastroscopy": (("negative",), 0.95),
    "colonoscopy": (("negative",), 0.95),
    "pancreas_abdomen": (("negative",), 0.93),
    "other_search": (("negative",), 0.9),
    "ihc_sstr2": (("positive",), 0.3),
    "renal_function": (("normal", "mild_moderate"), 0.7),
    "liver_function": (("normal", "mild_moderate"), 0.7),
    "blood_counts": (("normal", "low_wbc"), 0.7),
    "ssa_allergy": (("no",), 0.5),
    "other_explanation": (("no",), 0.5),
    "specimen": (("needle", "surgery"), 0.9),
    "mitoses_area": (("per_2mm2", "per_10hpf"), 0.7),
}
ALONE_NONE: dict[str, float] = {
    "extrahepatic_metastasis": 0.65,
    "uptake_outside_liver": 0.65,
    "hormone_symptoms": 0.35,
    "lesion_location": 0.5,
    "cga_confounders": 0.5,
    "mass_symptoms": 0.4,
}
BOOLEAN_IDS = ("known_nen", "other_explanation", "resectability", "ssa_allergy", "other_treatment_inadequate")


def random_answers(rng: random.Random) -> dict[str, object]:
    """One contract-valid answer set, plain JSON values only, leaning towards the deep rows of rules 8."""
    answers: dict[str, object] = {}
    open_share = rng.choice((0.0, 0.03, 0.1, 0.3))
    missing_factor = rng.choice((1.0, 1.0, 1.15, 1.3, 0.6))
    for key in _all_ids(rng):
        if rng.random() > min(0.99, ASKED.get(key, 0.45) * missing_factor):
            continue
        if rng.random() < open_share:
            answers[key] = rng.choice(("unknown", "not_done"))
        else:
            answers[key] = _value(rng, key)
    _complete_search(rng, answers)
    _coherent_grade(rng, answers)
    _transplant_candidate(rng, answers)
    _unknown_together(rng, answers)
    return answers


def _all_ids(rng: random.Random) -> list[str]:
    ids = [*NUMBERS, *ONE, *MANY, "prior_treatment"]
    rng.shuffle(ids)
    return ids


def _value(rng: random.Random, key: str) -> object:
    if key == "prior_treatment":
        return _prior(rng)
    if key == "lesion_count" and rng.random() < 0.06:
        return "uncountable"
    if key == "cga_upper_limit":
        return _number_form(rng, rng.choice(LIMIT_POINTS))
    if key in NUMBERS:
        return _number(rng, key)
    if key in MANY:
        return _many(rng, key)
    return _one(rng, key)


def _one(rng: random.Random, key: str) -> object:
    options: Sequence[str] = ONE[key]
    favoured, share = FAVOURED.get(key, ((), 0.0))
    if rng.random() < share:
        options = favoured
    word = rng.choice(options)
    if key in BOOLEAN_IDS and word in ("no", "yes") and rng.random() < 0.1:
        return word == "yes"
    return word


def _many(rng: random.Random, key: str) -> object:
    options = [word for word in MANY[key] if word != "none"]
    if "none" in MANY[key] and rng.random() < ALONE_NONE.get(key, 0.3):
        return rng.choice((["none"], "none"))
    words = rng.sample(options, rng.choice((1, 1, 1, 2, 2, min(3, len(options)))))
    if len(words) == 1 and rng.random() < 0.2:
        return words[0]
    if rng.random() < 0.1:
        words.append(words[0])
    return words


def _prior(rng: random.Random) -> object:
    if rng.random() < 0.25:
        return "none"
    favoured = ("ssa", "platinum_etoposide", "tace", "resection", "everolimus")
    found: dict[str, str] = {}
    for _ in range(rng.choice((1, 1, 2, 3))):
        treatment = rng.choice(favoured if rng.random() < 0.6 else TREATMENTS)
        found[treatment] = rng.choice(OUTCOMES)
    return found


def _number(rng: random.Random, key: str) -> object:
    points = POINTS[key]
    draw = rng.random()
    if draw < 0.72:
        return _number_form(rng, rng.choice(points), key)
    if draw < 0.80:
        return rng.choice(ABOUT_SIGNS) + _text(rng.choice(points))
    if draw < 0.92:
        return _range(rng, key)
    return _bound(rng, key)


def _text(value: float) -> str:
    return f"{value:g}" if value < 100000 else "100000"


def _number_form(rng: random.Random, value: float, key: str = "") -> object:
    draw = rng.random()
    if draw < 0.75:
        return int(value) if value == int(value) else value
    text = _text(value)
    if key == "largest_cm" and draw < 0.9:
        return text + " cm" if draw < 0.82 else _text(round(value * 10, 3)) + rng.choice((" mm", "mm"))
    if key.endswith("_percent") and draw < 0.9:
        text += "%"
    return text.translate(FULL_WIDTH) if draw > 0.95 else text


def _range(rng: random.Random, key: str) -> str:
    low, high = sorted(rng.sample(sorted(set(POINTS[key])), 2))
    sign = rng.choice(RANGE_SIGNS)
    if key.endswith("_percent"):
        return rng.choice((f"{_text(low)}{sign}{_text(high)}", f"{_text(low)}%{sign}{_text(high)}%"))
    return f"{_text(low)}{sign}{_text(high)}"


def _bound(rng: random.Random, key: str) -> str:
    # a bound on a limit itself may leave nothing, so only points strictly inside are used
    limits = NUMBERS[key]
    inside = [point for point in POINTS[key] if limits.low < Fraction(str(point)) < limits.high]
    if key == "lesion_count":
        inside = [2, 3, 4, 5, 6]
    return rng.choice(BOUND_SIGNS) + _text(rng.choice(inside))


def _complete_search(rng: random.Random, answers: dict[str, object]) -> None:
    # without this criterion 2 is hardly ever provisionally met
    if rng.random() < 0.35:
        for key in ("chest_ct", "gastroscopy", "colonoscopy", "pancreas_abdomen"):
            answers[key] = "negative"
        answers["known_nen"] = "no"
        answers["uptake_outside_liver"] = rng.choice((["none"], ["none"], ["lymph_node"], ["bone", "lymph_node"]))
        for key in ("ihc_ttf1", "ihc_cdx2", "ihc_pax6_8", "ihc_isl1", "other_search", "primary_site"):
            answers.pop(key, None)
        answers.setdefault("ga68_pet", rng.choice(("strong", "negative", "weak")))


def _coherent_grade(rng: random.Random, answers: dict[str, object]) -> None:
    # poorly differentiated with high numbers, or well with low ones: NEC and NET otherwise stay rare
    draw = rng.random()
    if draw < 0.25:
        answers.update(differentiation="poor", mitoses=rng.choice((21, 45)), ki67_percent=rng.choice((20.1, 60, 80)))
        answers["pathology_diagnosis"] = "nen"
    elif draw < 0.55:
        answers.update(mitoses=rng.choice((0, 1, 2, 12)), ki67_percent=rng.choice((2, 3, 6, 9.9, 12, 20)))
        answers["differentiation"] = rng.choice(("well", "well", "well", "not_stated"))
        answers["pathology_diagnosis"] = "nen"
    elif draw < 0.62:
        answers.update(adenocarcinoma_percent=rng.choice((30, 40, "40-50")), nec_percent=rng.choice((30, 60, "≥50")))
    elif draw < 0.67:
        for key in ("mitoses", "ki67_percent", "reported_grade"):
            answers.pop(key, None)
        answers.update(adenocarcinoma_percent=rng.choice((0, 10, "<30")), nec_percent=rng.choice((90, ">80%", "20-80")))


def _transplant_candidate(rng: random.Random, answers: dict[str, object]) -> None:
    if rng.random() < 0.12:
        answers.update(resectability="no", extrahepatic_metastasis="none", uptake_outside_liver=["none"])
        answers.update(other_treatment_inadequate="yes", age_years=rng.choice((48, 54, "<55", 55)))
        answers.update(observation_months=rng.choice((5, 6, 12, "5-7", ">=6")))
        answers.update(liver_involved_percent=rng.choice((40, 49.9, "<50", 50)))


def _unknown_together(rng: random.Random, answers: dict[str, object]) -> None:
    # rules 2: look_up only where every open part was answered unknown
    if rng.random() < 0.08:
        origin_ids = ("ihc_ttf1", "ihc_cdx2", "ihc_pax6_8", "ihc_isl1", "ihc_nesp55")
        group = rng.choice((origin_ids, ("renal_function", "liver_function"), ("cga_value", "cga_result")))
        for key in group:
            answers[key] = "unknown"
        if rng.random() < 0.3:
            answers[rng.choice(group)] = "not_done"


def edge_inputs() -> Iterator[tuple[dict[str, object], bool]]:
    """Input forms of rules 1 and ASSESS section 1 with whether they are accepted, one answer at a time."""
    for key, good, bad in (*_NUMBER_EDGES, *_WORD_EDGES):
        for value in good:
            yield {key: value}, True
        for value in bad:
            yield {key: value}, False
    for key, limits in NUMBERS.items():
        yield {key: float(limits.high)}, True
        yield {key: float(limits.high) + 1}, False
        yield {key: float(limits.low)}, limits.low_closed
        yield {key: float(limits.low) - 1}, False
    for key in (*NUMBERS, *ONE, *MANY, "prior_treatment"):
        yield {key: "unknown"}, True
        yield {key: "not_done"}, True
        yield {key: "no_such_word"}, False
        yield {key: True}, key in ONE and "yes" in ONE[key]
        yield {key: False}, key in ONE and "no" in ONE[key]
        yield {key: []}, False
    for key in MANY:
        yield from _many_edges(key)
    for key, options in ONE.items():
        for word in options:
            yield {key: word}, True
    yield {"age_years": 46, "no_such_id": 1}, False


def _many_edges(key: str) -> Iterator[tuple[dict[str, object], bool]]:
    word = next(option for option in MANY[key] if option != "none")
    yield {key: word}, True
    yield {key: [word]}, True
    yield {key: [word, word]}, True
    yield {key: [word, "no_such_word"]}, False
    yield {key: ["none"]}, "none" in MANY[key]
    yield {key: "none"}, "none" in MANY[key]
    yield {key: ["none", word]}, False
    yield {key: [word, "none"]}, False


_Edges = tuple[str, tuple[object, ...], tuple[object, ...]]

_NUMBER_EDGES: tuple[_Edges, ...] = (
    (
        "ki67_percent",
        (
            *(f"15{sign}20" for sign in RANGE_SIGNS),
            *(f"15%{sign}20%" for sign in RANGE_SIGNS),
            *(f"{sign}20" for sign in BOUND_SIGNS),
            *(f"{sign}3%" for sign in ABOUT_SIGNS),
            *("15–20%", "15 %", "１５％", "１５％～２０％", "＜３％", "15", "2.9", 2.9),
            *(0, 100, ">90%", "≥ 50", "<1", "<=2", "about 3", "约3%", "~3", "~3%", "20.1%", "≥100"),
        ),
        (
            *("20-15", "15–", "–15", "-3", -3, 101, "101", "90-110", ">100", "<0", "<-1"),
            *("3,5", "2,9%", "１，５", "nan", "NaN", "inf", "Infinity", "-inf", "abc", "", "15%%", "3 cm"),
            *(float("nan"), float("inf"), float("-inf"), True, False, [15], {"low": 15}),
        ),
    ),
    (
        "largest_cm",
        ("35 mm", "49mm", "3.5 cm", "3.5cm", "4.9", 0.1, 40, "400 mm", "1 mm", "3-5", "3 - 5", "30-49 mm", "<5", "约5"),
        ("401 mm", "0.5 mm", 40.1, 0, "3,5", "5-3", "50%", ">40", "<0.1", "39-41", "35 kg", "nan"),
    ),
    (
        "lesion_count",
        (0, 1, 100, "uncountable", "2-4", ">4", "<5", "≥5", "about 3", "约3", "２"),
        (1.5, "2.5", "1.5-3", "2-3.5", ">4.5", "about 2.5", 101, -1, "4-2", "many", "nan", ">100"),
    ),
    (
        "cga_value",
        (0.1, 100000, "<100", ">100", "90-110", "about 100", "１００", "≤ 50"),
        (0, "0", 100001, -5, "0-10", "110-90", "1,200", float("nan"), ">100000"),
    ),
    (
        "cga_upper_limit",
        (0.1, 10000, "100", 99.5, "１００"),
        ("90-110", "<100", ">100", "≥100", "about 100", "约100", "~100", 0, 0.05, 10001, "1,5", "nan"),
    ),
    ("mitoses", (0, 1.9, 300, "1-2", "<2", ">20", "约12"), (301, -1, "2-1", "1,5", "290-301")),
    ("age_years", (0, 54.5, 120, "54-56", "<55", "about 50"), (121, -1, "56-54", "119-121", "54,5")),
    ("observation_months", (0, 6, 600, "5-7", ">=6"), (601, -1, "7-5")),
)

_WORD_EDGES: tuple[_Edges, ...] = (
    ("known_nen", (False, "no", "yes_current"), (True, "yes", ["no", "yes_past"], 1)),
    ("resectability", (False, "no", "not_assessed"), (True, "yes", 0)),
    ("reported_grade", ("G1", "G2", "G3"), (2, "G4", "2")),
    ("afp", ("normal", "mild", "high"), ("raised", "none", False)),
    ("ga68_pet", ("lesion_removed", "positive"), ("none", "weakly")),
    ("goal", (["dx", "treatment"], "dx", "prognosis"), ("learn", "tx", "prog", ["dx", "learn"])),
    ("hormone_symptoms", ("other", ["other", "diarrhoea"]), ("jaundice", {"flushing": True}, 3)),
    (
        "prior_treatment",
        ("none", {"tace": "failed"}, {"rfa": "working", "ssa": "ongoing", "prrt": "intolerant"}),
        ({"ablation": "failed"}, {"tace": "good"}, {"tace": "failed", "surgery": "working"}, {"tace": None}, "tace", 3),
    ),
    ("case", ("V1", "x" * 80, 7, 1.5), ("x" * 81,)),
)
