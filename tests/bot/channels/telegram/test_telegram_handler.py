"""A consultation through the channel, in one process: what a person sees, and what happens when something breaks."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot import metrics
from bot.channels.telegram.courier import FIRST_DELAY
from bot.render.renderer import TemplateRenderer
from bot.service import Service
from bot.stores.port import Deed, Key, StoreUnavailable
from flows.dialog.session import Session
from tests.bot.channels.telegram.running import ERROR_ID, Pauses, Running, ShakyStore
from tests.fakes.botapi import USERNAME, BotApi, Chat, Fault
from tests.fakes.person import Person

FIELD = "ki67_percent"


async def session(service: Service, person: Person) -> Session:
    found = await service.peek(Key("telegram", str(person.number), str(person.thread or "")))
    assert found is not None
    return found


def words(renderer: TemplateRenderer, key: str, language: str = "en", **params: object) -> str:
    return renderer.words(f"telegram.{key}", language, **params)


def button(renderer: TemplateRenderer, name: str, language: str = "en") -> str:
    return str(renderer.voices[language].words.button[name])


async def begin(person: Person, renderer: TemplateRenderer) -> None:
    """Consents; the first question is on the screen then."""
    await person.type("/start")
    await person.tap(button(renderer, "begin"))


async def asked_for_a_number(person: Person, renderer: TemplateRenderer) -> None:
    """Brings the question for Ki-67 onto the screen, answered once before."""
    await begin(person, renderer)
    await person.type("Ki-67 15%")
    await person.tap(button(renderer, "take"))
    await person.type(f"/edit {FIELD}")


async def test_a_consultation_begins_with_its_purpose_in_the_language_of_the_app(
    api: BotApi, running: Running, renderer: TemplateRenderer
) -> None:
    for number, language in ((1, "zh-hans"), (2, "en"), (3, "de")):
        person = Person(api, number, language)
        await person.type("/start consult")
        assert button(renderer, "begin", "zh" if language.startswith("zh") else "en") in person.buttons()
    assert api.wrong == []


async def test_a_press_costs_two_calls_of_the_bot_api(api: BotApi, person: Person, renderer: TemplateRenderer) -> None:
    await begin(person, renderer)
    api.calls.clear()
    await person.tap(person.buttons()[0])
    assert [call.method for call in api.calls] == ["answerCallbackQuery", "editMessageText"]


async def test_a_button_of_an_earlier_screen_changes_nothing_and_says_what_to_do(
    api: BotApi, person: Person, renderer: TemplateRenderer, service: Service
) -> None:
    await begin(person, renderer)
    before = await session(service, person)
    said = await person.tap_stale(button(renderer, "begin"), person.screen)
    assert said == renderer.words("dialog.toast", "en", what="stale")
    assert (await session(service, person)) == before
    assert len(person.alive) == 1
    assert api.wrong == []


@pytest.mark.parametrize("data", ["x", "", "0.zz", "zzzzzz.d1", "1.a:no_such_field:1", "1.p:purpose:nothing:x", "1.f:ki67_percent"])
async def test_data_that_a_client_made_up_changes_nothing(
    api: BotApi, person: Person, renderer: TemplateRenderer, service: Service, data: str
) -> None:
    await begin(person, renderer)
    before = await session(service, person)
    query, update = await person.press_data(data, person.screen)
    await api.settled(update)
    assert api.toasts[query]
    assert (await session(service, person)).answers == before.answers


async def test_a_double_press_is_answered_twice_and_obeyed_once(
    api: BotApi, running: Running, person: Person, renderer: TemplateRenderer, service: Service
) -> None:
    await person.type("/start")
    first, _ = await person.press(button(renderer, "begin"))
    second, update = await person.press(button(renderer, "begin"))
    await api.settled(update)
    assert (api.toasts[first], api.toasts[second]) == ("", renderer.words("dialog.toast", "en", what="stale"))
    assert (await session(service, person)).step == 1


async def test_an_edited_number_corrects_the_answer(api: BotApi, person: Person, renderer: TemplateRenderer, service: Service) -> None:
    await asked_for_a_number(person, renderer)
    message = await person.type("20")
    assert "20" in str((await session(service, person)).answers[FIELD])
    await person.edit(message, "25%")
    assert "25" in str((await session(service, person)).answers[FIELD])
    assert renderer.words("dialog.toast", "en", what="noted") in person.transcript()
    assert person.screen is person.last


async def test_a_refused_number_can_be_mended_by_editing_it(person: Person, renderer: TemplateRenderer, service: Service) -> None:
    await asked_for_a_number(person, renderer)
    message = await person.type("2o")
    await person.edit(message, "20")
    assert "20" in str((await session(service, person)).answers[FIELD])


async def test_an_edited_message_that_answered_nothing_is_answered_kindly(
    person: Person, renderer: TemplateRenderer, service: Service
) -> None:
    message = await person.type("/start")
    before = await session(service, person)
    await person.edit(message, "/report")
    assert person.last.text.shown == words(renderer, "cannot_edit")
    assert await session(service, person) == before


async def test_pictures_are_answered_kindly_and_the_question_stays(person: Person, renderer: TemplateRenderer) -> None:
    await begin(person, renderer)
    question = person.screen.text.shown
    await person.show("photo", [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}])
    assert renderer.words("dialog.media", "en", kind="photo") in [message.text.shown for message in person.messages]
    assert person.screen is person.last
    assert person.screen.text.shown == question
    assert len(person.alive) == 1


async def test_a_group_is_invited_to_a_private_chat(api: BotApi, running: Running, person: Person, renderer: TemplateRenderer) -> None:
    group = api.chats[-1001] = Chat(-1001, "supergroup")
    _, update = await person.send("/start@phnen_test_bot", group)
    await api.settled(update)
    _, update = await person.send("just talk", group)
    await api.settled(update)
    sent = [message for message in group.messages.values() if message.of_bot]
    assert [message.text.shown for message in sent] == [words(renderer, "group_private")]
    assert sent[0].rows == [[{"text": words(renderer, "group_button"), "url": f"https://t.me/{USERNAME}?start=consult"}]]
    assert await running.service.peek(Key("telegram", "-1001")) is None


async def test_an_update_with_which_there_is_nothing_to_do_is_counted_and_recorded_without_its_words(
    running: Running, store: ShakyStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    metrics.begin()
    before = ignored()
    for number, rest in ((5, {"message": {"chat": "zzz"}}), (6, {"poll": {"question": "zzz"}})):
        assert await running.handler({"update_id": number, **rest}, True) is None
        assert await store.skip(Key("telegram", f"update {number}"), Deed(number, {"items": []})) is None
    assert ignored() == before + 2
    assert [record.message for record in caplog.records if record.name.endswith("handler")] == ["nothing to do"] * 2
    assert "zzz" not in caplog.text


def ignored() -> float:
    """How many updates there were with which there was nothing to do."""
    lines = metrics.page()[0].decode().splitlines()
    return next((float(line.split()[1]) for line in lines if line.startswith('phnen_bot_updates_total{outcome="ignored"}')), 0.0)


async def test_topics_of_a_chat_are_consultations_of_their_own(api: BotApi, running: Running, service: Service) -> None:
    first, second = Person(api, 5, "en", thread=1), Person(api, 5, "en", thread=2)
    await first.type("/start")
    await second.type("/start")
    await first.tap(first.buttons()[0])
    assert ((await session(service, first)).consented, (await session(service, second)).consented) == (True, False)
    assert api.wrong == []


async def test_forgetting_leaves_no_row_and_only_a_way_to_begin_again(
    person: Person, renderer: TemplateRenderer, store: ShakyStore, service: Service
) -> None:
    await begin(person, renderer)
    await person.type("/forget")
    await person.tap(button(renderer, "forget_yes"))
    assert person.last.text.shown == renderer.words("dialog.forgotten", "en")
    assert person.buttons() == [button(renderer, "restart")]
    assert await store.load(Key("telegram", str(person.number))) is None
    await person.tap(button(renderer, "restart"))
    assert button(renderer, "begin") in person.buttons()


# --- faults --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["20", "2o", "/why"])
async def test_an_update_that_comes_twice_is_applied_once_and_shown_once(
    api: BotApi, person: Person, renderer: TemplateRenderer, service: Service, text: str
) -> None:
    await asked_for_a_number(person, renderer)
    message, number = await person.send(text)
    await api.settled(number)
    after, seen = await session(service, person), person.transcript()
    await api.redeliver(number, {"message": person.sent(message)})
    await api.settled(number)
    assert await session(service, person) == after
    assert person.transcript() == seen


async def test_what_a_killed_worker_saved_but_did_not_send_is_sent_by_the_next_one(
    api: BotApi, running: Running, person: Person, renderer: TemplateRenderer
) -> None:
    await asked_for_a_number(person, renderer)
    api.fault("sendMessage", Fault(delay=30))
    _, update = await person.send("20")
    await api.until(lambda: api.no_fault_waits("sendMessage"))
    await running.drop()
    running.start()
    await running.courier.sweep()
    await api.settled(update)
    assert person.screen is person.last
    assert person.alive == [person.last]


async def test_a_store_that_fails_is_waited_for_and_the_person_told_once(
    person: Person, renderer: TemplateRenderer, store: ShakyStore, pauses: Pauses
) -> None:
    await begin(person, renderer)
    store.failures = 5
    await person.type("/summary")
    assert [text for text in person.transcript() if text == words(renderer, "busy")] == [words(renderer, "busy")]
    assert person.screen is person.last
    assert pauses.taken == [0.25, 0.5, 1.0, 2.0, 4.0]


async def test_a_press_that_has_to_wait_for_the_store_is_answered(person: Person, renderer: TemplateRenderer, store: ShakyStore) -> None:
    await begin(person, renderer)
    store.failures = 3
    assert await person.tap(person.buttons()[0]) == words(renderer, "busy")


async def test_an_error_is_named_to_the_person_and_in_the_log_without_a_word_they_typed(
    person: Person, renderer: TemplateRenderer, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await begin(person, renderer)

    def fall(*arguments: object) -> None:
        raise ValueError("Zhang San, 13800138000")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.service.turn", fall)
        await person.type("Zhang San, 13800138000")
    assert ERROR_ID in person.last.text.shown
    assert f"error {ERROR_ID}" in caplog.text
    assert "ValueError" in caplog.text
    assert "Zhang" not in caplog.text
    await person.type("/summary")
    assert person.screen is person.last


@pytest.mark.parametrize("faults", [5, 12])
async def test_a_server_that_does_not_answer_for_a_while_gets_all_replies_later_in_their_order(
    api: BotApi, person: Person, renderer: TemplateRenderer, pauses: Pauses, faults: int
) -> None:
    await begin(person, renderer)
    api.fault("sendMessage", Fault(502, "Bad Gateway"), times=faults)
    await person.send("/summary")
    _, update = await person.send("/why")
    await api.settled(update)
    assert person.screen is person.last
    assert person.alive == [person.last]
    assert person.last.edits == 1  # the summary came first, and then turned into what was asked for next
    assert FIRST_DELAY in pauses.taken


async def test_replies_that_the_server_refuses_are_named_to_the_person_and_do_not_hold_up_the_next_ones(
    api: BotApi, person: Person, renderer: TemplateRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    await begin(person, renderer)
    api.fault("sendMessage", Fault(400, "Bad Request: can't parse entities"))
    await person.type("/summary")
    assert ERROR_ID in person.last.text.shown
    assert f"error {ERROR_ID}" in caplog.text
    await person.type("/summary")
    assert person.screen is person.last


async def test_a_person_who_blocked_the_bot_costs_one_call(
    api: BotApi, person: Person, renderer: TemplateRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    await begin(person, renderer)
    person.chat.blocked = True
    api.calls.clear()
    await person.type("/summary")
    assert [(call.method, call.status) for call in api.calls] == [("sendMessage", 403)]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_what_was_sent_is_noted_as_soon_as_the_store_works_again(
    person: Person, renderer: TemplateRenderer, store: ShakyStore, pauses: Pauses
) -> None:
    await begin(person, renderer)
    store.unnoted = 3
    await person.type("/summary")
    await person.tap(button(renderer, "resume"))
    assert person.alive == [person.last]
    assert await store.backlog() == (0, 0.0)
    assert pauses.taken == [0.25, 0.5, 1.0]


# --- calls that go back in the response to a webhook's request ---------------------------------------------------------


def pressed(number: int, data: str, query: str = "q1") -> dict[str, Any]:
    person = {"id": 77, "is_bot": False, "first_name": "P", "language_code": "en"}
    message = {"message_id": 5, "date": 1, "chat": {"id": 77, "type": "private"}}
    return {"update_id": number, "callback_query": {"id": query, "from": person, "chat_instance": "1", "data": data, "message": message}}


async def test_a_press_is_answered_in_the_response_and_again_when_it_comes_twice(
    api: BotApi, running: Running, person: Person, renderer: TemplateRenderer
) -> None:
    await begin(person, renderer)
    api.calls.clear()
    said = renderer.words("dialog.toast", "en", what="stale")
    answer = {"method": "answerCallbackQuery", "callback_query_id": "q1", "text": said}
    for _ in range(2):
        assert await running.handler(pressed(9001, "zz.d1"), inline=True) == answer
    await running.quiet()
    assert "answerCallbackQuery" not in [call.method for call in api.calls]
    assert len([call for call in api.calls if call.method == "sendMessage"]) <= 1


async def test_a_press_without_a_word_is_answered_without_one(api: BotApi, running: Running, person: Person, renderer: TemplateRenderer) -> None:
    await person.type("/start")
    data = next(key["callback_data"] for row in person.screen.rows for key in row if key["text"] == button(renderer, "begin"))
    assert await running.handler(pressed(9001, data), inline=True) == {"method": "answerCallbackQuery", "callback_query_id": "q1"}
    await running.quiet()


async def test_what_needs_a_result_does_not_go_into_the_response(running: Running, person: Person) -> None:
    message = {"message_id": 5, "date": 1, "chat": {"id": 77, "type": "private"}, "from": {"id": 77, "is_bot": False}, "text": "/start"}
    assert await running.handler({"update_id": 9001, "message": message}, inline=True) is None
    await running.quiet()
    assert person.buttons()


async def test_a_press_under_a_message_in_a_group_is_answered_and_does_nothing(api: BotApi, running: Running, person: Person) -> None:
    elsewhere = pressed(9001, "0.d1")
    elsewhere["callback_query"]["message"]["chat"] = {"id": -5, "type": "group"}
    assert await running.handler(elsewhere, inline=True) == {"method": "answerCallbackQuery", "callback_query_id": "q1"}
    query = api.open_query(77)
    for _ in range(2):
        again = {**elsewhere, "update_id": 9002, "callback_query": {**elsewhere["callback_query"], "id": query}}
        assert await running.handler(again) is None
    await running.quiet()
    assert [call.method for call in api.calls if call.method != "getUpdates"] == ["answerCallbackQuery"]


@pytest.mark.parametrize("inline", [False, True])
async def test_an_update_that_makes_the_bot_stumble_is_told_once_by_its_number(
    running: Running, person: Person, store: ShakyStore, inline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise ValueError("Zhang San")

    monkeypatch.setattr("bot.service.turn", fall)
    for _ in range(2):
        await running.handler(pressed(9001, "0.d1"), inline)
    await running.quiet()
    assert [ERROR_ID in message.text.shown for message in person.messages] == [True]
    assert (await store.open(Key("telegram", "77"), 9001)).seen


async def test_nothing_of_an_update_is_there_when_it_cannot_be_saved(running: Running, person: Person, store: ShakyStore) -> None:
    store.failures = 1
    with pytest.raises(StoreUnavailable):
        await running.handler(pressed(9001, "0.d1"), inline=True)
    assert not (await store.open(Key("telegram", "77"), 9001)).seen
    assert await store.backlog() == (0, 0.0)
