"""The fuzzing targets hold on their seeds and on what Hypothesis makes of them; coverage-guided fuzzing is ``python -m tests.fuzz``."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import SEEDS, TARGETS, bridge, taps, words

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "chat", "from", "message", "text", "data", "type", "update_id", "date"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_hold(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed.encode("utf-8"))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_hold(data: bytes) -> None:
    bridge(data)
    taps(data)


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=2), st.text(max_size=80))
def test_any_words_hold(head: bytes, text: str) -> None:
    words(head[:1] + text.encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read_or_left(found: object) -> None:
    bridge(json.dumps(found).encode("utf-8"))
