"""A workbook as the package that it is: a zip, looked through before any parser opens it.

Nothing that its directory says is believed: every part is inflated here once, counted and let go, so that a part
that swells further than it says, or hides another file, is found before it is parsed.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from .limits import Limits
from .refusal import Refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, .doc, and every encrypted workbook
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000  # the flags of a part: encrypted, strongly, with a masked directory
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", OLE, b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ")
_ARCHIVE_NAME = re.compile(r"\.(?:zip|xls[xmb]?|xlt[xm]?|doc[xm]?|ppt[xm]?|od[st]|jar|rar|7z|gz|tgz|bz2|xz|exe)")
_OUTSIDE = re.compile(r"/|\\|[a-z]:|.*(?:^|/)\.\.?(?:/|$)|.*[\\\x00-\x1f]", re.IGNORECASE)
_DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_MACROS = ("xl/macrosheets/", "xl/activex/", "xl/dialogsheets/")
_LINKS = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")
_HEADER = struct.Struct("<4s22xHH")  # of a part: its mark, and how long its name and its extra field are
_CHUNK = 65_536


def refuse_container(data: bytes) -> None:
    """What came before the zip of today."""
    if data.startswith(OLE):
        raise Refusal("encrypted" if _ENCRYPTED_PACKAGE in data else "old_excel")


def refuse_package(data: bytes, limits: Limits) -> None:
    parts = _directory(data)
    if len(parts) > limits.parts:
        raise Refusal("too_large")
    names = [part.filename.lower() for part in parts]
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Refusal("encrypted")
    _refuse_names(names)
    if any("vbaproject" in name or name.startswith(_MACROS) for name in names):
        raise Refusal("macros")
    if any(name.startswith(_LINKS) for name in names):
        raise Refusal("links")
    _refuse_size(parts, len(data), limits)
    if "[content_types].xml" not in names or "xl/workbook.bin" in names:
        raise Refusal("no_table")
    for part in parts:
        _look_through(data, part)


def _directory(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        return zipfile.ZipFile(io.BytesIO(data)).infolist()
    except Exception as damaged:  # a damaged directory is met with whatever zipfile stumbles over
        raise Refusal("no_table") from damaged


def _refuse_names(names: list[str]) -> None:
    """Nothing is unpacked into a folder; but a name that would leave it, or comes twice, was made to deceive: one
    program reads the first part of that name, another the last."""
    for name in names:
        if _OUTSIDE.match(name):
            raise Refusal("part_name", name=name[:100])
        if names.count(name) > 1:
            raise Refusal("part_twice", name=name[:100])
        if name.startswith("xl/embeddings/") or _ARCHIVE_NAME.fullmatch(name[name.rfind(".") :]):
            raise Refusal("embedded", name=name[:100])


def _refuse_size(parts: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > min(limits.unpacked, max(limits.bytes, limits.ratio * size)):
        raise Refusal("too_large")


def _look_through(data: bytes, part: zipfile.ZipInfo) -> None:
    size, before = 0, b""
    is_macro = False
    for chunk in _inflated(data, part):
        if not size and chunk.startswith(_ARCHIVES):
            raise Refusal("embedded", name=part.filename[:100])
        size += len(chunk)
        if size > part.file_size:
            raise Refusal("lying")
        seen = before + chunk
        if any(mark in seen for mark in _DOCTYPE):
            raise Refusal("doctype")
        is_macro = is_macro or (part.filename.lower() == "[content_types].xml" and b"macroEnabled" in seen)
        before = chunk[-20:]
    if size != part.file_size:
        raise Refusal("lying")
    if is_macro:
        raise Refusal("macros")


def packed_bytes(data: bytes, part: zipfile.ZipInfo) -> memoryview:
    """The part as it lies in the package."""
    start = part.header_offset
    try:
        mark, name, extra = _HEADER.unpack_from(data, start)
    except struct.error as cut:
        raise Refusal("no_table") from cut
    if mark != b"PK\x03\x04" or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("no_table")
    start += _HEADER.size + name + extra
    return memoryview(data)[start : start + part.compress_size]


def _inflated(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's own bytes in pieces of at most _CHUNK, whatever the directory says of their number."""
    packed = packed_bytes(data, part)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[place : place + _CHUNK]) for place in range(0, len(packed), _CHUNK))
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while piece := inflater.decompress(rest, _CHUNK):
            yield piece
            rest = inflater.unconsumed_tail
    except zlib.error as damaged:
        raise Refusal("no_table") from damaged
