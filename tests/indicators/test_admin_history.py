"""What is kept and what leaves: the steps of a report on its page, and the approved figures as CSV."""

import csv
import io
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import translation

from tests import factories, people
from tests.factories import Province, cell

EXPORT = "/admin/indicators/observation/export/"
COLUMNS = (
    "indicator,indicator_name,period,subject,reporter,state,value,qualifier,unit_of_measure,numerator,denominator,"
    "text,status,explanation,reported_value,own_value,own_reason,contributes,on_behalf,check_code,"
    "approved_at,superseded_at,published_at,unpublished_at"
)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def logged_in(user) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def test_the_page_tells_every_step_newest_first_with_who_and_why(province: Province):
    report = province.submission(factories.indicator("HT.01"))
    factories.type_in(report, cell("14433"), by=province.reporter)
    province.walk(report, "submit", "withdraw", "submit", "sign", "return", "submit", "sign", "verify", "approve")
    page = logged_in(province.approver).get(f"/admin/indicators/submission/{report.pk}/change/").context["page"]
    told = [(done.words, done.event.by.username, done.event.reason) for done in page.history]
    assert told == [
        ("Approved", "approver", "Lý do"),
        ("Verified", "verifier", "Lý do"),
        ("Signed off and sent", "unit leader", "Lý do"),
        ("Sent for signature", "reporter", "Lý do"),
        ("Returned for completion", "verifier", "Lý do"),
        ("Signed off and sent", "unit leader", "Lý do"),
        ("Sent for signature", "reporter", "Lý do"),
        ("Withdrawn", "reporter", "Lý do"),
        ("Sent for signature", "reporter", "Lý do"),
    ]
    assert page.signed.number == page.history[2].event.number
    assert page.history[2].check_code == page.check_code


def export(client: Client) -> str:
    page = client.get(EXPORT)
    names = [name for name in page.context["form"].fields if name.startswith("observationresource_")]
    response = client.post(EXPORT, {"format": "0", "resource": "0", **dict.fromkeys(names, "on")})
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    return response.content.decode("utf-8-sig")


def approve(province: Province, *cells, **facts):
    lines = [factories.indicator(f"HT.0{n}", decimals=2, **facts) for n in range(len(cells))]
    report = province.submission(*lines)
    factories.type_in(report, *cells, by=province.reporter)
    return province.walk(report, "submit", "sign", "verify", "approve")


def test_the_export_names_its_columns_in_their_order_even_when_empty(province):
    assert export(logged_in(people.superuser())).splitlines() == [COLUMNS]


def test_drafts_and_reports_on_their_way_never_leave(province):
    report = province.submission(factories.indicator("HT.01"))
    factories.type_in(report, cell("98765"), by=province.reporter)
    client = logged_in(people.superuser())
    for move in ("submit", "sign", "verify"):
        report = province.walk(report, move)
        assert export(client).splitlines() == [COLUMNS]


def test_what_is_said_of_a_figure_leaves_with_it(province):
    said = cell("-0.50", qualifier="about", status="estimate", note="=1+1\nxem phụ lục")
    approve(province, said, lower_bound=None)
    (row,) = csv.DictReader(io.StringIO(export(logged_in(people.superuser()))))
    kept = {name: row[name] for name in ("value", "qualifier", "status", "explanation", "state")}
    assert kept == {
        "value": "-0,50",
        "qualifier": "about",
        "status": "estimate",
        "explanation": "'=1+1\nxem phụ lục",
        "state": "reported",
    }


def test_an_adjusted_figure_leaves_twice_the_first_with_its_end(province):
    report = approve(province, cell("1"))
    factories.type_in(province.walk(report, "reopen"), cell("2"), by=province.reporter)
    province.walk(report, "submit", "sign", "verify", "approve")
    rows = list(csv.DictReader(io.StringIO(export(logged_in(people.superuser())))))
    assert sorted((row["value"], bool(row["superseded_at"])) for row in rows) == [("1", True), ("2", False)]
    assert len({row["check_code"] for row in rows}) == 2


def test_only_who_may_look_at_figures_exports_them(province):
    approve(province, cell("1"))
    clerk = people.person("clerk", is_staff=True)
    asked = {"format": "0", "resource": "0", "observationresource_value": "on"}
    assert logged_in(clerk).post(EXPORT, asked).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="view_observation"))
    assert logged_in(clerk).post(EXPORT, asked).content.decode("utf-8-sig").splitlines() == ["value", "1"]
