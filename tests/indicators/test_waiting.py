"""A file waits for its confirmation where only the server reads it, and not for ever."""

import errno
import os
import time

import pytest
from django.core.management import call_command

from indicators import waiting
from indicators.files import NoRoom
from indicators.waiting import KEPT_FOR, WaitingFile

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def folder(media):
    return media / "waiting"


def kept(data=b"figures"):
    file = WaitingFile(read_mode="rb")
    file.save(data)
    return file


def test_a_file_is_read_as_it_came_and_goes_with_its_confirmation(folder):
    name = kept(b"\x00\xff").name
    again = WaitingFile(name=name, read_mode="rb")
    assert (again.read(), [path.name for path in folder.iterdir()]) == (b"\x00\xff", [name])
    again.remove()
    assert list(folder.iterdir()) == []


def test_only_the_server_reads_it(folder):
    path = folder / kept().name
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_name_leads_nowhere_else(folder, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    kept()
    for name in ("../../secret", str(tmp_path / "secret"), "../secret"):
        with pytest.raises(FileNotFoundError):
            WaitingFile(name=name, read_mode="rb").read()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_nothing(folder, monkeypatch, number):
    def full(*_args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(NoRoom, match="no room left for files"):
        kept()
    assert list(folder.iterdir()) == []


def test_what_nobody_confirms_is_removed_after_a_day(folder, capsys):
    old, new = kept().name, kept().name
    yesterday = time.time() - KEPT_FOR - 1
    os.utime(folder / old, (yesterday, yesterday))
    call_command("purge_uploads")
    call_command("purge_uploads")
    assert [path.name for path in folder.iterdir()] == [new]
    assert capsys.readouterr().out.splitlines() == [
        "1 unconfirmed uploads removed",
        "0 unconfirmed uploads removed",
    ]


def test_before_the_first_upload_there_is_nothing_to_remove():
    assert waiting.purge() == 0
