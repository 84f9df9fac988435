"""Reads what a person types: an answer to the question on the screen, a word for a command, or several findings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flows.dialog.events import Command, Did
from flows.dialog.telling import joined, no_label, told
from flows.dialog.wording import figure_in, introduced, is_age, signed, simplified, spelt_out, with_limit
from flows.knowledge.loader import Knowledge
from flows.knowledge.model import FieldSpec
from flows.rules.fields import Kind
from flows.rules.reading import Refusal, Refused, read_answer
from flows.rules.values import Answer, Open

LONGEST_TEXT = 400
_UNKNOWN = frozenset(
    "unknown|i don't know|i dont know|don't know|dont know|not known|not sure|unsure|no idea|?|不清楚|不知道|不详|未知|不确定|不明|说不清|未说明|未提及|未描述".split(
        "|"
    )
)
_NOT_DONE = frozenset(
    "not done|not_done|not tested|not performed|untested|未做|没做|未查|没查|未检查|未检测|没有做|未行|未测|没测|未测定|未送检|未化验".split(
        "|"
    )
)
_EVERYTHING = frozenset("everything|all|all of it|all of them|全部|全部内容|所有|都要|都讨论".split("|"))
_ABOUT = re.compile(r"大?约(?:为|是)|大概(?:为|是|有)?|差不多")
_COMMANDS: Mapping[str, Command] = {
    **dict.fromkeys(("back", "go back", "返回", "上一步", "上一题", "后退"), Command.BACK),
    **dict.fromkeys(("skip", "next", "跳过", "下一题", "略过"), Command.SKIP),
    **dict.fromkeys(("why", "why?", "为什么", "为什么问", "为何"), Command.WHY),
    **dict.fromkeys(("how", "how?", "how so", "how so?", "how do you know", "how do you know?", "依据", "如何得出", "怎么得出的", "凭什么"), Command.HOW),
    **dict.fromkeys(("why not", "why not?", "为什么不", "为何不", "为何不是", "为什么不是"), Command.WHYNOT),
    **dict.fromkeys(("summary", "小结", "摘要", "总结"), Command.SUMMARY),
    **dict.fromkeys(("review", "回顾", "核对", "检查答案", "edit", "change", "修改", "更改", "改答案", "修改回答"), Command.REVIEW),
    **dict.fromkeys(("report", "报告", "看报告"), Command.REPORT),
    **dict.fromkeys(("help", "帮助"), Command.HELP),
    **dict.fromkeys(("cancel", "stop", "quit", "取消", "结束", "退出"), Command.CANCEL),
    **dict.fromkeys(("restart", "start over", "重来", "重新开始"), Command.RESTART),
    **dict.fromkeys(("continue", "resume", "go on", "继续"), Command.RESUME),
    **dict.fromkeys(("language", "语言"), Command.LANGUAGE),
    **dict.fromkeys(("privacy", "隐私"), Command.PRIVACY),
    **dict.fromkeys(("what if", "what if?", "假设", "假设分析", "试改"), Command.WHATIF),
    **dict.fromkeys(("quick", "quick mode", "快速", "快速问答"), Command.QUICK),
    **dict.fromkeys(("cases", "model cases", "病例", "示例病例"), Command.CASES),
}
_RESTS: Mapping[str, Open] = {
    **dict.fromkeys(("rest not done", "the rest not done", "others not done", "all not done", "none done"), Open.NOT_DONE),
    **dict.fromkeys(("其余未做", "其余均未做", "其他未做", "都未做", "均未做", "都没做", "都没查", "全部未做", "均未查"), Open.NOT_DONE),
    **dict.fromkeys(("rest unknown", "the rest unknown", "rest don't know", "rest: don't know", "all unknown"), Open.UNKNOWN),
    **dict.fromkeys(("其余不清楚", "其余均不清楚", "其余不详", "都不清楚", "均不清楚", "都不知道"), Open.UNKNOWN),
}
_LANGUAGES = {"english": "en", "英文": "en", "英语": "en", "中文": "zh", "chinese": "zh", "汉语": "zh"}
_GAP = re.compile(r"(?:[\s,;、。.+&]|\band\b|以及|和|与|及|伴|并)+", re.IGNORECASE)
_CUT = re.compile(r"[,;、。\n()]|\.\s")
_EDGES = " ,;、。.\n"
_APART = re.compile(r"[,;、。.(\n]\s*$")
_MORE_OF_IT = re.compile(r"\s*(?:(?:or|by|to|from|times|vs)\b|[x×*/~±>→-]|倍|或|[0-9])", re.IGNORECASE)
"""What goes on with a figure, as in "5 x ULN", "15% or 20%" and "30 by 20 mm": to take the first part of it would be wrong."""
_LINK = re.compile(r"^[\s:=]*(?:(?:is|was|are)\b|为|是)?[\s:=]*", re.IGNORECASE)
_NOTHING = re.compile(r"(?:[\s,;、]|\band\b|和|与|及)*", re.IGNORECASE)
_ALL = re.compile(r"^[\s:=]*(?:均为?|皆为?|都是?|(?:are\s+)?(?:all|both)\b|are\b)[\s:=]*", re.IGNORECASE)
_PER = re.compile(r"^(?:个|枚)?\s*(?:/|per\b|每)?\s*", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Signs that nobody sees, as copied words bring them. Those that turn the order of figures around stay and are not understood."""
_FIGURE_GOES_ON = re.compile(r"(?<=[0-9])\s?[,.]?\s?[0-9]")
"""Where a number was cut that goes on, as in "1,234" or "1 000": to take the first part of it would be wrong."""
_ANOTHER_TIME = re.compile(
    r"\b(?:before|previous(?:ly)?|earlier|ago|now|later|then|not)\b|原|之前|以前|既往|现在|目前|复查|外院|我院|本院|后来|不是", re.IGNORECASE
)
"""Where figures are told of two times or places, which of them is meant is not guessed."""
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉¼½¾⅐-⅞"
_POWER = re.compile(rf"(?<=[\d.%])\s*[{_RAISED}]+|(?<![^\W\d{_RAISED}])[{_RAISED}]+(?![^\W\d])")
"""A raised or lowered figure, or a fraction, that is part of a number: "10²" is no 102. In "mm²" and "⁶⁸Ga" it is part of a word."""
_ENUMERATED = re.compile("[①-⒛⓪-⓿❶-➓㉑-㉟㊱-㊿]")
"""Figures that number the parts of a list."""
_RANGED = re.compile(r"[^,;、。\n()]+\([^()]*\)")
"""A value with what stands in brackets right behind it, which may be its reference range."""
_STAINED = re.compile(r"^\++[\s,、]*|[\s]*\++$")
"""The plus signs beside a figure in a report of stains, as in "(+, 15%)"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood.

    ``event``: a command. ``findings``: answers by field. ``direct``: they answer just the question on the screen, by a bare
    answer or by one that names its finding; everything else is to be confirmed.
    ``leftover``: part of the text was not understood. ``missed``: fields that were named, but whose words were not
    understood. ``refusal``: why nothing was taken.
    """

    event: Did | None = None
    findings: Mapping[str, Answer] = field(default_factory=dict)
    direct: bool = False
    leftover: bool = False
    missed: tuple[str, ...] = ()
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
    if len(plain) > LONGEST_TEXT:
        return Reading(refusal=Refusal(here, "too_long"))
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
    return _findings(spelt_out(plain if spec and spec.core.numeric and not is_age(spec.core.units) else introduced(plain)), spec, knowledge, refusal)


def _plain(text: str) -> str:
    """The text in one way of writing, whatever keyboard it came from."""
    seen = _POWER.sub("\ufffd", _UNSEEN.sub("", text))
    listed = seen if len(seen.strip()) == 1 else _ENUMERATED.sub(";", seen)
    written = simplified(unicodedata.normalize("NFKC", listed)).replace("’", "'")
    return _ABOUT.sub("约", re.sub(r"[ \t\u3000]+", " ", written)).strip()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What people say for options and items, by field, and the names that introduce findings: the longest first."""

    options: Mapping[str, Mapping[str, str]]
    items: Mapping[str, Mapping[str, str]]
    names: Mapping[str, tuple[str, ...]]
    introducing: re.Pattern[str]


@lru_cache(maxsize=4)
def _vocabulary(knowledge: Knowledge) -> Vocabulary:
    names: dict[str, list[str]] = {}
    for spec in knowledge.fields.values():
        for heard in spec.hear:
            names.setdefault(_plain(heard).casefold(), []).append(spec.id)
    return Vocabulary(
        {name: _longest_first(spec.core.says) for name, spec in knowledge.fields.items()},
        {name: _longest_first(spec.core.item_says) for name, spec in knowledge.fields.items()},
        {heard: tuple(fields) for heard, fields in names.items()},
        re.compile("|".join(map(_as_name, sorted(names, key=len, reverse=True))), re.IGNORECASE),
    )


def _longest_first(says: Mapping[str, str]) -> Mapping[str, str]:
    return {_plain(said).casefold(): says[said] for said in sorted(says, key=len, reverse=True)}


def _as_name(heard: str) -> str:
    """The pattern of a name that stands by itself: no letter or figure of its own script goes on before or after it."""
    before = r"(?<![a-z0-9])" if heard[0].isascii() else r"(?<![\u4e00-\u9fff])"
    after = r"(?![a-z])" if heard[-1].isascii() and heard[-1].isalpha() else r"(?![0-9])" if heard[-1].isdigit() else ""
    return f"{before}{re.escape(heard)}{after}"


def _command(plain: str) -> Did | None:
    word = plain.casefold().strip(" .!。！")
    if word in _LANGUAGES:
        return Did(Command.LANGUAGE, _LANGUAGES[word])
    if word in _RESTS:
        return Did(Command.REST, _RESTS[word].value)
    return Did(_COMMANDS[word]) if word in _COMMANDS else None


def _direct(plain: str, spec: FieldSpec, knowledge: Knowledge) -> dict[str, Answer]:
    """The answer to one field, with a unit or area that belongs to its neighbour in the same question."""
    word = plain.casefold().strip(" .。!")
    if word in _UNKNOWN or (spec.id == "goal" and word in _EVERYTHING):
        return {spec.id: Open.UNKNOWN}
    if word in _NOT_DONE and spec.core.not_done:
        return {spec.id: Open.NOT_DONE}
    said = _vocabulary(knowledge).options[spec.id]
    if not spec.core.numeric:
        return {spec.id: _worded(word, spec, said, _vocabulary(knowledge).items[spec.id])}
    if word in said:
        return {spec.id: said[word]}
    figure = signed(figure_in(spec.core.units, _STAINED.sub("", plain)))
    ranged = with_limit(figure)
    limit = next((name for name in knowledge.questions[spec.question].fields if knowledge.fields[name].core.plain and name != spec.id), None)
    if ranged and limit:
        return _direct(ranged[0], spec, knowledge) | {limit: read_answer(ranged[1], knowledge.fields[limit].core)}
    try:
        return {spec.id: read_answer(figure, spec.core)}
    except Refused:
        beside = _with_neighbour(figure, spec, knowledge)
        if beside:
            return beside
        raise


def _worded(word: str, spec: FieldSpec, said: Mapping[str, str], items: Mapping[str, str]) -> Answer:
    match spec.core.kind:
        case Kind.MAP:
            return read_answer("none" if said.get(word) == "none" else _mapped(word, spec, said, items), spec.core)
        case Kind.MANY:
            return read_answer([_option(part, spec, said) for part in ([word] if word in said else _listed(word, said))], spec.core)
        case _:
            return read_answer(_option(word, spec, said), spec.core)


def _option(word: str, spec: FieldSpec, said: Mapping[str, str]) -> str:
    if word in said:
        return said[word]
    if word.isascii() and word.isdigit() and 1 <= int(word) <= len(spec.choices):
        return spec.choices[int(word) - 1].id
    raise Refused(Refusal(spec.id, "option"))


def _at(word: str, place: int, known: Iterable[str]) -> str | None:
    """The longest of the known words that stands at a place and ends there."""
    for said in known:
        after = word[place + len(said) : place + len(said) + 1]
        if word.startswith(said, place) and not (said[-1].isascii() and said[-1].isalnum() and after.isascii() and after.isalnum()):
            return said
    return None


def _past_gap(word: str, place: int) -> int:
    gap = _GAP.match(word, place)
    return gap.end() if gap else place


def _listed(word: str, known: Mapping[str, str]) -> list[str]:
    """The parts of a list; one that is not known goes up to the next separator."""
    parts: list[str] = []
    place = _past_gap(word, 0)
    while place < len(word):
        said = _at(word, place, known)
        if said is None:
            gap = _GAP.search(word, place)
            said = word[place : gap.start() if gap else len(word)]
        parts.append(said)
        place = _past_gap(word, place + len(said))
    return parts


def _mapped(word: str, spec: FieldSpec, said: Mapping[str, str], items: Mapping[str, str]) -> dict[str, str]:
    """Items with their outcomes, as in "TACE failed, SSA working"."""
    outcomes: dict[str, str] = {}
    place = _past_gap(word, 0)
    while place < len(word):
        item = _at(word, place, items)
        if item is None:
            raise Refused(Refusal(spec.id, "item"))
        rest = word[place + len(item) :]
        place = len(word) - len(_LINK.sub("", rest))
        outcome = _at(word, place, said)
        if outcome is None or outcomes.get(items[item], said[outcome]) != said[outcome]:
            raise Refused(Refusal(spec.id, "outcome"))
        outcomes[items[item]] = said[outcome]
        place = _past_gap(word, place + len(outcome))
    return outcomes


def _with_neighbour(plain: str, spec: FieldSpec, knowledge: Knowledge) -> dict[str, Answer]:
    for name in knowledge.questions[spec.question].fields:
        other = knowledge.fields[name]
        if name == spec.id or other.core.kind is not Kind.ONE:
            continue
        options = _vocabulary(knowledge).options[name]
        for place in (match.start() for match in re.finditer(r"(?<=\d)(?=[^\d.])|(?<=\s)", plain)):
            said = options.get(_PER.sub("", plain[place:].strip().casefold(), count=1))
            if said:
                return {spec.id: read_answer(plain[:place].strip(" /"), spec.core), name: said}
    return {}


def _findings(plain: str, spec: FieldSpec | None, knowledge: Knowledge, refusal: Refusal | None) -> Reading:
    """Findings that are named in the text, or whose words need no name; what stands before the first name may answer the question."""
    names = [name for name in _vocabulary(knowledge).introducing.finditer(plain) if not no_label(plain, name.start(), name.end(), knowledge)]
    lead = plain[: names[0].start()] if names else plain
    found = _led(lead, spec, knowledge) if names else {}
    rests = [] if found else [lead]
    missed: dict[str, Refusal] = {}
    for fields, heard, text in _named(names, plain, knowledge):
        try:
            fresh, rest = _value(heard, text, fields, knowledge)
        except Refused as refused:
            missed.setdefault(fields[0], refused.refusal)
            continue
        if any(found.get(key, value) != value for key, value in fresh.items()):
            return Reading(refusal=Refusal(fields[0], "twice"))
        found.update(fresh)
        rests.append(rest)
    bare, leftover = told(" , ".join(rests), knowledge)
    if spec is not None and spec.core.kind in (Kind.MANY, Kind.MAP) and leftover and spec.id in bare:
        bare, leftover = {name: answer for name, answer in bare.items() if name != spec.id}, True
    if not joined(found, bare):
        return Reading(refusal=Refusal(next(name for name in bare if name in found), "twice"))
    if not found:
        return Reading(refusal=next(iter(missed.values()), refusal))
    asked = spec is not None and spec.id in found and len(names) == 1 and not lead.strip(_EDGES + "(") and not leftover and not bare
    return Reading(findings=found, direct=asked, leftover=leftover, missed=tuple(missed))


def _led(lead: str, spec: FieldSpec | None, knowledge: Knowledge) -> dict[str, Answer]:
    """What stands before the first name, where it answers the question. A word that nothing parts from the name may be meant for that: "未做 胃镜"."""
    if spec is None or not lead.strip(_EDGES + "(") or not (spec.core.numeric or _APART.search(lead)):
        return {}
    try:
        return _direct(lead.strip(_EDGES + "("), spec, knowledge)
    except Refused:
        return {}


def _named(names: list[re.Match[str]], plain: str, knowledge: Knowledge) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The fields that each name may mean, the name, and the words after it.

    "A, B and C all normal" gives the words to all three; a name with no words of its own is given none.
    """
    waiting: list[tuple[tuple[str, ...], str]] = []
    ends = [*(name.start() for name in names[1:]), len(plain)][: len(names)]
    for name, end in zip(names, ends, strict=True):
        fields, text = _vocabulary(knowledge).names[name[0].casefold()], plain[name.end() : end]
        if _NOTHING.fullmatch(text) and end < len(plain):
            waiting.append((fields, name[0]))
            continue
        shared = _ALL.match(text)
        value = text[shared.end() :] if shared else text
        yield from ((each, heard, value if shared else "") for each, heard in waiting)
        yield fields, name[0], value
        waiting = []


def _value(heard: str, text: str, fields: tuple[str, ...], knowledge: Knowledge) -> tuple[dict[str, Answer], str]:
    """What follows a name, for the first field of that name that takes it, and the words that are left over.

    Tried in turn: all of it, name and words together (where the name is part of the option), all up to a mark, the first
    word, and an option that other signs follow.
    """
    whole = _bare(text)
    head = _bare(_CUT.split(whole, maxsplit=1)[0])
    word = head.split(" ", 1)[0]
    bracketed = [(ranged[0], ranged[0])] if (ranged := _RANGED.match(whole)) else []
    refused: Refused | None = None
    for words, said in ((whole, whole), (whole, f"{heard}{whole}"), *bracketed, (head, head), (head, f"{heard}{head}"), (word, word)):
        rest = whole[len(words) :] if whole.startswith(words) else whole.replace(words, "", 1)
        if (_FIGURE_GOES_ON.match(whole, len(words)) and whole.startswith(words)) or (words is word is not head and _MORE_OF_IT.match(rest)):
            continue
        for name in fields:
            try:
                return _one_time(_direct(said, knowledge.fields[name], knowledge), rest, knowledge.fields[name]), rest
            except Refused as problem:
                refused = refused or problem
    for name in fields:
        begun = _begun(head, knowledge.fields[name], knowledge)
        if begun is not None:
            return {name: begun[0]}, whole.replace(begun[1], "", 1)
    raise refused or Refused(Refusal(None, "not_understood"))


def _one_time(found: dict[str, Answer], rest: str, spec: FieldSpec) -> dict[str, Answer]:
    """The findings, where what is left over holds no figure of another time."""
    if spec.core.numeric and _ANOTHER_TIME.search(rest) and re.search(r"[0-9]", rest):
        raise Refused(Refusal(spec.id, "twice"))
    return found


def _begun(words: str, spec: FieldSpec, knowledge: Knowledge) -> tuple[str, str] | None:
    """The option with which the words begin, and its words, where signs of another script follow, as in "神经内分泌肿瘤G2"."""
    if spec.core.kind is not Kind.ONE:
        return None
    options = _vocabulary(knowledge).options[spec.id]
    folded = words.casefold()
    said = next((known for known in options if len(known) > 1 and folded.startswith(known)), None)
    if said is None or said[-1].isascii() or not folded[len(said) :][:1].isascii():
        return None
    return options[said], words[: len(said)]


def _bare(text: str) -> str:
    """A value without the marks around it."""
    value = _LINK.sub("", text.strip(_EDGES)).strip(_EDGES)
    if value.startswith("(") and value.endswith(")"):
        return value[1:-1].strip(_EDGES)
    if value.count("(") < value.count(")"):
        value = value.removesuffix(")")
    return (value.removesuffix("(") if value.count("(") > value.count(")") else value).strip(_EDGES)
