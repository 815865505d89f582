"""Units as the administrator keeps them: names, places and codes from a day on, refused in words."""

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from indicators.models import Unit, UnitCode, UnitSlice
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser

LIST = "/admin/indicators/unit/"


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


def typed(*, slices=(), codes=(), stored: int = 0, **unit) -> dict[str, str]:
    """What the form posts; of the slices the first `stored` are those of the database."""
    data = {"began": "01/07/2025", "ended": "", **unit}
    for prefix, rows, initial in (("slices", slices, stored), ("codes", codes, 0)):
        data |= {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": str(initial)}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": str(value) for name, value in row.items()}
    return data


def named(name: str, valid_from: str = "01/07/2025", kind: str = "commune", **more) -> dict[str, object]:
    return {"name": name, "valid_from": valid_from, "kind": kind, **more}


def coded(code: str, valid_from: str = "01/07/2025", system: str = "gso") -> dict[str, str]:
    return {"code": code, "valid_from": valid_from, "system": system}


def refused(response) -> list[str]:
    """Every sentence of a form that came back."""
    assert response.status_code == 200
    with translation.override("en"):
        return [str(sentence) for errors in response.context["errors"] for sentence in errors]


def test_a_unit_is_added_with_its_name_place_and_code(client, province):
    place = named("Phường Đoàn Kết", parent=province.root.pk)
    response = client.post(f"{LIST}add/", typed(slices=[place], codes=[coded("03388")]))
    assert response.status_code == 302
    made = Unit.objects.with_slice(date(2025, 7, 1)).get(codes__code="03388")
    assert (str(made), made.kind_on_day, made.code_on_day) == ("Phường Đoàn Kết", "commune", "03388")
    assert (made.began, made.ended, made.parent_on_day) == (date(2025, 7, 1), None, province.root.pk)


def test_a_name_is_found_by_its_folded_form_as_soon_as_it_is_added(client):
    client.post(f"{LIST}add/", typed(slices=[named("Xã Bum Tở")]))
    found = client.get(LIST, {"q": "bum to"}).context["cl"].result_list
    assert [str(unit) for unit in found] == ["Xã Bum Tở"]


def test_a_code_that_names_another_unit_from_that_day_is_refused(client, province):
    UnitCode.objects.create(unit=province.sister, system="gso", code="03388", valid_from=date(2025, 7, 1))
    before = Unit.objects.count()
    response = client.post(f"{LIST}add/", typed(slices=[named("Xã Mới")], codes=[coded("03388")]))
    assert refused(response) == ["This code already names a unit from that day."]
    assert (Unit.objects.count(), UnitSlice.objects.filter(name="Xã Mới").exists()) == (before, False)


@pytest.mark.parametrize(
    "row", [coded("03388", "02/07/2025"), coded("3388"), coded("03388", system="agency")], ids=str
)
def test_a_code_of_another_day_system_or_spelling_is_another_code(client, province, row):
    UnitCode.objects.create(unit=province.sister, system="gso", code="03388", valid_from=date(2025, 7, 1))
    assert client.post(f"{LIST}add/", typed(slices=[named("Xã Mới")], codes=[row])).status_code == 302
    assert UnitCode.objects.filter(code=row["code"], unit__slices__name="Xã Mới").count() == 1


@pytest.mark.parametrize("ended", ["30/06/2025", "01/07/2025"])
def test_a_unit_that_ends_before_its_second_day_is_refused(client, ended):
    before = Unit.objects.count()
    response = client.post(f"{LIST}add/", typed(ended=ended))
    assert refused(response) == ["A unit ends after the day it began."]
    assert Unit.objects.count() == before


def test_a_day_that_is_none_is_asked_for_by_example(client):
    response = client.post(f"{LIST}add/", typed(began="31/02/2025"))
    assert refused(response) == ["Enter the date as day/month/year, for example 25/02/2022."]


def stored_slice(unit: Unit) -> dict[str, object]:
    (row,) = unit.slices.all()
    return named(row.name, "01/01/1900", row.kind, parent=row.parent_id, id=row.pk, unit=unit.pk)


def change(client: Client, unit: Unit, *added: dict[str, object], **facts):
    rows = [stored_slice(unit), *({**row, "unit": unit.pk} for row in added)]
    return client.post(f"{LIST}{unit.pk}/change/", typed(slices=rows, stored=1, **{"began": "01/01/1900"} | facts))


def test_a_new_name_from_a_day_leaves_the_name_before_it(client, province):
    new = named("Sở Tài chính và Đầu tư", "01/03/2025", "department", parent=province.root.pk)
    assert change(client, province.sister, new).status_code == 302
    names = [str(Unit.objects.with_slice(date(2025, *day)).get(pk=province.sister.pk)) for day in ((2, 28), (3, 1))]
    assert names == ["Sở Tài chính", "Sở Tài chính và Đầu tư"]


def test_two_names_from_one_day_are_refused(client, province):
    response = change(client, province.sister, named("Sở Khác", "01/01/1900", "department"))
    assert refused(response) == ["This unit already has a name beginning on that day."]
    assert [row.name for row in province.sister.slices.all()] == ["Sở Tài chính"]


def test_a_unit_ends_on_the_day_that_was_typed(client, province):
    assert change(client, province.sister, ended="1/7/2026").status_code == 302
    province.sister.refresh_from_db()
    assert province.sister.ended == date(2026, 7, 1)


def test_the_list_shows_kind_code_and_parent_of_today(client, province):
    commune = factories.unit("Xã Bum Tở", "commune", code="03433", parent=province.root)
    page = client.get(LIST, {"kind": "commune"})
    assert [unit.pk for unit in page.context["cl"].result_list] == [commune.pk]
    shown = page.content.decode()
    assert '<td class="field-kind">Commune, ward or township</td>' in shown
    assert '<td class="field-code">03433</td>' in shown
    assert '<td class="field-parent">Tỉnh Lai Châu</td>' in shown


def test_a_unit_never_stands_under_itself(client, province):
    row = named("Sở Khác", "01/03/2025", "department", parent=province.sister.pk)
    assert refused(change(client, province.sister, row)) == ["A unit cannot stand under itself."]
    assert province.sister.slices.count() == 1
