"""Who logged in, failed to, was locked out or logged out: one row each, kept for twelve months and not changed."""

from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from indicators import logins
from indicators.models import LoginEvent
from tests import people
from tests.indicators.pages import browser
from tests.indicators.test_admin_scope import keeper

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
LOG = "/admin/indicators/loginevent/"
PASSWORD = "Mật-khẩu-1234"


@pytest.fixture
def mai():
    user = people.person("mai", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(client=None, *, name="mai", password=PASSWORD, page=LOGIN, **headers):
    client = client or Client()
    return client.post(page, {"username": name, "password": password}, headers=headers or None)


def logged(*names):
    return list(LoginEvent.objects.order_by("pk").values_list(*(names or ("act", "username"))))


def test_a_login_and_its_end_are_logged_with_person_address_and_browser(mai):
    client = Client(HTTP_USER_AGENT="Firefox")
    attempt(client)
    client.post("/accounts/logout/")
    assert logged("act", "username", "user", "address", "agent") == [
        ("login", "mai", mai.pk, "127.0.0.1", "Firefox"),
        ("logout", "mai", mai.pk, "127.0.0.1", "Firefox"),
    ]


def test_the_login_of_the_administration_is_logged_too(mai):
    attempt(page="/admin/login/")
    assert logged() == [("login", "mai")]


def test_a_failure_is_logged_and_the_password_is_not(mai):
    attempt(password="Bí-mật-777")
    attempt(name="nobody", password="Bí-mật-777")
    assert logged("act", "username", "user") == [("failure", "mai", mai.pk), ("failure", "nobody", None)]
    assert "777" not in str(list(LoginEvent.objects.values()))


def test_the_try_that_locks_the_account_and_those_after_it_are_told_apart(mai):
    for _try in range(settings.AXES_FAILURE_LIMIT):
        attempt(password="sai")
    attempt()
    assert [act for act, _name in logged()] == ["failure"] * (settings.AXES_FAILURE_LIMIT - 1) + ["locked"] * 2


def test_behind_the_proxy_the_address_is_the_one_that_it_saw(mai, settings):
    settings.BEHIND_PROXY = True
    attempt(**{"X-Forwarded-For": "10.9.9.9, 203.0.113.7"})
    assert logged("address") == [("203.0.113.7",)]


def test_a_name_is_cut_to_what_a_name_may_be(rf):
    logins.failed(credentials={"username": "\0" + "x" * 400}, request=rf.post(LOGIN))
    assert logged("username") == [("x" * logins.NAME_LENGTH,)]


def test_a_failure_without_a_request_is_logged_without_an_address(mai, rf):
    request = rf.post(LOGIN)
    authenticate(request, username="mai", password="sai")
    logins.failed(credentials={})
    assert logged("act", "username", "agent") == [("failure", "mai", ""), ("failure", "", "")]


def test_a_session_that_had_ended_logs_no_logout(rf):
    logins.logged_out(request=rf.get("/"), user=None)
    assert logged() == []


# --- Kept for twelve months


def at(days):
    return LoginEvent.objects.create(act="login", username=f"{days}", at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize("days", [0, 300, 364])
def test_no_entry_of_the_last_twelve_months_is_deleted_by_anybody(days):
    at(days)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LoginEvent.objects.all().delete()
    assert LoginEvent.objects.count() == 1


@pytest.mark.parametrize("days", [0, 400])
def test_no_entry_is_changed_however_old(days):
    at(days)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LoginEvent.objects.update(username="khác")


def test_the_purge_forgets_what_is_older_and_can_run_twice():
    at(1), at(365), at(367), at(800)
    old = {"attempt_time": timezone.now() - timedelta(days=400), "username": "x", "path_info": "/"}
    for model in (AccessLog, AccessFailureLog):
        made = model.objects.create(ip_address="127.0.0.1", user_agent="x", username="x", path_info="/")
        model.objects.filter(pk=made.pk).update(**old)
    said = StringIO()
    call_command("purge_logs", stdout=said)
    call_command("purge_logs", stdout=said)
    assert logged("username") == [("1",), ("365",)]
    assert (AccessLog.objects.count(), AccessFailureLog.objects.count()) == (0, 0)
    assert said.getvalue() == (
        "2 entries of the log of logins forgotten\n0 entries of the log of logins forgotten\n"
    )


def test_twelve_months_pass_by_the_clock(mai, clock):
    clock.set(2024, 3, 1, 8, 0)
    attempt()
    clock.set(2025, 3, 1, 8, 0)
    assert logins.purge() == 0
    clock.set(2025, 3, 3, 8, 0)
    assert logins.purge() == 1


def test_a_clock_put_forward_makes_nobody_forget_sooner(mai, clock):
    """The database looks at its own."""
    attempt()
    clock.set(timezone.now().year + 2, 1, 1, 8, 0)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        logins.purge()
    assert logged() == [("login", "mai")]


# --- Its page


def test_the_administrator_of_the_province_reads_the_log_and_changes_nothing(province, mai):
    attempt(password="sai")
    entry = LoginEvent.objects.get()
    client = browser(keeper("admin", province.root, "province"))
    words = client.get(LOG).content.decode()
    assert [word in words for word in ("mai", "127.0.0.1", "Failed to log in")] == [True] * 3
    assert client.get(f"{LOG}{entry.pk}/change/").status_code == 200
    assert client.get(f"{LOG}add/").status_code == 403
    assert client.post(f"{LOG}{entry.pk}/change/", {"username": "khác"}).status_code == 403
    assert client.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LOG, {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"})
    assert LoginEvent.objects.filter(pk=entry.pk, username="mai").exists()


@pytest.mark.parametrize("group", ["unit", "catalogue"])
def test_other_keepers_do_not_see_it(province, group):
    assert browser(keeper("keeper", province.root, group)).get(LOG).status_code == 403


def test_one_list_of_logins_stands_in_the_menu_not_three(province):
    menu = browser(people.superuser()).get("/admin/").content.decode()
    assert f'href="{LOG}"' in menu
    assert "/admin/axes/accesslog/" not in menu
    assert "/admin/axes/accessfailurelog/" not in menu
