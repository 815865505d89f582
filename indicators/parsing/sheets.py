"""A workbook (ECMA-376), read cell by cell in one pass a sheet.

The size that a sheet states is not looked at; hidden rows and sheets are read like others, and told. What has no
single reading (a cell that comes twice, or in another row than it says) is a damaged file.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from .cells import Budget, Sheet
from .formats import Formats
from .limits import Limits
from .package import refuse_container, refuse_package
from .refusal import Refusal
from .sheet_xml import SheetReader
from .strings import Strings
from .xml import Attributes, Walk

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATIONSHIPS = ("http://schemas.openxmlformats.org/package/2006/relationships",)
_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)


def sheets_of(data: bytes, limits: Limits) -> list[Sheet]:
    refuse_container(data)
    if not data.startswith(b"PK"):
        raise Refusal("no_table")
    refuse_package(data, limits)
    try:
        return list(Workbook(data).sheets(Budget(limits)))
    except (Refusal, MemoryError):
        raise
    except Exception as damaged:  # whatever a damaged file makes stumble
        raise Refusal("no_table") from damaged


@dataclass(frozen=True)
class _Relation:
    kind: str  # the last word of its type
    target: str


class Workbook:
    """What the parts of the package say of each other."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.parts = {info.filename.lower(): info for info in self.archive.infolist()}
        self.since_1904 = False
        self.listed: list[Attributes] = []

    def sheets(self, budget: Budget) -> Iterator[Sheet]:
        name = self.main()
        starts = {"sheet": self.listed.append, "workbookPr": self._take_properties}
        self._read(name, Walk(MAIN, starts, {}))
        related = self.related(name)
        formats, strings = Formats(), Strings()
        for each in related.values():
            if each.kind == "styles" and each.target in self.parts:
                self._read(each.target, formats.walk(MAIN))
            elif each.kind == "sharedstrings" and each.target in self.parts:
                self._read(each.target, strings.walk(MAIN))
        seen: set[str] = set()
        for attributes in self.listed:
            relation = related[next(attributes[name] for name in _IDS if name in attributes)]
            if relation.kind != "worksheet" or relation.target not in self.parts:
                continue  # a sheet that is one chart
            if relation.target in seen:
                raise Refusal("no_table")
            seen.add(relation.target)
            sheet = Sheet(attributes["name"], attributes.get("state", "visible") != "visible")
            sheet.part = relation.target
            reader = SheetReader(sheet, strings.all, formats, budget, since_1904=self.since_1904)
            self._read(relation.target, reader.walk(MAIN))
            reader.finish()
            yield sheet

    def main(self) -> str:
        """The part that lists the sheets."""
        return next(each.target for each in self.related("").values() if each.kind == "officedocument")

    def _take_properties(self, attributes: Attributes) -> None:
        self.since_1904 = attributes.get("date1904") in ("1", "true")

    def related(self, name: str) -> dict[str, _Relation]:
        """Of a part, or of the whole package, by their ids; what lies outside the file is not followed."""
        folder, file = posixpath.split(name)
        found: dict[str, _Relation] = {}

        def add(attributes: Attributes) -> None:
            if attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                kind = attributes["Type"].rpartition("/")[2].lower()
                found[attributes["Id"]] = _Relation(kind, target.lstrip("/").lower())

        self._read(posixpath.join(folder, "_rels", f"{file}.rels"), Walk(_RELATIONSHIPS, {"Relationship": add}, {}))
        return found

    def _read(self, name: str, walk: Walk) -> None:
        with self._open(name) as source:
            walk.through(source)

    def content(self, name: str) -> bytes:
        with self._open(name) as source:
            return source.read()

    def _open(self, name: str) -> IO[bytes]:
        return self.archive.open(self.parts[name.lower()])
