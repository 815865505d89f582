"""Files on the disk: MEDIA_ROOT/evidence, each under a random name without an ending.

A file is written whole and synced before its row is; it goes with the row if the transaction does, and is removed
only after the commit of its removal. So whatever fails, at worst a file is left that no row names, never a row
without its file; `check_evidence` finds it.
"""

import errno
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import Error, transaction
from django.utils.translation import gettext as _

from ..models import StoredFile, User
from ..refusals import Refused
from .accepting import Upload

HALF = ".part"  # the ending of a file that is being written
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
logger = logging.getLogger(__name__)


class NoRoom(Refused):
    """The disk is full: nothing was kept."""


def is_out_of_room(failed: BaseException) -> bool:
    return isinstance(failed, OSError) and failed.errno in _NO_ROOM


def no_room() -> NoRoom:
    return NoRoom(_("The server has no room left for files. Nothing was kept; tell those who run it."))


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence"


def path_of(stored_as: str) -> Path:
    return folder() / stored_as


@contextmanager
def keeping(upload: Upload, *, by: User) -> Iterator[StoredFile]:
    """Writes the file, then opens the transaction in which the block runs, with the file's row in it. It is the
    outermost one: a transaction around it could undo the row and leave the file. Raises NoRoom."""
    path = _write(upload.data)
    try:
        with transaction.atomic(durable=True):
            yield StoredFile.objects.create(
                name=upload.name,
                content_type=upload.kind.content_type,
                size=len(upload.data),
                sha256=upload.sha256,
                stored_as=path.name,
                added_by=by,
            )
    except BaseException:  # an interrupted process too
        _take_back(path)
        raise


def discard(kept: StoredFile) -> None:
    """Deletes the row, and the file once that is committed."""
    path = path_of(kept.stored_as)
    kept.delete()
    transaction.on_commit(lambda: _remove(path))


def _write(data: bytes) -> Path:
    """To a temporary name, synced, then to its own. What fails leaves nothing behind."""
    folder().mkdir(mode=0o750, parents=True, exist_ok=True)
    path = path_of(secrets.token_hex(16))
    half = path.with_suffix(HALF)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        half.rename(path)
        _sync_folder()
    except BaseException as failed:
        for left in (half, path):
            _remove(left)
        if is_out_of_room(failed):
            raise no_room() from failed
        raise
    return path


def _sync_folder() -> None:
    """The name of a new file is on the disk only once its folder is."""
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_back(path: Path) -> None:
    """Removes the file of a transaction that failed. A commit whose answer was lost may have been carried out, so
    where the database does not answer the file stays, for check_evidence to judge."""
    with suppress(Error):
        if not StoredFile.objects.filter(stored_as=path.name).exists():
            _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        logger.exception("A file could not be removed; manage.py check_evidence --remove-orphans will: %s", path)
