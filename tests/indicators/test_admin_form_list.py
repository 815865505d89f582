"""The lists of forms, indicators, programmes and documents: what their columns say and their filters find."""

from datetime import date

import pytest
from django.test import Client

from indicators.models import (
    Definition,
    Document,
    FormLine,
    Indicator,
    IndicatorGroup,
    Programme,
    ProgrammeIndicator,
    ReportingForm,
)
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")
FORMS, INDICATORS = "/admin/indicators/reportingform/", "/admin/indicators/indicator/"
PROGRAMMES, DOCUMENTS = "/admin/indicators/programme/", "/admin/indicators/document/"


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


def found(client: Client, address: str, **query) -> list[str]:
    rows = client.get(address, query).context["cl"].result_list
    return [getattr(row, "code", "") or row.name for row in rows]


# --- Forms


def test_a_form_counts_its_lines_and_its_units_each_for_itself(client, province):
    asked = [factories.indicator(f"X.{n}") for n in range(3)]
    factories.form(province.department, province.sister, holders={}, indicators=asked)
    factories.form(province.office, holders={}, indicators=[])
    lines = FormLine.objects.count()
    counted = [(f.n_lines, f.n_units) for f in client.get(FORMS).context["cl"].result_list]
    assert (lines, counted) == (3, [(3, 2), (0, 1)])


def test_a_form_says_whether_its_rounds_open_by_themselves(client, province):
    factories.form(province.office, holders={}, indicators=[], opens_itself_from=date(2026, 12, 15))
    factories.form(province.office, holders={}, indicators=[], frequency="ad_hoc", calendar="tk")
    said = seen(client.get(FORMS))
    assert "for periods from 15/12/2026" in said
    assert "When asked for calendar months 0 1 by hand" in said


def test_forms_are_filtered_by_frequency_and_calendar(client, province):
    factories.form(province.office, holders={}, indicators=[], frequency="month")
    factories.form(province.office, holders={}, indicators=[], calendar="tk")
    assert found(client, FORMS, frequency="month") == ["01/CĐS"]
    assert found(client, FORMS, calendar="tk") == ["02/CĐS"]
    assert found(client, FORMS, frequency="year") == []


def posted(form, **typed) -> dict:
    """What the page of a form sends, without lines, rules and holders."""
    said = {"code": form.code, "name": form.name, "contact": form.contact, "kind": "figures", "calendar": "nd09"}
    said |= {"units": [unit.pk for unit in form.units.order_by("pk")], "frequency": "quarter"}
    said |= {"opens_after": "0", "due_after": "2", "counting_figure": "reported", "days_to_explain": "3"}
    said |= {"sign_off_way": "both"}
    rows = {f"{rows}-{n}_FORMS": "0" for rows in ("lines", "checks", "step_holders") for n in ("TOTAL", "INITIAL")}
    return said | rows | typed


def test_a_frequency_that_opens_by_hand_refuses_a_day_to_open_from(client, province):
    form = factories.form(province.department, holders={}, indicators=[])
    by_hand = posted(form, frequency="ad_hoc")
    refused = client.post(f"{FORMS}{form.pk}/change/", by_hand | {"opens_itself_from": "01/01/2027"})
    assert [str(e) for e in refused.context["errors"][0]] == [
        "Rounds of a form without a frequency are opened by hand."
    ]
    assert client.post(f"{FORMS}{form.pk}/change/", by_hand).status_code == 302
    assert ReportingForm.objects.get().frequency == "ad_hoc"


def test_a_form_says_which_figure_counts_and_how_long_a_unit_may_explain(client, province):
    form = factories.form(province.department, holders={}, indicators=[])
    assert (form.counting_figure, form.days_to_explain) == ("reported", 3)
    too_long = client.post(f"{FORMS}{form.pk}/change/", posted(form, days_to_explain="61"))
    assert "less than or equal to 60" in str(too_long.context["errors"])
    client.post(f"{FORMS}{form.pk}/change/", posted(form, counting_figure="assessed", days_to_explain="5"))
    form.refresh_from_db()
    assert (form.counting_figure, form.days_to_explain) == ("assessed", 5)
    assert form.history.latest().counting_figure == "assessed"


# --- Indicators


def test_an_indicator_shows_the_definition_of_today(client, province):
    made = factories.ratio("XH.01", lead_unit=province.office)
    later = Definition.objects.get(indicator=made)
    later.pk, later.valid_from, later.unit_of_measure = None, date(2100, 1, 1), "người"
    later.save()
    Indicator.objects.create(code="XH.99", name="Chưa định nghĩa")
    said = seen(client.get(INDICATORS))
    assert (
        "XH.01 Chỉ tiêu XH.01 % Ratio of sums: numerators over denominators Stock: the last cut-off "
        "Department or agency Văn phòng UBND tỉnh" in said
    )
    assert "XH.99 Chưa định nghĩa - - - -" in said


def test_an_indicator_of_one_source_names_that_unit(client, province):
    factories.indicator("HT.01", source_unit=province.sister)
    assert "Sum Stock: the last cut-off Sở Tài chính" in seen(client.get(INDICATORS))


def test_indicators_are_filtered_by_programme_group_and_kind_of_value(client, province):
    one = factories.indicator("HT.01", group="HT")
    factories.ratio("XH.01", group="XH")
    other = Programme.objects.create(code="Q", name="Khác", first_year=2026, last_year=2030)
    group = IndicatorGroup.objects.get(code="HT")
    ProgrammeIndicator.objects.create(programme=other, group=group, indicator=one)
    assert found(client, INDICATORS, programme_places__programme__id__exact=other.pk) == ["HT.01"]
    assert found(client, INDICATORS, programme_places__group__id__exact=group.pk) == ["HT.01"]
    assert found(client, INDICATORS, value_kind="ratio") == ["XH.01"]


# --- Programmes and documents


def test_a_programme_shows_years_document_and_how_many_indicators(client, province):
    act = Document.objects.create(name="Nghị quyết 09-NQ/TU", signed_on=date(2022, 2, 25))
    made = Programme.objects.create(code="NQ09", name="Chuyển đổi số", document=act)
    group = IndicatorGroup.objects.create(code="HT", name="Hạ tầng")
    for code in ("HT.01", "HT.02"):
        each = Indicator.objects.create(code=code, name=code)
        ProgrammeIndicator.objects.create(programme=made, group=group, indicator=each)
    assert "NQ09 Chuyển đổi số 2021 2025 Nghị quyết 09-NQ/TU (25/02/2022) 2" in seen(client.get(PROGRAMMES))


def test_the_places_of_a_programme_stand_in_their_order(client, province):
    for number, (code, group) in enumerate([("B", "XH"), ("A", "HT"), ("C", "HT")]):
        factories.indicator(code, group=group)
        IndicatorGroup.objects.filter(code=group).update(order=1 if group == "HT" else 2)
        ProgrammeIndicator.objects.filter(indicator__code=code).update(order=9 - number)
    programme = Programme.objects.get(code="P")
    page = client.get(f"{PROGRAMMES}{programme.pk}/change/")
    rows = page.context["inline_admin_formsets"][0].formset.initial_forms
    assert [row.instance.indicator.code for row in rows] == ["C", "A", "B"]


def test_a_programme_that_ends_before_it_begins_is_refused(client, province):
    rows = {"programmeindicator_set-TOTAL_FORMS": "0", "programmeindicator_set-INITIAL_FORMS": "0"}
    typed = {"code": "X", "name": "X", "first_year": "2026", "last_year": "2025", "document": ""}
    refused = client.post(f"{PROGRAMMES}add/", rows | typed)
    assert [str(e) for e in refused.context["errors"][0]] == ["A programme ends in or after its first year."]
    assert client.post(f"{PROGRAMMES}add/", rows | typed | {"last_year": "2030"}).status_code == 302


def test_documents_are_found_by_name_signer_and_year_of_signing(client, province):
    Document.objects.create(name="Nghị quyết 09-NQ/TU", signed_on=date(2022, 2, 25), signed_by="Giàng Páo Mỷ")
    Document.objects.create(name="Kế hoạch chưa rõ ngày")
    assert (
        found(client, DOCUMENTS, q="nghi quyet")
        == found(client, DOCUMENTS, q="GIANG PAO")
        == ["Nghị quyết 09-NQ/TU"]
    )
    assert found(client, DOCUMENTS, signed="2022") == ["Nghị quyết 09-NQ/TU"]
    assert found(client, DOCUMENTS, signed="unknown") == ["Kế hoạch chưa rõ ngày"]


def test_a_document_is_recorded_with_its_day_as_it_is_written(client, province):
    typed = {
        "name": "Quyết định 411/QĐ-TTg",
        "signed_on": "31/3/2022",
        "signed_by": "",
        "address": "vanban.chinhphu.vn",
    }
    assert client.post(f"{DOCUMENTS}add/", typed).status_code == 302
    made = Document.objects.get()
    assert (str(made), made.address) == ("Quyết định 411/QĐ-TTg (31/03/2022)", "https://vanban.chinhphu.vn")
    assert client.post(f"{DOCUMENTS}add/", typed).context["errors"][0] == ["This document is already recorded."]
