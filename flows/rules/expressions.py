"""The condition language of the rules: text a clinician can read, parsed into a small tree.

    differentiation = well and mitoses < 2
    prior_treatment.ssa in (failed, intolerant)
    unknown(lesion_count >= 5) or open lesion_location

Names are answers or facts. ``unknown(...)``, ``sure(...)`` and ``possible(...)`` ask about the truth of a condition itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?![\w.])|(?P<name>[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)|(?P<sign><=|>=|!=|[()<>=,+]))")
PREDICATES = ("open", "done", "missing", "said_unknown", "not_done", "inexact", "ranged", "bounded", "empty")
MODES = ("unknown", "sure", "possible")
_RESERVED = {*PREDICATES, *MODES, "and", "or", "not", "in", "has", "any", "only", "except", "always", "never"}


class ExpressionError(ValueError):
    """A condition cannot be parsed; the message says what was found and what was expected."""


@dataclass(frozen=True, slots=True)
class Constant:
    """``always`` or ``never``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold (``and``)."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds (``or``)."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Mode:
    """What is known of a part: ``unknown`` (neither met nor refuted), ``sure`` (met), ``possible`` (not refuted)."""

    mode: str
    part: Expression


@dataclass(frozen=True, slots=True)
class Is:
    """The word of ``name`` is one of ``words``; ``name`` may be ``map.item``."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """The set (or the outcomes of the map) of ``name`` has any of, or only, ``words``; items in ``beside`` do not count."""

    name: str
    words: tuple[str, ...]
    only: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compare:
    """The sum of ``names`` compared with a number or with another answer; ``sign`` is one of ``< <= > >= =``."""

    names: tuple[str, ...]
    sign: str
    cut: float
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A predicate on how an answer was given (``open``, ``done``, ``inexact`` …)."""

    predicate: str
    name: str


Expression = Constant | Every | Some | Not | Mode | Is | Has | Compare | Ask


def parse(text: str) -> Expression:
    """The tree of a condition.

    Raises:
        ExpressionError: naming the place and what was expected there.
    """
    parser = _Parser(text)
    tree = parser.either()
    parser.expect_end()
    return tree


def names_in(tree: Expression) -> frozenset[str]:
    """Every answer or fact that a condition reads, maps without their item."""
    match tree:
        case Constant():
            return frozenset()
        case Every(parts) | Some(parts):
            return frozenset().union(*map(names_in, parts))
        case Not(part) | Mode(_, part):
            return names_in(part)
        case Compare(names, _, _, other):
            return frozenset(names) | ({other} if other else frozenset())
        case Is(name) | Has(name) | Ask(_, name):
            return frozenset((name,))


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._split(text)
        self.at = 0

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens, place = [], 0
        while place < len(text.rstrip()):
            match = _TOKEN.match(text, place)
            if match is None:
                raise ExpressionError(f"'{text}': cannot read from '{text[place:].strip()[:20]}'")
            tokens.append(match[match.lastgroup or 0])
            place = match.end()
        return tokens

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *allowed: str) -> str:
        token = self.peek()
        if not token or (allowed and token not in allowed):
            expected = " or ".join(f"'{word}'" for word in allowed) or "more"
            raise ExpressionError(f"'{self.text}': expected {expected}, found '{token or 'the end'}'")
        self.at += 1
        return token

    def expect_end(self) -> None:
        if self.peek():
            raise ExpressionError(f"'{self.text}': '{self.peek()}' is left over; join conditions with 'and' or 'or'")

    def either(self) -> Expression:
        parts = [self.both()]
        while self.peek() == "or":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def both(self) -> Expression:
        parts = [self.one()]
        while self.peek() == "and":
            self.take()
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def one(self) -> Expression:
        token = self.peek()
        if token == "not":  # noqa: S105 - a word of the language, no secret
            self.take()
            return Not(self.one())
        if token == "(":  # noqa: S105 - as above
            return self.inside()
        if token in ("always", "never"):
            return Constant(self.take() == "always")
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""
        if token in MODES and following == "(":
            return Mode(self.take(), self.inside())
        if token in PREDICATES:
            return Ask(self.take(), self.name())
        return self.relation()

    def inside(self) -> Expression:
        self.take("(")
        tree = self.either()
        self.take(")")
        return tree

    def name(self) -> str:
        token = self.take()
        if token in _RESERVED or not re.fullmatch(r"[A-Za-z][\w.]*", token):
            raise ExpressionError(f"'{self.text}': expected the name of an answer or a fact, found '{token}'")
        return token

    def relation(self) -> Expression:
        names = [self.name()]
        while self.peek() == "+":
            self.take()
            names.append(self.name())
        sign = self.take("=", "!=", "<", "<=", ">", ">=", "in", "has") if len(names) == 1 else self.take("<", "<=", ">", ">=")
        if sign == "in":
            return Is(names[0], self.words())
        if sign == "has":
            return self.membership(names[0])
        token = self.word()
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", token):
            compare = Compare(tuple(names), "=" if sign == "!=" else sign, float(token))
            return Not(compare) if sign == "!=" else compare
        if sign in ("=", "!="):
            return Is(names[0], (token,)) if sign == "=" else Not(Is(names[0], (token,)))
        return Compare(tuple(names), sign, 0.0, token)

    def membership(self, name: str) -> Expression:
        only = self.take("any", "only") == "only"
        words = self.words()
        beside: tuple[str, ...] = ()
        if self.peek() == "except":
            self.take()
            beside = self.words()
        return Has(name, words, only, beside)

    def words(self) -> tuple[str, ...]:
        self.take("(")
        words = [self.word()]
        while self.peek() == ",":
            self.take()
            words.append(self.word())
        self.take(")")
        return tuple(words)

    def word(self) -> str:
        token = self.take()
        if not re.fullmatch(r"[\w.]+", token):
            raise ExpressionError(f"'{self.text}': expected a word or a number, found '{token}'")
        return token
