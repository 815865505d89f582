"""Capacities of signers in the administration and from tables: asked for, refused in words, not passed on."""

from datetime import date, timedelta

import pytest

from indicators.clock import today
from indicators.models import Membership, ReportingForm
from indicators.resources import AccountResource
from tests import people
from tests.factories import indicator
from tests.indicators.pages import browser, seen
from tests.indicators.resources.sheets import bring, leave, refused, types
from tests.indicators.resources.test_people import row
from tests.indicators.test_admin_people import MEMBERSHIPS, alone
from tests.indicators.test_admin_people import refused as errors
from tests.indicators.test_admin_scope_accounts import keeper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ASKED = "State in which capacity the signer signs."
WHOLE = (
    "Signing by authorisation (TUQ.) needs the number and the day of the document, and from when to when it holds."
)
AUTHORISED = {
    "capacity": "authorised",
    "title": "Trưởng phòng",
    "authority_number": "12/GUQ-SKHCN",
    "authority_date": "05/01/2026",
    "authorised_from": "10/01/2026",
    "authorised_to": "31/12/2026",
}


@pytest.fixture
def admin(province):
    return people.superuser()


@pytest.fixture
def mai(db):
    return people.person("mai")


# --- On pages


def test_a_new_signer_is_asked_for_the_capacity(province, admin, mai):
    client = browser(admin)
    answer = client.post(f"{MEMBERSHIPS}add/", alone(mai, province.department, capacity=""))
    assert errors(answer) == [ASKED]
    assert client.post(f"{MEMBERSHIPS}add/", alone(mai, province.department)).status_code == 302
    assert mai.memberships.get().capacity == "head"


def test_a_signer_from_before_is_ended_without_a_capacity(province, admin):
    row_ = province.unit_leader.memberships.get()
    facts = {"valid_from": "01/01/1900", "valid_until": "01/01/2027", "capacity": ""}
    posted = alone(province.unit_leader, province.department, **facts)
    assert browser(admin).post(f"{MEMBERSHIPS}{row_.pk}/change/", posted).status_code == 302
    row_.refresh_from_db()
    assert (row_.valid_until, row_.signs_in) == (date(2027, 1, 1), "Not stated")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"authority_number": ""}, WHOLE),
        ({"authorised_to": "09/01/2026"}, "An authorisation ends on the day it begins or later."),
        ({"valid_from": "11/01/2026"}, "An authorisation lies within the days of the membership."),
        ({"capacity": "deputy"}, "Only signing by authorisation (TUQ.) has days of its own."),
    ],
)
def test_an_authorisation_that_is_not_whole_is_refused_in_words(province, admin, mai, facts, sentence):
    posted = alone(mai, province.department, **{"valid_from": "01/01/2026", **AUTHORISED, **facts})
    assert errors(browser(admin).post(f"{MEMBERSHIPS}add/", posted)) == [sentence]
    assert not mai.memberships.exists()


def test_a_whole_one_is_kept_and_stands_in_the_list(province, admin, mai):
    client = browser(admin)
    posted = alone(mai, province.department, **{"valid_from": "01/01/2026", **AUTHORISED})
    assert client.post(f"{MEMBERSHIPS}add/", posted).status_code == 302
    assert (mai.memberships.get().authorised_to, mai.memberships.get().title) == (
        date(2026, 12, 31),
        "Trưởng phòng",
    )
    listed = seen(client.get(MEMBERSHIPS, {"capacity__exact": "authorised"}))
    assert "By authorisation of the head (TUQ.)" in listed
    past = seen(client.get(f"{MEMBERSHIPS}{mai.memberships.get().pk}/history/"))
    assert "12/GUQ-SKHCN" in past


def test_a_form_says_how_its_reports_are_signed_off(province, admin):
    form = province.round(indicator("HT.01")).form
    page = browser(admin).get(f"/admin/indicators/reportingform/{form.pk}/change/")
    assert "On the system or by attached signed document" in seen(page)
    assert ReportingForm.objects.get().sign_off_way == "both"


# --- From tables


def test_a_table_brings_capacities_and_takes_them_along_unchanged(province, admin):
    sheet = [row("nguyen.a", "Nguyễn Văn A", "LC-SKHCN", "signer", valid_from="01/01/2026", **AUTHORISED)]
    assert types(bring(AccountResource, sheet, by=admin)) == ["new"]
    made = Membership.objects.get(user__username="nguyen.a")
    assert (made.capacity, made.authority_number, made.authority_date) == (
        "authorised",
        "12/GUQ-SKHCN",
        date(2026, 1, 5),
    )
    taken = [each for each in leave(AccountResource, by=admin) if each["username"] == "nguyen.a"]
    assert types(bring(AccountResource, taken, by=admin)) == ["skip"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, ASKED),
        (AUTHORISED | {"authorised_from": ""}, WHOLE),
        ({"role": "reporter", "capacity": "head"}, "Only whoever signs off for the unit signs in a capacity."),
    ],
)
def test_a_table_that_says_half_is_refused(province, admin, facts, sentence):
    facts = {"role": "signer", **facts}
    sheet = [row("nguyen.a", "Nguyễn Văn A", "LC-SKHCN", facts.pop("role"), valid_from="01/01/2026", **facts)]
    assert [sentence in said for said in refused(AccountResource, sheet, by=admin)] == [True]
    assert not Membership.objects.filter(user__username="nguyen.a").exists()


# --- An authorisation is not passed on


@pytest.fixture
def boss(province):
    """Keeps the accounts of the department, and signs for it by authorisation."""
    made = keeper("boss", province.department, "unit")
    days = {"authorised_from": today() - timedelta(days=1), "authorised_to": today() + timedelta(days=9)}
    document = {"authority_number": "1/GUQ", "authority_date": today()}
    signs = {"user": made, "unit": province.department, "role": "signer", "capacity": "authorised"}
    Membership.objects.create(**signs, **document, **days)
    return made


def test_whoever_signs_by_authorisation_names_no_signer_on_a_page(province, boss):
    mai = people.person("mai", province.department, "reader")
    answer = browser(boss).post(f"{MEMBERSHIPS}add/", alone(mai, province.department))
    assert "Select a valid choice. signer is not one of the available choices." in errors(answer)
    Membership.objects.filter(user=boss, role="signer").update(
        capacity="deputy", authorised_from=None, authorised_to=None
    )
    assert browser(boss).post(f"{MEMBERSHIPS}add/", alone(mai, province.department)).status_code == 302


def test_nor_by_a_table(province, boss):
    sheet = [row("nguyen.a", "Nguyễn Văn A", "LC-SKHCN", "signer", capacity="head")]
    said = refused(AccountResource, sheet, by=boss)
    sentence = "Whoever signs by authorisation names no signers: an authorisation is not passed on."
    assert [sentence in each for each in said] == [True]


def test_a_signer_alone_keeps_no_membership(province):
    assert browser(province.unit_leader).get(f"{MEMBERSHIPS}add/").status_code == 302
    assert not province.unit_leader.has_perm("indicators.add_membership")
