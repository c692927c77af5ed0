"""The sheets themselves: what stands on them, and that the same facts give the same bytes."""

import contextlib
import hashlib
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from inspection.refusals import Unacceptable
from notifications.papers.facts import Paper
from notifications.papers.papers import render
from notifications.papers.values import values_of
from tests.field.pictures import a_picture
from tests.papers.sheets import a_photo, a_question, a_record, a_summary, a_visit, needs_a_font

pytestmark = needs_a_font
ROOT = Path(__file__).parents[2]
MARKUP = '#set page(fill: red) *粗* _斜_ <b>甲</b> \\textbf{乙} $x^2$ @ref // 注 `码` #include "/etc/passwd"'


def _read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def _text(pdf: bytes) -> str:
    """All words of all pages, without the breaks of lines: a cell may break anywhere."""
    pages = "".join(page.extract_text() for page in _read(pdf).pages)
    return "".join(sign for sign in pages if not sign.isspace() and sign != "\u200b")


def _squeezed(words: str) -> str:
    return "".join(words.split())


def _fonts(pdf: bytes) -> set[str]:
    """The faces that the file has taken in."""
    objects = (_read(pdf).get_object(number) for number in range(1, len(_read(pdf).xref[0])))
    return {
        str(one["/FontName"]) for one in objects if isinstance(one, DictionaryObject) and "/FontName" in one
    }


@pytest.mark.parametrize("paper", [a_record(), a_summary()], ids=["record", "summary"])
def test_a_paper_made_twice_is_the_same_to_the_byte(paper: Paper) -> None:
    assert render(paper) == render(paper)


def test_another_process_makes_the_same_bytes() -> None:
    code = (
        "import hashlib; from notifications.papers.papers import render; from tests.papers.sheets import a_record;"
        "from tests.field.pictures import a_picture;"
        "print(hashlib.sha256(render(a_record(), {f'{1:064x}': a_picture()})).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    here = render(a_record(), {f"{1:064x}": a_picture()})
    assert other.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_the_record_holds_all_that_is_known() -> None:
    record = a_record(photos=2)
    text = _text(render(record))
    assert _squeezed("2026年11月26日（周四）10:00 至 2026年11月26日（周四）12:00") in text
    for words in (
        "博乐市示例餐饮店",
        "91652701MA00000000",
        "博乐市示例路1号",
        "示例联系人",
        "示例餐饮联合抽查",
    ):
        assert words in text
    for officer in record.visit.officers:
        assert officer.name in text
        assert text.count(officer.certificate_number) == 2, "among the team, and where it is signed"
    for photo in record.photos:
        assert photo.receipt in text
        assert photo.sha256 in text
    for words in (
        "有权申请回避",
        "出示执法证件",
        "当事人签名",
        "见证人",
        "当事人拒签",
        "10:00，20米",
        "距登记地址20米",
    ):
        assert words in text
    assert "现场查看，有一处标签不清" in text
    assert "发现问题，待后续调查处理" in text
    assert "住建局" in text


def test_the_answer_about_the_right_to_recusal_stands_beside_what_was_told() -> None:
    assert "检查表记录：第1题“已出示执法证件并说明来意、已送达检查通知书、已告知回避权”——是" in _text(
        render(a_record())
    )


def test_the_summary_holds_every_finding_and_every_no() -> None:
    text = _text(render(a_summary()))
    for words in (
        "联合检查汇总表", "发起：市场监管局；配合：消防救援支队", "未发现问题", "实地检查、检验检测", "抄告相关部门",
        "共答5题，其中“否”1题", "1张", "0123456789abcdef" * 4, "2026年12月24日", "检查员1", "疏散通道堆放杂物",
    ):  # fmt: skip
        assert words in text


def test_a_due_date_that_may_move_says_so() -> None:
    assert "暂定" in _text(render(replace(a_summary(), is_due_provisional=True)))
    assert "暂定" not in _text(render(a_summary()))


@pytest.mark.parametrize("make", [a_record, a_summary])
def test_a_draft_is_marked_on_every_page(make: object) -> None:
    assert callable(make)
    draft, final = render(make(is_draft=True)), render(make())
    assert all("草稿：检查结果尚未提交" in page.extract_text() for page in _read(draft).pages)
    assert "草" not in _text(final)


def test_every_page_is_a4_with_its_number_and_lines_to_sign() -> None:
    pages = _read(render(a_record(questions=25))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
        text = _squeezed(page.extract_text())
        assert f"第{number}页共{len(pages)}页" in text
        assert "当事人签名：" in text
        assert "检查人员签名：" in text


def test_the_pdf_is_for_the_archive_and_says_what_it_is() -> None:
    pdf = render(a_record())
    read = _read(pdf)
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == ("现场检查笔录", "市场监管局")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert read.metadata.creation_date == a_record().as_of


def test_rare_signs_are_really_there() -> None:
    name = "博乐市𬭛㛃䶮靕餐饮店①②℃№"
    assert name in _text(render(a_record(a_visit(object=name))))


def test_a_sign_that_no_font_has_stops_the_paper() -> None:
    with pytest.raises(Unacceptable) as refused:
        render(a_record(note="见〔\U000e0fff\uf8ff〕"))
    assert "〔\uf8ff〕U+F8FF" in refused.value.facts["signs"]  # type: ignore[operator]


def test_what_people_wrote_is_never_read_as_markup() -> None:
    pdf = render(a_record(a_visit(object=MARKUP), note=MARKUP))
    assert _text(pdf).count(_squeezed(MARKUP)) == 2
    plain = render(a_record(a_visit(object="甲" * len(MARKUP)), note="甲" * len(MARKUP)))
    assert len(_read(pdf).pages) == len(_read(plain).pages)


def test_words_of_several_lines_and_odd_signs_stay_words() -> None:
    note = "第一行\r\n第二行\x07\u2028第三行\u202e倒\u00a0空\u2003格\u200b完"
    text = _text(render(a_record(note=note)))
    assert "第一行第二行第三行倒空格完" in text


def test_a_long_number_breaks_inside_its_cell() -> None:
    assert _text(render(a_record(note="W" * 300))).count("W") == 300


def test_a_note_longer_than_a_page_goes_on_on_the_next() -> None:
    pdf = render(a_record(note="很长的记录" * 900))
    assert _text(pdf).count("很") == 900
    assert len(_read(pdf).pages) >= 5


def test_thirty_photos_lie_three_in_a_row() -> None:
    record = a_record(photos=30)
    pictures = {
        photo.sha256: a_picture(size=(120, 90 + number)) for number, photo in enumerate(record.photos)
    }
    pages = _read(render(record, pictures)).pages
    shown = [len(page.images) for page in pages]
    assert sum(shown) == 30
    assert max(shown) in (9, 12)
    assert len(pages) <= 7


def test_a_photo_whose_bytes_are_not_given_keeps_its_place() -> None:
    assert "（未附图，见原件）" in _text(render(a_record(photos=1)))


def test_a_full_visit_fits_seven_pages() -> None:
    """25 questions, 30 photos, 12 officers of four departments, and a name of fifty signs."""
    name = "新疆维吾尔自治区博尔塔拉蒙古自治州博乐市示例餐饮管理服务有限责任公司第二分公司（原博乐市示例食品商行）"
    visit = a_visit(object=name, officers=12, departments=("market", "culture", "fire", "health"))
    record = a_record(visit, questions=25, photos=30)
    pdf = render(record, {photo.sha256: a_picture(size=(120, 90)) for photo in record.photos})
    assert len(_read(pdf).pages) <= 7
    text = _text(pdf)
    assert name in text
    assert all(officer.certificate_number in text for officer in visit.officers)


def test_nothing_known_beyond_the_start_still_makes_a_record() -> None:
    visit = replace(a_visit(officers=0), ended_at=None, credit_code="", address="", contact="", findings=())
    assert "现场检查笔录" in _text(render(a_record(visit, photos=0)))


def test_the_face_is_a_chinese_one_and_nothing_else_is_taken() -> None:
    assert all("CJK" in name or "Song" in name or "Sim" in name for name in _fonts(render(a_record())))


def test_two_photos_whose_receipts_are_alike_are_not_mistaken_for_each_other() -> None:
    one, other = a_photo(1), replace(a_photo(2), receipt=a_photo(1).receipt)
    record = replace(a_record(), photos=(one, other))
    pictures = {one.sha256: a_picture(colour="red"), other.sha256: a_picture(colour="blue")}
    images = [image.image for page in _read(render(record, pictures)).pages for image in page.images]
    colours = [image.convert("RGB").resize((1, 1)).tobytes() for image in images if image is not None]
    assert [colour.index(max(colour)) for colour in colours] == [0, 2]


def test_an_unanswered_question_says_so() -> None:
    record = a_record()
    asked = replace(record, parts=(replace(record.parts[0], questions=(a_question(1, answer=""),)),))
    assert "未答" in _text(render(asked))


@given(st.text(max_size=20))
@settings(max_examples=12, deadline=None)
def test_whatever_people_write_is_set_or_refused_by_name(words: str) -> None:
    """The typesetter, which for the archive refuses a missing sign in its own words, never gets to see one."""
    pdf = b""
    with contextlib.suppress(Unacceptable):
        pdf = render(a_record(note=f"甲{words}"))
    assert not pdf or "\x00" not in _text(pdf)


def test_format_signs_that_are_drawn_need_a_font_as_well() -> None:
    with pytest.raises(Unacceptable) as refused:
        render(a_record(note="见\U00013430甲"))
    assert refused.value.facts["signs"] == ["〔\U00013430〕U+13430"]


@needs_a_font
def test_a_long_answer_stands_where_there_is_room_for_words() -> None:
    record = a_record()
    asked = a_question(1, answer="门封老化，压缩机常年运转，已通知维修", note="附照片")
    values = values_of(replace(record, parts=(replace(record.parts[0], questions=(asked,)),)), ())
    (part,) = values["parts"]
    (line,) = part["questions"]
    assert (line["answer"], line["note"]) == ("见右", "门封老化，压缩机常年运转，已通知维修\n附照片")
