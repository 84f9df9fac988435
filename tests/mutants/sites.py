"""Every fault of every kind, in the order of files and lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flows.knowledge.loader import Knowledge
from tests.mutants import rules, wordings
from tests.mutants.source import KNOWLEDGE, TEMPLATES, Maker, Mutant, Source

RULES: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        *(rules.drop_rule, rules.swap_rows, rules.move_cut, rules.swap_strict, rules.turn_sign, rules.drop_option, rules.swap_option, rules.widen_option, rules.negate, rules.join_otherwise),
        *(rules.change_value, rules.remove_citation, rules.other_citation, rules.change_layer, rules.drop_reason, rules.other_reason, rules.fewer_parts, rules.gather_otherwise),
    )
}
QUESTIONS: dict[str, Maker] = {
    maker.__name__: maker for maker in (rules.drop_condition, rules.swap_labels, rules.lose_option, rules.lose_key, rules.lose_question, rules.other_stage, rules.shorten_path)
}
WORDINGS: dict[str, Maker] = {
    maker.__name__: maker for maker in (wordings.break_figure, wordings.break_both, wordings.remove_hedge, wordings.too_long, wordings.empty_wording, wordings.swap_texts, wordings.drop_source)
}
SPOKEN: dict[str, Maker] = {
    maker.__name__: maker for maker in (wordings.remove_key, wordings.swap_wordings, wordings.wrong_wording_figure, wordings.long_wording, wordings.lose_variable, wordings.other_source, wordings.break_markup)
}
CONVERSED = ("conditions", "dialog", "explain", "pieces", "report", "sources", "telegram", "terms", "treatment", "whatif", "words")
"""The templates a conversation speaks with; the others word commands for developers, and their tests read them."""
FILES: Sequence[tuple[str, str, Mapping[str, Maker]]] = (
    (KNOWLEDGE, "rules/*.yaml", RULES),
    (KNOWLEDGE, "questions/*.yaml", {**QUESTIONS, **{name: RULES[name] for name in ("move_cut", "swap_strict", "drop_option", "remove_citation", "other_citation")}}),
    (KNOWLEDGE, "paths.yaml", QUESTIONS),
    (KNOWLEDGE, "questions/*.yaml", {name: WORDINGS[name] for name in ("break_figure", "too_long", "empty_wording")}),
    (KNOWLEDGE, "statements/*.yaml", WORDINGS),
    (KNOWLEDGE, "settlements.yaml", WORDINGS),
    (KNOWLEDGE, "later/*.yaml", WORDINGS),
    *((TEMPLATES, f"*/{name}.j2", SPOKEN) for name in CONVERSED),
)


def sites(knowledge: Knowledge, folders: Mapping[str, Path]) -> Iterator[Mutant]:
    """Every fault that the makers find."""
    neighbours = _neighbours(knowledge)
    for where, pattern, makers in FILES:
        for path in sorted(folders[where].glob(pattern)):
            name = path.relative_to(folders[where]).as_posix()
            source = Source(name, path.read_text(encoding="utf-8").splitlines(), knowledge, neighbours)
            for kind, make in makers.items():
                yield from (Mutant(kind, where, name, lines, what) for lines, what in make(source))


def _neighbours(knowledge: Knowledge) -> Mapping[str, str]:
    """For every source, the next of its kind."""
    groups = (list(knowledge.statements), list(knowledge.settlements), list(knowledge.later))
    return {name: group[(place + 1) % len(group)] for group in groups for place, name in enumerate(group)}
