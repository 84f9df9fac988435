"""Brings what people write in words into the form that is read: numbers in figures, bounds as signs, two examinations in one word as two."""

from __future__ import annotations

import re
from collections.abc import Collection

_YEAR, _LENGTH = "岁", "cm"
"""Units that tell an age and the size of a lesion."""
_TRADITIONAL = str.maketrans(
    "陽陰鏡術腫內經細單發復複轉葉徑數歲個處療無檢測診斷與膽門脈腸臟腎瀉熱紅黃狀類質後現顯異據壓體強積應還進穩蘭鉑藥標記結為見認約於報級別總餘從過劑動對兩幾點側變圍範實際損傷衛佔續們臨觀關開確錄問題傳統關鍵遠離區員樣讓優選擇長導項陳減輕",
    "阳阴镜术肿内经细单发复复转叶径数岁个处疗无检测诊断与胆门脉肠脏肾泻热红黄状类质后现显异据压体强积应还进稳兰铂药标记结为见认约于报级别总余从过剂动对两几点侧变围范实际损伤卫占续们临观关开确录问题传统关键远离区员样让优选择长导项陈减轻",
)
"""The signs of traditional writing that stand in what is told here; each is one sign in both, so that places stay."""
_BOTH_SCOPES = re.compile(r"胃(?:镜[、和及与]?)?肠镜(?:检查)?(?:均为?|都是?)?(?!\s*[、和及与])")
"""Not where a third examination follows: "胃镜、肠镜、胸部CT均阴性" is a list already, whose last name has the word for all."""
_BOTH_FUNCTIONS = re.compile(r"肝肾功能?(?:均为?|都是?)?")
_DIGITS = {sign: value for value, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for sign in signs}
_COUNTED = r"[零〇一二两三四五六七八九十百]++"
_NOT_AFTER, _NOT_BEFORE = r"(?<![零〇一二两三四五六七八九十百点第几数半多0-9.])", r"(?![几数半多余来0-9.])"
"""Beside these a number goes on, or is none: "1五", "十几", "第三"."""
_NUMERAL = re.compile(rf"{_NOT_AFTER}(?P<whole>{_COUNTED})(?:点(?P<part>[零〇一二三四五六七八九]++))?+{_NOT_BEFORE}")
_TENS = re.compile(r"(?:(?P<hundreds>[一二两三四五六七八九])百(?P<zero>[零〇])?)?(?:(?P<tens>[一二三四五六七八九])?(?P<ten>十))?(?P<ones>[一二两三四五六七八九])?")
_PERCENT = re.compile(rf"百分之\s*(?P<figure>(?:[0-9.]++|{_COUNTED}(?:点[零〇一二三四五六七八九]++)?+)(?:\s*(?:-|–|~|至|到)\s*(?:[0-9.]++|{_COUNTED}))?+){_NOT_BEFORE}")
_OF_LESIONS_OR_YEARS = re.compile(rf"{_NOT_AFTER}(?P<figure>{_COUNTED})(?=[个枚处]病灶|周?岁(?!半))")
_AGE_AND_SEX = re.compile(r"(?P<age>[0-9]{2,3})\s?(?P<sex>[MF])")
_SIDES = re.compile(
    r"(?P<about>(?:about|approx\.?|约|~)\s*)?(?P<one>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[a-z厘毫公米分]+)?\s*[x×*]\s*(?P<two>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit2>[a-z厘毫公米分]+?)?"
    r"(?:\s*[x×*]\s*(?P<three>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit3>[a-z厘毫公米分]+)?)?",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?P<value>[^()]*[0-9][^()]*?)\s*\(\s*(?:(?:参考|正常)(?:值|范围|区间)*|ref(?:erence)?\.?(?:\s+(?:range|interval))?|normal(?:\s+range)?)?[\s:]*"
    r"(?:0(?:\.0+)?\s*(?:-|–|~|至|到|to)|<=?|≤)\s*(?P<limit>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[a-zμ/]+)?\s*\)",
    re.IGNORECASE,
)
_BOUNDS = (
    (re.compile(r"(?:小于|低于|少于|不到|不足|(?:less|fewer|lower) than|below|under)\s*(?=[0-9])", re.IGNORECASE), "<"),
    (re.compile(r"(?:大于|高于|多于|超过|(?:more|greater|higher) than|above|over)\s*(?=[0-9])", re.IGNORECASE), ">"),
    (re.compile(r"(?:不超过|至多|最多|不高于|不大于|at most|up to|no more than)\s*(?=[0-9])", re.IGNORECASE), "<="),
    (re.compile(r"(?:不少于|至少|不低于|不小于|at least|no less than)\s*(?=[0-9])", re.IGNORECASE), ">="),
)


def simplified(text: str) -> str:
    """A text in traditional signs in the simplified ones that the questions are written in."""
    return text.translate(_TRADITIONAL)


def signed(figure: str) -> str:
    """A figure with the words of its bound as a sign: "不到1%" as "<1%"."""
    for words, sign in _BOUNDS:
        found = words.match(figure)
        if found:
            return f"{sign}{figure[found.end() :]}"
    return figure


def spelt_out(plain: str) -> str:
    """A text with "胃肠镜" as the two examinations that it is, "肝肾功能" as the two functions, and numbers in words as figures.

    Only words that can be nothing else are taken for a number here: a share, an age, a count of lesions.
    """
    told = _BOTH_FUNCTIONS.sub("肝功能、肾功能均", _BOTH_SCOPES.sub("胃镜、肠镜均", plain))
    return _OF_LESIONS_OR_YEARS.sub(lambda said: in_figures(said[0]), _PERCENT.sub(_percent, told))


def is_age(units: Collection[str]) -> bool:
    """Whether a number in these units is an age."""
    return _YEAR in units


def figure_in(units: Collection[str], plain: str) -> str:
    """What was said of a number as figures, in the way of its units."""
    figure = in_figures(_age_alone(plain) if is_age(units) else plain)
    return _longest_side(figure) if _LENGTH in units else figure


def in_figures(words: str) -> str:
    """A number in Chinese words as figures: "百分之二十五" as "25%", "三十" as "30". What is no single number stays: "三五个", "十几个"."""
    return _NUMERAL.sub(_numeral, _PERCENT.sub(_percent, words))


def _percent(said: re.Match[str]) -> str:
    apart = " " if said.string[: said.start()][-1:].isdigit() else ""
    return f"{apart}{_NUMERAL.sub(_numeral, said['figure'])}%"


def _numeral(said: re.Match[str]) -> str:
    found = _TENS.fullmatch(said["whole"]) if said["whole"] not in "零〇" else None
    if found is None:
        return f"0{_after_point(said)}" if said["whole"] in "零〇" else said[0]
    ones, ten, hundreds = (_DIGITS[found[part]] if found[part] else 0 for part in ("ones", "tens", "hundreds"))
    tens = ten or (1 if found["ten"] else 0)
    if hundreds and bool(found["zero"]) is not (not tens and bool(ones)):
        return said[0]  # "一百二" means 120, and "一百零十" nothing
    return f"{hundreds * 100 + tens * 10 + ones}{_after_point(said)}"


def _after_point(said: re.Match[str]) -> str:
    return "." + "".join(str(_DIGITS[sign]) for sign in said["part"]) if said["part"] else ""


def _age_alone(plain: str) -> str:
    """An age with a letter for the sex as the age: "56M" as "56". Small letters stay, as "6m" may be months."""
    found = _AGE_AND_SEX.fullmatch(plain)
    return found["age"] if found else plain


def introduced(plain: str) -> str:
    """A text that begins with age and sex, as in "56M, flushing", with both in words."""
    found = _AGE_AND_SEX.match(plain)
    if found is None or not re.match(r"[\s,;、。]", plain[found.end() :]):
        return plain
    return f"{found['age']}岁{'男' if found['sex'] == 'M' else '女'}{plain[found.end() :]}"


def _longest_side(figure: str) -> str:
    """The longest of the sides of a lesion: "5×4 cm" as "5cm". Sides in different units, or of no length ("0x10"), stay as they are."""
    sides = _SIDES.fullmatch(figure)
    units = {sides[name].casefold() for name in ("unit", "unit2", "unit3") if sides[name]} if sides else set()
    lengths = [sides[name] for name in ("one", "two", "three") if sides[name]] if sides else []
    if sides is None or len(units) > 1 or not all(map(float, lengths)):
        return figure
    longest = max(lengths, key=float)
    return f"{sides['about'] or ''}{longest}{''.join(units)}"


def with_limit(figure: str) -> tuple[str, str] | None:
    """A value and the upper limit of the reference range in brackets behind it: "250(0-100)". None where there is no such range.

    A range that does not begin at 0 is none of a marker, and one in another unit than the value is not converted.
    """
    found = _REFERENCE.fullmatch(figure)
    if found is None or (found["unit"] and not found["value"].casefold().endswith(found["unit"].casefold())):
        return None
    return found["value"], found["limit"]
