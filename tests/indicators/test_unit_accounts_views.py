"""The page of a unit's accounts: who finds it, what each button does, and what it never shows."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from indicators import kept
from indicators.clock import today
from indicators.models import Membership, User
from tests import people
from tests.factories import Province, indicator
from tests.indicators.pages import browser, seen
from tests.indicators.test_admin_scope import keeper

OWN = "Mường-Tè-2026"
NEW = {"action": "open", "full_name": "Lò Thị Mai", "username": "lo.thi.mai", "position": "Chuyên viên"}


@pytest.fixture
def lead(province) -> User:
    user = people.person("contact", province.department, "reader")
    user.memberships.update(is_contact=True)
    return user


@pytest.fixture
def client(lead) -> Client:
    return browser(lead)


def at(province: Province, membership: Membership | None = None) -> str:
    page = f"/unit-accounts/{province.department.pk}/"
    return f"{page}{membership.pk}/" if membership else page


def of(user: User) -> Membership:
    return user.memberships.get()


def press(client: Client, province: Province, action: str, user: User, **more):
    return client.post(at(province), {"action": action, "membership": of(user).pk, **more})


def fail(user: User) -> None:
    for _each in range(5):
        Client().post("/accounts/login/", {"username": user.username, "password": "wrong"})


# --- Who finds it


def test_a_contact_is_led_to_her_unit(client, province):
    assert "Accounts of the unit" in seen(client.get("/summary/"))
    response = client.get("/unit-accounts/")
    assert (response.status_code, response["Location"]) == (302, at(province))
    assert "Accounts: Sở Khoa học và Công nghệ" in seen(client.get(at(province)))


def test_the_contact_of_two_units_chooses(client, lead, province):
    Membership.objects.create(user=lead, unit=province.sister, role="reader", is_contact=True)
    page = seen(client.get("/unit-accounts/"))
    assert page.index("Sở Khoa học và Công nghệ") < page.index("Sở Tài chính")


@pytest.mark.parametrize("who", ["reporter", "unit_leader", "verifier", "approver", "leader", "outsider"])
def test_to_everybody_else_it_is_not_there(province, lead, who):
    client = browser(getattr(province, who))
    row = of(province.reporter)
    answers = [client.get(address).status_code for address in ("/unit-accounts/", at(province), at(province, row))]
    assert answers == [404, 404, 404]
    assert press(client, province, "password", province.reporter).status_code == 404
    assert "Accounts of the unit" not in seen(client.get("/summary/", follow=True))


def test_of_another_unit_nothing_is_there(client, province):
    row = of(province.outsider)
    assert client.get(f"/unit-accounts/{province.sister.pk}/").status_code == 404
    assert client.get(f"/unit-accounts/{province.sister.pk}/{row.pk}/").status_code == 404
    assert client.post(at(province), {"action": "unlock", "membership": row.pk}).status_code == 404
    assert client.post(at(province, row), {"reason": "Chuyển việc"}).status_code == 404
    row.refresh_from_db()
    assert row.valid_until is None


@pytest.mark.parametrize("membership", ["", "0", "x", "9" * 30])
def test_a_membership_that_is_none_is_not_there(client, province, membership):
    assert client.post(at(province), {"action": "unlock", "membership": membership}).status_code == 404


def test_an_act_that_is_none_is_a_bad_request(client, province):
    assert client.post(at(province), {"action": "delete"}).status_code == 400
    assert client.put(at(province)).status_code == 405


@pytest.mark.parametrize(("more", "queries"), [(0, 9), (2, 9)])
def test_the_page_asks_the_same_for_one_and_for_three(client, province, django_assert_num_queries, more, queries):
    for number in range(more):
        people.person(f"more {number}", province.department, "reporter")
    with django_assert_num_queries(queries):
        client.get(at(province))


def test_an_administrator_finds_the_page_of_each_unit_in_reach_from_the_list_of_accounts(province):
    client = browser(keeper("boss", province.department, "unit"))
    client.cookies["django_language"] = "en"
    assert 'href="/unit-accounts/"' in client.get("/admin/indicators/user/").content.decode()
    assert client.get("/unit-accounts/")["Location"] == at(province)
    assert client.get(f"/unit-accounts/{province.sister.pk}/").status_code == 404
    given(press(client, province, "password", province.reporter))


# --- What the buttons do


def test_a_locked_reporter_is_unlocked_and_it_is_recorded(client, province):
    fail(province.reporter)
    assert "Locked after failed tries" in seen(client.get(at(province)))
    response = press(client, province, "unlock", province.reporter)
    assert response["Location"] == at(province)
    assert "reporter can log in again." in seen(client.get(at(province)))
    (row,) = LogEntry.objects.filter(object_id=str(province.reporter.pk))
    assert (row.user.username, row.change_message) == ("contact", "Unlocked after failed logins.")


def test_a_locked_signer_is_not(client, province):
    fail(province.unit_leader)
    response = press(client, province, "unlock", province.unit_leader)
    assert response.status_code == 409
    assert "This account is kept by the system administrator." in seen(response)
    assert not LogEntry.objects.exists()


def given(response) -> str:
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    (letter,) = response.context["letters"]
    return letter.password


def test_a_reporter_gets_a_letter_that_is_shown_once(client, province):
    response = press(client, province, "password", province.reporter)
    password = given(response)
    assert f"Username reporter One-time password {password}" in seen(response)
    assert "Choose an own password at once" in seen(response)
    assert password not in client.get(at(province)).content.decode()
    login = Client().post("/accounts/login/", {"username": "reporter", "password": password})
    assert login.status_code == 302


def test_nobody_takes_over_a_signer_or_an_account_of_other_units(client, province):
    elsewhere = people.person("two units", province.department, "reporter")
    Membership.objects.create(user=elsewhere, unit=province.sister, role="reporter", valid_until=date(2020, 1, 1))
    row = elsewhere.memberships.get(unit=province.department)
    answers = [
        press(client, province, "password", province.unit_leader),
        client.post(at(province), {"action": "password", "membership": row.pk}),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "its password is given by the system administrator." in seen(answers[1])
    assert not User.objects.filter(must_change_password=True).exists()


def test_a_new_officer_is_opened_appointed_and_lettered_at_once(client, province):
    response = client.post(at(province), NEW)
    password = given(response)
    mai = User.objects.get(username="lo.thi.mai")
    assert (mai.full_name, mai.must_change_password, mai.check_password(password)) == ("Lò Thị Mai", True, True)
    assert (mai.is_staff, mai.is_superuser) == (False, False)
    (row,) = mai.memberships.all()
    assert (row.unit_id, row.role, row.valid_from) == (province.department.pk, "reporter", today())
    assert "Sở Khoa học và Công nghệ: Enters figures for the unit" in seen(response)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"username": "Lò Mai"}, "A username holds small letters without marks, digits, dots"),
        ({"username": "reporter"}, "The username “reporter” is taken."),
        ({"full_name": ""}, "This field is required."),
        ({"until": "31/12/2020"}, "The appointment must end after today."),
        ({"until": "12/31/2030"}, "Enter the date as day/month/year"),
    ],
)
def test_what_is_not_in_order_is_said_and_stays_typed(client, province, facts, sentence):
    before = User.objects.count()
    response = client.post(at(province), NEW | facts)
    assert (response.status_code, sentence in seen(response)) == (200, True)
    assert 'value="Chuyên viên"' in response.content.decode()
    assert User.objects.count() == before


@pytest.mark.parametrize("slipped", ["role", "is_staff", "is_superuser", "is_contact"])
def test_no_other_role_is_slipped_in(client, province, slipped):
    client.post(at(province), NEW | {slipped: "signer" if slipped == "role" else "on"})
    mai = User.objects.get(username="lo.thi.mai")
    assert (mai.is_staff, mai.is_superuser) == (False, False)
    assert (of(mai).role, of(mai).is_contact) == ("reporter", False)


def test_somebody_known_here_is_appointed(client, province):
    gone = people.person("gone", province.department, "reporter")
    gone.memberships.update(valid_until=date(2020, 1, 1))
    response = client.post(at(province), {"action": "appoint", "account": gone.pk})
    assert response.status_code == 302
    assert gone.memberships.filter(valid_from=today(), role="reporter").exists()
    again = client.post(at(province), {"action": "appoint", "account": gone.pk})
    assert again.status_code == 200
    foreign = client.post(at(province), {"action": "appoint", "account": province.outsider.pk})
    assert "That choice is not one of the available choices" in seen(foreign)
    assert province.outsider.memberships.count() == 1


# --- Handing over


def test_handing_over_shows_the_open_reports_and_needs_a_reason(client, province):
    submission = province.submission(indicator("HT.01"))
    page = client.get(at(province, of(province.reporter)))
    assert submission.round.form.code in seen(page)
    assert "They stay with the unit" in seen(page)
    response = client.post(at(province, of(province.reporter)), {"reason": " ", "to": ""})
    assert "Give the reason why the work changes hands." in seen(response)
    assert of(province.reporter).valid_until is None


def test_the_work_goes_to_somebody_of_the_unit(client, province):
    gone = people.person("gone", province.department, "reader")
    response = client.post(at(province, of(province.reporter)), {"reason": "Chuyển công tác", "to": gone.pk})
    assert response["Location"] == at(province)
    assert "The work of reporter was handed over to gone." in seen(client.get(at(province)))
    assert gone.memberships.filter(role="reporter", valid_from=today()).exists()
    assert of(province.reporter).valid_until == today()


def test_a_page_from_before_the_hand_over_is_answered_in_words(client, province):
    row = of(province.reporter)
    sent = {"reason": "Chuyển công tác", "to": ""}
    assert client.post(at(province, row), sent).status_code == 302
    again = client.post(at(province, row), sent)
    assert again.status_code == 409
    assert "This appointment was changed meanwhile by contact. Open the page again." in seen(again)
    assert press(client, province, "password", province.reporter).status_code == 409


def test_the_page_of_a_signer_says_who_keeps_the_role(client, province):
    row = of(province.unit_leader)
    assert "This role is given and ended by the system administrator." in seen(client.get(at(province, row)))
    assert client.post(at(province, row), {"reason": "Chuyển công tác"}).status_code == 409
    row.refresh_from_db()
    assert row.valid_until is None


# --- A session that ended while the contact typed


def sent_without_a_session(lead: User, address: str, **typed: str) -> Client:
    """Sent by a page of the contact's, and then logged in: the same browser."""
    client = Client()
    client.cookies["django_language"] = "en"
    posted = urlencode({"typist": kept.typist(lead, address), **typed})
    response = client.post(address, posted, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 401
    lead.set_password(OWN)
    lead.save()
    login = {"username": lead.username, "password": OWN, "kept": response.context["kept"]}
    client.post("/accounts/login/", login)
    return client


def test_a_new_officer_that_was_typed_stands_in_the_form_again(lead, province):
    client = sent_without_a_session(lead, at(province), **NEW)
    page = client.get(at(province)).content.decode()
    assert ('value="Lò Thị Mai"' in page, 'value="lo.thi.mai"' in page) == (True, True)
    assert not User.objects.filter(username="lo.thi.mai").exists()
    given(client.post(at(province), NEW))
    assert 'value="Lò Thị Mai"' not in client.get(at(province)).content.decode()


def test_so_does_the_reason_of_a_hand_over(lead, province):
    address = at(province, of(province.reporter))
    client = sent_without_a_session(lead, address, reason="Nghỉ thai sản", to="")
    assert "Nghỉ thai sản</textarea>" in client.get(address).content.decode()
    assert of(province.reporter).valid_until is None
