"""Locks lifted and letters printed in the administration: after an import, and for accounts that are chosen."""

import tempfile

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.models import Membership, User
from tests import people
from tests.indicators.pages import browser, seen
from tests.indicators.sheets import workbook
from tests.indicators.test_admin_people import ACCOUNTS, MEMBERSHIPS
from tests.indicators.test_admin_scope import keeper

pytestmark = pytest.mark.usefixtures("english")
HEADERS = ["username", "full_name", "position", "unit", "role", "valid_from", "valid_until", "is_contact"]
ROWS = [
    ["lo.mai", "Lò Thị Mai", "Chuyên viên", "LC-SKHCN", "reporter", "01/01/2026", "", "yes"],
    ["lo.mai", "Lò Thị Mai", "Chuyên viên", "LC-STC", "reader", "01/01/2026", "01/01/2099", ""],
    ["giang.pao", "Giàng A Páo", "Chuyên viên", "LC-STC", "reporter", "01/01/2026", "", "no"],
]


@pytest.fixture(autouse=True)
def kept_files(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def client(province) -> Client:
    return browser(people.superuser())


def bring(client: Client, *rows: list[str]):
    """Uploaded, previewed, confirmed."""
    file = SimpleUploadedFile("accounts.xlsx", workbook(HEADERS, *rows))
    page = client.post(f"{MEMBERSHIPS}import/", {"file": file})
    assert page.context["preview"].sentences == []
    posted = {"kept": page.context["kept"]}
    return client.post(f"{MEMBERSHIPS}process_import/", posted), posted


def passwords(response) -> dict[str, str]:
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    return {letter.account.username: letter.password for letter in response.context["letters"]}


def test_new_accounts_get_their_letters_right_after_the_import(client, province):
    response, _posted = bring(client, *ROWS)
    given = passwords(response)
    assert list(given) == ["giang.pao", "lo.mai"]
    page = seen(response)
    assert f"Username lo.mai One-time password {given['lo.mai']}" in page
    assert "Sở Khoa học và Công nghệ: Enters figures for the unit, from 01/01/2026" in page
    assert "to the end of 31/12/2098" in page
    for name, password in given.items():
        account = User.objects.get(username=name)
        assert (account.check_password(password), account.must_change_password) == (True, True)
    contact = Membership.objects.get(is_contact=True)
    assert (contact.user.username, contact.unit_id, contact.role) == ("lo.mai", province.department.pk, "reporter")


def test_the_letters_are_shown_once(client):
    response, posted = bring(client, *ROWS)
    again = client.post(f"{MEMBERSHIPS}process_import/", posted)
    assert again.status_code == 409
    given = passwords(response)
    assert not [p for p in given.values() if p in again.content.decode()]
    repeated, _posted = bring(
        client, *ROWS, ["lo.mai", "Lò Thị Mai", "Chuyên viên", "LC-STC", "reader", "02/01/2026", "", ""]
    )
    assert (repeated.status_code, repeated["Location"]) == (302, MEMBERSHIPS)
    assert User.objects.get(username="lo.mai").check_password(given["lo.mai"])


def test_who_has_a_password_keeps_it(client, province):
    province.outsider.set_password("Mường-Tè-2026")
    province.outsider.save()
    User.objects.filter(pk=province.outsider.pk).update(username="outsider")
    response, _posted = bring(client, ["outsider", "outsider", "", "LC-STC", "reader", "01/01/2026", "", ""])
    assert response.status_code == 302
    province.outsider.refresh_from_db()
    assert (province.outsider.check_password("Mường-Tè-2026"), province.outsider.must_change_password) == (
        True,
        False,
    )


def test_a_page_of_a_letter_names_the_system_and_whom_to_call(client, settings):
    settings.BASE_URL = "https://tiendoso.laichau.gov.vn"
    settings.SITE_UNIT, settings.SITE_TELEPHONE = "Sở Khoa học và Công nghệ", "0213 3876 000"
    page = seen(bring(client, ROWS[2])[0])
    assert "Address of the system https://tiendoso.laichau.gov.vn" in page
    assert "and so can Sở Khoa học và Công nghệ, 0213 3876 000." in page


# --- Chosen accounts


def choose(client: Client, action: str, *users: User, **how):
    return client.post(ACCOUNTS, {"action": action, "_selected_action": [u.pk for u in users]}, **how)


def lock(user: User) -> None:
    for _each in range(5):
        Client().post("/accounts/login/", {"username": user.username, "password": "wrong"})


def test_locked_accounts_are_found_and_unlocked(client, province):
    lock(province.reporter)
    found = client.get(ACCOUNTS, {"locked": "yes"}).context["cl"].result_list
    assert [account.username for account in found] == ["reporter"]
    response = choose(client, "unlock_chosen", province.reporter, province.leader, follow=True)
    assert "1 account was unlocked." in seen(response)
    assert client.get(ACCOUNTS, {"locked": "yes"}).context["cl"].result_list.count() == 0
    (row,) = LogEntry.objects.filter(object_id=str(province.reporter.pk))
    assert (row.user.username, row.change_message) == ("admin", "Unlocked after failed logins.")


def test_chosen_accounts_get_new_passwords(client, province):
    given = passwords(choose(client, "letter_chosen", province.reporter, province.leader))
    assert list(given) == ["leader", "reporter"]
    province.leader.refresh_from_db()
    assert province.leader.check_password(given["leader"])


def test_nobody_gives_himself_a_one_time_password(client, province):
    response = choose(client, "letter_chosen", User.objects.get(username="admin"), province.leader, follow=True)
    assert "no one-time password is given to it" in seen(response)
    assert not User.objects.filter(must_change_password=True).exists()


def test_the_administrator_of_a_unit_reaches_no_further_than_what_he_keeps(province):
    client = browser(keeper("boss", province.department, "unit"))
    for user in (province.reporter, province.outsider):
        lock(user)
    both = [province.reporter, province.outsider]
    choose(client, "unlock_chosen", *both)
    assert [row.object_id for row in LogEntry.objects.order_by("pk")] == [str(province.reporter.pk)]
    signer = people.person("verifies", province.department, "verifier")
    response = choose(client, "letter_chosen", province.reporter, signer, follow=True)
    assert "Among the chosen accounts is one that others keep. Nothing was changed." in seen(response)
    assert not User.objects.filter(must_change_password=True).exists()
    assert list(passwords(choose(client, "letter_chosen", province.reporter))) == ["reporter"]


def test_whoever_may_only_look_has_no_such_action(province):
    client = browser(keeper("editor", province.root, "catalogue"))
    assert choose(client, "letter_chosen", province.reporter).status_code == 403
