"""A form as staff will see it, before a round asks for it: the real lines, disabled, and nothing written."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.test import Client

from indicators.models import Definition, Period, ReportingForm, Unit
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


@pytest.fixture(autouse=True)
def today(clock) -> None:
    clock.set(2026, 11, 24, 9, 0)


@pytest.fixture
def form(province: Province) -> ReportingForm:
    asked = [
        factories.indicator("HT.01", name="Chiều dài cáp quang"),
        factories.ratio("XH.01", name="Tỷ lệ thuê bao"),
    ]
    return factories.form(province.department, province.sister, holders={}, indicators=asked)


def at(form: ReportingForm) -> str:
    return f"/admin/indicators/reportingform/{form.pk}/preview/"


def names(page) -> list[str]:
    return re.findall(r'name="([^"]+-(?:value|numerator))"', page.content.decode())


def chosen(page) -> list[str]:
    return [" ".join(text.split()) for text in re.findall(r"selected>([^<]*)</option>", page.content.decode())][:2]


def test_the_fields_of_the_real_form_stand_disabled(client, form):
    page = client.get(at(form))
    assert names(page) == ["HT.01-value", "XH.01-numerator", "XH.01-value"]
    disabled = page.content.decode().split('<fieldset class="preview" disabled>')[1].split("</fieldset>")[0]
    assert all(f'name="{name}"' in disabled for name in names(page))
    assert 'name="action"' not in page.content.decode()


def test_it_opens_on_the_period_of_today_with_its_window_and_due_date(client, form):
    said = seen(client.get(at(form)))
    assert "Shown with the definitions of Quarter IV/2026, those that hold on 14/12/2026." in said
    assert "Figures from 15/09/2026 to the end of 14/12/2026" in said
    assert "Due date 16/12/2026" in said


def test_another_period_and_unit_are_chosen_by_label_and_code(client, form):
    page = client.get(at(form), {"period": "2027-Q1", "unit": "LC-STC"})
    assert chosen(page) == ["Quarter I/2027", "Sở Tài chính"]
    assert "Figures from 15/12/2026 to the end of 14/03/2027" in seen(page)


def test_a_period_that_the_list_does_not_offer_is_taken_by_its_label(client, form):
    page = client.get(at(form), {"period": "2020-M05"})
    assert chosen(page)[0] == "Month 5/2020"
    assert names(page) == ["HT.01-value", "XH.01-numerator", "XH.01-value"]


def test_nothing_is_written(client, form):
    def counts() -> dict[str, int]:
        return {m.__name__: m._default_manager.count() for m in apps.get_app_config("indicators").get_models()}

    before = counts()
    client.get(at(form), {"period": "2027-Q1", "unit": "LC-STC"})
    client.get(at(form), {"period": "2020-M05"})
    assert counts() == before
    assert (before["Round"], before["Period"], before["Submission"]) == (0, 0, 0)


def test_an_indicator_without_a_definition_is_named_and_the_others_shown(client, form):
    Definition.objects.filter(indicator__code="HT.01").update(valid_from=date(2027, 1, 1))
    page = client.get(at(form))
    assert "Indicator HT.01 has no definition on 14/12/2026, so the round cannot be opened." in seen(page)
    assert names(page) == ["XH.01-numerator", "XH.01-value"]


def test_the_definition_is_the_one_of_the_periods_last_day(client, form):
    old = Definition.objects.get(indicator__code="HT.01")
    Definition.objects.create(
        **{f.name: getattr(old, f.name) for f in Definition._meta.fields if f.name != "id"}
        | {"valid_from": date(2027, 1, 1), "unit_of_measure": "hải lý"}
    )
    assert "hải lý" not in seen(client.get(at(form), {"period": "2026-Q4"}))
    assert "hải lý" in seen(client.get(at(form), {"period": "2027-Q1"}))


def test_a_line_about_each_commune_is_a_grid_of_the_communes_of_that_day(client, province):
    asked = [factories.indicator("HT.02", name="Xã có cáp"), factories.indicator("HT.03", name="Thôn có sóng")]
    form = factories.form(province.department, holders={}, indicators=asked, subject="each_commune")
    for n in (1, 2):
        factories.unit(f"Xã {n}", "commune", code=f"0{n}", parent=province.root)
    ended = Unit.objects.get(codes__code="02")
    Unit.objects.filter(pk=ended.pk).update(ended=date(2027, 1, 1))
    now = client.get(at(form), {"period": "2026-Q4"})
    assert names(now) == ["HT.02@01-value", "HT.02@02-value", "HT.03@01-value", "HT.03@02-value"]
    assert [now.content.decode().count(f"<h3>{each.name}</h3>") for each in asked] == [1, 1]
    assert names(client.get(at(form), {"period": "2027-Q1"})) == ["HT.02@01-value", "HT.03@01-value"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"period": "2026-Q9"}, "“2026-Q9” names no period. Choose one of the list."),
        ({"unit": "XX"}, "On 14/12/2026 no unit of this form has the code “XX”. Choose one of the list."),
        (
            {"unit": "LC-VPUBND"},
            "On 14/12/2026 no unit of this form has the code “LC-VPUBND”. Choose one of the list.",
        ),
    ],
)
def test_what_cannot_be_shown_is_said_with_the_lists_to_choose_from(client, form, query, sentence):
    page = client.get(at(form), query)
    assert page.status_code == 200
    assert sentence in seen(page)
    assert names(page) == []
    assert "Sở Tài chính" in seen(page)


def test_a_form_whose_units_have_ended_says_so(client, form):
    Unit.objects.filter(forms=form).update(ended=date(2026, 7, 1))
    assert "No unit of this form exists on 14/12/2026." in seen(client.get(at(form)))


def test_an_ad_hoc_form_offers_the_recorded_ad_hoc_periods(client, form):
    ReportingForm.objects.filter(pk=form.pk).update(frequency="ad_hoc")
    assert chosen(client.get(at(form)))[0] == "Quarter IV/2026"
    days = {"first_day": date(2026, 9, 1), "day_after_last": date(2026, 9, 8)}
    Period.objects.create(label="2026-A01", **days)
    factories.period()
    page = client.get(at(form))
    assert chosen(page)[0] == "Ad-hoc round 01/2026"
    assert "Figures from 01/09/2026 to the end of 07/09/2026" in seen(page)


def test_after_the_nine_months_the_preview_shows_the_newest_that_began(client, form):
    ReportingForm.objects.filter(pk=form.pk).update(frequency="nine_months")
    assert chosen(client.get(at(form)))[0] == "First nine months of 2026"


def test_the_page_of_a_form_links_to_its_preview(client, form):
    page = client.get(f"/admin/indicators/reportingform/{form.pk}/change/").content.decode()
    assert f'<a href="{at(form)}">Preview</a>' in page


def test_only_who_may_look_at_forms_sees_a_preview(client, province, form):
    assert browser(province.verifier).get(at(form)).status_code == 403
    assert Client().get(at(form)).status_code == 302
    assert client.get("/admin/indicators/reportingform/999999/preview/").status_code == 404
