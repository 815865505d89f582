"""What the timer runs: every job, whatever became of the one before it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from indicators.management.commands import jobs as timer
from indicators.management.commands import (
    open_rounds,
    purge_keys,
    purge_logs,
    purge_notices,
    purge_uploads,
    seal_day,
    send_outbox,
)
from indicators.models import Seal, UsedKey

pytestmark = pytest.mark.django_db


def jobs() -> str:
    said = StringIO()
    call_command("jobs", stdout=said, stderr=said)
    return said.getvalue()


def test_each_job_runs_in_its_order(monkeypatch) -> None:
    ran = []
    named = {
        "open": open_rounds,
        "mail": send_outbox,
        "seal": seal_day,
        "keys": purge_keys,
        "logs": purge_logs,
        "notices": purge_notices,
        "uploads": purge_uploads,
    }
    for name, job in named.items():
        monkeypatch.setattr(job.Command, "handle", lambda *_args, name=name, **_options: ran.append(name))
    jobs()
    assert ran == list(named)
    assert len(ran) == len(timer.JOBS)


def test_nothing_to_do_is_no_failure() -> None:
    said = jobs().splitlines()
    assert said[-4:] == [
        "0 used keys forgotten",
        "0 entries of the log of logins forgotten",
        "0 notices forgotten",
        "0 unconfirmed uploads removed",
    ]
    assert not UsedKey.objects.exists()
    assert Seal.objects.get().code in "".join(said)
    assert jobs().splitlines() == said


@pytest.mark.parametrize("failure", [CommandError("not opened"), ZeroDivisionError("crash")])
def test_a_job_that_fails_stops_no_other_and_fails_the_command(monkeypatch, failure: Exception) -> None:
    def fail(*_args, **_options) -> None:
        raise failure

    ran = []
    monkeypatch.setattr(open_rounds.Command, "handle", fail)
    others = [send_outbox, seal_day, purge_keys, purge_logs, purge_notices, purge_uploads]
    for job in others:
        monkeypatch.setattr(job.Command, "handle", lambda *_args, job=job, **_options: ran.append(job))
    with pytest.raises(CommandError, match="Failed: open_rounds"):
        jobs()
    assert ran == others
