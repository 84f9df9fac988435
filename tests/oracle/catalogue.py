"""The answer ids of ASSESS section 1 with their options and limits."""

from dataclasses import dataclass
from fractions import Fraction

TREATMENTS = (
    "resection",
    "transplantation",
    "rfa",
    "ire",
    "tace",
    "radioembolization",
    "ssa",
    "interferon",
    "prrt",
    "everolimus",
    "tki",
    "platinum_etoposide",
    "temozolomide",
)
OUTCOMES = ("working", "failed", "intolerant", "ongoing")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a number id accepts; a set `whole` allows no fraction, `plain` only a plain number."""

    low: Fraction
    high: Fraction
    low_closed: bool = True
    whole: bool = False
    plain: bool = False
    unit: str = ""


# contract section 1: numbers
NUMBERS: dict[str, Limits] = {
    "age_years": Limits(Fraction(0), Fraction(120)),
    "cga_value": Limits(Fraction(0), Fraction(100000), low_closed=False),
    "cga_upper_limit": Limits(Fraction(1, 10), Fraction(10000), plain=True),
    "lesion_count": Limits(Fraction(0), Fraction(100), whole=True),
    "largest_cm": Limits(Fraction(1, 10), Fraction(40), unit="length"),
    "observation_months": Limits(Fraction(0), Fraction(600)),
    "mitoses": Limits(Fraction(0), Fraction(300)),
    "ki67_percent": Limits(Fraction(0), Fraction(100), unit="percent"),
    "adenocarcinoma_percent": Limits(Fraction(0), Fraction(100), unit="percent"),
    "nec_percent": Limits(Fraction(0), Fraction(100), unit="percent"),
    "liver_involved_percent": Limits(Fraction(0), Fraction(100), unit="percent"),
    "recurrence_years": Limits(Fraction(0), Fraction(60)),
}

_SCAN = "strong weak positive negative lesion_removed"
_SEARCH = "negative suspicious primary_found"
_SIGN = "positive negative"

# contract section 1: one option out of these
ONE: dict[str, tuple[str, ...]] = {
    key: tuple(words.split())
    for key, words in {
        "discovery": "checkup other_illness symptoms followup no_lesion",
        "known_nen": "no yes_current yes_past",
        "other_explanation": "no yes",
        "afp": "normal mild high",
        "cea": "normal mild high",
        "ca19_9": "normal mild high",
        "cga_unit": "U/L ng/mL ug/L nmol/L other",
        "cga_result": "normal raised",
        "nse": "normal raised",
        "hiaa_24h": "normal raised",
        "serotonin": "normal raised",
        "insulin": "normal raised",
        "gastrin": "normal raised",
        "arrangement": "single dominant_with_satellites similar diffuse",
        "lobe": "right left both",
        "us_echo": "mixed_hyperechoic isoechoic hypoechoic",
        "us_margin": "clear unclear",
        "ceus_pattern": "fast_in_fast_out fast_in_stay other",
        "enhancement": "edge_persistent edge_washout arterial_washout none other",
        "srs": _SCAN,
        "ga68_pet": _SCAN,
        "fdg_pet": _SCAN,
        "chest_ct": _SEARCH,
        "gastroscopy": _SEARCH,
        "colonoscopy": _SEARCH,
        "pancreas_abdomen": _SEARCH,
        "other_search": _SEARCH,
        "primary_site": "lung stomach intestine pancreas rectum other",
        "specimen": "none needle surgery",
        "pathology_diagnosis": "nen suspected mixed other_tumour pending",
        "ihc_cga": _SIGN,
        "ihc_syn": _SIGN,
        "ihc_cd56": _SIGN,
        "ihc_nse": _SIGN,
        "mitoses_area": "per_2mm2 per_10hpf unstated",
        "differentiation": "well poor not_stated",
        "reported_grade": "G1 G2 G3",
        "ihc_ttf1": _SIGN,
        "ihc_cdx2": _SIGN,
        "ihc_pax6_8": _SIGN,
        "ihc_isl1": _SIGN,
        "ihc_nesp55": _SIGN,
        "ihc_sstr2": _SIGN,
        "resectability": "one_stage staged no not_assessed",
        "course": "new stable progressing recurrent",
        "ssa_allergy": "no yes",
        "other_treatment_inadequate": "no yes",
        "extrahepatic_primary_resected": "no yes",
        "renal_function": "normal mild_moderate severe",
        "liver_function": "normal mild_moderate severe",
        "blood_counts": "normal low_wbc marrow_suppressed",
        "blood_pressure": "normal controlled uncontrolled",
    }.items()
}

# contract section 1: any of these
MANY: dict[str, tuple[str, ...]] = {
    key: tuple(words.split())
    for key, words in {
        "liver_disease": "none hepatitis cirrhosis other",
        "mass_symptoms": "none pain distension mass jaundice",
        "hormone_symptoms": "none flushing hypoglycaemia diarrhoea zollinger_ellison other",
        "cga_confounders": "none renal_failure heart_disease ppi assay_changed",
        "imaging_done": "none us ceus ct enhanced_ct mri enhanced_mri",
        "plain_ct_mri": "none ct_low t1_low t2_high dwi_high necrosis",
        "lesion_location": "none hilum large_vessel bile_duct",
        "uptake_outside_liver": "none lung gastrointestinal pancreas lymph_node bone other",
        "extrahepatic_metastasis": "none lymph_node lung bone peritoneum other",
        "unresectable_because": "size multiple location reserve extrahepatic",
        "goal": "dx grade next treatment prognosis",
    }.items()
}
