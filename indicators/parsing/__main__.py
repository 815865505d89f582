"""The process: `python -m indicators.parsing JOB` reads a file from its input and writes one JSON answer.

It bars itself before it reads a byte of the file: no more memory, processor time or files than its job allows,
nothing written, no process of its own, and behind everybody else in the queue for the processor. Whoever started it
kills it at the deadline.
"""

import json
import os
import resource
import signal
import sys

from .limits import Limits

NICENESS = 10  # a page that somebody waits for goes first
FILES = 16


def main() -> None:
    os.nice(NICENESS)
    asked = json.loads(sys.argv[1])

    from .job import Job, answer  # imported behind everybody else, too

    limits = Limits(**asked.pop("limits"))
    job = Job(limits=limits, **asked)
    if job.wanted == "book" or not job.filename.lower().endswith((".csv", ".txt")):
        from . import filling, sheets  # noqa: F401 - what is imported later would need more files and memory
    bar(limits)
    data = sys.stdin.buffer.read(job.ahead + limits.bytes + 1)
    told = json.dumps(answer(data, job), ensure_ascii=False, separators=(",", ":"), default=list)
    sys.stdout.buffer.write(told.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    os._exit(0)  # what was gathered need not be tidied away


def bar(limits: Limits) -> None:
    set_limit = resource.setrlimit
    set_limit(resource.RLIMIT_CORE, (0, 0))
    set_limit(resource.RLIMIT_FSIZE, (0, 0))
    set_limit(resource.RLIMIT_NOFILE, (FILES, FILES))
    set_limit(resource.RLIMIT_NPROC, (0, 0))
    set_limit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    # Counted from the start of the process; the timer is the finer one, the limit the one that cannot be put off.
    used = time_used()
    seconds = int(limits.processor) + 2
    set_limit(resource.RLIMIT_CPU, (seconds, seconds))
    signal.setitimer(signal.ITIMER_PROF, max(0.01, limits.processor - used))


def time_used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
