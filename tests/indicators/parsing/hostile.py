"""Files that were made to harm, each a few kilobytes; and the zip underneath, written byte by byte where no library
would write it."""

import io
import random
import struct
import zipfile
import zlib

from indicators.spreadsheet import write_xlsx
from tests.indicators.sheets import SHEET, repacked, workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_of(inside: str, *, head: str = "", book: bytes = b"") -> bytes:
    """A workbook whose only sheet holds this XML as its data."""
    text = f'<?xml version="1.0"?>{head}<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'
    return with_part(book or workbook(["a"]), SHEET, text.encode())


def cells(*values: str, kind: str = "n") -> str:
    """One row with these raw values."""
    return "<row>" + "".join(f'<c t="{kind}"><v>{value}</v></c>' for value in values) + "</row>"


def shared(*texts: str) -> bytes:
    """A workbook that keeps its texts in a list of their own, as Excel does."""
    return write_xlsx(list(texts), [])


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part exchanged or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return out.getvalue()


def padded(data: bytes, size: int = 500_000) -> bytes:
    """With a picture that cannot be packed, so that how far the rest swells is not what stands out."""
    return with_part(data, "xl/media/photo.jpg", random.Random(1).randbytes(size))


def twice(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with a second part of that name, which the first would hide or be hidden by."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.NameToInfo.clear()
        archive.writestr(name, content)
    return out.getvalue()


def lying(data: bytes, name: str, *, size: int) -> bytes:
    """The size that the directory and the part's own header state, and nothing else, exchanged."""
    patched = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
        struct.pack_into("<I", patched, info.header_offset + 22, size)
        place = archive.start_dir
    while patched[place : place + 4] == b"PK\x01\x02":
        length, extra, comment = struct.unpack_from("<HHH", patched, place + 28)
        if patched[place + 46 : place + 46 + length] == name.encode():
            struct.pack_into("<I", patched, place + 24, size)
        place += 46 + length + extra + comment
    return bytes(patched)


def zip64_lying(data: bytes, name: str) -> bytes:
    """The directory leaves the size to a field of zip64 that is not there."""
    return lying(data, name, size=0xFFFFFFFF)


def flagged(data: bytes, bit: int) -> bytes:
    """Every part bears the flag, in the directory and in its own header."""
    patched = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            patched[info.header_offset + 6] |= bit
        place = archive.start_dir
    while patched[place : place + 4] == b"PK\x01\x02":
        patched[place + 8] |= bit
        place += 46 + sum(struct.unpack_from("<HHH", patched, place + 28))
    return bytes(patched)


def overlapping() -> bytes:
    """Many names for one packed part: each swells as far as the next."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b" " * 4_000_000) + packed.flush()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/media/a.png", b" " * 4_000_000)
        first = archive.getinfo("xl/media/a.png")
        for number in range(500):
            other = zipfile.ZipInfo(f"xl/media/{number}.png")
            other.header_offset, other.compress_type = first.header_offset, first.compress_type
            other.CRC, other.compress_size, other.file_size = first.CRC, len(body), first.file_size
            archive.filelist.append(other)
            archive.NameToInfo[other.filename] = other
            archive._didModify = True
    return out.getvalue()


# --- XML


LAUGHS = (
    "<!DOCTYPE x ["
    + '<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY q "{"q" * 100_000}">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/evil.dtd">'
TEXT = '<row><c t="inlineStr"><is><t>%s</t></is></c></row>'


def laughing() -> bytes:
    return sheet_of(TEXT % "&l9;", head=LAUGHS)


def blowing_up() -> bytes:
    return sheet_of(TEXT % ("&q;" * 1_000), head=QUADRATIC)


def deep(levels: int = 2_000_000) -> bytes:
    return padded(sheet_of("<a>" * levels + "</a>" * levels))


def many_references(count: int = 10_000, length: int = 30_000) -> bytes:
    """One long text that as many cells share."""
    book = shared("x" * length)
    return sheet_of('<row><c t="s"><v>0</v></c></row>' * count, book=book)


def many_cells(rows: int, columns: int) -> bytes:
    row = "<row>" + "<c><v>1</v></c>" * columns + "</row>"
    return padded(sheet_of(row * rows))


def slow() -> bytes:
    """As much to read as its size allows, and none of it a cell."""
    return padded(sheet_of("<row><c/></row>" * 3_000_000))


def fat() -> bytes:
    """Shared texts that fill the memory before a cell is read."""
    texts = "<si/>" * 9_000_000
    book = with_part(shared("a"), "xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>'.encode())
    return padded(sheet_of(cells("0", kind="s"), book=book))


def bomb() -> bytes:
    return repacked(workbook(["a"]), xl__media__a_dot_png=bytes(45_000_000))


HOSTILE = {
    "laughs": laughing,
    "quadratic": blowing_up,
    "bomb": bomb,
    "deep": deep,
    "references": many_references,
    "cells": lambda: many_cells(20_000, 90),
    "slow": slow,
    "fat": fat,
    "overlapping": overlapping,
}
