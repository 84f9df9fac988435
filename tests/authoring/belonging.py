"""Whether a patient belongs to a region, told by the patient's own answers and conclusions and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from flows.knowledge.loader import Knowledge
from flows.rules.values import Answer, Answers, Interval, Open
from flows.whatif.partition import Region


def belongs(knowledge: Knowledge, where: Mapping[str, tuple[Region, ...]], answers: Answers) -> bool:
    """Whether every input of the patient lies in one of its regions."""
    return all(any(_within(knowledge, name, region, answers) for region in regions) for name, regions in where.items())


def _within(knowledge: Knowledge, name: str, region: Region, answers: Answers) -> bool:
    if name in knowledge.base.facts:
        value = knowledge.case(answers).fact(name).value
        return (Open.MISSING if value is None else value) == region.answer
    answer: Answer = answers.get(name, Open.MISSING)
    if isinstance(answer, Interval) and answer.low == answer.high and region.spans:
        return any(_spanned(answer.low, span.low, span.high, ends=(span.low_in, span.high_in)) for span in region.spans)
    return answer in (region.answer, *region.others)


def _spanned(figure: float, low: float, high: float, *, ends: tuple[bool, bool]) -> bool:
    return low < figure < high or (figure == low and ends[0]) or (figure == high and ends[1])


def exactly(figure: float) -> Interval:
    """A figure without a range."""
    return Interval(figure, figure, text=f"{figure:g}")
