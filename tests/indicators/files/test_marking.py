"""What is marked as a state secret is refused by its name and by its text, and words of every day are not."""

import pytest

from indicators import files
from indicators.files import marking, pdf
from indicators.refusals import Refused
from tests.indicators import papers
from tests.indicators.papers import MARKED

pytestmark = pytest.mark.usefixtures("english")
STAMPS = ["MẬT", "TỐI MẬT", "TUYỆT MẬT", " [MẬT] ", "M Ậ T", "MA\u0323\u0302T", "Độ mật: Tối mật", "ĐỘ MẬT: MẬT"]
EVERY_DAY = ["BẢO MẬT", "MẬT ĐỘ", "MẬT KHẨU", "Mật", "mật ong", "Độ mật", "TỐI", "Mức MẬT là gì", "MẤT", ""]


def refusal(data: bytes = b"", name: str = "a.pdf") -> str | None:
    try:
        files.accept(data or papers.pdf("a"), name)
    except Refused as refused:
        return refused.sentence
    return None


@pytest.mark.parametrize("text", STAMPS)
def test_a_stamp_stands_alone(text):
    assert marking.is_marked_text(text)


@pytest.mark.parametrize("text", EVERY_DAY)
def test_a_word_within_a_text_is_no_stamp(text):
    assert not marking.is_marked_text(text)


def test_a_line_that_goes_on_from_the_one_above_is_no_stamp():
    assert not marking.is_marked_text("MẬT", before="KẾ HOẠCH BẢO")
    assert not marking.is_marked_text("MẬT", after="ĐỘ DÂN SỐ")
    assert marking.is_marked_text("MẬT", before="ỦY BAN NHÂN DÂN", after="CỘNG HÒA")
    assert marking.is_marked_text("TỐI MẬT", before="BẢO")


@pytest.mark.parametrize(
    "name",
    [
        "MẬT.pdf",
        "Báo cáo MẬT.pdf",
        "BÁO CÁO MẬT.pdf",
        "[Mật] Báo cáo.pdf",
        "Bao_cao_mật.pdf",
        "Mật - Báo cáo.pdf",
        "tài liệu tối mật.pdf",
        "TUYỆT MẬT.pdf",
        "BÁO CÁO MA\u0323\u0302T.pdf",
    ],
)
def test_a_name_that_bears_the_marking_is_refused(name):
    assert refusal(name=name) == MARKED


@pytest.mark.parametrize(
    "name",
    ["KẾ HOẠCH BẢO MẬT.pdf", "Bảo_mật.pdf", "MẬT ĐỘ DÂN SỐ.pdf", "Mật độ.pdf", "mật khẩu - bí mật.pdf", "MẤT.pdf"],
)
def test_a_name_with_a_word_of_every_day_is_taken(name):
    assert refusal(name=name) is None


# --- Word and Excel

STAMPED = "<w:p><w:r><w:t>M</w:t></w:r><w:r><w:t>ẬT</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    "data",
    [
        papers.docx("Báo cáo", "MẬT"),
        papers.docx(STAMPED),
        papers.docx(f"<w:p><w:r><w:t>Số 5</w:t><w:txbxContent>{STAMPED}</w:txbxContent></w:r></w:p>"),
        papers.docx("<w:p><w:r><w:t>M&#7852;T</w:t></w:r></w:p>"),
        papers.docx("a", header1=f"<w:hdr xmlns:w='w'>{STAMPED}</w:hdr>"),
        papers.docx("a", header1="<x xmlns:v='v'><v:textpath string='TUYỆT MẬT'/></x>"),
        papers.docx("a", header1="<x><p>MẬT</p></x>".encode("utf-16")),
        papers.xlsx(["a", "MẬT"]),
        papers.xlsx(["a"], TỜ_2=[["TỐI MẬT"]]),
        papers.xlsx(["a"], MẬT=[["b"]]),
    ],
)
def test_a_document_that_bears_the_marking_is_refused(data):
    assert refusal(data, "a") == MARKED


def test_the_margins_of_a_sheet_are_read_without_their_codes():
    header = '&amp;L&amp;"Arial,Bold"Sở&amp;C&amp;14MẬT'
    marked = f"<worksheet><headerFooter><oddHeader>{header}</oddHeader></headerFooter></worksheet>"
    data = papers.with_sheet(marked)
    assert refusal(data, "a") == MARKED
    assert refusal(papers.with_sheet(marked.replace("14MẬT", "14BẢO MẬT")), "a") is None


def test_a_document_about_secrets_is_taken():
    assert refusal(papers.docx("Kế hoạch BẢO MẬT", "Tài liệu mật không đưa lên đây."), "a") is None
    assert refusal(papers.xlsx(["MẬT ĐỘ DÂN SỐ", "Mật độ"]), "a") is None


# --- PDF, as far as it can be seen


@pytest.mark.parametrize("packed", [True, False])
def test_the_text_of_a_pdf_is_read_packed_or_not(packed):
    assert refusal(papers.pdf("ỦY BAN NHÂN DÂN", "MẬT", "Báo cáo", packed=packed)) == MARKED
    assert refusal(papers.pdf("ỦY BAN NHÂN DÂN", "KẾ HOẠCH BẢO", "MẬT", packed=packed)) is None


def test_letters_that_are_set_one_by_one_are_put_together():
    assert refusal(papers.pdf("Số 5", "M", "Ậ", "T")) == MARKED


def test_the_title_of_a_pdf_is_read_too():
    assert refusal(papers.pdf("Báo cáo", title="TỐI MẬT")) == MARKED
    assert refusal(papers.pdf("Báo cáo", title="Bảo mật")) is None


def test_the_letters_of_one_font_say_nothing_about_another():
    """Codes count from 1 in every font: read by the map of the other, "Quý" would be "MẬT"."""
    other = papers.pdf("MẬT ĐỘ DÂN SỐ", packed=False).replace(b"/F1", b"/F9")
    for number in (b"3", b"4", b"5", b"6"):
        other = other.replace(number + b" 0 ", b"1" + number + b" 0 ")
    data = papers.pdf("Quý", maps=False, packed=False) + other
    assert refusal(data) is None
    assert refusal(data.replace(b"/F1 5 0 R", b"/F1 15 0 R")) == MARKED  # the control


def test_objects_may_be_packed_together():
    data = papers.pdf("MẬT", packed=False)
    font = b"<</Type /Font /ToUnicode 6 0 R>>"
    packed = b"5 0 " + font
    assert b"5 0 obj\n" + font in data
    stream = b"9 0 obj\n<</Type /ObjStm /N 1 /First 4>>\nstream\n" + packed + b"\nendstream\nendobj"
    assert refusal(data.replace(b"5 0 obj\n" + font + b"\nendobj", stream)) == MARKED


def test_ranges_of_codes_are_read_in_both_ways():
    data = papers.pdf("MẬT", packed=False)
    begin, end = data.index(b"beginbfchar"), data.index(b"endbfchar") + len(b"endbfchar")
    for ranges in (
        b"<0001> <0003> [<004D> <1EAC> <0054>]",
        b"<0001><0001><004D> <0002><0002><1EAC> <0003><0003><0054>",
    ):
        written = data[:begin] + b"beginbfrange " + ranges + b" endbfrange" + data[end:]
        assert refusal(written) == MARKED


def test_what_cannot_be_seen_is_taken():
    """A font without a map, as a scan, says nothing: docs/decisions.md says so to whoever relies on it."""
    assert refusal(papers.pdf("MẬT", maps=False)) is None


def test_no_more_is_unpacked_than_the_limit(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_INFLATED", 10_000)
    swollen = papers.pdf("x" * 1_000_000, "MẬT")
    assert len(swollen) < 10_000
    assert sum(len(each.content) for each in pdf._objects(swollen)) == 10_000


@pytest.mark.parametrize(
    "content",
    [b"<>" * 10_000, b"beginbfchar <> <0041> endbfchar", b"beginbfrange <0000> <ffffffff> <0041> endbfrange"],
)
def test_a_map_of_nonsense_is_read_and_says_nothing(content):
    data = papers.pdf("MẬT", packed=False)
    begin, end = data.index(b"beginbfchar"), data.index(b"endbfchar") + len(b"endbfchar")
    assert refusal(data[:begin] + content + b"beginbf" + data[end:]) is None
