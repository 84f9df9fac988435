"""A tag at the end of a line takes the line break behind it along: found where the next line is meant to begin, and only there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.render.audit import audit
from bot.render.linebreaks import lost
from bot.render.renderer import TEMPLATES, environment
from flows.knowledge.model import LANGUAGES

ENVIRONMENT = environment("en")


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("name{% if a %} (sure){% endif %}\nvalue", [1]),
        ("{{ name }}{% if a %} (sure){% endif %}\n{{ value }}", [1]),
        ("name{% for x in a %} {{ x }}{% endfor %}\n{% if b %}value{% endif %}", [1]),
        ("{% if b %}\nname{% if a %} (sure){% endif %}\n{% endif %}\nvalue", [2]),
        ("{% if b %}\nname{% if a %} (sure){% endif %}\n{% else %}\nother\n{% endif %}\nvalue", [2]),
        ("x\n\nname{% if a %} (sure){% endif %}\n{% set c = 1 %}\nvalue", [3]),
        ("{{ {\n  1: 2\n}[1] }}{% if a %} (sure){% endif %}\nvalue", [3]),
    ],
)
def test_a_lost_break_is_found_on_its_line(source: str, lines: list[int]) -> None:
    assert list(lost(source, ENVIRONMENT)) == lines


@pytest.mark.parametrize(
    "source",
    [
        "name{% if a %} (sure){% endif +%}\nvalue",  # kept
        "name{% if a %} (sure){% endif -%}\nvalue",  # glued on purpose
        "name{% if a %} (sure){% endif %}\n{{- value }}",
        "name{% if a %} (sure){% endif %}\n{%- if b %}, value{% endif %}",
        "name{% if a %} (sure){% endif %}\n\nvalue",  # an empty line keeps them apart
        "{% if a %}\nname\n{% endif %}\nvalue",  # a tag that is the whole line
        "name{% if a %} (sure){% endif %}, value\nvalue",
        "{% macro a() %}name{% endmacro %}\n{% macro b() %}value{% endmacro %}",
        "{% if a %}name{% else %}\nvalue{% endif %}",  # another branch
        "{% for x in a %}\n<li>{{ x }}{% if b %}b{% endif %}\n{% endfor %}\n</ul>",
        "<ul>{% for x in a %}<li>{{ x }}</li>{% endfor %}\n</ul>",  # a page breaks there by itself
    ],
)
def test_a_break_that_nobody_misses_is_no_fault(source: str) -> None:
    assert list(lost(source, ENVIRONMENT)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_names_the_line(language: str, tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    path = tmp_path / "templates" / language / "treatment.j2"
    text = path.read_text(encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line.endswith("{% endif +%}"))
    path.write_text(text.replace("{% endif +%}", "{% endif %}"), encoding="utf-8")

    assert [(fault.place.file, fault.place.line) for fault in audit(None, tmp_path / "templates")] == [(f"templates/{language}/treatment.j2", line)]
