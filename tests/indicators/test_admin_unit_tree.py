"""The tree of units as of a day: who stands under whom, with codes, counts, ends and doubts."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.admin.unit_tree import counted, map_of
from indicators.models import BEGINNING, Unit, UnitSlice
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")
TREE = "/admin/indicators/unit/tree/"
MERGER = date(2025, 7, 1)


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


@pytest.fixture
def merger(province: Province) -> Province:
    """Until the merger a district with two communes; from it on one ward, and Mù Cả straight under the province."""
    district = factories.unit("Huyện Mường Tè", "district", code="107", parent=province.root)
    old = factories.unit("Xã Cũ", "commune", code="03433", parent=district)
    moved = factories.unit("Xã Mù Cả", "commune", code="03451", parent=district)
    ward = factories.unit("Phường Mới", "commune", code="03388", parent=province.root)
    factories.unit("VNPT Lai Châu", "company", code="VNPT", parent=province.root)
    Unit.objects.filter(pk__in=[district.pk, old.pk]).update(ended=MERGER)
    Unit.objects.filter(pk=ward.pk).update(began=MERGER)
    ward.slices.update(valid_from=MERGER, is_confirmed=False)
    UnitSlice.objects.create(unit=moved, valid_from=MERGER, name="Xã Mù Cả", kind="commune", parent=province.root)
    return province


def outline(nodes, depth: int = 0) -> list[str]:
    lines = []
    for node in nodes:
        lines.append("  " * depth + str(node.unit))
        for group in node.groups:
            lines += outline(group.nodes, depth + 1)
    return lines


def test_the_day_before_the_merger_has_the_district(client, merger):
    page = client.get(TREE, {"on": "30/06/2025"})
    assert outline(page.context["map"].roots) == [
        "Tỉnh Lai Châu",
        "  Huyện Mường Tè",
        "    Xã Cũ",
        "    Xã Mù Cả",
        "  Sở Khoa học và Công nghệ",
        "  Sở Tài chính",
        "  Văn phòng UBND tỉnh",
        "  VNPT Lai Châu",
    ]
    assert page.context["map"].ended == []


def test_the_day_of_the_merger_has_the_ward_and_names_who_ended(client, merger):
    page = client.get(TREE, {"on": "1/7/2025"})
    assert outline(page.context["map"].roots)[1:3] == ["  Phường Mới", "  Xã Mù Cả"]
    assert page.context["map"].counts == [
        "1 province",
        "2 communes, wards and townships",
        "3 departments and agencies",
        "1 company",
    ]
    said = seen(page)
    assert "Phường Mới 03388 · since 01/07/2025 not confirmed" in said
    ended = said[said.index("2 units no longer exist from this day") :]
    assert "Huyện Mường Tè 107 · District · to the end of 30/06/2025" in ended
    assert "Xã Cũ 03433 · Commune, ward or township · to the end of 30/06/2025" in ended


def test_without_a_day_it_is_today(client, merger, clock):
    clock.set(2025, 6, 30, 23, 59)
    page = client.get(TREE)
    assert 'value="30/06/2025"' in page.content.decode()
    assert outline(page.context["map"].roots)[1] == "  Huyện Mường Tè"


@pytest.mark.parametrize("typed", ["31/02/2025", "hôm qua"])
def test_a_day_that_is_none_is_asked_for_by_example_and_stays(client, merger, typed):
    page = client.get(TREE, {"on": typed})
    assert page.status_code == 200
    assert "Enter the date as day/month/year, for example 25/02/2022." in seen(page)
    assert f'value="{typed}"' in page.content.decode()
    assert page.context["map"] is None


def test_a_day_before_all_units_has_none(client, province):
    Unit.objects.update(began=date(2004, 1, 1))
    assert "No unit exists on this day." in seen(client.get(TREE, {"on": "31/12/2003"}))


def test_the_tree_costs_the_same_however_many_units_stand_in_it(client, province):
    def price() -> int:
        with CaptureQueriesContext(connection) as counted_queries:
            client.get(TREE)
        return len(counted_queries)

    one = price()
    district = factories.unit("Huyện", "district", parent=province.root)
    for n in range(3):
        factories.unit(f"Xã {n}", "commune", parent=district)
    assert price() == one == 3


def test_the_list_links_to_the_tree_and_the_tree_to_each_unit(client, province):
    assert f'href="{TREE}"' in client.get("/admin/indicators/unit/").content.decode()
    assert f'href="/admin/indicators/unit/{province.sister.pk}/change/"' in client.get(TREE).content.decode()


def test_the_administrator_of_a_unit_sees_it_and_what_stands_below(province):
    below = factories.unit("Trung tâm", parent=province.department)
    seen_units = Unit.objects.filter(pk__in=[province.department.pk, below.pk])
    tree = map_of(seen_units, date(2026, 1, 1))
    assert outline(tree.roots) == ["Sở Khoa học và Công nghệ", "  Trung tâm"]


def test_who_keeps_one_unit_gets_its_tree_alone(province):
    below = factories.unit("Trung tâm", parent=province.department)
    keeper = people.person("keeper", province.department, "administrator", is_staff=True)
    keeper.user_permissions.add(Permission.objects.get(codename="view_unit"))
    page = browser(keeper).get(TREE)
    assert outline(page.context["map"].roots) == ["Sở Khoa học và Công nghệ", f"  {below.slices.get().name}"]


def test_who_may_not_look_at_units_is_refused(province):
    assert browser(province.verifier).get(TREE).status_code == 403
    assert Client().get(TREE).status_code == 302


def test_units_in_a_circle_or_without_a_place_are_not_swallowed(province):
    one = factories.unit("Vòng 1", "commune", parent=province.root)
    two = factories.unit("Vòng 2", "commune", parent=one)
    UnitSlice.objects.filter(unit=one).update(parent=two)
    bare = Unit.objects.create(began=BEGINNING)
    tree = map_of(Unit.objects.all(), date(2026, 1, 1))
    roots = outline(tree.roots)
    assert {"Vòng 1", "Vòng 2", f"#{bare.pk}"} < set(roots)
    assert "1 unit without a place" in tree.counts


@pytest.mark.parametrize(
    ("kind", "one", "many"),
    [
        ("province", "1 province", "2 provinces"),
        ("district", "1 district", "2 districts"),
        ("commune", "1 commune, ward or township", "2 communes, wards and townships"),
        ("department", "1 department or agency", "2 departments and agencies"),
        ("company", "1 company", "2 companies"),
    ],
)
def test_each_kind_is_counted_in_its_own_words(kind, one, many):
    assert (counted(kind, 1), counted(kind, 2)) == (one, many)
