"""The counterpart's limits are Telegram's."""

from __future__ import annotations

from tests.fakes.flood import Limits


class Clock:
    """Time that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_chat_takes_a_short_burst_and_then_one_message_a_second() -> None:
    clock = Clock()
    limits = Limits(clock)
    met = [limits("sendMessage", {"chat_id": "7"}) for _ in range(5)]
    assert met[:4] == [None] * 4
    assert met[4] is not None
    assert met[4].parameters == {"retry_after": 4}
    assert limits("sendMessage", {"chat_id": "8"}) is None
    clock.now = 4.0
    assert limits("sendMessage", {"chat_id": "7"}) is None


def test_thirty_a_second_overall_whatever_they_are_but_answers() -> None:
    limits = Limits(Clock())
    met = [limits("editMessageText", {"chat_id": str(chat)}) for chat in range(31)]
    assert met[:30] == [None] * 30
    assert met[30] is not None
    assert limits("answerCallbackQuery", {"callback_query_id": "1"}) is None


def test_twenty_a_minute_in_a_group() -> None:
    clock = Clock()
    limits = Limits(clock)
    for _ in range(20):
        assert limits("sendMessage", {"chat_id": "-5"}) is None
        clock.now += 1
    assert limits("sendMessage", {"chat_id": "-5"}) is not None
    clock.now = 60.5
    assert limits("sendMessage", {"chat_id": "-5"}) is None
