"""A session that ended while somebody typed, without a script: the text goes through the login and comes back."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from indicators import kept
from indicators.models import User
from tests import people
from tests.factories import cell, indicator, type_in
from tests.indicators.pages import at, browser, press, seen, values

PASSWORD = "Mường-Tè-2026"
TYPED = {"HT.01-value": "14433", "HT.01-note": "đo <lại>", "HT.02-value": "nhiều"}


@pytest.fixture
def submission(province):
    for user in (province.reporter, province.outsider):
        user.set_password(PASSWORD)
        user.save()
    return province.submission(indicator("HT.01"), indicator("HT.02"))


def page_of(submission, by, *, action="save", version=0, **typed) -> dict:
    """The fields that a page of the report sends."""
    data = {"version": version, "key": "k1", "action": action, "typist": kept.typist(by, at(submission))}
    return data | (typed or TYPED)


def stranger(**how) -> Client:
    client = Client(**how)
    client.cookies["django_language"] = "en"
    return client


def carried(response) -> str:
    found = re.search(r'name="kept" value="([^"]*)"', response.content.decode())
    return unescape(found[1]) if found else ""


def log_in(client, sealed, user: User, password=PASSWORD):
    login = {"username": user.username, "password": password, "next": "/submissions/", "kept": sealed}
    return client.post("/accounts/login/", login)


@pytest.fixture
def ended(province, submission):
    """The page was sent after the session had ended; the login page stands."""
    client = stranger()
    return client, client.post(at(submission), page_of(submission, province.reporter))


# --- Through the login and back


def test_the_login_page_says_that_the_text_is_kept_and_shows_none_of_it(submission, ended):
    _client, response = ended
    assert (response.status_code, values(submission)) == (401, {})
    assert "The session has ended. What was typed is kept" in seen(response)
    assert "14433" not in response.content.decode()
    assert f'name="next" value="{at(submission)}"' in response.content.decode()


def test_after_the_login_the_form_shows_it_as_typed_and_unsaved(province, submission, ended):
    client, response = ended
    log_in(client, carried(response), province.reporter)
    page = client.get(at(submission))
    body = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert "The session had ended. What was typed stands below again and is not saved yet." in seen(page)
    assert 'name="HT.01-value" value="14433"' in body
    assert "đo &lt;lại&gt;" in body
    assert seen(page).count("Not saved") >= 2
    assert "Error: &quot;nhiều&quot; is not a number" in body
    assert values(submission) == {}


def test_it_stands_there_until_it_is_sent_and_then_no_more(province, submission, ended):
    client, response = ended
    log_in(client, carried(response), province.reporter)
    for _again in range(2):
        assert "14433" in client.get(at(submission)).content.decode()
    typed = page_of(submission, province.reporter, **{"HT.01-value": "14433"})
    client.post(at(submission), typed)
    assert values(submission) == {"HT.01": 14433}
    assert "The session had ended" not in seen(client.get(at(submission)))


def test_a_script_that_saves_it_ends_it_too(province, submission, ended):
    client, response = ended
    log_in(client, carried(response), province.reporter)
    client.post(at(submission), page_of(submission, province.reporter), headers={"Accept": "application/json"})
    assert "The session had ended" not in seen(client.get(at(submission)))


def test_it_survives_a_mistyped_password(province, submission, ended):
    client, response = ended
    again = log_in(client, carried(response), province.reporter, password="sai")
    assert "The username or the password is not correct." in seen(again)
    log_in(client, carried(again), province.reporter)
    assert "14433" in client.get(at(submission)).content.decode()


def test_it_survives_the_lock_of_the_account(province, submission, ended):
    client, response = ended
    sealed = carried(response)
    for _try in range(settings.AXES_FAILURE_LIMIT):
        locked = log_in(client, sealed, province.reporter, password="sai")
    assert "Account locked" in seen(locked)
    assert carried(locked) == sealed


def test_what_others_saved_meanwhile_is_not_overwritten_unseen(province, submission, ended):
    other = people.person("Lý Văn Páo", province.department, "reporter")
    type_in(submission, cell("20"), by=other)
    client, response = ended
    log_in(client, carried(response), province.reporter)
    page = client.get(at(submission)).content.decode()
    assert re.findall(r'name="version" value="(\d+)"', page)[0] == "0"
    answer = client.post(at(submission), page_of(submission, province.reporter, **{"HT.01-value": "10"}))
    assert "20 km. Yours: 10 km. Keep which?" in seen(answer)
    assert values(submission) == {"HT.01": 20}


def test_the_comment_of_a_step_comes_back_too(province, submission):
    type_in(submission, cell("1"), cell("2"), by=province.reporter)
    province.walk(submission, "submit")
    province.unit_leader.set_password(PASSWORD)
    province.unit_leader.save()
    client = stranger()
    typed = page_of(submission, province.unit_leader, action="return", comment="Xem lại HT.01")
    log_in(client, carried(client.post(at(submission), typed)), province.unit_leader)
    assert "Xem lại HT.01" in client.get(at(submission)).content.decode()


# --- Another account, another report, another time


def test_another_account_is_not_shown_what_was_typed(province, submission, ended):
    client, response = ended
    other = people.person("Lý Văn Páo", province.department, "reporter")
    other.set_password(PASSWORD)
    other.save()
    log_in(client, carried(response), other)
    page = client.get(at(submission))
    assert "What was typed before belongs to another account and is not shown." in seen(page)
    assert "14433" not in page.content.decode()


def test_a_page_that_names_nobody_is_only_asked_to_log_in(province, submission):
    for typist in ("", "forged", kept.typist(province.reporter, "/submissions/0/")):
        response = stranger().post(at(submission), page_of(submission, province.reporter) | {"typist": typist})
        assert (response.status_code, response.url) == (302, f"/accounts/login/?next={at(submission)}")


def test_a_text_that_was_changed_on_the_way_is_dropped(province, submission, ended):
    client, response = ended
    log_in(client, carried(response)[:-2], province.reporter)
    assert "14433" not in client.get(at(submission)).content.decode()


def test_after_a_day_it_is_dropped(province, submission, ended, monkeypatch):
    client, response = ended
    at_login = signing.time.time() + kept.KEPT_FOR + 1
    monkeypatch.setattr(signing.time, "time", lambda: at_login)
    log_in(client, carried(response), province.reporter)
    assert "14433" not in client.get(at(submission)).content.decode()


def test_what_no_page_of_ours_sends_is_not_given_back(province, submission):
    client = stranger()
    response = client.post(at(submission), page_of(submission, province.reporter) | {"version": "99"})
    log_in(client, carried(response), province.reporter)
    assert client.get(at(submission)).status_code == 200
    assert "The session had ended" not in seen(client.get(at(submission)))


# --- A page from before the last login


def before_the_login(province, submission, user: User | None) -> tuple[Client, object]:
    """A page whose token is of the past is sent by whoever is logged in now."""
    client = stranger(enforce_csrf_checks=True)
    if user is not None:
        client.force_login(user, "config.backends.Accounts")
    return client, client.post(at(submission), page_of(submission, province.reporter))


def test_a_page_from_before_the_login_leads_to_the_form_with_its_text(province, submission):
    client, response = before_the_login(province, submission, province.reporter)
    assert (response.status_code, response.url, values(submission)) == (302, at(submission), {})
    assert "14433" in client.get(at(submission)).content.decode()


def test_without_a_session_it_leads_through_the_login(province, submission):
    _client, response = before_the_login(province, submission, None)
    assert (response.status_code, bool(carried(response))) == (401, True)


def test_the_login_page_itself_may_be_from_before_a_login_on_another(province, submission):
    client, response = before_the_login(province, submission, None)
    client.force_login(province.reporter, "config.backends.Accounts")
    again = log_in(client, carried(response), province.reporter)
    assert (again.status_code, again.url) == (302, at(submission))
    assert "14433" in client.get(at(submission)).content.decode()


def test_who_is_logged_in_by_then_keeps_it_as_well(province, submission, ended):
    client, response = ended
    client.force_login(province.reporter, "config.backends.Accounts")
    log_in(client, carried(response), province.reporter)
    assert "14433" in client.get(at(submission)).content.decode()


def test_a_page_of_another_person_is_out_of_date(province, submission):
    _client, response = before_the_login(province, submission, province.outsider)
    assert response.status_code == 403
    assert "The page is out of date" in seen(response)
    assert "14433" not in response.content.decode()


def test_other_pages_from_before_the_login_are_out_of_date(province, submission):
    client = stranger(enforce_csrf_checks=True)
    assert client.post("/accounts/logout/").status_code == 403


def test_a_script_with_an_old_token_is_answered_as_a_script(province, submission):
    client = stranger(enforce_csrf_checks=True)
    typed = page_of(submission, province.reporter)
    response = client.post(at(submission), typed, headers={"Accept": "application/json"})
    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/json")


def test_a_save_in_the_session_keeps_nothing(province, submission):
    press(submission, province.reporter, "save", HT_01_value="nhiều")
    assert "The session had ended" not in seen(browser(province.reporter).get(at(submission)))
