"""Recognises words that may name a patient, so that they are neither stored nor read. Better one too many than one too few.

How often it is right is measured on labelled lists: ``tests/dialog/identifiers*.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from flows.dialog.names import names_somebody


class Identifier(StrEnum):
    """What a text seems to hold."""

    RESIDENT_ID = "resident_id"
    PHONE = "phone"
    EMAIL = "email"
    BIRTH_DATE = "birth_date"
    HOSPITAL_NUMBER = "hospital_number"
    ACCOUNT = "account"
    ADDRESS = "address"
    NAME = "name"


_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_SPELT = re.compile(r"[零〇一二三四五六七八九幺](?:\s?[零〇一二三四五六七八九幺]){3,}")
_JOINERS = re.compile(r"(?<=[0-9])[\s\-.·_/]+(?=[0-9Xx])")

_EMAIL = re.compile(
    r"[\w.+\-]+\s*(?:@|\(at\)|\[at\]|艾特)\s*[\w\-]+(?:\s*(?:\.|点|\bdot\b)\s*[\w\-]+)+|"
    r"\b[\w.+\-]+\s+at\s+[\w\-]+(?:\s+dot\s+[\w\-]+|\.(?:com|cn|net|org|edu)\b)+|"
    r"(?:邮箱|e-?mail).*\b\w+\.(?:com|cn|net|org|edu)\b|\b\w+\.(?:com|cn|net|org|edu)\b.*(?:邮箱|e-?mail)",
    re.IGNORECASE,
)
_RESIDENT = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]?(?![0-9])")
_SOCIAL = re.compile(
    r"(?:身份证|证件|通行证|社保|医保|居留证|军官证|驾驶证|\bssn\b|social\s+security|\bni\s+n(?:o|umber)\b|national\s+(?:id|insurance)|\bid\s+(?:card|no)\b|"
    r"insurance|medicare|licen[cs]e)(?:\s*(?:卡|号码?|编号|尾号|后四位|末四位|number|no\b\.?|#|is|[:：]|为|是))*[^A-Za-z0-9\u4e00-\u9fff]{0,4}"
    r"(?:[A-Za-z]{0,3}\s?[\-]?[0-9][0-9A-Za-z\s\-]{3,})|(?<![0-9\-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9\-])",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86|0086)?1[3-9][0-9]{9}(?![0-9])")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}(?![0-9])")
_LANDLINE = re.compile(
    r"(?<![0-9])0[1-9][0-9]{1,2}[\s\-]?[0-9]{7,8}(?![0-9])|(?<![0-9.])0[1-9][0-9]{1,3}[\s\-][0-9]{3,4}[\s\-]?[0-9]{3,4}(?![0-9])|"
    r"(?<![0-9.])\(?[2-9][0-9]{2}\)?[\s.\-][0-9]{3}[\s.\-][0-9]{4}(?![0-9])"
)
_CALLED = re.compile(
    r"(?:电话|手机|联系方式|拨打|\b(?:phone|mobile|tel|cell|fax|contact|whatsapp|call|ring|reach|dial)\b)[^0-9+]{0,12}[+(0-9](?:[\s\-.()]*[0-9]){5,}",
    re.IGNORECASE,
)

_YEAR = r"(?:18|19|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_YEAR}\s*[-/.年]\s*(?:[01]?[0-9]|[一二三四五六七八九十]{{1,2}})\s*[-/.月]\s*(?:[0-3]?[0-9]|[一二三四五六七八九十]{{1,3}})(?:\s*日)?|"
    rf"[0-3]?[0-9]\s*[-/.]\s*[0-3]?[0-9]\s*[-/.]\s*{_YEAR})(?![0-9])"
)
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WORDY_DATE = re.compile(
    rf"(?:[0-3]?[0-9](?:st|nd|rd|th)?[\s\-]+{_MONTHS}\.?,?[\s\-]+{_YEAR}|{_MONTHS}\.?\s+[0-3]?[0-9](?:st|nd|rd|th)?,?\s+{_YEAR})",
    re.IGNORECASE,
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
_BORN = re.compile(
    r"(?:出生|生日|生于|(?:date|year|month|day)\s+of\s+birth|\bbirth\s*(?:date|day|year|month)|\bd\.?\s?o\.?\s?b\b|\bborn\b|\bbirthday)[^0-9]{0,12}(?:[0-9]{2,4}|[0-9]{1,2}[\-/.])|"
    r"[0-9]{2,4}\s*年[^，,。；;]{0,8}?(?:出生|日生|月生)(?![长化])|[0-9]{6,8}\s*出生|民国.{1,4}年|"
    r"[0-9]{2,4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?的[，,\s]|生辰|[零一二三四五六七八九]{2}年.{1,4}月.{0,4}生|(?<![\w.])b\.\s?(?:18|19|20)[0-9]{2}\b|\bbirth\s*[:：]|属[鼠牛虎兔龙蛇马羊猴鸡狗猪](?:的|$|[，,。\s])",
    re.IGNORECASE,
)

_CODE = r"(?=[A-Za-z0-9\-/]*[0-9]{3})[A-Za-z0-9][A-Za-z0-9\-/]*|[A-Za-z]{0,2}[0-9]{2}(?:[\s\-][0-9]{2,})+"
_NUMBERED = re.compile(
    r"(?:住院|就诊|诊疗|登记|患者|病人|病案|病历|门诊|急诊|检查|病理|影像|超声|标本|蜡块|条码|样本|放射|护照|(?<![A-Za-z])ID)\s*(?:卡|编|条)?\s*(?:号码?)"
    rf"[^A-Za-z0-9]{{0,6}}(?:no\.?\s*)?(?:{_CODE})|(?:卡号|护照|(?:就诊|诊疗|登记)卡)[^A-Za-z0-9]{{0,4}}(?:{_CODE})|"
    r"\b(?:mrn|uhid|nhs|passport)\b(?:\s*(?:no|number)\b)?"
    rf"[^A-Za-z0-9]{{0,6}}(?:no\.?\s*)?(?:{_CODE})|"
    r"\b(?:hosp(?:ital)?\.?|reg|patient|record|specimen|sample|accession|admission|encounter|visit|study|chart|case|file|pathology|biopsy|account)\s*"
    rf"(?:(?:no|number|id|code)\b|\#)[^A-Za-z0-9]{{0,6}}(?:{_CODE})",
    re.IGNORECASE,
)
_CODED = re.compile(
    rf"(?:[\u4e00-\u9fff]|[A-Za-z]{{2,}})\s*(?:号码?|编号)\s*[:：\#为是]?\s*(?=[A-Za-z_]*[0-9])[A-Za-z0-9_\-]{{4,}}|"
    rf"\b(?:id|no|nr|number|ref)\b[\s.:\#]*(?=[A-Za-z0-9\-]*[0-9]{{4}})(?:{_CODE})|\b[A-Za-z]{{2,}}\#\s*[0-9]{{3,}}|"
    r"(?<![A-Za-z0-9.])(?!PMC|NCT|PMID)(?:[A-Za-z]{1,4}[\-]?[0-9]{5,}|[0-9]{2}[A-Za-z][0-9]{4,}|[A-Za-z]?[0-9]{2}-0[0-9]{3,}|[0-9]{2}-[0-9]{5,})(?![0-9])",
    re.IGNORECASE,
)
"""A number that its word or its form tells to be that of a record."""
_LONG = re.compile(r"(?<![A-Za-z0-9.,/×^*])(?:[0-9]{6,}|[0-9]{4} [0-9]{4}|[0-9]{3,4}(?:[ \-][0-9]{3,4}){2,})(?![0-9])(?![,.][0-9])")
_MEASURED = re.compile(
    r"(?:cga|nse|afp|cea|ca\s*-?\s*(?:19-9|125|15-3|72-4)|dna|rna|gastrin|chromogranin(?:\s+a)?|hiaa|serotonin|insulin|glucagon|platelets?|plt|wbc|rbc|value|limit|pmid|article|"
    r"[素肽酶原板白素胺数值限]|抗原|蛋白|酸)[a-z]?\s*(?:(?:is|was|为|是|约|水平|升高|[(:：=<>≥≤~])\s*)*$",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s*(?:[a-zμ%]{1,5}\s*/|%|[munp]?mol|[munpk]?i?u\b|m?[lg]\b|岁|个|倍|copies|拷贝)", re.IGNORECASE)
_BED = re.compile(
    r"[0-9]{1,3}\s*床(?![旁边前单])|(?<!临)床[号位]?\s*[:：]?\s*[0-9]{1,3}(?![0-9.])|"
    r"\b(?:bed|ward|room)\s*(?:no\.?|number)?\s*[0-9]{1,4}[a-z]?\b(?!\s*(?:cm|mm|%))",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:微信|v信|(?<![a-z])[vw]x|小红书|\binsta|\bfb|wechat|weixin|抖音|钉钉|支付宝|(?<![a-z])qq|\bskype|\bline\s+id|\binstagram|\bwhatsapp|\btelegram|\bfacebook|\btwitter|\bsnapchat|站号)"
    r"(?:\s*(?:账?号|账户|名|id|name|is|是|为|叫|[:：]))*\s*[:：@]?\s*(?=[a-z:.\-]*[0-9_])[a-z0-9_][a-z0-9_.:\-]{4,}|"
    r"(?:微信|v信|钉钉|(?<![a-z])vx)\s*(?:账?号|id|同?手机号?)?\s*(?:[:：]|是|为)?\s*[a-z][a-z0-9_\-]{5,}|微信同号|"
    r"(?:\bskype|wechat|weixin|微信号|\binsta(?:gram)?|\btelegram|\bfb)\s*[:：]?\s*(?:[:：]|\blive:|\bis\b)\s*@?[a-z][a-z0-9_.:\-]{4,}|(?<![\w.])@[a-z]\w{3,}",
    re.IGNORECASE,
)
_REGIONS = "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
_PARTS = r"(?:省|市|[^地病灶部]区|县|镇|乡|村|[^气血通]路|街|号|弄|巷|社区|小区|公司|中学|小学|大学|学校|厂|局)"
_ADDRESS = re.compile(
    r"(?:户籍|籍贯|祖籍|户口)(?:所?在地?)?\s*(?:[:：]|是|为)?\s*[\u4e00-\u9fff]{2}|"
    rf"(?:住址|地址|家住|户籍|户口|籍贯|工作单位|住在|现住|邮编)[^，,。；;]{{0,4}}[\u4e00-\u9fff0-9][^，,。；;]{{0,20}}{_PARTS}|"
    r"[\u4e00-\u9fff]{2,}(?:路|街|大道|巷|弄|胡同)\s*[0-9]+\s*[号弄]|[0-9]+\s*(?:栋|幢|号楼|单元)|[\u4e00-\u9fff]村[0-9一二三四五六七八九十]+[组队号]|"
    rf"(?:{_REGIONS})[\u4e00-\u9fff]{{2,14}}(?:[区县镇乡村路街])|(?:老家|来自|家在)[\u4e00-\u9fff]{{2,14}}{_PARTS}|"
    r"[\u4e00-\u9fff]{1,3}省[\u4e00-\u9fff]{1,6}[市县]|邮编\s*[:：]?\s*[0-9]{6}|"
    r"(?i:\b(?:address|lives?\s+(?:at|in|on)|living\s+at|resid(?:es|ing)\s+(?:at|in)))\s*[:：]?\s*(?:is\s+)?[0-9]+[A-Za-z]?,?\s+[A-Za-z]{3,}|"
    r"\b[0-9]+[A-Za-z]?\s+(?:[A-Z][A-Za-z']+\s+){1,3}(?i:street|st|road|rd|avenue|ave|lane|drive|court|boulevard|blvd|close|crescent|terrace|grove|gardens|mews|row)\b|"
    r"\b(?i:lives?\s+(?:at|in|on)|address\s*[:：])\s+[A-Z0-9]|(?i:\bp\.?\s?o\.?\s+box\s+[0-9]+|\b(?:zip|post)\s*code\s*[:：]?\s*[a-z0-9]{2,})"
)


def looks_like_identifier(text: str) -> Identifier | None:
    """What patient identifier the text seems to hold, or None."""
    plain = _plain(text)
    joined = _JOINERS.sub("", plain)
    if _EMAIL.search(plain):
        return Identifier.EMAIL
    if _RESIDENT.search(joined):
        return Identifier.RESIDENT_ID
    if any(pattern.search(plain) for pattern in (_NUMBERED, _BED)):
        return Identifier.HOSPITAL_NUMBER
    if _SOCIAL.search(plain):
        return Identifier.RESIDENT_ID
    if _MOBILE.search(joined) or _ABROAD.search(joined) or _LANDLINE.search(plain) or _CALLED.search(plain):
        return Identifier.PHONE
    if _BORN.search(plain) or any(_bare_date(pattern, plain) for pattern in (_DATE, _WORDY_DATE)):
        return Identifier.BIRTH_DATE
    if _ACCOUNT.search(plain):
        return Identifier.ACCOUNT
    if _ADDRESS.search(plain):
        return Identifier.ADDRESS
    if names_somebody(plain):
        return Identifier.NAME
    return Identifier.HOSPITAL_NUMBER if _CODED.search(plain) or _long_number(plain) else None


def _plain(text: str) -> str:
    """The text as it is seen: in one way of writing, without invisible and combining signs, every figure an ASCII one."""
    seen = (
        str(unicodedata.decimal(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in unicodedata.normalize("NFKC", text)
        if unicodedata.category(sign) not in ("Cf", "Mn", "Me")
    )
    return _SPELT.sub(lambda found: found[0].translate(_SPOKEN), "".join(seen))


def _long_number(plain: str) -> bool:
    """Whether there is a long number that nothing tells to be a measured value, in a text that is more than this number."""
    return any(
        found[0] != plain.strip()
        and not _UNIT.match(plain, found.end())
        and not _MEASURED.search(plain[max(0, found.start() - 24) : found.start()])
        for found in _LONG.finditer(plain)
    )


def _bare_date(pattern: re.Pattern[str], plain: str) -> bool:
    """Whether a full date stands there that is not a recent one with the examination or treatment of that day named beside it."""
    return any(
        _OLD.search(found[0])
        or not _EXAMINED.search(plain[max(0, found.start() - NEAR) : found.start()] + " " + plain[found.end() : found.end() + NEAR])
        for found in pattern.finditer(plain)
    )
