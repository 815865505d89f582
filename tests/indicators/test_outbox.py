"""One digest a person, never twice, and what becomes of it when the mail server refuses, hangs up or is gone."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from indicators import outbox
from indicators.clock import today
from indicators.models import Delivery, Digest, Membership, Notice, Role, User
from tests import people
from tests.factories import cell, indicator, perform, type_in

pytestmark = pytest.mark.usefixtures("english")
BUSY = SMTPDataError(451, b"Try again later")


@pytest.fixture
def report(province, clock, settings):
    """Handed to the signer, on a Tuesday morning; only the signer has an address."""
    settings.DIGEST_HOURS = 6
    clock.set(2026, 11, 24, 9)
    report = type_in(province.submission(indicator("HT.01"), due_in=30), cell("1"), by=province.reporter)
    Notice.objects.all().delete()
    has_address(province.unit_leader)
    return province.walk(report, "submit")


@pytest.fixture
def server(monkeypatch):
    """The mail server of the tests; `error` is what it answers to the next mail, `gone` to the next connection."""

    class Server:
        error: BaseException | None = None
        gone: Exception | None = None
        was_in_transaction: bool | None = None

    def open_(_backend):
        if Server.gone:
            raise Server.gone

    def send(backend, messages):
        Server.was_in_transaction = connection.in_atomic_block
        if Server.error:
            raise Server.error
        return original(backend, messages)

    original = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "open", open_)
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    return Server


def has_address(user, address="ky@example.gov.vn"):
    User.objects.filter(pk=user.pk).update(email=address)


def send():
    """A run of the timer: who got a mail in it."""
    before = len(mail.outbox)
    outbox.send_all()
    return [address for message in mail.outbox[before:] for address in message.to]


def stands():
    return [(d.delivery, d.tries) for d in Digest.objects.order_by("pk")]


# --- Once


def test_what_waits_is_sent_once(report):
    assert send() == ["ky@example.gov.vn"]
    assert send() == []
    assert stands() == [("sent", 1)]
    assert Notice.objects.get(kind="to_sign").digest == Digest.objects.get()


def test_everything_that_waits_comes_in_one_mail(province, report):
    other = type_in(province.submission(indicator("XH.01"), due_in=30), cell("1"), by=province.reporter)
    province.walk(other, "submit")
    assert send() == ["ky@example.gov.vn"]
    assert mail.outbox[0].body.count("/submissions/") == 2


def test_the_next_digest_waits_for_its_hours(province, report, clock):
    send()
    other = type_in(province.submission(indicator("XH.01"), due_in=30), cell("1"), by=province.reporter)
    province.walk(other, "submit")
    clock.set(2026, 11, 24, 14, 59)
    assert send() == []
    clock.set(2026, 11, 24, 15, 1)
    assert send() == ["ky@example.gov.vn"]
    assert [d.number for d in Digest.objects.order_by("number")] == [1, 2]


def test_each_person_gets_a_digest_of_his_own(province, report):
    has_address(people.person("second signer", province.department, Role.SIGNER), "hai@example.gov.vn")
    perform("submit", perform("withdraw", report, by=province.reporter), by=province.reporter)
    assert sorted(send()) == ["hai@example.gov.vn", "ky@example.gov.vn"]
    assert {len(message.to) for message in mail.outbox} == {1}


# --- Not at all


def test_what_is_done_meanwhile_is_not_sent(province, report):
    province.walk(report, "sign")
    assert send() == []
    assert Digest.objects.count() == 0


def test_what_was_read_on_the_page_is_not_sent(report):
    Notice.objects.update(read_at=timezone.now())
    assert send() == []


@pytest.mark.parametrize("facts", [{"email": ""}, {"is_active": False}])
def test_nobody_without_an_address_or_switched_off_gets_a_mail(province, report, facts):
    User.objects.filter(pk=province.unit_leader.pk).update(**facts)
    assert send() == []
    assert Notice.objects.filter(user=province.unit_leader).unread().count() == 1


def test_nobody_whose_membership_ended_gets_a_mail(province, report):
    Membership.objects.filter(user=province.unit_leader).update(valid_until=today())
    assert send() == []
    assert Notice.objects.filter(user=province.unit_leader).unread().count() == 1


def test_who_gets_an_address_later_is_told_then(province, report):
    has_address(province.unit_leader, "")
    send()
    has_address(province.unit_leader)
    assert send() == ["ky@example.gov.vn"]


def test_without_a_mail_server_nothing_is_claimed_and_everything_waits_for_one(report, settings):
    mail_of_the_tests = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = outbox.NO_SERVER
    assert (send(), stands()) == ([], [])
    settings.EMAIL_BACKEND = mail_of_the_tests
    assert send() == ["ky@example.gov.vn"]


# --- Refused


def test_what_the_server_refuses_is_tried_again_later_and_later(report, server, clock):
    server.error = BUSY
    assert send() == []
    assert stands() == [("waiting", 1)]
    digest = Digest.objects.get()
    assert (digest.error, digest.next_try_at - digest.tried_at) == (
        "SMTPDataError: (451, b'Try again later')",
        timedelta(minutes=5),
    )
    clock.set(2026, 11, 24, 9, 4)
    assert (send(), stands()) == ([], [("waiting", 1)])
    clock.set(2026, 11, 24, 9, 5)
    send()
    digest.refresh_from_db()
    assert (digest.tries, digest.next_try_at - digest.tried_at) == (2, timedelta(minutes=15))
    server.error = None
    clock.set(2026, 11, 24, 9, 20)
    assert (send(), stands()) == (["ky@example.gov.vn"], [("sent", 3)])
    assert Digest.objects.get().error == ""


def test_after_ten_tries_it_is_given_up_and_a_person_tries_again(report, server, clock):
    server.error = SMTPRecipientsRefused({"ky@example.gov.vn": (550, b"No such user")})
    send()
    for _ in range(12):
        Digest.objects.filter(delivery="waiting").update(next_try_at=timezone.now())
        send()
    assert stands() == [("given_up", 10)]
    server.error = None
    assert outbox.try_again([Digest.objects.get().pk]) == 1
    assert (send(), stands()) == (["ky@example.gov.vn"], [("sent", 11)])


def test_the_longest_wait_is_half_a_day(report, server):
    server.error = BUSY
    send()
    Digest.objects.update(tries=8, next_try_at=timezone.now())
    send()
    digest = Digest.objects.get()
    assert digest.next_try_at - digest.tried_at == timedelta(hours=12)


def test_a_retry_leaves_out_what_is_done_and_is_dropped_when_nothing_is_left(province, report, server, clock):
    server.error = BUSY
    send()
    server.error = None
    province.walk(report, "sign")
    clock.set(2026, 11, 24, 9, 30)
    assert (send(), stands()) == ([], [("dropped", 2)])


def test_a_retry_goes_to_the_address_of_now(province, report, server, clock):
    server.error = SMTPRecipientsRefused({})
    send()
    server.error = None
    has_address(province.unit_leader, "dung@example.gov.vn")
    clock.set(2026, 11, 24, 9, 30)
    assert send() == ["dung@example.gov.vn"]
    assert Digest.objects.get().address == "dung@example.gov.vn"


def test_a_retry_to_somebody_who_was_switched_off_is_dropped(province, report, server, clock):
    server.error = BUSY
    send()
    server.error = None
    User.objects.filter(pk=province.unit_leader.pk).update(is_active=False)
    clock.set(2026, 11, 24, 9, 30)
    assert (send(), stands()) == ([], [("dropped", 2)])


def test_nothing_new_is_claimed_while_a_digest_waits_for_its_next_try(province, report, server, clock):
    server.error = BUSY
    send()
    other = type_in(province.submission(indicator("XH.01"), due_in=30), cell("1"), by=province.reporter)
    province.walk(other, "submit")
    Digest.objects.update(tried_at=timezone.now() - timedelta(hours=7), next_try_at=timezone.now() + timedelta(1))
    assert (send(), len(stands())) == ([], 1)


# --- Not reached


def test_a_server_that_is_gone_ends_the_run_and_the_others_keep(province, report, server, clock):
    has_address(people.person("second signer", province.department, Role.SIGNER), "hai@example.gov.vn")
    perform("submit", perform("withdraw", report, by=province.reporter), by=province.reporter)
    server.gone = ConnectionRefusedError(111, "Connection refused")
    with pytest.raises(CommandError, match="not reached: ConnectionRefusedError"):
        call_command("send_outbox")
    assert stands() == [("waiting", 1)]
    server.gone = None
    clock.set(2026, 11, 24, 9, 30)
    assert sorted(send()) == ["hai@example.gov.vn", "ky@example.gov.vn"]


# --- Nobody knows


@pytest.mark.parametrize("error", [SMTPServerDisconnected("in the middle"), TimeoutError(), ValueError("no mail")])
def test_what_broke_off_in_the_middle_is_not_sent_again_by_itself(report, server, clock, error):
    server.error = error
    send()
    assert stands() == [("unknown", 1)]
    server.error = None
    clock.set(2026, 11, 25, 9)
    assert (send(), stands()) == ([], [("unknown", 1)])


def test_a_crash_between_sending_and_recording_sends_nothing_twice(report, server, clock):
    server.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        outbox.send_all()
    server.error = None
    assert (send(), stands()) == ([], [("sending", 1)])
    clock.set(2026, 11, 24, 10, 1)
    assert (send(), stands()) == ([], [("unknown", 1)])
    assert Digest.objects.get().error == "The sender stopped before it knew the outcome."
    assert outbox.try_again([Digest.objects.get().pk]) == 1
    assert send() == ["ky@example.gov.vn"]


def test_one_mail_that_fails_stops_no_other(province, report, server, monkeypatch):
    has_address(people.person("second signer", province.department, Role.SIGNER), "hai@example.gov.vn")
    perform("submit", perform("withdraw", report, by=province.reporter), by=province.reporter)
    answers = iter([BUSY, None])
    deliver = outbox._deliver

    def one_after_another(claimed):
        server.error = next(answers)
        return deliver(claimed)

    monkeypatch.setattr(outbox, "_deliver", one_after_another)
    outbox.send_all()
    assert [delivery for delivery, _ in stands()] == ["waiting", "sent"]


def test_a_farewell_that_fails_takes_nothing_back(report, monkeypatch):
    def close(_backend):
        raise SMTPServerDisconnected("already")

    monkeypatch.setattr(EmailBackend, "close", close)
    assert (send(), stands()) == (["ky@example.gov.vn"], [("sent", 1)])


def test_what_was_sent_or_is_being_sent_is_not_tried_again(report):
    send()
    assert outbox.try_again([Digest.objects.get().pk]) == 0
    Digest.objects.update(delivery=Delivery.SENDING)
    assert outbox.try_again([Digest.objects.get().pk]) == 0


@pytest.mark.django_db(transaction=True)
def test_no_mail_is_sent_inside_a_transaction(transactional_db, server, clock):
    from tests.factories import Province

    clock.set(2026, 11, 24, 9)
    province = Province()
    has_address(province.reporter)
    province.round(indicator("HT.01"), due_in=30)
    assert send() == ["ky@example.gov.vn"]
    assert server.was_in_transaction is False


# --- The command


def test_the_command_reminds_and_tells_what_became_of_the_mails(province, clock, capsys):
    clock.set(2026, 11, 24, 9)
    has_address(province.reporter)
    province.round(indicator("HT.01"), due_in=2)
    call_command("send_outbox")
    assert capsys.readouterr().out == "New notices of due dates and opened rounds: 1\nSent: 1\n"
    call_command("send_outbox")
    assert capsys.readouterr().out == ""


# --- Cost


@pytest.mark.parametrize("count", [1, 3])
def test_a_run_without_anything_to_send_costs_the_same_queries(province, report, count, django_assert_num_queries):
    Membership.objects.filter(user=province.unit_leader).update(valid_until=today())
    for n in range(count - 1):
        has_address(people.person(f"signer {n}", province.department, Role.SIGNER, is_active=False))
    with django_assert_num_queries(5):  # what is stuck; what waits; notices, and by two ways whether they are true
        assert send() == []
