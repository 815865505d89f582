"""Locks that others lift, and passwords that are given out once."""

from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import authenticate
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from indicators import account_views, accounts
from indicators.models import Membership, User
from indicators.refusals import Refused
from tests import people
from tests.indicators.pages import seen

pytestmark = pytest.mark.usefixtures("english")
OWN = "Mường-Tè-2026"


def log_in(user: User, password: str, client: Client | None = None):
    client = client or Client()
    client.cookies["django_language"] = "en"
    return client.post("/accounts/login/", {"username": user.username, "password": password})


def lock(user: User) -> None:
    for _each in range(5):
        log_in(user, "wrong")


def is_locked(user: User) -> bool:
    return accounts.with_locks(User.objects.filter(pk=user.pk)).get().is_locked


def log_of(user: User) -> list[tuple[str, str]]:
    rows = LogEntry.objects.filter(object_id=str(user.pk)).order_by("pk").select_related("user")
    return [(row.user.username, row.change_message) for row in rows]


def test_the_fifth_failed_try_locks_and_the_fourth_does_not(province):
    seen_states = []
    for _each in range(5):
        seen_states.append(is_locked(province.reporter))
        log_in(province.reporter, "wrong")
    assert [*seen_states, is_locked(province.reporter), is_locked(province.leader)] == [False] * 5 + [True, False]


def test_the_page_says_until_when_and_whom_to_call(province, settings, monkeypatch):
    settings.SITE_UNIT, settings.SITE_TELEPHONE = "Sở Khoa học và Công nghệ", "0213 3876 000"
    at = timezone.make_aware(datetime(2026, 11, 24, 9, 30))
    monkeypatch.setattr(account_views, "now", lambda: at)
    lock(province.reporter)
    response = log_in(province.reporter, OWN)
    assert response.status_code == 429
    assert (
        "Too many failed tries. Locked until 24/11/2026 10:30; Sở Khoa học và Công nghệ, 0213 3876 000 can unlock. "
        "So can the contact of the agency or unit."
    ) in seen(response)


def test_without_a_named_unit_the_administrator_is_called(province):
    lock(province.reporter)
    assert "the system administrator can unlock" in seen(log_in(province.reporter, OWN))


def test_a_lock_is_lifted_with_the_name_of_whoever_did(province):
    lock(province.reporter)
    assert accounts.unlock([province.reporter, province.leader], by=province.approver) == 1
    assert not is_locked(province.reporter)
    assert log_of(province.reporter) == [("approver", "Unlocked after failed logins.")]
    assert log_of(province.leader) == []


def test_a_given_password_opens_once_and_asks_for_another(province):
    province.reporter.set_password(OWN)
    province.reporter.save()
    lock(province.reporter)
    (letter,) = accounts.give_passwords([province.reporter], by=province.approver)
    client = Client()
    assert log_in(province.reporter, OWN).status_code == 200
    assert log_in(province.reporter, letter.password, client).status_code == 302
    assert client.get("/submissions/")["Location"] == "/accounts/password/?next=%2Fsubmissions%2F"
    assert log_of(province.reporter) == [("approver", "Given a one-time password.")]


def test_a_given_password_ends_the_sessions_of_the_old_one(province):
    client = Client()
    client.force_login(province.reporter, "config.backends.Accounts")
    accounts.give_passwords([province.reporter], by=province.approver)
    assert client.get("/submissions/")["Location"] == "/accounts/login/?next=/submissions/"


def test_nothing_stores_the_clear_password(province):
    (letter,) = accounts.give_passwords([province.reporter], by=province.approver)
    province.reporter.refresh_from_db()
    assert letter.password not in province.reporter.password
    assert letter.password not in str(list(LogEntry.objects.order_by("pk").values()))


@pytest.mark.parametrize("own", [True, False], ids=["the own account", "one that is switched off"])
def test_no_password_is_given_where_it_would_be_of_no_use(province, own):
    off = people.person("off", province.department, "reporter", is_active=False)
    others = [province.reporter, province.approver if own else off]
    with pytest.raises(Refused, match="no one-time password is given to it"):
        accounts.give_passwords(others, by=province.approver)
    assert not User.objects.filter(must_change_password=True).exists()


def test_the_real_hash_is_quick_to_make_and_renewed_at_the_first_login(province, settings, rf):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    (letter,) = accounts.give_passwords([province.reporter], by=province.approver)
    province.reporter.refresh_from_db()
    assert province.reporter.password.startswith(f"pbkdf2_sha256${accounts.ITERATIONS}$")
    found = authenticate(rf.post("/"), username="reporter", password=letter.password)
    assert found == province.reporter
    province.reporter.refresh_from_db()
    assert not province.reporter.password.startswith(f"pbkdf2_sha256${accounts.ITERATIONS}$")


def test_a_letter_says_what_the_account_is_for(province, clock):
    clock.set(2026, 11, 24)
    facts = {"user": province.reporter, "role": "reader"}
    Membership.objects.create(unit=province.sister, valid_from="2026-12-01", **facts)
    Membership.objects.create(unit=province.root, valid_until="2027-01-01", **facts)
    Membership.objects.create(unit=province.office, valid_until="2026-11-24", **facts)
    (letter,) = accounts.give_passwords([province.reporter], by=province.approver)
    reads = "Reads the figures of the unit and of the units below it"
    assert sorted(letter.does) == sorted(
        [
            "Sở Khoa học và Công nghệ: Enters figures for the unit",
            f"Sở Tài chính: {reads}, from 01/12/2026",
            f"Tỉnh Lai Châu: {reads}, to the end of 31/12/2026",
        ]
    )


@pytest.mark.parametrize(("count", "queries"), [(1, 13), (3, 31)])
def test_the_letters_ask_for_their_roles_once(province, django_assert_num_queries, count, queries):
    chosen = [province.reporter, province.unit_leader, province.leader][:count]
    ContentType.objects.get_for_model(User)  # kept by Django in the process
    with django_assert_num_queries(queries):
        accounts.give_passwords(chosen, by=province.approver)


def test_tries_from_several_addresses_lock_the_account_and_nobody_else_at_them(province):
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            "/accounts/login/", {"username": "reporter", "password": "wrong"}
        )
    province.leader.set_password(OWN)
    province.leader.save()
    assert (is_locked(province.reporter), is_locked(province.leader)) == (True, False)
    office = Client(REMOTE_ADDR="10.0.0.1")
    assert log_in(province.leader, OWN, office).status_code == 302
    assert log_in(province.reporter, OWN, Client(REMOTE_ADDR="10.0.0.9")).status_code == 429
