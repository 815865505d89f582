"""Workbooks and CSV files as people upload them, and as they should not."""

import io
import zipfile

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows, sheets=None) -> bytes:
    """`sheets`: further sheets by their titles."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, more in (sheets or {}).items():
        other = book.create_sheet(title)
        for row in more:
            other.append(row)
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, *, replace=(), **added: bytes) -> bytes:
    """The workbook with parts added (the names' "__" is "/") and texts of its sheet replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == SHEET:
                for before, after in replace:
                    assert before in content
                    content = content.replace(before, after)
            new.writestr(name, content)
        for name, content in added.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()
