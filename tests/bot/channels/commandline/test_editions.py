"""`editions` prints every later name beside the review's, and every tension with its sides, in both languages."""

from __future__ import annotations

import json
import re

import pytest

from bot.__main__ import main
from flows.knowledge.loader import load

KNOWLEDGE = load()
TENSIONS = [entry for entry in KNOWLEDGE.settlements.values() if entry.kind == "tension"]
_ID = re.compile(r"(?<![A-Za-z\d])(?:R\d[\d.]*-\d\d|[ABU]\d+[a-z]?)(?![A-Za-z\d])")


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["editions", *words]) == 0
    return capsys.readouterr().out


def test_both_languages_name_the_same_sources_and_figures(capsys: pytest.CaptureFixture[str]) -> None:
    en, zh = (printed(capsys, "--lang", language) for language in ("en", "zh"))

    assert sorted(set(_ID.findall(en))) == sorted(set(_ID.findall(zh)))
    assert "NET G3 – by the review: No category in the review" in en
    assert "NET G3，综述：综述中无此类别" in zh
    assert en.count("   • ") == zh.count("   • ") > 50


def test_every_tension_shows_its_statements_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "--lang", "en")
    blocks = told.partition("=== Tensions inside the review")[2]

    for entry in TENSIONS:
        block = blocks.partition(f"\n{entry.id} ")[2].partition("Read here:")[0]
        assert all(f"{name}: " in block for name in entry.statements), entry.id
        if len(entry.statements) > 1:
            assert any("│" in line and line.count(": ") >= 1 for line in block.splitlines()), entry.id


def test_as_data_every_part_names_regions_both_names_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, "--format", "json"))
    who = next(one for one in told["standards"] if one["id"] == "who_2019")
    g3 = next(part for part in who["parts"] if part["name"] == "net_g3")

    assert g3["review"]["classification.type"] == ["unclassifiable"]
    assert {"U1", "U4", "R2-02", "R2-05"} <= set(g3["cite"])
    assert any(where.get("ki67_percent") == ["(20, 100]"] for where in g3["where"])
    assert who["regions"] == sum(part["cells"] for part in who["parts"])
    assert [entry["id"] for entry in told["tensions"]] == [entry.id for entry in TENSIONS]
    assert all(entry["statements"] for entry in told["tensions"])
