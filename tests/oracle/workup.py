"""Rules 5, 6 (receptors), 7 (extent), 9, 10 and 12: everything between the diagnosis and the treatment."""

from dataclasses import dataclass

from .classify import Classification
from .values import Case, Number

HORMONES = ("hiaa_24h", "serotonin", "insulin", "gastrin")
POSITIVE = ("high", "low", "positive_degree_unknown")
NAMED_SYMPTOMS = frozenset({"flushing", "hypoglycaemia", "diarrhoea", "zollinger_ellison"})


# ---- rules 5: function


def on_ppi(case: Case) -> bool:
    """A proton pump inhibitor is among the confounders."""
    return "ppi" in case.many("cga_confounders")


def matched_syndromes(case: Case) -> list[str]:
    """Syndromes whose symptom stands with its raised hormone, in the order of rules 5."""
    symptoms = case.many("hormone_symptoms")
    found: list[str] = []
    if symptoms & {"flushing", "diarrhoea"} and case.word("hiaa_24h") == "raised":
        found.append("carcinoid")
    if "zollinger_ellison" in symptoms and case.word("gastrin") == "raised" and not on_ppi(case):
        found.append("zollinger_ellison")
    if "hypoglycaemia" in symptoms and case.word("insulin") == "raised":
        found.append("hypoglycaemia")
    return found


def functional_status(case: Case) -> str:
    """Rules 5: `functional.status`."""
    if case.is_open("hormone_symptoms"):
        return "unknown"
    symptoms = case.many("hormone_symptoms")
    if not symptoms:
        return "non_functional"
    matched = bool(matched_syndromes(case))
    explained = case.word("other_explanation") == "yes"
    if matched and not explained:
        return "confirmed"
    if explained and not matched:
        return "possible"
    if symptoms & NAMED_SYMPTOMS == {"diarrhoea"} and case.word("hiaa_24h") != "raised":
        return "possible"
    if symptoms == {"other"}:
        return "possible"
    return "unconfirmed"


def syndrome(case: Case, status: str) -> str | None:
    """Rules 5: `functional.syndrome`."""
    if status == "confirmed":
        return matched_syndromes(case)[0]
    if status == "unconfirmed":
        for name in ("zollinger_ellison", "hypoglycaemia"):
            if name in case.many("hormone_symptoms"):
                return name
    return None


# ---- rules 5: markers


def cga_level(case: Case) -> str:
    """Where CgA stands: above, within, across, no_limit, or the open state it is in."""
    value = case.number("cga_value")
    limit = case.number("cga_upper_limit")
    result = case.word("cga_result")
    if value is not None and limit is not None:
        if value.hi <= limit.lo:
            return "within"
        if value.lo > limit.lo or (value.lo == limit.lo and not value.lo_closed):
            return "above"
        return "across"
    if result is not None:
        return "above" if result == "raised" else "within"
    if value is not None:
        return "no_limit"
    states = {case.state("cga_value"), case.state("cga_result")}
    if "not_done" in states:
        return "not_done"
    return "unknown" if "unknown" in states else "missing"


def cga_reading(case: Case) -> str | None:
    """Rules 5: the reading of CgA, None where it has no key."""
    level = cga_level(case)
    if level == "missing":
        return None
    if level in ("not_done", "unknown"):
        return level
    if level == "within":
        return "within_limit"
    if level in ("across", "no_limit"):
        return "not_interpretable"
    if case.many("cga_confounders") & {"renal_failure", "heart_disease", "ppi"}:
        return "not_interpretable"
    return "supports"


def _hormone_reading(case: Case, key: str) -> str:
    if case.word(key) == "normal":
        return "within_limit"
    if key == "gastrin" and on_ppi(case):
        return "not_interpretable"
    symptoms = case.many("hormone_symptoms")
    if key == "hiaa_24h":
        return "supports_carcinoid" if symptoms & {"flushing", "diarrhoea"} else "no_statement"
    if key == "serotonin":
        return "supports" if symptoms & {"flushing", "diarrhoea"} else "no_statement"
    if key == "insulin":
        return "supports" if "hypoglycaemia" in symptoms else "no_statement"
    return "supports" if "zollinger_ellison" in symptoms else "no_statement"


def markers(case: Case) -> dict[str, dict[str, str]]:
    """Rules 5: every marker that was answered, with its reading."""
    found: dict[str, dict[str, str]] = {}
    for key in ("afp", "cea", "ca19_9", "nse", *HORMONES):
        state = case.state(key)
        if state == "missing":
            continue
        if state in ("unknown", "not_done"):
            reading = state
        elif key in ("afp", "cea", "ca19_9"):
            reading = "unusual" if case.word(key) == "high" else "usual"
        elif key == "nse":
            reading = "fits_nec" if case.word(key) == "raised" else "no_statement"
        else:
            reading = _hormone_reading(case, key)
        found[key] = {"reading": reading}
    cga = cga_reading(case)
    if cga is not None:
        found["cga"] = {"reading": cga}
    return found


# ---- rules 6: receptor status


def _scan(case: Case, key: str) -> str | None:
    value = case.word(key)
    return None if value == "lesion_removed" else value


def sstr_status(case: Case) -> str:
    """Rules 6: `sstr.status`."""
    scan = _scan(case, "ga68_pet") or _scan(case, "srs")
    ihc = case.word("ihc_sstr2")
    if scan is None:
        if ihc == "positive":
            return "positive_degree_unknown"
        return "negative" if ihc == "negative" else "unknown"
    if ihc is not None and (scan == "negative") != (ihc == "negative"):
        return "conflicting"
    if scan == "strong":
        return "high"
    if scan == "weak":
        return "low"
    return "positive_degree_unknown" if scan == "positive" else "negative"


def scans_disagree(case: Case) -> bool:
    """SRS and 68Ga on opposite sides."""
    srs = _scan(case, "srs")
    ga68 = _scan(case, "ga68_pet")
    if srs is None or ga68 is None:
        return False
    return (srs == "negative") != (ga68 == "negative")


# ---- rules 7: extent


def extrahepatic_disease(case: Case) -> str:
    """present, absent or unknown."""
    if case.many("extrahepatic_metastasis") or case.many("uptake_outside_liver"):
        return "present"
    return "absent" if case.done("extrahepatic_metastasis") else "unknown"


def is_advanced(case: Case) -> bool:
    """Rules 7: advanced, as far as the answers show it."""
    if case.word("resectability") == "no" or extrahepatic_disease(case) == "present":
        return True
    if case.word("course") == "recurrent":
        return True
    return case.word("course") == "progressing" and "resection" in (case.prior() or {})


def _condition(number: Number | None, cut: int) -> str:
    # below the cut is met
    if number is None:
        return "unknown"
    if number.all_below(cut):
        return "met"
    return "unmet" if number.all_at_least(cut) else "unknown"


def transplant_conditions(case: Case, kind: str) -> dict[str, str]:
    """Rules 7: the borrowed conditions."""
    observation = _condition(case.number("observation_months"), 6)
    swapped = {"met": "unmet", "unmet": "met", "unknown": "unknown"}
    ki67 = _condition(case.number("ki67_percent"), 10)
    if kind not in ("NET", "undetermined") or ki67 == "unmet":
        grade_and_ki67 = "unmet"
    elif kind == "NET" and ki67 == "met":
        grade_and_ki67 = "met"
    else:
        grade_and_ki67 = "unknown"
    return {
        "age": _condition(case.number("age_years"), 55),
        "observation": swapped[observation],
        "grade_and_ki67": grade_and_ki67,
        "liver_share": _condition(case.number("liver_involved_percent"), 50),
    }


# ---- rules 12: imaging


def imaging(case: Case) -> dict[str, list[str]]:
    """Rules 12: which recorded features the review describes, and which it does not."""
    described: list[str] = []
    other: list[str] = []
    for key, words in (
        ("lobe", ("right",)),
        ("arrangement", ("single", "dominant_with_satellites")),
        ("us_echo", ("mixed_hyperechoic", "isoechoic", "hypoechoic")),
        ("us_margin", ("clear",)),
        ("ceus_pattern", ("fast_in_fast_out",)),
        ("enhancement", ("edge_persistent", "edge_washout")),
    ):
        if case.done(key):
            (described if case.word(key) in words else other).append(key)
    size = case.number("largest_cm")
    if size is not None and size.all_above(5):
        described.append("largest_cm")
    if case.many("plain_ct_mri"):
        described.append("plain_ct_mri")
    return {"described_by_review": sorted(described), "not_described": sorted(other)}


# ---- rules 9: next steps


@dataclass(frozen=True, slots=True)
class _Step:
    """`parts` are the answer ids whose being open makes the step."""

    id: str
    wanted: bool
    parts: tuple[str, ...]


def _receptor_steps(case: Case, found: Classification) -> list[_Step]:
    no_ga68, no_srs = case.is_open("ga68_pet"), case.is_open("srs")
    fdg = found.type in ("NEC", "MANEC", "unclassifiable") or "G3" in found.possible_grades
    return [
        _Step("ga68_pet", no_ga68 and (no_srs or case.word("srs") == "negative"), ("ga68_pet",)),
        _Step("srs", no_ga68 and no_srs, ("srs",)),
        _Step("fdg_pet", case.is_open("fdg_pet") and fdg, ("fdg_pet",)),
    ]


def _marker_steps(case: Case, found: Classification) -> list[_Step]:
    symptoms = case.many("hormone_symptoms")
    carcinoid = bool(symptoms & {"flushing", "diarrhoea"})
    nse = found.type == "NEC" or cga_reading(case) == "within_limit"
    no_cga = case.is_open("cga_value") and case.is_open("cga_result")
    return [
        _Step("cga", no_cga, ("cga_value", "cga_result")),
        _Step("nse", case.is_open("nse") and nse, ("nse",)),
        _Step("hiaa_24h", case.is_open("hiaa_24h") and carcinoid, ("hiaa_24h",)),
        _Step("serotonin", case.is_open("serotonin") and carcinoid, ("serotonin",)),
        _Step("insulin", case.is_open("insulin") and "hypoglycaemia" in symptoms, ("insulin",)),
        _Step("gastrin", case.is_open("gastrin") and "zollinger_ellison" in symptoms, ("gastrin",)),
    ]


def _steps(case: Case, found: Classification) -> list[_Step]:
    tissue = case.word("pathology_diagnosis") in (None, "pending")
    no_differentiation = case.word("differentiation") in (None, "not_stated")
    enhanced = case.many("imaging_done") & {"enhanced_ct", "enhanced_mri"}
    origin_ids = ("ihc_ttf1", "ihc_cdx2", "ihc_pax6_8", "ihc_isl1", "ihc_nesp55")
    no_origin = found.type == "NET" and all(case.is_open(key) for key in origin_ids)
    return [
        _Step("tissue", tissue, ("pathology_diagnosis",)),
        _Step("mitoses", not tissue and case.is_open("mitoses"), ("mitoses",)),
        _Step("ki67", not tissue and case.is_open("ki67_percent"), ("ki67_percent",)),
        _Step("differentiation", not tissue and no_differentiation, ("differentiation",)),
        _Step("chest_ct", case.is_open("chest_ct"), ("chest_ct",)),
        _Step("gastroscopy", case.is_open("gastroscopy"), ("gastroscopy",)),
        _Step("colonoscopy", case.is_open("colonoscopy"), ("colonoscopy",)),
        *_receptor_steps(case, found),
        _Step("pancreas_abdomen", case.is_open("pancreas_abdomen"), ("pancreas_abdomen",)),
        _Step("enhanced_imaging", not enhanced, ("imaging_done",)),
        *_marker_steps(case, found),
        _Step("origin_ihc", not tissue and no_origin, origin_ids),
        _Step("resectability", case.word("resectability") in (None, "not_assessed"), ("resectability",)),
        _Step(
            "organ_function",
            case.is_open("renal_function") or case.is_open("liver_function"),
            ("renal_function", "liver_function"),
        ),
    ]


def next_steps(case: Case, found: Classification) -> list[dict[str, str]]:
    """Rules 9 in order; the note by rules 2."""
    listed: list[dict[str, str]] = []
    for step in _steps(case, found):
        if not step.wanted:
            continue
        states = [case.state(part) for part in step.parts if case.is_open(part)]
        look_up = bool(states) and all(state == "unknown" for state in states)
        listed.append({"id": step.id, "note": "look_up" if look_up else "do"})
    return listed


# ---- rules 10: red flags


def red_flags(case: Case) -> list[str]:
    """Rules 10: red flags in the order of the rules."""
    found: list[str] = []
    if "jaundice" in case.many("mass_symptoms"):
        found.append("jaundice")
    if "hypoglycaemia" in case.many("hormone_symptoms"):
        found.append("hypoglycaemia")
    if "zollinger_ellison" in case.many("hormone_symptoms"):
        found.append("ulcer_bleeding_risk")
    return found
