"""A chat that floods is its own trouble."""

from __future__ import annotations

from flows.knowledge.loader import Knowledge
from tests.benchmarks.figures import quantile
from tests.benchmarks.flood import answers


async def test_a_flooding_chat_hardly_delays_another_chats_answer(knowledge: Knowledge) -> None:
    quiet = await answers(knowledge, 0, 10)
    flooded = await answers(knowledge, 200, 10)
    # A wide margin: other tests run beside this one. The benchmark holds the real figure.
    assert quantile(flooded, 0.5) - quantile(quiet, 0.5) < 0.1
