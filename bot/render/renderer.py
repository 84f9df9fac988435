"""Speaks replies: finds the macro in the language's templates, fills it, pages it, and words the buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, UndefinedError
from jinja2.bccache import Bucket
from jinja2.runtime import Context

from bot.render.lexicon import Lexicon
from bot.render.markup import clean, pages, plain
from bot.render.port import Key, Shown
from flows.dialog.codes import encode
from flows.dialog.events import Did
from flows.dialog.replies import Button, Label, Reply, Role
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import LANGUAGES

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TELEGRAM_PAGE = 3500
TOAST = 200
BUTTON = 64
Unspoken = UndefinedError
"""Raised where the templates lack a wording that is asked for."""


class _Compiled(BytecodeCache):
    """Templates that this process has compiled, for the next renderer that reads the same text: compiling takes a second."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives what was kept of a template with this name and this text."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps a compiled template."""
        self.kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


_OF_MAPPINGS = frozenset(dir(dict))


class _Context(Context):
    """Calls at once what a template calls. Nothing here asks for the context, which the library finds out anew at every call."""

    @staticmethod
    def call(called: Callable[..., Any], /, *args: Any, _loop_vars: object = None, _block_vars: object = None, **named: Any) -> Any:
        """The outcome of a call; the names of loops and blocks go to nobody."""
        return called(*args, **named)


class _Environment(Environment):
    """Looks into a mapping before it looks at its attributes, which it seldom means; what is found is the same."""

    context_class = _Context

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The part of a value with that name; undefined where it has none."""
        if isinstance(obj, dict) and attribute not in _OF_MAPPINGS:
            try:
                return obj[attribute]
            except KeyError:
                return super().getattr(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


def environment(language: str, folder: Path = TEMPLATES) -> Environment:
    """The templates of one language: strict about what is undefined, escaping what is printed."""
    return _Environment(
        loader=FileSystemLoader(folder / language),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )


def speak(key: str, language: str, **params: Any) -> str:
    """The wording of a macro that speaks of no question, answer or source, as plain text."""
    file, _, macro = key.partition(".")
    module = environment(language).get_template(f"{file}.j2").module
    return plain(clean(str(getattr(module, macro)(**params))))


class Voice:
    """One language: its templates and its lexicon."""

    def __init__(self, knowledge: Knowledge, language: str, folder: Path = TEMPLATES) -> None:
        self.environment = environment(language, folder)
        self.knowledge, self.language = knowledge, language
        self._modules: dict[str, Any] = {}

    @cached_property
    def words(self) -> Any:
        """The dictionaries of short wordings."""
        return self.environment.get_template("words.j2").module

    @cached_property
    def lexicon(self) -> Lexicon:
        """Lookups for templates."""
        return Lexicon(self.knowledge, self.language, self.words)

    def _load(self, file: str) -> Any:
        self.environment.globals.update(self.lexicon.functions())
        return self.environment.get_template(f"{file}.j2").module

    def say(self, key: str, **params: Any) -> str:
        """The markup of a macro, named ``file.macro``."""
        file, _, macro = key.partition(".")
        module = self._modules.get(file)
        if module is None:
            module = self._modules[file] = self._load(file)
        return clean(str(getattr(module, macro)(**params)))


class TemplateRenderer:
    """Renders replies for one channel.

    Args:
        knowledge: where questions, options and sources find their wording.
        limit: the longest page, in UTF-16 units of text (None: no paging).
    """

    def __init__(self, knowledge: Knowledge, limit: int | None = TELEGRAM_PAGE, folder: Path = TEMPLATES) -> None:
        self.limit = limit
        self.voices = {language: Voice(knowledge, language, folder) for language in LANGUAGES}

    def keep(self, days: int) -> None:
        """From now on texts say that an untouched consultation is kept for so many days."""
        for voice in self.voices.values():
            voice.lexicon.retention_days = days

    def tell_day(self, today: Callable[[], date]) -> None:
        """From now on texts say which days of review have passed."""
        for voice in self.voices.values():
            voice.lexicon.today = today

    def use_links(self, username: str) -> None:
        """From now on source marks are links that open the bot with that user name."""
        for voice in self.voices.values():
            voice.lexicon.use_links(username)

    def words(self, key: str, language: str, **params: Any) -> str:
        """A short wording as plain text."""
        return plain(self.voices[language].say(key, **params))

    def show(self, reply: Reply, language: str) -> Shown:
        """One reply, rendered: the wanted page and its buttons."""
        voice = self.voices[language]
        markup = voice.say(reply.key, **reply.params)
        if reply.role is Role.TOAST:
            return Shown(Role.TOAST, plain(markup)[:TOAST])
        all_pages = pages(markup, self.limit) if self.limit else [markup]
        page = min(max(reply.page, 0), len(all_pages) - 1)
        rows = tuple(tuple(self._key(voice, button) for button in row) for row in reply.buttons)
        if len(all_pages) > 1 and reply.pager:
            rows = (self._turning(voice, reply.pager, page, len(all_pages)), *rows)
        return Shown(reply.role, all_pages[page], rows, page, len(all_pages))

    def _turning(self, voice: Voice, pager: Did, page: int, count: int) -> tuple[Key, ...]:
        def key(word: str, to: int) -> Key:
            text = f"{voice.words.button[word]} {to + 1}/{count}"
            return Key(text, encode(replace(pager, argument=f"{pager.argument}.{to}")))

        keys = [key("previous_page", page - 1)] if page else []
        return (*keys, *([key("next_page", page + 1)] if page + 1 < count else []))

    def _key(self, voice: Voice, button: Button) -> Key:
        text = self._label(voice, button.label)
        if button.label.tick is not None:
            text = f"{'✅' if button.label.tick else '▫️'} {text}"
        return Key(text[:BUTTON], encode(button.event) if button.event else "", button.style, button.copy)

    @staticmethod
    def _label(voice: Voice, label: Label) -> str:
        words, lexicon = voice.words, voice.lexicon
        match label.kind:
            case "word":
                return str(words.button[label.id])
            case "option":
                return lexicon.option(label.field, label.id)
            case "item":
                item, _, outcome = label.id.partition(":")
                name = lexicon.option(label.field, item)
                return f"{name}{words.colon}{lexicon.option(label.field, outcome)}" if outcome else name
            case "outcome":
                return lexicon.option(label.field, label.id.partition(":")[2])
            case "field":
                return lexicon.label(label.id)
            case "stage":
                return str(words.stage[label.id])
            case "section":
                return str(words.section[label.id])
            case "conclusion" | "value":
                fact, _, value = label.id.rpartition("=")
                return plain(voice.say("explain.named", name=label.id) if not fact else voice.say("explain.valued", fact=fact, word=value))
            case "unfold" | "fold":
                return f"{words.branch[label.kind]} {plain(voice.say('explain.named', name=label.id))}"
            case "case":
                return f"{label.id} {lexicon.vignette(label.id)['title']}"
            case _:
                return label.id
