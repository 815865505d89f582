"""check_evidence: rows against files."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from indicators import files
from indicators.clock import now
from indicators.files.checking import BEING_WRITTEN
from indicators.models import StoredFile
from tests import people
from tests.indicators import papers
from tests.indicators.papers import in_rows, on_disk

pytestmark = pytest.mark.usefixtures("english", "media", "db")


@pytest.fixture
def kept(db):
    """Two whole files."""
    by = people.person("somebody")
    for text in ("một", "hai"):
        with files.keeping(files.accept(papers.pdf(text), f"{text}.pdf"), by=by):
            pass
    return in_rows()


def told(*options: str) -> str:
    out = StringIO()
    try:
        call_command("check_evidence", *options, stdout=out)
    except CommandError as failed:
        out.write(f"FAILED {failed}")
    return out.getvalue()


def left_behind(name: str, age: timedelta = timedelta(0)) -> None:
    path = files.folder() / name
    path.write_bytes(b"left behind")
    moment = (now() - age).timestamp()
    os.utime(path, (moment, moment))


OLD = BEING_WRITTEN + timedelta(minutes=1)


def test_whole_files_are_counted(kept):
    assert told() == "All 2 stored files are whole.\n"


def test_nothing_kept_is_well(db):
    assert told() == "All 0 stored files are whole.\n"


def test_a_missing_file_fails_and_is_named(kept):
    (files.folder() / kept[0]).unlink()
    assert told() == f"Missing: {kept[0]}\nFAILED 1 file is not as it should be."


def test_a_folder_that_is_not_there_misses_every_file(kept, media):
    (media / "evidence").rename(media / "elsewhere")
    assert told().endswith("FAILED 2 files are not as they should be.")


@pytest.mark.parametrize("content", [b"", b"another content"])
def test_a_changed_file_fails_by_its_check_code_whatever_its_size(kept, content):
    path = files.folder() / kept[1]
    path.write_bytes(content or path.read_bytes()[::-1])
    assert told() == f"Changed: {kept[1]}\nFAILED 1 file is not as it should be."


@pytest.mark.parametrize("name", ["f" * 32, "f" * 32 + ".part"])
def test_an_old_file_that_no_row_names_fails_and_is_removed_when_asked(kept, name):
    left_behind(name, OLD)
    assert told() == f"No row names it: {name}\nFAILED 1 file is not as it should be."
    assert told("--remove-orphans") == (
        f"No row names it: {name}\nRemoved: {name}\nAll 2 stored files are whole.\n"
    )
    assert on_disk() == kept


def test_a_young_file_may_yet_get_its_row_and_is_left(kept):
    left_behind("f" * 32)
    said = f"No row names it yet, younger than an hour: {'f' * 32}\nAll 2 stored files are whole.\n"
    assert told() == said
    assert told("--remove-orphans") == said
    assert "f" * 32 in on_disk()


def test_removing_orphans_mends_nothing_else(kept):
    (files.folder() / kept[0]).unlink()
    left_behind("f" * 32, OLD)
    assert told("--remove-orphans").endswith("FAILED 1 file is not as it should be.")
    assert on_disk() == [kept[1]]


def test_a_file_that_got_its_row_meanwhile_is_not_removed(kept):
    left_behind("f" * 32, OLD)
    found = files.check()
    StoredFile.objects.filter(stored_as=kept[0]).update(stored_as="f" * 32)
    assert files.remove_orphans(found) == []


def test_a_file_that_was_removed_meanwhile_is_not_missing(kept, monkeypatch):
    """Its row was read before, its file looked for after."""
    from indicators.files import checking

    look = checking.path_of

    def removed_first(stored_as):
        path = look(stored_as)
        StoredFile.objects.filter(stored_as=stored_as).delete()
        path.unlink(missing_ok=True)
        return path

    monkeypatch.setattr(checking, "path_of", removed_first)
    assert files.check().missing == []
