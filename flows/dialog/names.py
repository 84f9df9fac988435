"""Recognises the name of a person where the words around it introduce one. A name that stands all alone is not recognised."""

from __future__ import annotations

import re

_HANZI = r"[\u4e00-\u9fff]"
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|轩辕|端木|百里|南宫|独孤|申屠|澹台|宇文|长孙|鲜于|闾丘|太史|万俟|拓跋|呼延|第五"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金廖贾夏韦付"
    "方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐庞颜倪聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "白傅萧宁尚符舒阮柯纪梅童凌毕单裴霍涂苗曲盛冉翁管蓝路游辛靳欧于易乔伍阎洪邬骆查柴褚卫蒙鲍季窦费岑祁米狄古闻莘翦谷车宫"
)
_WORDS = (
    "白细|白带|白蛋|白血|白斑|白色|白内|白天|白介|白术|白质|白苔|张力|张开|许多|高增|高峰|高胆|高浓|"
    "高血|高分|高龄|高密|高信|高热|高脂|高度|高级|高危|高回|高摄|高尿|高钙|高胃|高强|黄疸|黄染|黄体|黄色|金属|金标|任何|任意|何时|何种|何处|向心|向外|万古|江米|康复|"
    "安全|安罗|安静|常规|周围|周边|周期|余无|余均|余未|余正|严重|严格|单发|单个|单纯|单侧|单一|明确|平扫|包膜|包块|包括|包裹|文献|方案|方法|方向|方可|史无|关于|关节|古典|"
    "毛细|毛发|毛玻|叶状|孔径|孟鲁|秦皮|钱币|石女|武断|管腔|管状|管壁|管理|盛行|温度|温热|文化|章节|申请|路径|左叶|左侧|左右|左肝|左半|左外|左内|尚未|尚可|尚无|于外|于我|于当|"
    "于今|于昨|于近|于去|于前|于入|于术|于本|曾有|曾行|曾患|曾经|曾因|曾做|曾于|曾在|曾服|曾接|曾手|曾化|曾放|曾发|曾出|曾诊|曾住|查体|查见|查血|查出|查无|谷丙|谷草|古老|车祸|宫颈|"
    "宫内|米粒|米糊|甘油|甘露|金黄|林奇|马方|卫生|易疲|易出|易怒|关注|游走|游离|计划|蓝染|蓝色|苗条|齐全|文字|包虫|胡言|胡须|方便|常见|洪水|辛辣|费力|单独|雷诺|牛奶|牛肉|梅毒|"
    "施行|施术|安排|安慰|许多|许可|段落|段支|顾虑|路易|贺尔|姜片|夏季|夏天|程度|程序|万一|钟表|成年|童年|舒张|舒适|温和|兰瑞|兰索|向患|莫名|莫沙|向下|向上|严密|余可|聂耳|孔洞|季节"
)
_GIVEN = rf"(?:(?:{_COMPOUND}){_HANZI}{{1,2}}|(?!{_WORDS})[{_SURNAMES}]{_HANZI}{{1,2}})"
_SURE = rf"(?:(?:{_COMPOUND}){_HANZI}{{1,2}}|(?!{_WORDS}|[于曾查易单余向任严])[{_SURNAMES}]{_HANZI}{{1,2}})"
_COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡杜苏魏吕丁沈卢姜崔谭陆汪范廖贾韦邹熊邱薛阎侯陶黎贺顾郝龚邵钱覃戴莫赖"
"""Surnames that begin few words of medicine."""
_TITLES = "先生|女士|小姐|太太|夫人|阿姨|叔叔|大爷|大妈|大叔|大娘|奶奶|爷爷|伯伯|老师|医生|医师|主任|教授|护士|同学|师傅|老太"
_KIN = "妈妈?|爸爸?|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|丈夫|妻子|老公|老婆|爱人|儿子|女儿|哥哥?|姐姐?|弟弟?|妹妹?|叔叔|舅舅|舅妈|姑姑|姨妈|阿姨|朋友|同事|邻居"
_START = r"(?:^|患者|病人|病员|家属|老[汉太头]*|[，,。；;：:、\s(])"
_ZH = re.compile(
    rf"(?:姓名|患者名|病人名|名字(?:是|叫)|(?:患者|病人|他|她|我)叫|签名|签字|联系人|(?:主管|主治|管床|经治|接诊)(?:医师|医生))\s*(?:[:：=]|为|是|叫)?\s*(?:{_HANZI}|[A-Za-z]){{2,}}|"
    rf"[，,；;。]名(?:叫|为|是)?{_GIVEN}|姓{_HANZI}[，,、\s]*名|名叫{_HANZI}{{2,3}}|(?:患者|病人|病员|家属|主诉|者|人|医生|医师|护士)\s*[:：]\s*{_SURE}(?![\u4e00-\u9fff])|"
    rf"(?:[，,\s]|姐|孩子|人)叫{_GIVEN}(?![\u4e00-\u9fff])|^(?!{_WORDS})[{_COMMON}]{_HANZI}{{1,2}}\s+(?=[A-Za-z0-9])|[这那]位(?:{_COMPOUND}|[{_SURNAMES}])(?:{_TITLES})|"
    rf"[小老大][{_COMMON}](?=的|[，,。；;\s]|$|说|是)|^(?!{_WORDS})[{_COMMON}]{_HANZI}{{1,2}}[。.!！]?$|"
    rf"{_START}{_GIVEN}[（(，,、\s]*(?:男|女|[0-9]{{1,3}}\s*岁)(?!{_HANZI}*激素)|"
    rf"(?:^|患者|病人|家属|找|给|请|[，,。；;：:、\s])(?:{_COMPOUND}|[{_SURNAMES}])(?:{_TITLES})(?!们)|"
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
_FORENAMES = (
    "Aaron|Abdul|Adam|Ahmed|Alan|Albert|Alex|Alexander|Alice|Ali|Amanda|Amy|Ana|Andrea|Andrew|Angela|Anna|Anne|Anthony|Antonio|Arthur|Barbara|Benjamin|Betty|Brian|Carl|"
    "Carlos|Carol|Caroline|Catherine|Charles|Charlotte|Chen|Chris|Christine|Christopher|Claire|Daniel|David|Deborah|Dennis|Diana|Donald|Dorothy|Edward|Elena|Eleanor|"
    "Elizabeth|Ellen|Emily|Emma|Eric|Eva|Fatima|Francis|Frank|Fred|Gary|George|Giovanni|Giuseppe|Grace|Graham|Greg|Hannah|Hans|Harold|Harry|Hassan|Heather|Helen|Henry|"
    "Hiroshi|Ian|Ibrahim|Ingrid|Irene|Isabel|Ivan|Jack|Jacob|James|Jane|Janet|Jason|Jean|Jennifer|Jessica|Joan|Johannes|John|Jonathan|Jorge|Jose|Joseph|Joshua|Juan|Judith|"
    "Julia|Julie|Karen|Karl|Kate|Katherine|Keith|Kelly|Kenneth|Kevin|Kim|Kwame|Larry|Laura|Lars|Laurie|Lee|Linda|Lisa|Louis|Louise|Lucy|Luis|Luke|Margaret|Maria|Marie|Marcus|"
    "Mario|Mark|Martha|Martin|Mary|Matthew|Michael|Michelle|Miguel|Mohamed|Mohammed|Monica|Muhammad|Nancy|Natalie|Nicholas|Nicole|Nigel|Olga|Oliver|Olivia|Omar|Oscar|Pamela|"
    "Patricia|Patrick|Paul|Paula|Pedro|Peter|Philip|Pierre|Priya|Rachel|Raj|Ralph|Rebecca|Richard|Robert|Roger|Ronald|Rosa|Rose|Ruth|Ryan|Samuel|Sandra|Sarah|Scott|Sean|"
    "Sharon|Simon|Sofia|Sophie|Stephen|Steven|Stuart|Susan|Teresa|Theresa|Thomas|Timothy|Tom|Tony|Ursula|Vera|Victor|Victoria|Vincent|Virginia|Walter|Wei|William|Xiao|Yuki|Yusuf"
)
_WORD = r"[A-Z][a-z]+(?:[-'][A-Z]?[a-z]+)*|[A-Z]\.|O'[A-Z][a-z]+"
_CAPITAL = rf"(?!(?:{_CLINICAL}))(?:{_WORD})"
_FULL = rf"{_CAPITAL}(?:\s+{_CAPITAL}){{1,2}}"
_EN = re.compile(
    rf"(?i:\b(?:patient|pt|mother|father|mum|mom|dad|wife|husband|son|daughter|brother|sister|aunt|uncle|friend|signed|contact|about|re|regarding|initials|lady|gentleman|man|woman|grandfather|grandmother|physician|surgeon|consultant|doctor|referring|referred|nurse|student|by))\b\.?\s?[,:\-]?\s+(?i:is\s+|called\s+|named\s+)?{_FULL}|"
    rf"\b(?i:named|is\s+called|patient\s+called|man\s+called|woman\s+called)\s+{_CAPITAL}|(?i:\bname:).*?{_FULL}|\b(?:{_FORENAMES})\s+(?:[A-Z]\.?\s+)?{_CAPITAL}|"
    rf"\b[A-Z]{{3,}},\s*(?i:{_FORENAMES})\b|\b(?:{_FORENAMES}),?\s+(?:[0-9]{{2}}\s*[MF]?\b(?!\s*(?:%|mm|cm))|[MF]\s*[0-9]{{2}}\b)|"
    rf"\b{_CAPITAL},\s*{_CAPITAL}\s*\(?\s*[MF]\b|(?:^|[.;:]\s*){_FULL}\s*[,(]\s*(?:(?:age\s*)?[0-9]{{2}}\b(?!\s*(?:%|mm|cm))|[MF]\b|male|female)|"
    rf"(?:^|[.;:]\s*)(?:[A-Z]\.\s*)+{_CAPITAL}\s*[,(]\s*[0-9]{{2}}\s*(?:[MFy]|$|,)|\b[A-Z]{{2,}},\s*[A-Z][A-Z\-]+\s+[MF]\s*[0-9]{{2}}\b|"
    rf"(?i:\b(?:uncle|aunt|mother|father|mum|mom|dad|brother|sister|wife|husband|son|daughter|friend)\s+(?:{_FORENAMES})\b)|"
    rf"(?:^|[.;:]\s*){_FULL}\s+(?:[0-9]{{2}}\s*(?:[MF]\b|y)|[MF]\s*[0-9]{{2}}\b)"
)
_SPACED = re.compile(r"(?<![\u4e00-\u9fff][\u4e00-\u9fff])(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff](?:[\s:：]|$))")


def names_somebody(plain: str) -> bool:
    """Whether a text (in one way of writing: NFKC) seems to name a person."""
    return any(pattern.search(plain) for pattern in (_LABELLED, _TITLED, _EN, _ZH)) or _ZH.search(_SPACED.sub("", plain)) is not None
