"""Which files are taken: PDF, PNG, JPG, XLSX and DOCX by what they hold, whatever they are called; within the limit
of size; without macros, password or marking of secrecy (domain.md 37). The name is kept as text alone."""

import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from .. import numbers
from ..refusals import Refused
from . import marking, office, pdf

NAME_LENGTH = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, .xls, and every document with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_WORD, _EXCEL = _OFFICE + "wordprocessingml.document", _OFFICE + "spreadsheetml.sheet"


class Kind(Enum):
    """Content type, and the endings of a name that agree with it, the usual one first."""

    PDF = ("application/pdf", (".pdf",))
    PNG = ("image/png", (".png",))
    JPG = ("image/jpeg", (".jpg", ".jpeg"))
    XLSX = (_EXCEL, (".xlsx",))
    DOCX = (_WORD, (".docx",))

    @property
    def content_type(self) -> str:
        return self.value[0]

    @property
    def endings(self) -> tuple[str, ...]:
        return self.value[1]


SCANS = (Kind.PDF, Kind.PNG, Kind.JPG)


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: its name without a path, in NFC, ending as its content does."""

    name: str
    kind: Kind
    data: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def accept(data: bytes, name: str) -> Upload:
    """Raises Refused with the sentence that says what to do instead."""
    name = plain_name(name)
    refuse_size(len(data))
    if not data:
        raise Refused(_("The file is empty."))
    marking.refuse_marked(name=name)
    kind = _kind_of(data, name)
    _refuse_marked_content(kind, data)
    return Upload(_ended(name, kind), kind, data)


def accept_scan(data: bytes, name: str) -> Upload:
    """A picture of the paper with its signature, or a PDF; what is typed in Word or Excel bears no signature."""
    upload = accept(data, name)
    if upload.kind not in SCANS:
        raise Refused(_("The scan of a signed document is a PDF, PNG or JPG file."))
    return upload


def refuse_size(size: int) -> None:
    if size > settings.EVIDENCE_MAX_BYTES:
        raise Refused(
            _("The file is larger than %(limit)s MB.") % {"limit": settings.EVIDENCE_MAX_BYTES // 1_000_000}
        )


def plain_name(name: str) -> str:
    """The last part of a path of any system; never empty, never a control character."""
    last = numbers.normalise(re.split(r"[/\\]", _CONTROL.sub("", name))[-1]).strip(". ")
    return last or _("file")


def _ended(name: str, kind: Kind) -> str:
    """A name that says another kind gets the true ending behind it: what is run by its name stays what it is."""
    stem, dot, ending = name.rpartition(".")
    if f"{dot}{ending}".lower() in kind.endings and stem:
        return stem[: NAME_LENGTH - len(ending) - 1] + dot + ending
    return name[: NAME_LENGTH - len(kind.endings[0])] + kind.endings[0]


def _kind_of(data: bytes, name: str) -> Kind:
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return Kind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPG
    if data.startswith(b"PK\x03\x04") and (kind := _kind_of_package(office.Package(data))):
        return kind
    if data.startswith(_OLE):
        raise Refused(office.locked() if _ENCRYPTED in data else _old_format())
    sentence = _("Only PDF, PNG, JPG, XLSX and DOCX files are taken; by its content “%(name)s” is none of them.")
    raise Refused(sentence % {"name": name})


def _kind_of_package(package: office.Package) -> Kind | None:
    said = package.content_types
    if package.has_macros or "macroEnabled" in said:
        raise Refused(_("This file holds macros. Save it as .docx or .xlsx, without macros."))
    if f"{_WORD}.main+xml" in said:
        return Kind.DOCX
    return Kind.XLSX if f"{_EXCEL}.main+xml" in said else None


def _old_format() -> str:
    return _("This file is in an old Office format. Save it as .docx or .xlsx and attach it again.")


def _refuse_marked_content(kind: Kind, data: bytes) -> None:
    if kind == Kind.PDF and pdf.is_encrypted(data):
        raise Refused(office.locked())
    if kind == Kind.PDF and any(_is_marked_page(lines) for lines in pdf.pages(data)):
        raise Refused(marking.marked())
    if kind in (Kind.XLSX, Kind.DOCX):
        marking.refuse_marked(texts=office.Package(data).texts())


def _is_marked_page(lines: list[str]) -> bool:
    around = ["", *lines, ""]
    return any(
        marking.is_marked_text(line, before=around[place], after=around[place + 2])
        for place, line in enumerate(lines)
    )
