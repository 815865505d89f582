"""A table between its preview and its confirmation on the page.

The file is kept as it came; the page carries a signed note of it: its SHA-256, the person, the versions of the
drafts that the preview compared with, and the base figures that it showed as denominators. So what is written is
what was shown, all of it or nothing.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from .. import drafts, keys
from ..models import User
from ..refusals import Refused
from ..waiting import WaitingFile
from .columns import File, read
from .telling import whole
from .understanding import Plan, understand

ROWS_ON_PAGE = 2_000
KEPT_FOR = 3600  # seconds
_SALT = "indicators.figures_table"


@dataclass(frozen=True)
class Kept:
    """A file that waits for its confirmation, and the versions of the drafts it was previewed against."""

    storage: WaitingFile
    data: bytes
    filename: str
    versions: dict[int, int]
    bases: list[int]


@dataclass(frozen=True)
class Written:
    reports: int = 0
    changed: int = 0
    is_repeated: bool = False


class Overtaken(Exception):
    """What was shown no longer holds: somebody changed the same figure, or a report was closed. `plan` takes its
    place, and `note` is the note of that."""

    def __init__(self, plan: Plan, note: str) -> None:
        super().__init__()
        self.plan = plan
        self.note = note


def read_for_page(data: bytes, filename: str) -> File:
    """Raises Refused, for a table that only the command takes as well."""
    file = read(data, filename)
    if len(file.rows) > ROWS_ON_PAGE:
        sentence = _(
            "The table has %(rows)s rows; this page takes at most %(most)s. Split it, or have it imported on the "
            "server: manage.py import_figures FILE --by USERNAME."
        )
        raise Refused(sentence % {"rows": whole(len(file.rows)), "most": whole(ROWS_ON_PAGE)})
    return file


def keep(data: bytes, filename: str, plan: Plan, *, by: User) -> str:
    """The signed note of a file that is put aside, readable by the server's user alone."""
    storage = WaitingFile(read_mode="rb")
    storage.save(data)
    return _note(storage.name, filename, data, plan, by)


def _note(name: str, filename: str, data: bytes, plan: Plan, by: User) -> str:
    digest = hashlib.sha256(data).hexdigest()
    versions = list(plan.versions.items())
    return signing.dumps([name, filename, digest, versions, plan.bases, by.pk], salt=_SALT, compress=True)


def kept_file(text: str, *, by: User) -> Kept:
    """Raises Refused where there is none any more, or never was one of this person."""
    gone = Refused(_("This preview has expired, or its figures were already written. Upload the file again."))
    try:
        name, filename, digest, versions, bases, owner = signing.loads(text, salt=_SALT, max_age=KEPT_FOR)
        storage = WaitingFile(name=name, read_mode="rb")
        data = storage.read() if owner == by.pk else b""
    except (signing.BadSignature, FileNotFoundError) as expired:
        raise gone from expired
    if hashlib.sha256(data).hexdigest() != digest:
        raise gone
    return Kept(storage, data, filename, dict(versions), bases)


def confirm(text: str, *, by: User, keep_theirs: Collection[int], address: str) -> Written:
    """Writes every change of the kept table in one transaction, or raises: Refused, or Overtaken where a figure was
    changed after the preview. `keep_theirs` are rows whose figure was left to the other person. Sent twice, it is
    done once."""
    with transaction.atomic():
        if keys.use(hashlib.sha256(text.encode()).hexdigest(), by=by, result=address) is not None:
            return Written(is_repeated=True)
        kept = kept_file(text, by=by)
        plan = understand([read_for_page(kept.data, kept.filename)], by=by)
        if plan.faults or plan.bases != kept.bases:
            raise _overtaken(plan, kept, by)
        saved = drafts.save_imported(plan.cells(without=keep_theirs), by=by, versions=kept.versions)
        if saved.conflicts:
            raise _overtaken(plan.with_conflicts(saved.conflicts), kept, by)
        transaction.on_commit(kept.storage.remove, robust=True)
        return Written(saved.reports, saved.changed)


def _overtaken(plan: Plan, kept: Kept, by: User) -> Overtaken:
    return Overtaken(plan, _note(kept.storage.name, kept.filename, kept.data, plan, by))
