"""What may name a patient is recognised; clinical text is not mistaken for it. Every person here is invented."""

from __future__ import annotations

import pytest

from flows.dialog.events import Typed
from flows.dialog.identifiers import Identifier, looks_like_identifier
from tests.dialog.trainee import Trainee

IDENTIFIERS = {
    Identifier.RESIDENT_ID: [
        "11010519491231002X",
        "110105194912310021",
        "110105 19491231 002x",
        "身份证号：110105-1949-1231-0021",
        "１１０１０５１９４９１２３１００２１",
        "110105491231002",
        "患者110105194912310021，Ki-67 15%",
        "1101051949\u200b12310021",
    ],
    Identifier.PHONE: [
        "13800138000",
        "+86 138 0013 8000",
        "+8613800138000",
        "0086-138-0013-8000",
        "138-0013-8000",
        "电话 62345678",
        "手机号：138 0013 8000",
        "010-62345678",
        "tel 555 123 456",
        "phone: 020 7946 0958",
        "call +44 20 7946 0958",
        "家属微信13912345678",
    ],
    Identifier.EMAIL: ["zhang.san@example.com", "mail me: a_b@mail.example.cn", "zhangsan＠example.com", "wang (at) example.org"],
    Identifier.BIRTH_DATE: [
        "1965-03-12",
        "1965年3月12日",
        "1965.03.12",
        "12/03/1965",
        "出生日期 1965-3-12",
        "出生于1965年",
        "生日：65年3月",
        "DOB: 12 March 1965",
        "date of birth 03/12/65",
        "born 1965",
        "12 March 1965",
        "March 12, 1965",
        "patient, 1965-03-12, CT done",
    ],
    Identifier.HOSPITAL_NUMBER: [
        "住院号 123456",
        "张三，住院号：0012345",
        "病案号A123456",
        "病历号12345",
        "门诊号 2023001",
        "检查号CT20231234",
        "病理号：2023-12345",
        "就诊卡号 998877",
        "MRN 123456",
        "mrn: A-10023",
        "hospital number 445566",
        "Patient ID: 123456",
        "medical record no. 98765",
        "NHS number 943 476 5919",
    ],
    Identifier.NAME: [
        "姓名：张三",
        "患者叫李四",
        "病人名王五",
        "张三，男，56岁",
        "患者王小明 女 45岁",
        "patient name: John Smith",
        "patient's name is Jane Doe",
        "name: Wang Wei",
        "a man named Smith",
        "Mr Smith, 56",
        "Mrs. Jones has flushing",
        "mr. li",
    ],
}

CLINICAL = (
    *("Ki-67 15%", "Ki-67 15-20%", "ki67 约3%", "Ki-67指数（热点区）约20%", "核分裂 3/2mm²", "3/10HPF", "2 mm2", "12 per 2 mm2", "核分裂象2个/10HPF，Ki-67 5%"),
    *("5.1 x 4.2 cm", "5.1×4.2×3.8 cm", "51*42*38 mm", "大小约 62mm x 48mm", "最大径 6.2cm，另见 1.2、0.8、0.5 cm 子灶", "3, 2.5, 1.8, 1.5, 1.2 cm"),
    *("CgA 1234 ng/mL", "CgA 1380.5 ng/mL (0-95)", "CgA 300 ng/mL, upper limit 100", "NSE 16.3 ng/ml，CA19-9 27 U/mL，AFP 3.2 ng/mL，CEA 1.8", "胃泌素 1000 pg/ml"),
    *("68Ga-DOTATATE PET-CT", "18F-FDG PET-CT negative", "111In-octreotide positive", "99mTc-HYNIC-TOC", "R3.3.1-12", "5-HIAA 24 h 45 mg", "CK7-, CK19+, TTF-1(-)"),
    *("CgA(+), Syn(+), CD56(+), Ki-67(+, 10%)", "SUVmax 13.8", "G2", "NET G2", "T1低信号，T2稍高信号，DWI高信号", "CT平扫低密度", "门静脉右支受压"),
    *("MR imaging: T2 high", "MR shows low T1", "MRI enhanced", "MR of the liver", "mr enhanced", "name of the drug unknown", "brand names", "the patient has no symptoms"),
    *("2023-05-12 CT", "CT 2023-05-12: single lesion", "手术日期 2021年3月5日", "2021年3月5日行右肝切除", "复查 2022.10.08", "pathology of 12 March 2021", "术后2年复发"),
    *("患者男，56岁", "女，45岁，潮热", "56 y", "56岁", "age 56", "男性，体检发现肝占位", "高血压，男性", "黄疸 女", "患者高龄，男", "白细胞减少", "13个月", "随访13年"),
    *("TACE 失败, SSA 有效", "奥曲肽 LAR", "手术切除后13年复发", "tace 3 times", "电话随访未见复发", "mobile mass", "肝门部", "10010", "100000", "0.05", "12 34 56"),
    *("diabetes, hypertension", "miss the diagnosis", "born out by pathology", "case 3", "12/16 nodes", "1/2/3", "pT2N0M0", "PAX6/8 阴性", "右叶 62*50 mm 2021-05"),
)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in IDENTIFIERS.items() for text in texts])
def test_what_may_name_a_patient_is_recognised(kind: Identifier, text: str) -> None:
    assert looks_like_identifier(text) is kind


@pytest.mark.parametrize("text", CLINICAL)
def test_clinical_text_is_no_identifier(text: str) -> None:
    assert looks_like_identifier(text) is None


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_a_message_with_an_identifier_is_refused_whole_and_says_why(kind: Identifier) -> None:
    trainee = Trainee("zh").begins("grade").says("needle", "nen")
    before = trainee.session
    for text in IDENTIFIERS[kind]:
        trainee.does(Typed(f"{text} Ki-67 15%"))
        assert [note.params["kind"] for note in trainee.notes("identifier")] == [kind.value]
        assert trainee.session == before


def test_an_edited_message_with_an_identifier_is_refused_too() -> None:
    trainee = Trainee().begins("dx").says("52").does(Typed("53, 13800138000", "age_years"))
    assert trainee.notes("identifier")
    assert trainee.number("age_years") == "52"
