"""Ways to break the knowledge, one thing at a time, with what `check` must say of each."""

from __future__ import annotations

from dataclasses import dataclass

GRADING, EXTENT = "rules/grading.yaml", "rules/extent.yaml"
EXTENT_QUESTIONS = "questions/extent.yaml"
CONTEXT, MARKERS = "questions/context.yaml", "questions/markers.yaml"
DIAGNOSIS = "statements/diagnosis.yaml"


@dataclass(frozen=True, slots=True)
class Break:
    """One thing broken: ``old`` becomes ``new`` in ``file``; the fault is at the line of ``at`` and says every part of ``says``."""

    name: str
    file: str
    old: str
    new: str
    says: tuple[str, ...]
    at: str = ""


QUESTION = """- id: Z1
  stage: context
  title: {en: "Shoes", zh: "鞋码"}
  ask: {en: "Which size of shoes?", zh: "鞋码多大？"}
  help: {en: "Not used.", zh: "不使用。"}
  cite: [R1-06]
  fields:
    - {id: shoe_size, kind: number, label: {en: "Size", zh: "鞋码"}, limits: [20, 50]}

- id: A1
"""
STATEMENT = """- {id: R9-01, section: "9", refs: [], role: teaching, flags: [], issues: [], later: [], en: "Nobody cites this.", zh: "无人引用。"}
- id: R0-01
"""

BREAKS = [
    Break(
        "an unknown id in a condition",
        GRADING,
        '"pathology_diagnosis = other_tumour"',
        '"pathology = other_tumour"',
        ("type.other_tumour", "'pathology' is unknown"),
    ),
    Break(
        "an unknown option",
        GRADING,
        '"pathology_diagnosis = other_tumour"',
        '"pathology_diagnosis = other"',
        ("type.other_tumour", "'other' is no option"),
    ),
    Break(
        "an unknown value of a fact",
        GRADING,
        '"criteria.pathology_nen = unknown"',
        '"criteria.pathology_nen = unheard"',
        ("type.no_pathology", "'unheard' is no value of the fact 'criteria.pathology_nen'"),
    ),
    Break(
        "an unknown item of a map",
        EXTENT,
        "prior_treatment.resection in",
        "prior_treatment.surgery in",
        ("advanced.progressing", "'prior_treatment.surgery'"),
    ),
    Break("a word compared as a number", EXTENT, '"age_years < 55"', '"lobe < 55"', ("transplant.age", "'lobe' is no number")),
    Break(
        "a rule without a citation",
        GRADING,
        '"index_grades has only (G3)", cite: [R2-05, A5],',
        '"index_grades has only (G3)",',
        ("type.g3_without_differentiation", "'cite' is missing", "cite: ["),
    ),
    Break(
        "a rule with an empty citation",
        GRADING,
        '"index_grades has only (G3)", cite: [R2-05, A5],',
        '"index_grades has only (G3)", cite: [],',
        ("type.g3_without_differentiation", "'cite' is empty"),
    ),
    Break(
        "a citation of nothing",
        GRADING,
        "cite: [R3-02], layer: review}",
        "cite: [R3-99], layer: review}",
        ("type.other_tumour", "'R3-99'", "does not exist"),
    ),
    Break(
        "a question that cites nothing there is",
        CONTEXT,
        "cite: [R4.1.2-01, R1-04]",
        "cite: [R4.1.2-01, R1-94]",
        ("question A1", "'R1-94'"),
        at="- id: A1",
    ),
    Break(
        "a gap at a mitoses cut-off",
        GRADING,
        '"mitoses >= 2 and mitoses <= 20"',
        '"mitoses > 2 and mitoses <= 20"',
        ("mitotic_grades", "mitoses = 2", "gap"),
        at="- fact: mitotic_grades",
    ),
    Break(
        "an overlap at a mitoses cut-off",
        GRADING,
        '"mitoses > 20"',
        '"mitoses >= 20"',
        ("mitotic_grades", "both hold for mitoses = 20"),
        at="- fact: mitotic_grades",
    ),
    Break(
        "a gap between Ki-67 bands",
        GRADING,
        '"ki67_percent >= 3 and ki67',
        '"ki67_percent >= 5 and ki67',
        ("ki67_grades", "no row", "ki67_percent = 3"),
        at="- fact: ki67_grades",
    ),
    Break(
        "an overlap of Ki-67 bands",
        GRADING,
        '"ki67_percent < 3"',
        '"ki67_percent < 4"',
        ("ki67_grades", "both hold", "ki67_percent = 3"),
        at="- fact: ki67_grades",
    ),
    Break(
        "a gap in a transplantation condition",
        EXTENT,
        '"age_years >= 55"',
        '"age_years > 55"',
        ("transplant.age", "age_years = 55"),
        at="- fact: transplant.age",
    ),
    Break(
        "an overlap in a transplantation condition",
        EXTENT,
        '"liver_involved_percent < 50"',
        '"liver_involved_percent <= 50"',
        ("transplant.liver_share", "liver_involved_percent = 50"),
        at="- fact: transplant.liver_share",
    ),
    Break(
        "a rule behind one that always holds",
        GRADING,
        '"pathology_diagnosis = other_tumour"',
        "always",
        ("type.no_pathology", "always holds"),
        at="id: type.no_pathology",
    ),
    Break(
        "a condition that cannot be read",
        GRADING,
        '"pathology_diagnosis = other_tumour"',
        '"pathology_diagnosis = (other_tumour"',
        ("type.other_tumour", "'pathology_diagnosis = (other_tumour'", "Mend the condition"),
    ),
    Break(
        "a layer that is none",
        GRADING,
        "cite: [R3-02], layer: review}",
        "cite: [R3-02], layer: revew}",
        ("type.other_tumour", "'revew' is not a known layer", "review, settled, borrowed, later"),
    ),
    Break("a shape that is none", GRADING, "shape: highest", "shape: higest", ("index_grades", "'higest' is not a known shape", "highest")),
    Break("bands over a word", GRADING, "of: [mitoses]", "of: [lobe]", ("mitotic_grades", "one number"), at="- fact: mitotic_grades"),
    Break(
        "a higher-of-two over answers",
        GRADING,
        "of: [mitotic_grades, ki67_grades]",
        "of: [mitoses, ki67_percent]",
        ("index_grades", "other facts"),
        at="- fact: index_grades",
    ),
    Break(
        "an order that leaves a value out",
        GRADING,
        "order: [G1, G2, G3]",
        "order: [G1, G2]",
        ("index_grades", "leaves out G3"),
        at="- fact: index_grades",
    ),
    Break(
        "a fallback that is no answer",
        GRADING,
        "fallback: reported_grade",
        "fallback: report",
        ("index_grades", "'report'"),
        at="- fact: index_grades",
    ),
    Break(
        "facts in a circle",
        GRADING,
        '"criteria.pathology_nen = unknown"',
        '"classification.type_presumed = yes"',
        ("'classification.type'", "rests on itself"),
        at="- fact: classification.type\n",
    ),
    Break(
        "a set asked for one word",
        EXTENT,
        '"extrahepatic_metastasis has any (none)"',
        '"extrahepatic_metastasis = none"',
        ("extrahepatic.none", "several words", "has any"),
    ),
    Break(
        "a word asked as a set",
        EXTENT,
        '"extrahepatic_disease = present"',
        '"extrahepatic_disease has any (present)"',
        ("advanced.extrahepatic", "holds one word"),
    ),
    Break("a fact defined twice", EXTENT, "- fact: advanced", "- fact: extrahepatic_disease", ("'extrahepatic_disease' is defined twice",)),
    Break(
        "a rule id used twice",
        EXTENT,
        "id: advanced.extrahepatic,",
        "id: advanced.unresectable,",
        ("'advanced.unresectable' is used twice",),
    ),
    Break(
        "a gate that is none",
        "rules/treatment_local.yaml",
        "gate: no_tissue",
        "gate: no_tisue",
        ("resection", "'no_tisue' is not known", "no_tissue"),
    ),
    Break("a question no conclusion uses", CONTEXT, "- id: A1\n", QUESTION, ("question Z1", "no conclusion"), at="- id: Z1"),
    Break(
        "a question without a Chinese text",
        CONTEXT,
        'ask: {en: "How old is the patient?", zh: "患者年龄（岁）？"}',
        'ask: {en: "How old is the patient?"}',
        ("A1", "the zh wording of 'ask'", "Add zh"),
    ),
    Break("a question with an empty Chinese text", CONTEXT, 'zh: "患者年龄（岁）？"}', 'zh: " "}', ("A1", "the zh wording of 'ask'")),
    Break(
        "an option without a Chinese text",
        CONTEXT,
        'en: "Yes, present", zh: "有，现存",',
        'en: "Yes, present",',
        ("A3 > known_nen > yes_current", "the zh wording is missing"),
    ),
    Break(
        "an option without an English text",
        CONTEXT,
        'en: "Yes, present", zh: "有，现存",',
        'zh: "有，现存",',
        ("A3 > known_nen > yes_current", "the en wording is missing"),
    ),
    Break(
        "two options that mean the same word",
        CONTEXT,
        "say: [past, 既往, 已治疗]",
        "say: [past, 既往, 现有]",
        ("A3 > known_nen > yes_past", "'现有' already means yes_current"),
    ),
    Break(
        "a word that tells two findings",
        EXTENT_QUESTIONS,
        "tell: [术后复发,",
        "tell: [肝硬化, 术后复发,",
        ("'肝硬化' tells 'course' and 'liver_disease'",),
        "    - id: course\n",
    ),
    Break("an option twice", CONTEXT, "{id: yes_past, en", "{id: yes_current, en", ("A3 > known_nen > yes_current", "'yes_current'")),
    Break("a question id used twice", CONTEXT, "- id: A3\n", "- id: A2\n", ("'A2' is used twice",)),
    Break(
        "a stage that is none",
        CONTEXT,
        "- id: A1\n  stage: context",
        "- id: A1\n  stage: contexts",
        ("A1", "'contexts' is not a known stage", "context"),
        at="  stage: contexts",
    ),
    Break("a number without limits", CONTEXT, "limits: [0, 120]", "limits: [120]", ("A1 > age_years", "limits")),
    Break(
        "a key that is none", CONTEXT, "limits: [0, 120]", "limit: [0, 120]", ("A1 > age_years", "the key 'limit' is not known", "limits")
    ),
    Break(
        "an unquoted no as an id",
        CONTEXT,
        '- {id: "no", en: "No"',
        '- {id: no, en: "No"',
        ("A3 > known_nen", "'id' was read as yes or no", "quotes"),
    ),
    Break(
        "a condition of a question that cannot be read",
        MARKERS,
        'applies: "done cga_value"',
        'applies: "done and"',
        ("'cga_unit'", "cannot be read", "Mend 'applies'"),
        at="    - id: cga_unit",
    ),
    Break(
        "a condition of a question on nothing",
        MARKERS,
        'applies: "done cga_value"',
        'applies: "done cga"',
        ("'cga_unit'", "the unknown id 'cga'"),
        at="    - id: cga_unit",
    ),
    Break(
        "a statement without a Chinese text",
        DIAGNOSIS,
        '  zh: "PHNEN起源',
        '  # zh: "PHNEN起源',
        ("R0-01", "the zh wording is missing"),
        at="- id: R0-01",
    ),
    Break(
        "a statement nobody cites",
        DIAGNOSIS,
        "- id: R0-01\n",
        STATEMENT,
        ("'R9-01'", "cited by no rule, question or text"),
        at="- {id: R9-01",
    ),
    Break("a statement twice", DIAGNOSIS, "- id: R0-02\n", "- id: R0-01\n", ("'R0-01' is defined twice",), at=""),
    Break(
        "a flag that is none",
        DIAGNOSIS,
        "flags: [inconsistent]",
        "flags: [inconsistant]",
        ("R0-01", "'inconsistant' is not a known flags", "inconsistent"),
    ),
    Break("a link of a statement to nothing", DIAGNOSIS, "issues: [B15]", "issues: [B95]", ("statement R0-01", "'B95'"), at="- id: R0-01"),
    Break(
        "a settlement of nothing",
        "settlements.yaml",
        "statements: [R2-03, R2-04, R2-05]\n  later: [U1]",
        "statements: [R2-93]\n  later: [U1]",
        ("settlement A1", "'R2-93'"),
        at="- id: A1",
    ),
    Break(
        "a later standard that cites nothing",
        "later/treatment.yaml",
        "statements: [R4.1.2-05]",
        "statements: [R4.1.2-95]",
        ("later standard U20b", "'R4.1.2-95'"),
        at="- id: U20b",
    ),
    Break("a path to no question", "paths.yaml", "dx: [A, B,", "dx: [Q, B,", ("no question 'Q'",)),
    Break("a path that no question offers", "paths.yaml", "dx: [A,", "tx: [A,", ("no question offers the goal 'tx'",), at=""),
    Break(
        "a key given twice",
        CONTEXT,
        "- id: A1\n  stage: context",
        "- id: A1\n  stage: context\n  stage: context",
        ("'stage' stands twice", "Keep one"),
        at="",
    ),
    Break("a document that is no YAML", GRADING, "- fact: nec_by_share", "- fact: [nec_by_share", ("no YAML", "Mend the syntax"), at=""),
    Break(
        "a file that holds no list",
        EXTENT,
        "- fact: extrahepatic_disease\n  shape: table\n  rows:",
        "fact: extrahepatic_disease\nrows:",
        ("no YAML",),
        at="",
    ),
    Break("a record that is none", EXTENT, "- fact: advanced\n", "- advanced\n- fact: advanced\n", ("'advanced' is no record",)),
    Break(
        "an answer of a model case that would be refused",
        "vignettes.yaml",
        "age_years: 46",
        "age_years: 460",
        ("V1", "'age_years'", "limits"),
    ),
]
