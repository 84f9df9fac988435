"""Rules 3, 4 and 6 (origin): grade, type, the two criteria, diagnosis."""

from dataclasses import dataclass

from .values import Case, Number

GRADES = ("G1", "G2", "G3")
SITES = ("lung", "intestine", "pancreaticoduodenal_or_rectal", "pancreas")
SEARCHES = ("chest_ct", "gastroscopy", "colonoscopy", "pancreas_abdomen", "other_search")


@dataclass(frozen=True, slots=True)
class Classification:
    """The values of ASSESS `classification`."""

    type: str
    grade: str | None
    possible_grades: tuple[str, ...]
    mitotic_grade: str | None
    ki67_grade: str | None
    provisional: bool
    discordant: bool
    type_presumed: bool


def index_grades(number: Number | None, first_cut: int) -> tuple[str, ...]:
    """The grades one index allows; empty while open."""
    if number is None:
        return ()
    found: list[str] = []
    if not number.all_at_least(first_cut):
        found.append("G1")
    if not number.all_below(first_cut) and not number.all_above(20):
        found.append("G2")
    if not number.all_at_most(20):
        found.append("G3")
    return tuple(found)


def pathology_criterion(case: Case) -> str:
    """Rules 4: criterion 1."""
    pathology = case.word("pathology_diagnosis")
    if pathology in ("nen", "mixed"):
        return "met"
    if pathology == "suspected":
        return "unclear"
    if pathology == "other_tumour":
        return "not_met"
    return "unknown"


def possible_grades(case: Case) -> tuple[str, ...]:
    """Rules 3: the grades the answers allow, before the type is considered."""
    mitotic = index_grades(case.number("mitoses"), 2)
    ki67 = index_grades(case.number("ki67_percent"), 3)
    if mitotic and ki67:
        higher = {max(one, two) for one in mitotic for two in ki67}
        return tuple(grade for grade in GRADES if grade in higher)
    if mitotic:
        return mitotic
    if ki67:
        return ki67
    reported = case.word("reported_grade")
    return (reported,) if reported else ()


def _crosses_30(number: Number | None) -> bool:
    return number is not None and not number.all_below(30) and not number.all_at_least(30)


def _below_30(number: Number | None) -> bool:
    return number is not None and number.all_below(30)


def _is_manec(case: Case) -> bool:
    adeno = case.number("adenocarcinoma_percent")
    nec = case.number("nec_percent")
    if adeno is None or nec is None:
        return False
    return adeno.all_at_least(30) and nec.all_at_least(30)


def _components_leave_it_open(case: Case) -> bool:
    adeno = case.number("adenocarcinoma_percent")
    nec = case.number("nec_percent")
    if case.word("pathology_diagnosis") == "mixed" and (adeno is None or nec is None):
        return True
    if _crosses_30(adeno) and not _below_30(nec):
        return True
    return _crosses_30(nec) and not _below_30(adeno)


def _nec_by_share(case: Case) -> bool:
    adeno = case.number("adenocarcinoma_percent")
    nec = case.number("nec_percent")
    if nec is None or not nec.all_above(0):
        return False
    return _below_30(adeno) and case.word("differentiation") != "well"


def _type_by_grade(grade: str, differentiation: str | None) -> str:
    if grade in ("G1", "G2"):
        return "contradictory" if differentiation == "poor" else "NET"
    if differentiation == "poor":
        return "NEC"
    if differentiation == "well":
        return "unclassifiable"
    return "undetermined"


def tumour_type(case: Case) -> str:
    """Rules 3: `type`, first that holds."""
    if case.word("pathology_diagnosis") == "other_tumour":
        return "not_nen"
    if pathology_criterion(case) == "unknown":
        return "undetermined"
    if _is_manec(case):
        return "MANEC"
    if _components_leave_it_open(case):
        return "undetermined"
    grades = possible_grades(case)
    if not grades:
        return "NEC" if _nec_by_share(case) else "undetermined"
    types = {_type_by_grade(grade, case.word("differentiation")) for grade in grades}
    return types.pop() if len(types) == 1 else "undetermined"


def _single(grades: tuple[str, ...]) -> str | None:
    return grades[0] if len(grades) == 1 else None


def _grade_is_provisional(case: Case) -> bool:
    # rules 3, provisional (i); a grade that rests on reported_grade has both indices open
    for key in ("mitoses", "ki67_percent"):
        number = case.number(key)
        if number is None or not number.exact:
            return True
    return case.word("mitoses_area") in (None, "unstated")


def _manec_is_provisional(case: Case) -> bool:
    # rules 3, provisional (ii)
    if case.word("specimen") == "needle":
        return True
    for key in ("adenocarcinoma_percent", "nec_percent"):
        number = case.number(key)
        if number is not None and not number.exact:
            return True
    return False


def classify(case: Case) -> Classification:
    """Rules 3 as a whole."""
    kind = tumour_type(case)
    mitotic = _single(index_grades(case.number("mitoses"), 2))
    ki67 = _single(index_grades(case.number("ki67_percent"), 3))
    grades = possible_grades(case)
    if kind in ("MANEC", "not_nen"):
        grades = ()
    grade = _single(grades)
    provisional = False
    if grade is not None:
        provisional = _grade_is_provisional(case)
    elif kind == "MANEC":
        provisional = _manec_is_provisional(case)
    elif kind == "NEC" and not grades:  # rules 3, provisional (iii): NEC by share
        provisional = True
    return Classification(
        type=kind,
        grade=grade,
        possible_grades=grades,
        mitotic_grade=mitotic,
        ki67_grade=ki67,
        provisional=provisional,
        discordant=mitotic is not None and ki67 is not None and mitotic != ki67,
        type_presumed=kind == "NET" and case.word("differentiation") != "well",
    )


def origin(case: Case, found: Classification) -> str:
    """Rules 6: `origin.suggests`."""
    if found.type in ("NEC", "MANEC", "unclassifiable", "contradictory", "not_nen"):
        return "not_applicable"
    if found.possible_grades == ("G3",):
        return "not_applicable"
    groups: list[str] = []
    if case.word("ihc_ttf1") == "positive":
        groups.append("lung")
    if case.word("ihc_cdx2") == "positive":
        groups.append("intestine")
    if "positive" in (case.word("ihc_pax6_8"), case.word("ihc_isl1")):
        groups.append("pancreaticoduodenal_or_rectal")
    if not groups:
        return "none"
    if len(groups) > 1:
        return "conflicting"
    if groups == ["pancreaticoduodenal_or_rectal"] and case.word("ihc_nesp55") == "positive":
        return "pancreas"
    return groups[0]


def _refuted(case: Case) -> bool:
    known = case.word("known_nen")
    if known == "yes_current":
        return True
    if any(case.word(key) == "primary_found" for key in SEARCHES):
        return True
    return case.done("primary_site") and known != "yes_past"


def _doubtful(case: Case, suggests: str) -> bool:
    if any(case.word(key) == "suspicious" for key in SEARCHES):
        return True
    if case.word("known_nen") == "yes_past":
        return True
    if case.many("uptake_outside_liver") & {"lung", "gastrointestinal", "pancreas", "other"}:
        return True
    return suggests in SITES or suggests == "conflicting"


def _provisionally_met(case: Case) -> bool:
    if case.word("known_nen") != "no":
        return False
    for key in ("chest_ct", "gastroscopy", "colonoscopy", "pancreas_abdomen"):
        if case.word(key) != "negative":
            return False
    if case.is_open("srs") and case.is_open("ga68_pet"):
        return False
    if case.is_open("uptake_outside_liver"):
        return False
    return case.many("uptake_outside_liver") <= {"lymph_node", "bone"}


def primary_criterion(case: Case, suggests: str) -> str:
    """Rules 4: criterion 2, first that holds."""
    if _refuted(case):
        return "refuted"
    if _doubtful(case, suggests):
        return "doubtful"
    if _provisionally_met(case):
        return "provisionally_met"
    return "incomplete"


def no_liver_lesion(case: Case) -> bool:
    """Rules 4: discovery says so, or a count of exactly 0 (not a range)."""
    if case.word("discovery") == "no_lesion":
        return True
    count = case.number("lesion_count")
    return count is not None and count.hi == 0 and count.kind in ("exact", "approximation")


def diagnosis(case: Case, criterion1: str, criterion2: str) -> str:
    """Rules 4: `diagnosis.id`, first that holds."""
    if no_liver_lesion(case):
        return "no_liver_lesion"
    if criterion1 == "not_met":
        return "not_nen"
    if criterion2 == "refuted":
        return "metastatic_nen"
    if criterion1 in ("unknown", "unclear"):
        return "nen_not_shown"
    if criterion2 in ("incomplete", "doubtful"):
        return "nen_origin_unsettled"
    return "phnen_provisional"
