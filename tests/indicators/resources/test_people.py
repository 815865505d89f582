"""Accounts and memberships from a table; what nobody may import, and what the administrator of one unit may."""

from datetime import date

import pytest

from indicators.models import Membership, User
from indicators.resources import AccountResource
from tests import factories, people

from .sheets import bring, changed, decomposed, extended, leave, refused, types, without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "province")]


def row(username: str, full_name: str, unit: str, role: str, **more: str) -> dict[str, str]:
    return {
        "username": username,
        "full_name": full_name,
        "position": "Chuyên viên",
        "telephone": "+84 213 300 0000",
        "email": "",
        "unit": unit,
        "role": role,
        "valid_from": "",
        "valid_until": "",
        "capacity": "",
    } | more


HEAD = {"capacity": "head"}
SHEET = [
    row("nguyen.a", "Nguyễn Văn A", "LC-SKHCN", "reporter"),
    row("nguyen.a", "Nguyễn Văn A", "LC-STC", "reader", valid_from="01/07/2025"),
    row(
        "tran-b",
        "Trần Thị B",
        "LC-STC",
        "signer",
        email="b@laichau.gov.vn",
        valid_until="01/01/2027",
        capacity="head",
    ),
]


@pytest.fixture
def keeper(province) -> User:
    """Administers one department and nothing else."""
    return people.person("keeper", province.department, "administrator")


def test_an_account_is_created_without_a_password_and_without_rights(admin, province):
    assert types(bring(AccountResource, SHEET, by=admin)) == ["new"] * 3
    account = User.objects.get(username="nguyen.a")
    assert (account.full_name, account.telephone) == ("Nguyễn Văn A", "+84 213 300 0000")
    assert not account.has_usable_password()
    assert (account.is_staff, account.is_superuser, account.is_active) == (False, False, True)
    assert set(account.memberships.order_by("pk").values_list("unit", "role", "valid_from")) == {
        (province.department.pk, "reporter", date(1900, 1, 1)),
        (province.sister.pk, "reader", date(2025, 7, 1)),
    }


def test_what_leaves_comes_back_unchanged(admin):
    bring(AccountResource, SHEET, by=admin)
    User.objects.filter(username="unit leader").update(username="unit-leader")
    sheet = leave(AccountResource, by=admin)
    assert len(sheet) == 9
    assert {each["telephone"] for each in sheet} == {"", "'+84 213 300 0000"}
    assert types(bring(AccountResource, sheet, by=admin)) == ["skip"] * 9


def test_who_is_known_is_changed_and_keeps_the_password(admin):
    bring(AccountResource, SHEET, by=admin)
    account = User.objects.get(username="tran-b")
    account.set_password("Mat-khau-9")
    account.save()
    sheet = changed(SHEET, 4, position="Phó Giám đốc", valid_until="")
    assert types(bring(AccountResource, sheet, by=admin)) == ["skip", "skip", "update"]
    account.refresh_from_db()
    assert (account.position, account.check_password("Mat-khau-9")) == ("Phó Giám đốc", True)
    assert account.memberships.get().valid_until is None


@pytest.mark.parametrize(
    "column", ["password", "is_staff", "is_superuser", "groups", "is_active", "user_permissions"]
)
def test_nobody_imports_a_right_or_a_password(admin, column):
    assert refused(AccountResource, extended(SHEET, column), by=admin) == [
        f"The column “{column}” is not taken here."
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"username": "Trần-b"}, ", column “username”, “Trần-b”: "
         "A username holds small letters without marks, digits, dots, hyphens and underscores."),
        ({"username": ""}, ", column “username”: This cell must be filled in."),
        ({"full_name": "=1+1"}, ", column “full name”: “=1+1” is a formula. Enter the text that it stands for."),
        ({"full_name": "x" * 151}, f", column “full name”, “{'x' * 59}…”: "
         "Ensure this value has at most 150 characters (it has 151)."),
        ({"telephone": "1" * 41}, f", column “telephone”, “{'1' * 41}”: "
         "Ensure this value has at most 40 characters (it has 41)."),
        ({"email": "b@"}, ", column “email address”, “b@”: Enter a valid email address."),
        ({"unit": "LC-X"}, ", column “unit code”: No unit that may be named here has the code “LC-X”."),
        ({"unit": ""}, ", column “unit code”: This cell must be filled in."),
        ({"valid_until": "04/31/2025"}, ", column “valid until (first day without it)”: “04/31/2025” is not a day. "
         "Enter it as day/month/year, for example 25/02/2022."),
        ({"valid_from": "01/01/2027"}, ": A membership ends after the day it began."),
        ({"valid_from": "1.250"}, ", column “valid from”: “1.250” is not a day. "
         "Enter it as day/month/year, for example 25/02/2022."),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_written(admin, cells, sentence):
    assert refused(AccountResource, changed(SHEET, 4, **cells), by=admin) == [f"Row 4{sentence}"]


def test_a_role_that_does_not_exist_is_refused(admin):
    (said,) = refused(AccountResource, changed(SHEET, 4, role="boss"), by=admin)
    assert said.startswith("Row 4, column “role”: “boss” is none of the choices: reporter (Enters figures")


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (without(SHEET, "role"), "The column “role” (role) is missing."),
        ([*SHEET, SHEET[2]], "Row 5 repeats row 4: both are tran-b, LC-STC, signer."),
        (
            changed(SHEET, 3, full_name="Nguyễn A"),
            "Row 3, column “full name”: “Nguyễn A” is not what row 2 says of nguyen.a: “Nguyễn Văn A”.",
        ),
    ],
)
def test_a_table_that_contradicts_is_refused(admin, sheet, sentence):
    assert refused(AccountResource, sheet, by=admin) == [sentence]


@pytest.mark.parametrize(
    "sheet",
    [decomposed(SHEET), changed(SHEET, 3, role="READER", valid_from="2025-07-01", unit=" LC-STC")],
)
def test_the_same_said_otherwise_is_understood(admin, sheet):
    bring(AccountResource, SHEET, by=admin)
    assert types(bring(AccountResource, sheet, by=admin)) == ["skip"] * 3


def test_the_third_of_april_is_not_the_fourth_of_march(admin):
    bring(AccountResource, changed(SHEET, 2, valid_from="03/04/2025"), by=admin)
    assert Membership.objects.get(user__username="nguyen.a", role="reporter").valid_from == date(2025, 4, 3)


def test_lost_zeros_are_put_back_and_said(admin, province):
    factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    result = bring(AccountResource, changed(SHEET, 4, unit="3388"), by=admin)
    assert types(result) == ["new"] * 3
    assert result.notes == ["Row 4: 3388 was read as 03388 (Phường Đoàn Kết)."]


def test_the_administrator_of_a_unit_gives_the_roles_that_stay_within_it(keeper, province):
    assert types(bring(AccountResource, SHEET[:1], by=keeper)) == ["new"]
    User.objects.filter(username="unit leader").update(username="unit-leader")
    sheet = leave(AccountResource, by=keeper)
    assert {each["username"] for each in sheet} == {"keeper", "nguyen.a", "reporter", "unit-leader"}
    assert types(bring(AccountResource, sheet, by=keeper)) == ["skip"] * 4


@pytest.mark.parametrize("role", ["verifier", "approver", "administrator"])
def test_the_administrator_of_a_unit_gives_no_role_that_reaches_further(keeper, role):
    assert refused(AccountResource, [row("le-c", "Lê C", "LC-SKHCN", role)], by=keeper) == [
        "Row 2: Only who administers the province gives, changes or ends this role."
    ]


def test_the_administrator_of_a_unit_names_no_other_unit(keeper):
    assert refused(AccountResource, changed(SHEET[:1], 2, unit="LC-STC"), by=keeper) == [
        "Row 2, column “unit code”: No unit that may be named here has the code “LC-STC”."
    ]


@pytest.mark.parametrize("username", ["outsider", "admin", "nguyen.a", "nobody"])
def test_the_administrator_of_a_unit_changes_nobody_who_belongs_elsewhere(admin, keeper, username):
    bring(AccountResource, SHEET, by=admin)
    people.person("nobody")
    assert refused(AccountResource, [row(username, "Tên khác", "LC-SKHCN", "reader")], by=keeper) == [
        f"Row 2: The account {username} belongs to other units too; only who administers them changes it."
    ]


def test_who_administers_nothing_names_and_takes_away_nothing(province):
    assert leave(AccountResource, by=province.reporter) == []
    assert refused(AccountResource, SHEET[:1], by=province.reporter) == [
        "Row 2, column “unit code”: No unit that may be named here has the code “LC-SKHCN”."
    ]
    assert AccountResource().export().dict == []


def test_a_row_costs_a_bounded_number_of_queries(admin, connection_queries):
    rows = [row(f"can-bo-{n}", f"Cán bộ {n}", "LC-SKHCN", "reporter") for n in range(1, 10)]
    three = connection_queries(lambda: bring(AccountResource, rows[:3], by=admin))
    six = connection_queries(lambda: bring(AccountResource, rows[3:], by=admin))
    assert (six - three) / 3 == 29
