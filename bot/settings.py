"""Every setting of the bot: read once at start from the environment and a ``.env`` file, all mistakes named at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

PREFIX = "PHNEN_BOT_"
_FAMILY = "PHNEN_"
_LIKENESS = 0.8
_LAST_PORT = 65535
_SECRETS = {"token", "webhook_secret", "data_key"}
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_WEB_ROOT = re.compile(r"https?://[^\s/?#]+[^\s?#]*")
_HTTPS = re.compile(r"https://[^\s/?#]+[^\s#]*")
_DATABASE = re.compile(r"sqlite\+aiosqlite:///(?!:memory:)[^?]+|postgresql\+asyncpg://\S+")
_KEYS = re.compile(r"[A-Za-z0-9_-]{43}=(\s*,\s*[A-Za-z0-9_-]{43}=)*")
_DAYS = re.compile(r"[0-9]{1,4}")
_PACE = re.compile(r"\d{1,6}(\.\d+)?(/\d{1,6}(\.\d+)?){2}", re.ASCII)
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):(?P<port>\d{1,5})")
_CREDENTIALS = re.compile(r"^([a-z0-9+]*://)?.*@", re.IGNORECASE | re.DOTALL)


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


class Language(StrEnum):
    """The languages the bot speaks."""

    ENGLISH = "en"
    CHINESE = "zh"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens. ``host`` is a name or an address, IPv6 without its brackets."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server takes: calls a second overall, new messages a second in a chat and a minute in a group."""

    overall: float
    chat: float
    group: float


class Wrong(StrEnum):
    """What is wrong with a setting: its value, a key that nobody can make up, its name, or the file that holds it."""

    VALUE = "value"
    KEY = "key"
    NAME = "name"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong setting.

    Attributes:
        name: the variable as it was written, or the path of the ``.env`` file.
        value: what was given; None for a secret and where there is none to show. Credentials inside a URL are masked.
        accepted: what is accepted, as short text that reads the same in every language: of a name, the one that was probably
            meant; of a key, the command that makes one; of a file, its encoding.
        wrong: what is wrong; the templates word it.
    """

    name: str
    value: str | None
    accepted: str
    wrong: Wrong = Wrong.VALUE


class SettingsError(Exception):
    """Some settings are wrong; ``problems`` names each of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.name}={problem.value or ''} ({problem.accepted})" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Accepts:
    """Rides on a field and says in short what it takes."""

    text: str


def _matching(pattern: re.Pattern[str]) -> BeforeValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(pattern.pattern)
        return text

    return BeforeValidator(check)


def _without_last_slash(url: str) -> str:
    return url.rstrip("/")


def _address(text: str) -> Address:
    found = _LISTEN.fullmatch(text)
    if not found or int(found["port"]) > _LAST_PORT:
        raise ValueError(_LISTEN.pattern)
    return Address(found["host"].strip("[]"), int(found["port"]))


def _limits(text: str) -> Limits:
    if not _PACE.fullmatch(text):
        raise ValueError(_PACE.pattern)
    overall, chat, group = map(float, text.split("/"))
    if not min(overall, chat, group):
        raise ValueError(_PACE.pattern)
    return Limits(overall, chat, group)


def _default_database() -> str:
    return f"sqlite+aiosqlite:///{user_data_path('phnen-bot', appauthor=False) / 'conversations.db'}"


class Settings(BaseModel):
    """The settings, frozen. Build them with ``read_settings``, which alone looks at the environment.

    Attributes:
        token: the bot token from @BotFather.
        api_url: root of a Bot API server without a slash at its end; None for Telegram's own.
        database_url: SQLAlchemy URL of the database.
        data_key: what is kept is encrypted with it; several, separated by commas: the first encrypts, all of them decrypt.
        lang: language for people whose app speaks neither Chinese nor English; None leaves it to the channel.
        log_level: the least severity that is logged.
        webhook_url: public HTTPS address that Telegram calls.
        webhook_secret: what Telegram must send along with every call to it.
        listen: where the webhook server listens.
        watch_listen: where health and figures can be asked for; None: nowhere.
        pace: how fast the server lets the bot write, all workers together.
        retention_days: days after which an untouched session is erased.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: Annotated[SecretStr | None, _matching(_TOKEN), _Accepts("123456789:AAE…")] = None
    api_url: Annotated[str | None, AfterValidator(_without_last_slash), _matching(_WEB_ROOT), _Accepts("https://… | http://…")] = None
    database_url: Annotated[str, _matching(_DATABASE), _Accepts("sqlite+aiosqlite:///path | postgresql+asyncpg://user:password@host/name")] = Field(default_factory=_default_database)
    data_key: Annotated[SecretStr | None, _matching(_KEYS), _Accepts("phnen-bot db newkey")] = None
    lang: Annotated[Language | None, _Accepts(" | ".join(Language))] = None
    log_level: Annotated[LogLevel, BeforeValidator(str.upper), _Accepts(" | ".join(LogLevel))] = LogLevel.INFO
    webhook_url: Annotated[str | None, _matching(_HTTPS), _Accepts("https://…")] = None
    webhook_secret: Annotated[SecretStr | None, _matching(_SECRET), _Accepts("A-Z a-z 0-9 _ - (1–256)")] = None
    listen: Annotated[Address, BeforeValidator(_address), _Accepts("host:port")] = Address("127.0.0.1", 8080)
    watch_listen: Annotated[Address | None, BeforeValidator(_address), _Accepts("host:port")] = None
    pace: Annotated[Limits, BeforeValidator(_limits), _Accepts("30/1/20")] = Limits(30.0, 1.0, 20.0)
    retention_days: Annotated[int, _matching(_DAYS), Field(ge=1, le=3650), _Accepts("1–3650")] = 30

    @property
    def data_keys(self) -> tuple[str, ...]:
        """The keys for encryption, the one that encrypts first; none where nothing is encrypted."""
        return tuple(key.strip() for key in self.data_key.get_secret_value().split(",")) if self.data_key else ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that no log may show."""
        kept = (self.token, self.webhook_secret)
        return (*(secret.get_secret_value() for secret in kept if secret), *self.data_keys)


def read_settings(env_file: Path | None = Path(".env"), environ: Mapping[str, str] | None = None) -> Settings:
    """The settings from ``environ`` (default: the process's own), then from ``env_file`` (default: the one here, if any).

    An empty value counts as none. Names are read whatever their case.

    Raises:
        SettingsError: something is wrong; ``problems`` holds everything that is.
    """
    given = _given(env_file, os.environ if environ is None else environ)
    problems = [Problem(name, None, near, Wrong.NAME) for name in given if (near := _meant(name))]
    try:
        settings = Settings.model_validate({field: given[_name(field)] for field in Settings.model_fields if _name(field) in given})
    except ValidationError as error:
        problems += [_problem(fault, given) for fault in error.errors(include_url=False)]
    if problems:
        raise SettingsError(tuple(problems)) from None
    return settings


def _given(env_file: Path | None, environ: Mapping[str, str]) -> dict[str, str]:
    both = {**_read_file(env_file), **{name.upper(): value for name, value in environ.items() if value}}
    return {name: value.strip() for name, value in both.items() if name.startswith(_FAMILY)}


def _read_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None:  # the library would look for one by itself
        return {}
    try:
        found = dotenv_values(env_file, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError((Problem(str(env_file), None, "UTF-8", Wrong.FILE),)) from None
    return {name.upper(): value for name, value in found.items() if value}


def _name(field: str) -> str:
    return f"{PREFIX}{field}".upper()


def _meant(name: str) -> str | None:
    """The variable that an unknown name was probably meant to be. Others' variables, or a newer bot's, are left alone."""
    known = [_name(field) for field in Settings.model_fields]
    near = get_close_matches(name, known, n=1, cutoff=_LIKENESS)
    return near[0] if near and name not in known else None


def _problem(fault: ErrorDetails, given: Mapping[str, str]) -> Problem:
    field = str(fault["loc"][0])
    kind = Settings.model_fields[field]
    accepted = next(note.text for note in kind.metadata if isinstance(note, _Accepts))
    secret = field in _SECRETS
    shown = None if secret else _CREDENTIALS.sub(r"\1***@", given[_name(field)])
    return Problem(_name(field), shown, accepted, Wrong.KEY if field == "data_key" else Wrong.VALUE)
