"""What is deployed names settings and options that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from bot.__main__ import _parser
from bot.channels.telegram.serving import KEEP_ALIVE
from bot.channels.telegram.workers import PATIENCE
from bot.settings import Settings

DEPLOY = Path(__file__).parents[1] / ".deploy"
UNIT = (DEPLOY / "phnen-bot.service").read_text("utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")


def test_every_variable_is_a_setting() -> None:
    known = {f"PHNEN_BOT_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"PHNEN_BOT_[A-Z_]+", UNIT + NGINX))
    assert named - known == set()
    assert {"PHNEN_BOT_TOKEN", "PHNEN_BOT_WEBHOOK_SECRET"} <= named


def test_the_unit_starts_a_command_that_there_is() -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    program, *words = shlex.split(line)
    assert program.endswith("/bin/phnen-bot")
    assert _parser("en", words).parse_args(words).webhook


def test_the_unit_waits_longer_than_the_bot_needs_to_stop() -> None:
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)[0]) > PATIENCE


def test_the_proxy_leads_to_where_the_unit_listens_and_closes_first() -> None:
    (listens,) = re.findall(r"PHNEN_BOT_LISTEN=(\S+)", UNIT)
    assert f"server {listens} " in NGINX
    assert int(re.findall(r"keepalive_timeout (\d+)s", NGINX)[0]) < KEEP_ALIVE
