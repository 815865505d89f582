"""What a Word document or an Excel workbook says, read from its package within limits and without opening it.

The zip's directory is looked at before anything is unpacked; only XML parts are read, and of those only the ones
that can hold the letter Ậ. Paragraphs, cells, comments, headers, watermarks and names of sheets come out as texts.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from django.utils.translation import gettext as _

from ..refusals import Refused

MAX_PARTS = 2_000  # files inside a document; an ordinary one has ten to a hundred
MAX_TEXT = 20_000_000  # bytes of XML, unpacked
MAX_LOOKED_THROUGH = 8_000_000  # bytes of those parts that hold the letter Ậ
MAX_DEPTH = 200  # paragraphs within text boxes within paragraphs
LONGEST_STAMP = 100  # letters; a longer text is a sentence
MAX_UNPACKED = 200_000_000  # pictures included, which are never unpacked here
CONTENT_TYPES = "[Content_Types].xml"

_LETTERS = tuple(each.encode() for each in ("Ậ", "ậ", "\u0302", "\u0323", "&#"))  # whole, in pieces, or by number
_FORMS_OF_A = frozenset("Ậậ\u0302\u0323")
_MARGINS = {f"{page}{place}" for page in ("odd", "even", "first") for place in ("Header", "Footer")}
_BLOCKS = {"p", "si", "is", "text", "v", "title", "subject", "description", *_MARGINS}  # read as one text each
_HOW = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[ABD-KM-QS-Z])')  # fonts and sizes in the margins of a sheet
_PLACE = re.compile("&[LCR]")  # left, centre, right
_SHOWN_ATTRIBUTES = {"textpath": "string", "sheet": "name"}  # a watermark, and the tab of a sheet


class Package:
    """Raises Refused where the zip is damaged, locked or swells beyond measure."""

    def __init__(self, data: bytes) -> None:
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as broken:
            raise Refused(damaged()) from broken
        self.parts = self.zip.infolist()
        if any(part.flag_bits & 1 for part in self.parts):
            raise Refused(locked())
        xml = sum(part.file_size for part in self.parts if _is_xml(part))
        whole = sum(part.file_size for part in self.parts)
        if len(self.parts) > MAX_PARTS or xml > MAX_TEXT or whole > MAX_UNPACKED:
            raise Refused(_too_large())

    @property
    def has_macros(self) -> bool:
        names = [part.filename.lower() for part in self.parts]
        return any("vbaproject" in name or "/macrosheets/" in name for name in names)

    @property
    def content_types(self) -> str:
        part = next((part for part in self.parts if part.filename == CONTENT_TYPES), None)
        return self._read(part).decode("utf-8", "replace") if part else ""

    def texts(self) -> Iterator[str]:
        """Those that are short enough for a stamp and hold its letter. Raises Refused."""
        room = MAX_LOOKED_THROUGH
        for part in filter(_is_xml, self.parts):
            xml = self._read(part)
            if any(letter in xml for letter in _LETTERS) or b"\x00" in xml[:100]:  # the last: UTF-16
                if (room := room - len(xml)) < 0:
                    raise Refused(_too_large())
                yield from _Texts().of(xml)

    def _read(self, part: zipfile.ZipInfo) -> bytes:
        """Never more than the directory declares, which has been found bearable."""
        try:
            with self.zip.open(part) as opened:
                return opened.read(part.file_size)
        except Exception as broken:  # zlib, a wrong checksum, an unknown way of packing: whatever it stumbles over
            raise Refused(damaged()) from broken


def _too_large() -> str:
    return _("The file is too large once unpacked. Make it smaller, or attach it as PDF.")


def damaged() -> str:
    return _("The file is damaged: it cannot be opened.")


def locked() -> str:
    return _("This file is protected by a password. Save it without one and upload it again.")


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels", ".vml"))


class _Texts:
    """One part, element by element; a declaration of entities is refused before it can swell."""

    def __init__(self) -> None:
        self.open: list[list[str]] = []
        self.found: set[str] = set()

    def of(self, xml: bytes) -> set[str]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as broken:
            raise Refused(damaged()) from broken
        return self.found

    def _doctype(self, *_declared: object) -> None:
        raise Refused(damaged())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in _BLOCKS:
            self.open.append([])
        if len(self.open) > MAX_DEPTH:
            raise Refused(damaged())
        if shown := _SHOWN_ATTRIBUTES.get(local):
            self._find(attributes.get(shown, ""))

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in _BLOCKS and self.open:
            text = "".join(self.open.pop())
            for each in _PLACE.split(_HOW.sub("", text)) if local in _MARGINS else [text]:
                self._find(each)

    def _find(self, text: str) -> None:
        if len(text := text.strip()) <= LONGEST_STAMP and _FORMS_OF_A.intersection(text):
            self.found.add(text)

    def _characters(self, text: str) -> None:
        if self.open:
            self.open[-1].append(text)
