"""What a new administrator meets on the way from an indicator to an open round: empty rows to fill without
JavaScript, and pages that answer in words."""

from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from indicators import targets
from indicators.calendars import quarter
from indicators.models import (
    Definition,
    Document,
    Indicator,
    Programme,
    ReportingForm,
    Round,
    StepHolder,
    Target,
    Unit,
    UnitSlice,
)
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, open_round_on_page, seen

pytestmark = pytest.mark.usefixtures("english")
OPEN = "/admin/indicators/round/add/"


@pytest.fixture
def keeper(province: Province):
    return people.superuser()


@pytest.fixture
def client(keeper) -> Client:
    return browser(keeper)


def page_of(row) -> str:
    return f"/admin/indicators/{row._meta.model_name}/{row.pk}/change/"


class Typed(HTMLParser):
    """What a browser without JavaScript would post of a page whose fields nobody touched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.posted: dict[str, list[str]] = {}
        self.select = ""
        self.area = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        names = dict(attrs)
        name = names.get("name") or ""
        if "disabled" in names:
            return
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in names:
            self.posted.setdefault(self.select, []).append(names.get("value") or "")
        elif tag == "textarea":
            self.posted[name], self.area = [""], name
        elif tag == "input" and (names.get("type") not in ("submit", "file", "checkbox") or "checked" in names):
            ticked = "on" if names.get("type") == "checkbox" else ""
            self.posted.setdefault(name, []).append(names.get("value") or ticked)

    def handle_data(self, data: str) -> None:
        if self.area:
            self.posted[self.area] = [data.removeprefix("\n")]

    def handle_endtag(self, tag) -> None:
        if tag == "textarea":
            self.area = ""


def untouched(client: Client, path: str) -> dict[str, list[str]]:
    """Without the empty form that JavaScript copies."""
    read = Typed(client.get(path).content.decode()).posted
    return {name: texts for name, texts in read.items() if name and "__prefix__" not in name}


# --- Rows to fill without JavaScript


def test_the_page_of_a_new_indicator_has_a_definition_to_fill(client):
    typed = untouched(client, "/admin/indicators/indicator/add/") | {"code": "X.01", "name": "Chỉ tiêu mới"}
    typed |= {
        "definitions-0-value_kind": "number",
        "definitions-0-direction": "up",
        "definitions-0-over_units": "sum",
        "definitions-0-over_time": "stock",
        "definitions-0-source_kind": "department",
    }
    assert client.post("/admin/indicators/indicator/add/", typed).status_code == 302
    assert list(Definition.objects.values_list("indicator__code", "value_kind")) == [("X.01", "number")]


@pytest.mark.parametrize(
    ("of", "row"),
    [
        (Indicator, "definitions-1-valid_from"),
        (Programme, "programmeindicator_set-1-indicator"),
        (ReportingForm, "lines-1-order"),
        (ReportingForm, "step_holders-2-reporting_unit"),
        (Unit, "slices-1-valid_from"),
        (Unit, "codes-1-code"),
        (Unit, "aliases-0-name"),
        (Unit, "to_predecessors-0-effective_on"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_every_list_of_rows_ends_in_an_empty_one(client, province, of, row):
    province.round(factories.indicator("HT.01"))
    assert f'name="{row}"' in client.get(page_of(of.objects.order_by("pk").first())).content.decode()


@pytest.mark.parametrize("of", [Indicator, Programme, ReportingForm, Unit], ids=lambda model: model.__name__)
def test_an_empty_row_left_as_it_is_is_neither_saved_nor_complained_of(client, province, of):
    """The control: what was typed beside it is saved."""
    factories.form(
        province.department, holders={"verify": province.office}, indicators=[factories.indicator("HT.01")]
    )
    before = [model.objects.count() for model in (Definition, StepHolder, UnitSlice)]
    row = of.objects.order_by("pk").first()
    typed = untouched(client, page_of(row))
    beside = {"name": "Tên mới"} if of is not Unit else {"slices-0-name": "Tên mới"}
    response = client.post(page_of(row), typed | beside)
    assert response.status_code == 302, seen(response)
    assert [model.objects.count() for model in (Definition, StepHolder, UnitSlice)] == before
    names = UnitSlice.objects.filter(unit=row) if of is Unit else of.objects.filter(pk=row.pk)
    assert names.order_by("pk").first().name == "Tên mới"


def test_who_may_not_add_definitions_is_offered_no_row(province):
    looker = people.person("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename__in=["view_indicator", "view_definition"]))
    page = browser(looker).get(page_of(factories.indicator("HT.01"))).content.decode()
    assert "definitions-1-" not in page


# --- Two units of one name


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("user/add/", "memberships-0-unit"),
        ("membership/add/", "unit"),
        ("indicator/add/", "definitions-0-source_unit"),
        ("indicator/add/", "definitions-0-lead_unit"),
        ("reportingform/add/", "step_holders-0-holder"),
        ("reportingform/add/", "units"),
        ("target/add/", "unit"),
        ("unit/add/", "slices-0-parent"),
        ("unit/add/", "to_predecessors-0-predecessor"),
    ],
)
def test_a_choice_of_units_tells_the_one_that_ended_from_the_one_that_lives(client, province, page, name):
    old = factories.unit("Sở Khoa học và Công nghệ", code="LC-SKHCN-OLD")
    Unit.objects.filter(pk=old.pk).update(ended=date(2025, 3, 1))
    body = client.get(f"/admin/indicators/{page}").content.decode()
    select = body.split(f'<select name="{name}"', 1)[1].split("</select>", 1)[0]
    assert ">Sở Khoa học và Công nghệ (LC-SKHCN)</option>" in select
    assert ">Sở Khoa học và Công nghệ (LC-SKHCN-OLD), ended on 01/03/2025</option>" in select


# --- Answers in words


def test_an_indicator_saved_without_a_definition_is_said_to_lack_one(client):
    typed = untouched(client, "/admin/indicators/indicator/add/") | {"code": "X.01", "name": "Chỉ tiêu mới"}
    page = seen(client.post("/admin/indicators/indicator/add/", typed, follow=True))
    assert "Indicator X.01 has no definition yet, so no form can ask for it." in page


def test_an_indicator_with_a_definition_is_saved_without_a_warning(client, province):
    indicator = factories.indicator("HT.01")
    response = client.post(page_of(indicator), untouched(client, page_of(indicator)), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["success"]


@pytest.mark.parametrize("then", ["_save", "_addanother", "_continue"])
def test_a_recorded_target_is_named_by_its_indicator_year_and_figure(client, province, then):
    indicator, plan = (
        factories.ratio("X.01", name="Tỷ lệ thôn"),
        Document.objects.create(name="Nghị quyết 09-NQ/TU"),
    )
    facts = {"indicator": indicator.pk, "level": "province", "year": "2026", "operator": "gte", "value": "80"}
    response = client.post("/admin/indicators/target/add/", facts | {"document": plan.pk, then: ""}, follow=True)
    assert "Recorded: X.01 Tỷ lệ thôn, 2026: ≥ 80%." in seen(response)
    made = Target.objects.get()
    ends = {"_save": "target/", "_addanother": "target/add/", "_continue": f"target/{made.pk}/change/"}
    assert response.redirect_chain == [(f"/admin/indicators/{ends[then]}", 302)]
    assert LogEntry.objects.get().object_repr == "X.01 Tỷ lệ thôn, 2026"


def test_the_log_names_a_replaced_target_too(client, keeper, province):
    facts = {"level": "province", "unit": None, "year": 2026, "operator": "gte", "value": Decimal(80)}
    plan = Document.objects.create(name="Nghị quyết 09-NQ/TU")
    old = targets.record_target(
        indicator=factories.ratio("X.01", name="Tỷ lệ thôn"), document=plan, by=keeper, **facts
    )
    typed = {"operator": "gte", "value": "85", "reason": "Theo văn bản sửa đổi."}
    assert client.post(page_of(old), typed).status_code == 302
    assert LogEntry.objects.get().object_repr == "X.01 Tỷ lệ thôn, 2026"


# --- The page that opens a round


@pytest.fixture
def form(province: Province, clock) -> ReportingForm:
    clock.set(2026, 11, 24)
    return factories.form(province.department, holders={}, indicators=[factories.indicator("HT.01")])


def test_the_running_period_is_chosen_beforehand(client, form):
    assert untouched(client, f"{OPEN}?form={form.pk}")["period"] == ["2026-Q4"]


def test_where_the_running_period_has_a_round_none_is_chosen_beforehand(client, form):
    """Or the next one, not begun yet, would be opened by whoever presses the button again."""
    open_round_on_page(client, {"form": form.pk, "period": "2026-Q4"})
    page = client.get(f"{OPEN}?form={form.pk}")
    assert "Periods that this form already has a round for are not listed." in seen(page)
    assert open_round_on_page(client, {"form": form.pk, "period": ""}).context["form"].errors == {
        "period": ["This field is required."]
    }
    assert Round.objects.count() == 1


def test_a_period_opened_in_another_window_meanwhile_is_refused_in_words(client, form):
    open_round_on_page(client, {"form": form.pk, "period": "2026-Q4"})
    again = open_round_on_page(client, {"form": form.pk, "period": "2026-Q4", "due_on": "30/12/2026"})
    assert again.context["form"].errors == {"period": ["This form already has a round for that period."]}
    assert Round.objects.get().due_on == date(2026, 12, 16)


def test_labels_begin_with_a_capital_and_say_what_is_required(client, form):
    page = client.get(f"{OPEN}?form={form.pk}").content.decode()
    assert '<label for="id_period" class="required">Reporting period:</label>' in page
    assert '<label for="id_opens_on">Opens on:</label>' in page


def test_the_days_of_an_ad_hoc_round_are_required(client, province):
    form = factories.form(
        province.department, holders={}, indicators=[factories.indicator("HT.01")], frequency="ad_hoc"
    )
    page = client.get(f"{OPEN}?form={form.pk}").content.decode()
    assert '<label for="id_first_day" class="required">First day:</label>' in page
    window = quarter(2026, 4)
    days = {"first_day": f"{window.first_day:%d/%m/%Y}", "last_day": f"{window.last_day:%d/%m/%Y}"}
    assert open_round_on_page(client, {"form": form.pk} | days).status_code == 302
