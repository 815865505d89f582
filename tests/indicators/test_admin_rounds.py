"""Opening a round through its form: what it copies, what it refuses, and that a refusal leaves nothing behind."""

from datetime import date

import pytest
from django.test import Client

from indicators.calendars import quarter
from indicators.models import Definition, Indicator, Period, ReportingForm, Round, RoundLine, Submission
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, open_round_on_page


@pytest.fixture
def client(province: Province, clock) -> Client:
    clock.set(2026, 9, 20)
    return browser(people.superuser())


@pytest.fixture
def period(db) -> Period:
    return factories.period(quarter(2026, 3))


def asks(province: Province, *indicators: Indicator, units=None, **facts) -> ReportingForm:
    return factories.form(
        *(units or [province.department]),
        holders={"verify": province.office, "approve": province.root},
        indicators=list(indicators),
        **facts,
    )


def open_it(client: Client, form: ReportingForm, period: Period, due_on: str = "20/09/2026"):
    return open_round_on_page(client, {"form": form.pk, "period": period.label, "due_on": due_on})


def written() -> tuple[int, int, int]:
    return Round.objects.count(), RoundLine.objects.count(), Submission.objects.count()


def sentences(response) -> list[str]:
    assert response.status_code == 409
    return [response.context["refused"]]


def test_a_round_copies_the_lines_and_the_steps_of_its_form(client, province, period):
    first, second = factories.indicator("HT.02"), factories.indicator("HT.01")
    form = asks(province, first, second, subject="self", asks_sign_off=False, asks_publication=True)
    form.lines.filter(indicator=second).update(is_mandatory=False)
    assert open_it(client, form, period).status_code == 302
    (made,) = Round.objects.all()
    assert (made.opens_on, made.due_on) == (date(2026, 6, 15), date(2026, 9, 20))
    assert (made.asks_sign_off, made.asks_verification, made.asks_publication) == (False, True, True)
    copied = made.lines.order_by("order").values_list("order", "indicator", "subject_rule", "is_mandatory")
    assert list(copied) == [(1, first.pk, "self", True), (2, second.pk, "self", False)]
    assert [(s.unit_id, s.state, s.version) for s in made.submissions.all()] == [
        (province.department.pk, "draft", 0)
    ]


def test_a_later_change_of_the_form_leaves_the_round_as_it_was_asked(client, province, period):
    form = asks(province, factories.indicator("HT.01"))
    open_it(client, form, period)
    form.lines.all().delete()
    form.units.add(province.sister)
    assert written() == (1, 1, 1)


def test_a_round_takes_the_definition_of_its_last_day(client, province, period):
    indicator = factories.indicator("HT.01")
    for day in (date(2026, 9, 14), date(2026, 9, 15)):
        Definition.objects.create(
            indicator=indicator,
            valid_from=day,
            value_kind="number",
            over_units="sum",
            over_time="stock",
            direction="up",
            source_kind="department",
        )
    open_it(client, asks(province, indicator), period)
    assert RoundLine.objects.get().definition.valid_from == date(2026, 9, 14)


def test_units_that_ended_before_the_last_day_owe_nothing(client, province, period):
    province.sister.ended = date(2026, 9, 14)
    province.sister.save()
    province.department.ended = date(2026, 9, 15)
    province.department.save()
    form = asks(province, factories.indicator("HT.01"), units=[province.department, province.sister])
    open_it(client, form, period)
    assert [report.unit_id for report in Submission.objects.all()] == [province.department.pk]


def test_an_indicator_without_a_definition_is_named_and_nothing_is_written(client, province, period):
    bare = Indicator.objects.create(code="X.01", name="Chỉ tiêu")
    response = open_it(client, asks(province, factories.indicator("HT.01"), bare), period)
    assert sentences(response) == ["Indicator X.01 has no definition on 14/09/2026, so the round cannot be opened."]
    assert written() == (0, 0, 0)
    assert response.context["form"].data["due_on"] == "20/09/2026"


def test_an_indicator_asked_twice_of_a_unit_names_both_forms(client, province, period):
    indicator = factories.indicator("HT.01")
    assert open_it(client, asks(province, indicator), period).status_code == 302
    response = open_it(client, asks(province, factories.indicator("HT.02"), indicator), period)
    assert sentences(response) == [
        "Indicator HT.01 is asked of the same unit by two forms in this period: 01/CĐS and 02/CĐS."
    ]
    assert written() == (1, 1, 1)


def test_the_same_indicator_of_another_unit_or_period_is_not_asked_twice(client, province, period):
    indicator = factories.indicator("HT.01")
    form = asks(province, indicator, subject="self")
    other = asks(province, indicator, units=[province.sister], subject="self")
    answers = [
        open_it(client, form, period),
        open_it(client, other, period),
        open_it(client, form, factories.period(quarter(2026, 4))),
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert written() == (3, 3, 3)


def test_a_refusal_is_forgotten_by_the_next_attempt(client, province, period):
    bare = Indicator.objects.create(code="X.01", name="Chỉ tiêu")
    assert len(sentences(open_it(client, asks(province, bare), period))) == 1
    assert open_it(client, asks(province, factories.indicator("HT.01")), period).status_code == 302


def test_a_second_round_of_a_form_and_period_is_refused_in_words(client, province, period):
    form = asks(province, factories.indicator("HT.01"))
    open_it(client, form, period)
    response = open_it(client, form, period, due_on="30/09/2026")  # the select no longer offers it
    assert list(response.context["form"].errors) == ["period"]
    assert Round.objects.get().due_on == date(2026, 9, 20)


def test_the_list_counts_what_was_handed_in(client, province, period):
    form = asks(province, factories.indicator("HT.01"), units=[province.department, province.sister])
    open_it(client, form, period)
    report = Submission.objects.get(unit=province.department)
    factories.type_in(report, factories.cell("1"), by=province.reporter)
    province.walk(report, "submit", "sign")
    page = client.get("/admin/indicators/round/").content.decode()
    assert '<td class="field-handed_in">1/2</td>' in page
