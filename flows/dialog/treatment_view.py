"""How the treatment lines are put together for reading: by verdict, equal reasons once, what all share said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows.rules.conclusions import Conclusions, Part

VERDICTS = ("indicated", "possible", "needs_information", "not_suitable", "not_at_this_stage", "not_addressed")
OPEN_WAYS = ("indicated", "possible")
CLOSED = "not_suitable"
GENERAL = ("if_phnen_is_confirmed", "likely_metastatic")
"""Cautions that stand on every line that is not closed, so they are said once."""


def _verdicts(c: Conclusions) -> list[dict[str, Any]]:
    """The treatments of each verdict, and those among them whose reasons are the same."""
    found = []
    for verdict in VERDICTS:
        names = [name for name, line in c["treatment"].items() if line["verdict"] == verdict]
        if names:
            shown = verdict in OPEN_WAYS
            found.append({"verdict": verdict, "shown": shown, "names": names, "alike": _alike(c["treatment"], names, apart=shown)})
    return found


def _alike(lines: Mapping[str, Any], names: Iterable[str], *, apart: bool) -> list[dict[str, Any]]:
    groups: dict[object, list[str]] = {}
    for name in names:
        key = name if apart else tuple(_reasons(lines[name]))
        groups.setdefault(key, []).append(name)
    return [{"names": group, "sources": _behind(lines[group[0]]) if len(group) > 1 else []} for group in groups.values()]


def _reasons(line: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    return ((reason, *line["basis"][reason]["citations"]) for reason in line["reasons"])


def _behind(line: Mapping[str, Any]) -> list[str]:
    """The sources of the reasons of a line."""
    return list(dict.fromkeys(name for reason in line["reasons"] for name in line["basis"][reason]["citations"]))


def _own(c: Conclusions) -> dict[str, dict[str, Any]]:
    """What is to be said of each treatment alone."""
    shared = set(c["treatment_shared"]["missing"])
    alone = {group["names"][0] for found in c["treatment_verdicts"] for group in found["alike"] if len(group["names"]) == 1}
    return {
        name: {
            "cautions": [word for word in line["cautions"] if word not in GENERAL],
            "sources": list(dict.fromkeys([*(_behind(line) if name in alone else ()), *line["evidence_gap"]])),
            "missing": [field for field in line["missing"] if line["verdict"] == CLOSED or field not in shared],
        }
        for name, line in c["treatment"].items()
    }


def _shared(c: Conclusions) -> dict[str, Any]:
    """The cautions and the open answers that all lines have in common which are not closed."""
    lines = [line for line in c["treatment"].values() if line["verdict"] != CLOSED]
    cautions = {word: line["basis"][word] for line in lines for word in line["cautions"] if word in GENERAL}
    common = set.intersection(*(set(line["missing"]) for line in lines)) if lines else set()
    return {
        "cautions": [{"id": word, **basis} for word, basis in cautions.items()],
        "missing": [field for field in lines[0]["missing"] if field in common] if lines else [],
    }


VIEWS: Mapping[str, Part] = {
    "treatment_verdicts": _verdicts,
    "treatment_own": _own,
    "treatment_shared": _shared,
}
