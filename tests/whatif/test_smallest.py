"""The smallest change: it gives what was wanted, and nothing smaller does."""

import random
from collections.abc import Iterator
from itertools import combinations

import pytest
from pysat.card import CardEnc, EncType
from pysat.solvers import Cadical153

from flows.knowledge.documents import read_case
from flows.knowledge.loader import Knowledge, load
from flows.rules.conditions import ABSENT
from flows.rules.expressions import Expression, Is, parse
from flows.rules.fields import Kind
from flows.rules.truth import TRUE
from flows.rules.values import Answer, Answers, Interval, Open
from flows.whatif.change import Change, applied
from flows.whatif.encoding import Encoding
from flows.whatif.mildest import contradicted
from flows.whatif.regions import all_leaves, region_of, regions
from flows.whatif.smallest import smallest_change
from tests.oracle.generate import random_answers

KNOWLEDGE = load()
NET: dict[str, object] = {"specimen": "needle", "pathology_diagnosis": "nen", "mitoses": 1, "mitoses_area": "per_2mm2", "ki67_percent": 2, "differentiation": "well"}
VERDICTS = ("indicated", "possible", "not_suitable", "needs_information", "not_at_this_stage", "not_addressed")
TYPES = ("NET", "NEC", "MANEC", "unclassifiable", "contradictory", "undetermined", "not_nen")
WANTED = [
    *(Is(f"treatment.{name}", (verdict,)) for name in KNOWLEDGE.book.treatments for verdict in VERDICTS),
    *(Is("classification.type", (word,)) for word in TYPES),
    *(Is("diagnosis.id", (word,)) for word in ("phnen_provisional", "metastatic_nen", "nen_not_shown")),
]


def _case(seed: int) -> dict[str, Answer]:
    rng = random.Random(seed)
    return dict(read_case(random_answers(rng), KNOWLEDGE).answers) if seed % 5 else {}


def _holds(knowledge: Knowledge, answers: Answers, wanted: Expression) -> bool:
    return knowledge.case(answers).truth(knowledge.base.compile(wanted)) is TRUE


def _options(answers: Answers, field: str) -> Iterator[Answer]:
    core = KNOWLEDGE.fields[field].core
    if core.kind is not Kind.MAP:
        yield from regions(KNOWLEDGE)[field]
        return
    now = answers.get(field)
    given = now if isinstance(now, dict) else {}
    yield from (Open.MISSING, {})
    yield from ({**given, item: word} for item in core.items for word in core.options)


@pytest.mark.parametrize("block", range(10))
def test_a_change_gives_what_was_wanted(block: int) -> None:
    rng = random.Random(block)
    for seed in range(block * 100, block * 100 + 100):
        answers, wanted = _case(seed), rng.choice(WANTED)
        changes = smallest_change(KNOWLEDGE, answers, wanted)
        if changes is not None:
            assert _holds(KNOWLEDGE, applied(answers, changes), wanted), (wanted, changes)
            assert (changes == ()) == _holds(KNOWLEDGE, answers, wanted)


@pytest.mark.parametrize("block", range(6))
def test_no_single_answer_gives_what_takes_more_than_one(block: int) -> None:
    rng = random.Random(100 + block)
    for seed in range(block * 40, block * 40 + 40):
        answers, wanted = _case(seed), rng.choice(WANTED)
        changes = smallest_change(KNOWLEDGE, answers, wanted)
        if changes is None or len(changes) > 1:
            for field in KNOWLEDGE.fields:
                for answer in _options(answers, field):
                    assert not _holds(KNOWLEDGE, applied(answers, (Change(field, answer),)), wanted), (wanted, changes, field, answer)


def _parts(answer: Answer, now: Answer | None) -> Iterator[Answer]:
    """The answer with one finding or outcome less of those that ``now`` has not."""
    if isinstance(answer, frozenset):
        found = now if isinstance(now, frozenset) else frozenset()
        yield from (answer - {word} or frozenset(("none",)) for word in answer - found - {"none"})
    elif isinstance(answer, dict):
        before = now if isinstance(now, dict) else {}
        for item in (item for item, word in answer.items() if before.get(item) != word):
            yield {**{name: word for name, word in answer.items() if name != item}, **({item: before[item]} if item in before else {})}


def _nearer_figures(knowledge: Knowledge, field: str, answer: Answer, now: Answer | None) -> Iterator[Answer]:
    """Figures of other regions that lie between two figures; whole ones where the figure that there is is whole."""
    if not (isinstance(answer, Interval) and isinstance(now, Interval)):
        return
    low, high = sorted((answer.low, now.low))
    for one in regions(knowledge)[field]:
        as_whole = isinstance(one, Interval) and (one.low.is_integer() or not now.low.is_integer())
        if isinstance(one, Interval) and as_whole and low < one.low < high and region_of(knowledge, field, one) != region_of(knowledge, field, answer):
            yield one


@pytest.mark.parametrize("block", range(6))
def test_nothing_in_a_change_could_be_left_out_or_be_nearer(block: int) -> None:
    rng = random.Random(500 + block)
    looked = 0
    for seed in range(1000 + block * 60, 1000 + block * 60 + 60):
        answers, wanted = _case(seed), rng.choice(WANTED)
        changes = smallest_change(KNOWLEDGE, answers, wanted) or ()
        new = contradicted(KNOWLEDGE, answers, changes)
        for place, change in enumerate(changes):
            now = answers.get(change.field)
            for milder in (*_parts(change.answer, now), *_nearer_figures(KNOWLEDGE, change.field, change.answer, now)):
                tried = (*changes[:place], Change(change.field, milder), *changes[place + 1 :])
                worse = len(contradicted(KNOWLEDGE, answers, tried)) > len(new)
                assert worse or not _holds(KNOWLEDGE, applied(answers, tried), wanted), (seed, wanted, changes, milder)
                looked += 1
    assert looked > 5


@pytest.mark.parametrize(("answers", "wanted", "expected"), [
    ({"hormone_symptoms": "none", "ga68_pet": "strong", **NET}, "treatment.ssa = indicated", {"hormone_symptoms": frozenset(("flushing",))}),
    (NET, "treatment.radioembolization = not_suitable", {"prior_treatment": {"radioembolization": "failed"}}),
    ({**NET, "prior_treatment": {"tace": "working"}}, "treatment.radioembolization = not_suitable", {"prior_treatment": {"tace": "working", "radioembolization": "failed"}}),
])
def test_a_change_is_no_more_than_it_must_be(answers: dict[str, object], wanted: str, expected: dict[str, Answer]) -> None:
    changes = smallest_change(KNOWLEDGE, read_case(answers, KNOWLEDGE).answers, parse(wanted))
    assert {change.field: change.answer for change in changes or ()} == expected


def test_shares_that_fit_together_are_chosen() -> None:
    answers = read_case({**NET, "specimen": "surgery"}, KNOWLEDGE).answers
    changes = smallest_change(KNOWLEDGE, answers, parse("classification.type = MANEC"))
    assert changes
    assert contradicted(KNOWLEDGE, answers, changes) == frozenset()
    assert sum(change.answer.low for change in changes if isinstance(change.answer, Interval) and change.field.endswith("c_percent")) <= 100


def test_no_contradiction_comes_in_where_as_many_answers_do_without() -> None:
    rng = random.Random(77)
    for seed in range(2000, 2150):
        answers, wanted = _case(seed), rng.choice(WANTED)
        changes = smallest_change(KNOWLEDGE, answers, wanted)
        if changes and contradicted(KNOWLEDGE, answers, changes):
            encoding = Encoding(KNOWLEDGE, answers)
            there = KNOWLEDGE.case(answers).fact("contradictions").value or ()
            new = [literal for word, literal in encoding.value("contradictions").items() if word not in there]
            assert not _with_as_few(encoding, wanted, new, len(changes)), (seed, wanted, changes)


def _with_as_few(encoding: Encoding, wanted: Expression, new: list[int], most: int) -> bool:
    """Whether ``most`` changed answers give it without the contradictions ``new``."""
    target = encoding.condition(wanted)[0]
    kept = [choices[0][1] for choices in encoding.domains.values()]
    for field, (unknown, outcomes) in encoding.pairs.items():
        now = encoding.answers.get(field)
        same = [variable for item, choices in outcomes.items() for word, variable in choices if isinstance(now, dict) and word == now.get(item, ABSENT)]
        kept.append(encoding.all_of((-unknown, *same)) if isinstance(now, dict) else unknown)
    with Cadical153(bootstrap_with=encoding.clauses) as solver:
        few = CardEnc.atmost([-literal for literal in kept], bound=most, top_id=encoding.size, encoding=EncType.seqcounter)
        solver.append_formula(few.clauses)
        return bool(solver.solve(assumptions=[target, *(-literal for literal in new)]))


def test_no_two_answers_give_what_takes_three() -> None:
    wanted, answers = parse("treatment.everolimus = possible"), {"pathology_diagnosis": "nen"}
    changes = smallest_change(KNOWLEDGE, answers, wanted)
    assert changes is not None
    assert len(changes) == 3
    support = [name for name in KNOWLEDGE.fields if name in _support("treatment.everolimus", answers)]
    for first, second in combinations(support, 2):
        for one in _options(answers, first):
            for other in _options(answers, second):
                after = applied(answers, (Change(first, one), Change(second, other)))
                assert not _holds(KNOWLEDGE, after, wanted)


def _support(fact: str, answers: Answers) -> set[str]:
    outcome = KNOWLEDGE.case(answers).fact(fact)
    return set(KNOWLEDGE.base.names(outcome.because | outcome.missing)) | {"hormone_symptoms", "course", "uptake_outside_liver"}


def test_what_no_answers_give_has_no_change() -> None:
    assert smallest_change(KNOWLEDGE, {}, parse("treatment.everolimus = indicated")) is None


def test_what_holds_already_needs_no_change() -> None:
    assert smallest_change(KNOWLEDGE, {}, parse("diagnosis.id = nen_not_shown")) == ()


def test_an_open_answer_is_filled_before_a_given_one_is_taken_back() -> None:
    answers = {"pathology_diagnosis": "nen", "mitoses": regions(KNOWLEDGE)["mitoses"][1], "differentiation": "well"}
    changes = smallest_change(KNOWLEDGE, answers, parse("treatment.rfa = not_suitable"))
    assert changes is not None
    assert [change.field in answers for change in changes] == [False]


def test_the_clauses_say_what_the_engine_says() -> None:
    rng = random.Random(8)
    conditions = [leaf for leaf in all_leaves(KNOWLEDGE) if isinstance(leaf, Is)]
    for seed in range(1, 60):
        answers, wanted = _case(seed), rng.choice(conditions)
        encoding = Encoding(KNOWLEDGE, answers)
        true, false = encoding.condition(wanted)
        assert true != false
        assert (smallest_change(KNOWLEDGE, answers, wanted) == ()) == _holds(KNOWLEDGE, answers, wanted)


def test_every_answer_has_a_region_that_no_condition_tells_apart() -> None:
    for seed in range(1, 12):
        answers = _case(seed)
        for field, answer in answers.items():
            if KNOWLEDGE.fields[field].core.kind is Kind.MAP:
                continue
            same = region_of(KNOWLEDGE, field, answer)
            for leaf in all_leaves(KNOWLEDGE):
                node = KNOWLEDGE.base.compile(leaf)
                ours = KNOWLEDGE.case({field: answer}).truth(node)
                theirs = KNOWLEDGE.case({} if same is Open.MISSING else {field: same}).truth(node)
                assert ours is theirs, (field, answer, same, leaf)
