"""Whoever asks for help learns of every command, and the menu on Telegram names no other."""

from __future__ import annotations

import re

import pytest

from bot.channels.telegram.profile import MENU
from flows.dialog.events import PRESSED, TOLD, Command, Did
from flows.knowledge.model import LANGUAGES
from tests.render.gallery import gallery, renderer


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_names_every_command_once(language: str) -> None:
    named = re.findall(r"^/(\w+)|[、 ]/(\w+) –", renderer().words("dialog.help", language), re.MULTILINE)

    assert sorted(one or other for one, other in named) == sorted(TOLD)


def test_the_menu_names_the_commands_that_the_help_names() -> None:
    assert sorted(MENU) == sorted(TOLD)


def test_what_the_help_does_not_name_is_offered_by_a_button() -> None:
    pressed: set[Command] = {
        button.event.command for reply in gallery() for row in reply.buttons for button in row if isinstance(button.event, Did)
    }

    assert pressed >= PRESSED
