"""Which files are taken: by what they hold, whatever they are called."""

import zipfile

import pytest

from indicators import files
from indicators.files import office
from indicators.refusals import Refused
from tests.indicators import papers
from tests.indicators.papers import LOCKED, SAMPLES
from tests.indicators.sheets import repacked

pytestmark = pytest.mark.usefixtures("english")
NONE_OF_THEM = "Only PDF, PNG, JPG, XLSX and DOCX files are taken; by its content “%s” is none of them."
DAMAGED = "The file is damaged: it cannot be opened."
MACROS = "This file holds macros. Save it as .docx or .xlsx, without macros."
TOO_LARGE = "The file is too large once unpacked. Make it smaller, or attach it as PDF."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(data: bytes, name: str = "a.pdf") -> str:
    with pytest.raises(Refused) as refused:
        files.accept(data, name)
    return refused.value.sentence


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_kind_is_known_by_its_content_and_keeps_its_bytes(kind):
    data, content_type = SAMPLES[kind]
    upload = files.accept(data, f"Biên bản.{kind}")
    assert (upload.name, upload.kind.content_type, upload.data) == (f"Biên bản.{kind}", content_type, data)


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"GIF89a",
        b"  %PDF-1.7",
        b"\x89PNG\r\n\x1a\n<html>",
        b"\xff\xd8<html>",
        papers.package({"a.txt": "x"}),
        papers.package({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}),
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(data):
    for name in ("a.pdf", "a.docx"):
        assert refusal(data, name) == NONE_OF_THEM % name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\fakepath\\Biên bản.pdf", "Biên bản.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("/a/b/c.PDF", "c.PDF"),
        ("setup.hta", "setup.hta.pdf"),
        ("ảnh.jpg", "ảnh.jpg.pdf"),
        ("tên không đuôi", "tên không đuôi.pdf"),
        ("Bie\u0302n ba\u0309n.pdf", "Biên bản.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\x00\r\nb.pdf", "ab.pdf"),
        (".pdf", "pdf.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
    ],
)
def test_the_name_is_text_without_a_path_and_ends_as_the_content_does(name, kept):
    assert files.accept(papers.pdf("a"), name).name == kept


@pytest.mark.parametrize("name", ["x" * 300 + ".pdf", "x" * 300, "x." + "y" * 300])
def test_a_long_name_is_cut_and_keeps_its_ending(name):
    kept = files.accept(papers.pdf("a"), name).name
    assert len(kept) == 200
    assert kept.endswith(".pdf")


def test_a_file_that_is_too_large_or_empty_is_refused(settings):
    data = papers.pdf("a")
    settings.EVIDENCE_MAX_BYTES = 1_000_000
    assert refusal(data + b" " * (1_000_001 - len(data))) == "The file is larger than 1 MB."
    assert len(files.accept(data + b" " * (1_000_000 - len(data)), "a.pdf").data) == 1_000_000
    assert refusal(b"") == "The file is empty."


# --- Documents of Office


@pytest.mark.parametrize(
    "data",
    [
        repacked(papers.xlsx(), xl__vbaProject_dot_bin=b"x"),
        repacked(papers.xlsx(), xl__macrosheets__sheet1_dot_xml=b"<x/>"),
        papers.package({"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml"}),
    ],
)
def test_macros_are_refused(data):
    assert refusal(data) == MACROS


def test_old_formats_and_passwords_are_told_apart():
    old = "This file is in an old Office format. Save it as .docx or .xlsx and attach it again."
    assert refusal(OLE + b"WordDocument") == old
    assert refusal(OLE + "EncryptedPackage".encode("utf-16-le")) == LOCKED
    assert refusal(papers.pdf("a", extra=b"8 0 obj <</Encrypt 9 0 R>> endobj")) == LOCKED


def test_a_locked_part_is_refused_like_a_locked_file():
    data = bytearray(papers.docx("a"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(bytes(data)) == LOCKED


@pytest.mark.parametrize(
    "data",
    [
        papers.docx("a")[:-30],
        papers.docx("a")[:100],
        papers.docx("<w:p><w:t>Ậ</w:t>"),
        papers.docx("Ậ").replace(b"word/document.xml", b"word/documenT.xml", 1),
    ],
    ids=["without its end", "its beginning alone", "text that is no XML", "a part of another name"],
)
def test_a_damaged_document_is_refused(data):
    assert refusal(data) == DAMAGED


def test_declared_entities_are_refused_before_they_swell():
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>Ậ&b;</x>"
    assert refusal(papers.docx("a", header1=bomb)) == DAMAGED


@pytest.mark.parametrize(("limit", "most"), [("MAX_PARTS", 1), ("MAX_TEXT", 100), ("MAX_UNPACKED", 100)])
def test_a_document_that_swells_is_refused_before_anything_is_unpacked(monkeypatch, limit, most):
    data = papers.docx("a")
    monkeypatch.setattr(office, limit, most)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_a, **_k: pytest.fail("unpacked"))
    assert refusal(data) == TOO_LARGE


def test_no_more_is_looked_through_than_the_limit(monkeypatch):
    data = papers.docx("Ậ" * 100, header1="<x>Ậ</x>")
    monkeypatch.setattr(office, "MAX_LOOKED_THROUGH", 300)
    assert refusal(data) == TOO_LARGE
    assert files.accept(papers.docx("a" * 1_000), "a").name == "a.docx"  # holds no letter of a stamp


def test_paragraphs_within_paragraphs_have_an_end():
    deep = "<p>" * 300 + "Ậ" + "</p>" * 300
    assert refusal(papers.docx(deep)) == DAMAGED


def test_a_document_that_lies_about_its_size_is_never_unpacked_beyond_it():
    data = papers.docx("x" * 5_000_000)
    at = data.index(b"word/document.xml", data.index(b"PK\x01\x02"))
    lying = data[: at - 22] + (1_000).to_bytes(4, "little") + data[at - 18 :]
    assert refusal(lying) == DAMAGED
