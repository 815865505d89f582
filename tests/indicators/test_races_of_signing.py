"""A signature on the system against one by an attached document at the same moment: one winner, one event. Each
guard has its control, as in test_races."""

import pytest
from django.db import IntegrityError

from indicators import files, signed_papers, workflow
from indicators.clock import today
from indicators.models import Signature, StoredFile, Submission, UsedKey
from indicators.refusals import Refused
from tests.factories import PNG, cell, indicator, type_in
from tests.indicators.test_races import (
    act_of,
    attempt,
    meanwhile,
    province,
    take_compare_and_swap_away,
    take_locks_away,
)

__all__ = ["province"]  # the fixture, on real connections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


@pytest.fixture
def waiting(province):
    draft = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    return province.walk(draft, "submit")


def attaching(report, user, key=""):
    said = signed_papers.Said(
        number="45/BC",
        signed_on=today(),
        signer="Nguyễn Văn Hùng",
        title="Phó Giám đốc",
        capacity="deputy",
        code="",
    )
    read = report.revisions.latest("number").sha256
    scan = files.accept_scan(PNG, "bản ký.png")
    return lambda: signed_papers.attach(report, said, scan, by=user, revision=read, key=key)


def signed():
    events = Submission.objects.get().events.filter(move="sign").count()
    return Submission.objects.get().state, events, Signature.objects.count()


def test_a_button_pressed_while_the_paper_is_attached_waits_and_is_refused(monkeypatch, province, waiting, media):
    other = meanwhile(monkeypatch, workflow, "latest_revision", act_of("sign", waiting, province.unit_leader))
    assert attempt(attaching(waiting, province.reporter)) is True
    assert isinstance(other.outcome(), Refused)
    assert signed() == ("submitted", 1, 1)
    assert Signature.objects.get().way == "paper"
    assert len(list((media / "evidence").iterdir())) == 1


def test_a_paper_attached_while_the_button_is_pressed_leaves_nothing(monkeypatch, province, waiting, media):
    other = meanwhile(monkeypatch, workflow, "latest_revision", attaching(waiting, province.reporter))
    assert attempt(act_of("sign", waiting, province.unit_leader)).state == "submitted"
    assert isinstance(other.outcome(), Refused)
    assert signed() == ("submitted", 1, 1)
    assert Signature.objects.get().way == "system"
    assert (StoredFile.objects.count(), list((media / "evidence").iterdir())) == (0, [])


def test_a_page_sent_twice_at_once_is_done_once(monkeypatch, province, waiting, media):
    other = meanwhile(monkeypatch, workflow, "latest_revision", attaching(waiting, province.reporter, "k"))
    assert attempt(attaching(waiting, province.reporter, "k")) is True
    assert other.outcome() is False
    assert (signed(), UsedKey.objects.count()) == (("submitted", 1, 1), 1)
    assert len(list((media / "evidence").iterdir())) == 1


# --- The guards one by one


def race_of_two_buttons(monkeypatch, province, waiting):
    """Without the file, whose transaction is the lock on SQLite."""
    other = meanwhile(monkeypatch, workflow, "latest_revision", act_of("sign", waiting, province.unit_leader))
    return attempt(act_of("sign", waiting, province.unit_leader)), other.outcome()


def test_without_the_lock_the_compare_and_swap_alone_lets_one_sign(monkeypatch, province, waiting):
    take_locks_away(monkeypatch)
    first, second = race_of_two_buttons(monkeypatch, province, waiting)
    assert (type(first), second.state) == (Refused, "submitted")
    assert signed() == ("submitted", 1, 1)


def test_without_both_the_database_refuses_a_second_signature(monkeypatch, province, waiting):
    take_locks_away(monkeypatch)
    take_compare_and_swap_away(monkeypatch)
    first, second = race_of_two_buttons(monkeypatch, province, waiting)
    assert (type(first), second.state) == (IntegrityError, "submitted")
    assert signed() == ("submitted", 1, 1)


def test_control_without_any_guard_both_sign(monkeypatch, province, waiting):
    take_locks_away(monkeypatch)
    take_compare_and_swap_away(monkeypatch)
    monkeypatch.setattr(workflow.signing, "record", lambda *args, **facts: None)
    first, second = race_of_two_buttons(monkeypatch, province, waiting)
    assert (first.state, second.state) == ("submitted", "submitted")
    assert signed() == ("submitted", 2, 0)
