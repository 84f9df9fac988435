"""Rules 8: the thirteen treatments, the first line that holds decides."""

from dataclasses import dataclass, field

from .catalogue import TREATMENTS
from .values import Case

# rules 8 (c); ssa is handled in its own condition
GATED = ("tace", "radioembolization", "prrt", "everolimus", "tki", "temozolomide")
# rules 8 (d); ssa is handled in its own condition
NEEDS_RESECTABILITY = ("resection", "transplantation", *GATED, "platinum_etoposide")
UNSETTLED = ("unclassifiable", "contradictory", "undetermined")
SSTR_POSITIVE = ("high", "low", "positive_degree_unknown")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows look at. `resectability` is `open` while open or not assessed; `prior` None while open."""

    case: Case
    type: str
    type_presumed: bool
    criterion1: str
    criterion2: str
    status: str
    sstr: str
    extrahepatic: str
    advanced: bool
    conditions: dict[str, str]
    resectability: str
    course: str | None
    prior: dict[str, str] | None

    @property
    def functional(self) -> bool:
        """Confirmed or unconfirmed."""
        return self.status in ("confirmed", "unconfirmed")

    @property
    def present(self) -> bool:
        """Extrahepatic disease is present."""
        return self.extrahepatic == "present"

    def outcome(self, treatment: str) -> str | None:
        """How that earlier treatment went; None where absent or open."""
        return (self.prior or {}).get(treatment)

    def something_failed(self, besides: str) -> bool:
        """Another treatment than this one is known to have failed."""
        return any(key != besides and how == "failed" for key, how in (self.prior or {}).items())


@dataclass(slots=True)
class Line:
    """A verdict with the reasons and cautions the rules name; `optional` ones hang on an open reading."""

    verdict: str
    reasons: set[str] = field(default_factory=set)
    cautions: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)


def treatments(facts: Facts) -> dict[str, dict[str, object]]:
    """Every treatment with verdict, reasons, cautions and cautions_optional."""
    found: dict[str, dict[str, object]] = {}
    for treatment in TREATMENTS:
        line = decide(facts, treatment)
        found[treatment] = {
            "verdict": line.verdict,
            "reasons": line.reasons,
            "cautions": line.cautions,
            "cautions_optional": line.optional - line.cautions,
        }
    return found


def decide(facts: Facts, treatment: str) -> Line:
    """Rules 8 (a) to (f) for one treatment."""
    if facts.criterion1 == "unknown":  # rules 8 (a); rules 7: no caution stands on it
        return Line("needs_information")
    line = _excluded(facts, treatment)  # rules 8 (b)
    if line is None:
        line = _gates(facts, treatment) or _row(facts, treatment)
        _general_cautions(facts, treatment, line)
    if line.verdict == "not_suitable":  # rules 7: no caution stands on it
        line.cautions = set()
        line.optional = set()
    return line


def _general_cautions(facts: Facts, treatment: str, line: Line) -> None:
    # rules 8, text before the table
    if facts.criterion1 == "unclear" or facts.criterion2 != "provisionally_met":
        line.cautions.add("if_phnen_is_confirmed")
    # rules 4, last sentence
    if facts.case.word("known_nen") == "yes_past":
        line.cautions.add("likely_metastatic")
    # rules 7
    if facts.outcome(treatment) in ("working", "ongoing"):
        line.cautions.add("already_in_use")
    # rules 8: "NET includes a presumed one, with caution": certain where the verdict rests on NET
    if facts.type_presumed:
        line.optional.add("type_presumed")
        if _rests_on_net(treatment, line.verdict):
            line.cautions.add("type_presumed")
    # rules 8, row tace: named for "either verdict"; rules 7 could carry it to the others
    if treatment in ("tace", "radioembolization") and _liver_at_risk(facts):
        line.optional.add("liver_failure_risk")
        if line.verdict in ("indicated", "possible"):
            line.cautions.add("liver_failure_risk")


def _rests_on_net(treatment: str, verdict: str) -> bool:
    if treatment == "tace":
        return verdict == "indicated"
    return treatment in ("transplantation", "ssa", "everolimus", "tki") and verdict == "possible"


def _liver_at_risk(facts: Facts) -> bool:
    severe = facts.case.word("liver_function") == "severe"
    return severe or "jaundice" in facts.case.many("mass_symptoms")


# ---- (b) exclusions


def _excluded(facts: Facts, treatment: str) -> Line | None:
    reasons: set[str] = set()
    excluded = _row_excludes(facts, treatment)
    if treatment == "transplantation" and _outside_borrowed(facts):
        excluded = True
        reasons.add("outside_borrowed_conditions")
    # rules 7: failed or intolerant, resection excepted
    if treatment != "resection" and facts.outcome(treatment) in ("failed", "intolerant"):
        excluded = True
        reasons.add("already_failed")
    return Line("not_suitable", reasons) if excluded else None


def _outside_borrowed(facts: Facts) -> bool:
    return any(facts.conditions[key] == "unmet" for key in ("age", "grade_and_ki67", "liver_share"))


def _row_excludes(facts: Facts, treatment: str) -> bool:
    if treatment == "resection":
        return facts.resectability == "no"
    if treatment == "transplantation":
        other = facts.case.word("other_treatment_inadequate") == "no"
        return facts.resectability == "one_stage" or other or facts.present
    if treatment == "rfa":
        return _rfa_excluded(facts.case)
    if treatment == "ssa":
        return _ssa_excluded(facts)
    if treatment == "interferon":
        return _interferon_excluded(facts)
    if treatment == "prrt":
        return facts.sstr == "negative"
    if treatment == "everolimus":
        return facts.type == "NEC"
    if treatment == "platinum_etoposide":
        return facts.type == "NET"
    if treatment == "temozolomide":
        known_untreated = facts.prior is not None and "platinum_etoposide" not in facts.prior
        return facts.type == "NEC" and known_untreated
    return False  # ire, tace, radioembolization, tki


def _rfa_excluded(case: Case) -> bool:
    # rules 8, row rfa (b)
    if case.many("lesion_location") & {"hilum", "large_vessel"}:
        return True
    if case.word("lesion_count") == "uncountable":
        return True
    count = case.number("lesion_count")
    if count is not None and count.all_at_least(5):
        return True
    size = case.number("largest_cm")
    return size is not None and size.all_at_least(5)


def _ssa_excluded(facts: Facts) -> bool:
    # rules 8, row ssa (b)
    if facts.case.word("ssa_allergy") == "yes" or facts.sstr == "negative":
        return True
    return facts.type == "NEC" and facts.status == "non_functional"


def _interferon_excluded(facts: Facts) -> bool:
    # rules 8, row interferon (b)
    if "severe" in (facts.case.word("renal_function"), facts.case.word("liver_function")):
        return True
    if facts.case.word("blood_counts") == "marrow_suppressed" or facts.status == "non_functional":
        return True
    if facts.case.word("ssa_allergy") == "yes" or facts.prior is None:
        return False
    return facts.outcome("ssa") in (None, "working", "ongoing")


# The gates named c and d in the rules.


def _gates(facts: Facts, treatment: str) -> Line | None:
    ssa_for_growth = treatment == "ssa" and not facts.functional
    # rules 8 (c)
    if facts.resectability == "one_stage" and not facts.present and (treatment in GATED or ssa_for_growth):
        return Line("not_at_this_stage")
    # rules 8 (d)
    if facts.resectability == "open" and (treatment in NEEDS_RESECTABILITY or ssa_for_growth):
        return Line("needs_information")
    return None


# ---- (e) the rows, (f) otherwise not addressed


def _row(facts: Facts, treatment: str) -> Line:
    rows = {
        "resection": _resection,
        "transplantation": _transplantation,
        "rfa": _rfa,
        "ire": _ire,
        "tace": _tace,
        "radioembolization": _radioembolization,
        "ssa": _ssa,
        "interferon": _interferon,
        "prrt": _prrt,
        "everolimus": _everolimus,
        "tki": _tki,
        "platinum_etoposide": _platinum_etoposide,
        "temozolomide": _temozolomide,
    }
    return rows[treatment](facts)


def _resection(facts: Facts) -> Line:
    if facts.present:
        return Line("not_addressed")
    if facts.resectability == "one_stage" and facts.course != "recurrent":
        line = Line("indicated")
        if facts.type in ("NEC", "MANEC"):
            line.cautions.add("order_with_chemotherapy_not_stated")
        return line
    line = Line("possible")  # staged, or recurrent with one_stage
    if facts.type in ("NEC", "MANEC"):
        line.optional.add("order_with_chemotherapy_not_stated")
    return line


def _transplantation(facts: Facts) -> Line:
    if facts.resectability == "staged":
        return Line("not_addressed")
    # resectability is no; other_treatment_inadequate is yes or open; extrahepatic absent or unknown
    line = Line("needs_information")
    if facts.conditions["observation"] == "unmet":
        line.reasons.add("observation_too_short")
        return line
    if facts.case.is_open("other_treatment_inadequate") or facts.extrahepatic == "unknown":
        return line
    if "unknown" in facts.conditions.values():
        return line
    return Line("possible")


def _rfa(facts: Facts) -> Line:
    case = facts.case
    line = Line("possible")
    count, size = case.number("lesion_count"), case.number("largest_cm")
    if count is None or not count.all_below(5):
        line.verdict = "needs_information"
    if size is None or not size.all_below(5):
        line.verdict = "needs_information"
    if case.is_open("lesion_location"):
        line.verdict = "needs_information"
    named = line.cautions if line.verdict == "possible" else line.optional
    if facts.resectability == "one_stage":
        named.add("surgery_first")
    if "bile_duct" in case.many("lesion_location"):
        named.add("bile_duct")
    return line


def _ire(facts: Facts) -> Line:
    if facts.case.is_open("lesion_location"):
        return Line("needs_information")
    if facts.case.many("lesion_location"):
        return Line("possible")
    return Line("not_addressed", {"not_needed"})


def _tace(facts: Facts) -> Line:
    if facts.resectability == "no" and facts.type == "NET" and not facts.present:
        return Line("indicated")
    return _radioembolization(facts)


def _radioembolization(facts: Facts) -> Line:
    if facts.resectability in ("no", "staged") or facts.advanced:
        return Line("possible")
    return Line("not_addressed")


def _ssa(facts: Facts) -> Line:
    if facts.sstr in ("unknown", "conflicting") or facts.case.is_open("hormone_symptoms"):
        return Line("needs_information")
    if facts.type == "NEC" and facts.status == "possible":
        return Line("needs_information")
    if facts.type in UNSETTLED and not facts.functional:
        return Line("needs_information")
    if facts.type == "MANEC":
        return Line("not_addressed")
    if facts.functional and facts.type != "NEC" and facts.sstr in SSTR_POSITIVE:
        return Line("indicated")
    if facts.functional and facts.type == "NEC":
        return Line("possible")
    if facts.type == "NET" and facts.status in ("possible", "non_functional"):
        return Line("possible")
    return Line("not_addressed")


def _interferon(facts: Facts) -> Line:
    allergy = facts.case.word("ssa_allergy") == "yes"
    if facts.case.is_open("hormone_symptoms") or facts.status == "possible":
        return Line("needs_information")
    if facts.prior is None and not allergy:
        return Line("needs_information")
    if facts.functional and (allergy or facts.outcome("ssa") in ("failed", "intolerant")):
        return Line("possible")
    return Line("not_addressed")


def _prrt(facts: Facts) -> Line:
    if facts.sstr in ("unknown", "conflicting", "positive_degree_unknown") or facts.type == "contradictory":
        return Line("needs_information")
    if facts.sstr == "high" and facts.advanced and facts.type != "MANEC":
        return Line("possible")
    return Line("not_addressed")


def _everolimus(facts: Facts) -> Line:
    if facts.type in UNSETTLED or facts.status in ("unknown", "possible"):
        return Line("needs_information")
    if facts.type == "NET" and facts.status == "non_functional" and facts.advanced:
        return Line("possible")
    return Line("not_addressed")


def _tki(facts: Facts) -> Line:
    if facts.type in UNSETTLED:
        return Line("needs_information")
    if facts.type == "NET" and facts.advanced:
        return Line("possible")
    return Line("not_addressed")


def _platinum_etoposide(facts: Facts) -> Line:
    if facts.type in UNSETTLED:
        return Line("needs_information")
    if facts.type != "NEC":
        return Line("not_addressed")
    if facts.resectability != "one_stage":
        return Line("indicated")
    # the dialogue page says "order not stated" here; the rules do not name the word in this row
    return Line("possible", optional={"order_with_chemotherapy_not_stated"})


def _temozolomide(facts: Facts) -> Line:
    # rules 8, last paragraph: MANEC, the branches, needs_information, not_suitable, not_addressed
    if facts.type == "MANEC":
        return Line("not_addressed")
    net_like = facts.type in ("NET", "unclassifiable")
    well = facts.case.word("differentiation") == "well" and net_like
    failed = facts.something_failed("temozolomide")
    if well and facts.course == "progressing":  # branch 1
        return Line("possible")
    if failed and facts.sstr == "negative":  # branch 2
        return Line("possible")
    if facts.type in ("contradictory", "undetermined"):
        return Line("needs_information")
    if facts.type == "NEC" and facts.prior is None:
        return Line("needs_information")
    if facts.case.is_open("differentiation"):
        return Line("needs_information")
    if well and facts.course is None:  # branch 1 could still be met
        return Line("needs_information")
    if _branch_2_could_hold(facts, failed):
        return Line("needs_information")
    if net_like and facts.course != "progressing" and facts.prior is not None and not failed:
        return Line("not_suitable")
    return Line("not_addressed")


def _branch_2_could_hold(facts: Facts, failed: bool) -> bool:
    failure_possible = failed or facts.prior is None
    return failure_possible and facts.sstr in ("negative", "unknown", "conflicting")
