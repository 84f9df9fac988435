"""Reads what a person types: an answer to the question on the screen, a word for a command, or several findings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flows.dialog.events import Command, Did, Event
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import FieldSpec
from flows.rules.fields import Kind
from flows.rules.reading import Refusal, Refused, read_answer
from flows.rules.values import Answer, Open

LONGEST_TEXT = 400
_UNKNOWN = frozenset(
    "unknown|i don't know|i dont know|don't know|dont know|not known|not sure|unsure|no idea|?|不清楚|不知道|不详|未知|不确定|不明|说不清".split("|")
)
_NOT_DONE = frozenset("not done|not_done|not tested|not performed|untested|未做|没做|未查|没查|未检查|未检测|没有做|未行".split("|"))
_EVERYTHING = frozenset("everything|all|all of it|all of them|全部|全部内容|所有|都要|都讨论".split("|"))
_COMMANDS: Mapping[str, Command] = {
    **dict.fromkeys(("back", "go back", "返回", "上一步", "上一题", "后退"), Command.BACK),
    **dict.fromkeys(("skip", "next", "跳过", "下一题", "略过"), Command.SKIP),
    **dict.fromkeys(("why", "why?", "为什么", "为什么问", "为何"), Command.WHY),
    **dict.fromkeys(("summary", "小结", "摘要", "总结"), Command.SUMMARY),
    **dict.fromkeys(("review", "回顾", "核对", "检查答案"), Command.REVIEW),
    **dict.fromkeys(("report", "报告", "看报告"), Command.REPORT),
    **dict.fromkeys(("help", "帮助"), Command.HELP),
    **dict.fromkeys(("cancel", "stop", "quit", "取消", "结束", "退出"), Command.CANCEL),
    **dict.fromkeys(("restart", "start over", "重来", "重新开始"), Command.RESTART),
    **dict.fromkeys(("continue", "resume", "go on", "继续"), Command.RESUME),
    **dict.fromkeys(("language", "语言"), Command.LANGUAGE),
    **dict.fromkeys(("privacy", "隐私"), Command.PRIVACY),
    **dict.fromkeys(("cases", "model cases", "病例", "示例病例"), Command.CASES),
}
_RESTS: Mapping[str, Open] = {
    **dict.fromkeys(("rest not done", "the rest not done", "others not done", "all not done", "none done"), Open.NOT_DONE),
    **dict.fromkeys(("其余未做", "其余均未做", "其他未做", "都未做", "均未做", "都没做", "全部未做"), Open.NOT_DONE),
    **dict.fromkeys(("rest unknown", "the rest unknown", "rest don't know", "rest: don't know", "all unknown"), Open.UNKNOWN),
    **dict.fromkeys(("其余不清楚", "其余均不清楚", "其余不详", "都不清楚", "均不清楚", "都不知道"), Open.UNKNOWN),
}
_LANGUAGES = {"english": "en", "英文": "en", "英语": "en", "中文": "zh", "chinese": "zh", "汉语": "zh"}
_PARTS = re.compile(r"[,;，；。、\n()（）]+|(?<=[\d%])\s+(?=[^\W\d_])")  # noqa: RUF001 - the marks people type
_LIST = re.compile(r"\s*(?:[,;，；、+&\n]|\band\b|和|及|以及|伴)\s*", re.IGNORECASE)  # noqa: RUF001
_LINK = re.compile(r"^[\s:：=]*(?:is|was|are|为|是|约为)?[\s:：=]*")  # noqa: RUF001
_PER = re.compile(r"^(?:个|枚)?\s*(?:/|per\b|每)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood.

    ``event``: a command. ``findings``: answers by field. ``direct``: they answer just the question on the screen.
    ``leftover``: part of the text was not understood. ``refusal``: why nothing was taken.
    """

    event: Event | None = None
    findings: Mapping[str, Answer] = field(default_factory=dict)
    direct: bool = False
    leftover: bool = False
    refusal: Refusal | None = None


def understand(text: str, here: str | None, knowledge: Knowledge) -> Reading:
    """Reads typed words.

    Args:
        text: what was typed, as it came.
        here: the field on the screen, or None.
        knowledge: fields and their wording.
    """
    if len(text) > LONGEST_TEXT:
        return Reading(refusal=Refusal(here, "too_long"))
    plain = _plain(text)
    spec = knowledge.fields.get(here) if here else None
    if spec is not None:
        try:
            return Reading(findings=_direct(plain, spec, knowledge), direct=True)
        except Refused as refused:
            refusal: Refusal | None = refused.refusal
    else:
        refusal = Refusal(None, "not_understood")
    event = _command(plain)
    if event is not None:
        return Reading(event=event)
    return _findings(plain, knowledge, refusal)


def _plain(text: str) -> str:
    return re.sub(r"[ \t\u3000]+", " ", unicodedata.normalize("NFKC", text)).strip()


def _command(plain: str) -> Event | None:
    word = plain.casefold().strip(" .!。！")  # noqa: RUF001
    if word in _LANGUAGES:
        return Did(Command.LANGUAGE, _LANGUAGES[word])
    if word in _RESTS:
        return Did(Command.REST, _RESTS[word].value)
    return Did(_COMMANDS[word]) if word in _COMMANDS else None


def _direct(plain: str, spec: FieldSpec, knowledge: Knowledge) -> dict[str, Answer]:
    """The answer to one field, with a unit or area that belongs to its neighbour in the same question."""
    word = plain.casefold().strip(" .。")
    if word in _UNKNOWN or (spec.id == "goal" and word in _EVERYTHING):
        return {spec.id: Open.UNKNOWN}
    if word in _NOT_DONE and spec.core.not_done:
        return {spec.id: Open.NOT_DONE}
    if not spec.core.numeric:
        return {spec.id: _worded(word, spec)}
    if word in spec.core.says:
        return {spec.id: spec.core.says[word]}
    try:
        return {spec.id: read_answer(plain, spec.core)}
    except Refused:
        beside = _with_neighbour(plain, spec, knowledge)
        if beside:
            return beside
        raise


def _worded(word: str, spec: FieldSpec) -> Answer:
    core = spec.core
    if core.kind is Kind.MAP:
        return _mapped(word, spec)
    if core.kind is Kind.ONE:
        return read_answer(_option(word, spec), core)
    whole = core.says.get(word)
    words = [whole] if whole else [_option(part, spec) for part in _LIST.split(word) if part]
    return read_answer(list(words), core)


def _option(word: str, spec: FieldSpec) -> str:
    said = spec.core.says.get(word.strip())
    if said:
        return said
    if word.isascii() and word.isdigit() and 1 <= int(word) <= len(spec.choices):
        return spec.choices[int(word) - 1].id
    raise Refused(Refusal(spec.id, "option"))


def _mapped(word: str, spec: FieldSpec) -> Answer:
    core = spec.core
    if core.says.get(word) == "none":
        return read_answer("none", core)
    outcomes: dict[str, str] = {}
    for part in filter(None, _LIST.split(word)):
        item = next((said for said in sorted(core.item_says, key=len, reverse=True) if part.startswith(said)), None)
        outcome = core.says.get(_LINK.sub("", part[len(item) :]).strip()) if item else None
        if item is None or outcome is None:
            raise Refused(Refusal(spec.id, "outcome" if item else "item"))
        outcomes[core.item_says[item]] = outcome
    return read_answer(outcomes, core)


def _with_neighbour(plain: str, spec: FieldSpec, knowledge: Knowledge) -> dict[str, Answer]:
    for name in knowledge.questions[spec.question].fields:
        other = knowledge.fields[name]
        if name == spec.id or other.core.kind is not Kind.ONE:
            continue
        for place in (match.start() for match in re.finditer(r"(?<=\d)(?=[^\d.])|(?<=\s)", plain)):
            said = other.core.says.get(_PER.sub("", plain[place:].strip().casefold(), count=1))
            if said:
                return {spec.id: read_answer(plain[:place].strip(" /"), spec.core), name: said}
    return {}


@lru_cache(maxsize=4)
def _names(knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """Every name under which a finding is introduced, the longest first."""
    pairs = [(heard, spec.id) for spec in knowledge.fields.values() for heard in spec.hear]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _introduced(part: str, knowledge: Knowledge) -> tuple[str, str] | None:
    folded = part.casefold()
    for heard, name in _names(knowledge):
        if folded.startswith(heard) and not (heard[-1].isascii() and heard[-1].isalpha() and folded[len(heard) :][:1].isalpha() and folded[len(heard) :][:1].isascii()):
            return name, _LINK.sub("", part[len(heard) :]).strip()
    return None


def _findings(plain: str, knowledge: Knowledge, refusal: Refusal | None) -> Reading:
    found: dict[str, Answer] = {}
    leftover = False
    for part in filter(None, (piece.strip() for piece in _PARTS.split(plain) if piece)):
        introduced = _introduced(part, knowledge)
        if introduced is None:
            leftover = True
            continue
        name, rest = introduced
        try:
            fresh = _direct(rest, knowledge.fields[name], knowledge)
        except Refused as refused:
            return Reading(refusal=refused.refusal)
        if any(found.get(key, value) != value for key, value in fresh.items()):
            return Reading(refusal=Refusal(name, "twice"))
        found.update(fresh)
    if not found:
        return Reading(refusal=refusal)
    return Reading(findings=found, leftover=leftover)
