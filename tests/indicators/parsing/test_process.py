"""The process that reads a file: what it may use, how it ends, and that nobody waits for long."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from indicators import spreadsheet
from indicators.parsing.job import Job
from indicators.parsing.limits import PAGE
from indicators.refusals import Busy, Refused
from indicators.spreadsheet import children
from tests.indicators.parsing import hostile
from tests.indicators.sheets import csv, workbook

pytestmark = [pytest.mark.own_process, pytest.mark.usefixtures("english")]

PATIENT = replace(PAGE, deadline=60)
TOO_SLOW = "The file takes too long to read. Delete sheets and formats, or split the file."
TOO_LARGE = "The workbook is too large once unpacked. Delete sheets, pictures and formats."
NO_TABLE = "This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
BUSY = "Many files are being read at this moment. Nothing was read; try again in a moment."


def refusal(data: bytes, limits=PATIENT) -> str:
    with pytest.raises(Refused) as refused:
        spreadsheet.read(data, "t.xlsx", limits=limits)
    return refused.value.sentence


@pytest.fixture
def child():
    """Started, and barred, and still waiting for its file."""
    child = children._started(Job("table", PATIENT, "t.xlsx"))
    until = time.monotonic() + 30
    while "Max file size             0 " not in _proc(child, "limits") and time.monotonic() < until:
        time.sleep(0.01)
    yield child
    children._end(child)


def _proc(child, name: str) -> str:
    return Path(f"/proc/{child.pid}/{name}").read_text(encoding="utf-8", errors="replace")


def test_tables_and_books_are_read_as_without_the_process():
    assert spreadsheet.read(workbook(["Mã"], ["03388"]), "t.xlsx").rows == [["03388"]]
    assert spreadsheet.read(csv("Mã", "03388"), "t.csv").rows == [["03388"]]
    assert spreadsheet.read_book(workbook(["Mường Tè"])).sheets[0].rows[1][1].text == "Mường Tè"
    assert refusal(workbook(["a"], ["=1"])).startswith("Cell A2 holds a formula.")


# --- What it may use


def test_it_bars_itself_before_it_reads(child):
    limits = dict(
        line.rsplit(None, 3)[:2] for line in _proc(child, "limits").replace("unlimited", "-1 ").splitlines()
    )
    found = {name.strip(): int(soft) for name, soft in limits.items() if soft.lstrip("-").isdigit()}
    assert (found["Max file size"], found["Max core file size"], found["Max processes"]) == (0, 0, 0)
    assert (found["Max open files"], found["Max address space"], found["Max cpu time"]) == (16, PAGE.memory, 3)


def test_it_knows_nothing_of_the_server(child, monkeypatch):
    assert "SECRET_KEY" in os.environ
    assert [name for name in _proc(child, "environ").split("\0") if name and not name.startswith("LC_CTYPE=")] == []
    assert "django" not in _proc(child, "maps")
    assert os.getpgid(child.pid) == child.pid
    assert sorted(os.listdir(f"/proc/{child.pid}/fd")) == ["0", "1", "2"]


def test_it_stands_behind_the_server_in_the_queue_for_the_processor(child):
    """In the same session: between sessions Linux shares out by halves, and no niceness counts."""
    assert os.getsid(child.pid) == os.getsid(0)
    assert os.getpriority(os.PRIO_PROCESS, child.pid) >= 10


def test_it_starts_fast():
    """In seconds of work: the clock on the wall also counts what other tests do."""
    before = _seconds_of_children()
    spreadsheet.read(workbook(["a"], ["b"]), "t.xlsx", limits=PATIENT)
    assert _seconds_of_children() - before < 0.5


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# --- How it ends


def test_too_much_work_is_stopped():
    started = _seconds_of_children()
    assert refusal(hostile.slow(), replace(PATIENT, processor=0.5)) == TOO_SLOW
    assert 0.3 < _seconds_of_children() - started < 1.0


def test_the_same_work_is_done_where_it_may_take_longer():
    """Else the test above would say nothing."""
    assert refusal(hostile.slow(), replace(PATIENT, processor=60)) == "The file holds no table."


def test_too_much_memory_is_stopped():
    small = replace(PATIENT, processor=60, memory=96 * 2**20)
    assert refusal(hostile.fat(), small) == TOO_LARGE
    assert refusal(hostile.fat(), replace(small, memory=2**30)) == "The file holds no table."


def test_a_long_answer_is_not_listened_to():
    data = workbook(["a"], *[["x" * 100]] * 500)
    assert len(spreadsheet.read(data, "t.xlsx", limits=PATIENT).rows) == 500
    assert refusal(data, replace(PATIENT, answer=10_000)) == TOO_LARGE


def test_at_the_deadline_it_is_killed_with_all_its_kin(monkeypatch, tmp_path):
    """The stand-in starts another process and waits; neither outlives the deadline."""
    found = tmp_path / "pids"

    def started(_job):
        script = f"sleep 60 & echo $! $$ > {found}; wait"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
        return subprocess.Popen(["sh", "-c", script], process_group=0, **pipes)

    monkeypatch.setattr(children, "_started", started)
    begun = time.monotonic()
    with pytest.raises(Busy, match="try again in a moment"):  # it was kept from working, not too slow
        spreadsheet.read(workbook(["a"]), "t.xlsx", limits=replace(PAGE, deadline=0.5))
    assert 0.4 < time.monotonic() - begun < 5
    for pid in map(int, found.read_text().split()):
        assert _is_gone(pid)


def _is_gone(pid: int) -> bool:
    """Or waits only for whoever adopted it to take note."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "kill -SEGV $$",
        "echo nonsense",
        "echo '{}'",
        "echo '[1]'",
        "printf '{\"table\":'",
        "exec <&- ; exit",
    ],
)
def test_a_process_that_falls_over_refuses_the_file(monkeypatch, script):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "bufsize": 0}
    monkeypatch.setattr(
        children, "_started", lambda _job: subprocess.Popen(["sh", "-c", script], process_group=0, **pipes)
    )
    assert refusal(os.urandom(3_000_000)) == NO_TABLE


def test_a_machine_without_room_for_a_process_is_busy(monkeypatch):
    def full(_job):
        raise BlockingIOError(11, "no process left")

    monkeypatch.setattr(children, "_started", full)
    assert refusal(workbook(["a"])) == BUSY


def test_a_limit_of_work_is_told_from_a_fall(monkeypatch):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
    for name in (signal.SIGPROF, signal.SIGXCPU):
        command = ["sh", "-c", f"kill -{name.value} $$"]
        monkeypatch.setattr(
            children, "_started", lambda _job, c=command: subprocess.Popen(c, process_group=0, **pipes)
        )
        assert refusal(workbook(["a"])) == TOO_SLOW


# --- One after the other


def test_who_finds_no_turn_and_no_seat_is_told_at_once():
    with children._turn(1):
        waiting = threading.Thread(target=lambda: _read_quietly(PATIENT))
        waiting.start()
        until = time.monotonic() + 5
        while children._seats._value and time.monotonic() < until:
            time.sleep(0.01)
        begun = time.monotonic()
        assert refusal(workbook(["a"])) == BUSY
        assert time.monotonic() - begun < 1
    waiting.join()
    assert (children._turns._value, children._seats._value) == (children.AT_ONCE, children.WAITING)


def _read_quietly(limits) -> list:
    return spreadsheet.read(workbook(["a"], ["b"]), "t.xlsx", limits=limits).rows


def test_who_waits_is_served_when_the_turn_comes():
    served: list = []
    with children._turn(1):
        waiting = threading.Thread(target=lambda: served.extend(_read_quietly(PATIENT)))
        waiting.start()
        time.sleep(0.2)
        assert served == []
    waiting.join()
    assert served == [["b"]]


def test_nobody_waits_for_longer_than_half_the_deadline():
    with children._turn(1):
        begun = time.monotonic()
        assert refusal(workbook(["a"]), replace(PAGE, deadline=0.4)) == BUSY
        assert time.monotonic() - begun < 2


def test_a_refused_file_gives_its_turn_back():
    for _ in range(3):
        assert refusal(b"PK") == NO_TABLE
    assert children._turns._value == children.AT_ONCE


# --- Nothing leaves, nothing is written

WATCH = """
import json, sys
seen = []
def note(event, args):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "urllib.")):
        seen.append(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        seen.append(f"open {args[0]}")
from indicators.parsing.job import Job, answer
from indicators.parsing.limits import Limits
sys.addaudithook(note)
limits = Limits(processor=60)
for path in sys.argv[1:]:
    for wanted in ("table", "book"):
        answer(open(path, "rb").read(), Job(wanted, limits, path))
told = list(seen)
import socket
try:
    open("/dev/null", "w").close()
    socket.create_connection(("127.0.0.1", 9), timeout=0.1)
except OSError:
    pass
print(json.dumps([told, [each for each in seen if each not in told]]))
"""


def test_no_file_makes_it_write_or_call_anybody(tmp_path):
    names = ("laughs", "quadratic", "references", "overlapping")
    files = {name: hostile.HOSTILE[name]() for name in names}
    files |= {
        "remote": hostile.sheet_of(hostile.TEXT % "x", head=hostile.REMOTE),
        "outside": hostile.sheet_of(hostile.TEXT % "&e;", head=hostile.OUTSIDE),
        "leaving": hostile.with_part(workbook(["a"]), "../../evil.xml", b"x"),
        "plain": workbook(["a"], ['=HYPERLINK("http://127.0.0.1:9")'], ["b"]),
    }
    for name, data in files.items():
        (tmp_path / f"{name}.xlsx").write_bytes(data)
    (tmp_path / "plain.csv").write_bytes(csv("a;b", "1;2"))
    paths = sorted(str(path) for path in tmp_path.iterdir())
    run = subprocess.run(
        [sys.executable, "-B", "-c", WATCH, *paths], capture_output=True, check=True, cwd=children._HERE
    )
    told, control = json.loads(run.stdout)
    assert told == []
    assert control[0] == "open /dev/null"
    assert "socket.connect" in control
    assert sorted(str(path) for path in tmp_path.iterdir()) == paths


# --- What it costs

COST = """
import resource, subprocess, sys
with open(sys.argv[1], "rb") as file:
    subprocess.run([sys.executable, "-E", "-s", "-B", "-m", "indicators.parsing", sys.argv[2]], stdin=file,
                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss // 1024, used.ru_utime + used.ru_stime)
"""


@pytest.mark.parametrize("name", sorted(hostile.HOSTILE))
def test_no_hostile_file_costs_300_mib_or_two_seconds_of_work(name, tmp_path):
    """Asked by a small process: a child's peak is never less than that of whoever started it."""
    (tmp_path / "f.xlsx").write_bytes(hostile.HOSTILE[name]())
    job = json.dumps({"wanted": "table", "filename": "f.xlsx", "limits": {}})
    command = [sys.executable, "-c", COST, str(tmp_path / "f.xlsx"), job]
    run = subprocess.run(command, capture_output=True, check=True, cwd=children._HERE, text=True)
    mib, seconds = map(float, run.stdout.split())
    assert mib < 300
    assert seconds < 2
