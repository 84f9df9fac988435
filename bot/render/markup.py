"""The small HTML subset that every channel understands: cleaning, measuring, paging, and plain text."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(/?)([a-z]+)([^<>]*)>")
_PIECES = re.compile(r"(<[^<>]+>)")
_LINK = re.compile(r"<a\s[^<>]*>(.*?)</a>", re.DOTALL)
_CHARACTERS = re.compile(r"&#?[a-z0-9]+;|.", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"[ \t]{2,}|\t")
MARKS = 96
"""Marked parts of a page: Telegram keeps the first hundred of a message and drops the rest."""
_EMPTY_LINES = re.compile(r"\n{3,}")


def clean(markup: str) -> str:
    """The markup without stray spaces at line ends and without more than one empty line in a row."""
    if "  " in markup or "\t" in markup:
        markup = _SPACES.sub(" ", markup)
    markup = markup.replace(" \n", "\n").replace("\n ", "\n")
    return (_EMPTY_LINES.sub("\n\n", markup) if "\n\n\n" in markup else markup).strip()


def plain(markup: str) -> str:
    """The text of the markup, without tags."""
    text = _TAG.sub("", markup)
    return html.unescape(text) if "&" in text else text


def length(markup: str) -> int:
    """How long the text is for Telegram: UTF-16 code units after the tags are taken out."""
    text = plain(markup)
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def pages(markup: str, limit: int, marks: int = MARKS) -> list[str]:
    """The markup in pages of at most ``limit`` UTF-16 units and ``marks`` marked parts, each balanced by itself.

    Breaks between paragraphs; a paragraph that is too long by itself breaks between lines, then between words. One with
    too many marks loses the last of its links.
    """
    few = markup.count("</") <= marks
    if few and (len(markup) <= limit // 2 or (len(markup) <= 2 * limit and length(markup) <= limit)):  # no character takes more than two units
        return [markup]
    found: list[list[str]] = [[]]
    used = marked = 0
    for paragraph in markup.split("\n\n"):
        for piece, size in _fitting(paragraph, limit):
            tags = piece.count("</")
            if found[-1] and (used + 2 + size > limit or marked + tags > marks):
                found.append([])
                used = marked = 0
            used += size + (2 if found[-1] else 0)
            marked += tags
            found[-1].append(piece)
    return [_fewer_links("\n\n".join(page), marks) for page in found]


def _fewer_links(page: str, marks: int) -> str:
    others = page.count("</") - page.count("</a>")
    links = max(0, marks - others)
    if page.count("<a ") <= links:
        return page
    count = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return match[0] if count <= links else match[1]

    return _LINK.sub(keep, page)


def _fitting(paragraph: str, limit: int) -> list[tuple[str, int]]:
    """The paragraph in pieces that fit, each with its length."""
    size = length(paragraph)
    return [(paragraph, size)] if size <= limit else [(piece, length(piece)) for piece in _broken(paragraph, limit)]


def _broken(paragraph: str, limit: int) -> list[str]:
    whole: list[str] = []
    current, opened = "", list[str]()
    for atom in _atoms(paragraph, limit):
        if current and length(current + atom) > limit:
            whole.append(current.rstrip() + _closing(opened))
            current = "".join(opened) + atom.lstrip()
        else:
            current += atom
        opened = _opened(opened, atom)
    whole.append(current)
    return whole


def _atoms(paragraph: str, limit: int) -> list[str]:
    """The smallest parts at which a paragraph may break: lines where they fit, else words."""
    lines = re.split(r"(?<=\n)", paragraph)
    return [atom for line in lines for atom in ([line] if length(line) <= limit else _words(line, limit))]


def _words(line: str, limit: int) -> list[str]:
    found: list[str] = []
    for piece in _PIECES.split(line):
        if piece.startswith("<"):
            found.append(piece)
        else:
            for word in re.split(r"(?<=[\s。；，])", piece):
                found.extend([word] if length(word) <= limit else _CHARACTERS.findall(word))
    return found


def _opened(opened: list[str], atom: str) -> list[str]:
    stack = list(opened)
    for match in _TAG.finditer(atom):
        if match[1]:
            stack = stack[:-1]
        else:
            stack.append(match[0])
    return stack


def _closing(opened: list[str]) -> str:
    return "".join(f"</{match[2]}>" for tag in reversed(opened) if (match := _TAG.match(tag)))
