"""Rules 10: contradictions; with ranges one holds only if every value contradicts."""

from .classify import Classification
from .values import Case, Number
from .workup import HORMONES, cga_level, extrahepatic_disease, on_ppi, scans_disagree


def _crosses_below(number: Number, cut: int) -> bool:
    # the comparison is "below the cut"
    return not number.all_below(cut) and not number.all_at_least(cut)


def _crosses_above(number: Number, cut: int) -> bool:
    # the comparison is "above the cut"
    return not number.all_above(cut) and not number.all_at_most(cut)


def _range_crosses(case: Case) -> bool:
    ki67 = case.number("ki67_percent")
    if ki67 is not None:
        if _crosses_below(ki67, 3) or _crosses_above(ki67, 20):
            return True
        # a bound is held only against the cut-offs of the grade
        if ki67.kind == "range" and (_crosses_below(ki67, 10) or _crosses_above(ki67, 55)):
            return True
    mitoses = case.number("mitoses")
    if mitoses is None:
        return False
    return _crosses_below(mitoses, 2) or _crosses_above(mitoses, 20)


def _components_over_100(case: Case) -> bool:
    adeno = case.number("adenocarcinoma_percent")
    nec = case.number("nec_percent")
    if adeno is None or nec is None:
        return False
    least = adeno.lo + nec.lo
    return least > 100 or (least == 100 and not (adeno.lo_closed and nec.lo_closed))


def _count_vs_arrangement(case: Case) -> bool:
    arrangement = case.word("arrangement")
    if arrangement is None:
        return False
    single = arrangement == "single"
    if case.word("lesion_count") == "uncountable":
        return single
    count = case.number("lesion_count")
    if count is None:
        return False
    if single:
        return count.lo >= 2
    return count.lo == 1 and count.hi == 1


def _negative_nen_ihc(case: Case) -> bool:
    if case.word("pathology_diagnosis") != "nen":
        return False
    recorded = [case.word(key) for key in ("ihc_cga", "ihc_syn", "ihc_cd56", "ihc_nse") if case.done(key)]
    return bool(recorded) and all(value == "negative" for value in recorded)


def _needle_share(case: Case) -> bool:
    given = case.done("adenocarcinoma_percent") or case.done("nec_percent")
    return case.word("specimen") == "needle" and given


def _hormone_without_symptoms(case: Case) -> bool:
    none = case.done("hormone_symptoms") and not case.many("hormone_symptoms")
    return none and any(case.word(key) == "raised" for key in HORMONES)


def _ppi_confounds(case: Case) -> bool:
    return on_ppi(case) and (case.word("gastrin") == "raised" or cga_level(case) == "above")


def _uptake_vs_no_metastasis(case: Case) -> bool:
    denied = case.done("extrahepatic_metastasis") and not case.many("extrahepatic_metastasis")
    return denied and bool(case.many("uptake_outside_liver"))


def _specimen_vs_pathology(case: Case) -> bool:
    pathology = case.word("pathology_diagnosis")
    return case.word("specimen") == "none" and pathology not in (None, "pending")


def _area_unstated(case: Case) -> bool:
    return case.done("mitoses") and case.word("mitoses_area") in (None, "unstated")


def contradictions(case: Case, found: Classification) -> list[str]:
    """The ids that hold, sorted."""
    resectability = case.word("resectability")
    size = case.number("largest_cm")
    operable = resectability in ("one_stage", "staged")
    uncountable = case.word("lesion_count") == "uncountable"
    holds = {
        "grade_discordant": found.discordant,
        "well_differentiated_g3": found.type == "unclassifiable",
        "poorly_differentiated_low_grade": found.type == "contradictory",
        "components_over_100": _components_over_100(case),
        "count_vs_arrangement": _count_vs_arrangement(case),
        "needle_component_share": _needle_share(case),
        "resectable_with_extrahepatic_disease": operable and extrahepatic_disease(case) == "present",
        "uptake_vs_no_metastasis": _uptake_vs_no_metastasis(case),
        "hormone_without_symptoms": _hormone_without_symptoms(case),
        "srs_vs_ga68": scans_disagree(case),
        "range_crosses_cut_off": _range_crosses(case),
        "implausible_size": size is not None and size.all_above(30),
        "negative_nen_ihc": _negative_nen_ihc(case),
        "ppi_confounds_gastrin_or_cga": _ppi_confounds(case),
        "uncountable_but_resectable": uncountable and resectability == "one_stage",
        "mitoses_area_unstated": _area_unstated(case),
        "specimen_vs_pathology": _specimen_vs_pathology(case),
    }
    return sorted(key for key, value in holds.items() if value)
