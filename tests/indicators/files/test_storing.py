"""No row without its file, and no file without a row: after a rollback, a crash, a full disk, a deletion."""

import errno
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, OperationalError, transaction

from indicators import files
from indicators.files import storing
from indicators.files.storing import path_of
from indicators.models import StoredFile
from tests import people
from tests.indicators import papers
from tests.indicators.papers import in_rows, on_disk

pytestmark = [pytest.mark.usefixtures("english", "media"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def somebody(transactional_db):
    return people.person("somebody")


def upload(text: str = "Biên bản") -> files.Upload:
    return files.accept(papers.pdf(text), "Biên bản.pdf")


def keep(by, text: str = "Biên bản") -> StoredFile:
    with files.keeping(upload(text), by=by) as kept:
        return kept


def within(act, *, by) -> None:
    with files.keeping(upload(), by=by):
        act()


def test_a_file_is_kept_under_a_generated_name_that_says_nothing(somebody, media):
    kept = keep(somebody)
    assert on_disk() == in_rows() == [kept.stored_as]
    assert len(kept.stored_as) == 32
    assert set(kept.stored_as) <= set("0123456789abcdef")
    path = media / "evidence" / kept.stored_as
    assert path.read_bytes() == papers.pdf("Biên bản")
    assert path.stat().st_mode & 0o007 == 0
    assert (kept.name, kept.size) == ("Biên bản.pdf", path.stat().st_size)


def test_the_same_bytes_twice_are_two_files(somebody):
    assert keep(somebody).stored_as != keep(somebody).stored_as
    assert on_disk() == in_rows()


def test_a_rollback_takes_the_file_with_the_row(somebody):
    there = []

    def fail():
        there.extend(on_disk())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        within(fail, by=somebody)
    assert len(there) == 1  # the control: it had been written
    assert (on_disk(), in_rows()) == ([], [])


def test_a_refusal_of_the_database_takes_the_file_too(somebody):
    with pytest.raises(IntegrityError), files.keeping(upload(), by=somebody) as kept:
        StoredFile.objects.filter(pk=kept.pk).update(size=0)
    assert (on_disk(), in_rows()) == ([], [])


def test_an_interrupted_process_takes_the_file_too(somebody):
    with pytest.raises(SystemExit):
        within(sys.exit, by=somebody)
    assert (on_disk(), in_rows()) == ([], [])


def test_a_commit_whose_answer_was_lost_keeps_the_file(somebody, monkeypatch):
    """The row is there: a file removed now would be lost."""
    leave = transaction.Atomic.__exit__

    def commit_and_lose_the_answer(self, *args):
        leave(self, *args)
        if self.durable:
            raise OperationalError("the connection was lost")

    monkeypatch.setattr(transaction.Atomic, "__exit__", commit_and_lose_the_answer)
    with pytest.raises(OperationalError):
        keep(somebody)
    monkeypatch.undo()
    assert StoredFile.objects.count() == 1
    assert [path_of(name).exists() for name in in_rows()] == [True]


def test_where_the_database_does_not_answer_the_file_waits_to_be_judged(somebody, monkeypatch):
    def silent(**kwargs):
        raise OperationalError("the connection was lost")

    def begin_and_fail():
        monkeypatch.setattr(StoredFile.objects, "filter", silent)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        within(begin_and_fail, by=somebody)
    monkeypatch.undo()
    assert (len(on_disk()), in_rows()) == (1, [])


def test_nothing_is_kept_within_a_transaction_that_may_yet_be_undone(somebody):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        keep(somebody)
    assert (on_disk(), in_rows()) == ([], [])


# --- A full disk


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["fsync", "open"])
def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(somebody, monkeypatch, number, step):
    def full(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(storing.os, step, full)
    with pytest.raises(files.NoRoom) as refused:
        keep(somebody)
    monkeypatch.undo()
    assert refused.value.sentence == (
        "The server has no room left for files. Nothing was kept; tell those who run it."
    )
    assert StoredFile.objects.count() == 0


def test_half_a_file_is_removed_where_the_disk_fills_up_while_it_is_written(somebody, monkeypatch, media):
    real = os.fdopen

    def half(descriptor, mode):
        opened = real(descriptor, mode)
        write = opened.write

        class Full:
            def __enter__(self):
                return self

            def __exit__(self, *args):
                opened.close()

            def write(self, data):
                write(data[: len(data) // 2])
                raise OSError(errno.ENOSPC, "No space left on device")

        return Full()

    monkeypatch.setattr(storing.os, "fdopen", half)
    with pytest.raises(files.NoRoom):
        keep(somebody)
    assert (media / "evidence").is_dir()
    assert (on_disk(), in_rows()) == ([], [])


def test_another_fault_of_the_disk_is_no_refusal_and_leaves_nothing_either(somebody, monkeypatch):
    def broken(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(storing.os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        keep(somebody)
    assert (on_disk(), in_rows()) == ([], [])


# --- Deletion


def test_a_file_goes_only_once_its_deletion_is_committed(somebody):
    kept = keep(somebody)
    with transaction.atomic():
        files.discard(kept)
        assert on_disk() == [kept.stored_as]
    assert (on_disk(), in_rows()) == ([], [])


def test_a_deletion_that_was_undone_leaves_the_file(somebody):
    kept = keep(somebody)
    with transaction.atomic():
        files.discard(kept)
        transaction.set_rollback(True)
    assert on_disk() == in_rows() == [kept.stored_as]


def test_a_file_that_cannot_be_removed_does_not_undo_its_deletion(somebody, monkeypatch, caplog):
    kept = keep(somebody)

    def denied(path, missing_ok=False):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(storing.Path, "unlink", denied)
    with transaction.atomic():
        files.discard(kept)
    assert (on_disk(), in_rows()) == ([kept.stored_as], [])
    assert "check_evidence --remove-orphans" in caplog.text


# --- A process that is killed

KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = sys.argv[2]
from indicators import files
from indicators.files import storing
from indicators.files.storing import path_of
from indicators.models import StoredFile, User
from tests.indicators import papers

upload = files.accept(papers.pdf("Biên bản"), "a.pdf")
die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "half-written":
    storing.os.fsync = die
elif sys.argv[3] == "before the row":
    StoredFile.objects.create = die
with files.keeping(upload, by=User.objects.get()):
    if sys.argv[3] == "before the commit":
        die()
"""


@pytest.mark.parametrize("moment", ["half-written", "before the row", "before the commit"])
def test_a_killed_process_leaves_no_row_without_its_file(somebody, media, moment):
    """It cannot clean up; what it leaves is one file that no row names, which check_evidence finds."""
    database = StoredFile.objects.db
    name = str(django_settings.DATABASES[database]["NAME"])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "tests"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, name, str(media), moment],
        env=environment,
        cwd=django_settings.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    assert in_rows() == []
    assert len(on_disk()) == 1
    found = files.check()
    assert (found.young, found.is_well) == (on_disk(), True)
