"""Which accounts somebody may keep, and what he may give: nobody climbs by keeping accounts."""

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from indicators.models import Membership, Unit, User
from indicators.roles import group
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser
from tests.indicators.test_admin_people import ACCOUNTS, MEMBERSHIPS, account, alone, given, row_of
from tests.indicators.test_admin_scope import keeper

LONG_AGO = {"valid_from": date(2020, 1, 1), "valid_until": date(2021, 1, 1)}
PASSWORDS = {"password1": "Mat-Khau-Moi-2026", "password2": "Mat-Khau-Moi-2026", "usable_password": "true"}


@pytest.fixture
def boss(province: Province) -> User:
    return keeper("boss", province.department, "unit")


@pytest.fixture
def client(boss: User) -> Client:
    return browser(boss)


def errors(response) -> list[str]:
    assert response.status_code == 200
    with translation.override("en"):
        said = [each if isinstance(each, list) else [each] for each in response.context["errors"]]
        return [str(sentence) for each in said for sentence in each]


def new(*rows: dict[str, object], **facts: str) -> dict[str, str]:
    data = account(**facts) | {"memberships-TOTAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        data |= {f"memberships-{number}-{name}": str(value) for name, value in row.items()}
    return data


def test_an_account_is_added_with_its_unit_at_once(client, province):
    posted = new(row_of(province.department, "reporter", "01/01/2026"))
    assert client.post(f"{ACCOUNTS}add/", posted).status_code == 302
    made = User.objects.get(username="mai")
    assert list(made.memberships.values_list("unit", "role")) == [(province.department.pk, "reporter")]
    assert client.get(f"{ACCOUNTS}{made.pk}/change/").status_code == 200


def test_an_account_without_a_unit_would_be_out_of_sight_and_is_refused(client, english):
    sentence = "Name the unit and the role of the new account at once."
    assert errors(client.post(f"{ACCOUNTS}add/", new())) == [sentence]
    blank = dict.fromkeys(("unit", "role", "valid_from", "valid_until"), "")
    assert "This field is required." in errors(client.post(f"{ACCOUNTS}add/", new(blank)))
    assert not User.objects.filter(username="mai").exists()


@pytest.mark.parametrize("role", ["verifier", "approver", "administrator"])
def test_a_role_above_is_not_given(client, province, role):
    refused = errors(client.post(f"{ACCOUNTS}add/", new(row_of(province.department, role, "01/01/2026"))))
    assert refused == [f"Select a valid choice. {role} is not one of the available choices."]
    mai = people.person("mai", province.department, "reader")
    assert errors(client.post(f"{MEMBERSHIPS}add/", alone(mai, province.department, role=role))) == refused
    assert list(Membership.objects.filter(user=mai).values_list("role", flat=True)) == ["reader"]


def test_a_role_is_given_in_no_unit_beside_or_above(client, province):
    mai = people.person("mai", province.department, "reader")
    sentence = "Select a valid choice. That choice is not one of the available choices."
    for unit in (province.sister, province.root):
        assert errors(given(client, mai, row_of(unit, "reader", "01/01/2026"))) == [sentence]
        assert errors(client.post(f"{MEMBERSHIPS}add/", alone(mai, unit))) == [sentence]
    assert mai.memberships.count() == 1


def test_who_keeps_the_catalogue_too_sees_all_units_and_gives_roles_in_his_own(province, english):
    client = browser(keeper("both", province.department, "unit", "catalogue"))
    listed = client.get("/admin/indicators/unit/").context["cl"].result_list
    assert len(listed) == Unit.objects.count()
    assert {row.username for row in client.get(ACCOUNTS).context["cl"].result_list} == {
        "both",
        "reporter",
        "unit leader",
    }
    mai = people.person("mai", province.department, "reader")
    refused = errors(client.post(f"{MEMBERSHIPS}add/", alone(mai, province.sister)))
    assert refused == ["Select a valid choice. That choice is not one of the available choices."]


def test_rights_of_the_administration_are_neither_shown_nor_taken(client, province):
    mai = people.person("mai", province.department, "reader")
    row = row_of(province.department, "reader", "01/01/1900", id=mai.memberships.get().pk)
    page = client.get(f"{ACCOUNTS}{mai.pk}/change/").content.decode()
    hidden = ("is_staff", "is_superuser", "groups", "user_permissions")
    assert [name for name in hidden if f'name="{name}"' in page or f"field-{name}" in page] == []
    posted = {"username": "mai", "full_name": "Mới", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    posted |= {"groups": str(group("province").pk), "user_permissions": "1"}
    posted |= {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1"}
    posted |= {f"memberships-0-{name}": str(value) for name, value in row.items()} | {
        "memberships-0-user": str(mai.pk)
    }
    assert client.post(f"{ACCOUNTS}{mai.pk}/change/", posted).status_code == 302
    mai.refresh_from_db()
    assert (mai.full_name, mai.is_staff, mai.is_superuser) == ("Mới", False, False)
    assert (mai.groups.count(), mai.user_permissions.count()) == (0, 0)


@pytest.mark.parametrize(
    "asked", ["is_staff__exact=1", "is_superuser__exact=1", "groups__id__exact=1", "groups=1", "memberships=1"]
)
def test_an_address_does_not_ask_for_what_the_page_hides(client, asked):
    assert client.get(f"{ACCOUNTS}?{asked}").status_code == 400


def out_of_reach(province: Province) -> dict[str, User]:
    """Accounts that the administrator of the department sees and does not keep."""
    made = {
        name: people.person(name, province.department, "reader", **facts)
        for name, facts in {
            "works elsewhere": {},
            "worked elsewhere": {},
            "enters the administration": {"is_staff": True},
            "superuser": {"is_superuser": True},
            "will approve": {},
        }.items()
    }
    for role in ("verifier", "approver", "administrator"):
        made[role] = people.person(f"is {role}", province.department, role)
    for name, facts in {"works elsewhere": {}, "worked elsewhere": LONG_AGO}.items():
        Membership.objects.create(user=made[name], unit=province.sister, role="reader", **facts)
    will = {"valid_from": date(2999, 1, 1), "role": "approver"}
    Membership.objects.create(user=made["will approve"], unit=province.department, **will)
    return made


def answers(client: Client, user: User) -> list[int]:
    """Looking, changing, the password asked for and set, the history."""
    page = f"{ACCOUNTS}{user.pk}/"
    return [
        client.get(f"{page}change/").status_code,
        given(client, user).status_code,
        client.get(f"{page}password/").status_code,
        client.post(f"{page}password/", PASSWORDS).status_code,
        client.get(f"{page}history/").status_code,
    ]


def test_an_account_with_more_than_the_units_own_roles_is_only_looked_at(client, province, boss):
    for name, user in {**out_of_reach(province), "himself": boss}.items():
        before = user.password
        assert (name, answers(client, user)) == (name, [200, 403, 403, 403, 403])
        page = client.get(f"{ACCOUNTS}{user.pk}/change/").content.decode()
        assert (name, "password" in page) == (name, "/admin/password_change/" in page and "field-password" in page)
        user.refresh_from_db()
        assert user.password == before


def test_such_an_account_is_given_no_membership_by_another_way(client, province, boss):
    sentence = "Select a valid choice. That choice is not one of the available choices."
    for name, user in {**out_of_reach(province), "himself": boss}.items():
        count = user.memberships.count()
        refused = errors(client.post(f"{MEMBERSHIPS}add/", alone(user, province.department)))
        assert (name, refused) == (name, [sentence])
        mine = user.memberships.filter(unit=province.department).first()
        posted = alone(user, province.department, valid_until="01/01/2027")
        assert client.post(f"{MEMBERSHIPS}{mine.pk}/change/", posted).status_code == 403
        assert user.memberships.count() == count


def test_an_ordinary_account_of_the_unit_is_kept_with_its_password(client, province):
    mai = people.person("mai", province.department, "reader")
    assert client.get(f"{ACCOUNTS}{mai.pk}/history/").status_code == 200
    assert client.post(f"{ACCOUNTS}{mai.pk}/password/", PASSWORDS).status_code == 302
    mai.refresh_from_db()
    assert mai.check_password("Mat-Khau-Moi-2026")


def test_a_role_that_ended_is_shown_and_stays_as_it_was(client, province):
    mai = people.person("mai", province.department, "reader")
    old = Membership.objects.create(user=mai, unit=province.department, role="approver", **LONG_AGO)
    rows = [
        row_of(province.department, "reader", "01/01/1900", id=mai.memberships.get(role="reader").pk),
        row_of(province.department, "approver", "01/01/2020", "", id=old.pk),
    ]
    by_order = sorted(rows, key=lambda row: str(row["role"]))
    assert given(client, mai, *by_order, stored=2).status_code == 302
    posted = alone(mai, province.department, role="approver", valid_from="01/01/2020")
    client.post(f"{MEMBERSHIPS}{old.pk}/change/", posted)
    old.refresh_from_db()
    assert (old.role, old.valid_until) == ("approver", date(2021, 1, 1))


def test_the_administrator_of_the_province_keeps_all_but_superusers(province):
    client = browser(keeper("chief", province.root, "province"))
    others = out_of_reach(province)
    top = others.pop("superuser")
    for name, user in {**others, "nobody's": people.person("nobody")}.items():
        assert (name, client.get(f"{ACCOUNTS}{user.pk}/password/").status_code) == (name, 200)
    assert answers(client, top) == [200, 403, 403, 403, 403]
    page = client.get(f"{ACCOUNTS}{others['approver'].pk}/change/").content.decode()
    names = ("is_active", "is_staff", "groups", "is_superuser", "user_permissions")
    assert [name for name in names if f'name="{name}"' in page] == ["is_active", "is_staff", "groups"]


def test_the_administrator_of_the_province_makes_nobody_a_superuser(province):
    client = browser(keeper("chief", province.root, "province"))
    mai = people.person("mai")
    posted = {"username": "mai", "full_name": "mai", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    posted |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0", "user_permissions": "1"}
    assert client.post(f"{ACCOUNTS}{mai.pk}/change/", posted).status_code == 302
    mai.refresh_from_db()
    assert (mai.is_staff, mai.is_superuser, mai.user_permissions.count()) == (True, False, 0)


def test_the_administrator_of_the_province_finds_accounts_without_a_membership(province):
    client = browser(keeper("chief", province.root, "province"))
    people.person("nobody")
    rows = client.get(ACCOUNTS, {"role": "none"}).context["cl"].result_list
    assert [row.username for row in rows] == ["nobody"]


def test_an_account_of_the_unit_below_is_kept(client, province):
    below = factories.unit("Trung tâm", parent=province.department)
    hoa = people.person("hoa", below, "reporter")
    assert client.get(f"{ACCOUNTS}{hoa.pk}/password/").status_code == 200
