"""Cells of a workbook replaced where they stand, byte by byte; everything else of the file stays as it was.

No library that reads a workbook into objects writes back all that it found: pictures, charts, shapes, settings of
the printer and what newer versions of Excel have added get lost. So the bytes of a cell alone are exchanged in the
XML of its sheet; of every other part the packed bytes are copied.
"""

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from copy import copy
from typing import Any

from .cells import Columns, cell_name
from .limits import Limits
from .package import packed_bytes, refuse_package
from .refusal import Refusal
from .rich import plain, refilled
from .sheets import Workbook
from .spans import Element, elements
from .xml import Attributes

Edits = Mapping[str, Mapping[str, Any]]  # name of a cell → {"number": "53.8"} or {"texts": {marker: text}}

Exchange = tuple[int, int, bytes]  # from, to, by what

BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")  # ECMA-376, 18.2.27
_TYPE = re.compile(rb"""\s+t\s*=\s*(?:"[^"]*"|'[^']*')""")
_ON_LOAD = re.compile(rb"""\s+fullCalcOnLoad\s*=\s*(?:"[^"]*"|'[^']*')""")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_NAME = re.compile(rb"<[^\s/>]+")


def filled(data: bytes, asked: Mapping[str, Any], limits: Limits) -> bytes:
    """`asked`: {"parts": {part: Edits}, "recalculates": whether Excel has to compute its formulas anew}."""
    refuse_package(data, limits)
    try:
        book = Workbook(data)
        changed = _sheets(book, asked["parts"])
        if asked["recalculates"]:
            changed[book.main().lower()] = _recalculated(book.content(book.main()))
        return _packed(data, changed)
    except (Refusal, MemoryError):
        raise
    except Exception as damaged:  # whatever a damaged file makes stumble
        raise Refusal("no_table") from damaged


def _sheets(book: Workbook, parts: Mapping[str, Edits]) -> dict[str, bytes]:
    """By part, with the shared texts that its cells point to read once for all."""
    xml = {part: book.content(part) for part in parts}
    cells = {part: cells_of(xml[part], edits.keys()) for part, edits in parts.items()}
    texts = [cell for part in parts for name, cell in cells[part] if "texts" in parts[part][name]]
    shared = _shared(book, {int(cell.text) for cell in texts if cell.attributes.get("t") == "s"})
    return {part: _sheet(xml[part], cells[part], edits, shared) for part, edits in parts.items()}


def cells_of(xml: bytes, names: Collection[str]) -> list[tuple[str, Element]]:
    """The cells of those names, in the order of the sheet."""
    counter = _Counter(names)
    found = elements(xml, counter.wants)
    return list(zip(counter.wanted, found, strict=True))


class _Counter:
    """Rows and cells may leave out where they stand: then each stands behind the one before."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names
        self.wanted: list[str] = []
        self.columns = Columns()
        self.row = self.column = 0

    def wants(self, tag: str, attributes: Attributes) -> bool:
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        if tag != "c":
            return False
        name = attributes.get("r")
        self.column = self.columns.of(name, self.row) if name else self.column + 1
        place = cell_name(self.row, self.column)
        if place in self.names:
            self.wanted.append(place)
        return place in self.names


def _shared(book: Workbook, wanted: Collection[int]) -> dict[int, bytes]:
    """What stands within the shared texts of those numbers."""
    if not wanted:
        return {}
    part = next(each.target for each in book.related(book.main()).values() if each.kind == "sharedstrings")
    xml, numbers = book.content(part), iter(range(1_000_000_000))
    found = elements(xml, lambda tag, _attributes: tag == "si" and next(numbers) in wanted)
    return {number: xml[si.inside : si.end] for number, si in zip(sorted(wanted), found, strict=True)}


def _sheet(xml: bytes, cells: list[tuple[str, Element]], edits: Edits, shared: Mapping[int, bytes]) -> bytes:
    new = [(c.start, c.after, _cell(xml[c.start : c.after], c, edits[name], shared)) for name, c in cells]
    pieces, place = [], 0
    for start, after, instead in sorted([*new, *_results(xml)]):
        pieces += [xml[place:start], instead]
        place = after
    return b"".join([*pieces, xml[place:]])


def _results(xml: bytes) -> Iterator[Exchange]:
    """What formulas of the sheet came to before: a program that computes nothing anew shows none rather than the
    old one."""
    if not _FORMULA.search(xml):
        return
    formula = result = None
    for each in elements(xml, lambda tag, _attributes: tag in ("f", "v", "c")):
        if each.tag == "f":
            formula = each
        elif each.tag == "v":
            result = each
        else:
            if formula and result:
                yield result.start, result.after, b""
            formula = result = None


def _cell(raw: bytes, cell: Element, edit: Mapping[str, Any], shared: Mapping[int, bytes]) -> bytes:
    """Its place and style stay; what it holds, and so its type, changes."""
    tag = _TYPE.sub(b"", raw[: cell.inside - cell.start])
    prefix = _prefix(raw)
    if "number" in edit:
        return tag + b"<%sv>%s</%sv></%sc>" % (prefix, edit["number"].encode("ascii"), prefix, prefix)
    text = refilled(_held(raw, cell, shared, prefix), edit["texts"], prefix)
    return tag[:-1] + b' t="inlineStr"><%sis>%s</%sis></%sc>' % (prefix, text, prefix, prefix)


def _prefix(raw: bytes) -> bytes:
    """Of the namespace: "x:" in <x:c>."""
    name = raw[1 : raw.index(b">")].split()[0]
    return name[:-1] if name.endswith(b":c") else b""


def _held(raw: bytes, cell: Element, shared: Mapping[int, bytes], prefix: bytes) -> bytes:
    """The XML of its text, in as many runs as it has fonts."""
    kind = cell.attributes.get("t")
    if kind == "s":
        return shared[int(cell.text)]
    if kind == "inlineStr":
        inline = elements(raw, lambda tag, _attributes: tag == "is")[0]
        return raw[inline.inside : inline.end]
    return plain(cell.text, prefix)


# --- The workbook around the sheets


def _recalculated(xml: bytes) -> bytes:
    """Excel keeps the results of formulas; told so, it computes them anew when it opens the file."""
    known = (*BEFORE_CALCULATION, "calcPr")
    found = {each.tag: each for each in elements(xml, lambda tag, _attributes: tag in known)}
    if set_up := found.get("calcPr"):
        tag = _ON_LOAD.sub(b"", xml[set_up.start : set_up.inside])
        name = _NAME.match(tag)
        if name is None:
            raise Refusal("no_table")
        new = name[0] + b' fullCalcOnLoad="1"' + tag[name.end() :]
        return xml[: set_up.start] + new + xml[set_up.inside :]
    place = max(each.after for each in found.values())
    sheets = found["sheets"]
    prefix = xml[sheets.start + 1 : sheets.inside - 1].split()[0].removesuffix(b"sheets")
    return xml[:place] + b'<%scalcPr fullCalcOnLoad="1"/>' % prefix + xml[place:]


def _packed(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The package with those parts exchanged, all in their order. The others are not even unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in zipfile.ZipFile(io.BytesIO(data)).infolist():
            new = changed.get(part.filename.lower())
            if new is not None:
                made.writestr(_entry(part), new)
            else:
                _copy(made, part, packed_bytes(data, part))
    return out.getvalue()


def _entry(part: zipfile.ZipInfo) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(part.filename, part.date_time)
    made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, part.external_attr
    return made


def _copy(made: zipfile.ZipFile, part: zipfile.ZipInfo, packed: memoryview) -> None:
    """As zipfile itself would enter it, but for the packing."""
    same = copy(part)
    same.extra = b""
    same.flag_bits &= ~0x08  # the sizes stand in front, not behind
    same.header_offset = made.start_dir
    if made.fp is None:
        raise ValueError("the package is closed")
    made.fp.seek(made.start_dir)
    made.fp.write(same.FileHeader())
    made.fp.write(packed)
    made.start_dir = made.fp.tell()
    made.filelist.append(same)
    made.NameToInfo[same.filename] = same
