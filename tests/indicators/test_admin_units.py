"""Units as the administrator keeps them: names, places and codes from a day on, refused in words."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from indicators.models import Document, Succession, Unit, UnitAlias, UnitCode, UnitSlice
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser

pytestmark = pytest.mark.usefixtures("english")
LIST = "/admin/indicators/unit/"


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


def typed(*, slices=(), codes=(), stored: int = 0, **unit) -> dict[str, str]:
    """What the form posts; of the slices the first `stored` are those of the database."""
    data = {"began": "01/07/2025", "ended": ""}
    for prefix in ("aliases", "to_predecessors", "to_successors"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    for prefix, rows, initial in (("slices", slices, stored), ("codes", codes, 0)):
        data |= {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": str(initial)}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": str(value) for name, value in row.items()}
    return data | unit


def named(name: str, valid_from: str = "01/07/2025", kind: str = "commune", **more) -> dict[str, object]:
    return {"name": name, "valid_from": valid_from, "kind": kind, **more}


def in_the_province(name: str, valid_from: str = "01/07/2025") -> dict[str, object]:
    return named(name, valid_from, parent=Unit.objects.get(slices__kind="province").pk)


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
    client.post(f"{LIST}add/", typed(slices=[in_the_province("Xã Bum Tở")]))
    found = client.get(LIST, {"q": "bum to"}).context["cl"].result_list
    assert [str(unit) for unit in found] == ["Xã Bum Tở"]


def test_a_code_that_names_another_unit_from_that_day_is_refused(client, province):
    UnitCode.objects.create(unit=province.sister, system="gso", code="03388", valid_from=date(2025, 7, 1))
    before = Unit.objects.count()
    response = client.post(f"{LIST}add/", typed(slices=[in_the_province("Xã Mới")], codes=[coded("03388")]))
    assert refused(response) == ["This code already names a unit from that day."]
    assert (Unit.objects.count(), UnitSlice.objects.filter(name="Xã Mới").exists()) == (before, False)


@pytest.mark.parametrize(
    "row", [coded("03388", "02/07/2025"), coded("3388"), coded("03388", system="agency")], ids=str
)
def test_a_code_of_another_day_system_or_spelling_is_another_code(client, province, row):
    old = factories.unit("Phường Quyết Tiến", "commune", parent=province.root)
    Unit.objects.filter(pk=old.pk).update(ended=date(2025, 7, 2))
    UnitCode.objects.create(unit=old, system="gso", code="03388", valid_from=date(2025, 7, 1))
    assert client.post(f"{LIST}add/", typed(slices=[in_the_province("Xã Mới")], codes=[row])).status_code == 302
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


# --- What leaves the units in disorder is taken back


def refusal(response) -> str:
    """The sentence on top of the form that came back."""
    assert response.status_code == 200
    (sentence,) = response.context["adminform"].form.non_field_errors()
    return str(sentence)


def test_a_unit_that_ends_over_its_children_comes_back_as_it_was_typed(client, province):
    factories.unit("Trung tâm Chuyển đổi số", parent=province.sister)
    response = change(client, province.sister, ended="01/07/2026")
    assert refusal(response) == (
        "From 01/07/2026 Trung tâm Chuyển đổi số stands under Sở Tài chính, which ended on 01/07/2026."
    )
    assert 'value="01/07/2026"' in response.content.decode()
    province.sister.refresh_from_db()
    assert province.sister.ended is None


def test_a_unit_without_a_name_is_refused_when_it_is_added(client):
    before = Unit.objects.count()
    response = client.post(f"{LIST}add/", typed(codes=[coded("03388")]))
    assert refusal(response) == (
        "03388 begins on 01/07/2025 without a name and a place: the first of them must hold on that day."
    )
    assert Unit.objects.count() == before


def test_a_commune_under_nobody_is_refused(client):
    response = client.post(f"{LIST}add/", typed(slices=[named("Xã Mới")]))
    assert refusal(response) == "From 01/07/2025 Xã Mới stands under nobody; only a province does."
    assert not UnitSlice.objects.filter(name="Xã Mới").exists()


def test_a_code_that_its_holder_still_has_is_refused(client, province):
    UnitCode.objects.create(unit=province.sister, system="gso", code="03388", valid_from=date(2025, 1, 1))
    response = client.post(f"{LIST}add/", typed(slices=[in_the_province("Xã Mới")], codes=[coded("03388")]))
    assert refusal(response) == (
        "From 01/07/2025 the code 03388 is given to Xã Mới while Sở Tài chính still holds it."
    )
    assert UnitCode.objects.filter(code="03388").count() == 1


# --- Who became whom


@pytest.fixture
def merged(province: Province) -> dict[str, Unit]:
    """Two communes ended for a ward; of one of them the act is not established."""
    made = {name: factories.unit(name, "commune", parent=province.root) for name in ("Xã A", "Xã B", "Phường C")}
    ended = Unit.objects.filter(pk__in=[made["Xã A"].pk, made["Xã B"].pk])
    ended.update(ended=date(2025, 7, 1))
    act = Document.objects.create(name="Nghị quyết 1670/NQ-UBTVQH15")
    took_over = {"successor": made["Phường C"], "effective_on": date(2025, 7, 1)}
    Succession.objects.create(predecessor=made["Xã A"], act=act, is_confirmed=True, **took_over)
    Succession.objects.create(predecessor=made["Xã B"], **took_over)
    return made


def test_the_page_of_a_unit_names_whom_it_took_over_from_with_act_and_doubt(client, merged):
    page = client.get(f"{LIST}{merged['Phường C'].pk}/change/").content.decode()
    section = page[page.index("Took over from") : page.index("</section>")]
    assert f'<a href="{LIST}{merged["Xã A"].pk}/change/">Xã A</a>' in section
    assert " ".join(unescape(re.sub(r"<[^>]+>", " ", section)).split()) == (
        "Took over from Xã A 01/07/2025 · Nghị quyết 1670/NQ-UBTVQH15 Xã B 01/07/2025 not confirmed"
    )
    assert "Taken over by" not in page


def test_the_page_of_an_ended_unit_names_who_took_over(client, merged):
    page = client.get(f"{LIST}{merged['Xã B'].pk}/change/").content.decode()
    assert f'<a href="{LIST}{merged["Phường C"].pk}/change/">Phường C</a>' in page
    assert "Took over from" not in page


def test_a_successor_is_recorded_and_without_its_act_not_confirmed(client, merged, province):
    gone = factories.unit("Xã D", "commune", parent=province.root)
    row = {
        "to_successors-TOTAL_FORMS": "1",
        "to_successors-0-predecessor": gone.pk,
        "to_successors-0-successor": merged["Phường C"].pk,
        "to_successors-0-effective_on": "01/07/2025",
    }
    sure = change(client, gone, **row, **{"to_successors-0-is_confirmed": "on"})
    assert refused(sure) == ["A confirmed succession names its legal act."]
    assert change(client, gone, **row).status_code == 302
    (stored,) = gone.to_successors.all()
    assert (stored.successor, stored.act, stored.is_confirmed) == (merged["Phường C"], None, False)


def test_a_choice_of_a_unit_says_its_code_and_when_it_ended(client, merged):
    page = client.get(f"{LIST}add/").content.decode()
    assert ">Xã A (Xã A), ended on 01/07/2025</option>" in page
    assert ">Phường C (Phường C)</option>" in page


# --- The list


def listed(client: Client, **query) -> list[str]:
    changelist = client.get(LIST, query).context["cl"]
    return [changelist.model_admin.name(unit) for unit in changelist.result_list]


def test_a_unit_is_found_by_another_spelling_of_its_name(client, province):
    UnitAlias.objects.create(unit=province.sister, name="Sở TC&ĐT")
    assert listed(client, q="so tc&dt") == listed(client, q="Sở TC&ĐT") == ["Sở Tài chính"]


def test_the_list_says_what_a_chosen_day_knew(client, province):
    later = factories.unit("Xã Mới", "commune", parent=province.root)
    Unit.objects.filter(pk=later.pk).update(began=date(2025, 7, 1))
    later.slices.update(valid_from=date(2025, 7, 1))
    new = {"unit": province.sister, "kind": "department", "parent": province.root}
    UnitSlice.objects.create(valid_from=date(2025, 3, 1), name="Sở Tài chính mới", **new)
    assert listed(client, q="tai chinh", on="28/02/2025") == ["Sở Tài chính"]
    assert listed(client, q="tai chinh", on="1/3/2025") == ["Sở Tài chính mới"]
    assert listed(client, q="xa moi", on="30/06/2025", life="later") == ["Xã Mới"]
    assert listed(client, q="xa moi", on="30/06/2025", life="living") == []
    assert listed(client, q="xa moi", on="01/07/2025", life="living") == ["Xã Mới"]


def test_ended_units_are_told_from_living_ones_on_the_chosen_day(client, merged):
    assert listed(client, kind="commune", life="ended") == ["Xã A", "Xã B"]
    assert listed(client, kind="commune", life="living") == ["Phường C"]
    assert listed(client, kind="commune", life="ended", on="30/06/2025") == []


def test_a_day_that_is_none_leaves_the_list_of_today_with_a_sentence_and_the_text(client, province):
    page = client.get(LIST, {"on": "31/02/2025"}).content.decode()
    assert "Enter the date as day/month/year, for example 25/02/2022." in page
    assert 'value="31/02/2025"' in page
    assert "Sở Tài chính" in page


def test_what_is_not_confirmed_is_marked_and_filtered(client, province):
    doubtful = factories.unit("Xã Ngờ", "commune", parent=province.root)
    doubtful.slices.update(is_confirmed=False)
    assert listed(client, confirmed="no") == ['Xã Ngờ <span class="status doubt">not confirmed</span>']
    assert "Sở Tài chính" in listed(client, confirmed="yes")


def test_the_field_of_the_day_keeps_the_other_filters(client, province):
    page = client.get(LIST, {"kind": "commune", "q": "xã", "p": "0", "on": "01/07/2025"}).content.decode()
    form = page[page.index('class="day-filter"') :]
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    assert sorted(hidden) == [("kind", "commune"), ("q", "xã")]
