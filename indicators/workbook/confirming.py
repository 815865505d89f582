"""A filled form between its preview and its confirmation.

The file is kept as it came; the page carries a signed note of it: its SHA-256, the person, the report and the
version of the draft that the preview compared with. So what is written is what was shown, all of it or nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from .. import drafts, keys
from ..drafts import Cell, CellKey
from ..models import Submission, User
from ..refusals import Refused
from ..slots import Layout
from ..waiting import WaitingFile
from .marking import marked_of
from .reading import read
from .understanding import Preview, understand
from .writing import write

KEPT_FOR = 3600  # seconds
_SALT = "indicators.workbook"


@dataclass(frozen=True)
class Kept:
    """A file that waits for its confirmation, and the version it was previewed against."""

    storage: WaitingFile
    data: bytes
    version: int


@dataclass(frozen=True)
class Written:
    changed: int
    is_repeated: bool = False


class Overtaken(Exception):
    """What was shown no longer holds: somebody changed the same line, or a rule. `preview` takes its place."""

    def __init__(self, preview: Preview, note: str) -> None:
        super().__init__()
        self.preview = preview
        self.note = note


def keep(data: bytes, preview: Preview, submission: Submission, *, by: User) -> str:
    """The signed note of a file that is put aside, readable by the server's user alone."""
    storage = WaitingFile(read_mode="rb")
    storage.save(data)
    return note(storage.name, data, preview.version, submission, by=by)


def note(name: str, data: bytes, version: int, submission: Submission, *, by: User) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return signing.dumps([name, digest, version, submission.pk, by.pk], salt=_SALT)


def kept_file(text: str, submission: Submission, *, by: User) -> Kept:
    """Raises Refused where there is none any more, or never was one of this person and report."""
    gone = Refused(_("This preview has expired, or its figures were already written. Upload the file again."))
    try:
        name, digest, version, *owner = signing.loads(text, salt=_SALT, max_age=KEPT_FOR)
        storage = WaitingFile(name=name, read_mode="rb")
        data = storage.read() if owner == [submission.pk, by.pk] else b""
    except (signing.BadSignature, FileNotFoundError) as expired:
        raise gone from expired
    if hashlib.sha256(data).hexdigest() != digest:
        raise gone
    return Kept(storage, data, version)


def preview_of(data: bytes, submission: Submission, layout: Layout) -> Preview:
    """Raises Refused for what is no filled form of this report."""
    return understand(read(data, submission, layout), submission, layout)


def confirm(
    text: str, submission: Submission, layout: Layout, *, by: User, keep_mine: Mapping[str, bool], address: str
) -> Written:
    """Writes every change of the kept file in one transaction, or raises: Refused, or Overtaken where a line was
    changed after the preview. Sent twice, it is done once. The file is read before anything is locked: other people
    save meanwhile."""
    gone: Refused | None = None
    try:
        kept = kept_file(text, submission, by=by)
        filled = read(kept.data, submission, layout)
    except Refused as refused:
        gone = refused  # unless it was written already
    with transaction.atomic():
        if keys.use(hashlib.sha256(text.encode()).hexdigest(), by=by, result=address) is not None:
            return Written(0, is_repeated=True)
        if gone:
            raise gone
        preview = understand(filled, drafts.lock(submission), layout)
        if preview.faults or any(row.conflict_version > kept.version for row in preview.conflicts):
            raise Overtaken(preview, note(kept.storage.name, kept.data, preview.version, submission, by=by))
        saved = drafts.save(submission, _chosen(preview, keep_mine), by=by, version=preview.version)
        transaction.on_commit(kept.storage.remove, robust=True)
        return Written(saved.changed)


def _chosen(preview: Preview, keep_mine: Mapping[str, bool]) -> dict[CellKey, Cell]:
    """Of a conflict nobody decided, what stands is kept."""
    return {
        row.slot.key: row.mine
        for row in preview.changed
        if row.mine is not None and (row.conflict is None or keep_mine.get(row.name, False))
    }


def marked_workbook(preview: Preview, submission: Submission, layout: Layout) -> bytes:
    """The refused form again: what was typed, with the faulty cells marked and commented."""
    return write(submission, layout, version=preview.filled.stamp.version, marked=marked_of(preview))
