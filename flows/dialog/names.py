"""Recognises the name of a person: here, where the words around it introduce one; one that stands alone, in ``bare_names``."""

from __future__ import annotations

import re

from flows.dialog.bare_names import EPONYMS, stands_as_name
from flows.dialog.name_lists import COMPOUND, SURNAMES, WORDS

_HANZI = r"[\u4e00-\u9fff]"
_COMPOUND = "|".join(sorted(COMPOUND))
_SURNAMES = "".join(sorted(SURNAMES))
_WORDS = "|".join(WORDS)
_GIVEN = rf"(?:(?:{_COMPOUND}){_HANZI}{{1,2}}|(?!{_WORDS})[{_SURNAMES}]{_HANZI}{{1,2}})"
_SURE = rf"(?:(?:{_COMPOUND}){_HANZI}{{1,2}}|(?!{_WORDS}|[于曾查易单余向任严])[{_SURNAMES}]{_HANZI}{{1,2}})"
_COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡杜苏魏吕丁沈卢姜崔谭陆汪范廖贾韦邹熊邱薛阎侯陶黎贺顾郝龚邵钱覃戴莫赖"
"""Surnames that begin few words of medicine."""
_TITLES = "先生|女士|小姐|太太|夫人|阿姨|叔叔|大爷|大妈|大叔|大娘|奶奶|爷爷|伯伯|老师|医生|医师|主任|教授|护士|同学|师傅|老太"
_KIN = "妈妈?|爸爸?|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|丈夫|妻子|老公|老婆|爱人|儿子|女儿|哥哥?|姐姐?|弟弟?|妹妹?|叔叔|舅舅|舅妈|姑姑|姨妈|阿姨|朋友|同事|邻居"
_START = r"(?:^|患者|病人|病员|家属|老[汉太头]*|[，,。；;：:、\s(])"
_ZH = re.compile(
    rf"(?:姓名|患者名|病人名|名字(?:是|叫)|(?:患者|病人|他|她|我)叫|签名|签字|联系人|(?:主管|主治|管床|经治|接诊)(?:医师|医生))\s*(?:[:：=]|为|是|叫)?\s*(?:{_HANZI}|[A-Za-z]){{2,}}|"
    rf"[，,；;。]名(?:叫|为|是)?{_GIVEN}|(?<![一二三四五同百])姓(?:{_COMPOUND}|[{_SURNAMES}])|名叫{_HANZI}{{2,3}}|(?:患者|病人|病员|家属|主诉|者|人|医生|医师|护士)\s*[:：]\s*{_SURE}(?![\u4e00-\u9fff])|"
    rf"(?:[，,\s]|姐|孩子|人)叫{_GIVEN}(?![\u4e00-\u9fff])|[这那]位(?:{_COMPOUND}|[{_SURNAMES}])(?:{_TITLES})|"
    rf"[小老][{_COMMON}](?=的|[，,。；;\s]|$|说|是)|"
    rf"{_START}{_GIVEN}[（(，,、\s]*(?:男|女|[0-9]{{1,3}}\s*岁)(?!{_HANZI}*激素)|"
    rf"(?:^|患者|病人|家属|找|给|请|[，,。；;：:、\s])(?:{_COMPOUND}|[{_SURNAMES}])(?:{_TITLES})(?!们|的(?:共识|文章|指南|分类|标准|分期|书|论文|研究|方法|讲座|课))|"
    rf"(?:患者|病人|病员|家属|(?:我的?|他的?|她的?|你的?)?(?:{_KIN}))\s*{_SURE}(?=[，,。；;\s（(]|$|的|因|代诉|诉|查出|确诊|得了|患|于|入院|男|女|[0-9])"
)
_TITLED = re.compile(
    r"\b(?:mrs|ms|(?:dr|prof)(?!\.?\s+(?:said|says|told|asked|thinks|wants|who|will|is|was|has|and|or|in|at|of|for)\b)|miss(?!\s+(?:the|an?|it|this|that|any|out|no|one)\b)|mr(?!\.?\s+(?:imag|scan|show|find|enhanc|enterograph|cholangio|elastograph|angiograph|spectro|sequence|and|with|of|the|was|is|not|done|reveal|demonstrat|normal|negative|positive)))"
    r"\b(?:\.\s*|\s+)(?:[a-z]\.\s*)*[a-z][a-z']+",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:patient(?:'s)?\s+name|\bpt\s+name|\bname\s*(?:[:：=]|\bis\b)|\bname\s+of\s+(?:the\s+)?patient|\b(?:sur|last|first|family|full|given)\s?name)\s*(?:[:：=]|\bis\b)?\s*[a-z\u4e00-\u9fff]{2,}",
    re.IGNORECASE,
)
_CLINICAL = (
    "Age|Child|Zollinger|Von|Billroth|Peutz|Whipple|Roux|Marfan|Cushing|Crohn|Liver|Hepatic|Portal|Right|Left|Both|Small|Large|Largest|Single|Multiple|Solitary|Well|"
    "Poorly|Moderately|Grade|Tumou?r|Mass|Lesions?|Cell|Carcinoma|Cancer|Positive|Negative|Normal|No|Not|Has|With|Without|Known|Neuroendocrine|Primary|Plain|Enhanced|"
    "Octreotide|Lanreotide|Flushing|Diarrh|Pain|Jaundice|Weight|Abdominal|Chronic|Hepatitis|Diabetes|Cirrhosis|Child|Had|Was|Is|The|This|Stage|Male|Female|Elderly|Young|"
    "Chromogranin|Synaptophysin|Mitot|Mitos|Ki|Surgery|Resect|Biopsy|Needle|Presented|Presents|Complain|Unknown|Feels|Underwent|Septic|Gastric|Pancrea|Bile|Somatostatin"
)
_WORD = r"[A-Z][a-z]+(?:[-'][A-Z]?[a-z]+)*|[A-Z]\.|O'[A-Z][a-z]+"
_CAPITAL = rf"(?!(?:{_CLINICAL}))(?:{_WORD})"
_FULL = rf"{_CAPITAL}(?:\s+{_CAPITAL}){{1,2}}"
_EN = re.compile(
    rf"(?i:\b(?:patient|pt|mother|father|mum|mom|dad|wife|husband|son|daughter|brother|sister|aunt|uncle|friend|signed|contact|about|re|regarding|initials|lady|gentleman|man|woman|grandfather|grandmother|physician|surgeon|consultant|doctor|referring|referred|nurse|student|by))\b\.?\s?[,:\-]?\s+(?i:is\s+|called\s+|named\s+)?{_FULL}|"
    rf"\b(?i:named|is\s+called|patient\s+called|man\s+called|woman\s+called)\s+{_CAPITAL}|(?i:\bname:).*?{_FULL}|"
    rf"\b{_CAPITAL},\s*{_CAPITAL}\s*\(?\s*[MF]\b|(?:^|[.;:]\s*){_FULL}\s*[,(]\s*(?:(?:age\s*)?[0-9]{{2}}\b(?!\s*(?:%|mm|cm))|[MF]\b|male|female)|"
    rf"(?:^|[.;:]\s*)(?:[A-Z]\.\s*)+{_CAPITAL}\s*[,(]\s*[0-9]{{2}}\s*(?:[MFy]|$|,)|\b[A-Z]{{2,}},\s*[A-Z][A-Z\-]+\s+[MF]\s*[0-9]{{2}}\b|"
    rf"(?:^|[.;:]\s*){_FULL}\s+(?:[0-9]{{2}}\s*(?:[MF]\b|y)|[MF]\s*[0-9]{{2}}\b)"
)
_SPACED = re.compile(r"(?<![\u4e00-\u9fff][\u4e00-\u9fff])(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff](?:[\s:：]|$))")


def names_somebody(plain: str) -> bool:
    """Whether a text (in one way of writing: NFKC) seems to name a person."""
    said = EPONYMS.sub(" / ", plain)
    return (
        any(pattern.search(said) for pattern in (_LABELLED, _TITLED, _EN, _ZH))
        or _ZH.search(_SPACED.sub("", said)) is not None
        or stands_as_name(said)
    )
