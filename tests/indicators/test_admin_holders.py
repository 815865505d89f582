"""Who holds the steps of a form, as the administrator says it: one holder a unit, one for all the others."""

import pytest
from django.test import Client
from django.utils import translation

from indicators.models import ReportingForm, StepHolder
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser

ALL_OTHERS = "This step already has a holder for all other units."
THAT_UNIT = "This step already has a holder for that unit."


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


@pytest.fixture
def form(province: Province) -> ReportingForm:
    return factories.form(province.department, holders={}, indicators=[])


def keep(client: Client, form: ReportingForm, *rows: tuple[str, object, object]):
    """Posts the page of the form with new rows (step, for reports of, held by)."""
    data = {
        "code": form.code,
        "name": form.name,
        "contact": form.contact,
        "kind": "figures",
        "calendar": "nd09",
        "frequency": "quarter",
        "opens_after": "0",
        "due_after": "2",
        "sign_off_way": "both",
        "counting_figure": "reported",
        "days_to_explain": "3",
        "units": [u.pk for u in form.units.all()],
        "lines-TOTAL_FORMS": "0",
        "checks-TOTAL_FORMS": "0",
        "checks-INITIAL_FORMS": "0",
        "lines-INITIAL_FORMS": "0",
        "step_holders-TOTAL_FORMS": str(len(rows)),
        "step_holders-INITIAL_FORMS": "0",
    }
    for number, (step, reporting, holder) in enumerate(rows):
        prefix = f"step_holders-{number}"
        data |= {
            f"{prefix}-form": form.pk,
            f"{prefix}-step": step,
            f"{prefix}-reporting_unit": getattr(reporting, "pk", ""),
            f"{prefix}-holder": holder.pk,
        }
    return client.post(f"/admin/indicators/reportingform/{form.pk}/change/", data)


def refused(response) -> list[str]:
    """Every sentence of a form that came back: of single fields, and of the rows together."""
    assert response.status_code == 200
    with translation.override("en"):
        of_fields = [[errors] if isinstance(errors, str) else errors for errors in response.context["errors"]]
        return [str(sentence) for errors in of_fields for sentence in errors]


def held(form: ReportingForm) -> set[tuple[str, int | None, int]]:
    return set(StepHolder.objects.filter(form=form).values_list("step", "reporting_unit", "holder"))


def test_a_step_has_a_holder_for_one_unit_and_one_for_the_others(client, form, province):
    rows = [("verify", province.department, province.office), ("verify", None, province.department)]
    assert keep(client, form, *rows, ("approve", None, province.root)).status_code == 302
    assert held(form) == {
        ("verify", province.department.pk, province.office.pk),
        ("verify", None, province.department.pk),
        ("approve", None, province.root.pk),
    }


def test_two_new_holders_for_the_others_are_refused(client, form, province):
    response = keep(client, form, ("verify", None, province.office), ("verify", None, province.sister))
    assert refused(response) == [ALL_OTHERS]
    assert held(form) == set()


def test_a_second_holder_for_the_others_is_refused(client, form, province):
    StepHolder.objects.create(form=form, step="verify", holder=province.office)
    response = keep(client, form, ("verify", None, province.sister))
    assert refused(response) == [ALL_OTHERS]
    assert held(form) == {("verify", None, province.office.pk)}


def test_a_second_holder_for_one_unit_is_refused(client, form, province):
    StepHolder.objects.create(form=form, step="approve", reporting_unit=province.department, holder=province.root)
    response = keep(client, form, ("approve", province.department, province.sister))
    assert refused(response) == [THAT_UNIT]
    assert held(form) == {("approve", province.department.pk, province.root.pk)}
