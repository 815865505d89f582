"""Accounts and their memberships as the administrator keeps them, and what is kept of each change."""

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from indicators.models import Membership, User
from indicators.roles import ensure_groups, group
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
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    return made | {"password1": PASSWORD, "password2": PASSWORD} | rows | facts


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
    assert made.must_change_password is True


def test_a_password_that_an_administrator_sets_has_to_be_changed(client, mai):
    posted = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(f"{ACCOUNTS}{mai.pk}/password/", posted).status_code == 302
    mai.refresh_from_db()
    assert (mai.check_password(PASSWORD), mai.must_change_password) == (True, True)


def test_a_password_of_one_class_is_refused_in_words(client, mai):
    posted = {"password1": "muong-te-2026", "password2": "muong-te-2026"}
    response = client.post(f"{ACCOUNTS}{mai.pk}/password/", posted)
    assert "The password holds small letters, capital letters, and a digit" in response.content.decode()
    mai.refresh_from_db()
    assert mai.must_change_password is False


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
    capacity = {"capacity": "head"} if role == "signer" else {}
    return {"unit": unit.pk, "role": role, "valid_from": valid_from, "valid_until": valid_until, **capacity, **more}


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
        user=user, unit=province.department, role="signer", capacity="head", valid_from=date(2026, 4, 3), **facts
    )


def alone(user: User, unit, **facts) -> dict[str, object]:
    capacity = {} if "role" in facts else {"capacity": "head"}
    return {"user": user.pk, "unit": unit.pk, "role": "signer", "valid_from": "03/04/2026", **capacity, **facts}


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


def test_a_membership_is_ended_and_never_deleted(client, province, mai):
    made = member(mai, province)
    assert client.post(f"{MEMBERSHIPS}{made.pk}/delete/", {"post": "yes"}).status_code == 403
    row = row_of(province.department, "signer", "03/04/2026", id=made.pk) | {"DELETE": "on"}
    assert given(client, mai, row, stored=1).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": str(made.pk), "post": "yes"}
    client.post(MEMBERSHIPS, chosen)
    assert kept(made.pk) == [("+", None, None)]
    assert mai.memberships.count() == 1


def test_an_account_is_never_deleted(client, mai):
    assert client.post(f"{ACCOUNTS}{mai.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(ACCOUNTS, {"action": "delete_selected", "_selected_action": str(mai.pk), "post": "yes"})
    assert User.objects.filter(pk=mai.pk).exists()


def test_the_history_of_a_membership_is_read_and_not_put_back(client, province, mai):
    made = member(mai, province)
    first = made.history.get()
    Membership.objects.filter(pk=made.pk).update(valid_until=date(2026, 5, 1))
    path = f"{MEMBERSHIPS}{made.pk}/history/{first.pk}/"
    assert client.get(path).context["revert_disabled"] is True
    assert client.post(path, alone(mai, province.department)).status_code == 403
    made.refresh_from_db()
    assert made.valid_until == date(2026, 5, 1)
    assert [client.get(f"{MEMBERSHIPS}{part}/history/").status_code for part in ("abc", "99999999")] == [404, 404]


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


def found(client: Client, path: str, **asked: str) -> list[str]:
    rows = client.get(path, asked).context["cl"].result_list
    return sorted(row.username if isinstance(row, User) else row.user.username for row in rows)


def test_accounts_are_found_by_what_they_do_today(client, province, clock):
    clock.set(2026, 11, 24)
    left = people.person("left")
    member(left, province, valid_until=date(2026, 11, 24))
    assert found(client, ACCOUNTS, role="signer") == ["unit leader"]
    assert found(client, ACCOUNTS, role="none") == ["admin", "left"]
    assert found(client, ACCOUNTS, kind="province") == ["approver", "leader"]
    assert found(client, ACCOUNTS, kind="commune") == []


def test_memberships_are_found_by_their_time(client, province, clock):
    clock.set(2026, 11, 24)
    for name, facts in {
        "last day": {"valid_until": date(2026, 11, 25)},
        "over": {"valid_until": date(2026, 11, 24)},
    }.items():
        member(people.person(name), province, **facts)
    tomorrow = people.person("tomorrow")
    Membership.objects.create(user=tomorrow, unit=province.department, role="signer", valid_from=date(2026, 11, 25))
    assert found(client, MEMBERSHIPS, role__exact="signer", force="today") == ["last day", "unit leader"]
    assert found(client, MEMBERSHIPS, force="ended") == ["over"]
    assert found(client, MEMBERSHIPS, force="later") == ["tomorrow"]


def told(response) -> list[str]:
    with translation.override("en"):
        return [str(message) for message in response.context["messages"] if message.level_tag == "warning"]


def test_an_administrator_without_a_way_in_is_told_to_who_made_him(client, province, mai):
    posted = with_memberships(mai, row_of(province.department, "administrator", "01/01/2026"))
    response = client.post(f"{ACCOUNTS}{mai.pk}/change/", posted, follow=True)
    assert told(response) == [
        "mai holds a role that works in the administration, but may not enter it yet.",
        "mai administers a unit, but is in no group yet and so may not keep anything.",
    ]
    ensure_groups()
    row = row_of(province.department, "administrator", "01/01/2026", id=mai.memberships.get().pk)
    posted = with_memberships(mai, row, stored=1) | {"is_staff": "on", "groups": str(group("unit").pk)}
    assert told(client.post(f"{ACCOUNTS}{mai.pk}/change/", posted, follow=True)) == []
    mai.refresh_from_db()
    assert (mai.is_staff, [g.name for g in mai.groups.all()]) == (True, ["Quản trị đơn vị"])
