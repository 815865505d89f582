"""Uploaded files between their preview and their confirmation: MEDIA_ROOT/waiting, each under a random name. What
nobody confirms is removed after a day."""

import secrets
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from import_export.tmp_storages import TempFolderStorage

from . import files

KEPT_FOR = 24 * 3600  # seconds; the note of a preview holds for an hour, and a newer preview writes it anew


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "waiting"


class WaitingFile(TempFolderStorage):
    """Readable by the server's user alone; `name` is the name in the folder, so no page tells where that is."""

    def save(self, data: bytes) -> None:
        """Raises files.NoRoom where the disk is full; then nothing is left of it."""
        self.name = secrets.token_hex(16)
        path = Path(self.get_full_path())
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        try:
            path.write_bytes(data)
        except OSError as failure:
            self.remove()
            if files.is_out_of_room(failure):
                raise files.no_room() from failure
            raise

    def get_full_path(self) -> str:
        return str(folder() / Path(self.name).name)


def purge() -> int:
    """Removes what waited for more than a day; how many files that were."""
    if not folder().is_dir():
        return 0
    old = [path for path in folder().iterdir() if path.stat().st_mtime < time.time() - KEPT_FOR]
    for path in old:
        with suppress(FileNotFoundError):  # confirmed at this moment
            path.unlink()
    return len(old)
