"""Files as people attach them, and as they should not: PDF, PNG, JPG, DOCX, XLSX made by hand."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators import evidence, files
from indicators.models import Evidence, StoredFile, Submission
from indicators.validation import expected_cells
from tests.indicators.pages import browser
from tests.indicators.sheets import SHEET, workbook

MARKED = 'This file is marked "MẬT". Classified content must not be entered here.'
LOCKED = "This file is protected by a password. Save it without one and upload it again."
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    )


def pdf(*lines: str, packed: bool = True, title: str = "", maps: bool = True, extra: bytes = b"") -> bytes:
    """A page as a word processor writes it: one font, its codes counted from 1, a ToUnicode map."""
    letters = {letter: place for place, letter in enumerate(dict.fromkeys("".join(lines)), 1)}
    shown = [b"<%s>" % "".join(f"{letters[letter]:04X}" for letter in line).encode() for line in lines]
    page = b"BT /F1 12 Tf " + b"".join(b"1 0 0 1 50 700 Tm %s Tj " % each for each in shown) + b"ET"
    codes = "".join(f"<{n:04X}> <{letter.encode('utf-16-be').hex()}>\n" for letter, n in letters.items())
    return b"%PDF-1.7\n" + b"\n".join(
        [
            _object(1, b"<</Type /Catalog /Pages 2 0 R>>"),
            _object(3, b"<</Type /Page /Contents 4 0 R /Resources <</Font <</F1 5 0 R>> >> >>"),
            _stream(4, page, packed),
            _object(5, b"<</Type /Font" + (b" /ToUnicode 6 0 R" if maps else b"") + b">>"),
            _stream(6, f"beginbfchar\n{codes}endbfchar".encode(), packed),
            _object(7, b"<</Title <FEFF%s>>>" % title.encode("utf-16-be").hex().encode()),
            extra,
            b"trailer <</Root 1 0 R>>\n%%EOF\n",
        ]
    )


def _object(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj" % (number, body)


def _stream(number: int, content: bytes, packed: bool) -> bytes:
    data = zlib.compress(content) if packed else content
    head = b"<</Length %d%s>>" % (len(data), b" /Filter /FlateDecode" if packed else b"")
    return _object(number, head + b"\nstream\n" + data + b"\nendstream")


def docx(*paragraphs: str, **parts: str) -> bytes:
    """`parts` are further XML parts of the document, header1="<w:hdr>…"; a paragraph may be XML itself."""
    body = "".join(p if p.startswith("<") else f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    content = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{_WORD}"/></Types>',
        "word/document.xml": f"<w:document {_NAMESPACE}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": text for name, text in parts.items()},
    }
    return package(content)


def package(content: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in content.items():
            made.writestr(name, text)
    return out.getvalue()


def xlsx(*rows: list, **sheets: list) -> bytes:
    return workbook(*(rows or (["Xã", "km"],)), sheets=sheets)


def with_sheet(xml: str) -> bytes:
    """A workbook whose one sheet is that."""
    whole = zipfile.ZipFile(io.BytesIO(xlsx()))
    return package({name: whole.read(name) for name in whole.namelist()} | {SHEET: xml})


SAMPLES = {
    "pdf": (pdf("Báo cáo số 5"), "application/pdf"),
    "png": (png(), "image/png"),
    "jpg": (JPG, "image/jpeg"),
    "xlsx": (xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (
        docx("Báo cáo số 5"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


# --- Attached to a report


def attach(
    submission: Submission, by, data: bytes | str = b"", name: str = "Biên bản.pdf", *, place: int = 0, **said
):
    """By the function that the page calls; a text is a link. Gives back the item."""
    cell = list(expected_cells(submission))[place]
    said = {"description": "", "by": by, **said}
    if isinstance(data, str):
        evidence.attach_link(submission, cell, data, **said)
    else:
        evidence.attach_file(submission, cell, files.accept(data or pdf("Biên bản"), name), **said)
    return Evidence.objects.order_by("-pk").first()


def page(submission: Submission) -> str:
    return reverse("submission_evidence", args=[submission.pk])


def upload(submission: Submission, by, data: bytes | None = None, name: str = "Biên bản.pdf", **posted):
    """Sends the form of a line as a browser does."""
    sent = {"action": "attach", "line": "HT.01", "key": "", "link": "", "description": "", **posted}
    if data is not None:
        sent["file"] = SimpleUploadedFile(name, data)
    return browser(by).post(page(submission), sent)


def download(item: Evidence, by):
    return browser(by).get(reverse("evidence_file", args=[item.submission_id, item.pk]))


def on_disk() -> list[str]:
    folder: Path = files.folder()
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def in_rows() -> list[str]:
    return sorted(StoredFile.objects.values_list("stored_as", flat=True))
