"""Recognises words that may name a patient, so that they are neither stored nor read. Better one too many than one too few."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Identifier(StrEnum):
    """What a text seems to hold."""

    RESIDENT_ID = "resident_id"
    PHONE = "phone"
    EMAIL = "email"
    BIRTH_DATE = "birth_date"
    HOSPITAL_NUMBER = "hospital_number"
    NAME = "name"


_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_JOINERS = re.compile(r"(?<=[0-9])[\s\-.·_/]+(?=[0-9Xx])")
_RESIDENT = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]?(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86|0086)?1[3-9][0-9]{9}(?![0-9])")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])0[1-9][0-9]{1,2}[\s\-]?[0-9]{7,8}(?![0-9])")
_CALLED = re.compile(r"(?:电话|手机|phone|mobile|tel)[^0-9+]{0,6}[+0-9][0-9\s\-]{5,}", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+\-]+\s*(?:@|\(at\)|\[at\])\s*[\w\-]+(?:\.[\w\-]+)+", re.IGNORECASE)
_YEAR = r"(?:18|19|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_YEAR}\s*[-/.年]\s*[01]?[0-9]\s*[-/.月]\s*[0-3]?[0-9](?:\s*日)?|[0-3]?[0-9]\s*[-/.]\s*[0-3]?[0-9]\s*[-/.]\s*{_YEAR})(?![0-9])"
)
_EXAMINED = re.compile(
    r"\b(?:ct|mri?|pet|us|ceus|srs|egd|eus|cga|nse|afp|scan|biopsy|surgery|operation|operated|resection|resected|follow-?up|report(?:ed)?|"
    r"ultrasound|gastroscopy|colonoscopy|pathology|tace|rfa|prrt|imaging|examination|admission)\b|"
    r"检查|复查|手术|术后|术前|活检|穿刺|超声|造影|胃镜|肠镜|影像|报告|病理|随访|切除|介入|消融|平扫|增强|化验",
    re.IGNORECASE,
)
_OLD = re.compile(r"(?:18|19)[0-9]{2}")
NEAR = 14
"""Characters beside a date in which a word may tell what was done then."""
_BORN = re.compile(r"(?:出生|生日|生于|date\s+of\s+birth|\bdob\b|\bborn\b|birthday)[^0-9]{0,12}[0-9]{2,4}", re.IGNORECASE)
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WORDY_DATE = re.compile(
    rf"(?:[0-3]?[0-9](?:st|nd|rd|th)?\s+{_MONTHS}\.?,?\s+{_YEAR}|{_MONTHS}\.?\s+[0-3]?[0-9](?:st|nd|rd|th)?,?\s+{_YEAR})", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"(?:住院号|住院编号|就诊卡号?|诊疗卡号?|登记卡号?|患者编号|病人编号|病案号|病历号|门诊号|就诊号|登记号|床号|检查号|病理号|影像号|社保号|医保号|护照|"
    r"\bmrn\b|hospital\s*(?:no|number|id)|patient\s*(?:no|number|id)|record\s*(?:no|number|id)|medical\s+record|"
    r"case\s*(?:no|number)|passport|\bnhs\b(?:\s*(?:no|number))?)[^A-Za-z0-9]{0,6}(?:no\.?\s*)?[A-Za-z]{0,4}[-]?[0-9]{3,}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:姓名|患者名|病人名|名字(?:是|叫)|患者叫|病人叫|他叫|她叫|我叫|patient(?:'s)?\s+name|\bname\s*(?:[:：=]|\bis\b)|\bnamed\b)"
    r"\s*(?:[:：=]|is|为|是|叫)?\s*[A-Za-z\u4e00-\u9fff]{2,}",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:mrs|ms|miss(?!\s+(?:the|an?|it|this|that|any|out)\b)|mr(?!\.?\s+(?:imag|scan|show|find|enhanc|enterograph|cholangio|elastograph|angiograph|spectro|and|with|of|the|was|is|not|done)))"
    r"\.?\s+[a-z]{2,}",
    re.IGNORECASE,
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金廖贾夏韦付"
    "方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_INTRODUCED = re.compile(
    rf"(?:^|患者|病人|[，,。；;\s])(?!高血|高分|高龄|高密|高信|黄疸|黄染|金属|任何|何时|向心|万古|江米)[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}[，,、\s]*(?:男|女)(?![\u4e00-\u9fff]*激素)"
)


def looks_like_identifier(text: str) -> Identifier | None:
    """What patient identifier the text seems to hold, or None."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    joined = _JOINERS.sub("", plain)
    if _EMAIL.search(plain):
        return Identifier.EMAIL
    if _RESIDENT.search(joined):
        return Identifier.RESIDENT_ID
    if any(pattern.search(joined) for pattern in (_MOBILE, _ABROAD)) or _LANDLINE.search(plain) or _CALLED.search(plain):
        return Identifier.PHONE
    if _BORN.search(plain) or any(_bare_date(pattern, plain) for pattern in (_DATE, _WORDY_DATE)):
        return Identifier.BIRTH_DATE
    if _NUMBERED.search(plain):
        return Identifier.HOSPITAL_NUMBER
    if any(pattern.search(plain) for pattern in (_NAMED, _TITLED, _INTRODUCED)):
        return Identifier.NAME
    return None


def _bare_date(pattern: re.Pattern[str], plain: str) -> bool:
    """Whether a full date stands there that is not a recent one with the examination or treatment of that day named beside it."""
    return any(
        _OLD.search(found[0])
        or not _EXAMINED.search(plain[max(0, found.start() - NEAR) : found.start()] + " " + plain[found.end() : found.end() + NEAR])
        for found in pattern.finditer(plain)
    )
