"""The administrators' forms: figures and dates as the province writes them, and what is only looked at."""

from datetime import date

import pytest
from django.test import Client

from indicators.calendars import quarter_of
from indicators.models import Definition, Indicator, Period, ReportingForm, Round, Submission, User
from tests import factories, people
from tests.factories import Province, cell
from tests.indicators.pages import open_round_on_page


def address(model, *rest) -> str:
    return "/".join(["/admin/indicators", model._meta.model_name, *map(str, rest), ""])


@pytest.fixture
def client(province: Province) -> Client:
    client = Client()
    client.force_login(people.superuser())
    return client


@pytest.fixture
def approved(province: Province) -> Submission:
    submission = province.submission(factories.indicator("HT.01"))
    factories.type_in(submission, cell("14433"), by=province.reporter)
    return province.walk(submission, "submit", "sign", "verify", "approve")


def opened(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def definition_form(indicator: Indicator, **typed) -> dict[str, str]:
    stored = {
        "register_counts-TOTAL_FORMS": "0",
        "register_counts-INITIAL_FORMS": "0",
        "definitions-TOTAL_FORMS": "1",
        "definitions-INITIAL_FORMS": "0",
        "definitions-0-indicator": str(indicator.pk),
        "definitions-0-valid_from": "03/04/2025",
        "definitions-0-value_kind": "number",
        "definitions-0-decimals": "1",
        "definitions-0-ratio_base": "100",
        "definitions-0-direction": "up",
        "definitions-0-over_units": "sum",
        "definitions-0-over_time": "stock",
        "definitions-0-source_kind": "department",
        "definitions-0-breakdown": "public",
    }
    return (
        {"code": indicator.code, "name": indicator.name}
        | stored
        | {f"definitions-0-{k}": v for k, v in typed.items()}
    )


@pytest.fixture
def bare(db) -> Indicator:
    return Indicator.objects.create(code="X.01", name="Chỉ tiêu")


def test_a_bound_is_typed_with_a_comma_and_a_date_with_its_day_first(client, bare):
    response = client.post(address(Indicator, bare.pk, "change"), definition_form(bare, upper_bound="12,5"))
    assert response.status_code == 302
    definition = Definition.objects.get()
    assert str(definition.upper_bound.normalize()) == "12.5"
    assert definition.valid_from == date(2025, 4, 3)
    page = opened(client, address(Indicator, bare.pk, "change"))
    assert 'value="12,5"' in page
    assert 'value="03/04/2025"' in page


def test_a_bound_with_two_readings_is_refused_in_words(client, bare):
    response = client.post(address(Indicator, bare.pk, "change"), definition_form(bare, upper_bound="8.569"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "8,569" in page
    assert "8569" in page
    assert not Definition.objects.exists()


def test_a_definition_that_a_round_opened_with_is_only_shown(client, approved):
    (definition,) = Definition.objects.all()
    typed = definition_form(definition.indicator, upper_bound="1") | {
        "definitions-INITIAL_FORMS": "1",
        "definitions-0-id": str(definition.pk),
    }
    assert client.post(address(Indicator, definition.indicator_id, "change"), typed).status_code == 302
    definition.refresh_from_db()
    assert (definition.upper_bound, definition.valid_from) == (None, date(1900, 1, 1))


def test_a_new_definition_beside_one_in_use_can_be_added(client, approved):
    (definition,) = Definition.objects.all()
    typed = definition_form(definition.indicator) | {
        "definitions-INITIAL_FORMS": "1",
        "definitions-TOTAL_FORMS": "2",
    }
    typed |= {key.replace("-0-", "-1-"): value for key, value in typed.items() if "-0-" in key}
    typed["definitions-0-id"] = str(definition.pk)
    assert client.post(address(Indicator, definition.indicator_id, "change"), typed).status_code == 302
    assert Definition.objects.filter(valid_from=date(2025, 4, 3)).count() == 1


def test_a_period_with_a_round_is_only_shown(client, approved):
    page = opened(client, address(Period, approved.round.period_id, "change"))
    assert 'name="first_day"' not in page
    free = factories.period(quarter_of(date(2001, 1, 1)))
    assert 'name="first_day"' in opened(client, address(Period, free.pk, "change"))


def open_round_by_form(client: Client, form: ReportingForm, period: Period, due_on: str = "03/04/2027"):
    return open_round_on_page(client, {"form": form.pk, "period": period.label, "due_on": due_on})


def test_adding_a_round_opens_it_with_its_lines_and_reports(client, province):
    form = factories.form(
        province.department, province.sister, holders={}, indicators=[factories.indicator("HT.01")]
    )
    response = open_round_by_form(client, form, factories.period())
    assert response.status_code == 302
    (opened_round,) = Round.objects.all()
    assert opened_round.due_on == date(2027, 4, 3)
    assert opened_round.opens_on == opened_round.period.first_day
    assert (opened_round.lines.count(), opened_round.submissions.count()) == (1, 2)


def test_a_round_that_cannot_be_opened_says_why_and_leaves_nothing(client, province, bare):
    form = factories.form(province.department, holders={}, indicators=[bare])
    response = open_round_by_form(client, form, factories.period())
    assert response.status_code == 409
    assert "X.01" in response.context["refused"]
    assert not Round.objects.exists()


def test_a_second_round_of_a_form_and_period_is_refused(client, approved):
    asked = approved.round
    response = open_round_by_form(client, asked.form, asked.period)
    assert response.status_code == 200
    assert Round.objects.count() == 1


def test_an_open_round_is_only_looked_at(client, approved):
    due = approved.round.due_on
    response = client.post(address(Round, approved.round_id, "change"), {"due_on": "03/04/2027"})
    assert response.status_code == 405
    assert Round.objects.get().due_on == due
    assert client.get(address(Round, approved.round_id, "delete")).status_code == 403


def test_an_account_is_added_with_a_password_and_then_given_a_role(client, province):
    typed = {
        "username": "moi",
        "full_name": "Lò Văn Mới",
        "usable_password": "true",
        "password1": "Mat-Khau-Dai-2026",
        "password2": "Mat-Khau-Dai-2026",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert client.post(address(User, "add"), typed).status_code == 302
    made = User.objects.get(username="moi")
    assert made.check_password("Mat-Khau-Dai-2026")
    page = opened(client, address(User, made.pk, "change"))
    assert "Sở Khoa học và Công nghệ" in page
    assert 'name="first_name"' not in page
