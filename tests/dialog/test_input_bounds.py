"""What a person or an attacker may type: nothing crashes, and a number is read as it is meant or refused."""

from __future__ import annotations

import re
import time
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.render.renderer import TemplateRenderer
from flows.dialog.codec import from_data, to_data
from flows.dialog.events import Typed
from flows.dialog.understand import LONGEST_TEXT, understand
from flows.rules.values import Form, Interval
from tests.dialog.trainee import Trainee, knowledge
from tests.fakes.botapi_rules import read_text

NUMERIC = [name for name, spec in knowledge().fields.items() if spec.core.numeric]
NO_NUMBERS = (
    *(
        "1e999",
        "1e3",
        "1E-3",
        "NaN",
        "nan",
        "inf",
        "-inf",
        "Infinity",
        "0x10",
        "0b1",
        "1_000",
        "٣",
        "٣٥",
        "1٣",
        "৫",
        "Ⅳ",
        "ⅷ",
        "½",
        "2½",
        "¼",
        "1/2",
        "3/2",
        "5 5",
        "1 000",
    ),
    *(
        "5²",
        "10²",
        "10 ²",
        "⁵",
        "₅",
        "1₅",
        "1①",
        "①5",
        "9" * 400,
        "9" * 60,
        "1.5.2",
        "1..5",
        "--5",
        "15--20",
        "15-20-25",
        "5\ud800",
        "\ud800",
        "5\x00",
        "5\n6",
        "5;6",
        "±5",
        "15±2",
    ),
    *(
        "{{7*7}}",
        "5{{7*7}}",
        "{%if 1%}5",
        "<b>5</b>",
        "&lt;5",
        "5<",
        "\u202e51",
        "\u202e51%",
        "\u206651\u2069",
        "1\u03365\u0336",
        "5!",
        "5°",
        "1,5",
        "1,234",
        "1五",
        "十几",
        "五六",
        "1万",
        "5k",
    ),
    *("2.99999999999999999999", "0.9999999999999999999999", "19.999999999999999999999"),
)
HOSTILE = (
    *(
        "{{7*7}}",
        "{% for x in y %}",
        "{{ ''.__class__ }}",
        "${7*7}",
        "#{7}",
        "<b>",
        "</b>",
        "<script>alert(1)</script>",
        "&lt;",
        "&amp;&#60;",
        "<a href='tg://user?id=1'>x</a>",
        "'; DROP TABLE--",
    ),
    *(
        "\u202e",
        "\u2066x",
        "\u200b" * 50,
        "\ufeff",
        "é" * 40,
        "Z" + "\u0300" * 300,
        "\ud800",
        "\udfff\ud800",
        "\x00",
        "\x1b[2J",
        "\U0010ffff",
        "\ufdfa" * 60,
        "👩‍👩‍👧‍👦" * 20,
        "%s%n",
        "\\u0000",
        "\r\n\r\n",
    ),
    *(
        "/",
        "//",
        "/start@",
        "/" + "a" * 300,
        ".",
        "?",
        "-",
        "None",
        "null",
        "true",
        "[]",
        "{}",
        "!!python/object:os.system",
        "*" * 400,
        "(" * 400,
        "a(" * 200,
        ",，、" * 130,
        " " * 400,
        "和" * 400,
    ),
    *(f"Ki-67 {value}" for value in NO_NUMBERS),
)


@pytest.mark.parametrize("field", ["ki67_percent", "age_years", "cga_value", "largest_cm", "mitoses", "lesion_count"])
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_only_looks_like_a_number_is_refused(text: str, field: str) -> None:
    reading = understand(text, field, knowledge())
    assert (dict(reading.findings), reading.event) == ({}, None)
    assert reading.refusal is not None


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_only_looks_like_a_number_is_refused_behind_the_name_of_a_finding_too(text: str) -> None:
    assert "ki67_percent" not in understand(f"Ki-67 {text}", None, knowledge()).findings or text in _ENDED


_ENDED = {"5\n6", "5;6", "5!", "1①", "①5"}
"""A second part of the message follows: the first is read and shown back before it counts."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15", "15"),
        ("１５", "15"),
        ("15％", "15"),
        ("1\u200b5", "15"),
        ("\ufeff15\u200e", "15"),
        ("𝟙𝟝", "15"),
        ("5．5", "5.5"),
        ("①", "1"),
        ("15 %", "15"),
        ("+5", "5"),
        ("1.", "1"),
        (".5", "0.5"),
    ],
)
def test_a_number_from_any_keyboard_is_read_as_it_is_seen(text: str, expected: str) -> None:
    found = understand(text, "ki67_percent", knowledge()).findings["ki67_percent"]
    assert isinstance(found, Interval)
    assert (found.form, found.text) == (Form.EXACT, expected)


def test_raised_figures_of_units_and_isotopes_and_numbered_lists_are_understood() -> None:
    assert understand("3/2mm²", "mitoses", knowledge()).findings.keys() == {"mitoses", "mitoses_area"}
    found = understand("①Ki-67 15%②核分裂 3/2mm²", None, knowledge()).findings
    assert found.keys() == {"ki67_percent", "mitoses", "mitoses_area"}


_FIGURES = st.text(st.sampled_from("0123456789.,-–~<>≤≥=%+ eExX٣٥½²⁵₅①Ⅳ〇一五约至\u200b\u202e\u0336\n/*()cm岁"), max_size=14)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(NUMERIC), _FIGURES)
@example("ki67_percent", "5²")
@example("age_years", "①0岁")
@example("age_years", "\u200b①")
def test_an_exact_number_that_is_taken_is_the_one_that_was_written(field: str, text: str) -> None:
    for value in understand(text, field, knowledge()).findings.values():
        if isinstance(value, Interval) and value.form is Form.EXACT:
            visible = text.replace("\u200b", "")
            unlisted = visible if len(visible.strip()) == 1 else visible.replace("①", ";")  # else it numbers a list
            seen = unicodedata.normalize("NFKC", unlisted).translate(str.maketrans("〇一五", "015"))
            written = re.findall(r"[0-9]*\.?[0-9]+", seen)
            assert "\u202e" not in text
            assert written
            assert Decimal(str(value.low)) in {Decimal(number) * factor for number in written for factor in _factors(field)}
            assert Decimal(value.text) == Decimal(repr(value.low))


def _factors(field: str) -> list[Decimal]:
    return [Decimal(1), *(Decimal(factor) for factor in knowledge().fields[field].core.units.values())]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_words_get_a_reply_that_telegram_takes_and_that_does_not_echo_them(text: str) -> None:
    renderer = TemplateRenderer(knowledge())
    for trainee in (Trainee("zh"), Trainee("en").begins("grade")):
        begun = time.process_time()
        trainee.does(Typed(text))
        assert time.process_time() - begun < 0.5
        for reply in trainee.replies:
            shown = renderer.show(reply, trainee.session.language)
            shown.markup.encode("utf-8")
            read_text({"text": shown.markup, "parse_mode": "HTML"})
            assert "49" not in shown.markup
            assert "<script" not in shown.markup
        assert from_data(to_data(trainee.session)) == trainee.session
        str(to_data(trainee.session)).encode("utf-8")


def test_a_text_that_grows_when_it_is_written_out_is_too_long() -> None:
    reading = understand("\ufdfa" * LONGEST_TEXT, "ki67_percent", knowledge())
    assert reading.refusal is not None
    assert reading.refusal.why == "too_long"


@settings(max_examples=400, deadline=500)
@given(st.sampled_from([None, *NUMERIC, "goal", "hormone_symptoms", "prior_treatment", "specimen"]), st.text(max_size=200))
def test_any_text_is_understood_or_refused(field: str | None, text: str) -> None:
    reading = understand(text, field, knowledge())
    assert reading.findings or reading.event or reading.refusal
