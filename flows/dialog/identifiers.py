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
_BORN = re.compile(r"(?:出生|生日|生于|date\s+of\s+birth|\bdob\b|\bborn\b|birthday)[^0-9]{0,12}[0-9]{2,4}", re.IGNORECASE)
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WORDY_DATE = re.compile(rf"(?:[0-3]?[0-9](?:st|nd|rd|th)?\s+{_MONTHS}\.?,?\s+{_YEAR}|{_MONTHS}\.?\s+[0-3]?[0-9](?:st|nd|rd|th)?,?\s+{_YEAR})", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:住院号|病案号|病历号|门诊号|就诊号|登记号|床号|检查号|病理号|影像号|社保号|医保号|护照|"
    r"\bmrn\b|hospital\s*(?:no|number|id)|patient\s*(?:no|number|id)|record\s*(?:no|number|id)|medical\s+record|"
    r"case\s*(?:no|number)|passport|\bnhs\b(?:\s*(?:no|number))?)[^A-Za-z0-9]{0,6}(?:no\.?\s*)?[A-Za-z]{0,4}[-]?[0-9]{3,}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:姓名|患者名|病人名|名字(?:是|叫)|患者叫|病人叫|他叫|她叫|我叫|patient(?:'s)?\s+name|\bname\b)\s*(?:[:：=]|is|为|是|叫)?\s*[A-Za-z\u4e00-\u9fff]{2,}",  # noqa: RUF001
    re.IGNORECASE,
)
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss)\.?\s+[A-Z][a-z]+", re.IGNORECASE)


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
    if any(pattern.search(plain) for pattern in (_DATE, _BORN, _WORDY_DATE)):
        return Identifier.BIRTH_DATE
    if _NUMBERED.search(plain):
        return Identifier.HOSPITAL_NUMBER
    if _NAMED.search(plain) or _TITLED.search(plain):
        return Identifier.NAME
    return None
