"""Every variable, where it may come from, and every way to get one wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Address, Language, LogLevel, Problem, SettingsError, Wrong, read_settings

TOKEN = "123456789:AAEhBOweik9ai2o01whxgMZ2V8PQ"
DATABASES = "sqlite+aiosqlite:///path | postgresql+asyncpg://user:password@host/name"
KEYS = ("A" * 43 + "=", "B" * 43 + "=")


def _problems(environ: dict[str, str], env_file: Path | None = None) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as refused:
        read_settings(env_file, environ)
    return refused.value.problems


class TestDefaults:
    def test_nothing_has_to_be_set(self) -> None:
        settings = read_settings(None, {})

        assert settings.token is None
        assert settings.api_url is None
        assert settings.lang is None
        assert settings.log_level is LogLevel.INFO
        assert settings.webhook_url is None
        assert settings.webhook_secret is None
        assert settings.listen == Address("127.0.0.1", 8080)
        assert settings.retention_days == 30

    def test_the_database_is_a_file_in_the_users_data_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", "/home/somebody/data")

        url = read_settings(None, {}).database_url

        assert url.startswith("sqlite+aiosqlite:////")
        assert url.endswith("phnen-bot/conversations.db")

    def test_an_empty_value_counts_as_none(self) -> None:
        assert read_settings(None, {"PHNEN_BOT_TOKEN": "", "PHNEN_BOT_RETENTION_DAYS": ""}) == read_settings(None, {})

    def test_settings_cannot_be_changed_afterwards(self) -> None:
        with pytest.raises(ValidationError):
            read_settings(None, {}).retention_days = 1  # type: ignore[misc]


class TestReading:
    def test_several_keys_are_taken_in_their_order(self) -> None:
        settings = read_settings(None, {"PHNEN_BOT_DATA_KEY": f"{KEYS[1]} , {KEYS[0]}", "PHNEN_BOT_TOKEN": TOKEN})

        assert settings.data_keys == (KEYS[1], KEYS[0])
        assert settings.secrets == (TOKEN, KEYS[1], KEYS[0])
        assert read_settings(None, {}).data_keys == ()

    def test_a_server_is_taken_as_a_database(self) -> None:
        url = "postgresql+asyncpg://me:hunter2@db.example.org:5432/phnen?sslmode=require"
        assert read_settings(None, {"PHNEN_BOT_DATABASE_URL": url}).database_url == url

    def test_every_variable_is_taken(self) -> None:
        settings = read_settings(
            None,
            {
                "PHNEN_BOT_TOKEN": TOKEN,
                "PHNEN_BOT_API_URL": "http://127.0.0.1:8081/",
                "PHNEN_BOT_DATABASE_URL": "sqlite+aiosqlite:////var/lib/phnen bot/kept.db",
                "PHNEN_BOT_LANG": "zh",
                "PHNEN_BOT_LOG_LEVEL": "debug",
                "PHNEN_BOT_WEBHOOK_URL": "https://example.org/hook",
                "PHNEN_BOT_WEBHOOK_SECRET": "s3cret_-",
                "PHNEN_BOT_LISTEN": "[::1]:9090",
                "PHNEN_BOT_RETENTION_DAYS": "7",
            },
        )

        assert settings.token is not None
        assert settings.token.get_secret_value() == TOKEN
        assert settings.api_url == "http://127.0.0.1:8081"
        assert settings.database_url == "sqlite+aiosqlite:////var/lib/phnen bot/kept.db"
        assert settings.lang is Language.CHINESE
        assert settings.log_level is LogLevel.DEBUG
        assert settings.webhook_url == "https://example.org/hook"
        assert settings.webhook_secret is not None
        assert settings.webhook_secret.get_secret_value() == "s3cret_-"
        assert settings.listen == Address("::1", 9090)
        assert settings.retention_days == 7

    def test_the_environment_wins_over_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / ".env"
        file.write_text("# ours\nPHNEN_BOT_LANG=zh\nexport PHNEN_BOT_RETENTION_DAYS='7'\nOTHER=1\n", encoding="utf-8")

        settings = read_settings(file, {"PHNEN_BOT_LANG": "en"})

        assert (settings.lang, settings.retention_days) == (Language.ENGLISH, 7)

    def test_without_arguments_the_process_and_the_folder_it_runs_in_are_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".env").write_text("PHNEN_BOT_RETENTION_DAYS=7\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PHNEN_BOT_LANG", "zh")

        settings = read_settings()

        assert (settings.lang, settings.retention_days) == (Language.CHINESE, 7)

    def test_given_an_environment_the_one_of_the_process_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PHNEN_BOT_LANG", "zh")

        assert read_settings(None, {}).lang is None

    def test_a_missing_file_is_no_problem(self, tmp_path: Path) -> None:
        assert read_settings(tmp_path / "none", {}) == read_settings(None, {})


class TestRefusing:
    @pytest.mark.parametrize(
        ("name", "value", "accepted"),
        [
            ("API_URL", "ftp://example.org", "https://… | http://…"),
            ("API_URL", "example.org", "https://… | http://…"),
            ("API_URL", "https://", "https://… | http://…"),
            ("API_URL", "https://example.org/?a=1", "https://… | http://…"),
            ("DATABASE_URL", "kept.db", DATABASES),
            ("DATABASE_URL", "sqlite:///kept.db", DATABASES),
            ("DATABASE_URL", "sqlite+aiosqlite://", DATABASES),
            ("DATABASE_URL", "sqlite+aiosqlite:///:memory:", DATABASES),
            ("DATABASE_URL", "postgresql://db/name", DATABASES),
            ("LANG", "de", "en | zh"),
            ("LANG", "zh_CN", "en | zh"),
            ("LOG_LEVEL", "loud", "DEBUG | INFO | WARNING | ERROR | CRITICAL"),
            ("WEBHOOK_URL", "http://example.org", "https://…"),
            ("LISTEN", "8080", "host:port"),
            ("LISTEN", "localhost:65536", "host:port"),
            ("LISTEN", "::1:8080", "host:port"),
            ("RETENTION_DAYS", "0", "1–3650"),
            ("RETENTION_DAYS", "3651", "1–3650"),
            ("RETENTION_DAYS", "7.0", "1–3650"),
            ("RETENTION_DAYS", "1e2", "1–3650"),
            ("RETENTION_DAYS", "٣", "1–3650"),
        ],
    )
    def test_a_wrong_value_is_named_with_what_is_accepted(self, name: str, value: str, accepted: str) -> None:
        assert _problems({f"PHNEN_BOT_{name}": value}) == (Problem(f"PHNEN_BOT_{name}", value, accepted),)

    @pytest.mark.parametrize(("name", "value"), [("TOKEN", "hunter2"), ("TOKEN", "1:a/../b"), ("WEBHOOK_SECRET", "hünter2")])
    def test_a_wrong_secret_is_named_without_its_value(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError) as refused:
            read_settings(None, {f"PHNEN_BOT_{name}": value})

        assert [(problem.name, problem.value) for problem in refused.value.problems] == [(f"PHNEN_BOT_{name}", None)]
        assert value not in str(refused.value)
        assert refused.value.__suppress_context__

    @pytest.mark.parametrize("value", ["hunter2", "A" * 43, f"{KEYS[0]},", f"{KEYS[0]} {KEYS[1]}", "A" * 44])
    def test_what_is_no_key_is_refused_without_being_shown(self, value: str) -> None:
        assert _problems({"PHNEN_BOT_DATA_KEY": value}) == (Problem("PHNEN_BOT_DATA_KEY", None, "phnen-bot db newkey", Wrong.KEY),)

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("postgresql+psycopg://me:hunter2@db/phnen", "postgresql+psycopg://***@db/phnen"),
            ("postgresql://me:hunt@er2@db", "postgresql://***@db"),
            ("me:hunter2@db", "***@db"),
        ],
    )
    def test_a_password_inside_an_address_is_masked(self, value: str, shown: str) -> None:
        assert _problems({"PHNEN_BOT_DATABASE_URL": value})[0].value == shown

    def test_all_wrong_values_are_named_at_once(self, tmp_path: Path) -> None:
        file = tmp_path / ".env"
        file.write_text("PHNEN_BOT_LANG=de\n", encoding="utf-8")

        found = _problems({"PHNEN_BOT_TOKEN": "x", "PHNEN_BOT_LISTEN": "x", "PHNEN_BOT_LANGUAGE": "en"}, file)

        assert {problem.name for problem in found} == {
            "PHNEN_BOT_LANG",
            "PHNEN_BOT_TOKEN",
            "PHNEN_BOT_LISTEN",
            "PHNEN_BOT_LANGUAGE",
        }

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("PHNEN_BOT_TOKEN_", "PHNEN_BOT_TOKEN"),
            ("PHNEN_TOKEN", "PHNEN_BOT_TOKEN"),
            ("PHNEN_BOT_DATABASE", "PHNEN_BOT_DATABASE_URL"),
            ("PHNEN_BOT_LOGLEVEL", "PHNEN_BOT_LOG_LEVEL"),
            ("PHNEN_BOT_RETENTION", "PHNEN_BOT_RETENTION_DAYS"),
        ],
    )
    def test_a_misspelt_name_is_answered_with_the_right_one_and_not_its_value(self, written: str, meant: str) -> None:
        assert _problems({written: "hunter2"}) == (Problem(written, None, meant, Wrong.NAME),)

    def test_other_peoples_variables_are_left_alone(self) -> None:
        assert read_settings(None, {"PHNEN_CLUSTER_NODE": "3", "BOT_TOKEN": "x", "PATH": "/bin"}) == read_settings(None, {})

    def test_a_file_that_is_no_text_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / ".env"
        file.write_bytes(b"PHNEN_BOT_LANG=\xff\xfe")

        assert _problems({}, file) == (Problem(str(file), None, "UTF-8", Wrong.FILE),)
