"""What leaves in bulk: real figures, no formula, and nothing to those who may not look."""

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from indicators import numbers
from indicators.resources import FigureWidget, ObservationExportForm, ObservationResource, TextWidget
from tests import factories, people
from tests.factories import Province, cell, enter_on_behalf, perform, type_in

EXPORT = "/admin/indicators/observation/export/"


def export(client: Client, query: str = "") -> bytes:
    page = client.get(EXPORT)
    names = [name for name in page.context["form"].fields if name.startswith("observationresource_")]
    response = client.post(EXPORT + query, {"format": "0", "resource": "0", **dict.fromkeys(names, "on")})
    assert response["Content-Type"] == "text/csv"
    return response.content


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def client(province: Province) -> Client:
    client = Client()
    client.force_login(people.superuser())
    return client


def approve(province: Province, *cells, names=("Tổng chiều dài cáp quang",), ratio: bool = False) -> None:
    make = factories.ratio if ratio else factories.indicator
    lines = [make(f"HT.0{n}", name=name, **({} if ratio else {"decimals": 2})) for n, name in enumerate(names)]
    submission = province.submission(*lines)
    factories.type_in(submission, *cells, by=province.reporter)
    province.walk(submission, "submit", "sign", "verify", "approve")


@pytest.mark.parametrize(
    ("value", "text"),
    [("14433", "14433"), ("53.80", "53,8"), ("-0.38", "-0,38"), ("1234567.5", "1234567,5"), ("0", "0")],
)
def test_a_figure_leaves_as_a_number_of_one_reading(value, text):
    assert FigureWidget().render(Decimal(value)) == text
    assert numbers.parse(text, decimals=None).value == Decimal(value)
    assert FigureWidget().clean(text) == Decimal(value)


def test_no_figure_is_an_empty_cell():
    assert FigureWidget().render(None) == ""
    assert FigureWidget().clean("") is None
    assert FigureWidget().clean(None) is None


def test_a_figure_of_two_readings_does_not_enter():
    with pytest.raises(ValueError, match="8,569"):
        FigureWidget().clean("8.569")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_never_becomes_a_formula(text):
    assert TextWidget().render(text) == "'" + text
    assert TextWidget().render(f"Ghi chú {text}") == f"Ghi chú {text}"


def test_the_export_holds_the_figures_as_written(client, province):
    approve(province, cell("53.80"))
    content = export(client)
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = rows(content)
    assert (row["indicator"], row["value"], row["unit_of_measure"]) == ("HT.00", "53,80", "km")
    assert (row["subject"], row["reporter"]) == ("Tỉnh Lai Châu", "Sở Khoa học và Công nghệ")


def test_the_parts_of_a_ratio_leave_too(client, province):
    approve(province, cell("53.8", of=("7", "13")), ratio=True)
    (row,) = rows(export(client))
    assert (row["value"], row["numerator"], row["denominator"]) == ("53,8", "7", "13")


def test_a_figure_that_is_missing_leaves_no_zero(client, province):
    approve(province, cell(state="not_available", note="=HYPERLINK(1)"))
    (row,) = rows(export(client))
    assert (row["state"], row["value"], row["explanation"]) == ("not_available", "", "'=HYPERLINK(1)")


def test_a_formula_in_a_name_is_neutralised_on_the_way_through_the_page(client, province):
    approve(province, cell("5"), names=["@cmd"])
    (row,) = rows(export(client))
    assert (row["indicator_name"], row["value"]) == ("'@cmd", "5")


def test_the_export_follows_the_search_of_the_list(client, province):
    approve(province, cell("1"), cell("2"), names=["Cáp quang", "Thuê bao"])
    assert [row["value"] for row in rows(export(client, "?q=thue bao"))] == ["2"]


def test_the_resource_names_its_fields(db):
    exported = ObservationResource().get_export_order()
    assert exported == ObservationResource._meta.fields
    assert set(exported) == set(ObservationExportForm.labels)
    assert not {"id", "submission", "revision", "definition"} & set(exported)


def test_the_export_says_which_unit_entered_a_figure_for_another(province, client, media):
    approve(province, cell("1"))
    report = enter_on_behalf(province.submission(factories.indicator("HT.99")), by=province.verifier)
    report = perform("submit", type_in(report, cell("2"), by=province.verifier), by=province.verifier)
    second = people.person("second verifier", province.office, "verifier")
    province.walk(perform("verify", report, by=second), "approve")
    said = {row["value"]: row["on_behalf"] for row in rows(export(client))}
    assert said == {"1": "", "2": "Văn phòng UBND tỉnh"}


@pytest.mark.parametrize("who", ["verifier", "approver"])
def test_a_reviewer_exports_nothing(province, who):
    approve(province, cell("1"))
    client = Client()
    client.force_login(getattr(province, who))
    assert client.get(EXPORT).status_code == 403
    assert client.post(EXPORT, {"format": "0", "resource": "0"}).status_code == 403


def test_whoever_may_look_may_export(province):
    approve(province, cell("1"))
    clerk = people.person("clerk", province.office, "reader", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_observation"))
    client = Client()
    client.force_login(clerk)
    assert [row["value"] for row in rows(export(client))] == ["1"]
