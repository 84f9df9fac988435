"""Brings what people write in words into the form that is read: bounds as signs, two examinations in one word as two."""

from __future__ import annotations

import re

_BOTH_SCOPES = re.compile(r"胃(?:镜[、和及与]?)?肠镜(?:检查)?(?:均为?|都是?)?")
_BOTH_FUNCTIONS = re.compile(r"肝肾功能?(?:均为?|都是?)?")
_BOUNDS = (
    (re.compile(r"(?:小于|低于|少于|不到|不足|(?:less|fewer|lower) than|below|under)\s*(?=[0-9])", re.IGNORECASE), "<"),
    (re.compile(r"(?:大于|高于|多于|超过|(?:more|greater|higher) than|above|over)\s*(?=[0-9])", re.IGNORECASE), ">"),
    (re.compile(r"(?:不超过|至多|最多|不高于|不大于|at most|up to|no more than)\s*(?=[0-9])", re.IGNORECASE), "<="),
    (re.compile(r"(?:不少于|至少|不低于|不小于|at least|no less than)\s*(?=[0-9])", re.IGNORECASE), ">="),
)


def signed(figure: str) -> str:
    """A figure with the words of its bound as a sign: "不到1%" as "<1%"."""
    for words, sign in _BOUNDS:
        found = words.match(figure)
        if found:
            return f"{sign}{figure[found.end() :]}"
    return figure


def spelt_out(plain: str) -> str:
    """A text with "胃肠镜" as the two examinations that it is, and "肝肾功能" as the two functions."""
    return _BOTH_FUNCTIONS.sub("肝功能、肾功能均", _BOTH_SCOPES.sub("胃镜、肠镜均", plain))
