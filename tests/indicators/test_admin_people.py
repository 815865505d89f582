"""Accounts and their memberships as the administrator keeps them, and what is kept of each change."""

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from indicators.models import Membership, User
from tests import people
from tests.factories import Province
from tests.indicators.pages import browser

ACCOUNTS = "/admin/indicators/user/"
MEMBERSHIPS = "/admin/indicators/membership/"
PASSWORD = "Mat-Khau-Dai-2026"


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


def account(**facts) -> dict[str, str]:
    made = {"username": "mai", "full_name": "Lò Thị Mai", "usable_password": "true"}
    return made | {"password1": PASSWORD, "password2": PASSWORD} | facts


def refused(response) -> list[str]:
    assert response.status_code == 200
    with translation.override("en"):
        return [str(sentence) for errors in response.context["errors"] for sentence in errors]


def test_an_added_account_holds_no_right_and_opens_with_its_password(client):
    assert client.post(f"{ACCOUNTS}add/", account(position="Chuyên viên")).status_code == 302
    made = User.objects.get(username="mai")
    assert (made.full_name, made.position) == ("Lò Thị Mai", "Chuyên viên")
    assert (made.is_active, made.is_staff, made.is_superuser, made.memberships.count()) == (True, False, False, 0)
    assert made.password != PASSWORD
    assert made.check_password(PASSWORD)


def test_rights_cannot_be_slipped_into_a_new_account(client):
    client.post(f"{ACCOUNTS}add/", account(is_staff="on", is_superuser="on"))
    made = User.objects.get(username="mai")
    assert (made.is_staff, made.is_superuser) == (False, False)


@pytest.mark.parametrize(
    "facts",
    [{"password2": "Mat-Khau-Khac-2026"}, {"password1": "", "password2": ""}, {"username": "reporter"}],
    ids=["two passwords", "no password", "a name that is taken"],
)
def test_an_account_that_is_not_in_order_is_not_made(client, facts):
    before = User.objects.count()
    assert refused(client.post(f"{ACCOUNTS}add/", account(**facts)))
    assert User.objects.count() == before


def with_memberships(user: User, *rows: dict[str, object], stored: int = 0) -> dict[str, str]:
    data = {"username": user.username, "full_name": user.full_name, "is_active": "on"}
    data |= {"memberships-TOTAL_FORMS": str(len(rows)), "memberships-INITIAL_FORMS": str(stored)}
    for number, row in enumerate(rows):
        data |= {f"memberships-{number}-{name}": str(value) for name, value in row.items()}
        data[f"memberships-{number}-user"] = str(user.pk)
    return data


def row_of(unit, role: str, valid_from: str, valid_until: str = "", **more) -> dict[str, object]:
    return {"unit": unit.pk, "role": role, "valid_from": valid_from, "valid_until": valid_until, **more}


def given(client: Client, user: User, *rows: dict[str, object], stored: int = 0):
    return client.post(f"{ACCOUNTS}{user.pk}/change/", with_memberships(user, *rows, stored=stored))


@pytest.fixture
def mai(db) -> User:
    return people.person("mai")


def test_a_membership_is_typed_with_its_day_first(client, province, mai):
    row = row_of(province.department, "signer", "03/04/2026", "5/6/2026")
    assert given(client, mai, row).status_code == 302
    (made,) = mai.memberships.all()
    assert (made.unit_id, made.role) == (province.department.pk, "signer")
    assert (made.valid_from, made.valid_until) == (date(2026, 4, 3), date(2026, 6, 5))
    page = client.get(f"{ACCOUNTS}{mai.pk}/change/").content.decode()
    assert 'name="memberships-0-valid_from" value="03/04/2026"' in page
    assert 'name="memberships-0-valid_until" value="05/06/2026"' in page


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "sentence"),
    [
        ("04/13/2026", "", "Enter the date as day/month/year, for example 25/02/2022."),
        ("03/04/2026", "03/04/2026", "A membership ends after the day it began."),
        ("03/04/2026", "02/04/2026", "A membership ends after the day it began."),
    ],
)
def test_a_membership_of_no_days_is_refused_in_words(client, province, mai, valid_from, valid_until, sentence):
    response = given(client, mai, row_of(province.department, "signer", valid_from, valid_until))
    assert refused(response) == [sentence]
    assert mai.memberships.count() == 0


def member(user: User, province: Province, **facts) -> Membership:
    return Membership.objects.create(
        user=user, unit=province.department, role="signer", valid_from=date(2026, 4, 3), **facts
    )


def alone(user: User, unit, **facts) -> dict[str, object]:
    return {"user": user.pk, "unit": unit.pk, "role": "signer", "valid_from": "03/04/2026", **facts}


def test_the_same_role_from_the_same_day_is_refused_in_words(client, province, mai):
    member(mai, province)
    response = client.post(f"{MEMBERSHIPS}add/", alone(mai, province.department))
    assert refused(response) == ["This account already has that role in the unit from that day."]
    assert mai.memberships.count() == 1


@pytest.mark.parametrize("facts", [{"valid_from": "04/04/2026"}, {"role": "reporter"}], ids=["day", "role"])
def test_another_day_or_role_is_another_membership(client, province, mai, facts):
    member(mai, province)
    assert client.post(f"{MEMBERSHIPS}add/", alone(mai, province.department, **facts)).status_code == 302
    assert mai.memberships.count() == 2


def test_the_list_names_the_unit_and_follows_the_role(client, province, mai):
    made = member(mai, province)
    page = client.get(MEMBERSHIPS, {"role__exact": "signer", "q": "mai"})
    assert [row.pk for row in page.context["cl"].result_list] == [made.pk]
    assert '<td class="field-in_unit">Sở Khoa học và Công nghệ</td>' in page.content.decode()


def kept(membership_pk: int) -> list[tuple[str, date | None, str | None]]:
    """What the history holds of a membership, oldest first: kind, end, who."""
    rows = Membership.history.filter(id=membership_pk).order_by("history_id").select_related("history_user")
    return [(r.history_type, r.valid_until, r.history_user and r.history_user.username) for r in rows]


def test_each_change_of_a_membership_is_kept_with_who_made_it(client, province, mai):
    made = member(mai, province)
    row = row_of(province.department, "signer", "03/04/2026", "01/01/2027", id=made.pk)
    assert given(client, mai, row, stored=1).status_code == 302
    assert kept(made.pk) == [("+", None, None), ("~", date(2027, 1, 1), "admin")]


def test_a_save_that_changes_nothing_keeps_nothing(client, province, mai):
    made = member(mai, province)
    row = row_of(province.department, "signer", "03/04/2026", id=made.pk)
    assert given(client, mai, row, stored=1).status_code == 302
    assert kept(made.pk) == [("+", None, None)]


def test_a_membership_that_was_taken_away_stays_in_the_history(client, province, mai):
    made = member(mai, province)
    assert client.post(f"{MEMBERSHIPS}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    assert mai.memberships.count() == 0
    assert kept(made.pk) == [("+", None, None), ("-", None, "admin")]


def test_an_ended_membership_shuts_the_door_the_same_day(client, province, clock):
    made = Membership.objects.get(user=province.verifier)
    facts = {"user": province.verifier.pk, "unit": made.unit_id, "role": "verifier", "valid_from": "01/01/1900"}
    ended = {**facts, "valid_until": "24/11/2026"}
    assert client.post(f"{MEMBERSHIPS}{made.pk}/change/", ended).status_code == 302
    seen = []
    for moment in ((2026, 11, 23, 23, 59), (2026, 11, 24, 0, 0)):
        clock.set(*moment)
        reviewer = Client()
        reviewer.force_login(province.verifier)
        seen.append(reviewer.get("/admin/indicators/submission/").status_code)
    assert seen == [200, 403]
