"""A small sample of the seeded faults: every one is noticed. All of them: ``python -m tests.mutants``."""

from __future__ import annotations

import pytest

from bot.render.renderer import TEMPLATES
from flows.knowledge.loader import ROOT, load
from tests.mutants.__main__ import drawn
from tests.mutants.judge import CHECK, NOBODY, PROVE, Bench, judged_table
from tests.mutants.sites import sites
from tests.mutants.states import tables

SEED = 11
KINDS = ("drop_rule", "move_cut", "swap_option", "change_value", "remove_citation", "change_layer", "drop_condition", "shorten_path", "break_figure")
"""Those that are judged fast; templates take longer."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_every_kind_is_noticed_by_check_or_prove(bench: Bench, kind: str) -> None:
    (mutant,) = drawn(1, SEED, [kind])
    assert bench.judge(mutant).who in (CHECK, PROVE), f"{mutant.place} {mutant.what}"


def test_a_fault_of_the_state_table_is_noticed() -> None:
    assert all(judged_table(table).who != NOBODY for table in list(tables())[:1])


def test_without_a_fault_nobody_notices_anything(bench: Bench) -> None:
    assert [fault.what for fault in bench.checked(bench.folder / "knowledge", bench.folder / "templates", spoken=False)] == []


def test_there_are_more_than_ten_thousand_places_for_faults() -> None:
    assert sum(1 for _ in sites(load(), {"knowledge": ROOT, "templates": TEMPLATES})) > 10_000
