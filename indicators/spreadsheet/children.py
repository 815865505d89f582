"""A file is read by a process of its own, so that a hostile one costs a little time of one processor, and nobody
else anything.

The process is started, never forked: the server's threads would not survive it. It bars itself (parsing.__main__);
here it is given its turn, fed, listened to up to a bound, and killed with all its kin at the deadline. It stays in
the server's session: between sessions Linux shares processors out by halves (sched_autogroup), and its niceness
would count for nothing.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ..parsing.job import Job
from ..refusals import Refused
from .sentences import busy, no_table, refused

AT_ONCE = 1  # files that one process of the server reads at a time
WAITING = 1  # threads that wait for their turn; the others are told to come again, and serve somebody else
_PIECE = 65_536
_HERE = Path(__file__).resolve().parents[2]

# Of views that read files, as many may be at work at once: the threads that are left serve everybody else.
IN_THE_HOUSE = AT_ONCE + WAITING

_turns = threading.BoundedSemaphore(AT_ONCE)
_seats = threading.BoundedSemaphore(WAITING)


def ask(data: bytes, job: Job) -> Any:
    """The table or the sheets that `parsing` found. Raises Refused; Busy where there was no turn."""
    until = time.monotonic() + job.limits.deadline
    with _turn(job.limits.deadline / 2):
        told = _run(data, job, until)
    if "refused" in told:
        raise refused(told["refused"], told["facts"])
    return told[job.wanted]


@contextmanager
def _turn(patience: float) -> Iterator[None]:
    if not _turns.acquire(blocking=False) and not _wait(patience):
        raise busy()
    try:
        yield
    finally:
        _turns.release()


def _wait(patience: float) -> bool:
    if not _seats.acquire(blocking=False):
        return False
    try:
        return _turns.acquire(timeout=patience)
    finally:
        _seats.release()


def _run(data: bytes, job: Job, until: float) -> dict[str, Any]:
    try:
        child = _started(job)
    except OSError as full:  # no memory, no process left
        raise busy() from full
    try:
        answer = _exchange(child, data, job.limits.answer, until)
    finally:
        used = _end(child)
    if answer is None:
        # Who was kept from working by others' work has done nothing wrong.
        raise busy() if used < job.limits.processor / 2 else refused("too_slow", {})
    if child.returncode in (-signal.SIGPROF, -signal.SIGXCPU):
        raise refused("too_slow", {})
    if len(answer) > job.limits.answer:
        raise refused("too_large", {})
    return _understood(answer, job.wanted)


def _started(job: Job) -> "subprocess.Popen[bytes]":
    asked = {**asdict(job), "limits": asdict(job.limits)}
    options = ["-E", "-s", "-B", "-W", "ignore", "-m", "indicators.parsing"]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, *options, json.dumps(asked)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_HERE,
        env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
        process_group=0,
        bufsize=0,
    )


def _exchange(child: "subprocess.Popen[bytes]", data: bytes, bound: int, until: float) -> bytes | None:
    """What the child says, no more than one byte past the bound; None where it was not done in time."""
    told = bytearray()
    rest = memoryview(data)
    to, from_ = _pipes(child)
    with selectors.DefaultSelector() as ready:
        ready.register(to, selectors.EVENT_WRITE)
        ready.register(from_, selectors.EVENT_READ)
        while ready.get_map():
            events = ready.select(max(0.0, until - time.monotonic()))
            if not events and time.monotonic() >= until:
                return None
            for key, _event in events:
                if key.fileobj is to:
                    rest = _fed(to, rest)
                    if not rest:
                        ready.unregister(to)
                        to.close()
                elif piece := os.read(from_.fileno(), min(_PIECE, bound + 1 - len(told))):
                    told += piece
                else:
                    ready.unregister(from_)
                if len(told) > bound:
                    return bytes(told)
            if from_.fileno() not in ready.get_map():
                break
    return bytes(told)


def _pipes(child: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    to, from_ = child.stdin, child.stdout
    if to is None or from_ is None:
        raise TypeError("a child is started with both pipes")
    os.set_blocking(to.fileno(), False)
    return to, from_


def _fed(to: IO[bytes], rest: memoryview) -> memoryview:
    """What is still to be written; nothing where nobody listens any more."""
    try:
        return rest[os.write(to.fileno(), rest[:_PIECE]) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return memoryview(b"")


def _end(child: "subprocess.Popen[bytes]") -> float:
    """Nothing of the child's group is left; the seconds of work that it took."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def _understood(answer: bytes, wanted: str) -> dict[str, Any]:
    """A process that fell over says nothing, or half of it: the file is the cause."""
    try:
        told = json.loads(answer)
    except ValueError as broken:
        raise Refused(no_table()) from broken
    if not isinstance(told, dict) or not told.keys() & {wanted, "refused"}:
        raise Refused(no_table())
    return told
