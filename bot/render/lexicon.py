"""What templates may look up: wording of questions, answers and sources in one language. No decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from bot.render.clauses import Clause, clause
from bot.render.regions import Input, among
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import Review
from flows.knowledge.questions import label_of
from flows.rules.expressions import Expression
from flows.rules.values import Answer, Form, Interval, Open
from flows.whatif.partition import Region

KEPT_DAYS = 30
MOST_CITED = 10_000
"""Combinations of sources whose marks are kept ready."""
"""Days after which an untouched consultation is erased, unless the settings say otherwise."""
_SIGNS = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source in one language, whatever its kind (``kind`` is None for an id that nothing has)."""

    id: str
    kind: str | None
    text: str = ""
    section: str = ""
    refs: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    population: str = ""
    problem: str = ""
    reading: str = ""
    differs: str = ""
    topic: str = ""
    year: int | None = None
    sources: tuple[Any, ...] = ()
    statements: tuple[str, ...] = ()

    @property
    def layer(self) -> str:
        """How far it stands from the review."""
        match self.kind:
            case "later":
                return "later"
            case "settlement" | "tension":
                return "settled"
            case _:
                return "borrowed" if "borrowed" in self.flags else "review"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a field takes, in one language. ``low`` and ``high`` are figures, ``unit`` follows them; ``*_ids`` are what `assess` reads."""

    kind: str
    low: str
    high: str
    above_low: bool
    unit: str
    plain: bool
    options: tuple[str, ...]
    option_ids: tuple[str, ...]
    items: tuple[str, ...]
    item_ids: tuple[str, ...]
    not_done: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Who signed a source or a rule and when (empty: nobody), until when that holds, and whether that day has passed."""

    by: str
    on: str
    until: str
    passed: bool


@dataclass(frozen=True, slots=True)
class ReviewsView:
    """How many of several sources are signed, of how many, and those whose day of review has passed."""

    signed: int
    total: int
    due: tuple[str, ...]


class Lexicon:
    """Lookups in one language. ``words`` gives the dictionaries of the language's ``words`` template."""

    NAMES = (
        *("source", "cite", "refs", "label", "labels", "option", "title", "ask", "helptext"),
        *("value_of", "vignette", "accepts", "kept_days", "basis", "line", "review", "reviews", "due_rules", "clause_of", "among"),
    )

    def __init__(self, knowledge: Knowledge, language: str, words: Any) -> None:
        self.knowledge, self.language, self.words = knowledge, language, words
        self.retention_days = KEPT_DAYS
        self.today: Callable[[], date] | None = None
        self._username = ""
        self._sources: dict[str, SourceView] = {}
        self._reviewed: dict[str, Review] = {}
        self._accepted: dict[str, Accepted] = {}
        self._options: dict[tuple[str, str], str] = {}
        self._cited: dict[tuple[str, ...], Markup] = {}
        self._ended: dict[tuple[str, ...], Markup] = {}
        self._lines: dict[str, Markup] = {}

    def use_links(self, username: str) -> None:
        """From now on marks of sources are links that open the bot with that user name."""
        self._username = username
        self._cited.clear()
        self._ended.clear()
        self._lines.clear()

    def functions(self) -> Mapping[str, Any]:
        """Everything that a template may call, by name."""
        return {name: getattr(self, name) for name in self.NAMES}

    def title(self, question: str) -> str:
        """What a question is called."""
        return self.knowledge.questions[question].title[self.language]

    def ask(self, question: str) -> str:
        """A question as it is asked."""
        return self.knowledge.questions[question].ask[self.language]

    def helptext(self, question: str) -> str:
        """What to know before answering a question."""
        return self.knowledge.questions[question].help[self.language]

    def kept_days(self) -> int:
        """Days after which an untouched consultation is erased."""
        return self.retention_days

    def label(self, field: str) -> str:
        """What a field is called."""
        return self.knowledge.fields[field].label[self.language]

    def labels(self, fields: Iterable[str]) -> str:
        """What several fields are called, as a list in words."""
        return str(self.words.list_sep).join(self.label(field) for field in fields)

    def option(self, field: str, option: str) -> str:
        """What an option (or an item of a map) is called."""
        found = self._options.get((field, option))
        if found is None:
            spec = self.knowledge.fields[field]
            choices = spec.items if option in spec.core.items else spec.choices
            found = self._options[field, option] = label_of(choices, option)[self.language]
        return found

    def accepts(self, field: str) -> Accepted:
        """What a field takes: limits and unit of a number, the options, the items of a map."""
        found = self._accepted.get(field)
        if found is None:
            found = self._accepted[field] = self._accepts(field)
        return found

    def _accepts(self, field: str) -> Accepted:
        spec = self.knowledge.fields[field]
        low, high = (format(end, ".12g") for end in spec.core.limits)
        return Accepted(
            kind=spec.core.kind.value,
            low=low,
            high=high,
            above_low=spec.core.above_low,
            unit=self._unit(field),
            plain=spec.core.plain,
            options=tuple(choice.label[self.language] for choice in spec.choices),
            option_ids=spec.core.options,
            items=tuple(item.label[self.language] for item in spec.items),
            item_ids=spec.core.items,
            not_done=spec.core.not_done,
        )

    def value_of(self, field: str, answer: Answer | None) -> str:
        """An answer in words, with its unit."""
        if answer is None:
            return str(self.words.open["missing"])
        if field == "goal" and answer is Open.UNKNOWN:
            return str(self.words.button["everything"])
        match answer:
            case Open():
                return str(self.words.open[answer.value])
            case Interval():
                return self._number(field, answer)
            case frozenset():
                order = {choice.id: place for place, choice in enumerate(self.knowledge.fields[field].choices)}
                chosen = sorted(answer, key=lambda option: order.get(option, 0))
                return str(self.words.list_sep).join(self.option(field, option) for option in chosen)
            case str():
                return self.option(field, answer)
            case _:
                return self._pairs(field, answer)

    def _pairs(self, field: str, answer: Mapping[str, str]) -> str:
        if not answer:
            return str(self.words.button["no_treatment"])
        pairs = [f"{self.option(field, item)}{self.words.colon}{self.option(field, outcome)}" for item, outcome in answer.items()]
        return str(self.words.list_sep).join(pairs)

    def _number(self, field: str, answer: Interval) -> str:
        text = answer.text or format(answer.low, "g")
        for sign, shown in _SIGNS.items():
            text = text.replace(sign, shown)
        if answer.form is Form.RANGE:
            text = text.replace("-", "–")
        if answer.form is Form.ABOUT:
            text = f"{self.words.about}{text.removeprefix('~')}"
        return f"{text}{self._unit(field)}"

    def _unit(self, field: str) -> str:
        """The unit as it is written after a figure, with a space where the language wants one."""
        unit = self.knowledge.fields[field].unit.get(self.language, "")
        gap = "" if not unit or unit == "%" or (self.language == "zh" and not unit.isascii()) else " "
        return f"{gap}{unit}"

    def source(self, name: str) -> SourceView:
        """One statement, settlement, tension or later standard."""
        found = self._sources.get(name)
        if found is None:
            found = self._sources[name] = self._view(name)
        return found

    def _view(self, name: str) -> SourceView:
        base, lang = self.knowledge, self.language
        if name in base.statements:
            entry = base.statements[name]
            return SourceView(
                *(name, "statement", entry.text[lang], entry.section, entry.refs, entry.roles, entry.flags, entry.issues, entry.later),
                population=entry.population.get(lang, ""),
            )
        if name in base.settlements:
            settled = base.settlements[name]
            return SourceView(
                *(name, settled.kind, settled.reading[lang]),
                problem=settled.problem[lang],
                reading=settled.reading[lang],
                later=settled.later,
                statements=settled.statements,
            )
        if name in base.later:
            after = base.later[name]
            return SourceView(
                *(name, "later", after.text[lang]),
                differs=after.differs[lang],
                topic=after.topic,
                year=after.year,
                sources=after.sources,
                statements=after.statements,
            )
        return SourceView(name, None)

    def review(self, name: str) -> ReviewView:
        """Who signed a source or a rule; nothing counts as passed where it is not known which day it is."""
        found = self._reviewed.get(name)
        if found is None:
            found = self._reviewed[name] = self.knowledge.register.of(name)
        passed = bool(found.until and self.today and found.until < self.today())
        return ReviewView(found.by or "", str(found.on or ""), str(found.until or ""), passed)

    def reviews(self, names: Iterable[str]) -> ReviewsView:
        """The reviews of several sources together."""
        found = {name: self.review(name) for name in names}
        return ReviewsView(
            signed=sum(bool(view.by) for view in found.values()),
            total=len(found),
            due=tuple(name for name, view in found.items() if view.passed),
        )

    def due_rules(self) -> tuple[str, ...]:
        """The rules whose day of review has passed, whether or not they bear on the case."""
        return tuple(name for name, _ in self.knowledge.register.passed(self.knowledge.rule_ids, self.today())) if self.today else ()

    def among(self, name: str, regions: tuple[Region, ...]) -> Input:
        """What an answer may be in some regions."""
        return among(name, regions, self.knowledge)

    def clause_of(self, tree: Expression) -> Clause:
        """A condition in clauses, as `conditions` says them."""
        return clause(tree, self.knowledge)

    def cite(self, names: Iterable[str]) -> Markup:
        """Unobtrusive marks of the sources, each a link to its own text where the channel can follow one."""
        key = tuple(names)
        found = self._cited.get(key)
        if found is None:
            marks = [self._mark(name) for name in dict.fromkeys(key)]
            found = Markup("[{}]").format(Markup(" · ").join(marks)) if marks else Markup("")
            if len(self._cited) < MOST_CITED:
                self._cited[key] = found
        return found

    def line(self, name: str) -> Markup:
        """What a source says, in one line that ends with its mark."""
        found = self._lines.get(name)
        if found is None:
            view = self.source(name)
            found = self._lines[name] = Markup("{}{}").format(view.reading or view.text, self.basis(view.layer, [name]))
        return found

    def basis(self, layer: str, names: Iterable[str]) -> Markup:
        """The unobtrusive end of a sentence: its layer and its sources."""
        key = (layer, *names)
        found = self._ended.get(key)
        if found is None:
            found = Markup(" <i>{} {}</i>").format(self.words.layer[layer], self.cite(key[1:]))
            if len(self._ended) < MOST_CITED:
                self._ended[key] = found
        return found

    def _mark(self, name: str) -> Markup:
        if not self._username:
            return escape(name)
        return Markup('<a href="https://t.me/{}?start={}">{}</a>').format(self._username, name.replace(".", "_"), name)

    def refs(self, numbers: Iterable[int]) -> str:
        """The review's reference numbers, as they can be cited."""
        shown = str(self.words.list_sep).join(f"[{number}]" for number in numbers)
        return f"{self.words.review_ref}{shown}" if shown else ""

    def vignette(self, name: str) -> Mapping[str, str]:
        """Title and story of a model case."""
        entry = self.knowledge.vignettes[name]
        return {"title": entry.title[self.language], "story": entry.story[self.language]}
